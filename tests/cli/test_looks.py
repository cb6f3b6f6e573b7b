"""Looks from files, from the terminal to the rendered picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from cuttingroom.media.cube import identity, write_cube
from media_factory import read_rgb
from terminal import Terminal


def test_a_table_that_lies_beside_the_person_is_brought_in_and_colours_the_video(
    terminal: Terminal, clip: Path, tmp_path: Path
):
    (tmp_path / "film.cube").write_text(write_cube(identity(9) * [1, 0, 0]))
    out = tmp_path / "out.mp4"
    lines = terminal.type("edit", clip, "apply film.cube", "--yes", "--out", out, "--json").lines
    assert [f["name"] for f in lines[0]["brought_in"]] == ["talk.mp4", "film.cube"]
    receipt = lines[-1]["run"]
    assert receipt["status"] == "completed"
    assert receipt["items"][0]["title"] == "Apply “film.cube” to “talk” at 100%"
    red, green, blue = np.mean([p.reshape(-1, 3).mean(axis=0) for p in read_rgb(out)], axis=0)
    assert red > 60 > 15 > max(green, blue)
    again = terminal.type("edit", "talk", "apply film.cube at 30%", "--yes", "--json").lines
    assert again[0]["brought_in"] == []
    assert again[-1]["run"]["items"][0]["title"] == "Apply “film.cube” to “talk” at 30%"


def test_what_is_no_table_is_refused_and_leaves_nothing(terminal: Terminal, clip: Path, tmp_path: Path):
    (tmp_path / "film.cube").write_text("LUT_3D_SIZE 2\nmovie=/etc/passwd\n")
    refused = terminal.type("edit", clip, "apply film.cube", "--yes", "--json", status=2)
    assert "no part of a colour table" in refused.error["message"]
    assert terminal.type("projects", "--json").data["projects"] == []
