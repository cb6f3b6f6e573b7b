"""Change how captions look."""

from typing import Any, Literal

from pydantic import Field, model_validator

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.timeline.captions import group_words
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.edits.captioning import (
    CaptionsLook,
    all_words,
    captions_in,
    language_of,
    place_captions,
)
from cuttingroom.timeline.edits.edit_title import name_place
from cuttingroom.timeline.effects import Id
from cuttingroom.timeline.model import (
    CaptionSource,
    Element,
    StyleParts,
    TextPlace,
    Timeline,
    Track,
    WordHighlight,
)
from cuttingroom.timeline.presets import CAPTION_PRESETS, CaptionLook


class StyleCaptions(Edit):
    """Change how captions look and where they stand: all of them, or those in one language.

        | c1  |  c2 |   ->   | c1'  |  c2' |
        |     A     |        |      A      |

    A `preset` replaces the look first, and where it holds fewer words the captions are divided anew.
    """

    tool: Literal["style_captions"] = "style_captions"
    preset: CaptionLook | None = None
    style: StyleParts = StyleParts()
    position: TextPlace | None = None
    highlight: WordHighlight | Literal["none"] | None = None
    language: str | None = Field(default=None, max_length=16)
    id_prefix: Id = Field(default_factory=lambda: short_id("cap"))

    @model_validator(mode="after")
    def _says_something(self) -> "StyleCaptions":
        if not (self.preset or self.position or self.highlight or self.style != StyleParts()):
            raise ValueError("give a preset, a style, a position or a highlight")
        return self

    def check(self, before: Timeline) -> None:
        if not any(t.elements for t in captions_in(before, self.language)):
            which = f" in {self.language!r}" if self.language else ""
            raise EditRefused(f"There are no captions{which}.", advice="Add captions first.")

    def change(self, before: Timeline) -> Timeline:
        after = before
        for number, track in enumerate(captions_in(before, self.language)):
            after = after.with_track(track.with_elements(self._styled(track, before, number)))
        return after

    def describe(self, before: Timeline) -> str:
        said = [self.preset.replace("_", " ")] if self.preset else []
        said += [f"{name.replace('_', ' ')} {value}" for name, value in self.style if value is not None]
        said += [name_place(self.position)] if self.position is not None else []
        if isinstance(self.highlight, WordHighlight):
            said.append("each word stands out as it is said")
        elif self.highlight == "none":
            said.append("no word stands out")
        return f"Change the captions: {', '.join(said)}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return tuple(t.id for t in captions_in(before, self.language))

    def _styled(self, track: Track, before: Timeline, number: int) -> list[Element]:
        divided = self._divided(track, before, number)
        return [e.model_copy(update={"source": self._source(e.source)}) for e in divided]

    def _divided(self, track: Track, before: Timeline, number: int) -> list[Element]:
        """The captions as they are, or in parts that the preset holds when it holds fewer words."""
        if self.preset is None or not track.elements:
            return list(track.elements)
        look = CaptionsLook.of(self.preset, self.style, self.position, None, language_of(track))
        rules = look.rules(before.settings, None, None, None)
        words = all_words(track.elements)
        longest = max(
            len(e.source.text.split()) for e in track.elements if isinstance(e.source, CaptionSource)
        )
        if words is None or rules.max_words is None or longest <= rules.max_words:
            return list(track.elements)
        prefix = f"{self.id_prefix[:28]}{number or ''}"
        captions = group_words(words, rules)
        return list(place_captions(captions, before, look, prefix))

    def _source(self, source: Any) -> CaptionSource:
        assert isinstance(source, CaptionSource)
        preset = CAPTION_PRESETS[self.preset] if self.preset else None
        base = preset or source
        highlight = base.highlight if self.highlight is None else self.highlight
        changes: dict[str, Any] = {
            "style": self.style.over(base.style),
            "highlight": None if highlight == "none" else highlight,
            "position": self.position if self.position is not None else source.position,
        }
        return source.model_copy(update=changes)
