"""What a clause means before it is held against a timeline: frozen values that the grammar produces."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from cuttingroom.timeline.effects import Point as FramePoint


class Nonsense(Exception):
    """A reading that is grammatical and cannot be meant. The message is a question for the person."""


@dataclass(frozen=True)
class Length:
    """`is_bare`: a number without a unit, taken as seconds. Frames are counted at the timeline's rate."""

    seconds: Fraction = Fraction(0)
    frames: int = 0
    is_bare: bool = False


# Places: a point in time as people say it.


@dataclass(frozen=True)
class At:
    """A clock time or a count of seconds from the start. `is_clock`: read off a player, such as 1:05.
    `of_result`: on the clock of the video after all changes, not of the one that is seen now."""

    seconds: Fraction
    frames: int = 0
    is_clock: bool = False
    is_bare: bool = False
    of_result: bool = False


@dataclass(frozen=True)
class Edge:
    side: Literal["start", "middle", "end"]


@dataclass(frozen=True)
class FromEnd:
    length: Length


# Clips and other things on the timeline.


@dataclass(frozen=True)
class ClipNumber:
    """Counted from 1, or back from the end with -1 as the last. `is_first`: said as "the first"."""

    number: int
    is_first: bool = False

    @property
    def is_relative(self) -> bool:
        """Whether it means what is first or last by then, not a number that was read off."""
        return self.is_first or self.number < 0


@dataclass(frozen=True)
class ClipName:
    name: str


@dataclass(frozen=True)
class OnlyClip:
    """ "The clip": clear when there is one."""


@dataclass(frozen=True)
class AllClips:
    pass


@dataclass(frozen=True)
class MiddleClip:
    """The one in the middle, where there is one."""


@dataclass(frozen=True)
class EveryOf:
    """All clips, said with their number: "both clips"."""

    count: int


@dataclass(frozen=True)
class ThatClip:
    """The clip that was spoken of before."""


ClipRef = ClipNumber | ClipName | OnlyClip | AllClips | MiddleClip | EveryOf | ThatClip
SortName = Literal["music", "voice", "sound", "titles", "captions", "picture", "overlays"]


@dataclass(frozen=True)
class Sort:
    """Everything of one sort: the music, the titles ..."""

    name: SortName


@dataclass(frozen=True)
class TitleText:
    text: str


@dataclass(frozen=True)
class Everything:
    pass


@dataclass(frozen=True)
class It:
    """What the sentence was about before, else the whole video."""


@dataclass(frozen=True)
class Several:
    targets: tuple[Target, ...]


@dataclass(frozen=True)
class SoundOf:
    """What is heard of a thing, not what is seen of it."""

    target: Target


@dataclass(frozen=True)
class AllBut:
    """All that is heard, or all clips, but these."""

    targets: tuple[Target, ...]
    among: Sort | AllClips = Sort("sound")


@dataclass(frozen=True)
class Made:
    """What an item of this plan laid down: the item at `position`, counted from 1."""

    element_ids: tuple[str, ...]
    position: int
    name: str


Target = ClipRef | Sort | TitleText | Everything | It | Several | AllBut | SoundOf | Made


@dataclass(frozen=True)
class EdgeOf:
    """The first or last moment of one clip."""

    clip: ClipRef
    side: Literal["start", "middle", "end"]


@dataclass(frozen=True)
class CutPoint:
    """Where one clip ends and the next begins, counted from 1; -1 is the last."""

    number: int


@dataclass(frozen=True)
class SpokenPoint:
    """Where these words begin to be said, or where they have been said."""

    text: str
    is_end: bool = False


Point = At | Edge | FromEnd | EdgeOf | CutPoint | SpokenPoint

# Stretches of time.


@dataclass(frozen=True)
class Between:
    start: Point
    end: Point


@dataclass(frozen=True)
class Run:
    """`length` of time from `start` on."""

    start: Point
    length: Length


@dataclass(frozen=True)
class First:
    length: Length


@dataclass(frozen=True)
class Last:
    length: Length


@dataclass(frozen=True)
class Middle:
    length: Length


@dataclass(frozen=True)
class Share:
    """A share of the whole, such as 1/3 to 2/3."""

    start: Fraction
    end: Fraction


@dataclass(frozen=True)
class Vague:
    """An opening or ending whose length nobody stated."""

    side: Literal["start", "end"]


@dataclass(frozen=True)
class Spoken:
    """Where these words are said. `every`: all places, not just the only one."""

    text: str
    every: bool = False


@dataclass(frozen=True)
class InClip:
    stretch: Stretch
    clip: ClipRef


@dataclass(frozen=True)
class ThatPart:
    """The time that was spoken of before."""


Stretch = ThatPart | Between | Run | First | Last | Middle | Share | Vague | Spoken | InClip | Everything
Where = Stretch | Target

# What is wanted.


@dataclass(frozen=True)
class Cut:
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True)
class CutUnplaced:
    length: Length


