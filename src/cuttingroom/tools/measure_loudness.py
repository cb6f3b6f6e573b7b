"""Find out how loud a file is at each moment."""

from typing import Literal

from cuttingroom.core.hashing import canonical_json
from cuttingroom.timeline.model import Timeline
from cuttingroom.tools.base import Made, MadeFile, MakeContext, MakingTool


class MeasureLoudness(MakingTool):
    """Loudness of one file by EBU R 128, in steps of 100 ms: that of any part of it follows."""

    tool: Literal["measure_loudness"] = "measure_loudness"
    artifact_id: str

    def artifact_ids(self) -> tuple[str, ...]:
        return (self.artifact_id,)

    def make(self, context: MakeContext) -> Made:
        from cuttingroom.media.analyze.loudness import measure_energies
        from cuttingroom.media.render.sound.weighting import integrated_loudness, to_steps

        energies = measure_energies(
            context.files[self.artifact_id],
            report=lambda share: context.report(share, "measuring the loudness"),
            is_canceled=context.is_canceled,
        )
        lufs = integrated_loudness(energies)
        facts = {"kind": "loudness", "steps": to_steps(energies), "lufs": lufs and round(lufs, 2)}
        path = context.work / "loudness.json"
        path.write_bytes(canonical_json(facts))
        file = MadeFile(
            path=path,
            artifact_type="analysis",
            mime_type="application/json",
            name="Loudness",
            facts=facts,
            provider="cuttingroom",
            model="EBU R 128",
            source_artifact_id=self.artifact_id,
            checked=True,
        )
        return Made((file,), facts={"lufs": facts["lufs"]})

    def describe(self, before: Timeline) -> str:
        return "Measure the loudness"
