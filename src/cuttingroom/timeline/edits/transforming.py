"""What the edits share that place pictures in the frame."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.time import TimeRange
from cuttingroom.timeline.edits.base import name_of
from cuttingroom.timeline.edits.looking import shows_picture
from cuttingroom.timeline.effects import Transform
from cuttingroom.timeline.model import Element, Timeline, Track
from cuttingroom.timeline.ripple import divided, find_join, lone_edges


def get_pictures(before: Timeline, element_ids: Iterable[str]) -> list[Element]:
    """These elements. Raises EditRefused for one whose picture does not come from a file, or NotFound."""
    found = [before.get_element(i)[1] for i in element_ids]
    for element in found:
        if not shows_picture(element):
            raise EditRefused(
                f"{name_of(before, element.id)} has no picture of its own to place in the frame.",
                element_id=element.id,
            )
    return found


def list_main_pictures(before: Timeline, span: TimeRange | None = None) -> list[Element]:
    """What the main track shows of files, or shows during `span`."""
    main = before.find_main_track()
    shown = main.elements if main is not None else ()
    return [e for e in shown if shows_picture(e) and (span is None or e.plays_in(span))]


def transform_of(element: Element) -> Transform | None:
    return next((e for e in element.effects if isinstance(e, Transform)), None)


def with_transform(
    element: Element, effect_id: str, changes: dict[str, Any], *, reset: bool = False
) -> Element:
    """The element placed otherwise; without a transform where nothing of it is left.

    `effect_id` is taken where there is none yet; `reset` forgets how it stood before.
    """
    found = transform_of(element)
    old = Transform(id=found.id if found else effect_id) if reset or found is None else found
    new = Transform.model_validate({**old.model_dump(), **changes, "enabled": True})
    if found is None:
        effects = element.effects if new.changes_nothing else (*element.effects, new)
    else:
        kept = () if new.changes_nothing else (new,)
        n = element.effects.index(found)
        effects = (*element.effects[:n], *kept, *element.effects[n + 1 :])
    return element if effects == element.effects else element.model_copy(update={"effects": effects})


def cut_at(before: Timeline, track: Track, moments: Iterable[int], ids: Iterable[str]) -> Timeline:
    """The track divided at these moments, wherever an element plays there; nothing looks different.

    Ids of the right halves come from `ids`. Raises EditRefused for a moment within a transition.
    """
    new_ids = iter(ids)
    for moment in moments:
        track = before.get_track(track.id)
        playing = next((e for e in track.elements if e.start_ticks < moment < e.end_ticks), None)
        if playing is None:
            continue
        first, last = lone_edges(track, playing)
        if not first < moment < last:
            raise EditRefused(
                f"A transition of {name_of(before, playing.id)} is in the way.",
                advice="Choose a time outside of it.",
                element_id=playing.id,
                field="range",
            )
        left, right = divided(playing, moment, next(new_ids))
        n = track.positions[playing.id]
        join = find_join(track, left_id=playing.id)
        moved = [t.model_copy(update={"left_id": right.id}) if t is join else t for t in track.transitions]
        elements = (*track.elements[:n], left, right, *track.elements[n + 1 :])
        cut = track.model_copy(update={"elements": elements, "transitions": tuple(moved)})
        before = before.with_track(cut)
    return before


def percent(share: float) -> str:
    return f"{round(share * 100, 1):g} %"
