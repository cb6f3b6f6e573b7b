"""What a composer promises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from cuttingroom.core.time import TICKS_PER_SECOND, ticks_to_seconds
from cuttingroom.providers.audio import Samples
from cuttingroom.providers.base import Capability, Outcome, ProviderInfo, Usage
from cuttingroom.providers.music.request import MusicRequest

SAMPLE_RATE = 48_000
TICKS_PER_SAMPLE = TICKS_PER_SECOND // SAMPLE_RATE


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
