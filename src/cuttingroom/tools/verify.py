"""Check a rendered file against the timeline it was made from."""

from typing import Any, Literal

from cuttingroom.core.hashing import canonical_json
from cuttingroom.timeline.model import Timeline
from cuttingroom.tools.base import Made, MadeFile, MakeContext, MakingTool


class Verify(MakingTool):
    """Decode a render and hold length, streams, picture and sound against what the timeline says."""

    needs_timeline = True
    judges_damage = True

    tool: Literal["verify"] = "verify"
    artifact_id: str
    facts: dict[str, Any]

    def artifact_ids(self) -> tuple[str, ...]:
        return (self.artifact_id,)

    def make(self, context: MakeContext) -> Made:
        from cuttingroom.media.render.verify import expectation_of, verify

        report = verify(
            context.files[self.artifact_id],
            expectation_of(context.timeline, self.facts),
            work=context.work,
            report=lambda share: context.report(share, "checking the file"),
            is_canceled=context.is_canceled,
        )
        facts = report.to_json()
        path = context.work / "report.json"
        path.write_bytes(canonical_json(facts))
        file = MadeFile(
            path=path,
            artifact_type="verification_report",
            mime_type="application/json",
            name="Verification report",
            facts=facts,
            source_artifact_id=self.artifact_id,
            checked=True,
        )
        return Made((file,), facts={"passed": report.passed, "checks": len(report.checks)})

    def describe(self, before: Timeline) -> str:
        return "Check the rendered file"
