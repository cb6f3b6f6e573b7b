"""Where text stands: its lines, their size, and the block that they fill, always inside the safe area.

Lines are broken as few and as even as they go; what is still too much gets smaller letters. Safe areas:
SMPTE ST 2046-1 (a title keeps 5 % of each side free); upright pictures keep more free below and above, where
players and apps lay their buttons.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from cuttingroom.media.render.graphics.graphic import Canvas
from cuttingroom.media.render.graphics.measure import (
    clean_lines,
    is_measured,
    signs_of,
    split_words,
    width_of,
)
from cuttingroom.timeline.effects import Point
from cuttingroom.timeline.model import Align, CaptionSource, TextPlace, TextSource, TextStyle

LINE_PER_LETTER = 1.21
"""ASS sizes a font by its line, people by its letters; this is Inter's ascent plus descent per em."""
DETAIL_SIZE = 0.65
"""Of the size of the text above it."""
DETAIL_GAP = 0.1
PADDING_X, PADDING_Y = 0.62, 0.24
"""Of a box, in sizes of the letters; a line has some room above and below its letters already."""
ACCENT = 0.11
"""Thickness of an accent, and half its distance from the text, in sizes of the letters."""
_SIDE = 0.06
_WIDE_TOP = _WIDE_BOTTOM = 0.07
_UPRIGHT_TOP, _UPRIGHT_BOTTOM = 0.11, 0.17
_LOWER_THIRD = 0.12
_WIDEST = {"lower_third": 0.66, "left": 0.5, "right": 0.5}
"""Shares of the safe width in a wide picture, for what stands at a side."""
_HIGHEST_CAPTION = 0.45
_SHRINK = 0.95
_LEAST_SIZE = 4.0


@dataclass(frozen=True)
class Row:
    """A line as it is drawn. Lengths in pixels; `left` from the left edge of the picture, `middle` from its
    top."""

    text: str
    style: TextStyle
    size: float
    width: float
    left: float = 0.0
    middle: float = 0.0

    @property
    def height(self) -> float:
        return self.size * LINE_PER_LETTER

    def part(self, first: int, end: int) -> tuple[float, float]:
        """Where the signs `first` to `end` begin and end, from the left edge of the picture."""
        begins = self.left + width_of(self.text[:first], self.style) * self.size
        return begins, self.left + width_of(self.text[:end], self.style) * self.size


@dataclass(frozen=True)
class Block:
    """Lines of a text (`main` of them), then those of its detail, `gap` below. Lengths in pixels.

    `size` is that of the letters, which were `shrunk` by that factor to fit.
    """

    rows: tuple[Row, ...]
    main: int
    gap: float
    align: Align
    left: float
    top: float
    width: float
    height: float
    size: float
    shrunk: float

    @property
    def is_measured(self) -> bool:
        return all(is_measured(r.text, r.style) for r in self.rows)

    @property
    def middle(self) -> tuple[float, float]:
        return self.left + self.width / 2, self.top + self.height / 2

    def box(self) -> tuple[float, float, float, float]:
        """Left, top, width and height with the padding."""
        x, y = PADDING_X * self.size, PADDING_Y * self.size
        return self.left - x, self.top - y, self.width + 2 * x, self.height + 2 * y


def lay_out(source: TextSource | CaptionSource, canvas: Canvas) -> Block | None:
    """The block of a text or a caption; None when it has nothing to show."""
    style = source.style
    paragraphs = clean_lines(source.text, capitals=style.capitals)
    detail = clean_lines(source.detail) if isinstance(source, TextSource) else []
    if not any(paragraphs) and not any(detail):
        return None
    align = align_of(source)
    safe = _safe_area(source.position, canvas)
    room, wanted = _room(source, canvas, safe), style.size * canvas.short
    size = wanted
    while True:
        rows = tuple(_rows(source, paragraphs, detail, size, room[0]))
        gap = _gap(style, align, bool(detail)) * size
        height = sum(r.height for r in rows) + gap
        if (height <= room[1] and max(r.width for r in rows) <= room[0] + 1) or size <= _LEAST_SIZE:
            break
        size *= _SHRINK
        room = _room(source, canvas, safe, size)
    main = sum(r.style is style for r in rows)
    block = Block(rows, main, gap, align, 0, 0, max(r.width for r in rows), height, size, size / wanted)
    return _placed(block, source.position, safe)


def align_of(source: TextSource | CaptionSource) -> Align:
    """How lines of unequal width stand below each other."""
    return source.style.align or _side(source.position)


def _side(position: TextPlace) -> Align:
    if position == "lower_third":
        return "left"
    side = position.rpartition("_")[2] if isinstance(position, str) else ""
    return "left" if side == "left" else "right" if side == "right" else "centre"


