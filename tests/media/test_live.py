"""Playing while rendering: HLS that grows, as FFmpeg reads it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import pytest

from cuttingroom.core.errors import Canceled, InvalidInput, MediaFailed
from cuttingroom.media.probe import probe
from cuttingroom.media.render.live.fragments import PictureForm, codecs_string, init_segment
from cuttingroom.media.render.live.playlist import LivePlaylist, split_at_keys
from cuttingroom.media.render.segment import Packet
from cuttingroom.media.render.sound.coder import SoundForm
from live_shows import (
    CLICKS,
    FRAMES,
    GROUP,
    NTSC,
    PADDING,
    RATE,
    SIZE,
    X264,
    Show,
    a_show,
    make_source,
    read_packets,
    read_sounds,
    spans_of,
)
from media_factory import (
    SAMPLE_RATE,
    a_timeline,
    an_element,
    find_clicks,
    make_video,
    read_numbers,
    read_sound,
    tone,
    video_track,
)
from renders import render_to


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_source(tmp_path_factory.mktemp("live"))


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
    show.grow(spans=2, sounds=100)
    assert not list(show.folder.glob("*.m3u8"))


def test_what_an_earlier_render_left_is_not_taken_for_this_one(tmp_path: Path, source: Path):
    a_show(tmp_path / "hls", source).finish()
    show = Show(tmp_path / "hls", source, (GROUP,) * 10, delay=2)
    assert not list(show.folder.glob("*.m3u8"))
    show.grow(spans=3, sounds=100)
    assert lengths_in(show.folder, "video.m3u8") == [1, 1, 1]


def test_sound_that_comes_packet_by_packet_is_shown_in_seconds(tmp_path: Path, source: Path):
    show = a_show(tmp_path / "hls", source)
    for _ in range(120):
        show.grow(spans=0, sounds=1)
    lengths = lengths_in(show.folder, "sound.m3u8")
    assert len(lengths) == 2
    assert all(Fraction(9, 10) < length < Fraction(11, 10) for length in lengths)


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


def test_the_boxes_have_the_sizes_that_the_standard_gives_them():
    made = init_segment(PictureForm("h264", *SIZE, bytes(40), NTSC, delay=2))
    kinds = {b"mvhd": 108, b"tkhd": 92, b"elst": 28, b"mdhd": 32, b"vmhd": 20, b"stsz": 20, b"trex": 32}
    at = {kind: made.index(kind) - 4 for kind in (*kinds, b"moov", b"avc1")}
    sizes = {kind: int.from_bytes(made[start : start + 4]) for kind, start in at.items()}
    assert sizes == {**kinds, b"avc1": 86 + 8 + 40, b"moov": len(made) - at[b"moov"]}


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


def test_a_cancel_is_heard_while_the_sound_is_written_out(tmp_path: Path):
    video = make_video(tmp_path / "a.mp4", frames=90, sound=tone(3))
    timeline = a_timeline(video_track(an_element(probe(video), "a", at=0, take=(0, 90))))
    live = tmp_path / "live"
    is_opened = (live / "video-init.mp4").exists
    with pytest.raises(Canceled):
        render_to(tmp_path, timeline, {"a": video}, live=live, is_canceled=is_opened)
    assert not list(live.glob("*.m4s"))
    assert not list(live.glob("*.m3u8"))
