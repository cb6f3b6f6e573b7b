"""Lengths, moments and stretches of time."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.frames.readers import Found, is_kind, skip
from cuttingroom.planners.rules.frames.thing_chunks import read_clip, read_ordinal
from cuttingroom.planners.rules.frames.tokens import Tokens
from cuttingroom.planners.rules.meaning.times import Times

_TIMES = Times()
_HALF = Fraction(1, 2)


def read_length(tokens: Tokens, at: int) -> Found:
    """As long a length as there is: `1 minute and 20 seconds` is one."""
    found = list(_lengths(tokens, at))
    if found:
        yield max(found, key=lambda pair: pair[1])


def _lengths(tokens: Tokens, at: int) -> Iterator[tuple[r.Length, int]]:
    for length, end in _simple_lengths(tokens, at):
        yield length, end
        for start in skip(tokens, end, "AND"):
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
        for unit_at in skip(tokens, nxt, "OF"):
            yield from ((r.Length(unit * _HALF), end) for unit, end in _unit(tokens, unit_at))
    elif kind == "QUARTER":
        for unit_at in skip(tokens, nxt, "OF"):
            yield from ((r.Length(unit / 4), end) for unit, end in _unit(tokens, unit_at))
    elif kind == "COUPLE":
        for unit_at in skip(tokens, nxt, "OF"):
            yield from ((r.Length(unit * 2), end) for unit, end in _unit(tokens, unit_at))


def _counted_lengths(tokens: Tokens, at: int) -> Iterator[tuple[r.Length, int]]:
    number, nxt = tokens[at].value, at + 1
    if is_kind(tokens, nxt, "FRAMES") and number.denominator == 1:
        yield r.Length(frames=int(number)), nxt + 1
    for unit, end in _unit(tokens, nxt):
        yield r.Length(number * unit), end
        if (
            is_kind(tokens, end, "AND")
            and is_kind(tokens, end + 1, "HALF")
            and not list(_unit(tokens, end + 2))
        ):
            yield r.Length((number + _HALF) * unit), end + 2
    if is_kind(tokens, nxt, "AND") and is_kind(tokens, nxt + 1, "HALF"):
        yield from ((r.Length((number + _HALF) * unit), end) for unit, end in _unit(tokens, nxt + 2))


def _unit(tokens: Tokens, at: int) -> Iterator[tuple[Fraction, int]]:
    if is_kind(tokens, at, "UNIT"):
        yield tokens[at].value, at + 1
    elif is_kind(tokens, at, "SECOND"):
        yield Fraction(1), at + 1


def read_time(tokens: Tokens, at: int) -> Found:
    """A moment by the clock, counted from the start or the end of the video."""
    if is_kind(tokens, at, "CLOCK") and tokens[at].value is not None:
        end = next(reversed(list(skip(tokens, at + 1, "MARK"))))
        is_result = is_kind(tokens, end, "RESULT")
        yield r.At(tokens[at].value, is_clock=True, of_result=is_result), end + is_result
    if (
        is_kind(tokens, at, "FRAMES")
        and is_kind(tokens, at + 1, "NUMBER")
        and tokens[at + 1].value.denominator == 1
    ):
        yield r.At(Fraction(0), frames=int(tokens[at + 1].value)), at + 2
    if is_kind(tokens, at, "NUMBER"):
        yield r.At(tokens[at].value, is_bare=True), at + 1
    for length, end in read_length(tokens, at):
        yield from _counted_from(tokens, length, end)


def _counted_from(tokens: Tokens, length: r.Length, at: int) -> Found:
    moment = r.At(length.seconds, length.frames)
    yield moment, at
    for end in skip(tokens, at, "IN", "MARK", "INTO"):
        if end > at:
            yield from ((moment, last) for last in _whole(tokens, end))
    if is_kind(tokens, at, "BEFORE", "FROM") and is_kind(tokens, at + 1, "END"):
        yield from ((r.FromEnd(length), last) for last in _whole(tokens, at + 2))
    if is_kind(tokens, at, "AFTER", "FROM", "INTO", "IN") and is_kind(tokens, at + 1, "START"):
        yield from ((moment, last) for last in _whole(tokens, at + 2))
    if is_kind(tokens, at, "INTO", "IN") and is_kind(tokens, at + 1, "VIDEO", "IT"):
        yield moment, at + 2


def _whole(tokens: Tokens, at: int) -> Iterator[int]:
    """After "of the video", or here."""
    yield at
    if is_kind(tokens, at, "OF", "FROM", "IN") and is_kind(tokens, at + 1, "VIDEO", "IT"):
        yield at + 2


_SIDES = {"START": "start", "MIDDLE": "middle", "END": "end"}


def read_point(tokens: Tokens, at: int) -> Found:
    """A moment: by the clock, an edge of the video or of a clip, a cut, or where words are said."""
    yield from read_time(tokens, at)
    side = _SIDES.get(tokens.kind(at))
    if side is not None:
        yield from ((r.Edge(side), end) for end in _whole(tokens, at + 1))  # type: ignore[arg-type]
        if is_kind(tokens, at + 1, "OF"):
            yield from ((r.EdgeOf(clip, side), end) for clip, end in read_clip(tokens, at + 2))  # type: ignore[arg-type]
    for number, end in read_ordinal(tokens, at):
        if end < len(tokens) and tokens[end].words in (("cut",), ("edit",), ("transition",)):
            yield r.CutPoint(number), end + 1
    yield from ((r.SpokenPoint(text), end) for text, end in _said(tokens, at))
    for clip, end in read_clip(tokens, at + 1) if is_kind(tokens, at, "WHERE") else ():
        for word, edge in (("starts", "start"), ("begins", "start"), ("ends", "end"), ("stops", "end")):
            if end < len(tokens) and tokens[end].words == (word,):
                yield r.EdgeOf(clip, edge), end + 1  # type: ignore[arg-type]


def _said(tokens: Tokens, at: int) -> Iterator[tuple[str, int]]:
    """`where she says "…"`: the words."""
    start = next(reversed(list(skip(tokens, at, "PART"))))
    start = next(reversed(list(skip(tokens, start, "WHERE"))))
    if is_kind(tokens, start, "SAYS") and is_kind(tokens, start + 1, "QUOTED"):
        yield tokens[start + 1].value, start + 2


# Stretches of time


def read_stretch(tokens: Tokens, at: int) -> Found:
    """A stretch of the video or of a clip: `the last ten seconds`, `from 0:10 to 0:20`, `after 1:05`."""
    for start in skip(tokens, at, "ALL", "VIDEO", "PART"):
        for stretch, end in _spans(tokens, start):
            yield from ((stretch, last) for last in _whole(tokens, end))
            if is_kind(tokens, end, "OF", "IN", "FROM") and isinstance(
                stretch, (r.First, r.Last, r.Middle, r.Share, r.Between)
            ):
                yield from ((r.InClip(stretch, clip), last) for clip, last in read_clip(tokens, end + 1))


def _spans(tokens: Tokens, at: int) -> Found:
    kind = tokens.kind(at)
    if kind in ("FIRST", "LAST", "MIDDLE", "SECOND", "THIRD"):
        yield from _parts_of_whole(tokens, at)
    if kind in ("INTRO", "OUTRO"):
        yield r.Vague("start" if kind == "INTRO" else "end"), at + 1
        for start in skip(tokens, at + 1, "COMMA"):
            if is_kind(tokens, start, "FIRST" if kind == "INTRO" else "LAST"):
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
    if is_kind(tokens, at, "NUMBER"):
        yield from _off_an_end(tokens, r.Length(tokens[at].value, is_bare=True), at + 1)


def _starting_at(tokens: Tokens, length: r.Length, at: int) -> Found:
    """`ten seconds that start at 1:00`, `5 seconds starting at 0:30`."""
    start = at
    while start < len(tokens) and tokens[start].words in _STARTING:
        start += 1
    if start > at or is_kind(tokens, at, "FROM"):
        start += is_kind(tokens, start, "AT", "FROM")
        yield from ((r.Run(point, length), end) for point, end in read_time(tokens, start))


_STARTING = {("that",), ("start",), ("starts",), ("starting",), ("beginning",), ("begin",), ("which",)}


def _off_an_end(tokens: Tokens, length: r.Length, at: int) -> Found:
    """`5 seconds off the start`, `... at the end of clip 2`, `... from its beginning`."""
    start = at
    while is_kind(tokens, start, "OFF", "FROM", "AT", "OF", "IN"):
        start += 1
    owned = start < len(tokens) and tokens[start].words == ("its",)
    edge = start + owned
    part = {"START": r.First(length), "END": r.Last(length), "MIDDLE": r.Middle(length)}.get(
        tokens.kind(edge)
    )
    if start == at or part is None:
        return
    yield (r.InClip(part, r.ThatClip()) if owned else part), edge + 1
    if is_kind(tokens, edge + 1, "OF", "FROM", "IN"):
        yield from ((r.InClip(part, clip), end) for clip, end in read_clip(tokens, edge + 2))


def _parts_of_whole(tokens: Tokens, at: int) -> Found:
    kind, nxt = tokens.kind(at), at + 1
    sized = {"FIRST": r.First, "LAST": r.Last, "MIDDLE": r.Middle}.get(kind)
    for length, end in read_length(tokens, nxt) if sized else ():
        yield sized(length), end  # type: ignore[misc]
    if kind in ("FIRST", "LAST") and sized:
        for unit, end in _unit(tokens, nxt):
            yield sized(r.Length(unit)), end
            if is_kind(tokens, end, "AND") and is_kind(tokens, end + 1, "HALF"):
                yield sized(r.Length(unit * 3 / 2)), end + 2
        is_count = is_kind(tokens, nxt, "NUMBER") and tokens[nxt].words != ("one",)
        if is_count and not list(read_length(tokens, nxt)):
            yield sized(r.Length(tokens[nxt].value, is_bare=True)), nxt + 1
        if is_kind(tokens, nxt, "PERCENT") and 0 < tokens[nxt].value <= 100:
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
    is_between = is_kind(tokens, at, "BETWEEN")
    joins = ("AND", "TO") if is_between else ("TO", "UNTIL")
    start = at + 1 if is_between or is_kind(tokens, at, "FROM") else at
    for first, end in read_point(tokens, start):
        if is_kind(tokens, end, *joins):
            for last, after in read_point(tokens, end + 1):
                try:
                    yield _TIMES.between(first, last), after
                except r.Nonsense:
                    continue


def _open_spans(tokens: Tokens, at: int) -> Found:
    kind, start = tokens.kind(at), at + 1
    if kind == "UP" and is_kind(tokens, start, "TO", "UNTIL"):
        kind, start = "UNTIL", start + 1
    for point, end in read_point(tokens, start):
        if kind == "AFTER" and isinstance(point, r.SpokenPoint):
            point = r.SpokenPoint(point.text, is_end=True)
        if kind == "AFTER" or (kind == "FROM" and is_kind(tokens, end, "ONWARD")):
            yield r.Between(point, r.Edge("end")), end + (kind == "FROM")
        elif kind in ("BEFORE", "UNTIL"):
            yield r.Between(r.Edge("start"), point), end


def read_run(tokens: Tokens, at: int) -> Found:
    """`from 0:10 for 5 seconds`."""
    start = at + 1 if is_kind(tokens, at, "FROM", "AT") else at
    for point, end in read_time(tokens, start):
        if is_kind(tokens, end, "FOR"):
            yield from ((r.Run(point, length), last) for length, last in read_length(tokens, end + 1))
