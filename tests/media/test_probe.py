"""Every kind of file gets its facts; every hostile or broken one gets one clear refusal."""

import struct
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from cuttingroom.core.errors import Canceled, MediaRefused
from cuttingroom.core.time import Rate, Ratio
from cuttingroom.media import ffmpeg
from cuttingroom.media.limits import DEFAULT_LIMITS, MediaLimits
from cuttingroom.media.probe import probe
from cuttingroom.media.rates import STANDARD_RATES, find_rate, nearest_rate
from media_factory import (
    SECOND,
    clicks,
    make_sound,
    make_still,
    make_video,
    tone,
)

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"


def test_a_plain_video_is_described_exactly(tmp_path: Path):
    facts = probe(make_video(tmp_path / "a.mp4", frames=90, sound=tone(3)))
    video, audio = facts.video[0], facts.audio[0]
    assert (video.codec, video.width, video.height, video.frame_count) == ("h264", 320, 180, 90)
    assert (video.rate, video.is_variable, video.duration_ticks) == (Rate.of(30), False, 3 * SECOND)
    assert (audio.codec, audio.sample_rate, audio.channels) == ("aac", 48_000, 1)
    assert facts.has_picture
    assert facts.has_sound
    assert not facts.is_still
    assert facts.to_json()["video"][0]["rate"] == {"num": 30, "den": 1}


@pytest.mark.parametrize(
    ("rate", "suffix"),
    [(Fraction(30000, 1001), "mp4"), (Fraction(24000, 1001), "mkv"), (25, "mkv"), (50, "mp4"), (60, "ts")],
)
def test_the_rate_is_exact_also_where_the_container_rounds(tmp_path: Path, rate: Fraction | int, suffix: str):
    facts = probe(make_video(tmp_path / f"a.{suffix}", frames=40, rate=rate))
    assert facts.video[0].rate == Rate.of(Fraction(rate))
    assert not facts.video[0].is_variable


def test_a_variable_rate_is_told_from_a_steady_one(tmp_path: Path):
    times = [n / 30 for n in range(40)] + [1.5 + n / 30 for n in range(40)]
    facts = probe(make_video(tmp_path / "a.mp4", frames=80, times=times))
    assert facts.video[0].is_variable
    assert facts.video[0].rate == Rate.of(30)
    assert any("varies" in w for w in facts.warnings)


def test_every_standard_rate_has_exact_frames():
    for rate in STANDARD_RATES:
        assert nearest_rate(rate).fraction == rate
        assert find_rate(range(100), 1 / rate, None) == (Rate.of(rate), False)
    assert nearest_rate(Fraction(2997, 100)).fraction == Fraction(30000, 1001)


def test_rotation_and_pixel_shape_count_in_the_displayed_size(tmp_path: Path):
    turned = probe(make_video(tmp_path / "a.mp4", frames=5, size=(320, 180), rotation=-90)).video[0]
    assert (turned.width, turned.height, turned.coded_width, turned.coded_height) == (180, 320, 320, 180)
    assert turned.rotation in (90, 270)
    wide = probe(
        make_video(tmp_path / "b.mp4", frames=5, size=(160, 120), pixel_aspect=Fraction(4, 3))
    ).video[0]
    assert (wide.width, wide.height, wide.pixel_aspect) == (213, 120, Ratio(num=4, den=3))


def test_hdr_odd_sizes_and_missing_sound_are_seen(tmp_path: Path):
    hdr = probe(make_video(tmp_path / "a.mp4", frames=5, hdr=True))
    assert hdr.video[0].is_hdr
    assert hdr.video[0].colour_transfer == "smpte2084"
    assert not hdr.has_sound
    odd = probe(make_video(tmp_path / "b.mp4", frames=5, size=(321, 181), pixel_format="yuv444p")).video[0]
    assert (odd.width, odd.height) == (321, 181)


