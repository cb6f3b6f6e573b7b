"""Put a card before, after or into the video."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import Ticks, TimeRange, format_ticks
from cuttingroom.timeline.edits.add_track import with_new_track
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.edits.overlays import has_room
from cuttingroom.timeline.effects import Colour, Id, Positive
from cuttingroom.timeline.grid import snap_length, snap_point
from cuttingroom.timeline.model import (
    Animation,
    ColourSource,
    Element,
    Name,
    TextPlace,
    TextSource,
    TextStyle,
    Timeline,
    Track,
    TrackKind,
)
from cuttingroom.timeline.ripple import count_ids, moving_tracks, open_time

MOST_TOLD = 40
_LARGE, _FEW = 0.1, 30
"""Size of the letters as a share of the frame's shorter side, for at most so many of them."""
_LIGHT = 0.5
"""Relative luminance (ITU-R BT.709 weights) from which on dark letters are read more easily."""


class AddCard(Edit):
    """Show a card, one colour with words in its middle, for a while; later things move.

        |   A   | B |   ->   |        T           |
                             | card |   A   | B |

    It lies on the main track at the start, at the end, or at `at_ticks`, where what plays is split; its words
    are a title. Without a `style` they are white or black, whichever reads better. Without `text` there is
    only the colour.
    """

    ripples: ClassVar[bool] = True

    tool: Literal["add_card"] = "add_card"
    text: Annotated[str, Field(max_length=2000)] = ""
    detail: Annotated[str, Field(max_length=2000)] = ""
    at: Literal["start", "end"] = "start"
    at_ticks: Ticks | None = None
    duration_ticks: Positive
    colour: Colour = "#000000"
    style: TextStyle | None = None
    position: TextPlace = "centre"
    animation: Animation | None = None
    name: Name = ""
    card_id: Id = Field(default_factory=lambda: short_id("el"))
    title_id: Id = Field(default_factory=lambda: short_id("el"))
    new_track_id: Id = Field(default_factory=lambda: short_id("tk"))
    id_prefix: Id = Field(default_factory=lambda: short_id("el"))

    def check(self, before: Timeline) -> None:
        if self.detail and not self.text:
            raise EditRefused("A card needs its first line before the second.", field="text")

    def change(self, before: Timeline) -> Timeline:
        main, span = _main(before), self._span(before)
        ids = count_ids(self.id_prefix)
        others = moving_tracks(before, main.id) - {main.id}
        after = open_time(before, span.start_ticks, span.duration_ticks, {main.id}, ids)
        after = open_time(after, span.start_ticks, span.duration_ticks, others, ids)
        track = after.get_track(main.id)
        after = after.with_track(track.with_elements([*track.elements, self._card(span)]))
        return self._with_title(after, span) if self.text else after

    def describe(self, before: Timeline) -> str:
        text = self.text if len(self.text) <= MOST_TOLD else self.text[: MOST_TOLD - 1].rstrip() + "…"
        span = self._span(before)
        what = f"a card saying “{text}”" if text else f"a plain card of the colour {self.colour}"
        return f"Add {what} at {format_ticks(span.start_ticks)} for {format_ticks(span.duration_ticks)}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return (_main(before).id, self.card_id, *((self.title_id,) if self.text else ()))

    def new_ids(self) -> frozenset[str]:
        return frozenset((self.card_id, self.title_id))

    def _span(self, before: Timeline) -> TimeRange:
        start = 0 if self.at == "start" else _main(before).end_ticks
        if self.at_ticks is not None:
            start = snap_point(before, self.at_ticks)
        return TimeRange(start_ticks=start, duration_ticks=snap_length(before, self.duration_ticks))

    def _card(self, span: TimeRange) -> Element:
        return Element(
            id=self.card_id,
            name=self.name or "Card",
            start_ticks=span.start_ticks,
            duration_ticks=span.duration_ticks,
            source=ColourSource(colour=self.colour),
        )

    def _with_title(self, after: Timeline, span: TimeRange) -> Timeline:
        source = TextSource(
            text=self.text,
            detail=self.detail,
            position=self.position,
            style=self.style or _plain_style(self.text, self.colour),
            animation=self.animation,
        )
        title = Element(
            id=self.title_id,
            start_ticks=span.start_ticks,
            duration_ticks=span.duration_ticks,
            source=source,
        )
        overlays = (
            t for t in after.tracks if t.kind is TrackKind.OVERLAY and t.follows_ripple and not t.locked
        )
        track = next((t for t in overlays if has_room(t, span)), None)
        if track is not None:
            return after.with_track(track.with_elements([*track.elements, title]))
        titles = Track(id=self.new_track_id, kind=TrackKind.OVERLAY, name="Titles", elements=(title,))
        return with_new_track(after, titles)


def _main(before: Timeline) -> Track:
    main = before.find_main_track()
    if main is None:
        raise EditRefused("There is no video track to put a card on; add one first.", field="at")
    return main


def _plain_style(text: str, colour: str) -> TextStyle:
    """Large letters for few words, smaller ones for more."""
    size = _LARGE if len(text) <= _FEW else TextStyle().size
    return TextStyle(size=size, colour=_readable_on(colour), outline=0)


def _readable_on(colour: str) -> str:
    red, green, blue = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    return "#000000" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > _LIGHT else "#ffffff"
