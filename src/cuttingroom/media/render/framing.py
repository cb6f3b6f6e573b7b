"""How a picture stands in the frame: cropped, mirrored, turned, fitted into its box, zoomed, placed. Pure.

    file      crop, flip, turn        fit into the box, cut at its edges      zoom, scale, place
    +-----+        +---+               +-----------+  box                     +---------------+  frame
    | (o) |   ->   |(o)|        ->     |   |(o)|   |                    ->    |        +-----+|
    +-----+        +---+               +-----------+                          |        |(o)  ||

All rectangles are in pixels of the frame and lie on even numbers, as halved colour needs.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

from cuttingroom.core.time import Rate
from cuttingroom.media.probe import VideoFacts
from cuttingroom.media.render.coders import WITH_ALPHA
from cuttingroom.media.render.zooming import Motion
from cuttingroom.timeline.effects import Point, Transform
from cuttingroom.timeline.model import Element

BLUR_SHARE = 0.035
"""Sigma of the blur behind a picture, as a share of the box's shorter side: shapes go, colours stay."""
BLUR_SHRINK = 8
"""A blurred picture is made this much smaller: it looks the same and costs a sixtieth."""
BLUR_LIGHT = 0.72
"""How bright the blurred picture is, so that the sharp one stands out."""
MOST_DETAIL = 2.0
"""Zooms take up to twice the pixels of the frame from a file that has them."""
_BORDER = 2
"""Pixels around a tilted picture that give its edges something to blend with."""


@dataclass(frozen=True)
class Rect:
    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    @property
    def is_empty(self) -> bool:
        return self.width <= 0 or self.height <= 0

    def scaled(self, factor: float, x: float = 0.0, y: float = 0.0) -> Rect:
        """Larger by `factor`; the point `x`, `y` stays."""
        left, top = x + (self.left - x) * factor, y + (self.top - y) * factor
        return Rect(left, top, self.width * factor, self.height * factor)

    def moved(self, x: float, y: float) -> Rect:
        return replace(self, left=self.left + x, top=self.top + y)

    def cut(self, other: Rect) -> Rect:
        """What lies in both; empty where nothing does."""
        left, top = max(self.left, other.left), max(self.top, other.top)
        return Rect(left, top, min(self.right, other.right) - left, min(self.bottom, other.bottom) - top)

    def even(self) -> Rect:
        """The edges on the nearest even pixels."""
        left, top = _even(self.left), _even(self.top)
        return Rect(left, top, max(2, _even(self.right) - left), max(2, _even(self.bottom) - top))


