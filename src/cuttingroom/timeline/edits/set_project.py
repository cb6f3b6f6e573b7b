"""Change what comes out: the size of the picture, its frame rate, the background."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.time import Rate, TimeRange, format_ticks
from cuttingroom.timeline.edits.base import Edit, name_of
from cuttingroom.timeline.effects import Colour
from cuttingroom.timeline.invariants import MAX_HEIGHT, MAX_WIDTH
from cuttingroom.timeline.model import CaptionSource, Element, Timeline, TimelineSettings, Track
from cuttingroom.timeline.pieces import part_of
from cuttingroom.timeline.transcript import Word


class SetProject(Edit):
    """Set width, height, frame rate or background; what is not named stays.

        | A | B |  30 fps   ->   | A | B |  25 fps

    With a new rate everything keeps its moment and its length to within a frame, on the new grid; what plays
    at a moment still plays then. Text keeps its place and its share of the picture.
    """

    tool: Literal["set_project"] = "set_project"
    width: Annotated[int, Field(ge=16, le=MAX_WIDTH)] | None = None
    height: Annotated[int, Field(ge=16, le=MAX_HEIGHT)] | None = None
    rate: Rate | None = None
    background: Colour | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "SetProject":
        if not self._changes():
            raise ValueError("say what to change: width, height, rate or background")
        return self

    def change(self, before: Timeline) -> Timeline:
        settings = TimelineSettings.model_validate({**before.settings.model_dump(), **self._changes()})
        after = before.model_copy(update={"settings": settings})
        if settings.rate == before.rate:
            return after
        tracks = tuple(_on_grid(before, track, settings.rate) for track in before.tracks)
        return after.model_copy(update={"tracks": tracks})

    def describe(self, before: Timeline) -> str:
        settings, said = before.settings, list[str]()
        if self.width or self.height:
            said.append(f"{self.width or settings.width} x {self.height or settings.height}")
        if self.rate:
            said.append(f"{_name_rate(self.rate)} frames per second (was {_name_rate(before.rate)})")
        if self.background:
            said.append(f"background {self.background}")
        return f"Set the project to {', '.join(said)}"

    def _changes(self) -> dict[str, Any]:
        return self.model_dump(exclude={"tool"}, exclude_none=True)


def _name_rate(rate: Rate) -> str:
    return f"{round(float(rate.fraction), 3):g}"


def _on_grid(before: Timeline, track: Track, rate: Rate) -> Track:
    """The track with every edge on the grid of another rate."""
    placed: list[Element] = []
    free = 0
    joined = {t.right_id: t.left_id for t in track.transitions}
    for element in track.elements:
        start, end = rate.snap(element.start_ticks), rate.snap(element.end_ticks)
        if element.id not in joined:
            start = max(start, free)
        end = max(end, start + rate.frame_ticks)
        _check_moved(before, element, start, end, rate)
        placed.append(_with_all_words(part_of(element, TimeRange.between(start, end)), element))
        free = end
    return _rejoined(track.with_elements(placed))


def _with_all_words(placed: Element, element: Element) -> Element:
    """A caption says what it said, though its edges moved a little."""
    if not isinstance(element.source, CaptionSource):
        return placed
    offset, last = placed.start_ticks - element.start_ticks, placed.duration_ticks
    words: list[Word] = []
    for word in element.source.words:
        start = min(max(0, word.start_ticks - offset), last - 1)
        end = max(start + 1, min(last, word.end_ticks - offset))
        words.append(word.model_copy(update={"start_ticks": start, "end_ticks": end}))
    source = element.source.model_copy(update={"words": tuple(words)})
    return placed.model_copy(update={"source": source})


def _check_moved(before: Timeline, element: Element, start: int, end: int, rate: Rate) -> None:
    """Several pieces of less than a frame each cannot all keep their moment."""
    moved = max(abs(start - element.start_ticks), abs(end - element.end_ticks))
    if moved > rate.frame_ticks:
        raise EditRefused(
            f"{name_of(before, element.id)} and its neighbours are too short for {_name_rate(rate)} frames "
            f"per second: it would move by {format_ticks(moved)}.",
            advice="Remove or lengthen the shortest pieces first.",
            element_id=element.id,
            field="rate",
        )


def _rejoined(track: Track) -> Track:
    """The transitions as long as their elements now overlap."""
    if not track.transitions:
        return track
    by_id = {e.id: e for e in track.elements}
    joins = [
        t.model_copy(update={"duration_ticks": by_id[t.left_id].end_ticks - by_id[t.right_id].start_ticks})
        if by_id[t.left_id].end_ticks > by_id[t.right_id].start_ticks
        else None
        for t in track.transitions
    ]
    return track.model_copy(update={"transitions": tuple(j for j in joins if j is not None)})
