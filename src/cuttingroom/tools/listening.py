"""From a media file to its words: what is known is taken over, otherwise somebody listens."""

from __future__ import annotations

from pathlib import Path

from cuttingroom.core.errors import InvalidInput
from cuttingroom.media.analyze.silences import find_silences
from cuttingroom.media.audio import extract_speech_audio, extract_subtitles
from cuttingroom.media.probe import probe
from cuttingroom.providers.catalog import aligner, transcriber
from cuttingroom.providers.transcription.base import TRANSCRIPTION, TranscriptionRequest
from cuttingroom.providers.transcription.subtitles import read_transcript
from cuttingroom.timeline.transcript import Transcript
from cuttingroom.tools.base import MakeContext
from cuttingroom.tools.wrapping import wrapped

SILENT = Transcript(
    words=(),
    segments=(),
    quality="recognised",
    service="voice activity",
    notes=("Nobody speaks in this file.",),
)


def read_given(source: Path, subtitles: str, language: str | None) -> Transcript:
    """The words of a subtitle file that belongs to `source`. InvalidInput names the line that is wrong."""
    ticks = probe(source).duration_ticks
    return read_transcript(subtitles, name="given subtitles", language=language or "en", duration_ticks=ticks)


def read_embedded(source: Path, language: str | None) -> Transcript | None:
    """The text subtitles inside the file, in the wanted language where there is a choice."""
    facts = probe(source)
    if not facts.subtitles:
        return None
    wanted = [s for s in facts.subtitles if language in (None, s.language)] or list(facts.subtitles)
    text = extract_subtitles(source, wanted[0].index)
    if not text.strip():
        return None
    return read_transcript(
        text,
        name="embedded subtitles",
        language=wanted[0].language or "en",
        duration_ticks=facts.duration_ticks,
    )


def listen(context: MakeContext, source: Path, language: str | None, script: str | None) -> Transcript:
    """The words as a provider hears them, or the script's words aligned with the sound.

    Where nobody speaks there are no words, and no model is asked: models hear words even in silence. Raises
    InvalidInput when there is no sound, or a script that nobody speaks.
    """
    facts = probe(source)
    if not facts.has_sound:
        raise InvalidInput("The file has no sound, so there is nothing to write down.")
    context.report(0.05, "reading the sound")
    audio = context.work / "speech.wav"
    extract_speech_audio(source, audio, is_canceled=context.is_canceled)
    if not find_silences(audio, work=context.work, is_canceled=context.is_canceled).has_speech:
        if script:
            raise InvalidInput("Nobody speaks in this file, so the script cannot be aligned with it.")
        return SILENT
    context.report(0.2, "listening")
    provider = wrapped(aligner() if script else transcriber(context.settings), TRANSCRIPTION, context)
    return provider.transcribe(
        TranscriptionRequest(
            audio_path=audio, language=language, script=script, duration_ticks=facts.duration_ticks
        )
    )
