"""Narration by any server that speaks OpenAI's `/audio/speech`."""

from __future__ import annotations

import numpy as np

from cuttingroom.core.errors import InvalidInput, MediaRefused, ProviderBroken
from cuttingroom.core.time import TICKS_PER_SECOND
from cuttingroom.providers.audio import read_wav, to_float
from cuttingroom.providers.base import ProviderInfo
from cuttingroom.providers.endpoints import Endpoint, open_openai
from cuttingroom.providers.failures import provider_failures
from cuttingroom.providers.speech.base import Speech, SpeechRequest

VOICES = ("alloy", "ash", "coral", "echo", "fable", "nova", "onyx", "sage", "shimmer")
NORMAL_WORDS_PER_MINUTE = 160
MAX_CHARACTERS = 4096


class OpenAISpeaker:
    """Tells no word times: `Speech.words` is empty."""

    def __init__(self, endpoint: Endpoint, model: str) -> None:
        self._endpoint = endpoint
        self.info = ProviderInfo(
            capability="speech",
            name=endpoint.name,
            model=model,
            is_local=endpoint.is_local,
            limits={"max_characters": MAX_CHARACTERS},
            choices={"voices": VOICES},
        )

    def speak(self, request: SpeechRequest) -> Speech:
        _check(request)
        speed = min(max(request.words_per_minute / NORMAL_WORDS_PER_MINUTE, 0.25), 4.0)
        with provider_failures(self.info.name), open_openai(self._endpoint) as client:
            answer = client.audio.speech.create(
                model=self.info.model,
                voice=request.voice or VOICES[0],
                input=request.text,
                response_format="wav",
                speed=round(speed, 3),
            )
            data = answer.read()
        try:
            pcm, rate = read_wav(data)
        except MediaRefused as error:
            raise ProviderBroken(f"{self.info.name} sent no WAV file.", provider=self.info.name) from error
        if not len(pcm) or TICKS_PER_SECOND % rate:
            what = f"{self.info.name} sent {len(pcm)} samples at {rate} Hz."
            raise ProviderBroken(what, provider=self.info.name)
        samples = to_float(pcm if pcm.ndim == 1 else np.mean(pcm, axis=1).astype(np.int16))
        return Speech(
            samples=samples, sample_rate=rate, words=(), service=f"{self.info.name} {self.info.model}"
        )


def _check(request: SpeechRequest) -> None:
    if not any(char.isalnum() for char in request.text):
        raise InvalidInput("The text to speak has no words.")
    if len(request.text) > MAX_CHARACTERS:
        what = f"The text has {len(request.text)} characters; this voice takes {MAX_CHARACTERS} at a time."
        raise InvalidInput(what, advice="Speak it in parts.")
