"""Lay a picture over the video: a logo, an image, a video in the picture."""

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import Ticks, TimeRange, format_ticks
from cuttingroom.timeline.edits.add_track import with_new_track
from cuttingroom.timeline.edits.base import Edit, Media, MediaRef, get_media
from cuttingroom.timeline.edits.overlays import has_room
from cuttingroom.timeline.edits.placing import element_of
from cuttingroom.timeline.edits.transforming import percent, with_transform
from cuttingroom.timeline.effects import Id, Positive
from cuttingroom.timeline.grid import snap_length, snap_point
from cuttingroom.timeline.model import Element, Name, Timeline, Track, TrackKind

TRACK_NAME = "Overlays"


class AddOverlay(Edit):
    """Show a file over the video, its middle at `x`, `y` and as wide as `width` of the frame.

        |       A       |   ->   |   | P |       |
                                 |       A       |

    It lies above all video and below titles, on the track "Overlays" or on a new one where there is no room,
    and ends with the timeline at the latest: a still lasts until then when nothing else is said, a video as
    long as its file. `part` is the part of the file to play.
    """

    tool: Literal["add_overlay"] = "add_overlay"
    media: Media
    at_ticks: Ticks = 0
    duration_ticks: Positive | None = None
    part: TimeRange | None = None
    x: Annotated[float, Field(ge=-2, le=3)] = 0.5
    y: Annotated[float, Field(ge=-2, le=3)] = 0.5
    width: Annotated[float, Field(gt=0, le=4)] = 0.3
    opacity: Annotated[float, Field(ge=0, le=1)] = 1.0
    sound: bool = True
    rotation: Annotated[float, Field(ge=-360, le=360)] = 0.0
    name: Name = ""
    element_id: Id = Field(default_factory=lambda: short_id("el"))
    effect_id: Id = Field(default_factory=lambda: short_id("fx"))
    new_track_id: Id = Field(default_factory=lambda: short_id("tk"))

    def check(self, before: Timeline) -> None:
        media = get_media(self.media)
        if not (media.has_picture or media.is_still):
            raise EditRefused(f"{media.name or 'This file'} has no picture to show.", field="media")

    def change(self, before: Timeline) -> Timeline:
        element = self._element(before, get_media(self.media))
        track = self._track(before, element.range)
        if track is not None:
            return before.with_track(track.with_elements([*track.elements, element]))
        new = Track(id=self.new_track_id, kind=TrackKind.OVERLAY, name=TRACK_NAME, elements=(element,))
        return with_new_track(before, new, place_of_overlays(before))

    def describe(self, before: Timeline) -> str:
        name = self.name or (isinstance(self.media, MediaRef) and self.media.name) or "the picture"
        how = f"{percent(self.width)} wide, its middle at {percent(self.x)}, {percent(self.y)}"
        how += f", {percent(self.opacity)} opaque" if self.opacity < 1 else ""
        how += f", turned by {self.rotation:g}°" if self.rotation else ""
        if not isinstance(self.media, MediaRef):
            return f"Show {name} over the video from {format_ticks(self.at_ticks)}: {how}"
        heard = ", with its sound" if self.sound and self.media.has_sound and not self.media.is_still else ""
        return f"Show {name} over the video at {self._span(before, self.media)}: {how}{heard}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        if not isinstance(self.media, MediaRef):
            return (self.element_id,)
        track = self._track(before, self._span(before, self.media))
        return (track.id if track else self.new_track_id, self.element_id)

    def _span(self, before: Timeline, media: MediaRef) -> TimeRange:
        start, end = snap_point(before, self.at_ticks), before.duration_ticks
        if start >= end:
            raise EditRefused(
                f"A picture at {format_ticks(start)} would start when the video is over; it lasts "
                f"{format_ticks(end)}.",
                field="at_ticks",
            )
        if self.duration_ticks is not None:
            end = min(end, start + snap_length(before, self.duration_ticks))
        if not media.is_still:
            part = self.part or TimeRange(start_ticks=0, duration_ticks=media.media_ticks)
            end = min(end, start + max(before.rate.frame_ticks, before.rate.snap(part.duration_ticks)))
        return TimeRange.between(start, end)

    def _element(self, before: Timeline, media: MediaRef) -> Element:
        span = self._span(before, media)
        length, part = span.duration_ticks, None
        if not media.is_still:
            whole = self.part or TimeRange(start_ticks=0, duration_ticks=media.media_ticks)
            used = min(length, whole.duration_ticks)
            part, length = TimeRange(start_ticks=whole.start_ticks, duration_ticks=used), None
        element = element_of(
            media.model_copy(update={"has_sound": media.has_sound and self.sound}),
            before.rate,
            id=self.element_id,
            start_ticks=span.start_ticks,
            part=part,
            duration_ticks=length,
            name=self.name,
        )
        element = element.model_copy(update={"opacity": self.opacity})
        values = {"scale": self._scale(before, media), "x": self.x, "y": self.y, "rotation": self.rotation}
        return with_transform(element, self.effect_id, values)

    def _scale(self, before: Timeline, media: MediaRef) -> float:
        """Of a picture fitted into the frame, so that it is `width` wide."""
        frame = Fraction(before.settings.width, before.settings.height)
        shape = Fraction(media.width, media.height) if media.width and media.height else frame
        return min(20.0, self.width / float(min(Fraction(1), shape / frame)))

    def _track(self, before: Timeline, span: TimeRange) -> Track | None:
        """The first track of this name with room."""
        named = [t for t in before.tracks if t.kind is TrackKind.OVERLAY and t.name == TRACK_NAME]
        return next((t for t in named if not t.locked and has_room(t, span)), None)


def place_of_overlays(before: Timeline) -> int:
    """Where a new track of pictures goes: above all video and all other pictures, below titles."""
    below = (TrackKind.VIDEO, TrackKind.AUDIO)
    last = [n for n, t in enumerate(before.tracks) if t.kind in below or t.name == TRACK_NAME]
    return last[-1] + 1 if last else 0
