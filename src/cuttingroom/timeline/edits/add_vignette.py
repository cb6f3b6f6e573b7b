"""Darken the corners."""

from typing import Annotated, Literal

from pydantic import Field

from cuttingroom.core.ids import short_id
from cuttingroom.timeline.edits.base import Edit, name_all
from cuttingroom.timeline.edits.changing import with_each, with_effect
from cuttingroom.timeline.edits.looking import check_pictures
from cuttingroom.timeline.effects import Id, Vignette
from cuttingroom.timeline.model import Timeline


class AddVignette(Edit):
    """Darken elements towards their corners, by `strength` (up to 1) there.

        | A | B |   ->   | A | B* |

    An earlier vignette is replaced.
    """

    tool: Literal["add_vignette"] = "add_vignette"
    element_ids: Annotated[tuple[Id, ...], Field(min_length=1)]
    strength: Annotated[float, Field(gt=0, le=1)] = 0.4
    effect_id: Id = Field(default_factory=lambda: short_id("fx"))

    def check(self, before: Timeline) -> None:
        check_pictures(before, self.element_ids)

    def change(self, before: Timeline) -> Timeline:
        effect = Vignette(id=self.effect_id, strength=self.strength)
        return with_each(before, self.element_ids, lambda e: with_effect(e, effect))

    def describe(self, before: Timeline) -> str:
        return f"Add a vignette of {self.strength:.0%} to {name_all(before, self.element_ids)}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return self.element_ids
