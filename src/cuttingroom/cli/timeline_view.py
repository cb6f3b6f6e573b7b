"""A timeline drawn in text: a ruler and one line per track, to the width of the terminal.

        0:00      0:10      0:20      0:30
        |         |         |         |
Video   [talk ------------xx- talk ------]     a crossfade
Music   [/ Warm bed --------------------\\]     a fade in and a fade out
"""

from __future__ import annotations

from rich.text import Text

from cuttingroom.core.time import TICKS_PER_SECOND, format_ticks
from cuttingroom.timeline.effects import FadeIn, FadeOut
from cuttingroom.timeline.model import (
    CaptionSource,
    Element,
    MediaSource,
    ShapeSource,
    TextSource,
    Timeline,
    Track,
)

LABEL_WIDTH = 11
SMALLEST_WIDTH = 40
_STEPS_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200)
_STYLES = {"video": "cyan", "overlay": "magenta", "audio": "green", "captions": "yellow"}


def draw_timeline(timeline: Timeline, width: int) -> list[Text]:
    """Lines of at most `width` characters. The bottom line is the lowest picture track, as in an editor."""
    columns = max(SMALLEST_WIDTH, width) - LABEL_WIDTH - 1
    duration = max(timeline.duration_ticks, TICKS_PER_SECOND)
    pictures = [t for t in timeline.tracks if t.kind.value in ("video", "overlay", "captions")]
    sounds = [t for t in timeline.tracks if t not in pictures]
    ordered = [*reversed(pictures), *sounds]
    lines = [Text(line) for line in _ruler(duration, columns)]
    return lines + [_draw_track(track, timeline, duration, columns) for track in ordered]


def describe_timeline(timeline: Timeline) -> str:
    """Size, rate and length in one line."""
    settings = timeline.settings
    pieces = sum(len(t.elements) for t in timeline.tracks)
    rate = f"{float(settings.rate.fraction):.3f}".rstrip("0").rstrip(".")
    return (
        f"{settings.width}x{settings.height}, {rate} frames a second, "
        f"{format_ticks(timeline.duration_ticks)} long, {len(timeline.tracks)} tracks, {pieces} pieces"
    )


def _ruler(duration: int, columns: int) -> list[str]:
    seconds = duration / TICKS_PER_SECOND
    step = next((s for s in _STEPS_SECONDS if seconds / s * 9 <= columns), _STEPS_SECONDS[-1])
    names, marks = [" "] * (columns + 1), [" "] * (columns + 1)
    for number in range(int(seconds // step) + 1):
        at = _column(number * step * TICKS_PER_SECOND, duration, columns)
        name = format_ticks(number * step * TICKS_PER_SECOND, decimals=0)
        marks[at] = "|"
        if at + len(name) <= columns + 1:
            names[at : at + len(name)] = name
    margin = " " * LABEL_WIDTH
    return [(margin + "".join(names)).rstrip(), (margin + "".join(marks)).rstrip()]


def _draw_track(track: Track, timeline: Timeline, duration: int, columns: int) -> Text:
    label = track.name or track.kind.value
    cells = [" "] * (columns + 1)
    for element in track.elements:
        _draw_element(cells, element, duration, columns)
    for transition in track.transitions:
        found = timeline.find_element(transition.right_id)
        if found is not None:
            _draw_transition(cells, found[1].start_ticks, transition.duration_ticks, duration, columns)
    flags = "".join(mark for mark, on in (("m", track.muted), ("l", track.locked)) if on)
    head = f"{label[: LABEL_WIDTH - 2 - len(flags)]}{' ' + flags if flags else ''}".ljust(LABEL_WIDTH)
    line = Text(head, style="bold")
    line.append("".join(cells).rstrip(), style=_STYLES[track.kind.value])
    return line


def _draw_element(cells: list[str], element: Element, duration: int, columns: int) -> None:
    start = _column(element.start_ticks, duration, columns)
    end = max(start, _column(element.end_ticks, duration, columns) - 1)
    if end == start:
        cells[start] = "|"
        return
    fades = {type(e) for e in element.effects if e.enabled}
    inner = end - start - 1
    head = "/" if FadeIn in fades else ""
    tail = "\\" if FadeOut in fades else ""
    body = (head + _name(element))[: max(0, inner - len(tail))]
    body = body + " " if body and len(body) < inner - len(tail) else body
    cells[start : end + 1] = "[" + body.ljust(inner - len(tail), "-") + tail[:inner] + "]"


def _draw_transition(cells: list[str], start_ticks: int, length: int, duration: int, columns: int) -> None:
    start = _column(start_ticks, duration, columns)
    end = max(start + 1, _column(start_ticks + length, duration, columns) - 1)
    for at in range(start, min(end, columns) + 1):
        cells[at] = "x"


def _column(ticks: int, duration: int, columns: int) -> int:
    return min(columns, ticks * columns // duration)


def _name(element: Element) -> str:
    name = element.name
    if isinstance(element.source, (TextSource, CaptionSource)):
        name = element.source.text
    if isinstance(element.source, ShapeSource):
        name = element.source.shape
    speed = f" {float(element.speed.fraction):g}x" if element.speed.fraction != 1 else ""
    way = " backwards" if isinstance(element.source, MediaSource) and element.source.backwards else ""
    return " ".join(name.split()) + speed + way
