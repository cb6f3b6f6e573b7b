"""Profiles, and the promise that every encoder's run can be cut into segments that stand alone."""

from __future__ import annotations

import hashlib
import re
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from cuttingroom.core.errors import Canceled, InvalidInput, MediaFailed, NotFound
from cuttingroom.core.time import TICKS_PER_SECOND, Rate
from cuttingroom.media import ffmpeg
from cuttingroom.media.probe import probe
from cuttingroom.media.render import encoders
from cuttingroom.media.render.coders import CODERS
from cuttingroom.media.render.encoders import (
    audio_encoder,
    check_profile,
    expected_streams,
    run_container,
    video_arguments,
)
from cuttingroom.media.render.finish import gif_frames, gif_step, make_gif
from cuttingroom.media.render.profiles import (
    AudioCoding,
    Profile,
    VideoCoding,
    get_profile,
    load_profiles,
)
from cuttingroom.timeline.model import TimelineSettings
from media_factory import make_sound, make_video, read_numbers, tone

RATE = Rate.of(30)
FRAMES = 48
STARTS = (0, 1, 2, 5, 36)
COLOURS = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
DOCUMENT = Path(__file__).parents[2] / "docs" / "profiles.md"
WITH_PICTURES = [p for p in load_profiles().values() if p.video]
CODINGS = {p.video.model_dump_json(): p.video for p in WITH_PICTURES if p.video}
ONE_OF_EACH = list({(p.container, p.video.codec): p for p in reversed(WITH_PICTURES) if p.video}.values())
MORE_CODINGS = [
    VideoCoding(codec="hevc", preset="ultrafast", quality=30, pixel_format="yuv420p10le", b_frames=4),
    VideoCoding(codec="av1", preset="9", quality=40, pixel_format="yuv420p10le"),
    VideoCoding(codec="prores", variant="4444"),
    VideoCoding(codec="dnxhr", variant="dnxhr_hqx"),
]

Pictures = list[tuple[bytes, int, bool]]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_video(tmp_path_factory.mktemp("film") / "film.mp4", frames=FRAMES)


def encode(film: Path, out: Path, coding: VideoCoding, *, first: int = 0, frames: int = FRAMES) -> Path:
    """One run over `frames` pictures, key frames forced at STARTS."""
    times = ",".join(f"{max(0, n - 0.5) / 30:.6f}" for n in STARTS)
    chosen = f"trim=start_frame={first}:end_frame={first + frames},setpts=N/30/TB,{COLOURS}"
    arguments = [*ffmpeg.input_arguments(film), "-an", "-vf", chosen, "-fps_mode", "passthrough"]
    forced = ["-force_key_frames", times]
    ffmpeg.run([*arguments, *video_arguments(coding, RATE), *forced, ffmpeg.output_argument(out)])
    return out


def run_path(folder: Path, coding: VideoCoding, name: str = "run") -> Path:
    return folder / f"{name}.{run_container(coding.codec)}"


