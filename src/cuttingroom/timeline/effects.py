"""What is done to an element's picture and sound, as values.

Times count from the element's start. Those of what moves or swells over time may lie outside the element, so
that both parts of a split go on as before. Places and sizes are shares of the frame: they survive a resize.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from cuttingroom.core.ids import short_id
from cuttingroom.core.time import Frozen, Ticks, TimeRange

Id = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_-]+$")]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
Positive = Annotated[Ticks, Field(gt=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Clock = Callable[[int], int]
"""From an element's clock before a change of its length to the one after it."""


class Point(Frozen):
    """A place in the frame: 0, 0 is its top left corner, 1, 1 its bottom right one."""

    x: Share
    y: Share


class Region(Frozen):
    """A rectangle of the frame, as shares of its width and height."""

    x: Share
    y: Share
    width: Annotated[float, Field(gt=0, le=1)]
    height: Annotated[float, Field(gt=0, le=1)]

    @model_validator(mode="after")
    def _lies_inside(self) -> Self:
        if self.x + self.width > 1 + 1e-9 or self.y + self.height > 1 + 1e-9:
            raise ValueError("a region must lie inside the frame")
        return self


def mirror_range(span: TimeRange, duration_ticks: int) -> TimeRange:
    """A stretch of something that lasts `duration_ticks`, when that runs the other way round."""
    return TimeRange.between(duration_ticks - span.end_ticks, duration_ticks - span.start_ticks)


def clip_range(start_ticks: int, end_ticks: int, duration_ticks: int) -> TimeRange | None:
    """The part of a range that lies between 0 and `duration_ticks`; None when there is none."""
    start, end = max(0, start_ticks), min(end_ticks, duration_ticks)
    return TimeRange.between(start, end) if end > start else None


class EffectBase(Frozen):
    id: Id = Field(default_factory=lambda: short_id("fx"))
    enabled: bool = True

    def fitted(self, duration_ticks: int, place: Clock) -> Self | None:
        """The effect in an element that now lasts `duration_ticks`; None when nothing of it is left."""
        return self

    def mirrored(self, duration_ticks: int) -> Self:
        """The effect when the element's content runs the other way round."""
        return self

    def held(self, at_ticks: int) -> Self | None:
        """The effect as it looks at one moment, on a still of that; None when it does not show."""
        return self

    def find_fault(self, duration_ticks: int) -> str:
        """Why it cannot lie on an element of `duration_ticks`, as the end of a sentence; or nothing."""
        return ""


class _Ranged(EffectBase):
    """Something for a stretch of the element, cut with it."""

    range: TimeRange

    def fitted(self, duration_ticks: int, place: Clock) -> Self | None:
        span = clip_range(place(self.range.start_ticks), place(self.range.end_ticks), duration_ticks)
        return None if span is None else self.model_copy(update={"range": span})

    def mirrored(self, duration_ticks: int) -> Self:
        return self.model_copy(update={"range": mirror_range(self.range, duration_ticks)})

    def find_fault(self, duration_ticks: int) -> str:
        inside = self.range.start_ticks >= 0 and self.range.end_ticks <= duration_ticks
        return "" if inside else "reaches outside the element"


class _MaybeRanged(EffectBase):
    """Something for a stretch of the element, or for all of it."""

    range: TimeRange | None = None

    def fitted(self, duration_ticks: int, place: Clock) -> Self | None:
        if self.range is None:
            return self
        span = clip_range(place(self.range.start_ticks), place(self.range.end_ticks), duration_ticks)
        return None if span is None else self.model_copy(update={"range": span})

    def mirrored(self, duration_ticks: int) -> Self:
        if self.range is None:
            return self
        return self.model_copy(update={"range": mirror_range(self.range, duration_ticks)})

    def held(self, at_ticks: int) -> Self | None:
        if self.range is None:
            return self
        return self.model_copy(update={"range": None}) if self.range.contains(at_ticks) else None

    def find_fault(self, duration_ticks: int) -> str:
        span = self.range
        inside = span is None or (span.start_ticks >= 0 and span.end_ticks <= duration_ticks)
        return "" if inside else "reaches outside the element"


class _Fade(EffectBase):
    duration_ticks: Positive
    picture: bool = True
    sound: bool = True

    def fitted(self, duration_ticks: int, place: Clock) -> Self:
        if self.duration_ticks <= duration_ticks:
            return self
        return self.model_copy(update={"duration_ticks": duration_ticks})

    def find_fault(self, duration_ticks: int) -> str:
        return "is longer than the element" if self.duration_ticks > duration_ticks else ""


