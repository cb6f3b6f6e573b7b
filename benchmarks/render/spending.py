"""What a command costs with all its children: time on the wall, processor time, memory."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

LOOK_SECONDS = 0.25
"""Looking costs a few milliseconds of one core each time, and a render's memory rises more slowly."""


@dataclass(frozen=True)
class Spent:
    """`wall` and `cpu` in seconds, `peak_mb` the most resident megabytes of all processes together.

    Pages that several processes share count once, where the system tells (Linux: PSS).
    """

    wall: float
    cpu: float
    peak_mb: float

    def __add__(self, other: Spent) -> Spent:
        """One after the other."""
        return Spent(self.wall + other.wall, self.cpu + other.cpu, max(self.peak_mb, other.peak_mb))

    def scaled(self, factor: float) -> Spent:
        """The same work `factor` times; memory does not follow."""
        return Spent(self.wall * factor, self.cpu * factor, self.peak_mb)


class CommandFailed(RuntimeError):
    """A contestant ended with an error; the message has its name and the end of its log."""


def spend(command: Sequence[str | Path], *, folder: Path | None = None) -> Spent:
    """Run one command to its end. Raises CommandFailed."""
    return spend_together([command], folder=folder)


def spend_together(commands: Sequence[Sequence[str | Path]], *, folder: Path | None = None) -> Spent:
    """Run commands side by side to the end of the last. Raises CommandFailed."""
    begun = time.perf_counter()
    processes = [_start(command, folder) for command in commands]
    watched = [psutil.Process(p.pid) for p in processes]
    peak = cpu = 0.0
    running = list(processes)
    while running:
        peak = max(peak, sum(map(_resident_bytes, watched)) / 1e6)
        time.sleep(min(LOOK_SECONDS, 0.02 + (time.perf_counter() - begun) / 20))
        for process in list(running):
            pid, status, used = os.wait4(process.pid, os.WNOHANG)
            if pid:
                cpu += used.ru_utime + used.ru_stime
                process.returncode = os.waitstatus_to_exitcode(status)
                running.remove(process)
    wall = time.perf_counter() - begun
    for command, process in zip(commands, processes, strict=True):
        _check(command, process)
    return Spent(wall, cpu, peak)


def _start(command: Sequence[str | Path], folder: Path | None) -> subprocess.Popen[bytes]:
    quiet = subprocess.DEVNULL
    return subprocess.Popen(
        list(map(str, command)), stdin=quiet, stdout=quiet, stderr=subprocess.PIPE, cwd=folder
    )


def _check(command: Sequence[str | Path], process: subprocess.Popen[bytes]) -> None:
    assert process.stderr is not None
    with process.stderr as log:
        if process.returncode:
            said = log.read().decode(errors="replace")[-2000:]
            raise CommandFailed(f"{Path(command[0]).name} ended with {process.returncode}: {said}")


def _resident_bytes(process: psutil.Process) -> int:
    total = 0
    for one in _family(process):
        try:
            info = one.memory_full_info()
            total += getattr(info, "pss", info.rss)
        except psutil.Error:
            continue
    return total


def _family(process: psutil.Process) -> Iterable[psutil.Process]:
    try:
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []
