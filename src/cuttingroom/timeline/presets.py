"""Looks with a name, as data: of titles and of captions.

Sizes are shares of the picture's shorter side. What an edit says of a style itself lies over its preset.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from cuttingroom.timeline.model import Animation, TextPlace, TextStyle, TimelineSettings, WordHighlight

TitleLook = Literal[
    "title", "big", "subtitle", "lower_third", "name_tag", "quote", "label", "chapter", "credit"
]
CaptionLook = Literal["clean", "boxed", "minimal", "bold_pop", "karaoke", "marker", "spoken", "yellow"]

_YELLOW, _INK = "#ffd84a", "#11151c"


@dataclass(frozen=True)
class TitlePreset:
    """`about` is what the gallery and the guide say of it."""

    style: TextStyle
    position: TextPlace
    animation: Animation | None
    about: str


@dataclass(frozen=True)
class CaptionPreset:
    """`max_words` in a caption, `max_characters` in a line; an upright picture holds fewer."""

    style: TextStyle
    highlight: WordHighlight | None
    about: str
    max_characters: int = 42
    max_lines: int = 2
    max_words: int | None = None


TITLE_PRESETS: Mapping[TitleLook, TitlePreset] = {
    "title": TitlePreset(
        TextStyle(size=0.1, outline=0, shadow=0.012), "centre", "fade", "the name of the film, in the middle"
    ),
    "big": TitlePreset(
        TextStyle(size=0.19, outline=0, shadow=0.014, capitals=True, spacing=-0.015),
        "centre", "pop", "capitals that fill the frame",
    ),
    "subtitle": TitlePreset(
        TextStyle(size=0.06, bold=False, outline=0, shadow=0.012), "bottom", "fade",
        "a quieter line at the bottom",
    ),
    "lower_third": TitlePreset(
        TextStyle(size=0.052, outline=0, box=True, box_colour=_INK, box_opacity=0.82, align="left",
                  accent=_YELLOW),
        "lower_third", "slide_right", "who is speaking, and what they do",
    ),
    "name_tag": TitlePreset(
        TextStyle(size=0.05, outline=0, shadow=0.01, align="left", accent=_YELLOW),
        "lower_third", "fade", "a lower third without a box",
    ),
    "quote": TitlePreset(
        TextStyle(size=0.07, bold=False, italic=True, outline=0, box=True, box_colour="#000000",
                  box_opacity=0.68),
        "centre", "fade", "somebody's words, and below them whose",
    ),
    "label": TitlePreset(
        TextStyle(size=0.042, colour=_INK, outline=0, box=True, box_colour=_YELLOW, box_opacity=1),
        "top_left", "pop", "a tag in a corner",
    ),
    "chapter": TitlePreset(
        TextStyle(size=0.085, outline=0, shadow=0.012, accent=_YELLOW), "centre", "slide_up",
        "where a part begins",
    ),
    "credit": TitlePreset(
        TextStyle(size=0.038, bold=False, outline=0, shadow=0.01), "bottom_right", "fade",
        "a small line in a corner",
    ),
}  # fmt: skip

CAPTION_PRESETS: Mapping[CaptionLook, CaptionPreset] = {
    "clean": CaptionPreset(
        TextStyle(size=0.05, outline=0.0035, shadow=0.008), None, "white with a thin edge"
    ),
    "boxed": CaptionPreset(
        TextStyle(size=0.046, bold=False, outline=0, box=True, box_opacity=0.78), None, "on a dark box"
    ),
    "minimal": CaptionPreset(
        TextStyle(size=0.04, bold=False, outline=0, shadow=0.009), None, "small and quiet"
    ),
    "yellow": CaptionPreset(
        TextStyle(size=0.05, colour=_YELLOW, outline=0.0035, shadow=0.008), None, "as in the cinema"
    ),
    "bold_pop": CaptionPreset(
        TextStyle(size=0.085, outline=0.007, shadow=0.008, capitals=True),
        WordHighlight(how="grow", colour=_YELLOW), "a few large words; the one being said jumps out",
        max_characters=16, max_words=4,
    ),
    "karaoke": CaptionPreset(
        TextStyle(size=0.06, outline=0.0045, shadow=0.008),
        WordHighlight(how="fill", colour=_YELLOW), "words fill with colour as they are sung",
        max_characters=34,
    ),
    "marker": CaptionPreset(
        TextStyle(size=0.06, outline=0.0045, shadow=0.008),
        WordHighlight(how="box", colour="#e0355e"), "a box jumps from word to word",
        max_characters=26, max_words=7,
    ),
    "spoken": CaptionPreset(
        TextStyle(size=0.06, outline=0.004, shadow=0.008),
        WordHighlight(how="reveal", colour="#ffffff"), "each word appears when it is said", max_characters=34,
    ),
}  # fmt: skip


def characters_for(settings: TimelineSettings, style: TextStyle, most: int) -> int:
    """How many characters fit a line of the frame, at most `most`; Inter's letters are about 0.56 em wide."""
    width = 0.84 * settings.width / min(settings.width, settings.height)
    room = width / (style.size * (0.64 if style.capitals else 0.56))
    return max(8, min(most, int(room)))
