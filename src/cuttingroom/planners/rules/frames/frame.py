"""What a frame is: the words that name an edit and the slots that belong to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cuttingroom.planners.base import Need
from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.frames.patterns import Chunk, Form, forms, words_of

if TYPE_CHECKING:
    from cuttingroom.planners.rules.board import Board

TIME, JOINS, DECORATES = 0, 1, 2
"""When in its group of clauses a frame is planned: what changes time first, what rests on the pictures
last."""

Slots = Mapping[str, Any]
"""What was said, by the name of the slot; what was not said is absent."""


@dataclass(frozen=True)
class Frame:
    """One edit as people ask for it; `frames/__init__.py` says how `says` and `slots` are written.

    A frame without words for a name is told by its slots alone, and must explain every other word.

    `needs`: what must be known about the media. `requires`: slots without which these words mean something
    else (`a|b`: one of them; what must merely be asked for when it is missing, `plan` asks for). `glue`:
    words that may stand anywhere and mean nothing here. `step`: TIME, JOINS or DECORATES. `topic`: what "it"
    means afterwards. `places`: it puts something new there, so both ends of its place must still exist.
    `apart`: slots (`a|b|c`) of which at most one is said; `accepts`: a last look at all of them."""

    name: str
    says: tuple[str, ...]
    slots: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict[str, str])
    plan: Callable[[Board, Slots], None] | None = None
    reading: Callable[[Slots], r.Reading] | None = None
    step: int = DECORATES
    needs: frozenset[Need] = frozenset()
    requires: tuple[str, ...] = ()
    glue: str = ""
    apart: tuple[str, ...] = ()
    accepts: Callable[[Slots], bool] | None = None
    topic: Callable[[Slots], r.Target | None] | None = None
    places: bool = False

    def __post_init__(self) -> None:
        if (self.plan is None) == (self.reading is None):
            raise ValueError(f"the frame {self.name} must either plan or read")
        named = {n for one in (*self.requires, *self.apart) for n in one.split("|")}
        unknown = named - {n.rstrip("*") for n in self.slots}
        if unknown:
            raise ValueError(f"the frame {self.name} requires unknown slots: {', '.join(sorted(unknown))}")

    def heads(self) -> list[Form]:
        return [form for pattern in self.says for form in forms(pattern)]

    def excluded(self, name: str) -> frozenset[str]:
        """The slots that cannot be said together with one."""
        groups = (frozenset(group.split("|")) for group in self.apart)
        return frozenset(other for group in groups if name in group for other in group - {name})

    def slot_forms(self) -> list[tuple[str, Form]]:
        """Each way of saying each slot."""
        given = ((name, (p,) if isinstance(p, str) else p) for name, p in self.slots.items())
        return [(name, form) for name, patterns in given for pattern in patterns for form in forms(pattern)]

    def words(self) -> set[str]:
        """Every word that this frame knows."""
        said = {w for form in (*self.heads(), *(f for _, f in self.slot_forms())) for w in words_of(form)}
        return said | set(self.glue.split())

    def kinds(self) -> set[str]:
        return {part.kind for _, form in self.slot_forms() for part in form if isinstance(part, Chunk)}


def is_moment(point: object) -> bool:
    """Whether a point is clear without a preposition: a time by the clock, a frame, a cut, words.

    `1.5 s` alone is a length.
    """
    if isinstance(point, r.At):
        return point.is_clock or point.frames > 0
    return isinstance(point, (r.CutPoint, r.SpokenPoint, r.EdgeOf))