@dataclass(frozen=True)
class Keep:
    """`from_start`: only a length was given, so the beginning is what stays."""

    stretches: tuple[Stretch, ...]
    from_start: bool = False


@dataclass(frozen=True)
class Remove:
    targets: tuple[Target, ...]
    leaves_gap: bool = False


@dataclass(frozen=True)
class Silences:
    """`leave` is what remains of each silence in all, `padding` what remains at each side; `to` is how long
    those that are longer are made."""

    longer_than: Length | None = None
    leave: Length | None = None
    to: Length | None = None
    padding: Length | None = None
    where: Where | None = None


@dataclass(frozen=True)
class RemoveGaps:
    pass


@dataclass(frozen=True)
class CloseGaps:
    pass


@dataclass(frozen=True)
class Trim:
    """Make one clip shorter or longer: to a length from its start, or to a stretch of the timeline."""

    clip: ClipRef
    to: Length | Stretch


@dataclass(frozen=True)
class Split:
    points: tuple[Point, ...]
    clip: ClipRef | None = None


@dataclass(frozen=True)
class Rate:
    """`factor` as it was said; `how`: `by` or `to` or neither; `is_percent`; `is_speed`: "half speed"."""

    factor: Fraction
    is_percent: bool = False
    is_speed: bool = False
    how: Literal["by", "to", ""] = ""


@dataclass(frozen=True)
class Speed:
    direction: Literal["up", "down", ""]
    rate: Rate | None
    where: Where | None = None
    is_slow_motion: bool = False


@dataclass(frozen=True)
class Amount:
    """A change or a level of loudness. `how`: `by` changes, `to` sets."""

    value: Fraction
    unit: Literal["db", "percent", "bit"]
    how: Literal["by", "to"] = "by"


@dataclass(frozen=True)
class Volume:
    direction: Literal["up", "down", ""]
    target: Target
    amount: Amount | None = None
    where: Stretch | None = None


@dataclass(frozen=True)
class Mute:
    target: Target
    where: Stretch | None = None
    undo: bool = False


@dataclass(frozen=True)
class Fade:
    sides: tuple[Literal["in", "out"], ...]
    target: Target
    length: Length | None = None


@dataclass(frozen=True)
class Fades:
    """Several fades said at once, each with its own length."""

    fades: tuple[Fade, ...]


@dataclass(frozen=True)
class Crossfade:
    """Between two clips, or between all that touch when `pair` is None."""

    pair: tuple[ClipRef, ClipRef] | None
    length: Length | None = None


@dataclass(frozen=True)
class Title:
    text: str | None
    at: Point | None = None
    length: Length | None = None
    over: Where | None = None
    position: str | FramePoint | None = None
    extras: tuple[tuple[str, Any], ...] = ()
    """Other fields of the edit, by name."""


@dataclass(frozen=True)
class Captions:
    position: str | None = None


@dataclass(frozen=True)
class Music:
    """`mood` and `instrument` are pairs of the composer's word and the person's. `name`: use this file."""

    mood: tuple[str, str] | None = None
    instrument: tuple[str, str] | None = None
    name: str | None = None
    over: Where | None = None
    start: Point | None = None
    gain_db: Fraction | None = None
    ducks: bool | None = None


@dataclass(frozen=True)
class Place:
    """Bring a file of the project, or move what is there already, to a place."""

    name: str
    at: Point | None = None
    length: Length | None = None


@dataclass(frozen=True)
class Move:
    target: Target
    to: Point


@dataclass(frozen=True)
class Swap:
    first: ClipRef
    second: ClipRef


@dataclass(frozen=True)
class AddTrack:
    kind: str
    name: str | None = None


@dataclass(frozen=True)
class Render:
    preview: bool = False


@dataclass(frozen=True)
class Undo:
    """Take back what these words mean; without words what was done last."""

    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Protect:
    targets: tuple[Target, ...]


@dataclass(frozen=True)
class Steady:
    """Nothing else may move."""


@dataclass(frozen=True)
class Dont:
    """What the person said not to do."""

    reading: Reading


@dataclass(frozen=True)
class Remark:
    """Something told before the wish that it explains, and what it was about."""

    about: Target | Stretch | None = None


@dataclass(frozen=True)
class Framed:
    """What a frame of this name was told: `slots` are pairs of a slot's name and its value."""

    frame: str
    slots: tuple[tuple[str, Any], ...]


Reading = (
    Framed | Remark | Steady |
    Cut | CutUnplaced | Keep | Remove | Silences | RemoveGaps | CloseGaps | Trim | Split | Speed | Volume |
    Mute | Fade | Fades
    | Crossfade | Title | Captions | Music | Place | Move | Swap | AddTrack | Render | Undo | Protect | Dont
)  # fmt: skip


@dataclass(frozen=True)
class Clause:
    """One thing that was asked, or the question that its words raise (`reading` is None then).

    `group` counts the "then"s before it.
    """

    reading: Reading | None
    said: str
    group: int = 0
    question: str = ""
