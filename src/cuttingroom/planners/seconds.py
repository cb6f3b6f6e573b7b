"""Seconds for models, ticks for tools: the same calls and schemas with the names and numbers that a model can
handle."""

from __future__ import annotations

import re
from typing import Any

from cuttingroom.core.errors import InvalidInput
from cuttingroom.core.time import seconds_to_ticks, ticks_to_seconds
from cuttingroom.planners.json_values import is_array, is_object

MOST_SECONDS = 10_000_000
_SPAN = {"start_ticks", "duration_ticks"}
_SPAN_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"start_seconds": {"type": "number"}, "end_seconds": {"type": "number"}},
    "required": ["start_seconds", "end_seconds"],
}


def with_ticks(value: Any) -> Any:
    """JSON with `x_seconds` read as `x_ticks`, and `{start_seconds, end_seconds}` as a range. InvalidInput
    names a
    number that is none."""
    if is_array(value):
        return [with_ticks(part) for part in value]
    if not is_object(value):
        return value
    out: dict[str, Any] = {}
    for name, part in value.items():
        if name.endswith("_seconds"):
            out[name.removesuffix("_seconds") + "_ticks"] = None if part is None else _ticks(name, part)
        else:
            out[name] = with_ticks(part)
    if (
        "start_ticks" in out
        and "end_ticks" in out
        and "duration_ticks" not in out
        and out.keys() <= _SPAN | {"end_ticks"}
    ):
        out["duration_ticks"] = _whole(out.pop("end_ticks")) - _whole(out["start_ticks"])
    return out


def _whole(ticks: Any) -> int:
    if not isinstance(ticks, int):
        raise InvalidInput(f"A range begins and ends with numbers, not {str(ticks)[:40]!r}.", field="range")
    return ticks


def _ticks(name: str, seconds: Any) -> int:
    is_number = isinstance(seconds, (int, float)) and not isinstance(seconds, bool)
    if not is_number or not -MOST_SECONDS <= seconds <= MOST_SECONDS:
        raise InvalidInput(f"{name} must be a number of seconds, not {str(seconds)[:40]!r}.", field=name)
    return seconds_to_ticks(seconds)


def schema_in_seconds(schema: Any) -> Any:
    """A JSON schema of calls with lengths and places in seconds, without titles and generated ids'
    defaults."""
    if is_array(schema):
        return [schema_in_seconds(part) for part in schema]
    if not is_object(schema):
        return schema
    if set(schema.get("properties", ())) == _SPAN:
        return _SPAN_SCHEMA
    out: dict[str, Any] = {}
    for name, part in schema.items():
        if name == "title" and isinstance(part, str):
            continue
        if name == "description":
            out[name] = re.sub(r"(\w)_ticks\b", r"\1_seconds", part)
            continue
        if name == "properties":
            out[name] = {_renamed(n): _in_seconds(n, p) for n, p in part.items()}
        elif name == "required":
            out[name] = [_renamed(n) for n in part]
        else:
            out[name] = schema_in_seconds(part)
    return out


def _renamed(name: str) -> str:
    return name.removesuffix("_ticks") + "_seconds" if name.endswith("_ticks") else name


def _in_seconds(name: str, part: Any) -> Any:
    if not name.endswith("_ticks"):
        return schema_in_seconds(part)
    seconds: dict[str, Any] = {"type": "number"}
    if isinstance(part.get("default"), int):
        seconds["default"] = ticks_to_seconds(part["default"])
    if any(option.get("type") == "null" for option in part.get("anyOf", ())):
        seconds["type"] = ["number", "null"]
    return seconds
