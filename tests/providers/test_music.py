import numpy as np
import pytest

from cuttingroom.core.time import TICKS_PER_SECOND
from cuttingroom.providers.music.local import SynthComposer
from cuttingroom.providers.music.moods import STYLES
from cuttingroom.providers.music.request import Instrument, MusicRequest
from cuttingroom.providers.music.score import KEYS, Score, write_score


def ask(mood: str = "warm", seconds: float = 20, **values: object) -> MusicRequest:
    return MusicRequest.model_validate(
        {"mood": mood, "duration_ticks": round(seconds * TICKS_PER_SECOND), **values}
    )


def score(mood: str = "warm", seconds: float = 40, **values: object) -> Score:
    return write_score(ask(mood, seconds, **values), seconds)


@pytest.mark.parametrize("mood", STYLES)
def test_every_mood_is_heard_throughout_without_a_click_or_a_gap(mood: str):
    samples = SynthComposer().compose(ask(mood, 16)).samples
    levels = 10 * np.log10(np.mean(samples.reshape(-1, 24_000, 2) ** 2, axis=(1, 2)) + 1e-12)
    assert levels[1:-5].min() > -40
    assert levels[-1] < -25
    # The steepest slope of these soft tones; a cut wave would jump by its whole height.
    assert np.max(np.abs(np.diff(samples, axis=0))) < 0.2
    assert np.all(np.isfinite(samples))


@pytest.mark.parametrize("instrument", ["piano", "pad", "strings", "guitar", "bells"])
def test_the_requested_instrument_plays(instrument: Instrument):
    piece = score(instrument=instrument)
    assert instrument in {note.voice for note in piece.notes}
    assert piece.instrument == instrument


def test_a_requested_tempo_is_exact_and_a_chosen_one_fills_the_piece_with_whole_bars():
    assert score(tempo_bpm=97).tempo_bpm == pytest.approx(97)
    free = score("warm", 60)
    assert abs(free.tempo_bpm / STYLES["warm"].tempo_bpm - 1) < 0.09
    assert free.ending == pytest.approx(55, abs=1)


@pytest.mark.parametrize("mood", STYLES)
def test_the_piece_ends_on_its_tonic_chord(mood: str):
    piece = score(mood)
    assert piece.chords[-1].root == 0
    last_bass = [note for note in piece.notes if note.voice == "bass"][-1]
    assert (last_bass.pitch - piece.tonic) % 12 == 0


def test_the_requested_key_is_the_tonic():
    assert [KEYS[score(key=key).tonic % 12] for key in KEYS] == list(KEYS)


@pytest.mark.parametrize("mood", STYLES)
def test_voices_move_by_small_steps_between_chords(mood: str):
    piece = score(mood, 90)
    beds = {"pad", "strings"}
    chords: dict[float, list[int]] = {}
    for note in piece.notes:
        if note.voice in beds:
            chords.setdefault(note.start, []).append(note.pitch)
    steps = [
        min(abs(pitch - other) for other in before)
        for before, after in zip(chords.values(), list(chords.values())[1:], strict=False)
        for pitch in after
    ]
    assert max(steps) <= 7
    assert np.mean(steps) < 2.5


def test_no_note_begins_after_the_end_or_outside_hearing():
    for mood in STYLES:
        for seconds in (1, 5, 30):
            piece = score(mood, seconds)
            assert piece.notes
            assert all(0 <= note.start < seconds and 24 <= note.pitch <= 100 for note in piece.notes)
            assert all(0 < note.loudness <= 1 and -1 <= note.place <= 1 for note in piece.notes)
