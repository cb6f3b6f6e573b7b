"""Decoded blocks, the mix, the limiter and the loudness meter: what is made apart fits together."""

import threading
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from cuttingroom.core.hashing import hash_file
from cuttingroom.core.time import Rate, TimeRange
from cuttingroom.media import ffmpeg
from cuttingroom.media.analyze.loudness import measure_loudness
from cuttingroom.media.audio import write_wav
from cuttingroom.media.probe import probe
from cuttingroom.media.render.cache import SAMPLES, RenderCache
from cuttingroom.media.render.sound import limiter, weighting
from cuttingroom.media.render.sound.clips import plan_sound
from cuttingroom.media.render.sound.samples import BLOCK_SAMPLES, SampleStore, Take
from cuttingroom.timeline.effects import Duck, FadeIn, FadeOut, Mute
from cuttingroom.timeline.model import Element
from media_factory import (
    SECOND,
    a_timeline,
    an_element,
    audio_track,
    make_sound,
    make_video,
    tone,
    video_track,
)
from mixes import RATE, a_facts, a_mix, stereo


@pytest.fixture
def cache(tmp_path: Path) -> RenderCache:
    return RenderCache(tmp_path / "cache", 1 << 40)


def take_of(path: Path, **fields: object) -> Take:
    facts = probe(path)
    element = an_element(facts, "a", at=0, take=(0, 30), **fields)
    clip = plan_sound(a_timeline(audio_track(element)), {"a": facts})[0]
    return Take.of(clip, facts, hash_file(path))


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".m4a", ".mp3", ".mkv"])
def test_blocks_made_in_separate_runs_equal_one_pass(cache: RenderCache, tmp_path: Path, suffix: str):
    path, sound = tmp_path / f"a{suffix}", tone(64, 443, rate=44_100)
    if suffix == ".mkv":
        make_video(path, frames=3, sound=sound, sound_rate=44_100, audio_codec="aac")
    else:
        make_sound(path, sound, rate=44_100)
    take = take_of(path)
    apart = SampleStore(cache, {"a": path}, tmp_path)
    for block in (1, 0, 2):
        apart.make(take, [block])
    at_once = SampleStore(RenderCache(tmp_path / "other", 1 << 40), {"a": path}, tmp_path)
    at_once.make(take, [0, 1, 2])
    # up to a little before the end, where AAC may fill in noise, which is never twice the same
    found, expected = (s.read(take, 0, 63 * RATE) for s in (apart, at_once))
    assert np.abs(expected[RATE:]).max() > 0.25
    assert np.abs(found - expected).max() < 1e-5


def test_a_sine_at_another_rate_stays_a_sine_through_blocks(cache: RenderCache, tmp_path: Path):
    path = make_sound(tmp_path / "a.wav", tone(65, 443, rate=44_100), rate=44_100)
    take, store = take_of(path), SampleStore(cache, {"a": path}, tmp_path)
    for block in (1, 0, 2):
        store.make(take, [block])
    found = store.read(take, 0, 64 * RATE)[100:, 0]
    at = np.arange(100, 100 + len(found))
    assert np.abs(found - 0.3 * np.sin(2 * np.pi * 443 * at / RATE)).max() < 2e-3


def test_sound_that_starts_late_is_preceded_by_silence(cache: RenderCache, tmp_path: Path):
    path = make_video(tmp_path / "a.mp4", frames=90, sound=tone(2), sound_delay=1.0)
    found = SampleStore(cache, {"a": path}, tmp_path).read(take_of(path), 0, 3 * RATE)
    assert np.abs(found[: round(0.97 * RATE)]).max() < 1e-3
    assert np.abs(found[round(1.1 * RATE) : round(1.2 * RATE)]).max() > 0.25


@pytest.mark.parametrize("keep_pitch", [True, False])
def test_a_lost_block_of_stretched_sound_is_made_again_as_it_was(
    cache: RenderCache, tmp_path: Path, keep_pitch: bool
):
    path = make_sound(tmp_path / "a.wav", tone(20, 443))
    facts = probe(path)
    element = an_element(facts, "a", at=0, take=(15, 525), speed=0.5, keep_pitch=keep_pitch)
    clip = plan_sound(a_timeline(audio_track(element)), {"a": facts})[0]
    take = Take.of(clip, facts, "hash")
    store = SampleStore(cache, {"a": path}, tmp_path)
    expected = store.read(take, 0, take.count)
    cache.discard(SAMPLES, take.keys[1])
    assert np.array_equal(store.read(take, 0, take.count), expected)
    assert take.speed == Fraction(1, 2)
    assert np.abs(expected[BLOCK_SAMPLES - RATE : 33 * RATE]).max() > 0.2


