"""Edits of sound as they are heard in a rendered file: tones of known level, before and after."""

from pathlib import Path

import numpy as np
import pytest

from cuttingroom.core.hashing import hash_file
from cuttingroom.core.time import TimeRange
from cuttingroom.media.analyze.loudness import measure_energies
from cuttingroom.media.audio import write_wav
from cuttingroom.media.probe import probe
from cuttingroom.media.render.cache import SAMPLES, RenderCache
from cuttingroom.media.render.profiles import AudioCoding, Profile
from cuttingroom.media.render.sound import weighting
from cuttingroom.media.render.sound.clips import plan_sound
from cuttingroom.media.render.sound.samples import BLOCK_SAMPLES, SampleStore, Take
from cuttingroom.planners.loudness import measure_elements, mix_loudness
from cuttingroom.timeline.edits.add_audio import AddAudio
from cuttingroom.timeline.edits.base import Edit, MediaRef
from cuttingroom.timeline.edits.bleep_range import BleepRange
from cuttingroom.timeline.edits.denoise import Denoise
from cuttingroom.timeline.edits.duck import Duck
from cuttingroom.timeline.edits.mute_range import MuteRange
from cuttingroom.timeline.edits.normalise_loudness import NormaliseLoudness
from cuttingroom.timeline.edits.remove_audio import RemoveAudio
from cuttingroom.timeline.edits.remove_duck import RemoveDuck
from cuttingroom.timeline.edits.replace_audio import ReplaceAudio
from cuttingroom.timeline.edits.set_envelope import SetEnvelope
from cuttingroom.timeline.effects import GainPoint
from cuttingroom.timeline.model import Timeline
from media_factory import (
    SECOND,
    a_timeline,
    an_element,
    audio_track,
    frames,
    make_sound,
    make_video,
    read_sound,
    tone,
    video_track,
)
from mixes import RATE, amplitude, decibels
from renders import FAST, render_to

WAV = Profile(name="wav", title="Samples", container="wav", audio=AudioCoding(codec="pcm", bits=24))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("sound_edits")
    return {
        "talk": make_sound(folder / "talk.wav", tone(8, 440, 0.3)),
        "song": make_sound(folder / "song.wav", tone(8, 660, 0.1)),
        "film": make_video(folder / "film.mp4", frames=60, sound=tone(2, 440, 0.3), size=(64, 36)),
    }


def a_film(files: dict[str, Path], *tracks: str) -> Timeline:
    """A track of 6 s for each file; the first is the video."""
    made = [
        (audio_track if n else video_track)(
            an_element(probe(files[name]), name, at=0, take=(0, 180), id=name), id=f"t_{name}", name=name
        )
        for n, name in enumerate(tracks)
    ]
    return a_timeline(*made)


def hear(folder: Path, files: dict[str, Path], timeline: Timeline, *edits: Edit) -> np.ndarray:
    for edit in edits:
        timeline = edit.apply(timeline)
    return read_sound(render_to(folder, timeline, files, WAV)[0])


def a_song(files: dict[str, Path]) -> MediaRef:
    return MediaRef(artifact_id="song", media_ticks=probe(files["song"]).duration_ticks, has_picture=False)


def points(*pairs: tuple[float, float]) -> tuple[GainPoint, ...]:
    return tuple(GainPoint(at_ticks=round(at * SECOND), gain_db=gain) for at, gain in pairs)


def span(start: float, end: float) -> TimeRange:
    return TimeRange.between(round(start * SECOND), round(end * SECOND))


def test_the_music_fades_down_under_the_talk(tmp_path: Path, files: dict[str, Path]):
    fade = SetEnvelope(element_ids=("song",), points=points((2, 0), (4, -20)))
    heard = hear(tmp_path, files, a_film(files, "talk", "song"), fade)
    for start in np.arange(0.2, 5.6, 0.2):
        middle = start + 0.05
        expected = np.interp(middle, [2, 4], [0, -20])
        if abs(middle - 2) > 0.1 and abs(middle - 4) > 0.1:
            assert decibels(amplitude(heard, 660, start, start + 0.1), 0.1) == pytest.approx(
                expected, abs=0.1
            )
    assert decibels(amplitude(heard, 440, 4, 5), 0.3) == pytest.approx(0, abs=0.05)


