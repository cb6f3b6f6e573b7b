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
    """A name or a line as `clean_text`, and without control characters."""
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
