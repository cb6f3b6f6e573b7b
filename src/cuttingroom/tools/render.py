"""Render the timeline to a video file."""

from typing import Literal

from cuttingroom.core.time import format_ticks
from cuttingroom.timeline.model import Timeline
from cuttingroom.tools.base import Made, MadeFile, MakeContext, MakingTool


class Render(MakingTool):
    """Make a file of the timeline as it is then: `final` in full size, `preview` small and quick."""

    queue = "render"
    needs_timeline = True

    tool: Literal["render"] = "render"
    profile: Literal["final", "preview"] = "final"

    def make(self, context: MakeContext) -> Made:
        from cuttingroom.media.probe import probe
        from cuttingroom.media.render.profiles import PROFILES
        from cuttingroom.media.render.run import render

        facts = {artifact_id: probe(path) for artifact_id, path in context.files.items()}
        made = render(
            context.timeline,
            context.files,
            context.work / "render.mp4",
            PROFILES[self.profile],
            facts=facts,
            work=context.work,
            report=context.report,
            is_canceled=context.is_canceled,
            cores=context.settings.cores,
        )
        file = MadeFile(
            path=made.path,
            artifact_type="render" if self.profile == "final" else "preview",
            mime_type="video/mp4",
            name=f"{self.profile.capitalize()} render",
            duration_ticks=made.duration_ticks,
            width=made.width,
            height=made.height,
            facts={"render": made.to_json(), "state_hash": context.timeline.state_hash},
            provider="ffmpeg",
            model=made.ffmpeg,
        )
        return Made(
            (file,), facts={"frames": made.frame_count, "pieces": made.pieces, "notes": list(made.notes)}
        )

    def describe(self, before: Timeline) -> str:
        what = "the video" if self.profile == "final" else "a preview"
        return f"Render {what} and check it, {format_ticks(before.duration_ticks)}"
