"""What may stand in a slot: lengths, moments, stretches, things, amounts, places ... read from tokens.

A reader gets the tokens and where to begin, and yields each value it can read there with the number after its
last token. The values are those of readings.py, so that all of the rules planner resolves them in one place.

LENGTH POINT STRETCH RUN TARGET CLIP MEDIA TEXT NUMBER COUNT PERCENT SHARE DB FACTOR TIMES BIT POSITION COLOUR
ASPECT SIZE MOOD INSTRUMENT TOPIC"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from fractions import Fraction
from typing import Any

from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.frames.tokens import Tokens
from cuttingroom.planners.rules.meaning.times import Times

Found = Iterator[tuple[Any, int]]
Reader = Callable[[Tokens, int], Found]
_TIMES = Times()
_HALF = Fraction(1, 2)
_MOST_TOPIC = 8


def read_kinds(*kinds: str) -> Reader:
    """A reader of single tokens of these kinds: their value."""

    def read(tokens: Tokens, at: int) -> Found:
        if tokens.kind(at) in kinds:
            yield tokens[at].value, at + 1

    return read


def read_pattern(pattern: str, value: Callable[[re.Match[str]], Any]) -> Reader:
    """A reader of text of a shape, where it ends with a token. `value` may return None for "not this"."""
    compiled = re.compile(pattern, re.IGNORECASE)

    def read(tokens: Tokens, at: int) -> Found:
        match = compiled.match(tokens.request, tokens[at].start) if at < len(tokens) else None
        end = tokens.find_end(match.end()) if match else None
        found = value(match) if match and end is not None else None
        if end is not None and found is not None:
            yield found, end

    return read


def read_words(values: dict[str, Any]) -> Reader:
    """A reader of words that stand for values, several words separated by spaces."""
    table = {tuple(words.split()): value for words, value in values.items()}
    longest = max(map(len, table))

    def read(tokens: Tokens, at: int) -> Found:
        words: tuple[str, ...] = ()
        for n in range(at, min(at + longest, len(tokens))):
            words += tokens[n].words
            if words in table:
                yield table[words], n + 1

    return read


def either(*readers: Reader) -> Reader:
    def read(tokens: Tokens, at: int) -> Found:
        for reader in readers:
            yield from reader(tokens, at)

    return read


def _is(tokens: Tokens, at: int, *kinds: str) -> bool:
    return tokens.kind(at) in kinds


def _skip(tokens: Tokens, at: int, *kinds: str) -> Iterator[int]:
    """Here, and after one token of these kinds."""
    yield at
    if _is(tokens, at, *kinds):
        yield at + 1


# Lengths and moments


def read_length(tokens: Tokens, at: int) -> Found:
    """As long a length as there is: `1 minute and 20 seconds` is one."""
    found = list(_lengths(tokens, at))
    if found:
        yield max(found, key=lambda pair: pair[1])


def _lengths(tokens: Tokens, at: int) -> Iterator[tuple[r.Length, int]]:
    for length, end in _simple_lengths(tokens, at):
        yield length, end
        for start in _skip(tokens, end, "AND"):
            for more, last in _lengths(tokens, start):
                if _goes_on(length, more):
                    yield r.Length(length.seconds + more.seconds, more.frames), last


def _goes_on(large: r.Length, small: r.Length) -> bool:
    """Whether a second length is a part of less than the first one's unit, as in `1 minute 20 seconds`."""
    unit = 3600 if large.seconds % 3600 == 0 else 60 if large.seconds % 60 == 0 else 1
    is_whole = bool(large.seconds) and not large.frames and large.seconds.denominator == 1
    return is_whole and small.seconds < unit


def _simple_lengths(tokens: Tokens, at: int) -> Iterator[tuple[r.Length, int]]:
    kind, nxt = tokens.kind(at), at + 1
    if kind == "LENGTH":
        yield r.Length(tokens[at].value), nxt
    elif kind == "NUMBER":
        yield from _counted_lengths(tokens, at)
    elif kind == "HALF":
        for unit_at in _skip(tokens, nxt, "OF"):
            yield from ((r.Length(unit * _HALF), end) for unit, end in _unit(tokens, unit_at))
    elif kind == "QUARTER":
        for unit_at in _skip(tokens, nxt, "OF"):
            yield from ((r.Length(unit / 4), end) for unit, end in _unit(tokens, unit_at))
    elif kind == "COUPLE":
        for unit_at in _skip(tokens, nxt, "OF"):
            yield from ((r.Length(unit * 2), end) for unit, end in _unit(tokens, unit_at))


