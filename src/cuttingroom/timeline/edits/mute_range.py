"""Silence a stretch of the timeline."""

from typing import Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import TimeRange
from cuttingroom.timeline.edits.base import Edit, label_of
from cuttingroom.timeline.effects import Id, Mute
from cuttingroom.timeline.grid import snap_range_inside
from cuttingroom.timeline.model import Element, Timeline, Track
from cuttingroom.timeline.ripple import replace_tracks


class MuteRange(Edit):
    """Silence what is heard in `range`, on the named tracks or on all.

    |   A   | B |   ->   | A ~~~~|~B |
        ^^^^^^
    """

    tool: Literal["mute_range"] = "mute_range"
    range: TimeRange
    track_ids: tuple[Id, ...] = ()
    effect_id: Id = Field(default_factory=lambda: short_id("fx"))

    def check(self, before: Timeline) -> None:
        if not self.targets(before):
            where = (
                " on " + ", ".join(label_of(before.get_track(i)) for i in self.track_ids)
                if self.track_ids
                else ""
            )
            raise EditRefused(f"Nothing with sound plays at {self.range}{where}.", field="range")

    def change(self, before: Timeline) -> Timeline:
        wanted = snap_range_inside(before, self.range)

        def muted(track: Track) -> Track:
            return track.with_elements([self._muted(e, wanted) for e in track.elements])

        return replace_tracks(before, {t.id for t in self._tracks(before, wanted)}, muted)

    def describe(self, before: Timeline) -> str:
        tracks = ", ".join(label_of(t) for t in before.tracks if t.id in self.track_ids)
        return f"Mute {tracks + ' at ' if tracks else ''}{self.range}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        wanted = snap_range_inside(before, self.range)
        return tuple(e.id for t in self._tracks(before, wanted) for e in t.elements if _sounds_in(e, wanted))

    def _tracks(self, before: Timeline, wanted: TimeRange) -> list[Track]:
        tracks = [before.get_track(i) for i in self.track_ids] or before.tracks
        return [t for t in tracks if any(_sounds_in(e, wanted) for e in t.elements)]

    def _muted(self, element: Element, wanted: TimeRange) -> Element:
        part = element.range.intersection(wanted) if _sounds_in(element, wanted) else None
        if part is None:
            return element
        mute = Mute(id=self.effect_id, range=part.shifted(-element.start_ticks))
        return element.model_copy(update={"effects": (*element.effects, mute)})


def _sounds_in(element: Element, wanted: TimeRange) -> bool:
    return element.plays_in(wanted) and element.has_sound
