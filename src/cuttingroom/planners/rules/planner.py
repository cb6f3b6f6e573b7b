"""The offline planner: plain English to plan items, without a model.

Rules for requests of several clauses, chosen so that one sentence means what its writer sees:

1. Clock times (`0:30`, `10 seconds in`) and clip numbers mean the video as the person sees it now, wherever
   they stand in the request, until a "then" ("after that", "next", "finally"): after it they mean the video
   that all before it makes. In "cut the first 10 seconds and add a title at 0:30" the title comes where 0:30
   was; with "then add a title at 0:30" at 0:30 of the shorter video. Either is listed with the assumptions
   where it matters. Names mean all that is left of that clip. A moment that is cut away between two "then"s
   is asked about, and so is a title or music that would begin or end there. "0:30 of the finished video"
   means the video after all changes before this clause.
2. Relative places (first and last so many seconds, halves, start, middle, end, throughout) mean, in clauses
   that change time, the same video, and after a "then" what is left by then. In clauses that decorate
   (volume, mutes, fades, titles, captions, music) they mean the video after all changes of time up to the
   next "then": in "cut the first 10 seconds and put music under the second half" it is the second half of the
   result. What that is, is listed with the assumptions. The last clip and all clips mean the clips that are
   seen, as the numbers do.
3. Between two "then"s what changes time (cuts, speed, order) is done first in the order said, then
   crossfades, then all that rests on the pictures as they are (volume, fades, titles, captions, music). So
   "fade in and cut the first 10 seconds" fades the start that remains.
4. A clause is planned whole or not at all. What is not understood, vague, outside the video, contradictory or
   refused by the edit becomes a question that quotes it. Everything filled in is listed as an assumption.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from cuttingroom.core.time import TimeRange
from cuttingroom.planners.base import Change, EarlierRequest, Need, PlanContext, PlanDraft, Question
from cuttingroom.planners.draft import makes_file_only
from cuttingroom.planners.json_values import is_array
from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.planners.rules.frames.catalog import get_frame
from cuttingroom.planners.rules.languages import find_language
from cuttingroom.planners.rules.places import stretch_range
from cuttingroom.planners.rules.plans import cuts, fades, music, order, sound, speed, titles
from cuttingroom.planners.rules.reader import Read, begins_as_wish, read
from cuttingroom.planners.rules.rephrasing import is_correction
from cuttingroom.planners.rules.talk import (
    Correction,
    find_changes,
    find_correction,
    plan_answer,
)
from cuttingroom.planners.rules.targets import describe_target, elements_of
from cuttingroom.planners.rules.topics import topic_of
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.edits.restore import Restore
from cuttingroom.timeline.edits.take_back import TakeBack
from cuttingroom.timeline.effects import FadeIn, FadeOut
from cuttingroom.timeline.model import Element, TextSource
from cuttingroom.tools.render import PREVIEW

MOST_CHARACTERS = 4000
EXAMPLES = (
    "cut the first 10 seconds",
    "remove the silences longer than half a second",
    'add a title "Hello" at 0:05 for 3 seconds',
    "put a warm piano bed under the second half",
)

_STEPS: dict[type, tuple[int, Callable[[Board, Any], None]]] = {
    r.Cut: (0, cuts.plan_cut),
    r.CutUnplaced: (0, cuts.plan_cut_unplaced),
    r.Keep: (0, cuts.plan_keep),
    r.Silences: (0, cuts.plan_silences),
    r.RemoveGaps: (0, cuts.plan_gaps),
    r.CloseGaps: (0, cuts.plan_close),
    r.Remove: (0, cuts.plan_remove),
    r.Trim: (0, cuts.plan_trim),
    r.Split: (0, cuts.plan_split),
    r.Speed: (0, speed.plan_speed),
    r.Place: (0, order.plan_place),
    r.Move: (0, order.plan_move),
    r.Swap: (0, order.plan_swap),
    r.Crossfade: (1, order.plan_crossfade),
    r.Volume: (2, sound.plan_volume),
    r.Mute: (2, sound.plan_mute),
    r.Fade: (2, fades.plan_fade),
    r.Fades: (2, fades.plan_fades),
    r.Title: (2, titles.plan_title),
    r.Captions: (2, titles.plan_captions),
    r.Music: (2, music.plan_music),
    r.AddTrack: (2, titles.plan_track),
}
"""For each reading: when in its group it is planned, and how."""


def _step(reading: r.Reading | None) -> int:
    """When in its group a clause is planned. A title that moves changes no time."""
    if isinstance(reading, r.Move) and isinstance(reading.target, (r.Sort, r.TitleText)):
        return 2
    if isinstance(reading, r.Framed):
        return get_frame(reading.frame).step
    return _STEPS.get(type(reading), (0, None))[0]


def _topic_of_remark(board: Board, about: r.Target | r.Stretch | None) -> r.Target | TimeRange | None:
    if isinstance(about, (r.Between, r.First, r.Last, r.Middle, r.Share, r.InClip, r.Spoken)):
        return stretch_range(board, about)
    return about  # type: ignore[return-value]


def _sort_of(reading: r.Reading | None) -> object:
    return reading.frame if isinstance(reading, r.Framed) else type(reading)


def _back(change: Change) -> Restore:
    return Restore.model_validate(change.inverse)


def _places_things(reading: r.Reading | None) -> bool:
    if isinstance(reading, r.Framed):
        return get_frame(reading.frame).places
    return isinstance(reading, (r.Title, r.Music, r.Move))


def _plan(board: Board, reading: r.Reading) -> None:
    """Add the items of a reading to the board. Raises Unclear."""
    if isinstance(reading, r.Framed):
        plan = get_frame(reading.frame).plan
        assert plan is not None
        plan(board, dict(reading.slots))
    else:
        _STEPS[type(reading)][1](board, reading)


class RulesPlanner:
    """Plans what its grammar lists, the same way every time, and asks about everything else."""

    name = "rules"

    def needs(self, request: str, before: str = "") -> frozenset[Need]:
        """Silences, transcripts and other facts where the request speaks of them."""
        clauses = read(request[:MOST_CHARACTERS]).clauses
        if before and (is_correction(request) or any(c.reading is None for c in clauses)):
            clauses += read(before[:MOST_CHARACTERS]).clauses
        found: set[Need] = set()
        for clause in clauses:
            parts = list(_parts(clause.reading))
            if any(isinstance(p, r.Silences) for p in parts):
                found.add(Need.SILENCES)
            if any(isinstance(p, (r.Captions, r.Spoken, r.SpokenPoint)) for p in parts):
                found.add(Need.TRANSCRIPT)
            found.update(*(get_frame(p.frame).needs for p in parts if isinstance(p, r.Framed)))
        return frozenset(found)

    def plan(self, context: PlanContext) -> PlanDraft:
        """Items for all that was understood and questions for the rest. Never raises.

        After a request with open questions the message may answer them; after any it may correct it.
        """
        before = context.before
        if before is not None and before.questions:
            answered = self._plan_alone(context) or plan_answer(context, before, self._plan)
            if answered is not None:
                return answered
        if before is not None:
            correction = find_correction(context, before, _names(context))
            if correction is not None:
                return self._plan_correction(context, before, correction)
        return self._plan(context)

    def _plan_alone(self, context: PlanContext) -> PlanDraft | None:
        """The plan of a message that is a whole request in itself, and so answers nothing; None for any
        other."""
        if not begins_as_wish(context.request, _names(context)):
            return None
        draft = self._plan(context)
        return draft if draft.items and not draft.questions else None

    def _plan_correction(
        self, context: PlanContext, before: EarlierRequest, correction: Correction
    ) -> PlanDraft:
        draft = self._plan(replace(context, request=correction.request), correction.changes)
        note = f"“{context.request}” changes “{before.request}” to “{correction.request}”."
        return replace(draft, assumptions=(note, *draft.assumptions))

    def _plan(self, context: PlanContext, first: tuple[Change, ...] = ()) -> PlanDraft:
        """The plan of one request by itself, after taking back the changes `first`."""
        if not context.request.strip():
            return self._asking("The request is empty. What should be done with the video?", "")
        if len(context.request) > MOST_CHARACTERS:
            return self._asking(
                "The request is very long. Can you say it in fewer words?", context.request[:80]
            )
        found = read(context.request, _names(context))
        language = find_language(context.request)
        if language is not None and any(c.reading is None for c in found.clauses):
            return self._asking(_reads_english(language), context.request)
        if not found.clauses:
            return self._asking("I do not understand what should be done with the video.", context.request)
        return _Planning(context, found, first).draft(self.name)

    def _asking(self, text: str, about: str) -> PlanDraft:
        question = Question(text, about, EXAMPLES)
        return PlanDraft(_summary_of_questions(1), (), self.name, (question,))


def _reads_english(language: str) -> str:
    return (
        f"Not understood: this looks like {language}, and the rules planner reads English only. Say it in "
        "English, or let a language model read it: --planner openai:MODEL, anthropic:MODEL or ollama:MODEL."
    )


class _Planning:
    """One request on its way to a draft."""

    def __init__(self, context: PlanContext, found: Read, first: tuple[Change, ...] = ()) -> None:
        self.board = Board(context)
        self.first = first
        self.steady: list[tuple[int, str]] = []
        self.read = found
        self.protected: list[tuple[int, str, r.Target]] = []
        self.refused: list[tuple[int, r.Reading]] = []

    def draft(self, name: str) -> PlanDraft:
        board = self.board
        for note in self.read.notes:
            board.assume(note)
        if self.first:
            board.begin(0, board.context.request)
            self._take_back(tuple(reversed(self.first)))
        for n, group in self._groups():
            if n or self.first:
                board.begin_group()
            for index, clause in group:
                self._plan_clause(index, clause)
        self._check_refused()
        self._check_protected()
        self._check_steady()
        if not board.items and not board.questions and not board.wishes.is_asked:
            board.begin(0, board.context.request.strip())
            board.ask("There is nothing left to do. What should be changed?", EXAMPLES)
        self._add_render()
        return self._finish(name)

    def _groups(self) -> Iterator[tuple[int, list[tuple[int, r.Clause]]]]:
        """The clauses between two "then"s, in the order in which they are planned."""
        clauses = list(enumerate(self.read.clauses))
        for group in sorted({c.group for _, c in clauses}):
            members = [(n, c) for n, c in clauses if c.group == group]
            yield group, sorted(members, key=lambda pair: _step(pair[1].reading))

    def _plan_clause(self, index: int, clause: r.Clause) -> None:
        board = self.board
        decorates = _step(clause.reading) == 2
        board.begin(index, clause.said, decorates=decorates)
        board.places_things = decorates and _places_things(clause.reading)
        if clause.reading is None:
            board.ask(clause.question or "I do not understand this. What should happen?")
            return
        if self._noted(index, clause.reading):
            return
        count, assumed, cited = len(board.items), len(board.assumptions), len(board.cited)
        try:
            board.made = None
            _plan(board, clause.reading)
            board.topic = board.made or topic_of(clause.reading, board.topic)
            board.split_clip = clause.reading.clip if isinstance(clause.reading, r.Split) else None
        except Unclear as e:
            board.undo_to(count)
            del board.assumptions[assumed:], board.cited[cited:]
            board.ask(str(e), e.options)

    def _noted(self, index: int, reading: r.Reading) -> bool:
        """Whether the clause is not a change: something to leave alone, a render, an undo."""
        match reading:
            case r.Remark(about):
                self.board.assume(f"“{self.board.said}” is taken for the reason, not for a wish.")
                self.board.topic = _topic_of_remark(self.board, about)
            case r.Steady():
                self.steady.append((index, self.board.said))
            case r.Undo(words):
                self._take_back(find_changes(self.board.context.history, words))
            case r.Render(preview):
                self._wish_render(preview)
            case r.Dont(r.Render()) | r.Dont(r.Framed("export", ())):
                self.board.wishes.is_refused = True
                self.board.assume("The video is not rendered.")
            case r.Dont(refused):
                self.refused.append((index, refused))
                self.board.assume(f"As asked, this is not done: “{self.board.said}”.")
            case r.Protect(targets):
                for target in targets:
                    self.protected.append((index, self.board.said, target))
            case _:
                return False
        return True

    def _wish_render(self, preview: bool) -> None:
        try:
            self.board.wishes.add(self.board.said, **({"profile": PREVIEW} if preview else {}))
        except Unclear as e:
            self.board.ask(str(e), e.options)

    def _take_back(self, changes: tuple[Change, ...]) -> None:
        """Undo changes of earlier requests, newest first."""
        board = self.board
        if not changes:
            last = [c.title or c.tool for c in board.context.history[-4:]]
            known = f"The last changes were: {'; '.join(last)}." if last else "Nothing was changed yet."
            board.ask(f"There is no such change to undo. {known} Which one is meant?", tuple(reversed(last)))
            return
        count = len(board.items)
        try:
            for change in changes:
                board.add(TakeBack(event_id=change.event_id, title=change.title, back=_back(change)))
        except Unclear as e:
            board.undo_to(count)
            board.ask(f"{e} It can be taken back by itself once what stands on it is.")

    def _check_refused(self) -> None:
        """A request that wants a thing and its opposite is asked about."""
        kinds = {_sort_of(c.reading) for c in self.read.clauses}
        for index, refused in self.refused:
            if _sort_of(refused) in kinds:
                self.board.begin(index, self.read.clauses[index].said)
                self.board.ask(
                    "Another part of the request asks for the same sort of change. Which one counts?"
                )

    def _check_protected(self) -> None:
        for index, said, target in self.protected:
            self.board.begin(index, said)
            what = describe_target(target)
            try:
                kept = {e.id: e for e in elements_of(Board(self.board.context), target)}
            except Unclear as e:
                self.board.assume(f"{e} So there is nothing to leave alone.")
                continue
            touched = self._touching(kept, target)
            if touched:
                self.board.ask(
                    f"{what.capitalize()} should stay as it is, but this changes it: {touched}. Which "
                    f"one counts?"
                )
            else:
                self.board.assume(f"Nothing is done to {what}.")

    def _check_steady(self) -> None:
        """Where nothing may move, a step that moves time is asked about."""
        for index, said in self.steady:
            self.board.begin(index, said)
            moved = [
                i.title for i, c in zip(self.board.items, self.board.clocks, strict=True) if c.moves_time
            ]
            if moved:
                self.board.ask(
                    f"Nothing should move, but this changes the length: {moved[0]}. Which one counts?"
                )
            else:
                self.board.assume("Nothing else moves.")

    def _touching(self, kept: dict[str, Element], target: r.Target) -> str:
        """The title of the first item that changes what should stay, or nothing. Moving along is no
        change."""
        for item, trial in zip(self.board.items, self.board.trials, strict=True):
            after = {e.id: e for t in trial.after.tracks for e in t.elements}
            if any(
                i not in after or _kept_part(after[i], target) != _kept_part(e, target)
                for i, e in kept.items()
            ):
                return item.title
        return ""

    def _add_render(self) -> None:
        """The video at the end of everything that changes it. What was chosen beside the request counts."""
        board = self.board
        if board.wishes.is_refused or not (
            board.wishes.is_asked or any(isinstance(t.tool, Edit) for t in board.trials)
        ):
            return
        before = tuple(t.position for t in board.trials if not makes_file_only(t))
        board.begin(len(self.read.clauses), board.context.request)
        chosen = {"profile": board.context.profile} if board.context.profile is not None else {}
        wished = board.wishes.find("profile")
        if chosen and wished not in (None, board.context.profile):
            board.assume(f"The profile {board.context.profile}, chosen beside the request, counts.")
        try:
            board.add(board.wishes.render(**chosen), "The result is a video.")
        except Unclear as e:
            board.ask(str(e))
            return
        last = board.items.pop()
        board.items.append(type(last)(last.call, last.title, last.reason, before))

    def _finish(self, name: str) -> PlanDraft:
        board = self.board
        questions = tuple(q for _, q in sorted(board.questions, key=lambda pair: pair[0]))
        titles = [i.title for i in board.items if i.call["tool"] != "render"]
        summary = "; ".join(titles[:6]) + (f"; and {len(titles) - 6} more" if len(titles) > 6 else "")
        if not titles:
            summary = "Render the video." if board.items else _summary_of_questions(len(questions))
        return PlanDraft(
            summary=summary,
            items=tuple(board.items),
            planner=name,
            questions=questions,
            assumptions=tuple(board.assumptions),
            cited_inputs=tuple(board.cited),
            scores={"understood": _understood(len(self.read.clauses), questions)},
        )


def _summary_of_questions(count: int) -> str:
    """One sentence that stands above the questions when nothing else is planned."""
    if count == 0:
        return "Nothing needs to be done."
    return (
        f"Nothing is planned before {'this question is' if count == 1 else 'these questions are'} answered."
    )


def _kept_part(element: Element, target: r.Target) -> Element:
    """What of an element must stay as it is: not its place, and of its sound or picture only the one that
    is meant."""
    changes: dict[str, Any] = {"start_ticks": 0}
    if target in (r.Sort("sound"), r.Sort("voice")):
        changes["effects"] = tuple(
            e for e in element.effects if not isinstance(e, (FadeIn, FadeOut)) or e.sound
        )
    if target == r.Sort("picture"):
        changes |= {"volume": 1.0, "gain_db": 0.0}
        changes["effects"] = tuple(
            e for e in element.effects if isinstance(e, (FadeIn, FadeOut)) and e.picture
        )
    return element.model_copy(update=changes)


def _understood(clauses: int, questions: tuple[Question, ...]) -> float:
    return round(1 - min(len(questions), clauses) / clauses, 3) if clauses else 0.0


def _names(context: PlanContext) -> list[str]:
    """Names of clips and files that may stand in the request without quotation marks."""
    clips = [e.name for t in context.timeline.tracks for e in t.elements]
    titles = [
        e.source.text for t in context.timeline.tracks for e in t.elements if isinstance(e.source, TextSource)
    ]
    short = [t for t in titles if len(t.split()) <= 4]
    files = [f.name for f in (*context.media, *context.luts)]
    return [n for n in dict.fromkeys([*clips, *files, *short]) if n]


def _parts(value: Any) -> Iterator[Any]:
    """A reading and all that it is made of, but not what it forbids."""
    if isinstance(value, r.Dont):
        return
    yield value
    if is_array(value):
        for part in value:
            yield from _parts(part)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from _parts(getattr(value, name))
