"""A render in spans is the render in one pass: also after cuts, copies, evictions, damage and kills."""

import multiprocessing
import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cuttingroom.core.errors import CacheDamaged, Canceled, MediaFailed, MediaRefused, StorageFailed
from cuttingroom.core.hashing import hash_file
from cuttingroom.core.time import Rate
from cuttingroom.media import ffmpeg
from cuttingroom.media.limits import DEFAULT_LIMITS
from cuttingroom.media.probe import probe
from cuttingroom.media.render.cache import SEGMENTS, SOUND, RenderCache
from cuttingroom.media.render.encode import encode_run
from cuttingroom.media.render.fonts import place_fonts
from cuttingroom.media.render.graph import RenderGraph, Span
from cuttingroom.media.render.layers import Piece
from cuttingroom.media.render.profiles import Profile, VideoCoding
from cuttingroom.media.render.run import plan_graph
from cuttingroom.media.render.segment import read_segment
from cuttingroom.timeline.effects import FadeIn
from cuttingroom.timeline.model import CaptionSource, Element, TextSource, Timeline, Transition
from cuttingroom.timeline.pieces import turned
from media_factory import (
    a_timeline,
    an_element,
    captions_track,
    frames,
    make_video,
    overlay_track,
    read_numbers,
    tone,
    video_track,
)
from renders import COPYING, FAST, render_to

