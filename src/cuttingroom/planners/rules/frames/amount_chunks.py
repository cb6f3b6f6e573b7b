"""Amounts, colours, shapes and sizes of pictures."""

from __future__ import annotations

import re
from fractions import Fraction

from cuttingroom.planners.rules.frames.readers import Found, either, is_kind, read_pattern, read_words
from cuttingroom.planners.rules.frames.tokens import Tokens

_HALF = Fraction(1, 2)


def read_percent(tokens: Tokens, at: int) -> Found:
    """As a fraction of one hundred: 30 for `30 %`."""
    if is_kind(tokens, at, "PERCENT"):
        yield tokens[at].value, at + 1
    if is_kind(tokens, at, "NUMBER") and is_kind(tokens, at + 1, "PERCENTWORD"):
        yield tokens[at].value, at + 2


def read_share(tokens: Tokens, at: int) -> Found:
    """0.3 for `30 %`, 1/2 for `half`, 1/4 for `a quarter`."""
    yield from ((value / 100, end) for value, end in read_percent(tokens, at))
    named = {"HALF": _HALF, "THIRD": Fraction(1, 3), "QUARTER": Fraction(1, 4)}.get(tokens.kind(at))
    if named is not None:
        yield named, at + 1


def read_db(tokens: Tokens, at: int) -> Found:
    if is_kind(tokens, at, "DB"):
        yield tokens[at].value, at + 1
    if is_kind(tokens, at, "NUMBER") and is_kind(tokens, at + 1, "DBWORD"):
        yield tokens[at].value, at + 2


def read_factor(tokens: Tokens, at: int) -> Found:
    """`2x`, `3 times`, `double`, `twice`, `half`."""
    if is_kind(tokens, at, "FACTOR"):
        yield tokens[at].value, at + 1
    if is_kind(tokens, at, "NUMBER") and is_kind(tokens, at + 1, "TIMES"):
        yield tokens[at].value, at + 2
    named = {"DOUBLE": Fraction(2), "TWICE": Fraction(2), "HALF": _HALF}.get(tokens.kind(at))
    if named is not None:
        yield named, at + 1


def read_count(tokens: Tokens, at: int) -> Found:
    if is_kind(tokens, at, "NUMBER") and tokens[at].value.denominator == 1:
        yield int(tokens[at].value), at + 1


_COLOURS = {
    "black": "#000000", "white": "#ffffff", "red": "#ff0000", "green": "#008000", "blue": "#0000ff",
    "yellow": "#ffff00", "orange": "#ffa500", "purple": "#800080", "pink": "#ffc0cb", "cyan": "#00ffff",
    "magenta": "#ff00ff", "grey": "#808080", "gray": "#808080", "brown": "#a52a2a", "gold": "#ffd700",
    "silver": "#c0c0c0", "navy": "#000080", "teal": "#008080", "dark grey": "#a9a9a9", "dark gray": "#a9a9a9",
    "light grey": "#d3d3d3", "light gray": "#d3d3d3", "dark blue": "#00008b", "light blue": "#add8e6",
    "dark green": "#006400", "light green": "#90ee90", "dark red": "#8b0000", "lime": "#00ff00",
}  # fmt: skip
"""CSS names (CSS Color Module Level 4)."""

read_colour = either(
    read_words(_COLOURS), read_pattern(r"#[0-9a-f]{6}(?![0-9a-f])", lambda m: m.group().lower())
)
"""As `#rrggbb`."""

_SHAPES = {
    **dict.fromkeys(("vertical", "portrait", "upright", "tall"), Fraction(9, 16)),
    "square": Fraction(1),
    **dict.fromkeys(("landscape", "horizontal", "widescreen"), Fraction(16, 9)),
    **dict.fromkeys(("cinemascope", "ultrawide", "ultra wide"), Fraction(239, 100)),
}
_SIZES = {
    "4k": (3840, 2160), "uhd": (3840, 2160), "1440p": (2560, 1440), "full hd": (1920, 1080),
    "1080p": (1920, 1080), "720p": (1280, 720), "480p": (854, 480), "360p": (640, 360),
}  # fmt: skip


def _shape(match: re.Match[str]) -> Fraction | None:
    width, height = (Fraction(match[n].replace(",", ".")) for n in (1, 2))
    return width / height if width and height and Fraction(1, 4) <= width / height <= 4 else None


read_shape = either(
    read_pattern(r"(\d{1,2}(?:[.,]\d{1,2})?)\s?(?::|by|x|/)\s?(\d{1,2})(?![\d.:%])", _shape),
    read_words(_SHAPES),
)
"""Width over height."""

read_frame_size = either(
    read_pattern(r"(\d{3,4})\s?(?:x|×|by|\*)\s?(\d{3,4})\b", lambda m: (int(m[1]), int(m[2]))),
    read_pattern(r"(4k|uhd|1440p|full hd|1080p|720p|480p|360p)\b", lambda m: _SIZES[m[1].lower()]),
)
"""Width and height in pixels."""
