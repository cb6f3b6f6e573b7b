"""Verification bites on planted faults and stays quiet on good renders."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from cuttingroom.core.time import TimeRange
from cuttingroom.media import ffmpeg
from cuttingroom.media.probe import MediaFacts, probe
from cuttingroom.media.render.profiles import FINAL, Profile
from cuttingroom.media.render.run import RenderFacts, render
from cuttingroom.media.render.verify import Expectation, expectation_of, verify
from cuttingroom.timeline.model import (
    CaptionSource,
    Duck,
    Element,
    FadeIn,
    FadeOut,
    Mute,
    TextSource,
    TextStyle,
    Timeline,
    Track,
)
from media_factory import (
    a_timeline,
    an_element,
    audio_track,
    captions_track,
    frames,
    make_sound,
    make_video,
    overlay_track,
    tone,
    video_track,
)

FAST = Profile("test", None, crf=18, preset="ultrafast", audio_kbps=192)
Fault = Callable[[Path, Path], list[str]]


def lively(seconds: float, seed: int = 1) -> np.ndarray:
    """Noise in syllables, as uneven as speech."""
    random = np.random.default_rng(seed)
    at = np.arange(round(seconds * 48000)) / 48000
    knots = np.arange(0, seconds + 0.2, 0.12)
    loud = np.interp(at, knots, random.random(len(knots)) ** 3)
    return (random.normal(0, 0.12, len(at)) * loud).astype(np.float32)


@pytest.fixture(scope="module")
def timeline_and_file(tmp_path_factory: pytest.TempPathFactory) -> tuple[Timeline, Path, RenderFacts]:
    folder = tmp_path_factory.mktemp("good")
    source = make_video(folder / "a.mp4", frames=300, size=(640, 360), sound=lively(10))
    caption = Element(
        start_ticks=frames(90), duration_ticks=frames(60), source=CaptionSource(text="Here are the words")
    )
    timeline = a_timeline(
        video_track(
            an_element(probe(source), "a", at=0, take=(0, 150)),
            an_element(probe(source), "a", at=150, take=(170, 240)),
        ),
        captions_track(caption),
        size=(640, 360),
    )  # fmt: skip
    return timeline, *rendered(timeline, {"a": source}, folder)


def rendered(timeline: Timeline, files: dict[str, Path], folder: Path) -> tuple[Path, RenderFacts]:
    work = folder / "work"
    work.mkdir()
    facts: dict[str, MediaFacts] = {name: probe(path) for name, path in files.items()}
    made = render(timeline, files, folder / "good.mp4", FAST, facts=facts, work=work, piece_seconds=2.5)
    return made.path, made


def test_a_good_render_passes_every_check(timeline_and_file: tuple[Timeline, Path, RenderFacts]):
    timeline, path, made = timeline_and_file
    report = verify(path, expectation_of(timeline, made.to_json()))
    assert report.failures == ()
    assert {"texts_present", "sound_in_step", "decodes", "not_black", "index_in_front"} <= {
        c.name for c in report.checks
    }
    assert report.to_json()["passed"] is True


def encode(path: Path, out: Path, *options: str) -> list[str]:
    coding = ["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-movflags", "+faststart"]
    return [*ffmpeg.input_arguments(path), *coding, *options, ffmpeg.output_argument(out)]


def copy(path: Path, out: Path, *options: str) -> list[str]:
    copying = ["-c", "copy", "-movflags", "+faststart"]
    return [*ffmpeg.input_arguments(path), *copying, *options, ffmpeg.output_argument(out)]


DARKEN = "drawbox=t=fill:c=black:enable='between(t,2,4)'"
FREEZE = "loop=loop=75:size=1:start=60,setpts=N/30/TB,trim=end_frame=220"
LATE = "adelay=200:all=1,atrim=end=7.3333"
EARLY = "atrim=start=0.2,asetpts=PTS-STARTPTS,apad=pad_dur=0.2"
FAULTS: dict[str, tuple[str, Fault]] = {
    "black": ("not_black", lambda p, o: encode(p, o, "-vf", DARKEN)),
    "frozen": ("not_frozen", lambda p, o: encode(p, o, "-vf", FREEZE)),
    "silent": ("not_silent", lambda p, o: encode(p, o, "-af", "volume=0:enable='between(t,2,5)'")),
    "short": ("frame_count", lambda p, o: copy(p, o, "-t", "5")),
    "wrong size": ("size", lambda p, o: encode(p, o, "-vf", "scale=320:180")),
    "wrong codec": ("codecs", lambda p, o: encode(p, o, "-c:v", "mpeg4")),
    "index at the end": ("index_in_front", lambda p, o: copy(p, o, "-movflags", "-faststart")),
    "10 dB louder": ("sound_level", lambda p, o: encode(p, o, "-af", "volume=10dB")),
    "sound 200 ms late": ("sound_in_step", lambda p, o: encode(p, o, "-af", LATE)),
    "sound 200 ms early": ("sound_in_step", lambda p, o: encode(p, o, "-af", EARLY)),
    "no sound": ("codecs", lambda p, o: copy(p, o, "-an")),
    "half the frame rate": ("rate", lambda p, o: encode(p, o, "-r", "15")),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_caught(
    timeline_and_file: tuple[Timeline, Path, RenderFacts], tmp_path: Path, fault: str
):
    timeline, path, made = timeline_and_file
    name, plant = FAULTS[fault]
    bad = tmp_path / "bad.mp4"
    ffmpeg.run(plant(path, bad))
    report = verify(bad, expectation_of(timeline, made.to_json()), work=tmp_path)
    assert not report.passed
    assert name in [c.name for c in report.failures]


def test_sound_that_starts_late_in_the_container_is_caught(
    timeline_and_file: tuple[Timeline, Path, RenderFacts], tmp_path: Path
):
    timeline, path, made = timeline_and_file
    bad = tmp_path / "bad.mp4"
    late = ["-itsoffset", "0.2", *ffmpeg.input_arguments(path), "-map", "0:v", "-map", "1:a"]
    ffmpeg.run([*ffmpeg.input_arguments(path), *late, "-c", "copy", ffmpeg.output_argument(bad)])
    report = verify(bad, expectation_of(timeline, made.to_json()))
    assert {"starts_together", "sound_in_step"} <= {c.name for c in report.failures}


def test_captions_that_were_not_drawn_are_missed(tmp_path: Path):
    source = make_video(tmp_path / "a.mp4", frames=90, size=(640, 360), sound=lively(3))
    video = video_track(an_element(probe(source), "a", at=0, take=(0, 90)))
    words = captions_track(
        Element(
            start_ticks=frames(20),
            duration_ticks=frames(40),
            source=CaptionSource(text="These are not there"),
        )
    )
    path, made = rendered(a_timeline(video, size=(640, 360)), {"a": source}, tmp_path)
    report = verify(path, expectation_of(a_timeline(video, words, size=(640, 360)), made.to_json()))
    assert [c.name for c in report.failures] == ["texts_present"]


def test_a_damaged_or_truncated_file_is_caught(
    timeline_and_file: tuple[Timeline, Path, RenderFacts], tmp_path: Path
):
    timeline, path, made = timeline_and_file
    expected = expectation_of(timeline, made.to_json())
    data = bytearray(path.read_bytes())
    bad = tmp_path / "bad.mp4"
    middle = len(data) * 2 // 3
    data[middle : middle + 4000] = np.random.default_rng(0).bytes(4000)
    bad.write_bytes(data)
    assert "decodes" in [c.name for c in verify(bad, expected).failures]
    bad.write_bytes(path.read_bytes()[: len(data) * 9 // 10])
    assert not verify(bad, expected).passed
    bad.write_bytes(b"")
    assert [c.name for c in verify(bad, expected).failures] == ["readable"]


def test_a_file_about_which_nothing_is_known_gives_warnings_only(tmp_path: Path):
    path = make_video(
        tmp_path / "a.mp4",
        frames=90,
        sound=tone(3, amplitude=0),
        picture=lambda _n, w, h: np.zeros((h, w, 3), np.uint8),
    )
    report = verify(path)
    assert report.passed
    assert {"not_black", "not_silent", "not_frozen"} <= {c.name for c in report.failures}


def _varied(folder: Path) -> list[tuple[Timeline, dict[str, Path]]]:
    """Timelines with black, frozen and silent stretches on purpose."""
    size = (320, 180)

    def flickering(number: int, width: int, height: int) -> np.ndarray:
        return np.full((height, width, 3), 4 + number % 3, np.uint8)

    talk = make_video(folder / "talk.mp4", frames=240, sound=lively(8))
    dark = make_video(folder / "dark.mp4", frames=120, sound=lively(4, 2) * 0.05, picture=flickering)
    still_film = make_video(
        folder / "still.mp4", frames=120, picture=lambda _n, w, h: np.full((h, w, 3), 120, np.uint8)
    )
    music = make_sound(folder / "music.wav", lively(8, 3))
    odd = make_video(
        folder / "odd.mp4", frames=180, rate=Fraction(24000, 1001), size=(180, 320), sound=lively(7.5, 4)
    )
    files = {"t": talk, "d": dark, "s": still_film, "m": music, "o": odd}
    known = {name: probe(path) for name, path in files.items()}

    def part(name: str, at: int, take: tuple[int, int], **fields: object) -> Element:
        return an_element(known[name], name, at=at, take=take, **fields)  # type: ignore[arg-type]

    def title(at: int, length: int, **fields: object) -> Element:
        style = TextStyle(box=True) if fields.pop("box", False) else TextStyle()
        text = TextSource(text="A title of two lines\nwith some more words", style=style)
        return Element(start_ticks=frames(at), duration_ticks=frames(length), source=text)

    mute = Mute(range=TimeRange.between(frames(30), frames(120)))
    fades = (FadeIn(duration_ticks=frames(30)), FadeOut(duration_ticks=frames(30)))
    tracks: list[list[Track]] = [
        [video_track(part("t", 0, (0, 90)), part("t", 150, (90, 200)))],
        [video_track(part("d", 0, (0, 120)), part("t", 120, (0, 100)))],
        [video_track(part("s", 0, (0, 120)), part("t", 120, (30, 130), effects=fades))],
        [video_track(part("t", 0, (0, 240), effects=(mute,)))],
        [video_track(part("t", 0, (0, 200), speed=1.5), part("o", 133, (10, 110)))],
        [
            video_track(part("o", 0, (0, 150))),
            audio_track(part("m", 0, (0, 150), effects=(Duck(),), gain_db=-12)),
        ],
        [video_track(part("t", 0, (0, 200))), overlay_track(title(20, 60), title(120, 60, box=True))],
        [audio_track(part("m", 0, (0, 200))), overlay_track(title(0, 200))],
        [video_track(part("t", 0, (0, 100), volume=0.0), part("s", 100, (0, 60)))],
    ]
    return [(a_timeline(*each, size=size), files) for each in tracks]


def test_good_renders_of_many_kinds_raise_no_alarm(tmp_path: Path):
    for number, (timeline, files) in enumerate(_varied(tmp_path)):
        folder = tmp_path / str(number)
        folder.mkdir()
        path, made = rendered(timeline, files, folder)
        report = verify(path, expectation_of(timeline, made.to_json()))
        assert report.failures == (), f"timeline {number}"


def test_an_expectation_can_be_written_by_hand(timeline_and_file: tuple[Timeline, Path, RenderFacts]):
    timeline, path, made = timeline_and_file
    expected = Expectation(width=640, height=360, rate=timeline.rate, frame_count=made.frame_count)
    assert verify(path, expected).passed
    assert not verify(path, replace(expected, frame_count=made.frame_count + 1)).passed


def test_profiles_keep_sizes_even():
    settings = a_timeline(video_track(), size=(321, 181)).settings
    assert FINAL.frame_size(settings) == (322, 182)
