"""Let the cuts of the video fall on the beats of a song."""

from bisect import bisect_right
from itertools import pairwise
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import TICKS_PER_SECOND, Frozen, TimeRange, format_ticks
from cuttingroom.timeline.edits.add_music import AddMusic
from cuttingroom.timeline.edits.base import Edit, Media, MediaRef, get_media
from cuttingroom.timeline.edits.remove_ranges import list_elements_in
from cuttingroom.timeline.effects import Id
from cuttingroom.timeline.mapping import timeline_ticks
from cuttingroom.timeline.model import Element, MediaSource, NonNegative, Timeline, Track
from cuttingroom.timeline.ripple import clip_to_lead, count_ids, cut_time, find_lead_track, moving_tracks

SHORTEST_TICKS = TICKS_PER_SECOND // 5
"""A clip of less would only flash."""
FADE_OUT_TICKS = TICKS_PER_SECOND


class SourceScenes(Frozen):
    """Where the shots of a file change, on its own clock."""

    artifact_id: str
    cuts: tuple[NonNegative, ...]


class CutToBeat(Edit):
    """Shorten the clips of the main track at their ends, so that each next one begins on a beat.

        |   A    |  B    |   ->   |  A  |  B  |
        ' . ' . ' . ' . '         ' . ' . ' . '

    `beats` are on the clock of the song. It plays on a track of its own and stays as it is; where it does not
    play yet, it is laid under the video from the start. A clip ends on the last beat that it reaches, or
    after `beats_per_clip` of them; one that reaches none keeps its length. Shots that change inside of clips
    (`scenes`) count as clips. Time is only taken away: nothing that was cut off comes back.
    """

    ripples: ClassVar[bool] = True

    tool: Literal["cut_to_beat"] = "cut_to_beat"
    media: Media
    beats: tuple[NonNegative, ...] = ()
    beats_per_clip: Annotated[int, Field(ge=1, le=64)] | None = None
    scenes: tuple[SourceScenes, ...] = ()
    id_prefix: Id = Field(default_factory=lambda: short_id("el"))
    element_id: Id = Field(default_factory=lambda: short_id("el"))
    new_track_id: Id = Field(default_factory=lambda: short_id("tk"))

    def check(self, before: Timeline) -> None:
        song, lead = get_media(self.media), find_lead_track(before)
        if not song.has_sound or song.is_still:
            raise EditRefused(f"{song.name or 'This file'} has no sound, so it has no beat.", field="media")
        if lead is None or not lead.elements:
            raise EditRefused("There is no video to cut.")
        if any(_plays(e, song) for e in lead.elements):
            raise EditRefused(
                "The song plays on the main track itself.", advice="Put it on a track of its own first."
            )

    def change(self, before: Timeline) -> Timeline:
        laid = self._laid(before)
        if not self._list_beats(laid):
            raise EditRefused("No beat of the song is heard on the timeline.", field="beats")
        cuts = self.list_cuts(before)
        if not cuts:
            raise EditRefused("The cuts of the video fall on the beats already.")
        lead = find_lead_track(laid)
        assert lead is not None
        songs = {track.id for track, _ in self._list_songs(laid)}
        moving, ids = moving_tracks(laid, lead.id), count_ids(self.id_prefix)
        after = cut_time(laid, cuts, moving - songs, ids)
        end = lead.end_ticks - sum(r.duration_ticks for r in cuts)
        after = cut_time(after, [TimeRange.between(end, lead.end_ticks)], moving & songs, ids)
        return clip_to_lead(laid, after)

    def list_cuts(self, before: Timeline) -> list[TimeRange]:
        """The ends of clips that go, on the timeline as it is."""
        clips, beats = self.list_clips(before), self._list_beats(self._laid(before))
        cuts, start = list[TimeRange](), clips[0].start_ticks if clips else 0
        for clip in clips:
            end = self._choose_end(beats, start, start + clip.duration_ticks)
            gone = start + clip.duration_ticks - end
            if gone > 0:
                cuts.append(TimeRange.between(clip.end_ticks - gone, clip.end_ticks))
            start = end
        return cuts

    def list_clips(self, before: Timeline) -> list[TimeRange]:
        """The time from each clip's or shot's start to the next one's, the last to the end of the track."""
        lead = find_lead_track(before)
        if lead is None or not lead.elements:
            return []
        known = {s.artifact_id: s.cuts for s in self.scenes}
        shots = [before.rate.snap(at) for e in lead.elements for at in _list_shots(e, known)]
        starts = sorted({*(e.start_ticks for e in lead.elements), *shots, lead.end_ticks})
        return [TimeRange.between(a, b) for a, b in pairwise(starts)]

    def describe(self, before: Timeline) -> str:
        cuts = self.list_cuts(before)
        shorter = format_ticks(sum(r.duration_ticks for r in cuts))
        each = f", {self.beats_per_clip} beats each" if self.beats_per_clip else ""
        clips = "1 clip" if len(cuts) == 1 else f"{len(cuts)} clips"
        name = (isinstance(self.media, MediaRef) and self.media.name) or "the song"
        return f"Cut to the beat of {name}: end {clips} on a beat{each} ({shorter} shorter)"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return list_elements_in(before, self.list_cuts(before))

    def _laid(self, before: Timeline) -> Timeline:
        """The timeline with the song on it."""
        if self._list_songs(before):
            return before
        music = AddMusic(
            media=self.media,
            gain_db=0,
            duck_db=None,
            fade_in_ticks=0,
            fade_out_ticks=FADE_OUT_TICKS,
            element_id=self.element_id,
            new_track_id=self.new_track_id,
            effect_id=f"{self.element_id[:30]}_fx",
        )
        return music.change(before)

    def _list_beats(self, laid: Timeline) -> list[int]:
        """The beats on the timeline, each on the nearest frame."""
        return sorted(
            {
                laid.rate.snap(timeline_ticks(element, beat))
                for _, element in self._list_songs(laid)
                if isinstance(element.source, MediaSource)
                for beat in self.beats
                if element.source.range.contains(beat)
            }
        )

    def _choose_end(self, beats: list[int], start: int, end: int) -> int:
        """Where a clip that could last until `end` ends."""
        first, after = bisect_right(beats, start + SHORTEST_TICKS - 1), bisect_right(beats, end)
        if first >= after:
            return end
        if self.beats_per_clip is None:
            return beats[after - 1]
        return beats[min(first + self.beats_per_clip, after) - 1]

    def _list_songs(self, before: Timeline) -> list[tuple[Track, Element]]:
        """The elements that play the song, on tracks other than the main one."""
        lead, song = find_lead_track(before), get_media(self.media)
        return [
            (track, e)
            for track in before.tracks
            if lead is not None and track.id != lead.id
            for e in track.elements
            if _plays(e, song) and e.has_sound
        ]


def _plays(element: Element, song: MediaRef) -> bool:
    return isinstance(element.source, MediaSource) and element.source.artifact_id == song.artifact_id


def _list_shots(element: Element, known: dict[str, tuple[int, ...]]) -> list[int]:
    """When shots change within an element, on the timeline."""
    source = element.source
    if not isinstance(source, MediaSource):
        return []
    moments = [timeline_ticks(element, at) for at in known.get(source.artifact_id, ())]
    return [
        m for m in moments if element.start_ticks + SHORTEST_TICKS <= m <= element.end_ticks - SHORTEST_TICKS
    ]
