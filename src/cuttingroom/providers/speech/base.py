"""What a speaker promises."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

import numpy as np
from pydantic import Field

from cuttingroom.core.time import TICKS_PER_SECOND, Frozen
from cuttingroom.providers.audio import Samples, to_float, to_pcm
from cuttingroom.providers.base import Capability, Outcome, ProviderInfo, Usage
from cuttingroom.timeline.transcript import Word


class SpeechRequest(Frozen):
    """Say `text` aloud. `voice` is one of the speaker's `choices["voices"]`, or None for its first."""

    text: Annotated[str, Field(min_length=1, max_length=20_000)]
    voice: Annotated[str, Field(max_length=64)] | None = None
    words_per_minute: Annotated[int, Field(ge=80, le=400)] = 160


@dataclass(frozen=True, eq=False)
class Speech:
    """Float32 mono samples between -1 and 1, and the written words with their times.

    `words` is empty when the provider does not tell the times: align the text to find them.
    """

    samples: Samples
    sample_rate: int
    words: tuple[Word, ...]
    service: str

    @property
    def duration_ticks(self) -> int:
        return len(self.samples) * TICKS_PER_SECOND // self.sample_rate


class Speaker(Protocol):
    """Text as sound. Raises InvalidInput for an unknown voice or for text without a word."""

    @property
    def info(self) -> ProviderInfo: ...

    def speak(self, request: SpeechRequest) -> Speech: ...


def _encode(speech: Speech) -> dict[str, Any]:
    """16 bits per sample: a replay differs by at most half of the last bit."""
    return {
        "pcm": base64.b64encode(to_pcm(speech.samples).tobytes()).decode(),
        "sample_rate": speech.sample_rate,
        "words": [word.model_dump(mode="json") for word in speech.words],
        "service": speech.service,
    }


def _decode(value: dict[str, Any]) -> Speech:
    return Speech(
        samples=to_float(np.frombuffer(base64.b64decode(value["pcm"]), dtype="<i2")),
        sample_rate=value["sample_rate"],
        words=tuple(Word.model_validate(word) for word in value["words"]),
        service=value["service"],
    )


SPEECH: Capability[SpeechRequest, Speech] = Capability(
    name="speech",
    operation="speak",
    method="speak",
    fingerprint=lambda request: request.model_dump(mode="json"),
    outcome=lambda request, speech: Outcome(
        usage=Usage(
            input_characters=len(request.text), audio_seconds=len(speech.samples) / speech.sample_rate
        ),
        response_model=speech.service,
    ),
    encode=_encode,
    decode=_decode,
)
