"""The plan in the making: items tried one after the other, with what was assumed, asked and cited."""

from __future__ import annotations

from typing import Any

from cuttingroom.core.time import TimeRange
from cuttingroom.planners.base import ItemDraft, PlanContext, Question
from cuttingroom.planners.clock import Clock
from cuttingroom.planners.dependencies import find_dependencies, follow
from cuttingroom.planners.draft import ItemTrial, try_item
from cuttingroom.planners.rules.examples import with_example
from cuttingroom.planners.rules.readings import Target
from cuttingroom.planners.rules.unclear import Unclear
from cuttingroom.planners.rules.wishes import Wishes
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.model import Element, Timeline
from cuttingroom.timeline.ripple import find_lead_track
from cuttingroom.tools.base import MakingTool

__all__ = ["Board", "Unclear"]


class Board:
    """`now` is the timeline that the person sees; `timeline` is what the items so far make of it; clock times
    and clip numbers mean `group_timeline`: what they made by the last "then", before one the same as `now`.

    `clocks[n]` follows the main track through item n + 1. `split_clip` is a clip that was just split: halves
    may be its own then. `group` is how many items there were at the last "then"; `seen` how many there were
    of the video that relative places of this clause mean. `open_titles`: ids of titles in the plan whose
    length nobody gave. `wishes`: what was said about the render. `places_things`: this clause puts something
    new there, so that both ends of its place must exist.
    """

    def __init__(self, context: PlanContext) -> None:
        self.context = context
        self.now = context.timeline
        self.trials: list[ItemTrial] = []
        self.items: list[ItemDraft] = []
        self.clocks: list[Clock] = []
        self.group = 0
        self.seen = 0
        self.places_things = False
        self.open_titles: set[str] = set()
        self.wishes = Wishes()
        self.assumptions: list[str] = []
        self.questions: list[tuple[int, Question]] = []
        self.cited: list[dict[str, Any]] = []
        self.clause = 0
        self.said = ""
        self.topic: Target | TimeRange | None = None
        self.made: Target | None = None
        self.split_clip: Target | None = None

    @property
    def timeline(self) -> Timeline:
        return self.trials[-1].after if self.trials else self.now

    @property
    def group_timeline(self) -> Timeline:
        """What the items before the last "then" make."""
        return self._after(self.group)

    @property
    def seen_timeline(self) -> Timeline:
        """What relative places of this clause mean: halves, ends, the last so many seconds."""
        return self._after(self.seen)

    def _after(self, count: int) -> Timeline:
        return self.trials[count - 1].after if count else self.now

    def lead(self, timeline: Timeline | None = None) -> tuple[Element, ...]:
        """The elements of the main track."""
        track = find_lead_track(timeline or self.timeline)
        return track.elements if track else ()

    def end_ticks(self, timeline: Timeline | None = None) -> int:
        """The end of the main track: what people call the end of the video."""
        timeline = timeline or self.timeline
        track = find_lead_track(timeline)
        return track.end_ticks if track and track.elements else timeline.duration_ticks

    def begin(self, clause: int, said: str, *, decorates: bool = False) -> None:
        """A clause that decorates is about the video after all that changed its time."""
        self.clause, self.said = clause, said
        self.seen = len(self.items) if decorates else self.group

    def begin_group(self) -> None:
        self.group = len(self.items)

    def is_regrouped(self) -> bool:
        """Whether what came before the last "then" moved time, so that clock times mean another video."""
        return any(c.moves_time for c in self.clocks[: self.group])

    def is_changed(self) -> bool:
        """Whether what relative places mean is no longer what the person sees."""
        return any(c.moves_time for c in self.clocks[: self.seen])

    def assume(self, text: str) -> None:
        if text not in self.assumptions:
            self.assumptions.append(text)

    def ask(self, text: str, options: tuple[str, ...] = ()) -> None:
        asked = text if options else with_example(text, self.said)
        self.questions.append((self.clause, Question(asked, self.said, options)))

    def cite(self, kind: str, artifact_id: str, **more: Any) -> None:
        entry = {"kind": kind, "artifact_id": artifact_id, **more}
        if entry not in self.cited:
            self.cited.append(entry)

    def add(self, tool: Edit | MakingTool, reason: str = "") -> int:
        """Try one more item and keep it; returns its position. Raises Unclear with the reason when it
        cannot run."""
        call = tool.model_dump(mode="json")
        trial = try_item(self.timeline, call, self.trials)
        if trial.error is not None:
            raise Unclear(trial.error)
        depends_on = find_dependencies(call, trial, self.trials, self.clocks)
        self.items.append(ItemDraft(call, trial.title, reason or f"Asked: “{self.said}”", depends_on))
        self.clocks.append(follow(trial))
        self.trials.append(trial)
        return len(self.items)

    def amend(self, position: int, tool: Edit) -> None:
        """Put `tool` in place of the item at `position`, counted from 1, and try all later ones again."""
        later = list(zip(self.items[position - 1 :], self.trials[position - 1 :], strict=True))
        self.undo_to(position - 1)
        self.add(tool, later[0][0].reason)
        for item, trial in later[1:]:
            assert trial.tool is not None
            self.add(trial.tool, item.reason)

    def undo_to(self, count: int) -> None:
        """Take back all items after the first `count`: a clause is planned whole or not at all."""
        del self.items[count:], self.trials[count:], self.clocks[count:]
