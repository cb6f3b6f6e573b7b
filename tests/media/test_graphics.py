"""Titles, captions and shapes: where they stand, when they are seen, and that cuts change nothing."""

import re
from itertools import pairwise
from math import ceil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuttingroom.media.render.graphics.drawing import draw_graphics
from cuttingroom.media.render.graphics.graphic import Canvas, Graphic, graphic_of
from cuttingroom.media.render.graphics.layout import lay_out
from cuttingroom.timeline.effects import FadeIn, FadeOut, Point, Region
from cuttingroom.timeline.model import (
    CaptionSource,
    Element,
    ShapeSource,
    TextSource,
    TextStyle,
    WordHighlight,
)
from cuttingroom.timeline.presets import CAPTION_PRESETS, TITLE_PRESETS
from cuttingroom.timeline.transcript import Word
from media_factory import a_timeline, captions_track, frames, overlay_track, read_rgb, video_track
from renders import render_to

WIDE, TALL = (1920, 1080), (1080, 1920)
TEXTS = st.one_of(
    st.text(min_size=1, max_size=500),
    st.text(alphabet="ab  \n", min_size=1, max_size=500),
    st.sampled_from(["W" * 500, "word " * 100, "你好" * 250, "שלום " * 100, "x", "\n\n", " " * 9]),
)
PLACES = st.one_of(
    st.sampled_from(["centre", "top", "bottom", "lower_third", "top_left", "bottom_right"]),
    st.builds(Point, x=st.floats(0, 1), y=st.floats(0, 1)),
)
STYLES = st.sampled_from([p.style for p in (*TITLE_PRESETS.values(), *CAPTION_PRESETS.values())])


def pictures(folder: Path, *graphics: Element, length: int = 20, size: tuple[int, int] = (320, 180)):
    """Frames of `length` black pictures with these over them."""
    ground = Element(start_ticks=0, duration_ticks=frames(length), source=TextSource(text=" "))
    captions = [g for g in graphics if isinstance(g.source, CaptionSource)]
    others = [g for g in graphics if g not in captions]
    tracks = [video_track(ground), overlay_track(*others), captions_track(*captions)]
    out, _ = render_to(folder, a_timeline(*tracks, size=size), {})
    return [p.astype(int) for p in read_rgb(out)]


def lit(picture, least: int = 60):
    """Left, top, right, bottom of what is not black, as shares; None when all is."""
    found = np.argwhere(picture.max(axis=-1) > least)
    if not len(found):
        return None
    (top, left), (bottom, right) = found.min(axis=0), found.max(axis=0) + 1
    height, width = picture.shape[:2]
    return left / width, top / height, right / width, bottom / height


def text(words: str = "Pier", at: int = 4, length: int = 10, **fields) -> Element:
    return Element(
        start_ticks=frames(at), duration_ticks=frames(length), source=TextSource(text=words, **fields)
    )


def shape(kind: str, at: int = 4, length: int = 10, **fields) -> Element:
    region = fields.pop("region", Region(x=0.25, y=0.25, width=0.5, height=0.5))
    source = ShapeSource(shape=kind, region=region, **fields)
    return Element(start_ticks=frames(at), duration_ticks=frames(length), source=source)


@given(TEXTS, TEXTS, PLACES, STYLES, st.sampled_from([WIDE, TALL, (640, 640), (320, 180)]))
@settings(max_examples=100, deadline=None)
def test_no_text_leaves_the_frame(words: str, detail: str, place, style: TextStyle, size: tuple[int, int]):
    for source in (
        TextSource(text=words, detail=detail, position=place, style=style),
        CaptionSource(text=words, position=place, style=style),
    ):
        block = lay_out(source, Canvas(*size))
        if block is None:
            continue
        left, top, width, height = (
            block.box() if style.box else (block.left, block.top, block.width, block.height)
        )
        assert left >= 0.02 * size[0]
        assert top >= 0.02 * size[1]
        assert left + width <= 0.98 * size[0]
        assert top + height <= 0.98 * size[1]


def test_lines_are_even_and_words_stay_whole():
    block = lay_out(
        TextSource(text="one two three four five six seven eight nine ten eleven twelve"), Canvas(640, 360)
    )
    assert block is not None
    assert len(block.rows) > 1
    assert min(r.width for r in block.rows) > 0.6 * max(r.width for r in block.rows)
    assert (
        " ".join(r.text for r in block.rows)
        == "one two three four five six seven eight nine ten eleven twelve"
    )


_TAG = re.compile(
    r"\{((\\q2)|(\\an\d)|(\\pos\([\d.,-]+\))|(\\clip\([\d.,-]+\))|(\\[134][ac]&H[0-9A-F]+&)"
    r"|(\\(fscx|fscy|fs|fsp|bord|shad|blur|b|p)[\d.]+))*\}"
)


