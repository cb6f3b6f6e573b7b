"""Silence stretches of the timeline."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import TimeRange
from cuttingroom.timeline.edits.base import Edit, label_of
from cuttingroom.timeline.edits.sounding import merge_inside, name_places
from cuttingroom.timeline.effects import Id, Mute
from cuttingroom.timeline.grid import snap_range_inside
from cuttingroom.timeline.model import Element, Timeline, Track
from cuttingroom.timeline.ripple import count_ids, replace_tracks


class MuteRange(Edit):
    """Silence what is heard in `range`, or in several `ranges`, on the named tracks or on all.

    |   A   | B |   ->   | A ~~~~|~B |
        ^^^^^^

    `range` is put on the frame grid; `ranges` are exact to the tick: they may be words.
    """

    tool: Literal["mute_range"] = "mute_range"
    range: TimeRange | None = None
    ranges: Annotated[tuple[TimeRange, ...], Field(max_length=1000)] = ()
    track_ids: tuple[Id, ...] = ()
    effect_id: Id = Field(default_factory=lambda: short_id("fx"))

    @model_validator(mode="after")
    def _one_way(self) -> "MuteRange":
        if (self.range is None) == (not self.ranges):
            raise ValueError("give either range or ranges")
        return self

    def check(self, before: Timeline) -> None:
        if not self.targets(before):
            where = (
                " on " + ", ".join(label_of(before.get_track(i)) for i in self.track_ids)
                if self.track_ids
                else ""
            )
            raise EditRefused(f"Nothing with sound plays at {self._where()}{where}.", field="range")

    def change(self, before: Timeline) -> Timeline:
        wanted = self._wanted(before)

        def muted(track: Track) -> Track:
            return track.with_elements([self._muted(e, wanted) for e in track.elements])

        return replace_tracks(before, {t.id for t in self._tracks(before, wanted)}, muted)

    def describe(self, before: Timeline) -> str:
        tracks = ", ".join(label_of(t) for t in before.tracks if t.id in self.track_ids)
        return f"Mute {tracks + ' at ' if tracks else ''}{self._where()}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        wanted = self._wanted(before)
        return tuple(e.id for t in self._tracks(before, wanted) for e in t.elements if _sounds_in(e, wanted))

    def _where(self) -> str:
        return name_places(self.ranges if self.range is None else [self.range])

    def _wanted(self, before: Timeline) -> list[TimeRange]:
        if self.range is not None:
            return [snap_range_inside(before, self.range)]
        return merge_inside(before, self.ranges)

    def _tracks(self, before: Timeline, wanted: list[TimeRange]) -> list[Track]:
        tracks = [before.get_track(i) for i in self.track_ids] or before.tracks
        return [t for t in tracks if any(_sounds_in(e, wanted) for e in t.elements)]

    def _muted(self, element: Element, wanted: list[TimeRange]) -> Element:
        if not _sounds_in(element, wanted):
            return element
        parts = [p for w in wanted if (p := element.range.intersection(w)) is not None]
        ids = iter([self.effect_id]) if len(wanted) == 1 else count_ids(self.effect_id)
        mutes = [Mute(id=next(ids), range=p.shifted(-element.start_ticks)) for p in parts]
        return element.model_copy(update={"effects": (*element.effects, *mutes)})


def _sounds_in(element: Element, wanted: list[TimeRange]) -> bool:
    return element.has_sound and any(element.plays_in(w) for w in wanted)
