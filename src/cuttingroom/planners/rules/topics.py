"""What "it" refers to after a clause."""

from __future__ import annotations

from typing import Any

from cuttingroom.core.time import TimeRange
from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.frames.catalog import get_frame


def topic_of(reading: r.Reading, before: r.Target | TimeRange | None) -> r.Target | TimeRange | None:
    """What the sentence is about after `reading`: the thing it changed, a stretch of time, or the whole
    video."""
    match reading:
        case r.Volume(target=target) | r.Mute(target=target) | r.Fade(target=target):
            return before if isinstance(before, TimeRange) else _thing(target, before)
        case r.Speed(where=where):
            return before if isinstance(before, TimeRange) else _thing(where, before)
        case r.Trim(clip=clip):
            return clip
        case r.Split(clip=clip):
            return clip
        case r.Move(target=target):
            return target
        case r.Music():
            return r.Sort("music")
        case r.Title(text=str(text)):
            return r.TitleText(text)
        case r.Framed(name, slots):
            topic = get_frame(name).topic
            return _thing(topic(dict(slots)), before) if topic is not None else None
        case r.Captions():
            return r.Sort("captions")
        case _:
            return None


def _thing(target: Any, before: Any) -> Any:
    if isinstance(target, r.It):
        return before
    named = (r.Sort, r.ClipNumber, r.ClipName, r.TitleText, r.AllClips, r.Several, r.MiddleClip)
    if target == r.Sort("sound"):
        return None
    return target if isinstance(target, named) else None