def test_a_bleep_replaces_the_talk_and_leaves_the_music(tmp_path: Path, files: dict[str, Path]):
    film = a_film(files, "talk", "song")
    bed = film.tracks[1].model_copy(update={"follows_ripple": False})
    heard = hear(tmp_path, files, film.with_track(bed), BleepRange(ranges=(span(2, 3),)))
    assert decibels(amplitude(heard, 1000, 2.01, 2.99)) == pytest.approx(-20, abs=0.05)
    assert amplitude(heard, 440, 2.01, 2.99) < 1e-4
    assert decibels(amplitude(heard, 660, 2.01, 2.99), 0.1) == pytest.approx(0, abs=0.05)
    assert decibels(amplitude(heard, 440, 3.01, 4), 0.3) == pytest.approx(0, abs=0.05)
    assert amplitude(heard, 1000, 3.01, 4) < 1e-4


def test_muted_words_are_silent_to_the_hundredth(tmp_path: Path, files: dict[str, Path]):
    words = span(1.234, 1.5), span(4.321, 4.4)
    heard = hear(tmp_path, files, a_film(files, "talk"), MuteRange(ranges=words))
    for word in words:
        first, end = (round(t / SECOND * RATE) for t in (word.start_ticks, word.end_ticks))
        assert np.abs(heard[first + 1 : end - 1]).max() < 1e-6
        assert np.abs(heard[first - 1000 : first - 240]).max() > 0.29
        assert np.abs(heard[end + 240 : end + 1000]).max() > 0.29
    assert np.abs(np.diff(heard)).max() < 0.3 * 2 * np.pi * 440 / RATE + 0.002


def test_a_replaced_sound_is_what_is_heard_from_its_moment_on(tmp_path: Path, files: dict[str, Path]):
    film = a_timeline(
        video_track(an_element(probe(files["film"]), "film", at=0, take=(0, 60))), size=(64, 36)
    )
    new = ReplaceAudio(media=a_song(files), start_ticks=SECOND).apply(film)
    out, _ = render_to(tmp_path, new, files, FAST)
    heard = read_sound(out)
    assert decibels(amplitude(heard, 660, 0.2, 1.8), 0.1) == pytest.approx(0, abs=0.3)
    assert amplitude(heard, 440, 0.2, 1.8) < 1e-3
    silent = RemoveAudio(element_ids=tuple(e.id for e in film.tracks[0].elements)).apply(film)
    out, facts = render_to(tmp_path, silent, files, FAST, name="silent")
    assert not facts.has_sound
    assert probe(out).video is not None


def test_added_sound_begins_at_its_moment_with_its_gain_and_fade(tmp_path: Path, files: dict[str, Path]):
    add = AddAudio(
        media=a_song(files), at_ticks=frames(60), part=span(1, 3), gain_db=-12.0, fade_in_ticks=SECOND
    )
    heard = hear(tmp_path, files, a_film(files, "talk"), add)
    assert amplitude(heard, 660, 0, 1.99) < 1e-4
    assert decibels(amplitude(heard, 660, 3.1, 3.9), 0.1) == pytest.approx(-12, abs=0.05)
    assert decibels(amplitude(heard, 660, 2.45, 2.55), 0.1) == pytest.approx(-18, abs=0.3)
    assert amplitude(heard, 660, 4.01, 5) < 1e-4


def test_a_track_is_ducked_under_another_until_it_is_not(tmp_path: Path, files: dict[str, Path]):
    film = a_film(files, "talk", "song")
    duck = Duck(track_ids=("t_talk",), under_track_ids=("t_song",), depth_db=9.0)
    pause = MuteRange(range=span(3, 6), track_ids=("t_song",))
    heard = hear(tmp_path, files, film, duck, pause)
    assert decibels(amplitude(heard, 440, 1, 2.9), 0.3) == pytest.approx(-9, abs=0.1)
    assert decibels(amplitude(heard, 440, 5.6, 5.9), 0.3) == pytest.approx(0, abs=0.1)
    freed = hear(tmp_path, files, film, duck, RemoveDuck(track_ids=("t_talk",)))
    assert decibels(amplitude(freed, 440, 1, 2.9), 0.3) == pytest.approx(0, abs=0.05)


def lufs(sound: np.ndarray) -> float:
    both = np.repeat(sound[:, None], 2, axis=1).astype(np.float32)
    energies = weighting.measure_energies(np.pad(both, ((weighting.LEAD_SAMPLES, 0), (0, 0))))
    found = weighting.integrated_loudness(energies)
    assert found is not None
    return found


