"""Finds the beats of music: onsets, then the tempo around each moment, then the beats that fit both best.

After D. Ellis, "Beat Tracking by Dynamic Programming" (2007), with a tempo that may change: it is followed
through a tempogram by Viterbi's algorithm.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cuttingroom.core.time import TICKS_PER_SECOND, Frozen
from cuttingroom.media.audio import SPEECH_RATE, stream_speech
from cuttingroom.media.limits import DEFAULT_LIMITS, MediaLimits
from cuttingroom.media.probe import probe

Floats = NDArray[np.float64]

_HOP, _WINDOW = SPEECH_RATE // 100, 512
_RATE = 100
"""Onset values per second."""
_LATENCY_SECONDS = 0.022
"""How long before an onset its window begins, when the flux is highest."""
_AT_START_SECONDS = 0.03
"""A beat so little before the start is at the start."""
_BANDS, _LOWEST_HZ = 24, 40.0
_COMPRESSION = 1000.0
SLOWEST_BPM, FASTEST_BPM = 50.0, 210.0
_USUAL_BPM, _USUAL_OCTAVES = 118.0, 0.9
"""People tap most music near this tempo: which of two tempos, one twice the other, is meant."""
_TEMPO_SECONDS = 8
_CHANGE_COST = 60.0
"""What a change of tempo costs, by the square of its octaves."""
_TIGHTNESS = 120.0
_FAINT = 0.02
"""Where onsets vary less than this share of what they do in all, they are no rhythm."""
_STEADY = 0.25
"""How much of the onsets must come back after a beat (0 to 1) for there to be a beat at all."""


class Beats(Frozen):
    """Moments of the beats on the file's clock. `tempo_bpm` is the middle tempo; None and no beats without
    one."""

    beats: tuple[int, ...] = ()
    tempo_bpm: float | None = None
    steadiness: float = 0.0


@dataclass
class _Onsets:
    """Positive change of the spectrum, `_RATE` times a second, as the sound comes in."""

    duration_ticks: int
    report: Callable[[float], None] | None
    flux: list[Floats] = field(default_factory=list[Floats])
    _rest: NDArray[np.int16] = field(default_factory=lambda: np.zeros(_WINDOW, np.int16))
    _last: Floats = field(default_factory=lambda: np.zeros(_BANDS))
    _heard: int = 0

    def take(self, samples: NDArray[np.int16]) -> None:
        sound = np.concatenate([self._rest, samples])
        count = max(0, (len(sound) - _WINDOW) // _HOP + 1)
        if count:
            frames = np.lib.stride_tricks.sliding_window_view(sound, _WINDOW)[::_HOP][:count]
            bands = np.abs(np.fft.rfft(frames / 32768.0 * np.hanning(_WINDOW))) @ _filters()
            levels = np.log1p(_COMPRESSION * bands)
            change = np.diff(np.vstack([self._last, levels]), axis=0)
            self.flux.append(np.maximum(change, 0.0).sum(axis=1))
            self._last = levels[-1]
        self._rest = sound[count * _HOP :]
        self._heard += len(samples)
        if self.report is not None and self.duration_ticks:
            self.report(min(1.0, self._heard * TICKS_PER_SECOND / SPEECH_RATE / self.duration_ticks))

    def finish(self) -> Floats:
        """Onsets above what is usual around them, in shares of their spread."""
        self.take(np.zeros(_WINDOW, np.int16))
        flux = np.concatenate(self.flux)
        width = _RATE
        usual = np.convolve(np.pad(flux, width // 2, mode="edge"), np.ones(width) / width, "same")
        above = np.maximum(flux - usual[width // 2 : width // 2 + len(flux)], 0.0)
        spread = above.std()
        return above / spread if spread > 1e-9 else np.zeros(len(flux))


def find_beats(
    path: Path,
    *,
    report: Callable[[float], None] | None = None,
    is_canceled: Callable[[], bool] | None = None,
    limits: MediaLimits = DEFAULT_LIMITS,
) -> Beats:
    """The beats of a file's first sound, to about a hundredth of a second; none where no beat is steady.

    Works on a stream: an hour takes a few megabytes. Raises MediaRefused, MediaFailed, Canceled.
    """
    facts = probe(path, limits, is_canceled=is_canceled)
    if not facts.has_sound:
        return Beats()
    onsets = _Onsets(facts.duration_ticks, report)
    stream_speech(path, facts, onsets.take, is_canceled=is_canceled, limits=limits)
    return track_beats(onsets.finish(), facts.duration_ticks)


def track_beats(onsets: Floats, duration_ticks: int) -> Beats:
    """The beats in onset strengths, the first of which belongs to one window before the file's start."""
    if len(onsets) < 2 * _RATE or not onsets.any():
        return Beats()
    periods, steadiness = _follow_tempo(onsets)
    if steadiness < _STEADY:
        return Beats(steadiness=steadiness)
    frames = _choose_beats(onsets, periods)
    moments = [_refine(onsets, f) for f in _within_sound(onsets, frames)]
    shift = _LATENCY_SECONDS - _WINDOW / SPEECH_RATE
    seconds = [m / _RATE + shift for m in moments]
    ticks = [max(0, round(s * TICKS_PER_SECOND)) for s in seconds if s > -_AT_START_SECONDS]
    beats = sorted({t for t in ticks if t < duration_ticks})
    if len(beats) < 4:
        return Beats(steadiness=steadiness)
    tempo = 60.0 * TICKS_PER_SECOND / float(np.median(np.diff(beats)))
    return Beats(beats=tuple(beats), tempo_bpm=round(tempo, 1), steadiness=steadiness)


