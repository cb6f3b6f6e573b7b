"""What is put over, between and around things, in pixels and samples; and chapters in the file."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cuttingroom.core.time import TimeRange
from cuttingroom.media.probe import probe
from cuttingroom.media.render.cache import RenderCache
from cuttingroom.media.render.profiles import Profile, get_profile
from cuttingroom.media.render.verification.checks import check_chapters
from cuttingroom.media.render.verification.verify import expectation_of, verify
from cuttingroom.timeline.edits.add_card import AddCard
from cuttingroom.timeline.edits.add_chapters import AddChapters, ChapterStart
from cuttingroom.timeline.edits.add_transition import AddTransition
from cuttingroom.timeline.edits.append import Append
from cuttingroom.timeline.edits.base import Edit, MediaRef
from cuttingroom.timeline.edits.duplicate import Duplicate
from cuttingroom.timeline.edits.fade_in import FadeIn
from cuttingroom.timeline.edits.insert import Insert
from cuttingroom.timeline.edits.overwrite import Overwrite
from cuttingroom.timeline.edits.reorder import Reorder
from cuttingroom.timeline.edits.split_at import SplitAt, SplitPoint
from cuttingroom.timeline.model import ColourSource, Element, Timeline
from media_factory import (
    a_timeline,
    an_element,
    clicks,
    find_clicks,
    frames,
    make_still,
    make_video,
    overlay_track,
    read_numbers,
    read_rgb,
    read_sound,
    video_track,
)
from renders import COPYING, FAST, render_to

BLUE = (32, 48, 96)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two films of 60 numbered pictures, the second from its 30th on below, with clicks; and a still."""
    folder = tmp_path_factory.mktemp("files")
    return {
        "a": make_video(folder / "a.mp4", frames=60, sound=clicks(2.0, [0.5, 1.5]), bt709=True),
        "b": make_video(folder / "b.mp4", frames=60, sound=clicks(2.0, [0.1]), bt709=True),
        "still": make_still(folder / "still.png", size=(320, 180), number=777),
    }


@pytest.fixture
def film(files: dict[str, Path]) -> Timeline:
    """Both films, one after the other: pictures 0 to 59 twice."""
    parts = [
        an_element(probe(files[k]), k, at=n * 60, take=(0, 60), id=k.upper()) for n, k in enumerate("ab")
    ]
    return a_timeline(video_track(*parts, id="video"))


def media(files: dict[str, Path], name: str) -> MediaRef:
    facts = probe(files[name])
    return MediaRef(
        artifact_id=name,
        media_ticks=facts.duration_ticks or 1,
        has_picture=True,
        has_sound=facts.has_sound,
        is_still=facts.is_still,
        name=name,
    )


def after(timeline: Timeline, *edits: Edit) -> Timeline:
    for edit in edits:
        timeline = edit.apply(timeline)
    return timeline


def part(first: int, end: int) -> TimeRange:
    return TimeRange.between(frames(first), frames(end))


def near(picture: np.ndarray, colour: tuple[int, int, int], *, within: int = 4) -> bool:
    """Whether a whole picture is of one colour."""
    return bool((np.abs(picture.astype(int) - colour) <= within).all())


def test_what_overwrites_takes_picture_and_sound_and_the_rest_stays(files, film, tmp_path):
    edit = Overwrite(media=media(files, "b"), at_ticks=frames(30), part=part(0, 20))
    out, made = render_to(tmp_path, after(film, edit), files, COPYING)
    assert read_numbers(out) == [*range(30), *range(20), *range(50, 60), *range(60)]
    assert find_clicks(read_sound(out)) == pytest.approx([0.5, 1.1, 2.1], abs=0.03)
    assert made.copied_frames > 0


def test_with_the_sound_kept_only_the_picture_is_laid_over(files, film, tmp_path):
    edit = Overwrite(media=media(files, "b"), at_ticks=frames(30), part=part(0, 20), keeps_sound=True)
    out, _ = render_to(tmp_path, after(film, edit), files)
    assert read_numbers(out) == [*range(30), *range(20), *range(50, 60), *range(60)]
    assert find_clicks(read_sound(out)) == pytest.approx([0.5, 1.5, 2.1], abs=0.03)


