"""Colour pictures by a table."""

from typing import Annotated, Literal

from pydantic import Field

from cuttingroom.core.ids import short_id
from cuttingroom.core.time import Frozen
from cuttingroom.timeline.edits.base import Edit, name_all
from cuttingroom.timeline.edits.changing import with_each, with_effect
from cuttingroom.timeline.edits.looking import check_pictures
from cuttingroom.timeline.effects import Id, Lut, Share
from cuttingroom.timeline.model import Name, Timeline


class LutRef(Frozen):
    """A stored table of colours (a .cube file)."""

    artifact_id: str
    name: Name = ""


class ApplyLut(Edit):
    """Give elements the colours of a table, mixed with their own by `strength` (0 to 1).

        | A | B |   ->   | A | B* |

    An earlier table is replaced.
    """

    tool: Literal["apply_lut"] = "apply_lut"
    element_ids: Annotated[tuple[Id, ...], Field(min_length=1)]
    lut: LutRef
    strength: Share = 1.0
    effect_id: Id = Field(default_factory=lambda: short_id("fx"))

    def check(self, before: Timeline) -> None:
        check_pictures(before, self.element_ids)

    def change(self, before: Timeline) -> Timeline:
        effect = Lut(id=self.effect_id, artifact_id=self.lut.artifact_id, strength=self.strength)
        return with_each(before, self.element_ids, lambda e: with_effect(e, effect))

    def describe(self, before: Timeline) -> str:
        name = f"“{self.lut.name}”" if self.lut.name else "a look"
        return f"Apply {name} to {name_all(before, self.element_ids)} at {self.strength:.0%}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return self.element_ids
