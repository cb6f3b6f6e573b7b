"""Text from outside, made fit to be stored and shown: PostgreSQL keeps no NUL, UTF-8 no lone surrogate."""

import re
from typing import Any, cast

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Everything that could move a terminal's cursor or turn its text around; tab and line feed are text."""

REPLACEMENT = "\ufffd"


def clean_text(text: str) -> str:
    """`text` with U+FFFD in the place of what no database keeps."""
    return UNSTORABLE.sub(REPLACEMENT, text)


def clean_name(text: str) -> str:
    """A name as `clean_text`, on one line and without control characters."""
    return CONTROL.sub(REPLACEMENT, text.replace("\n", " ").replace("\t", " "))


def clean_line(text: str) -> str:
    """Text for a terminal: nothing in it moves the cursor or turns the text around."""
    return CONTROL.sub(REPLACEMENT, text)


def clean_json(value: Any) -> Any:
    """JSON whose texts are clean, keys included."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {clean_text(str(k)): clean_json(v) for k, v in cast(dict[Any, Any], value).items()}
    if isinstance(value, (list, tuple)):
        return [clean_json(part) for part in cast(list[Any], value)]
    return value


MOST_DEPTH = 64
MOST_CHARACTERS = 100_000
MOST_NUMBER = 2**63


def find_unstorable(value: Any) -> str | None:
    """Why `value` is no JSON that every database keeps, as "It holds ..."; None when it is.

    Depth is bounded by MOST_DEPTH, each text by MOST_CHARACTERS, numbers are finite and below MOST_NUMBER.
    """
    waiting: list[tuple[Any, int]] = [(value, 0)]
    while waiting:
        part, depth = waiting.pop()
        if depth > MOST_DEPTH:
            return f"It is nested more than {MOST_DEPTH} deep."
        if isinstance(part, dict):
            parts = cast(dict[Any, Any], part)
            if not all(isinstance(key, str) for key in parts):
                return "It holds a name that is no text."
            waiting += [(inner, depth + 1) for inner in (*parts, *parts.values())]
        elif isinstance(part, (list, tuple)):
            waiting += [(inner, depth + 1) for inner in cast(list[Any], part)]
        elif (reason := _find_unstorable_value(part)) is not None:
            return reason
    return None


def _find_unstorable_value(value: Any) -> str | None:
    if isinstance(value, str):
        if len(value) > MOST_CHARACTERS:
            return f"It holds a text of more than {MOST_CHARACTERS} characters."
        return "It holds characters that are no text." if UNSTORABLE.search(value) else None
    if isinstance(value, (int, float)):
        return None if -MOST_NUMBER < value < MOST_NUMBER else "It holds a number that is too large or none."
    return None if value is None else "It holds a value that is not JSON."
