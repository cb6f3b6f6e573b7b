"""A draft of what is said, in English, by the small model that comes with pocketsphinx.

Measured word error rate: 33 % on a real speech, 10 to 13 % on clear synthetic voices. It finds where somebody
speaks and many of the words, and is never to be published unread.
"""

from __future__ import annotations

from cuttingroom.core.errors import ProviderRefused
from cuttingroom.providers.audio import TICKS_PER_FRAME, read_speech_wav, split_at_pauses
from cuttingroom.providers.base import ProviderInfo
from cuttingroom.providers.transcription.base import TranscriptionRequest
from cuttingroom.providers.transcription.grouping import group_words, settle_words
from cuttingroom.providers.transcription.sphinx import DraftRecogniser, FoundWord
from cuttingroom.timeline.transcript import Transcript, Word

LEAST_CONFIDENCE = 0.02
"""Words below are left out. The posterior tells right from wrong words with an AUC of 0.76 only, and in a
real speech right words were seen down to 0.03: so this removes noise taken for words, not doubtful words."""

ADVICE = (
    "For a real transcript import subtitles, paste the script, set CUTTINGROOM_WHISPER_MODEL_FOLDER, or set "
    "CUTTINGROOM_OPENAI_API_KEY."
)


class PocketsphinxTranscriber:
    """Raises ProviderRefused for any language but English."""

    info = ProviderInfo(
        capability="transcription",
        name="pocketsphinx",
        model="en-us",
        is_local=True,
        is_draft=True,
        choices={"languages": ("en",)},
    )

    def transcribe(self, request: TranscriptionRequest) -> Transcript:
        if request.language not in (None, "en"):
            raise ProviderRefused(
                f"pocketsphinx knows English only, not {request.language!r}.",
                advice=ADVICE,
                provider="pocketsphinx",
            )
        samples = read_speech_wav(request.audio_path)
        recogniser = DraftRecogniser()
        found = [
            word
            for start, end in split_at_pauses(samples)
            for word in recogniser.recognise(samples, start, end)
        ]
        kept = [_make_word(word) for word in found if word.confidence >= LEAST_CONFIDENCE]
        words = settle_words(kept, request.duration_ticks)
        notes = ["This is a draft: expect about one word in three to be wrong. " + ADVICE]
        if len(kept) < len(found):
            notes.append(
                f"{len(found) - len(kept)} words with a confidence below {LEAST_CONFIDENCE} were left out."
            )
        return Transcript(
            language="en",
            words=words,
            segments=group_words(words),
            quality="draft",
            service="pocketsphinx en-us",
            notes=tuple(notes),
        )


def _make_word(word: FoundWord) -> Word:
    return Word(
        text=word.text,
        start_ticks=word.start_frame * TICKS_PER_FRAME,
        end_ticks=word.end_frame * TICKS_PER_FRAME,
        confidence=round(word.confidence, 4),
    )
