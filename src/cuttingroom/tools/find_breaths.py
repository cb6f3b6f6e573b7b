"""Find where somebody breathes between words."""

from typing import Literal

from cuttingroom.core.hashing import canonical_json
from cuttingroom.timeline.model import Timeline
from cuttingroom.tools.base import Made, MadeFile, MakeContext, MakingTool


class FindBreaths(MakingTool):
    """The breaths that are heard in the pauses of speech, on the file's clock."""

    tool: Literal["find_breaths"] = "find_breaths"
    artifact_id: str

    def artifact_ids(self) -> tuple[str, ...]:
        return (self.artifact_id,)

    def make(self, context: MakeContext) -> Made:
        from cuttingroom.media.analyze.breaths import find_breaths

        found = find_breaths(
            context.files[self.artifact_id],
            report=lambda share: context.report(share, "listening for breaths"),
            is_canceled=context.is_canceled,
        )
        facts = {"kind": "breaths", "breaths": [[r.start_ticks, r.end_ticks] for r in found]}
        path = context.work / "breaths.json"
        path.write_bytes(canonical_json(facts))
        file = MadeFile(
            path=path,
            artifact_type="analysis",
            mime_type="application/json",
            name="Breaths",
            facts=facts,
            source_artifact_id=self.artifact_id,
            checked=True,
        )
        return Made((file,), facts={"breaths": len(found)})

    def describe(self, before: Timeline) -> str:
        return "Find the breaths"
