"""Take effects off again."""

from typing import Annotated, Literal, get_args

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.timeline.edits.base import Edit, name_all
from cuttingroom.timeline.edits.looking import with_effects
from cuttingroom.timeline.effects import EffectType, Id
from cuttingroom.timeline.model import Timeline

LOOKS: tuple[EffectType, ...] = ("grade", "lut", "hide", "chroma_key", "black_out", "vignette", "grain")
"""What changes how a picture looks, not where it stands or when it comes and goes."""


class RemoveEffects(Edit):
    """Take all effects of some kinds off elements.

    | A* | B* |   ->   | A | B* |
    """

    tool: Literal["remove_effects"] = "remove_effects"
    element_ids: Annotated[tuple[Id, ...], Field(min_length=1)]
    types: Annotated[tuple[EffectType, ...], Field(min_length=1)] = LOOKS

    def check(self, before: Timeline) -> None:
        elements = [before.get_element(i)[1] for i in self.element_ids]
        if not any(effect.type in self.types for e in elements for effect in e.effects):
            what = _names(self.types) if set(self.types) != set(LOOKS) else "effect of the picture"
            raise EditRefused(
                f"There is no {what} on {name_all(before, self.element_ids)} to remove.", field="types"
            )

    def change(self, before: Timeline) -> Timeline:
        return with_effects(
            before, self.element_ids, lambda e: [x for x in e.effects if x.type not in self.types]
        )

    def describe(self, before: Timeline) -> str:
        elements = [before.get_element(i)[1] for i in self.element_ids]
        found = {x.type for e in elements for x in e.effects if x.type in self.types}
        kinds = _names([t for t in get_args(EffectType) if t in found] or self.types)
        return f"Remove the {kinds} of {name_all(before, self.element_ids)}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return self.element_ids


def _names(types: tuple[EffectType, ...] | list[EffectType]) -> str:
    return ", ".join(t.replace("_", " ") for t in types)
