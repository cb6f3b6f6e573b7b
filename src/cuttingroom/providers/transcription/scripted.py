"""A transcriber for tests and demonstrations: it answers with words that it was given."""

from __future__ import annotations

from collections.abc import Sequence

from cuttingroom.providers.audio import read_speech_wav
from cuttingroom.providers.base import ProviderInfo
from cuttingroom.providers.transcription.base import TranscriptionRequest
from cuttingroom.providers.transcription.grouping import group_words, settle_words, spread_words
from cuttingroom.timeline.transcript import Transcript, Word


class ScriptedTranscriber:
    """Says `words`, if given, else the request's script, else a fixed sentence, spread over the sound."""

    info = ProviderInfo(capability="transcription", name="scripted", model="words", is_local=True)

    def __init__(self, words: Sequence[Word] | str = "This is what somebody said.") -> None:
        self._words = words

    def transcribe(self, request: TranscriptionRequest) -> Transcript:
        read_speech_wav(request.audio_path)
        if isinstance(self._words, str):
            texts = (request.script or self._words).split()
            words = spread_words(texts, 0, request.duration_ticks)
        else:
            words = tuple(self._words)
        words = settle_words(words, request.duration_ticks)
        return Transcript(
            language=request.language or "en",
            words=words,
            segments=group_words(words),
            quality="recognised",
            service="scripted",
        )