def test_a_damaged_block_is_made_again(cache: RenderCache, tmp_path: Path):
    path = make_sound(tmp_path / "a.wav", tone(3))
    take, store = take_of(path), SampleStore(cache, {"a": path}, tmp_path)
    expected = store.read(take, RATE, RATE)
    block = cache.path(SAMPLES, take.keys[0])
    data = bytearray(block.read_bytes())
    data[RATE * 8 + 500] ^= 1
    block.write_bytes(data)
    assert np.array_equal(store.read(take, RATE, RATE), expected)


def test_two_readers_at_once_decode_a_block_once(
    cache: RenderCache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = make_sound(tmp_path / "a.wav", tone(3))
    take, runs, run = take_of(path), [], ffmpeg.run
    monkeypatch.setattr(ffmpeg, "run", lambda *a, **k: (runs.append(1), run(*a, **k))[1])
    stores = [SampleStore(cache, {"a": path}, tmp_path) for _ in range(4)]
    readers = [threading.Thread(target=s.read, args=(take, 0, RATE)) for s in stores]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert len(runs) == 1


def test_parts_of_a_ducked_mix_agree_where_they_meet():
    voice = stereo(tone(40, 300, 0.4) * (np.sin(2 * np.pi * 0.2 * np.arange(40 * RATE) / RATE) > 0))
    sounds = {"v": voice, "m": stereo(np.full(40 * RATE, 0.5, np.float32))}
    bed = an_element(a_facts(40), "m", at=0, take=(0, 1200), effects=(Duck(depth_db=18, release_ms=900),))
    talk = an_element(a_facts(40), "v", at=0, take=(0, 1200))
    mix = a_mix(a_timeline(video_track(talk), audio_track(bed)), sounds)
    whole = mix.read(0, 40 * RATE) - voice
    for first in (7 * RATE, 12 * RATE + 1234, 21 * RATE, 33 * RATE):
        part = mix.read(first, 2 * RATE) - voice[first : first + 2 * RATE]
        inner = slice(1000, 2 * RATE - 1000)
        ratio = part[inner] / whole[first : first + 2 * RATE][inner]
        assert np.abs(20 * np.log10(ratio)).max() < 0.001


def test_music_that_begins_under_a_voice_begins_ducked():
    sounds = {"v": stereo(tone(4, 300, 0.4)), "m": stereo(np.full(4 * RATE, 0.5, np.float32))}
    bed = an_element(a_facts(4), "m", at=60, take=(0, 60), effects=(Duck(depth_db=12),))
    talk = an_element(a_facts(4), "v", at=0, take=(0, 120))
    mix = a_mix(a_timeline(video_track(talk), audio_track(bed)), sounds)
    music = mix.read(2 * RATE, RATE) - sounds["v"][2 * RATE : 3 * RATE]
    assert 20 * np.log10(music[1000:, 0].max() / 0.5) == pytest.approx(-12, abs=0.05)


def test_neighbours_after_a_split_are_read_without_a_seam_at_any_frame_rate():
    ntsc, sound = Rate(num=30000, den=1001), stereo(tone(20, 997))
    cuts = [0, 1, 2, 7, 31, 100, 101, 233, 400, 500]
    elements = [an_element(a_facts(20), "a", at=a, take=(a, b), rate=ntsc) for a, b in pairwise(cuts)]
    mix = a_mix(a_timeline(audio_track(*elements), rate=ntsc), {"a": sound})
    found = mix.read(0, 16 * RATE)
    assert np.abs(found[300:] - sound[300 : 16 * RATE]).max() < 1e-6


def test_a_change_of_volume_at_a_split_makes_no_click():
    sound = stereo(np.full(4 * RATE, 0.5, np.float32))
    left = an_element(a_facts(4), "a", at=0, take=(0, 60))
    right = an_element(a_facts(4), "a", at=60, take=(60, 120), volume=0.2)
    found = a_mix(a_timeline(audio_track(left, right)), {"a": sound}).read(0, 4 * RATE)
    assert np.abs(np.diff(found[1000:-1000, 0])).max() < 0.01


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"effects": (Mute(range=TimeRange.between(SECOND, 2 * SECOND)),)}, {}),
        ({}, {"effects": (Mute(range=TimeRange.between(0, SECOND)),)}),
        ({"effects": (FadeOut(duration_ticks=SECOND),)}, {}),
        ({}, {"effects": (FadeIn(duration_ticks=SECOND),)}),
        ({"sound": False}, {}),
        ({}, {"sound": False}),
    ],
)
def test_one_part_of_a_split_that_falls_silent_makes_no_click(
    first: dict[str, object], second: dict[str, object]
):
    def part(at: int, fields: dict[str, object]) -> Element:
        element = an_element(a_facts(4), "a", at=at, take=(at, at + 60))
        source = element.source.model_copy(update={"has_sound": fields.get("sound", True)})
        return element.model_copy(update={"source": source, "effects": fields.get("effects", ())})

    sound = stereo(np.full(4 * RATE, 0.5, np.float32))
    found = a_mix(a_timeline(audio_track(part(0, first), part(60, second))), {"a": sound}).read(0, 4 * RATE)
    assert np.abs(np.diff(found[1000:-1000, 0])).max() < 0.01


