"""On which earlier items a plan item stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from cuttingroom.planners.clock import Clock
from cuttingroom.planners.draft import ItemTrial, list_references
from cuttingroom.planners.json_values import is_array, is_object
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.model import Timeline, Track
from cuttingroom.timeline.ripple import find_lead_track

_RANGE_ON_TIMELINE = frozenset({"trim", "ripple_trim", "mute_range"})


def follow(trial: ItemTrial) -> Clock:
    """How the main track's time changed with one item."""
    new_ids = trial.tool.new_ids() if isinstance(trial.tool, Edit) else frozenset[str]()
    return Clock.between(trial.before, trial.after, new_ids)


def find_dependencies(
    call: Mapping[str, Any], trial: ItemTrial, earlier: Sequence[ItemTrial], clocks: Sequence[Clock]
) -> tuple[int, ...]:
    """Positions of the items that made an id or a file that `call` uses, cut an element that it names anew,
    or moved
    a time that it gives. `clocks` are those of `earlier`. Items that failed stand for nothing."""
    found = set(list_references(call))
    used = _strings(call)
    moments = _moments(call, trial)
    for item, clock in zip(earlier, clocks, strict=True):
        if item.after is item.before:
            continue
        moved = clock.moves_time and any(t > clock.first_change_ticks for t in moments)
        if (
            moved
            or _rests_on_order(call, used, item, clock)
            or used & (_ids(item.after) - _ids(item.before))
            or used & _recut(item.before, item.after)
        ):
            found.add(item.position)
    return tuple(sorted(found))


def _rests_on_order(call: Mapping[str, Any], used: set[str], item: ItemTrial, clock: Clock) -> bool:
    """Whether `call` would mean another clip, or another place between clips, without `item`."""
    old, new = find_lead_track(item.before), find_lead_track(item.after)
    if old is None or new is None:
        return False
    if clock.reorders and used & {e.id for e in new.elements}:
        return True
    if call["tool"] == "reorder":
        return [e.id for e in old.elements] != [e.id for e in new.elements]
    if call["tool"] == "close_gaps":
        return old != new
    if call["tool"] == "add_transition":
        pair = (str(call["left_id"]), str(call["right_id"]))
        return _touch(old, pair) != _touch(new, pair)
    return False


def _touch(track: Track, pair: tuple[str, str]) -> bool:
    return any((a.id, b.id) == pair and a.end_ticks == b.start_ticks for a, b in pairwise(track.elements))


def _ids(timeline: Timeline) -> set[str]:
    return {t.id for t in timeline.tracks} | {e.id for t in timeline.tracks for e in t.elements}


def _recut(before: Timeline, after: Timeline) -> set[str]:
    """Elements that play another part of their file, or for another time, than before."""
    old = {e.id: (e.source, e.duration_ticks) for t in before.tracks for e in t.elements}
    new = {e.id: (e.source, e.duration_ticks) for t in after.tracks for e in t.elements}
    return {i for i, value in new.items() if i in old and old[i] != value}


def _strings(value: Any) -> set[str]:
    if is_object(value):
        return {s for part in value.values() for s in _strings(part)}
    if is_array(value):
        return {s for part in value for s in _strings(part)}
    return {value} if isinstance(value, str) else set()


def _moments(call: Mapping[str, Any], trial: ItemTrial) -> list[int]:
    """The moments of the timeline that the call names. Music that is made is as long as what it is made
    for."""
    if call["tool"] == "make_music":
        return [trial.before_ticks]
    moments = [call[name] for name in ("at_ticks", "to_ticks") if isinstance(call.get(name), int)]
    on_timeline = [call["range"]] if call["tool"] in _RANGE_ON_TIMELINE and call["range"] else []
    moments += [p["at_ticks"] for name in ("points", "chapters") for p in call.get(name, ())]
    for part in [*call.get("ranges", ()), *on_timeline]:
        moments += [part["start_ticks"], part["start_ticks"] + part["duration_ticks"]]
    return moments