@dataclass(frozen=True)
class Look:
    """The part of a file's picture that is used, in stored pixels, and how it is turned.

    `width` and `height` are the shape in which it is seen, after `quarters` turns to the right and before the
    `tilt` (radians).
    """

    crop: tuple[int, int, int, int] | None
    stored: tuple[int, int]
    width: float
    height: float
    quarters: int
    tilt: float
    flips: tuple[str, ...]

    @classmethod
    def of(cls, video: VideoFacts, transform: Transform) -> Self:
        columns, rows, width, height = _sizes(video, upright=transform.upright)
        left, right = (_even(columns * c) for c in (transform.crop_left, transform.crop_right))
        top, bottom = (_even(rows * c) for c in (transform.crop_top, transform.crop_bottom))
        crop = None
        if left or right or top or bottom:
            used = max(2, (columns - left - right) // 2 * 2), max(2, (rows - top - bottom) // 2 * 2)
            crop = (*used, min(left, columns - used[0]), min(top, rows - used[1]))
            width, height = width * used[0] / columns, height * used[1] / rows
            columns, rows = used
        quarters, tilt = divmod(transform.rotation % 360, 90)
        if tilt:
            quarters, tilt = 0, math.radians(transform.rotation)
        if int(quarters) % 2:
            columns, rows, width, height = rows, columns, height, width
        flips = [("hflip", transform.flip_horizontal), ("vflip", transform.flip_vertical)]
        return cls(
            crop, (columns, rows), width, height, int(quarters), tilt, tuple(f for f, yes in flips if yes)
        )

    def spread(self, width: float, height: float) -> tuple[float, float]:
        """The room that a tilted picture of this size takes."""
        c, s = abs(math.cos(self.tilt)), abs(math.sin(self.tilt))
        return (width * c + height * s, width * s + height * c) if self.tilt else (width, height)

    @property
    def filters(self) -> list[str]:
        """Crop, mirrors and quarter turns."""
        turn = ([], ["transpose=clock"], ["hflip", "vflip"], ["transpose=cclock"])[self.quarters]
        return ([f"crop={':'.join(map(str, self.crop))}"] if self.crop else []) + [*self.flips, *turn]


@dataclass(frozen=True)
class Layout:
    """Where an element's picture lies. `size` is that of the picture before its tilt, `picture` the room it
    takes, `cell` its box, scaled and placed; `visible` is what of it can be seen in the frame."""

    frame: Rect
    cell: Rect
    look: Look
    size: tuple[int, int]
    picture: Rect
    fit: str
    motion: Motion

    @property
    def visible(self) -> Rect:
        shown = self.cell if self.fills_cell else self.cell.cut(self.picture)
        return shown.cut(self.frame)

    @property
    def fills_cell(self) -> bool:
        """Whether something is drawn in all of the cell, or may come there."""
        return self.fit == "blur" or self.motion.moves

    @property
    def detail(self) -> float:
        """How many pixels of a moving picture are worked on for one of the frame."""
        if not self.motion.moves or self.look.tilt:
            return 1.0
        found = min(self.look.stored[0] / self.size[0], self.motion.most, MOST_DETAIL)
        return found if found > 1.1 else 1.0


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


def find_transform(element: Element) -> Transform | None:
    """The transform of an element that changes how it stands, if any."""
    found = (e for e in element.effects if isinstance(e, Transform) and not e.changes_nothing)
    return next(found, None)


def describe_transform(transform: Transform) -> str:
    """What it does to a picture, in plain words."""
    words = [
        (
            "cropped",
            any((transform.crop_left, transform.crop_top, transform.crop_right, transform.crop_bottom)),
        ),
        ("mirrored", transform.flip_horizontal or transform.flip_vertical),
        ("turned", transform.rotation % 360 != 0 or not transform.upright),
    ]
    return " and ".join(word for word, applies in words if applies) or "another place in the frame"


def lay_out(video: VideoFacts, element: Element, size: tuple[int, int], rate: Rate) -> Layout:
    """Where the picture of an element lies in a frame of `size`."""
    transform = find_transform(element) or Transform(id="none")
    frame = Rect(0, 0, *size)
    cell = _cell(transform, frame)
    look = Look.of(video, transform)
    motion = Motion.of(element, rate)
    width, height = _fitted(transform.fit, look, cell)
    room = Rect(0, 0, *look.spread(width, height))
    picture = room.moved(*_offset(transform.focus, room, cell))
    if not motion.moves:
        x, y = cell.left + motion.centre.x * cell.width, cell.top + motion.centre.y * cell.height
        picture = picture.scaled(motion.most, x, y)
        width, height = width * motion.most, height * motion.most
    covers = transform.fit == "fill"
    return Layout(frame, cell, look, (_length(width, covers), _length(height, covers)),
                  _settled(picture, cell, covers=covers), transform.fit, motion)  # fmt: skip


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
    pad = f"pad={frame.width:.0f}:{frame.height:.0f}:{shown.left:.0f}:{shown.top:.0f}:color={drawing.background}"
    return [*([pad] if drawing.opaque and shown != frame else []), "setsar=1"]


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
    width, height = (max(a, _even(b)) for a, b in ((inside.width, made.width), (inside.height, made.height)))
    x, y = min(_even(shown.left), width - inside.width), min(_even(shown.top), height - inside.height)
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
    whole, back, front, blurred, sharp = (drawing.name() for _ in range(5))
    look = layout.look
    factor = max(layout.cell.width / look.width, layout.cell.height / look.height) * detail
    if not layout.motion.moves:
        factor *= layout.motion.most
    x, y = picture.left + picture.width / 2, picture.top + picture.height / 2
    size = (look.width * factor, look.height * factor)
    cover = _settled(Rect(x - size[0] / 2, y - size[1] / 2, *size), canvas, covers=True)
    small = Rect(0, 0, *(max(2, _even(s / BLUR_SHRINK)) for s in (canvas.width, canvas.height)))
    shrunk = cover.moved(-canvas.left, -canvas.top).scaled(small.width / canvas.width)
    sigma = BLUR_SHARE * min(layout.cell.width, layout.cell.height) * detail / BLUR_SHRINK
    opaque = replace(drawing, opaque=True)
    blur = [
        *_cut_and_resized(opaque, look.stored, _settled(shrunk, small, covers=True), small),
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


def _cell(transform: Transform, frame: Rect) -> Rect:
    box = frame
    if transform.box is not None:
        part = transform.box
        box = Rect(
            part.x * frame.width, part.y * frame.height, part.width * frame.width, part.height * frame.height
        )
    x, y = box.left + box.width / 2, box.top + box.height / 2
    placed = box.scaled(transform.scale, x, y)
    return placed.moved((transform.x - 0.5) * frame.width, (transform.y - 0.5) * frame.height).even()


def _fitted(fit: str, look: Look, cell: Rect) -> tuple[float, float]:
    """The size of a picture in its cell, before its tilt."""
    if fit == "stretch":
        return cell.width, cell.height
    if fit == "fill":
        wide, high = look.spread(cell.width, cell.height)
        factor = max(wide / look.width, high / look.height)
    else:
        wide, high = look.spread(look.width, look.height)
        factor = min(cell.width / wide, cell.height / high)
    return look.width * factor, look.height * factor


def _offset(focus: Point, room: Rect, cell: Rect) -> tuple[float, float]:
    """Where the picture's corner lies: in the middle, or with the focus as near to it as the edges allow."""
    return (
        _start(focus.x, room.width, cell.left, cell.width),
        _start(focus.y, room.height, cell.top, cell.height),
    )


def _start(focus: float, length: float, start: float, room: float) -> float:
    if length <= room:
        return start + (room - length) / 2
    return max(start + room - length, min(start, start + room / 2 - focus * length))


def _settled(picture: Rect, cell: Rect, *, covers: bool) -> Rect:
    """On even pixels; one that covers the cell still does."""
    width, height = _length(picture.width, covers), _length(picture.height, covers)
    left = _floor(picture.left + (picture.width - width) / 2)
    top = _floor(picture.top + (picture.height - height) / 2)
    if covers and width >= cell.width and height >= cell.height:
        left = max(min(left, cell.left), cell.right - width)
        top = max(min(top, cell.top), cell.bottom - height)
    return Rect(left, top, width, height)


def _sizes(video: VideoFacts, *, upright: bool) -> tuple[int, int, float, float]:
    """Columns and rows of stored pixels as they reach the filters, and the shape in which they are seen."""
    sideways = video.rotation % 180 == 90
    if upright:
        if video.pixel_aspect.fraction == 1:
            return video.width, video.height, video.width, video.height
        stored = (video.coded_width, video.coded_height)
        return *(stored[::-1] if sideways else stored), video.width, video.height
    shape = (video.height, video.width) if sideways else (video.width, video.height)
    return video.coded_width, video.coded_height, *shape


def _length(length: float, covers: bool) -> int:
    return max(2, 2 * math.ceil(length / 2 - 1e-6)) if covers else max(2, _even(length))


def _even(value: float) -> int:
    return 2 * round(value / 2)


def _floor(value: float) -> int:
    return 2 * math.floor(value / 2 + 1e-6)


def has_alpha(video: VideoFacts) -> bool:
    return video.pixel_format.startswith(WITH_ALPHA)
