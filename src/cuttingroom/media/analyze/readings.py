"""What ffmpeg's detectors write into the log, as values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from cuttingroom.core.time import TimeRange, merge_ranges, seconds_to_ticks

_NUMBER = r"(-?[\d.]+(?:e[-+]?\d+)?)"
_BLACK = re.compile(rf"black_start:{_NUMBER} black_end:{_NUMBER}")
_FREEZE_START = re.compile(rf"freeze_start: {_NUMBER}")
_FREEZE_END = re.compile(rf"freeze_end: {_NUMBER}")
_SILENCE_START = re.compile(rf"silence_start: {_NUMBER}")
_SILENCE_END = re.compile(rf"silence_end: {_NUMBER}")
_SCENE = re.compile(rf"lavfi\.scd\.score: {_NUMBER}, lavfi\.scd\.time: {_NUMBER}")
_LOUDNESS = {
    "integrated": re.compile(r"I:\s+(-?[\d.]+|-inf|nan) LUFS"),
    "range": re.compile(r"LRA:\s+(-?[\d.]+|-inf|nan) LU$"),
    "peak": re.compile(r"Peak:\s+(-?[\d.]+|-inf|nan) dBFS"),
}


@dataclass
class Readings:
    """Collects lines of the log (`take`); afterwards asked for spans in ticks after `origin_ticks`."""

    origin_ticks: int = 0
    loudness: dict[str, float] = field(default_factory=dict[str, float])
    cuts: list[tuple[int, float]] = field(default_factory=list[tuple[int, float]])
    _black: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    _freeze: list[tuple[bool, str]] = field(default_factory=list[tuple[bool, str]])
    _silence: list[tuple[bool, str]] = field(default_factory=list[tuple[bool, str]])

    def take(self, line: str) -> None:
        if found := _BLACK.search(line):
            self._black.append((found[1], found[2]))
        elif found := _SCENE.search(line):
            self.cuts.append((self._ticks(found[2]), float(found[1])))
        elif "ebur128" not in line and line.startswith("    "):
            self._take_loudness(line)
        for pattern, is_start, into in (
            (_FREEZE_START, True, self._freeze), (_FREEZE_END, False, self._freeze),
            (_SILENCE_START, True, self._silence), (_SILENCE_END, False, self._silence),
        ):  # fmt: skip
            if found := pattern.search(line):
                into.append((is_start, found[1]))

    def black(self) -> list[TimeRange]:
        return _ranges((self._ticks(a), self._ticks(b)) for a, b in self._black)

    def frozen(self, end_ticks: int) -> list[TimeRange]:
        return _ranges(self._pairs(self._freeze, end_ticks))

    def silent(self, end_ticks: int) -> list[TimeRange]:
        return _ranges(self._pairs(self._silence, end_ticks))

    def _ticks(self, seconds: str) -> int:
        return seconds_to_ticks(seconds) - self.origin_ticks

    def _pairs(self, marks: list[tuple[bool, str]], end_ticks: int) -> Iterable[tuple[int, int]]:
        """Starts with their ends; what has not ended lasts until `end_ticks`."""
        begun: int | None = None
        for is_start, seconds in marks:
            if is_start:
                begun = self._ticks(seconds)
            elif begun is not None:
                yield begun, self._ticks(seconds)
                begun = None
        if begun is not None:
            yield begun, end_ticks

    def _take_loudness(self, line: str) -> None:
        for name, pattern in _LOUDNESS.items():
            if (found := pattern.search(line)) and found[1] != "nan":
                self.loudness[name] = float(found[1])


def _ranges(pairs: Iterable[tuple[int, int]]) -> list[TimeRange]:
    return merge_ranges([TimeRange.between(max(0, a), b) for a, b in pairs if b > max(0, a)])
