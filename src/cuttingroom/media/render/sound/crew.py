"""Tasks done side by side on threads, under one cancel and one count of steps."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from cuttingroom.core.errors import Canceled

_WAIT_SECONDS = 0.1

Task = Callable[[], None]


class Crew:
    """`report` gets the share of the expected steps that are done; it and `is_canceled` are called only from
    the thread that calls `run`."""

    def __init__(self, cores: int, report: Callable[[float], None], is_canceled: Callable[[], bool]) -> None:
        self.cores = cores
        self._report, self._is_canceled = report, is_canceled
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._done, self._expected = 0, 0

    def expect(self, steps: int) -> None:
        self._expected += steps

    def step(self) -> None:
        """One more is done. Thread-safe."""
        with self._lock:
            self._done += 1

    def is_stopped(self) -> bool:
        """Whether tasks should give up. Thread-safe."""
        return self._stop.is_set()

    def run(self, tasks: Iterable[Task]) -> None:
        """Begin the tasks in their order and return when all are done.

        The first failure, or a cancel, stops the rest before it is raised.
        """
        with ThreadPoolExecutor(self.cores, thread_name_prefix="sound") as pool:
            waiting: set[Future[None]] = {pool.submit(task) for task in tasks}
            try:
                while waiting:
                    finished, waiting = wait(waiting, timeout=_WAIT_SECONDS, return_when=FIRST_COMPLETED)
                    for future in finished:
                        future.result()
                    if self._is_canceled():
                        raise Canceled("The work on the sound was canceled.")
                    self._report(min(1.0, self._done / max(1, self._expected)))
            except BaseException:
                self._stop.set()
                pool.shutdown(cancel_futures=True)
                raise
