"""The render graph: a timeline and a profile become spans of the output, each with a key for its pictures.

    timeline  [ talk --------------------][ talk ------][ still ]
    overlay            [ title ]
    spans     |  2 s  |  2 s  | copied ---|#|  2 s |    | 2 s | |

A span is encoded, or copied packet by packet from its source. Borders lie at places of the *source* (its key
frames where it has them, about every two seconds), so trimming or moving a piece leaves its spans as they
were. A key is the hash of exactly what the encoder is given, and nothing in that tells where the span lies.
Pure: nothing is read or run here.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

from cuttingroom.core.hashing import hash_json
from cuttingroom.core.time import TICKS_PER_SECOND, Rate, round_half_up
from cuttingroom.media.probe import MediaFacts
from cuttingroom.media.render.borders import SPAN_SECONDS, borders, even_grid, source_anchors
from cuttingroom.media.render.canvas import LutFile
from cuttingroom.media.render.copies.copying import copy_range, why_not
from cuttingroom.media.render.copies.descriptions import compatible
from cuttingroom.media.render.copies.index import SourceIndex, shown_run
from cuttingroom.media.render.fonts import needs_other_fonts
from cuttingroom.media.render.layers import Layer, Layers, Piece, Placed
from cuttingroom.media.render.layouts import describe_transform, find_transform
from cuttingroom.media.render.looks import is_keyed, list_changes
from cuttingroom.media.render.picture import PictureGraph, build_picture, is_seen
from cuttingroom.media.render.profiles import Profile, VideoCoding
from cuttingroom.media.render.zooming import Motion
from cuttingroom.timeline.effects import FadeIn, FadeOut
from cuttingroom.timeline.model import FILMED, MediaSource, Timeline

GRAPH_VERSION = 1
"""Changes whenever the same recipe would give other pictures."""


@dataclass(frozen=True)
class Source:
    """A file as far as the graph must know it. `index` is None for what has no frames to count."""

    sha256: str
    facts: MediaFacts
    index: SourceIndex | None = None


@dataclass(frozen=True)
class Copy:
    """Frames `first` to `end` of a source, in its order of presentation."""

    artifact_id: str
    first: int
    end: int


@dataclass(frozen=True)
class Span:
    """A stretch of the output. `why` says in plain words why it is encoded; empty when it is copied."""

    piece: Piece
    key: str
    copy: Copy | None = None
    why: str = ""

    @property
    def frames(self) -> int:
        return self.piece.frames


@dataclass(frozen=True)
class RenderGraph:
    """All spans, in order and without gaps, and what is needed to make the pictures of any stretch."""

    layers: Layers
    sources: Mapping[str, Source]
    profile: Profile
    size: tuple[int, int]
    spans: tuple[Span, ...]
    luts: Mapping[str, LutFile] = field(default_factory=dict[str, LutFile])

    @property
    def rate(self) -> Rate:
        return self.layers.rate

    @property
    def coding(self) -> VideoCoding:
        assert self.profile.video is not None
        return self.profile.video

    @cached_property
    def copied_frames(self) -> int:
        return sum(s.frames for s in self.spans if s.copy is not None)

    def picture(self, piece: Piece) -> PictureGraph:
        """What ffmpeg is given for any stretch of the output."""
        return _picture(self.layers, self.sources, self.luts, self.size, self.coding, piece)


@dataclass(frozen=True)
class _Stretch:
    """Frames with the same arrangement on the bottom track: one element alone, two that join, or none."""

    piece: Piece
    placed: Placed | None = None
    joins: bool = False


def build_graph(
    timeline: Timeline,
    sources: Mapping[str, Source],
    profile: Profile,
    *,
    build: str,
    ours: bytes = b"",
    fonts: str = "",
    luts: Mapping[str, LutFile] | None = None,
) -> RenderGraph:
    """The spans of `timeline` in `profile`, which must have pictures. `build` names the encoders' build.

    `sources` and `luts` by artifact id (KeyError when one is absent). `ours` is the configuration of pictures
    encoded in this profile, where a source was made here: then it can be copied from. `fonts` names the
    machine's fonts.
    """
    layers = Layers.of(timeline)
    assert profile.video is not None
    size = profile.frame_size(timeline.settings)
    refusals, luts = _refusals(layers, sources, profile, size, ours), luts or {}
    spans: list[Span] = []
    for stretch in _stretches(layers):
        for part in _parts(layers, sources, refusals, stretch):
            if part.copy is not None:
                spans.append(replace(part, key=_copy_key(sources, part.copy)))
            else:
                graph = _picture(layers, sources, luts, size, profile.video, part.piece)
                key = picture_key(graph, sources, size, profile.video, layers.rate, build, fonts)
                spans.append(replace(part, key=key))
    return RenderGraph(layers, sources, profile, size, tuple(spans), luts)


def picture_key(
    graph: PictureGraph,
    sources: Mapping[str, Source],
    size: tuple[int, int],
    coding: VideoCoding,
    rate: Rate,
    build: str,
    fonts: str = "",
) -> str:
    """SHA-256 of everything that can change the pictures; files are named by what is in them."""
    recipe: dict[str, Any] = {
        "version": GRAPH_VERSION,
        "build": build,
        "frames": graph.frames,
        "filters": graph.filters,
        "texts": dict(graph.texts),
        "inputs": [[sources[i.artifact_id].sha256, *i.options] for i in graph.inputs],
        "coding": coding.model_dump(mode="json"),
        "rate": str(rate),
        "size": list(size),
    }
    if any(needs_other_fonts(text) for text in graph.texts.values()):
        recipe["fonts"] = fonts
    if graph.tables:
        recipe["tables"] = {name: table.recipe for name, table in graph.tables.items()}
    return hash_json(recipe)


def _copy_key(sources: Mapping[str, Source], copy: Copy) -> str:
    return hash_json(["copy", sources[copy.artifact_id].sha256, copy.first, copy.end])


def _picture(
    layers: Layers,
    sources: Mapping[str, Source],
    luts: Mapping[str, LutFile],
    size: tuple[int, int],
    coding: VideoCoding,
    piece: Piece,
) -> PictureGraph:
    facts = _facts(layers, sources, piece)
    indexes = {artifact_id: sources[artifact_id].index for artifact_id in facts}
    seeks = {artifact_id: index.key_ticks for artifact_id, index in indexes.items() if index is not None}
    return build_picture(layers, facts, piece, size, pixel_format=coding.pixel_format, seeks=seeks, luts=luts)


def _facts(layers: Layers, sources: Mapping[str, Source], piece: Piece) -> dict[str, MediaFacts]:
    """Of the files that are seen in a piece: how many others the timeline has must not matter."""
    found = (p.element.source for layer in layers.layers for p in layer.within(piece))
    return {s.artifact_id: sources[s.artifact_id].facts for s in found if isinstance(s, FILMED)}


def _stretches(layers: Layers) -> Iterator[_Stretch]:
    """The whole output, cut wherever something begins or ends on the bottom track."""
    at, bottom = 0, layers.bottom
    for placed in bottom.placed if bottom is not None else ():
        assert bottom is not None
        joined, leaving = bottom.faded.get(placed.element.id, (0, 0))
        inner, outer = min(placed.first + joined, placed.end), max(placed.first, placed.end - leaving)
        for first, end, stretch in (
            (at, placed.first, _Stretch(Piece(at, placed.first))),
            (max(at, placed.first), inner, _Stretch(Piece(max(at, placed.first), inner), placed, True)),
            (max(at, inner), outer, _Stretch(Piece(max(at, inner), outer), placed)),
        ):
            if end > first:
                yield stretch
                at = end
    if layers.frames > at:
        yield _Stretch(Piece(at, layers.frames))


def _parts(
    layers: Layers, sources: Mapping[str, Source], refusals: Mapping[str, str], stretch: _Stretch
) -> Iterator[Span]:
    """A stretch as spans without keys: what can be copied, and the rest cut at its anchors."""
    anchors = _anchors(layers, sources, stretch)
    for part in _merged(_divided(layers, sources, refusals, stretch)):
        if part.copy is not None:
            yield part
            continue
        for first, end in pairwise(borders(part.piece, anchors, layers.rate)):
            yield replace(part, piece=Piece(first, end))


def _divided(
    layers: Layers, sources: Mapping[str, Source], refusals: Mapping[str, str], stretch: _Stretch
) -> Iterator[Span]:
    """A stretch in parts that are copied or encoded, and why."""
    why = _why_encoded(refusals, stretch)
    if why:
        yield Span(stretch.piece, "", None, why)
        return
    assert stretch.placed is not None
    at = stretch.piece.first
    for busy, reason in [*_busy(layers, sources, stretch), (Piece(stretch.piece.end, stretch.piece.end), "")]:
        if busy.first > at:
            yield from _copied(layers, sources, stretch.placed, Piece(at, busy.first))
        if busy.end > max(at, busy.first):
            yield Span(Piece(max(at, busy.first), busy.end), "", None, reason)
        at = max(at, busy.end)


_STANDING = {"still": "a still", "frame": "a still", "colour": "a plain colour"}


def _why_encoded(refusals: Mapping[str, str], stretch: _Stretch) -> str:
    """Why no part of a stretch can be copied, or nothing."""
    if stretch.placed is None:
        return "no source"
    element = stretch.placed.element
    if stretch.joins:
        return "a transition"
    if not isinstance(element.source, MediaSource):
        return _STANDING.get(element.source.kind, "a title")
    if not element.has_picture:
        return "no picture"
    if element.source.backwards:
        return "played backwards"
    if element.speed.fraction != 1:
        return "another speed"
    transform = find_transform(element)
    if transform is not None:
        return describe_transform(transform)
    if is_keyed(element):
        return "a chroma key"
    return "see-through" if element.opacity < 1 else refusals[element.source.artifact_id]


def _busy(layers: Layers, sources: Mapping[str, Source], stretch: _Stretch) -> Iterator[tuple[Piece, str]]:
    """Where something changes the picture of a stretch, in order of time."""
    assert stretch.placed is not None
    facts = _facts(layers, sources, stretch.piece)
    found: list[tuple[Piece, str]] = []
    element, whole = stretch.placed.element, stretch.placed
    for effect in element.effects:
        if isinstance(effect, (FadeIn, FadeOut)) and effect.enabled and effect.picture:
            length = layers.rate.frames(effect.duration_ticks)
            first = whole.first if isinstance(effect, FadeIn) else whole.end - length
            found.append((Piece(first, first + length), "a fade"))
    zoomed = Motion.of(element, layers.rate).nearer(whole.end - whole.first)
    found += [(Piece(whole.first + first, whole.first + end), "a zoom") for first, end in zoomed]
    for first, end, why in list_changes(element, layers.rate):
        found.append((Piece(whole.first + first, whole.first + end), why))
    for layer in layers.layers[len(layers.below) :]:
        if layer is not layers.bottom:
            over = (p for p in layer.within(stretch.piece) if is_seen(facts, p.element))
            found += [(Piece(p.first, p.end), f"under {_kind(layer)}") for p in over]
    for piece, why in sorted(found, key=lambda f: f[0].first):
        first, end = max(piece.first, stretch.piece.first), min(piece.end, stretch.piece.end)
        if end > first:
            yield Piece(first, end), why


def _kind(layer: Layer) -> str:
    return {"captions": "captions", "overlay": "an overlay"}.get(layer.track.kind, "another picture")


def _copied(layers: Layers, sources: Mapping[str, Source], placed: Placed, piece: Piece) -> Iterator[Span]:
    """A stretch that only selects source time: encoded up to a key frame, copied, encoded to its end."""
    source = placed.element.source
    assert isinstance(source, MediaSource)
    index = sources[source.artifact_id].index
    assert index is not None
    ticks = source.range.start_ticks + layers.rate.ticks(piece.first - placed.first)
    shown = shown_run(index, ticks, piece.frames)
    found = copy_range(index, *shown[1:]) if shown is not None else None
    if shown is None or found is None:
        yield Span(piece, "", None, _AROUND_A_CUT if shown else "frames are repeated or left out")
        return
    begin, end = (piece.first + shown[0] + n - shown[1] for n in found)
    if begin > piece.first:
        yield Span(Piece(piece.first, begin), "", None, _AROUND_A_CUT)
    yield Span(Piece(begin, end), "", Copy(source.artifact_id, *found))
    if end < piece.end:
        yield Span(Piece(end, piece.end), "", None, _AROUND_A_CUT)


_AROUND_A_CUT = "around a cut"


def _both(first: str, second: str) -> str:
    """One reason for two neighbours. That a cut is near says least: it is told when there is no other."""
    reasons = dict.fromkeys([*first.split(" and "), second])
    return " and ".join(r for r in reasons if r != _AROUND_A_CUT) or _AROUND_A_CUT


def _merged(parts: Iterable[Span]) -> Iterator[Span]:
    """Neighbours that are both encoded as one part."""
    last: Span | None = None
    for part in parts:
        if last is not None and last.copy is None and part.copy is None:
            last = Span(Piece(last.piece.first, part.piece.end), "", None, _both(last.why, part.why))
            continue
        if last is not None:
            yield last
        last = part
    if last is not None:
        yield last


def _anchors(layers: Layers, sources: Mapping[str, Source], stretch: _Stretch) -> list[int]:
    """Frames of the output at which spans of a stretch like to begin, fixed to what is shown there."""
    span = round(SPAN_SECONDS * layers.rate.fraction)
    placed = stretch.placed
    source = placed.element.source if placed is not None else None
    if placed is None or not isinstance(source, MediaSource) or stretch.joins:
        begin = placed.first if placed is not None and not stretch.joins else stretch.piece.first
        return [n for n in range(begin, stretch.piece.end, span) if n > stretch.piece.first]
    index = sources[source.artifact_id].index
    step = layers.rate.frame_ticks * placed.element.speed.fraction
    sign = -1 if source.backwards else 1
    low, high = sorted(
        source.opening_ticks + sign * round_half_up((n - placed.first) * step)
        for n in (stretch.piece.first, stretch.piece.end)
    )
    if source.backwards:
        # all frames of a span are held while they are turned round
        second = TICKS_PER_SECOND * max(1, round(placed.element.speed.fraction))
        times: Sequence[int] = even_grid(low, high, second)
    elif index is None:
        times = even_grid(low, high)
    else:
        known = source_anchors(index)
        times = known[bisect_right(known, low) : bisect_left(known, high)]
    found = (placed.first + round_half_up(sign * (t - source.opening_ticks) / step) for t in times)
    return sorted(found)


def _refusals(
    layers: Layers, sources: Mapping[str, Source], profile: Profile, size: tuple[int, int], ours: bytes
) -> dict[str, str]:
    """By artifact id why nothing of a source can be copied; empty where it can.

    Copied pictures share one description, so sources whose parameter sets clash cannot both be copied: those
    used longest come first.
    """
    assert profile.video is not None
    used: dict[str, int] = {}
    for placed in layers.bottom.placed if layers.bottom is not None else ():
        if isinstance(placed.element.source, MediaSource):
            artifact_id = placed.element.source.artifact_id
            used[artifact_id] = used.get(artifact_id, 0) + placed.end - placed.first
    refusals: dict[str, str] = {}
    accepted: set[bytes] = set()  # files of one camera have the same, so there are few
    for artifact_id in sorted(used, key=lambda a: -used[a]):
        source = sources[artifact_id]
        if not profile.copies or source.index is None:
            refusals[artifact_id] = "the profile encodes everything" if source.index else "no frames to count"
            continue
        why = why_not(source.index, source.facts, *size, layers.rate, profile.video, ours)
        theirs = source.index.extradata
        if not why and theirs not in accepted and not all(compatible(theirs, other) for other in accepted):
            why = "its coding parameters clash with those of another source"
        if not why:
            accepted.add(theirs)
        refusals[artifact_id] = why
    return refusals