def _counted_lengths(tokens: Tokens, at: int) -> Iterator[tuple[r.Length, int]]:
    number, nxt = tokens[at].value, at + 1
    if _is(tokens, nxt, "FRAMES") and number.denominator == 1:
        yield r.Length(frames=int(number)), nxt + 1
    for unit, end in _unit(tokens, nxt):
        yield r.Length(number * unit), end
        if _is(tokens, end, "AND") and _is(tokens, end + 1, "HALF") and not list(_unit(tokens, end + 2)):
            yield r.Length((number + _HALF) * unit), end + 2
    if _is(tokens, nxt, "AND") and _is(tokens, nxt + 1, "HALF"):
        yield from ((r.Length((number + _HALF) * unit), end) for unit, end in _unit(tokens, nxt + 2))


def _unit(tokens: Tokens, at: int) -> Iterator[tuple[Fraction, int]]:
    if _is(tokens, at, "UNIT"):
        yield tokens[at].value, at + 1
    elif _is(tokens, at, "SECOND"):
        yield Fraction(1), at + 1


def read_time(tokens: Tokens, at: int) -> Found:
    """A moment by the clock, counted from the start or the end of the video."""
    if _is(tokens, at, "CLOCK") and tokens[at].value is not None:
        end = next(reversed(list(_skip(tokens, at + 1, "MARK"))))
        is_result = _is(tokens, end, "RESULT")
        yield r.At(tokens[at].value, is_clock=True, of_result=is_result), end + is_result
    if _is(tokens, at, "FRAMES") and _is(tokens, at + 1, "NUMBER") and tokens[at + 1].value.denominator == 1:
        yield r.At(Fraction(0), frames=int(tokens[at + 1].value)), at + 2
    if _is(tokens, at, "NUMBER"):
        yield r.At(tokens[at].value, is_bare=True), at + 1
    for length, end in read_length(tokens, at):
        yield from _counted_from(tokens, length, end)


def _counted_from(tokens: Tokens, length: r.Length, at: int) -> Found:
    moment = r.At(length.seconds, length.frames)
    yield moment, at
    for end in _skip(tokens, at, "IN", "MARK", "INTO"):
        if end > at:
            yield from ((moment, last) for last in _whole(tokens, end))
    if _is(tokens, at, "BEFORE", "FROM") and _is(tokens, at + 1, "END"):
        yield from ((r.FromEnd(length), last) for last in _whole(tokens, at + 2))
    if _is(tokens, at, "AFTER", "FROM", "INTO", "IN") and _is(tokens, at + 1, "START"):
        yield from ((moment, last) for last in _whole(tokens, at + 2))
    if _is(tokens, at, "INTO", "IN") and _is(tokens, at + 1, "VIDEO", "IT"):
        yield moment, at + 2


def _whole(tokens: Tokens, at: int) -> Iterator[int]:
    """After "of the video", or here."""
    yield at
    if _is(tokens, at, "OF", "FROM", "IN") and _is(tokens, at + 1, "VIDEO", "IT"):
        yield at + 2


_SIDES = {"START": "start", "MIDDLE": "middle", "END": "end"}
_ORDINALS = {"FIRST": 1, "SECOND": 2, "THIRD": 3, "LAST": -1}


def read_ordinal(tokens: Tokens, at: int) -> Found:
    """1 for the first, -1 for the last."""
    if _is(tokens, at, "ORDINAL"):
        yield tokens[at].value, at + 1
    elif tokens.kind(at) in _ORDINALS:
        yield _ORDINALS[tokens.kind(at)], at + 1