def limited(sound: np.ndarray, first: int, end: int, ceiling: float) -> np.ndarray:
    padded = np.pad(sound, ((limiter.LEAD_SAMPLES, limiter.TAIL_SAMPLES), (0, 0)))
    return limiter.limit_peaks(padded[first : end + limiter.LEAD_SAMPLES + limiter.TAIL_SAMPLES], ceiling)


def true_peak(sound: np.ndarray) -> float:
    """By eight times the rate through the spectrum."""
    spectrum = np.fft.rfft(sound[:, 0])
    return float(np.abs(np.fft.irfft(spectrum, len(sound) * 8) * 8).max())


def loud_bursts() -> np.ndarray:
    rng = np.random.default_rng(5)
    sound = np.convolve(rng.normal(0, 0.5, 4 * RATE), np.hanning(9) / 4, "same")
    return stereo(sound * (np.sin(2 * np.pi * 1.3 * np.arange(4 * RATE) / RATE) > 0.2))


def test_the_limiter_keeps_true_peaks_below_the_ceiling():
    sound = loud_bursts()
    found = limited(sound, 0, len(sound), 0.5)
    assert true_peak(sound) > 0.9
    assert true_peak(found) < 0.5 * 1.02
    quiet = np.abs(np.convolve(np.abs(sound[:, 0]), np.ones(9600), "same")) == 0
    assert np.array_equal(found[quiet], sound[quiet])


def test_the_limiter_hears_peaks_between_samples():
    at = np.arange(RATE)
    sound = stereo(np.sin(2 * np.pi * at / 4 + np.pi / 4).astype(np.float32) * np.hanning(RATE))
    assert np.abs(sound).max() < 0.71
    assert true_peak(limited(sound, 0, RATE, 0.8)) < 0.8 * 1.02


def test_the_limiter_makes_the_same_of_parts_as_of_the_whole():
    sound = loud_bursts()
    whole = limited(sound, 0, len(sound), 0.5)
    parts = [limited(sound, first, first + 16_000, 0.5) for first in range(0, len(sound), 16_000)]
    assert np.abs(np.concatenate(parts) - whole).max() < 1e-6


def test_what_is_below_the_ceiling_is_left_as_it_is():
    sound = stereo(tone(1, 440, 0.4))
    assert np.array_equal(limited(sound, 0, RATE, 0.5), sound)


@pytest.mark.parametrize("gap", [0, 4])
def test_loudness_is_what_ffmpeg_measures(tmp_path: Path, gap: int):
    rng = np.random.default_rng(2)
    sound = np.cumsum(rng.normal(0, 0.01, (12 * RATE, 2)), axis=0)
    sound = np.diff(sound, axis=0, prepend=0) + stereo(tone(12, 70, 0.2) + tone(12, 3000, 0.05))
    sound = np.rint(sound * 32767)[: 12 * RATE].astype(np.float32) / 32767
    sound[RATE : RATE * (1 + gap)] *= 0.001
    write_wav(tmp_path / "a.wav", sound, RATE)
    padded = np.pad(sound, ((weighting.LEAD_SAMPLES, 0), (0, 0))).astype(np.float32)
    halves = [
        weighting.measure_energies(padded[: 6 * RATE + weighting.LEAD_SAMPLES]),
        weighting.measure_energies(padded[6 * RATE :]),
    ]
    found, expected = (
        weighting.integrated_loudness(np.concatenate(halves)),
        measure_loudness(tmp_path / "a.wav"),
    )
    assert expected is not None
    assert found == pytest.approx(expected.integrated_lufs, abs=0.06)


def test_silence_has_no_loudness():
    energies = weighting.measure_energies(np.zeros((RATE + weighting.LEAD_SAMPLES, 2), np.float32))
    assert weighting.integrated_loudness(energies) is None
