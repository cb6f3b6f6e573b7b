"""What people type is drawn, and does nothing else."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cuttingroom.media.render.fonts import find_missing_signs
from cuttingroom.media.render.graphics.ass import escape_text
from cuttingroom.media.render.graphics.drawing import draw_graphics
from cuttingroom.media.render.graphics.graphic import Graphic
from cuttingroom.media.render.layers import Layers, Piece
from cuttingroom.media.render.picture import PictureGraph, build_picture
from cuttingroom.timeline.model import CaptionSource, Element, TextSource, TextStyle, Timeline
from media_factory import a_timeline, captions_track, frames, overlay_track, read_rgb, video_track
from renders import render_to

MEAN = [
    "',drawtext=textfile=/etc/hostname:fontsize=90,drawtext=text='",
    "{\\an8\\fs200\\c&H0000FF&}big {\\p1}m 0 0 l 900 0 900 900{\\p0}",
    "\\N\\N\\N\\h\\n a\\b",
    "x\nDialogue: 0,0:00:00.00,9:00:00.00,s0,,0,0,0,,SECOND\n[Events]",
    "movie=../secret.mp4[out];[out]null",
    "%{pts} %{metadata:x} $(id) `id` | ; & > <",
    "\x00\x01\x1b[31m\u2028\u2029\x85",
    "[Fonts]\nfontname: evil.ttf",
]


def titled(text: str, font: str = "Inter") -> Timeline:
    title = Element(
        start_ticks=0, duration_ticks=frames(10), source=TextSource(text=text, style=TextStyle(font=font))
    )
    caption = Element(start_ticks=0, duration_ticks=frames(10), source=CaptionSource(text=text))
    return a_timeline(video_track(), overlay_track(title), captions_track(caption), size=(320, 180))


def picture_of(timeline: Timeline) -> PictureGraph:
    return build_picture(Layers.of(timeline), {}, Piece(0, 10), (320, 180))


@given(text=st.text(min_size=1, max_size=300), font=st.text(max_size=40))
@settings(max_examples=1000, deadline=None)
def test_no_text_of_a_person_reaches_a_graph(text: str, font: str):
    plain, graph = picture_of(titled("x")), picture_of(titled(text, font))
    assert graph.filters == plain.filters
    assert graph.inputs == plain.inputs == ()
    assert graph.texts.keys() == plain.texts.keys()


@given(text=st.one_of(st.text(max_size=300), st.sampled_from(MEAN)))
@settings(max_examples=1000, deadline=None)
def test_no_text_adds_a_style_a_section_or_an_override_tag(text: str):
    source = TextSource(text=text or "x", style=TextStyle(font=text[:100]))
    document = draw_graphics([Graphic(source, 0, 10, frames(1))], 10, (320, 180))
    lines = document.splitlines()
    assert sum(line.startswith("Dialogue:") for line in lines) <= 1 + text.count("\n") + len(text) // 8
    assert sum(line.startswith("Style:") for line in lines) <= 2
    assert sum(line.startswith("[") for line in lines) == 3
    body = escape_text(text)
    unescaped = body.replace("\\{", "").replace("\\}", "")
    assert "{" not in unescaped
    assert "}" not in unescaped
    document.encode()


@pytest.mark.parametrize("text", MEAN)
def test_mean_text_is_drawn_as_text(tmp_path: Path, text: str):
    out, made = render_to(tmp_path, titled(text), {})
    picture = read_rgb(out)[5].astype(int)
    coloured = np.ptp(picture, axis=-1) > 60
    assert made.frame_count == 10
    assert not coloured.any()


@given(text=st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=60))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_renders(text: str):
    with tempfile.TemporaryDirectory() as folder:
        _, made = render_to(Path(folder), titled(text), {})
        assert made.frame_count == 10


def test_braces_and_backslashes_are_kept():
    assert escape_text("a{b}c") == "a\\{b\\}c"
    assert escape_text("one\ntwo\r\nthree") == "one\\Ntwo\\Nthree"
    assert escape_text("C:\\new") == "C:\\\u2060new"


def test_signs_that_the_font_lacks_are_found_and_no_others():
    assert find_missing_signs("Hello, wörld — “é” 你好 你") == "你好"
