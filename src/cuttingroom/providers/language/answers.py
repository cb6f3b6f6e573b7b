"""A model's text as JSON that really has the requested shape."""

from __future__ import annotations

import json
import re
from typing import Any

from cuttingroom.core.errors import ProviderBroken

_TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}


def read_json(text: str, schema: dict[str, Any], *, provider: str, was_cut: bool = False) -> Any:
    """The JSON in `text`, also when it stands in a Markdown fence. Raises ProviderBroken naming the place."""
    fenced = re.fullmatch(r"\s*```(?:json)?\s*\n(.*?)\n\s*```\s*", text, re.DOTALL)
    try:
        value = json.loads(fenced[1] if fenced else text)
    except (ValueError, RecursionError) as error:
        what = "was cut off before its JSON ended" if was_cut else "is not JSON"
        raise ProviderBroken(f"The answer of {provider} {what}: {text[:80]!r}.", provider=provider) from error
    mismatch = find_mismatch(value, schema)
    if mismatch:
        raise ProviderBroken(f"The answer of {provider} has a wrong shape: {mismatch}.", provider=provider)
    return value


def find_mismatch(
    value: Any, schema: dict[str, Any], path: str = "$", root: dict[str, Any] | None = None
) -> str:
    """Where and why `value` is not of `schema`, or the empty text.

    Knows the part of JSON Schema that pydantic writes for plain models: type, enum, const, required,
    properties, additionalProperties, items, anyOf, oneOf, allOf and local $ref. What it does not know it lets
    pass: the caller parses the value with its own model afterwards.
    """
    root = root or schema
    if "$ref" in schema:
        return find_mismatch(value, _resolve(schema["$ref"], root), path, root)
    for name in ("anyOf", "oneOf"):
        if name in schema and all(find_mismatch(value, option, path, root) for option in schema[name]):
            return f"{path} is none of the permitted kinds"
    for option in schema.get("allOf", ()):
        if wrong := find_mismatch(value, option, path, root):
            return wrong
    if "const" in schema and value != schema["const"]:
        return f"{path} is not {schema['const']!r}"
    if "enum" in schema and value not in schema["enum"]:
        return f"{path} is none of {schema['enum']!r}"
    if wrong := _find_wrong_type(value, schema.get("type"), path):
        return wrong
    if isinstance(value, dict):
        return _find_in_object(value, schema, path, root)
    if isinstance(value, list) and "items" in schema:
        parts = (find_mismatch(item, schema["items"], f"{path}[{i}]", root) for i, item in enumerate(value))
        return next((wrong for wrong in parts if wrong), "")
    return ""


def _find_in_object(value: dict[str, Any], schema: dict[str, Any], path: str, root: dict[str, Any]) -> str:
    for name in schema.get("required", ()):
        if name not in value:
            return f"{path} lacks {name!r}"
    known = schema.get("properties", {})
    for name, item in value.items():
        if name in known:
            if wrong := find_mismatch(item, known[name], f"{path}.{name}", root):
                return wrong
        elif schema.get("additionalProperties") is False:
            return f"{path} has an unknown {name!r}"
    return ""


def _find_wrong_type(value: Any, wanted: str | list[str] | None, path: str) -> str:
    names = [wanted] if isinstance(wanted, str) else wanted or []
    for name in names:
        is_kind = isinstance(value, _TYPES.get(name, object))
        # In Python True is an integer and 1.0 is not; in JSON it is the other way round.
        if isinstance(value, bool) and name in ("integer", "number"):
            is_kind = False
        if name == "integer" and isinstance(value, float) and value.is_integer():
            is_kind = True
        if is_kind:
            return ""
    return f"{path} is not {' or '.join(names)}" if names else ""


def _resolve(reference: str, root: dict[str, Any]) -> dict[str, Any]:
    found: Any = root
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found
