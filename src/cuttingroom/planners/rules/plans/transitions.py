"""Plans transitions between clips of the main track, and straight cuts in their place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from cuttingroom.core.time import TICKS_PER_SECOND, format_ticks, seconds_to_ticks
from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.planners.rules.places import length_ticks, point_ticks, seconds_text
from cuttingroom.planners.rules.targets import (
    describe_clips,
    describe_target,
    each_clip,
    find_clips,
)
from cuttingroom.timeline.edits.add_transition import AddTransition
from cuttingroom.timeline.edits.remove_transition import RemoveTransition
from cuttingroom.timeline.model import Element, TransitionKind
from cuttingroom.timeline.ripple import find_lead_track

DEFAULT_LENGTH = Fraction(1)
_NEAR_TICKS = TICKS_PER_SECOND // 2
_OPPOSITE = {"left": "right", "right": "left", "top": "down", "bottom": "up"}
_WAYS = {
    "up": "up", "upward": "up", "upwards": "up", "down": "down", "downward": "down", "downwards": "down",
    "left": "left", "leftwards": "left", "right": "right", "rightwards": "right",
    "left to right": "right", "right to left": "left", "top to bottom": "down", "bottom to top": "up",
}  # fmt: skip
_DIRECTED = ("wipe", "push", "slide")

Pair = tuple[Element, Element]
Slots = Mapping[str, Any]


def plan_transition(kind: TransitionKind) -> Callable[[Board, Slots], None]:
    """What plans transitions of a kind between the clips that the slots name; between all where they name
    none."""

    def plan(board: Board, slots: Slots) -> None:
        length = seconds_to_ticks(DEFAULT_LENGTH)
        if "length" in slots:
            length = length_ticks(board, slots["length"])
        if len(board.lead()) < 2:
            raise Unclear(f"A {kind} needs two clips that touch. {describe_clips(board)}")
        fields: dict[str, Any] = {"kind": kind, "duration_ticks": length, **_looks(board, kind, slots)}
        for left, right in _pairs(board, slots, _places(board.lead(), touching=True), f"a {kind}"):
            board.add(AddTransition(left_id=left.id, right_id=right.id, **fields))
        if "length" not in slots:
            board.assume(f"A {kind} lasts {seconds_text(length)}.")

    return plan


def _looks(board: Board, kind: str, slots: Slots) -> dict[str, str]:
    """Direction and colour, where the kind has one and somebody said one."""
    found: dict[str, str] = {}
    if kind == "dip":
        found["colour"] = slots.get("colour", "#000000")
        if "colour" not in slots:
            board.assume("A dip goes through black.")
    if kind in _DIRECTED:
        way = _OPPOSITE.get(slots.get("side", "")) or _WAYS.get(slots.get("way", ""))
        found["direction"] = way or "left"
        if way is None:
            board.assume(f"A {kind} goes to the left.")
    return found


def plan_removal(board: Board, slots: Slots) -> None:
    """Straight cuts in place of the transitions that the slots name, or of the only one."""
    track = find_lead_track(board.timeline)
    joined = {(t.left_id, t.right_id) for t in track.transitions} if track else set[tuple[str, str]]()
    places = [pair for pair in pairwise(board.lead()) if (pair[0].id, pair[1].id) in joined]
    if not places:
        raise Unclear("There is no transition on the timeline, so there is nothing to remove.")
    is_vague = not slots.keys() - {"several"}
    if len(places) > 1 and is_vague and "several" not in slots:
        where = tuple(f"the one at {format_ticks(b.start_ticks)}" for _, b in places)
        raise Unclear(f"There are {len(places)} transitions. Which one should go?", (*where[:5], "all"))
    for left, right in _pairs(board, slots, places, "a transition"):
        if (left.id, right.id) not in joined:
            raise Unclear(
                f"There is no transition at {format_ticks(right.start_ticks)}, so there is nothing to remove."
            )
        board.add(RemoveTransition(left_id=left.id, right_id=right.id))


def _places(clips: Sequence[Element], *, touching: bool) -> list[Pair]:
    return [(a, b) for a, b in pairwise(clips) if not touching or a.end_ticks >= b.start_ticks]


def _pairs(board: Board, slots: Slots, places: Sequence[Pair], what: str) -> Sequence[Pair]:
    """The neighbours that the slots name; all of `places` where they name none. Raises Unclear."""
    moment = slots.get("at") or slots.get("clock")
    if moment is not None:
        return [_nearest(board, point_ticks(board, moment), places)]
    left = slots.get("left") or slots.get("left_bare") or _numbered(slots.get("left_n"))
    right = slots.get("right") or slots.get("dest") or _numbered(slots.get("right_n"))
    if left is not None and right is not None:
        return [(find_clips(board, left)[-1], find_clips(board, right)[0])]
    if left is not None:
        return [_beside(board, find_clips(board, left)[-1], after=True)]
    if right is not None:
        return [_beside(board, find_clips(board, right)[0], after=False)]
    both = slots.get("both")
    if isinstance(both, r.It):
        return _last_joined(board, what)
    if isinstance(both, r.Several):
        return _between_several(board, both)
    if isinstance(both, (r.ClipNumber, r.ClipName, r.MiddleClip, r.OnlyClip)):
        return [_around(board, both, what)]
    return _all_places(board, places)


def _last_joined(board: Board, what: str) -> Sequence[Pair]:
    """The places of the transitions that this plan put in last; the only place there is. Raises Unclear."""
    by_id = {e.id: e for e in board.lead()}
    found: list[Pair] = []
    for trial in reversed(board.trials):
        if not isinstance(trial.tool, AddTransition):
            break
        found.insert(0, (by_id[trial.tool.left_id], by_id[trial.tool.right_id]))
    every = _places(board.lead(), touching=True)
    if not found and len(every) != 1:
        raise Unclear(
            f"Between which clips should {what} be?", ("between all clips", "between clips 1 and 2")
        )
    return found or every


def _numbered(number: int | None) -> r.ClipRef | None:
    return None if number is None else r.ClipNumber(number, is_first=number == 1)


def _all_places(board: Board, places: Sequence[Pair]) -> Sequence[Pair]:
    if not places:
        raise Unclear("No two clips touch. Should the gaps between them be closed first?")
    if len(places) < len(board.lead()) - 1:
        board.assume(f"{len(places)} of {len(board.lead()) - 1} places are meant: other clips do not touch.")
    elif len(places) > 1:
        board.assume(f"All {len(places)} places between clips are meant.")
    return places


def _between_several(board: Board, both: r.Several) -> Sequence[Pair]:
    """Between each two of some clips that follow each other."""
    found = [each_clip(board, t)[0] for t in both.targets]  # type: ignore[arg-type]
    order = {e.id: n for n, e in enumerate(board.lead())}
    found.sort(key=lambda pieces: order[pieces[0].id])
    return [(a[-1], b[0]) for a, b in pairwise(found)]


def _around(board: Board, clip: r.ClipRef, what: str) -> Pair:
    """The only place at an edge of a clip. Raises Unclear where it has two."""
    pieces, clips = find_clips(board, clip), board.lead()
    first, last = clips.index(pieces[0]), clips.index(pieces[-1])
    if first > 0 and last < len(clips) - 1:
        name = describe_target(clip)
        raise Unclear(f"Should {what} lead into {name} or out of it?", (f"before {name}", f"after {name}"))
    return _beside(board, pieces[-1] if first == 0 else pieces[0], after=first == 0)


def _beside(board: Board, clip: Element, *, after: bool) -> Pair:
    """A clip and its neighbour. Raises Unclear where there is none."""
    clips = board.lead()
    n = clips.index(clip) + (1 if after else -1)
    if not 0 <= n < len(clips):
        raise Unclear(f"Nothing comes {'after' if after else 'before'} this clip. {describe_clips(board)}")
    return (clip, clips[n]) if after else (clips[n], clip)


def _nearest(board: Board, at_ticks: int, places: Sequence[Pair]) -> Pair:
    """The place where one clip gives way to the next at a moment, or within half a second of it."""
    every = places or _places(board.lead(), touching=False)
    if not every:
        raise Unclear(f"There is no cut. {describe_clips(board)}")

    def distance(pair: Pair) -> int:
        return max(pair[1].start_ticks - at_ticks, at_ticks - pair[0].end_ticks, 0)

    found = min(every, key=distance)
    if distance(found) > _NEAR_TICKS:
        cuts = ", ".join(format_ticks(b.start_ticks) for _, b in every[:6])
        raise Unclear(
            f"No clip gives way to the next at {format_ticks(at_ticks)}. They do at {cuts}. Which is meant?",
            tuple(f"at {format_ticks(b.start_ticks)}" for _, b in every[:5]),
        )
    if distance(found):
        board.assume(f"The cut at {format_ticks(found[1].start_ticks)} is meant.")
    return found
