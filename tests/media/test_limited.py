"""A render under a limit: its bytes are counted, its pictures and its sound are those of the timeline."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cuttingroom.core.errors import InvalidInput
from cuttingroom.core.hashing import hash_file
from cuttingroom.media.probe import MediaFacts, probe
from cuttingroom.media.render.cache import RenderCache
from cuttingroom.media.render.limited import Limited, check_limit, render_within
from cuttingroom.media.render.profiles import Profile, get_profile
from cuttingroom.media.render.sizes import with_size
from cuttingroom.timeline.model import Timeline
from media_factory import a_timeline, an_element, frames, make_video, read_numbers, tone, video_track
from renders import COPYING, FAST

SIZE = (192, 108)


@dataclass(frozen=True)
class Stage:
    """Three seconds of numbered pictures with a tone."""

    folder: Path
    file: Path
    facts: MediaFacts
    timeline: Timeline

    def render(self, most_bytes: int, profile: Profile = FAST, **options: Any) -> tuple[Path, Limited]:
        work = self.folder / f"work_{len(list(self.folder.iterdir()))}"
        work.mkdir()
        out = work / f"out{profile.suffix}"
        made = render_within(
            most_bytes, self.timeline, {"a": self.file}, out, profile, work=work, facts={"a": self.facts},
            hashes={"a": hash_file(self.file)}, cache=RenderCache(self.folder / "cache", 10**10), **options,
        )  # fmt: skip
        return out, made


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    folder = tmp_path_factory.mktemp("limited")
    file = make_video(folder / "a.mp4", frames=90, size=SIZE, sound=tone(3.0), bt709=True)
    facts = probe(file)
    return Stage(
        folder, file, facts, a_timeline(video_track(an_element(facts, "a", at=0, take=(0, 90))), size=SIZE)
    )


def test_a_film_that_fits_anyway_is_made_as_without_a_limit_and_copied(stage: Stage):
    out, made = stage.render(10_000_000, COPYING)
    assert made.profile == COPYING
    assert made.facts.copied_frames == 90
    assert out.stat().st_size <= 10_000_000


@pytest.mark.parametrize("most_bytes", [90_000, 60_000])
def test_the_file_is_under_the_limit_by_its_bytes_and_has_every_picture(stage: Stage, most_bytes: int):
    out, made = stage.render(most_bytes, keeps_size=True)
    assert 0.6 * most_bytes < out.stat().st_size <= most_bytes
    assert made.facts.size_bytes == out.stat().st_size
    assert read_numbers(out) == list(range(90))
    assert made.profile.video is not None
    assert made.profile.video.quality is not None
    assert made.profile.video.quality > 14
    assert probe(out).audio[0].duration_ticks == pytest.approx(frames(90), abs=frames(2))


def test_what_is_over_by_its_samples_is_encoded_although_it_could_be_copied(stage: Stage):
    assert stage.file.stat().st_size > 60_000
    _, made = stage.render(60_000, COPYING, keeps_size=True)
    assert made.facts.copied_frames == 0


def test_sound_leaves_most_of_a_small_file_to_the_picture(stage: Stage):
    _, made = stage.render(90_000, keeps_size=True)
    assert made.profile.audio is not None
    assert made.profile.audio.kbps == 48


def test_a_limit_that_is_too_small_is_refused_with_the_smallest_that_works(stage: Stage):
    with pytest.raises(
        InvalidInput, match=r"fit into 0\.02 MB\. The smallest limit that works is"
    ) as refused:
        stage.render(20_000, keeps_size=True)
    least = refused.value.detail["least_megabytes"]
    out, _ = stage.render(int(least * 1e6), keeps_size=True)
    assert out.stat().st_size <= least * 1e6


def test_nobody_tries_what_no_film_of_this_length_can_keep():
    with pytest.raises(InvalidInput, match=r"1:00:00\.00 cannot be made to fit into 10 MB"):
        check_limit(get_profile("delivery"), frames(30 * 3600), 10_000_000)
    check_limit(get_profile("mp3"), frames(30 * 3600), 10_000_000)
    check_limit(get_profile("delivery"), frames(30 * 60), 10_000_000)


def test_sound_alone_gets_the_highest_rate_that_fits(stage: Stage):
    out, made = stage.render(30_000, get_profile("mp3"))
    assert out.stat().st_size <= 30_000
    assert made.profile.audio is not None
    assert made.profile.audio.kbps == 64
    with pytest.raises(InvalidInput, match=r"smallest limit that works is 0\.87 MB"):
        stage.render(30_000, get_profile("wav"))


def test_a_gif_is_made_smaller_until_it_fits(stage: Stage):
    whole, _ = stage.render(10_000_000, get_profile("gif"))
    most = whole.stat().st_size * 2 // 3
    out, made = stage.render(most, get_profile("gif"))
    assert out.stat().st_size <= most
    assert SIZE[0] > made.facts.width >= 96
    with pytest.raises(InvalidInput, match="smallest limit that works"):
        stage.render(most, get_profile("gif"), keeps_size=True)


def test_a_picture_may_become_smaller_where_its_size_was_not_asked_for(tmp_path: Path):
    file = make_video(tmp_path / "a.mp4", frames=30, size=(640, 360), bt709=True)
    facts = probe(file)
    timeline = a_timeline(video_track(an_element(facts, "a", at=0, take=(0, 30))), size=(640, 360))
    made = Stage(tmp_path, file, facts, timeline).render(28_000)[1]
    assert (made.facts.width, made.facts.height) in ((426, 240), (320, 180))
    assert made.facts.size_bytes <= 28_000


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [(96, None, (96, 54)), (None, 216, (384, 216)), (100, 100, (100, 100)), (854, None, (854, 480))],
)
def test_one_side_is_enough_and_the_shape_is_kept(width: int, height: int, expected: tuple[int, int]):
    settings = a_timeline(size=SIZE).settings
    assert with_size(FAST, settings, width, height).frame_size(settings) == expected


def test_an_upright_profile_keeps_its_own_shape():
    settings = a_timeline(size=SIZE).settings
    assert with_size(get_profile("tiktok"), settings, 720, None).frame_size(settings) == (720, 1280)


def test_sound_has_no_size_and_a_picture_has_bounds():
    settings = a_timeline(size=SIZE).settings
    with pytest.raises(InvalidInput, match="makes sound only"):
        with_size(get_profile("mp3"), settings, 720, None)
    with pytest.raises(InvalidInput, match="from 16 to 8192"):
        with_size(FAST, settings, None, 8192)
