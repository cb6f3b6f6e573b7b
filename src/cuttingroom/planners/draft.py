"""Tries plan items one after the other on the timeline as it will then be. Both planners and the studio use
it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cuttingroom.core.errors import InvalidInput, NotFound
from cuttingroom.core.text import clean_text, find_unstorable
from cuttingroom.planners.json_values import is_array, is_object
from cuttingroom.timeline.edits.base import Edit, FromItem, MediaRef
from cuttingroom.timeline.model import Timeline
from cuttingroom.tools.base import MakingTool
from cuttingroom.tools.catalog import name_of_tool, parse_call

MOST_REASON = 2_000


@dataclass(frozen=True)
class ItemTrial:
    """What became of one item. `error` says why it cannot run; then the timeline stays as it was before it.

    `position` counts from 1; lengths of the timeline before and after are in ticks; `title` is one line for
    people; `targets` are ids of tracks and elements; `tool` is the parsed call, None when it is not a call
    at all.
    """

    position: int
    call: dict[str, Any]
    before: Timeline
    after: Timeline
    tool: Edit | MakingTool | None
    error: str | None
    title: str
    targets: tuple[str, ...] = ()
    expected: MediaRef | None = None

    @property
    def tool_name(self) -> str:
        return name_of_tool(self.call)

    @property
    def before_ticks(self) -> int:
        return self.before.duration_ticks

    @property
    def after_ticks(self) -> int:
        return self.after.duration_ticks


def makes_file_only(trial: ItemTrial) -> bool:
    """Whether an item makes a file of the timeline and changes nothing, such as a still: no render has to
    wait for it, or to follow it."""
    return isinstance(trial.tool, MakingTool) and trial.tool.needs_timeline


def try_items(timeline: Timeline, calls: Iterable[Mapping[str, Any]]) -> list[ItemTrial]:
    """Each call tried on what the ones before it leave; a failed one changes nothing. Never raises for a
    bad call.

    Where a call says `{"from_item": n}` the expected file of item n stands in.
    """
    trials: list[ItemTrial] = []
    for call in calls:
        trials.append(try_item(trials[-1].after if trials else timeline, call, trials))
    return trials


def try_item(timeline: Timeline, call: Mapping[str, Any], earlier: list[ItemTrial]) -> ItemTrial:
    """One call tried on `timeline` as the item after `earlier`."""
    position = len(earlier) + 1
    unstorable = find_unstorable(call)
    if unstorable is not None or not is_object(call):
        return fail_item(timeline, call, position, unstorable or "It is no object.")
    given = dict(call)
    try:
        tool = parse_call(given)
        ready = (
            parse_call(_with_stand_ins(tool.model_dump(mode="json"), earlier))
            if isinstance(tool, Edit)
            else tool
        )
        return _tried(position, given, timeline, tool, ready)
    except (InvalidInput, NotFound) as e:
        return fail_item(timeline, given, position, f"{e.message} {e.advice}".strip())


def fail_item(timeline: Timeline, call: Any, position: int, reason: str) -> ItemTrial:
    """The trial of a call that cannot run, and why. Of a call that no database keeps only the tool's name is
    kept."""
    known: Mapping[str, Any] = call if is_object(call) else {}
    kept = dict(known) if find_unstorable(known) is None else {"tool": name_of_tool(known)}
    return ItemTrial(
        position, kept, timeline, timeline, None, clean_text(reason)[:MOST_REASON], name_of_tool(kept)
    )


def _tried(
    position: int, call: dict[str, Any], before: Timeline, tool: Edit | MakingTool, ready: Edit | MakingTool
) -> ItemTrial:
    if isinstance(ready, MakingTool):
        ready.check(before)
        title, expected = ready.describe(before), ready.expected()
        return ItemTrial(position, call, before, before, tool, None, title, expected=expected)
    after = ready.apply(before)
    return ItemTrial(position, call, before, after, tool, None, ready.describe(before), ready.targets(before))


def _with_stand_ins(value: Any, earlier: list[ItemTrial]) -> Any:
    """`value` (JSON of an edit) with the expected file in the place of each reference to an earlier item."""
    if is_array(value):
        return [_with_stand_ins(part, earlier) for part in value]
    if not is_object(value):
        return value
    if value.keys() == FromItem.model_fields.keys():
        return _stand_in(value["from_item"], earlier).model_dump(mode="json")
    return {name: _with_stand_ins(part, earlier) for name, part in value.items()}


def _stand_in(position: int, earlier: list[ItemTrial]) -> MediaRef:
    if position > len(earlier):
        raise InvalidInput(
            f"It uses what item {position} makes, but item {position} does not come before it."
        )
    trial = earlier[position - 1]
    if trial.error is not None:
        raise InvalidInput(f"It uses what item {position} makes, but item {position} cannot run.")
    if trial.expected is None:
        raise InvalidInput(f"It uses what item {position} makes, but item {position} makes no media.")
    return trial.expected


def list_references(value: Any) -> tuple[int, ...]:
    """Positions of the items whose files a call uses."""
    if is_object(value):
        if set(value) == {"from_item"} and isinstance(value["from_item"], int):
            return (value["from_item"],)
        return tuple(dict.fromkeys(n for part in value.values() for n in list_references(part)))
    if is_array(value):
        return tuple(dict.fromkeys(n for part in value for n in list_references(part)))
    return ()
