"""The projects that written requests are about, described in TOML. All times there are seconds.

    [worlds.talk]
    files = ["art_talk"]
    tracks = [ { kind = "video", elements = [ { id = "c1", file = "art_talk", from = 0, to = 120 } ] } ]

    [files.art_talk]
    name = "talk.mp4"
    seconds = 120
    words = "Hello and welcome."          # one word each half second from 1 s on, each 0.4 s long
    timed = [ ["um", 2.0, 2.4] ]          # or with their times
    silences = [ [10, 11] ]

`like = "other"` takes over what another world has. An element says `file` with `from` (in the file) or
`text`."""

from __future__ import annotations

import math
from typing import Annotated, Any

from pydantic import Field

from cuttingroom.core.errors import InvalidInput
from cuttingroom.core.time import Frozen, Rate, TimeRange, seconds_to_ticks
from cuttingroom.planners.base import PlanContext
from cuttingroom.timeline.edits.base import MediaRef
from cuttingroom.timeline.model import (
    CaptionSource,
    Element,
    MediaSource,
    StillSource,
    TextSource,
    Timeline,
    TimelineSettings,
    Track,
    TrackKind,
)
from cuttingroom.timeline.transcript import Segment, Transcript, Word

_SENTENCE_ENDS = (".", "!", "?")


class FileFacts(Frozen):
    """A file of the project and what is known about it."""

    name: str
    seconds: Annotated[float, Field(gt=0)] = 5.0
    picture: bool = True
    sound: bool = True
    still: bool = False
    words: str = ""
    timed: tuple[tuple[str, float, float], ...] = ()
    silences: tuple[tuple[float, float], ...] | None = None
    scene_cuts: tuple[float, ...] | None = None
    beats: tuple[float, ...] | None = None
    breaths: tuple[tuple[float, float], ...] | None = None
    lufs: float = -23.0
    """How loud its sound is, all the time."""


class ElementFacts(Frozen):
    id: str
    at: float = 0
    to: float
    file: str | None = None
    source: Annotated[float, Field(alias="from")] = 0
    text: str = ""


class TrackFacts(Frozen):
    kind: TrackKind
    id: str = ""
    name: str = ""
    follows: bool = True
    elements: tuple[ElementFacts, ...] = ()


class WorldFacts(Frozen):
    like: str | None = None
    files: tuple[str, ...] = ()
    """Files of the project besides those that play."""
    tracks: tuple[TrackFacts, ...] = ()
    width: int = 1920
    height: int = 1080
    rate: Rate = Rate(num=30)


