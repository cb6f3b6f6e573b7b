"""Light and colour as tables: what a grade or a look makes of every colour, in numbers.

Colours are red, green and blue from 0 to 1 as they are displayed (BT.709 with its transfer). Luma is treated
apart from what a colour is beside it, so that hues stay; what would leave the range loses colour, not hue.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np

from cuttingroom.media.cube import Cube, Numbers, identity, write_cube
from cuttingroom.timeline.effects import Grade

LUMA = np.array([0.2126, 0.7152, 0.0722])
"""ITU-R BT.709."""
_GRID = 33
"""Points along each side; between them the table is linear."""
_TRANSFER = 2.4
"""ITU-R BT.1886: the exponent between a displayed value and light."""
_DAYLIGHT_MIREDS = 1e6 / 6504
_MIREDS = 90.0
"""How far a whole step of temperature goes: about 4100 K to the warm side, 15,700 K to the cold one."""


class Table(Protocol):
    """A table of colours that a filter reads from a file."""

    @property
    def is_3d(self) -> bool: ...

    @property
    def recipe(self) -> list[Any]:
        """What decides its numbers, as JSON."""
        ...

    def text(self) -> str:
        """The file."""
        ...


@dataclass(frozen=True)
class GradeTable:
    grade: Grade
    is_3d: bool = True

    @property
    def recipe(self) -> list[Any]:
        g = self.grade
        return ["grade", 1, _GRID, g.brightness, g.contrast, g.saturation, g.temperature]

    def text(self) -> str:
        g = self.grade
        return _grade_text(g.brightness, g.contrast, g.saturation, g.temperature)


@dataclass(frozen=True)
class LookTable:
    """A stored look, named by its content, mixed with the picture as it was."""

    sha256: str
    strength: float
    cube: Cube

    @property
    def is_3d(self) -> bool:
        return self.cube.is_3d

    @property
    def recipe(self) -> list[Any]:
        return ["look", 1, self.sha256, self.strength]

    def text(self) -> str:
        return write_cube(self.cube.mixed(self.strength))


def is_neutral(grade: Grade) -> bool:
    """Whether the grade leaves everything as it is."""
    return (grade.brightness, grade.contrast, grade.saturation, grade.temperature) == (0, 1, 1, 0)


@lru_cache(maxsize=16)
def _grade_text(brightness: float, contrast: float, saturation: float, temperature: float) -> str:
    grade = Grade(
        id="fx", brightness=brightness, contrast=contrast, saturation=saturation, temperature=temperature
    )
    return write_cube(graded(identity(_GRID), grade))


def graded(colours: Numbers, grade: Grade) -> Numbers:
    """What a grade makes of colours: temperature, then brightness, contrast and saturation."""
    luma, colour = _split(_tempered(colours, grade.temperature))
    luma, colour = _brightened(luma, colour, grade.brightness)
    luma, colour = _contrasted(luma, colour, grade.contrast)
    return _within_range(luma, colour * grade.saturation)


def _split(colours: Numbers) -> tuple[Numbers, Numbers]:
    """Luma, and what a colour is beside it."""
    luma = (colours @ LUMA)[..., None]
    return luma, colours - luma


def _tempered(colours: Numbers, temperature: float) -> Numbers:
    """The white balance moved along the colours of glowing bodies; luma stays."""
    if not temperature:
        return colours
    shift = _daylight(_DAYLIGHT_MIREDS + _MIREDS * temperature) / _daylight(_DAYLIGHT_MIREDS)
    moved = colours * shift ** (1 / _TRANSFER)
    was, now = (colours @ LUMA)[..., None], (moved @ LUMA)[..., None]
    return moved * np.divide(was, now, out=np.ones_like(was), where=now > 0)


def _daylight(mireds: float) -> Numbers:
    """Linear red, green and blue of a glowing body, of any brightness.

    Kim et al., "Design of advanced color temperature control system for HDTV applications" (2002).
    """
    kelvin = 1e6 / mireds
    powers = np.array([1e9 / kelvin**3, 1e6 / kelvin**2, 1e3 / kelvin, 1.0])
    hot = [-3.0258469, 2.1070379, 0.2226347, 0.24039]
    x = float(powers @ (hot if kelvin > 4000 else [-0.2661239, -0.2343589, 0.8776956, 0.17991]))
    curve = [3.081758, -5.8733867, 3.75112997, -0.37001483] if kelvin > 4000 else _COOLER
    y = float(np.polyval(curve, x))
    xyz = np.array([x / y, 1.0, (1 - x - y) / y])
    return _TO_LINEAR @ xyz


_COOLER = [-0.9549476, -1.37418593, 2.09137015, -0.16748867]
_TO_LINEAR = np.array(
    [
        [3.2404542, -1.5371385, -0.4985314],
        [-0.969266, 1.8760108, 0.041556],
        [0.0556434, -0.2040259, 1.0572252],
    ]
)
"""CIE XYZ to BT.709 primaries with the white of D65."""


def _brightened(luma: Numbers, colour: Numbers, brightness: float) -> tuple[Numbers, Numbers]:
    """The middle raised or lowered by a parabola; black stays black and white white."""
    gain = 1 + brightness * (1 - luma)
    return luma * gain, colour * gain


def _contrasted(luma: Numbers, colour: Numbers, contrast: float) -> tuple[Numbers, Numbers]:
    """The slope at mid grey is `contrast`. Less flattens evenly; more bends towards black and white, so that
    nothing is cut off there."""
    if contrast <= 1:
        return 0.5 + contrast * (luma - 0.5), colour * contrast
    away = 2 * luma - 1
    bent = 0.5 + 0.5 * contrast * away / (1 + (contrast - 1) * np.abs(away))
    return bent, colour * np.divide(bent, luma, out=np.full_like(luma, 1 / contrast), where=luma > 0)


def _within_range(luma: Numbers, colour: Numbers) -> Numbers:
    """Colours that can be shown: of the same luma and hue, as colourful as is possible."""
    luma = np.clip(luma, 0, 1)
    room = np.where(colour > 0, 1 - luma, luma)
    least = np.finfo(np.float64).tiny
    share = np.min(room / np.maximum(np.abs(colour), least), axis=-1, keepdims=True)
    return luma + colour * np.minimum(1, share)
