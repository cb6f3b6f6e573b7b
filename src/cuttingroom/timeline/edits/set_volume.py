"""Set or change the loudness of elements."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from cuttingroom.core.errors import EditRefused
from cuttingroom.timeline.edits.base import Edit, name_all, name_of
from cuttingroom.timeline.effects import Id
from cuttingroom.timeline.model import Element, Timeline


class SetVolume(Edit):
    """Set the fader (`volume`, 0 to 1) of elements, or raise or lower them by `change_db`.

    | A     | B     |   ->   | A     | B -6dB |
    """

    tool: Literal["set_volume"] = "set_volume"
    element_ids: Annotated[tuple[Id, ...], Field(min_length=1)]
    volume: Annotated[float, Field(ge=0, le=1)] | None = None
    change_db: Annotated[float, Field(ge=-60, le=24)] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "SetVolume":
        if (self.volume is None) == (self.change_db is None):
            raise ValueError("give either volume or change_db")
        return self

    def check(self, before: Timeline) -> None:
        for element_id in self.element_ids:
            _, element = before.get_element(element_id)
            if not element.has_sound:
                raise EditRefused(f"{name_of(before, element_id)} has no sound.", element_id=element_id)

    def change(self, before: Timeline) -> Timeline:
        wanted = set(self.element_ids)
        after = before
        for track in before.tracks:
            if any(e.id in wanted for e in track.elements):
                elements = [self._louder(e) if e.id in wanted else e for e in track.elements]
                after = after.with_track(track.with_elements(elements))
        return after

    def describe(self, before: Timeline) -> str:
        who = name_all(before, self.element_ids)
        if self.volume is not None:
            return f"Set the volume of {who} to {round(self.volume * 100)} %"
        return f"{'Raise' if (self.change_db or 0) > 0 else 'Lower'} {who} by {abs(self.change_db or 0):g} dB"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return self.element_ids

    def _louder(self, element: Element) -> Element:
        if self.volume is not None:
            return element.model_copy(update={"volume": self.volume})
        gain_db = min(24.0, max(-60.0, element.gain_db + (self.change_db or 0)))
        return element.model_copy(update={"gain_db": gain_db})
