"""Insert media and move everything later along."""

from typing import ClassVar, Literal

from pydantic import Field

from cuttingroom.core.ids import short_id
from cuttingroom.core.time import Ticks, TimeRange, format_ticks
from cuttingroom.timeline.edits.base import Edit, Media, MediaRef, get_media
from cuttingroom.timeline.edits.placing import choose_track, element_of
from cuttingroom.timeline.effects import Id, Positive
from cuttingroom.timeline.grid import snap_point
from cuttingroom.timeline.model import Element, Name, Timeline
from cuttingroom.timeline.ripple import count_ids, moving_tracks, open_time


class Insert(Edit):
    """Insert a file, or `range` of it on its own clock; what plays there is split, later things move.

        |   A   | B |   ->   | A | new | A' | B |
            ^

    On the main track every following track moves along; on any other only that track does. Without `track_id`
    pictures go to the main video track and media that is only heard to the first audio track.
    """

    ripples: ClassVar[bool] = True

    tool: Literal["insert"] = "insert"
    media: Media
    at_ticks: Ticks
    track_id: Id | None = None
    range: TimeRange | None = None
    duration_ticks: Positive | None = None
    name: Name = ""
    element_id: Id = Field(default_factory=lambda: short_id("el"))
    right_id: Id = Field(default_factory=lambda: short_id("el"))

    def change(self, before: Timeline) -> Timeline:
        media = get_media(self.media)
        at = snap_point(before, self.at_ticks)
        track = choose_track(before, media, self.track_id)
        element = self._element(before, media, at)
        others = moving_tracks(before, track.id) - {track.id}
        opened = open_time(before, at, element.duration_ticks, {track.id}, iter([self.right_id]))
        opened = open_time(opened, at, element.duration_ticks, others, count_ids(self.right_id))
        track = opened.get_track(track.id)
        return opened.with_track(track.with_elements([*track.elements, element]))

    def describe(self, before: Timeline) -> str:
        name = self.name or (isinstance(self.media, MediaRef) and self.media.name) or "the new file"
        part = f" ({self.range} of it)" if self.range else ""
        return f"Insert {name}{part} at {format_ticks(self.at_ticks)}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        if isinstance(self.media, MediaRef):
            return (choose_track(before, self.media, self.track_id).id,)
        return (self.track_id,) if self.track_id else ()

    def new_ids(self) -> frozenset[str]:
        return frozenset((self.element_id,))

    def _element(self, before: Timeline, media: MediaRef, at_ticks: int) -> Element:
        return element_of(
            media,
            before.rate,
            id=self.element_id,
            start_ticks=at_ticks,
            part=self.range,
            duration_ticks=self.duration_ticks,
            name=self.name,
        )
