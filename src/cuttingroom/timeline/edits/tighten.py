"""Make a talk shorter by what can be spared."""

from typing import ClassVar, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import TimeRange, format_ticks
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.edits.remove_ranges import cut_everywhere, list_elements_in
from cuttingroom.timeline.edits.remove_spoken import list_spoken_cuts
from cuttingroom.timeline.effects import Id, Positive
from cuttingroom.timeline.model import Timeline
from cuttingroom.timeline.speech.hearing import SpokenPart

Why = Literal["silence", "filler", "repeat", "sentence"]
_CALLED = {
    "silence": ("silence", "silences"),
    "filler": ("filler", "fillers"),
    "repeat": ("repeated take", "repeated takes"),
    "sentence": ("sentence", "sentences"),
}


class SparedPart(SpokenPart):
    """A part that can be spared, and why."""

    why: Why


class Tighten(Edit):
    """Cut what can be spared out of every following track, so that it all lasts at most `target_ticks`.

        |  A ... A um A  A  |   ->   |  A A' A'' |

    `parts` are on the clocks of their files. Left out by a planner, they are chosen: silences first, then
    fillers, repeated takes, and the sentences that matter least.
    """

    ripples: ClassVar[bool] = True

    tool: Literal["tighten"] = "tighten"
    target_ticks: Positive
    parts: tuple[SparedPart, ...] = ()
    id_prefix: Id = Field(default_factory=lambda: short_id("el"))

    def change(self, before: Timeline) -> Timeline:
        cuts = self.list_cuts(before)
        if not cuts:
            raise EditRefused("None of the parts to cut is heard on the timeline.", field="parts")
        return cut_everywhere(before, cuts, self.id_prefix)

    def list_cuts(self, before: Timeline) -> list[TimeRange]:
        """The ranges of the timeline, on its frame grid, that this edit takes out."""
        return list_spoken_cuts(before, self.parts)

    def describe(self, before: Timeline) -> str:
        left = before.duration_ticks - sum(r.duration_ticks for r in self.list_cuts(before))
        counts = [(why, sum(p.why == why and bool(p.text) for p in self.parts)) for why in _CALLED]
        what = ", ".join(f"{n} {_CALLED[why][n != 1]}" for why, n in counts if n)
        return f"Tighten from {format_ticks(before.duration_ticks)} to {format_ticks(left)} without {what}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return list_elements_in(before, self.list_cuts(before))
