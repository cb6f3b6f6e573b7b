"""Spans and their keys: the same pictures have the same key anywhere, a change reaches what it changes."""

from fractions import Fraction
from itertools import pairwise
from typing import cast

import av
import numpy as np
import pytest
from av.codec.context import Flags
from hypothesis import given, settings
from hypothesis import strategies as st

from cuttingroom.core.time import Rate, Ratio, TimeRange
from cuttingroom.media.probe import MediaFacts, VideoFacts
from cuttingroom.media.render import borders
from cuttingroom.media.render.copies.descriptions import build_description, compatible, parse_description
from cuttingroom.media.render.copies.index import SourceIndex
from cuttingroom.media.render.graph import RenderGraph, Source, build_graph
from cuttingroom.media.render.profiles import built_in_profiles
from cuttingroom.media.render.spans import plan_jobs
from cuttingroom.timeline.effects import FadeIn, FadeOut, Transform, Zoom
from cuttingroom.timeline.model import (
    CaptionSource,
    Element,
    MediaSource,
    TextSource,
    TextStyle,
    Timeline,
    Track,
    Transition,
)
from media_factory import SECOND, a_timeline, captions_track, frames, video_track
from renders import COPYING, FAST

RATE = Rate.of(30)


def description(size: tuple[int, int]) -> bytes:
    """What stands in front of H.264 pictures of that size."""
    coder = cast("av.VideoCodecContext", av.CodecContext.create("libx264", "w"))
    coder.width, coder.height, coder.pix_fmt, coder.time_base = *size, "yuv420p", Fraction(1, 30)
    coder.flags |= Flags.global_header
    coder.open()
    parsed = parse_description(bytes(coder.extradata or b""))
    return build_description(parsed.sps, parsed.pps)


def a_source(
    name: str, count: int = 3000, group: int = 250, size: tuple[int, int] = (320, 180), copyable: bool = True
) -> Source:
    """A film of `count` frames with a key frame every `group`, known only by its facts and its index."""
    video = VideoFacts(
        index=0, codec="h264", width=size[0], height=size[1], coded_width=size[0], coded_height=size[1],
        rotation=0, pixel_aspect=Ratio(num=1), pixel_format="yuv420p", rate=RATE, is_variable=False,
        frame_count=count, start_ticks=0, duration_ticks=RATE.ticks(count), colour_transfer="bt709",
        colour_primaries="bt709", colour_space="bt709", is_hdr=False, interlaced=False,
    )  # fmt: skip
    facts = MediaFacts(
        container="mov,mp4", duration_ticks=RATE.ticks(count), size_bytes=1, origin_ticks=0, video=(video,)
    )
    starts = np.arange(0, count, group, dtype=np.int32)
    index = SourceIndex(
        codec="h264", stream=0, time_base=Fraction(1, 30), rate=RATE, origin_ticks=0,
        times=np.arange(count, dtype=np.int64), ranks=np.arange(count, dtype=np.int32), starts=starts,
        closed=starts, clean=np.ones(count + 1, np.bool_), delay=0, length_size=4,
        extradata=description(size), refusal="" if copyable else "tests say so",
    )  # fmt: skip
    return Source(f"sha-{name}", facts, index)


SOURCES = {"a": a_source("a"), "b": a_source("b", group=33)}


def piece(at: int, take: tuple[int, int], artifact_id: str = "a", **fields: object) -> Element:
    source = MediaSource(
        artifact_id=artifact_id,
        range=TimeRange.between(frames(take[0]), frames(take[1])),
        media_ticks=RATE.ticks(3000),
        has_sound=False,
    )
    return Element.model_validate(
        {
            "id": f"el_{at}_{take[0]}",
            "start_ticks": frames(at),
            "duration_ticks": frames(take[1] - take[0]),
            "source": source,
            **fields,
        }
    )


def caption(at: int, end: int, text: str) -> Element:
    return Element(
        id=f"cap_{at}",
        start_ticks=frames(at),
        duration_ticks=frames(end - at),
        source=CaptionSource(text=text),
    )


