"""The port of the durable engine: what the product may ask of it, whichever engine stands behind.

A job is one call of a named handler. Its id comes from the domain (`<run id>/execute/1`), so that asking
twice joins the first. Domain tables remain the truth that people see; the engine only makes sure that work
once promised is finished. People wait between jobs, never inside one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from cuttingroom.core import clock
from cuttingroom.core.errors import ProviderBusy, StorageFailed

T = TypeVar("T")

CONTROL, MAKE, RENDER, MODEL = "control", "make", "render", "model"
QUEUES = (CONTROL, MAKE, RENDER, MODEL)

MENDABLE = (ProviderBusy, StorageFailed, ConnectionError, TimeoutError)
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 30.0


class JobStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    SUCCESS = "success"
    ERROR = "error"
    CANCELED = "canceled"

    @property
    def is_over(self) -> bool:
        return self in (JobStatus.SUCCESS, JobStatus.ERROR, JobStatus.CANCELED)


@dataclass(frozen=True)
class Job:
    """A job to fan out. Without `job_id` it is `<parent>/<name of the fan-out>/<position>`."""

    kind: str
    args: dict[str, Any]
    queue: str = MAKE
    job_id: str | None = None


class Stopping(BaseException):
    """Unwinds a job of a worker that stops: nothing is recorded about it, so that it goes on elsewhere."""


class JobContext(Protocol):
    """What a handler holds. A handler must do the same calls in the same order whenever it is run again.

    After a cancel the next call here ends the handler with an error that `except Exception` does not catch.
    """

    @property
    def job_id(self) -> str: ...

    def step(self, name: str, fn: Callable[[], T], *, attempts: int = 1) -> T:
        """Run an outside effect at least once and remember its result, a small JSON value.

        `attempts` counts tries of `fn` within one run of the step: it is called again, after a growing pause,
        when it raises something that another try may mend (MENDABLE). What it raises at last is kept too.
        """
        ...

    def commit(self, name: str, fn: Callable[[Session], T]) -> T:
        """Run `fn` in one domain transaction that also holds the engine's checkpoint: exactly once.

        `fn` may be called again when the database asks for a retry, so it does database work only. A job
        taken over by another worker cannot commit. The result is a small JSON value.
        """
        ...

    def fanout(self, name: str, jobs: Sequence[Job]) -> list[Any]:
        """Start the jobs, wait until every one is over, and give their results in order.

        Then raises the error of the first that failed (Canceled for a canceled one). Refuses with ValueError
        a job on the parent's own queue: parents would fill it and wait for children that cannot start.
        """
        ...


Handler = Callable[[JobContext, dict[str, Any]], Any]


class Engine(Protocol):
    """Starts, remembers and finishes jobs. Any process may enqueue; processes that `start` also work."""

    def migrate(self) -> None:
        """Create or upgrade the engine's own tables. Safe to call again."""
        ...

    def enqueue(
        self,
        session: Session | Connection,
        kind: str,
        job_id: str,
        args: dict[str, Any],
        queue: str = CONTROL,
    ) -> None:
        """Promise a job within the caller's transaction: it exists when, and only when, that commits.

        A job id that is known already is left as it is.
        """
        ...

    def cancel(self, job_ids: Sequence[str]) -> None:
        """Stop jobs and those they fanned out; jobs that are over stay as they are.

        Takes its own transaction: call it after the domain's transaction that recorded the wish.
        """
        ...

    def find_status(self, job_id: str) -> JobStatus | None: ...

    def find_error(self, job_id: str) -> str | None:
        """Class and message of what ended a job with status ERROR."""
        ...

    def is_pending(self, job_id: str) -> bool:
        """Whether the job is promised or running."""
        ...

    def start(self, handlers: Mapping[str, Handler]) -> None:
        """Begin to work. Every worker must know every kind of job."""
        ...

    def stop(self, *, grace_seconds: float = 0.0) -> None:
        """Wait so long for running jobs, then let go of everything. What is unfinished resumes elsewhere."""
        ...

    def resume_dropped(self) -> int:
        """Promise again what this worker began and could not end, because the database was full or away.

        A job counts as dropped when two calls in a row find it so. Returns how many.
        """
        ...

    def collect_garbage(self, older_than: datetime) -> int:
        """Forget jobs that were over before then; how many. A forgotten id could run again."""
        ...


def as_json(value: Any) -> Any:
    """The value as it will be read back from a checkpoint; TypeError or ValueError when it is not JSON."""
    return json.loads(json.dumps(value, allow_nan=False))


def try_often(fn: Callable[[], T], attempts: int, *, mendable: tuple[type[Exception], ...] = MENDABLE) -> T:
    """Call `fn` up to `attempts` times while it raises something mendable, with doubling pauses."""
    pause_seconds = FIRST_PAUSE_SECONDS
    for _ in range(attempts - 1):
        try:
            return fn()
        except mendable:
            clock.sleep(pause_seconds)
            pause_seconds = min(2 * pause_seconds, LONGEST_PAUSE_SECONDS)
    return fn()


def name_children(parent_id: str, parent_queue: str, name: str, jobs: Sequence[Job]) -> list[Job]:
    """The jobs of a fan-out with all ids filled in; ValueError when one shares its parent's queue."""
    for job in jobs:
        if job.queue not in QUEUES or job.queue == parent_queue:
            raise ValueError(f"job {parent_id} on {parent_queue!r} may not fan out to queue {job.queue!r}")
    return [
        replace(job, job_id=job.job_id or f"{parent_id}/{name}/{position}")
        for position, job in enumerate(jobs)
    ]
