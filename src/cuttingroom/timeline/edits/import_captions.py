"""Take over captions that somebody has written."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import Frozen, Ticks
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.edits.captioning import (
    CaptionsLook,
    find_captions_track,
    spread_words,
    with_captions,
)
from cuttingroom.timeline.effects import Id
from cuttingroom.timeline.model import (
    Element,
    NonNegative,
    StyleParts,
    TextPlace,
    Timeline,
    WordHighlight,
)
from cuttingroom.timeline.presets import CaptionLook


class CaptionCue(Frozen):
    """A text from `start_ticks` to `end_ticks` of the timeline's clock."""

    text: Annotated[str, Field(min_length=1, max_length=2000)]
    start_ticks: NonNegative
    end_ticks: Ticks

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if self.end_ticks <= self.start_ticks:
            raise ValueError("a cue must end after it starts")
        return self


class ImportCaptions(Edit):
    """Show the cues of a subtitle file as captions, in place of those in that language.

        |    A    |  B  |   ->   | cue 1 |  | 2 |
                                 |    A    |  B  |

    Cues are put on the frame grid; one ends where the next begins, and all with the timeline. What begins
    after its end is left out. Captions in other languages at the same place are hidden.
    """

    tool: Literal["import_captions"] = "import_captions"
    cues: Annotated[tuple[CaptionCue, ...], Field(min_length=1, max_length=20_000)]
    language: Annotated[str, Field(min_length=2, max_length=16)] = "und"
    preset: CaptionLook | None = None
    style: StyleParts = StyleParts()
    position: TextPlace | None = None
    highlight: WordHighlight | Literal["none"] | None = None
    id_prefix: Id = Field(default_factory=lambda: short_id("cap"))
    new_track_id: Id = Field(default_factory=lambda: short_id("tk"))

    def change(self, before: Timeline) -> Timeline:
        return with_captions(before, self._elements(before), self.language, self.new_track_id)

    def describe(self, before: Timeline) -> str:
        count = len(self._elements(before))
        left = len(self.cues) - count
        late = f"; {left} after the end are left out" if left else ""
        return f"Take over {count} {'caption' if count == 1 else 'captions'}{late}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        track = find_captions_track(before, self.language)
        return (track.id if track else self.new_track_id,)

    def _elements(self, before: Timeline) -> tuple[Element, ...]:
        found = tuple(self._placed(before))
        if not found:
            raise EditRefused("All cues come after the end of the timeline.", field="cues")
        return found

    def _placed(self, before: Timeline) -> Iterator[Element]:
        look = CaptionsLook.of(self.preset, self.style, self.position, self.highlight, self.language)
        rate, end = before.rate, before.duration_ticks
        cues = sorted(self.cues, key=lambda c: c.start_ticks)
        starts = [rate.snap(c.start_ticks) for c in cues]
        last = 0
        nexts = [*starts[1:], end]
        for number, (cue, wanted, following) in enumerate(zip(cues, starts, nexts, strict=True), start=1):
            start = max(wanted, last)
            limit = min(end, max(following, start + rate.frame_ticks))
            stop = min(max(rate.snap(cue.end_ticks), start + rate.frame_ticks), limit)
            if stop <= start:
                continue
            last = stop
            yield Element(
                id=f"{self.id_prefix[:30]}_{number}",
                start_ticks=start,
                duration_ticks=stop - start,
                source=look.source(cue.text, spread_words(cue.text.split(), 0, stop - start)),
            )