LOSSLESS = FAST.model_copy(update={"video": VideoCoding(codec="h264", preset="ultrafast", quality=0)})
SLOW = FAST.model_copy(update={"video": VideoCoding(codec="h264", preset="slow", quality=14)})


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty seconds with a key frame every 1.6 seconds and pictures that refer to later ones."""
    path = tmp_path_factory.mktemp("source") / "numbered.mp4"
    options = {"preset": "veryfast", "crf": "16", "g": "48", "bf": "2"}
    return make_video(path, frames=600, sound=tone(20), options=options, bt709=True)


def picture_hashes(path: Path, decoder: str = "h264") -> list[str]:
    """A hash of each decoded picture, in order."""
    data = bytearray()
    given = ffmpeg.input_arguments(path, "-an", "-c:v", decoder, codecs=(decoder, "aac"))
    ffmpeg.run([*given, "-map", "0:v", "-f", "framemd5", "pipe:1"], on_data=data.extend)
    lines = data.decode().splitlines()
    return [line.split(",")[-1].strip() for line in lines if line and not line.startswith("#")]


def plan(timeline: Timeline, source: Path, profile: Profile, cache: RenderCache) -> RenderGraph:
    facts, hashes = {"a": probe(source)}, {"a": hash_file(source)}
    return plan_graph(timeline, {"a": source}, profile, facts=facts, hashes=hashes, cache=cache)


def in_one_pass(timeline: Timeline, source: Path, folder: Path) -> list[str]:
    """Hashes of the pictures when all of them go through one process, encoded without loss."""
    graph = plan(timeline, source, LOSSLESS, RenderCache(folder / "cache", 10**10))
    whole = Span(Piece(0, graph.layers.frames), "whole")
    graph = replace(graph, spans=(whole,))
    work = Path(mkdtemp(dir=folder))
    place_fonts(work)
    made = folder / "one_pass.h264"
    segment = encode_run(
        graph, [whole], {"a": source}, work / "run",
        threads=1, limits=DEFAULT_LIMITS, on_frame=lambda _n: None, is_canceled=lambda: False,
    )[0]  # fmt: skip
    return _decoded(segment.extradata, [p.data for p in segment.packets], made)


def _decoded(extradata: bytes, packets: Sequence[bytes], path: Path) -> list[str]:
    from cuttingroom.media.render.copies.descriptions import parse_description

    described = parse_description(extradata)
    units = [*described.sps, *described.pps]
    for packet in packets:
        at = 0
        while at < len(packet):
            size = int.from_bytes(packet[at : at + 4])
            units.append(packet[at + 4 : at + 4 + size])
            at += 4 + size
    path.write_bytes(b"".join(b"\0\0\0\1" + unit for unit in units))
    data = bytearray()
    ffmpeg.run(
        [*ffmpeg.input_arguments(path, "-f", "h264", formats=("h264",)), "-f", "framemd5", "pipe:1"],
        on_data=data.extend,
    )
    lines = data.decode().splitlines()
    return [line.split(",")[-1].strip() for line in lines if line and not line.startswith("#")]


KINDS = ("crossfade", "dip", "wipe", "push", "slide", "zoom")
TAKES = st.lists(
    st.tuples(st.integers(0, 500), st.integers(3, 90)).map(lambda t: (t[0], t[0] + t[1])),
    min_size=1,
    max_size=6,
)


@st.composite
def timelines(draw: st.DrawFn) -> tuple[Timeline, list[tuple[int, int]]]:
    """Cuts of the numbered film, some backwards, some joined, with fades, titles and captions over it."""
    takes = draw(TAKES)
    elements: list[Element] = []
    transitions: list[Transition] = []
    at = 0
    for n, take in enumerate(takes):
        joined = draw(st.integers(0, 10)) if elements and draw(st.booleans()) else 0
        joined = min(
            joined, (take[1] - take[0]) // 3, elements[-1].duration_ticks // frames(3) if elements else 0
        )
        effects = (FadeIn(duration_ticks=frames(2)),) if draw(st.booleans()) and not joined else ()
        fields = {"id": f"e{n}", "effects": effects}
        speed = draw(st.sampled_from([1, 1, 1, 2]))
        element = an_element(FACTS["a"], "a", at=at - joined, take=take, speed=speed, **fields)
        element = turned(element) if draw(st.integers(0, 3)) == 0 else element
        if joined:
            ids = {"left_id": elements[-1].id, "right_id": f"e{n}", "duration_ticks": frames(joined)}
            transitions.append(Transition.model_validate({"kind": draw(st.sampled_from(KINDS)), **ids}))
        elements.append(element)
        at = at - joined + element.duration_ticks // frames(1)
    tracks = [video_track(*elements, transitions=tuple(transitions))]
    if draw(st.booleans()):
        first = draw(st.integers(0, max(0, at - 1)))
        title = Element(
            start_ticks=frames(first), duration_ticks=frames(20), source=TextSource(text="A title")
        )
        tracks.append(overlay_track(title))
    if draw(st.booleans()):
        words = CaptionSource(text="some words here")
        tracks.append(captions_track(Element(start_ticks=0, duration_ticks=frames(40), source=words)))
    return a_timeline(*tracks), takes


FACTS = {}


@given(made=timelines())
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_render_in_spans_shows_the_pictures_of_one_pass(source: Path, made: tuple[Timeline, list]):
    timeline, _ = made
    with TemporaryDirectory() as name:
        folder = Path(name)
        out, facts = render_to(folder, timeline, {"a": source}, LOSSLESS)
        assert picture_hashes(out) == in_one_pass(timeline, source, folder)
        assert facts.frame_count == timeline.rate.frames(timeline.duration_ticks)


def test_long_transitions_in_spans_show_the_pictures_of_one_pass(source: Path, tmp_path: Path):
    """At ten frames per second a span has twenty, so that each transition is made in two parts or three."""
    slow = Rate.of(10)
    elements = [
        an_element(FACTS["a"], "a", at=32 * n, take=(10 * n, 10 * n + 64), rate=slow, id=f"e{n}")
        for n in range(len(KINDS) + 1)
    ]
    joins = [
        Transition.model_validate(
            {"kind": kind, "left_id": f"e{n}", "right_id": f"e{n + 1}", "duration_ticks": slow.ticks(32 - n)}
        )
        for n, kind in enumerate(KINDS)
    ]
    for n, element in enumerate(elements):
        at = sum(64 - (32 - k) for k in range(n))
        elements[n] = element.model_copy(update={"start_ticks": slow.ticks(at)})
    timeline = a_timeline(video_track(*elements, transitions=tuple(joins)), rate=slow, size=(160, 90))
    out, _ = render_to(tmp_path, timeline, {"a": source}, LOSSLESS)
    assert picture_hashes(out) == in_one_pass(timeline, source, tmp_path)


@pytest.fixture(scope="module", autouse=True)
def _facts(source: Path) -> None:
    FACTS["a"] = probe(source)


@given(takes=TAKES)
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_copied_and_encoded_pictures_follow_each_other_in_order(source: Path, takes: list[tuple[int, int]]):
    with TemporaryDirectory() as name:
        out, facts = render_to(Path(name), a_row(takes), {"a": source}, COPYING)
        assert read_numbers(out) == [n for first, end in takes for n in range(first, end)]
        assert facts.copied_frames + facts.encoded_frames + facts.reused_frames == facts.frame_count


def a_row(takes: Sequence[tuple[int, int]], *, text: str = "") -> Timeline:
    elements, at = [], 0
    for take in takes:
        elements.append(an_element(FACTS["a"], "a", at=at, take=take))
        at += take[1] - take[0]
    words = Element(id="c", start_ticks=0, duration_ticks=frames(30), source=CaptionSource(text=text or "x"))
    return a_timeline(video_track(*elements), *([captions_track(words)] if text else []))


def test_copied_pictures_are_the_sources_own(source: Path, tmp_path: Path):
    timeline = a_row([(30, 500)])
    graph = plan(timeline, source, COPYING, RenderCache(tmp_path / "cache", 10**10))
    out, facts = render_to(tmp_path, timeline, {"a": source}, COPYING)
    made, theirs = picture_hashes(out), picture_hashes(source)
    copied = [s for s in graph.spans if s.copy is not None]
    assert facts.copied_frames == sum(s.frames for s in copied) > 400
    for span in copied:
        assert span.copy is not None
        assert made[span.piece.first : span.piece.end] == theirs[span.copy.first : span.copy.end]


def test_a_picture_held_under_longer_sound_does_not_stop_the_copying(tmp_path: Path):
    path = make_video(tmp_path / "a.mp4", frames=200, sound=tone(8), options={"g": "40"}, bt709=True)
    element = an_element(probe(path), "a", at=0, take=(50, 220))
    out, facts = render_to(tmp_path, a_timeline(video_track(element)), {"a": path}, COPYING)
    assert facts.copied_frames == 120
    assert read_numbers(out) == [*range(50, 200), *[199] * 20]


def test_a_second_decoder_shows_the_same_pictures_across_the_joins(source: Path, tmp_path: Path):
    takes = [(30, 200), (11, 130), (333, 500), (90, 180)]
    out, facts = render_to(tmp_path, a_row(takes, text="over it"), {"a": source}, COPYING)
    assert 0 < facts.copied_frames < facts.frame_count
    theirs = picture_hashes(out, "libopenh264")
    assert len(theirs) == facts.frame_count
    assert theirs == picture_hashes(out)


def test_our_own_exports_can_be_copied_from(source: Path, tmp_path: Path):
    export, _ = render_to(tmp_path, a_row([(0, 600)]), {"a": source}, FAST, name="export")
    element = an_element(probe(export), "a", at=0, take=(70, 420))
    out, facts = render_to(tmp_path, a_timeline(video_track(element)), {"a": export}, COPYING, name="again")
    assert facts.copied_frames >= 300
    assert read_numbers(out) == list(range(70, 420))
    other = COPYING.model_copy(update={"video": VideoCoding(codec="h264", preset="slow", quality=14)})
    _, facts = render_to(tmp_path, a_timeline(video_track(element)), {"a": export}, other, name="other")
    assert facts.copied_frames == 0


def test_a_changed_caption_costs_its_own_span(source: Path, tmp_path: Path):
    _, first = render_to(tmp_path, a_row([(0, 600)], text="before"), {"a": source})
    _, second = render_to(tmp_path, a_row([(0, 600)], text="after"), {"a": source})
    _, third = render_to(tmp_path, a_row([(0, 600)], text="after"), {"a": source})
    assert first.encoded_frames == 600
    assert 30 <= second.encoded_frames <= 90
    assert second.made_sound_chunks == 0
    assert (third.encoded_frames, third.reused_frames, third.made_sound_chunks) == (0, 600, 0)


def test_damaged_and_evicted_pieces_are_made_again(source: Path, tmp_path: Path):
    timeline = a_row([(0, 200), (300, 550)])
    cache = RenderCache(tmp_path / "cache", 10**10)
    out, first = render_to(tmp_path, timeline, {"a": source}, LOSSLESS, cache=cache)
    before = picture_hashes(out)
    stored = sorted(e.path for e in cache.entries() if e.kind in (SEGMENTS, SOUND))
    for number, path in enumerate(stored):
        if number % 3 == 0:
            path.unlink()
        elif number % 3 == 1:
            data = bytearray(path.read_bytes())
            data[-20] ^= 0xFF
            path.write_bytes(data)
    out, second = render_to(tmp_path, timeline, {"a": source}, LOSSLESS, cache=cache)
    assert picture_hashes(out) == before
    assert 0 < second.encoded_frames < first.encoded_frames
    for entry in cache.entries():
        if entry.kind == SEGMENTS:
            read_segment(entry.path)


def test_a_damaged_segment_is_known_by_its_checksum(source: Path, tmp_path: Path):
    cache = RenderCache(tmp_path / "cache", 10**10)
    render_to(tmp_path, a_row([(0, 60)]), {"a": source}, cache=cache)
    path = next(e.path for e in cache.entries() if e.kind == SEGMENTS)
    whole = path.read_bytes()
    for damaged in (whole[:-1], whole[:50], b"", whole[:-9] + b"x" + whole[-8:], b"{}\n" + whole):
        path.write_bytes(damaged)
        with pytest.raises(CacheDamaged):
            read_segment(path)


def test_two_renders_at_once_share_the_work(source: Path, tmp_path: Path):
    timeline = a_row([(0, 600)])
    cache = RenderCache(tmp_path / "cache", 10**10)
    made = {}

    def run(name: str) -> None:
        made[name] = render_to(tmp_path, timeline, {"a": source}, name=name, cache=cache, cores=1)

    threads = [threading.Thread(target=run, args=(f"out{n}",)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    written = [e for e in cache.entries() if e.kind == SEGMENTS]
    assert len({picture for path, _ in made.values() for picture in [tuple(picture_hashes(path))]}) == 1
    assert len(written) == len(plan(timeline, source, FAST, cache).spans)


def _render_slowly(folder: Path, timeline: Timeline, source: Path) -> None:
    render_to(
        folder, timeline, {"a": source}, SLOW, name="killed", cache=RenderCache(folder / "cache", 10**10)
    )


def test_a_killed_render_goes_on_from_its_finished_pieces(source: Path, tmp_path: Path):
    timeline = a_row([(0, 600), (0, 590), (0, 580)])
    cache = RenderCache(tmp_path / "cache", 10**10)
    started = multiprocessing.get_context("forkserver").Process(
        target=_render_slowly, args=(tmp_path, timeline, source)
    )
    started.start()
    deadline = time.monotonic() + 60
    while not any(e.kind == SEGMENTS for e in cache.entries()) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert started.pid is not None
    os.kill(started.pid, signal.SIGKILL)
    started.join()
    assert not (tmp_path / "killed.mp4").exists()
    out, facts = render_to(tmp_path, timeline, {"a": source}, SLOW, cache=cache)
    assert 0 < facts.encoded_frames < 1770
    assert facts.encoded_frames + facts.reused_frames == 1770
    assert read_numbers(out) == [*range(600), *range(590), *range(580)]


@pytest.mark.parametrize(("times", "is_made"), [(1, True), (2, False)])
def test_an_encoder_that_somebody_ends_is_started_once_more(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int, is_made: bool
):
    ended: list[int] = []

    class Ended(subprocess.Popen[bytes]):
        def __init__(self, command: Sequence[str], **options: Any) -> None:
            super().__init__(command, **options)
            if "[tap]" in command and len(ended) < times:
                ended.append(self.pid)
                self.kill()

    monkeypatch.setattr(subprocess, "Popen", Ended)
    timeline = a_row([(0, 45)])
    if is_made:
        out, _ = render_to(tmp_path, timeline, {"a": source}, cores=1)
        assert read_numbers(out) == [*range(45)]
    else:
        with pytest.raises(MediaFailed, match="ended by SIGKILL"):
            render_to(tmp_path, timeline, {"a": source}, cores=1)
    assert len(ended) == times


def test_a_source_that_changed_is_refused_and_nothing_is_written(source: Path, tmp_path: Path):
    mine = tmp_path / "mine.mp4"
    mine.write_bytes(source.read_bytes())
    timeline = a_row([(0, 60)])
    known, facts = {"a": hash_file(mine)}, {"a": probe(mine)}
    data = bytearray(mine.read_bytes())
    data[len(data) // 2] ^= 0xFF
    mine.write_bytes(data)
    with pytest.raises(MediaRefused, match="has changed since it was brought in"):
        plan_graph(
            timeline, {"a": mine}, FAST, facts=facts, hashes=known, cache=RenderCache(tmp_path / "cache", 0)
        )


def test_a_full_disk_leaves_nothing_at_the_destination(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(path: Path, segment: object) -> None:
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("cuttingroom.media.render.spans.write_segment", full)
    with pytest.raises((StorageFailed, OSError), match=r"(?i)disk is full|no space"):
        render_to(tmp_path, a_row([(0, 90)]), {"a": source})
    assert list(tmp_path.glob("*.mp4")) == []
    assert list((tmp_path / "cache" / "making").iterdir()) == []


@pytest.mark.parametrize("after", [0, 1, 3, 8])
def test_a_cancel_at_any_moment_leaves_no_file_and_no_process(source: Path, tmp_path: Path, after: int):
    """`after` counts how often the render had asked before it was told to stop."""
    asked = 0

    def is_canceled() -> bool:
        nonlocal asked
        asked += 1
        return asked > after

    timeline = a_row([(0, 600), (0, 590), (0, 580)])
    with pytest.raises(Canceled):
        render_to(tmp_path, timeline, {"a": source}, SLOW, is_canceled=is_canceled)
    assert asked == after + 1
    assert list(tmp_path.glob("*.mp4")) == []
    assert [c for c in psutil.Process().children(recursive=True) if "ffmpeg" in c.name()] == []
