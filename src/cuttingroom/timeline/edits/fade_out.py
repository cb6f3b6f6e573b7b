"""Let an element go down to background and silence."""

from typing import Literal

from pydantic import Field

from cuttingroom.core.ids import short_id
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.edits.fading import check_fade, describe_fade, with_fade
from cuttingroom.timeline.effects import FadeOut as FadeOutEffect
from cuttingroom.timeline.effects import Id, Positive
from cuttingroom.timeline.model import Timeline


class FadeOut(Edit):
    r"""Fade the picture, the sound or both out over the last `duration_ticks` of an element.

        |   A   |   ->   |   A  \|

    An earlier fade out of the same parts is replaced.
    """

    tool: Literal["fade_out"] = "fade_out"
    element_id: Id
    duration_ticks: Positive
    picture: bool = True
    sound: bool = True
    effect_id: Id = Field(default_factory=lambda: short_id("fx"))

    def check(self, before: Timeline) -> None:
        _, element = before.get_element(self.element_id)
        check_fade(before, element, self._effect())

    def change(self, before: Timeline) -> Timeline:
        return with_fade(before, self.element_id, self._effect())

    def describe(self, before: Timeline) -> str:
        return describe_fade(before, self.element_id, self._effect())

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return (self.element_id,)

    def _effect(self) -> FadeOutEffect:
        return FadeOutEffect(
            id=self.effect_id, duration_ticks=self.duration_ticks, picture=self.picture, sound=self.sound
        )
