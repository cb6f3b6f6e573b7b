"""Chunks about pictures: what is seen, where in the frame, its shape, how much is cropped, how far turned."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.frames.amount_chunks import read_factor, read_percent, read_share
from cuttingroom.planners.rules.frames.readers import Found, Reader, either, read_pattern, read_words
from cuttingroom.planners.rules.frames.thing_chunks import read_media, read_target, read_thing
from cuttingroom.planners.rules.frames.tokens import Tokens

_OVERLAYS = r.Sort("overlays")
_ONLY_HEARD = (r.Sort("music"), r.Sort("voice"), r.Sort("sound"))
"""The speaker is a voice here: nobody recognises people."""


@dataclass(frozen=True)
class Cropped:
    """`amount` off these sides: a share of the picture, or pixels."""

    sides: tuple[str, ...]
    amount: Fraction
    is_pixels: bool = False


_OVERLAY_WORDS = read_words(
    dict.fromkeys(
        ("logo", "watermark", "overlay", "overlays", "pip", "picture in picture", "inset"), _OVERLAYS
    )
)


def _shown(read: Reader) -> Reader:
    """A reader of things that also knows what lies over the video. "This" is what it is about, once."""

    def read_shown(tokens: Tokens, at: int) -> Found:
        for thing, end in read(tokens, at):
            if thing not in _ONLY_HEARD and not (tokens.kind(at) == "VIDEO" and thing == r.It()):
                yield thing, end
        if tokens.kind(at) != "NAME":  # a file that is called so is meant by its name
            yield from _OVERLAY_WORDS(tokens, at)

    return read_shown


_SIDES = {
    "left": "left", "right": "right", "left side": "left", "right side": "right", "left edge": "left",
    "right edge": "right", "left hand side": "left", "right hand side": "right", "left-hand side": "left",
    "right-hand side": "right", "middle": "centre", "top middle": "top", "top centre": "top",
    "top center": "top", "bottom middle": "bottom", "bottom centre": "bottom", "bottom center": "bottom",
    "upper right corner": "top_right", "upper left corner": "top_left", "lower left corner": "bottom_left",
    "lower right corner": "bottom_right", "top side": "top", "bottom side": "bottom", "right corner": "",
}  # fmt: skip
_SIDE_WORDS = read_words({words: side for words, side in _SIDES.items() if side})


def _read_place(tokens: Tokens, at: int) -> Found:
    """A corner, a side or the middle, by its name."""
    if tokens.kind(at) == "POSITION":
        yield tokens[at].value.replace("lower_third", "bottom"), at + 1
    yield from _SIDE_WORDS(tokens, at)


_FRACTIONS = {"fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}


def _read_part(tokens: Tokens, at: int) -> Found:
    yield from read_share(tokens, at)
    start = at + 1 if tokens.kind(at) == "NUMBER" and tokens[at].value == 1 else at
    if start < len(tokens) and tokens[start].words[0] in _FRACTIONS:
        yield Fraction(1, _FRACTIONS[tokens[start].words[0]]), start + 1


_PIXELS = read_pattern(r"(\d+)\s?(?:px|pixels?)\b", lambda m: Fraction(m[1]))
_CROP_SIDES = read_words(
    {
        "left": ("left",), "right": ("right",), "top": ("top",), "bottom": ("bottom",),
        "left side": ("left",), "right side": ("right",), "sides": ("left", "right"),
        "both sides": ("left", "right"), "left and right": ("left", "right"),
        "top and bottom": ("top", "bottom"),
        "all sides": ("left", "top", "right", "bottom"), "every side": ("left", "top", "right", "bottom"),
        "each side": ("left", "right"), "edges": ("left", "top", "right", "bottom"),
        "all edges": ("left", "top", "right", "bottom"),
    }
)  # fmt: skip
_BETWEEN = {("off",), ("from",), ("of",), ("on",), ("at",)}


def _read_crop(tokens: Tokens, at: int) -> Found:
    """`10 % off the left`, `50 pixels from the top`, `the left third`."""
    for read, is_pixels in ((_read_part, False), (_PIXELS, True)):
        for amount, end in read(tokens, at):
            for sides, last in _after_joint(tokens, end, _CROP_SIDES):
                yield Cropped(sides, amount, is_pixels), last
        for sides, end in _CROP_SIDES(tokens, at):
            yield from ((Cropped(sides, amount, is_pixels), last) for amount, last in read(tokens, end))


def _after_joint(tokens: Tokens, at: int, read: Reader) -> Found:
    """What follows here, or after up to two small words such as `off of`."""
    for start in range(at, at + 3):
        yield from read(tokens, start) if start < len(tokens) else ()
        if start >= len(tokens) or tokens[start].words not in _BETWEEN:
            return


def _read_file(tokens: Tokens, at: int) -> Found:
    """As `read_media`, but not "the logo": that is found by what the project has."""
    if at < len(tokens) and tokens[at].words not in (("logo",), ("watermark",)):
        yield from read_media(tokens, at)


_DEGREES = read_pattern(
    r"([-−]?\d+(?:\.\d+)?)\s?(?:°|degrees?\b|deg\b)", lambda m: Fraction(m[1].replace("−", "-"))
)
_QUARTER_TURNS = read_words({"quarter turn": Fraction(90), "half turn": Fraction(180)})


def _read_counted_angle(tokens: Tokens, at: int) -> Found:
    """`ninety degrees`, and `rotate 90`: degrees where no unit is said."""
    if tokens.kind(at) == "NUMBER":
        has_unit = at + 1 < len(tokens) and tokens[at + 1].words in (("degrees",), ("degree",))
        yield Fraction(tokens[at].value), at + 1 + has_unit


def _read_scale(tokens: Tokens, at: int) -> Found:
    """1.3 for `130 %`, `1.3x` and a bare 130."""
    yield from ((value / 100, end) for value, end in read_percent(tokens, at))
    yield from read_factor(tokens, at)
    if tokens.kind(at) == "NUMBER" and 100 <= tokens[at].value <= 1000:
        yield Fraction(tokens[at].value) / 100, at + 1


_BROLL = read_words(dict.fromkeys(("b-roll", "b roll", "broll"), "b-roll"))


def _read_broll(tokens: Tokens, at: int) -> Found:
    """The b-roll, where the word is not the name of a file already."""
    if tokens.kind(at) not in ("NAME", "FILE"):
        yield from _BROLL(tokens, at)


CHUNKS: dict[str, Reader] = {
    "SHOWN": _shown(read_target),
    "THING": _shown(read_thing),
    "PLACE": _read_place,
    "PART": _read_part,
    "CROP": _read_crop,
    "EDGE": _CROP_SIDES,
    "ANGLE": either(_DEGREES, _QUARTER_TURNS, _read_counted_angle),
    "SCALE": _read_scale,
    "PICTURE": either(_read_file, _read_broll),
}
"""Kinds of this area."""
