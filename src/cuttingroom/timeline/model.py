"""The timeline document: frozen values, nested, with exact times.

    Timeline
    |-- settings            width x height, frame rate, background
    |-- tracks              bottom to top for pictures
    |   |-- elements        sorted by start; positions on the frame grid
    |   |   |-- source      media | still | frame | colour | text | caption | shape
    |   |   `-- effects     fades, mutes, places in the frame, colours ... (effects.py)
    |   `-- transitions     join two elements that overlap
    `-- markers

An element's `start_ticks` and `duration_ticks` are on the timeline's clock and frame grid. A media source's
`range` is on the clock of its file and need not be on any grid.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from itertools import islice
from operator import attrgetter, lt
from typing import Annotated, Any, Literal, Self, cast

from pydantic import Field, model_validator

from cuttingroom.core.errors import NotFound
from cuttingroom.core.hashing import canonical_json, hash_json, sha256
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import Frozen, Rate, Ratio, Ticks, TimeRange, round_half_up
from cuttingroom.timeline.effects import Colour, Effect, Id, Lut, Point, Positive, Region
from cuttingroom.timeline.transcript import Word

SCHEMA = "cuttingroom.timeline"
SCHEMA_VERSION = 1

Name = Annotated[str, Field(max_length=500)]
NonNegative = Annotated[Ticks, Field(ge=0)]


def _later(default: Any, **limits: Any) -> Any:
    """A field that younger documents may have. While it holds its default it is left out of JSON, so that
    what was stored before there was such a field keeps its hash."""
    return Field(default=default, exclude_if=lambda value: value == default, **limits)


class TrackKind(StrEnum):
    VIDEO = "video"
    AUDIO = "audio"
    OVERLAY = "overlay"
    CAPTIONS = "captions"


class MediaSource(Frozen):
    """Part of a file with picture, sound or both, played at the element's speed.

    `media_ticks` is the whole length of the file, so that an edit can tell how far it may reach. Played
    `backwards`, the end of the range comes first.
    """

    kind: Literal["media"] = "media"
    artifact_id: str
    range: TimeRange
    media_ticks: Positive
    has_picture: bool = True
    has_sound: bool = True
    backwards: bool = _later(False)

    @property
    def opening_ticks(self) -> int:
        """The moment of the file with which playing begins."""
        return self.range.end_ticks if self.backwards else self.range.start_ticks

    @property
    def closing_ticks(self) -> int:
        """The moment of the file with which it ends."""
        return self.range.start_ticks if self.backwards else self.range.end_ticks


class StillSource(Frozen):
    """A picture without time of its own."""

    kind: Literal["still"] = "still"
    artifact_id: str


class FrameSource(Frozen):
    """One frame of a video, standing still: the one shown at `at_ticks` of the file's clock."""

    kind: Literal["frame"] = "frame"
    artifact_id: str
    at_ticks: NonNegative
    media_ticks: Positive


class ColourSource(Frozen):
    """The whole frame in one colour."""

    kind: Literal["colour"] = "colour"
    colour: Colour = "#000000"


Align = Literal["left", "centre", "right"]


class TextStyle(Frozen):
    """How a title or caption looks. Sizes are shares of the picture's shorter side: they survive a resize."""

    font: Annotated[str, Field(max_length=100)] = "Inter"
    size: Annotated[float, Field(gt=0, le=0.5)] = 0.07
    bold: bool = True
    colour: Colour = "#ffffff"
    outline_colour: Colour = "#000000"
    outline: Annotated[float, Field(ge=0, le=0.05)] = 0.004
    box: bool = False
    box_colour: Colour = "#000000"
    box_opacity: Annotated[float, Field(ge=0, le=1)] = 0.6
    italic: bool = _later(False)
    shadow: Annotated[float, Field(ge=0, le=0.05)] = _later(0.0)
    align: Align | None = _later(None)
    capitals: bool = _later(False)
    spacing: Annotated[float, Field(ge=-0.1, le=1)] = _later(0.0)
    """Between letters, as a share of their size."""
    accent: Colour | None = _later(None)
    """A bar beside text that is set to a side, a short line under text in the middle."""


