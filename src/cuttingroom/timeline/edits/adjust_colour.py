"""Change light and colour."""

from typing import Annotated, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.timeline.edits.base import Edit, name_all
from cuttingroom.timeline.edits.looking import check_pictures, with_effects
from cuttingroom.timeline.effects import Effect, Grade, Id
from cuttingroom.timeline.model import Element, Timeline


class AdjustColour(Edit):
    """Set brightness, contrast, saturation or temperature of elements; what is None stays as it is.

        | A | B |   ->   | A | B* |

    Brightness and temperature run from -1 to 1 about 0, contrast and saturation are factors about 1. Black
    and white is a saturation of 0. With all at their middle the grade is gone.
    """

    tool: Literal["adjust_colour"] = "adjust_colour"
    element_ids: Annotated[tuple[Id, ...], Field(min_length=1)]
    brightness: Annotated[float, Field(ge=-1, le=1)] | None = None
    contrast: Annotated[float, Field(ge=0, le=4)] | None = None
    saturation: Annotated[float, Field(ge=0, le=4)] | None = None
    temperature: Annotated[float, Field(ge=-1, le=1)] | None = None
    effect_id: Id = Field(default_factory=lambda: short_id("fx"))

    def check(self, before: Timeline) -> None:
        if not self._given():
            raise EditRefused(
                "Say what is to change: brightness, contrast, saturation or temperature.", field="brightness"
            )
        check_pictures(before, self.element_ids)

    def change(self, before: Timeline) -> Timeline:
        return with_effects(before, self.element_ids, self._graded)

    def describe(self, before: Timeline) -> str:
        who, given = name_all(before, self.element_ids), self._given()
        if given == {"saturation": 0}:
            return f"Take the colour out of {who}"
        shown = {n: f"{v:.0%}" if n in ("contrast", "saturation") else f"{v:+g}" for n, v in given.items()}
        if len(shown) == 1:
            ((name, text),) = shown.items()
            return f"Set the {name} of {who} to {text}"
        return f"Set of {who} " + ", ".join(f"the {name} to {text}" for name, text in shown.items())

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return self.element_ids

    def _given(self) -> dict[str, float]:
        names = ("brightness", "contrast", "saturation", "temperature")
        return {name: value for name in names if (value := getattr(self, name)) is not None}

    def _graded(self, element: Element) -> list[Effect]:
        kept: list[Effect] = [e for e in element.effects if not isinstance(e, Grade)]
        old = next((e for e in element.effects if isinstance(e, Grade)), Grade(id=self.effect_id))
        grade = old.model_copy(update={**self._given(), "enabled": True})
        return kept if grade == Grade(id=grade.id) else [*kept, grade]
