"""Take captions off."""

from typing import Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.time import TimeRange
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.edits.captioning import captions_in
from cuttingroom.timeline.model import Element, Timeline


class RemoveCaptions(Edit):
    """Take off all captions, those in one language, or those that are shown in `range`.

        | c1 | c2 |   ->
        |    A    |        |    A    |

    A captions track with nothing left on it goes too.
    """

    tool: Literal["remove_captions"] = "remove_captions"
    range: TimeRange | None = None
    language: str | None = Field(default=None, max_length=16)

    def check(self, before: Timeline) -> None:
        if not self._count(before):
            where = f" at {self.range}" if self.range is not None else ""
            raise EditRefused(f"There are no captions{where} to remove.")

    def change(self, before: Timeline) -> Timeline:
        after = before
        for track in captions_in(before, self.language):
            kept = [e for e in track.elements if not self._goes(e)]
            after = after.with_track(track.with_elements(kept))
            if not kept:
                tracks = tuple(t for t in after.tracks if t.id != track.id)
                after = after.model_copy(update={"tracks": tracks})
        return after

    def describe(self, before: Timeline) -> str:
        count = self._count(before)
        where = f" at {self.range}" if self.range is not None else ""
        return f"Remove {count} {'caption' if count == 1 else 'captions'}{where}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return tuple(t.id for t in captions_in(before, self.language))

    def _count(self, before: Timeline) -> int:
        return sum(self._goes(e) for t in captions_in(before, self.language) for e in t.elements)

    def _goes(self, element: Element) -> bool:
        return self.range is None or element.plays_in(self.range)
