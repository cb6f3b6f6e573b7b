"""What a composer promises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal, Protocol

from pydantic import Field

from cuttingroom.core.time import TICKS_PER_SECOND, Frozen, Ticks, ticks_to_seconds
from cuttingroom.providers.audio import Samples
from cuttingroom.providers.base import Capability, Outcome, ProviderInfo, Usage

Mood = Literal["warm", "calm", "upbeat", "tense", "happy", "sad", "cinematic", "lo-fi"]
Instrument = Literal["piano", "pad", "strings", "guitar", "bells"]
KeyName = Literal["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"]

SAMPLE_RATE = 48_000
TICKS_PER_SAMPLE = TICKS_PER_SECOND // SAMPLE_RATE


class MusicRequest(Frozen):
    """An instrumental bed of exactly `duration_ticks` (to the nearest sample).

    Without an instrument, tempo or key the mood chooses. The same request gives the same music; another
    `seed` gives another piece.
    """

    mood: Mood = "warm"
    instrument: Instrument | None = None
    tempo_bpm: Annotated[int, Field(ge=40, le=200)] | None = None
    duration_ticks: Annotated[Ticks, Field(gt=0)]
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0
    key: KeyName | None = None


@dataclass(frozen=True, eq=False)
class Music:
    """Float32 samples of shape (n, 2) at `sample_rate`, peak at most -3 dBFS, silent at its very end.

    `facts` is JSON for the receipt: mood, tempo, key, chords, bars.
    """

    samples: Samples
    sample_rate: int
    facts: dict[str, Any]
    service: str


class Composer(Protocol):
    """Music of a given mood and length. Raises InvalidInput for a length beyond `limits["max_seconds"]`."""

    @property
    def info(self) -> ProviderInfo: ...

    def compose(self, request: MusicRequest) -> Music: ...


def count_samples(request: MusicRequest) -> int:
    return max((request.duration_ticks + TICKS_PER_SAMPLE // 2) // TICKS_PER_SAMPLE, 1)


# Not cached by call: local music is cheaper to make again than to store, and the artifact store keeps it.
MUSIC: Capability[MusicRequest, Music] = Capability(
    name="music",
    operation="compose",
    method="compose",
    fingerprint=lambda request: request.model_dump(mode="json"),
    outcome=lambda request, music: Outcome(
        usage=Usage(audio_seconds=ticks_to_seconds(request.duration_ticks)), response_model=music.service
    ),
)
