"""Copied and encoded pictures in one stream: every decoder shows all of them, the copied ones bit for bit."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import pytest

from cuttingroom.core.time import Rate
from cuttingroom.media import ffmpeg
from cuttingroom.media.probe import probe
from cuttingroom.media.render.copies import h264
from cuttingroom.media.render.copies.copying import copy_range, fingerprint, read_packets
from cuttingroom.media.render.copies.descriptions import (
    build_description,
    merge_parameters,
    parse_description,
)
from cuttingroom.media.render.copies.index import SourceIndex, build_index
from cuttingroom.media.render.encoders import video_arguments
from cuttingroom.media.render.profiles import PRIVATE_SPS_ID, VideoCoding
from cuttingroom.media.render.segment import Packet
from media_factory import convert, make_video, read_numbers, rewrite_h264, tone

OURS = VideoCoding(codec="h264", preset="veryfast", quality=16)
FRAMES = 120
CUTS = [(55, 107), (3, 98), (45, 75)]
"""Frames of the source that stand one after the other in the output."""


def encode(
    path: Path, first: int, end: int, rate: Rate, coding: VideoCoding = OURS
) -> tuple[Path, list[Packet], bytes]:
    """Frames [first, end) of a file as packets of our own, with their description."""
    chosen = f"trim=start_frame={first}:end_frame={end},setpts=(N)/({rate.fraction})/TB"
    out = path.parent / f"{path.stem}_{first}_{end}.mp4"
    convert(path, out, "-an", "-vf", chosen, "-r", str(rate.fraction), *video_arguments(coding, rate))
    with av.open(str(out)) as container:
        stream = container.streams.video[0]
        found = [p for p in container.demux(stream) if p.size]
        order = sorted(p.pts for p in found if p.pts is not None)
        packets = [Packet(bytes(p), order.index(p.pts or 0), p.is_keyframe) for p in found]
        assert stream.codec_context.extradata
        return out, packets, stream.codec_context.extradata


def splice(
    path: Path, index: SourceIndex, out: Path, coding: VideoCoding = OURS
) -> tuple[list[int], list[tuple[int, int, int]]]:
    """Write CUTS into a file, copying what can be. Returns the frames of the source in order, and the copied
    ranges as (frame of the output, first, end)."""
    parts: list[list[Packet]] = []
    frames: list[int] = []
    copied: list[tuple[int, int, int]] = []
    descriptions = [index.extradata]
    made: list[Path] = []
    for first, end in CUTS:
        start, stop = copy_range(index, first, end) or (first, first)
        for a, b in ((first, start), (start, stop), (stop, end)):
            if (a, b) == (start, stop) and b > a:
                copied.append((len(frames), a, b))
                parts.append(list(read_packets(path, index, a, b)))
            elif b > a:
                piece, packets, described = encode(path, a, b, index.rate, coding)
                made.append(piece)
                parts.append(packets)
                descriptions.append(described)
            frames += range(a, b)
    write(out, (made or [path])[0], parts, merge_parameters(descriptions), index.rate)
    return frames, copied


def write(out: Path, template: Path, parts: list[list[Packet]], extradata: bytes, rate: Rate) -> None:
    delay = max(n - p.rank for part in parts for n, p in enumerate(part))
    with av.open(str(out), "w") as target:
        with av.open(str(template)) as given:
            stream = target.add_stream_from_template(given.streams.video[0], opaque=True)
        stream.codec_context.extradata = extradata
        stream.time_base = Fraction(1, rate.num)
        done = 0
        for part in parts:
            for number, given in enumerate(part):
                packet = av.Packet(given.data)
                packet.stream, packet.time_base = stream, Fraction(1, rate.num)
                packet.pts = (done + given.rank) * rate.den
                packet.dts = (done + number - delay) * rate.den
                packet.is_keyframe = given.is_key
                target.mux(packet)
            done += len(part)


def hashes(path: Path) -> list[str]:
    """One per frame, from a decoder that stops at the first error."""
    made = bytearray()
    given = ffmpeg.input_arguments(path, "-err_detect", "explode")
    ffmpeg.run([*given, "-an", "-fps_mode", "passthrough", "-f", "framemd5", "pipe:1"], on_data=made.extend)
    lines = [line for line in made.decode().splitlines() if not line.startswith("#")]
    return [line.split(",")[-1].strip() for line in lines]


def check(path: Path, tmp_path: Path, coding: VideoCoding = OURS, least_copied: int = 1) -> SourceIndex:
    """Everything that is promised of a spliced file."""
    index = build_index(path, probe(path))
    assert index.refusal == ""
    out = tmp_path / "spliced.mp4"
    frames, copied = splice(path, index, out, coding)
    assert len(copied) >= least_copied
    expected, found = hashes(path), hashes(out)
    assert len(found) == len(frames)
    for at, first, end in copied:
        assert found[at : at + end - first] == expected[first:end]
    assert read_numbers(out) == frames
    assert probe(out).video[0].frame_count == len(frames)
    written = list(samples(out))
    for at, first, end in copied:
        taken = fingerprint(p.data for p in read_packets(path, index, first, end))
        assert fingerprint(written[at : at + end - first]) == taken
    return index


def samples(path: Path) -> Iterator[bytes]:
    with av.open(str(path)) as container:
        yield from (bytes(p) for p in container.demux(video=0) if p.size)


def source(
    folder: Path, parameters: str, name: str = "source.mp4", rate: Fraction | int = 30, **fields
) -> Path:  # type: ignore[no-untyped-def]
    options = {"preset": "veryfast", "crf": "20", "x264-params": f"scenecut=0:keyint=20:{parameters}"}
    return make_video(folder / name, frames=FRAMES, rate=rate, bt709=True, options=options, **fields)


@pytest.mark.parametrize(
    "parameters",
    [
        "bframes=0",
        "keyint=1:bframes=0",
        "bframes=3:b-adapt=0:b-pyramid=none",
        "bframes=5:b-adapt=0:b-pyramid=normal:ref=4",
        "bframes=2:b-pyramid=strict:aud=1:nal-hrd=vbr:vbv-maxrate=2000:vbv-bufsize=2000",
        "cabac=0:8x8dct=0:slices=4",
    ],
)
def test_copied_pictures_are_those_of_the_source(tmp_path: Path, parameters: str):
    check(source(tmp_path, parameters), tmp_path)


@pytest.mark.parametrize("b_frames", [0, 4])
def test_our_own_pictures_may_be_reordered_less_or_more(tmp_path: Path, b_frames: int):
    check(source(tmp_path, "bframes=3:b-adapt=0"), tmp_path, OURS.model_copy(update={"b_frames": b_frames}))


@pytest.mark.parametrize("name", ["source.mkv", "source.mov", "source.flv"])
def test_containers_with_times_of_their_own_are_copied_from(tmp_path: Path, name: str):
    sound = None if name == "source.flv" else tone(4)
    check(source(tmp_path, "bframes=2", name, Fraction(30000, 1001), sound=sound), tmp_path)


def test_a_transport_stream_is_copied_from(tmp_path: Path):
    path = convert(source(tmp_path, "bframes=2:aud=1"), tmp_path / "source.ts", "-c", "copy")
    assert check(path, tmp_path).length_size == 0


def test_another_encoder_is_copied_from(tmp_path: Path):
    tags = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"]
    given = ["-c:v", "libopenh264", "-g", "20", "-b:v", "600k", *tags]
    check(convert(source(tmp_path, "bframes=0"), tmp_path / "other.mp4", *given), tmp_path)


def test_what_groups_share_is_encoded_and_the_rest_copied(tmp_path: Path):
    """With open groups only the very first can be copied."""
    index = check(source(tmp_path, "bframes=3:open-gop=1"), tmp_path, least_copied=0)
    assert list(index.closed) == [0]
    assert copy_range(index, 0, 60) is not None


def test_lengths_of_two_bytes_become_lengths_of_four(tmp_path: Path):
    def shorter(extradata: bytes) -> bytes:
        return extradata[:4] + bytes([extradata[4] & 0xFC | 1]) + extradata[5:]

    def sample(data: bytes) -> bytes:
        return b"".join(len(unit).to_bytes(2) + unit for unit in h264.split_lengths(memoryview(data), 4))

    path = rewrite_h264(source(tmp_path, "bframes=2"), tmp_path / "two.mp4", shorter, sample)
    assert check(path, tmp_path).length_size == 2


def test_a_stream_that_does_not_say_how_far_it_reorders_says_so_afterwards(tmp_path: Path):
    def without_restrictions(extradata: bytes) -> bytes:
        described = parse_description(extradata)
        return build_description([cut_short(described.sps[0])], described.pps)

    made = source(tmp_path, "bframes=5:b-adapt=0:b-pyramid=normal")
    path = rewrite_h264(made, tmp_path / "silent.mp4", without_restrictions)
    before = parse_description(without_restrictions(build_index(made, probe(made)).extradata)).sps[0]
    assert h264.parse_sps(before).reorder is None
    index = check(path, tmp_path, OURS.model_copy(update={"b_frames": 0}))
    after = h264.parse_sps(parse_description(index.extradata).sps[0])
    assert after.reorder == index.delay == 2
    assert after == replace(h264.parse_sps(before), reorder=2)


def cut_short(unit: bytes) -> bytes:
    """A sequence parameter set that ends before its restrictions."""
    at, payload = h264.parse_sps(unit).restriction_at, h264.unescape(unit)[1:]
    bits = format(int.from_bytes(payload), f"0{8 * len(payload)}b")[:at] + "01"
    bits += "0" * (-len(bits) % 8)
    return unit[:1] + h264.escape(int(bits, 2).to_bytes(len(bits) // 8))


def test_our_own_pictures_use_a_private_set_that_depends_on_settings_only(tmp_path: Path):
    path = source(tmp_path, "bframes=0")
    rate = Rate.of(30)
    _, packets, described = encode(path, 0, 30, rate)
    _, other, again = encode(path, 60, 113, rate)
    assert described == again
    sets = parse_description(described)
    assert [h264.parse_sps(unit).id for unit in sets.sps] == [PRIVATE_SPS_ID]
    assert [(p.id, p.sps_id) for p in map(h264.parse_pps, sets.pps)] == [(PRIVATE_SPS_ID, PRIVATE_SPS_ID)]
    for packet in [*packets, *other]:
        units = list(h264.split_lengths(memoryview(packet.data), 4))
        slices = [unit for unit in units if unit[0] & 31 in (h264.SLICE, h264.IDR_SLICE)]
        assert {h264.slice_parameters(unit) for unit in slices} == {PRIVATE_SPS_ID}
