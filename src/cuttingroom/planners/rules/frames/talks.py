"""Frames for what is said: fillers, repeated takes, breaths, words, and parts about something."""

from __future__ import annotations

import re
from collections.abc import Callable

from cuttingroom.core.errors import InvalidInput
from cuttingroom.planners.base import Need
from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.planners.rules.frames.frame import TIME, Frame, Slots
from cuttingroom.planners.spoken import (
    Choice,
    Talk,
    choose_about,
    choose_breaths,
    choose_fillers,
    choose_repeats,
    choose_words,
)
from cuttingroom.timeline.edits.remove_spoken import RemoveSpoken
from cuttingroom.timeline.speech.fillers import PHRASES
from cuttingroom.timeline.speech.terms import letters

LISTENS = frozenset({Need.TRANSCRIPT, Need.SILENCES})
CUT = (
    "(remove|cut|delete|drop|strip|trim|lose|erase|kill|clean|chop|get rid of|take|take out|clear|scrap|axe)"
)
SAYS = "<he says|she says|i say|they say|we say|you say|someone says|somebody says|speaker says|it says|says>"
_ANY = "out off away up all every each any of my your his her their our from in it"
_TALK = "whole thing entire clip recording talk interview podcast speech audio sound video footage"
_FILLERS = {
    "you knows": "you know", "you know": "you know", "likes": "like", "i means": "I mean", "i mean": "I mean",
    "sort ofs": "sort of", "kind ofs": "kind of", "basicallys": "basically",
}  # fmt: skip
"""Phrases that fill time, as people name them."""
_NAMED = "um|ums|uh|uhs|umm|umms|uhm|uhms|ah|ahs|er|ers|erm|erms|hmm|hmms|eh|ehs|uhh|uhhs|ummms|" + "|".join(
    _FILLERS
)
_EVERY_KIND = (
    "filler|fillers|filler words|filler word|filler sounds|hesitations|hesitation sounds|verbal fillers"
    "|so on|such"
)
_ABOUT = (
    "(about|concerning|regarding) TOPIC",
    "(talk|talks|talking|talked|speak|speaks|speaking|spoke) (about|of) TOPIC",
    "(mention|mentions|discuss|discusses|mentioning|discussing|mentioned|discussed) TOPIC",
    "to do with TOPIC",
)
_TIMES = re.compile(
    r"\d:\d\d|\d\s*(?:s|sec|secs|m|min|mins|%)\b|\b(?:seconds?|secs?|minutes?|mins?|half)\b", re.IGNORECASE
)
_PARTS = (
    "out off away part parts bit bits section sections stuff moment moments sentences clips footage all "
    "those where when in which everything only he she they i we you people someone anyone somebody is are"
)


def add_chosen(board: Board, choose: Callable[[Talk], Choice]) -> None:
    """Put what was chosen on the board, with the reasons for it."""
    talk = Talk(board.context, board.timeline)
    try:
        choice = choose(talk)
    except InvalidInput as error:
        raise asked(error) from error
    for artifact_id in talk.files:
        if artifact_id in board.context.transcripts:
            board.cite("transcript", artifact_id)
    board.add(choice.edit, " ".join(choice.notes)[:4000])
    for note in choice.notes:
        board.assume(note)


def asked(error: InvalidInput) -> Unclear:
    """The question that a choice raises which cannot be made."""
    options: tuple[str, ...] = tuple(error.detail.get("options", ()))
    advice = f" {error.advice}" if error.advice and not options else ""
    question = "" if options else " What should happen instead?"
    return Unclear(f"{error.message}{advice}{question}", options)


def _plan_fillers(board: Board, slots: Slots) -> None:
    """Whoever says "filler words" means all of them, who says "the ums and uhs" means sounds."""
    named: tuple[str, ...] = slots["what"]
    phrases = tuple(_FILLERS[n] for n in named if n in _FILLERS)
    if set(named) & set(_EVERY_KIND.split("|")):
        phrases = PHRASES
    add_chosen(board, lambda talk: choose_fillers(talk, phrases))


def _plan_leave_fillers(board: Board, slots: Slots) -> None:
    """What was to go but is left after all comes back into the plan before it."""
    named: str = slots["what"]
    left = letters(_FILLERS.get(named, named).replace(" ", "")).removesuffix("s")
    for position, item in enumerate(board.items, 1):
        edit = board.trials[position - 1].tool
        if item.call["tool"] == "remove_spoken" and isinstance(edit, RemoveSpoken) and edit.kind == "fillers":
            parts = tuple(p for p in edit.parts if letters(p.text.replace(" ", "")) != left)
            if not parts:
                raise Unclear("Then no fillers go. Which ones should?")
            if parts != edit.parts:
                board.amend(position, edit.model_copy(update={"parts": parts}))
    board.assume(f"“{named}” stays.")


