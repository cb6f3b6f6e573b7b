"""From a parse tree to what the person wants done: the clauses of `grammar.lark`."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Literal

from lark import v_args

from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.meaning import Part, Things, gather, part

_HALF = Fraction(1, 2)


@v_args(inline=True)
class _Cutting(Things):
    def cut(self, *stretches: Any) -> r.Cut:
        return r.Cut(stretches[0] if isinstance(stretches[0], tuple) else stretches)

    def trim_away(self, stretches: tuple[r.Stretch, ...]) -> r.Cut:
        """People say "trim 0:10 to 0:20" for what should go and for what should stay."""
        if any(isinstance(s, r.Between) and not _touches_an_edge(s) for s in stretches):
            raise r.Nonsense("Should this part be cut out, or be all that is kept?")
        return r.Cut(stretches)

    def cut_clip_start(self, length: r.Length, clip: r.ClipRef) -> r.Cut:
        return r.Cut((r.InClip(r.First(length), clip),))

    def cut_clip_end(self, length: r.Length, clip: r.ClipRef) -> r.Cut:
        return r.Cut((r.InClip(r.Last(length), clip),))

    def cut_start_by(self, length: r.Length) -> r.Cut:
        return r.Cut((r.First(length),))

    def cut_end_by(self, length: r.Length) -> r.Cut:
        return r.Cut((r.Last(length),))

    def cut_clip_start_by(self, clip: r.ClipRef, length: r.Length) -> r.Cut:
        return self.cut_clip_start(length, clip)

    def cut_clip_end_by(self, clip: r.ClipRef, length: r.Length) -> r.Cut:
        return self.cut_clip_end(length, clip)

    def cut_unplaced(self, length: r.Length) -> r.CutUnplaced:
        return r.CutUnplaced(length)

    def cut_all(self) -> r.Cut:
        return r.Cut((r.Everything(),))

    def cut_rest(self) -> r.Reading:
        raise r.Nonsense("Which parts should stay, and which should go?")

    def remove(self, targets: tuple[r.Target, ...]) -> r.Reading:
        if targets in ((r.Sort("sound"),), (r.Sort("voice"),)):
            return r.Mute(targets[0])
        if targets == (r.Everything(),):
            return r.Cut((r.Everything(),))
        return r.Remove(targets)

    def remove_gap(self, targets: tuple[r.Target, ...]) -> r.Remove:
        return r.Remove(targets, leaves_gap=True)

    def keep(self, stretches: tuple[r.Stretch, ...]) -> r.Keep:
        return r.Keep(stretches)

    def keep_length(self, length: r.Length) -> r.Keep:
        return r.Keep((r.First(length),), from_start=True)

    def keep_clips(self, clips: tuple[r.ClipRef, ...]) -> r.Keep:
        edges = tuple(r.Between(r.EdgeOf(c, "start"), r.EdgeOf(c, "end")) for c in clips)
        return r.Keep(edges)

    def smods(self, *parts: Part) -> dict[str, Any]:
        return gather(parts)

    def smod(self, item: Part) -> Part:
        return item

    def s_longer(self, length: r.Length) -> Part:
        return part("longer_than", length)

    def s_leave(self, length: r.Length) -> Part:
        return part("leave", length)

    def s_padding(self, length: r.Length) -> Part:
        return part("padding", length)

    def s_where(self, where: r.Where) -> Part:
        return part("where", where)

    def s_between(self, start: r.Point, end: r.Point) -> Part:
        return part("where", self.between(start, end))

    def s_nothing(self) -> Part:
        return part("where", r.Everything())

    def silences(self, parts: dict[str, Any]) -> r.Silences:
        if "leave" in parts and "padding" in parts:
            raise r.Nonsense("Should the padding or the total that remains be kept?")
        return r.Silences(**parts)

    def tighten(self, where: r.Where, parts: dict[str, Any]) -> r.Silences:
        return self.silences(gather((part("where", where), *(part(k, v) for k, v in parts.items()))))

    def remove_gaps(self, *_: str) -> r.RemoveGaps:
        return r.RemoveGaps()

    def close_gaps(self, *_: str) -> r.CloseGaps:
        return r.CloseGaps()

    def trim_length(self, clip: r.ClipRef, length: r.Length) -> r.Trim:
        return r.Trim(clip, length)

    def trim_range(self, clip: r.ClipRef, stretch: r.Stretch) -> r.Trim:
        return r.Trim(clip, stretch)

    def split(self, points: tuple[r.Point, ...]) -> r.Split:
        return r.Split(points)

    def split_clip(self, clip: r.ClipRef, points: tuple[r.Point, ...]) -> r.Split:
        return r.Split(points, clip)

    def split_half(self) -> r.Split:
        return r.Split((r.Edge("middle"),))

    def split_clip_half(self, clip: r.ClipRef) -> r.Split:
        return r.Split((r.EdgeOf(clip, "middle"),), clip)


def _touches_an_edge(stretch: r.Between) -> bool:
    return r.Edge("start") == stretch.start or r.Edge("end") == stretch.end


@v_args(inline=True)
class _Speed(_Cutting):
    def rate_factor(self, factor: Fraction) -> r.Rate:
        return r.Rate(factor)

    def rate_percent(self, percent: Fraction) -> r.Rate:
        return r.Rate(percent / 100, is_percent=True)

    def rate_half(self) -> r.Rate:
        return r.Rate(_HALF, is_percent=True)

    def rate_half_speed(self) -> r.Rate:
        return r.Rate(_HALF, is_speed=True)

    def rate_double(self) -> r.Rate:
        return r.Rate(Fraction(2), is_speed=True)

    def rate_percent_speed(self, percent: Fraction) -> r.Rate:
        return r.Rate(percent / 100, is_percent=True, is_speed=True)

    def rate(self, rate: r.Rate) -> r.Rate:
        return rate

    def nothing(self) -> None:
        return None

    def rate_by(self, rate: r.Rate) -> r.Rate:
        return r.Rate(rate.factor, rate.is_percent, rate.is_speed, "by")

    def rate_to(self, rate: r.Rate) -> r.Rate:
        return r.Rate(rate.factor, rate.is_percent, rate.is_speed, "to")

    def rate_plain(self, rate: r.Rate) -> r.Rate:
        return rate

    def where(self, where: Any) -> Any:
        """One clip stands for itself; several stay a tuple."""
        return where[0] if isinstance(where, tuple) and len(where) == 1 else where

    def speed_up(self, *parts: Any) -> r.Speed:
        return self._speed("up", parts)

    def slow_down(self, *parts: Any) -> r.Speed:
        return self._speed("down", parts)

    def speed_plain(self, *parts: Any) -> r.Speed:
        return self._speed("", parts)

    def speed_double(self, where: Any) -> r.Speed:
        return r.Speed("", r.Rate(Fraction(2), is_speed=True), where)

    def _speed(self, direction: Literal["up", "down", ""], parts: tuple[Any, ...]) -> r.Speed:
        rates = [p for p in parts if isinstance(p, r.Rate)]
        places = [p for p in parts if p is not None and not isinstance(p, r.Rate)]
        if len(places) > 1:
            places = [p for p in places if p not in (r.It(), r.Everything())]
        if len(places) > 1 or len(rates) > 1:
            raise r.Nonsense("Which part should change its speed, and by how much?")
        return r.Speed(direction, rates[0] if rates else None, places[0] if places else None)


@v_args(inline=True)
class _Sound(_Speed):
    def by_db(self, value: Fraction) -> r.Amount:
        return r.Amount(value, "db")

    def to_db(self, value: Fraction) -> r.Amount:
        return r.Amount(value, "db", "to")

    def by_percent(self, value: Fraction) -> r.Amount:
        return r.Amount(value, "percent")

    def to_percent(self, value: Fraction) -> r.Amount:
        return r.Amount(value, "percent", "to")

    def by_half(self) -> r.Amount:
        return r.Amount(Fraction(50), "percent")

    def to_half(self) -> r.Amount:
        return r.Amount(Fraction(50), "percent", "to")

    def a_bit(self) -> r.Amount:
        return r.Amount(Fraction(0), "bit")

    def during(self, where: r.Stretch) -> r.Stretch:
        return where

    def clips_thing(self, thing: Any) -> Any:
        return self.where(thing)

    vthing = clips_thing

    def volume_down(self, target: Any, *parts: Any) -> r.Volume:
        return self._volume("down", target, parts)

    def volume_up(self, target: Any, *parts: Any) -> r.Volume:
        return self._volume("up", target, parts)

    def volume_set(self, target: Any, *parts: Any) -> r.Volume:
        return self._volume("", target, parts)

    volume_down_during = volume_down_made = volume_down
    volume_up_during = volume_up_made = volume_up

    def volume_louder(self, *parts: Any) -> r.Volume:
        return self._volume("up", r.Everything(), parts)

    def volume_quieter(self, *parts: Any) -> r.Volume:
        return self._volume("down", r.Everything(), parts)

    def _volume(self, direction: Literal["up", "down", ""], target: Any, parts: tuple[Any, ...]) -> r.Volume:
        amount = next((p for p in parts if isinstance(p, r.Amount)), None)
        where = next((p for p in parts if not isinstance(p, r.Amount)), None)
        return r.Volume(direction, target, amount, where)

    def mute(self, target: Any, where: r.Stretch | None = None) -> r.Mute:
        return r.Mute(target, where)

    def mthing(self, target: Any) -> Any:
        return target

    def mute_range(self, where: r.Stretch) -> r.Mute:
        return r.Mute(r.Sort("sound"), where)

    def unmute(self, target: Any) -> r.Mute:
        return r.Mute(target, undo=True)


@v_args(inline=True)
class _Joins(_Sound):
    def side_in(self) -> tuple[str, bool]:
        return ("in", False)

    def side_out(self) -> tuple[str, bool]:
        return ("out", False)

    def side_black(self) -> tuple[str, bool]:
        return ("out", True)

    def side_from_black(self) -> tuple[str, bool]:
        return ("in", True)

    def sides(self, *sides: tuple[str, bool]) -> tuple[tuple[str, bool], ...]:
        return tuple(dict.fromkeys(sides))

    def fthing(self, thing: Any) -> Any:
        return thing

    def fmods(self, *parts: Part) -> dict[str, Any]:
        return gather(parts)

    tmods = mmods = fmods

    def fmod(self, item: Part) -> Part:
        return item

    tmod = mmod = fmod

    def f_length(self, length: r.Length) -> Part:
        return part("length", length)

    def f_bare(self, number: Fraction) -> Part:
        return part("length", r.Length(number, is_bare=True))

    def f_stretch(self, stretch: r.Stretch) -> Part:
        return part("stretch", stretch)

    def f_point(self, point: r.Point) -> Part:
        return part("point", point)

    def fade(self, sides: Any, *parts: Any) -> r.Fade:
        target = parts[0] if len(parts) == 2 else r.Everything()
        return _make_fade(sides, target, parts[-1])

    def fade_split(self, target: Any, sides: Any, mods: dict[str, Any]) -> r.Fade:
        return _make_fade(sides, target, mods)

    def fade_add(self, *parts: Any) -> r.Fade:
        mods = dict(parts[-1])
        rest = list(parts[:-1])
        if isinstance(rest[0], r.Length):
            mods = gather((part("length", rest.pop(0)), *(part(k, v) for k, v in mods.items())))
        return _make_fade(rest[0], rest[1] if len(rest) > 1 else r.Everything(), mods)

    def fade_sideless(self, mods: dict[str, Any]) -> r.Fade:
        point = mods.get("point", mods.get("stretch"))
        if point in (r.Edge("start"), r.Vague("start")):
            return _make_fade((("in", False),), r.Everything(), mods)
        if point in (r.Edge("end"), r.Vague("end")):
            return _make_fade((("out", False),), r.Everything(), mods)
        raise r.Nonsense("Should it fade in or out?")

    def flength(self, length: r.Length) -> r.Length:
        return length

    def fade_lengths(
        self, one: tuple[str, bool], first: r.Length, two: tuple[str, bool], second: r.Length
    ) -> r.Fade:
        """Two lengths for two sides are two fades; only equal ones fit one reading."""
        if first != second:
            return r.Fades(
                (
                    _make_fade((one,), r.Everything(), {"length": first}),
                    _make_fade((two,), r.Everything(), {"length": second}),
                )
            )
        return _make_fade((one, two), r.Everything(), {"length": first})

    def nth_first(self) -> int:
        return 1

    def nth_third(self) -> int:
        return 3

    def nth_last(self) -> int:
        return -1

    def nth(self, number: int) -> int:
        return number

    def pair_nth(self, left: int, right: int, _: str) -> tuple[r.ClipRef, r.ClipRef]:
        return (r.ClipNumber(left), r.ClipNumber(right))

    def fade_both(
        self, one: tuple[str, bool], at: r.Point, two: tuple[str, bool], to: r.Point, mods: dict[str, Any]
    ) -> r.Fade:
        if {(one[0], at), (two[0], to)} != {("in", r.Edge("start")), ("out", r.Edge("end"))}:
            raise r.Nonsense("A fade in belongs to the start and a fade out to the end: which is meant?")
        return _make_fade((one, two), r.Everything(), mods)

    def xmods(self, length: r.Length | None = None) -> r.Length | None:
        return length

    def pair_all(self, *_: Any) -> None:
        return None

    def pair(self, left: r.ClipRef, right: r.ClipRef) -> tuple[r.ClipRef, r.ClipRef]:
        return (left, right)

    def pair_numbers(self, word: str, left: Fraction, right: Fraction) -> tuple[r.ClipRef, r.ClipRef]:
        return (self.clip_number(word, left), self.clip_number(word, right))

    def crossfade(self, *parts: Any) -> r.Crossfade:
        lengths = [p for p in parts if isinstance(p, r.Length)]
        if len(set(lengths)) > 1:
            raise r.Nonsense("How long should the crossfade be?")
        pair = next((p for p in parts if isinstance(p, tuple)), None)
        return r.Crossfade(pair, lengths[0] if lengths else None)


def _make_fade(sides: tuple[tuple[str, bool], ...], target: Any, mods: dict[str, Any]) -> r.Fade:
    names: Any = tuple(name for name, _ in sides)
    length: r.Length | None = mods.get("length")
    wanted = {"in": "start", "out": "end"}
    for place in (mods.get("point"), mods.get("stretch")):
        if place is None:
            continue
        side, own, clip = _side_of(place)
        if own is not None and length is not None and own != length:
            raise r.Nonsense("How long should the fade be?")
        length = own or length
        if len(names) != 1 or side != wanted[names[0]]:
            raise r.Nonsense(
                "A fade in is at the start and a fade out at the end of a clip. To fade in the middle, split the "
                "clip there first. Where should it fade?"
            )
        if clip is not None:
            if target != r.Everything():
                raise r.Nonsense("What should fade?")
            target = clip
    return r.Fade(names, target, length)


def _side_of(place: Any) -> tuple[str, r.Length | None, r.ClipRef | None]:
    """The side that a place of a fade stands for, with the length and the clip that it names."""
    match place:
        case r.First(length):
            return "start", length, None
        case r.Last(length):
            return "end", length, None
        case r.Edge(side) | r.Vague(side):
            return side, None, None
        case r.EdgeOf(clip, side):
            return side, None, clip
        case r.InClip(stretch, clip):
            return (*_side_of(stretch)[:2], clip)
        case _:
            return "", None, None


@v_args(inline=True)
class Clauses(_Joins):
    """The whole grammar: `transform` gives a reading or raises Nonsense (wrapped in lark's VisitError)."""

    def start(self, reading: r.Reading) -> r.Reading:
        return reading

    def t_at(self, point: r.Point) -> Part:
        return part("at", point)

    def t_at_length(self, length: r.Length) -> Part:
        return part("at", self.at_length(length))

    def t_for(self, length: r.Length) -> Part:
        return part("length", length)

    def t_over(self, where: r.Where) -> Part:
        return part("over", where)

    def t_position(self, position: str) -> Part:
        return part("position", position)

    def t_whole(self) -> Part:
        return part("over", r.Everything())

    def title(self, *parts: Any) -> r.Title:
        mods = [part(k, v) for k, v in parts[-1].items()]
        text: str | None = None
        for item in parts[:-1]:
            if isinstance(item, r.Length):
                mods.append(part("length", item))
            elif item in _POSITIONS and item is not parts[-2]:
                mods.append(part("position", item))
            else:
                text = item
        return self._title(text, gather(tuple(mods)))

    def title_quoted(self, text: str, mods: dict[str, Any]) -> r.Title:
        return self._title(text, mods)

    title_bare = title_quoted

    def title_wordless(self, *parts: Any) -> r.Title:
        return self._title(None, parts[-1])

    def _title(self, text: str | None, mods: dict[str, Any]) -> r.Title:
        if "over" in mods and ("at" in mods or ("length" in mods and not isinstance(mods["over"], r.Vague))):
            raise r.Nonsense("When should the title appear, and for how long?")
        return r.Title(text or None, **mods)

    def captions(self, position: str | None = None) -> r.Captions:
        return r.Captions(position)

    def cmods(self, position: str | None = None) -> str | None:
        return position

    def tone(self, tone: Any) -> Any:
        return tone

    def bed(self, *tones: tuple[str, str]) -> dict[str, Any]:
        return gather(tuple(part("mood" if t[0] in _MOODS else "instrument", t) for t in tones))

    def m_over(self, where: r.Where) -> Part:
        return part("over", where)

    def m_from(self, point: r.Point) -> Part:
        return part("start", point)

    def m_gain(self, value: Fraction) -> Part:
        return part("gain_db", value)

    def m_no_duck(self) -> Part:
        return part("ducks", False)

    def m_duck(self) -> Part:
        return part("ducks", True)

    def m_whole(self) -> Part:
        return part("over", r.Everything())

    def mover(self, where: r.Where) -> r.Where:
        return where

    def music(self, bed: dict[str, Any], mods: dict[str, Any]) -> r.Music:
        return _make_music(bed | mods)

    def music_file(self, name: str, mods: dict[str, Any]) -> r.Music:
        return _make_music({"name": name} | mods)

    def music_under(self, name: str, where: r.Where, mods: dict[str, Any]) -> r.Music:
        return _make_music(
            {"name": name} | gather((part("over", where), *(part(k, v) for k, v in mods.items())))
        )

    def place_at(self, point: r.Point) -> r.Point:
        return point

    def place_after(self, clip: r.ClipRef) -> r.Point:
        return r.EdgeOf(clip, "end")

    def place_before(self, clip: r.ClipRef) -> r.Point:
        return r.EdgeOf(clip, "start")

    def place_first(self) -> r.Point:
        return r.Edge("start")

    def place_last(self) -> r.Point:
        return r.Edge("end")

    def pmods(self, length: r.Length | None = None) -> r.Length | None:
        return length

    def place(self, name: str, *parts: Any) -> r.Place:
        return r.Place(name, parts[0] if len(parts) == 2 else None, parts[-1])

    def place_for(self, name: str, length: r.Length, at: r.Point) -> r.Place:
        return r.Place(name, at, length)

    def mvthing(self, target: r.Target) -> r.Target:
        return target

    def move(self, target: r.Target, to: r.Point) -> r.Move:
        return r.Move(target, to)

    def swap(self, first: r.ClipRef, second: r.ClipRef) -> r.Swap:
        return r.Swap(first, second)

    def swap_nth(self, first: int, second: int, _: str) -> r.Swap:
        return r.Swap(r.ClipNumber(first), r.ClipNumber(second))

    def swap_numbers(self, word: str, first: Fraction, second: Fraction) -> r.Swap:
        return r.Swap(self.clip_number(word, first), self.clip_number(word, second))

    def track(self, kind: str, name: str | None = None) -> r.AddTrack:
        return r.AddTrack(kind, name)

    def render(self) -> r.Render:
        return r.Render()

    def preview(self) -> r.Render:
        return r.Render(preview=True)

    def undo(self) -> r.Undo:
        return r.Undo()

    def protect(self, targets: Any) -> r.Protect:
        return r.Protect(targets if isinstance(targets, tuple) else (targets,))

    def protect_touch(self, targets: tuple[r.Target, ...]) -> r.Dont:
        return r.Dont(r.Protect(targets))

    def protect_time(self, *_: Any) -> r.Reading:
        raise r.Nonsense("A stretch of time cannot be kept safe by name: what should be changed instead?")


_POSITIONS = frozenset(
    {"centre", "top", "bottom", "lower_third", "top_left", "top_right", "bottom_left", "bottom_right"}
)
_MOODS = frozenset({"warm", "calm", "upbeat", "tense", "happy", "sad", "cinematic", "lo-fi"})


def _make_music(mods: dict[str, Any]) -> r.Music:
    if "over" in mods and "start" in mods:
        raise r.Nonsense("Where should the music begin and end?")
    return r.Music(**mods)
