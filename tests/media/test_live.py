"""Playing while rendering: HLS that grows, read by ffmpeg and played in Chromium, exact to the picture."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from browser import PLAYER, Browser, Page, serve
from cuttingroom.core.errors import InvalidInput, MediaFailed
from cuttingroom.core.time import Rate
from cuttingroom.media.probe import probe
from cuttingroom.media.render import copying
from cuttingroom.media.render.assemble import Part, Pictures, assemble
from cuttingroom.media.render.descriptions import merge_parameters, parse_description
from cuttingroom.media.render.encoders import video_arguments
from cuttingroom.media.render.fragments import PictureForm, codecs_string, init_segment
from cuttingroom.media.render.live import LivePlaylist, split_at_keys
from cuttingroom.media.render.profiles import VideoCoding
from cuttingroom.media.render.segment import Packet
from cuttingroom.media.render.sound_coder import SoundForm
from cuttingroom.media.render.source_index import build_index
from media_factory import (
    SAMPLE_RATE,
    clicks,
    convert,
    find_clicks,
    make_video,
    read_number,
    read_numbers,
    read_sound,
)

SIZE = (320, 180)
FRAMES = 300
GROUP = 30
CLICKS = (0.5, 3.25, 6.0, 9.5)
X264 = {"preset": "veryfast", "crf": "20", "g": str(GROUP), "sc_threshold": "0", "bf": "3"}
PADDING = 1024
"""Samples of silence that the AAC encoder puts before the sound: one packet."""
RATE = Rate.of(30)
NTSC = Rate(num=30000, den=1001)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten seconds with pictures out of order, a group each second, and clicks."""
    path = tmp_path_factory.mktemp("live") / "source.mp4"
    sound = clicks(FRAMES / 30, CLICKS)
    return make_video(path, frames=FRAMES, rate=30, size=SIZE, sound=sound, options=X264)


def read_packets(path: Path) -> tuple[list[Packet], bytes]:
    """Pictures in decoding order, and the configuration of their decoder."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        packets = [p for p in container.demux(stream) if p.size]
        ranks = {pts: n for n, pts in enumerate(sorted(p.pts or 0 for p in packets))}
        return [
            Packet(bytes(p), ranks[p.pts or 0], p.is_keyframe) for p in packets
        ], stream.codec_context.extradata or b""


def read_sounds(path: Path) -> tuple[list[tuple[bytes, int]], bytes]:
    """Packets with their lengths; the padding at the start and what is heard make up the whole."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        packets = [bytes(p) for p in container.demux(stream) if p.size]
        left = PADDING + FRAMES * SAMPLE_RATE // 30
        sounds = [(data, min(PADDING, left - n * PADDING)) for n, data in enumerate(packets)]
        return [s for s in sounds if s[1] > 0], stream.codec_context.extradata or b""


def spans_of(packets: Sequence[Packet], lengths: Sequence[int]) -> Iterator[list[Packet]]:
    first = 0
    for length in lengths:
        yield [replace(p, rank=p.rank - first) for p in packets[first : first + length]]
        first += length


class Show:
    """A playlist of the source that grows on demand: pictures in segments of the given lengths, and sound."""

    def __init__(self, folder: Path, source: Path, lengths: Sequence[int], delay: int) -> None:
        self.folder = folder
        packets, extradata = read_packets(source)
        self.spans = spans_of(packets, lengths)
        self.sounds, settings = read_sounds(source)
        self.sound = SoundForm("aac", settings, SAMPLE_RATE, PADDING, PADDING)
        self.picture = PictureForm("h264", *SIZE, extradata, RATE, delay)
        self.playlist = LivePlaylist(folder, self.picture, self.sound, longest_frames=GROUP)

    def grow(self, spans: int, sounds: int) -> None:
        for _ in range(spans):
            self.playlist.add_video(next(self.spans))
        self.playlist.add_sound(self.sounds[:sounds])
        del self.sounds[:sounds]

    def follow(self, page: Page) -> None:
        """Begin to play in a page that is served from the folder above."""
        forms = [("video", self.picture), ("audio", self.sound)]
        kinds = [f'{kind}/mp4; codecs="{codecs_string(form)}"' for kind, form in forms]
        lists = [f"{self.folder.name}/{name}.m3u8" for name in ("video", "sound")]
        page.run(f"follow({json.dumps(list(zip(lists, kinds, strict=True)))})")

    def finish(self) -> None:
        for span in self.spans:
            self.playlist.add_video(span)
        self.playlist.add_sound(self.sounds)
        self.playlist.finish()