class Worlds(Frozen):
    """All worlds of a file of requests. `shared` are files that every world's project has."""

    worlds: dict[str, WorldFacts]
    files: dict[str, FileFacts] = Field(default_factory=dict[str, FileFacts])
    shared: tuple[str, ...] = ()

    def context(self, name: str, request: str) -> PlanContext:
        """What a planner is told. Raises InvalidInput for an unknown world or file."""
        world = self._world(name)
        tracks = self._tracks(world)
        played = [e.file for t in tracks for e in t.elements if e.file is not None]
        ids = list(dict.fromkeys((*played, *world.files, *self.shared)))
        facts = {artifact_id: self._file(artifact_id) for artifact_id in ids}
        timeline = Timeline(
            settings=TimelineSettings(width=world.width, height=world.height, rate=world.rate),
            tracks=tuple(self._track(n, track) for n, track in enumerate(tracks)),
        )
        return PlanContext(
            request=request,
            project_name=name,
            timeline=timeline,
            version=1,
            media=tuple(_media(a, f) for a, f in facts.items() if a not in played),
            transcripts={a: _transcript(f) for a, f in facts.items() if f.words or f.timed},
            silences={
                a: tuple(_range(*pair) for pair in f.silences)
                for a, f in facts.items()
                if f.silences is not None
            },
            scene_cuts={
                a: tuple(seconds_to_ticks(s) for s in f.scene_cuts)
                for a, f in facts.items()
                if f.scene_cuts is not None
            },
            beats={
                a: tuple(seconds_to_ticks(s) for s in f.beats)
                for a, f in facts.items()
                if f.beats is not None
            },
            breaths={
                a: tuple(_range(*pair) for pair in f.breaths)
                for a, f in facts.items()
                if f.breaths is not None
            },
            loudness={
                a: (round(f.lufs * 100),) * math.ceil(f.seconds * 10) for a, f in facts.items() if f.sound
            },
        )

    def _world(self, name: str) -> WorldFacts:
        if name not in self.worlds:
            raise InvalidInput(f"There is no world {name!r}.", advice=f"There are: {', '.join(self.worlds)}.")
        return self.worlds[name]

    def _tracks(self, world: WorldFacts) -> tuple[TrackFacts, ...]:
        return (*(self._tracks(self._world(world.like)) if world.like else ()), *world.tracks)

    def _file(self, artifact_id: str) -> FileFacts:
        if artifact_id not in self.files:
            raise InvalidInput(f"There is no file {artifact_id!r} among [files].")
        return self.files[artifact_id]

    def _track(self, number: int, track: TrackFacts) -> Track:
        return Track(
            id=track.id or f"{track.kind[0]}{number + 1}",
            kind=track.kind,
            name=track.name,
            follows_ripple=track.follows,
            elements=tuple(self._element(e, track.kind) for e in track.elements),
        )

    def _element(self, element: ElementFacts, kind: TrackKind) -> Element:
        span = _range(element.at, element.to)
        source: Any = CaptionSource(text=element.text or " ")
        name = ""
        if element.file is not None:
            facts = self._file(element.file)
            name, source = facts.name, _source(element, facts, kind)
        elif kind is not TrackKind.CAPTIONS:
            source = TextSource(text=element.text or " ")
        return Element(
            id=element.id,
            name=name,
            start_ticks=span.start_ticks,
            duration_ticks=span.duration_ticks,
            source=source,
        )


def _source(element: ElementFacts, facts: FileFacts, kind: TrackKind) -> MediaSource | StillSource:
    assert element.file is not None
    if facts.still:
        return StillSource(artifact_id=element.file)
    return MediaSource(
        artifact_id=element.file,
        range=_range(element.source, element.source + element.to - element.at),
        media_ticks=seconds_to_ticks(facts.seconds),
        has_picture=facts.picture and kind is not TrackKind.AUDIO,
        has_sound=facts.sound,
    )


def _range(start: float, end: float) -> TimeRange:
    return TimeRange.between(seconds_to_ticks(start), seconds_to_ticks(end))


def _media(artifact_id: str, facts: FileFacts) -> MediaRef:
    return MediaRef(
        artifact_id=artifact_id,
        media_ticks=seconds_to_ticks(facts.seconds),
        has_picture=facts.picture,
        has_sound=facts.sound and not facts.still,
        is_still=facts.still,
        name=facts.name,
    )


def _transcript(facts: FileFacts) -> Transcript:
    spoken = [(text, 1 + n / 2, 1.4 + n / 2) for n, text in enumerate(facts.words.split())]
    words = tuple(
        Word(text=text, start_ticks=seconds_to_ticks(start), end_ticks=seconds_to_ticks(end))
        for text, start, end in sorted([*spoken, *facts.timed], key=lambda w: w[1])
    )
    segments: list[Segment] = []
    first = 0
    for n, word in enumerate(words):
        if word.text.endswith(_SENTENCE_ENDS) or n == len(words) - 1:
            segments.append(_segment(words, first, n + 1))
            first = n + 1
    return Transcript(words=words, segments=tuple(segments), quality="given", service="written")


def _segment(words: tuple[Word, ...], first: int, end: int) -> Segment:
    part = words[first:end]
    return Segment(
        text=" ".join(w.text for w in part),
        start_ticks=part[0].start_ticks,
        end_ticks=part[-1].end_ticks,
        first_word=first,
        end_word=end,
    )
