"""Draws all sheets, or those that are named, into docs/images."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from gallery.pictures import Stage
from gallery.sheet import draw_sheet
from gallery.shots import SHEETS

OUT = Path(__file__).parents[1] / "docs" / "images"


def main() -> None:
    wanted = sys.argv[1:] or list(SHEETS)
    unknown = set(wanted) - set(SHEETS)
    if unknown:
        sys.exit(f"no sheet is called {min(unknown)}; there are {', '.join(SHEETS)}")
    with TemporaryDirectory(prefix="gallery-") as folder:
        stage = Stage(Path(folder))
        for name in wanted:
            title, make = SHEETS[name]
            path = OUT / f"gallery-{name}.png"
            draw_sheet(title, [(shot.label, stage.draw(shot)) for shot in make()], path)
            print(f"{path.name}: {path.stat().st_size // 1024} kB")


main()
