"""Fades and crossfades."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.meaning.parts import Part, gather, inline, part
from cuttingroom.planners.rules.meaning.sound import Sounding


@inline
class Joining(Sounding):
    """How clips begin, end and meet."""

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
        """A length may stand first, then the sides, then what fades; the modifiers are last."""
        mods = [part(k, v) for k, v in parts[-1].items()]
        mods += [part("length", p) for p in parts[:1] if isinstance(p, r.Length)]
        rest: list[Any] = [p for p in parts[:-1] if not isinstance(p, r.Length)]
        target = rest[1] if len(rest) > 1 else r.Everything()
        return _make_fade(rest[0], target, gather(tuple(mods)))

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
    ) -> r.Fade | r.Fades:
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
        pairs = [p for p in parts if p is not None and not isinstance(p, r.Length)]
        return r.Crossfade(pairs[0] if pairs else None, lengths[0] if lengths else None)


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
                "A fade in is at the start and a fade out at the end of a clip. To fade in the middle, "
                "split the "
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
