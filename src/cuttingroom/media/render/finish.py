"""Forms that packets cannot be joined into: a GIF, made of a finished film in two passes.

One pass would hold the whole film in memory, between finding the colours and using them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from cuttingroom.core.time import Rate
from cuttingroom.media import ffmpeg
from cuttingroom.media.limits import DEFAULT_LIMITS, MediaLimits
from cuttingroom.media.render.profiles import Profile

_MOST_SAMPLES = 200
"""Pictures whose colours are counted. `palettegen` remembers every colour that it has seen."""
_COLOURS = "palettegen=stats_mode=full"
_USE = "paletteuse=dither=bayer:bayer_scale=4:diff_mode=rectangle"
"""An ordered pattern stands still from picture to picture, so that what does not move costs nothing."""


def gif_step(rate: Rate, profile: Profile) -> int:
    """Every how many pictures one is kept: the smallest step that keeps `max_rate` and an even motion."""
    if profile.max_rate is None:
        return 1
    return -(-rate.num // (rate.den * profile.max_rate))


def gif_frames(frames: int, rate: Rate, profile: Profile) -> int:
    """How many pictures the GIF of a film of `frames` has."""
    return -(-frames // gif_step(rate, profile))


def make_gif(
    film: Path,
    out: Path,
    profile: Profile,
    *,
    frames: int,
    rate: Rate,
    work: Path,
    report: Callable[[float], None] | None = None,
    is_canceled: Callable[[], bool] | None = None,
    limits: MediaLimits = DEFAULT_LIMITS,
) -> None:
    """Write `film`, our own file of `frames` pictures, as an endlessly repeated GIF of the same size.

    Memory does not grow with the film. `work` is a folder for a small file. Raises MediaFailed, StorageFailed
    or Canceled; then `out` may be half written.
    """
    step, kept = gif_step(rate, profile), gif_frames(frames, rate, profile)
    sampled = step * -(-kept // _MOST_SAMPLES)
    source = ffmpeg.input_arguments(film, "-threads", "1", limits=limits)

    def show(progress: ffmpeg.Progress) -> None:
        if report is not None:
            report(min(1.0, progress.frame / kept))

    with TemporaryDirectory(dir=work) as folder:
        palette = Path(folder) / "palette.png"
        colours = ["-vf", f"framestep={sampled},{_COLOURS}", "-frames:v", "1", "-update", "1"]
        # its one picture comes at the very end: until then nothing is seen to move
        patient = replace(limits, stall_seconds=limits.cpu_seconds)
        ffmpeg.run(
            [*source, *colours, ffmpeg.output_argument(palette)], limits=patient, is_canceled=is_canceled
        )
        graph = f"[0:v]framestep={step}[thin];[thin][1:v]{_USE}[out]"
        mapped = ["-filter_complex", graph, "-map", "[out]", "-loop", "0", "-f", "gif"]
        ffmpeg.run(
            [*source, *ffmpeg.input_arguments(palette, limits=limits), *mapped, ffmpeg.output_argument(out)],
            limits=limits,
            on_progress=show,
            is_canceled=is_canceled,
        )
