"""Finds breaths: short noise in the pauses of speech, louder than the room and softer than the voice.

A breath is noise, so its spectrum is flat where a voice's has peaks, after Ruinskiy and Lavner, "An effective
algorithm for automatic detection and exact demarcation of breath sounds in speech" (2007), without their
templates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cuttingroom.core.time import TICKS_PER_SECOND, TimeRange
from cuttingroom.media.analyze.silences import find_silences
from cuttingroom.media.audio import SPEECH_RATE, stream_speech
from cuttingroom.media.limits import DEFAULT_LIMITS, MediaLimits
from cuttingroom.media.probe import probe

Floats = NDArray[np.float64]

_HOP, _WINDOW = SPEECH_RATE // 100, 512
_TICKS_PER_FRAME = TICKS_PER_SECOND // 100
_LOWEST_HZ, _HIGHEST_HZ = 300, 6500
_SHORTEST, _LONGEST = 12, 100
"""Frames of a hundredth of a second."""
_ABOVE_ROOM_DB, _BELOW_VOICE_DB = 6.0, 8.0
_FLATNESS = 0.2
"""Geometric over arithmetic mean of the spectrum: noise has about 0.56, vowels less than 0.1."""
_DIP = 2
"""Frames of the room alone on either side: noise that a word follows or comes before at once is its own s or
f."""
_EDGE = 15
"""Frames by which the edges of a pause may be wrong: a breath beside it is easily heard as the end of a word.
"""
_SHORTEST_PAUSE_TICKS = TICKS_PER_SECOND // 8


@dataclass
class _Meter:
    """Level in dBFS and flatness of the spectrum, a hundred times a second."""

    levels: list[Floats] = field(default_factory=list[Floats])
    flatness: list[Floats] = field(default_factory=list[Floats])
    _rest: NDArray[np.int16] = field(default_factory=lambda: np.zeros((_WINDOW - _HOP) // 2, np.int16))

    def take(self, samples: NDArray[np.int16]) -> None:
        sound = np.concatenate([self._rest, samples])
        count = max(0, (len(sound) - _WINDOW) // _HOP + 1)
        if count:
            frames = np.lib.stride_tricks.sliding_window_view(sound, _WINDOW)[::_HOP][:count] / 32768.0
            power = np.abs(np.fft.rfft(frames * np.hanning(_WINDOW))) ** 2
            bins = np.fft.rfftfreq(_WINDOW, 1 / SPEECH_RATE)
            power = power[:, (bins >= _LOWEST_HZ) & (bins <= _HIGHEST_HZ)] + 1e-9
            self.levels.append(10 * np.log10(power.mean(axis=1)))
            self.flatness.append(np.exp(np.log(power).mean(axis=1)) / power.mean(axis=1))
        self._rest = sound[count * _HOP :]


def find_breaths(
    path: Path,
    *,
    report: Callable[[float], None] | None = None,
    is_canceled: Callable[[], bool] | None = None,
    limits: MediaLimits = DEFAULT_LIMITS,
) -> tuple[TimeRange, ...]:
    """The breaths in the pauses of a file's first sound, on its clock; none where nobody speaks.

    Raises MediaRefused, MediaFailed, Canceled.
    """
    found = find_silences(
        path,
        min_silence_ticks=_SHORTEST_PAUSE_TICKS,
        report=report,
        is_canceled=is_canceled,
        limits=limits,
    )
    if not found.has_speech:
        return ()
    meter = _Meter()
    facts = probe(path, limits, is_canceled=is_canceled)
    stream_speech(path, facts, meter.take, is_canceled=is_canceled, limits=limits)
    levels, flatness = np.concatenate(meter.levels), np.concatenate(meter.flatness)
    return tuple(_list_breaths(levels, flatness, found.ranges))


def _list_breaths(levels: Floats, flatness: Floats, pauses: Sequence[TimeRange]) -> Iterator[TimeRange]:
    spoken, near = np.ones(len(levels), bool), np.zeros(len(levels), bool)
    for pause in pauses:
        first, end = pause.start_ticks // _TICKS_PER_FRAME, -(-pause.end_ticks // _TICKS_PER_FRAME)
        spoken[first:end] = False
        near[max(0, first - _EDGE) : end + _EDGE] = True
    if spoken.all() or not spoken.any():
        return
    room, voice = np.percentile(levels[~spoken], 20), np.percentile(levels[spoken], 80)
    is_noise = (levels > room + _ABOVE_ROOM_DB) & (levels < voice - _BELOW_VOICE_DB) & (flatness > _FLATNESS)
    is_room = levels < room + _ABOVE_ROOM_DB
    for first, end in _runs(is_noise & near):
        before, after = is_room[max(0, first - _DIP) : first], is_room[end : end + _DIP]
        if before.all() and after.all() and _SHORTEST <= end - first <= _LONGEST:
            yield TimeRange.between(first * _TICKS_PER_FRAME, end * _TICKS_PER_FRAME)


def _runs(marks: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """From where to where marks are set; a hole of up to three frames is none."""
    on = np.flatnonzero(marks)
    if not len(on):
        return
    breaks = np.flatnonzero(np.diff(on) > 4)
    for first, last in zip([0, *(breaks + 1)], [*breaks, len(on) - 1], strict=True):
        yield int(on[first]), int(on[last]) + 1
