"""Hold one frame of the picture."""

from typing import ClassVar, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import Ticks, format_ticks
from cuttingroom.timeline.edits.base import Edit, name_of
from cuttingroom.timeline.effects import Id, Positive
from cuttingroom.timeline.grid import snap_length, snap_point
from cuttingroom.timeline.model import Element, FrameSource, MediaSource, Source, Timeline, Track
from cuttingroom.timeline.pieces import held_effects
from cuttingroom.timeline.ripple import count_ids, lone_edges, moving_tracks, open_time


class FreezeFrame(Edit):
    """Insert the frame that is shown at a moment as a still; what plays there goes on after it.

        |   A   | B |   ->   | A |frame| A' | B |
            ^

    Later things move. The still looks as the frame does, and is silent. At the end of a track its last frame
    is held. On the main track (unless another is named) every following track makes room; on any other only
    that track moves.
    """

    ripples: ClassVar[bool] = True

    tool: Literal["freeze_frame"] = "freeze_frame"
    at_ticks: Ticks
    duration_ticks: Positive
    track_id: Id | None = None
    element_id: Id = Field(default_factory=lambda: short_id("el"))
    right_id: Id = Field(default_factory=lambda: short_id("el"))

    def check(self, before: Timeline) -> None:
        track = self._track(before)
        at, shown = self._find(before, track)
        if not shown.has_picture:
            raise EditRefused(
                f"{name_of(before, shown.id)} has no picture to hold.", element_id=shown.id, field="at_ticks"
            )
        first, last = lone_edges(track, shown)
        ends_there = at == shown.end_ticks and last == shown.end_ticks
        if not first <= at < last and not ends_there:
            raise EditRefused(
                f"{format_ticks(at)} lies in a transition of {name_of(before, shown.id)}.",
                advice="Hold a frame before or after the transition.",
                element_id=shown.id,
                field="at_ticks",
            )

    def change(self, before: Timeline) -> Timeline:
        track = self._track(before)
        at, shown = self._find(before, track)
        duration = snap_length(before, self.duration_ticks)
        still = self._still(before, shown, at, duration)
        others = moving_tracks(before, track.id) - {track.id}
        after = open_time(before, at, duration, {track.id}, iter([self.right_id]))
        after = open_time(after, at, duration, others, count_ids(self.right_id))
        opened = after.get_track(track.id)
        return after.with_track(opened.with_elements([*opened.elements, still]))

    def new_ids(self) -> frozenset[str]:
        return frozenset({self.element_id})

    def describe(self, before: Timeline) -> str:
        at, shown = self._find(before, self._track(before))
        where = "last frame" if at == shown.end_ticks else f"frame at {format_ticks(at)}"
        lasts = format_ticks(snap_length(before, self.duration_ticks))
        return f"Hold the {where} of {name_of(before, shown.id)} for {lasts}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return (self._find(before, self._track(before))[1].id,)

    def _track(self, before: Timeline) -> Track:
        track = before.get_track(self.track_id) if self.track_id else before.find_main_track()
        if track is None:
            raise EditRefused("There is no video track.", field="track_id")
        return track

    def _find(self, before: Timeline, track: Track) -> tuple[int, Element]:
        """The moment on the frame grid and what is shown there; at its end, the last thing of the track."""
        at = snap_point(before, self.at_ticks)
        playing = [e for e in track.elements if e.range.contains(at)]
        if not playing and track.elements and at == track.end_ticks:
            playing = [track.elements[-1]]
        if not playing:
            raise EditRefused(
                f"Nothing is shown at {format_ticks(at)}.",
                advice="Choose a moment at which a clip plays.",
                field="at_ticks",
            )
        return at, playing[0]

    def _still(self, before: Timeline, shown: Element, at_ticks: int, duration_ticks: int) -> Element:
        frame = before.rate.frame_ticks
        moment = min(at_ticks, shown.end_ticks - frame)
        return Element(
            id=self.element_id,
            name=shown.name,
            start_ticks=at_ticks,
            duration_ticks=duration_ticks,
            source=_frame_of(shown, moment, frame),
            opacity=shown.opacity,
            effects=held_effects(shown, moment - shown.start_ticks),
        )


def _frame_of(shown: Element, at_ticks: int, frame_ticks: int) -> Source:
    """What an element shows in the frame that begins at `at_ticks`; what stands still is its own frame."""
    source = shown.source
    if not isinstance(source, MediaSource):
        return source
    moment = shown.shown_ticks_at(at_ticks, frame_ticks)
    return FrameSource(
        artifact_id=source.artifact_id,
        at_ticks=max(0, min(moment, source.media_ticks)),
        media_ticks=source.media_ticks,
    )
