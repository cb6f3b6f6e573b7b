"""A video as several files: into how many parts, and where they meet."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, model_validator

from cuttingroom.core.errors import InvalidInput
from cuttingroom.core.time import Frozen, Rate, TimeRange, format_ticks, round_half_up
from cuttingroom.timeline.effects import Positive

MOST_PARTS = 100


class Parts(Frozen):
    """`n` equal parts, or one every `every_ticks`: then the last may be shorter.

        | whole                |   ->   | 1    | 2    | 3    |
        | whole                |   ->   | 1       | 2       | 3 |

    Parts meet on frames, and each frame is in exactly one.
    """

    n: Annotated[int, Field(ge=2, le=MOST_PARTS)] | None = None
    every_ticks: Positive | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if (self.n is None) == (self.every_ticks is None):
            raise ValueError("give either n, such as 3, or every_ticks")
        return self

    def ranges(self, whole: TimeRange, rate: Rate) -> tuple[TimeRange, ...]:
        """The parts of `whole`, which lies on the grid of `rate`, in order.

        Raises InvalidInput for more parts than MOST_PARTS, or than there are frames.
        """
        frames = rate.frames(whole.duration_ticks)
        count = self.n or -(-frames // self._frames(rate))
        if count > min(MOST_PARTS, frames):
            raise InvalidInput(
                f"{format_ticks(whole.duration_ticks)} {self} would be {count} parts; "
                f"{min(MOST_PARTS, frames)} at most can be made.",
                advice="Make fewer and longer parts.",
                field="parts",
            )
        step = self._frames(rate) if self.n is None else None
        borders = [n * step if step else round_half_up(Fraction(frames * n, count)) for n in range(count)]
        ticks = [whole.start_ticks + rate.ticks(n) for n in (*borders, frames)]
        return tuple(TimeRange.between(start, end) for start, end in pairwise(ticks))

    def _frames(self, rate: Rate) -> int:
        return max(1, rate.frames(self.every_ticks or 0))

    def __str__(self) -> str:
        if self.n is not None:
            return f"in {self.n} equal parts"
        return f"in parts of {format_ticks(self.every_ticks or 0)}"
