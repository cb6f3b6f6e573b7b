"""Put other sound under pictures in the place of their own."""

from typing import Annotated, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import TimeRange, format_ticks, merge_ranges
from cuttingroom.timeline.edits.base import Edit, Media, MediaRef, name_all
from cuttingroom.timeline.edits.changing import with_each
from cuttingroom.timeline.edits.placing import element_of
from cuttingroom.timeline.edits.sounding import TRACK_NAME, find_bed, get_sound, with_sound, without_sound
from cuttingroom.timeline.effects import Id
from cuttingroom.timeline.model import Element, Name, NonNegative, Timeline, Track, TrackKind


class ReplaceAudio(Edit):
    """Put the sound of a file in the place of what elements sound like themselves.

    | A with sound | B with sound |   ->   |   A   |   B   |
                                           |   the file    |

    Without ids that is everything on the main track. The file begins at `start_ticks` of its own clock
    where the first of them begins, and plays on under the others; where they leave a gap it is not heard.
    It is cut to their length, and silence follows where it is shorter. Other tracks sound as before. The
    new track "Sound" moves with the pictures.
    """

    tool: Literal["replace_audio"] = "replace_audio"
    media: Media
    element_ids: tuple[Id, ...] = ()
    start_ticks: NonNegative = 0
    gain_db: Annotated[float, Field(ge=-60, le=24)] = 0.0
    name: Name = ""
    element_id: Id = Field(default_factory=lambda: short_id("el"))
    new_track_id: Id = Field(default_factory=lambda: short_id("tk"))

    def check(self, before: Timeline) -> None:
        media = get_sound(self.media)
        if not self._pictures(before):
            raise EditRefused("There is no picture whose sound could be replaced.", field="element_ids")
        if self.start_ticks > media.media_ticks - before.rate.frame_ticks:
            raise EditRefused(
                f"{media.name or 'The file'} lasts only {format_ticks(media.media_ticks)}.",
                field="start_ticks",
            )

    def change(self, before: Timeline) -> Timeline:
        elements = self._elements(before, get_sound(self.media))
        silent = with_each(before, {e.id for e in self._pictures(before) if e.has_sound}, without_sound)
        new = Track(id=self.new_track_id, kind=TrackKind.AUDIO, name=TRACK_NAME)
        return with_sound(silent, elements, self._track(before, elements), new)

    def describe(self, before: Timeline) -> str:
        name = self.name or (isinstance(self.media, MediaRef) and self.media.name) or "the new file"
        whose = name_all(before, self.element_ids) if self.element_ids else "the video"
        start = f" from {format_ticks(self.start_ticks)} of it" if self.start_ticks else ""
        return f"Replace the sound of {whose} with {name}{start}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        pictures = tuple(e.id for e in self._pictures(before))
        if not isinstance(self.media, MediaRef):
            return pictures
        track = self._track(before, self._elements(before, get_sound(self.media)))
        return (*pictures, track.id if track else self.new_track_id)

    def _pictures(self, before: Timeline) -> list[Element]:
        main = before.find_main_track()
        wanted = [before.get_element(i)[1] for i in self.element_ids] or (main.elements if main else ())
        return [e for e in wanted if e.has_picture]

    def _elements(self, before: Timeline, media: MediaRef) -> list[Element]:
        """The file under each stretch of pictures, as if it played through."""
        spans = merge_ranges([e.range for e in self._pictures(before)])
        elements: list[Element] = []
        for number, span in enumerate(spans):
            start = self.start_ticks + span.start_ticks - spans[0].start_ticks
            end = min(start + span.duration_ticks, media.media_ticks)
            if end - start < before.rate.frame_ticks:
                break
            element = element_of(
                media,
                before.rate,
                id=f"{self.element_id[:30]}_{number}" if number else self.element_id,
                start_ticks=span.start_ticks,
                part=TimeRange.between(start, end),
                name=self.name,
            )
            elements.append(element.model_copy(update={"gain_db": self.gain_db}))
        return elements

    def _track(self, before: Timeline, elements: list[Element]) -> Track | None:
        return find_bed(before, TRACK_NAME, [e.range for e in elements], follows_ripple=True)
