"""Put media at the end of a track."""

from typing import Literal

from pydantic import Field

from cuttingroom.core.ids import short_id
from cuttingroom.core.time import TimeRange, format_ticks
from cuttingroom.timeline.edits.base import Edit, Media, MediaRef, get_media
from cuttingroom.timeline.edits.placing import choose_track, element_of
from cuttingroom.timeline.effects import Id, Positive
from cuttingroom.timeline.model import Name, Timeline


class Append(Edit):
    """Add a file, or `range` of it on its own clock, after the last element of a track.

    | A | B |   ->   | A | B | new |
    """

    tool: Literal["append"] = "append"
    media: Media
    track_id: Id | None = None
    range: TimeRange | None = None
    duration_ticks: Positive | None = None
    name: Name = ""
    element_id: Id = Field(default_factory=lambda: short_id("el"))

    def change(self, before: Timeline) -> Timeline:
        media = get_media(self.media)
        track = choose_track(before, media, self.track_id)
        element = element_of(
            media,
            before.rate,
            id=self.element_id,
            start_ticks=track.end_ticks,
            part=self.range,
            duration_ticks=self.duration_ticks,
            name=self.name,
        )
        return before.with_track(track.with_elements([*track.elements, element]))

    def describe(self, before: Timeline) -> str:
        name = self.name or (isinstance(self.media, MediaRef) and self.media.name) or "the new file"
        if not isinstance(self.media, MediaRef):
            return f"Append {name} at the end"
        track = choose_track(before, self.media, self.track_id)
        return f"Append {name} at the end ({format_ticks(track.end_ticks)})"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        if isinstance(self.media, MediaRef):
            return (choose_track(before, self.media, self.track_id).id,)
        return (self.track_id,) if self.track_id else ()

    def new_ids(self) -> frozenset[str]:
        return frozenset((self.element_id,))
