"""What differs between two timelines, in few enough words to store with every event."""

from collections.abc import Sequence
from typing import Any

from cuttingroom.timeline.changes import TrackChange
from cuttingroom.timeline.model import CaptionSource, Element, MediaSource, ShapeSource, TextSource, Timeline

MAX_LISTED = 20


def compare(
    before: Timeline, after: Timeline, changes: Sequence[TrackChange]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The two sides of a change: length, and the elements that came, went or changed in more than place.

    `changes` are those of `list_changes`. Elements that only moved are counted, not listed; past `MAX_LISTED`
    the rest are counted too.
    """
    old = {e.id: (c.old.id, e) for c in changes if c.old for e in c.was}
    new = {e.id: (c.new.id, e) for c in changes if c.new for e in c.now}
    sides: tuple[dict[str, Any], dict[str, Any]] = (_side(before), _side(after))
    listed = more = 0
    moved = sum(c.tail for c in changes if c.delta_ticks)
    for element_id in dict.fromkeys([*old, *new]):
        was, now = old.get(element_id), new.get(element_id)
        if was and now and was[0] == now[0]:
            if was[1] is now[1]:
                continue
            if was[1].content_hash == now[1].content_hash:
                moved += was[1].start_ticks != now[1].start_ticks
                continue
        if listed >= MAX_LISTED:
            more += 1
            continue
        listed += 1
        for side, placed in zip(sides, (was, now), strict=True):
            if placed is not None:
                side["elements"][element_id] = _summary(*placed)
    if moved or more:
        sides[1]["also"] = {"moved": moved, "more": more}
    return sides


def _side(timeline: Timeline) -> dict[str, Any]:
    tracks = [t.id for t in timeline.tracks]
    transitions = sum(len(t.transitions) for t in timeline.tracks)
    return {
        "duration_ticks": timeline.duration_ticks,
        "tracks": tracks,
        "transitions": transitions,
        "elements": {},
    }


def _summary(track_id: str, element: Element) -> dict[str, Any]:
    summary: dict[str, Any] = {
        "track_id": track_id,
        "name": element.name,
        "start_ticks": element.start_ticks,
        "duration_ticks": element.duration_ticks,
        "speed": str(element.speed),
        "volume": element.volume,
        "gain_db": element.gain_db,
        "effects": [e.type for e in element.effects],
    }
    if isinstance(element.source, MediaSource):
        summary["artifact_id"] = element.source.artifact_id
        summary["source"] = [element.source.range.start_ticks, element.source.range.end_ticks]
    elif isinstance(element.source, (TextSource, CaptionSource)):
        summary["text"] = element.source.text
    elif isinstance(element.source, ShapeSource):
        summary["shape"] = element.source.shape
    return summary
