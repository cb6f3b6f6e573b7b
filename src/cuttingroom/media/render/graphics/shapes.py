"""Shapes as lines of ASS: boxes, ellipses, arrows, highlights, fills and progress bars."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from cuttingroom.media.render.graphics import ass, outlines
from cuttingroom.media.render.graphics.graphic import Canvas, Graphic
from cuttingroom.media.render.graphics.motion import Pose, pose_at
from cuttingroom.media.render.graphics.texts import BOX, LETTERS, SHADOW, Painted
from cuttingroom.timeline.model import ShapeSource, Side

_HIGHLIGHT_OPACITY = 0.38
_RAIL_OPACITY = 0.45
_EDGE_OPACITY = 0.55
_ARROW_LENGTH = 0.2
"""Of the shorter side; less where the frame ends sooner."""
_ARROW_SHAFT = 2.6
"""Widths of a line."""
_MARGIN = 0.02
_DIAGONAL = math.sqrt(0.5)
_FROM: dict[Side, tuple[float, float]] = {
    "left": (-1, 0), "right": (1, 0), "above": (0, -1), "below": (0, 1),
    "above_left": (-_DIAGONAL, -_DIAGONAL), "above_right": (_DIAGONAL, -_DIAGONAL),
    "below_left": (-_DIAGONAL, _DIAGONAL), "below_right": (_DIAGONAL, _DIAGONAL),
}  # fmt: skip


@dataclass(frozen=True)
class ShapeLook:
    """`share` is how far a progress bar is; 0 for all else."""

    pose: Pose
    share: float = 0.0


@dataclass(frozen=True)
class DrawnShape:
    """A shape in a picture of the size of `canvas`."""

    graphic: Graphic
    source: ShapeSource
    canvas: Canvas

    def look_at(self, frame: int) -> ShapeLook:
        pose = pose_at(self.graphic, frame)
        if self.source.shape != "progress":
            return ShapeLook(pose)
        return ShapeLook(pose, round((frame + 1) / self.graphic.frames, 6))

    def paint(self, look: ShapeLook) -> Iterator[Painted]:
        if look.pose.alpha <= 0:
            return
        source, line = self.source, self.source.line * self.canvas.short
        left, top, width, height = self._place(look.pose)
        radius = 0.08 * min(width, height)
        if source.shape == "progress":
            yield self._fill(BOX, (left, top, width, height), "#000000", _RAIL_OPACITY * look.pose.alpha)
            bar = (left, top, width * look.share, height)
            yield self._fill(LETTERS, bar, source.colour, source.opacity * look.pose.alpha)
        elif source.shape == "fill":
            yield self._fill(
                LETTERS, (left, top, width, height), source.colour, source.opacity * look.pose.alpha
            )
        elif source.shape == "highlight":
            seen = _HIGHLIGHT_OPACITY * source.opacity * look.pose.alpha
            yield self._fill(LETTERS, (left, top, width, height), source.colour, seen)
        elif source.shape == "arrow":
            yield from self._arrow(look.pose, line * _ARROW_SHAFT)
        else:
            path = outlines.ring(width, height, line) if source.shape == "ellipse" else outlines.frame(
                width, height, line, radius
            )  # fmt: skip
            yield from self._edged(left, top, path, look.pose.alpha)

    def _place(self, pose: Pose) -> tuple[float, float, float, float]:
        region, canvas = self.source.region, self.canvas
        width, height = region.width * canvas.width * pose.scale, region.height * canvas.height * pose.scale
        x = (region.x + region.width / 2) * canvas.width + pose.dx * canvas.short
        y = (region.y + region.height / 2) * canvas.height + pose.dy * canvas.short
        return x - width / 2, y - height / 2, width, height

    def _arrow(self, pose: Pose, shaft: float) -> Iterator[Painted]:
        """From its side, or the other one where there is no room, to the edge or corner of the region."""
        left, top, width, height = self._place(pose)
        length, size = _ARROW_LENGTH * self.canvas.short * pose.scale, (self.canvas.width, self.canvas.height)
        ends: list[tuple[float, float]] = []
        for way, start, extent, limit in zip(
            _FROM[self.source.points_from], (left, top), (width, height), size, strict=True
        ):
            tip = start + extent / 2 * (1 + _sign(way))
            if not 0 <= tip + way * length <= limit:
                way = -way
                tip = start + extent / 2 * (1 + _sign(way))
            ends.append((tip, tip + way * length))
        (x, tail_x), (y, tail_y) = ends
        points = outlines.arrow((x, y), (tail_x, tail_y), min(shaft, length / 5))
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        path = outlines.polygon([(px - min(xs), py - min(ys)) for px, py in points])
        left, top = min(xs) + self._back(xs, size[0]), min(ys) + self._back(ys, size[1])
        yield from self._edged(left, top, path, pose.alpha)

    def _back(self, points: list[float], limit: int) -> float:
        """How far all points have to move to lie inside the frame."""
        margin = _MARGIN * self.canvas.short
        return max(0.0, margin - min(points)) - max(0.0, max(points) - (limit - margin))

    def _edged(self, left: float, top: float, path: str, alpha: float) -> Iterator[Painted]:
        """A drawing with a soft dark edge, which stands out on bright ground too."""
        seen, edge = alpha * self.source.opacity, 0.003 * self.canvas.short
        black = ass.colour_tag(1, "#000000") + ass.colour_tag(3, "#000000")
        faint = ass.alpha_tag(1, seen * _EDGE_OPACITY) + ass.alpha_tag(3, seen * _EDGE_OPACITY)
        soft = f"\\bord{edge:.2f}\\blur{edge * 1.2:.2f}"
        yield (
            SHADOW,
            f"\\an7\\pos({left - edge:.2f},{top - edge:.2f}){soft}{black}{faint}{outlines.SCALE_TAG}",
            path,
        )
        yield LETTERS, self._tags(left, top, self.source.colour, seen), path

    def _fill(
        self, layer: int, place: tuple[float, float, float, float], colour: str, opacity: float
    ) -> Painted:
        left, top, width, height = place
        return layer, self._tags(left, top, colour, opacity), outlines.rounded(width, height, 0)

    def _tags(self, left: float, top: float, colour: str, opacity: float) -> str:
        paint = ass.colour_tag(1, colour) + ass.alpha_tag(1, opacity)
        return f"\\an7\\pos({left:.2f},{top:.2f})\\bord0\\shad0{paint}{outlines.SCALE_TAG}"


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)