class FadeIn(_Fade):
    """Picture from the background, sound from silence, over the first `duration_ticks` of the element."""

    type: Literal["fade_in"] = "fade_in"


class FadeOut(_Fade):
    """Picture to the background, sound to silence, over the last `duration_ticks` of the element."""

    type: Literal["fade_out"] = "fade_out"


# Sound


class Mute(_Ranged):
    """Silence a stretch of the element."""

    type: Literal["mute"] = "mute"


class Bleep(_Ranged):
    """A tone of `frequency_hz` in the place of a stretch of the element's sound, at `level_db` (dBFS)."""

    type: Literal["bleep"] = "bleep"
    frequency_hz: Annotated[int, Field(ge=100, le=8000)] = 1000
    level_db: Annotated[float, Field(ge=-60, le=0)] = -20.0


class Duck(EffectBase):
    """Lower this element while voices sound on `under_track_ids` (all other tracks when empty)."""

    type: Literal["duck"] = "duck"
    under_track_ids: tuple[Id, ...] = ()
    depth_db: Annotated[float, Field(gt=0, le=40)] = 10.0
    attack_ms: Annotated[int, Field(ge=1, le=2000)] = 20
    release_ms: Annotated[int, Field(ge=1, le=5000)] = 400


class GainPoint(Frozen):
    at_ticks: Ticks
    gain_db: Annotated[float, Field(ge=-60, le=24)]


class Envelope(EffectBase):
    """Gain over time: straight lines in dB between the points, level before the first and after the last.

    -60 dB is silence.
    """

    type: Literal["envelope"] = "envelope"
    points: Annotated[tuple[GainPoint, ...], Field(min_length=1, max_length=1000)]

    def fitted(self, duration_ticks: int, place: Clock) -> Self:
        placed = {place(p.at_ticks): p.gain_db for p in self.points}  # points may meet, or change their order
        points = [GainPoint(at_ticks=at, gain_db=gain_db) for at, gain_db in sorted(placed.items())]
        return self.model_copy(update={"points": tuple(points)})

    def mirrored(self, duration_ticks: int) -> Self:
        points = [p.model_copy(update={"at_ticks": duration_ticks - p.at_ticks}) for p in self.points]
        return self.model_copy(update={"points": tuple(reversed(points))})

    def find_fault(self, duration_ticks: int) -> str:
        times = [p.at_ticks for p in self.points]
        return "" if times == sorted(set(times)) else "has points out of order"


class Denoise(EffectBase):
    """Take steady noise down by up to `reduction_db`."""

    type: Literal["denoise"] = "denoise"
    reduction_db: Annotated[float, Field(ge=1, le=40)] = 12.0


# Where the picture stands in the frame


Fit = Literal["fit", "fill", "blur", "stretch"]
"""Whole with bars; filled and cut off; whole before its own blurred picture; pulled out of shape."""


class Transform(EffectBase):
    """How the picture stands in the frame. At most one on an element.

    First the crop, as shares of the picture taken off at each side; then the mirroring and the turn (degrees,
    clockwise); then it is fitted into `box` (the whole frame when None) and cut off at its edges; then the
    box is scaled by `scale` about its middle, and that is moved by `x - 0.5`, `y - 0.5` of the frame.

    A picture that fills more than its box keeps `focus`, a point of the picture, as near to the middle as its
    edges allow. `background` fills what is left of the frame; None leaves it to what lies below. A picture
    that is not `upright` is shown as it is stored, whatever turn the file asks for.
    """

    type: Literal["transform"] = "transform"
    fit: Fit = "fit"
    scale: Annotated[float, Field(gt=0, le=20)] = 1.0
    x: Annotated[float, Field(ge=-2, le=3)] = 0.5
    y: Annotated[float, Field(ge=-2, le=3)] = 0.5
    rotation: Annotated[float, Field(ge=-360, le=360)] = 0.0
    flip_horizontal: bool = False
    flip_vertical: bool = False
    crop_left: Annotated[float, Field(ge=0, lt=1)] = 0.0
    crop_top: Annotated[float, Field(ge=0, lt=1)] = 0.0
    crop_right: Annotated[float, Field(ge=0, lt=1)] = 0.0
    crop_bottom: Annotated[float, Field(ge=0, lt=1)] = 0.0
    box: Region | None = None
    focus: Point = Point(x=0.5, y=0.5)
    background: Colour | None = None
    upright: bool = True

    @property
    def changes_nothing(self) -> bool:
        """Whether the picture stands as one without a transform does."""
        return not self.enabled or self == Transform(id=self.id)

    def find_fault(self, duration_ticks: int) -> str:
        over = self.crop_left + self.crop_right >= 1 or self.crop_top + self.crop_bottom >= 1
        return "crops the whole picture away" if over else ""


