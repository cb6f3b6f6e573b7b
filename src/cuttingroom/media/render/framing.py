"""The filters that bring a picture to its place in the frame, as `layouts` found it. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from cuttingroom.media.probe import VideoFacts
from cuttingroom.media.render.coders import WITH_ALPHA
from cuttingroom.media.render.layouts import Layout, Look, Rect, even, settled

BLUR_SHARE = 0.035
"""Sigma of the blur behind a picture, as a share of the box's shorter side: shapes go, colours stay."""
BLUR_SHRINK = 8
"""A blurred picture is made this much smaller: it looks the same and costs a sixtieth."""
BLUR_LIGHT = 0.72
"""How bright the blurred picture is, so that the sharp one stands out."""
_BORDER = 2
"""Pixels around a tilted picture that give its edges something to blend with."""


@dataclass(frozen=True)
class Drawing:
    """How things are drawn: the matrix that a file's colours are read by, the background as ffmpeg writes
    colours, whether what is left free shall be filled with it, and where new names come from."""

    matrix: str
    background: str
    opaque: bool
    has_alpha: bool
    name: Callable[[], str]

    @property
    def pixels(self) -> str:
        return "format=yuv420p" if self.opaque else "format=yuva420p"

    @property
    def nothing(self) -> str:
        """The colour of what is left free."""
        return self.background if self.opaque else "black@0"


def frame_filters(layout: Layout, drawing: Drawing, *, skip: int, count: int) -> tuple[list[str], list[str]]:
    """What brings a picture into the frame: filters for any of its frames, and those that move with time.

    They leave `layout.visible`, or the whole frame where the drawing is opaque. `skip` frames of the element
    come before the `count` that are made.
    """
    if drawing.opaque and drawing.has_alpha:
        steps, moving = frame_filters(layout, replace(drawing, opaque=False), skip=skip, count=count)
        return steps, [*moving, _laid_on_background(layout, drawing)]
    if not layout.motion.moves:
        canvas = layout.cell.cut(layout.frame)
        return [*_drawn(layout, drawing, canvas, layout.picture, 1.0), *_finished(layout, drawing)], []
    detail = layout.detail
    cell = layout.cell.moved(-layout.cell.left, -layout.cell.top)
    canvas = cell.scaled(detail).even()
    picture = layout.picture.moved(-layout.cell.left, -layout.cell.top).scaled(detail).even()
    moving = layout.motion.filters(skip, count, canvas.width, canvas.height)
    if detail != 1:
        moving.append(f"scale={cell.width:.0f}:{cell.height:.0f}:flags=bicubic")
    inside = layout.visible.moved(-layout.cell.left, -layout.cell.top)
    if inside != cell:
        moving.append(_crop(inside))
    return _drawn(layout, drawing, canvas, picture, detail), [*moving, *_finished(layout, drawing)]


def _laid_on_background(layout: Layout, drawing: Drawing) -> str:
    """A see-through picture on the background, as the whole frame."""
    shown, frame = layout.visible, layout.frame
    below, above, ground = (drawing.name() for _ in range(3))
    at = f"{shown.left:.0f}:{shown.top:.0f}"
    return (
        f"pad={frame.width:.0f}:{frame.height:.0f}:{at}:color=black@0,split[{below}][{above}];"
        f"[{below}]format=yuv420p,drawbox=w=iw:h=ih:t=fill:color={drawing.background}[{ground}];"
        f"[{ground}][{above}]overlay=format=yuv420,format=yuv420p"
    )


def _finished(layout: Layout, drawing: Drawing) -> list[str]:
    """What is left free of the frame, where something must be there."""
    shown, frame = layout.visible, layout.frame
    if not drawing.opaque or shown == frame:
        return ["setsar=1"]
    at = f"{shown.left:.0f}:{shown.top:.0f}"
    return [f"pad={frame.width:.0f}:{frame.height:.0f}:{at}:color={drawing.background}", "setsar=1"]


def _drawn(layout: Layout, drawing: Drawing, canvas: Rect, picture: Rect, detail: float) -> list[str]:
    """The picture as far as it lies on the canvas; the whole canvas where all of it is needed."""
    look = layout.look
    if layout.fit == "blur":
        return [*look.filters, _before_its_blur(layout, drawing, canvas, picture, detail)]
    steps = [*look.filters, *_sharp(layout, drawing, canvas, picture, detail)]
    inside = picture.cut(canvas)
    if layout.motion.moves and inside != canvas:
        at = f"{inside.left - canvas.left:.0f}:{inside.top - canvas.top:.0f}"
        steps.append(f"pad={canvas.width:.0f}:{canvas.height:.0f}:{at}:color={drawing.nothing}")
    return steps


def _sharp(layout: Layout, drawing: Drawing, canvas: Rect, picture: Rect, detail: float) -> list[str]:
    """The picture, turned already, at its size and without what lies outside of the canvas."""
    inside = picture.cut(canvas)
    if layout.look.tilt:
        width, height = (round(s * detail) for s in layout.size)
        tilted = [*_resized(drawing, width, height), *_tilted(layout.look, drawing, width, height, picture)]
        return [*tilted, *([_crop(inside.moved(-picture.left, -picture.top))] if inside != picture else [])]
    return _cut_and_resized(drawing, layout.look.stored, picture, inside)


