"""What is drawn over the picture: a title, a caption or a shape, and when."""

from __future__ import annotations

from dataclasses import dataclass

from cuttingroom.timeline.effects import FadeIn, FadeOut
from cuttingroom.timeline.model import CaptionSource, Element, ShapeSource, TextSource

DRAWN = (TextSource, CaptionSource, ShapeSource)
"""Sources that are drawn, and laid over what is below them."""


@dataclass(frozen=True)
class Canvas:
    """A picture of `width` x `height` pixels."""

    width: int
    height: int

    @property
    def short(self) -> int:
        return min(self.width, self.height)

    @property
    def is_upright(self) -> bool:
        return self.height > self.width


@dataclass(frozen=True)
class Graphic:
    """`source` for `frames` frames, of which the first is frame `at` of a piece; it may have begun before.

    `fade_in` and `fade_out` are in frames. What it looks like depends on how many frames have passed since it
    began and on nothing else, so it looks the same however a film is cut into pieces.
    """

    source: TextSource | CaptionSource | ShapeSource
    at: int
    frames: int
    frame_ticks: int
    opacity: float = 1.0
    fade_in: int = 0
    fade_out: int = 0


def graphic_of(element: Element, at: int, frame_ticks: int, joined: tuple[int, int] = (0, 0)) -> Graphic:
    """The graphic of an element. `joined` are the frames of transitions at its start and its end, which count
    in place of fades."""
    assert isinstance(element.source, DRAWN)
    fades = {"in": 0, "out": 0}
    for effect in element.effects:
        if isinstance(effect, (FadeIn, FadeOut)) and effect.enabled and effect.picture:
            kind = "in" if isinstance(effect, FadeIn) else "out"
            fades[kind] = max(1, round(effect.duration_ticks / frame_ticks))
    return Graphic(
        element.source,
        at,
        round(element.duration_ticks / frame_ticks),
        frame_ticks,
        element.opacity,
        joined[0] or fades["in"],
        joined[1] or fades["out"],
    )
