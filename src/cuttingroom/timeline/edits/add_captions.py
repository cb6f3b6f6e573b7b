"""Caption what is said."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import TICKS_PER_SECOND, Frozen, TimeRange
from cuttingroom.timeline.captions import group_words
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.edits.captioning import (
    CaptionsLook,
    find_captions_track,
    is_same_language,
    place_captions,
    with_captions,
)
from cuttingroom.timeline.effects import Id, Positive
from cuttingroom.timeline.mapping import find_timeline_range, list_players
from cuttingroom.timeline.model import (
    Element,
    MediaSource,
    NonNegative,
    StyleParts,
    TextPlace,
    Timeline,
    TrackKind,
    WordHighlight,
)
from cuttingroom.timeline.presets import CaptionLook
from cuttingroom.timeline.transcript import Word


class SourceTranscript(Frozen):
    """What is said in a file, on its own clock."""

    artifact_id: str
    language: Annotated[str, Field(max_length=16)] = "en"
    words: tuple[Word, ...]


class AddCaptions(Edit):
    """Caption what the timeline says, on its captions track; captions that were there are replaced.

        |    A    |  B  |   ->   | c1 | c2 |  c3 |
                                 |    A    |  B  |

    Words are followed through the elements that are heard. They are grouped at sentence ends, at pauses of
    `pause_ticks`, and by what fits: `max_lines` of `max_characters`, `most_words` in all, for at most
    `max_duration_ticks`. `preset` gives the look and the limits; what is said beside it lies over that.
    With `language` only what is said in it is captioned, and captions in other languages are kept: those at
    the same place are hidden.
    """

    tool: Literal["add_captions"] = "add_captions"
    transcripts: Annotated[tuple[SourceTranscript, ...], Field(min_length=1)]
    preset: CaptionLook | None = None
    language: Annotated[str, Field(min_length=2, max_length=16)] | None = None
    max_characters: Annotated[int, Field(ge=8, le=200)] | None = None
    max_lines: Annotated[int, Field(ge=1, le=4)] | None = None
    most_words: Annotated[int, Field(ge=1, le=50)] | None = None
    max_duration_ticks: Positive = 6 * TICKS_PER_SECOND
    pause_ticks: NonNegative = 7 * TICKS_PER_SECOND // 10
    style: StyleParts = StyleParts()
    position: TextPlace | None = None
    highlight: WordHighlight | Literal["none"] | None = None
    id_prefix: Id = Field(default_factory=lambda: short_id("cap"))
    new_track_id: Id = Field(default_factory=lambda: short_id("tk"))

    def change(self, before: Timeline) -> Timeline:
        elements = self._elements(before)
        return with_captions(before, elements, self.language, self.new_track_id)

    def describe(self, before: Timeline) -> str:
        track = find_captions_track(before, self.language)
        replaced = f", in place of {len(track.elements)}" if track and track.elements else ""
        count = len(self._elements(before))
        look = f" in the style {self.preset.replace('_', ' ')}" if self.preset else ""
        return f"Add {count} {'caption' if count == 1 else 'captions'}{look}{replaced}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        track = find_captions_track(before, self.language)
        return (track.id if track else self.new_track_id,)

    def _elements(self, before: Timeline) -> tuple[Element, ...]:
        transcripts = self._wanted()
        words = [w for transcript in transcripts for w in _spoken(before, transcript)]
        words = sorted(set(words), key=lambda w: (w.start_ticks, w.end_ticks, w.text))
        if not words:
            raise EditRefused("None of the transcribed words is heard on the timeline.", field="transcripts")
        look = self._look(transcripts)
        rules = replace(
            look.rules(before.settings, self.max_characters, self.max_lines, self.most_words),
            max_duration_ticks=self.max_duration_ticks,
            pause_ticks=self.pause_ticks,
        )
        return tuple(place_captions(group_words(words, rules), before, look, self.id_prefix))

    def _wanted(self) -> tuple[SourceTranscript, ...]:
        """The transcripts in the wanted language. Raises EditRefused when there is none."""
        if self.language is None:
            return self.transcripts
        found = tuple(t for t in self.transcripts if is_same_language(t.language, self.language))
        if not found:
            known = ", ".join(sorted({t.language for t in self.transcripts}))
            raise EditRefused(
                f"Nothing is written down in {self.language!r}; the words that are known are in {known}.",
                advice="Give subtitles in that language, or ask for captions in a known one.",
                field="language",
            )
        return found

    def _look(self, transcripts: tuple[SourceTranscript, ...]) -> CaptionsLook:
        languages = {t.language for t in transcripts}
        language = transcripts[0].language if len(languages) == 1 else "und"
        return CaptionsLook.of(self.preset, self.style, self.position, self.highlight, language)


def _spoken(before: Timeline, transcript: SourceTranscript) -> Iterator[Word]:
    """The words as they are heard on the timeline's clock."""
    heard = [t for t in before.tracks if not t.muted and t.kind is not TrackKind.CAPTIONS]
    for element in list_players(heard, transcript.artifact_id):
        assert isinstance(element.source, MediaSource)
        if not element.has_sound or element.volume == 0 or element.source.backwards:
            continue  # nobody understands words that run backwards
        for word in _words_of(element, transcript):
            span = find_timeline_range(element, TimeRange.between(word.start_ticks, word.end_ticks))
            if span is not None:
                yield word.model_copy(update={"start_ticks": span.start_ticks, "end_ticks": span.end_ticks})


def _words_of(element: Element, transcript: SourceTranscript) -> Iterator[Word]:
    assert isinstance(element.source, MediaSource)
    for word in transcript.words:
        if element.source.range.contains((word.start_ticks + word.end_ticks) // 2):
            yield word
