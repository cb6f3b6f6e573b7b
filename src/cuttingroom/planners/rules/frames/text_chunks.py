"""Chunks about text and shapes: what it says, where it stands, how it looks and moves."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.frames.amount_chunks import read_colour, read_count, read_percent
from cuttingroom.planners.rules.frames.readers import Found, Reader, read_pattern, read_words
from cuttingroom.planners.rules.frames.time_chunks import read_length, read_point, read_stretch
from cuttingroom.planners.rules.frames.tokens import Tokens
from cuttingroom.timeline.effects import Point, Region

_INSET = 0.04
_CORNER = 0.3


def _led(words: str, reader: Reader, after: str = "") -> Reader:
    """A reader of the same with one of these words before it, or none; words of `after` may follow."""
    before, behind = {(w,) for w in words.split()}, {(w,) for w in after.split()}

    def read(tokens: Tokens, at: int) -> Found:
        for start in (at, at + 1) if at < len(tokens) and tokens[at].words in before else (at,):
            for value, end in reader(tokens, start):
                yield value, end
                while end < len(tokens) and tokens[end].words in behind:
                    end += 1
                    yield value, end

    return read


def _led_only(words: str, reader: Reader) -> Reader:
    """A reader of the same with one of these words before it."""
    before = {(w,) for w in words.split()}

    def read(tokens: Tokens, at: int) -> Found:
        if at < len(tokens) and tokens[at].words in before:
            yield from reader(tokens, at + 1)

    return read


_WORDING_LEADS = {(w,) for w in ["with", "text", "for", "name", "to", "into", "as", "from"]}


def _read_wording(tokens: Tokens, at: int) -> Found:
    """Words in quotation marks, with or without "saying" before them."""
    start = at + (at < len(tokens) and tokens[at].words in _WORDING_LEADS)
    start += tokens.kind(start) in ("SAYING", "TITLE")
    start += start < len(tokens) and tokens[start].words in (("say",), ("read",), ("says",), ("reads",))
    if tokens.kind(start) == "QUOTED":
        yield tokens[start].value, start + 1


_BELOW = {("below",), ("underneath",), ("under", "it"), ("below", "it"), ("beneath",)}


def _read_detail(tokens: Tokens, at: int) -> Found:
    """`with "…" below it`, `and underneath "…"`: the words of a second line."""
    start = at + (at < len(tokens) and tokens[at].words in (("with",), ("and",)))
    if start < len(tokens) and tokens[start].words in _BELOW:
        after = start + 1 + (start + 1 < len(tokens) and tokens[start + 1].words == ("it",))
        if tokens.kind(after) == "QUOTED":
            yield tokens[after].value, after + 1
    if tokens.kind(start) == "QUOTED" and start + 1 < len(tokens) and tokens[start + 1].words in _BELOW:
        end = start + 2
        yield tokens[start].value, end + (end < len(tokens) and tokens[end].words == ("it",))


_MOST = {(w,) for w in ["max", "maximum", "most", "only"]}


def _read_most_words(tokens: Tokens, at: int) -> Found:
    """`at most 3 words`, `max 3 words`: the number."""
    leads = {("with",), ("of",), ("at",), ("up",), ("to",), ("no",), ("more",), ("than",), *_MOST}
    start = at
    while start < len(tokens) and tokens[start].words in leads:
        start += 1
    for count, end in read_count(tokens, start):
        if end < len(tokens) and tokens[end].words in (("words",), ("word",)) and 1 <= count <= 50:
            end += 1
            yield count, end + (end < len(tokens) and tokens[end].words in _MOST)


def _read_title(tokens: Tokens, at: int) -> Found:
    """A title: all of them, the one that says something, or "them"."""
    kind = tokens.kind(at)
    if kind == "TITLE" or (kind == "POSITION" and tokens[at].words == ("lower", "third")):
        yield r.Sort("titles"), at + 1
        start = at + 1 + (tokens.kind(at + 1) == "SAYING")
        if tokens.kind(start) == "QUOTED":
            yield r.TitleText(tokens[start].value), start + 1
    if kind == "QUOTED":
        end = at + 1 + (tokens.kind(at + 1) == "TITLE")
        yield r.TitleText(tokens[at].value), end
    if at < len(tokens) and tokens[at].words in (("them",), ("label",), ("heading",)):
        yield (r.It() if tokens[at].words == ("them",) else r.Sort("titles")), at + 1


def _read_it(tokens: Tokens, at: int) -> Found:
    if at < len(tokens) and tokens[at].words in (("it",), ("that",)):
        yield r.It(), at + 1


_SIDES = read_words(
    {
        "left": "left", "right": "right", "left side": "left", "right side": "right", "middle": "centre",
        "bottom center": "bottom", "bottom centre": "bottom", "top center": "top", "top centre": "top",
        "very top": "top", "very bottom": "bottom", "dead centre": "centre", "dead center": "centre",
    }
)  # fmt: skip
_POINTS = {"left": Point(x=0.2, y=0.5), "right": Point(x=0.8, y=0.5)}


def _read_spot(tokens: Tokens, at: int) -> Found:
    """A place with a name, or a point: `20% from the left and 80% down`."""
    if tokens.kind(at) == "POSITION":
        end = at + 1 + (at + 1 < len(tokens) and tokens[at + 1].words == ("corner",))
        yield tokens[at].value, end
    if tokens.kind(at) == "MIDDLE":
        yield "centre", at + 1
    for side, end in _SIDES(tokens, at):
        yield _POINTS.get(side, side), end
    yield from _read_point_spot(tokens, at)


def _read_point_spot(tokens: Tokens, at: int) -> Found:
    for first, end in _shares(tokens, at):
        for second, last in _shares(tokens, end + (tokens.kind(end) in ("AND", "COMMA", "BREAK"))):
            axes = {first[0]: first[1], second[0]: second[1]}
            if set(axes) == {"x", "y"}:
                yield Point(x=axes["x"], y=axes["y"]), last


_AXES: dict[tuple[str, ...], tuple[str, bool]] = {
    ("left",): ("x", False), ("right",): ("x", True), ("top",): ("y", False), ("bottom",): ("y", True),
    ("down",): ("y", False), ("across",): ("x", False), ("up",): ("y", True),
}  # fmt: skip


def _shares(tokens: Tokens, at: int) -> Iterator[tuple[tuple[str, float], int]]:
    """`20% from the left`, `80 % down`."""
    for percent, end in read_percent(tokens, at):
        if not 0 <= percent <= 100:
            continue
        between = {("from",), ("of",), ("off",)}
        end += end < len(tokens) and tokens[end].words in between
        axis = _AXES.get(tokens[end].words) if end < len(tokens) else None
        if axis is not None:
            share = float(Fraction(percent) / 100)
            yield (axis[0], 1 - share if axis[1] else share), end + 1


def _read_from_side(tokens: Tokens, at: int) -> Found:
    """`from the left`."""
    if tokens.kind(at) == "FROM" and at + 1 < len(tokens):
        word = tokens[at + 1].words
        if word in (("left",), ("right",), ("above",), ("below",), ("top",), ("bottom",)):
            yield word[0], at + 2


_AREAS = {
    "left half": (0, 0, 0.5, 1), "right half": (0.5, 0, 0.5, 1), "top half": (0, 0, 1, 0.5),
    "upper half": (0, 0, 1, 0.5), "bottom half": (0, 0.5, 1, 0.5), "lower half": (0, 0.5, 1, 0.5),
    "left third": (0, 0, 1 / 3, 1), "middle third": (1 / 3, 0, 1 / 3, 1), "right third": (2 / 3, 0, 1 / 3, 1),
    "top third": (0, 0, 1, 1 / 3), "bottom third": (0, 2 / 3, 1, 1 / 3), "whole frame": (0, 0, 1, 1),
    "whole screen": (0, 0, 1, 1), "whole picture": (0, 0, 1, 1),
}  # fmt: skip


def _region(left: float, top: float, width: float, height: float) -> Region:
    return Region(x=left, y=top, width=width, height=height)


_NAMED_AREAS = read_words({words: _region(*area) for words, area in _AREAS.items()})
_FAR = 1 - _CORNER - _INSET
_PLACES: dict[str, Region] = {
    "centre": _region(0.3, 0.3, 0.4, 0.4),
    "top": _region(0.2, _INSET, 0.6, _CORNER),
    "bottom": _region(0.2, _FAR, 0.6, _CORNER),
    "lower_third": _region(_INSET, _FAR, 0.5, _CORNER),
    "top_left": _region(_INSET, _INSET, _CORNER, _CORNER),
    "top_right": _region(_FAR, _INSET, _CORNER, _CORNER),
    "bottom_left": _region(_INSET, _FAR, _CORNER, _CORNER),
    "bottom_right": _region(_FAR, _FAR, _CORNER, _CORNER),
}


def _read_area(tokens: Tokens, at: int) -> Found:
    """A part of the frame: a pair of the place's name (nothing for halves and thirds) and its region."""
    for area, end in _NAMED_AREAS(tokens, at):
        yield ("", area), end
    for spot, end in _read_spot(tokens, at):
        if isinstance(spot, str):
            yield (spot, _PLACES[spot]), end
        else:
            left, top = (min(max(v - 0.1, 0.0), 0.8) for v in (spot.x, spot.y))
            yield ("", _region(left, top, 0.2, 0.2)), end