def test_a_still_is_appended_and_inserted_and_stands_for_its_time(files, film, tmp_path):
    still = media(files, "still")
    edits = [
        Insert(media=still, at_ticks=frames(60), duration_ticks=frames(10)),
        Append(media=still, duration_ticks=frames(5)),
    ]
    out, _ = render_to(tmp_path, after(film, *edits), files)
    assert read_numbers(out) == [*range(60), *[777] * 10, *range(60), *[777] * 5]


def test_splitting_at_many_points_changes_no_picture_and_no_sample(files, film, tmp_path):
    points = tuple(SplitPoint(at_ticks=frames(n)) for n in (15, 30, 45, 60, 61, 90))
    whole, _ = render_to(tmp_path, film, files, name="whole")
    split, _ = render_to(tmp_path, after(film, SplitAt(points=points)), files, name="split")
    assert read_numbers(split) == [*range(60), *range(60)]
    assert np.abs(read_sound(split) - read_sound(whole)).max() < 0.01


def test_pieces_are_duplicated_and_played_in_any_order(files, film, tmp_path):
    points = (SplitPoint(at_ticks=frames(20)), SplitPoint(at_ticks=frames(40)))
    split = SplitAt(points=points, element_ids=("A",), id_prefix="p")
    order = Reorder(element_ids=("p_2", "A", "B", "d_1", "p_1"))
    edits = [split, Duplicate(element_ids=("p_1",), at_ticks=0, id_prefix="d"), order]
    out, _ = render_to(tmp_path, after(film, *edits), files)
    assert read_numbers(out) == [
        *range(40, 60), *range(20), *range(60), *range(20, 40), *range(20, 40),
    ]  # fmt: skip
    assert find_clicks(read_sound(out)) == pytest.approx([1 / 6, 7 / 6, 43 / 30], abs=0.03)


def test_a_card_is_of_its_colour_silent_and_whole(files, film, tmp_path):
    edits = [
        AddCard(text="", colour="#203060", duration_ticks=frames(45)),
        AddCard(text="Thanks", at="end", duration_ticks=frames(30)),
    ]
    timeline = after(film, *edits)
    out, made = render_to(tmp_path, timeline, files)
    pictures = read_rgb(out)
    assert len(pictures) == 195
    assert all(near(p, BLUE) for p in pictures[:45])
    assert read_numbers(out)[45:165] == [*range(60), *range(60)]
    last = pictures[180]
    assert near(last[:30], (0, 0, 0))
    assert last[70:110, 60:260].max() > 200
    assert find_clicks(read_sound(out)) == pytest.approx([2.0, 3.0, 3.6], abs=0.03)
    report = verify(out, expectation_of(timeline, made.to_json(), FAST))
    assert report.failures == ()


def test_cards_fade_and_join_as_pictures_do(files, film, tmp_path):
    card = AddCard(text="", colour="#ff0000", duration_ticks=frames(30), at_ticks=frames(60), card_id="K")
    edits = [
        card,
        FadeIn(element_id="K", duration_ticks=frames(10)),
        AddTransition(left_id="K", right_id="B", duration_ticks=frames(10)),
    ]
    out, made = render_to(tmp_path, after(film, *edits), files)
    pictures = read_rgb(out)
    reds = [int(p[5, 5, 0]) for p in pictures[60:70]]
    assert reds == sorted(reds)
    assert reds[0] < 30 < 200 < reds[-1]
    assert near(pictures[75], (254, 0, 0), within=6)
    middle = pictures[85].astype(int)
    numbered = read_rgb(files["b"])[5].astype(int)
    assert np.abs(middle - (numbered + np.array((254, 0, 0))) / 2).mean() < 12
    assert read_numbers(out)[90:] == list(range(10, 60))
    assert dict(made.why_encoded).keys() >= {"a transition"}


def test_a_colour_is_laid_over_the_picture_as_far_as_it_is_opaque(files, film, tmp_path):
    over = Element(
        id="K", start_ticks=frames(10), duration_ticks=frames(20), opacity=0.5,
        source=ColourSource(colour="#ffffff"),
    )  # fmt: skip
    timeline = film.model_copy(update={"tracks": (*film.tracks, overlay_track(over))})
    out, _ = render_to(tmp_path, timeline, files)
    pictures, plain = read_rgb(out), read_rgb(files["a"])
    for number, mixed in ((9, False), (10, True), (29, True), (30, False)):
        wanted = plain[number].astype(int)
        wanted = (wanted + 255) / 2 if mixed else wanted
        assert np.abs(pictures[number] - wanted).mean() < 6, number