@pytest.mark.parametrize("suffix", ["wav", "mp3", "flac", "m4a"])
def test_sound_only_files_have_no_picture(tmp_path: Path, suffix: str):
    facts = probe(make_sound(tmp_path / f"a.{suffix}", tone(2, rate=44_100), rate=44_100))
    assert (facts.has_picture, facts.has_sound, facts.audio[0].sample_rate) == (False, True, 44_100)
    assert facts.duration_ticks == pytest.approx(2 * SECOND, abs=SECOND // 15)


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "bmp"])
def test_stills_have_no_time_of_their_own(tmp_path: Path, suffix: str):
    facts = probe(make_still(tmp_path / f"a.{suffix}", (400, 300)))
    assert facts.is_still
    assert (facts.video[0].width, facts.video[0].height, facts.duration_ticks) == (400, 300, 0)


def reason(path: Path, limits: MediaLimits = DEFAULT_LIMITS) -> str:
    with pytest.raises(MediaRefused) as caught:
        probe(path, limits)
    assert caught.value.message.endswith(".")
    assert "\n" not in caught.value.message
    return caught.value.detail["reason"]


def written(path: Path, data: bytes | str) -> Path:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def test_missing_empty_and_foreign_files_are_refused(tmp_path: Path):
    assert reason(tmp_path / "none.mp4") == "missing"
    assert reason(tmp_path) == "missing"
    assert reason(written(tmp_path / "a.mp4", b"")) == "empty"
    assert reason(written(tmp_path / "b.mp4", "Dear diary, nothing happened today. " * 50)) == "not_media"
    assert reason(written(tmp_path / "c.mp4", np.random.default_rng(1).bytes(20_000))) == "not_media"
    assert reason(written(tmp_path / "d.mp4", b"PK\x03\x04" + bytes(500))) == "not_media"
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><image href="/etc/passwd"/></svg>'
    assert reason(written(tmp_path / "e.mp4", svg)) in ("not_media", "unsupported_format")


PLAYLISTS = {
    "hls": "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nneighbour.mp4\n#EXT-X-ENDLIST\n",
    "ffconcat": "ffconcat version 1.0\nfile neighbour.mp4\n",
    "concat": "# mine\nfile 'neighbour.mp4'\n",
    "dash": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period/></MPD>',
    "sdp": "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\nm=video 5004 RTP/AVP 96\r\n",
    "pls": "[playlist]\nFile1=neighbour.mp4\n",
}


@pytest.mark.parametrize("kind", PLAYLISTS)
def test_a_playlist_named_mp4_never_opens_its_neighbour(tmp_path: Path, kind: str):
    make_video(tmp_path / "neighbour.mp4", frames=5)
    path = written(tmp_path / "a.mp4", PLAYLISTS[kind])
    assert reason(path) == "playlist"
    from cuttingroom.core.errors import MediaFailed

    with pytest.raises(MediaFailed):
        ffmpeg.run([*ffmpeg.input_arguments(path), "-f", "null", "-"])


