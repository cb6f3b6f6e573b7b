"""Stills are the frames of the render; thumbnails are taken from the best of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from cuttingroom.core.errors import InvalidInput
from cuttingroom.core.hashing import hash_file
from cuttingroom.core.settings import Settings
from cuttingroom.media.analyze.looks import look_at, score_looks
from cuttingroom.media.probe import probe
from cuttingroom.timeline.effects import FadeIn, FadeOut
from cuttingroom.timeline.model import Element, TextSource, Timeline, Transition
from cuttingroom.tools.base import MadeFile, MakeContext, MakingTool
from cuttingroom.tools.make_still import MakeStill
from cuttingroom.tools.make_thumbnail import MakeThumbnail, candidate_frames
from media_factory import (
    a_timeline,
    an_element,
    frames,
    make_video,
    numbered_picture,
    overlay_track,
    read_number,
    read_rgb,
    video_track,
)
from renders import render_to

SIZE = (320, 180)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_video(tmp_path_factory.mktemp("stills") / "a.mp4", frames=60, size=SIZE, bt709=True)


def filmed(source: Path, *, take: tuple[int, int] = (0, 60), at: int = 0, **fields: Any) -> Element:
    return an_element(probe(source), "a", at=at, take=take, **fields)


def make(tool: MakingTool, timeline: Timeline, source: Path, folder: Path) -> MadeFile:
    work = folder / f"work_{len(list(folder.iterdir()))}"
    work.mkdir()
    context = MakeContext(
        timeline=timeline, files={"a": source}, hashes={"a": hash_file(source)}, media={}, work=work,
        settings=Settings(home=folder / "home"), record_call=lambda *_: None, cache=None,  # type: ignore[arg-type]
        spent_microusd=lambda: 0, report=lambda _share, _note: None, is_canceled=lambda: False,
    )  # fmt: skip
    tool.check(timeline)
    return tool.make(context).files[0]


def pixels(file: MadeFile) -> NDArray[np.uint8]:
    with Image.open(file.path) as picture:
        return np.asarray(picture.convert("RGB"))


def test_a_still_is_the_very_frame_of_the_render_with_all_that_lies_over_it(source: Path, tmp_path: Path):
    title = Element(
        id="t",
        start_ticks=frames(30),
        duration_ticks=frames(20),
        source=TextSource(text="Hi", position="top"),
    )
    timeline = a_timeline(video_track(filmed(source)), overlay_track(title), size=SIZE)
    rendered = read_rgb(render_to(tmp_path, timeline, {"a": source})[0])
    for number in (0, 37, 59):
        file = make(MakeStill(at_ticks=frames(number) + 1), timeline, source, tmp_path)
        still = pixels(file)
        assert (file.width, file.height, file.mime_type, file.checked) == (*SIZE, "image/png", True)
        assert read_number(still.mean(axis=2).astype(np.uint8)) == number
        far = [np.abs(still.astype(int) - shown).mean() for shown in rendered]
        assert int(np.argmin(far)) == number
        assert far[number] < 3


def test_a_jpg_may_be_smaller_and_keeps_its_shape_and_colours(source: Path, tmp_path: Path):
    timeline = a_timeline(video_track(filmed(source)), size=SIZE)
    whole = pixels(make(MakeStill(at_ticks=0), timeline, source, tmp_path))
    file = make(MakeStill(at_ticks=0, width=160, format="jpg"), timeline, source, tmp_path)
    small = pixels(file)
    assert (file.width, file.height, file.mime_type) == (160, 90, "image/jpeg")
    assert np.abs(small.mean(axis=(0, 1)) - whole.mean(axis=(0, 1))).max() < 1.5


def test_there_is_no_frame_after_the_last(source: Path):
    timeline = a_timeline(video_track(filmed(source)), size=SIZE)
    MakeStill(at_ticks=frames(60) - 1).check(timeline)
    with pytest.raises(InvalidInput, match=r"no frame at 0:02\.00: the video lasts 0:02\.00"):
        MakeStill(at_ticks=frames(60)).check(timeline)


def test_a_sharp_well_lit_picture_beats_a_blurred_a_dark_and_an_empty_one():
    sharp = Image.fromarray(numbered_picture(5, *SIZE))
    blurred = sharp.resize((20, 12)).resize(SIZE)
    dark = Image.fromarray((np.asarray(sharp) * 0.15).astype(np.uint8))
    empty = Image.new("RGB", SIZE, (120, 120, 120))
    scores = score_looks([look_at(p) for p in (blurred, dark, empty, sharp)])
    assert scores.index(max(scores)) == 3
    assert scores[2] == 0


def _mostly_bad(number: int, width: int, height: int) -> NDArray[np.uint8]:
    """Black, but for frames 20 to 29."""
    return (
        numbered_picture(number, width, height)
        if 20 <= number < 30
        else np.zeros((height, width, 3), np.uint8)
    )


def test_a_thumbnail_is_taken_where_there_is_something_to_see_and_says_why(tmp_path: Path):
    source = make_video(tmp_path / "a.mp4", frames=60, size=SIZE, bt709=True, picture=_mostly_bad)
    file = make(MakeThumbnail(), a_timeline(video_track(filmed(source)), size=SIZE), source, tmp_path)
    found = file.facts["thumbnail"]
    assert 20 <= found["frame"] < 30
    assert read_number(pixels(file).mean(axis=2).astype(np.uint8)) == found["frame"]
    assert "looks best of" in found["notes"][0]


def test_frames_beside_cuts_and_in_transitions_and_fades_are_not_looked_at(source: Path):
    left = filmed(source, take=(0, 60), effects=(FadeIn(duration_ticks=frames(10)),)).model_copy(
        update={"id": "l"}
    )
    right = filmed(source, at=45, effects=(FadeOut(duration_ticks=frames(10)),)).model_copy(
        update={"id": "r"}
    )
    join = Transition(left_id="l", right_id="r", duration_ticks=frames(15))
    timeline = a_timeline(video_track(left, right, transitions=(join,)), size=SIZE)
    found = candidate_frames(timeline)
    assert found
    assert not [f for f in found if f < 16 or 39 <= f < 66 or f >= 89]


def test_the_title_of_a_thumbnail_is_drawn_whatever_signs_it_has(source: Path, tmp_path: Path):
    other = Element(
        id="t", start_ticks=0, duration_ticks=frames(60), source=TextSource(text="Title of the film")
    )
    timeline = a_timeline(video_track(filmed(source)), overlay_track(other), size=SIZE)
    plain = pixels(make(MakeThumbnail(at_ticks=frames(10)), timeline, source, tmp_path)).astype(int)
    alone = a_timeline(video_track(filmed(source)), size=SIZE)
    still = pixels(make(MakeStill(at_ticks=frames(10), format="jpg"), alone, source, tmp_path)).astype(int)
    assert np.abs(plain - still).max() <= 2  # the film's own title is left out
    title = 'Day 1: "it\'s" {\\b1} a\\Nb %{x} \u05e9\u05dc\u05d5\u05dd'
    file = make(MakeThumbnail(at_ticks=frames(10), title=title), timeline, source, tmp_path)
    drawn = np.abs(pixels(file).astype(int) - plain).max(axis=2) > 60
    assert drawn[SIZE[1] // 2 :].mean() > 0.05
    assert not drawn[: SIZE[1] // 6].any()
