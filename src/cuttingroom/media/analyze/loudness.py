"""How loud a file is, by EBU R 128."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cuttingroom.core.time import Frozen
from cuttingroom.media import ffmpeg
from cuttingroom.media.analyze.readings import Readings
from cuttingroom.media.limits import DEFAULT_LIMITS, MediaLimits
from cuttingroom.media.probe import probe

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
