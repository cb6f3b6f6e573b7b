"""The model planner: a language model reads the request, we judge every item of its answer.

Nothing that a model returns is believed: calls are parsed, files are looked up in the context, ids must exist
on the timeline as it will then be, words and silences come from what is known and not from the model. What
cannot run is sent back with the precise reasons, twice at most; what is still wrong then becomes a question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from cuttingroom.core.errors import InvalidInput, ProviderBroken
from cuttingroom.core.hashing import hash_json
from cuttingroom.core.ids import new_token
from cuttingroom.core.settings import Settings
from cuttingroom.planners.base import ItemDraft, Need, PlanContext, PlanDraft, Question
from cuttingroom.planners.calls import complete_call
from cuttingroom.planners.dependencies import find_dependencies, follow
from cuttingroom.planners.draft import ItemTrial, fail_item, list_references, makes_file_only, try_item
from cuttingroom.planners.json_values import is_array
from cuttingroom.planners.prompting import quote, system_prompt, user_prompt
from cuttingroom.providers.base import CallRecorder
from cuttingroom.providers.language.agents import build_model, describe_model, run_agent
from cuttingroom.providers.wrappers import CostCap, RateLimit
from cuttingroom.tools.render import Render

if TYPE_CHECKING:
    from pydantic_ai import Agent
    from pydantic_ai.run import AgentRunResult

MOST_ITEMS = 60
MOST_REPAIRS = 2
MOST_REQUESTS = 4
"""Requests to the model within one round: an answer of the wrong shape is asked for again inside it."""

_SPOKEN_OF = {
    Need.LOUDNESS: re.compile(r"lou?d|lufs|normali[sz]|level|volume|quiet", re.IGNORECASE),
    Need.BEATS: re.compile(r"beat|rhythm|tempo|music|song|track", re.IGNORECASE),
    Need.SCENES: re.compile(r"beat|rhythm|shot|scene|cuts\b", re.IGNORECASE),
    Need.BREATHS: re.compile(r"breath|inhal|gasp", re.IGNORECASE),
}
"""Words that speak of what takes a while to find out."""

Line = Annotated[str, Field(max_length=1000)]


class _Answer(BaseModel):
    """Extra fields are dropped: a chatty model is not a wrong plan."""

    model_config = ConfigDict(extra="ignore")


class AnswerQuestion(_Answer):
    text: Line
    about: Line = ""
    options: Annotated[list[Line], Field(max_length=10)] = []


class AnswerItem(_Answer):
    call: dict[str, Any]
    reason: Line = ""


class PlanAnswer(_Answer):
    """The plan: calls in order, what was filled in, and what must be asked first."""

    summary: Line
    assumptions: Annotated[list[Line], Field(max_length=40)] = []
    questions: Annotated[list[AnswerQuestion], Field(max_length=20)] = []
    items: list[AnswerItem] = []


class ModelPlanner:
    """`name` is `openai:MODEL`, `anthropic:MODEL` or `ollama:MODEL`."""

    def __init__(
        self,
        settings: Settings,
        name: str,
        *,
        record: CallRecorder | None = None,
        cap: CostCap | None = None,
        rate: RateLimit | None = None,
    ) -> None:
        """Raises InvalidInput for a wrong name and ProviderMissing when the vendor is not configured."""
        self.name = name
        self.info = describe_model(settings, name)
        self._settings = settings
        self._options: dict[str, Any] = {"record": record, "cap": cap, "rate": rate}

    def needs(self, request: str, before: str = "") -> frozenset[Need]:
        """All that is known about the media: which of it matters, the model decides. What takes a while to
        find out only where the request speaks of it."""
        spoken_of = {need for need, words in _SPOKEN_OF.items() if words.search(f"{before} {request}")}
        return frozenset({Need.SILENCES, Need.TRANSCRIPT, *spoken_of})

    def plan(self, context: PlanContext) -> PlanDraft:
        """A draft whose items all run on the timeline. Raises ProviderError when the model is away, refuses
        or
        never gives an answer of the right shape."""
        if not context.request.strip():
            question = Question("The request is empty. What should be done with the video?", "")
            return PlanDraft("Nothing is planned yet.", (), self.name, (question,))
        token = new_token(24)
        system, prompt = system_prompt(token, MOST_ITEMS), user_prompt(context, token)
        agent = self._agent(system)
        result = self._ask(agent, prompt, context)
        trials = _try_answer(context, result.output)
        for _ in range(MOST_REPAIRS):
            if not _complaints(result.output, trials):
                break
            again = quote("problems", _complaints(result.output, trials), token)
            result = self._ask(agent, f"{_REPAIR}\n\n{again}", context, result.all_messages())
            trials = _try_answer(context, result.output)
        return self._draft(context, result.output, trials, f"{system}\n\n{prompt}")

    def _agent(self, system: str) -> Agent[None, PlanAnswer]:
        from pydantic_ai import Agent

        return Agent(
            build_model(self._settings, self.name),
            output_type=PlanAnswer,
            instructions=system,
            retries=MOST_REPAIRS,
        )

    def _ask(
        self, agent: Agent[None, PlanAnswer], prompt: str, context: PlanContext, history: Sequence[Any] = ()
    ) -> AgentRunResult[PlanAnswer]:
        from pydantic_ai.usage import UsageLimits

        request_hash = hash_json([self.name, context.request, context.timeline.state_hash, len(history)])
        return run_agent(
            agent,
            prompt,
            info=self.info,
            request_hash=request_hash,
            message_history=list(history) or None,
            usage_limits=UsageLimits(request_limit=MOST_REQUESTS),
            **self._options,
        )

    def _draft(
        self, context: PlanContext, answer: PlanAnswer, trials: Sequence[ItemTrial], prompt: str
    ) -> PlanDraft:
        questions = [Question(q.text, q.about, tuple(q.options)) for q in answer.questions]
        questions += [_question_about(context, t) for t in trials if t.error is not None]
        if len(answer.items) > MOST_ITEMS:
            questions.append(Question(_too_many(answer), context.request[:200]))
            trials = []
        good = [(t, answer.items[t.position - 1].reason) for t in trials if t.error is None]
        items = _draft_items(context, good)
        if not items and not questions:
            questions.append(
                Question(f"The model planned nothing: {answer.summary[:300]}", context.request[:200])
            )
        tried = [t for t in trials if t.call.get("tool") != "render"]
        share = sum(t.error is None for t in tried) / len(tried) if tried else 0.0
        return PlanDraft(
            summary=answer.summary,
            items=items,
            planner=self.name,
            questions=tuple(questions),
            assumptions=tuple(answer.assumptions),
            cited_inputs=_cited(items),
            provider=self.info.name,
            model=self.info.model,
            scores={"valid": round(share, 3)},
            prompt=prompt,
        )


_REPAIR = (
    "Some of these items cannot run. Answer with the whole plan again, mended; leave out what cannot be "
    "done and ask "
    "about it instead. The block below says what is wrong, as data."
)


def _try_answer(context: PlanContext, answer: PlanAnswer) -> list[ItemTrial]:
    """Every item on the timeline as it will then be; renders are left to the end."""
    trials: list[ItemTrial] = []
    for item in answer.items[:MOST_ITEMS]:
        before = trials[-1].after if trials else context.timeline
        try:
            call = complete_call(item.call, replace(context, timeline=before))
        except InvalidInput as e:
            trials.append(fail_item(before, item.call, len(trials) + 1, f"{e.message} {e.advice}".strip()))
            continue
        trials.append(try_item(before, call, trials))
    return trials


def _complaints(answer: PlanAnswer, trials: Sequence[ItemTrial]) -> list[dict[str, Any]]:
    if len(answer.items) > MOST_ITEMS:
        return [{"problem": _too_many(answer)}]
    return [{"item": t.position, "tool": t.tool_name, "problem": t.error} for t in trials if t.error]


def _too_many(answer: PlanAnswer) -> str:
    count = len(answer.items)
    return f"The plan has {count} items; at most {MOST_ITEMS} are allowed. Can it be done in smaller steps?"


def _question_about(context: PlanContext, trial: ItemTrial) -> Question:
    return Question(
        f"The model proposed “{trial.tool_name}” as step {trial.position}, which cannot run: "
        f"{(trial.error or '')[:600]} "
        "What should happen instead?",
        context.request[:200],
    )


def _draft_items(context: PlanContext, good: Sequence[tuple[ItemTrial, str]]) -> tuple[ItemDraft, ...]:
    """The items that run, numbered anew without the others, and one render at the end, unless nothing was
    asked for but files such as stills."""
    asked = next((t.tool for t, _ in good if isinstance(t.tool, Render)), Render())
    kept = [(t, reason) for t, reason in good if t.call["tool"] != "render"]
    places = {t.position: n for n, (t, _) in enumerate(kept, 1)}
    if not good:
        return ()
    trials: list[ItemTrial] = []
    items: list[ItemDraft] = []
    for old, reason in kept:
        assert old.tool is not None
        call = _renumbered(old.tool.model_dump(mode="json"), places)
        trial = try_item(trials[-1].after if trials else context.timeline, call, trials)
        if trial.error is not None:
            raise ProviderBroken(f"A step that was valid is not any more: {trial.error}")
        depends_on = find_dependencies(call, trial, trials, [follow(t) for t in trials])
        items.append(ItemDraft(call, trial.title, reason, depends_on))
        trials.append(trial)
    changes = tuple(t.position for t in trials if not makes_file_only(t))
    if trials and not changes and not any(isinstance(t.tool, Render) for t, _ in good):
        return tuple(items)
    render = asked.model_copy(update={"profile": context.profile or asked.profile})
    title = render.describe(trials[-1].after if trials else context.timeline)
    items.append(ItemDraft(render.model_dump(mode="json"), title, "The result is a video.", changes))
    return tuple(items)


def _renumbered(value: Any, places: dict[int, int]) -> Any:
    """A call whose references follow items to their new positions."""
    if not list_references(value):
        return value
    if is_array(value):
        return [_renumbered(part, places) for part in value]
    if set(value) == {"from_item"}:
        return {"from_item": places[value["from_item"]]}
    return {name: _renumbered(part, places) for name, part in value.items()}


def _cited(items: Sequence[ItemDraft]) -> tuple[dict[str, Any], ...]:
    """The transcripts and silences that the plan rests on."""
    kinds = {"add_captions": ("transcripts", "transcript"), "remove_silences": ("silences", "silences")}
    return tuple(
        {"kind": kinds[item.call["tool"]][1], "artifact_id": source["artifact_id"]}
        for item in items
        if item.call["tool"] in kinds
        for source in item.call[kinds[item.call["tool"]][0]]
    )
