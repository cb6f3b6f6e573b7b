"""Runs the benchmarks by name, all of them without one, and ends with their table."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import time

from rich.console import Console

from benchmarks.measure import Figure, show
from benchmarks.render import PARTS
from benchmarks.render.size import FULL, QUICK

BENCHMARKS = ("overhead", "thousand", "replay", "editing", "planner", "render")
KNOWN = (*BENCHMARKS, *(f"render.{part}" for part in PARTS))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(KNOWN)}")
    parser.add_argument("--quick", action="store_true", help="render films of 1 and 5 minutes, not 10 and 60")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(KNOWN)
    if unknown:
        parser.error(f"no benchmark is called {min(unknown)}; there are {', '.join(KNOWN)}")
    figures: list[Figure] = []
    for name in arguments.names or BENCHMARKS:
        start = time.perf_counter()
        sizes = [QUICK if arguments.quick else FULL] if name.startswith("render") else []
        figures += importlib.import_module(f"benchmarks.{name}").run(*sizes)
        print(f"{name}: {time.perf_counter() - start:.0f} s", file=sys.stderr)
    if arguments.json:
        print(json.dumps([figure.as_json() for figure in figures], indent=2))
    else:
        show(figures, Console(width=160))


if __name__ == "__main__":
    main()
