"""What edits of sound share: the elements they are about, and where new sound lies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.time import TimeRange, format_ticks, merge_ranges
from cuttingroom.timeline.edits.add_track import with_new_track
from cuttingroom.timeline.edits.base import Media, MediaRef, get_media, name_of
from cuttingroom.timeline.edits.overlays import has_room
from cuttingroom.timeline.effects import (
    Bleep,
    Denoise,
    Duck,
    Effect,
    Envelope,
    FadeIn,
    FadeOut,
    Mute,
)
from cuttingroom.timeline.model import Element, MediaSource, Timeline, Track, TrackKind

TRACK_NAME = "Sound"


def get_sounding(before: Timeline, element_ids: Iterable[str]) -> list[Element]:
    """These elements. Raises NotFound for one that is gone, EditRefused for one without sound."""
    found: list[Element] = []
    for element_id in element_ids:
        _, element = before.get_element(element_id)
        if not element.has_sound:
            raise EditRefused(f"{name_of(before, element_id)} has no sound.", element_id=element_id)
        found.append(element)
    return found


def list_heard(before: Timeline) -> list[Element]:
    """Everything with sound on tracks that are not muted."""
    return [e for t in before.tracks if not t.muted for e in t.elements if e.has_sound]


def merge_inside(before: Timeline, ranges: Iterable[TimeRange]) -> list[TimeRange]:
    """Stretches of sound in order: exact, for sound has no frames. Raises EditRefused for one outside."""
    merged = merge_ranges(list(ranges))
    for span in merged:
        if span.start_ticks < 0 or span.end_ticks > before.duration_ticks:
            raise EditRefused(
                f"The range {span} reaches outside the timeline, which lasts "
                f"{format_ticks(before.duration_ticks)}.",
                field="ranges",
            )
    return merged


def name_places(ranges: Sequence[TimeRange]) -> str:
    """The one stretch, or how many there are and how long in all."""
    if len(ranges) == 1:
        return str(ranges[0])
    return f"{len(ranges)} places ({format_ticks(sum(r.duration_ticks for r in ranges))} in all)"


def without_sound(element: Element) -> Element:
    """The element with its picture alone; what was done to its sound goes too."""
    assert isinstance(element.source, MediaSource)
    kept = [
        e
        for e in element.effects
        if not isinstance(e, (Mute, Bleep, Duck, Envelope, Denoise))
        and not (isinstance(e, (FadeIn, FadeOut)) and not e.picture)
    ]
    source = element.source.model_copy(update={"has_sound": False})
    return element.model_copy(update={"source": source, "effects": tuple(kept)})


def get_sound(media: Media) -> MediaRef:
    """The file as it is heard, without its picture. Raises EditRefused when there is nothing to hear."""
    found = get_media(media)
    if not found.has_sound or found.is_still:
        raise EditRefused(f"{found.name or 'This file'} has no sound.", field="media")
    return found.model_copy(update={"has_picture": False})


def fade_and_duck(
    prefix: str, duration_ticks: int, fade_in_ticks: int, fade_out_ticks: int, duck_db: float | None
) -> tuple[Effect, ...]:
    """The effects of a bed of sound; fades take at most half of it each."""
    fade_in, fade_out = (min(t, duration_ticks // 2) for t in (fade_in_ticks, fade_out_ticks))
    effects: list[Effect] = []
    if fade_in:
        effects.append(FadeIn(id=f"{prefix[:30]}_in", duration_ticks=fade_in))
    if fade_out:
        effects.append(FadeOut(id=f"{prefix[:30]}_out", duration_ticks=fade_out))
    if duck_db is not None:
        effects.append(Duck(id=f"{prefix[:30]}_duck", depth_db=duck_db))
    return tuple(effects)


def find_bed(
    before: Timeline, name: str, spans: Sequence[TimeRange], *, follows_ripple: bool
) -> Track | None:
    """The audio track of this name that has room for all of these stretches, if any."""
    beds = [
        t
        for t in before.tracks
        if t.kind is TrackKind.AUDIO
        and t.name == name
        and t.follows_ripple is follows_ripple
        and not t.locked
    ]
    return next((t for t in beds if all(has_room(t, span) for span in spans)), None)


def with_sound(before: Timeline, elements: Sequence[Element], track: Track | None, new: Track) -> Timeline:
    """The timeline with elements on `track`, or on `new` where there is none."""
    if track is None:
        return with_new_track(before, new.with_elements(list(elements)))
    return before.with_track(track.with_elements([*track.elements, *elements]))
