"""Titles and captions as lines of ASS: letters, the soft shadow below them, boxes, accents, the lit word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from cuttingroom.media.render.graphics import ass, outlines
from cuttingroom.media.render.graphics.graphic import Canvas, Graphic
from cuttingroom.media.render.graphics.layout import ACCENT, LINE_PER_LETTER, PADDING_X, Block, Row, lay_out
from cuttingroom.media.render.graphics.measure import signs_of
from cuttingroom.media.render.graphics.motion import Pose, letters_at, pose_at
from cuttingroom.media.render.graphics.words import Said, Spot, find_spots, said_at
from cuttingroom.timeline.model import CaptionSource, TextSource, WordHighlight

BOX, SHADOW, MARK, LETTERS, LIT = range(5)
"""Layers, lowest first."""
_RADIUS = 0.16
"""Of a box's corners, in sizes of the letters."""
_SHADOW_OPACITY = 0.7
_WORD_PAD_X, _WORD_PAD_Y = 0.16, 0.01
_GROWN, _GROWS_FRAMES = 0.07, 4
_ANCHOR = {"left": 4, "centre": 5, "right": 6}

Painted = tuple[int, str, str]
"""A layer, tags, and text in ASS."""


@dataclass(frozen=True)
class TextLook:
    """What of a text changes from frame to frame. `letters` is how many are written; None means all."""

    pose: Pose
    letters: int | None = None
    said: Said | None = None


@dataclass(frozen=True)
class _Sign:
    """How signs of a row are drawn: hidden ones keep their room."""

    hidden: bool = False
    colour: str | None = None


