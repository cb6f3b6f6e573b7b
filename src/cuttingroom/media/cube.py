"""Colour tables in .cube files: read with suspicion, held as numbers, written anew for ffmpeg.

Source: Adobe, "Cube LUT Specification" 1.0 (2013), with the input ranges that DaVinci Resolve writes. Such
files come from strangers: nothing of their text goes further than this module.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cuttingroom.core.errors import MediaRefused

Numbers = NDArray[np.float64]

SUFFIX = ".cube"
MOST_BYTES = 16 * 2**20
LARGEST_3D, LARGEST_1D = 65, 65_536
"""What cameras and grading programs write; 65 x 65 x 65 colours are 10 MB of text."""
_LARGEST_VALUE = 1000.0
_NUMBERS = {"DOMAIN_MIN": 3, "DOMAIN_MAX": 3, "LUT_1D_INPUT_RANGE": 2, "LUT_3D_INPUT_RANGE": 2}


@dataclass(frozen=True, eq=False)
class Cube:
    """Colours for evenly spaced inputs from 0 to 1.

    `values` is `[blue, green, red, channel]` for a table of colours, or `[input, channel]` for three curves.
    """

    values: Numbers

    @property
    def is_3d(self) -> bool:
        return self.values.ndim == 4

    @property
    def size(self) -> int:
        return len(self.values)

    def mixed(self, strength: float) -> Numbers:
        """The table that mixes the picture as it was with what this one makes of it. Exact: both are linear
        between the same points."""
        return (1 - strength) * identity(self.size, self.is_3d) + strength * self.values


def is_cube(path: Path) -> bool:
    """Whether a file is called as colour tables are."""
    return path.suffix.lower() == SUFFIX


def read_cube(path: Path) -> Cube:
    """The table in a file. Raises MediaRefused naming what is wrong with it."""
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise _refusal(path, f"is larger than {MOST_BYTES // 2**20} MB", "too_large")
    if b"\0" in data:
        raise _refusal(path, "is no text")
    return _Reader(path).read(data.decode("utf-8-sig", errors="replace"))


def write_cube(values: Numbers) -> str:
    """The table in the one form that ffmpeg is given."""
    kind = "3D" if values.ndim == 4 else "1D"
    rows = map(tuple, values.reshape(-1, 3).tolist())
    return f"LUT_{kind}_SIZE {len(values)}\n" + "\n".join(map("%.6f %.6f %.6f".__mod__, rows)) + "\n"


def identity(size: int, is_3d: bool = True) -> Numbers:
    """The table that changes nothing."""
    steps = np.linspace(0.0, 1.0, size)
    if not is_3d:
        return np.repeat(steps[:, None], 3, axis=1)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    return np.stack([red, green, blue], axis=-1)


@dataclass
class _Reader:
    """The state of reading one file: what its keywords have said so far."""

    path: Path
    size: int = 0
    is_3d: bool = True
    low: Numbers | None = None
    high: Numbers | None = None

    def read(self, text: str) -> Cube:
        lines = ((n, line.split("#")[0].strip()) for n, line in enumerate(text.splitlines(), start=1))
        rows = [line for n, line in lines if line and not self._take_keyword(n, line)]
        if not self.size:
            raise _refusal(self.path, "says neither LUT_3D_SIZE nor LUT_1D_SIZE")
        values = self._values(rows)
        return Cube(self._over_whole_range(values))

    def _take_keyword(self, number: int, line: str) -> bool:
        """Whether the line was one of the table's keywords; what it says is kept."""
        if not line[0].isalpha() or line.lower().startswith(("nan", "inf")):
            return False
        word, *given = line.split()
        if word == "TITLE":
            return True
        if word in ("LUT_3D_SIZE", "LUT_1D_SIZE"):
            self._take_size(word, given)
        elif word in _NUMBERS:
            self._take_range(word, self._numbers(number, given, _NUMBERS[word]))
        else:
            raise _refusal(self.path, f"has a line {number} that is no part of a colour table")
        return True

    def _take_size(self, word: str, given: list[str]) -> None:
        is_3d = word == "LUT_3D_SIZE"
        most = LARGEST_3D if is_3d else LARGEST_1D
        size = int(given[0]) if len(given) == 1 and given[0].isdecimal() and len(given[0]) < 9 else 0
        if not 2 <= size <= most:
            raise _refusal(self.path, f"has a {word} that is not from 2 to {most}")
        if self.size:
            raise _refusal(self.path, "holds two tables; export the look as one")
        self.size, self.is_3d = size, is_3d

    def _take_range(self, word: str, given: Numbers) -> None:
        if word.endswith("INPUT_RANGE"):
            self.low, self.high = np.full(3, given[0]), np.full(3, given[1])
        elif word == "DOMAIN_MIN":
            self.low = given
        else:
            self.high = given

    def _numbers(self, number: int, given: list[str], count: int) -> Numbers:
        try:
            found = np.array(given, dtype=np.float64)
        except ValueError:
            found = np.empty(0)
        if len(found) != count or not self._is_sane(found):
            raise _refusal(self.path, f"has a line {number} without its {count} numbers")
        return found

    def _values(self, rows: list[str]) -> Numbers:
        expected = self.size**3 if self.is_3d else self.size
        if len(rows) != expected:
            raise _refusal(self.path, f"has {len(rows)} colours instead of {expected}")
        words = [row.split() for row in rows]
        if any(len(w) != 3 for w in words):
            raise _refusal(self.path, "has colours that are not three numbers")
        try:
            values = np.array(words, dtype=np.float64)
        except ValueError as error:
            raise _refusal(self.path, "has colours that are not three numbers") from error
        if not self._is_sane(values):
            raise _refusal(self.path, "has colours that no picture can have")
        return values.reshape((self.size,) * (3 if self.is_3d else 1) + (3,))

    def _over_whole_range(self, values: Numbers) -> Numbers:
        """The table for inputs from 0 to 1: what lies outside of its own range is held at the edge."""
        low = np.zeros(3) if self.low is None else self.low
        high = np.ones(3) if self.high is None else self.high
        if not (high > low).all():
            raise _refusal(self.path, "has a DOMAIN_MAX that is not above its DOMAIN_MIN")
        if not low.any() and (high == 1).all():
            return values
        wanted = (identity(self.size, self.is_3d) - low) / (high - low)
        return sample(Cube(values), np.clip(wanted, 0, 1))

    @staticmethod
    def _is_sane(values: Numbers) -> bool:
        return bool(np.isfinite(values).all() and (np.abs(values) <= _LARGEST_VALUE).all())


def sample(cube: Cube, colours: Numbers) -> Numbers:
    """What a table makes of `colours` (red, green, blue from 0 to 1): linear between its points."""
    place = colours * (cube.size - 1)
    below = np.minimum(place.astype(np.intp), cube.size - 2)
    share = place - below
    if not cube.is_3d:
        channel = np.arange(3)
        return (1 - share) * cube.values[below, channel] + share * cube.values[below + 1, channel]
    found = np.zeros_like(colours)
    for corner in _corners():
        at = below + corner
        weight = np.where(corner, share, 1 - share).prod(axis=-1, keepdims=True)
        found += weight * cube.values[at[..., 2], at[..., 1], at[..., 0]]
    return found


def _corners() -> Iterator[NDArray[np.intp]]:
    for n in range(8):
        yield np.array([n & 1, n >> 1 & 1, n >> 2], dtype=np.intp)


def _refusal(path: Path, why: str, reason: str = "corrupt") -> MediaRefused:
    return MediaRefused(
        f"{path.name} {why}.",
        advice="Export the look again as a .cube file, with one table of at most 65 x 65 x 65 colours.",
        reason=reason,
        file=path.name,
    )
