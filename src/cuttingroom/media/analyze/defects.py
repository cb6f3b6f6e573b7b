"""Stretches of a file that are black, frozen or silent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cuttingroom.core.time import TICKS_PER_SECOND, Frozen, TimeRange
from cuttingroom.media import ffmpeg
from cuttingroom.media.analyze.readings import Readings
from cuttingroom.media.limits import DEFAULT_LIMITS, MediaLimits
from cuttingroom.media.probe import probe

BLACK = "blackdetect=d=0.5:pix_th=0.08"
FROZEN = "freezedetect=n=0.001:d=1"
SILENT = "silencedetect=n=-60dB:d=1"
SMALLER = "scale=320:-2:flags=fast_bilinear"


class Defects(Frozen):
    """Spans on the file's clock, in order, not overlapping within their kind."""

    black: tuple[TimeRange, ...] = ()
    frozen: tuple[TimeRange, ...] = ()
    silent: tuple[TimeRange, ...] = ()


def find_defects(
    path: Path,
    *,
    report: Callable[[float], None] | None = None,
    is_canceled: Callable[[], bool] | None = None,
    limits: MediaLimits = DEFAULT_LIMITS,
) -> Defects:
    """Black for at least 0.5 s, frozen for 1 s, silent (below -60 dBFS) for 1 s.

    Raises MediaRefused, MediaFailed, Canceled.
    """
    facts = probe(path, limits, is_canceled=is_canceled)
    readings = Readings(facts.origin_ticks)
    outputs: list[str] = []
    if facts.video and not facts.is_still:
        outputs += ["-map", f"0:{facts.video[0].index}", "-vf", f"{SMALLER},{BLACK},{FROZEN}"]
    if facts.audio:
        outputs += ["-map", f"0:{facts.audio[0].index}", "-af", SILENT]
    if not outputs:
        return Defects()

    def show(progress: ffmpeg.Progress) -> None:
        if report is not None:
            report(max(0.0, min(1.0, progress.out_ticks / max(TICKS_PER_SECOND, facts.duration_ticks))))

    ffmpeg.run(
        ["-copyts", *ffmpeg.input_arguments(path, limits=limits), *outputs, "-f", "null", "-"],
        limits=limits,
        on_progress=show,
        on_line=readings.take,
        is_canceled=is_canceled,
    )
    end = facts.duration_ticks
    return Defects(
        black=tuple(readings.black()), frozen=tuple(readings.frozen(end)), silent=tuple(readings.silent(end))
    )