@dataclass(frozen=True)
class DrawnText:
    """A text in a picture of the size of `canvas`; `name` is its style's."""

    graphic: Graphic
    source: TextSource | CaptionSource
    canvas: Canvas
    block: Block
    spots: tuple[Spot, ...]
    name: str

    @classmethod
    def of(cls, graphic: Graphic, canvas: Canvas, name: str) -> DrawnText | None:
        """None when there is nothing to be seen of it."""
        source = graphic.source
        assert isinstance(source, (TextSource, CaptionSource))
        block = lay_out(source, canvas)
        if block is None:
            return None
        lit = isinstance(source, CaptionSource) and source.highlight is not None
        spots = tuple(find_spots(source, block.rows)) if lit and isinstance(source, CaptionSource) else ()
        return cls(graphic, source, canvas, block, spots, name)

    @property
    def highlight(self) -> WordHighlight | None:
        return self.source.highlight if isinstance(self.source, CaptionSource) and self.spots else None

    def style_line(self) -> str:
        style, block = self.source.style, self.block
        outline = style.outline * self.canvas.short * block.shrunk
        spacing = style.spacing * block.size
        padding = PADDING_X * 0.6 * block.size if style.box and not block.is_measured else 0.0
        margin = round(0.05 * self.canvas.width)
        return ass.style_line(
            self.name, style, line=block.size * LINE_PER_LETTER, outline=outline, spacing=spacing,
            padding=padding, margin=margin,
        )  # fmt: skip

    def look_at(self, frame: int) -> TextLook:
        pose, source = pose_at(self.graphic, frame), self.source
        if isinstance(source, TextSource) and source.animation == "typewriter":
            count = sum(len(signs_of(row.text)) for row in self.block.rows)
            written = letters_at(self.graphic, frame, count)
            return TextLook(pose, None if written == count else written)
        if isinstance(source, CaptionSource) and self.highlight is not None:
            said = said_at(source, frame, self.graphic.frame_ticks)
            return TextLook(pose, said=_simplified(said, self.highlight))
        return TextLook(pose)

    def paint(self, look: TextLook) -> Iterator[Painted]:
        if look.pose.alpha <= 0:
            return
        style, block = self.source.style, self.block
        if style.box and block.is_measured:
            yield self._box(look.pose)
        if style.accent is not None:
            yield self._bar(look.pose, style.accent)
        signs = self._signs(look)
        if style.shadow > 0 and not style.box:
            yield from self._letters(look.pose, signs, is_shadow=True)
        if look.said is not None and look.said.is_lit:
            yield from self._lit_word(look.pose, look.said)
        yield from self._letters(look.pose, signs, is_shadow=False)

    def _box(self, pose: Pose) -> Painted:
        style = self.source.style
        left, top, width, height = self.block.box()
        radius = _RADIUS * self.block.size
        return self._drawing(
            BOX, pose, (left, top, width, height), style.box_colour, style.box_opacity, radius
        )

    def _bar(self, pose: Pose, colour: str) -> Painted:
        block, thick = self.block, ACCENT * self.block.size
        left, top, width, height = block.box() if self.source.style.box else (
            block.left - 3 * thick, block.top, block.width + 6 * thick, block.height
        )  # fmt: skip
        if block.align == "centre":
            under = block.rows[block.main - 1]
            place = (
                block.middle[0] - block.size * 0.9,
                under.middle + under.height / 2 + thick,
                1.8 * block.size,
            )
            return self._drawing(MARK, pose, (*place, thick * 0.8), colour, 1.0, 0)
        side = left if block.align == "left" else left + width - thick
        return self._drawing(MARK, pose, (side, top, thick, height), colour, 1.0, 0)

    def _lit_word(self, pose: Pose, said: Said) -> Iterator[Painted]:
        """What is drawn beside the letters for the word that is being said."""
        highlight, block = self.highlight, self.block
        if highlight is None or not block.is_measured:
            return
        for spot in (s for s in self.spots if s.word == said.word):
            row = block.rows[spot.row]
            begins, ends = row.part(spot.first, spot.end)
            high = row.height * 0.96
            if highlight.how == "box":
                pad_x, pad_y = _WORD_PAD_X * row.size, _WORD_PAD_Y * row.size
                place = (
                    begins - pad_x,
                    row.middle - high / 2 - pad_y,
                    ends - begins + 2 * pad_x,
                    high + 2 * pad_y,
                )
                yield self._drawing(MARK, pose, place, highlight.colour, 1.0, _RADIUS * row.size)
            word = ass.escape_text(row.text[spot.first : spot.end])
            colour = ass.colour_tag(1, highlight.colour)
            if highlight.how == "grow":
                share = min(1.0, (said.passed + 1) / _GROWS_FRAMES)
                grown = Pose(pose.dx, pose.dy, 1 + _GROWN * share, pose.alpha)
                at = f"\\an5\\pos({(begins + ends) / 2:.2f},{row.middle:.2f})"
                yield LIT, f"\\q2{at}{colour}{_scale(grown.scale)}{self._alphas(pose.alpha)}", word
            if highlight.how == "fill" and said.share < 1:
                edge = begins + (ends - begins) * said.share
                top, bottom = row.middle - row.height, row.middle + row.height
                clip = f"\\clip({begins - row.size:.0f},{top:.0f},{edge:.0f},{bottom:.0f})"
                at = f"\\an4\\pos({begins:.2f},{row.middle:.2f})"
                yield LIT, f"\\q2{at}{colour}{clip}{self._alphas(pose.alpha)}", word

    def _signs(self, look: TextLook) -> list[list[_Sign]]:
        """For each row how each of its characters is drawn."""
        rows = [[_Sign()] * len(row.text) for row in self.block.rows]
        if look.letters is not None:
            rest = look.letters
            for n, row in enumerate(self.block.rows):
                signs = signs_of(row.text)
                shown = len("".join(signs[:rest]))
                rows[n] = [_Sign(hidden=k >= shown) for k in range(len(row.text))]
                rest = max(0, rest - len(signs))
        if look.said is not None and self.highlight is not None:
            for spot in self.spots:
                sign = self._sign_of(spot.word, look.said, self.highlight)
                rows[spot.row][spot.first : spot.end] = [sign] * (spot.end - spot.first)
        return rows

    def _sign_of(self, word: int, said: Said, highlight: WordHighlight) -> _Sign:
        colour, is_now = highlight.colour, word == said.word and said.is_lit
        if highlight.how == "reveal":
            return _Sign(hidden=word > said.word)
        if highlight.how == "fill":
            # without exact places the word takes on its colour at once
            done = word < said.word or (word == said.word and (said.share >= 1 or not self.block.is_measured))
            return _Sign(colour=colour if done else None)
        if not is_now:
            return _Sign()
        if highlight.how == "box":
            return _Sign(colour=_ink_on(colour)) if self.block.is_measured else _Sign(colour=colour)
        return _Sign(hidden=highlight.how == "grow" and self.block.is_measured, colour=colour)

    def _letters(self, pose: Pose, signs: Sequence[Sequence[_Sign]], *, is_shadow: bool) -> Iterator[Painted]:
        block = self.block
        base = self._shadow_tags(pose.alpha) if is_shadow else self._alphas(pose.alpha)
        drop = self.source.style.shadow * self.canvas.short * 0.3 * block.shrunk if is_shadow else 0.0
        layer = SHADOW if is_shadow else LETTERS
        alpha = pose.alpha * (_SHADOW_OPACITY if is_shadow else 1.0)
        if block.is_measured:
            for row, row_signs in zip(block.rows, signs, strict=True):
                text = _runs(
                    row.text, row_signs, alpha, with_colours=not is_shadow, plain=self.source.style.colour
                )
                if text:
                    at = self._at(row.left, row.width, row.middle + drop, pose)
                    yield layer, f"\\q2{at}{self._row_tags(row)}{_scale(pose.scale)}{base}", text
            return
        lines: list[str] = []
        for n, (row, row_signs) in enumerate(zip(block.rows, signs, strict=True)):
            text = _runs(
                row.text, row_signs, alpha, with_colours=not is_shadow, plain=self.source.style.colour
            )
            lines.append((f"{{{self._row_tags(row)}}}" if n == block.main else "") + text)
        at = self._at(block.left, block.width, block.middle[1] + drop, pose)
        box = ass.alpha_tag(4, self.source.style.box_opacity * pose.alpha) if self.source.style.box else ""
        yield layer, f"{at}{_scale(pose.scale)}{base}{box}", "\\N".join(lines)

    def _at(self, left: float, width: float, middle: float, pose: Pose) -> str:
        align = self.block.align
        x = left + {"left": 0.0, "centre": 0.5, "right": 1.0}[align] * width
        x, y = self._moved(x, middle, pose)
        return f"\\an{_ANCHOR[align]}\\pos({x:.2f},{y:.2f})"

    def _moved(self, x: float, y: float, pose: Pose) -> tuple[float, float]:
        (cx, cy), short = self.block.middle, self.canvas.short
        return cx + (x - cx) * pose.scale + pose.dx * short, cy + (y - cy) * pose.scale + pose.dy * short

    def _row_tags(self, row: Row) -> str:
        if row.style is self.source.style:
            return ""
        return f"\\fs{row.height:.2f}\\b0\\fsp0"

    def _alphas(self, alpha: float) -> str:
        return ass.alpha_tag(1, alpha) + ass.alpha_tag(3, alpha)

    def _shadow_tags(self, alpha: float) -> str:
        wide = self.source.style.shadow * self.canvas.short * self.block.shrunk
        border = self.source.style.outline * self.canvas.short * self.block.shrunk + wide * 0.5
        seen = alpha * _SHADOW_OPACITY
        black = ass.colour_tag(1, "#000000") + ass.colour_tag(3, "#000000")
        soft = f"\\bord{border:.2f}\\blur{wide * 0.65:.2f}"
        return f"{black}{ass.alpha_tag(1, seen)}{ass.alpha_tag(3, seen)}{soft}"

    def _drawing(
        self, layer: int, pose: Pose, place: tuple[float, float, float, float], colour: str, opacity: float,
        radius: float,
    ) -> Painted:  # fmt: skip
        left, top, width, height = place
        left, top = self._moved(left, top, pose)
        width, height = width * pose.scale, height * pose.scale
        paint = ass.colour_tag(1, colour) + ass.alpha_tag(1, opacity * pose.alpha)
        tags = f"\\an7\\pos({left:.2f},{top:.2f})\\bord0\\shad0{paint}{outlines.SCALE_TAG}"
        return layer, tags, outlines.rounded(width, height, radius * pose.scale)


