"""Check a rendered file against the timeline it was made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from cuttingroom.core.hashing import canonical_json
from cuttingroom.core.settings import Settings
from cuttingroom.core.time import TimeRange
from cuttingroom.timeline.excerpt import excerpt
from cuttingroom.timeline.model import Timeline
from cuttingroom.tools.base import Made, MadeFile, MakeContext, MakingTool

if TYPE_CHECKING:
    from cuttingroom.media.render.profiles import Profile


class Verify(MakingTool):
    """Hold length, streams, picture and sound of a render against what the timeline says.

    `facts` are what the render reported of itself. `depth` is `full` to decode everything, or `quick` for
    the sound and the pictures that this render made; left out, the render's own setting decides.
    """

    needs_timeline = True
    judges_damage = True

    tool: Literal["verify"] = "verify"
    artifact_id: str
    facts: dict[str, Any]
    depth: Literal["quick", "full"] | None = None

    def artifact_ids(self) -> tuple[str, ...]:
        return (self.artifact_id,)

    def make(self, context: MakeContext) -> Made:
        from cuttingroom.media.limits import MediaLimits
        from cuttingroom.media.render.verification.verify import expectation_of, verify

        profile = self._profile(context.settings)
        report = verify(
            context.files[self.artifact_id],
            expectation_of(self._rendered(context.timeline), self.facts, profile),
            depth=self.depth or self.facts.get("check") or (profile.check if profile else "full"),
            work=context.work,
            report=lambda share: context.report(share, "checking the file"),
            is_canceled=context.is_canceled,
            limits=MediaLimits.of(context.settings),
        )
        if not report.passed:
            self._forget_parts(context.settings)
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
        summary = {"passed": report.passed, "checks": len(report.checks), "depth": report.depth}
        return Made((file,), facts=summary)

    def _forget_parts(self, settings: Settings) -> None:
        """What failed is made anew when it is rendered again."""
        from cuttingroom.media.render.cache import RenderCache
        from cuttingroom.media.render.parts import forget_parts

        cache = RenderCache(settings.render_cache_folder, settings.render_cache_bytes)
        forget_parts(cache, self.facts.get("picture_sha256", ""), self.facts.get("sound_sha256", ""))

    def _profile(self, settings: Settings) -> Profile | None:
        """None for renders from before there were containers to choose from."""
        from cuttingroom.media.render.profiles import get_profile

        if "container" not in self.facts:
            return None
        return get_profile(self.facts["profile"], settings.profiles_folder)

    def _rendered(self, timeline: Timeline) -> Timeline:
        """The part of the timeline that is in the file's picture and sound."""
        from cuttingroom.media.render.attached import without_captions

        part = self.facts.get("range")
        shown = timeline if part is None else excerpt(timeline, TimeRange.between(*part))
        return shown if self.facts.get("captions", "burn") == "burn" else without_captions(shown)

    def describe(self, before: Timeline) -> str:
        return "Check the rendered file"
