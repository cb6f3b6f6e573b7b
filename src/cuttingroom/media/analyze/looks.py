"""How good single pictures look: sharp, well lit, rich in contrast and colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_GREY = np.array([0.2126, 0.7152, 0.0722], np.float32)
"""Luma of BT.709."""
_DARK, _BRIGHT = 0.04, 0.96
_FLAT = 0.03
"""Standard deviation of the light, below which a picture shows nothing: black, white, a plain card."""
_RICH_COLOUR = 60.0
"""Of Hasler and Süsstrunk, "Measuring colourfulness in natural images" (2003): 59 is "quite colourful"."""


@dataclass(frozen=True)
class Look:
    """`sharpness` is the standard deviation of the Laplacian. `light` is the mean luma, `contrast` its
    standard deviation, `lost` the share of pixels that are black or white: all from 0 to 1. `colour` is the
    colourfulness of Hasler and Süsstrunk."""

    sharpness: float
    light: float
    contrast: float
    lost: float
    colour: float

    @property
    def is_empty(self) -> bool:
        return self.contrast < _FLAT or not 0.05 < self.light < 0.97


def look_at(picture: Image.Image) -> Look:
    """Of an RGB picture; compare only pictures of one size."""
    rgb = np.asarray(picture, np.float32) / 255
    grey: NDArray[np.floating] = rgb @ _GREY
    laplacian = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:] - 4 * grey[1:-1, 1:-1]
    return Look(
        sharpness=float(laplacian.std()),
        light=float(grey.mean()),
        contrast=float(grey.std()),
        lost=float(((grey < _DARK) | (grey > _BRIGHT)).mean()),
        colour=_colourfulness(rgb * 255),
    )


def _colourfulness(rgb: NDArray[np.floating]) -> float:
    red_green = rgb[..., 0] - rgb[..., 1]
    yellow_blue = (rgb[..., 0] + rgb[..., 1]) / 2 - rgb[..., 2]
    spread = np.hypot(red_green.std(), yellow_blue.std())
    return float(spread + 0.3 * np.hypot(red_green.mean(), yellow_blue.mean()))


def score_looks(looks: Sequence[Look]) -> list[float]:
    """From 0 to 1 for each: above all sharp beside the others, then well lit, then contrast and colour."""
    sharpest = max((look.sharpness for look in looks if not look.is_empty), default=1.0)
    return [0.0 if look.is_empty else _score(look, sharpest) for look in looks]


def _score(look: Look, sharpest: float) -> float:
    sharp = (look.sharpness / sharpest) ** 0.5
    lit = max(0.0, 1 - 2.2 * abs(look.light - 0.48)) * (1 - min(1.0, 1.5 * look.lost))
    rich = (min(1.0, look.contrast / 0.22) + min(1.0, look.colour / _RICH_COLOUR)) / 2
    return 0.45 * sharp + 0.35 * lit + 0.2 * rich
