"""What a message means after another one: the answer to a question, or a correction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from cuttingroom.planners.base import Change, EarlierRequest, PlanContext, PlanDraft, Question
from cuttingroom.planners.rules.rephrasing import is_correction, rephrase, replace_like, without_lead

Plan = Callable[[PlanContext], PlanDraft]
_YES = frozenset(("yes", "y", "yeah", "yep", "ok", "okay", "sure", "right", "correct", "do that", "go ahead"))
_MOST_TRIES = 60


@dataclass(frozen=True)
class Correction:
    """The request before with a part replaced, and the changes that it takes back first."""

    request: str
    changes: tuple[Change, ...]


def plan_answer(context: PlanContext, before: EarlierRequest, plan: Plan) -> PlanDraft | None:
    """The plan of the request before, with this message for an answer; None when it answers nothing.

    An answer is one that leaves fewer questions than there were and raises no other. A yes takes what was
    proposed."""
    known = {q.text for q in before.questions}
    for question in before.questions:
        answer = _answer(question, context.request)
        if answer is None or question.about not in before.request:
            continue
        for said in list(dict.fromkeys(rephrase(question.about, answer)))[:_MOST_TRIES]:
            whole = before.request.replace(question.about, said, 1)
            draft = plan(replace(context, request=whole, before=None))
            if len(draft.questions) < len(before.questions) and {q.text for q in draft.questions} <= known:
                note = f"“{context.request}” answers “{question.text}”: read as “{said}”."
                return replace(draft, assumptions=(note, *draft.assumptions))
    return None


def _answer(question: Question, said: str) -> str | None:
    """What was chosen: one of the options by yes or by number, else the words themselves."""
    short = said.strip().rstrip(".!").lower()
    if short in _YES:
        return question.options[0] if question.options else None
    if short.isdigit() and 1 <= int(short) <= len(question.options):
        return question.options[int(short) - 1]
    return without_lead(said)


def find_correction(context: PlanContext, before: EarlierRequest, names: list[str]) -> Correction | None:
    """What "no, make that 2 seconds" makes of the request before; None when it is no such message."""
    if not is_correction(context.request):
        return None
    said = without_lead(context.request)
    changed = replace_like(before.request, said, names)
    if changed is None or changed == before.request:
        return None
    return Correction(changed, tuple(c for c in context.history if c.run_id == before.run_id))


def find_changes(history: tuple[Change, ...], words: tuple[str, ...]) -> tuple[Change, ...]:
    """The changes that "undo the fade" or "undo that" means, newest first; empty when there is none such."""
    if not history:
        return ()
    wanted = [w for w in words if w not in _EMPTY]
    if not wanted:
        last = history[-1]
        return tuple(c for c in reversed(history) if c is last or (last.run_id and c.run_id == last.run_id))
    if wanted[0] in ("everything", "all"):
        return tuple(reversed(history))
    for change in reversed(history):
        if all(_names(change, word) for word in wanted):
            return (change,)
    return ()


_EMPTY = frozenset(
    ("that", "it", "this", "last", "the", "change", "edit", "step", "thing", "one", "my", "again", "please")
)
_SAID_OF = {
    "cut": ("remove", "keep", "trim"), "fade": ("fade",), "title": ("title",), "text": ("title",),
    "music": ("music",), "crop": ("transform", "reframe"), "zoom": ("zoom",), "blur": ("hide",),
    "captions": ("captions",), "subtitles": ("captions",), "transition": ("transition",),
    "crossfade": ("transition",), "speed": ("speed",), "volume": ("volume", "gain"),
    "colours": ("colour",), "colors": ("colour",), "logo": ("overlay",),
}  # fmt: skip


def _names(change: Change, word: str) -> bool:
    stem = word.rstrip("s") if len(word) > 3 else word
    said = _SAID_OF.get(word, _SAID_OF.get(stem, (stem,)))
    return any(part in change.tool or part in change.title.lower() for part in (*said, stem))
