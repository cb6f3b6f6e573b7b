"""Pictures in a grid, each above its name."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from cuttingroom.media.render import fonts

COLUMNS, GAP, HEAD, FOOT = 4, 14, 56, 46
PAPER, INK, FAINT = (22, 24, 29), (236, 238, 242), (166, 172, 184)
MOST_BYTES = 390_000
FONTS = Path(fonts.__file__).parents[1] / "fonts"


def draw_sheet(title: str, shots: Sequence[tuple[str, Image.Image]], path: Path) -> None:
    """Write a PNG with the shots in reading order; what stands behind a colon in their labels is explained
    below. In all colours where that is small enough, else in 256, mixed or plain."""
    width, height = shots[0][1].size
    rows = -(-len(shots) // COLUMNS)
    sheet = Image.new("RGB", (GAP + COLUMNS * (width + GAP), HEAD + rows * (height + FOOT + GAP)), PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((GAP, 16), title, fill=INK, font=_font("Inter-Bold.otf", 21))
    for number, (label, picture) in enumerate(shots):
        left = GAP + number % COLUMNS * (width + GAP)
        top = HEAD + number // COLUMNS * (height + FOOT + GAP)
        sheet.paste(picture, (left, top))
        name, _, about = label.partition(": ")
        draw.text((left + 1, top + height + 6), name, fill=INK, font=_font("Inter-Bold.otf", 14))
        draw.text((left + 1, top + height + 25), about, fill=FAINT, font=_fitting(about, width))
    path.write_bytes(_compressed(sheet))


def _compressed(sheet: Image.Image) -> bytes:
    few = sheet.quantize(256, Image.Quantize.MAXCOVERAGE)
    for picture in (sheet, sheet.quantize(palette=few, dither=Image.Dither.FLOYDSTEINBERG), few):
        out = io.BytesIO()
        picture.save(out, "PNG", optimize=True)
        if len(out.getvalue()) <= MOST_BYTES:
            break
    return out.getvalue()


def _fitting(text: str, width: int) -> ImageFont.FreeTypeFont:
    """The largest of a few sizes in which the text fits."""
    fonts = (_font("Inter-Regular.otf", size) for size in (13, 12, 11, 10, 9))
    return next((f for f in fonts if f.getlength(text) <= width), _font("Inter-Regular.otf", 9))


def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / name), size)