@given(TEXTS, STYLES, st.sampled_from([None, "typewriter", "pop"]))
@settings(max_examples=100, deadline=None)
def test_no_text_adds_an_override_tag(words: str, style: TextStyle, animation):
    source = TextSource(text=words, detail=words[:50], style=style, animation=animation)
    document = draw_graphics([Graphic(source, 0, 10, frames(1))], 3, WIDE)
    for line in document.splitlines():
        if line.startswith("Dialogue:"):
            plain = line.split(",", 9)[9].replace("\\{", "").replace("\\}", "")
            assert "{" not in _TAG.sub("", plain)
            assert "}" not in _TAG.sub("", plain)


@given(st.integers(0, 29), st.integers(1, 30), st.sampled_from(["fade", "pop", "typewriter", "slide_up"]))
@settings(max_examples=60, deadline=None)
def test_a_text_looks_the_same_however_a_film_is_cut(first: int, count: int, animation):
    element = text("Some words here", 0, 30, animation=animation)
    element = element.model_copy(
        update={"effects": (FadeIn(duration_ticks=frames(9)), FadeOut(duration_ticks=frames(7)))}
    )
    whole = _by_frame(draw_graphics([graphic_of(element, 0, frames(1))], 30, WIDE))
    part = _by_frame(draw_graphics([graphic_of(element, -first, frames(1))], count, WIDE))
    for n in range(count):
        assert part.get(n, []) == (whole.get(n + first, []) if n + first < 30 else [])


def _by_frame(document: str) -> dict[int, list[str]]:
    """What is drawn at each frame, without its times."""
    found: dict[int, list[str]] = {}
    for line in document.splitlines():
        if line.startswith("Dialogue:"):
            layer, start, end, rest = line.removeprefix("Dialogue: ").split(",", 3)
            a, b = (ceil(float(t.split(":")[2]) * 10 - 1e-6) for t in (start, end))
            for frame in range(a, b):
                found.setdefault(frame, []).append(f"{layer},{rest}")
    return found


def test_a_title_is_seen_on_its_frames_and_no_others(tmp_path: Path):
    shown = [lit(p) is not None for p in pictures(tmp_path, text())]
    assert shown == [4 <= n < 14 for n in range(20)]


@pytest.mark.parametrize(
    ("place", "inside"),
    [
        ("top_left", (0, 0, 0.5, 0.3)),
        ("bottom_right", (0.5, 0.7, 1, 1)),
        ("lower_third", (0, 0.6, 0.5, 1)),
        (Point(x=0.2, y=0.8), (0.05, 0.7, 0.35, 0.9)),
    ],
)
def test_a_title_stands_where_it_is_put(tmp_path: Path, place, inside):
    left, top, right, bottom = lit(pictures(tmp_path, text(position=place))[8])
    assert left >= inside[0]
    assert top >= inside[1]
    assert right <= inside[2]
    assert bottom <= inside[3]


def test_a_point_is_the_middle_of_the_text(tmp_path: Path):
    left, top, right, bottom = lit(pictures(tmp_path, text("HHHH", position=Point(x=0.3, y=0.6)))[8])
    assert (left + right) / 2 == pytest.approx(0.3, abs=0.01)
    assert (top + bottom) / 2 == pytest.approx(0.6, abs=0.02)


def test_animations_begin_and_end_away_from_the_middle_of_the_time(tmp_path: Path):
    for animation in ("fade", "slide_up", "pop"):
        seen = [p.max() for p in pictures(tmp_path, text("HHHH", 0, 20, animation=animation))]
        assert seen[0] < seen[10] - 40
        assert seen[19] < seen[10] - 40
        assert seen[9] > 200


def test_a_typewriter_writes_from_left_to_right_and_lets_it_stand(tmp_path: Path):
    ends = [lit(p)[2] for p in pictures(tmp_path, text("HHHHHHHHHH", 0, 20, animation="typewriter"))[2:]]
    assert ends == sorted(ends)
    assert ends[0] < 0.55
    assert ends[8:] == [ends[-1]] * len(ends[8:])


def said(*moments: tuple[str, int, int], **fields) -> Element:
    words = tuple(Word(text=t, start_ticks=frames(a), end_ticks=frames(b)) for t, a, b in moments)
    source = CaptionSource(text=" ".join(w.text for w in words), words=words, **fields)
    return Element(start_ticks=0, duration_ticks=frames(20), source=source)


