"""The README's first steps, as they are written there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from terminal import Terminal

README = Path(__file__).parents[2] / "README.md"


def test_the_first_things_to_try_work_in_their_order(terminal: Terminal, clip: Path, tmp_path: Path):
    """On a small video called talk.mp4."""
    (tmp_path / "talk.mp4").write_bytes(clip.read_bytes())
    section = README.read_text().split("## First things to try")[1].split("\n## ")[0]
    lines = re.findall(r"^(cuttingroom .+)$", section, re.MULTILINE)
    assert len(lines) >= 5
    for line in lines:
        terminal.type(*shlex.split(line)[1:])
