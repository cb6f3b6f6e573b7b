"""The fonts that travel with the program, so that a title looks the same on every machine."""

import shutil
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FONTS_FOLDER = "fonts"
"""Where they lie, seen from the folder in which ffmpeg runs: no path of the machine gets into a graph."""

_SHIPPED = Path(__file__).parents[1] / "fonts"


def place_fonts(work: Path) -> None:
    """Copy the fonts (Inter, SIL Open Font License) into a working folder."""
    shutil.copytree(_SHIPPED, work / FONTS_FOLDER, dirs_exist_ok=True)


def find_missing_signs(text: str) -> str:
    """The signs of `text` that the shipped font cannot draw, each once; other fonts of the machine may."""
    return "".join(dict.fromkeys(c for c in text if not c.isspace() and not _is_drawn(c)))


@cache
def _is_drawn(sign: str) -> bool:
    """Whether a sign looks other than one that no font has: FreeType draws the same box for all of those."""
    return _draw(sign) != _draw("\uffff")


@cache
def _draw(sign: str) -> bytes:
    font = ImageFont.truetype(_SHIPPED / "Inter-Regular.otf", 32)
    picture = Image.new("L", (64, 64))
    ImageDraw.Draw(picture).text((8, 8), sign, fill=255, font=font)
    return picture.tobytes()
