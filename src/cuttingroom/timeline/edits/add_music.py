"""Lay music under the video."""

from typing import Annotated, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import TICKS_PER_SECOND, Ticks, TimeRange, format_ticks
from cuttingroom.timeline.edits.base import Edit, Media, MediaRef, get_media
from cuttingroom.timeline.edits.placing import element_of
from cuttingroom.timeline.edits.sounding import fade_and_duck, find_bed, with_sound
from cuttingroom.timeline.effects import Id, Positive
from cuttingroom.timeline.grid import snap_point
from cuttingroom.timeline.model import Element, Name, NonNegative, Timeline, Track, TrackKind
from cuttingroom.timeline.ripple import find_lead_track

TRACK_NAME = "Music"


class AddMusic(Edit):
    r"""Lay music under the video, softer, and softer still (`duck_db`) while somebody speaks.

        |       A       |   ->   |       A       |
                                 |\_ music _/|

    It lasts `duration_ticks`, or until the end of the main track, or until its file ends: it is not repeated.
    The track "Music" does not follow ripples. Fades take at most half of the music each.
    """

    tool: Literal["add_music"] = "add_music"
    media: Media
    at_ticks: Ticks = 0
    duration_ticks: Positive | None = None
    gain_db: Annotated[float, Field(ge=-60, le=24)] = -12.0
    duck_db: Annotated[float, Field(gt=0, le=40)] | None = 8.0
    fade_in_ticks: NonNegative = TICKS_PER_SECOND
    fade_out_ticks: NonNegative = 2 * TICKS_PER_SECOND
    name: Name = ""
    element_id: Id = Field(default_factory=lambda: short_id("el"))
    new_track_id: Id = Field(default_factory=lambda: short_id("tk"))
    effect_id: Id = Field(default_factory=lambda: short_id("fx"))

    def check(self, before: Timeline) -> None:
        media = get_media(self.media)
        if not media.has_sound or media.is_still:
            raise EditRefused(
                f"{media.name or 'This file'} has no sound, so it cannot be music.", field="media"
            )

    def change(self, before: Timeline) -> Timeline:
        element = self._element(before, get_media(self.media))
        new = Track(id=self.new_track_id, kind=TrackKind.AUDIO, name=TRACK_NAME, follows_ripple=False)
        return with_sound(before, [element], self._track(before, element.range), new)

    def describe(self, before: Timeline) -> str:
        name = self.name or (isinstance(self.media, MediaRef) and self.media.name) or "music"
        duck = f", {self.duck_db:g} dB softer under speech" if self.duck_db else ""
        if isinstance(self.media, MediaRef):
            return f"Add {name} at {self._span(before, self.media)} with {self.gain_db:g} dB{duck}"
        return f"Add {name} from {format_ticks(self.at_ticks)} with {self.gain_db:g} dB{duck}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        if not isinstance(self.media, MediaRef):
            return (self.element_id,)
        track = self._track(before, self._span(before, self.media))
        return (track.id if track else self.new_track_id, self.element_id)

    def _span(self, before: Timeline, media: MediaRef) -> TimeRange:
        start, lead = snap_point(before, self.at_ticks), find_lead_track(before)
        end = lead.end_ticks if lead else 0
        if self.duration_ticks is not None:
            end = start + before.rate.snap(self.duration_ticks)
        end = min(end, start + before.rate.snap(media.media_ticks))
        if end <= start:
            raise EditRefused(
                f"There is no time for music at {format_ticks(start)}; the video lasts "
                f"{format_ticks(before.duration_ticks)}.",
                field="at_ticks",
            )
        return TimeRange.between(start, end)

    def _element(self, before: Timeline, media: MediaRef) -> Element:
        span = self._span(before, media)
        part = TimeRange(start_ticks=0, duration_ticks=min(span.duration_ticks, media.media_ticks))
        heard = media.model_copy(update={"has_picture": False})
        element = element_of(
            heard, before.rate, id=self.element_id, start_ticks=span.start_ticks, part=part, name=self.name
        )
        effects = fade_and_duck(
            self.effect_id, element.duration_ticks, self.fade_in_ticks, self.fade_out_ticks, self.duck_db
        )
        return element.model_copy(update={"gain_db": self.gain_db, "effects": effects})

    def _track(self, before: Timeline, span: TimeRange) -> Track | None:
        return find_bed(before, TRACK_NAME, [span], follows_ripple=False)
