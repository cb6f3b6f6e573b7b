"""Figures: ours beside the peer's on the same work in the same run, and how they are told."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from rich.console import Console
from rich.table import Table

MANY = 20
"""From so many runs on the 95th of 100 says something."""


@dataclass(frozen=True)
class Series:
    """One measurement repeated: seconds, or whatever the figure says."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def best(self) -> float:
        return min(self.values)

    @property
    def p95(self) -> float:
        return sorted(self.values)[min(len(self.values) - 1, round(0.95 * len(self.values)))]


@dataclass(frozen=True)
class Figure:
    """`ours` and `peer` are medians in `unit`; `best` is the best of our runs, 95 of 100 are below `p95`.

    `aim` is a bound on `ours`, from above unless `wants` is "more".
    """

    benchmark: str
    name: str
    unit: str
    ours: float
    best: float
    peer: float | None
    peer_name: str
    aim: float | None = None
    wants: Literal["less", "more"] = "less"
    runs: int = 1
    p95: float | None = None

    @property
    def ratio(self) -> float | None:
        return self.ours / self.peer if self.peer else None

    @property
    def meets_aim(self) -> bool | None:
        if self.aim is None:
            return None
        return self.ours <= self.aim if self.wants == "less" else self.ours >= self.aim

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"ratio": self.ratio, "meets_aim": self.meets_aim}


def milliseconds(
    benchmark: str, name: str, ours: Series, peer: Series, peer_name: str, aim: float | None = None
) -> Figure:
    """A figure of two series of seconds, told in milliseconds."""
    return Figure(
        benchmark,
        name,
        "ms",
        1000 * ours.median,
        1000 * ours.best,
        1000 * peer.median,
        peer_name,
        aim,
        runs=len(ours.values),
        p95=1000 * ours.p95 if len(ours.values) >= MANY else None,
    )


Clock = Callable[[], float]
wall: Clock = time.perf_counter
processor: Clock = time.thread_time
"""For work that neither waits nor has threads: other programs on the machine count less."""


def seconds_of(fn: Callable[[], object], clock: Clock = wall) -> float:
    start = clock()
    fn()
    return clock() - start


def in_turn(
    runs: int, *contestants: Callable[[], object], warm_up: int = 1, clock: Clock = wall
) -> list[Series]:
    """Seconds of each, run A B A B ..., so that a machine that becomes slower does so for all."""
    for _ in range(warm_up):
        for contestant in contestants:
            contestant()
    rounds = [[seconds_of(c, clock) for c in contestants] for _ in range(runs)]
    return [Series(column) for column in zip(*rounds, strict=True)]


NUMBERS = ("ours", "best", "p95", "peer", "ratio", "aim")


def show(figures: Sequence[Figure], console: Console | None = None) -> None:
    table = Table(title="Figures", title_justify="left")
    for header in ("benchmark", "figure", "ours", "best", "p95", "peer", "ratio", "aim", "peer is"):
        table.add_column(header, justify="right" if header in NUMBERS else "left")
    last = ""
    for figure in figures:
        if last and figure.benchmark != last:
            table.add_section()
        table.add_row(figure.benchmark if figure.benchmark != last else "", *_cells(figure))
        last = figure.benchmark
    (console or Console()).print(table)


def _cells(figure: Figure) -> Iterable[str]:
    aim = "" if figure.aim is None else f"{'≤' if figure.wants == 'less' else '≥'} {_number(figure.aim)}"
    mark = {None: "", True: " met", False: " MISSED"}[figure.meets_aim]
    yield figure.name
    yield f"{_number(figure.ours)} {figure.unit}"
    yield _number(figure.best)
    yield "" if figure.p95 is None else _number(figure.p95)
    yield "" if figure.peer is None else _number(figure.peer)
    yield "" if figure.ratio is None else f"{figure.ratio:.3g}x"
    yield aim + mark
    yield figure.peer_name


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
