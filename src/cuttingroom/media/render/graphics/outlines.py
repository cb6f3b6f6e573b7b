"""Outlines as ASS drawings: boxes, rounded boxes, ellipses, arrows. Lengths in pixels.

A drawing begins at its left top corner. Its units are eighths of a pixel. A hole runs the other way round.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

SCALE_TAG = "\\p4"
_UNITS = 8
_ROUND = 0.5523
"""Bezier handles of a quarter of a circle (Riskus 2006)."""

Points = Sequence[tuple[float, float]]


def polygon(points: Points) -> str:
    (first, *rest) = [f"{_n(x)} {_n(y)}" for x, y in points]
    return f"m {first} l " + " ".join(rest)


def rounded(width: float, height: float, radius: float) -> str:
    """A box with round corners."""
    r = max(0.0, min(radius, width / 2, height / 2))
    if r < 0.5:
        return polygon([(0, 0), (width, 0), (width, height), (0, height)])
    k = r * (1 - _ROUND)
    w, h = width, height
    return " ".join([
        _move(r, 0), _line(w - r, 0), _curve(w - k, 0, w, k, w, r), _line(w, h - r),
        _curve(w, h - k, w - k, h, w - r, h), _line(r, h), _curve(k, h, 0, h - k, 0, h - r), _line(0, r),
        _curve(0, k, k, 0, r, 0),
    ])  # fmt: skip


def frame(width: float, height: float, line: float, radius: float) -> str:
    """A box of lines, with nothing inside."""
    line = min(line, width / 2, height / 2)
    inner = _reversed_box(line, line, width - line, height - line)
    return f"{rounded(width, height, radius)} {inner}"


def ring(width: float, height: float, line: float) -> str:
    """An ellipse of a line."""
    line = min(line, width / 2, height / 2)
    return f"{_ellipse(0, 0, width, height, 1)} {_ellipse(line, line, width - line, height - line, -1)}"


def arrow(tip: tuple[float, float], tail: tuple[float, float], line: float) -> list[tuple[float, float]]:
    """The corners of an arrow whose shaft is `line` wide."""
    length = math.dist(tip, tail) or 1.0
    ux, uy = (tip[0] - tail[0]) / length, (tip[1] - tail[1]) / length
    head, half = min(length * 0.6, 4.2 * line), min(length * 0.4, 2.5 * line)

    def at(along: float, across: float) -> tuple[float, float]:
        return tail[0] + ux * along - uy * across, tail[1] + uy * along + ux * across

    neck = length - head * 0.86
    return [
        at(0, -line * 0.3), at(neck, -line / 2), at(length - head, -half), at(length, 0),
        at(length - head, half), at(neck, line / 2), at(0, line * 0.3),
    ]  # fmt: skip


def _ellipse(left: float, top: float, right: float, bottom: float, way: int) -> str:
    cx, cy, rx, ry = (left + right) / 2, (top + bottom) / 2, (right - left) / 2, (bottom - top) / 2
    kx, ky = rx * _ROUND, ry * _ROUND * way
    y = ry * way
    return " ".join([
        _move(cx - rx, cy), _curve(cx - rx, cy - ky, cx - kx, cy - y, cx, cy - y),
        _curve(cx + kx, cy - y, cx + rx, cy - ky, cx + rx, cy),
        _curve(cx + rx, cy + ky, cx + kx, cy + y, cx, cy + y),
        _curve(cx - kx, cy + y, cx - rx, cy + ky, cx - rx, cy),
    ])  # fmt: skip


def _reversed_box(left: float, top: float, right: float, bottom: float) -> str:
    return polygon([(left, top), (left, bottom), (right, bottom), (right, top)])


def _move(x: float, y: float) -> str:
    return f"m {_n(x)} {_n(y)}"


def _line(x: float, y: float) -> str:
    return f"l {_n(x)} {_n(y)}"


def _curve(*points: float) -> str:
    return "b " + " ".join(str(_n(p)) for p in points)


def _n(length: float) -> int:
    return round(length * _UNITS)
