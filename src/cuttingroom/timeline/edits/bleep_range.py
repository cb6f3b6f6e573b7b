"""Put a tone over what is not to be heard."""

from typing import Annotated, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import TimeRange, invert_ranges, merge_ranges
from cuttingroom.timeline.edits.base import Edit, label_of
from cuttingroom.timeline.edits.sounding import TRACK_NAME, merge_inside, name_places
from cuttingroom.timeline.effects import Bleep, Effect, Id, Mute
from cuttingroom.timeline.model import Element, Timeline, Track
from cuttingroom.timeline.ripple import count_ids, find_lead_track


class BleepRange(Edit):
    """Put a tone in the place of what is heard in `ranges`, on the named tracks.

    |   A   | B |   ->   | A ====|= B |
        ^^^^^^

    Without `track_ids` on all that move with the video; music goes on, and so does added sound on the track
    "Sound" where anything else is heard. Where several of the tracks sound at once, the first has the tone
    and the others are silent. Ranges are exact to the tick: they may be words.
    """

    tool: Literal["bleep_range"] = "bleep_range"
    ranges: Annotated[tuple[TimeRange, ...], Field(min_length=1, max_length=1000)]
    track_ids: tuple[Id, ...] = ()
    frequency_hz: Annotated[int, Field(ge=100, le=8000)] = 1000
    level_db: Annotated[float, Field(ge=-60, le=0)] = -20.0
    effect_id: Id = Field(default_factory=lambda: short_id("fx"))

    def check(self, before: Timeline) -> None:
        merge_inside(before, self.ranges)
        if not self.targets(before):
            where = ", ".join(label_of(t) for t in self._tracks(before)) if self.track_ids else "the video"
            raise EditRefused(f"Nothing of {where} sounds at {name_places(self.ranges)}.", field="ranges")

    def change(self, before: Timeline) -> Timeline:
        covers = self._covers(before)
        after = before
        for track in self._tracks(before):
            elements = [
                e.model_copy(update={"effects": (*e.effects, *covers[e.id])}) if e.id in covers else e
                for e in track.elements
            ]
            after = after.with_track(track.with_elements(elements))
        return after

    def describe(self, before: Timeline) -> str:
        tracks = ", ".join(label_of(t) for t in before.tracks if t.id in self.track_ids)
        return f"Bleep {tracks + ' at ' if tracks else ''}{name_places(self.ranges)}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return tuple(self._covers(before))

    def _tracks(self, before: Timeline) -> list[Track]:
        lead = find_lead_track(before)
        found = [before.get_track(i) for i in self.track_ids] or self._following(before)
        return sorted(found, key=lambda t: lead is None or t.id != lead.id)

    def _following(self, before: Timeline) -> list[Track]:
        following = [t for t in before.tracks if t.follows_ripple and not t.muted]
        first = [t for t in following if t.name != TRACK_NAME]
        heard = [e for t in first for e in t.elements if e.has_sound]
        return first if any(e.plays_in(r) for e in heard for r in self.ranges) else following

    def _covers(self, before: Timeline) -> dict[str, list[Effect]]:
        """The tones and silences of each element that sounds there."""
        wanted, ids = merge_inside(before, self.ranges), count_ids(self.effect_id)
        covered: list[TimeRange] = []
        covers: dict[str, list[Effect]] = {}
        for element in [e for t in self._tracks(before) for e in t.elements if e.has_sound]:
            parts = [p for w in wanted if (p := element.range.intersection(w)) is not None]
            tones = [r for p in parts for r in invert_ranges(covered, p)]
            silences = [r for p in parts for r in invert_ranges(tones, p)]
            covered = merge_ranges([*covered, *tones])
            made = [self._tone(element, r, next(ids)) for r in tones]
            made += [Mute(id=next(ids), range=r.shifted(-element.start_ticks)) for r in silences]
            if made:
                covers[element.id] = made
        return covers

    def _tone(self, element: Element, span: TimeRange, effect_id: str) -> Effect:
        return Bleep(
            id=effect_id,
            range=span.shifted(-element.start_ticks),
            frequency_hz=self.frequency_hz,
            level_db=self.level_db,
        )
