"""How a picture stands in the frame: cropped, mirrored, turned, fitted into its box, zoomed, placed. Pure.

    file      crop, flip, turn        fit into the box, cut at its edges      zoom, scale, place
    +-----+        +---+               +-----------+  box                     +---------------+  frame
    | (o) |   ->   |(o)|        ->     |   |(o)|   |                    ->    |        +-----+|
    +-----+        +---+               +-----------+                          |        |(o)  ||

All rectangles are in pixels of the frame and lie on even numbers, as halved colour needs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Self

from cuttingroom.core.time import Rate
from cuttingroom.media.probe import VideoFacts
from cuttingroom.media.render.zooming import Motion
from cuttingroom.timeline.effects import Point, Transform
from cuttingroom.timeline.model import Element

MOST_DETAIL = 2.0
"""Zooms take up to twice the pixels of the frame from a file that has them."""


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
        left, top = even(self.left), even(self.top)
        return Rect(left, top, max(2, even(self.right) - left), max(2, even(self.bottom) - top))


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
        left, right = (even(columns * c) for c in (transform.crop_left, transform.crop_right))
        top, bottom = (even(rows * c) for c in (transform.crop_top, transform.crop_bottom))
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
                  settled(picture, cell, covers=covers), transform.fit, motion)  # fmt: skip


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


def settled(picture: Rect, cell: Rect, *, covers: bool) -> Rect:
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
        columns, rows = video.coded_width, video.coded_height
        return (
            (rows, columns, video.width, video.height)
            if sideways
            else (columns, rows, video.width, video.height)
        )
    shape = (video.height, video.width) if sideways else (video.width, video.height)
    return video.coded_width, video.coded_height, *shape


def _length(length: float, covers: bool) -> int:
    return max(2, 2 * math.ceil(length / 2 - 1e-6)) if covers else max(2, even(length))


def even(value: float) -> int:
    return 2 * round(value / 2)


def _floor(value: float) -> int:
    return 2 * math.floor(value / 2 + 1e-6)
