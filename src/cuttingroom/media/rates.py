"""The frame rate that a list of presentation times really has."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction
from statistics import median

from cuttingroom.core.time import TICKS_PER_SECOND, Rate

_NTSC = [Fraction(n * 1000, 1001) for n in (24, 30, 48, 60, 120)]
_WHOLE = [Fraction(n) for n in (*range(1, 31), 48, 50, 60, 72, 75, 90, 96, 100, 120, 144, 200, 240)]
_HALVES = [Fraction(15, 2), Fraction(25, 2)]
STANDARD_RATES = sorted(
    r for r in _NTSC + _WHOLE + _HALVES if (TICKS_PER_SECOND * r.denominator) % r.numerator == 0
)
"""Film, NTSC, PAL and the rates that phones, screens and web tools write."""

_FALLBACK = Fraction(25)
_JITTER = Fraction(1, 4)


def find_rate(times: Sequence[int], time_base: Fraction, declared: Fraction | None) -> tuple[Rate, bool]:
    """The nearest standard rate and whether the rate varies.

    A rate varies when a frame lasts more than a quarter longer or shorter than the rest, beyond what the
    rounding of the container's clock explains. Then the median decides: it is what most of the film has.
    """
    steps = [b - a for a, b in itertools.pairwise(times) if b > a]
    if not steps:
        return nearest_rate(declared or _FALLBACK), False
    middle = Fraction(median(steps))
    tolerance = max(middle * _JITTER, Fraction(3, 2))
    is_variable = any(abs(step - middle) > tolerance for step in steps)
    average = Fraction(sum(steps), len(steps))
    return nearest_rate(1 / ((middle if is_variable else average) * time_base)), is_variable


def nearest_rate(rate: Fraction) -> Rate:
    """The standard rate at the smallest relative distance from `rate`."""
    rate = min(max(rate, STANDARD_RATES[0]), STANDARD_RATES[-1])
    return Rate.of(min(STANDARD_RATES, key=lambda r: max(r / rate, rate / r)))
