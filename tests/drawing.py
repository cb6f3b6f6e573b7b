"""Timelines drawn in one line of text, for tests of edits.

    video: A[0-48] .12 B@f[10-34]x2 ~6 C[0-24] | overlay: .10 T(20) S{10} | audio music fixed: M[0-72]

Tracks stand between bars (or on lines of their own), the lowest first: a kind, maybe an id (else the kind
is the id) and the words `fixed` (does not follow ripples) and `locked`. Then, from left to right at 24 frames
per second:

    A[0-48]      the element A, playing frames 0 to 48 of the file file_A, which has 1000 frames
    A@f[0-48]    ... of the file f
    A[0-48]x2    ... at that speed, so for 24 frames; x1/2 plays it for 96
    A[48-0]      ... backwards
    T(20)        a title of 20 frames that says "T"; on a captions track a caption of one word
    S{10}        a still for 10 frames
    S{10#7}      frame 7 of a file, held for 10 frames
    .12          nothing for 12 frames
    ~6           the next element overlaps the last one by 6 frames, with a transition `last_next`
    ~6wipe       ... of that kind

`draw` is the inverse of `timeline`.
"""

from __future__ import annotations

import json
import re
from string import ascii_lowercase, digits

from cuttingroom.core.time import Rate, Ratio, TimeRange, round_half_up
from cuttingroom.timeline.edits.base import Edit, MediaRef
from cuttingroom.timeline.edits.catalog import parse_edit
from cuttingroom.timeline.model import (
    CaptionSource,
    Element,
    FrameSource,
    MediaSource,
    Source,
    StillSource,
    TextSource,
    Timeline,
    TimelineSettings,
    Track,
    TrackKind,
    Transition,
)
from cuttingroom.timeline.transcript import Word

RATE = Rate(num=24)
FILE_FRAMES = 1000

_ITEM = re.compile(
    r"(?P<id>\w+)(@(?P<file>\w+))?"
    r"(\[(?P<start>\d+)-(?P<end>\d+)\](x(?P<speed>[\d/]+))?|\((?P<title>\d+)\)|\{(?P<still>\d+)(#(?P<frame>\d+))?\})"
)


def frames(count: int) -> int:
    """The ticks of `count` frames."""
    return RATE.ticks(count)


def span(start: int, end: int) -> TimeRange:
    """The range between two frames, on any clock."""
    return TimeRange.between(frames(start), frames(end))


def a_file(
    name: str = "new",
    length: int = FILE_FRAMES,
    *,
    picture: bool = True,
    sound: bool = True,
    still: bool = False,
) -> MediaRef:
    """A stored file of `length` frames."""
    return MediaRef(
        artifact_id=name, media_ticks=frames(length), has_picture=picture, has_sound=sound, is_still=still
    )


def word(text: str, start: int, end: int) -> Word:
    return Word(text=text, start_ticks=frames(start), end_ticks=frames(end))


def timeline(text: str) -> Timeline:
    """The timeline that `text` draws. Raises ValueError for what it cannot read."""
    tracks = [_read_track(part) for part in re.split(r"[|\n]", text) if part.strip()]
    return Timeline(settings=TimelineSettings(rate=RATE), tracks=tuple(tracks))


def draw(drawn: Timeline) -> str:
    """The timeline as text. Positions between frames are an error."""
    return " | ".join(_draw_track(track) for track in drawn.tracks)


def assert_edit(before: str | Timeline, edit: Edit, after: str) -> Timeline:
    """The edit turns one drawing into the other and survives JSON; undo and redo give the same bytes."""
    start = timeline(before) if isinstance(before, str) else before
    result = edit.apply(start)
    assert draw(result) == _normal(after)
    assert edit.describe(start)
    assert parse_edit(json.loads(edit.model_dump_json())) == edit
    assert_round_trip(start, edit, result)
    return result


def assert_round_trip(before: Timeline, edit: Edit, after: Timeline) -> None:
    """Undo and redo, both through JSON, give the bytes and hashes of the two timelines."""
    inverse = edit.inverse(before, after)
    undone = parse_edit(json.loads(inverse.model_dump_json())).apply(after)
    assert (undone.to_bytes(), undone.state_hash) == (before.to_bytes(), before.state_hash)
    redo = inverse.inverse(after, undone)
    redone = parse_edit(json.loads(redo.model_dump_json())).apply(undone)
    assert (redone.to_bytes(), redone.state_hash) == (after.to_bytes(), after.state_hash)


def _normal(text: str) -> str:
    return " | ".join(" ".join(part.split()) for part in re.split(r"[|\n]", text) if part.strip())