def read_point(tokens: Tokens, at: int) -> Found:
    """A moment: by the clock, an edge of the video or of a clip, a cut, or where words are said."""
    yield from read_time(tokens, at)
    side = _SIDES.get(tokens.kind(at))
    if side is not None:
        yield from ((r.Edge(side), end) for end in _whole(tokens, at + 1))  # type: ignore[arg-type]
        if _is(tokens, at + 1, "OF"):
            yield from ((r.EdgeOf(clip, side), end) for clip, end in read_clip(tokens, at + 2))  # type: ignore[arg-type]
    for number, end in read_ordinal(tokens, at):
        if end < len(tokens) and tokens[end].words in (("cut",), ("edit",), ("transition",)):
            yield r.CutPoint(number), end + 1
    yield from ((r.SpokenPoint(text), end) for text, end in _said(tokens, at))
    for clip, end in read_clip(tokens, at + 1) if _is(tokens, at, "WHERE") else ():
        for word, edge in (("starts", "start"), ("begins", "start"), ("ends", "end"), ("stops", "end")):
            if end < len(tokens) and tokens[end].words == (word,):
                yield r.EdgeOf(clip, edge), end + 1  # type: ignore[arg-type]


def _said(tokens: Tokens, at: int) -> Iterator[tuple[str, int]]:
    """`where she says "…"`: the words."""
    start = next(reversed(list(_skip(tokens, at, "PART"))))
    start = next(reversed(list(_skip(tokens, start, "WHERE"))))
    if _is(tokens, start, "SAYS") and _is(tokens, start + 1, "QUOTED"):
        yield tokens[start + 1].value, start + 2


# Stretches of time


def read_stretch(tokens: Tokens, at: int) -> Found:
    """A stretch of the video or of a clip: `the last ten seconds`, `from 0:10 to 0:20`, `after 1:05`."""
    for start in _skip(tokens, at, "ALL", "VIDEO", "PART"):
        for stretch, end in _spans(tokens, start):
            yield from ((stretch, last) for last in _whole(tokens, end))
            if _is(tokens, end, "OF", "IN", "FROM") and isinstance(
                stretch, (r.First, r.Last, r.Middle, r.Share, r.Between)
            ):
                yield from ((r.InClip(stretch, clip), last) for clip, last in read_clip(tokens, end + 1))


def _spans(tokens: Tokens, at: int) -> Found:
    kind = tokens.kind(at)
    if kind in ("FIRST", "LAST", "MIDDLE", "SECOND", "THIRD"):
        yield from _parts_of_whole(tokens, at)
    if kind in ("INTRO", "OUTRO"):
        yield r.Vague("start" if kind == "INTRO" else "end"), at + 1
        for start in _skip(tokens, at + 1, "COMMA"):
            if _is(tokens, start, "FIRST" if kind == "INTRO" else "LAST"):
                yield from _parts_of_whole(tokens, start)
    yield from _between(tokens, at)
    if kind in ("AFTER", "FROM", "BEFORE", "UNTIL", "UP"):
        yield from _open_spans(tokens, at)
    for text, end in _said(tokens, at):
        yield r.Spoken(text), end
    for length, end in read_length(tokens, at):
        yield from _off_an_end(tokens, length, end)
        yield from _starting_at(tokens, length, end)
    if [tokens.kind(at + n) for n in range(4)] == ["UNIT", "NUMBER", "TO", "NUMBER"]:
        unit, low, high = (tokens[at + n].value for n in (0, 1, 3))
        yield r.Between(r.At(unit * low), r.At(unit * high)), at + 4
    if _is(tokens, at, "NUMBER"):
        yield from _off_an_end(tokens, r.Length(tokens[at].value, is_bare=True), at + 1)


def _starting_at(tokens: Tokens, length: r.Length, at: int) -> Found:
    """`ten seconds that start at 1:00`, `5 seconds starting at 0:30`."""
    start = at
    while start < len(tokens) and tokens[start].words in _STARTING:
        start += 1
    if start > at or _is(tokens, at, "FROM"):
        start += _is(tokens, start, "AT", "FROM")
        yield from ((r.Run(point, length), end) for point, end in read_time(tokens, start))


_STARTING = {("that",), ("start",), ("starts",), ("starting",), ("beginning",), ("begin",), ("which",)}


def _off_an_end(tokens: Tokens, length: r.Length, at: int) -> Found:
    """`5 seconds off the start`, `... at the end of clip 2`, `... from its beginning`."""
    start = at
    while _is(tokens, start, "OFF", "FROM", "AT", "OF", "IN"):
        start += 1
    owned = start < len(tokens) and tokens[start].words == ("its",)
    edge = start + owned
    part = {"START": r.First(length), "END": r.Last(length), "MIDDLE": r.Middle(length)}.get(
        tokens.kind(edge)
    )
    if start == at or part is None:
        return
    yield (r.InClip(part, r.ThatClip()) if owned else part), edge + 1
    if _is(tokens, edge + 1, "OF", "FROM", "IN"):
        yield from ((r.InClip(part, clip), end) for clip, end in read_clip(tokens, edge + 2))


def _parts_of_whole(tokens: Tokens, at: int) -> Found:
    kind, nxt = tokens.kind(at), at + 1
    sized = {"FIRST": r.First, "LAST": r.Last, "MIDDLE": r.Middle}.get(kind)
    for length, end in read_length(tokens, nxt) if sized else ():
        yield sized(length), end  # type: ignore[misc]
    if kind in ("FIRST", "LAST") and sized:
        for unit, end in _unit(tokens, nxt):
            yield sized(r.Length(unit)), end
            if _is(tokens, end, "AND") and _is(tokens, end + 1, "HALF"):
                yield sized(r.Length(unit * 3 / 2)), end + 2
        is_count = _is(tokens, nxt, "NUMBER") and tokens[nxt].words != ("one",)
        if is_count and not list(read_length(tokens, nxt)):
            yield sized(r.Length(tokens[nxt].value, is_bare=True)), nxt + 1
        if _is(tokens, nxt, "PERCENT") and 0 < tokens[nxt].value <= 100:
            share = tokens[nxt].value / 100
            yield (
                (r.Share(Fraction(0), share) if kind == "FIRST" else r.Share(1 - share, Fraction(1))),
                nxt + 1,
            )
    number = {"FIRST": 1, "SECOND": 2, "MIDDLE": 2, "THIRD": 3, "LAST": 0}[kind]
    parts = {"HALF": 2, "THIRD": 3, "QUARTER": 4}.get(tokens.kind(nxt), 0)
    number = number or parts
    if parts and 1 <= number <= parts and not (kind == "MIDDLE" and parts != 3):
        yield r.Share(Fraction(number - 1, parts), Fraction(number, parts)), nxt + 1


def _between(tokens: Tokens, at: int) -> Found:
    is_between = _is(tokens, at, "BETWEEN")
    joins = ("AND", "TO") if is_between else ("TO", "UNTIL")
    start = at + 1 if is_between or _is(tokens, at, "FROM") else at
    for first, end in read_point(tokens, start):
        if _is(tokens, end, *joins):
            for last, after in read_point(tokens, end + 1):
                try:
                    yield _TIMES.between(first, last), after
                except r.Nonsense:
                    continue


def _open_spans(tokens: Tokens, at: int) -> Found:
    kind, start = tokens.kind(at), at + 1
    if kind == "UP" and _is(tokens, start, "TO", "UNTIL"):
        kind, start = "UNTIL", start + 1
    for point, end in read_point(tokens, start):
        if kind == "AFTER" and isinstance(point, r.SpokenPoint):
            point = r.SpokenPoint(point.text, is_end=True)
        if kind == "AFTER" or (kind == "FROM" and _is(tokens, end, "ONWARD")):
            yield r.Between(point, r.Edge("end")), end + (kind == "FROM")
        elif kind in ("BEFORE", "UNTIL"):
            yield r.Between(r.Edge("start"), point), end


def read_run(tokens: Tokens, at: int) -> Found:
    """`from 0:10 for 5 seconds`."""
    start = at + 1 if _is(tokens, at, "FROM", "AT") else at
    for point, end in read_time(tokens, start):
        if _is(tokens, end, "FOR"):
            yield from ((r.Run(point, length), last) for length, last in read_length(tokens, end + 1))


# Things on the timeline