class StyleParts(Frozen):
    """Some parts of a style; what is None stays as it is."""

    font: Annotated[str, Field(max_length=100)] | None = _later(None)
    size: Annotated[float, Field(gt=0, le=0.5)] | None = _later(None)
    bold: bool | None = _later(None)
    italic: bool | None = _later(None)
    colour: Colour | None = _later(None)
    outline_colour: Colour | None = _later(None)
    outline: Annotated[float, Field(ge=0, le=0.05)] | None = _later(None)
    box: bool | None = _later(None)
    box_colour: Colour | None = _later(None)
    box_opacity: Annotated[float, Field(ge=0, le=1)] | None = _later(None)
    shadow: Annotated[float, Field(ge=0, le=0.05)] | None = _later(None)
    align: Align | None = _later(None)
    capitals: bool | None = _later(None)
    spacing: Annotated[float, Field(ge=-0.1, le=1)] | None = _later(None)
    accent: Colour | None = _later(None)

    def over(self, style: TextStyle) -> TextStyle:
        """`style` with these parts in place of its own."""
        given = {name: value for name, value in dict(self).items() if value is not None}
        return style.model_copy(update=given)


Position = Literal[
    "centre", "top", "bottom", "lower_third", "top_left", "top_right", "bottom_left", "bottom_right"
]
TextPlace = Position | Point
"""Where text stands: a place with a name, or the middle of the text at a point of the frame."""

Animation = Literal["fade", "slide_up", "slide_down", "slide_left", "slide_right", "pop", "typewriter"]
"""How text comes and goes. A typewriter writes it and lets it stand."""


class TextSource(Frozen):
    """Words drawn over the picture, or over the background where there is none."""

    kind: Literal["text"] = "text"
    text: Annotated[str, Field(min_length=1, max_length=2000)]
    position: TextPlace = "centre"
    style: TextStyle = TextStyle()
    detail: Annotated[str, Field(max_length=2000)] = _later("")
    """A second, smaller line: what somebody does, below who it is."""
    animation: Animation | None = _later(None)


Shape = Literal["box", "ellipse", "arrow", "highlight", "fill", "progress"]
Side = Literal["left", "right", "above", "below", "above_left", "above_right", "below_left", "below_right"]


class ShapeSource(Frozen):
    """Something drawn over the picture. An arrow comes from `points_from` and ends at that side or corner of
    `region`; a highlight lets the picture through; a progress bar fills `region` from left to right while the
    element lasts."""

    kind: Literal["shape"] = "shape"
    shape: Shape
    region: Region
    colour: Colour = "#f5c542"
    opacity: Annotated[float, Field(ge=0, le=1)] = 1.0
    line: Annotated[float, Field(gt=0, le=0.1)] = 0.006
    """Width of lines, as a share of the frame's shorter side."""
    points_from: Side = "left"
    animation: Animation | None = None


class WordHighlight(Frozen):
    """The word that is being said stands out: in `colour`, before a box of it, or larger and in it.

    With `fill` the words take on the colour as they are said and keep it; with `reveal` they appear.
    """

    how: Literal["colour", "box", "grow", "fill", "reveal"] = "colour"
    colour: Colour = "#f5c542"


class CaptionSource(Frozen):
    """One caption. `words` carry times from the element's start, for per-word highlight and export."""

    kind: Literal["caption"] = "caption"
    text: Annotated[str, Field(min_length=1, max_length=2000)]
    words: tuple[Word, ...] = ()
    language: Annotated[str, Field(max_length=16)] = "en"
    position: TextPlace = "bottom"
    style: TextStyle = TextStyle(size=0.05, box=True, outline=0)
    highlight: WordHighlight | None = _later(None)


Source = Annotated[
    MediaSource | StillSource | FrameSource | ColourSource | TextSource | CaptionSource | ShapeSource,
    Field(discriminator="kind"),
]
FILMED = (MediaSource, StillSource, FrameSource)
"""Sources whose picture comes from a file."""


_new, _set = object.__new__, object.__setattr__


