"""Lay a file that is heard under the video, at its moment."""

from typing import Annotated, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import Ticks, TimeRange, format_ticks
from cuttingroom.timeline.edits.base import Edit, Media, MediaRef
from cuttingroom.timeline.edits.placing import element_of
from cuttingroom.timeline.edits.sounding import (
    TRACK_NAME,
    fade_and_duck,
    find_bed,
    get_sound,
    with_sound,
)
from cuttingroom.timeline.effects import FadeIn, FadeOut, Id, Positive
from cuttingroom.timeline.grid import snap_point
from cuttingroom.timeline.model import Element, Name, NonNegative, Timeline, Track, TrackKind
from cuttingroom.timeline.ripple import find_lead_track

_MOST_REPEATS = 500


class AddAudio(Edit):
    r"""Lay a file, or `part` of it on its own clock, beside what is heard, from a moment on.

        |       A       |   ->   |       A       |
                                    |\ file /|

    It plays until it ends, for `duration_ticks`, or until the main track ends, whatever comes first; with
    `loops` it begins again and again until then. With `duck_db` it makes room where anything else sounds.
    Fades take at most half of it each. The track "Sound" moves with the picture.
    """

    tool: Literal["add_audio"] = "add_audio"
    media: Media
    at_ticks: Ticks = 0
    part: TimeRange | None = None
    duration_ticks: Positive | None = None
    gain_db: Annotated[float, Field(ge=-60, le=24)] = 0.0
    fade_in_ticks: NonNegative = 0
    fade_out_ticks: NonNegative = 0
    loops: bool = False
    duck_db: Annotated[float, Field(gt=0, le=40)] | None = None
    name: Name = ""
    element_id: Id = Field(default_factory=lambda: short_id("el"))
    new_track_id: Id = Field(default_factory=lambda: short_id("tk"))
    effect_id: Id = Field(default_factory=lambda: short_id("fx"))

    def check(self, before: Timeline) -> None:
        media = get_sound(self.media)
        times = self._span(before, media).duration_ticks // self._part(before, media).duration_ticks
        if times > _MOST_REPEATS:
            raise EditRefused(
                f"The sound would have to be repeated {times} times; {_MOST_REPEATS} is the most.",
                field="loops",
            )

    def change(self, before: Timeline) -> Timeline:
        media = get_sound(self.media)
        elements = self._elements(before, media)
        new = Track(id=self.new_track_id, kind=TrackKind.AUDIO, name=TRACK_NAME)
        return with_sound(before, elements, self._track(before, media), new)

    def describe(self, before: Timeline) -> str:
        name = self.name or (isinstance(self.media, MediaRef) and self.media.name) or "the new file"
        where = f"from {format_ticks(self.at_ticks)}"
        if isinstance(self.media, MediaRef):
            where = f"at {self._span(before, get_sound(self.media))}"
        gain = f" with {self.gain_db:g} dB" if self.gain_db else ""
        again = ", again and again" if self.loops else ""
        duck = f", {self.duck_db:g} dB softer where anything else sounds" if self.duck_db else ""
        return f"Add {name} {where}{gain}{again}{duck}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        if not isinstance(self.media, MediaRef):
            return (self.element_id,)
        track = self._track(before, get_sound(self.media))
        return (track.id if track else self.new_track_id, self.element_id)

    def _span(self, before: Timeline, media: MediaRef) -> TimeRange:
        """When it is heard. Raises EditRefused when there is no time for it."""
        start, lead = snap_point(before, self.at_ticks), find_lead_track(before)
        lengths = [lead.end_ticks - start] if lead else []
        if self.duration_ticks is not None:
            lengths.append(before.rate.snap(self.duration_ticks))
        if not self.loops or not lengths:
            lengths.append(before.rate.snap(self._part(before, media).duration_ticks))
        if min(lengths) <= 0:
            raise EditRefused(
                f"There is no time for sound at {format_ticks(start)}; the video lasts "
                f"{format_ticks(before.duration_ticks)}.",
                field="at_ticks",
            )
        return TimeRange(start_ticks=start, duration_ticks=min(lengths))

    def _part(self, before: Timeline, media: MediaRef) -> TimeRange:
        """What is played of the file; when it is repeated, in whole frames, so that nothing gapes between."""
        part = self.part or TimeRange(start_ticks=0, duration_ticks=media.media_ticks)
        if part.start_ticks < 0 or part.end_ticks > media.media_ticks:
            raise EditRefused(
                f"The range {part} reaches outside the file, which lasts {format_ticks(media.media_ticks)}.",
                field="part",
            )
        if part.duration_ticks < before.rate.frame_ticks:
            raise EditRefused(f"The range {part} of the file must last at least one frame.", field="part")
        if not self.loops:
            return part
        frame = before.rate.frame_ticks
        return part.model_copy(update={"duration_ticks": part.duration_ticks // frame * frame})

    def _elements(self, before: Timeline, media: MediaRef) -> list[Element]:
        span, part = self._span(before, media), self._part(before, media)
        step = before.rate.snap(part.duration_ticks)
        elements: list[Element] = []
        for number, start in enumerate(range(span.start_ticks, span.end_ticks, step)):
            length = min(part.duration_ticks, span.end_ticks - start)
            element = element_of(
                media,
                before.rate,
                id=f"{self.element_id[:30]}_{number}" if number else self.element_id,
                start_ticks=start,
                part=TimeRange(start_ticks=part.start_ticks, duration_ticks=length),
                name=self.name,
            )
            elements.append(element.model_copy(update={"gain_db": self.gain_db}))
        return self._with_effects(elements, span)

    def _with_effects(self, elements: list[Element], span: TimeRange) -> list[Element]:
        """Repeats duck alike; the first fades in, the last fades out."""
        effects = fade_and_duck(
            self.effect_id, span.duration_ticks, self.fade_in_ticks, self.fade_out_ticks, self.duck_db
        )
        result: list[Element] = []
        for element in elements:
            mine = [
                e
                for e in effects
                if not (isinstance(e, FadeIn) and element is not elements[0])
                and not (isinstance(e, FadeOut) and element is not elements[-1])
            ]
            fitted = [e.fitted(element.duration_ticks, lambda t: t) for e in mine]
            result.append(element.model_copy(update={"effects": tuple(e for e in fitted if e)}))
        return result

    def _track(self, before: Timeline, media: MediaRef) -> Track | None:
        return find_bed(before, TRACK_NAME, [self._span(before, media)], follows_ripple=True)