def _simplified(said: Said, highlight: WordHighlight) -> Said:
    """Only what changes the look, so that equal pictures are told once."""
    passed = min(said.passed, _GROWS_FRAMES - 1) if highlight.how == "grow" else 0
    return Said(said.word, passed, said.share if highlight.how == "fill" else 0.0, said.is_lit)


def _scale(scale: float) -> str:
    return "" if scale == 1 else f"\\fscx{100 * scale:.2f}\\fscy{100 * scale:.2f}"


def _runs(text: str, signs: Sequence[_Sign], alpha: float, *, with_colours: bool, plain: str) -> str:
    """The text with a tag wherever its signs change; nothing when all of it is hidden."""
    if all(s.hidden for s in signs):
        return ""
    parts: list[str] = []
    at, last = 0, _Sign()
    for sign, run in groupby(signs):
        end = at + len(list(run))
        tags = ""
        if sign.hidden != last.hidden:
            seen = 0.0 if sign.hidden else alpha
            tags += ass.alpha_tag(1, seen) + ass.alpha_tag(3, seen)
        if with_colours and sign.colour != last.colour:
            tags += ass.colour_tag(1, sign.colour or plain)
        parts.append((f"{{{tags}}}" if tags else "") + ass.escape_text(text[at:end]))
        at, last = end, sign
    return "".join(parts)


def _ink_on(colour: str) -> str:
    """Letters that can be read on a box of that colour (relative luminance of ITU-R BT.709)."""
    red, green, blue = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    return "#11151c" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.55 else "#ffffff"