_LOOKS = {
    "clean": "clean", "boxed": "boxed", "box": "boxed", "minimal": "minimal", "minimalist": "minimal",
    "bold pop": "bold_pop", "bold_pop": "bold_pop", "pop": "bold_pop", "tiktok": "bold_pop",
    "karaoke": "karaoke", "sing along": "karaoke", "marker": "marker", "highlighter": "marker",
    "spoken": "spoken", "word by word": "spoken", "one word at a time": "spoken", "cinema": "yellow",
}  # fmt: skip
_TITLE_LOOKS = {
    "lower third": "lower_third", "lower-third": "lower_third", "name tag": "name_tag", "big": "big",
    "subtitle": "subtitle", "quote": "quote", "label": "label", "chapter": "chapter",
    "chapter title": "chapter", "credit": "credit",
}  # fmt: skip
_SIZES = {
    "bigger": 1.35, "larger": 1.35, "a bit bigger": 1.15, "bit bigger": 1.15, "bit larger": 1.15,
    "much bigger": 1.8, "way bigger": 1.8, "huge": 2.0, "smaller": 0.75, "bit smaller": 0.87,
    "much smaller": 0.55, "tiny": 0.5, "twice as big": 2.0, "double size": 2.0, "half size": 0.5,
}  # fmt: skip
_ANIMATIONS = {
    **dict.fromkeys(("typewriter", "typed", "typing", "type in", "type on"), "typewriter"),
    **dict.fromkeys(("pop", "pop in", "pops in", "popping in", "pop up", "bounce in"), "pop"),
    **dict.fromkeys(("fade", "fade in", "fades in", "fading in", "fade in and out", "fade effect"), "fade"),
    **dict.fromkeys(("slide up", "slides up", "sliding up", "slide in from bottom"), "slide_up"),
    **dict.fromkeys(("slide down", "slides down", "slide in from top"), "slide_down"),
    **dict.fromkeys(("slide in from left", "slide right", "slides in from left", "slide in", "slides in",
                     "sliding in"), "slide_right"),
    **dict.fromkeys(("slide in from right", "slide left", "slides in from right"), "slide_left"),
    **dict.fromkeys(("no animation", "without animation", "not animated"), "none"),
}  # fmt: skip
_LIT = {
    **dict.fromkeys(("word highlight", "word highlights", "word highlighting", "highlighted words",
                     "highlighting each word", "each word highlighted", "words highlighted",
                     "per-word highlight", "per word highlight", "word-by-word highlight",
                     "word by word highlight", "word by word highlighting"), "colour"),
}  # fmt: skip
_WEIGHTS = (
    "bold", "italic", "not bold", "in italics", "italics", "in capitals", "all caps", "in caps", "uppercase",
)  # fmt: skip
_BOXES = (
    "box", "background", "backdrop", "black box", "dark box", "black background", "dark background"
)  # fmt: skip
LANGUAGES = {
    "english": "en", "german": "de", "french": "fr", "spanish": "es", "italian": "it", "portuguese": "pt",
    "dutch": "nl", "polish": "pl", "russian": "ru", "japanese": "ja", "chinese": "zh", "korean": "ko",
    "arabic": "ar", "hindi": "hi", "turkish": "tr", "swedish": "sv", "ukrainian": "uk", "hebrew": "he",
}  # fmt: skip
_FORMATS = {
    **dict.fromkeys(("srt", ".srt", "subrip"), "srt"),
    **dict.fromkeys(("vtt", ".vtt", "webvtt", "web vtt"), "vtt"),
    **dict.fromkeys(("ass", ".ass", "ssa"), "ass"),
}

