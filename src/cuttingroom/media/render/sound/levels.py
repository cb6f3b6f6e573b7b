"""Short records of how loud a mix is over time, to find the same sound again in the finished file."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cuttingroom.core.time import TICKS_PER_SECOND, TimeRange

LEVELS_PER_SECOND = 100
WINDOW_LEVELS = 4 * LEVELS_PER_SECOND
_MOST_WINDOWS = 12
_QUIET_DBFS = -50.0
_SHORTEST_QUIET_TICKS = TICKS_PER_SECOND // 2
_FLOOR_DBFS = -90.0
_AUDIBLE_DBFS = -60.0
_TICKS_PER_LEVEL = TICKS_PER_SECOND // LEVELS_PER_SECOND

Levels = NDArray[np.float32]


@dataclass(frozen=True)
class SoundWindow:
    """Levels in whole dBFS, one per hundredth of a second, from the hundredth `start` on."""

    start: int
    levels: tuple[int, ...]

    def to_json(self) -> dict[str, Any]:
        return {"start": self.start, "levels": list(self.levels)}


def decibels(levels: Levels) -> NDArray[np.float64]:
    return np.maximum(_FLOOR_DBFS, 20 * np.log10(levels.astype(np.float64) + 1e-9))


def sound_windows(levels: Levels) -> list[SoundWindow]:
    """Up to 12 stretches of 4 s, spread over the whole, each where its part has the most going on."""
    loudness = decibels(levels)
    count = min(_MOST_WINDOWS, len(loudness) // WINDOW_LEVELS)
    if count == 0:
        return [SoundWindow(0, _whole(loudness))] if len(loudness) else []
    edges = np.linspace(0, len(loudness), count + 1).astype(int)
    windows: list[SoundWindow] = []
    for low, high in itertools.pairwise(edges):
        starts = range(int(low), int(high) - WINDOW_LEVELS + 1, LEVELS_PER_SECOND)
        best = max(starts, key=lambda s: float(np.std(loudness[s : s + WINDOW_LEVELS])), default=int(low))
        windows.append(SoundWindow(best, _whole(loudness[best : best + WINDOW_LEVELS])))
    return windows


def _whole(loudness: NDArray[np.float64]) -> tuple[int, ...]:
    return tuple(int(x) for x in np.rint(loudness))


def quiet_ranges(
    levels: Levels, *, below: float = _QUIET_DBFS, least_ticks: int = _SHORTEST_QUIET_TICKS
) -> list[TimeRange]:
    """Stretches of at least `least_ticks` in which all levels are `below` so many dBFS."""
    quiet = np.concatenate([[False], decibels(levels) < below, [False]])
    starts, ends = (
        np.flatnonzero(np.diff(quiet.astype(int)) == 1),
        np.flatnonzero(np.diff(quiet.astype(int)) == -1),
    )
    return [
        TimeRange.between(int(a) * _TICKS_PER_LEVEL, int(b) * _TICKS_PER_LEVEL)
        for a, b in zip(starts, ends, strict=True)
        if (int(b) - int(a)) * _TICKS_PER_LEVEL >= least_ticks
    ]


@dataclass(frozen=True)
class SoundMatch:
    """How the sound found differs from the one expected: later by `lag_ms`, louder by `gain_db`."""

    lag_ms: int
    gain_db: float
    windows: int


def match_sound(expected: Sequence[SoundWindow], heard: Levels) -> SoundMatch | None:
    """Where the expected levels fit best within half a second, or None when they are too even to tell.

    Median over the windows of the lag with the least absolute difference of levels, gain left out.
    """
    loudness = decibels(heard)
    reach = LEVELS_PER_SECOND // 2
    lags: list[int] = []
    gains: list[float] = []
    for window in expected:
        wanted = np.array(window.levels, np.float64)
        if len(wanted) < reach or float(np.std(wanted)) < 3:
            continue
        fits = {
            lag: loudness[window.start + lag : window.start + lag + len(wanted)]
            for lag in range(-min(reach, window.start), reach + 1)
        }
        fits = {lag: part for lag, part in fits.items() if len(part) == len(wanted)}
        if not fits:
            fits = {0: np.pad(loudness[window.start :], (0, len(wanted)), constant_values=-90)[: len(wanted)]}
        loud = wanted >= max(float(np.percentile(wanted, 60)), min(_AUDIBLE_DBFS, float(wanted.max())))
        found = {lag: _difference(part, wanted, loud) for lag, part in fits.items()}
        lag = min(found, key=lambda n: (round(found[n][0], 1), abs(n)))
        lags.append(lag)
        gains.append(found[lag][1])
    if not lags:
        return None
    return SoundMatch(
        round(float(np.median(lags)) * 1000 / LEVELS_PER_SECOND), float(np.median(gains)), len(lags)
    )


def _difference(
    heard: NDArray[np.float64], wanted: NDArray[np.float64], loud: NDArray[np.bool_]
) -> tuple[float, float]:
    """How far two courses of levels lie apart when their gain is left out, and that gain, in dB.

    The gain is that where it is meant to be `loud`; what is below hearing counts as one level.
    """
    gain = float(np.median((heard - wanted)[loud]))
    low = _AUDIBLE_DBFS
    return float(np.mean(np.abs(np.maximum(heard - gain, low) - np.maximum(wanted, low)))), gain
