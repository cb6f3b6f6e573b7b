"""How far a render is, in frames, and how long it will still take, from how fast it has been."""

from __future__ import annotations

import threading
from collections import deque

from cuttingroom.core import clock

_WINDOW_SECONDS = 20.0
_LEAST_SECONDS = 2.0
"""Before so much has passed a guess would jump about."""


class FrameProgress:
    """Counts frames of several encoders at once. Thread-safe."""

    def __init__(self, frames: int) -> None:
        self.frames = frames
        self._lock = threading.Lock()
        self._done: dict[str, int] = {}
        self._seen: deque[tuple[float, int]] = deque([(clock.monotonic(), 0)])

    def show(self, name: str, frames: int) -> None:
        """The job called `name` has made `frames`; a job that starts again may show fewer."""
        with self._lock:
            self._done[name] = frames

    @property
    def done(self) -> int:
        with self._lock:
            return min(self.frames, sum(self._done.values()))

    def seconds_left(self) -> float | None:
        """By the speed of the last 20 seconds; None while that says too little."""
        now, done = clock.monotonic(), self.done
        self._seen.append((now, done))
        while len(self._seen) > 2 and now - self._seen[0][0] > _WINDOW_SECONDS:
            self._seen.popleft()
        since, before = self._seen[0]
        if now - since < _LEAST_SECONDS or done <= before:
            return None
        return (self.frames - done) * (now - since) / (done - before)

    def describe(self) -> str:
        left = self.seconds_left()
        soon = "" if left is None else f", about {_clock(left)} left"
        return f"{self.done:,} of {self.frames:,} new frames{soon}"


def _clock(seconds: float) -> str:
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
