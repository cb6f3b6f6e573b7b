"""Cut words, fillers, repeated takes or breaths out of what is said."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import TimeRange, format_ticks, merge_ranges
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.edits.remove_ranges import cut_everywhere, list_elements_in
from cuttingroom.timeline.effects import Id
from cuttingroom.timeline.model import Timeline
from cuttingroom.timeline.speech.hearing import SpokenPart, place_ranges
from cuttingroom.timeline.speech.sentences import shorten_text

Kind = Literal["fillers", "repeats", "breaths", "words"]

SLIVER_TICKS = 705_600_000 // 15
"""What would be left between two cuts and is shorter than this goes too: it would only flash."""

_CALLED = {
    "fillers": ("filler", "fillers"),
    "repeats": ("repeated take", "repeated takes"),
    "breaths": ("breath", "breaths"),
    "words": ("place", "places"),
}


class RemoveSpoken(Edit):
    """Cut parts of what is said out of every following track and close up, as one edit.

        |  A  um  A  |   ->   |  A  A' |

    `parts` are on the clocks of their files and tell what is said in them; wherever such a part is heard on
    the timeline, it goes. Left out by a planner, they are found by `kind`; for words `phrases` say which.
    """

    ripples: ClassVar[bool] = True

    tool: Literal["remove_spoken"] = "remove_spoken"
    kind: Kind
    parts: tuple[SpokenPart, ...] = ()
    phrases: Annotated[tuple[Annotated[str, Field(max_length=300)], ...], Field(max_length=20)] = ()
    id_prefix: Id = Field(default_factory=lambda: short_id("el"))

    def change(self, before: Timeline) -> Timeline:
        ranges = self.list_cuts(before)
        if not ranges:
            raise EditRefused(f"No {_CALLED[self.kind][1]} to cut are heard on the timeline.", field="parts")
        return cut_everywhere(before, ranges, self.id_prefix)

    def list_cuts(self, before: Timeline) -> list[TimeRange]:
        """The ranges of the timeline, on its frame grid, that this edit takes out."""
        return list_spoken_cuts(before, self.parts)

    def describe(self, before: Timeline) -> str:
        cuts = self.list_cuts(before)
        saved = format_ticks(sum(r.duration_ticks for r in cuts))
        what = _CALLED[self.kind][len(cuts) != 1]
        said = quote_parts(self.parts)
        return f"Remove {len(cuts)} {what} ({saved} in all)" + (f": {said}" if said else "")

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return list_elements_in(before, self.list_cuts(before))


def list_spoken_cuts(before: Timeline, parts: Sequence[SpokenPart]) -> list[TimeRange]:
    """When the parts are heard, on the timeline's frame grid and without slivers between them."""
    by_file: dict[str, list[TimeRange]] = {}
    for part in parts:
        by_file.setdefault(part.artifact_id, []).append(part.range)
    snap = before.rate.snap
    found = [(snap(r.start_ticks), snap(r.end_ticks)) for r in place_ranges(before, by_file)]
    cuts = merge_ranges([TimeRange.between(a, b) for a, b in found if b > a])
    between = [
        TimeRange.between(a.end_ticks, b.start_ticks)
        for a, b in pairwise(cuts)
        if b.start_ticks - a.end_ticks < SLIVER_TICKS
    ]
    return merge_ranges([*cuts, *between])


def quote_parts(parts: Sequence[SpokenPart], most: int = 6) -> str:
    """What is said in the parts, the same only once: `“um” (3), “you know”`."""
    said = Counter(p.text for p in parts if p.text)
    quoted = [
        f"“{shorten_text(text)}”" + (f" ({count})" if count > 1 else "") for text, count in said.most_common()
    ]
    more = f" and {len(quoted) - most} more" if len(quoted) > most else ""
    return ", ".join(quoted[:most]) + more
