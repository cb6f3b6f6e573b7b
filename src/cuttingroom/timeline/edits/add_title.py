"""Show a text over the picture."""

from typing import Annotated, Literal

from pydantic import Field

from cuttingroom.core.ids import short_id
from cuttingroom.core.time import Ticks, TimeRange
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.edits.overlays import overlay_targets, snap_overlay, with_overlay
from cuttingroom.timeline.edits.wording import require_words, shorten
from cuttingroom.timeline.effects import Id, Positive
from cuttingroom.timeline.model import (
    Animation,
    Element,
    Name,
    StyleParts,
    TextPlace,
    TextSource,
    TextStyle,
    Timeline,
)
from cuttingroom.timeline.presets import TITLE_PRESETS, TitleLook


class AddTitle(Edit):
    """Show `text` for a while, on the given or the first overlay track with room, else on a new one.

        |       A       |   ->   |   | T |       |
                                 |       A       |

    `preset` gives the look, the place and the animation; what is said beside it lies over that. `detail` is a
    second, smaller line. The new track is called "Titles". A title ends with the timeline at the latest.
    """

    tool: Literal["add_title"] = "add_title"
    text: Annotated[str, Field(min_length=1, max_length=2000)]
    at_ticks: Ticks
    duration_ticks: Positive
    preset: TitleLook | None = None
    detail: Annotated[str, Field(max_length=2000)] = ""
    position: TextPlace | None = None
    style: StyleParts = StyleParts()
    animation: Animation | Literal["none"] | None = None
    name: Name = ""
    element_id: Id = Field(default_factory=lambda: short_id("el"))
    track_id: Id | None = None
    new_track_id: Id = Field(default_factory=lambda: short_id("tk"))

    def check(self, before: Timeline) -> None:
        require_words(self.text)

    def change(self, before: Timeline) -> Timeline:
        return with_overlay(before, self._element(before), self.track_id, self.new_track_id)

    def describe(self, before: Timeline) -> str:
        text = shorten(self.text)
        what = self.preset.replace("_", " ") if self.preset else "title"
        return f"Add the {what} “{text}” at {self._range(before)}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return overlay_targets(before, self._element(before), self.track_id, self.new_track_id)

    @property
    def place(self) -> TextPlace:
        """Where the text stands."""
        preset = TITLE_PRESETS[self.preset].position if self.preset else "centre"
        return self.position if self.position is not None else preset

    def _range(self, before: Timeline) -> TimeRange:
        return snap_overlay(before, self.at_ticks, self.duration_ticks, "A title")

    def _element(self, before: Timeline) -> Element:
        span = self._range(before)
        preset = TITLE_PRESETS[self.preset] if self.preset else None
        animation = self.animation or (preset.animation if preset else None)
        source = TextSource(
            text=self.text,
            detail=self.detail,
            position=self.place,
            style=self.style.over(preset.style if preset else TextStyle()),
            animation=None if animation == "none" else animation,
        )
        return Element(
            id=self.element_id,
            name=self.name,
            start_ticks=span.start_ticks,
            duration_ticks=span.duration_ticks,
            source=source,
        )
