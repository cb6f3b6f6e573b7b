"""The edits that are rendered, as timelines, and as the frame numbers that somebody works with by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.render.media import Film, Music
from cuttingroom.core.time import TICKS_PER_SECOND, TimeRange
from cuttingroom.timeline.edits.add_music import AddMusic
from cuttingroom.timeline.edits.add_transition import AddTransition
from cuttingroom.timeline.edits.append import Append
from cuttingroom.timeline.edits.remove_silences import RemoveSilences, SourceSilences
from cuttingroom.timeline.model import (
    CaptionSource,
    Element,
    MediaSource,
    Timeline,
    TimelineSettings,
    Track,
    TrackKind,
)

CROSSFADE_FRAMES = 15
MUSIC_DB, DUCK_DB = -12.0, 8.0
KEPT_TICKS = TICKS_PER_SECOND // 10
"""Of a pause, beside the sound on either side."""


def a_cut_film(film: Film, pauses: Sequence[TimeRange]) -> Timeline:
    """The film without these pauses, and nothing else."""
    settings = TimelineSettings(width=film.width, height=film.height, rate=film.rate)
    timeline = Timeline(settings=settings, tracks=(Track(id="video", kind=TrackKind.VIDEO),))
    timeline = Append(media=film.ref, element_id="film").apply(timeline)
    silences = SourceSilences(artifact_id=film.ref.artifact_id, ranges=tuple(pauses))
    cut = RemoveSilences(silences=(silences,), padding_ticks=KEPT_TICKS, id_prefix="piece")
    return cut.apply(timeline) if pauses else timeline


def spread(pauses: Sequence[TimeRange], count: int) -> list[TimeRange]:
    """So many of `pauses`, evenly over the film."""
    return [pauses[(2 * n + 1) * len(pauses) // (2 * count)] for n in range(count)]


def the_edit(film: Film, music: Music) -> Timeline:
    """Long pauses cut out, two crossfades, a caption for each sentence, music that gives way to the voice."""
    timeline = a_cut_film(film, film.long_pauses())
    pieces = timeline.tracks[0].elements
    for n in (1, len(pieces) // 2):
        fade = AddTransition(
            left_id=pieces[n].id,
            right_id=pieces[n + 1].id,
            duration_ticks=timeline.rate.ticks(CROSSFADE_FRAMES),
            transition_id=f"fade_{n}",
        )
        timeline = fade.apply(timeline)
    timeline = with_captions(timeline, film.rate.frames(3 * TICKS_PER_SECOND))
    return AddMusic(media=music.ref, gain_db=MUSIC_DB, duck_db=DUCK_DB).apply(timeline)


def with_captions(timeline: Timeline, every_frames: int) -> Timeline:
    """A caption in every stretch of so many frames, shown for most of it."""
    rate, total = timeline.rate, timeline.rate.frames(timeline.duration_ticks)
    shown = every_frames * 9 // 10
    captions = [
        Element(
            id=f"caption_{n}",
            start_ticks=rate.ticks(first),
            duration_ticks=rate.ticks(min(shown, total - first)),
            source=CaptionSource(text=f"This is caption {n}, which says\nwhat is said in the talk"),
        )
        for n, first in enumerate(range(0, total, every_frames))
    ]
    track = Track(id="captions", kind=TrackKind.CAPTIONS, elements=tuple(captions))
    return timeline.model_copy(update={"tracks": (*timeline.tracks, track)})


def first_part(timeline: Timeline, frames: int) -> Timeline:
    """The timeline up to the end of the first whole piece after so many frames."""
    limit = timeline.rate.ticks(frames)
    ends = [e.end_ticks for e in timeline.tracks[0].elements]
    joined = {t.left_id for t in timeline.tracks[0].transitions}
    end = next(
        end
        for end, e in zip(ends, timeline.tracks[0].elements, strict=True)
        if end >= limit and e.id not in joined
    )
    return timeline.model_copy(update={"tracks": tuple(_until(t, end) for t in timeline.tracks)})


def _until(track: Track, end: int) -> Track:
    kept = [_shortened(e, end) for e in track.elements if e.start_ticks < end]
    ids = {e.id for e in kept}
    joins = tuple(t for t in track.transitions if {t.left_id, t.right_id} <= ids)
    return track.with_elements(kept).model_copy(update={"transitions": joins})


def _shortened(element: Element, end: int) -> Element:
    if element.end_ticks <= end:
        return element
    length = end - element.start_ticks
    changes: dict[str, object] = {"duration_ticks": length}
    if isinstance(element.source, MediaSource):
        part = element.source.range.model_copy(update={"duration_ticks": length})
        changes["source"] = element.source.model_copy(update={"range": part})
    return element.model_copy(update=changes)


@dataclass(frozen=True)
class Take:
    """Frames `first` to `end` of the film, shown from frame `at` of the output on.

    The first `fade` frames overlap the take before.
    """

    at: int
    first: int
    end: int
    fade: int = 0

    @property
    def frames(self) -> int:
        return self.end - self.first


def list_takes(timeline: Timeline) -> list[Take]:
    """The main track in frames."""
    track, rate = timeline.tracks[0], timeline.rate
    fades = {t.right_id: rate.frames(t.duration_ticks) for t in track.transitions}
    takes: list[Take] = []
    for element in track.elements:
        assert isinstance(element.source, MediaSource)
        first = rate.frames(element.source.range.start_ticks)
        length = rate.frames(element.duration_ticks)
        takes.append(Take(rate.frames(element.start_ticks), first, first + length, fades.get(element.id, 0)))
    return takes


def takes_within(takes: Sequence[Take], first: int, end: int) -> list[Take]:
    """What of the takes is shown in the frames [first, end) of the output, where nothing fades."""
    found: list[Take] = []
    for take in takes:
        low, high = max(first, take.at), min(end, take.at + take.frames)
        if high > low:
            found.append(Take(low - first, take.first + low - take.at, take.first + high - take.at))
    return found
