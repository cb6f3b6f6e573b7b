"""What is heard on a timeline, word by word, and where in the files it comes from."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence

from cuttingroom.core.time import Frozen, TimeRange, merge_ranges
from cuttingroom.timeline.mapping import find_timeline_range
from cuttingroom.timeline.model import Element, MediaSource, Timeline, Track, TrackKind
from cuttingroom.timeline.ripple import find_lead_track
from cuttingroom.timeline.transcript import Word


class SpokenPart(Frozen):
    """A stretch of a file, on its own clock, and what is said in it."""

    artifact_id: str
    range: TimeRange
    text: str = ""


def list_heard(timeline: Timeline, transcripts: Mapping[str, Sequence[Word]]) -> list[Word]:
    """The words that are heard, on the timeline's clock and in its order.

    Where two tracks speak at once (a camera and a microphone) the main track, then the lower one counts.
    """
    heard: list[Word] = []
    for track in _list_heard_tracks(timeline):
        words = sorted(
            (w for e in track.elements if is_heard(e) for w in _words_of(e, transcripts)),
            key=lambda w: (w.start_ticks, w.end_ticks),
        )
        heard = sorted([*heard, *_apart_from(words, heard)], key=lambda w: (w.start_ticks, w.end_ticks))
    return heard


def list_heard_files(timeline: Timeline) -> list[str]:
    """The files whose sound moves with the main track, in the order in which they are first heard."""
    players = [e for t in _list_heard_tracks(timeline) for e in t.elements if is_heard(e)]
    players.sort(key=lambda e: e.start_ticks)
    return list(dict.fromkeys(e.source.artifact_id for e in players if isinstance(e.source, MediaSource)))


def place_ranges(timeline: Timeline, ranges: Mapping[str, Iterable[TimeRange]]) -> list[TimeRange]:
    """When stretches of files (by artifact) are heard on the timeline, sorted and merged."""
    known = {a: merge_ranges(list(r)) for a, r in ranges.items()}
    ends = {a: [r.end_ticks for r in parts] for a, parts in known.items()}
    placed: list[TimeRange] = []
    for track in _list_heard_tracks(timeline):
        for element in filter(is_heard, track.elements):
            assert isinstance(element.source, MediaSource)
            parts, source = known.get(element.source.artifact_id, []), element.source.range
            first = bisect_right(ends.get(element.source.artifact_id, []), source.start_ticks)
            for part in parts[first:]:
                if part.start_ticks >= source.end_ticks:
                    break
                found = find_timeline_range(element, part)
                placed += [found] if found is not None else []
    return merge_ranges(placed)


def list_sources(timeline: Timeline, wanted: TimeRange, text: str = "") -> list[SpokenPart]:
    """The parts of files that are heard in a stretch of the timeline; the first carries the text."""
    found: dict[tuple[str, TimeRange], None] = {}
    for track in _list_heard_tracks(timeline):
        for element in track.elements:
            shared = element.range.intersection(wanted) if element.plays_in(wanted) else None
            if shared is None or not is_heard(element):
                continue
            assert isinstance(element.source, MediaSource)
            used = element.source.range
            start = element.source_ticks_at(shared.start_ticks)
            end = min(element.source_ticks_at(shared.end_ticks), used.end_ticks)
            if shared.end_ticks == element.end_ticks:
                end = used.end_ticks
            if end > start:
                found[element.source.artifact_id, TimeRange.between(start, end)] = None
    return [SpokenPart(artifact_id=a, range=r, text=text if n == 0 else "") for n, (a, r) in enumerate(found)]


def is_heard(element: Element) -> bool:
    """Whether an element plays a file with sound, and not at volume 0."""
    return element.has_sound and element.volume > 0


def _list_heard_tracks(timeline: Timeline) -> list[Track]:
    """Tracks that move with the main one and are not muted, the main one first."""
    lead = find_lead_track(timeline)
    heard = [
        t for t in timeline.tracks if t.kind is not TrackKind.CAPTIONS and not t.muted and t.follows_ripple
    ]
    return sorted(heard, key=lambda t: lead is None or t.id != lead.id)


def _words_of(element: Element, transcripts: Mapping[str, Sequence[Word]]) -> Iterator[Word]:
    assert isinstance(element.source, MediaSource)
    for word in transcripts.get(element.source.artifact_id, ()):
        if not element.source.range.contains((word.start_ticks + word.end_ticks) // 2):
            continue
        span = find_timeline_range(element, TimeRange.between(word.start_ticks, word.end_ticks))
        if span is not None:
            yield word.model_copy(update={"start_ticks": span.start_ticks, "end_ticks": span.end_ticks})


def _apart_from(words: Iterable[Word], heard: Sequence[Word]) -> Iterator[Word]:
    """The words in whose middle nobody speaks yet."""
    starts = [w.start_ticks for w in heard]
    for word in words:
        middle = (word.start_ticks + word.end_ticks) // 2
        n = bisect_left(starts, middle)
        if n == 0 or heard[n - 1].end_ticks <= middle:
            yield word
