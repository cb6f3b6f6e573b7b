"""A picture of a whole video: small frames in a grid, each with its time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from cuttingroom.core.errors import MediaRefused
from cuttingroom.core.time import TICKS_PER_SECOND, format_ticks
from cuttingroom.media import ffmpeg
from cuttingroom.media.limits import DEFAULT_LIMITS, MediaLimits
from cuttingroom.media.probe import MediaFacts, probe

_FONTS = Path(__file__).parent / "fonts"
_PAPER, _INK, _FAINT = (22, 24, 29), (236, 238, 242), (140, 146, 158)
_GAP, _HEAD = 12, 64


def make_contact_sheet(
    path: Path,
    out_png: Path,
    *,
    columns: int = 4,
    rows: int = 4,
    width: int = 320,
    title: str | None = None,
    is_canceled: Callable[[], bool] | None = None,
    limits: MediaLimits = DEFAULT_LIMITS,
) -> None:
    """Write a PNG with `columns` x `rows` frames, each `width` pixels wide, spread evenly over the video.

    Raises MediaRefused for a file without picture, MediaFailed, Canceled.
    """
    facts = probe(path, limits, is_canceled=is_canceled)
    if not facts.video:
        raise MediaRefused(f"{path.name} has no picture.", reason="not_media", file=path.name)
    video = facts.video[0]
    height = max(2, 2 * round(width * video.height / video.width / 2))
    moments = _moments(facts, columns * rows)
    sheet = _paper(columns, rows, width, height)
    _write_head(sheet, title or path.name, facts)
    for number, at_ticks in enumerate(moments):
        frame = _frame(path, facts, at_ticks, (width, height), limits, is_canceled)
        left = _GAP + number % columns * (width + _GAP)
        top = _HEAD + number // columns * (height + _GAP)
        sheet.paste(_labelled(frame, format_ticks(at_ticks, decimals=1)), (left, top))
    sheet.save(out_png, optimize=True)


def _moments(facts: MediaFacts, count: int) -> list[int]:
    """The middles of `count` equal parts, fewer when there are fewer frames."""
    video = facts.video[0]
    count = max(1, min(count, video.frame_count))
    return [
        max(0, video.start_ticks) + video.duration_ticks * (2 * n + 1) // (2 * count) for n in range(count)
    ]


def _paper(columns: int, rows: int, width: int, height: int) -> Image.Image:
    size = (_GAP + columns * (width + _GAP), _HEAD + rows * (height + _GAP))
    return Image.new("RGB", size, _PAPER)


def _write_head(sheet: Image.Image, title: str, facts: MediaFacts) -> None:
    draw, video = ImageDraw.Draw(sheet), facts.video[0]
    length = format_ticks(facts.duration_ticks, decimals=1)
    details = f"{length}   {video.width} × {video.height}   {float(video.rate.fraction):g} fps"
    draw.text((_GAP, 12), title[:80], fill=_INK, font=_font("Inter-Bold.otf", 19))
    draw.text((_GAP, 38), details, fill=_FAINT, font=_font("Inter-Regular.otf", 14))


def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_FONTS / name), size)


def _labelled(frame: Image.Image, label: str) -> Image.Image:
    font = _font("Inter-Bold.otf", max(11, frame.width // 22))
    draw = ImageDraw.Draw(frame, "RGBA")
    left, top, right, bottom = draw.textbbox((0, 0), label, font=font)
    wide, high = right - left + 14, bottom - top + 10
    corner = (frame.width - wide - 6, 6)  # captions, clocks and names mostly stand below
    draw.rounded_rectangle((*corner, corner[0] + wide, corner[1] + high), 5, fill=(0, 0, 0, 170))
    draw.text((corner[0] + 7 - left, corner[1] + 5 - top), label, fill=_INK, font=font)
    return frame


def _frame(
    path: Path,
    facts: MediaFacts,
    at_ticks: int,
    size: tuple[int, int],
    limits: MediaLimits,
    is_canceled: Callable[[], bool] | None,
) -> Image.Image:
    seek = max(0, at_ticks - max(facts.video[0].rate.frame_ticks, TICKS_PER_SECOND // 100))
    arguments = ffmpeg.input_arguments(path, "-an", "-ss", ffmpeg.seconds_argument(seek), limits=limits)
    scale = f"scale={size[0]}:{size[1]}:flags=area,format=rgb24"
    picked = ["-map", f"0:{facts.video[0].index}", "-vf", scale, "-frames:v", "1"]
    data = bytearray()
    raw = ["-f", "rawvideo", "pipe:1"]
    ffmpeg.run([*arguments, *picked, *raw], limits=limits, on_data=data.extend, is_canceled=is_canceled)
    if len(data) < size[0] * size[1] * 3:
        return Image.new("RGB", size, (50, 52, 58))
    pixels = np.frombuffer(bytes(data[: size[0] * size[1] * 3]), np.uint8)
    return Image.fromarray(pixels.reshape(size[1], size[0], 3).copy())
