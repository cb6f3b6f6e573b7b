"""Chunks about parts of the picture: corners, halves, strips, boxes in pixels or percent."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cuttingroom.planners.rules.frames.readers import Reader, either, read_pattern

CORNER, STRIP, MIDDLE = 0.3, 0.25, 0.4
"""How much of the width and height a corner, a side and the middle are taken for."""


@dataclass(frozen=True)
class Spot:
    """Left, top, width and height, in shares of the frame or in its pixels. `taken_for`: a size that nobody
    said, as a share."""

    left: float
    top: float
    width: float
    height: float
    is_pixels: bool = False
    taken_for: float | None = None


_ACROSS = {
    "left": "left", "right": "right", "top": "top", "upper": "top", "bottom": "bottom", "lower": "bottom",
}  # fmt: skip
_PARTS = {"half": 1 / 2, "third": 1 / 3, "quarter": 1 / 4, "fifth": 1 / 5}
_OF_IT = r"of\s+the\s+(?:picture|frame|screen|image|video|shot)"
_AREA = rf"(?:\s+(?:corner|side|edge|part|area|region|strip|{_OF_IT}))*"


def _corner(match: re.Match[str]) -> Spot:
    size = 0.5 if match["quarter"] else CORNER
    left = 0.0 if match["across"].lower() == "left" else 1 - size
    top = 0.0 if _ACROSS[match["down"].lower()] == "top" else 1 - size
    return Spot(left, top, size, size, taken_for=None if match["quarter"] else size)


def _strip(side: str, share: float, taken_for: float | None = None) -> Spot:
    start = 0.0 if side in ("left", "top") else 1 - share
    if side in ("left", "right"):
        return Spot(start, 0, share, 1, taken_for=taken_for)
    return Spot(0, start, 1, share, taken_for=taken_for)


def _part(match: re.Match[str]) -> Spot:
    return _strip(_ACROSS[match["side"].lower()], _PARTS[match["part"].lower()])


def _percent(match: re.Match[str]) -> Spot | None:
    share = float(match["percent"]) / 100
    return _strip(_ACROSS[match["side"].lower()], share) if 0 < share <= 1 else None


def _side(match: re.Match[str]) -> Spot:
    return _strip(_ACROSS[match["side"].lower()], STRIP, STRIP)


def _box(match: re.Match[str]) -> Spot | None:
    """`from 100,50 to 300,200`, `10%, 20% to 40%, 50%`."""
    x0, y0, x1, y1 = (float(match[n]) for n in ("x0", "y0", "x1", "y1"))
    return _boxed(x0, y0, x1 - x0, y1 - y0, is_percent="%" in match.group())


def _sized(match: re.Match[str]) -> Spot | None:
    """`200x100 at 50,60`, `30% x 10% at 5%, 80%`."""
    found = (float(match[n]) for n in ("x0", "y0", "wide", "high"))
    return _boxed(*found, is_percent="%" in match.group())


def _boxed(x: float, y: float, width: float, height: float, *, is_percent: bool) -> Spot | None:
    if width <= 0 or height <= 0:
        return None
    if not is_percent:
        return Spot(x, y, width, height, is_pixels=True)
    shares = (x / 100, y / 100, width / 100, height / 100)
    return Spot(*shares) if shares[0] + shares[2] <= 1 and shares[1] + shares[3] <= 1 else None


_N = r"\d+(?:\.\d+)?"
_PX = r"(?:\s?(?:%|px\b|pixels\b))?"
_SIDES = r"(?P<side>left|right|top|upper|bottom|lower)"

CHUNKS: dict[str, Reader] = {
    "REGION": either(
        read_pattern(
            r"(?P<down>top|upper|bottom|lower)[ -]?(?P<across>left|right)(?:[ -]hand)?"
            rf"(?P<quarter>\s+quarter)?{_AREA}",
            _corner,
        ),
        read_pattern(_SIDES + r"(?:[ -]hand)?\s+(?P<part>half|third|quarter|fifth)" + _AREA, _part),
        read_pattern(_SIDES + rf"\s+(?P<percent>{_N})\s?(?:%|percent|per cent)" + _AREA, _percent),
        read_pattern(_SIDES + r"(?:[ -]hand)?" + _AREA, _side),
        read_pattern(
            r"(?:middle|centre|center)" + _AREA,
            lambda _: Spot((1 - MIDDLE) / 2, (1 - MIDDLE) / 2, MIDDLE, MIDDLE, taken_for=MIDDLE),
        ),
        read_pattern(
            r"(?:whole|entire|full)\s+(?:picture|frame|screen|image|video|shot)", lambda _: Spot(0, 0, 1, 1)
        ),
        read_pattern(
            rf"(?P<x0>{_N}){_PX}\s?[,x]\s?(?P<y0>{_N}){_PX}\s+(?:to|and)\s+"
            rf"(?P<x1>{_N}){_PX}\s?[,x]\s?(?P<y1>{_N}){_PX}",
            _box,
        ),
        read_pattern(
            rf"(?P<wide>{_N}){_PX}\s?(?:x|×|by)\s?(?P<high>{_N}){_PX}\s+at\s+"
            rf"(?P<x0>{_N}){_PX}\s?[,x]\s?(?P<y0>{_N}){_PX}",
            _sized,
        ),
    ),
    "HEX": read_pattern(r"#[0-9a-f]{6}(?![0-9a-f])", lambda m: m.group().lower()),
}