def graph_of(timeline: Timeline, profile=FAST) -> RenderGraph:
    return build_graph(timeline, SOURCES, profile, build="test")


def keys_by_frame(graph: RenderGraph) -> list[str]:
    return [span.key for span in graph.spans for _ in range(span.frames)]


def row(*takes: tuple[int, int], artifact_id: str = "a") -> Track:
    """Pieces one after the other."""
    elements, at = [], 0
    for n, take in enumerate(takes):
        elements.append(piece(at, take, artifact_id, id=f"row_{n}"))
        at += take[1] - take[0]
    return video_track(*elements, id="row")


def test_spans_follow_each_other_from_the_first_frame_to_the_last():
    graph = graph_of(a_timeline(row((10, 700), (900, 950), (2000, 2900))))
    assert graph.spans[0].piece.first == 0
    assert graph.spans[-1].piece.end == 690 + 50 + 900
    assert all(left.piece.end == right.piece.first for left, right in pairwise(graph.spans))
    assert all(15 <= span.frames <= 120 for span in graph.spans)


@pytest.mark.parametrize("trimmed", [1, 25, 61, 200])
def test_trimming_the_head_leaves_all_later_spans_as_they_were(trimmed: int):
    before = {s.key for s in graph_of(a_timeline(row((10, 1500)))).spans}
    after = graph_of(a_timeline(row((10 + trimmed, 1500))))
    assert sum(s.key not in before for s in after.spans) <= 1


def test_moving_a_piece_moves_its_spans_as_they_are():
    alone = graph_of(a_timeline(video_track(piece(0, (100, 700)))))
    behind = graph_of(a_timeline(video_track(piece(0, (1000, 1123)), piece(123, (100, 700), id="x"))))
    assert [s.key for s in behind.spans][-len(alone.spans) :] == [s.key for s in alone.spans]


def test_a_changed_caption_changes_only_the_spans_it_falls_in():
    def timeline(text: str) -> Timeline:
        texts = captions_track(caption(100, 160, text), caption(300, 380, "stays"))
        return a_timeline(row((0, 900)), texts)

    before, after = graph_of(timeline("one")), graph_of(timeline("two"))
    changed = [b for a, b in zip(before.spans, after.spans, strict=True) if a.key != b.key]
    assert changed
    assert all(s.piece.first < 160 and s.piece.end > 100 for s in changed)


def test_captions_that_move_with_their_words_keep_the_keys():
    def timeline(trimmed: int) -> Timeline:
        texts = captions_track(caption(200 - trimmed, 260 - trimmed, "words"))
        return a_timeline(row((trimmed, 900)), texts)

    before = {s.key for s in graph_of(timeline(0)).spans}
    after = graph_of(timeline(40))
    assert sum(s.key not in before for s in after.spans) <= 1


def test_a_cut_in_the_middle_changes_only_what_touches_it():
    before = {s.key for s in graph_of(a_timeline(row((0, 1500)))).spans}
    after = graph_of(a_timeline(row((0, 700), (790, 1500))))
    assert sum(s.key not in before for s in after.spans) <= 2


def test_fades_touch_their_own_frames_only():
    plain = keys_by_frame(graph_of(a_timeline(video_track(piece(0, (0, 900))))))
    effects = (FadeIn(duration_ticks=SECOND), FadeOut(duration_ticks=SECOND))
    faded = keys_by_frame(graph_of(a_timeline(video_track(piece(0, (0, 900), effects=effects)))))
    changed = [n for n, (a, b) in enumerate(zip(plain, faded, strict=True)) if a != b]
    assert set(range(30)) <= set(changed)
    assert set(range(870, 900)) <= set(changed)
    assert all(n < 100 or n >= 800 for n in changed)


def test_a_transition_has_spans_of_its_own():
    left, right = piece(0, (0, 300)), piece(270, (1000, 1300))
    join = Transition(left_id=left.id, right_id=right.id, duration_ticks=frames(30))
    graph = graph_of(a_timeline(video_track(left, right, transitions=(join,))))
    borders = {s.piece.first for s in graph.spans}
    assert {270, 300} <= borders
    assert {s.why for s in graph_of(a_timeline(video_track(left, right, transitions=(join,))), COPYING).spans
            if s.piece.first == 270} == {"a transition"}  # fmt: skip


