"""Volume and mutes."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Literal

from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.meaning.parts import inline
from cuttingroom.planners.rules.meaning.speed import Speeding

_HEARD = r.Sort("sound")


@inline
class Sounding(Speeding):
    """How loud something is."""

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

    def part_down(self, where: r.Stretch, amount: r.Amount | None = None) -> r.Volume:
        return r.Volume("down", r.Sort("sound"), amount, where)

    def part_up(self, where: r.Stretch, amount: r.Amount | None = None) -> r.Volume:
        return r.Volume("up", r.Sort("sound"), amount, where)

    def volume_double(self, target: Any = _HEARD) -> r.Volume:
        return r.Volume("up", target, r.Amount(Fraction(100), "percent"))

    def volume_halve(self, target: Any = _HEARD) -> r.Volume:
        return r.Volume("down", target, r.Amount(Fraction(50), "percent"))

    def all_but(self, targets: tuple[r.Target, ...]) -> r.AllBut:
        return r.AllBut(targets)

    def clips_but(self, _: str, targets: tuple[r.Target, ...]) -> r.AllBut:
        return r.AllBut(targets, r.AllClips())

    def mute_all(self) -> r.Mute:
        return r.Mute(_HEARD)

    def volume_louder(self, *parts: Any) -> r.Volume:
        return self._volume("up", r.Everything(), parts)

    def volume_quieter(self, *parts: Any) -> r.Volume:
        return self._volume("down", r.Everything(), parts)

    def _volume(self, direction: Literal["up", "down", ""], target: Any, parts: tuple[Any, ...]) -> r.Volume:
        amount = next((p for p in parts if isinstance(p, r.Amount)), None)
        where = next((p for p in parts if not isinstance(p, r.Amount)), None)
        return r.Volume(direction, target, amount, where)

    def mute(self, target: Any, where: r.Stretch | None = None) -> r.Mute | r.Remove:
        """What is only seen and is turned off goes."""
        if where is None and target in (r.Sort("captions"), r.Sort("titles")):
            return r.Remove((target,))
        return r.Mute(target, where)

    def cut_sound(self, target: Any, where: r.Stretch | None = None) -> r.Mute | r.Framed:
        return r.Mute(target, where) if where else r.Framed("remove_audio", (("what", target),))

    def mthing(self, target: Any) -> Any:
        return target

    def mute_range(self, where: r.Stretch) -> r.Mute:
        return r.Mute(r.Sort("sound"), where)

    def unmute(self, target: Any) -> r.Mute:
        return r.Mute(target, undo=True)