@pytest.mark.parametrize("how", ["colour", "box", "grow"])
def test_the_lit_word_changes_on_the_frame_on_which_the_next_is_said(tmp_path: Path, how):
    style = TextStyle(size=0.15, outline=0)
    highlight = WordHighlight(how=how, colour="#ff0000")
    caption = said(("HHH", 3, 8), ("HHH", 8, 15), style=style, highlight=highlight)
    sides = [_red_side(p) for p in pictures(tmp_path, caption)]
    assert sides == [""] * 3 + ["left"] * 5 + ["right"] * 7 + [""] * 5


def _red_side(picture) -> str:
    red = np.argwhere((picture[..., 0] > 120) & (picture[..., 1] < 90))
    if len(red) < 20:
        return ""
    return "left" if red[:, 1].mean() < picture.shape[1] / 2 else "right"


def test_karaoke_fills_a_word_while_it_is_said_and_keeps_it(tmp_path: Path):
    highlight = WordHighlight(how="fill", colour="#ff0000")
    caption = said(("HHHHHH", 2, 12), style=TextStyle(size=0.2, outline=0), highlight=highlight)
    reds = [np.count_nonzero((p[..., 0] > 120) & (p[..., 1] < 90)) for p in pictures(tmp_path, caption)]
    assert reds[1] == 0
    assert all(b > 0.97 * a for a, b in pairwise(reds[2:12]))
    assert reds[6] < 0.7 * reds[11]
    assert min(reds[12:]) > 0.9 * reds[11]


def test_spoken_words_appear_one_after_the_other(tmp_path: Path):
    caption = said(
        ("HHH", 3, 8),
        ("HHH", 8, 15),
        style=TextStyle(size=0.15, outline=0),
        highlight=WordHighlight(how="reveal"),
    )
    found = [lit(p) for p in pictures(tmp_path, caption)]
    assert found[2] is None
    assert found[3][2] < 0.5
    assert found[8][2] > 0.6


def test_a_progress_bar_is_as_wide_as_the_time_that_is_over(tmp_path: Path):
    bar = shape("progress", 0, 20, region=Region(x=0, y=0.9, width=1, height=0.1), colour="#ff0000")
    for n, picture in enumerate(pictures(tmp_path, bar)):
        row = picture[-9]
        width = np.count_nonzero(row[:, 0] > 120) / len(row)
        assert width == pytest.approx((n + 1) / 20, abs=0.01)


@pytest.mark.parametrize("kind", ["box", "ellipse", "arrow", "highlight", "fill"])
def test_a_shape_is_drawn_in_its_place_and_time(tmp_path: Path, kind):
    seen = pictures(tmp_path, shape(kind, colour="#ff0000", points_from="left"))
    assert [lit(p, 50) is not None for p in seen] == [4 <= n < 14 for n in range(20)]
    left, top, right, bottom = lit(seen[8], 50)
    if kind == "arrow":
        assert right == pytest.approx(0.25, abs=0.01)
        assert (top + bottom) / 2 == pytest.approx(0.5, abs=0.02)
    else:
        assert (left, top, right, bottom) == pytest.approx((0.25, 0.25, 0.75, 0.75), abs=0.015)
    middle = seen[8][90, 160]
    assert (middle.max() > 50) == (kind in ("highlight", "fill"))


@pytest.mark.parametrize("side", ["left", "right", "above", "below", "below_left", "above_right"])
def test_an_arrow_into_a_corner_stays_in_the_frame(tmp_path: Path, side):
    corner = Region(x=0.95, y=0, width=0.05, height=0.05)
    seen = pictures(tmp_path, shape("arrow", 0, 1, region=corner, points_from=side), length=1)[0]
    assert lit(seen)[2] <= 0.995
    assert lit(seen)[1] >= 0.005


@pytest.mark.parametrize("size", [(320, 180), (180, 320)])
@pytest.mark.parametrize(
    "words", ["W" * 500, "word " * 100, "It's: \\N {\\an8} 🎬", "مرحبا " * 60, "你好" * 100]
)
def test_no_pixel_of_a_title_or_caption_touches_the_edge(tmp_path: Path, words, size):
    title, caption = text(words, 0, 1), Element(
        start_ticks=0, duration_ticks=frames(1), source=CaptionSource(text=words, style=TextStyle(size=0.09))
    )  # fmt: skip
    for one in (title, caption):
        picture = pictures(tmp_path, one, length=1, size=size)[0]
        left, top, right, bottom = lit(picture)
        assert min(left, top, 1 - right, 1 - bottom) > 0.015


def test_text_of_nothing_but_space_draws_nothing(tmp_path: Path):
    for n, words in enumerate((" ", "\t\n", "\x00\x07")):
        folder = tmp_path / str(n)
        folder.mkdir()
        assert lit(pictures(folder, text(words, style=TextStyle(box=True)))[8]) is None
