"""Write down what is said in a file, word by word."""

from typing import Annotated, Literal

from pydantic import Field

from cuttingroom.core.errors import InvalidInput
from cuttingroom.core.hashing import canonical_json
from cuttingroom.media.analyze.silences import find_silences
from cuttingroom.media.audio import extract_speech_audio, extract_subtitles
from cuttingroom.media.probe import MediaFacts, probe
from cuttingroom.providers.catalog import aligner, transcriber
from cuttingroom.providers.transcription.base import TranscriptionRequest
from cuttingroom.providers.transcription.subtitles import read_subtitles
from cuttingroom.timeline.model import Timeline
from cuttingroom.timeline.transcript import Transcript
from cuttingroom.tools.base import Made, MadeFile, MakeContext, MakingTool


class Transcribe(MakingTool):
    """The words of one file with their times.

    What is known is used first: a pasted `script` is aligned with the sound, subtitles inside the file are
    taken over. Only then does a model listen.
    """

    capability = "transcription"
    queue = "model"

    tool: Literal["transcribe"] = "transcribe"
    artifact_id: str
    language: Annotated[str, Field(max_length=16)] | None = None
    script: Annotated[str, Field(max_length=500_000)] | None = None

    def artifact_ids(self) -> tuple[str, ...]:
        return (self.artifact_id,)

    def make(self, context: MakeContext) -> Made:
        source = context.files[self.artifact_id]
        facts = probe(source)
        transcript = self._import(context, facts) or self._listen(context, facts)
        path = context.work / "transcript.json"
        path.write_bytes(canonical_json(transcript.model_dump(mode="json")))
        file = MadeFile(
            path=path,
            artifact_type="transcript",
            mime_type="application/json",
            name="Transcript",
            duration_ticks=facts.duration_ticks,
            facts={"kind": "transcript", "transcript": transcript.model_dump(mode="json")},
            provider=transcript.service,
            source_artifact_id=self.artifact_id,
        )
        counts = {"words": len(transcript.words), "quality": transcript.quality, "service": transcript.service}
        return Made((file,), facts=counts)

    def describe(self, before: Timeline) -> str:
        return "Align the script with the sound" if self.script else "Write down what is said"

    def _import(self, context: MakeContext, facts: MediaFacts) -> Transcript | None:
        """Subtitles that are inside the file, when there are any that are text."""
        if self.script or not facts.subtitles:
            return None
        wanted = [s for s in facts.subtitles if self.language in (None, s.language)] or list(facts.subtitles)
        text = extract_subtitles(context.files[self.artifact_id], wanted[0].index)
        return read_subtitles(text, language=wanted[0].language or "en") if text.strip() else None

    def _listen(self, context: MakeContext, facts: MediaFacts) -> Transcript:
        if not facts.has_sound:
            raise InvalidInput("The file has no sound, so there is nothing to write down.")
        context.report(0.05, "reading the sound")
        audio = context.work / "speech.wav"
        extract_speech_audio(context.files[self.artifact_id], audio, is_canceled=context.is_canceled)
        speech = find_silences(audio, work=context.work, is_canceled=context.is_canceled)
        if not speech.has_speech:
            raise InvalidInput("Nobody speaks in this file, so there are no words to write down.")
        context.report(0.2, "listening")
        provider = (aligner if self.script else transcriber)(
            context.settings,
            record_call=context.record_call,
            cache=context.cache,
            spent_microusd=context.spent_microusd,
        )
        return provider.transcribe(
            TranscriptionRequest(
                audio_path=audio,
                language=self.language,
                script=self.script,
                duration_ticks=facts.duration_ticks,
            )
        )
