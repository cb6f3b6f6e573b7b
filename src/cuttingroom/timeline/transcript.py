"""What is said in a piece of media, word by word, on the media's own clock."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from cuttingroom.core.time import Frozen, Ticks, TimeRange

Quality = Literal["given", "aligned", "recognised", "draft", "estimated"]


class Word(Frozen):
    """One spoken word with its punctuation. `confidence` is 0 to 1 where the source knows it."""

    text: Annotated[str, Field(min_length=1, max_length=200)]
    start_ticks: Annotated[Ticks, Field(ge=0)]
    end_ticks: Ticks
    confidence: Annotated[float, Field(ge=0, le=1)] | None = None

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if self.end_ticks <= self.start_ticks:
            raise ValueError(f"word {self.text!r} ends before it starts")
        return self


class Segment(Frozen):
    """A sentence or a subtitle cue: words `first_word` up to, not including, `end_word`."""

    text: str
    start_ticks: Annotated[Ticks, Field(ge=0)]
    end_ticks: Ticks
    first_word: Annotated[int, Field(ge=0)]
    end_word: Annotated[int, Field(ge=0)]


class Transcript(Frozen):
    """Words in order of their start, grouped into segments that cover them all.

    `quality` says how far the times and words can be trusted: `given` by a person's file, `aligned` from a
    known text, `recognised` by a good model, `draft` by a weak one, `estimated` when times are a guess.
    `service` names who made it.
    """

    language: Annotated[str, Field(max_length=16)] = "en"
    words: tuple[Word, ...]
    segments: tuple[Segment, ...]
    quality: Quality
    service: str
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return " ".join(segment.text for segment in self.segments)

    def within(self, part: TimeRange) -> tuple[Word, ...]:
        """The words whose middle lies in `part` of the media's clock."""
        return tuple(w for w in self.words if part.contains((w.start_ticks + w.end_ticks) // 2))
