"""Write down what is said in a file, word by word."""

from typing import Annotated, Literal

from pydantic import Field

from cuttingroom.core.hashing import canonical_json
from cuttingroom.timeline.model import Timeline
from cuttingroom.tools.base import Made, MadeFile, MakeContext, MakingTool


class Transcribe(MakingTool):
    """The words of one file with their times.

    What is known is used first: `subtitles` (SRT, VTT or ASS text) are taken over, a `script` is aligned with
    the sound, subtitles inside the file are taken over. Only then does a model listen.
    """

    capability = "transcription"
    queue = "model"

    tool: Literal["transcribe"] = "transcribe"
    artifact_id: str
    language: Annotated[str, Field(max_length=16)] | None = None
    script: Annotated[str, Field(max_length=500_000)] | None = None
    subtitles: Annotated[str, Field(max_length=5_000_000)] | None = None

    def artifact_ids(self) -> tuple[str, ...]:
        return (self.artifact_id,)

    def make(self, context: MakeContext) -> Made:
        from cuttingroom.tools.listening import listen, read_embedded, read_given

        source = context.files[self.artifact_id]
        if self.subtitles is not None:
            transcript = read_given(source, self.subtitles, self.language)
        else:
            embedded = None if self.script else read_embedded(source, self.language)
            transcript = embedded or listen(context, source, self.language, self.script)
        path = context.work / "transcript.json"
        path.write_bytes(canonical_json(transcript.model_dump(mode="json")))
        file = MadeFile(
            path=path,
            artifact_type="transcript",
            mime_type="application/json",
            name="Transcript",
            facts={"kind": "transcript", "transcript": transcript.model_dump(mode="json")},
            provider=transcript.service,
            source_artifact_id=self.artifact_id,
            checked=True,
        )
        counts = {
            "words": len(transcript.words),
            "quality": transcript.quality,
            "service": transcript.service,
        }
        return Made((file,), facts=counts)

    def describe(self, before: Timeline) -> str:
        if self.subtitles is not None:
            return "Take over the subtitles"
        return "Align the script with the sound" if self.script else "Write down what is said"
