"""Lift stored timelines of older schemas, one version at a time."""

from collections.abc import Callable, Mapping
from typing import Any

from cuttingroom.core.errors import TimelineInvalid

CURRENT = 1

UPGRADES: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""From version n to n + 1, by n."""


def upgrade(data: dict[str, Any]) -> dict[str, Any]:
    """`data` in the current schema. Raises TimelineInvalid for a newer or unknown schema."""
    version = data.get("schema_version", CURRENT)
    while version != CURRENT:
        step = UPGRADES.get(version) if isinstance(version, int) else None
        if step is None:
            raise TimelineInvalid(
                f"This timeline has schema version {version}; this program reads up to {CURRENT}.",
                advice="Open it with a newer Cuttingroom.",
                schema_version=version,
            )
        data = step(data)
        version = data["schema_version"]
    return data
