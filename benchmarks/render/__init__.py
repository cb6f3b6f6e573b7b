"""What rendering costs: `python -m benchmarks render`, or one part of it such as `render.cuts`; `--quick`.

Our renders are whole processes, as those of the peers are. The media are made once and kept in the folder
that CUTTINGROOM_BENCH_MEDIA names.
"""

from __future__ import annotations

import importlib

from benchmarks.measure import Figure
from benchmarks.render.size import Size

PARTS = ("full", "changes", "cuts", "memory", "workers", "quality")


def run(size: Size) -> list[Figure]:
    figures: list[Figure] = []
    for part in PARTS:
        figures += importlib.import_module(f"benchmarks.render.{part}").run(size)
    return figures