def _cut_and_resized(drawing: Drawing, stored: tuple[int, int], picture: Rect, inside: Rect) -> list[str]:
    """A stored picture as `picture`, of which only what is `inside` is made. Right to within a pixel."""
    if inside == picture:
        return _resized(drawing, picture.width, picture.height)
    across, down = stored[0] / picture.width, stored[1] / picture.height
    left, right = _used(inside.left - picture.left, inside.right - picture.left, across, stored[0])
    top, bottom = _used(inside.top - picture.top, inside.bottom - picture.top, down, stored[1])
    made = Rect(left / across, top / down, (right - left) / across, (bottom - top) / down)
    shown = inside.moved(-picture.left - made.left, -picture.top - made.top)
    width, height = (max(a, even(b)) for a, b in ((inside.width, made.width), (inside.height, made.height)))
    x, y = min(even(shown.left), width - inside.width), min(even(shown.top), height - inside.height)
    return [
        f"crop={right - left}:{bottom - top}:{left}:{top}",
        *_resized(drawing, width, height),
        _crop(Rect(max(0, x), max(0, y), inside.width, inside.height)),
    ]


def _used(start: float, end: float, ratio: float, most: int) -> tuple[int, int]:
    """The stored pixels, from and up to, that a stretch is made of, with a few more for its edges."""
    low, high = max(0, math.floor(start * ratio / 2) * 2 - 4), min(most, math.ceil(end * ratio / 2) * 2 + 4)
    return low, high - (high - low) % 2


def _before_its_blur(layout: Layout, drawing: Drawing, canvas: Rect, picture: Rect, detail: float) -> str:
    """The whole picture in front of itself, out of focus and a little darker, on the whole canvas."""
    back, front, blurred, sharp = (drawing.name() for _ in range(4))
    look = layout.look
    factor = max(layout.cell.width / look.width, layout.cell.height / look.height) * detail
    if not layout.motion.moves:
        factor *= layout.motion.most
    x, y = picture.left + picture.width / 2, picture.top + picture.height / 2
    size = (look.width * factor, look.height * factor)
    cover = settled(Rect(x - size[0] / 2, y - size[1] / 2, *size), canvas, covers=True)
    small = Rect(0, 0, *(max(2, even(s / BLUR_SHRINK)) for s in (canvas.width, canvas.height)))
    shrunk = cover.moved(-canvas.left, -canvas.top).scaled(small.width / canvas.width)
    sigma = BLUR_SHARE * min(layout.cell.width, layout.cell.height) * detail / BLUR_SHRINK
    opaque = replace(drawing, opaque=True)
    blur = [
        *_cut_and_resized(opaque, look.stored, settled(shrunk, small, covers=True), small),
        f"gblur=sigma={sigma:.3f}:steps=2",
        f"scale={canvas.width:.0f}:{canvas.height:.0f}:flags=bicubic",
        f"lutyuv=y='16+(val-16)*{BLUR_LIGHT}':u='128+(val-128)*{BLUR_LIGHT}':v='128+(val-128)*{BLUR_LIGHT}'",
    ]
    fine = replace(drawing, opaque=not (drawing.has_alpha or look.tilt))
    over = _sharp(layout, fine, canvas, picture, detail)
    inside = picture.cut(canvas)
    at = f"{inside.left - canvas.left:.0f}:{inside.top - canvas.top:.0f}"
    return (
        f"split[{back}][{front}];[{back}]{','.join(blur)}[{blurred}];[{front}]{','.join(over)}[{sharp}];"
        f"[{blurred}][{sharp}]overlay={at}:format=yuv420,{drawing.pixels}"
    )


def _resized(drawing: Drawing, width: float, height: float) -> list[str]:
    """To the size and the colours of all pictures (BT.709, limited range).

    See-through pictures are multiplied by their alpha meanwhile: else the colour of what cannot be seen would
    come in at the edges.
    """
    size, colours = f"{width:.0f}:{height:.0f}", "out_color_matrix=bt709:out_range=tv"
    if not drawing.has_alpha or drawing.opaque:
        return [f"scale={size}:flags=bicubic{drawing.matrix}:{colours}", drawing.pixels]
    return [
        f"scale=flags=bicubic{drawing.matrix}",
        "format=gbrap",
        "premultiply=inplace=1",
        f"scale={size}:flags=bicubic",
        "unpremultiply=inplace=1",
        f"scale={colours}",
        drawing.pixels,
    ]


def _tilted(look: Look, drawing: Drawing, width: int, height: int, room: Rect) -> list[str]:
    """Turned by any angle, with smooth edges."""
    border = f"pad={width + 2 * _BORDER}:{height + 2 * _BORDER}:{_BORDER}:{_BORDER}:color={drawing.nothing}"
    turn = f"rotate={look.tilt:.9f}:ow={room.width:.0f}:oh={room.height:.0f}:c={drawing.nothing}"
    if drawing.opaque:
        return ["format=yuv444p", border, turn, drawing.pixels]
    turned = [border, "premultiply=inplace=1", turn, "unpremultiply=inplace=1"]
    return ["format=gbrap", *turned, "scale=out_color_matrix=bt709:out_range=tv", drawing.pixels]


def _crop(part: Rect) -> str:
    return f"crop={part.width:.0f}:{part.height:.0f}:{part.left:.0f}:{part.top:.0f}"


def has_alpha(video: VideoFacts) -> bool:
    return video.pixel_format.startswith(WITH_ALPHA)
