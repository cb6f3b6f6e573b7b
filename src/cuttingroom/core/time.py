"""Exact time: integer ticks of 1/705,600,000 s ("flicks").

One tick divides every film, NTSC and PAL frame and every audio sample from 8 to 192 kHz, so positions
never drift. Source of the constant: Facebook's open "flicks" unit. Only people see seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, Self, cast

from pydantic import BaseModel, ConfigDict, Field, model_validator

TICKS_PER_SECOND = 705_600_000

Ticks = Annotated[
    int, Field(strict=True, ge=-(2**53), le=2**53, description="integer ticks of 1/705,600,000 s")
]
"""A position or a length. The bounds are JSON's exact integers: 3,545 hours."""


class Frozen(BaseModel):
    """A value: it never changes, knows no extra fields, and compares by content."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with other fields. What was cached of the old value stays behind."""
        copy = super().model_copy(update=update, deep=deep)
        values, fields = vars(copy), self.__pydantic_fields__
        if len(values) > len(fields):
            for name in values.keys() - fields.keys():
                del values[name]
        return copy


class Ratio(Frozen):
    """An exact positive fraction in lowest terms, as `{"num": 3, "den": 2}`."""

    num: Annotated[int, Field(ge=1, le=10**9)]
    den: Annotated[int, Field(ge=1, le=10**9)] = 1

    @model_validator(mode="before")
    @classmethod
    def _reduce(cls, value: Any) -> Any:
        if isinstance(value, (int, float, str, Fraction)) and not isinstance(value, bool):
            fraction = _read_fraction(value)
            return {"num": fraction.numerator, "den": fraction.denominator}
        if isinstance(value, dict):
            given = cast(dict[str, Any], value)
            num, den = given.get("num"), given.get("den", 1)
            if isinstance(num, int) and isinstance(den, int) and den:
                fraction = Fraction(num, den)
                return {**given, "num": fraction.numerator, "den": fraction.denominator}
        return cast(Any, value)

    @cached_property
    def fraction(self) -> Fraction:
        return Fraction(self.num, self.den)

    @classmethod
    def of(cls, value: Fraction | int | float | str) -> Self:
        return cls.model_validate(value)

    def __str__(self) -> str:
        return str(self.num) if self.den == 1 else f"{self.num}/{self.den}"


class Rate(Ratio):
    """Frames per second. Only rates whose frame is a whole number of ticks are allowed (1 to 240)."""

    @model_validator(mode="after")
    def _has_exact_frames(self) -> Self:
        if TICKS_PER_SECOND * self.den % self.num:
            raise ValueError(f"Frame rate {self} has no exact frame length; use 24, 25, 30000/1001, 30, ...")
        if not 1 <= self.fraction <= 240:
            raise ValueError(f"Frame rate {self} is outside 1 to 240 frames per second")
        return self

    @property
    def frame_ticks(self) -> int:
        """The length of one frame in ticks."""
        return TICKS_PER_SECOND * self.den // self.num

    def frames(self, ticks: int) -> int:
        """The number of the frame that is nearest to `ticks`, halves up."""
        frame = self.frame_ticks
        return (2 * ticks + frame) // (2 * frame)

    def ticks(self, frames: int) -> int:
        return frames * self.frame_ticks

    def snap(self, ticks: int) -> int:
        """`ticks` on the nearest frame boundary, halves up."""
        return self.frames(ticks) * self.frame_ticks


class TimeRange(Frozen):
    """A stretch of time on somebody's clock: from `start_ticks`, lasting `duration_ticks` > 0."""

    start_ticks: Ticks
    duration_ticks: Annotated[Ticks, Field(gt=0)]

    @classmethod
    def between(cls, start_ticks: int, end_ticks: int) -> Self:
        return cls(start_ticks=start_ticks, duration_ticks=end_ticks - start_ticks)

    @property
    def end_ticks(self) -> int:
        return self.start_ticks + self.duration_ticks

    def contains(self, ticks: int) -> bool:
        return self.start_ticks <= ticks < self.end_ticks

    def intersection(self, other: TimeRange) -> TimeRange | None:
        start = max(self.start_ticks, other.start_ticks)
        end = min(self.end_ticks, other.end_ticks)
        return TimeRange.between(start, end) if end > start else None

    def shifted(self, ticks: int) -> TimeRange:
        return TimeRange(start_ticks=self.start_ticks + ticks, duration_ticks=self.duration_ticks)

    def __str__(self) -> str:
        return f"{format_ticks(self.start_ticks)}-{format_ticks(self.end_ticks)}"


def _read_fraction(value: int | float | str | Fraction) -> Fraction:
    """Raises ValueError. A float means the decimal that a person sees."""
    text = str(value)
    if len(text) > 50 or (isinstance(value, str) and "e" in text.lower()):
        raise ValueError(f"{text[:50]!r} is no fraction; write 1.5 or 3/2")
    try:
        return Fraction(text)
    except ZeroDivisionError as error:
        raise ValueError(f"{text!r} divides by zero") from error


def round_half_up(value: Fraction) -> int:
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def seconds_to_ticks(seconds: float | int | str | Fraction) -> int:
    """Ticks nearest to a number of seconds. A float means the decimal that a person sees."""
    value = Fraction(str(seconds)) if isinstance(seconds, float) else Fraction(seconds)
    return round_half_up(value * TICKS_PER_SECOND)


def ticks_to_seconds(ticks: int) -> float:
    """Seconds for people and programs that cannot do better; never to compute with."""
    return ticks / TICKS_PER_SECOND


def format_ticks(ticks: int, *, decimals: int = 2) -> str:
    """`M:SS.cc` or `H:MM:SS.cc`, as people read positions and lengths."""
    sign, ticks = ("-", -ticks) if ticks < 0 else ("", ticks)
    units = round_half_up(Fraction(ticks * 10**decimals, TICKS_PER_SECOND))
    whole, part = divmod(units, 10**decimals)
    minutes, seconds = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    tail = f"{seconds:02d}" + (f".{part:0{decimals}d}" if decimals else "")
    return f"{sign}{hours}:{minutes:02d}:{tail}" if hours else f"{sign}{minutes}:{tail}"


def merge_ranges(ranges: list[TimeRange]) -> list[TimeRange]:
    """The same time as sorted ranges that neither touch nor overlap."""
    merged: list[TimeRange] = []
    for item in sorted(ranges, key=lambda r: r.start_ticks):
        if merged and item.start_ticks <= merged[-1].end_ticks:
            end = max(merged[-1].end_ticks, item.end_ticks)
            merged[-1] = TimeRange.between(merged[-1].start_ticks, end)
        else:
            merged.append(item)
    return merged


def invert_ranges(ranges: list[TimeRange], whole: TimeRange) -> list[TimeRange]:
    """The parts of `whole` that no range covers."""
    rest: list[TimeRange] = []
    position = whole.start_ticks
    for item in merge_ranges(ranges):
        start, end = max(item.start_ticks, whole.start_ticks), min(item.end_ticks, whole.end_ticks)
        if end <= start:
            continue
        if start > position:
            rest.append(TimeRange.between(position, start))
        position = max(position, end)
    if whole.end_ticks > position:
        rest.append(TimeRange.between(position, whole.end_ticks))
    return rest
