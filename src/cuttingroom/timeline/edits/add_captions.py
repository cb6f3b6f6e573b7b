"""Caption what is said."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import TICKS_PER_SECOND, Frozen, Rate, TimeRange
from cuttingroom.timeline.captions import Caption, CaptionRules, group_words
from cuttingroom.timeline.edits.add_track import with_new_track
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.effects import Id, Positive
from cuttingroom.timeline.mapping import find_timeline_range, list_players
from cuttingroom.timeline.model import (
    CaptionSource,
    Element,
    MediaSource,
    NonNegative,
    Position,
    TextStyle,
    Timeline,
    Track,
    TrackKind,
)
from cuttingroom.timeline.pieces import map_words
from cuttingroom.timeline.transcript import Word

LINGER_TICKS = TICKS_PER_SECOND // 2
"""A caption stays this much longer, or until the next one, so that short gaps do not flicker."""


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
    `pause_ticks`, and by what fits: `max_lines` of `max_characters` for at most `max_duration_ticks`.
    """

    tool: Literal["add_captions"] = "add_captions"
    transcripts: Annotated[tuple[SourceTranscript, ...], Field(min_length=1)]
    max_characters: Annotated[int, Field(ge=8, le=200)] = 42
    max_lines: Annotated[int, Field(ge=1, le=4)] = 2
    max_duration_ticks: Positive = 6 * TICKS_PER_SECOND
    pause_ticks: NonNegative = 7 * TICKS_PER_SECOND // 10
    style: TextStyle = TextStyle(size=0.05, box=True, outline=0)
    position: Position = "bottom"
    id_prefix: Id = Field(default_factory=lambda: short_id("cap"))
    new_track_id: Id = Field(default_factory=lambda: short_id("tk"))

    def change(self, before: Timeline) -> Timeline:
        elements = self._elements(before)
        track = _find_captions_track(before)
        if track is None:
            new = Track(id=self.new_track_id, kind=TrackKind.CAPTIONS, name="Captions", elements=elements)
            return with_new_track(before, new)
        return before.with_track(track.model_copy(update={"elements": elements, "transitions": ()}))

    def describe(self, before: Timeline) -> str:
        track = _find_captions_track(before)
        replaced = f", in place of {len(track.elements)}" if track and track.elements else ""
        count = len(self._elements(before))
        return f"Add {count} {'caption' if count == 1 else 'captions'}{replaced}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        track = _find_captions_track(before)
        return (track.id if track else self.new_track_id,)

    def _elements(self, before: Timeline) -> tuple[Element, ...]:
        words = [w for transcript in self.transcripts for w in _spoken(before, transcript)]
        words = sorted(set(words), key=lambda w: (w.start_ticks, w.end_ticks, w.text))
        if not words:
            raise EditRefused("None of the transcribed words is heard on the timeline.", field="transcripts")
        rules = CaptionRules(self.max_characters, self.max_lines, self.max_duration_ticks, self.pause_ticks)
        return tuple(self._placed(group_words(words, rules), before))

    def _placed(self, captions: Sequence[Caption], before: Timeline) -> Iterator[Element]:
        rate, end = before.rate, 0
        nexts = [c.start_ticks for c in captions[1:]] + [before.duration_ticks]
        for n, (caption, next_ticks) in enumerate(zip(captions, nexts, strict=True), start=1):
            span = _shown(caption, end, next_ticks, rate)
            end = span.end_ticks
            yield self._element(caption, span, f"{self.id_prefix[:30]}_{n}")

    def _element(self, caption: Caption, span: TimeRange, element_id: str) -> Element:
        languages = {t.language for t in self.transcripts}
        source = CaptionSource(
            text=caption.text,
            words=map_words(caption.words, span.duration_ticks, lambda t: t - span.start_ticks),
            language=self.transcripts[0].language if len(languages) == 1 else "und",
            position=self.position,
            style=self.style,
        )
        return Element(
            id=element_id, start_ticks=span.start_ticks, duration_ticks=span.duration_ticks, source=source
        )


def _shown(caption: Caption, earliest_ticks: int, next_ticks: int, rate: Rate) -> TimeRange:
    """When a caption is on screen: from its first word, a little past its last, on the frame grid."""
    frame = rate.frame_ticks
    start = max(earliest_ticks, caption.start_ticks // frame * frame)
    wanted = min(caption.end_ticks + LINGER_TICKS, max(next_ticks, caption.end_ticks))
    return TimeRange.between(start, max(start + frame, wanted // frame * frame))


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


def _find_captions_track(before: Timeline) -> Track | None:
    return next((t for t in before.tracks if t.kind is TrackKind.CAPTIONS), None)