def read_clip(tokens: Tokens, at: int) -> Found:
    """One clip, all of them, or (without a number) the only one."""
    kind, nxt = tokens.kind(at), at + 1
    if kind == "CLIP":
        if _is(tokens, nxt, "NUMBER") and tokens[nxt].value.denominator == 1 and tokens[nxt].value > 0:
            yield r.ClipNumber(int(tokens[nxt].value)), nxt + 1
        if _is(tokens, nxt, "QUOTED", "NAME"):
            yield r.ClipName(tokens[nxt].value), nxt + 1
        yield (r.AllClips() if tokens[at].words[-1].endswith("s") else r.OnlyClip()), nxt
    for number, end in read_ordinal(tokens, at):
        is_clip = _is(tokens, end, "CLIP") and not tokens[end].words[-1].endswith("s")
        if is_clip or _has_words(tokens, end, {("one",)}):
            yield r.ClipNumber(number, is_first=kind == "FIRST"), end + 1
    if kind == "MIDDLE" and _is(tokens, nxt, "CLIP"):
        yield r.MiddleClip(), nxt + 1
    if kind in ("ALL", "NUMBER") and _is(tokens, nxt, "CLIP") and tokens[nxt].words[-1].endswith("s"):
        count = 2 if tokens[at].words == ("both",) else tokens[at].value if kind == "NUMBER" else 0
        if count and count == int(count):
            yield r.EveryOf(int(count)), nxt + 1
    if kind in ("NAME", "FILE"):
        yield r.ClipName(tokens[at].value), nxt
        if _is(tokens, nxt, "CLIP", "VIDEO", "PICTURE", "PART") or _has_words(tokens, nxt, _FILE_WORDS):
            yield r.ClipName(tokens[at].value), nxt + 1
    if kind == "QUOTED" and _is(tokens, nxt, "CLIP"):
        yield r.ClipName(tokens[at].value), nxt + 1
    if kind == "ALL":
        for start in _skip(tokens, nxt, "OF"):
            if _is(tokens, start, "CLIP"):
                yield r.AllClips(), start + 1


def _has_words(tokens: Tokens, at: int, words: Collection[tuple[str, ...]]) -> bool:
    return at < len(tokens) and tokens[at].words in words


_FILE_WORDS = {(w,) for w in ("photo", "file", "shot", "image", "footage", "song", "picture", "pic", "scene")}


def read_media(tokens: Tokens, at: int) -> Found:
    """The name of a file: `song.mp3`, `the beach photo`."""
    if _is(tokens, at, "NAME", "FILE"):
        yield tokens[at].value, at + 1
        if _has_words(tokens, at + 1, _FILE_WORDS) or _is(tokens, at + 1, "CLIP", "MUSIC", "PICTURE"):
            yield tokens[at].value, at + 2


_SORTS = {"MUSIC": "music", "VOICE": "voice", "SOUND": "sound", "CAPTION": "captions", "TITLE": "titles",
          "PICTURE": "picture"}  # fmt: skip
THINGS: dict[str, r.Target] = {
    "it": r.It(),
    "that": r.It(),
    "them": r.It(),
    "this": r.It(),
    "that one": r.It(),
}
"""Words of their own that mean a thing; areas add theirs."""


def _read_thing_word(tokens: Tokens, at: int) -> Found:
    if _is(tokens, at, "VIDEO"):  # "this" is the video
        return
    for size in (1, 2):
        if at + size <= len(tokens):
            words = " ".join(w for n in range(at, at + size) for w in tokens[n].words)
            if words in THINGS:
                yield THINGS[words], at + size


def read_thing(tokens: Tokens, at: int) -> Found:
    for clip, end in read_clip(tokens, at):
        yield clip, end
        for sound in _skip(tokens, end, "POSSESSIVE"):
            if _is(tokens, sound, "SOUND"):
                yield r.SoundOf(clip), sound + 1
    yield from _several_clips(tokens, at)
    for start in _skip(tokens, at, "ALL"):
        for thing_at in _skip(tokens, start, "OF") if start > at else (start,):
            kind = tokens.kind(thing_at)
            if kind in _SORTS:
                sort = r.Sort(_SORTS[kind])  # type: ignore[arg-type]
                yield from ((sort, end) for end in _skip(tokens, thing_at + 1, "TRACK"))
                if kind == "SOUND" and _is(tokens, thing_at + 1, "OF", "FROM", "IN"):
                    yield from ((r.SoundOf(thing), last) for thing, last in read_thing(tokens, thing_at + 2))
            elif kind == "VIDEO":
                yield r.Everything(), thing_at + 1
    if _is(tokens, at, "NAME") and _is(tokens, at + 1, "TITLE"):
        yield r.TitleText(tokens[at].value), at + 2
    if _is(tokens, at, "TITLE"):
        for said in _skip(tokens, at + 1, "SAYING"):
            if _is(tokens, said, "QUOTED"):
                yield r.TitleText(tokens[said].value), said + 1
    if _is(tokens, at, "IT"):
        yield r.It(), at + 1
    if not _is(tokens, at, "VIDEO"):
        yield from _read_thing_word(tokens, at)


