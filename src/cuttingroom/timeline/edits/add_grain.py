"""Lay film grain over pictures."""

from typing import Annotated, Literal

from pydantic import Field

from cuttingroom.core.ids import short_id
from cuttingroom.timeline.edits.base import Edit, name_all
from cuttingroom.timeline.edits.changing import with_each, with_effect
from cuttingroom.timeline.edits.looking import check_pictures
from cuttingroom.timeline.effects import Grain, Id
from cuttingroom.timeline.model import Timeline


class AddGrain(Edit):
    """Lay moving film grain over elements, by `strength` (up to 1).

        | A | B |   ->   | A | B* |

    Earlier grain is replaced.
    """

    tool: Literal["add_grain"] = "add_grain"
    element_ids: Annotated[tuple[Id, ...], Field(min_length=1)]
    strength: Annotated[float, Field(gt=0, le=1)] = 0.3
    effect_id: Id = Field(default_factory=lambda: short_id("fx"))

    def check(self, before: Timeline) -> None:
        check_pictures(before, self.element_ids)

    def change(self, before: Timeline) -> Timeline:
        effect = Grain(id=self.effect_id, strength=self.strength)
        return with_each(before, self.element_ids, lambda e: with_effect(e, effect))

    def describe(self, before: Timeline) -> str:
        return f"Add film grain of {self.strength:.0%} to {name_all(before, self.element_ids)}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return self.element_ids