def test_equal_stretches_of_a_card_are_made_once_and_cards_keep_the_rest_copied(files, film, tmp_path):
    timeline = after(film, AddCard(text="", duration_ticks=frames(180)))
    _, made = render_to(tmp_path, timeline, files, COPYING)
    assert dict(made.why_encoded)["a plain colour"] == 180
    assert made.copied_frames > 60


WITH_CHAPTERS = ["mp4", "mov", "mkv", "webm", "m4a", "mp3"]
NAMES = ["Intro", "Über “Quotes”: a=b; c#d \\ {x} 🎬 שלום", "e" * 255]


def profile_of(container: str) -> Profile:
    found = {
        "mp4": FAST, "mov": FAST.model_copy(update={"container": "mov"}), "webm": get_profile("webm"),
        "mkv": FAST.model_copy(update={"container": "mkv"}), "m4a": get_profile("audio"),
        "mp3": get_profile("mp3"), "wav": get_profile("wav"),
    }  # fmt: skip
    return found[container]


@pytest.fixture
def short(files: dict[str, Path]) -> Timeline:
    return a_timeline(video_track(an_element(probe(files["a"]), "a", at=0, take=(0, 45))))


@pytest.fixture
def chaptered(short: Timeline) -> Timeline:
    starts = zip((0, 16, 31), NAMES, strict=True)
    return after(
        short, AddChapters(chapters=tuple(ChapterStart(at_ticks=frames(n), name=t) for n, t in starts))
    )


@pytest.mark.parametrize("container", WITH_CHAPTERS)
def test_chapters_are_in_the_file_and_checked_by_reading_them_back(container, files, chaptered, tmp_path):
    profile = profile_of(container)
    out, made = render_to(tmp_path, chaptered, files, profile)
    found = probe(out).chapters
    assert [c.name for c in found] == NAMES
    assert [c.start_ticks for c in found] == pytest.approx([0, frames(16), frames(31)], abs=frames(1) / 30)
    assert [c.name for c in made.chapters] == NAMES
    expected = expectation_of(chaptered, made.to_json(), profile)
    report = verify(out, expected)
    assert report.failures == ()
    assert {"chapters"} < {c.name for c in report.checks}
    for wrong in ((), expected.chapters[:2], tuple(replace(c, name="x") for c in expected.chapters)):
        assert not any(c.passed for c in check_chapters(probe(out), replace(expected, chapters=wrong)))


@pytest.mark.parametrize("container", ["mp4", "mkv"])
def test_what_comes_before_the_first_chapter_is_a_chapter_too(container, files, short, tmp_path):
    timeline = after(short, AddChapters(chapters=(ChapterStart(at_ticks=frames(30), name="Two"),)))
    out, made = render_to(tmp_path, timeline, files, profile_of(container))
    assert [(c.start_ticks, c.name) for c in probe(out).chapters] == [(0, "Start"), (frames(30), "Two")]
    expected = expectation_of(timeline, made.to_json(), profile_of(container))
    assert all(c.passed for c in check_chapters(probe(out), expected))


def test_a_file_that_holds_no_chapters_says_so(files, chaptered, tmp_path):
    out, made = render_to(tmp_path, chaptered, files, profile_of("wav"))
    assert made.notes == ("A WAV file holds no chapters; MP4, MOV, MKV, WebM, M4A and MP3 do",)
    assert verify(out, expectation_of(chaptered, made.to_json(), profile_of("wav"))).failures == ()


def test_chapters_are_no_part_of_what_is_made(files, short, chaptered, tmp_path):
    cache = RenderCache(tmp_path / "cache", 10**9)
    _, first = render_to(tmp_path, short, files, name="first", cache=cache)
    _, second = render_to(tmp_path, chaptered, files, name="second", cache=cache)
    assert (second.encoded_frames, second.made_sound_chunks) == (0, 0)
    assert second.picture_sha256 == first.picture_sha256
