"""Making the spans that the cache lacks: side by side here, and shared with whoever else is at it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from cuttingroom.core.errors import MediaFailed
from cuttingroom.core.ids import new_token
from cuttingroom.media import ffmpeg
from cuttingroom.media.limits import MediaLimits
from cuttingroom.media.render.cache import SEGMENTS, RenderCache
from cuttingroom.media.render.coders import CODERS
from cuttingroom.media.render.encode import encode_run
from cuttingroom.media.render.graph import RenderGraph, Span
from cuttingroom.media.render.layers import Piece
from cuttingroom.media.render.progress import FrameProgress
from cuttingroom.media.render.segment import Segment, write_segment
from cuttingroom.timeline.model import FILMED, MediaSource, Source

log = logging.getLogger(__name__)

_MOST_INPUTS = 6
"""Every input holds a decoder with its pictures: this bounds the memory of one process."""
_LONGEST_SECONDS = 10
_LONGEST_INTRA_SECONDS = 2
"""A run's packets are held in memory: ten seconds of ProRes HQ at 1080p are 290 MB."""
_HEAVY = ("hevc", "av1", "vp9")
"""At 1080p one such encoder takes 350 to 400 MB, and uses several cores by itself."""
_MEMORY_BYTES = 600 * 2**20
_PROCESS_BYTES, _PIXEL_BYTES = 50 * 2**20, 115
"""What a process with its decoders, filters and x264 takes, measured at 1080p: about 290 MB."""
_POLL_SECONDS = 0.1


@dataclass(frozen=True)
class SpanMaker:
    """Makes spans into `cache`. `work` holds the fonts; `check` is called often, from the caller's thread
    only, and raises when the work is to stop."""

    graph: RenderGraph
    files: Mapping[str, Path]
    cache: RenderCache
    work: Path
    limits: MediaLimits
    cores: int
    progress: FrameProgress
    check: Callable[[], None]
    _stop: threading.Event = field(default_factory=threading.Event)

    def make(self, missing: Sequence[Span], on_made: Callable[[], None]) -> None:
        """Return when all of `missing` are in the cache, whoever made them; `on_made` after each batch.

        The first failure stops the rest. Raises MediaFailed, StorageFailed, OSError, or what `check` raises.
        """
        while missing:
            jobs = plan_jobs(self.graph, missing, self.cores)
            at_once = min(self.cores, len(jobs), _encoders_at_once(self.graph))
            threads = max(1, self.cores // at_once)
            left: list[Span] = []
            with ThreadPoolExecutor(at_once, thread_name_prefix="render") as pool:
                waiting = {pool.submit(self._make_job, job, threads) for job in jobs}
                try:
                    while waiting:
                        finished, waiting = wait(waiting, timeout=_POLL_SECONDS, return_when=FIRST_COMPLETED)
                        left += _left(finished)
                        self.check()
                        if finished:
                            on_made()
                finally:
                    if waiting:
                        self._stop.set()
                        pool.shutdown(cancel_futures=True)
            missing = sorted(left, key=lambda s: s.piece.first)
            if missing:
                self._wait()

    def _wait(self) -> None:
        """A moment, in which others go on with what they have claimed."""
        threading.Event().wait(_POLL_SECONDS)
        self.check()

    def _make_job(self, spans: Sequence[Span], threads: int) -> list[Span]:
        """Make those of `spans` that nobody else is making; returns the others, if they are missing."""
        with self.cache.claim([s.key for s in spans]) as mine:
            todo = [s for s in spans if s.key in mine and self.cache.find(SEGMENTS, s.key) is None]
            for run in _runs(todo):
                self._encode(run, threads)
        left = [s for s in spans if self.cache.find(SEGMENTS, s.key) is None]
        for span in spans:
            if span not in todo and span not in left:
                self.progress.show(f"found {span.key}", span.frames)
        return left

    def _encode(self, run: Sequence[Span], threads: int) -> None:
        """Encode a run into the cache; a second time when somebody outside ended the first."""
        try:
            segments = self._encode_once(run, threads)
        except MediaFailed as error:
            if not ffmpeg.was_ended_from_outside(error):
                raise
            log.warning("%s It is started again.", error.message)
            segments = self._encode_once(run, threads)
        for span, segment in zip(run, segments, strict=True):
            self.cache.put(SEGMENTS, span.key, partial(_write, segment))

    def _encode_once(self, run: Sequence[Span], threads: int) -> list[Segment]:
        return encode_run(
            self.graph,
            run,
            self.files,
            self.work / f"run_{new_token()}",
            threads=threads,
            limits=self.limits,
            on_frame=partial(self.progress.show, run[0].key),
            is_canceled=self._stop.is_set,
        )


def _encoders_at_once(graph: RenderGraph) -> int:
    """As many as fit into the memory of a render; the cores that are left over become their threads."""
    width, height = graph.size
    fits = _MEMORY_BYTES // (_PROCESS_BYTES + _PIXEL_BYTES * width * height)
    return 1 if graph.coding.codec in _HEAVY else max(1, fits)


def _write(segment: Segment, path: Path) -> None:
    write_segment(path, segment)


def _left(finished: set[Future[list[Span]]]) -> Iterator[Span]:
    for future in finished:
        yield from future.result()


def missing_spans(graph: RenderGraph, cache: RenderCache) -> list[Span]:
    """Spans that have to be encoded, each key once, in order."""
    wanted = {s.key: s for s in reversed(graph.spans) if s.copy is None}
    missing = [s for s in wanted.values() if cache.find(SEGMENTS, s.key) is None]
    return sorted(missing, key=lambda s: s.piece.first)


def plan_jobs(graph: RenderGraph, spans: Sequence[Span], cores: int) -> list[list[Span]]:
    """Neighbouring spans together, so that a file is opened and an encoder begun once for several.

    At most ten seconds (about two where every picture is a key frame) and six files each, and enough jobs
    for all cores. What plays backwards goes span by span.
    """
    share = -(-sum(s.frames for s in spans) // cores)
    longest = _LONGEST_INTRA_SECONDS if CODERS[graph.coding.codec].is_intra else _LONGEST_SECONDS
    target = min(share, round(longest * graph.rate.fraction))
    jobs: list[list[Span]] = []
    for span in spans:
        job = jobs[-1] if jobs else None
        if (
            job is not None
            and job[-1].piece.end == span.piece.first
            and span.piece.end - job[0].piece.first <= target
            and _inputs(graph, Piece(job[0].piece.first, span.piece.end)) <= _MOST_INPUTS
            and not _runs_backwards(graph, Piece(job[0].piece.first, span.piece.end))
        ):
            job.append(span)
        else:
            jobs.append([span])
    return jobs


def _inputs(graph: RenderGraph, piece: Piece) -> int:
    return sum(isinstance(source, FILMED) for source in _seen(graph, piece))


def _runs_backwards(graph: RenderGraph, piece: Piece) -> bool:
    """Whether all of a piece is held in memory, because something in it is turned round."""
    return any(isinstance(s, MediaSource) and s.backwards for s in _seen(graph, piece))


def _seen(graph: RenderGraph, piece: Piece) -> Iterator[Source]:
    return (p.element.source for layer in graph.layers.layers for p in layer.within(piece))


def _runs(spans: Sequence[Span]) -> list[list[Span]]:
    """Spans that follow each other without a gap."""
    runs: list[list[Span]] = []
    for span in spans:
        if runs and runs[-1][-1].piece.end == span.piece.first:
            runs[-1].append(span)
        else:
            runs.append([span])
    return runs
