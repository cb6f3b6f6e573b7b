"""What pictures are worked on: a canvas of so many pixels, in a graph that is being drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from cuttingroom.core.time import Rate
from cuttingroom.media.cube import Cube
from cuttingroom.media.render.grading import Table

AS_PICTURE = "setparams=range=tv:colorspace=bt709"
"""What is made in a graph says of itself what pictures say, so that ffmpeg converts nothing between them."""


@dataclass(frozen=True)
class LutFile:
    """A stored look that is ready to be used, named by the SHA-256 of its file."""

    sha256: str
    cube: Cube


class Sketch(Protocol):
    """The graph that is being drawn."""

    tables: dict[str, Table]

    @property
    def rate(self) -> Rate: ...

    @property
    def luts(self) -> Mapping[str, LutFile]:
        """By artifact id."""
        ...

    def name(self) -> str:
        """A new name for a link."""
        ...


@dataclass(frozen=True)
class Canvas:
    """The picture that is worked on, in pixels. One with `alpha` is yuva420p, any other yuv420p.

    `frame` is what regions are shares of, as left, top, width and height on the picture; None is the picture.
    """

    width: int
    height: int
    alpha: bool = False
    frame: tuple[int, int, int, int] | None = None

    @property
    def format(self) -> str:
        return "yuva420p" if self.alpha else "yuv420p"
