"""Transcription by any server that speaks OpenAI's `/audio/transcriptions` with word times."""

from __future__ import annotations

import io
import wave
from collections.abc import Sequence
from typing import Any

from cuttingroom.core.errors import ProviderBroken
from cuttingroom.core.time import TICKS_PER_SECOND
from cuttingroom.providers.audio import (
    SAMPLES_PER_FRAME,
    SPEECH_RATE,
    TICKS_PER_FRAME,
    Pcm,
    read_speech_wav,
    split_at_pauses,
)
from cuttingroom.providers.base import ProviderInfo
from cuttingroom.providers.endpoints import Endpoint, open_openai
from cuttingroom.providers.failures import provider_failures
from cuttingroom.providers.transcription.base import TranscriptionRequest
from cuttingroom.providers.transcription.grouping import LONGEST_WORD, group_words, settle_words, spread_words
from cuttingroom.timeline.transcript import Transcript, Word

LONGEST_UPLOAD_SECONDS = 600.0
"""Ten minutes of 16 kHz mono are 19 MB; OpenAI takes 25 MB. Longer sound goes in parts."""

# What `language` is in a verbose answer: a name, where requests use the code.
_LANGUAGES = {
    "english": "en",
    "german": "de",
    "french": "fr",
    "spanish": "es",
    "italian": "it",
    "portuguese": "pt",
    "dutch": "nl",
    "polish": "pl",
    "russian": "ru",
    "ukrainian": "uk",
    "turkish": "tr",
    "arabic": "ar",
    "hindi": "hi",
    "chinese": "zh",
    "japanese": "ja",
    "korean": "ko",
}


class OpenAITranscriber:
    """Asks for word times and refuses answers without any times."""

    def __init__(self, endpoint: Endpoint, model: str) -> None:
        self._endpoint = endpoint
        self.info = ProviderInfo(
            capability="transcription", name=endpoint.name, model=model, is_local=endpoint.is_local
        )

    def transcribe(self, request: TranscriptionRequest) -> Transcript:
        samples = read_speech_wav(request.audio_path)
        words: list[Word] = []
        notes: list[str] = []
        language = request.language or "en"
        for start, end in split_at_pauses(samples, longest_seconds=LONGEST_UPLOAD_SECONDS):
            part = samples[start * SAMPLES_PER_FRAME : end * SAMPLES_PER_FRAME]
            with provider_failures(self.info.name):
                answer = self._ask(part, request)
                found, estimated = _read_words(answer, start * TICKS_PER_FRAME)
            words.extend(found)
            language = request.language or _language_code(answer) or language
            if estimated:
                notes.append("The server gave times for sentences only; word times are estimated.")
        settled = settle_words(words, request.duration_ticks)
        return Transcript(
            language=language,
            words=settled,
            segments=group_words(settled),
            quality="recognised",
            service=f"{self.info.name} {self.info.model}",
            notes=tuple(dict.fromkeys(notes)),
        )

    def _ask(self, samples: Pcm, request: TranscriptionRequest) -> Any:
        options: dict[str, Any] = {"language": request.language} if request.language else {}
        if request.script:
            options["prompt"] = request.script[:800]
        with open_openai(self._endpoint) as client:
            return client.audio.transcriptions.create(
                model=self.info.model,
                file=("speech.wav", _wav_bytes(samples), "audio/wav"),
                response_format="verbose_json",
                timestamp_granularities=["word", "segment"],
                **options,
            )


def _read_words(answer: Any, offset_ticks: int) -> tuple[list[Word], bool]:
    """Words on the whole sound's clock, and whether their times had to be estimated from segments."""
    text = answer.text
    if not isinstance(text, str):
        raise ProviderBroken("The transcription has no text.")
    if not text.strip():
        return [], False
    if answer.words:
        texts = _punctuate([str(word.word).strip() for word in answer.words], text)
        times = [(_ticks(word.start), _ticks(word.end)) for word in answer.words]
        return [
            Word(
                text=said[:LONGEST_WORD],
                start_ticks=start + offset_ticks,
                end_ticks=max(end, start + 1) + offset_ticks,
            )
            for said, (start, end) in zip(texts, times, strict=True)
            if said
        ], False
    if answer.segments:
        return _spread_segments(answer.segments, offset_ticks), True
    raise ProviderBroken("The transcription has text without times.", advice="Use a model with word times.")


def _spread_segments(segments: Sequence[Any], offset_ticks: int) -> list[Word]:
    words: list[Word] = []
    for segment in segments:
        texts = [text[:LONGEST_WORD] for text in str(segment.text).split()]
        start = _ticks(segment.start) + offset_ticks
        if texts:
            words.extend(spread_words(texts, start, max(_ticks(segment.end) + offset_ticks, start + 1)))
    return words


def _punctuate(words: list[str], text: str) -> list[str]:
    """The words as they are written in the text, when it has the same number of them; servers strip marks."""
    written = text.split()
    return written if len(written) == len(words) else words


def _language_code(answer: Any) -> str | None:
    name = str(getattr(answer, "language", None) or "").lower()
    return name if len(name) == 2 else _LANGUAGES.get(name)


def _ticks(seconds: Any) -> int:
    return max(round(float(seconds) * TICKS_PER_SECOND), 0)


def _wav_bytes(samples: Pcm) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SPEECH_RATE)
        file.writeframes(samples.tobytes())
    return buffer.getvalue()
