"""Change what a caption says."""

from typing import Annotated, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.timeline.edits.base import Edit, name_of
from cuttingroom.timeline.edits.captioning import MOST_WORD_CHARACTERS, spread_words
from cuttingroom.timeline.edits.wording import require_words, shorten
from cuttingroom.timeline.effects import Id
from cuttingroom.timeline.model import CaptionSource, Timeline
from cuttingroom.timeline.transcript import Word


class EditCaption(Edit):
    """Change what a caption says; when it is shown stays.

        | c1  |  c2 |   ->   | c1  |  new |
        |     A     |        |      A     |

    As many words keep the times of the old ones; another number is spread over them by their letters.
    """

    tool: Literal["edit_caption"] = "edit_caption"
    element_id: Id
    text: Annotated[str, Field(min_length=1, max_length=2000)]

    def check(self, before: Timeline) -> None:
        _, element = before.get_element(self.element_id)
        if not isinstance(element.source, CaptionSource):
            raise EditRefused(
                f"{name_of(before, self.element_id)} is no caption.", element_id=self.element_id
            )
        require_words(self.text)

    def change(self, before: Timeline) -> Timeline:
        track, element = before.get_element(self.element_id)
        assert isinstance(element.source, CaptionSource)
        source = element.source.model_copy(update={"text": self.text, "words": self._words(element.source)})
        changed = element.model_copy(update={"source": source})
        return before.with_track(
            track.with_elements([changed if e.id == element.id else e for e in track.elements])
        )

    def describe(self, before: Timeline) -> str:
        _, element = before.get_element(self.element_id)
        assert isinstance(element.source, CaptionSource)
        return f"Change the caption “{shorten(element.source.text)}” to “{shorten(self.text)}”"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return (self.element_id,)

    def _words(self, source: CaptionSource) -> tuple[Word, ...]:
        texts, old = [t[:MOST_WORD_CHARACTERS] for t in self.text.split()], source.words
        if not old:
            return ()
        if len(texts) == len(old):
            return tuple(w.model_copy(update={"text": t}) for w, t in zip(old, texts, strict=True))
        return spread_words(texts, old[0].start_ticks, max(w.end_ticks for w in old))
