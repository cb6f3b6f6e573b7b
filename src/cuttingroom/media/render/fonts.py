"""The fonts that travel with the program, so that a title looks the same on every machine."""

from __future__ import annotations

import re
import shutil
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from cuttingroom.core.hashing import hash_json

FONTS_FOLDER = "fonts"
"""Where they lie, seen from the folder in which ffmpeg runs: no path of the machine gets into a graph."""

_SHIPPED = Path(__file__).parents[1] / "fonts"
SHIPPED_NAME = "Inter"
_MACHINES = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
"""Where the machine's fonts lie; ffmpeg runs without a home that could hold more."""
_STYLE = re.compile(r"^Style: [^,]*,([^,]*),", re.MULTILINE)


def place_fonts(work: Path) -> None:
    """Copy the fonts (Inter, SIL Open Font License) into a working folder."""
    shutil.copytree(_SHIPPED, work / FONTS_FOLDER, dirs_exist_ok=True)


def needs_other_fonts(document: str) -> bool:
    """Whether some text of an ASS document is drawn in fonts of the machine: by its name or its signs."""
    if set(_STYLE.findall(document)) != {SHIPPED_NAME}:
        return True
    return not document.isascii() and bool(find_missing_signs(document.partition("[Events]")[2]))


def machine_fonts() -> str:
    """A hash that changes when fonts are installed or removed."""
    found = (path for folder in _MACHINES for path in folder.rglob("*") if path.is_file())
    return hash_json(sorted([str(p), p.stat().st_size, p.stat().st_mtime_ns] for p in found))


def find_missing_signs(text: str) -> str:
    """The signs of `text` that the shipped font cannot draw, each once; other fonts of the machine may."""
    return "".join(dict.fromkeys(c for c in text if not c.isspace() and not _is_drawn(c)))


@cache
def _is_drawn(sign: str) -> bool:
    """Whether a sign looks other than one that no font has: FreeType draws the same box for all of those."""
    return _draw(sign) != _box()


@cache
def _box() -> bytes:
    return _draw("\uffff")


def shipped_font(*, bold: bool, size: int) -> ImageFont.FreeTypeFont:
    """Inter, as it travels with the program."""
    return ImageFont.truetype(_SHIPPED / f"{SHIPPED_NAME}-{'Bold' if bold else 'Regular'}.otf", size)


def _draw(sign: str) -> bytes:
    font = shipped_font(bold=False, size=32)
    picture = Image.new("L", (64, 64))
    ImageDraw.Draw(picture).text((8, 8), sign, fill=255, font=font)
    return picture.tobytes()
