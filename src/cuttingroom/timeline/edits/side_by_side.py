"""Show pictures beside each other, or above each other, at the same time."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import Ticks, TimeRange, format_ticks
from cuttingroom.timeline.edits.add_overlay import TRACK_NAME, place_of_overlays
from cuttingroom.timeline.edits.add_track import with_new_track
from cuttingroom.timeline.edits.base import Edit, Media, MediaRef, get_media, name_of
from cuttingroom.timeline.edits.changing import with_each
from cuttingroom.timeline.edits.overlays import has_room
from cuttingroom.timeline.edits.placing import element_of
from cuttingroom.timeline.edits.transforming import cut_at, get_pictures, list_main_pictures, with_transform
from cuttingroom.timeline.effects import Fit, Id, Positive, Region
from cuttingroom.timeline.grid import snap_length, snap_point
from cuttingroom.timeline.model import Element, Timeline, Track, TrackKind
from cuttingroom.timeline.pieces import part_of
from cuttingroom.timeline.ripple import count_ids, cut_time, find_join, moving_tracks, without

MOST = 4


class SideBySide(Edit):
    """Divide the frame into equal columns or rows and play something in each, for as long as all of it lasts.

        | A | B | C |   ->   | B |   |
                             | A | C |      A and B share the frame

    Either `element_ids`: the first stays where it is, the others come over it, from their tracks, and what
    followed them closes up. Or `media`: a file that plays beside the video from `at_ticks` on. What is longer
    goes on alone, if it was there before.
    """

    tool: Literal["side_by_side"] = "side_by_side"
    element_ids: Annotated[tuple[Id, ...], Field(max_length=MOST)] = ()
    media: Media | None = None
    at_ticks: Ticks | None = None
    duration_ticks: Positive | None = None
    layout: Literal["columns", "rows"] = "columns"
    fit: Fit = "fill"
    video_first: bool = True
    """With media: whether the video is on the left, or on top."""
    effect_id: Id = Field(default_factory=lambda: short_id("fx"))
    id_prefix: Id = Field(default_factory=lambda: short_id("el"))
    track_prefix: Id = Field(default_factory=lambda: short_id("tk"))

    @model_validator(mode="after")
    def _one_way(self) -> "SideBySide":
        if len(set(self.element_ids)) != len(self.element_ids):
            raise ValueError("the same element cannot stand beside itself")
        if (self.media is not None) == bool(self.element_ids) or len(self.element_ids) == 1:
            raise ValueError("give two to four elements, or media to put beside the video")
        return self

    def check(self, before: Timeline) -> None:
        get_pictures(before, self.element_ids)
        if self.media is None:
            return
        media = get_media(self.media)
        if not (media.has_picture or media.is_still):
            raise EditRefused(f"{media.name or 'This file'} has no picture to show.", field="media")
        if not list_main_pictures(before, self._span(before)):
            raise EditRefused("There is no video to put this beside.", field="at_ticks")

    def change(self, before: Timeline) -> Timeline:
        return self._beside_file(before, get_media(self.media)) if self.media else self._together(before)

    def describe(self, before: Timeline) -> str:
        how = "beside" if self.layout == "columns" else "above"
        names = [name_of(before, i) for i in self.element_ids]
        if self.media is not None:
            other = (isinstance(self.media, MediaRef) and self.media.name) or "the new file"
            names = ["the video", other] if self.video_first else [other, "the video"]
            if not isinstance(self.media, MediaRef):
                return f"Show {f' {how} '.join(names)}"
        return f"Show {f' {how} '.join(names)} for {format_ticks(self._span(before).duration_ticks)}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        if self.element_ids or not isinstance(self.media, MediaRef):
            return self.element_ids
        return tuple(e.id for e in list_main_pictures(before, self._span(before)))

    def _beside_file(self, before: Timeline, media: MediaRef) -> Timeline:
        span, main = self._span(before), before.find_main_track()
        assert main is not None
        after = cut_at(before, main, (span.start_ticks, span.end_ticks), count_ids(self.id_prefix))
        below = [e.id for e in list_main_pictures(after, span)]
        own, other = (0, 1) if self.video_first else (1, 0)
        after = with_each(after, below, lambda e: self._in_cell(e, own, 2))
        return self._laid(after, self._in_cell(self._placed(before, media, span), other, 2), 0)

    def _together(self, before: Timeline) -> Timeline:
        first, *rest = get_pictures(before, self.element_ids)
        after, span = self._lifted(before, first.id, [e.id for e in rest], self._span(before))
        count = len(self.element_ids)
        after = with_each(after, [first.id], lambda e: self._in_cell(e, 0, count))
        for n, element in enumerate(rest):
            moved = part_of(element.moved_to(span.start_ticks), span)
            after = self._laid(after, self._in_cell(moved, n + 1, count), n)
        return after

    def _span(self, before: Timeline) -> TimeRange:
        """When they share the frame, on the timeline before."""
        if self.media is None:
            found = get_pictures(before, self.element_ids)
            start, lengths = found[0].start_ticks, [e.duration_ticks for e in found]
        else:
            start = snap_point(before, self.at_ticks or 0)
            media, main = get_media(self.media), before.find_main_track()
            lengths = [] if media.is_still else [before.rate.snap(media.media_ticks)]
            lengths.append((main.end_ticks if main else 0) - start)
        if self.duration_ticks is not None:
            lengths.append(snap_length(before, self.duration_ticks))
        if min(lengths) <= 0:
            raise EditRefused(f"The video is over at {format_ticks(start)}.", field="at_ticks")
        return TimeRange(start_ticks=start, duration_ticks=min(lengths))

    def _lifted(
        self, before: Timeline, first_id: str, rest: list[str], span: TimeRange
    ) -> tuple[Timeline, TimeRange]:
        """The timeline without the others, the first divided where it goes on alone, and where it is now."""
        after, ids = before, count_ids(self.id_prefix)
        for element_id in rest:
            track, element = after.get_element(element_id)
            main = after.find_main_track()
            if main is not None and main.id == track.id:
                span_of = _alone(before, track, element)
                after = cut_time(after, [span_of], moving_tracks(after, track.id), ids)
            after = after.with_track(without(after.get_track(track.id), {element_id}))
        track, first = after.get_element(first_id)
        now = TimeRange(
            start_ticks=first.start_ticks, duration_ticks=min(span.duration_ticks, first.duration_ticks)
        )
        return cut_at(after, track, (now.end_ticks,), ids), now

    def _placed(self, before: Timeline, media: MediaRef, span: TimeRange) -> Element:
        whole = span.duration_ticks
        part = None
        if not media.is_still:
            part = TimeRange(start_ticks=0, duration_ticks=min(whole, media.media_ticks))
        return element_of(
            media,
            before.rate,
            id=f"{self.id_prefix[:30]}_beside",
            start_ticks=span.start_ticks,
            part=part,
            duration_ticks=whole if media.is_still else None,
        )

    def _in_cell(self, element: Element, cell: int, count: int) -> Element:
        size = 1 / count
        box = (
            Region(x=cell * size, y=0, width=size, height=1)
            if self.layout == "columns"
            else Region(x=0, y=cell * size, width=1, height=size)
        )
        return with_transform(element, self.effect_id, {"box": box, "fit": self.fit})

    def _laid(self, after: Timeline, element: Element, n: int) -> Timeline:
        """The element on a track of overlays with room, else on a new one."""
        named = [t for t in after.tracks if t.kind is TrackKind.OVERLAY and t.name == TRACK_NAME]
        track = next((t for t in named if not t.locked and has_room(t, element.range)), None)
        if track is not None:
            return after.with_track(track.with_elements([*track.elements, element]))
        track_id = f"{self.track_prefix[:36]}_{n}"
        new = Track(id=track_id, kind=TrackKind.OVERLAY, name=TRACK_NAME, elements=(element,))
        return with_new_track(after, new, place_of_overlays(after))


def _alone(before: Timeline, track: Track, element: Element) -> TimeRange:
    """The time that goes with an element. Raises EditRefused where a transition holds it."""
    if find_join(track, left_id=element.id) or find_join(track, right_id=element.id):
        raise EditRefused(
            f"{name_of(before, element.id)} is joined to its neighbour by a transition.",
            advice="Remove the transition first.",
            element_id=element.id,
        )
    return element.range
