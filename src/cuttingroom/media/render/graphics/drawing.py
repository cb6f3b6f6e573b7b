"""Graphics of a piece of the film as one ASS document, which libass draws."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from cuttingroom.media.render.graphics import ass
from cuttingroom.media.render.graphics.graphic import Canvas, Graphic
from cuttingroom.media.render.graphics.shapes import DrawnShape
from cuttingroom.media.render.graphics.texts import DrawnText
from cuttingroom.timeline.model import ShapeSource, TextStyle

_SHAPES = "shapes"


def draw_graphics(graphics: Sequence[Graphic], frames: int, size: tuple[int, int]) -> str:
    """The document for a piece of `frames` frames, `size` = width x height in pixels.

    Nothing in it tells where the piece lies: it says how things look at each of its frames, no more.
    """
    canvas = Canvas(*size)
    styles, events = list[str](), list[str]()
    for number, graphic in enumerate(graphics):
        if isinstance(graphic.source, ShapeSource):
            drawn, name = DrawnShape(graphic, graphic.source, canvas), _SHAPES
        else:
            drawn, name = DrawnText.of(graphic, canvas, f"s{number}"), f"s{number}"
            if drawn is None:
                continue
            styles.append(drawn.style_line())
        events += _events(drawn, graphic, frames, name)
    plain = ass.style_line(_SHAPES, TextStyle(), line=20, outline=0, spacing=0, padding=0, margin=0)
    return ass.document(*size, [*styles, plain], events)


def _events(drawn: DrawnText | DrawnShape, graphic: Graphic, frames: int, name: str) -> Iterator[str]:
    first, end = max(0, graphic.at), min(frames, graphic.at + graphic.frames)
    for look, run in groupby(range(first, end), key=lambda frame: drawn.look_at(frame - graphic.at)):
        shown = list(run)
        for layer, tags, text in drawn.paint(look):  # type: ignore[arg-type]
            yield ass.event_line(layer, shown[0], shown[-1] + 1, name, tags, text)
