"""A picture seen from nearer and nearer, smoothly: by `perspective`, which interpolates between pixels.

ffmpeg's `zoompan` and `crop` begin at whole pixels, so that a slow push trembles; `perspective` computes the
place of each pixel to 1/256 (SUB_PIXEL_BITS of its source) and takes an expression for every frame.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from cuttingroom.core.time import Rate
from cuttingroom.timeline.effects import Point, Zoom
from cuttingroom.timeline.model import Element


@dataclass(frozen=True)
class Step:
    """One zoom in frames of its element: it begins at `start` and takes `length`."""

    start: float
    length: float
    zoom: Zoom

    @property
    def stands(self) -> bool:
        return self.zoom.from_scale == self.zoom.to_scale

    def scale_at(self, frame: int) -> float:
        done = min(1.0, max(0.0, (frame - self.start) / self.length))
        if self.zoom.smooth:
            done = done * done * (3 - 2 * done)
        return self.zoom.from_scale * (self.zoom.to_scale / self.zoom.from_scale) ** done

    def scale_text(self, skip: int) -> str:
        """The same as an expression of ffmpeg, where `on` counts the frames from 1, `skip` come before."""
        begin, zoom = self.start - skip + 1, self.zoom
        done = f"clip((on-({begin:.6f}))/{self.length:.6f},0,1)"
        if zoom.smooth:
            done = f"st(1,{done})*ld(1)*(3-2*ld(1))"
        return f"{zoom.from_scale:.6f}*pow({zoom.to_scale / zoom.from_scale:.9f},{done})"


@dataclass(frozen=True)
class Motion:
    """The zooms of an element, in order."""

    steps: tuple[Step, ...]

    @classmethod
    def of(cls, element: Element, rate: Rate) -> Self:
        zooms = [e for e in element.effects if isinstance(e, Zoom) and e.enabled]
        zooms.sort(key=lambda z: z.range.start_ticks)
        frame = rate.frame_ticks
        return cls(tuple(Step(z.range.start_ticks / frame, z.range.duration_ticks / frame, z) for z in zooms))

    @property
    def moves(self) -> bool:
        """Whether it is not everywhere the same. All of an element is drawn one way, however it is cut."""
        return any(not s.stands for s in self.steps) or len({_aim(s.zoom) for s in self.steps}) > 1

    @property
    def most(self) -> float:
        """The largest scale, which is the only one of what does not move."""
        return max((max(s.zoom.from_scale, s.zoom.to_scale) for s in self.steps), default=1.0)

    @property
    def centre(self) -> Point:
        """Of what does not move."""
        return self.steps[0].zoom.centre if self.steps else Point(x=0.5, y=0.5)

    def filters(self, skip: int, count: int, width: float, height: float) -> list[str]:
        """What zooms `count` pictures of this size, which the element shows after `skip` others."""
        first, last = self._step_at(skip), self._step_at(skip + count - 1)
        scales = {first.scale_at(skip), last.scale_at(skip + count - 1)}
        if first is last and len(scales) == 1 and not self._is_moving(first, skip, count):
            scale = scales.pop()
            return [] if scale == 1 else [_perspective(*_corners(first, f"{scale:.9f}", width, height))]
        steps = self.steps[self.steps.index(first) : self.steps.index(last) + 1]
        near, far = ([_corners(s, s.scale_text(skip), width, height)[n] for s in steps] for n in (0, 1))
        texts = [[_nested(steps, [c[n] for c in corner], skip) for n in (0, 1)] for corner in (near, far)]
        return [_perspective((texts[0][0], texts[0][1]), (texts[1][0], texts[1][1])) + ":eval=frame"]

    def nearer(self, frames: int) -> Iterator[tuple[int, int]]:
        """The stretches of an element of so many frames in which not all of the picture is seen."""
        ends = [*(math.ceil(s.start) for s in self.steps[1:]), frames][: len(self.steps)]
        at = 0
        for step, end in zip(self.steps, ends, strict=True):
            begin, over = math.floor(step.start), math.ceil(step.start + step.length)
            for a, b, scale in (
                (at, begin, step.zoom.from_scale),
                (begin, over, step.zoom.from_scale if step.stands else 0),
                (over, end, step.zoom.to_scale),
            ):
                low, high = max(at, a, 0), min(b, end, frames)
                if scale != 1 and high > low:
                    yield low, high
            at = max(at, end)

    def _step_at(self, frame: int) -> Step:
        """The zoom that holds at a frame: the last one begun, or the first one."""
        return next((s for s in reversed(self.steps) if s.start <= frame), self.steps[0])

    def _is_moving(self, step: Step, skip: int, count: int) -> bool:
        within = step.start < skip + count - 1 and skip < step.start + step.length
        return within and not step.stands


Corner = tuple[str, str]


def _corners(step: Step, scale: str, width: float, height: float) -> tuple[Corner, Corner]:
    """The top left and the bottom right corner of what is seen, in pixels, as expressions.

    Half a pixel aside, because pixels are counted at their corners and seen at their middle.
    """
    centre = step.zoom.centre
    x, y = centre.x * width - 0.5, centre.y * height - 0.5
    near = tuple(f"{c:.4f}*(1-1/ld(0))" for c in (x, y))
    far = tuple(f"{c:.4f}*(1-1/ld(0))+{size:.0f}/ld(0)" for c, size in ((x, width), (y, height)))
    set_scale = f"st(0,{scale});"
    return (set_scale + near[0], set_scale + near[1]), (set_scale + far[0], set_scale + far[1])


def _nested(steps: tuple[Step, ...], texts: list[str], skip: int) -> str:
    """The text of the zoom that holds at each frame."""
    text = texts[-1]
    for step, earlier in zip(reversed(steps[1:]), reversed(texts[:-1]), strict=True):
        text = f"if(lt(on,{step.start - skip + 1:.6f}),{earlier},{text})"
    return text


def _perspective(near: Corner, far: Corner) -> str:
    (left, top), (right, bottom) = near, far
    points = zip("0123", ((left, top), (right, top), (left, bottom), (right, bottom)), strict=True)
    places = ":".join(f"x{n}='{x}':y{n}='{y}'" for n, (x, y) in points)
    return f"perspective={places}:interpolation=cubic"


def _aim(zoom: Zoom) -> tuple[float, float, float]:
    return zoom.to_scale, zoom.centre.x, zoom.centre.y