class Element(Frozen):
    """One piece on a track.

    `volume` (0 to 1) is the fader people see; `gain_db` raises or lowers beyond it. A media element plays
    `speed` seconds of source per second: its source range lasts `duration_ticks * speed`, to about a frame.
    """

    id: Id = Field(default_factory=lambda: short_id("el"))
    name: Name = ""
    start_ticks: NonNegative
    duration_ticks: Positive
    source: Source
    speed: Ratio = Ratio(num=1)
    keep_pitch: bool = True
    volume: Annotated[float, Field(ge=0, le=1)] = 1.0
    gain_db: Annotated[float, Field(ge=-60, le=24)] = 0.0
    opacity: Annotated[float, Field(ge=0, le=1)] = 1.0
    effects: tuple[Effect, ...] = ()

    @property
    def end_ticks(self) -> int:
        return self.start_ticks + self.duration_ticks

    @property
    def range(self) -> TimeRange:
        return TimeRange(start_ticks=self.start_ticks, duration_ticks=self.duration_ticks)

    def plays_in(self, span: TimeRange) -> bool:
        """Whether it shares time with a stretch of the timeline."""
        return self.start_ticks < span.end_ticks and span.start_ticks < self.end_ticks

    @property
    def has_sound(self) -> bool:
        return isinstance(self.source, MediaSource) and self.source.has_sound

    @cached_property
    def artifact_ids(self) -> tuple[str, ...]:
        """The files that the element plays, shows or is coloured by."""
        played = [self.source.artifact_id] if isinstance(self.source, FILMED) else []
        return tuple(dict.fromkeys([*played, *(e.artifact_id for e in self.effects if isinstance(e, Lut))]))

    @property
    def has_picture(self) -> bool:
        return not isinstance(self.source, MediaSource) or self.source.has_picture

    def source_ticks_at(self, timeline_ticks: int) -> int:
        """The moment of the file that is reached at `timeline_ticks`. Only for media (AttributeError).

        Played backwards, the picture that is seen from then on ends there; `shown_ticks_at` is where it
        begins.
        """
        assert isinstance(self.source, MediaSource)
        played = round_half_up((timeline_ticks - self.start_ticks) * self.speed.fraction)
        return self.source.opening_ticks + (-played if self.source.backwards else played)

    def shown_ticks_at(self, timeline_ticks: int, frame_ticks: int) -> int:
        """The moment of the file whose picture stands for the frame that begins at `timeline_ticks`."""
        assert isinstance(self.source, MediaSource)
        end = timeline_ticks + frame_ticks if self.source.backwards else timeline_ticks
        return self.source_ticks_at(end)

    def moved_to(self, start_ticks: int) -> Self:
        """The same piece at another start. Cheap: what was cached of its content still holds."""
        if start_ticks == self.start_ticks:
            return self
        copy, values = _new(self.__class__), self.__dict__.copy()
        values["start_ticks"] = start_ticks
        values.pop("state_line", None)
        # What pydantic's own `__copy__` does, six times as fast: a ripple moves thousands.
        _set(copy, "__dict__", values)
        _set(copy, "__pydantic_fields_set__", self.__pydantic_fields_set__)
        _set(copy, "__pydantic_extra__", None)
        _set(copy, "__pydantic_private__", None)
        return copy

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 over everything but the start, so that it survives a ripple."""
        return sha256(self.model_dump_json(exclude={"start_ticks"}).encode())

    @cached_property
    def state_line(self) -> str:
        """The start and the hash of the content: what a track's hash is made of."""
        return f"{self.start_ticks} {self.content_hash}"


TransitionKind = Literal["crossfade", "dip", "wipe", "push", "slide", "zoom"]
Direction = Literal["left", "right", "up", "down"]


class Transition(Frozen):
    """Two neighbours overlap by `duration_ticks`; the first gives way to the second over that time.

    A dip goes through `colour`. What wipes, pushes or slides moves towards `direction`. Sound crossfades in
    all of them.
    """

    id: Id = Field(default_factory=lambda: short_id("tr"))
    kind: TransitionKind = "crossfade"
    left_id: Id
    right_id: Id
    duration_ticks: Positive
    direction: Direction = _later("left")
    colour: Colour = _later("#000000")


_START, _PLACE = attrgetter("start_ticks"), attrgetter("start_ticks", "id")


