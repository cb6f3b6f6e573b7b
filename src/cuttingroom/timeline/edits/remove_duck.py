"""Let tracks keep their loudness whatever else sounds."""

from typing import Annotated, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.timeline.edits.base import Edit, label_of
from cuttingroom.timeline.edits.changing import with_each
from cuttingroom.timeline.effects import Duck, Id
from cuttingroom.timeline.model import Element, Timeline


class RemoveDuck(Edit):
    r"""Take the ducking away from everything on some tracks.

    | music  --\/--\/-- |   ->   | music  ---------- |
    """

    tool: Literal["remove_duck"] = "remove_duck"
    track_ids: Annotated[tuple[Id, ...], Field(min_length=1)]

    def check(self, before: Timeline) -> None:
        tracks = [before.get_track(i) for i in self.track_ids]
        if not self._element_ids(before):
            raise EditRefused(
                f"Nothing on {', '.join(map(label_of, tracks))} is ducked.", track_id=tracks[0].id
            )

    def change(self, before: Timeline) -> Timeline:
        return with_each(before, set(self._element_ids(before)), _freed)

    def describe(self, before: Timeline) -> str:
        return f"Stop ducking {', '.join(label_of(before.get_track(i)) for i in self.track_ids)}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return (*self.track_ids, *self._element_ids(before))

    def _element_ids(self, before: Timeline) -> list[str]:
        return [
            e.id
            for i in self.track_ids
            for e in before.get_track(i).elements
            if any(isinstance(x, Duck) for x in e.effects)
        ]


def _freed(element: Element) -> Element:
    kept = tuple(e for e in element.effects if not isinstance(e, Duck))
    return element.model_copy(update={"effects": kept})
