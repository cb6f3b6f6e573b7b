"""Put one set of named things back in place of another, leaving alone what came later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Generic, Protocol, TypeVar

from cuttingroom.core.time import Frozen
from cuttingroom.timeline.effects import Id


class _Named(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T")
N = TypeVar("N", bound=_Named)


class Swap(Frozen, Generic[T]):
    """`value` in place of `expected`, behind the thing `after_id`; None where there is nothing."""

    expected: T | None = None
    value: T | None = None
    after_id: Id | None = None


def id_of(change: Swap[N]) -> str:
    """The id of the thing that is swapped."""
    thing = change.expected or change.value
    return thing.id if thing else ""


def swaps_between(before: Sequence[N], after: Sequence[N]) -> list[Swap[N]]:
    """The swaps that turn `after` into `before`, in the order of `before`."""
    old, new = {x.id: x for x in before}, {x.id: x for x in after}
    same_order = [x.id for x in before if x.id in new] == [x.id for x in after if x.id in old]
    swaps: list[Swap[N]] = [Swap(expected=x) for x in after if x.id not in old]
    for n, x in enumerate(before):
        if not same_order or new.get(x.id) != x:
            swaps.append(Swap(expected=new.get(x.id), value=x, after_id=before[n - 1].id if n else None))
    return swaps


def swap(current: Sequence[N], swaps: Iterable[Swap[N]]) -> tuple[list[N], set[str]]:
    """The things after the swaps, and the ids of those that are not as expected any more."""
    swaps = list(swaps)
    found = {x.id: x for x in current}
    conflicts = {id_of(s) for s in swaps if found.get(id_of(s)) != s.expected}
    swapped = {id_of(s) for s in swaps}
    result = [x for x in current if x.id not in swapped]
    for s in swaps:
        if s.value is not None:
            result.insert(_position(result, s.after_id), s.value)
    return result, conflicts


def _position(things: Sequence[_Named], after_id: str | None) -> int:
    if after_id is None:
        return 0
    return next((n + 1 for n, x in enumerate(things) if x.id == after_id), len(things))