def test_every_setting_of_the_encoder_is_in_the_key():
    timeline = a_timeline(row((0, 60)))
    quality = FAST.model_copy(update={"video": FAST.video.model_copy(update={"quality": 20})})  # type: ignore[union-attr]
    small = FAST.model_copy(update={"height": 90})
    keys = {graph_of(timeline, p).spans[0].key for p in (FAST, quality, small)}
    keys |= {build_graph(timeline, SOURCES, FAST, build="another").spans[0].key}
    keys |= {build_graph(timeline, {"a": a_source("c")}, FAST, build="test").spans[0].key}
    assert len(keys) == 5


def test_only_whole_groups_are_copied_and_the_rest_says_why():
    graph = graph_of(a_timeline(row((10, 900))), COPYING)
    copied = [s for s in graph.spans if s.copy is not None]
    assert [(s.piece.first, s.copy.first) for s in copied if s.copy] == [(240, 250)]
    assert graph.copied_frames == 650
    assert {s.why for s in graph.spans if s.copy is None} == {"around a cut"}


def test_what_lies_over_the_picture_is_not_copied():
    timeline = a_timeline(row((0, 900)), captions_track(caption(300, 330, "over")))
    graph = graph_of(timeline, COPYING)
    frames_of = {n for s in graph.spans if s.copy is not None for n in range(s.piece.first, s.piece.end)}
    assert frames_of.isdisjoint(range(300, 330))
    assert set(range(250)) | set(range(500, 900)) <= frames_of
    assert any("under captions" in s.why for s in graph.spans)


TAKES = st.lists(
    st.tuples(st.integers(0, 2000), st.integers(1, 500)).map(lambda t: (t[0], t[0] + t[1])),
    min_size=1,
    max_size=8,
)


@given(takes=TAKES, texts=st.lists(st.integers(0, 900), max_size=4, unique=True), copies=st.booleans())
@settings(max_examples=150, deadline=None)
def test_any_timeline_is_covered_once_and_only_matching_frames_are_copied(
    takes: list[tuple[int, int]], texts: list[int], copies: bool
):
    captions = [caption(60 * n + t % 30, 60 * n + t % 30 + 20, "x") for n, t in enumerate(texts)]
    timeline = a_timeline(row(*takes), captions_track(*captions))
    graph = graph_of(timeline, COPYING if copies else FAST)
    shown = [n for first, end in takes for n in range(first, end)]
    at = 0
    for span in graph.spans:
        assert span.piece.first == at
        assert span.frames > 0
        if span.copy is not None:
            assert list(range(span.copy.first, span.copy.end)) == shown[at : span.piece.end]
            assert not any(
                c.start_ticks < frames(span.piece.end) and c.end_ticks > frames(at) for c in captions
            )
        at = span.piece.end
    assert at == timeline.rate.frames(timeline.duration_ticks)


@given(takes=TAKES, cores=st.integers(1, 8))
@settings(max_examples=60, deadline=None)
def test_jobs_hold_every_span_once_in_runs_without_gaps(takes: list[tuple[int, int]], cores: int):
    graph = graph_of(a_timeline(row(*takes)))
    jobs = plan_jobs(graph, graph.spans, cores)
    assert [s for job in jobs for s in job] == list(graph.spans)
    for job in jobs:
        assert all(a.piece.end == b.piece.first for a, b in pairwise(job))
        assert sum(s.frames for s in job) <= 300 or len(job) == 1