def _safe_area(position: TextPlace, canvas: Canvas) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of where text may stand."""
    top, bottom = (_UPRIGHT_TOP, _UPRIGHT_BOTTOM) if canvas.is_upright else (_WIDE_TOP, _WIDE_BOTTOM)
    if isinstance(position, Point):
        top = bottom = _WIDE_TOP / 2
    elif position == "lower_third":
        bottom = max(bottom, _LOWER_THIRD)
    side = _SIDE if not isinstance(position, Point) else _SIDE / 2
    return (
        side * canvas.width, top * canvas.height, (1 - side) * canvas.width, (1 - bottom) * canvas.height
    )  # fmt: skip


def _room(
    source: TextSource | CaptionSource,
    canvas: Canvas,
    safe: tuple[float, float, float, float],
    size: float | None = None,
) -> tuple[float, float]:
    """The widest line and the highest block, in pixels, for letters of that size."""
    size = size or source.style.size * canvas.short
    width, height = safe[2] - safe[0], safe[3] - safe[1]
    if not canvas.is_upright and isinstance(source.position, str):
        width *= _WIDEST.get(source.position, _WIDEST.get(source.position.rpartition("_")[2], 1.0))
    if isinstance(source, CaptionSource):
        height = min(height, _HIGHEST_CAPTION * canvas.height)
    if source.style.box:
        width, height = width - 2 * PADDING_X * size, height - 2 * PADDING_Y * size
    if source.style.accent is not None:
        width -= 3 * ACCENT * size
    return max(1.0, width), max(1.0, height)


def _rows(
    source: TextSource | CaptionSource,
    paragraphs: Sequence[str],
    detail: Sequence[str],
    size: float,
    room: float,
) -> Iterator[Row]:
    style = source.style
    lines = [line for p in paragraphs for line in _break(p, style, room / size)]
    if isinstance(source, CaptionSource) and len(lines) > len(paragraphs) > 1:
        lines = list(_break(" ".join(paragraphs), style, room / size))
    for line in lines:
        yield Row(line, style, size, width_of(line, style) * size)
    small, quiet = (
        size * DETAIL_SIZE,
        style.model_copy(update={"bold": False, "capitals": False, "spacing": 0.0}),
    )
    for line in (line for p in detail for line in _break(p, quiet, room / small)):
        yield Row(line, quiet, small, width_of(line, quiet) * small)


def _break(paragraph: str, style: TextStyle, most: float) -> list[str]:
    """The paragraph in as few lines as hold it, about equally wide. `most` is in sizes of the letters."""
    if width_of(paragraph, style) <= most:
        return [paragraph]
    pieces = [p for piece in split_words(paragraph) for p in _cut(piece, style, most)]
    count = len(_fill(pieces, style, most))
    low, high = 0.0, most
    for _ in range(12):  # the narrowest width that needs no more lines
        middle = (low + high) / 2
        low, high = (low, middle) if len(_fill(pieces, style, middle)) <= count else (middle, high)
    return _fill(pieces, style, high)


def _fill(pieces: Sequence[tuple[str, bool]], style: TextStyle, most: float) -> list[str]:
    """One line after the other, each as full as it goes."""
    lines: list[str] = []
    used, space = 0.0, width_of(" ", style)
    for text, spaced in pieces:
        width = width_of(text, style)
        more = width + (space if spaced else 0)
        if lines and used + more <= most:
            lines[-1] += (" " if spaced else "") + text
            used += more
        else:
            lines.append(text)
            used = width
    return lines


def _cut(piece: tuple[str, bool], style: TextStyle, most: float) -> list[tuple[str, bool]]:
    """A word that is wider than a line, in pieces that are not."""
    word, spaced = piece
    if width_of(word, style) <= most:
        return [piece]
    signs = signs_of(word)
    ends = list(accumulate(width_of(s, style) for s in signs))
    parts: list[tuple[str, bool]] = []
    first, begun = 0, 0.0
    for n, end in enumerate(ends):
        if end - begun > most * 0.98 and n > first:
            parts.append(("".join(signs[first:n]), spaced and not parts))
            first, begun = n, ends[n - 1]
    return [*parts, ("".join(signs[first:]), spaced and not parts)]


def _gap(style: TextStyle, align: Align, has_detail: bool) -> float:
    """Between a text and its detail, or below it, in sizes of the letters; a centred accent lies there."""
    return (DETAIL_GAP if has_detail else 0.0) + (3 * ACCENT if style.accent and align == "centre" else 0.0)


def _placed(block: Block, position: TextPlace, safe: tuple[float, float, float, float]) -> Block:
    """The block at its place, moved so far that it lies in the safe area with its box and accent."""
    style, size = block.rows[0].style, block.size
    pad_x, pad_y = (PADDING_X * size, PADDING_Y * size) if style.box else (0.0, 0.0)
    lead = 3 * ACCENT * size if style.accent is not None and block.align == "left" and not style.box else 0.0
    width, height = block.width + 2 * pad_x + lead, block.height + 2 * pad_y
    left, top = _corner(position, (width, height), safe)
    left = max(safe[0], min(left, safe[2] - width)) + pad_x + lead
    top = max(safe[1], min(top, safe[3] - height)) + pad_y
    at, rows = top, list[Row]()
    for n, row in enumerate(block.rows):
        at += block.gap if n == block.main else 0.0
        spare = {"left": 0.0, "centre": 0.5, "right": 1.0}[block.align] * (block.width - row.width)
        rows.append(replace(row, left=left + spare, middle=at + row.height / 2))
        at += row.height
    return replace(block, rows=tuple(rows), left=left, top=top)


def _corner(
    position: TextPlace, size: tuple[float, float], safe: tuple[float, float, float, float]
) -> tuple[float, float]:
    """The left top corner of something of `size` at a place of the safe area."""
    (width, height), (left, top, right, bottom) = size, safe
    if isinstance(position, Point):
        # the safe area of a point is the same on both sides, so it tells the size of the frame
        frame = (right + left, bottom + top)
        return position.x * frame[0] - width / 2, position.y * frame[1] - height / 2
    spare = {"left": 0.0, "centre": 0.5, "right": 1.0}[_side(position)]
    x = left + spare * (right - left - width)
    if position == "centre":
        return x, (top + bottom - height) / 2
    return x, top if position.startswith("top") else bottom - height
