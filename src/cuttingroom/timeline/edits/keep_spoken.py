"""Keep what is said about something and cut out the rest."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import TimeRange, format_ticks, invert_ranges
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.edits.remove_ranges import cut_everywhere, list_elements_in
from cuttingroom.timeline.edits.remove_spoken import list_spoken_cuts
from cuttingroom.timeline.effects import Id
from cuttingroom.timeline.model import Timeline
from cuttingroom.timeline.ripple import find_lead_track
from cuttingroom.timeline.speech.hearing import SpokenPart


class KeepSpoken(Edit):
    """Keep only parts of what is said, in their order; the rest is cut out of every following track.

        |  A  A  A  A  |   ->   | A  A' |
           oo    oo

    `parts` are on the clocks of their files and tell what is said in them. Left out by a planner, they are
    what is said about `about`.
    """

    ripples: ClassVar[bool] = True

    tool: Literal["keep_spoken"] = "keep_spoken"
    parts: tuple[SpokenPart, ...] = ()
    about: Annotated[str, Field(max_length=300)] = ""
    id_prefix: Id = Field(default_factory=lambda: short_id("el"))

    def change(self, before: Timeline) -> Timeline:
        if not list_spoken_cuts(before, self.parts):
            raise EditRefused("Nothing of what is to be kept is heard on the timeline.", field="parts")
        cuts = self.list_cuts(before)
        if not cuts:
            raise EditRefused("These parts are the whole timeline; there is nothing to cut.", field="parts")
        return cut_everywhere(before, cuts, self.id_prefix)

    def list_cuts(self, before: Timeline) -> list[TimeRange]:
        """The ranges of the main track's time that this edit takes out."""
        lead = find_lead_track(before)
        end = lead.end_ticks if lead else 0
        kept = list_spoken_cuts(before, self.parts)
        return invert_ranges(kept, TimeRange.between(0, end)) if end else []

    def describe(self, before: Timeline) -> str:
        kept = list_spoken_cuts(before, self.parts)
        many = "1 part" if len(kept) == 1 else f"{len(kept)} parts"
        about = f" about “{self.about}”" if self.about else ""
        return f"Keep only {many}{about} ({format_ticks(sum(r.duration_ticks for r in kept))} in all)"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return list_elements_in(before, self.list_cuts(before))