def a_show(folder: Path, source: Path, lengths: Sequence[int] = (GROUP,) * 10, delay: int = 2) -> Show:
    folder.mkdir()
    return Show(folder, source, lengths, delay)


def read_list(folder: Path, name: str) -> list[str]:
    return (folder / name).read_text().splitlines()


def lengths_in(folder: Path, name: str) -> list[Fraction]:
    return [Fraction(line[8:-1]) for line in read_list(folder, name) if line.startswith("#EXTINF:")]


def test_a_finished_playlist_holds_every_picture_and_every_sample_where_it_belongs(
    tmp_path: Path, source: Path
):
    show = a_show(tmp_path / "hls", source, (60, 90, 150))
    show.finish()
    assert read_numbers(show.playlist.path) == list(range(FRAMES))
    heard = find_clicks(read_sound(show.playlist.path))
    assert heard == pytest.approx(CLICKS, abs=1 / SAMPLE_RATE * 4)
    assert sum(lengths_in(show.folder, "video.m3u8")) == FRAMES // 30
    assert sum(lengths_in(show.folder, "sound.m3u8")) == FRAMES // 30
    assert not list(show.folder.glob("*.part"))


def test_picture_n_is_shown_at_exactly_n_frames_also_at_29_97(tmp_path: Path):
    made = make_video(tmp_path / "ntsc.mp4", frames=120, rate=Fraction(30000, 1001), size=SIZE, options=X264)
    packets, extradata = read_packets(made)
    picture = PictureForm("h264", *SIZE, extradata, NTSC, delay=2)
    playlist = LivePlaylist(tmp_path, picture, None, longest_frames=GROUP)
    playlist.add_video(packets)
    playlist.finish()
    pieces = sorted(tmp_path.glob("video-*.m4s"))
    whole = tmp_path / "whole.mp4"
    whole.write_bytes(b"".join(p.read_bytes() for p in [tmp_path / "video-init.mp4", *pieces]))
    with av.open(str(whole)) as container:
        stream = container.streams.video[0]
        assert stream.time_base == Fraction(1, 30000)
        shown = [frame.pts for frame in container.decode(stream)]
    assert shown == [n * 1001 for n in range(120)]


def test_a_copied_span_of_minutes_is_cut_at_its_key_frames(tmp_path: Path, source: Path):
    show = a_show(tmp_path / "hls", source, (FRAMES,))
    show.finish()
    assert lengths_in(show.folder, "video.m3u8") == [4, 4, 2]
    assert "#EXT-X-TARGETDURATION:4" in read_list(show.folder, "video.m3u8")


def test_groups_longer_than_usual_raise_the_target_duration_from_the_start(tmp_path: Path):
    made = make_video(tmp_path / "long.mp4", frames=200, size=SIZE, options={**X264, "g": "200"})
    packets, extradata = read_packets(made)
    picture = PictureForm("h264", *SIZE, extradata, RATE, delay=2)
    playlist = LivePlaylist(tmp_path, picture, None, longest_frames=200)
    playlist.add_video(packets)
    assert "#EXT-X-TARGETDURATION:7" in read_list(tmp_path, "video.m3u8")
    with pytest.raises(MediaFailed, match="200 pictures without a key frame"):
        LivePlaylist(tmp_path, picture, None, longest_frames=100).add_video(packets)


def test_short_segments_are_shown_together_and_the_first_at_once(tmp_path: Path):
    made = make_video(tmp_path / "short.mp4", frames=60, size=SIZE, options={**X264, "g": "5"})
    packets, extradata = read_packets(made)
    picture = PictureForm("h264", *SIZE, extradata, RATE, delay=2)
    playlist = LivePlaylist(tmp_path, picture, None, longest_frames=5)
    seen = []
    for span in spans_of(packets, (5,) * 12):
        playlist.add_video(span)
        seen.append(playlist.frames)
    playlist.finish()
    assert seen == [5, 5, 5, 5, 5, 5, 35, 35, 35, 35, 35, 35]
    assert playlist.frames == 60
    assert read_numbers(tmp_path / "video.m3u8") == list(range(60))


