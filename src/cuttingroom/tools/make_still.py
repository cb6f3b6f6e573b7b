"""Save one frame of the video as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from cuttingroom.core.errors import InvalidInput
from cuttingroom.core.time import Ticks, format_ticks
from cuttingroom.timeline.model import Timeline
from cuttingroom.tools.base import Made, MadeFile, MakeContext, MakingTool
from cuttingroom.tools.render import facts_of_played

if TYPE_CHECKING:
    from cuttingroom.media.render.stills import StillMaker

MIME_TYPES = {"png": "image/png", "jpg": "image/jpeg"}


class MakeStill(MakingTool):
    """Make a picture of the frame that is shown at `at_ticks`, as a render of the timeline shows it.

    `width` in pixels, the shape is kept; left out, it has the size of the project.
    """

    queue = "render"
    needs_timeline = True

    tool: Literal["make_still"] = "make_still"
    at_ticks: Ticks
    width: Annotated[int, Field(ge=16, le=8192)] | None = None
    format: Literal["png", "jpg"] = "png"

    def check(self, before: Timeline) -> None:
        check_moment(before, self.at_ticks)

    def make(self, context: MakeContext) -> Made:
        from cuttingroom.media.render.stills import write_picture

        frame = frame_at(context.timeline, self.at_ticks)
        picture = still_maker(context, context.timeline).draw(frame, self.width)
        path = context.work / f"still.{self.format}"
        write_picture(picture, path, self.format)
        at = context.timeline.rate.ticks(frame)
        file = MadeFile(
            path=path,
            artifact_type="image",
            mime_type=MIME_TYPES[self.format],
            name=f"Still at {format_ticks(at)}",
            width=picture.width,
            height=picture.height,
            facts={"still": {"at_ticks": at, "frame": frame}, "state_hash": context.timeline.state_hash},
            provider="ffmpeg",
            checked=True,
        )
        return Made((file,), facts={"at_ticks": at, "frame": frame})

    def describe(self, before: Timeline) -> str:
        size = f", {self.width} pixels wide" if self.width is not None else ""
        return f"Save the frame at {format_ticks(self.at_ticks)} as a {self.format.upper()} picture{size}"


def check_moment(timeline: Timeline, at_ticks: int) -> None:
    """Raise InvalidInput when nothing is shown then."""
    if at_ticks >= timeline.duration_ticks:
        raise InvalidInput(
            f"There is no frame at {format_ticks(at_ticks)}: the video lasts "
            f"{format_ticks(timeline.duration_ticks)}.",
            advice="Choose a moment within the video.",
            field="at_ticks",
        )


def frame_at(timeline: Timeline, at_ticks: int) -> int:
    """The number of the frame that is seen at a moment."""
    last = timeline.rate.frames(timeline.duration_ticks) - 1
    return min(at_ticks // timeline.rate.frame_ticks, last)


def still_maker(context: MakeContext, timeline: Timeline) -> StillMaker:
    """Raises as StillMaker does."""
    from cuttingroom.media.limits import MediaLimits
    from cuttingroom.media.render.cache import RenderCache
    from cuttingroom.media.render.stills import StillMaker

    limits, settings = MediaLimits.of(context.settings), context.settings
    return StillMaker(
        timeline,
        context.files,
        facts_of_played(timeline, context.files, context.media, limits),
        context.hashes,
        RenderCache(settings.render_cache_folder, settings.render_cache_bytes),
        context.work,
        context.is_canceled,
        limits,
    )
