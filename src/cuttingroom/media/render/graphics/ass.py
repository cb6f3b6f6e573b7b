"""The ASS format, which libass draws. All of it is written here from checked values; typed text is escaped.

ASS: aegisub.org/aegisite/docs/3.2/ass_tags and libass' ASS_Format. The clock of our documents counts frames:
each lasts a tenth of a second, whatever the rate, so that no time is rounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from cuttingroom.timeline.model import TextStyle

FRAMES_PER_SECOND = 10
"""Of the documents' clock."""

_HEAD = (
    "[Script Info]", "ScriptType: v4.00+", "PlayResX: {width}", "PlayResY: {height}",
    "WrapStyle: 0", "ScaledBorderAndShadow: yes", "YCbCr Matrix: TV.709", "", "[V4+ Styles]",
    "Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, "
    "Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, "
    "Alignment, MarginL, MarginR, MarginV, Encoding",
)  # fmt: skip
_EVENTS = ("", "[Events]", "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text")
_LINE_BREAKS = re.compile("\r\n|[\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")
_WORD_JOINER = "\u2060"


def document(width: int, height: int, styles: Iterable[str], events: Iterable[str]) -> str:
    head = [line.format(width=width, height=height) for line in _HEAD]
    return "\n".join([*head, *styles, *_EVENTS, *events]) + "\n"


def style_line(
    name: str, style: TextStyle, *, line: float, outline: float, spacing: float, padding: float, margin: int
) -> str:
    """A style of lines `line` pixels high; with `padding` libass draws a box that much larger than them."""
    values = [
        name, re.sub(r"[^\w \-]", "", style.font) or "Inter", f"{line:.2f}",
        full_colour(style.colour), full_colour(style.colour), full_colour(style.outline_colour),
        full_colour(style.box_colour, style.box_opacity), _flag(style.bold), _flag(style.italic), "0", "0",
        "100", "100", f"{spacing:.2f}", "0", "4" if padding else "1", f"{outline:.2f}", f"{padding:.1f}",
        "5", str(margin), str(margin), "0", "-1",
    ]  # fmt: skip
    return "Style: " + ",".join(values)


def event_line(layer: int, first: int, end: int, style: str, tags: str, text: str) -> str:
    """Something from frame `first` up to, not including, frame `end`. `text` is escaped."""
    return f"Dialogue: {layer},{_moment(first)},{_moment(end)},{style},,0,0,0,,{{{tags}}}{text}"


def escape_text(text: str) -> str:
    """`text` as ASS shows it literally: no override tags, no drawing, no line but its own."""
    text = text.encode("utf-8", "replace").decode()
    text = _LINE_BREAKS.sub("\n", text)
    text = "".join(c for c in text if c == "\n" or c == "\t" or ord(c) >= 32)
    text = text.replace("\t", "    ").replace("\\", "\\" + _WORD_JOINER)
    return text.replace("{", "\\{").replace("}", "\\}").replace("\n", "\\N")


def colour_tag(which: int, colour: str) -> str:
    """`which`: 1 the letters, 3 their outline, 4 the box."""
    return f"\\{which}c&H{_bgr(colour)}&"


def alpha_tag(which: int, opacity: float) -> str:
    return f"\\{which}a&H{_alpha(opacity)}&"


def full_colour(colour: str, opacity: float = 1.0) -> str:
    return f"&H{_alpha(opacity)}{_bgr(colour)}"


def _bgr(colour: str) -> str:
    return (colour[5:7] + colour[3:5] + colour[1:3]).upper()


def _alpha(opacity: float) -> str:
    return f"{round((1 - min(1.0, max(0.0, opacity))) * 255):02X}"


def _flag(value: bool) -> str:
    return "-1" if value else "0"


def _moment(frame: int) -> str:
    """Half a frame before a frame begins, in hundredths of the document's seconds."""
    hundredths = max(0, frame * 100 // FRAMES_PER_SECOND - 50 // FRAMES_PER_SECOND)
    seconds, part = divmod(hundredths, 100)
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{part:02d}"
