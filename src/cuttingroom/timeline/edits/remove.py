"""Take elements away and leave their place empty."""

from typing import Annotated, Literal

from pydantic import Field

from cuttingroom.timeline.edits.base import Edit, name_all
from cuttingroom.timeline.effects import Id
from cuttingroom.timeline.model import Timeline
from cuttingroom.timeline.ripple import replace_tracks, without


class Remove(Edit):
    """Take elements away; nothing else moves. Their transitions go with them.

    | A | B | C |   ->   | A |   | C |
    """

    tool: Literal["remove"] = "remove"
    element_ids: Annotated[tuple[Id, ...], Field(min_length=1)]

    def check(self, before: Timeline) -> None:
        for element_id in self.element_ids:
            before.get_element(element_id)

    def change(self, before: Timeline) -> Timeline:
        wanted = set(self.element_ids)
        holders = {t.id for t in before.tracks if any(e.id in wanted for e in t.elements)}
        return replace_tracks(before, holders, lambda track: without(track, wanted))

    def describe(self, before: Timeline) -> str:
        return f"Remove {name_all(before, self.element_ids)} and leave the gap"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return self.element_ids
