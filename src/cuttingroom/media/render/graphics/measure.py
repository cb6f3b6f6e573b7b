"""How wide text is, in sizes of its letters. Inter is measured; what other fonts draw is estimated."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from PIL import ImageFont

from cuttingroom.media.render.fonts import SHIPPED_NAME, find_missing_signs, shipped_font
from cuttingroom.timeline.model import TextStyle

_EM = 1000
_WIDE, _EMOJI, _OTHER = 1.0, 1.3, 0.62
"""Guesses on the large side, so that text in an unknown font stays inside the frame too."""
_FOREIGN_FONT = 1.12
_BREAKS = re.compile("\r\n|[\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")
_IDEOGRAPHIC = re.compile("[\u2e80-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uff60]")
_NOT_AT_A_START = "、。，．・：；？！」』）〕】〉》ーぁぃぅぇぉっゃゅょァィゥェォッャュョ,.!?:;)]}%"
_JOINERS = ("\u200d", "\ufe0e", "\ufe0f")


def clean_lines(text: str, *, capitals: bool = False) -> list[str]:
    """The lines of a text as somebody typed it, without control characters and spare space."""
    text = _BREAKS.sub("\n", text.encode("utf-8", "replace").decode())
    shown = "".join(c for c in text if c == "\n" or not _is_control(c))
    lines = [" ".join(line.replace("\t", " ").split()) for line in shown.split("\n")]
    while lines and not lines[0]:
        del lines[0]
    while lines and not lines[-1]:
        del lines[-1]
    return [line.upper() for line in lines] if capitals else lines


def _is_control(sign: str) -> bool:
    return unicodedata.category(sign) == "Cc" and sign != "\t"


def is_measured(text: str, style: TextStyle) -> bool:
    """Whether widths of the text are exact: all of it is drawn in the font that travels with the program."""
    return style.font == SHIPPED_NAME and (text.isascii() or not find_missing_signs(text))


def width_of(text: str, style: TextStyle) -> float:
    """In sizes of the letters."""
    spaced = style.spacing * len(text)
    if is_measured(text, style):
        return _measure(text, style.bold) + spaced
    guess = sum(_guess(c, style.bold) for c in text)
    return guess * (1 if style.font == SHIPPED_NAME else _FOREIGN_FONT) + spaced


def split_words(line: str) -> list[tuple[str, bool]]:
    """What may stand alone on a line, each with whether a space comes before it."""
    pieces: list[tuple[str, bool]] = []
    for n, word in enumerate(line.split(" ")):
        for m, part in enumerate(_ideographs(word)):
            pieces.append((part, n > 0 and m == 0))
    return pieces


def signs_of(text: str) -> list[str]:
    """What a reader takes for one letter: marks and joined emoji stay together."""
    signs: list[str] = []
    for c in text:
        joins = unicodedata.combining(c) or c in _JOINERS or (signs and signs[-1].endswith("\u200d"))
        if signs and (joins or "\U0001f3fb" <= c <= "\U0001f3ff"):
            signs[-1] += c
        else:
            signs.append(c)
    return signs


def _ideographs(word: str) -> list[str]:
    """Chinese and Japanese may be broken between any two signs, but for what closes."""
    if not _IDEOGRAPHIC.search(word):
        return [word]
    parts: list[str] = []
    for c in word:
        joins = c in _NOT_AT_A_START or not (_IDEOGRAPHIC.match(c) or _IDEOGRAPHIC.match(parts[-1][-1])) \
            if parts else False  # fmt: skip
        if joins:
            parts[-1] += c
        else:
            parts.append(c)
    return parts


@lru_cache(maxsize=20_000)
def _measure(text: str, bold: bool) -> float:
    return _font(bold).getlength(text) / _EM


@cache
def _font(bold: bool) -> ImageFont.FreeTypeFont:
    return shipped_font(bold=bold, size=_EM)


def _guess(sign: str, bold: bool) -> float:
    if unicodedata.combining(sign) or sign in _JOINERS:
        return 0.0
    if sign > "\U0001f000":
        return _EMOJI
    if unicodedata.east_asian_width(sign) in "WF":
        return _WIDE
    return _measure(sign, bold) if not find_missing_signs(sign) else _OTHER
