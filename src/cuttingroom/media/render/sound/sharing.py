"""Making what is missing in a cache together with whoever makes it at the same time."""

from __future__ import annotations

import errno
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager

from cuttingroom.core import clock
from cuttingroom.core.errors import Canceled, StorageFailed
from cuttingroom.media.render.cache import RenderCache

_POLL_SECONDS = 0.05


def make_shared(
    cache: RenderCache,
    kind: str,
    keys: Sequence[str],
    make: Callable[[list[str]], None],
    is_canceled: Callable[[], bool],
    *,
    together: bool = False,
) -> None:
    """Return when every key is there: `make` is given those that nobody else is making.

    With `together` one maker makes all keys or none. Raises Canceled and what `make` raises.
    """
    while missing := [key for key in keys if not cache.path(kind, key).exists()]:
        if is_canceled():
            raise Canceled("The work on the sound was canceled.")
        with cache.claim(keys[:1] if together else missing) as mine:
            # somebody may have finished between the look and the claim
            ours = [key for key in (missing if together and mine else mine) if not cache.find(kind, key)]
            if ours:
                make(ours)
        if not ours:
            clock.sleep(_POLL_SECONDS)


@contextmanager
def full_disk_named() -> Generator[None]:
    """A disk that runs full is told as such. Raises StorageFailed for it, other OSErrors as they are."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFailed("The disk is full.") from error
        raise