def test_an_open_group_is_not_cut_from_the_one_it_looks_back_to():
    orders = [(0, True), (2, False), (1, False), (5, True), (3, False), (4, False), (6, True), (7, False)]
    packets = [Packet(bytes([rank]), rank, is_key) for rank, is_key in orders]
    groups = [[(p.data[0], p.rank) for p in group] for group in split_at_keys(packets)]
    assert groups == [[(0, 0), (2, 2), (1, 1), (5, 5), (3, 3), (4, 4)], [(6, 0), (7, 1)]]


def test_there_is_nothing_to_play_before_pictures_and_sound_have_come(tmp_path: Path, source: Path):
    show = a_show(tmp_path / "hls", source)
    show.grow(spans=2, sounds=0)
    assert not show.playlist.path.exists()
    show.grow(spans=0, sounds=200)
    assert show.playlist.path.exists()
    assert "#EXT-X-ENDLIST" not in read_list(show.folder, "video.m3u8")


def test_a_playlist_only_grows_and_names_only_files_that_are_there(tmp_path: Path, source: Path):
    show = a_show(tmp_path / "hls", source)
    before: list[str] = []
    for _ in range(10):
        show.grow(spans=1, sounds=47)
        lines = read_list(show.folder, "video.m3u8")
        assert lines[: len(before)] == before
        assert all((show.folder / line).exists() for line in lines if not line.startswith("#"))
        before = lines
    show.finish()
    assert read_list(show.folder, "video.m3u8") == [*before, "#EXT-X-ENDLIST"]
    assert read_list(show.folder, "sound.m3u8")[-1] == "#EXT-X-ENDLIST"


def test_after_a_failure_nothing_looks_like_a_whole_video(tmp_path: Path, source: Path):
    show = a_show(tmp_path / "hls", source)
    show.grow(spans=5, sounds=300)
    show.playlist.fail()
    assert not list(show.folder.glob("*.m3u8"))


def test_what_hls_cannot_carry_is_refused_with_a_profile_that_it_can(tmp_path: Path):
    with pytest.raises(InvalidInput, match="vp9 cannot be played while") as refused:
        LivePlaylist(tmp_path, PictureForm("vp9", *SIZE, b"", RATE), None, 30)
    assert "preview" in refused.value.advice


@pytest.mark.parametrize(
    ("encoder", "codec", "options", "name"),
    [
        ("libx265", "hevc", {"preset": "ultrafast", "x265-params": "log-level=none"}, "hvc1.1.6.L60.90"),
        ("libsvtav1", "av1", {"preset": "12", "svtav1-params": "pred-struct=1"}, "av01.0.00M.08"),
    ],
)
def test_hevc_and_av1_go_into_fragments_too(
    tmp_path: Path, encoder: str, codec: str, options: dict[str, str], name: str
):
    made = make_video(tmp_path / "made.mp4", frames=20, size=SIZE, codec=encoder, options=options)
    packets, extradata = read_packets(made)
    picture = PictureForm(codec, *SIZE, extradata, RATE, delay=2)
    playlist = LivePlaylist(tmp_path, picture, None, longest_frames=20)
    playlist.add_video(packets)
    playlist.finish()
    assert read_numbers(playlist.path) == list(range(20))
    assert codecs_string(picture) == name


def test_the_init_segment_says_size_scale_and_padding(tmp_path: Path, source: Path):
    settings = read_sounds(source)[1]
    path = tmp_path / "init.mp4"
    path.write_bytes(init_segment(PictureForm("h264", *SIZE, read_packets(source)[1], NTSC)))
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height, stream.time_base) == (*SIZE, Fraction(1, 30000))
        assert stream.codec_context.extradata == read_packets(source)[1]
    path.write_bytes(init_segment(SoundForm("aac", settings, SAMPLE_RATE, PADDING, PADDING)))
    with av.open(str(path)) as container:
        sound = container.streams.audio[0]
        assert (sound.codec_context.name, sound.sample_rate) == ("aac", SAMPLE_RATE)
        assert sound.codec_context.extradata == settings


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
