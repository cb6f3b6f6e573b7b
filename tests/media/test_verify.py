"""Verification bites on planted faults and stays quiet on good renders."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from cuttingroom.core.errors import Canceled
from cuttingroom.core.time import TimeRange, ticks_to_seconds
from cuttingroom.media import ffmpeg
from cuttingroom.media.probe import probe
from cuttingroom.media.render.facts import RenderFacts
from cuttingroom.media.render.profiles import Profile, built_in_profiles
from cuttingroom.media.render.verification.film import scan_film
from cuttingroom.media.render.verification.verify import Depth, Expectation, Report, expectation_of, verify
from cuttingroom.timeline.effects import Duck, FadeIn, FadeOut, Mute
from cuttingroom.timeline.model import (
    CaptionSource,
    Element,
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
from renders import COPYING, FAST, render_to

Fault = Callable[[Path, Path], list[str]]
Good = tuple[Timeline, Path, RenderFacts]
DEPTHS: tuple[Depth, ...] = get_args(Depth)


def lively(seconds: float, seed: int = 1) -> np.ndarray:
    """Noise in syllables, as uneven as speech."""
    random = np.random.default_rng(seed)
    at = np.arange(round(seconds * 48000)) / 48000
    knots = np.arange(0, seconds + 0.2, 0.12)
    loud = np.interp(at, knots, random.random(len(knots)) ** 3)
    return (random.normal(0, 0.12, len(at)) * loud).astype(np.float32)


def words(text: str, at: int, length: int) -> Element:
    return Element(start_ticks=frames(at), duration_ticks=frames(length), source=CaptionSource(text=text))


def expect(timeline: Timeline, made: RenderFacts, profile: Profile = FAST) -> Expectation:
    return expectation_of(timeline, made.to_json(), profile)


def names(report: Report) -> set[str]:
    return {c.name for c in report.failures}


def between(first: float, end: float) -> TimeRange:
    return TimeRange.between(frames(round(first * 30)), frames(round(end * 30)))


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Good:
    folder = tmp_path_factory.mktemp("good")
    source = make_video(folder / "a.mp4", frames=300, size=(640, 360), sound=lively(10))
    timeline = a_timeline(
        video_track(
            an_element(probe(source), "a", at=0, take=(0, 150)),
            an_element(probe(source), "a", at=150, take=(170, 240)),
        ),
        captions_track(words("Here are the words", 90, 60)),
        size=(640, 360),
    )
    return timeline, *render_to(folder, timeline, {"a": source})


@pytest.mark.parametrize("depth", DEPTHS)
def test_a_good_render_passes_every_check(good: Good, depth: Depth):
    timeline, path, made = good
    report = verify(path, expect(timeline, made), depth=depth)
    assert report.failures == ()
    assert {"texts_present", "sound_in_step", "decodes", "not_black", "index_in_front"} <= {
        c.name for c in report.checks
    }
    assert {"picture_unchanged", "sound_unchanged"} <= {c.name for c in report.checks}
    told = report.to_json()
    assert (told["passed"], told["depth"]) == (True, depth)
    assert told["decoded"] == {"frames": 220, "of": 220, "ranges": [[0, frames(220)]]}


def encode(path: Path, out: Path, *options: str) -> list[str]:
    coding = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "15", "-bf", "2", "-c:a", "aac"]
    coding += ["-movflags", "+faststart"]
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
def test_a_planted_fault_is_caught(good: Good, tmp_path: Path, fault: str):
    timeline, path, made = good
    name, plant = FAULTS[fault]
    bad = tmp_path / "bad.mp4"
    ffmpeg.run(plant(path, bad))
    report = verify(bad, expect(timeline, made), work=tmp_path)
    assert not report.passed
    assert name in names(report)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_what_is_new_is_caught_by_the_quick_pass(good: Good, tmp_path: Path, fault: str):
    """As if the renderer itself had written it so: nothing is to be told from the digests."""
    timeline, path, made = good
    name, plant = FAULTS[fault]
    bad = tmp_path / "bad.mp4"
    ffmpeg.run(plant(path, bad))
    report = verify(bad, as_written(bad, expect(timeline, made), between(2, 4.5)), depth="quick")
    assert name in names(report)
    if fault == "black":
        assert 60 <= report.frames < 120
        found = next(c.measured for c in report.failures if c.name == name)
        assert [[round(ticks_to_seconds(t), 1) for t in r] for r in found] == [[2.0, 4.0]]


def as_written(path: Path, expected: Expectation, *fresh: TimeRange) -> Expectation:
    """With the digests of `path`, of which only `fresh` was encoded."""
    facts = probe(path)
    digests = scan_film(path, 0).digests
    pictures, sound = (digests[s[0].index] if s else "" for s in (facts.video, facts.audio))
    return replace(expected, picture_sha256=pictures, sound_sha256=sound, fresh=fresh)


def test_the_quick_pass_leaves_pictures_that_are_not_new_to_their_digest(good: Good, tmp_path: Path):
    timeline, path, made = good
    bad = tmp_path / "bad.mp4"
    ffmpeg.run(encode(path, bad, "-vf", DARKEN))
    expected = expect(timeline, made)
    assert names(verify(bad, as_written(bad, expected, between(5, 6)), depth="quick")) == set()
    altered = verify(bad, replace(expected, fresh=()), depth="quick")
    assert {"picture_unchanged", "sound_unchanged"} <= names(altered)
    assert altered.frames == 0


@pytest.mark.parametrize("depth", DEPTHS)
def test_sound_that_starts_late_in_the_container_is_caught(good: Good, tmp_path: Path, depth: Depth):
    timeline, path, made = good
    bad = tmp_path / "bad.mp4"
    late = ["-itsoffset", "0.2", *ffmpeg.input_arguments(path), "-map", "0:v", "-map", "1:a"]
    ffmpeg.run([*ffmpeg.input_arguments(path), *late, "-c", "copy", ffmpeg.output_argument(bad)])
    report = verify(bad, expect(timeline, made), depth=depth)
    assert {"starts_together", "sound_in_step"} <= names(report)


@pytest.mark.parametrize("depth", DEPTHS)
def test_captions_that_were_not_drawn_are_missed(tmp_path: Path, depth: Depth):
    source = make_video(tmp_path / "a.mp4", frames=90, size=(640, 360), sound=lively(3))
    video = video_track(an_element(probe(source), "a", at=0, take=(0, 90)))
    captions = captions_track(words("These are not there", 20, 40), words("Nor these", 62, 20))
    path, made = render_to(tmp_path, a_timeline(video, size=(640, 360)), {"a": source})
    expected = expect(a_timeline(video, captions, size=(640, 360)), made)
    assert names(verify(path, expected, depth=depth)) == {"texts_present"}


@pytest.mark.parametrize("depth", DEPTHS)
def test_a_damaged_or_truncated_file_is_caught(good: Good, tmp_path: Path, depth: Depth):
    timeline, path, made = good
    expected = expect(timeline, made)
    data = bytearray(path.read_bytes())
    bad = tmp_path / "bad.mp4"
    middle = len(data) * 2 // 3
    data[middle : middle + 4000] = np.random.default_rng(0).bytes(4000)
    bad.write_bytes(data)
    assert "decodes" in names(verify(bad, expected, depth=depth))
    bad.write_bytes(path.read_bytes()[: len(data) * 9 // 10])
    assert not verify(bad, expected, depth=depth).passed
    bad.write_bytes(b"")
    assert names(verify(bad, expected, depth=depth)) == {"readable"}


@pytest.mark.parametrize("share", [0.3, 0.5, 0.8])
def test_two_thousand_damaged_bytes_are_caught_where_nothing_is_decoded(
    good: Good, tmp_path: Path, share: float
):
    timeline, path, made = good
    data = bytearray(path.read_bytes())
    at = round(len(data) * share)
    data[at : at + 2000] = np.random.default_rng(0).bytes(2000)
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(data)
    report = verify(bad, replace(expect(timeline, made), fresh=()), depth="quick")
    assert report.frames == 0
    assert "picture_unchanged" in names(report)


def test_after_an_edit_only_what_it_changed_and_the_joins_are_decoded(tmp_path: Path):
    source = make_video(tmp_path / "a.mp4", frames=900, sound=lively(30), bt709=True)
    video = video_track(
        an_element(probe(source), "a", at=0, take=(10, 400)),
        an_element(probe(source), "a", at=390, take=(430, 880)),
    )
    first = a_timeline(video, captions_track(words("One", 100, 60), words("Two", 600, 60)))
    then = a_timeline(video, captions_track(words("One", 100, 60), words("2", 600, 60)))
    reports: list[Report] = []
    for timeline in (first, then, then):
        path, made = render_to(tmp_path, timeline, {"a": source}, COPYING)
        reports.append(verify(path, expect(timeline, made, COPYING), depth="quick"))
        assert reports[-1].failures == ()
    assert made.copied_frames > 500
    assert 840 > reports[0].frames > reports[1].frames > reports[2].frames > 0
    for report, looked in zip(reports, (True, True, False), strict=True):
        assert any(r.contains(frames(630)) for r in report.decoded) is looked


@pytest.mark.parametrize("depth", DEPTHS)
def test_checking_can_be_canceled(good: Good, depth: Depth):
    timeline, path, made = good
    with pytest.raises(Canceled):
        verify(path, expect(timeline, made), depth=depth, is_canceled=lambda: True)


def test_a_file_about_which_nothing_is_known_gives_warnings_only(tmp_path: Path):
    path = make_video(
        tmp_path / "a.mp4",
        frames=90,
        sound=tone(3, amplitude=0),
        picture=lambda _n, w, h: np.zeros((h, w, 3), np.uint8),
    )
    report = verify(path)
    assert report.passed
    assert {"not_black", "not_silent", "not_frozen"} <= names(report)


def _varied(folder: Path) -> list[tuple[Timeline, dict[str, Path]]]:
    """Timelines with black, frozen and silent stretches on purpose."""
    size = (320, 180)

    def flickering(number: int, width: int, height: int) -> np.ndarray:
        return np.full((height, width, 3), 4 + number % 3, np.uint8)

    talk = make_video(folder / "talk.mp4", frames=240, sound=lively(8))
    dark = make_video(
        folder / "dark.mp4", frames=120, sound=lively(4, 2) * np.float32(0.05), picture=flickering
    )
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
        path, made = render_to(folder, timeline, files)
        expected = expect(timeline, made)
        assert verify(path, expected).failures == (), f"timeline {number}"
        part = replace(expected, fresh=(between(2, 3.5),))
        assert verify(path, part, depth="quick").failures == (), f"timeline {number}, a part"


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> tuple[Timeline, Path]:
    source = make_video(tmp_path_factory.mktemp("talk") / "a.mp4", frames=180, sound=lively(6), bt709=True)
    video = video_track(an_element(probe(source), "a", at=0, take=(10, 160)))
    return a_timeline(video, captions_track(words("Here are the words", 40, 60))), source


@pytest.mark.parametrize("name", built_in_profiles())
def test_good_renders_of_every_profile_raise_no_alarm(talk: tuple[Timeline, Path], tmp_path: Path, name: str):
    timeline, source = talk
    profile = built_in_profiles()[name]
    if profile.exact:
        profile = profile.model_copy(update={"width": 180, "height": 320})
    path, made = render_to(tmp_path, timeline, {"a": source}, profile)
    expected = expect(timeline, made, profile)
    for depth in DEPTHS:
        assert verify(path, expected, depth=depth).failures == ()
    part = verify(path, replace(expected, fresh=(between(2.5, 3),)), depth="quick")
    assert part.failures == ()
    # Matroska does not say when pictures are decoded, so that no part of it can be cut out
    can_look_at_a_part = bool(expected.picture_sha256) and name != "mkv"
    assert (0 < part.frames < part.all_frames) is can_look_at_a_part


def test_sound_beside_the_loudness_that_was_meant_is_caught(good: Good):
    timeline, path, made = good
    found = next(c.measured for c in verify(path).checks if c.name == "loudness")
    expected = expect(timeline, made)
    assert "loudness" not in names(verify(path, replace(expected, loudness_lufs=found + 0.9), depth="quick"))
    too_loud = verify(path, replace(expected, loudness_lufs=found - 1.2), depth="quick")
    assert (names(too_loud), too_loud.passed) == ({"loudness"}, False)
    too_quiet = verify(path, replace(expected, loudness_lufs=found + 1.2), depth="quick")
    assert (names(too_quiet), too_quiet.passed) == ({"loudness"}, True)
    clipped = verify(path, replace(expected, peak_dbtp=-30.0), depth="quick")
    assert (names(clipped), clipped.passed) == ({"true_peak"}, False)


def test_an_expectation_can_be_written_by_hand(good: Good):
    timeline, path, made = good
    expected = Expectation(width=640, height=360, rate=timeline.rate, frame_count=made.frame_count)
    assert verify(path, expected, depth="quick").passed
    assert not verify(path, replace(expected, frame_count=made.frame_count + 1)).passed


def test_what_earlier_versions_wrote_about_a_render_is_still_understood(good: Good):
    timeline, path, made = good
    kept = (
        "frame_count", "duration_ticks", "width", "height", "size_bytes", "profile", "ffmpeg", "black",
        "frozen", "silent", "rate", "has_sound", "notes", "sound",
    )  # fmt: skip
    facts = {name: value for name, value in made.to_json().items() if name in kept}
    report = verify(path, expectation_of(timeline, facts), depth="quick")
    assert (report.failures, report.frames) == ((), 220)


def test_a_text_that_others_lie_over_is_not_looked_for(tmp_path: Path):
    source = make_video(tmp_path / "a.mp4", frames=60)
    film = an_element(probe(source), "a", at=0, take=(0, 60))

    def text(source: TextSource | CaptionSource) -> Element:
        return Element(id=source.kind, start_ticks=0, duration_ticks=frames(60), source=source)

    under = text(TextSource(text="Jane Doe, Director", position="bottom"))
    over = captions_track(text(CaptionSource(text="what she says at length")))
    timeline = a_timeline(video_track(film), overlay_track(under), over)
    out, facts = render_to(tmp_path, timeline, {"a": source})
    expected = expectation_of(timeline, facts.to_json(), FAST)
    assert [spot.graphic.source.text for spot in expected.texts] == ["what she says at length"]
    assert "texts_present" not in {c.name for c in verify(out, expected).failures}
    covered = a_timeline(video_track(film), overlay_track(under), overlay_track(film, id="above"))
    assert not expectation_of(covered, facts.to_json(), FAST).texts
