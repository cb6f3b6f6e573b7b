from pathlib import Path

import numpy as np
import pytest

from cuttingroom.core.errors import InvalidInput
from cuttingroom.core.time import TICKS_PER_SECOND, ticks_to_seconds
from cuttingroom.providers.audio import SPEECH_RATE, Pcm, resample, to_pcm
from cuttingroom.providers.speech.base import Speech, SpeechRequest
from cuttingroom.providers.speech.local import EspeakSpeaker
from cuttingroom.providers.transcription import pronounce
from cuttingroom.providers.transcription.align import align_script
from cuttingroom.timeline.transcript import Transcript

TEXT = (
    "Welcome to the Cuttingroom. In 1984 we paid $20.50 for 3 Kubernetes clusters; that's 50% off! "
    "Honey found in ancient tombs is still good to eat. Why does it never spoil?"
)
SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples"


@pytest.fixture(scope="module")
def speech() -> Speech:
    pytest.importorskip("espeakng_loader")
    return EspeakSpeaker().speak(SpeechRequest(text=TEXT))


@pytest.fixture
def spelling_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pronounce, "_find_espeak", lambda: None)


def sound(speech: Speech) -> Pcm:
    return to_pcm(resample(speech.samples, speech.sample_rate, SPEECH_RATE))


def onset_errors(speech: Speech, transcript: Transcript) -> np.ndarray:
    pairs = zip(speech.words, transcript.words, strict=True)
    return np.abs([ticks_to_seconds(a.start_ticks - b.start_ticks) for a, b in pairs])


def test_words_are_found_where_they_are_spoken(speech: Speech):
    transcript = align_script(sound(speech), TEXT)
    assert transcript.quality == "aligned"
    assert [word.text for word in transcript.words] == TEXT.split()
    errors = onset_errors(speech, transcript)
    assert np.median(errors) < 0.03
    assert np.quantile(errors, 0.9) < 0.08


def test_words_end_before_the_pause_that_follows_them(speech: Speech):
    transcript = align_script(sound(speech), TEXT)
    ends = [
        ticks_to_seconds(b.end_ticks - a.end_ticks)
        for a, b in zip(speech.words, transcript.words, strict=True)
        if a.text[-1] in ".!?"
    ]
    assert max(ends) < 0.12


def test_unknown_words_are_aligned_by_their_spelling_without_espeak(speech: Speech, spelling_only: None):
    assert pronounce.Pronouncer().source == "spelling"
    transcript = align_script(sound(speech), TEXT)
    assert transcript.quality == "aligned"
    assert np.quantile(onset_errors(speech, transcript), 0.9) < 0.12


def test_lines_of_the_script_become_segments(speech: Speech):
    script = TEXT.replace("for 3", "for\n3")
    texts = [segment.text for segment in align_script(sound(speech), script).segments]
    assert texts[1] == "In 1984 we paid $20.50 for"
    assert texts[-1] == "Why does it never spoil?"


def test_a_script_with_words_that_nobody_says_is_flagged_and_keeps_every_word(speech: Speech):
    wrong = TEXT + " " + "Then the president of the whole wide world danced with seven purple elephants. " * 3
    transcript = align_script(sound(speech), wrong)
    assert [word.text for word in transcript.words] == wrong.split()
    assert transcript.quality == "estimated"
    assert "confidence 0" in transcript.notes[-1]
    starts = [word.start_ticks for word in transcript.words]
    assert starts == sorted(starts)
    known = len(TEXT.split()) // 2
    right = transcript.model_copy(update={"words": transcript.words[:known]})
    truth = Speech(speech.samples, speech.sample_rate, speech.words[:known], speech.service)
    assert np.median(onset_errors(truth, right)) < 0.15, "the words that are said stay where they are said"


def test_a_text_far_too_long_for_the_sound_is_estimated(speech: Speech):
    transcript = align_script(sound(speech)[:SPEECH_RATE], TEXT)
    assert transcript.quality == "estimated"
    assert all(word.confidence == 0 for word in transcript.words)


def test_silence_and_other_languages_give_estimates_that_say_so(speech: Speech):
    silence = align_script(np.zeros(SPEECH_RATE * 2, np.int16), "Nobody says this")
    assert silence.words[-1].end_ticks <= 2 * TICKS_PER_SECOND
    german = align_script(sound(speech), "Guten Morgen zusammen", language="de")
    assert german.quality == "estimated"
    assert "English only" in german.notes[0]


@pytest.mark.parametrize("script", ["", " \n ", "— …"])
def test_a_script_without_words_is_refused(script: str):
    with pytest.raises(InvalidInput, match="no words"):
        align_script(np.zeros(SPEECH_RATE, np.int16), script)


def test_every_word_has_phones_that_the_model_knows():
    vowels = "AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW"
    consonants = "B CH D DH F G HH JH K L M N NG P R S SH T TH V W Y Z ZH"
    known = {*vowels.split(), *consonants.split()}
    words = ["kubernetes", "pdf", "naïve", "日本", "xyzzy", "psychology", "brr", "'", "gigachad", "Łódź"]
    for phones in (pronounce.spell_phones, pronounce.Pronouncer().phones):
        for word in words:
            assert set(phones(word).split()) <= known
    assert all(pronounce.Pronouncer().phones(word) for word in words)
    assert pronounce.spell_phones("pdf") == "P IY D IY EH F"


@pytest.mark.skipif(not (SAMPLES / "jfk.flac").exists(), reason="the shared samples are not here")
def test_a_real_speech_is_aligned_to_within_a_tenth_of_a_second():
    soundfile = pytest.importorskip("soundfile")
    data, rate = soundfile.read(SAMPLES / "jfk.flac", dtype="float32", always_2d=True)
    script = (
        "And so, my fellow Americans: ask not what your country can do for you — "
        "ask what you can do for your country."
    )
    transcript = align_script(to_pcm(resample(data[:, 0], rate, SPEECH_RATE)), script)
    assert transcript.quality == "aligned"
    # Words after long pauses begin at the first loud 10 ms, read off the level curve.
    heard = {0: 0.33, 5: 3.29, 7: 5.41, 14: 8.19}
    for index, seconds in heard.items():
        assert ticks_to_seconds(transcript.words[index].start_ticks) == pytest.approx(seconds, abs=0.1)
