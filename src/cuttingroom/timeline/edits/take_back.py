"""Undo one earlier change as a step of a plan."""

from typing import Literal

from pydantic.json_schema import SkipJsonSchema

from cuttingroom.core.errors import EditRefused
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.edits.restore import Restore
from cuttingroom.timeline.model import Name, Timeline


class TakeBack(Edit):
    """Take back what the event `event_id` of the ledger did; what came later stays.

        |  A  |  B  |   ->   |  A  | what was cut |  B  |

    `back` and `title` come from the ledger, never from a planner. Refused when later changes stand on it.
    """

    tool: Literal["take_back"] = "take_back"
    event_id: str
    title: Name = ""
    back: SkipJsonSchema[Restore | None] = None

    def check(self, before: Timeline) -> None:
        if self.back is None:
            raise EditRefused("This event changed nothing that could be taken back.", field="event_id")

    def apply(self, before: Timeline) -> Timeline:
        self.check(before)
        assert self.back is not None
        return self.back.apply(before)

    def change(self, before: Timeline) -> Timeline:
        return self.apply(before)

    def describe(self, before: Timeline) -> str:
        return f"Take back: {self.title}" if self.title else "Take back an earlier change"
