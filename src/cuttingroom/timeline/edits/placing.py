"""Where edits put things: the track that is meant, and the element that plays a file."""

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.time import TICKS_PER_SECOND, Rate, TimeRange, format_ticks
from cuttingroom.timeline.edits.base import MediaRef
from cuttingroom.timeline.model import (
    Element,
    MediaSource,
    StillSource,
    Timeline,
    Track,
    TrackKind,
)
from cuttingroom.timeline.ripple import find_lead_track

STILL_TICKS = 5 * TICKS_PER_SECOND
"""How long a still stays when nobody says."""


def choose_track(before: Timeline, media: MediaRef, track_id: str | None) -> Track:
    """The named track, else the main video track, or the first audio track for media that is only heard."""
    if track_id is not None:
        return before.get_track(track_id)
    if media.has_picture or media.is_still:
        main = before.find_main_track()
        if main is None:
            raise EditRefused("There is no video track to put this on; add one first.", field="track_id")
        return main
    heard = [t for t in before.tracks if t.kind is TrackKind.AUDIO]
    if not heard:
        raise EditRefused("There is no audio track to put this on; add one first.", field="track_id")
    return next((t for t in heard if t.follows_ripple), heard[0])


def get_lead_track(before: Timeline, track_id: str | None) -> Track:
    """The named track, else the one that leads the timeline. Raises EditRefused where there is none."""
    if track_id is not None:
        return before.get_track(track_id)
    lead = find_lead_track(before)
    if lead is None:
        raise EditRefused("The timeline has neither a video nor an audio track.", field="track_id")
    return lead


def element_of(
    media: MediaRef,
    rate: Rate,
    *,
    id: str,
    start_ticks: int,
    part: TimeRange | None = None,
    duration_ticks: int | None = None,
    name: str = "",
) -> Element:
    """An element that plays `part` (on the file's clock) of a file, or a still for `duration_ticks`.

    Raises EditRefused when the part reaches outside the file or lasts no frame, and when a length is missing
    for a still or given for anything else.
    """
    name = name or media.name
    if media.is_still:
        return Element(
            id=id,
            name=name,
            start_ticks=start_ticks,
            duration_ticks=_still_length(rate, duration_ticks, part),
            source=StillSource(artifact_id=media.artifact_id),
        )
    if duration_ticks is not None:
        raise EditRefused(
            "Only a still takes a duration; choose a range of the file.", field="duration_ticks"
        )
    part = part or TimeRange(start_ticks=0, duration_ticks=media.media_ticks)
    if part.start_ticks < 0 or part.end_ticks > media.media_ticks:
        raise EditRefused(
            f"The range {part} reaches outside the file, which lasts {format_ticks(media.media_ticks)}.",
            field="range",
        )
    if rate.snap(part.duration_ticks) < rate.frame_ticks:
        raise EditRefused(f"The range {part} of the file must last at least one frame.", field="range")
    return Element(
        id=id,
        name=name,
        start_ticks=start_ticks,
        duration_ticks=rate.snap(part.duration_ticks),
        source=MediaSource(
            artifact_id=media.artifact_id,
            range=part,
            media_ticks=media.media_ticks,
            has_picture=media.has_picture,
            has_sound=media.has_sound,
        ),
    )


def _still_length(rate: Rate, duration_ticks: int | None, part: TimeRange | None) -> int:
    if part is not None:
        raise EditRefused("A still has no range; give its duration.", field="range")
    if duration_ticks is None or rate.snap(duration_ticks) <= 0:
        raise EditRefused("A still needs a duration of at least one frame.", field="duration_ticks")
    return rate.snap(duration_ticks)
