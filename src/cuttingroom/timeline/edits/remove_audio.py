"""Take the sound of elements away."""

from typing import Annotated, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.timeline.edits.base import Edit, name_all, name_of
from cuttingroom.timeline.edits.changing import with_each
from cuttingroom.timeline.edits.sounding import get_sounding, without_sound
from cuttingroom.timeline.effects import Id
from cuttingroom.timeline.model import Timeline


class RemoveAudio(Edit):
    """Take the sound of elements away for good; their pictures stay.

    | A with sound | B with sound |   ->   | A | B with sound |

    What was set for that sound alone (an envelope, ducking, bleeps) goes too. What is only heard has no
    picture to stay: remove it instead.
    """

    tool: Literal["remove_audio"] = "remove_audio"
    element_ids: Annotated[tuple[Id, ...], Field(min_length=1)]

    def check(self, before: Timeline) -> None:
        for element in get_sounding(before, self.element_ids):
            if not element.has_picture:
                raise EditRefused(
                    f"{name_of(before, element.id)} is only heard: nothing would be left of it.",
                    advice="Remove it.",
                    element_id=element.id,
                )

    def change(self, before: Timeline) -> Timeline:
        return with_each(before, self.element_ids, without_sound)

    def describe(self, before: Timeline) -> str:
        return f"Remove the sound of {name_all(before, self.element_ids)}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return self.element_ids
