"""Intro and outro cards in people's words."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from cuttingroom.core.time import seconds_to_ticks
from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.planners.rules.frames.frame import TIME, Frame, Slots
from cuttingroom.planners.rules.places import length_ticks, point_ticks, seconds_text
from cuttingroom.planners.rules.plans import order
from cuttingroom.planners.rules.targets import find_media
from cuttingroom.timeline.edits.add_card import AddCard
from cuttingroom.timeline.model import TextStyle

DEFAULT_CARD = Fraction(3)
_AT_START = frozenset({"intro", "opening", "start", "starting", "beginning", "first", "front"})
_PLACES = ("at the start", "at the end")


def _plan_card(board: Board, slots: Slots) -> None:
    if "text" not in slots and "plain" not in slots:
        raise Unclear("What should the card say? Put the words in quotation marks.")
    length = seconds_to_ticks(DEFAULT_CARD)
    if "duration" in slots:
        length = length_ticks(board, slots["duration"])
    else:
        board.assume(f"A card stays for {seconds_text(length)}.")
    if "colour" not in slots:
        board.assume("The card is black.")
    values = {
        "text": slots.get("text", ""),
        "detail": slots.get("detail", ""),
        "duration_ticks": length,
        "colour": slots.get("colour", "#000000"),
        "style": TextStyle(colour=slots["letters"], outline=0) if "letters" in slots else None,
    }
    board.add(AddCard.model_validate({**values, **_place(board, slots)}))


def _place(board: Board, slots: Slots) -> dict[str, object]:
    if "after" in slots:
        return {"at_ticks": point_ticks(board, r.EdgeOf(slots["after"], "end"), is_end=True)}
    if "before" in slots:
        return {"at_ticks": point_ticks(board, r.EdgeOf(slots["before"], "start"))}
    point = slots.get("at")
    if point in (r.Edge("start"), r.Edge("end")):
        return {"at": point.side}
    if point is not None:
        return {"at_ticks": point_ticks(board, point)}
    place = slots.get("edge") or slots.get("kind")
    if place is None:
        raise Unclear("Where should the card go?", _PLACES)
    return {"at": "start" if place in _AT_START else "end"}


def _plan_end_card(board: Board, slots: Slots) -> None:
    _plan_card(board, {"kind": "end", **slots})


def _plan_start_card(board: Board, slots: Slots) -> None:
    _plan_card(board, {"kind": "intro", **slots})


def _plan_outro(board: Board, slots: Slots) -> None:
    _plan_named(board, slots, "outro", _plan_end_card)


def _plan_intro(board: Board, slots: Slots) -> None:
    _plan_named(board, slots, "intro", _plan_start_card)


def _plan_named(board: Board, slots: Slots, name: str, card: Callable[[Board, Slots], None]) -> None:
    """An outro with words is a card; without it is the file of that name."""
    if "text" not in slots and find_media(board, name) is None:
        raise Unclear(f"What should the {name} say? Put the words in quotation marks, or name a file.")
    if "text" in slots:
        card(board, slots)
        return
    side = slots.get("edge") or ("end" if name == "outro" else "start")
    point = slots.get("at") or r.Edge("end" if side == "end" else "start")
    order.plan_place(board, r.Place(name, point, slots.get("duration")))


def _plan_plain(board: Board, slots: Slots) -> None:
    _plan_card(board, {"plain": True, **slots})


def _words_of(slots: Slots) -> r.Target | None:
    return r.TitleText(slots["text"]) if slots.get("text") else None


_SLOTS = {
    "text": "[<saying|reading|that says|which says|that reads|with text|with words|with title>] TEXT",
    "detail": "[and|with] TEXT (below|underneath|beneath|under it|below it|underneath it)",
    "duration": "[for|lasting|of|stays|stay|that lasts|long] LENGTH [long]",
    "colour": "[on|in|with|over] COLOUR [background|bg|screen|backdrop|slide]",
    "letters": "[in|with] COLOUR (text|letters|lettering|font|words)",
    "at": "(at|on|to) [very] POINT",
    "edge": "<start|end|beginning>",
    "after": "(after|behind) CLIP",
    "before": "before CLIP",
}
_KIND = "[as] <intro|opening|starting|outro|closing|ending|final|credits>"
_GLUE = "in there full screen simple plain big small nice short quick text title video it we i background and"
_CARD = "(card|slide|slate|title slide|title screen|end screen|text screen)"

FRAMES = (
    Frame(
        "add_card",
        says=(
            f"[add|make|create|put|insert|show|include|need|want|have|give] * {_CARD}",
            f"{_CARD}",
        ),
        slots={**_SLOTS, "kind": _KIND},
        plan=_plan_card,
        step=TIME,
        requires=("text|kind|at|edge",),
        glue=_GLUE,
        accepts=lambda slots: "text" in slots or "duration" in slots or "colour" in slots or "kind" in slots,
        topic=_words_of,
    ),
    Frame(
        "end_with_card",
        says=(f"(end|finish|close|conclude|stop) [it|video|this|off] (with|on) * {_CARD}",),
        slots=_SLOTS,
        plan=_plan_end_card,
        step=TIME,
        requires=("text",),
        glue=_GLUE,
        topic=_words_of,
    ),
    Frame(
        "start_with_card",
        says=(f"(start|open|begin) [it|video|this|off] (with|on) * {_CARD}",),
        slots=_SLOTS,
        plan=_plan_start_card,
        step=TIME,
        requires=("text",),
        glue=_GLUE,
        topic=_words_of,
    ),
    Frame(
        "add_outro",
        says=("(add|make|create|put|insert|show|include|stick|append|attach|tack) * (outro|credits)",),
        slots=_SLOTS,
        plan=_plan_outro,
        step=TIME,
        glue=_GLUE,
        topic=_words_of,
    ),
    Frame(
        "add_intro",
        says=("(add|make|create|put|insert|show|include|stick|prepend) * (intro)",),
        slots=_SLOTS,
        plan=_plan_intro,
        step=TIME,
        glue=_GLUE,
        topic=_words_of,
    ),
    Frame(
        "add_plain_colour",
        says=("(add|insert|put|leave|append|prepend) *",),
        slots={
            "duration": "LENGTH [of]",
            "colour": "[of] COLOUR [screen|frames|picture|leader|card|colour|color]",
            "at": "(at|to|on) [very] POINT",
            "after": "(after|behind) CLIP",
            "before": "before CLIP",
        },
        plan=_plan_plain,
        step=TIME,
        requires=("duration", "colour", "at|after|before"),
        glue="plain solid just only of screen",
    ),
)
