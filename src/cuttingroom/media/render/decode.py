"""One pass over a whole file: every frame decoded strictly, with detectors on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cuttingroom.core.time import TICKS_PER_SECOND, TimeRange
from cuttingroom.media import ffmpeg
from cuttingroom.media.analyze.defects import BLACK, FROZEN, SILENT, SMALLER
from cuttingroom.media.analyze.loudness import Loudness
from cuttingroom.media.analyze.readings import Readings
from cuttingroom.media.limits import DEFAULT_LIMITS, MediaLimits
from cuttingroom.media.probe import MediaFacts
from cuttingroom.media.render.levels import Levels
from cuttingroom.media.render.sound import CHANNELS, SAMPLE_RATE, level_of


@dataclass(frozen=True)
class Decoded:
    """What was seen and heard. `levels` is RMS per hundredth of a second from the file's start."""

    black: tuple[TimeRange, ...]
    frozen: tuple[TimeRange, ...]
    silent: tuple[TimeRange, ...]
    loudness: Loudness
    levels: Levels


def decode_all(
    path: Path,
    facts: MediaFacts,
    folder: Path,
    *,
    report: Callable[[float], None] | None = None,
    is_canceled: Callable[[], bool] | None = None,
    limits: MediaLimits = DEFAULT_LIMITS,
) -> Decoded:
    """Decode picture and sound to the end. Raises MediaFailed at the first error, Canceled.

    Damage in the middle of a file prints nothing and ends well unless the decoder is told to be strict.
    """
    readings = Readings(facts.origin_ticks)
    raw = folder / "decoded.s16"
    outputs: list[str] = []
    if facts.video:
        outputs += [
            "-map",
            f"0:{facts.video[0].index}",
            "-vf",
            f"{SMALLER},{BLACK},{FROZEN}",
            "-f",
            "null",
            "-",
        ]
    if facts.audio:
        origin = facts.origin_ticks * facts.audio[0].sample_rate // TICKS_PER_SECOND
        measuring = f"{SILENT},ebur128=peak=true:framelog=quiet"
        chain = f"{measuring},asetpts=PTS-{origin},aresample={SAMPLE_RATE}:async=1:first_pts=0"
        sound = ["-map", f"0:{facts.audio[0].index}", "-af", chain, "-ac", str(CHANNELS)]
        outputs += [*sound, "-f", "s16le", "-c:a", "pcm_s16le", ffmpeg.output_argument(raw)]

    def show(progress: ffmpeg.Progress) -> None:
        if report is not None:
            report(max(0.0, min(1.0, progress.out_ticks / max(1, facts.duration_ticks))))

    strict = ffmpeg.input_arguments(path, "-err_detect", "explode", limits=limits)
    ffmpeg.run(
        ["-copyts", *strict, *outputs],
        limits=limits,
        on_progress=show,
        on_line=readings.take,
        is_canceled=is_canceled,
    )
    end = facts.duration_ticks
    return Decoded(
        black=tuple(readings.black()),
        frozen=tuple(readings.frozen(end)),
        silent=tuple(readings.silent(end)),
        loudness=Loudness.of(readings),
        levels=_levels(raw) if facts.audio else np.zeros(0, np.float32),
    )


def _levels(raw: Path) -> Levels:
    """Levels of a raw file, read in blocks of ten seconds."""
    parts: list[Levels] = []
    with raw.open("rb") as file:
        while block := file.read(SAMPLE_RATE * 10 * CHANNELS * 2):
            samples = np.frombuffer(block[: len(block) // 4 * 4], "<i2").reshape(-1, CHANNELS)
            parts.append(level_of(samples.astype(np.float32) / np.float32(32768.0)))
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)
