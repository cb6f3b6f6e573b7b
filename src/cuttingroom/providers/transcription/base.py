"""What a transcriber promises."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Protocol

from pydantic import Field

from cuttingroom.core.hashing import hash_file
from cuttingroom.core.time import Frozen, Ticks, ticks_to_seconds
from cuttingroom.providers.base import Capability, Outcome, ProviderInfo, Usage
from cuttingroom.timeline.transcript import Transcript


class TranscriptionRequest(Frozen):
    """What is said in `audio_path`, a 16 kHz mono 16-bit WAV that lasts `duration_ticks`.

    `language` is an ISO 639-1 code, or None to let the provider find out. `script` is the exact text where
    somebody knows it: aligners need it, recognisers may use it as a hint.
    """

    audio_path: Path
    duration_ticks: Annotated[Ticks, Field(gt=0)]
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")] | None = None
    script: str | None = None


class Transcriber(Protocol):
    """Words with times inside the sound, in order; possibly none when nobody speaks."""

    @property
    def info(self) -> ProviderInfo: ...

    def transcribe(self, request: TranscriptionRequest) -> Transcript: ...


def _fingerprint(request: TranscriptionRequest) -> dict[str, Any]:
    return {
        "audio": hash_file(request.audio_path),
        "duration_ticks": request.duration_ticks,
        "language": request.language,
        "script": request.script,
    }


def _outcome(request: TranscriptionRequest, result: Transcript) -> Outcome:
    return Outcome(
        usage=Usage(audio_seconds=ticks_to_seconds(request.duration_ticks)), response_model=result.service
    )


TRANSCRIPTION: Capability[TranscriptionRequest, Transcript] = Capability(
    name="transcription",
    operation="transcribe",
    method="transcribe",
    fingerprint=_fingerprint,
    outcome=_outcome,
    encode=lambda transcript: transcript.model_dump(mode="json"),
    decode=Transcript.model_validate,
)