def _filters() -> Floats:
    """Triangles on the mel scale, of equal height: which frequencies count for which band."""
    top = 2595 * np.log10(1 + SPEECH_RATE / 2 / 700)
    bottom = 2595 * np.log10(1 + _LOWEST_HZ / 700)
    edges = 700 * (10 ** (np.linspace(bottom, top, _BANDS + 2) / 2595) - 1)
    bins = np.fft.rfftfreq(_WINDOW, 1 / SPEECH_RATE)[:, None]
    rising = (bins - edges[:-2]) / np.maximum(edges[1:-1] - edges[:-2], SPEECH_RATE / _WINDOW)
    falling = (edges[2:] - bins) / np.maximum(edges[2:] - edges[1:-1], SPEECH_RATE / _WINDOW)
    return np.maximum(0.0, np.minimum(rising, falling))


def _follow_tempo(onsets: Floats) -> tuple[Floats, float]:
    """The beat's period in frames at every frame, and how steadily onsets come back after it, 0 to 1."""
    lags = np.arange(int(60 * _RATE / FASTEST_BPM), int(60 * _RATE / SLOWEST_BPM) + 1)
    size, step = min(len(onsets), _TEMPO_SECONDS * _RATE), _RATE
    starts = np.arange(0, len(onsets) - size + 1, step)
    smooth = _smooth(onsets)
    windows = np.stack([smooth[s : s + size] for s in starts])
    again = _autocorrelate(windows, 4 * int(lags[-1]) + 1)
    octaves = np.log2(60 * _RATE / lags / _USUAL_BPM)
    liking = np.exp(-0.5 * (octaves / _USUAL_OCTAVES) ** 2)
    combs = again[:, lags] + 0.5 * _peak(again, 2 * lags) + 0.25 * _peak(again, 4 * lags)
    chosen = _cheapest_path(combs * liking, np.log2(lags))
    middles = starts + size / 2
    periods = np.interp(np.arange(len(onsets)), middles, lags[chosen].astype(float))
    return periods, float(np.median(_peak(again, lags)[np.arange(len(starts)), chosen]))


def _smooth(onsets: Floats) -> Floats:
    """Onsets as hills a few hundredths of a second wide, since no player is exact."""
    return np.convolve(onsets, np.exp(-0.5 * (np.arange(-4, 5) / 1.5) ** 2), "same")


def _autocorrelate(windows: Floats, most: int) -> Floats:
    """How much of each window comes back after every lag below `most`: 1 at lag 0."""
    size = windows.shape[1]
    centred = windows - windows.mean(axis=1, keepdims=True)
    spectrum = np.fft.rfft(centred, 2 * size, axis=1)
    found = np.fft.irfft(np.abs(spectrum) ** 2, axis=1)[:, :size]
    found = found / np.maximum(found[:, :1], _FAINT * size)
    return np.pad(found, ((0, 0), (0, max(0, most + 2 - size))))


def _peak(again: Floats, lags: NDArray[np.int_]) -> Floats:
    """The highest value at each lag or one beside it."""
    return np.maximum.reduce([again[:, lags - 1], again[:, lags], again[:, lags + 1]])


def _cheapest_path(gains: Floats, places: Floats) -> NDArray[np.int_]:
    """For each row the column, so that gains are high and places change little from row to row."""
    cost = _CHANGE_COST * (places[:, None] - places[None, :]) ** 2 / _TEMPO_SECONDS
    best, back = gains[0], np.zeros(gains.shape, np.int_)
    for n in range(1, len(gains)):
        ways = best[None, :] - cost
        back[n] = ways.argmax(axis=1)
        best = gains[n] + ways.max(axis=1)
    path = [int(best.argmax())]
    for n in range(len(gains) - 1, 0, -1):
        path.append(int(back[n, path[-1]]))
    return np.array(path[::-1])


def _choose_beats(onsets: Floats, periods: Floats) -> list[int]:
    """The frames whose onsets are strong and whose distances are close to the period."""
    score, back = _smooth(onsets), np.full(len(onsets), -1)
    for n in range(1, len(onsets)):
        period = periods[n]
        low, high = n - int(2 * period), n - int(period / 2)
        if high < 1:
            continue
        before = np.arange(max(0, low), high)
        ways = score[before] - _TIGHTNESS * np.log((n - before) / period) ** 2
        best = int(ways.argmax())
        if ways[best] > 0:
            score[n] += ways[best]
            back[n] = before[best]
    last = int(2 * periods[-1])
    frame = len(score) - last + int(score[-last:].argmax()) if last < len(score) else int(score.argmax())
    found: list[int] = []
    while frame >= 0:
        found.append(frame)
        frame = int(back[frame])
    return found[::-1]


def _within_sound(onsets: Floats, frames: list[int]) -> list[int]:
    """The beats from the first to the last at which something sounds."""
    reach = 5
    strong = [
        n for n, f in enumerate(frames) if onsets[max(0, f - reach) : f + reach + 1].max(initial=0.0) > 0.3
    ]
    return frames[strong[0] : strong[-1] + 1] if strong else []


def _refine(onsets: Floats, frame: int) -> float:
    """The moment between frames at which the onset near a beat is strongest."""
    low = max(1, frame - 3)
    part = onsets[low : min(len(onsets) - 1, frame + 4)]
    if not len(part) or part.max() < 0.5:
        return float(frame)
    n = low + int(part.argmax())
    left, middle, right = onsets[n - 1 : n + 2]
    bend = left - 2 * middle + right
    return n + (0.5 * (left - right) / bend if bend < 0 else 0.0)
