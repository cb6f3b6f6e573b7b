"""Modifiers of a clause, which come in any order."""

from __future__ import annotations

from typing import Any, TypeVar

from lark import v_args  # pyright: ignore[reportUnknownVariableType]

from cuttingroom.planners.rules import readings as r

C = TypeVar("C", bound=type)


def inline(transformer: C) -> C:
    """Children of a rule come as arguments of its method. Typed, unlike lark's own decorator."""
    return v_args(inline=True)(transformer)  # type: ignore[return-value]


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