def test_each_element_and_the_whole_mix_reach_their_loudness(tmp_path: Path, files: dict[str, Path]):
    known = {n: tuple(weighting.to_steps(measure_energies(files[n]))) for n in ("talk", "song")}
    film = a_film(files, "talk", "song")
    apart = a_timeline(
        audio_track(
            *(
                an_element(probe(files[n]), n, at=at, take=(0, 90), id=n)
                for n, at in (("talk", 0), ("song", 90))
            )
        )
    )
    each = NormaliseLoudness(target_lufs=-20.0, measured=tuple(measure_elements(apart, (), known)))
    heard = hear(tmp_path, files, apart, each)
    assert lufs(heard[: 3 * RATE]) == pytest.approx(-20, abs=0.1)
    assert lufs(heard[3 * RATE :]) == pytest.approx(-20, abs=0.1)
    fade = SetEnvelope(element_ids=("song",), points=points((2, 6), (4, -20))).apply(film)
    mixed = NormaliseLoudness(whole=True, mix_lufs=mix_loudness(fade, known), target_lufs=-23.0)
    assert lufs(hear(tmp_path, files, fade, mixed)) == pytest.approx(-23, abs=0.2)


@pytest.fixture(scope="module")
def hissing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Stereo: 33 s of hiss at -40 dBFS with half a second of a tone in each second."""
    rng = np.random.default_rng(3)
    at = np.arange(33 * RATE) / RATE
    speech = 0.25 * np.sin(2 * np.pi * 1000 * at) * (at % 1 < 0.5)
    path = tmp_path_factory.mktemp("hiss") / "hiss.wav"
    write_wav(path, rng.normal(0, 0.01, (len(at), 2)) + speech[:, None], RATE)
    return path


def rms(sound: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(sound, dtype=np.float64))))


def test_hiss_goes_down_and_what_comes_and_goes_stays(tmp_path: Path, hissing: Path):
    plain = a_timeline(audio_track(an_element(probe(hissing), "hiss", at=0, take=(0, 90), id="hiss")))
    before = hear(tmp_path, {"hiss": hissing}, plain)
    after = hear(tmp_path, {"hiss": hissing}, plain, Denoise(element_ids=("hiss",), reduction_db=15.0))
    pauses = [slice(round((n + 0.6) * RATE), round((n + 0.95) * RATE)) for n in range(3)]
    down = [decibels(rms(after[p]), rms(before[p])) for p in pauses]
    assert down == pytest.approx([-15] * 3, abs=1)
    assert decibels(amplitude(after, 1000, 1.05, 1.45), 0.25) == pytest.approx(0, abs=0.05)


@pytest.mark.parametrize("keep_pitch", [True, False])
def test_a_short_piece_at_another_speed_loses_the_noise_of_its_file(
    tmp_path: Path, hissing: Path, keep_pitch: bool
):
    facts = probe(hissing)
    pause = an_element(facts, "hiss", at=0, take=(48, 57), speed=0.5, keep_pitch=keep_pitch, id="hiss")
    plain, files = a_timeline(audio_track(pause)), {"hiss": hissing}
    before, after = (
        hear(tmp_path, files, plain, *edits) for edits in ((), (Denoise(element_ids=("hiss",)),))
    )
    middle = slice(RATE // 10, RATE // 2)
    assert decibels(rms(after[middle]), rms(before[middle])) == pytest.approx(-12, abs=2)


def test_denoised_blocks_are_the_same_whichever_is_made_first(tmp_path: Path, hissing: Path):
    facts = probe(hissing)
    element = an_element(facts, "a", at=0, take=(0, 30), effects=())
    noisy = a_timeline(audio_track(element))
    clean = Denoise(element_ids=(element.id,)).apply(noisy)
    plain, take = (Take.of(plan_sound(t, {"a": facts})[0], facts, hash_file(hissing)) for t in (noisy, clean))
    assert plain.identity != take.identity
    assert take.noisy == plain
    stores = [SampleStore(RenderCache(tmp_path / n, 1 << 40), {"a": hissing}, tmp_path) for n in ("x", "y")]
    stores[0].make(take, [0, 1])
    for block in (1, 0):
        stores[1].make(take, [block])
    found, other = (s.read(take, 0, 33 * RATE) for s in stores)
    assert np.array_equal(found, other)
    seam = found[BLOCK_SAMPLES - 2400 : BLOCK_SAMPLES + 2400]
    assert np.abs(np.diff(seam[:, 0])).max() < np.abs(np.diff(found[:RATE, 0])).max() * 1.2
    stores[0].cache.discard(SAMPLES, take.keys[1])
    assert np.array_equal(stores[0].read(take, 31 * RATE, RATE), other[31 * RATE : 32 * RATE])