class Zoom(EffectBase):
    """The picture seen from `from_scale` to `to_scale` about `centre` of its box, over `range`.

    Held after it until the next zoom of the element, and before it where there is none earlier. `smooth`
    eases in and out; else the speed is constant to the eye (equal ratios in equal times). What is at `centre`
    stays where it is.
    """

    type: Literal["zoom"] = "zoom"
    range: TimeRange
    from_scale: Annotated[float, Field(ge=1, le=10)] = 1.0
    to_scale: Annotated[float, Field(ge=1, le=10)] = 1.2
    centre: Point = Point(x=0.5, y=0.5)
    smooth: bool = True

    def fitted(self, duration_ticks: int, place: Clock) -> Self:
        start, end = place(self.range.start_ticks), place(self.range.end_ticks)
        return self.model_copy(update={"range": TimeRange.between(start, max(start + 1, end))})

    def mirrored(self, duration_ticks: int) -> Self:
        span = mirror_range(self.range, duration_ticks)
        return self.model_copy(
            update={"range": span, "from_scale": self.to_scale, "to_scale": self.from_scale}
        )

    def scale_at(self, ticks: int) -> float:
        """How many times as large the frame is seen at a moment."""
        share = min(1.0, max(0.0, (ticks - self.range.start_ticks) / self.range.duration_ticks))
        if self.smooth:
            share = share * share * (3 - 2 * share)
        return self.from_scale * (self.to_scale / self.from_scale) ** share

    def held(self, at_ticks: int) -> Self:
        scale = min(10.0, max(1.0, self.scale_at(at_ticks)))
        return self.model_copy(update={"from_scale": scale, "to_scale": scale})


# How the picture looks


class Grade(EffectBase):
    """Light and colour. 0 leaves everything as it is; `contrast` and `saturation` are factors.

    `temperature` runs from -1 (cold) to 1 (warm).
    """

    type: Literal["grade"] = "grade"
    brightness: Annotated[float, Field(ge=-1, le=1)] = 0.0
    contrast: Annotated[float, Field(ge=0, le=4)] = 1.0
    saturation: Annotated[float, Field(ge=0, le=4)] = 1.0
    temperature: Annotated[float, Field(ge=-1, le=1)] = 0.0


class Lut(EffectBase):
    """Colours by a table (a stored .cube file), mixed with the picture as it was by `strength`."""

    type: Literal["lut"] = "lut"
    artifact_id: str
    strength: Share = 1.0


class Hide(_MaybeRanged):
    """Make a region unreadable. `strength` from a hint (0) to nothing left (1)."""

    type: Literal["hide"] = "hide"
    region: Region
    how: Literal["blur", "pixelate"] = "blur"
    strength: Share = 0.6


class ChromaKey(EffectBase):
    """Make everything near `colour` see-through.

    `similarity` is how far from it, on the way to grey, a colour may be to go wholly; `blend` how much of the
    rest of that way goes in part, which makes edges soft.
    """

    type: Literal["chroma_key"] = "chroma_key"
    colour: Colour = "#00b140"
    similarity: Annotated[float, Field(gt=0, le=1)] = 0.5
    blend: Share = 0.8


class BlackOut(_MaybeRanged):
    """No picture for a stretch; the sound goes on."""

    type: Literal["black_out"] = "black_out"


class Vignette(EffectBase):
    """Darker towards the corners."""

    type: Literal["vignette"] = "vignette"
    strength: Annotated[float, Field(gt=0, le=1)] = 0.4


class Grain(EffectBase):
    """Film grain that moves."""

    type: Literal["grain"] = "grain"
    strength: Annotated[float, Field(gt=0, le=1)] = 0.3


Effect = Annotated[
    FadeIn
    | FadeOut
    | Mute
    | Bleep
    | Duck
    | Envelope
    | Denoise
    | Transform
    | Zoom
    | Grade
    | Lut
    | Hide
    | ChromaKey
    | BlackOut
    | Vignette
    | Grain,
    Field(discriminator="type"),
]

EffectType = Literal[
    "fade_in",
    "fade_out",
    "mute",
    "bleep",
    "duck",
    "envelope",
    "denoise",
    "transform",
    "zoom",
    "grade",
    "lut",
    "hide",
    "chroma_key",
    "black_out",
    "vignette",
    "grain",
]
"""The names of all kinds of effects."""

PASSING = (FadeIn, FadeOut, Mute, Bleep, Duck, Envelope, Denoise)
"""What belongs to an edge or to the sound, and not to a picture that stands still."""