def test_planning_looks_into_each_of_many_files_once(monkeypatch: pytest.MonkeyPatch):
    sources = {f"f{n}": a_source("same" if n % 2 else f"f{n}", count=300, group=30) for n in range(100)}
    row_of_all = [piece(90 * n, (10, 100), f"f{n % 100}", id=f"el_{n}") for n in range(300)]
    read: list[SourceIndex] = []
    compared: list[bytes] = []
    find = borders._find_anchors
    monkeypatch.setattr(borders, "_find_anchors", lambda index: (read.append(index), find(index))[1])
    monkeypatch.setattr(
        "cuttingroom.media.render.graph.compatible", lambda a, b: (compared.append(a), compatible(a, b))[1]
    )
    build_graph(a_timeline(video_track(*row_of_all)), sources, COPYING, build="test")
    assert len(read) == len(sources)
    assert not compared


def test_fonts_of_the_machine_count_for_the_texts_that_are_drawn_in_them():
    other = TextSource(text="named", style=TextStyle(font="DejaVu Sans"))
    texts = [
        caption(100, 160, "caf\u00e9 \u2014 in the shipped one"),
        caption(300, 380, "\u4f60\u597d"),
        Element(id="named", start_ticks=frames(600), duration_ticks=frames(30), source=other),
    ]
    timeline = a_timeline(row((0, 900)), captions_track(*texts))
    before, after = (build_graph(timeline, SOURCES, FAST, build="test", fonts=f) for f in ("few", "more"))
    changed = [a.piece for a, b in zip(before.spans, after.spans, strict=True) if a.key != b.key]
    assert all((p.first < 380 and p.end > 300) or (p.first < 630 and p.end > 600) for p in changed)
    assert {p.first < 380 for p in changed} == {True, False}


def test_runs_of_large_pictures_are_short():
    jobs = {}
    for name in ("delivery", "prores"):
        made = graph_of(
            a_timeline(row((0, 2900))), built_in_profiles()[name].model_copy(update={"copies": False})
        )
        jobs[name] = plan_jobs(made, made.spans, 1)
    assert len(jobs["delivery"]) < 20
    assert all(sum(span.frames for span in job) <= 120 for job in jobs["prores"])


def reasons(graph: RenderGraph) -> list[str]:
    """Why each frame is encoded; empty where it is copied."""
    return [span.why for span in graph.spans for _ in range(span.frames)]


@pytest.mark.parametrize(
    ("transform", "why"),
    [
        (Transform(rotation=90), "turned"),
        (Transform(flip_vertical=True, crop_top=0.1), "cropped and mirrored"),
        (Transform(scale=0.5), "another place in the frame"),
        (Transform(upright=False), "turned"),
    ],
)
def test_a_picture_that_stands_otherwise_is_encoded_and_its_neighbours_are_not(
    transform: Transform, why: str
):
    track = video_track(piece(0, (0, 500), id="a", effects=(transform,)), piece(500, (500, 1000), id="b"))
    found = reasons(graph_of(a_timeline(track), COPYING))
    assert set(found[:500]) == {why}
    assert set(found[500:]) == {""}


def test_a_transform_that_says_nothing_does_not_stop_the_copying():
    track = video_track(piece(0, (0, 500), effects=(Transform(),)))
    assert set(reasons(graph_of(a_timeline(track), COPYING))) == {""}


def test_a_zoom_is_encoded_only_where_not_all_of_the_picture_is_seen():
    zooms = (
        Zoom(range=TimeRange.between(frames(500), frames(600)), to_scale=1.5),
        Zoom(range=TimeRange.between(frames(700), frames(750)), from_scale=1.5, to_scale=1),
    )
    graph = graph_of(a_timeline(video_track(piece(0, (0, 1500), effects=zooms))), COPYING)
    found = reasons(graph)
    assert set(found[:500]) == {""}
    assert set(found[500:750]) == {"a zoom"}
    assert set(found[1000:]) == {""}
    moved = piece(
        0, (600, 1500), effects=tuple(z.fitted(frames(900), lambda t: t - frames(600)) for z in zooms)
    )
    trimmed = graph_of(a_timeline(video_track(moved)), COPYING)
    assert set(reasons(trimmed)[:150]) == {"a zoom"}
    assert len({s.key for s in trimmed.spans} - {s.key for s in graph.spans}) <= 1
