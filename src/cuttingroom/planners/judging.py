"""What a draft is worth: every item judged on the timeline as it will then be, before anything is stored.

No planner is believed, ours or a model's: tools, files, links and values are looked at again here, where
there is time for it, and not inside the transaction that stores the plan.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from cuttingroom.core.errors import InvalidInput, NotFound
from cuttingroom.core.hashing import hash_json
from cuttingroom.core.text import clean_text, find_unstorable
from cuttingroom.planners.base import ItemDraft, PlanContext, PlanDraft, Question
from cuttingroom.planners.calls import check_planned, with_known_files
from cuttingroom.planners.draft import ItemTrial, fail_item, list_references, try_item
from cuttingroom.tools.render import Render

MAX_ITEMS = 2_000


@dataclass(frozen=True)
class JudgedItem:
    """One item as it will be stored. `error` says why it cannot run; None means that it can.

    `call` has every default filled in, so that new ids are the same whenever it is made. `depends_on` are
    positions before this one; lengths of the timeline before and after are in ticks.
    """

    position: int
    tool: str
    call: dict[str, Any]
    title: str
    reason: str
    error: str | None
    depends_on: tuple[int, ...]
    targets: tuple[str, ...]
    before_ticks: int
    after_ticks: int


@dataclass(frozen=True)
class JudgedPlan:
    """A draft without its items, the items as judged, and the timeline for which they were.

    `questions` are the draft's and one for each item that cannot run.
    """

    draft: PlanDraft
    questions: tuple[Question, ...]
    items: tuple[JudgedItem, ...]
    version: int
    timeline_hash: str
    before_ticks: int
    after_ticks: int
    digest: str


_JUDGED = TypeAdapter(JudgedPlan)


def judged_to_json(plan: JudgedPlan) -> dict[str, Any]:
    return _JUDGED.dump_python(plan, mode="json")


def judged_from_json(data: dict[str, Any]) -> JudgedPlan:
    """Raises pydantic's ValidationError when `data` is not what `judged_to_json` gave."""
    return _JUDGED.validate_python(data)


def judge_draft(draft: PlanDraft, context: PlanContext, *, profiles: Path | None = None) -> JudgedPlan:
    """The draft as it may be stored. Never raises for a bad draft: what is wrong becomes a question.

    A draft of more than MAX_ITEMS items becomes a question as a whole. `profiles` is the folder of the
    person's own render profiles.
    """
    drafts, questions = draft.items, tuple(_clean_question(q) for q in draft.questions)
    if len(drafts) > MAX_ITEMS:
        text = f"The plan has {len(drafts)} steps; at most {MAX_ITEMS} are allowed. Can it be done in parts?"
        drafts, questions = (), (*questions, Question(text, context.request[:200]))
    trials: list[ItemTrial] = []
    for item in drafts:
        trials.append(_judge_item(item, context, trials, profiles))
    items = tuple(_judged(item, trial) for item, trial in zip(drafts, trials, strict=True))
    refused = tuple(_question_about(i) for i in items if i.error is not None)
    return JudgedPlan(
        draft=_clean_draft(draft),
        questions=(*questions, *refused),
        items=items,
        version=context.version,
        timeline_hash=context.timeline.state_hash,
        before_ticks=context.timeline.duration_ticks,
        after_ticks=trials[-1].after_ticks if trials else context.timeline.duration_ticks,
        digest=hash_json([[i.position, i.call] for i in items]),
    )


def _judge_item(
    item: ItemDraft, context: PlanContext, earlier: list[ItemTrial], profiles: Path | None
) -> ItemTrial:
    before = earlier[-1].after if earlier else context.timeline
    try:
        check_planned(item.call)
        call = with_known_files(item.call, context)
        _check_links(item.depends_on, len(earlier) + 1)
        trial = try_item(before, call, earlier)
        if isinstance(trial.tool, Render):
            trial.tool.check_profile(before, profiles)
    except (InvalidInput, NotFound) as error:
        return fail_item(before, item.call, len(earlier) + 1, f"{error.message} {error.advice}".strip())
    return trial


def _check_links(depends_on: Sequence[Any], position: int) -> None:
    """Raise for a link that does not lead to an earlier item: nothing would ever come of the item."""
    for link in depends_on:
        if type(link) is not int or not 1 <= link < position:
            named = f"item {link}" if type(link) is int and abs(link) <= MAX_ITEMS else "an item"
            raise InvalidInput(f"It waits for {named}, which does not come before it.", field="depends_on")


def _judged(item: ItemDraft, trial: ItemTrial) -> JudgedItem:
    call = trial.tool.model_dump(mode="json") if trial.tool is not None else trial.call
    links = {*item.depends_on, *list_references(call)} if trial.error is None else set[int]()
    return JudgedItem(
        position=trial.position,
        tool=trial.tool_name,
        call=call,
        title=clean_text(trial.title or item.title),
        reason=clean_text(item.reason),
        error=trial.error,
        depends_on=tuple(sorted(links)),
        targets=trial.targets,
        before_ticks=trial.before_ticks,
        after_ticks=trial.after_ticks,
    )


def _question_about(item: JudgedItem) -> Question:
    return Question(text=f"This step cannot be done: {item.error}", about=item.title)


def _clean_question(question: Question) -> Question:
    options = tuple(clean_text(o) for o in question.options)
    return Question(clean_text(question.text), clean_text(question.about), options)


def _clean_draft(draft: PlanDraft) -> PlanDraft:
    """The words around the items, fit to be stored; sources and scores that are not are left out."""
    return replace(
        draft,
        summary=clean_text(draft.summary),
        items=(),
        questions=(),
        assumptions=tuple(clean_text(a) for a in draft.assumptions),
        cited_inputs=tuple(c for c in draft.cited_inputs if find_unstorable(c) is None),
        scores={name: score for name, score in draft.scores.items() if math.isfinite(score)},
        prompt=clean_text(draft.prompt) if draft.prompt is not None else None,
    )
