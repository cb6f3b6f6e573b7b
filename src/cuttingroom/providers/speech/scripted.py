"""A speaker for tests and demonstrations: each word is a soft tone, as long as its letters."""

from __future__ import annotations

import numpy as np

from cuttingroom.core.errors import InvalidInput
from cuttingroom.core.time import TICKS_PER_SECOND
from cuttingroom.providers.base import ProviderInfo
from cuttingroom.providers.speech.base import Speech, SpeechRequest
from cuttingroom.timeline.transcript import Word

SAMPLE_RATE = 24_000
VOICES = ("low", "high")


class ScriptedSpeaker:
    """Deterministic: the same request gives the same samples."""

    info = ProviderInfo(
        capability="speech", name="scripted", model="tones", is_local=True, choices={"voices": VOICES}
    )

    def speak(self, request: SpeechRequest) -> Speech:
        voice = request.voice or VOICES[0]
        if voice not in VOICES:
            raise InvalidInput(f"There is no voice {voice!r}.", advice="Voices: " + ", ".join(VOICES) + ".")
        texts = request.text.split()
        if not any(char.isalnum() for char in request.text):
            raise InvalidInput("The text to speak has no words.")
        beat = SAMPLE_RATE * 60 // request.words_per_minute
        ticks = TICKS_PER_SECOND // SAMPLE_RATE
        parts: list[np.ndarray] = []
        words: list[Word] = []
        position = 0
        for text in texts:
            length = max(beat * (len(text) + 3) // 8, 480)
            gap = length // 5
            parts += [_tone(length - gap, 180.0 if voice == "low" else 320.0), np.zeros(gap)]
            end = position + length - gap
            words.append(Word(text=text[:200], start_ticks=position * ticks, end_ticks=end * ticks))
            position += length
        samples = np.concatenate(parts).astype(np.float32)
        return Speech(samples=samples, sample_rate=SAMPLE_RATE, words=tuple(words), service="scripted")


def _tone(length: int, hertz: float) -> np.ndarray:
    envelope = np.sin(np.pi * np.arange(length) / length)
    return 0.4 * envelope * np.sin(2 * np.pi * hertz * np.arange(length) / SAMPLE_RATE)
