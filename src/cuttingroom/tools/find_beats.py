"""Find the beats of a song."""

from typing import Literal

from cuttingroom.core.hashing import canonical_json
from cuttingroom.timeline.model import Timeline
from cuttingroom.tools.base import Made, MadeFile, MakeContext, MakingTool


class FindBeats(MakingTool):
    """The moments of the beats, on the file's clock, and the tempo; none where no beat is steady."""

    tool: Literal["find_beats"] = "find_beats"
    artifact_id: str

    def artifact_ids(self) -> tuple[str, ...]:
        return (self.artifact_id,)

    def make(self, context: MakeContext) -> Made:
        from cuttingroom.media.analyze.beats import find_beats

        found = find_beats(
            context.files[self.artifact_id],
            report=lambda share: context.report(share, "listening for the beat"),
            is_canceled=context.is_canceled,
        )
        facts = {
            "kind": "beats",
            "beats": list(found.beats),
            "tempo_bpm": found.tempo_bpm,
            "steadiness": round(found.steadiness, 3),
        }
        path = context.work / "beats.json"
        path.write_bytes(canonical_json(facts))
        file = MadeFile(
            path=path,
            artifact_type="analysis",
            mime_type="application/json",
            name="Beats",
            facts=facts,
            source_artifact_id=self.artifact_id,
            checked=True,
        )
        return Made((file,), facts={"beats": len(found.beats), "tempo_bpm": found.tempo_bpm})

    def describe(self, before: Timeline) -> str:
        return "Find the beat"
