"""Take markers and chapters away."""

from typing import Annotated, Literal

from pydantic import Field

from cuttingroom.core.errors import NotFound
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.effects import Id
from cuttingroom.timeline.markers import with_markers
from cuttingroom.timeline.model import Marker, Timeline


class RemoveMarkers(Edit):
    """Take markers or chapters away. Pictures and sound stay as they are.

    |   A   |   B   |   ->   |   A   |   B   |
          ^ name
    """

    tool: Literal["remove_markers"] = "remove_markers"
    marker_ids: Annotated[tuple[Id, ...], Field(min_length=1)]

    def check(self, before: Timeline) -> None:
        known = {m.id for m in before.markers}
        missing = next((i for i in self.marker_ids if i not in known), None)
        if missing is not None:
            raise NotFound(f"The timeline has no marker {missing}.", marker_id=missing)

    def change(self, before: Timeline) -> Timeline:
        return with_markers(before, [m for m in before.markers if m.id not in self.marker_ids])

    def describe(self, before: Timeline) -> str:
        gone = [m for m in before.markers if m.id in self.marker_ids]
        if len(gone) == 1:
            return f"Remove the {gone[0].kind}{_called(gone[0])}"
        kinds = {m.kind for m in gone}
        return f"Remove {len(gone)} {kinds.pop() if len(kinds) == 1 else 'marker'}s"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return self.marker_ids


def _called(marker: Marker) -> str:
    return f" “{marker.name}”" if marker.name else ""