class Track(Frozen):
    """Elements in order of their start. With `follows_ripple` they move when time is inserted or removed."""

    id: Id = Field(default_factory=lambda: short_id("tk"))
    kind: TrackKind
    name: Name = ""
    elements: tuple[Element, ...] = ()
    transitions: tuple[Transition, ...] = ()
    locked: bool = False
    visible: bool = True
    muted: bool = False
    follows_ripple: bool = True
    height: Annotated[int, Field(ge=16, le=400)] = 64

    @cached_property
    def end_ticks(self) -> int:
        return max([e.start_ticks + e.duration_ticks for e in self.elements], default=0)

    @cached_property
    def element_ids(self) -> tuple[str, ...]:
        """In the order of the elements."""
        return tuple([e.id for e in self.elements])

    @cached_property
    def positions(self) -> dict[str, int]:
        """Where among the elements each of them is, by id."""
        return {i: n for n, i in enumerate(self.element_ids)}

    @cached_property
    def state_hash(self) -> str:
        """SHA-256 over the track itself, then the start and hash of each element, a line each."""
        own = canonical_json(self.model_dump(mode="json", exclude={"elements"})).decode()
        return sha256("\n".join([own, *[e.state_line for e in self.elements]]).encode())

    def with_elements(self, elements: tuple[Element, ...] | list[Element]) -> Self:
        """This track with other elements, put in order."""
        starts = list(map(_START, elements))
        if not all(map(lt, starts, islice(starts, 1, None))):  # most edits keep an order that is there
            elements = sorted(elements, key=_PLACE)
        return self.model_copy(update={"elements": tuple(elements)})


class Marker(Frozen):
    id: Id = Field(default_factory=lambda: short_id("mk"))
    at_ticks: NonNegative
    name: Name = ""
    colour: Colour = "#f5c542"
    kind: Literal["marker", "chapter"] = _later("marker")


class TimelineSettings(Frozen):
    """The picture that comes out: width x height in pixels and an exact frame rate."""

    width: int = 1920
    height: int = 1080
    rate: Rate = Rate(num=30)
    background: Colour = "#000000"

    @property
    def aspect(self) -> Ratio:
        return Ratio(num=self.width, den=self.height)


class Timeline(Frozen):
    """The whole edit. `state_hash` names its content; equal hashes mean equal bytes of `to_json`."""

    schema_name: Literal["cuttingroom.timeline"] = SCHEMA
    schema_version: Literal[1] = SCHEMA_VERSION
    settings: TimelineSettings = TimelineSettings()
    tracks: tuple[Track, ...] = ()
    markers: tuple[Marker, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _upgrade(cls, value: Any) -> Any:
        from cuttingroom.timeline.upgrade import upgrade

        return upgrade(cast("dict[str, Any]", value)) if isinstance(value, dict) else value

    @property
    def duration_ticks(self) -> int:
        return max((t.end_ticks for t in self.tracks), default=0)

    @property
    def rate(self) -> Rate:
        return self.settings.rate

    @cached_property
    def state_hash(self) -> str:
        """SHA-256 over the settings, the markers and the hash of each track."""
        rest = self.model_dump(mode="json", exclude={"tracks"})
        return hash_json([rest, [t.state_hash for t in self.tracks]])

    def to_json(self) -> dict[str, Any]:
        return self.model_dump(mode="json")

    def to_bytes(self) -> bytes:
        return canonical_json(self.to_json())

    def find_track(self, track_id: str) -> Track | None:
        return next((t for t in self.tracks if t.id == track_id), None)

    def get_track(self, track_id: str) -> Track:
        track = self.find_track(track_id)
        if track is None:
            raise NotFound(f"The timeline has no track {track_id}.", track_id=track_id)
        return track

    def find_element(self, element_id: str) -> tuple[Track, Element] | None:
        for track in self.tracks:
            n = track.positions.get(element_id)
            if n is not None:
                return track, track.elements[n]
        return None

    def get_element(self, element_id: str) -> tuple[Track, Element]:
        found = self.find_element(element_id)
        if found is None:
            raise NotFound(f"The timeline has no element {element_id}.", element_id=element_id)
        return found

    def find_main_track(self) -> Track | None:
        """The lowest video track: what people mean by "the video"."""
        return next((t for t in self.tracks if t.kind is TrackKind.VIDEO), None)

    def with_track(self, track: Track) -> Timeline:
        """This timeline with `track` in the place of the track of the same id."""
        tracks = tuple(track if t.id == track.id else t for t in self.tracks)
        return self.model_copy(update={"tracks": tracks})


class View(Frozen):
    """How the timeline is looked at: not part of the edit, never in the ledger."""

    zoom: float = 1.0
    playback_ticks: int = 0
