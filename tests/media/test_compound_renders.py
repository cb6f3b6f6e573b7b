"""What compound edits leave, rendered: the numbers of the frames and the clicks that are heard."""

from pathlib import Path

import pytest

from cuttingroom.core.time import Ratio, TimeRange
from cuttingroom.media.probe import probe
from cuttingroom.timeline.edits.base import Edit, MediaRef
from cuttingroom.timeline.edits.cut_to_beat import CutToBeat
from cuttingroom.timeline.edits.keep_spoken import KeepSpoken
from cuttingroom.timeline.edits.remove_silences import RemoveSilences, SourceSilences
from cuttingroom.timeline.edits.remove_spoken import RemoveSpoken
from cuttingroom.timeline.edits.tighten import SparedPart, Tighten
from cuttingroom.timeline.model import Timeline
from cuttingroom.timeline.speech.hearing import SpokenPart
from media_factory import (
    a_timeline,
    an_element,
    clicks,
    find_clicks,
    frames,
    make_sound,
    make_video,
    read_numbers,
    read_sound,
    video_track,
)
from renders import render_to

CLICKS = [0.3, 0.9, 1.5]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    return make_video(path, frames=60, size=(160, 90), sound=clicks(2.0, CLICKS))


def shown(
    folder: Path, edit: Edit, before: Timeline, files: dict[str, Path]
) -> tuple[list[int], list[float]]:
    """The numbers of the frames and the moments of the clicks after an edit."""
    out, _ = render_to(folder, edit.apply(before), files)
    return read_numbers(out), find_clicks(read_sound(out))


def part(first: int, end: int) -> SpokenPart:
    return SpokenPart(artifact_id="f", range=TimeRange.between(frames(first), frames(end)), text="um")


def silences(*pairs: tuple[int, int]) -> tuple[SourceSilences, ...]:
    ranges = tuple(TimeRange.between(frames(a), frames(b)) for a, b in pairs)
    return (SourceSilences(artifact_id="f", ranges=ranges),)


@pytest.mark.parametrize(
    ("edit", "numbers", "heard"),
    [
        (
            RemoveSpoken(kind="fillers", parts=(part(12, 24), part(40, 42))),
            [*range(12), *range(24, 40), *range(42, 60)],
            [0.3, 0.5, 1.5 - 14 / 30],
        ),
        (KeepSpoken(parts=(part(6, 15), part(42, 51))), [*range(6, 15), *range(42, 51)], [0.1, 0.4]),
        (
            Tighten(
                target_ticks=frames(40), parts=(SparedPart(**part(30, 50).model_dump(), why="sentence"),)
            ),
            [*range(30), *range(50, 60)],
            [0.3, 0.9],
        ),
        (
            RemoveSilences(silences=silences((12, 24), (48, 60)), mode="shorten", ratio=Ratio.of("1/2")),
            [*range(15), *range(21, 54)],
            [0.3, 0.7, 1.3],
        ),
        (
            RemoveSilences(silences=silences((0, 6), (48, 60)), ends_only=True),
            [*range(6, 48)],
            [0.1, 0.7, 1.3],
        ),
    ],
    ids=lambda value: getattr(value, "tool", None),
)
def test_exactly_what_was_to_go_is_gone_from_picture_and_sound(
    tmp_path: Path, film: Path, edit: Edit, numbers: list[int], heard: list[float]
):
    before = a_timeline(video_track(an_element(probe(film), "f", at=0, take=(0, 60))), size=(160, 90))
    found, clicked = shown(tmp_path, edit, before, {"f": film})
    assert found == numbers
    assert clicked == pytest.approx(heard, abs=0.005)


def test_clips_change_on_the_beat_that_is_heard(tmp_path: Path, film: Path):
    """Beats every 0.4 s from 0.1 s on: frames 3, 15, 27, 39 ... of the result."""
    beats = [0.1 + 0.4 * n for n in range(5)]
    song = make_sound(tmp_path / "song.wav", clicks(2.0, beats))
    facts = probe(film)
    clips = [
        an_element(facts, "f", at=at, take=take, volume=0.0) for at, take in ((0, (0, 20)), (20, (30, 52)))
    ]
    media = MediaRef(artifact_id="song", media_ticks=frames(60), has_picture=False, name="song.wav")
    edit = CutToBeat(media=media, beats=tuple(round(b * 705_600_000) for b in beats))
    before = a_timeline(video_track(*clips), size=(160, 90))
    numbers, heard = shown(tmp_path, edit, before, {"f": film, "song": song})
    assert numbers == [*range(15), *range(30, 42)]
    assert heard == pytest.approx([0.1, 0.5], abs=0.005)
