"""What gives a clip's samples their shape: ramps, lines of gain, and stretches that are silenced or bleeped.

Positions are samples of the clip. A shape does the same to each sample wherever the stretch begins in which
it is computed, so a sound may be made in parts.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 48_000
JOIN_SAMPLES = SAMPLE_RATE * 5 // 1000
"""5 ms: cutting a wave anywhere but at zero clicks; this ramp is too short to be heard as one."""

Samples = NDArray[np.float32]

_SILENCE_DB, _TOE_DB = -60.0, -54.0
"""Below the toe a line of gain runs out straight to nothing, since no line in dB ever gets there."""


@dataclass(frozen=True)
class Ramp:
    """Gain from 0 to 1, or back, between two samples of a clip; "power" keeps the loudness of a crossfade."""

    start: int
    end: int
    rising: bool
    curve: str = "linear"

    def apply(self, samples: Samples, first: int) -> None:
        """Shape samples (n, channels) in place; the first of them is sample `first` of the clip."""
        low, high = np.clip((self.start - first, self.end - first), 0, len(samples))
        length = max(1, self.end - self.start)
        share = (np.arange(first + low, first + high) - self.start) / length
        share = share if self.rising else 1.0 - share
        curve = np.sin(share * (np.pi / 2)) if self.curve == "power" else share
        samples[low:high] *= curve.astype(np.float32)[:, None]
        if self.rising:
            samples[:low] = 0
        else:
            samples[high:] = 0

    def matters(self, first: int, end: int) -> bool:
        """Whether it changes anything from sample `first` up to `end`."""
        return first < self.end if self.rising else end > self.start

    def describe(self, shift: int) -> Any:
        return [self.start + shift, self.end + shift, self.rising, self.curve]


@dataclass(frozen=True)
class Line:
    """Gain over time: straight lines in dB through `points` (sample, dB), level before and after them."""

    points: tuple[tuple[int, float], ...]

    @classmethod
    def through(cls, points: list[tuple[int, float]]) -> Line:
        """Points at least 5 ms apart: what is nearer to the one before, such as a jump, comes later."""
        apart: list[tuple[int, float]] = []
        for at, level in points:
            apart.append((max(at, apart[-1][0] + JOIN_SAMPLES) if apart else at, level))
        return cls(tuple(apart))

    def apply(self, samples: Samples, first: int) -> None:
        """As `Ramp.apply`."""
        near = self.within(first, first + len(samples))
        at, levels = zip(*near, strict=True)
        if len(set(levels)) == 1:
            samples *= _amplitude(np.array(levels[:1])).astype(np.float32)
            return
        gains = _amplitude(np.interp(np.arange(first, first + len(samples)), at, levels))
        samples *= gains.astype(np.float32)[:, None]

    def within(self, first: int, end: int) -> tuple[tuple[int, float], ...]:
        """The points on which the gain from sample `first` up to `end` depends."""
        places = [at for at, _ in self.points]
        low = max(0, bisect_right(places, first) - 1)
        return self.points[low : max(low, bisect_left(places, end - 1)) + 1]

    def describe(self, first: int, end: int, shift: int) -> Any:
        """What it does from sample `first` up to `end`: nothing, a level or a line."""
        near = self.within(first, end)
        levels = {level for _, level in near}
        if len(levels) > 1:
            return [[at + shift, level] for at, level in near]
        return levels.pop() or None


@dataclass(frozen=True)
class Tone:
    frequency_hz: int
    amplitude: float


@dataclass(frozen=True)
class Cover:
    """Silence, or a tone, in the place of what sounds from `start` up to `end`.

    The sound gives way in the 5 ms before and comes back in the 5 ms after; a tone comes and goes inside.
    """

    start: int
    end: int
    tone: Tone | None = None

    def apply(self, samples: Samples, first: int, origin: int) -> None:
        """As `Ramp.apply`. `origin` is where the clip begins on the clock that the tone's phase follows."""
        low, high = np.clip(
            (self.start - JOIN_SAMPLES - first, self.end + JOIN_SAMPLES - first), 0, len(samples)
        )
        at = np.arange(first + low, first + high)
        outside = np.maximum(self.start - at, at - self.end + 1)
        samples[low:high] *= _share(outside)[:, None]
        if self.tone is not None:
            inside = np.minimum(at - self.start, self.end - 1 - at)
            turns = (self.tone.frequency_hz * (at + origin) % SAMPLE_RATE) / SAMPLE_RATE
            wave = self.tone.amplitude * np.sin(2 * np.pi * turns)
            samples[low:high] += (wave * _share(inside)).astype(np.float32)[:, None]

    def matters(self, first: int, end: int) -> bool:
        """Whether it changes anything from sample `first` up to `end`."""
        return self.start - JOIN_SAMPLES < end and self.end + JOIN_SAMPLES > first

    def describe(self, shift: int, origin: int) -> Any:
        place = [self.start + shift, self.end + shift]
        if self.tone is None:
            return place
        phase = self.tone.frequency_hz * (self.start + origin) % SAMPLE_RATE
        return [*place, self.tone.frequency_hz, self.tone.amplitude, phase]


def _share(distance: NDArray[np.int64]) -> Samples:
    """How far 5 ms are over, from 0 to 1, so many samples after they began."""
    return np.clip(distance / JOIN_SAMPLES, 0.0, 1.0).astype(np.float32)


def _amplitude(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    toe = 10 ** (_TOE_DB / 20) * (levels - _SILENCE_DB) / (_TOE_DB - _SILENCE_DB)
    return np.where(levels >= _TOE_DB, 10 ** (levels / 20), np.maximum(toe, 0.0))
