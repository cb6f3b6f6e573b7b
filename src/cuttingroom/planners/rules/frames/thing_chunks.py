"""Things on the timeline: clips, files, sorts of elements, and several of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.frames.readers import Found, is_kind, skip
from cuttingroom.planners.rules.frames.tokens import Tokens

_ORDINALS = {"FIRST": 1, "SECOND": 2, "THIRD": 3, "LAST": -1}


def read_ordinal(tokens: Tokens, at: int) -> Found:
    """1 for the first, -1 for the last."""
    if is_kind(tokens, at, "ORDINAL"):
        yield tokens[at].value, at + 1
    elif tokens.kind(at) in _ORDINALS:
        yield _ORDINALS[tokens.kind(at)], at + 1


def read_clip(tokens: Tokens, at: int) -> Found:
    """One clip, all of them, or (without a number) the only one."""
    kind, nxt = tokens.kind(at), at + 1
    if kind == "CLIP":
        if is_kind(tokens, nxt, "NUMBER") and tokens[nxt].value.denominator == 1 and tokens[nxt].value > 0:
            yield r.ClipNumber(int(tokens[nxt].value)), nxt + 1
        if is_kind(tokens, nxt, "QUOTED", "NAME"):
            yield r.ClipName(tokens[nxt].value), nxt + 1
        yield (r.AllClips() if tokens[at].words[-1].endswith("s") else r.OnlyClip()), nxt
    for number, end in read_ordinal(tokens, at):
        is_clip = is_kind(tokens, end, "CLIP") and not tokens[end].words[-1].endswith("s")
        if is_clip or _has_words(tokens, end, {("one",)}):
            yield r.ClipNumber(number, is_first=kind == "FIRST"), end + 1
    if kind == "MIDDLE" and is_kind(tokens, nxt, "CLIP"):
        yield r.MiddleClip(), nxt + 1
    if kind in ("ALL", "NUMBER") and is_kind(tokens, nxt, "CLIP") and tokens[nxt].words[-1].endswith("s"):
        count = 2 if tokens[at].words == ("both",) else tokens[at].value if kind == "NUMBER" else 0
        if count and count == int(count):
            yield r.EveryOf(int(count)), nxt + 1
    if kind in ("NAME", "FILE"):
        yield r.ClipName(tokens[at].value), nxt
        if is_kind(tokens, nxt, "CLIP", "VIDEO", "PICTURE", "PART") or _has_words(tokens, nxt, _FILE_WORDS):
            yield r.ClipName(tokens[at].value), nxt + 1
    if kind == "QUOTED" and is_kind(tokens, nxt, "CLIP"):
        yield r.ClipName(tokens[at].value), nxt + 1
    if kind == "ALL":
        for start in skip(tokens, nxt, "OF"):
            if is_kind(tokens, start, "CLIP"):
                yield r.AllClips(), start + 1


def _has_words(tokens: Tokens, at: int, words: Collection[tuple[str, ...]]) -> bool:
    return at < len(tokens) and tokens[at].words in words


_FILE_WORDS = {(w,) for w in ("photo", "file", "shot", "image", "footage", "song", "picture", "pic", "scene")}


def read_media(tokens: Tokens, at: int) -> Found:
    """The name of a file: `song.mp3`, `the beach photo`."""
    if is_kind(tokens, at, "NAME", "FILE"):
        yield tokens[at].value, at + 1
        if _has_words(tokens, at + 1, _FILE_WORDS) or is_kind(tokens, at + 1, "CLIP", "MUSIC", "PICTURE"):
            yield tokens[at].value, at + 2


_SORTS = {"MUSIC": "music", "VOICE": "voice", "SOUND": "sound", "CAPTION": "captions", "TITLE": "titles",
          "PICTURE": "picture"}  # fmt: skip
_THINGS: dict[str, r.Target] = {
    "it": r.It(),
    "that": r.It(),
    "them": r.It(),
    "this": r.It(),
    "that one": r.It(),
}
"""Words of their own that mean a thing."""


def _read_thing_word(tokens: Tokens, at: int) -> Found:
    if is_kind(tokens, at, "VIDEO"):  # "this" is the video
        return
    for size in (1, 2):
        if at + size <= len(tokens):
            words = " ".join(w for n in range(at, at + size) for w in tokens[n].words)
            if words in _THINGS:
                yield _THINGS[words], at + size


def read_thing(tokens: Tokens, at: int) -> Found:
    for clip, end in read_clip(tokens, at):
        yield clip, end
        for sound in skip(tokens, end, "POSSESSIVE"):
            if is_kind(tokens, sound, "SOUND"):
                yield r.SoundOf(clip), sound + 1
    yield from _several_clips(tokens, at)
    for start in skip(tokens, at, "ALL"):
        for thing_at in skip(tokens, start, "OF") if start > at else (start,):
            kind = tokens.kind(thing_at)
            if kind in _SORTS:
                sort = r.Sort(_SORTS[kind])  # type: ignore[arg-type]
                yield from ((sort, end) for end in skip(tokens, thing_at + 1, "TRACK"))
                if kind == "SOUND" and is_kind(tokens, thing_at + 1, "OF", "FROM", "IN"):
                    yield from ((r.SoundOf(thing), last) for thing, last in read_thing(tokens, thing_at + 2))
            elif kind == "VIDEO":
                yield r.Everything(), thing_at + 1
    if is_kind(tokens, at, "NAME") and is_kind(tokens, at + 1, "TITLE"):
        yield r.TitleText(tokens[at].value), at + 2
    if is_kind(tokens, at, "TITLE"):
        for said in skip(tokens, at + 1, "SAYING"):
            if is_kind(tokens, said, "QUOTED"):
                yield r.TitleText(tokens[said].value), said + 1
    if is_kind(tokens, at, "IT"):
        yield r.It(), at + 1
    if not is_kind(tokens, at, "VIDEO"):
        yield from _read_thing_word(tokens, at)


def _several_clips(tokens: Tokens, at: int) -> Found:
    """`clips 1 and 3`, `clips 2 to 4`, `the first two clips`."""
    nxt = at + 1
    if is_kind(tokens, at, "CLIP") and is_kind(tokens, nxt, "NUMBER"):
        numbers, end = [tokens[nxt].value], nxt + 1
        if is_kind(tokens, end, "TO") and is_kind(tokens, end + 1, "NUMBER"):
            low, high = int(numbers[0]), int(tokens[end + 1].value)
            if 0 < low < high <= 1000:
                yield _several(r.ClipNumber(n) for n in range(low, high + 1)), end + 2
        while is_kind(tokens, end, "AND", "COMMA"):
            start = next(n for n in range(end, len(tokens) + 1) if not is_kind(tokens, n, "AND", "COMMA"))
            if not is_kind(tokens, start, "NUMBER"):
                break
            numbers.append(tokens[start].value)
            end = start + 1
        if len(numbers) > 1 and all(n > 0 and n.denominator == 1 for n in numbers):
            yield _several(r.ClipNumber(int(n)) for n in numbers), end
    is_both = (
        is_kind(tokens, at, "FIRST") and is_kind(tokens, nxt, "AND") and is_kind(tokens, nxt + 1, "LAST")
    )
    if is_both and (is_kind(tokens, nxt + 2, "CLIP") or _has_words(tokens, nxt + 2, {("one",), ("ones",)})):
        yield _several(iter((r.ClipNumber(1), r.ClipNumber(-1)))), nxt + 3
    if (
        is_kind(tokens, at, "FIRST", "LAST")
        and is_kind(tokens, nxt, "NUMBER")
        and is_kind(tokens, nxt + 1, "CLIP")
    ):
        count = int(tokens[nxt].value)
        sign = 1 if is_kind(tokens, at, "FIRST") else -1
        if 1 <= count <= 1000:
            ordered = range(1, count + 1) if sign > 0 else range(count, 0, -1)
            yield _several(r.ClipNumber(sign * n) for n in ordered), nxt + 2


def _several(clips: Iterator[r.ClipNumber]) -> r.Target:
    targets = tuple(dict.fromkeys(clips))
    return targets[0] if len(targets) == 1 else r.Several(targets)


def read_target(tokens: Tokens, at: int) -> Found:
    """A thing, or several: `clip 1 and the music`."""
    yield from _all_but(tokens, at)
    for thing, end in read_thing(tokens, at):
        yield thing, end
        start = end
        while is_kind(tokens, start, "AND", "COMMA"):
            start += 1
        for more, last in read_target(tokens, start) if start > end else ():
            parts = (*_flat(thing), *_flat(more))
            yield r.Several(tuple(dict.fromkeys(parts))), last


def _all_but(tokens: Tokens, at: int) -> Found:
    """`everything but the music`, `all clips except clip 2`."""
    start = next(reversed(list(skip(tokens, at, "ALL"))))
    among = r.AllClips() if is_kind(tokens, start, "CLIP") else r.Sort("sound")
    start += is_kind(tokens, start, "CLIP", "VIDEO", "SOUND", "OTHER")
    if start > at and is_kind(tokens, start, "BUT", "EXCEPT"):
        for spared, end in read_target(tokens, start + 1):
            yield r.AllBut(_flat(spared), among), end


def _flat(target: r.Target) -> tuple[r.Target, ...]:
    return target.targets if isinstance(target, r.Several) else (target,)
