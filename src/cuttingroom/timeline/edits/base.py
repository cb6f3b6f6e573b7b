"""What an edit is: a value that turns one timeline into the next, and knows the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.time import Frozen, format_ticks
from cuttingroom.timeline.effects import Positive
from cuttingroom.timeline.invariants import check_change
from cuttingroom.timeline.markers import follow_markers
from cuttingroom.timeline.model import Timeline, Track

if TYPE_CHECKING:
    from cuttingroom.timeline.edits.restore import Restore


class FromItem(Frozen):
    """Stands for what an earlier item of the plan will make; execution puts the real thing in its place."""

    from_item: Annotated[int, Field(ge=1, description="position of the plan item, counted from 1")]


def _when_known() -> Any:
    """A field that younger references may have; left out of JSON without a value, so that old hashes hold."""
    return Field(default=None, ge=1, exclude_if=lambda value: value is None)


class MediaRef(Frozen):
    """A stored file and the facts an edit needs to place it. `width` and `height` in pixels, as displayed."""

    artifact_id: str
    media_ticks: Positive
    has_picture: bool = True
    has_sound: bool = True
    is_still: bool = False
    name: Annotated[str, Field(max_length=500)] = ""
    width: int | None = _when_known()
    height: int | None = _when_known()


Media = MediaRef | FromItem


class Edit(Frozen):
    """One change of a timeline, as data.

    A subclass adds its own fields, a `tool` literal, a drawing in its docstring, `change`, and `describe`;
    where the invariants are not enough it adds `check`. New ids are fields with a default factory, so that
    `apply` depends on its inputs alone.
    """

    ripples: ClassVar[bool] = False
    """Whether time is inserted or removed, so that what lies later moves along."""

    tool: Any
    """The stable name, a literal in each subclass; `Any` because type checkers want no narrower override."""

    def check(self, before: Timeline) -> None:
        """Raise EditRefused or NotFound with a reason when this edit makes no sense on `before`."""

    def change(self, before: Timeline) -> Timeline:
        """The timeline after the edit, not yet held against the invariants."""
        raise NotImplementedError

    def apply(self, before: Timeline) -> Timeline:
        """The timeline after the edit. Raises EditRefused, NotFound or TimelineInvalid."""
        self.check(before)
        after = self.change(before)
        if self.ripples:
            after = follow_markers(before, after, self.new_ids())
        _require_unlocked(before, after)
        check_change(before, after)
        return after

    def new_ids(self) -> frozenset[str]:
        """Elements that are put in and are no part of anything that was there."""
        return frozenset()

    def inverse(self, before: Timeline, after: Timeline | None = None) -> Restore:
        """The edit that takes this one back, on the timeline after it or on a later one that kept its parts.

        `after` spares the work when `apply(before)` is already known.
        """
        from cuttingroom.timeline.edits.restore import Restore

        after = after or self.apply(before)
        return Restore.between(before, after, ripples=self.ripples, tried_on_all=False)

    def describe(self, before: Timeline) -> str:
        """One line for people, such as `Trim the front of "Pier, wide" by 3.2 s`."""
        raise NotImplementedError

    def targets(self, before: Timeline) -> tuple[str, ...]:
        """Ids of the tracks and elements that this edit is about."""
        return ()


def get_media(media: Media) -> MediaRef:
    """The file to place. Raises EditRefused while it is still to be made by an earlier plan item."""
    if isinstance(media, FromItem):
        raise EditRefused(
            f"The file that item {media.from_item} will make does not exist yet.", field="media"
        )
    return media


def name_of(before: Timeline, element_id: str) -> str:
    """What people call an element: its name in quotation marks, or its kind and place."""
    found = before.find_element(element_id)
    if found is None:
        return element_id
    track, element = found
    if element.name:
        return f"“{element.name}”"
    position = 1 + track.positions[element_id]
    return f"{element.source.kind} {position} at {format_ticks(element.start_ticks)}"


def name_all(before: Timeline, element_ids: tuple[str, ...]) -> str:
    """One name, or how many pieces."""
    return name_of(before, element_ids[0]) if len(element_ids) == 1 else f"{len(element_ids)} pieces"


def label_of(track: Track) -> str:
    """What people call a track."""
    return f"“{track.name}”" if track.name else f"{track.kind} track {track.id}"


def _require_unlocked(before: Timeline, after: Timeline) -> None:
    """Raise EditRefused when a locked track would have to change or move."""
    for track in before.tracks:
        if track.locked and after.find_track(track.id) != track:
            raise EditRefused(
                f"Track {label_of(track)} is locked and would have to change.",
                advice="Unlock the track, or choose another one.",
                track_id=track.id,
            )
