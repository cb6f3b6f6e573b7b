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
from cuttingroom.media.render import copying
from cuttingroom.media.render.assemble import Part, Pictures, assemble
from cuttingroom.media.render.descriptions import merge_parameters, parse_description
from cuttingroom.media.render.encoders import video_arguments
from cuttingroom.media.render.fragments import PictureForm
from cuttingroom.media.render.live import LivePlaylist
from cuttingroom.media.render.profiles import VideoCoding
from cuttingroom.media.render.source_index import build_index
from live_shows import FRAMES, GROUP, NTSC, PADDING, RATE, SIZE, X264, a_show, make_source, read_packets
from media_factory import (
    SAMPLE_RATE,
    convert,
    make_video,
    read_number,
)


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


def assert_plays_to(seconds: float, page: Page) -> None:
    """Forwards only, over the whole length."""
    went = page.run("playToEnd(8)")
    assert went["times"] == sorted(went["times"])
    assert went["times"][-1] > seconds * 0.9
    assert went["end"] == pytest.approx(seconds, abs=0.001)


class Spliced:
    """A cut of copied and encoded pictures under one description, at 29.97."""

    def __init__(self, folder: Path) -> None:
        source = make_video(folder / "talk.mp4", frames=150, rate=NTSC.fraction, size=SIZE, options=X264)
        index = build_index(source, probe(source))
        inside = "trim=start_frame=47:end_frame=66,setpts=N/FRAME_RATE/TB"
        ours = VideoCoding(codec="h264", preset="veryfast", quality=18)
        self.piece = convert(source, folder / "piece.mp4", "-vf", inside, *video_arguments(ours, NTSC))
        encoded, description = read_packets(self.piece)
        copied = [list(copying.read_packets(source, index, *span)) for span in ((0, 30), (90, 150))]
        self.spans = [copied[0], encoded, copied[1]]
        self.numbers = [*range(30), *range(47, 66), *range(90, 150)]
        both = merge_parameters([index.extradata, description])
        assert len(parse_description(both).sps) == 2
        self.form = PictureForm("h264", *SIZE, both, NTSC, max(index.delay, 2))

    def write_file(self, path: Path) -> None:
        parts = [Part(span, len(span)) for span in self.spans]
        form = self.form
        pictures = Pictures("h264", SIZE, NTSC, form.delay, self.piece, form.extradata, parts)
        assemble(path, "mp4", pictures, None, lambda: False)

    def write_playlist(self, folder: Path) -> None:
        playlist = LivePlaylist(folder, self.form, None, longest_frames=GROUP)
        for span in self.spans:
            playlist.add_video(span)
        playlist.finish()


@pytest.fixture(scope="module")
def spliced(tmp_path_factory: pytest.TempPathFactory) -> Spliced:
    return Spliced(tmp_path_factory.mktemp("spliced"))


@pytest.mark.parametrize("name", ["whole.mp4", "master.m3u8"])
def test_chromium_shows_copied_and_encoded_pictures_side_by_side(
    stage: Path, page: Page, spliced: Spliced, name: str
):
    spliced.write_file(stage / "whole.mp4")
    spliced.write_playlist(stage)
    page.run(f"show('{name}')")
    around = [0, 1, *range(27, 33), *range(46, 52), 79, 80, 108, 2]
    seen = {n: picture(page, n, NTSC) for n in around}
    assert seen == {n: spliced.numbers[n] for n in around}
    assert picture(page, 0, NTSC) == 0
    assert_plays_to(float(len(spliced.numbers) / NTSC.fraction), page)
