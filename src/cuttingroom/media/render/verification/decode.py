"""Decoding a file strictly to the end, with detectors on the way: its pictures, and its sound.

Damage in the middle of a file prints nothing and ends well unless the decoder is told to be strict.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cuttingroom.core.time import TICKS_PER_SECOND, TimeRange
from cuttingroom.media import ffmpeg
from cuttingroom.media.analyze.defects import BLACK, FROZEN, SMALLER
from cuttingroom.media.analyze.loudness import Loudness
from cuttingroom.media.analyze.readings import Readings
from cuttingroom.media.limits import DEFAULT_LIMITS, MediaLimits
from cuttingroom.media.probe import MediaFacts
from cuttingroom.media.render.sound.clips import SAMPLE_RATE
from cuttingroom.media.render.sound.levels import Levels, quiet_ranges
from cuttingroom.media.render.verification.meter import SoundMeter

_FRAME_SAMPLES = 16_384
_SILENT_DBFS = -60.0
_SHORTEST_SILENCE_TICKS = TICKS_PER_SECOND


@dataclass(frozen=True)
class Seen:
    """`frames` came out of the decoder. `picked` are the asked ones, grey."""

    frames: int
    black: tuple[TimeRange, ...]
    frozen: tuple[TimeRange, ...]
    picked: tuple[NDArray[np.uint8], ...] = ()


@dataclass(frozen=True)
class Heard:
    """`levels` is RMS per hundredth of a second from the file's start."""

    silent: tuple[TimeRange, ...]
    loudness: Loudness
    levels: Levels


@dataclass(frozen=True)
class Pick:
    """Frames to bring back, counted from 0 and rising, as grey pictures of `width` x `height`."""

    frames: Sequence[int]
    width: int
    height: int


def decode_pictures(
    path: Path,
    stream: int,
    folder: Path,
    *,
    origin_ticks: int,
    end_ticks: int,
    pick: Pick | None = None,
    on_frame: Callable[[int], None] | None = None,
    is_canceled: Callable[[], bool] | None = None,
    limits: MediaLimits = DEFAULT_LIMITS,
) -> Seen:
    """Decode the pictures of one stream to the end. `folder` is for small files.

    What is frozen at the end lasts until `end_ticks`. Raises MediaFailed at the first error, StorageFailed or
    Canceled.
    """
    readings = Readings(origin_ticks)
    (folder / "decode.txt").write_text(_graph(stream, pick), encoding="utf-8")
    outputs = [
        "-/filter_complex",
        "decode.txt",
        "-map",
        "[seen]",
        "-fps_mode",
        "passthrough",
        "-f",
        "null",
        "-",
    ]
    raw = folder / "picked.gray"
    if pick is not None:
        outputs += [
            "-map",
            "[picked]",
            "-fps_mode",
            "passthrough",
            "-f",
            "rawvideo",
            ffmpeg.output_argument(raw),
        ]
    strict = ffmpeg.input_arguments(path, "-an", "-err_detect", "explode", limits=limits)
    outcome = ffmpeg.run(
        ["-copyts", *strict, *outputs],
        limits=limits,
        folder=folder,
        on_progress=(lambda p: on_frame(p.frame)) if on_frame is not None else None,
        on_line=readings.take,
        is_canceled=is_canceled,
    )
    picked = _read_picked(raw, pick) if pick is not None else ()
    return Seen(outcome.progress.frame, tuple(readings.black()), tuple(readings.frozen(end_ticks)), picked)


def _graph(stream: int, pick: Pick | None) -> str:
    looking = f"{SMALLER},{BLACK},{FROZEN}[seen]"
    if pick is None:
        return f"[0:{stream}]{looking}\n"
    wanted = "+".join(f"eq(n,{frame})" for frame in pick.frames)
    grey = f"scale={pick.width}:{pick.height}:flags=area,format=gray"
    return f"[0:{stream}]split[all][some];[all]{looking};[some]select='{wanted}',{grey}[picked]\n"


def _read_picked(raw: Path, pick: Pick) -> tuple[NDArray[np.uint8], ...]:
    data = np.fromfile(raw, np.uint8)
    size = pick.width * pick.height
    return tuple(data[: len(data) // size * size].reshape(-1, pick.height, pick.width))


def decode_sound(
    path: Path,
    facts: MediaFacts,
    *,
    report: Callable[[float], None] | None = None,
    is_canceled: Callable[[], bool] | None = None,
    limits: MediaLimits = DEFAULT_LIMITS,
) -> Heard:
    """Decode the first sound to the end and measure it as it comes: nothing is kept but levels.

    Raises MediaFailed at the first error, Canceled.
    """
    audio = facts.audio[0]
    readings, meter = Readings(), SoundMeter(audio.channels)
    origin = facts.origin_ticks * audio.sample_rate // TICKS_PER_SECOND
    in_time = f"asetpts=PTS-{origin},aresample={SAMPLE_RATE}:async=1:first_pts=0"
    # small frames cost more to hand on than to decode; the meter's true peak costs less than the filter's
    chain = f"{in_time},asetnsamples=n={_FRAME_SAMPLES}:p=0,ebur128=framelog=quiet"
    total = max(1, facts.duration_ticks * SAMPLE_RATE // TICKS_PER_SECOND)

    def take(data: bytes) -> None:
        meter.take(data)
        if report is not None:
            report(min(1.0, meter.samples / total))

    strict = ffmpeg.input_arguments(path, "-vn", "-err_detect", "explode", limits=limits)
    sound = ["-map", f"0:{audio.index}", "-af", chain, "-ac", str(audio.channels)]
    ffmpeg.run(
        ["-copyts", *strict, *sound, "-f", "f32le", "-c:a", "pcm_f32le", "pipe:1"],
        limits=limits,
        on_line=readings.take,
        on_data=take,
        is_canceled=is_canceled,
    )
    meter.finish()
    readings.loudness["peak"] = meter.true_peak_dbtp
    silent = quiet_ranges(meter.levels, below=_SILENT_DBFS, least_ticks=_SHORTEST_SILENCE_TICKS)
    return Heard(tuple(silent), Loudness.of(readings), meter.levels)
