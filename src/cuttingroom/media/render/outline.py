"""What a render would do, without doing it: its spans, where each comes from and why, and its sound."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from cuttingroom.core.errors import InvalidInput
from cuttingroom.core.time import TICKS_PER_SECOND
from cuttingroom.media.probe import MediaFacts
from cuttingroom.media.render.cache import SEGMENTS, SOUND, RenderCache
from cuttingroom.media.render.encoders import check_profile
from cuttingroom.media.render.graph import RenderGraph
from cuttingroom.media.render.profiles import Profile
from cuttingroom.media.render.run import plan_graph
from cuttingroom.media.render.sound.chunks import plan_chunks
from cuttingroom.media.render.sound.clips import SAMPLE_RATE
from cuttingroom.media.render.sound.track import plan_sound_keys
from cuttingroom.timeline.model import Timeline

Origin = Literal["copied", "cached", "encoded"]


@dataclass(frozen=True)
class SpanOutline:
    """A stretch of the output in ticks. `origin` says whether it is copied from its source, lies in the cache
    or has to be encoded; `why` says why it could not be copied."""

    start_ticks: int
    end_ticks: int
    frames: int
    origin: Origin
    key: str
    why: str


@dataclass(frozen=True)
class RenderOutline:
    """`sound_chunks` of 9.6 seconds, of which `cached_sound_chunks` are there already."""

    profile: str
    duration_ticks: int
    spans: tuple[SpanOutline, ...]
    sound_chunks: int
    cached_sound_chunks: int

    def count(self, origin: Origin) -> int:
        """Frames that come from there."""
        return sum(s.frames for s in self.spans if s.origin == origin)

    def to_json(self) -> dict[str, Any]:
        return {
            **vars(self),
            "frames": sum(s.frames for s in self.spans),
            **{f"{origin}_frames": self.count(origin) for origin in ("copied", "cached", "encoded")},
            "spans": [vars(s) for s in self.spans],
        }


def outline_render(
    timeline: Timeline,
    files: Mapping[str, Path],
    profile: Profile,
    *,
    facts: Mapping[str, MediaFacts],
    hashes: Mapping[str, str],
    cache: RenderCache,
) -> RenderOutline:
    """What `render` would do with these. Raises as it does: InvalidInput, MediaRefused, OSError."""
    if timeline.duration_ticks == 0:
        raise InvalidInput(
            "The timeline is empty: there is nothing to render.", advice="Insert some media first."
        )
    check_profile(profile, timeline.settings)
    spans: tuple[SpanOutline, ...] = ()
    if profile.video is not None:
        graph = plan_graph(timeline, files, profile, facts=facts, hashes=hashes, cache=cache)
        spans = tuple(_outline_spans(graph, cache))
    chunks, cached = _count_sound(timeline, profile, facts, hashes, cache)
    return RenderOutline(profile.name, timeline.duration_ticks, spans, chunks, cached)


def _outline_spans(graph: RenderGraph, cache: RenderCache) -> Iterator[SpanOutline]:
    rate = graph.rate
    for span in graph.spans:
        origin: Origin = "copied"
        if span.copy is None:
            origin = "cached" if cache.path(SEGMENTS, span.key).exists() else "encoded"
        start, end = rate.ticks(span.piece.first), rate.ticks(span.piece.end)
        yield SpanOutline(start, end, span.frames, origin, span.key, span.why)


def _count_sound(
    timeline: Timeline,
    profile: Profile,
    facts: Mapping[str, MediaFacts],
    hashes: Mapping[str, str],
    cache: RenderCache,
) -> tuple[int, int]:
    """All chunks of coded sound, and those that are there."""
    coding = profile.audio
    if coding is None:
        return 0, 0
    total = len(plan_chunks(timeline.duration_ticks * SAMPLE_RATE // TICKS_PER_SECOND))
    keys = [k for kind, k in plan_sound_keys(timeline, facts, hashes, coding, cache) if kind == SOUND]
    coded = keys[total:] if coding.loudness_lufs is not None else keys  # what is measured comes first
    return total, sum(cache.path(SOUND, key).exists() for key in coded)
