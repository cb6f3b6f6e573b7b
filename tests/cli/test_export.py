"""Files as people want them, in the terminal: under a limit, of another size, in parts, as pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import media_factory
from cuttingroom.media.probe import probe
from terminal import Terminal


@pytest.fixture(scope="session")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds of numbered pictures with a tone."""
    path = tmp_path_factory.mktemp("talk") / "talk.mp4"
    sound = media_factory.tone(3.0).astype(np.float32)
    return media_factory.make_video(path, frames=90, size=(160, 90), sound=sound, bt709=True)


@pytest.fixture
def project(terminal: Terminal, talk: Path) -> Terminal:
    """The talk without its first ten frames."""
    terminal.type("edit", talk, "cut the first 10 frames, don't render", "--yes")
    return terminal


def test_parts_are_checked_files_with_numbers_that_hold_every_frame_once(project: Terminal, tmp_path: Path):
    said = project.type(
        "render", "--parts", "3", "--profile", "draft", "--out", tmp_path / "cut.mp4", "--json"
    )
    files = [tmp_path / f"cut-{n}.mp4" for n in (1, 2, 3)]
    assert said.lines[-1]["files"] == [str(f) for f in files]
    assert [len(media_factory.read_numbers(f)) for f in files] == [27, 26, 27]
    assert [n for f in files for n in media_factory.read_numbers(f)] == list(range(10, 90))
    run = said.lines[-1]["run"]
    made = [a for a in run["artifacts"] if a["render"]]
    assert [a["name"] for a in made] == [f"Draft render, part {n} of 3" for n in (1, 2, 3)]
    assert [a["status"] for a in made] == ["verified"] * 3
    assert len(run["verifications"]) == 3
    again = project.type("render", "--every", "0:01", "--profile", "draft", "--out", tmp_path / "again.mp4")
    assert [len(media_factory.read_numbers(tmp_path / f"again-{n}.mp4")) for n in (1, 2, 3)] == [30, 30, 20]
    assert "part 2 of 3" in again.out


def test_a_limit_is_kept_and_the_receipt_says_how(project: Terminal, tmp_path: Path):
    out = tmp_path / "small.mp4"
    said = project.type("render", "--max-size", "60kB", "--width", "160", "--out", out)
    assert out.stat().st_size <= 60_000
    assert len(media_factory.read_numbers(out)) == 80
    assert "at most 60.0 kB: quality" in " ".join(said.out.split())


def test_another_size_is_made_in_full(project: Terminal, tmp_path: Path):
    project.type("render", "--height", "180", "--profile", "draft", "--out", tmp_path / "large.mp4")
    video = probe(tmp_path / "large.mp4").video[0]
    assert (video.width, video.height) == (320, 180)


REFUSALS = (
    (("--max-size", "1kB"), "The smallest limit that works is"),
    (("--width", "161"), "multiple of 2"),
    (("--parts", "1"), "greater than or equal to 2"),
    (("--parts", "2", "--every", "1"), "either --parts or --every"),
    (("--parts", "90"), "80 at most can be made"),
    (("--parts", "2", "--explain"), "about one file"),
    (("--profile", "mp3", "--height", "720"), "makes sound only"),
)


def test_what_cannot_be_made_is_refused_before_anything_is_made(project: Terminal):
    for options, words in REFUSALS:
        said = project.type("render", *options, status=2)
        assert words in " ".join((said.out + said.err).split()), options


def test_pictures_and_gifs_are_asked_for_in_words_and_delivered(
    terminal: Terminal, talk: Path, tmp_path: Path
):
    still = tmp_path / "still.png"
    said = terminal.type("edit", talk, "save a still at 0:01", "--yes", "--out", still, "--json")
    with Image.open(still) as picture:
        assert picture.size == (160, 90)
        assert media_factory.read_number(np.asarray(picture.convert("L"))) == 30
    assert [i["tool"] for i in said.lines[-1]["run"]["items"]] == ["make_still"]
    thumb = tmp_path / "thumb.jpg"
    text = terminal.type(
        "edit", "last", "make a thumbnail with the text 'Day 1'", "--yes", "--out", thumb
    ).out
    with Image.open(thumb) as picture:
        assert picture.format == "JPEG"
    assert "looks best of" in " ".join(text.split())
    gif = tmp_path / "small.gif"
    terminal.type("edit", "last", "gif of 0:01-0:02, 80 wide", "--yes", "--out", gif)
    with Image.open(gif) as picture:
        assert (picture.size, getattr(picture, "n_frames", 0)) == ((80, 44), 15)
