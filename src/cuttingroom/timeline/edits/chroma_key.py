"""Make a colour see-through and put something behind."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import Rate, TimeRange, invert_ranges, merge_ranges
from cuttingroom.timeline.edits.add_track import with_new_track
from cuttingroom.timeline.edits.base import Edit, FromItem, Media, MediaRef, get_media, name_all
from cuttingroom.timeline.edits.changing import with_each, with_effect
from cuttingroom.timeline.edits.looking import check_pictures
from cuttingroom.timeline.edits.placing import element_of
from cuttingroom.timeline.effects import ChromaKey as ChromaKeyEffect
from cuttingroom.timeline.effects import Colour, Id, Share, Transform
from cuttingroom.timeline.model import ColourSource, Element, Timeline, Track, TrackKind
from cuttingroom.timeline.pieces import part_of
from cuttingroom.timeline.ripple import count_ids

TRACK_NAME = "Background"
_MOST_REPEATS = 500
_LEAST_CHROMA = 40
"""Of 255: a colour whose parts differ less is too near to grey to be told from a picture."""


class ChromaKey(Edit):
    """Make everything near `colour` see-through, and show `background` behind: a file, a colour, or with None
    whatever lies below.

        | A | B |   ->   | A* | B |
                         | bg |

    The background lies on a track of its own right below that of the elements, "Background", for as long as
    they play; a video that is shorter starts again, and its sound is not heard. An earlier key is replaced.
    """

    tool: Literal["chroma_key"] = "chroma_key"
    element_ids: Annotated[tuple[Id, ...], Field(min_length=1)]
    colour: Colour = "#00b140"
    similarity: Annotated[float, Field(gt=0, le=1)] = 0.5
    blend: Share = 0.8
    background: Media | Colour | None = None
    effect_id: Id = Field(default_factory=lambda: short_id("fx"))
    id_prefix: Id = Field(default_factory=lambda: short_id("el"))
    new_track_id: Id = Field(default_factory=lambda: short_id("tk"))

    def check(self, before: Timeline) -> None:
        parts = [int(self.colour[n : n + 2], 16) for n in (1, 3, 5)]
        if max(parts) - min(parts) < _LEAST_CHROMA:
            raise EditRefused(
                f"{self.colour} is too near to grey for a key.",
                advice="Give the colour of the screen, such as #00b140 for green or #0047bb for blue.",
                field="colour",
            )
        check_pictures(before, self.element_ids)
        if isinstance(self.background, (MediaRef, FromItem)):
            media = get_media(self.background)
            if not (media.has_picture or media.is_still):
                raise EditRefused(f"{media.name or 'This file'} has no picture.", field="background")

    def change(self, before: Timeline) -> Timeline:
        key = ChromaKeyEffect(
            id=self.effect_id, colour=self.colour, similarity=self.similarity, blend=self.blend
        )
        keyed = with_each(before, self.element_ids, lambda e: with_effect(e, key))
        return self._with_background(keyed) if self.background is not None else keyed

    def describe(self, before: Timeline) -> str:
        who, behind = name_all(before, self.element_ids), ""
        if isinstance(self.background, MediaRef):
            behind = f" and put “{self.background.name or 'a file'}” behind"
        elif self.background is not None:
            behind = f" and put {self.background if isinstance(self.background, str) else 'it'} behind"
        return f"Make {self.colour} see-through in {who}{behind}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return self.element_ids

    def _with_background(self, before: Timeline) -> Timeline:
        ids, after = count_ids(self.id_prefix), before
        tracks = [t for t in before.tracks if any(e.id in self.element_ids for e in t.elements)]
        for n, track in enumerate(tracks):
            spans = merge_ranges([e.range for e in track.elements if e.id in self.element_ids])
            after, below = _background_of(after, track, f"{self.new_track_id[:36]}_{n}")
            behind = [e for span in spans for e in self._behind(span, before.rate, ids)]
            kept = [part for e in below.elements for part in _outside(e, spans, ids)]
            after = after.with_track(below.with_elements([*kept, *behind]))
        return after

    def _behind(self, span: TimeRange, rate: Rate, ids: Iterator[str]) -> list[Element]:
        """What is shown behind from the start to the end of a stretch."""
        at, elements = span.start_ticks, list[Element]()
        while at < span.end_ticks:
            rest = span.end_ticks - at
            element = self._one(rate, next(ids), at, rest)
            elements.append(element)
            at = element.end_ticks
            if len(elements) > _MOST_REPEATS:
                raise EditRefused(
                    f"The background would be repeated more than {_MOST_REPEATS} times.",
                    advice="Use a longer video, or a picture.",
                    field="background",
                )
        return elements

    def _one(self, rate: Rate, id: str, start_ticks: int, most_ticks: int) -> Element:
        """The background once, or as much of it as there is time for."""
        if isinstance(self.background, str):
            plain = ColourSource(colour=self.background)
            return Element(id=id, start_ticks=start_ticks, duration_ticks=most_ticks, source=plain)
        assert self.background is not None
        media = get_media(self.background).model_copy(update={"has_sound": False})
        if media.is_still:
            element = element_of(media, rate, id=id, start_ticks=start_ticks, duration_ticks=most_ticks)
        else:
            part = TimeRange(start_ticks=0, duration_ticks=min(media.media_ticks, most_ticks))
            element = element_of(media, rate, id=id, start_ticks=start_ticks, part=part)
        fill = Transform(id=f"{self.effect_id[:36]}_bg", fit="fill")
        return element.model_copy(update={"effects": (fill,)})


def _background_of(before: Timeline, track: Track, new_id: str) -> tuple[Timeline, Track]:
    """The track right below another that holds backgrounds, and the timeline that has it."""
    place = before.tracks.index(track)
    below = before.tracks[place - 1] if place else None
    if below is not None and below.kind is TrackKind.OVERLAY and below.name == TRACK_NAME:
        return before, below
    new = Track(id=new_id, kind=TrackKind.OVERLAY, name=TRACK_NAME)
    return with_new_track(before, new, place), new


def _outside(element: Element, spans: list[TimeRange], ids: Iterator[str]) -> list[Element]:
    """What is left of an earlier background beside the new one."""
    if not any(element.plays_in(span) for span in spans):
        return [element]
    parts = invert_ranges(spans, element.range)
    return [part_of(element, part, id=next(ids) if n else None) for n, part in enumerate(parts)]