def _plan_repeats(board: Board, _: Slots) -> None:
    add_chosen(board, choose_repeats)


def _plan_breaths(board: Board, _: Slots) -> None:
    add_chosen(board, choose_breaths)


def _plan_words(board: Board, slots: Slots) -> None:
    phrases: tuple[str, ...] = slots["what"]
    add_chosen(board, lambda talk: choose_words(talk, phrases))


def _plan_about(board: Board, slots: Slots) -> None:
    topic = _clean_topic(slots["about"])
    add_chosen(board, lambda talk: choose_about(talk, topic))


def _plan_not_about(board: Board, slots: Slots) -> None:
    topic = _clean_topic(slots["about"])
    add_chosen(board, lambda talk: choose_about(talk, topic, goes=True))


def _is_topic(slots: Slots) -> bool:
    """Whether "about ..." names a subject: "about ten seconds" is a length."""
    return _TIMES.search(slots["about"]) is None


def _clean_topic(said: str) -> str:
    return said.strip(" \"'“”‘’.,!?")


FRAMES = (
    Frame(
        "leave_fillers",
        says=("(leave|keep)",),
        slots={"what": f"[in] <{_NAMED}> [in]"},
        plan=_plan_leave_fillers,
        step=TIME,
        needs=LISTENS,
        requires=("what",),
        glue="all every each alone",
    ),
    Frame(
        "remove_fillers",
        says=(CUT,),
        slots={"what*": f"[and|or] [other] <{_NAMED}|{_EVERY_KIND}>"},
        plan=_plan_fillers,
        step=TIME,
        needs=LISTENS,
        requires=("what",),
        glue=f"{_ANY} {_TALK} words sounds other",
    ),
    Frame(
        "remove_repeats",
        says=(
            f"{CUT} * (repeated|duplicate|double|bad|failed|botched|extra|earlier|unused) "
            "(takes|take|sentences|sentence|lines|line|attempts|phrases)",
            f"{CUT} * (retakes|repeats|repetitions|false starts|false start|stutters|stuttering|duplicates"
            "|restarts|repeated bits|repeated parts|repeated words|repeated phrases)",
            "(keep|use|leave) [only] (last|best|final|last good) (take|takes) [of]",
            f"{CUT} * (where|when|everything) * (repeat|repeats|repeated|repeating) "
            "(myself|himself|herself|themselves|yourself)",
        ),
        slots={"of": "[of] (each|every|all) [sentence|sentences|line|lines]"},
        plan=_plan_repeats,
        step=TIME,
        needs=LISTENS,
        glue=f"{_ANY} {_TALK} he she i they we part parts bits sentence line said twice",
    ),
    Frame(
        "remove_breaths",
        says=(
            f"{CUT} * (breath|breaths|breathing|breathing sounds|breath sounds|breath noises|inhales"
            "|breathing noises|gasps|heavy breathing|loud breaths|breathes)",
        ),
        plan=_plan_breaths,
        step=TIME,
        needs=frozenset({Need.BREATHS}),
        glue=f"{_ANY} {_TALK} loud heavy audible between sentences words sounds noises",
    ),
    Frame(
        "remove_words",
        says=(
            f"{CUT} * (all|every|each|any)",
            f"{CUT} * (word|words|phrase|phrases|sentence|sentences|line|lines)",
            f"{CUT} * (every|each|all) (time|times|instance|instances|occurrence|occurrences|mention)",
        ),
        slots={"what*": ("[of|and|or] TEXT", f"[where|when] {SAYS} TEXT")},
        plan=_plan_words,
        step=TIME,
        needs=LISTENS,
        requires=("what",),
        glue=f"{_ANY} {_TALK} word words phrase sentence line says said is was being",
    ),
    Frame(
        "keep_about",
        says=(
            "(keep|leave|use|want|need) [only|just]",
            "(only want|i only want|i just want|just want|i want only|only need|i only need|want only)",
            f"{CUT} * (everything|all) (except|but|except for|apart from|other than)",
        ),
        slots={"about": _ABOUT},
        plan=_plan_about,
        step=TIME,
        needs=LISTENS,
        requires=("about",),
        accepts=_is_topic,
        glue=_PARTS,
    ),
    Frame(
        "remove_about",
        says=(CUT,),
        slots={"about": _ABOUT},
        plan=_plan_not_about,
        step=TIME,
        needs=LISTENS,
        requires=("about",),
        accepts=_is_topic,
        glue=_PARTS,
    ),
)
