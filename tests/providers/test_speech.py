import numpy as np
import pytest

from cuttingroom.core.errors import InvalidInput
from cuttingroom.providers.speech.base import SpeechRequest
from cuttingroom.providers.speech.local import VOICES, EspeakSpeaker, soften

pytest.importorskip("espeakng_loader")

HARD = (
    "Hello there — world. Dr. Smith paid $20.50 in 1984; it's the 2nd, 50% off at 3:05! "
    "NASA's well-known café. Yes! It is."
)


def test_numbers_abbreviations_and_dashes_keep_one_word_each():
    speech = EspeakSpeaker().speak(SpeechRequest(text=HARD))
    assert " ".join(word.text for word in speech.words) == HARD
    assert [word.text for word in speech.words][1:4] == ["there —", "world.", "Dr."]
    assert all(a.end_ticks <= b.end_ticks for a, b in zip(speech.words, speech.words[1:], strict=False))


def test_a_faster_reading_is_shorter():
    slow, fast = (
        EspeakSpeaker().speak(SpeechRequest(text=HARD, words_per_minute=wpm)).duration_ticks
        for wpm in (120, 240)
    )
    assert fast < 0.7 * slow


def test_softening_keeps_the_length_and_takes_the_buzz():
    rate = 22_050
    time = np.arange(rate) / rate
    loud = [soften((np.sin(2 * np.pi * hertz * time) * 3000).astype(np.int16), rate) for hertz in (300, 3200)]
    assert all(len(samples) == rate and np.max(np.abs(samples)) <= 0.71 for samples in loud)
    both = (np.sin(2 * np.pi * 300 * time) + np.sin(2 * np.pi * 3200 * time)) * 3000
    spectrum = np.abs(np.fft.rfft(soften(both.astype(np.int16), rate)))
    assert spectrum[3200] < 0.7 * spectrum[300]


@pytest.mark.parametrize("voice", ["../../etc/passwd", "xx-nobody", "en us"])
def test_a_voice_that_does_not_exist_is_refused(voice: str):
    with pytest.raises(InvalidInput, match="voice"):
        EspeakSpeaker().speak(SpeechRequest(text="Hello", voice=voice))
    assert voice not in VOICES
