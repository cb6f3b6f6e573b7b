"""The cuts between shots."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cuttingroom.core.time import TICKS_PER_SECOND
from cuttingroom.media import ffmpeg
from cuttingroom.media.analyze.readings import Readings
from cuttingroom.media.limits import DEFAULT_LIMITS, MediaLimits
from cuttingroom.media.probe import VideoFacts, probe

DEFAULT_THRESHOLD = 10.0
"""ffmpeg's `scdet` scores the change of a frame from 0 to 100; 8 to 14 is its author's range for cuts."""
_SHORTEST_TICKS = TICKS_PER_SECOND // 5


def find_scenes(
    path: Path,
    *,
    threshold: float = DEFAULT_THRESHOLD,
    report: Callable[[float], None] | None = None,
    is_canceled: Callable[[], bool] | None = None,
    limits: MediaLimits = DEFAULT_LIMITS,
) -> tuple[int, ...]:
    """The first moments of new shots in ticks of the file's clock, at least 0.2 s apart.

    A file without picture has none. Raises MediaRefused, MediaFailed, Canceled.
    """
    facts = probe(path, limits, is_canceled=is_canceled)
    if not facts.has_picture or facts.is_still:
        return ()
    readings = Readings(facts.origin_ticks)

    def show(progress: ffmpeg.Progress) -> None:
        if report is not None:
            done = progress.out_ticks - facts.origin_ticks
            report(max(0.0, min(1.0, done / facts.duration_ticks)))

    chain = f"scale=320:-2:flags=fast_bilinear,scdet=threshold={threshold:g}"
    ffmpeg.run(
        [
            *("-copyts", *ffmpeg.input_arguments(path, "-an", "-sn", "-dn", limits=limits)),
            *("-map", f"0:{facts.video[0].index}", "-vf", chain, "-f", "null", "-"),
        ],
        limits=limits,
        on_progress=show,
        on_line=readings.take,
        is_canceled=is_canceled,
    )
    return _apart([_on_frame(at, facts.video[0]) for at, _ in readings.cuts])


def _on_frame(at: int, video: VideoFacts) -> int:
    """The exact start of the frame; the log has microseconds."""
    return at if video.is_variable else video.start_ticks + video.rate.snap(at - video.start_ticks)


def _apart(cuts: list[int]) -> tuple[int, ...]:
    kept: list[int] = []
    for at in cuts:
        if at > 0 and (not kept or at - kept[-1] >= _SHORTEST_TICKS):
            kept.append(at)
    return tuple(kept)