CHUNKS: dict[str, Reader] = {
    "WORDING": _read_wording,
    "DETAIL": _read_detail,
    "MOST_WORDS": _read_most_words,
    "INK": _led("in coloured colored colour color with", read_colour, "letters text font colour color"),
    "WEIGHT": read_words({words: words for words in _WEIGHTS}),
    "BOXED": _led("with on in", read_words(dict.fromkeys(_BOXES, "box"))),
    "OVER": _led("over during in for at", read_stretch),
    "AT_POINT": _led("at on from when as starting", read_point),
    "LASTING": _led("for lasting of stay stays last to", read_length, "long"),
    "FROM_SIDE": _led("coming pointing", _read_from_side),
    "TITLE_THING": _read_title,
    "IT_WORD": _read_it,
    "SPOT": _led("in at on to near into along across", _read_spot, "edge corner"),
    "SPOT_AT": _led_only("in at on near", _read_spot),
    "POINT_SPOT": _led("in at on to", _read_point_spot),
    "AREA": _led("at to towards toward around over on in", _read_area),
    "TEXT_SIZE": read_words(_SIZES),
    "ANIMATION": _led("with and", read_words(_ANIMATIONS), "effect animation"),
    "CAPTION_LOOK": _led("in with use using to", read_words(_LOOKS), "style preset look"),
    "TITLE_LOOK": _led("in to into like", read_words(_TITLE_LOOKS), "style preset look"),
    "LIT_WORDS": read_words(_LIT),
    "LANGUAGE": read_words(LANGUAGES),
    "SUBTITLE_FORMAT": read_words(_FORMATS),
    "SUBTITLE_FILE": read_pattern(r"[\w-]+(?:\.[\w-]+)*\.(?:srt|vtt|ass|ssa)\b", lambda m: m.group()),
}
"""Kinds of this area."""
