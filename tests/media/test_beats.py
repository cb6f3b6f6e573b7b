"""Beats of clicks and of music made with a known tempo, and breaths in the pauses of a voice."""

from pathlib import Path

import numpy as np
import pytest

from cuttingroom.core.errors import Canceled, MediaRefused
from cuttingroom.core.time import seconds_to_ticks, ticks_to_seconds
from cuttingroom.media.analyze.beats import Beats, find_beats
from cuttingroom.media.analyze.breaths import find_breaths
from cuttingroom.providers.music.local import SynthComposer
from cuttingroom.providers.music.request import MusicRequest
from media.test_analyze import SAMPLES, laid_out
from media_factory import make_sound, make_video, tone

RATE = 16_000


def drummed(moments: list[float], seconds: float) -> np.ndarray:
    """Short drum beats over the noise of a room."""
    random = np.random.default_rng(1)
    sound = random.normal(0, 0.0005, round(seconds * RATE))
    at = np.arange(round(0.12 * RATE))
    beat = (
        0.5
        * np.exp(-at / (0.02 * RATE))
        * (np.sin(2 * np.pi * 90 * at / RATE) + 0.4 * random.normal(0, 1, len(at)))
    )
    for moment in moments:
        start = round(moment * RATE)
        part = sound[start : start + len(beat)]
        part += beat[: len(part)]
    return sound.astype(np.float32)


def distances(found: Beats, moments: list[float]) -> np.ndarray:
    """How far the nearest beat is from each moment, in seconds."""
    beats = np.array([ticks_to_seconds(b) for b in found.beats])
    return np.array([np.abs(beats - m).min() for m in moments])


@pytest.mark.parametrize(
    ("bpm", "offset"), [(60, 0.0), (75, 0.37), (90, 1.9), (100, 0.0), (128, 0.2), (140, 0.37), (160, 0.0)]
)
def test_beats_of_a_steady_drum_are_found_to_a_hundredth_of_a_second(tmp_path: Path, bpm: int, offset: float):
    moments = list(np.arange(offset, 20, 60 / bpm))
    found = find_beats(make_sound(tmp_path / "a.wav", drummed(moments, 20), RATE))
    assert found.tempo_bpm == pytest.approx(bpm, abs=1.5)
    assert distances(found, moments).max() < 0.01
    assert abs(len(found.beats) - len(moments)) <= 5


def test_beats_follow_a_tempo_that_jumps_and_one_that_creeps(tmp_path: Path):
    slow = list(np.arange(0.2, 12, 0.6))
    jump = [*slow, *np.arange(slow[-1] + 60 / 130, 24, 60 / 130)]
    found = find_beats(make_sound(tmp_path / "jump.wav", drummed(jump, 24), RATE))
    assert np.mean(distances(found, jump) < 0.02) > 0.95
    creep = [0.3]
    while creep[-1] < 29:
        creep.append(creep[-1] + 60 / (90 + creep[-1]))
    found = find_beats(make_sound(tmp_path / "creep.wav", drummed(creep, 30), RATE))
    assert np.mean(distances(found, creep) < 0.02) > 0.95


@pytest.mark.parametrize(("mood", "bpm"), [("lo-fi", 95), ("upbeat", 124)])
def test_beats_of_composed_music_are_where_its_score_has_them(tmp_path: Path, mood: str, bpm: int):
    request = MusicRequest.model_validate(
        {"mood": mood, "tempo_bpm": bpm, "duration_ticks": seconds_to_ticks(16)}
    )
    music = SynthComposer().compose(request)
    samples = np.asarray(music.samples, np.float32)
    mono = samples.mean(axis=1) if samples.ndim > 1 else samples
    found = find_beats(make_sound(tmp_path / "a.wav", mono, music.sample_rate))
    assert found.tempo_bpm == pytest.approx(bpm, rel=0.02)
    moments = list(np.arange(0, 13, 60 / bpm))
    assert np.mean(distances(found, moments) < 0.05) > 0.85


@pytest.mark.parametrize("kind", ["noise", "tone", "loose", "speech", "silence"])
def test_what_has_no_steady_beat_has_none(tmp_path: Path, kind: str):
    random = np.random.default_rng(2)
    sounds = {
        "noise": lambda: random.normal(0, 0.1, 12 * RATE),
        "tone": lambda: tone(12, rate=RATE),
        "loose": lambda: drummed(sorted(random.uniform(0, 20, 45)), 20),
        "speech": lambda: np.zeros(1),
        "silence": lambda: np.zeros(12 * RATE),
    }
    path = SAMPLES / "jfk.flac"
    if kind != "speech":
        path = make_sound(tmp_path / "a.wav", sounds[kind]().astype(np.float32), RATE)
    elif not path.exists():
        pytest.skip("the samples are not part of the project")
    found = find_beats(path)
    assert (found.beats, found.tempo_bpm) == ((), None)


def test_beats_stop_when_canceled_and_need_sound(tmp_path: Path):
    path = make_sound(tmp_path / "a.wav", drummed([1.0], 3), RATE)
    with pytest.raises(Canceled):
        find_beats(path, is_canceled=lambda: True)
    assert find_beats(make_video(tmp_path / "a.mp4", frames=10)) == Beats()
    (tmp_path / "b.wav").write_bytes(b"no sound at all")
    with pytest.raises(MediaRefused):
        find_beats(tmp_path / "b.wav")


def test_breaths_between_words_are_found_and_other_sounds_are_not(tmp_path: Path):
    sound = laid_out((1, False), (2, True), (1.2, False), (2, True), (0.6, False), (2, True), (1, False))
    random = np.random.default_rng(5)
    breaths = [(3.5, 0.35), (6.35, 0.2)]
    for start, length in breaths:
        count = round(length * RATE)
        swell = np.sin(np.linspace(0, np.pi, count)) ** 0.7
        air = np.convolve(random.normal(0, 1, count), [0.5, 0.3, 0.2], "same")
        sound[round(start * RATE) : round(start * RATE) + count] += (0.012 * swell * air).astype(np.float32)
    hum = round(3.9 * RATE)
    sound[hum : hum + RATE // 5] += tone(0.2, 300, 0.01, RATE)
    found = find_breaths(make_sound(tmp_path / "a.wav", sound, RATE))
    edges = [(ticks_to_seconds(r.start_ticks), ticks_to_seconds(r.end_ticks)) for r in found]
    assert np.array(edges) == pytest.approx(np.array([(s, s + n) for s, n in breaths]), abs=0.06)


def test_without_a_voice_there_are_no_breaths(tmp_path: Path):
    assert find_breaths(make_sound(tmp_path / "a.wav", tone(2, rate=RATE), RATE)) == ()
    assert find_breaths(make_video(tmp_path / "a.mp4", frames=10)) == ()
