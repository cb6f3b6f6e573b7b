"""Times and sizes as people type them."""

from __future__ import annotations

import re

from cuttingroom.core.errors import InvalidInput
from cuttingroom.core.time import seconds_to_ticks

_TIME = re.compile(r"(?:(?:(\d{1,4}):)?([0-5]?\d):)?(\d{1,7}(?:\.\d{1,9})?)")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(B|kB|MB|GB|TB|KiB|MiB|GiB|TiB)?", re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}


def parse_time(text: str, field: str) -> int:
    """`90`, `1:30`, `1:30.5` or `0:01:30` as ticks. InvalidInput for anything else."""
    found = _TIME.fullmatch(text.strip())
    if found is None or (found[2] is not None and float(found[3]) >= 60):
        raise InvalidInput(
            f"{field} {text!r} is not a time.", advice="Write seconds, M:SS or H:MM:SS, such as 1:23.5."
        )
    whole = int(found[1] or 0) * 3600 + int(found[2] or 0) * 60
    return seconds_to_ticks(whole) + seconds_to_ticks(found[3])


def parse_size(text: str, field: str) -> int:
    """`500MB`, `2.5 GB`, `1GiB` or a number of bytes. InvalidInput for anything else."""
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise InvalidInput(f"{field} {text!r} is not a size.", advice="Write, for example, 500MB or 20GB.")
    unit = (found[2] or "B").lower()
    base = 1024 if "i" in unit else 1000
    return round(float(found[1]) * base ** _POWERS[unit.rstrip("b").rstrip("i")])
