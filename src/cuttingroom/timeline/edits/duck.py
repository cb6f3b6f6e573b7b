"""Let tracks make room for others."""

from typing import Annotated, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.timeline.edits.base import Edit, label_of
from cuttingroom.timeline.edits.changing import with_each, with_effect
from cuttingroom.timeline.effects import Duck as DuckEffect
from cuttingroom.timeline.effects import Id
from cuttingroom.timeline.model import Element, Timeline, Track


class Duck(Edit):
    r"""Lower tracks by `depth_db` while something sounds on others.

    | voice  ..oo..oo.. |        | voice  ..oo..oo.. |
    | music  ---------- |   ->   | music  --\/--\/-- |

    Without `under_track_ids` they make room for everything that is not ducked itself. It counts for what lies
    on the tracks now, and takes the place of earlier ducking there.
    """

    tool: Literal["duck"] = "duck"
    track_ids: Annotated[tuple[Id, ...], Field(min_length=1)]
    under_track_ids: tuple[Id, ...] = ()
    depth_db: Annotated[float, Field(gt=0, le=40)] = 12.0
    attack_ms: Annotated[int, Field(ge=1, le=2000)] = 20
    release_ms: Annotated[int, Field(ge=1, le=5000)] = 400
    effect_id: Id = Field(default_factory=lambda: short_id("fx"))

    def check(self, before: Timeline) -> None:
        for track_id in (*self.track_ids, *self.under_track_ids):
            track = before.get_track(track_id)
            if not any(e.has_sound for e in track.elements):
                raise EditRefused(f"Nothing sounds on {label_of(track)}.", track_id=track_id)
        both = set(self.track_ids) & set(self.under_track_ids)
        if both:
            track = before.get_track(min(both))
            raise EditRefused(f"{label_of(track)} cannot make room for itself.", track_id=track.id)
        if not self.under_track_ids and not self._others(before):
            raise EditRefused("Nothing else sounds that they could make room for.", field="under_track_ids")

    def change(self, before: Timeline) -> Timeline:
        return with_each(before, set(self._element_ids(before)), self._ducked)

    def describe(self, before: Timeline) -> str:
        who = ", ".join(label_of(before.get_track(i)) for i in self.track_ids)
        under = ", ".join(label_of(before.get_track(i)) for i in self.under_track_ids)
        return f"Lower {who} by {self.depth_db:g} dB while something sounds on {under or 'other tracks'}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return (*self.track_ids, *self._element_ids(before))

    def _element_ids(self, before: Timeline) -> list[str]:
        return [e.id for i in self.track_ids for e in before.get_track(i).elements if e.has_sound]

    def _others(self, before: Timeline) -> list[Track]:
        return [
            t for t in before.tracks if t.id not in self.track_ids and any(e.has_sound for e in t.elements)
        ]

    def _ducked(self, element: Element) -> Element:
        effect = DuckEffect(
            id=self.effect_id,
            under_track_ids=self.under_track_ids,
            depth_db=self.depth_db,
            attack_ms=self.attack_ms,
            release_ms=self.release_ms,
        )
        return with_effect(element, effect)
