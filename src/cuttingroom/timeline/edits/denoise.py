"""Take steady noise out of elements."""

from typing import Annotated, Literal

from pydantic import Field

from cuttingroom.core.ids import short_id
from cuttingroom.timeline.edits.base import Edit, name_all
from cuttingroom.timeline.edits.changing import with_each, with_effect
from cuttingroom.timeline.edits.sounding import get_sounding
from cuttingroom.timeline.effects import Denoise as DenoiseEffect
from cuttingroom.timeline.effects import Id
from cuttingroom.timeline.model import Timeline


class Denoise(Edit):
    """Take hiss, hum and the noise of a room down by up to `reduction_db`; voices and what else moves stay.

    | A ~o~~o~~o~ |   ->   | A  o  o  o  |

    What the noise is like is learned from the quiet moments of the whole file. It takes the place of an
    earlier reduction.
    """

    tool: Literal["denoise"] = "denoise"
    element_ids: Annotated[tuple[Id, ...], Field(min_length=1)]
    reduction_db: Annotated[float, Field(ge=1, le=40)] = 12.0
    effect_id: Id = Field(default_factory=lambda: short_id("fx"))

    def check(self, before: Timeline) -> None:
        get_sounding(before, self.element_ids)

    def change(self, before: Timeline) -> Timeline:
        effect = DenoiseEffect(id=self.effect_id, reduction_db=self.reduction_db)
        return with_each(before, self.element_ids, lambda e: with_effect(e, effect))

    def describe(self, before: Timeline) -> str:
        return (
            f"Take the steady noise of {name_all(before, self.element_ids)} down by {self.reduction_db:g} dB"
        )

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return self.element_ids
