"""The fonts that travel with the program, so that a title looks the same on every machine."""

import shutil
from pathlib import Path

FONTS_FOLDER = "fonts"
"""Where they lie, seen from the folder in which ffmpeg runs: no path of the machine gets into a graph."""

_SHIPPED = Path(__file__).parents[1] / "fonts"


def place_fonts(work: Path) -> None:
    """Copy the fonts (Inter, SIL Open Font License) into a working folder."""
    shutil.copytree(_SHIPPED, work / FONTS_FOLDER, dirs_exist_ok=True)
