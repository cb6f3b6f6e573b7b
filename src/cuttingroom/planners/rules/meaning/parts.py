"""Modifiers of a clause, which come in any order."""

from __future__ import annotations

from typing import Any

from cuttingroom.planners.rules import readings as r


class Part(tuple[str, Any]):
    """A modifier: its name and value. Modifiers come in any order and at most once each."""


def part(name: str, value: Any) -> Part:
    return Part((name, value))


def gather(parts: tuple[Part, ...]) -> dict[str, Any]:
    """Modifiers by name. Raises Nonsense when one is given twice with different values."""
    found: dict[str, Any] = {}
    for name, value in parts:
        if found.setdefault(name, value) != value:
            raise r.Nonsense("Two different answers to the same thing: which one is meant?")
    return found
