"""Helping with a render that another process makes: both take from the same cache what is missing."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from cuttingroom.core.errors import Canceled
from cuttingroom.media.limits import DEFAULT_LIMITS, MediaLimits
from cuttingroom.media.probe import MediaFacts
from cuttingroom.media.render.cache import SEGMENTS, RenderCache
from cuttingroom.media.render.fonts import place_fonts
from cuttingroom.media.render.profiles import Profile
from cuttingroom.media.render.progress import FrameProgress
from cuttingroom.media.render.run import plan_graph
from cuttingroom.media.render.spans import SpanMaker, missing_spans
from cuttingroom.timeline.model import Timeline


class _CountingCache(RenderCache):
    """Remembers which segments were put into it from here."""

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        super().__init__(folder, limit_bytes)
        self.made: list[str] = []

    def put(self, kind: str, key: str, write: Callable[[Path], object]) -> Path:
        path = super().put(kind, key, write)
        if kind == SEGMENTS:
            self.made.append(key)
        return path


def help_render(
    timeline: Timeline,
    files: Mapping[str, Path],
    profile: Profile,
    *,
    facts: Mapping[str, MediaFacts],
    hashes: Mapping[str, str],
    cache: RenderCache,
    work: Path,
    is_wanted: Callable[[], bool],
    limits: MediaLimits = DEFAULT_LIMITS,
    cores: int | None = None,
) -> int:
    """Make missing spans of a render until none is missing or it `is_wanted` no more; returns how many.

    The other arguments are those of the render, `work` is a private empty folder. Raises as `render` does.
    """
    if profile.video is None:
        return 0
    shared = _CountingCache(cache.folder, cache.limit_bytes)
    graph = plan_graph(
        timeline, files, profile, facts=facts, hashes=hashes, cache=shared,
        is_canceled=lambda: not is_wanted(), limits=limits,
    )  # fmt: skip
    place_fonts(work)

    def check() -> None:
        if not is_wanted():
            raise Canceled("Nobody needs this help any more.")

    missing = missing_spans(graph, shared)
    progress = FrameProgress(sum(s.frames for s in missing))
    maker = SpanMaker(graph, files, shared, work, limits, cores or os.cpu_count() or 1, progress, check)
    with suppress(Canceled):  # what was made so far stays
        maker.make(missing, check)
    return len(shared.made)
