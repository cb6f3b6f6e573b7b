"""Find the cuts between shots in a file."""

from typing import Literal

from cuttingroom.core.hashing import canonical_json
from cuttingroom.timeline.model import Timeline
from cuttingroom.tools.base import Made, MadeFile, MakeContext, MakingTool


class FindScenes(MakingTool):
    """The moments at which the picture changes to another shot, on the file's clock."""

    tool: Literal["find_scenes"] = "find_scenes"
    artifact_id: str

    def artifact_ids(self) -> tuple[str, ...]:
        return (self.artifact_id,)

    def make(self, context: MakeContext) -> Made:
        from cuttingroom.media.analyze.scenes import find_scenes

        cuts = find_scenes(
            context.files[self.artifact_id],
            report=lambda share: context.report(share, "looking for cuts"),
            is_canceled=context.is_canceled,
        )
        facts = {"kind": "scenes", "cuts": list(cuts)}
        path = context.work / "scenes.json"
        path.write_bytes(canonical_json(facts))
        file = MadeFile(
            path=path,
            artifact_type="analysis",
            mime_type="application/json",
            name="Scene cuts",
            facts=facts,
            source_artifact_id=self.artifact_id,
            checked=True,
        )
        return Made((file,), facts={"cuts": len(cuts)})

    def describe(self, before: Timeline) -> str:
        return "Find the cuts between shots"
