"""Whether a planned call is the one that was written down, of which only some fields are told.

Expected times are seconds under a field's name without `_ticks`. `elements`, `tracks`, `ranges` and `media`
stand for the several fields that name such things. A place may be told by name where the call has numbers: it
must lie there. "<0" and ">1" ask for any number on that side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from cuttingroom.core.time import TICKS_PER_SECOND
from cuttingroom.planners.json_values import is_array, is_object

CLOSE_SECONDS = 0.04
"""A frame: what was snapped is right."""

_ELEMENTS = ("element_ids", "order", "element_id", "left_id")
_TRACKS = ("track_ids", "track_id")
_SIDES = {"left": (0, 0.5), "centre": (1 / 3, 2 / 3), "right": (0.5, 1)}
_LEVELS = {"top": (0, 0.5), "centre": (1 / 3, 2 / 3), "bottom": (0.5, 1)}


def find_difference(
    call: Mapping[str, Any], expected: Mapping[str, Any], close: float = CLOSE_SECONDS
) -> str:
    """What of a call is not as expected, in words; empty when all is. `close` is in seconds."""
    for name, wanted in expected.items():
        found = _value(call, name)
        if not _same(found, wanted, close):
            return f"{name} is {found!r}, not {wanted!r}"
    return ""


def _value(call: Mapping[str, Any], name: str) -> Any:
    """A field of a call in the words of the file: seconds, ids, shares."""
    if name == "elements":
        return _elements(call)
    if name == "tracks":
        found: Any = next((call[n] for n in _TRACKS if call.get(n)), ())
        return list(found) if is_array(found) else [found]
    if name == "ranges" and "parts" in call:
        return [_read(part["range"]) for part in call["parts"]]
    if name == "ranges" and not call.get("ranges"):
        return [_read(call.get("range"))]
    if name == "position" and "position" not in call:
        return [call.get("x"), call.get("y")]
    if name in ("media", "lut", "background") and name in call:
        return _file(call[name])
    fields = [f for f in (f"{name}_ticks", name) if f in call]
    for field in sorted(fields, key=lambda f: call[f] is None):  # of two, the one that says something
        value = call[field]
        return value / TICKS_PER_SECOND if field.endswith("_ticks") and value is not None else _read(value)
    return None


def _elements(call: Mapping[str, Any]) -> list[str]:
    for name in _ELEMENTS:
        if name in call:
            value = call[name]
            if name == "left_id":
                return [value, call["right_id"]]
            return list(value) if is_array(value) else [value]
    return []


def _file(value: Any) -> Any:
    return value.get("artifact_id", value) if is_object(value) else value


def _read(value: Any) -> Any:
    """JSON of a call with ticks as seconds and exact fractions as numbers."""
    if is_array(value):
        return [_read(part) for part in value]
    if not is_object(value):
        return value
    if set(value) == {"num", "den"}:
        return float(Fraction(value["num"], value["den"]))
    if set(value) == {"start_ticks", "duration_ticks"}:
        start = value["start_ticks"] / TICKS_PER_SECOND
        return [start, start + value["duration_ticks"] / TICKS_PER_SECOND]
    if set(value) == {"at_ticks"}:
        return value["at_ticks"] / TICKS_PER_SECOND
    if set(value) == {"x", "y"}:
        return [value["x"], value["y"]]
    return {
        name.removesuffix("_ticks"): part / TICKS_PER_SECOND
        if name.endswith("_ticks") and isinstance(part, int)
        else _read(part)
        for name, part in value.items()
    }


def _same(found: Any, wanted: Any, close: float) -> bool:
    if isinstance(wanted, str) and wanted[:1] in ("<", ">"):
        return _is_beyond(found, wanted)
    if isinstance(wanted, str) and (is_object(found) or is_array(found)):
        return _lies_at(found, wanted)
    if isinstance(wanted, bool) or wanted is None:
        return found is wanted
    if isinstance(wanted, (int, float)):
        return isinstance(found, (int, float)) and abs(found - wanted) <= close
    if is_array(wanted):
        return (
            is_array(found)
            and len(found) == len(wanted)
            and all(_same(f, w, close) for f, w in zip(found, wanted, strict=True))
        )
    if is_object(wanted):
        return is_object(found) and all(_same(_value(found, n), w, close) for n, w in wanted.items())
    if isinstance(wanted, str) and isinstance(found, float) and "/" in wanted:
        return abs(found - float(Fraction(wanted))) < 1e-6
    if isinstance(wanted, str) and isinstance(found, str):
        return found.strip().lower() == wanted.strip().lower()
    return found == wanted


def _is_beyond(found: Any, wanted: str) -> bool:
    if not isinstance(found, (int, float)):
        return False
    limit = float(wanted[1:])
    return found < limit if wanted[0] == "<" else found > limit


def _lies_at(found: Any, place: str) -> bool:
    """Whether a point or the middle of a region lies at a place with a name."""
    if is_object(found):
        if not {"x", "y", "width", "height"} <= set(found):
            return False
        found = [found["x"] + found["width"] / 2, found["y"] + found["height"] / 2]
    if not _is_point(found):
        return False
    words = place.replace("lower_third", "bottom").split("_")
    sides = [_SIDES[w] for w in words if w in _SIDES and w != "centre"]
    levels = [_LEVELS[w] for w in words if w in _LEVELS and w != "centre"]
    if place == "centre":
        sides, levels = [_SIDES["centre"]], [_LEVELS["centre"]]
    return all(low <= found[0] <= high for low, high in sides) and all(
        low <= found[1] <= high for low, high in levels
    )


def _is_point(value: Any) -> bool:
    return is_array(value) and len(value) == 2 and all(isinstance(v, (int, float)) for v in value)


def find_plan_difference(
    calls: Sequence[Mapping[str, Any]], expected: Sequence[Mapping[str, Any]], close: float = CLOSE_SECONDS
) -> str:
    """As `find_difference`, over all calls of a plan. Splits in a row are one split at several points."""
    calls, expected = _with_splits_joined(calls), _with_splits_joined(expected)
    tools, wanted = [c["tool"] for c in calls], [e["tool"] for e in expected]
    if tools != wanted:
        return f"planned {', '.join(tools) or 'nothing'}, not {', '.join(wanted) or 'nothing'}"
    for call, one in zip(calls, expected, strict=True):
        difference = find_difference(call, one, close)
        if difference:
            return f"{call['tool']}: {difference}"
    return ""


def _with_splits_joined(calls: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    joined: list[Mapping[str, Any]] = []
    for call in calls:
        points = _split_points(call)
        if points is None:
            joined.append(call)
        elif joined and joined[-1]["tool"] == "split_at":
            joined[-1] = {"tool": "split_at", "points": sorted([*joined[-1]["points"], *points])}
        else:
            joined.append({"tool": "split_at", "points": sorted(points)})
    return joined


def _split_points(call: Mapping[str, Any]) -> list[float] | None:
    """Where a call splits, in seconds; None when it does something else."""
    if call["tool"] == "split":
        return [_value(call, "at")]
    if call["tool"] != "split_at" or "points" not in call:
        return None
    return [p["at"] if is_object(p) else p for p in _read(call["points"])]
