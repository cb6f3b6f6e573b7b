"""Divide the video into chapters."""

from typing import Annotated, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import Frozen, Ticks, format_ticks
from cuttingroom.timeline.edits.add_marker import check_chapter
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.effects import Id
from cuttingroom.timeline.grid import snap_point
from cuttingroom.timeline.markers import with_markers
from cuttingroom.timeline.model import Marker, Name, Timeline
from cuttingroom.timeline.ripple import count_ids

MOST_CHAPTERS = 200
MOST_TOLD = 3
"""More chapters are described by their count."""


class ChapterStart(Frozen):
    at_ticks: Ticks
    name: Annotated[Name, Field(min_length=1)]


class AddChapters(Edit):
    """Let chapters begin at these moments, each lasting until the next. They are written into the file.

        |      A      |  B  |   ->   |      A      |  B  |
                                     ^ Intro  ^ Setup

    With `replaces` the chapters that were there go.
    """

    tool: Literal["add_chapters"] = "add_chapters"
    chapters: Annotated[tuple[ChapterStart, ...], Field(min_length=1, max_length=MOST_CHAPTERS)]
    replaces: bool = False
    id_prefix: Id = Field(default_factory=lambda: short_id("mk"))

    def check(self, before: Timeline) -> None:
        kept = self._kept(before)
        starts = [snap_point(before, c.at_ticks) for c in self.chapters]
        for start, chapter in zip(starts, self.chapters, strict=True):
            check_chapter(kept, start, chapter.name)
        twice = next((at for n, at in enumerate(starts) if at in starts[:n]), None)
        if twice is not None:
            raise EditRefused(f"Two chapters begin at {format_ticks(twice)}.", field="chapters")

    def change(self, before: Timeline) -> Timeline:
        new = [
            Marker(id=id, at_ticks=snap_point(before, c.at_ticks), name=c.name, kind="chapter")
            for id, c in zip(count_ids(self.id_prefix), self.chapters, strict=False)
        ]
        return with_markers(before, [*self._kept(before).markers, *new])

    def describe(self, before: Timeline) -> str:
        verb = "Replace the chapters by" if self.replaces else "Add"
        if len(self.chapters) > MOST_TOLD:
            return f"{verb} {len(self.chapters)} chapters"
        told = ", ".join(f"{format_ticks(c.at_ticks)} “{c.name}”" for c in self.chapters)
        return f"{verb} the chapter{'s' if len(self.chapters) > 1 else ''} {told}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        ids = count_ids(self.id_prefix)
        return tuple(next(ids) for _ in self.chapters)

    def _kept(self, before: Timeline) -> Timeline:
        if not self.replaces:
            return before
        return with_markers(before, [m for m in before.markers if m.kind != "chapter"])
