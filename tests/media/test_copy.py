"""Which pictures of a source may be taken as they are, and what stands in the way."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from cuttingroom.core.errors import Canceled, MediaFailed
from cuttingroom.core.hashing import hash_file
from cuttingroom.core.time import TICKS_PER_SECOND, Rate
from cuttingroom.media import ffmpeg
from cuttingroom.media.probe import probe
from cuttingroom.media.render import h264
from cuttingroom.media.render.cache import INDEXES, RenderCache
from cuttingroom.media.render.copying import copy_range, fingerprint, read_packets, why_not
from cuttingroom.media.render.descriptions import (
    build_description,
    compatible,
    merge_parameters,
    parse_description,
)
from cuttingroom.media.render.profiles import VideoCoding
from cuttingroom.media.render.source_index import SourceIndex, build_index, frame_at, load_index, shown_range
from media_factory import convert, make_video, rewrite_h264, tone

H264 = VideoCoding(codec="h264", preset="ultrafast")
THIRTY = Rate.of(30)


def x264(parameters: str) -> dict[str, str]:
    return {"preset": "ultrafast", "crf": "20", "x264-params": f"scenecut=0:{parameters}"}


def index_of(path: Path) -> SourceIndex:
    return build_index(path, probe(path))


def reason(path: Path, coding: VideoCoding = H264, size: tuple[int, int] = (320, 180)) -> str:
    facts = probe(path)
    return why_not(build_index(path, facts), facts, *size, THIRTY, coding)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """120 frames with B-frames, in groups of 40."""
    path = tmp_path_factory.mktemp("plain") / "plain.mp4"
    options = x264("keyint=40:bframes=3:b-pyramid=normal:b-adapt=0")
    return make_video(path, frames=120, bt709=True, sound=tone(4), options=options)


def test_an_index_knows_times_groups_and_prefixes(plain: Path):
    index = index_of(plain)
    assert index.refusal == ""
    assert index.frames == 120
    assert list(index.starts) == list(index.closed) == [0, 40, 80]
    assert index.delay == 2
    assert [Fraction(int(t)) * index.time_base for t in index.times] == [Fraction(n, 30) for n in range(120)]
    assert sorted(index.ranks) == list(range(120))
    for point in np.flatnonzero(index.clean):
        assert set(index.ranks[:point]) == set(range(point))


def test_a_copy_begins_with_a_group_and_ends_where_nothing_is_missing(plain: Path):
    index = index_of(plain)
    found = copy_range(index, 7, 103)
    assert found is not None
    first, end = found
    assert (first, index.clean[end]) == (40, True)
    assert 100 <= end <= 103
    assert copy_range(index, 40, 80) == (40, 80)
    assert copy_range(index, 0, 500) == (0, 120)


@pytest.mark.parametrize(("first", "end"), [(41, 79), (70, 85), (81, 120), (119, 120), (40, 40)])
def test_a_copy_is_not_worth_it_without_a_whole_start(plain: Path, first: int, end: int):
    assert copy_range(index_of(plain), first, end) is None


def test_an_index_is_read_from_the_cache_and_made_anew_when_damaged(plain: Path, tmp_path: Path):
    cache, sha256, facts = RenderCache(tmp_path, 10**9), hash_file(plain), probe(plain)
    made = load_index(plain, sha256, facts, cache)
    (stored,) = cache.entries()
    assert stored.kind == INDEXES
    found = load_index(tmp_path / "nowhere.mp4", sha256, facts, cache)
    assert (found.extradata, found.rate, found.time_base) == (made.extradata, made.rate, made.time_base)
    for name in ("times", "ranks", "starts", "closed", "clean"):
        assert (getattr(found, name) == getattr(made, name)).all()
    whole = stored.path.read_bytes()
    for damaged in (whole[:-200], b"", whole.replace(made.ranks.tobytes(), made.ranks[::-1].tobytes())):
        assert damaged != whole
        stored.path.write_bytes(damaged)
        assert list(load_index(plain, sha256, facts, cache).ranks) == list(made.ranks)


def test_reading_can_be_canceled(plain: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("cuttingroom.media.render.source_index._ASK_SECONDS", 0)
    with pytest.raises(Canceled):
        build_index(plain, probe(plain), lambda: True)
    with pytest.raises(Canceled):
        list(read_packets(plain, index_of(plain), 40, 80, lambda: True))


def test_packets_are_those_of_the_range_with_ranks_from_its_start(plain: Path):
    packets = list(read_packets(plain, index_of(plain), 40, 80))
    assert sorted(p.rank for p in packets) == list(range(40))
    assert [n for n, p in enumerate(packets) if p.is_key] == [0]
    again = list(read_packets(plain, index_of(plain), 40, 80))
    other = list(read_packets(plain, index_of(plain), 0, 40))
    assert fingerprint(p.data for p in packets) == fingerprint(p.data for p in again)
    assert fingerprint(p.data for p in packets) != fingerprint(p.data for p in other)


def test_a_file_that_changed_after_it_was_indexed_is_noticed(plain: Path, tmp_path: Path):
    index = index_of(plain)
    shorter = make_video(tmp_path / "other.mp4", frames=60, bt709=True, options=x264("keyint=40"))
    with pytest.raises(MediaFailed, match="no longer what it was"):
        list(read_packets(shorter, index, 40, 80))


def test_every_obstacle_has_its_reason(plain: Path, tmp_path: Path):
    def made(name: str, parameters: str = "keyint=40", **fields) -> Path:  # type: ignore[no-untyped-def]
        given = {"frames": 60, "bt709": True, "options": x264(parameters), **fields}
        return make_video(tmp_path / name, **given)

    def converted(name: str, *arguments: str, before: tuple[str, ...] = ()) -> Path:
        return convert(plain, tmp_path / name, "-an", *arguments, before=before)

    uneven = [n / 30 + (0.02 if n % 7 == 3 else 0) for n in range(60)]
    mpeg4 = converted("m.mp4", "-c:v", "mpeg4", "-bf", "0")
    hidden = converted("e.mp4", "-c", "copy", "-avoid_negative_ts", "disabled", before=("-ss", "1"))
    cases = {
        mpeg4: "MPEG4, not H.264",
        hidden: "edit list",
        converted("a.avi", "-c", "copy"): "do not say when",
        made("v.mp4", times=uneven): "rate varies",
        made("r.mp4", rotation=90): "turned by",
        made("i.mp4", "interlaced=1"): "interlaced",
        made("t.mp4", pixel_format="yuv420p10le", options={"preset": "ultrafast"}): "8 bits",
        made("f.mp4", pixel_format="yuv444p"): "4:2:0",
        made("s.mp4", pixel_aspect=Fraction(4, 3)): "not square",
        made("p.mp4", "sps-id=31"): "parameter set 31",
        made("n.mp4", rate=Fraction(30000, 1001)): "30000/1001 frames per second",
        made("u.mp4", bt709=False): "not named",
        converted("c.mp4", "-c", "copy", "-bsf:v", "h264_metadata=colour_primaries=9"): "bt2020",
        converted("j.mp4", "-c", "copy", "-bsf:v", "h264_metadata=video_full_range_flag=1"): "full range",
    }
    for path, words in cases.items():
        assert words in reason(path), path.name
    assert "320x180, not 640x360" in reason(plain, size=(640, 360))
    assert "HEVC" in reason(plain, VideoCoding(codec="hevc"))
    assert reason(plain) == ""


def test_a_file_made_here_is_copied_from_when_it_was_made_with_the_same_settings(tmp_path: Path):
    paths = [
        make_video(tmp_path / f"{n}.mp4", frames=60, bt709=True, options=x264(f"sps-id=31:{parameters}"))
        for n, parameters in enumerate(("keyint=20", "keyint=30", "ref=5"))
    ]
    facts, ours = probe(paths[0]), index_of(paths[0]).extradata
    reasons = [why_not(index_of(p), facts, 320, 180, THIRTY, H264, ours) for p in paths]
    assert reasons[:2] == ["", ""]
    assert "parameter set 31" in reasons[2]
    assert "parameter set 31" in why_not(index_of(paths[0]), facts, 320, 180, THIRTY, H264)


def test_parameter_sets_inside_are_left_out_when_they_say_the_same_and_noticed_when_they_do_not(
    plain: Path, tmp_path: Path
):
    described = parse_description(index_of(plain).extradata)
    other = make_video(tmp_path / "b.mp4", frames=60, bt709=True, options=x264("ref=3:cabac=0"))
    changed = parse_description(index_of(other).extradata)

    def repeated(units: tuple[bytes, ...]) -> Callable[[bytes], bytes]:
        before = b"".join(len(unit).to_bytes(4) + unit for unit in units)
        return lambda sample: before + sample

    def same(extradata: bytes) -> bytes:
        return extradata

    harmless = rewrite_h264(plain, tmp_path / "same.mp4", same, repeated(described.sps + described.pps))
    assert reason(harmless) == ""
    taken, original = (read_packets(p, index_of(p), 40, 80) for p in (harmless, plain))
    assert [p.data for p in taken] == [p.data for p in original]
    for units in (changed.sps, changed.pps):
        harmful = rewrite_h264(plain, tmp_path / "other.mp4", same, repeated(units))
        assert "change inside" in build_index(harmful, probe(plain)).refusal


def test_a_second_description_in_the_container_is_noticed(plain: Path, tmp_path: Path):
    whole = plain.read_bytes()
    at = whole.index(b"moov") - 4
    assert at > whole.index(b"mdat")  # so nothing that the offsets point to moves
    path = tmp_path / "two.mp4"
    path.write_bytes(whole[:at] + _describe_twice(whole[at:]))
    assert "change inside" in build_index(path, probe(plain)).refusal


def _describe_twice(boxes: bytes) -> bytes:
    """The boxes of an MP4 in which the later chunks of the first track have a second description."""
    made, done = b"", False
    while boxes:
        size, kind = int.from_bytes(boxes[:4]), boxes[4:8]
        body, boxes = boxes[8:size], boxes[size:]
        if kind in (b"moov", b"trak", b"mdia", b"minf", b"stbl") and not done:
            body, done = _describe_twice(body), kind == b"trak"
        elif kind == b"stsd":
            entry = body[8:]
            body = body[:4] + (2).to_bytes(4) + entry + entry.replace(b"\x67\x64\x00", b"\x67\x64\x04")
        elif kind == b"stsc":
            assert int.from_bytes(body[4:8]) > 1
            body = body[:-4] + (2).to_bytes(4)
        made += (len(body) + 8).to_bytes(4) + kind + body
    return made


def test_open_groups_and_gradual_refresh_are_copied_from_their_only_start(tmp_path: Path):
    for name, parameters in (("open", "open-gop=1:bframes=3"), ("refresh", "intra-refresh=1")):
        path = make_video(
            tmp_path / f"{name}.mp4", frames=120, bt709=True, options=x264(f"keyint=40:{parameters}")
        )
        index = index_of(path)
        assert list(index.closed) == [0]
        assert copy_range(index, 10, 120) is None
        found = copy_range(index, 0, 100)
        assert found is not None
        assert found[1] > 90


def test_other_codecs_have_starts_and_nothing_to_copy(tmp_path: Path):
    path = make_video(
        tmp_path / "a.webm", codec="libvpx-vp9", frames=50, options={"g": "20", "cpu-used": "8"}
    )
    index = index_of(path)
    assert list(index.starts) == [0, 20, 40]
    assert "VP9" in index.refusal
    assert copy_range(index, 0, 50) is None


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
@pytest.mark.parametrize("rate", [Fraction(30), Fraction(30000, 1001)])
def test_a_moment_shows_the_frame_that_ffmpeg_shows(plain: Path, tmp_path: Path, suffix: str, rate: Fraction):
    """Against the very filters of an encoded span, at moments on, beside and between the frames."""
    path = make_video(
        tmp_path / f"a.{suffix}", frames=60, rate=rate, sound=tone(2), options=x264("keyint=20:bframes=2")
    )
    facts, frame = probe(path), Rate.of(rate).frame_ticks
    index = build_index(path, facts)
    moments = [round(Fraction(n, 8) * frame) for n in range(-3, 8 * 56, 61)] + [
        frame // 2 * n for n in range(9)
    ]
    shown = _numbers(path, [facts.origin_ticks + m for m in moments], rate)
    for moment, numbers in zip(moments, shown, strict=True):
        assert [frame_at(index, moment + n * frame) for n in range(3)] == numbers
        found = shown_range(index, moment, 3)
        follows = numbers == [numbers[0], numbers[0] + 1, numbers[0] + 2]
        assert found == ((numbers[0], numbers[0] + 3) if follows else None)
    assert shown_range(index, 58 * frame, 3) is None
    assert shown_range(index, 57 * frame, 3) == (57, 60)


def _numbers(path: Path, moments: list[int], rate: Fraction) -> list[list[int]]:
    """Three frames from each moment on, as the timing steps of a span make them, by their hashes."""
    known = {h: n for n, h in enumerate(_hashes(path, []))}
    shown = []
    for moment in moments:
        steps = [
            f"settb=1/{TICKS_PER_SECOND}",
            f"setpts=PTS-{moment}",
            f"fps=fps={rate}:round=near:start_time=0",
            "trim=end_frame=3",
        ]
        shown.append([known[h] for h in _hashes(path, ["-vf", ",".join(steps)])])
    return shown


def _hashes(path: Path, filters: list[str]) -> list[str]:
    made = bytearray()
    given = ["-copyts", *ffmpeg.input_arguments(path), "-an", *filters, "-fps_mode", "passthrough"]
    ffmpeg.run([*given, "-f", "framemd5", "pipe:1"], on_data=made.extend)
    lines = [line for line in made.decode().splitlines() if not line.startswith("#")]
    return [line.split(",")[-1].strip() for line in lines]


def test_sets_of_several_sources_stand_in_one_description_unless_an_id_means_two_things(
    plain: Path, tmp_path: Path
):
    theirs = index_of(plain).extradata
    same = index_of(
        make_video(tmp_path / "b.mp4", frames=60, bt709=True, options=x264("keyint=20:bframes=3"))
    )
    other = index_of(make_video(tmp_path / "c.mp4", frames=60, bt709=True, options=x264("ref=5:cabac=0")))
    ours = index_of(make_video(tmp_path / "d.mp4", frames=60, bt709=True, options=x264("sps-id=30")))
    assert compatible(theirs, theirs)
    assert compatible(theirs, ours.extradata)
    assert not compatible(theirs, other.extradata)
    merged = parse_description(merge_parameters([theirs, ours.extradata, theirs]))
    assert [h264.parse_sps(unit).id for unit in merged.sps] == [0, 30]
    assert [h264.parse_pps(unit).sps_id for unit in merged.pps] == [0, 30]
    assert merged.length_size == 4
    with pytest.raises(MediaFailed, match="sequence parameters 0"):
        merge_parameters([theirs, other.extradata])
    assert same.refusal == ""


def test_units_with_escapes_survive_and_damaged_ones_are_refused():
    payload = bytes([0, 0, 1, 0, 0, 0, 0, 3, 7, 0, 0])
    assert h264.unescape(h264.escape(payload)) == payload
    with pytest.raises(ValueError):
        list(h264.split_lengths(memoryview(b"\0\0\0\x09ab"), 4))
    with pytest.raises(ValueError):
        parse_description(b"\x01\x64\0\x1f\xff\xe1\0\x40")
    with pytest.raises(ValueError):
        h264.parse_sps(b"\x67\x64\0")
    assert parse_description(build_description([b"\x67\x64\0\x1f"], [b"\x68\x01"])).pps == (b"\x68\x01",)


@pytest.mark.parametrize("drops", [False, True])
def test_a_group_that_makes_decoders_forget_earlier_pictures_is_no_start(
    drops: bool, plain: Path, tmp_path: Path
):
    def sample(data: bytes) -> bytes:
        units = list(h264.split_lengths(memoryview(data), 4))
        marked = [mark(bytes(u)) if u[0] & 31 == h264.IDR_SLICE else bytes(u) for u in units]
        return b"".join(len(unit).to_bytes(4) + unit for unit in marked)

    def mark(unit: bytes) -> bytes:
        """first_mb, slice_type, pps: 1, 0001000, 1; frame_num 4 or more bits; idr_pic_id; order; the flag."""
        payload = h264.unescape(unit)
        read = h264.BitReader(payload[1:])
        read.skip_numbers(3)
        read.bits(sps.frame_number_bits)
        read.skip_numbers(1)
        read.bits(sps.order_bits)
        at = 8 * len(payload[1:]) - 1 - read.position
        value = int.from_bytes(payload[1:]) & ~(1 << at) | drops << at
        return unit[:1] + h264.escape(value.to_bytes(len(payload) - 1))

    described = parse_description(index_of(plain).extradata)
    sps = h264.parse_sps(described.sps[0])
    path = rewrite_h264(plain, tmp_path / "marked.mp4", lambda extradata: extradata, sample)
    assert list(index_of(path).closed) == ([] if drops else [0, 40, 80])
    assert _traced(path) == {int(drops)}


def _traced(path: Path) -> set[int]:
    """What ffmpeg reads in the place of that flag."""
    lines: list[str] = []
    bitstream = ["-an", "-c", "copy", "-bsf:v", "trace_headers", "-f", "null", "-"]
    ffmpeg.run([*ffmpeg.input_arguments(path), *bitstream], on_line=lines.append)
    return {int(line.split("=")[-1]) for line in lines if "no_output_of_prior_pics_flag" in line}
