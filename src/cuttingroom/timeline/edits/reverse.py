"""Play elements backwards."""

from typing import Annotated, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.timeline.edits.base import Edit, name_all, name_of
from cuttingroom.timeline.effects import Id
from cuttingroom.timeline.model import MediaSource, Timeline
from cuttingroom.timeline.pieces import turned


class Reverse(Edit):
    """Play picture and sound of elements the other way round. Nothing moves.

        | 1 2 3 4 |   ->   | 4 3 2 1 |

    What is played backwards already plays forwards again. Fades stay at their edges, all else that is done to
    a moment of the file goes along with it.
    """

    tool: Literal["reverse"] = "reverse"
    element_ids: Annotated[tuple[Id, ...], Field(min_length=1)]

    def check(self, before: Timeline) -> None:
        for element_id in self.element_ids:
            _, element = before.get_element(element_id)
            if not isinstance(element.source, MediaSource):
                raise EditRefused(
                    f"{name_of(before, element_id)} cannot run backwards; only media can.",
                    element_id=element_id,
                )

    def change(self, before: Timeline) -> Timeline:
        wanted = set(self.element_ids)
        tracks = [
            track.with_elements([turned(e) if e.id in wanted else e for e in track.elements])
            if wanted.intersection(track.element_ids)
            else track
            for track in before.tracks
        ]
        return before.model_copy(update={"tracks": tuple(tracks)})

    def describe(self, before: Timeline) -> str:
        sources = (before.get_element(i)[1].source for i in self.element_ids)
        turned_now = [s.backwards for s in sources if isinstance(s, MediaSource)]
        how = (
            "forwards again" if all(turned_now) else "the other way round" if any(turned_now) else "backwards"
        )
        return f"Play {name_all(before, self.element_ids)} {how}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return self.element_ids