def _several_clips(tokens: Tokens, at: int) -> Found:
    """`clips 1 and 3`, `clips 2 to 4`, `the first two clips`."""
    nxt = at + 1
    if _is(tokens, at, "CLIP") and _is(tokens, nxt, "NUMBER"):
        numbers, end = [tokens[nxt].value], nxt + 1
        if _is(tokens, end, "TO") and _is(tokens, end + 1, "NUMBER"):
            low, high = int(numbers[0]), int(tokens[end + 1].value)
            if 0 < low < high <= 1000:
                yield _several(r.ClipNumber(n) for n in range(low, high + 1)), end + 2
        while _is(tokens, end, "AND", "COMMA"):
            start = next(n for n in range(end, len(tokens) + 1) if not _is(tokens, n, "AND", "COMMA"))
            if not _is(tokens, start, "NUMBER"):
                break
            numbers.append(tokens[start].value)
            end = start + 1
        if len(numbers) > 1 and all(n > 0 and n.denominator == 1 for n in numbers):
            yield _several(r.ClipNumber(int(n)) for n in numbers), end
    is_both = _is(tokens, at, "FIRST") and _is(tokens, nxt, "AND") and _is(tokens, nxt + 1, "LAST")
    if is_both and (_is(tokens, nxt + 2, "CLIP") or _has_words(tokens, nxt + 2, {("one",), ("ones",)})):
        yield _several(iter((r.ClipNumber(1), r.ClipNumber(-1)))), nxt + 3
    if _is(tokens, at, "FIRST", "LAST") and _is(tokens, nxt, "NUMBER") and _is(tokens, nxt + 1, "CLIP"):
        count = int(tokens[nxt].value)
        sign = 1 if _is(tokens, at, "FIRST") else -1
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
        while _is(tokens, start, "AND", "COMMA"):
            start += 1
        for more, last in read_target(tokens, start) if start > end else ():
            parts = (*_flat(thing), *_flat(more))
            yield r.Several(tuple(dict.fromkeys(parts))), last


def _all_but(tokens: Tokens, at: int) -> Found:
    """`everything but the music`, `all clips except clip 2`."""
    start = next(reversed(list(_skip(tokens, at, "ALL"))))
    among = r.AllClips() if _is(tokens, start, "CLIP") else r.Sort("sound")
    start += _is(tokens, start, "CLIP", "VIDEO", "SOUND", "OTHER")
    if start > at and _is(tokens, start, "BUT", "EXCEPT"):
        for spared, end in read_target(tokens, start + 1):
            yield r.AllBut(_flat(spared), among), end


def _flat(target: r.Target) -> tuple[r.Target, ...]:
    return target.targets if isinstance(target, r.Several) else (target,)


# Amounts, places, colours


def read_percent(tokens: Tokens, at: int) -> Found:
    """As a fraction of one hundred: 30 for `30 %`."""
    if _is(tokens, at, "PERCENT"):
        yield tokens[at].value, at + 1
    if _is(tokens, at, "NUMBER") and _is(tokens, at + 1, "PERCENTWORD"):
        yield tokens[at].value, at + 2


def read_share(tokens: Tokens, at: int) -> Found:
    """0.3 for `30 %`, 1/2 for `half`, 1/4 for `a quarter`."""
    yield from ((value / 100, end) for value, end in read_percent(tokens, at))
    named = {"HALF": _HALF, "THIRD": Fraction(1, 3), "QUARTER": Fraction(1, 4)}.get(tokens.kind(at))
    if named is not None:
        yield named, at + 1


def read_db(tokens: Tokens, at: int) -> Found:
    if _is(tokens, at, "DB"):
        yield tokens[at].value, at + 1
    if _is(tokens, at, "NUMBER") and _is(tokens, at + 1, "DBWORD"):
        yield tokens[at].value, at + 2


def read_factor(tokens: Tokens, at: int) -> Found:
    """`2x`, `3 times`, `double`, `twice`, `half`."""
    if _is(tokens, at, "FACTOR"):
        yield tokens[at].value, at + 1
    if _is(tokens, at, "NUMBER") and _is(tokens, at + 1, "TIMES"):
        yield tokens[at].value, at + 2
    named = {"DOUBLE": Fraction(2), "TWICE": Fraction(2), "HALF": _HALF}.get(tokens.kind(at))
    if named is not None:
        yield named, at + 1


