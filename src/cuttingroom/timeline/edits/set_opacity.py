"""Make pictures and texts see-through."""

from typing import Annotated, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.timeline.edits.base import Edit, name_all, name_of
from cuttingroom.timeline.edits.changing import with_each
from cuttingroom.timeline.edits.transforming import percent
from cuttingroom.timeline.effects import Id
from cuttingroom.timeline.model import Timeline


class SetOpacity(Edit):
    """Let what lies below be seen through elements: 1 hides it, 0 shows nothing of them.

    |  logo  |   ->   |  logo 50 %  |
    |   A    |        |      A      |
    """

    tool: Literal["set_opacity"] = "set_opacity"
    element_ids: Annotated[tuple[Id, ...], Field(min_length=1)]
    opacity: Annotated[float, Field(ge=0, le=1)]

    def check(self, before: Timeline) -> None:
        for element_id in self.element_ids:
            _, element = before.get_element(element_id)
            if not element.has_picture:
                raise EditRefused(
                    f"{name_of(before, element_id)} is only heard, so it has no opacity.",
                    element_id=element_id,
                )

    def change(self, before: Timeline) -> Timeline:
        return with_each(before, self.element_ids, lambda e: e.model_copy(update={"opacity": self.opacity}))

    def describe(self, before: Timeline) -> str:
        return f"Set the opacity of {name_all(before, self.element_ids)} to {percent(self.opacity)}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return self.element_ids
