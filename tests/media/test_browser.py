"""What a real browser shows: files and growing playlists, exact to the picture."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from browser import PLAYER, Browser, Page, serve
from cuttingroom.core.time import Rate
from cuttingroom.media.probe import probe
from cuttingroom.media.render.copies.descriptions import parse_description
from live_shows import FRAMES, NTSC, PADDING, RATE, SIZE, X264, a_show, make_source, read_packets
from media_factory import SAMPLE_RATE, a_timeline, an_element, clicks, make_video, read_number, video_track
from renders import COPYING, render_to


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_source(tmp_path_factory.mktemp("live"))


SEEKS = (0, 1, 29, 30, 31, 59, 60, 100, 149, 150, 237, 298, 299, 2)


@pytest.fixture
def stage(tmp_path: Path) -> Path:
    """A folder with a page that plays what lies beside it."""
    shutil.copyfile(PLAYER, tmp_path / "index.html")
    return tmp_path


@pytest.fixture
def page(browser: Browser, stage: Path) -> Iterator[Page]:
    with serve(stage) as address, browser.page(address + "index.html") as page:
        yield page


def picture(page: Page, frame: int, rate: Rate = RATE) -> int:
    """The number of the picture that is shown in the middle of a frame's time."""
    moment, length = (frame + Fraction(1, 2)) / rate.fraction, 1 / rate.fraction
    data = base64.b64decode(page.run(f"pictureAt({float(moment)}, {float(length)})"))
    grey = np.frombuffer(data, np.uint8)
    return read_number(grey.reshape(SIZE[1], SIZE[0]))


@pytest.mark.parametrize("delay", [2, 0], ids=["as announced", "more than announced"])
def test_chromium_plays_a_finished_playlist_exact_to_the_picture(
    stage: Path, page: Page, source: Path, delay: int
):
    a_show(stage / "hls", source, (60, 90, 150), delay).finish()
    page.run("show('hls/master.m3u8')")
    assert {n: picture(page, n) for n in SEEKS} == {n: n for n in SEEKS}
    aac_frame = PADDING / SAMPLE_RATE
    assert page.run("video.duration") == pytest.approx(FRAMES / 30, abs=aac_frame + 0.0001)


def test_chromium_plays_a_playlist_while_it_grows(stage: Path, page: Page, source: Path):
    show = a_show(stage / "hls", source)
    show.grow(spans=4, sounds=240)
    show.follow(page)
    page.run("reach(4)")
    assert [picture(page, n) for n in (0, 45, 100)] == [0, 45, 100]
    show.grow(spans=3, sounds=150)
    page.run("reach(7)")
    assert [picture(page, n) for n in (205, 119, 3)] == [205, 119, 3]
    show.finish()
    page.run("followed")
    assert {n: picture(page, n) for n in SEEKS} == {n: n for n in SEEKS}
    assert page.run("video.duration") == pytest.approx(FRAMES / 30, abs=0.00001)


def test_chromium_plays_over_the_segments_to_the_end(stage: Path, page: Page, source: Path):
    show = a_show(stage / "hls", source, (30, 60, 90, 120))
    show.finish()
    show.follow(page)
    page.run("followed")
    assert page.run("video.buffered.length") == 1
    assert_plays_to(FRAMES / 30, page)


def assert_plays_to(seconds: float | Fraction, page: Page) -> None:
    """Forwards only, over the whole length."""
    went = page.run("playToEnd(8)")
    assert went["times"] == sorted(went["times"])
    assert went["times"][-1] > seconds * 0.9
    assert went["end"] == pytest.approx(float(seconds), abs=0.001 + PADDING / SAMPLE_RATE)


CUT = [(0, 45), (67, 130), (20, 80)]
"""Frames of a talk: ends of groups are encoded, what lies between them is copied."""


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a rendered file, and the playlist that grew on the way."""
    folder = tmp_path_factory.mktemp("rendered")
    sound = clicks(5.005, (0.5, 3.0))
    rate = NTSC.fraction
    talk = make_video(
        folder / "talk.mp4", frames=150, rate=rate, size=SIZE, sound=sound, bt709=True, options=X264
    )
    facts, at, elements = probe(talk), 0, []
    for take in CUT:
        elements.append(an_element(facts, "talk", at=at, take=take, rate=NTSC))
        at += take[1] - take[0]
    timeline = a_timeline(video_track(*elements), size=SIZE, rate=NTSC)
    out, made = render_to(folder, timeline, {"talk": talk}, COPYING, live=folder / "live")
    assert made.copied_frames > 60
    assert made.encoded_frames > 10
    assert len(parse_description(read_packets(out)[1]).sps) == 2
    return folder


@pytest.mark.parametrize("name", ["out.mp4", "live/master.m3u8"])
def test_chromium_shows_copied_and_encoded_pictures_side_by_side(browser: Browser, rendered: Path, name: str):
    numbers = [n for first, end in CUT for n in range(first, end)]
    shutil.copyfile(PLAYER, rendered / "index.html")
    with serve(rendered) as address, browser.page(address + "index.html") as page:
        page.run(f"show('{name}')")
        around = [0, 1, *range(28, 32), *range(43, 48), *range(66, 70), *range(106, 112), 166, 167, 2]
        assert {n: picture(page, n, NTSC) for n in around} == {n: numbers[n] for n in around}
        assert picture(page, 0, NTSC) == 0
        assert_plays_to(len(numbers) / NTSC.fraction, page)