def read_packets(path: Path) -> tuple[bytes, Pictures]:
    """The description, and packets with their place among the pictures shown and whether they are keys."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        found = [(bytes(p), p.pts or 0, p.is_keyframe) for p in container.demux(stream) if p.size]
        shown = {pts: rank for rank, pts in enumerate(sorted(pts for _, pts, _ in found))}
        return bytes(stream.codec_context.extradata or b""), [(d, shown[pts], key) for d, pts, key in found]


def decode(codec: str, description: bytes, pictures: Pictures) -> list[str]:
    """Checksums of pictures by a decoder that has seen nothing else and hides no error."""
    decoder = av.VideoCodecContext.create("libdav1d" if codec == "av1" else codec, "r")
    assert isinstance(decoder, av.VideoCodecContext)
    decoder.extradata = description or None
    decoder.options = {"err_detect": "explode"}
    sums: list[str] = []
    for number, (data, rank, _) in enumerate(pictures):
        packet = av.Packet(data)
        packet.pts, packet.dts = rank, number
        sums += [checksum(frame) for frame in decoder.decode(packet)]
    return sums + [checksum(frame) for frame in decoder.decode(None)]


def checksum(frame: av.VideoFrame) -> str:
    """Over what is shown only: decoders leave anything in the padding of their lines."""
    sample = 2 if frame.format.components[0].bits > 8 else 1
    lines = (
        np.frombuffer(bytes(plane), np.uint8).reshape(-1, plane.line_size)[
            : plane.height, : plane.width * sample
        ]
        for plane in frame.planes
    )
    return hashlib.md5(b"".join(part.tobytes() for part in lines)).hexdigest()


@pytest.mark.parametrize(
    "coding", [*CODINGS.values(), *MORE_CODINGS], ids=lambda c: f"{c.codec}-{c.preset}{c.variant}"
)
def test_a_run_can_be_cut_where_key_frames_were_forced(film: Path, tmp_path: Path, coding: VideoCoding):
    description, pictures = read_packets(encode(film, run_path(tmp_path, coding), coding))
    assert len(pictures) == FRAMES
    keys = [rank for _, rank, is_key in pictures if is_key]
    assert keys == (list(range(FRAMES)) if not coding.quality else list(STARTS))
    codec = CODERS[coding.codec].name
    whole = decode(codec, description, pictures)
    cut: list[str] = []
    for first, end in zip(STARTS, (*STARTS[1:], FRAMES), strict=True):
        segment = pictures[first:end]
        assert sorted(rank for _, rank, _ in segment) == list(range(first, end))
        alone = decode(codec, description, segment)
        assert len(alone) == end - first
        cut += alone
    assert cut == whole


@pytest.mark.parametrize("coding", list(CODINGS.values()), ids=lambda c: f"{c.codec}-{c.preset}{c.variant}")
def test_a_run_of_one_picture_has_the_description_of_a_long_one(
    film: Path, tmp_path: Path, coding: VideoCoding
):
    long, _ = read_packets(encode(film, run_path(tmp_path, coding), coding, frames=12))
    short, pictures = read_packets(
        encode(film, run_path(tmp_path, coding, "short"), coding, first=40, frames=1)
    )
    assert short == long
    assert [(rank, is_key) for _, rank, is_key in pictures] == [(0, True)]


def test_our_h264_names_its_parameter_sets_31(film: Path, tmp_path: Path):
    coding = VideoCoding(codec="h264")
    description, _ = read_packets(encode(film, run_path(tmp_path, coding), coding, frames=2))
    size = int.from_bytes(description[6:8])
    sps, pps = description[8 : 8 + size], description[11 + size :]
    # Exp-Golomb: 31 is 00000100000, after four bytes of the SPS and one of the PPS (H.264, 7.3.2)
    assert int.from_bytes(sps[4:6]) >> 5 == 0b00000100000
    assert int.from_bytes(pps[1:3]) >> 5 == 0b00000100000


@pytest.mark.parametrize("profile", ["delivery", "hevc", "av1", "webm", "prores", "dnxhr"])
def test_the_colours_of_the_graph_are_said_in_the_file(film: Path, tmp_path: Path, profile: str):
    coding = get_profile(profile).video
    assert coding
    with av.open(str(encode(film, run_path(tmp_path, coding), coding, frames=3))) as container:
        frame = next(container.decode(video=0))
    assert (frame.color_range, frame.colorspace, frame.color_primaries, frame.color_trc) == (1, 1, 1, 1)


@pytest.mark.parametrize("profile", ONE_OF_EACH, ids=lambda p: p.name)
def test_each_profile_says_what_a_reader_will_find(film: Path, tmp_path: Path, profile: Profile):
    assert profile.video
    if profile.container == "gif":
        made = tmp_path / "made.gif"
        make_gif(film, made, profile, frames=FRAMES, rate=RATE, work=tmp_path)
    else:
        made = encode(film, tmp_path / f"made.{run_container(profile.video.codec)}", profile.video, frames=3)
    found, expected = probe(made), expected_streams(profile)
    assert found.video[0].codec == expected.video
    assert found.container == expected.container or profile.container in ("mkv", "webm")
    assert (expected.audio is None) == (profile.audio is None)


@pytest.mark.parametrize(
    "profile", [p for p in load_profiles().values() if not p.video], ids=lambda p: p.name
)
def test_each_sound_profile_says_what_a_reader_will_find(tmp_path: Path, profile: Profile):
    assert profile.audio
    source = make_sound(tmp_path / "tone.wav", tone(0.5))
    out = tmp_path / f"made{profile.suffix}"
    coding = [
        "-c:a",
        audio_encoder(profile.audio),
        "-f",
        "ipod" if profile.container == "m4a" else profile.container,
    ]
    ffmpeg.run([*ffmpeg.input_arguments(source), *coding, ffmpeg.output_argument(out)])
    found, expected = probe(out), expected_streams(profile)
    assert (None, found.audio[0].codec, found.container) == expected


def test_a_profile_keeps_the_timelines_size_or_a_smaller_one_of_the_same_shape():
    settings = TimelineSettings(width=1920, height=1080)
    assert get_profile("delivery").frame_size(settings) == (1920, 1080)
    assert get_profile("draft").frame_size(settings) == (640, 360)
    assert get_profile("gif").frame_size(settings) == (480, 270)
    assert get_profile("draft").frame_size(TimelineSettings(width=320, height=180)) == (320, 180)
    assert get_profile("delivery").frame_size(TimelineSettings(width=321, height=181)) == (322, 182)


def test_platforms_get_exactly_their_size():
    settings = TimelineSettings(width=1920, height=1080)
    for name in ("tiktok", "reels", "shorts"):
        assert get_profile(name).frame_size(settings) == (1080, 1920)
    assert get_profile("square").frame_size(settings) == (1080, 1080)


def test_a_timeline_that_is_too_fast_for_a_platform_is_refused():
    fast = TimelineSettings(rate=Rate.of(120))
    with pytest.raises(InvalidInput, match="tiktok takes at most 60 frames per second; the timeline has 120"):
        check_profile(get_profile("tiktok"), fast)
    check_profile(get_profile("gif"), fast)
    check_profile(get_profile("tiktok"), TimelineSettings(rate=Rate.of(60)))


def test_pictures_that_a_coder_cannot_hold_are_refused():
    with pytest.raises(InvalidInput, match="dnxhr would make pictures of 128x72; dnxhr takes 256x120"):
        check_profile(get_profile("dnxhr"), TimelineSettings(width=128, height=72))
    with pytest.raises(InvalidInput, match="20000x100"):
        check_profile(get_profile("delivery"), TimelineSettings(width=20_000, height=100))


def test_an_encoder_that_is_not_there_is_named_with_a_way_out(monkeypatch: pytest.MonkeyPatch):
    for profile in load_profiles().values():
        check_profile(profile, TimelineSettings())
    monkeypatch.setattr(encoders, "_available_encoders", lambda: frozenset({"libx264", "aac"}))
    with pytest.raises(MediaFailed, match="av1 needs the encoder libsvtav1") as caught:
        check_profile(get_profile("av1"), TimelineSettings())
    assert "delivery" in caught.value.advice
    check_profile(get_profile("delivery"), TimelineSettings())


def test_an_unknown_profile_is_answered_with_near_names():
    with pytest.raises(NotFound, match="no profile 'delivry'") as caught:
        get_profile("delivry")
    assert "delivery" in caught.value.advice


def test_a_person_writes_profiles_of_their_own(tmp_path: Path):
    (tmp_path / "client.toml").write_text(
        'extends = "delivery"\ntitle = "Client"\nheight = 720\nvideo.quality = 23\n'
    )
    (tmp_path / "more.toml").write_text(
        '[quiet]\nextends = "client"\naudio = false\nheight = false\n'
        '[masters]\nextends = "client"\ncontainer = "mov"\nvideo = {codec = "prores", variant = "lt"}\n'
    )
    delivery, client = get_profile("delivery"), get_profile("client", tmp_path)
    assert delivery.video
    assert client.video == delivery.video.model_copy(update={"quality": 23})
    assert (client.audio, client.height, client.title) == (delivery.audio, 720, "Client")
    quiet = get_profile("quiet", tmp_path)
    assert (quiet.audio, quiet.height, quiet.video) == (None, None, client.video)
    assert get_profile("masters", tmp_path).video == VideoCoding(codec="prores", variant="lt")
    assert list(load_profiles(tmp_path))[-3:] == ["client", "quiet", "masters"]


def test_a_folder_that_is_not_there_holds_no_profiles(tmp_path: Path):
    assert load_profiles(tmp_path / "nowhere") == load_profiles()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("title = \nx = 1", r"my\.toml cannot be read: .*line 1"),
        ("[delivery]\ntitle = 'x'", "delivery is built in and cannot be replaced"),
        ("extends = 'delivry'", "my extends 'delivry', which does not exist"),
        ("[a]\nextends = 'b'\n[b]\nextends = 'a'", "extends itself"),
        (
            "extends = 'delivery'\nheigth = 3",
            "profile my, heigth: there is no such field; did you mean height?",
        ),
        ("extends = 'delivery'\nvideo.crf = 3", r"profile my, video\.crf: there is no such field"),
        ("extends = 'delivery'\nheight = 721", "profile my, height: .*multiple of 2"),
        (
            "extends = 'delivery'\nvideo.quality = 80",
            r"my, video: quality of h264 is 0 \(best\) to 51, not 80",
        ),
        ("extends = 'delivery'\nvideo.preset = 'quick'", "preset of h264 is one of ultrafast.*not 'quick'"),
        ("extends = 'delivery'\nvideo = {codec = 'h265'}", r"my, video\.codec: .*'hevc'"),
        ("extends = 'delivery'\nvideo = {codec = 'prores', variant = 'hq'}", "mp4 holds .*, not prores"),
        ("extends = 'prores'\nvideo.pixel_format = 'yuva444p10le'", "has alpha"),
        ("extends = 'prores'\nvideo = {codec = 'prores'}", "variant of prores is one of proxy"),
        ("extends = 'prores'\nvideo.quality = 3", "prores has no quality"),
        ("extends = 'delivery'\naudio = {codec = 'aac'}", "aac needs kbps"),
        ("extends = 'delivery'\naudio.loudness_lufs = 3.0", r"my, audio\.loudness_lufs"),
        ("extends = 'delivery'\nexact = true", "exact needs width and height"),
        ("extends = 'delivery'\nvideo = false", "mp4 needs the table video"),
        ("container = 'wav'\ntitle = 'x'", "wav needs the table audio"),
        ("extends = 'delivery'\nname = 'My Own'", "name: String should match pattern"),
        ("title = 'x'", "profile my, container: Field required"),
    ],
)
def test_what_is_wrong_with_a_profile_is_said_with_its_place(tmp_path: Path, content: str, said: str):
    (tmp_path / "my.toml").write_text(content)
    with pytest.raises(InvalidInput, match=said) as caught:
        load_profiles(tmp_path)
    assert "my" in caught.value.message
    assert caught.value.advice


def test_two_files_cannot_hold_the_same_profile(tmp_path: Path):
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text('[mine]\nextends = "delivery"\n')
    with pytest.raises(InvalidInput, match=r"mine is in a\.toml and in b\.toml"):
        load_profiles(tmp_path)


def test_a_broken_file_does_not_keep_anybody_from_the_built_in_profiles(tmp_path: Path):
    (tmp_path / "broken.toml").write_text("[")
    assert get_profile("delivery", tmp_path) == get_profile("delivery")


def test_sound_without_loss_has_no_bit_rate():
    with pytest.raises(ValueError, match="flac keeps every sample"):
        AudioCoding(codec="flac", kbps=128)


@pytest.mark.parametrize(
    ("rate", "step"), [("24", 2), ("25", 2), ("30000/1001", 2), ("30", 2), ("60", 4), ("15", 1), ("12", 1)]
)
def test_a_gif_keeps_every_nth_picture(rate: str, step: int):
    profile = get_profile("gif")
    assert gif_step(Rate.of(rate), profile) == step
    assert gif_frames(step * 7 + 1, Rate.of(rate), profile) == 8
    assert gif_step(Rate.of(rate), profile.model_copy(update={"max_rate": None})) == 1


def test_a_gif_shows_the_film_evenly_and_at_its_speed(film: Path, tmp_path: Path):
    out = tmp_path / "a.gif"
    shares: list[float] = []
    make_gif(film, out, get_profile("gif"), frames=FRAMES, rate=RATE, work=tmp_path, report=shares.append)
    assert read_numbers(out) == list(range(0, FRAMES, 2))
    facts = probe(out)
    assert (facts.video[0].width, facts.video[0].height) == (320, 180)
    assert abs(Fraction(facts.duration_ticks, TICKS_PER_SECOND) - Fraction(FRAMES, 30)) < Fraction(1, 20)
    assert b"NETSCAPE2.0\x03\x01\x00\x00" in out.read_bytes()
    assert shares[-1] == 1.0
    assert list(tmp_path.iterdir()) == [out]


def test_making_a_gif_can_be_canceled(film: Path, tmp_path: Path):
    with pytest.raises(Canceled):
        make_gif(
            film, tmp_path / "a.gif", get_profile("gif"), frames=FRAMES, rate=RATE, work=tmp_path,
            is_canceled=lambda: True,
        )  # fmt: skip


def test_the_document_lists_what_is_built_in():
    written = re.findall(
        r"^\| `[a-z0-9]+` \| .* \| .* \| .* \| .* \| .* \| .* \|$", DOCUMENT.read_text(), re.MULTILINE
    )
    assert written == [table_row(p) for p in load_profiles().values()]


def table_row(profile: Profile) -> str:
    cells = [
        f"`{profile.name}`",
        profile.title,
        f"`{profile.suffix}`",
        _picture(profile),
        _sound(profile.audio),
    ]
    return f"| {' | '.join([*cells, _loudness(profile.audio), _size(profile), profile.check])} |"


def _picture(profile: Profile) -> str:
    video = profile.video
    if video is None:
        return "none"
    if profile.container == "gif":
        return "256 colours"
    detail = video.variant or f"{video.preset}, CRF {video.quality}"
    return f"{video.codec}, {detail}, {video.pixel_format}"


def _sound(audio: AudioCoding | None) -> str:
    if audio is None:
        return "none"
    return f"{audio.codec}, {f'{audio.kbps} kbps' if audio.kbps else f'{audio.bits} bits'}"


def _loudness(audio: AudioCoding | None) -> str:
    if audio is None:
        return "none"
    return (
        "as mixed"
        if audio.loudness_lufs is None
        else f"{audio.loudness_lufs:g} LUFS, {audio.peak_dbtp:g} dBTP"
    )


def _size(profile: Profile) -> str:
    if profile.video is None:
        return "none"
    sides = [f"{n}" for n in (profile.width, profile.height) if n]
    if profile.exact:
        size = "×".join(sides)
    elif len(sides) == 2:
        size = f"up to {'×'.join(sides)}"
    else:
        size = f"up to {sides[0]} {'wide' if profile.width else 'high'}" if sides else "the timeline's"
    return size + (f", {profile.max_rate} fps" if profile.max_rate else "")
