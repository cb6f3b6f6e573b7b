"""What stands in the way of taking pictures as they are, and whose may stand side by side."""

from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest

from cuttingroom.core.errors import MediaFailed, MediaRefused
from cuttingroom.core.time import Rate
from cuttingroom.media import ffmpeg
from cuttingroom.media.probe import probe
from cuttingroom.media.render.copies import h264
from cuttingroom.media.render.copies.copying import copy_range, read_packets, why_not
from cuttingroom.media.render.copies.descriptions import (
    build_description,
    compatible,
    merge_parameters,
    parse_description,
)
from cuttingroom.media.render.copies.index import SourceIndex, build_index
from cuttingroom.media.render.profiles import VideoCoding
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


@pytest.mark.parametrize("suffix", ["mp4", "ts"])
def test_a_damaged_source_is_refused_or_copied_but_never_a_surprise(plain: Path, tmp_path: Path, suffix: str):
    sound = convert(plain, tmp_path / f"sound.{suffix}", "-c", "copy")
    facts, whole, random = probe(sound), sound.read_bytes(), Random(3)
    before, path = index_of(sound), tmp_path / f"damaged.{suffix}"
    for _ in range(25):
        damaged = bytearray(whole)
        for _ in range(random.choice((1, 5, 50))):
            damaged[random.randrange(random.choice((3000, len(whole))))] = random.randrange(256)
        path.write_bytes(damaged)
        for find in (lambda: build_index(path, facts), lambda: before):
            with suppress(MediaFailed, MediaRefused):
                index = find()
                found = copy_range(index, 0, index.frames)
                packets = list(read_packets(path, index, *found)) if found else []
                assert len(packets) == (found[1] - found[0] if found else 0)
