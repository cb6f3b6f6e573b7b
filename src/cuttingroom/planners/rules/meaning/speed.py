"""Changes of speed."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Literal

from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.meaning.cutting import Cutting
from cuttingroom.planners.rules.meaning.parts import inline

_HALF = Fraction(1, 2)


@inline
class Speeding(Cutting):
    """How fast something plays."""

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

    def where(self, where: r.Where | tuple[r.Target, ...]) -> r.Where:
        """One clip stands for itself."""
        if not isinstance(where, tuple):
            return where
        return where[0] if len(where) == 1 else r.Several(where)

    def speed_up(self, *parts: Any) -> r.Speed:
        return self._speed("up", parts)

    def slow_down(self, *parts: Any) -> r.Speed:
        return self._speed("down", parts)

    def speed_plain(self, *parts: Any) -> r.Speed:
        return self._speed("", parts)

    def speed_double(self, where: Any = None) -> r.Speed:
        return r.Speed("", r.Rate(Fraction(2), is_speed=True), where)

    def speed_half(self, where: Any = None) -> r.Speed:
        return r.Speed("", r.Rate(_HALF, is_speed=True), where)

    def slow_motion(self, *parts: Any) -> r.Speed:
        speed = self._speed("down", parts)
        return r.Speed("down", speed.rate, speed.where, is_slow_motion=True)

    def _speed(self, direction: Literal["up", "down", ""], parts: tuple[Any, ...]) -> r.Speed:
        rates = [p for p in parts if isinstance(p, r.Rate)]
        places = [p for p in parts if p is not None and not isinstance(p, r.Rate)]
        if len(places) > 1:
            places = [p for p in places if p not in (r.It(), r.Everything())]
        if len(places) > 1 or len(rates) > 1:
            raise r.Nonsense("Which part should change its speed, and by how much?")
        return r.Speed(direction, rates[0] if rates else None, places[0] if places else None)
