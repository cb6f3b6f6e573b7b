"""Chooses what of a talk goes or stays, from what is known about its words and sound. Both planners use it.

Each choice is a whole edit with notes for people: what was found where, and why it was chosen. Where nothing
can be chosen InvalidInput says why; its detail may hold `options`, answers that would do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from cuttingroom.core.errors import InvalidInput
from cuttingroom.core.time import TICKS_PER_SECOND, TimeRange, format_ticks
from cuttingroom.planners.base import PlanContext
from cuttingroom.timeline.edits.base import Edit, MediaRef
from cuttingroom.timeline.edits.cut_to_beat import CutToBeat, SourceScenes
from cuttingroom.timeline.edits.keep_spoken import KeepSpoken
from cuttingroom.timeline.edits.remove_spoken import Kind, RemoveSpoken
from cuttingroom.timeline.model import Timeline
from cuttingroom.timeline.ripple import find_lead_track
from cuttingroom.timeline.speech.chapters import find_chapters
from cuttingroom.timeline.speech.cutting import SENTENCE_REACH_TICKS, WORD_REACH_TICKS, Gaps
from cuttingroom.timeline.speech.fillers import PHRASES, count_fillers, find_fillers
from cuttingroom.timeline.speech.hearing import (
    SpokenPart,
    list_heard,
    list_heard_files,
    list_sources,
    place_ranges,
)
from cuttingroom.timeline.speech.matching import Match, find_phrase
from cuttingroom.timeline.speech.repeats import find_repeats
from cuttingroom.timeline.speech.sentences import Span, list_sentences, shorten_text
from cuttingroom.timeline.speech.topics import find_about, list_topics
from cuttingroom.timeline.transcript import Word


class Choice(NamedTuple):
    """An edit and what people should know about how it was chosen."""

    edit: Edit
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Talk:
    """What is heard on a timeline, by what is known about its files."""

    context: PlanContext
    timeline: Timeline

    @cached_property
    def files(self) -> list[str]:
        return list_heard_files(self.timeline)

    @cached_property
    def words(self) -> list[Word]:
        """The words, on the timeline's clock. Raises InvalidInput when there is no transcript, or none are
        heard."""
        known = {a: t.words for a, t in self.context.transcripts.items()}
        if not self.files:
            raise InvalidInput("The video has no sound, so nothing is said in it.")
        if not any(a in known for a in self.files):
            raise InvalidInput(
                "There is no transcript, so nobody knows what is said when.",
                advice="Bring one in with --subtitles or --script, or set up a transcription provider.",
            )
        words = list_heard(self.timeline, known)
        if not words:
            raise InvalidInput("Nobody speaks in the video.")
        return words

    @property
    def is_spoken(self) -> bool:
        """Whether any word is known to be heard."""
        return bool(list_heard(self.timeline, {a: t.words for a, t in self.context.transcripts.items()}))

    @cached_property
    def end_ticks(self) -> int:
        lead = find_lead_track(self.timeline)
        return lead.end_ticks if lead else 0

    @cached_property
    def quiet(self) -> list[TimeRange]:
        """Where nobody is heard, as far as it was measured."""
        return place_ranges(self.timeline, self.context.silences)

    @cached_property
    def gaps(self) -> Gaps:
        return Gaps(self.words, self.quiet, self.end_ticks)

    def find(self, phrase: str) -> list[Match]:
        return find_phrase([w.text for w in self.words], phrase)

    def text(self, span: Span | Match) -> str:
        return " ".join(w.text for w in self.words[span.first : span.end])

    def at(self, n: int) -> str:
        """When word `n` is heard, for people."""
        return format_ticks(self.words[n].start_ticks)


def choose_fillers(talk: Talk, phrases: Sequence[str] = PHRASES) -> Choice:
    """Sounds that only fill time go, and these phrases where they do no more."""
    spans = find_fillers(talk.words, phrases)
    if not spans:
        services = sorted(
            {talk.context.transcripts[a].service for a in talk.files if a in talk.context.transcripts}
        )
        raise InvalidInput(
            "The transcript holds no filler words. Many services and most subtitles leave them out: this one "
            f"comes from {', '.join(services)}.",
            advice="A transcript that keeps them finds them.",
        )
    return _without(talk, "fillers", spans, (f"Fillers: {count_fillers(talk.words, spans)}.",))


def choose_repeats(talk: Talk) -> Choice:
    """Of what is said several times the last take stays."""
    repeats = find_repeats(talk.words)
    if not repeats:
        raise InvalidInput("Nothing is said twice in a row, so there are no repeated takes to take out.")
    notes = [
        f"{talk.at(r.gone.first)} “{shorten_text(talk.text(r.gone))}” goes; "
        f"“{shorten_text(talk.text(r.kept))}” at {talk.at(r.kept.first)} stays."
        for r in repeats
    ]
    gone = [r.gone for r in repeats]
    return _without(talk, "repeats", gone, tuple(notes), SENTENCE_REACH_TICKS)


def choose_words(talk: Talk, phrases: Sequence[str]) -> Choice:
    """Every place at which one of the phrases is said goes; only what is said exactly so counts."""
    found: list[Match] = []
    for phrase in phrases:
        exact = [m for m in talk.find(phrase) if m.slips == 0]
        if not exact:
            raise InvalidInput(f"“{phrase}” is not heard in the video.", options=_list_close(talk, phrase))
        found += exact
    spans = sorted({Span(m.first, m.end) for m in found})
    places = ", ".join(talk.at(s.first) for s in spans[:12]) + (" ..." if len(spans) > 12 else "")
    notes = (f"{', '.join(f'“{p}”' for p in phrases)} is said at {places}.",)
    choice = _without(talk, "words", spans, notes)
    return Choice(choice.edit.model_copy(update={"phrases": tuple(phrases)}), choice.notes)


def choose_breaths(talk: Talk) -> Choice:
    """The breaths that are heard go."""
    if not any(a in talk.context.breaths for a in talk.files):
        raise InvalidInput("Nobody has listened for breaths in this video yet.")
    parts = [SpokenPart(artifact_id=a, range=r) for a in talk.files for r in talk.context.breaths.get(a, ())]
    edit = RemoveSpoken(kind="breaths", parts=tuple(parts))
    cuts = edit.list_cuts(talk.timeline)
    if not cuts:
        raise InvalidInput(
            "No breaths are heard that stand apart from the words and above the noise of the room."
        )
    places = ", ".join(format_ticks(c.start_ticks) for c in cuts[:12]) + (" ..." if len(cuts) > 12 else "")
    return Choice(edit, (f"Breaths are heard at {places}; the picture is cut with them.",))


def choose_about(talk: Talk, topic: str, *, goes: bool = False) -> Choice:
    """The sentences about a topic stay, or go."""
    sentences = list_sentences(talk.words)
    spans = find_about(talk.words, sentences, topic)
    if not spans:
        named = list_topics(talk.words, sentences)
        raise InvalidInput(
            f"“{topic}” is not spoken of in the video; what is named most: {', '.join(named)}.",
            options=tuple(f"the parts about {name}" for name in named[:3]),
        )
    if goes:
        notes = [f"About “{topic}”: {talk.at(s.first)} “{shorten_text(talk.text(s))}”" for s in spans]
        choice = _without(talk, "words", spans, tuple(notes), SENTENCE_REACH_TICKS)
        return Choice(choice.edit.model_copy(update={"phrases": (topic,)}), choice.notes)
    ranges = [talk.gaps.keep(s) for s in spans]
    parts = [
        p
        for span, kept in zip(spans, ranges, strict=True)
        for p in list_sources(talk.timeline, kept, talk.text(span)[:500])
    ]
    notes = [
        f"About “{topic}”: {kept} “{shorten_text(talk.text(span))}”"
        for span, kept in zip(spans, ranges, strict=True)
    ]
    return Choice(KeepSpoken(parts=tuple(parts), about=topic), tuple(notes))


def choose_beats(
    context: PlanContext, timeline: Timeline, song: MediaRef, per_clip: int | None = None
) -> Choice:
    """Cuts fall on the beats of a song; a video of one clip is cut where its shots change."""
    beats = context.beats.get(song.artifact_id)
    name = song.name or "The song"
    if beats is None:
        raise InvalidInput(f"Nobody has listened for the beat of {name} yet.")
    if not beats:
        raise InvalidInput(f"{name} has no steady beat to cut to.")
    edit = CutToBeat(media=song, beats=beats, beats_per_clip=per_clip)
    steps = sorted(b - a for a, b in pairwise(beats))
    tempo = 60 * TICKS_PER_SECOND / steps[len(steps) // 2] if steps else 0
    notes = [
        f"{name} has {len(beats)} beats, about {tempo:.0f} a minute, the first at {format_ticks(beats[0])}.",
        "Clips are only made shorter, at their ends.",
    ]
    if len(edit.list_clips(timeline)) < 2:
        scenes = tuple(SourceScenes(artifact_id=a, cuts=c) for a, c in context.scene_cuts.items() if c)
        edit = edit.model_copy(update={"scenes": scenes})
        notes.append("The video is one clip; it is cut where its shots change.")
    if len(edit.list_clips(timeline)) < 2:
        raise InvalidInput(
            "The video is one shot, so there are no cuts that could fall on a beat. Where should it be cut?",
            options=("every 4 seconds", "at no place: only lay the song under it"),
        )
    if not any(song.artifact_id in e.artifact_ids for t in timeline.tracks for e in t.elements):
        notes.append(f"{name} is laid under the video from the start; the video keeps its own sound.")
    return Choice(edit, tuple(notes))


def choose_chapters(talk: Talk) -> tuple[tuple[int, str], ...]:
    """Where chapters begin, on the frame grid, and what they are called; the first begins at 0. One alone
    where the subject does not change."""
    chapters = find_chapters(talk.words)
    starts = [0, *(talk.timeline.rate.snap(talk.gaps.enter(c.span.first)) for c in chapters[1:])]
    return tuple((at, c.title) for at, c in zip(starts, chapters, strict=True))


def _without(
    talk: Talk, kind: Kind, spans: Sequence[Span], notes: tuple[str, ...], reach: int = WORD_REACH_TICKS
) -> Choice:
    parts = [
        part
        for span in spans
        for part in list_sources(talk.timeline, talk.gaps.cut_out(span, reach), talk.text(span)[:500])
    ]
    return Choice(RemoveSpoken(kind=kind, parts=tuple(parts)), notes)


def _list_close(talk: Talk, phrase: str) -> tuple[str, ...]:
    return tuple(f"“{talk.text(m)}” at {talk.at(m.first)}" for m in talk.find(phrase)[:4])