def test_cut_off_files_are_refused_and_never_called_short(tmp_path: Path):
    whole = make_video(tmp_path / "a.mp4", frames=240, sound=tone(8)).read_bytes()
    assert reason(written(tmp_path / "b.mp4", whole[: len(whole) // 2])) == "truncated"
    front = tmp_path / "front.mp4"
    ffmpeg.run(
        [
            *ffmpeg.input_arguments(tmp_path / "a.mp4"),
            "-c",
            "copy",
            "-movflags",
            "+faststart",
            ffmpeg.output_argument(front),
        ]
    )
    data = front.read_bytes()
    assert reason(written(tmp_path / "c.mp4", data[: len(data) * 6 // 10])) in ("truncated", "corrupt")
    film = make_video(
        tmp_path / "a.webm",
        frames=240,
        codec="libvpx-vp9",
        sound=tone(8),
        options={"deadline": "realtime", "cpu-used": "8"},
    ).read_bytes()
    assert reason(written(tmp_path / "d.webm", film[: len(film) // 4])) in ("truncated", "corrupt")


def test_a_destroyed_start_is_corrupt(tmp_path: Path):
    data = bytearray(make_video(tmp_path / "a.mp4", frames=30).read_bytes())
    at = data.index(b"mdat") + 4
    data[at : at + 6000] = np.random.default_rng(2).bytes(6000)
    assert reason(written(tmp_path / "b.mp4", bytes(data))) == "corrupt"


def test_encrypted_media_is_refused(tmp_path: Path):
    path = make_video(tmp_path / "a.mp4", frames=10)
    locked = tmp_path / "locked.mp4"
    key = ["-encryption_scheme", "cenc-aes-ctr", "-encryption_key", "76a6c65c5ea762046bd749a2e632ccbb"]
    key += ["-encryption_kid", "a7e61c373e219033c21091fa607bf3b8"]
    ffmpeg.run([*ffmpeg.input_arguments(path), "-c", "copy", *key, ffmpeg.output_argument(locked)])
    assert reason(locked) == "encrypted"


def test_decoders_that_are_not_allowed_never_run(tmp_path: Path):
    magic = tmp_path / "a.avi"
    ffmpeg.run(
        ["-f", "lavfi", "-i", "testsrc2=s=64x64:d=0.2", "-c:v", "magicyuv", ffmpeg.output_argument(magic)]
    )
    assert reason(magic) == "unsupported_codec"


def test_bombs_are_refused_by_what_they_declare(tmp_path: Path):
    big = make_video(tmp_path / "a.mp4", frames=2, size=(640, 480))
    assert reason(big, MediaLimits(max_pixels=100_000)) == "too_large"
    assert reason(big, MediaLimits(max_media_bytes=1000)) == "too_large"
    assert reason(big, MediaLimits(max_media_hours=0.00001)) == "too_large"
    assert reason(_png_header(tmp_path / "b.png", 30_000, 30_000)) in ("too_large", "corrupt")
    many = tmp_path / "many.mkv"
    maps = [part for _ in range(12) for part in ("-map", "0:v")]
    ffmpeg.run([*ffmpeg.input_arguments(big), *maps, "-c", "copy", ffmpeg.output_argument(many)])
    assert reason(many, MediaLimits(max_streams=8)) == "too_many_streams"


def _png_header(path: Path, width: int, height: int) -> Path:
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return written(
        path, b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


MUTATIONS: dict[str, Callable[[bytearray, np.random.Generator], bytearray]] = {
    "flip": lambda d, r: bytearray(b ^ 255 if r.random() < 0.002 else b for b in d),
    "hole": lambda d, r: d[: len(d) // 3] + bytearray(2000) + d[len(d) // 3 + 2000 :],
    "cut": lambda d, r: d[: int(r.integers(10, len(d)))],
    "splice": lambda d, r: d[: len(d) // 2] + d[: len(d) // 4] + d[len(d) // 2 :],
}


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_damaged_files_give_facts_or_a_refusal_and_nothing_else(tmp_path: Path, mutation: str):
    whole = bytearray(make_video(tmp_path / "a.mp4", frames=40, sound=tone(1)).read_bytes())
    for seed in range(6):
        path = written(
            tmp_path / "b.mp4", bytes(MUTATIONS[mutation](bytearray(whole), np.random.default_rng(seed)))
        )
        try:
            assert probe(path).duration_ticks >= 0
        except MediaRefused as error:
            assert error.detail["reason"]  # noqa: PT017 - both outcomes are right


def test_probing_can_be_canceled(tmp_path: Path):
    path = make_video(tmp_path / "a.mp4", frames=30, sound=clicks(1, [0.5]))
    with pytest.raises(Canceled):
        probe(path, is_canceled=lambda: True)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not part of the project")
def test_real_files_are_described():
    facts = {path.name: probe(path) for path in SAMPLES.iterdir() if path.suffix != ".md"}
    assert len(facts["nasa_multitrack.mp4"].subtitles) == 2
    assert facts["jfk.flac"].has_picture is False
    assert facts["chaplin_no_sound.mp4"].video[0].rate == Rate.of(25)
    assert (facts["two_shots.mp4"].video[0].width, facts["two_shots.mp4"].video[0].height) == (1080, 1440)


def test_a_picture_beyond_the_limit_is_refused_with_its_size(tmp_path: Path):
    from PIL import Image

    Image.new("RGB", (9000, 9000)).save(tmp_path / "big.png")
    with pytest.raises(MediaRefused, match="9000x9000") as refused:
        probe(tmp_path / "big.png")
    assert refused.value.detail["reason"] == "too_large"
