"""The one source of time. Tests replace it with `frozen`."""

import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime

_frozen_at: datetime | None = None


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _frozen_at or datetime.now(UTC)


def monotonic() -> float:
    """Seconds on a clock that never goes back; only differences mean anything."""
    return time.monotonic()


def sleep(seconds: float) -> None:
    time.sleep(seconds)


@contextmanager
def frozen(at: datetime) -> Generator[None]:
    """Hold `now` still at `at`, for tests."""
    global _frozen_at
    before, _frozen_at = _frozen_at, at
    try:
        yield
    finally:
        _frozen_at = before
