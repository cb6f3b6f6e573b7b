"""Lay media over what plays for a while."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import Ticks, TimeRange, format_ticks, invert_ranges
from cuttingroom.timeline.edits.add_track import with_new_track
from cuttingroom.timeline.edits.base import Edit, Media, MediaRef, get_media
from cuttingroom.timeline.edits.overlays import has_room
from cuttingroom.timeline.edits.placing import choose_track, element_of
from cuttingroom.timeline.effects import Id, Positive, Transform
from cuttingroom.timeline.grid import snap_length, snap_point
from cuttingroom.timeline.model import Element, Name, Timeline, Track, TrackKind
from cuttingroom.timeline.pieces import part_of
from cuttingroom.timeline.ripple import count_ids, rebuilt, straighten

TRACK_NAME = "B-roll"


class Overwrite(Edit):
    """Show a file, or `part` of it on its own clock, in the place of what played there. Nothing moves.

        |   A   |   B   |   ->   |  A | new | B' |
             ^

    `duration_ticks` is how long a still stays, or how much of the file is used. With `keeps_sound` what was
    there goes on being heard: only the picture of the file is used, on a video track above the main one,
    where it fills the frame. Without it a transition that the file touches becomes a straight cut.
    """

    tool: Literal["overwrite"] = "overwrite"
    media: Media
    at_ticks: Ticks
    part: TimeRange | None = None
    duration_ticks: Positive | None = None
    track_id: Id | None = None
    keeps_sound: bool = False
    name: Name = ""
    element_id: Id = Field(default_factory=lambda: short_id("el"))
    id_prefix: Id = Field(default_factory=lambda: short_id("el"))
    new_track_id: Id = Field(default_factory=lambda: short_id("tk"))

    def check(self, before: Timeline) -> None:
        media = get_media(self.media)
        if self.keeps_sound and not (media.has_picture or media.is_still):
            raise EditRefused(f"{media.name or 'This file'} has no picture to lay over.", field="media")

    def change(self, before: Timeline) -> Timeline:
        element = self._element(before, get_media(self.media))
        track = self._track(before, element.range)
        if track is None:
            above = Track(id=self.new_track_id, kind=TrackKind.VIDEO, name=TRACK_NAME, elements=(element,))
            return with_new_track(before, above, self._place_of_new(before))
        cleared = _cleared(track, element.range, count_ids(self.id_prefix))
        return before.with_track(cleared.with_elements([*cleared.elements, element]))

    def describe(self, before: Timeline) -> str:
        name = self.name or (isinstance(self.media, MediaRef) and self.media.name) or "the new file"
        sound = ", under the sound that is there" if self.keeps_sound else ""
        if not isinstance(self.media, MediaRef):
            return f"Lay {name} over what plays from {format_ticks(self.at_ticks)}{sound}"
        return f"Lay {name} over {self._element(before, self.media).range}{sound}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        if not isinstance(self.media, MediaRef):
            return (self.element_id,)
        track = self._track(before, self._element(before, self.media).range)
        return (track.id if track else self.new_track_id, self.element_id)

    def new_ids(self) -> frozenset[str]:
        return frozenset((self.element_id,))

    def _element(self, before: Timeline, media: MediaRef) -> Element:
        used = media.model_copy(update={"has_sound": False}) if self.keeps_sound else media
        element = element_of(
            used,
            before.rate,
            id=self.element_id,
            start_ticks=snap_point(before, self.at_ticks),
            part=self._part(before, media),
            duration_ticks=self.duration_ticks if media.is_still else None,
            name=self.name,
        )
        if not self.keeps_sound:
            return element
        filling = Transform(id=f"{self.element_id[:30]}_fill", fit="fill")
        return element.model_copy(update={"effects": (filling,)})

    def _part(self, before: Timeline, media: MediaRef) -> TimeRange | None:
        """What is used of the file. Raises EditRefused when it is too short for the time it is to fill."""
        if media.is_still or self.duration_ticks is None:
            return self.part
        length = snap_length(before, self.duration_ticks)
        part = self.part or TimeRange(start_ticks=0, duration_ticks=media.media_ticks)
        if before.rate.snap(part.duration_ticks) < length:
            raise EditRefused(
                f"{media.name or 'The file'} lasts {format_ticks(part.duration_ticks)} and cannot fill "
                f"{format_ticks(length)}.",
                advice="Give a shorter time, or play it slower first.",
                field="duration_ticks",
            )
        return TimeRange(start_ticks=part.start_ticks, duration_ticks=min(length, part.duration_ticks))

    def _track(self, before: Timeline, span: TimeRange) -> Track | None:
        if self.track_id is not None or not self.keeps_sound:
            return choose_track(before, get_media(self.media), self.track_id)
        main = before.find_main_track()
        above = [t for t in before.tracks if t.kind is TrackKind.VIDEO and t is not main and not t.locked]
        return next((t for t in above if t.follows_ripple and has_room(t, span)), None)

    def _place_of_new(self, before: Timeline) -> int:
        """Right above the highest video track, so that titles stay above."""
        return max((n + 1 for n, t in enumerate(before.tracks) if t.kind is TrackKind.VIDEO), default=0)


def _cleared(track: Track, span: TimeRange, ids: Iterator[str]) -> Track:
    """The track with nothing in `span`; ids for later pieces come from `ids`."""

    def cut_point(start: int, end: int) -> int | None:
        touched = start < span.end_ticks and span.start_ticks < end
        return max(start, min(end, span.start_ticks)) if touched else None

    track = straighten(track, cut_point)
    return rebuilt(track, [_left_of(e, span, ids) for e in track.elements])


def _left_of(element: Element, span: TimeRange, ids: Iterator[str]) -> list[Element]:
    if not element.plays_in(span):
        return [element]
    kept = invert_ranges([span], element.range)
    return [
        part_of(
            element,
            part,
            id=element.id if n == 0 else next(ids),
            keeps_fade_in=part.start_ticks == element.start_ticks,
            keeps_fade_out=part.end_ticks == element.end_ticks,
        )
        for n, part in enumerate(kept)
    ]
