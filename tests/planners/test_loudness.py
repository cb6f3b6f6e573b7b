"""Loudness of parts of files and of mixes, out of what is measured once per file."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from cuttingroom.core.time import TimeRange
from cuttingroom.media.analyze.loudness import measure_energies, measure_loudness
from cuttingroom.media.audio import write_wav
from cuttingroom.media.render.sound.weighting import from_steps, to_steps
from cuttingroom.planners.loudness import loudness_of, mix_loudness
from cuttingroom.timeline.edits.duck import Duck
from cuttingroom.tools.measure_loudness import MeasureLoudness
from media_factory import SECOND, make_sound, make_video, tone
from planners.worlds import full

RATE = 48_000
FILES = ("art_c1", "art_c2", "art_c3", "art_bed")


def stretch(start: float, end: float) -> TimeRange:
    return TimeRange.between(round(start * SECOND), round(end * SECOND))


@pytest.fixture(scope="module")
def sound() -> np.ndarray:
    quiet = np.zeros(RATE, np.float32)
    return np.concatenate([tone(3, 440, 0.3), tone(2, 1000, 0.02), quiet, tone(2, 200, 0.1)])


@pytest.mark.parametrize("suffix", [".wav", ".mkv"])
def test_the_loudness_of_any_part_follows_from_what_is_measured_of_the_file(
    tmp_path: Path, sound: np.ndarray, suffix: str
):
    path = tmp_path / f"a{suffix}"
    if suffix == ".wav":
        make_sound(path, sound)
    else:
        make_video(path, frames=240, sound=sound, audio_codec="flac", size=(64, 36))
    steps = to_steps(measure_energies(path))
    assert len(steps) == pytest.approx(80, abs=1)
    for start, end in ((0, 8), (0, 3), (3, 5), (2.5, 7.3), (6, 8)):
        both = np.repeat(sound[round(start * RATE) : round(end * RATE), None], 2, axis=1)
        write_wav(tmp_path / "part.wav", both, RATE)
        expected = measure_loudness(tmp_path / "part.wav")
        assert expected is not None
        assert loudness_of(steps, stretch(start, end)) == pytest.approx(expected.integrated_lufs, abs=0.2)


def test_what_is_silent_has_no_loudness(tmp_path: Path):
    assert not len(measure_energies(make_video(tmp_path / "a.mp4", frames=10)))
    assert loudness_of([-12069] * 40, stretch(0, 4)) is None
    assert (
        mix_loudness(full(), dict.fromkeys(("art_c1", "art_c2", "art_c3", "art_bed"), [-12069] * 900)) is None
    )


def test_energies_survive_being_kept_as_text():
    energies = np.array([0, 1e-9, 3e-4, 0.25], np.float32)
    assert from_steps(to_steps(energies)) == pytest.approx(energies, rel=2e-3, abs=1e-12)


def test_what_sounds_together_adds_up_and_what_is_ducked_less():
    known = dict.fromkeys(FILES, [-2000] * 900)
    assert mix_loudness(full(), known) == pytest.approx(-20 + 3.01, abs=0.01)
    ducked = Duck(track_ids=("music",), under_track_ids=("v1",), depth_db=12.0).apply(full())
    assert mix_loudness(ducked, known) == pytest.approx(-20 + 10 * np.log10(1 + 10**-1.2), abs=0.01)
    with pytest.raises(KeyError):
        mix_loudness(full(), {})


def test_the_tool_keeps_the_steps_of_a_file(tmp_path: Path, sound: np.ndarray):
    path = make_sound(tmp_path / "a.wav", sound)
    context = SimpleNamespace(
        files={"a": path}, work=tmp_path, report=lambda _share, _note: None, is_canceled=lambda: False
    )
    (file,) = MeasureLoudness(artifact_id="a").make(cast(Any, context)).files
    assert (file.facts["kind"], len(file.facts["steps"])) == ("loudness", 80)
    assert file.facts["lufs"] == pytest.approx(loudness_of(file.facts["steps"], stretch(0, 8)), abs=0.01)