def _read_track(text: str) -> Track:
    head, _, items = text.partition(":")
    kind, *words = head.split()
    ids = [w for w in words if w not in ("fixed", "locked")]
    elements: list[Element] = []
    joins: list[Transition] = []
    position = overlap = 0
    kind_of_join = ""
    for item in items.split():
        if item[0] == ".":
            position += int(item[1:])
        elif item[0] == "~":
            overlap = int(item[1:].rstrip(ascii_lowercase))
            kind_of_join = item[1:].lstrip(digits)
        else:
            element = _read_element(item, TrackKind(kind), position - overlap)
            if overlap:
                joins.append(_join(elements[-1], element, overlap, kind_of_join or "crossfade"))
            elements.append(element)
            position, overlap = RATE.frames(element.end_ticks), 0
    return Track(
        id=ids[0] if ids else kind,
        kind=TrackKind(kind),
        elements=tuple(elements),
        transitions=tuple(joins),
        follows_ripple="fixed" not in words,
        locked="locked" in words,
    )


def _join(left: Element, right: Element, overlap: int, kind: str) -> Transition:
    ids = {"id": f"{left.id}_{right.id}", "left_id": left.id, "right_id": right.id}
    return Transition.model_validate({**ids, "kind": kind, "duration_ticks": frames(overlap)})


def _read_element(item: str, kind: TrackKind, position: int) -> Element:
    found = _ITEM.fullmatch(item)
    if found is None:
        raise ValueError(f"cannot read {item!r}")
    speed = Ratio.of(found["speed"] or 1)
    if found["start"] is not None:
        length = round_half_up(abs(int(found["end"]) - int(found["start"])) / speed.fraction)
    else:
        length = int(found["title"] or found["still"])
    return Element(
        id=found["id"],
        start_ticks=frames(position),
        duration_ticks=frames(length),
        speed=speed,
        source=_read_source(found, kind, length),
    )


def _read_source(found: re.Match[str], kind: TrackKind, length: int) -> Source:
    name = found["file"] or f"file_{found['id']}"
    if found["frame"] is not None:
        at = frames(int(found["frame"]))
        return FrameSource(artifact_id=name, at_ticks=at, media_ticks=frames(FILE_FRAMES))
    if found["still"] is not None:
        return StillSource(artifact_id=name)
    if found["title"] is not None and kind is TrackKind.CAPTIONS:
        return CaptionSource(text=found["id"], words=(word(found["id"], 0, length),))
    if found["title"] is not None:
        return TextSource(text=found["id"])
    start, end = sorted((int(found["start"]), int(found["end"])))
    return MediaSource(
        artifact_id=name,
        range=span(start, end),
        media_ticks=frames(FILE_FRAMES),
        has_picture=kind is not TrackKind.AUDIO,
        backwards=int(found["start"]) > int(found["end"]),
    )


def _draw_track(track: Track) -> str:
    words: list[str] = [track.kind] + ([track.id] if track.id != track.kind else [])
    words += ["fixed"] * (not track.follows_ripple) + ["locked"] * track.locked
    joins = {t.right_id: t for t in track.transitions}
    items: list[str] = []
    position = 0
    for element in track.elements:
        start = _frame(element.start_ticks)
        if element.id in joins:
            kind = joins[element.id].kind
            items.append(f"~{position - start}{'' if kind == 'crossfade' else kind}")
        elif start != position:
            items.append(f".{start - position}")
        items.append(_draw_element(element))
        position = _frame(element.end_ticks)
    return f"{' '.join(words)}: {' '.join(items)}".rstrip()


def _draw_element(element: Element) -> str:
    source, length = element.source, _frame(element.duration_ticks)
    if isinstance(source, StillSource):
        return f"{element.id}{_at(element, source.artifact_id)}{{{length}}}"
    if isinstance(source, FrameSource):
        return f"{element.id}{_at(element, source.artifact_id)}{{{length}#{_frame(source.at_ticks)}}}"
    if not isinstance(source, MediaSource):
        return f"{element.id}({length})"
    speed = f"x{element.speed}" if element.speed.num != element.speed.den else ""
    edges = [_frame(source.range.start_ticks), _frame(source.range.end_ticks)]
    used = "[{}-{}]".format(*reversed(edges) if source.backwards else edges)
    return f"{element.id}{_at(element, source.artifact_id)}{used}{speed}"


def _at(element: Element, artifact_id: str) -> str:
    return "" if artifact_id == f"file_{element.id}" else f"@{artifact_id}"


def _frame(ticks: int) -> int:
    assert ticks % RATE.frame_ticks == 0, f"{ticks} is between frames"
    return ticks // RATE.frame_ticks
