"""Titles and captions as ASS files: what people type never meets a filter graph.

ASS: aegisub.org/aegisite/docs/3.2/ass_tags and libass' ASS_Format. Times in it are hundredths of a second.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cuttingroom.core.time import TICKS_PER_SECOND, Rate
from cuttingroom.timeline.effects import Point
from cuttingroom.timeline.model import Position, TextPlace, TextStyle

_ALIGNMENT: dict[Position, int] = {
    "centre": 5, "top": 8, "bottom": 2, "lower_third": 1,
    "top_left": 7, "top_right": 9, "bottom_left": 1, "bottom_right": 3,
}  # fmt: skip
_MARGIN = 0.06
_LOWER_THIRD_MARGIN = 0.16
_LINE_PER_LETTER = 1.21
"""ASS sizes a font by its line, people by its letters; this is Inter's ascent plus descent per em."""
_BOX_PADDING = 0.28
"""Of the size of the letters."""
_LINE_BREAKS = re.compile("\r\n|[\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")
_WORD_JOINER = "\u2060"


@dataclass(frozen=True)
class TextEvent:
    """Words on the picture from frame `start` up to, not including, frame `end` of a piece.

    `fade_in` and `fade_out` are lengths in milliseconds. Frames before 0 belong to an earlier piece.
    """

    start: int
    end: int
    text: str
    style: TextStyle
    position: TextPlace
    opacity: float = 1.0
    fade_in: int = 0
    fade_out: int = 0


def ass_document(events: Sequence[TextEvent], width: int, height: int, rate: Rate, lead: int) -> str:
    """An ASS file for a picture of `width` x `height`. Its clock starts `lead` frames before frame 0."""
    head = [
        "[Script Info]", "ScriptType: v4.00+", f"PlayResX: {width}", f"PlayResY: {height}",
        "WrapStyle: 0", "ScaledBorderAndShadow: yes", "YCbCr Matrix: TV.709", "", "[V4+ Styles]",
        "Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, "
        "Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, "
        "Alignment, MarginL, MarginR, MarginV, Encoding",
    ]  # fmt: skip
    styles = [_style_line(n, e, width, height) for n, e in enumerate(events)]
    body = ["", "[Events]", "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"]
    lines = [_event_line(n, e, rate, lead, _point(e.position, width, height)) for n, e in enumerate(events)]
    return "\n".join([*head, *styles, *body, *lines]) + "\n"


def escape_text(text: str) -> str:
    """`text` as ASS shows it literally: no override tags, no drawing, no line but its own."""
    text = text.encode("utf-8", "replace").decode()
    text = _LINE_BREAKS.sub("\n", text)
    text = "".join(c for c in text if c == "\n" or c == "\t" or ord(c) >= 32)
    text = text.replace("\t", "    ").replace("\\", "\\" + _WORD_JOINER)
    return text.replace("{", "\\{").replace("}", "\\}").replace("\n", "\\N")


def _style_line(n: int, event: TextEvent, width: int, height: int) -> str:
    style = event.style
    short = min(width, height)
    size = style.size * short
    alpha = event.opacity
    margin_v = _LOWER_THIRD_MARGIN if event.position == "lower_third" else _MARGIN
    values = [
        f"s{n}", re.sub(r"[^\w \-]", "", style.font) or "Inter", f"{size * _LINE_PER_LETTER:.1f}",
        _colour(style.colour, alpha), _colour(style.colour, alpha), _colour(style.outline_colour, alpha),
        _colour(style.box_colour, alpha * style.box_opacity), "-1" if style.bold else "0", "0", "0", "0",
        "100", "100", "0", "0", "4" if style.box else "1", f"{style.outline * short:.2f}",
        f"{size * _BOX_PADDING:.1f}" if style.box else "0",
        str(_alignment(event.position)), str(round(width * _MARGIN)), str(round(width * _MARGIN)),
        str(round(height * margin_v)), "1",
    ]  # fmt: skip
    return "Style: " + ",".join(values)


def _alignment(position: TextPlace) -> int:
    return _ALIGNMENT["centre" if isinstance(position, Point) else position]


def _point(position: TextPlace, width: int, height: int) -> str:
    if not isinstance(position, Point):
        return ""
    return f"{{\\pos({position.x * width:.1f},{position.y * height:.1f})}}"


def _colour(colour: str, opacity: float) -> str:
    red, green, blue = colour[1:3], colour[3:5], colour[5:7]
    return f"&H{round((1 - opacity) * 255):02X}{blue}{green}{red}".upper()


def _event_line(n: int, event: TextEvent, rate: Rate, lead: int, point: str) -> str:
    start, end = (_moment(frame + lead, rate) for frame in (event.start, event.end))
    fade = f"{{\\fad({event.fade_in},{event.fade_out})}}" if event.fade_in or event.fade_out else ""
    return f"Dialogue: 0,{start},{end},s{n},,0,0,0,,{point}{fade}{escape_text(event.text)}"


def _moment(frame: int, rate: Rate) -> str:
    """A hundredth of a second between a frame and the one before, so that rounding shows the right ones."""
    middle = max(0, 2 * frame - 1) * rate.frame_ticks
    hundredths = (100 * middle + TICKS_PER_SECOND) // (2 * TICKS_PER_SECOND)
    seconds, part = divmod(hundredths, 100)
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{part:02d}"
