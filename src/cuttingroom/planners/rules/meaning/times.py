"""Lengths, places and stretches of time."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

from lark import Token, Transformer

from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.meaning.parts import inline

_HALF = Fraction(1, 2)


@inline
class Times(Transformer[Token, Any]):
    """Lengths, places and stretches of time."""

    def NUMBER(self, token: Token) -> Any:
        return token.value.value

    UNIT = FRAMES = ORDINAL = POSITION = TRACKKIND = MOOD = INSTRUMENT = CLOCK = LENGTH = FACTOR = PERCENT = (
        DB
    ) = NUMBER
    QUOTED = NAME = FILE = SECOND = NUMBER

    def CLIP(self, token: Token) -> str:
        return token.value.text.lower()

    def one_second(self, _: Any) -> Fraction:
        return Fraction(1)

    def length_of(self, number: Fraction, unit: Fraction) -> r.Length:
        return r.Length(number * unit)

    def length_frames(self, number: Fraction, _: int) -> r.Length:
        if number.denominator != 1:
            raise r.Nonsense("Frames come in whole numbers: how many are meant?")
        return r.Length(frames=int(number))

    def length_half(self, unit: Fraction) -> r.Length:
        return r.Length(_HALF * unit)

    def length_and_half(self, number: Fraction, unit: Fraction) -> r.Length:
        return r.Length((number + _HALF) * unit)

    length_half_more = length_and_half

    def length_quarter(self, unit: Fraction) -> r.Length:
        return r.Length(unit / 4)

    def length_couple(self, unit: Fraction) -> r.Length:
        return r.Length(2 * unit)

    def length_few(self, _: Fraction) -> r.Length:
        raise r.Nonsense("How many exactly, for example “3 seconds”?")

    def length_given(self, seconds: Fraction) -> r.Length:
        return r.Length(seconds)

    def length(self, *parts: r.Length) -> r.Length:
        """The sum of parts that get smaller, each less than a unit of the one before: `1 minute 20
        seconds`."""
        for large, small in pairwise(parts):
            unit = 3600 if large.seconds % 3600 == 0 else 60 if large.seconds % 60 == 0 else 1
            if large.frames or not large.seconds or (small.seconds >= unit) or large.seconds.denominator != 1:
                raise r.Nonsense("How long is meant?")
        return r.Length(sum((p.seconds for p in parts), Fraction(0)), sum(p.frames for p in parts))

    def edge_start(self) -> r.Edge:
        return r.Edge("start")

    def edge_middle(self) -> r.Edge:
        return r.Edge("middle")

    def edge_end(self) -> r.Edge:
        return r.Edge("end")

    def clip_start(self, clip: r.ClipRef) -> r.EdgeOf:
        return r.EdgeOf(clip, "start")

    def clip_middle(self, clip: r.ClipRef) -> r.EdgeOf:
        return r.EdgeOf(clip, "middle")

    def clip_end(self, clip: r.ClipRef) -> r.EdgeOf:
        return r.EdgeOf(clip, "end")

    def at_clock(self, seconds: Fraction | None) -> r.At:
        if seconds is None:
            raise r.Nonsense("That is not a time: minutes and seconds end at 59. Which time is meant?")
        return r.At(seconds, is_clock=True)

    def at_length(self, length: r.Length) -> r.At:
        return r.At(length.seconds, length.frames)

    def at_result(self, seconds: Fraction | None) -> r.At:
        return replace(self.at_clock(seconds), of_result=True)

    def at_result_length(self, length: r.Length) -> r.At:
        return replace(self.at_length(length), of_result=True)

    def at_bare(self, number: Fraction) -> r.At:
        return r.At(number, is_bare=True)

    def from_end(self, length: r.Length) -> r.FromEnd:
        return r.FromEnd(length)

    def point(self, point: r.Point) -> r.Point:
        return point

    def points(self, *points: r.Point) -> tuple[r.Point, ...]:
        return points

    def stretch(self, stretch: r.Stretch) -> r.Stretch:
        return stretch

    def in_clip(self, stretch: r.Stretch, clip: r.ClipRef) -> r.InClip:
        if not isinstance(stretch, (r.First, r.Last, r.Middle, r.Share, r.Between)):
            raise r.Nonsense("Which part of the clip is meant?")
        return r.InClip(stretch, clip)

    def first(self, length: r.Length) -> r.First:
        return r.First(length)

    def last(self, length: r.Length) -> r.Last:
        return r.Last(length)

    def first_one(self, unit: Fraction) -> r.First:
        return r.First(r.Length(unit))

    def last_one(self, unit: Fraction) -> r.Last:
        return r.Last(r.Length(unit))

    def first_one_half(self, unit: Fraction) -> r.First:
        return r.First(r.Length(unit * 3 / 2))

    def last_one_half(self, unit: Fraction) -> r.Last:
        return r.Last(r.Length(unit * 3 / 2))

    def first_bare(self, number: Fraction) -> r.First:
        return r.First(r.Length(number, is_bare=True))

    def middle(self, length: r.Length) -> r.Middle:
        return r.Middle(length)

    def between_units(self, unit: Fraction, start: Fraction, end: Fraction) -> r.Between:
        return r.Between(r.At(unit * start), r.At(unit * end))

    def last_bare(self, number: Fraction) -> r.Last:
        return r.Last(r.Length(number, is_bare=True))

    def first_percent(self, percent: Fraction) -> r.Share:
        return self._share(Fraction(0), percent / 100)

    def last_percent(self, percent: Fraction) -> r.Share:
        return self._share(1 - percent / 100, Fraction(1))

    def _share(self, start: Fraction, end: Fraction) -> r.Share:
        if not 0 <= start < end <= 1:
            raise r.Nonsense("A share of the video lies between 0 and 100 %: which one is meant?")
        return r.Share(start, end)

    def between(self, start: r.Point, end: r.Point) -> r.Between:
        """`10 to 20 seconds`: the unit of the second number is that of the first."""
        if isinstance(start, r.At) and isinstance(end, r.At):
            if start.is_bare and not end.is_bare and not end.is_clock and end.seconds >= 60:
                raise r.Nonsense("Is the first number in seconds or in minutes?")
            if start.is_bare and not end.is_bare:
                start = r.At(start.seconds)
        return r.Between(start, end)

    def after(self, point: r.Point) -> r.Between:
        return r.Between(point, r.Edge("end"))

    def before(self, point: r.Point) -> r.Between:
        return r.Between(r.Edge("start"), point)

    def run(self, point: r.Point, length: r.Length) -> r.Run:
        return r.Run(point, length)

    def run_length(self, length: r.Length, point: r.Point) -> r.Run:
        return r.Run(point, length)

    def half_one(self, *_: Any) -> r.Share:
        return _nth(1, 2)

    def half_two(self, *_: Any) -> r.Share:
        return _nth(2, 2)

    def third_one(self, *_: Any) -> r.Share:
        return _nth(1, 3)

    def third_two(self, *_: Any) -> r.Share:
        return _nth(2, 3)

    def third_three(self, *_: Any) -> r.Share:
        return _nth(3, 3)

    def quarter_one(self, *_: Any) -> r.Share:
        return _nth(1, 4)

    def quarter_two(self, *_: Any) -> r.Share:
        return _nth(2, 4)

    def quarter_three(self, *_: Any) -> r.Share:
        return _nth(3, 4)

    def quarter_four(self, *_: Any) -> r.Share:
        return _nth(4, 4)

    def vague_start(self) -> r.Vague:
        return r.Vague("start")

    def vague_end(self) -> r.Vague:
        return r.Vague("end")

    def spoken(self, text: str) -> r.Spoken:
        return r.Spoken(text)

    def spoken_every(self, text: str) -> r.Spoken:
        return r.Spoken(text, every=True)

    def stretches(self, *stretches: r.Stretch) -> tuple[r.Stretch, ...]:
        lengths = [s.length for s in stretches if isinstance(s, (r.First, r.Last))]
        if any(n.is_bare for n in lengths) and any(not n.is_bare and n.seconds >= 60 for n in lengths):
            raise r.Nonsense("Is the first number in seconds or in minutes?")
        return stretches

    def both_ends(self, length: r.Length, *more: r.Stretch) -> tuple[r.Stretch, ...]:
        return (r.First(length), r.Last(length), *more)


def _nth(number: int, parts: int) -> r.Share:
    return r.Share(Fraction(number - 1, parts), Fraction(number, parts))