def read_count(tokens: Tokens, at: int) -> Found:
    if _is(tokens, at, "NUMBER") and tokens[at].value.denominator == 1:
        yield int(tokens[at].value), at + 1


_COLOURS = {
    "black": "#000000", "white": "#ffffff", "red": "#ff0000", "green": "#008000", "blue": "#0000ff",
    "yellow": "#ffff00", "orange": "#ffa500", "purple": "#800080", "pink": "#ffc0cb", "cyan": "#00ffff",
    "magenta": "#ff00ff", "grey": "#808080", "gray": "#808080", "brown": "#a52a2a", "gold": "#ffd700",
    "silver": "#c0c0c0", "navy": "#000080", "teal": "#008080", "dark grey": "#a9a9a9", "dark gray": "#a9a9a9",
    "light grey": "#d3d3d3", "light gray": "#d3d3d3", "dark blue": "#00008b", "light blue": "#add8e6",
    "dark green": "#006400", "light green": "#90ee90", "dark red": "#8b0000", "lime": "#00ff00",
}  # fmt: skip
"""CSS names (CSS Color Module Level 4)."""

_SHAPES_OF_PICTURES = {
    "vertical": Fraction(9, 16), "portrait": Fraction(9, 16), "upright": Fraction(9, 16),
    "square": Fraction(1), "landscape": Fraction(16, 9), "horizontal": Fraction(16, 9),
    "widescreen": Fraction(16, 9),
    "cinemascope": Fraction(239, 100), "cinematic widescreen": Fraction(239, 100),
}  # fmt: skip
_SIZES = {"4k": (3840, 2160), "uhd": (3840, 2160), "1440p": (2560, 1440), "full hd": (1920, 1080),
          "1080p": (1920, 1080), "720p": (1280, 720), "hd": (1280, 720), "480p": (854, 480),
          "360p": (640, 360)}  # fmt: skip


def _aspect(match: re.Match[str]) -> Fraction | None:
    width, height = (Fraction(match[n].replace(",", ".")) for n in (1, 2))
    return width / height if width and height and Fraction(1, 4) <= width / height <= 4 else None


def read_topic(tokens: Tokens, at: int) -> Found:
    """Words of any kind, as they were typed: what something is about."""
    for end in range(at + 1, min(len(tokens), at + _MOST_TOPIC) + 1):
        yield tokens.request[tokens[at].start : tokens[end - 1].end], end


CHUNKS: dict[str, Reader] = {
    "TOPIC": read_topic,
    "LENGTH": read_length,
    "POINT": read_point,
    "STRETCH": read_stretch,
    "RUN": read_run,
    "TARGET": read_target,
    "CLIP": read_clip,
    "ORDINAL": read_ordinal,
    "MEDIA": read_media,
    "TEXT": read_kinds("QUOTED"),
    "NUMBER": read_kinds("NUMBER"),
    "COUNT": read_count,
    "PERCENT": read_percent,
    "SHARE": read_share,
    "DB": read_db,
    "FACTOR": read_factor,
    "TIMES": read_kinds("FACTOR"),
    "BIT": read_kinds("BIT"),
    "POSITION": read_kinds("POSITION"),
    "COLOUR": either(
        read_words(_COLOURS), read_pattern(r"#[0-9a-f]{6}(?![0-9a-f])", lambda m: m.group().lower())
    ),
    "ASPECT": either(
        read_pattern(r"(\d+(?:[.,]\d+)?)\s?(?::|by|x|to|/)\s?(\d+)(?!\s?(?:px|pixels?|\d|p\b))", _aspect),
        read_words(_SHAPES_OF_PICTURES),
    ),
    "SIZE": either(
        read_pattern(r"(\d{2,4})\s?(?:x|×|by|\*)\s?(\d{2,4})\b", lambda m: (int(m[1]), int(m[2]))),
        read_words(_SIZES),
    ),
    "MOOD": read_kinds("MOOD"),
    "INSTRUMENT": read_kinds("INSTRUMENT"),
}
"""By name, in capitals. Areas may add their own."""
