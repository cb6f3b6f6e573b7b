"""Change a title that is there."""

from typing import Annotated, Any, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.time import Ticks, TimeRange
from cuttingroom.timeline.edits.base import Edit, name_of
from cuttingroom.timeline.edits.overlays import snap_overlay
from cuttingroom.timeline.edits.wording import require_words, shorten
from cuttingroom.timeline.effects import Id, Positive
from cuttingroom.timeline.model import Animation, Element, StyleParts, TextPlace, TextSource, Timeline
from cuttingroom.timeline.pieces import stretched
from cuttingroom.timeline.presets import TITLE_PRESETS, TitleLook


class EditTitle(Edit):
    """Change what a title says, how it looks, how it moves, where it stands, or when; the rest stays.

        |   | T |      |   ->   |     | T'  |  |
        |      A       |        |      A       |

    A `preset` replaces the look, the place and the animation first; what else is given lies over it.
    """

    tool: Literal["edit_title"] = "edit_title"
    element_id: Id
    text: Annotated[str, Field(min_length=1, max_length=2000)] | None = None
    detail: Annotated[str, Field(max_length=2000)] | None = None
    preset: TitleLook | None = None
    position: TextPlace | None = None
    style: StyleParts = StyleParts()
    animation: Animation | Literal["none"] | None = None
    at_ticks: Ticks | None = None
    duration_ticks: Positive | None = None

    def check(self, before: Timeline) -> None:
        _, element = before.get_element(self.element_id)
        if not isinstance(element.source, TextSource):
            raise EditRefused(f"{name_of(before, self.element_id)} is no title.", element_id=self.element_id)
        if self.text is not None:
            require_words(self.text)
        if self._edited(before, element) == element:
            raise EditRefused("The title is like that already.", element_id=self.element_id)

    def change(self, before: Timeline) -> Timeline:
        track, element = before.get_element(self.element_id)
        edited = self._edited(before, element)
        return before.with_track(
            track.with_elements([edited if e.id == element.id else e for e in track.elements])
        )

    def describe(self, before: Timeline) -> str:
        _, element = before.get_element(self.element_id)
        assert isinstance(element.source, TextSource)
        return f"Change the title “{shorten(element.source.text)}”: {', '.join(self._changes()) or 'nothing'}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return (self.element_id,)

    def _edited(self, before: Timeline, element: Element) -> Element:
        assert isinstance(element.source, TextSource)
        span = self._range(before, element)
        source = self._source(element.source)
        placed = stretched(element, span.duration_ticks).model_copy(update={"source": source})
        return placed.moved_to(span.start_ticks)

    def _range(self, before: Timeline, element: Element) -> TimeRange:
        if self.at_ticks is None and self.duration_ticks is None:
            return element.range
        start = element.start_ticks if self.at_ticks is None else self.at_ticks
        return snap_overlay(before, start, self.duration_ticks or element.duration_ticks, "A title")

    def _source(self, source: TextSource) -> TextSource:
        preset = TITLE_PRESETS[self.preset] if self.preset else source
        animation = self.animation or preset.animation
        changes: dict[str, Any] = {
            "text": source.text if self.text is None else self.text,
            "detail": source.detail if self.detail is None else self.detail,
            "position": self.position if self.position is not None else preset.position,
            "style": self.style.over(preset.style),
            "animation": None if animation == "none" else animation,
        }
        return source.model_copy(update=changes)

    def _changes(self) -> list[str]:
        """What is given, in words."""
        said = [f"“{shorten(self.text)}”"] if self.text is not None else []
        said += [f"below it “{shorten(self.detail)}”"] if self.detail else []
        said += [self.preset.replace("_", " ")] if self.preset else []
        said += [f"{name.replace('_', ' ')} {value}" for name, value in self.style if value is not None]
        said += [name_place(self.position)] if self.position is not None else []
        said += [f"animation {self.animation.replace('_', ' ')}"] if self.animation else []
        said += ["when it comes"] if self.at_ticks is not None else []
        return [*said, *(["how long it stays"] if self.duration_ticks is not None else [])]


def name_place(position: TextPlace) -> str:
    """A place in the frame as people say it."""
    if isinstance(position, str):
        return position.replace("_", " ")
    return f"{position.x:.0%} from the left and {position.y:.0%} down"
