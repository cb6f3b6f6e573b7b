"""How loud a file is, by EBU R 128: as a whole, and in steps from which any part of it follows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cuttingroom.core.time import TICKS_PER_SECOND, Frozen
from cuttingroom.media import ffmpeg
from cuttingroom.media.analyze.readings import Readings
from cuttingroom.media.audio import MIX_RATE, stream_stereo
from cuttingroom.media.limits import DEFAULT_LIMITS, MediaLimits
from cuttingroom.media.probe import probe
from cuttingroom.media.render.sound import weighting

SILENCE_LUFS = -70.0
"""The absolute gate of R 128: nothing quieter is counted."""
SILENCE_DBTP = -150.0


class Loudness(Frozen):
    """Programme loudness in LUFS, range in LU, and true peak in dBTP."""

    integrated_lufs: float = SILENCE_LUFS
    range_lu: float = 0.0
    true_peak_dbtp: float = SILENCE_DBTP

    @classmethod
    def of(cls, readings: Readings) -> Loudness:
        found = readings.loudness
        return cls(
            integrated_lufs=max(SILENCE_LUFS, found.get("integrated", SILENCE_LUFS)),
            range_lu=max(0.0, found.get("range", 0.0)),
            true_peak_dbtp=max(SILENCE_DBTP, found.get("peak", SILENCE_DBTP)),
        )


def measure_loudness(
    path: Path,
    *,
    is_canceled: Callable[[], bool] | None = None,
    limits: MediaLimits = DEFAULT_LIMITS,
) -> Loudness | None:
    """The loudness of a file's first sound, or None without sound.

    Raises MediaRefused, MediaFailed, Canceled.
    """
    facts = probe(path, limits, is_canceled=is_canceled)
    if not facts.has_sound:
        return None
    readings = Readings()
    ffmpeg.run(
        [
            *ffmpeg.input_arguments(path, "-vn", "-sn", "-dn", limits=limits),
            *(
                "-map",
                f"0:{facts.audio[0].index}",
                "-af",
                "ebur128=peak=true:framelog=quiet",
                "-f",
                "null",
                "-",
            ),
        ],
        limits=limits,
        on_line=readings.take,
        is_canceled=is_canceled,
    )
    return Loudness.of(readings)


def measure_energies(
    path: Path,
    *,
    report: Callable[[float], None] | None = None,
    is_canceled: Callable[[], bool] | None = None,
    limits: MediaLimits = DEFAULT_LIMITS,
) -> weighting.Energies:
    """The energy of each whole 100 ms of a file's first sound, as it is mixed: one channel plays from both
    sides. Nothing without sound. Errors as `measure_loudness`.
    """
    facts = probe(path, limits, is_canceled=is_canceled)
    if not facts.has_sound:
        return np.zeros(0, np.float32)
    meter = _Meter(facts.duration_ticks, report)
    stream_stereo(path, facts, meter.take, is_canceled=is_canceled, limits=limits)
    return np.concatenate([*meter.energies, meter.finish()])


class _Meter:
    """Measures samples as they come in, a second at least at a time."""

    def __init__(self, duration_ticks: int, report: Callable[[float], None] | None) -> None:
        self.energies: list[weighting.Energies] = []
        self._rest = np.zeros((weighting.LEAD_SAMPLES, 2), np.float32)
        self._parts: list[NDArray[np.float32]] = []
        self._waiting = 0
        self._duration_ticks, self._report = duration_ticks, report

    def take(self, samples: NDArray[np.float32]) -> None:
        self._parts.append(samples)
        self._waiting += len(samples)
        if self._waiting < MIX_RATE:
            return
        self.energies.append(self.finish())
        if self._report is not None and self._duration_ticks:
            heard = sum(map(len, self.energies)) * TICKS_PER_SECOND // 10
            self._report(min(1.0, heard / self._duration_ticks))

    def finish(self) -> weighting.Energies:
        """Those of all whole steps that wait."""
        samples = np.concatenate([self._rest, *self._parts])
        found = weighting.measure_energies(samples)
        self._rest = samples[len(found) * weighting.STEP_SAMPLES :]
        self._parts, self._waiting = [], 0
        return found
