"""Files that can be made again, under the key of everything they depend on: made once, used by all renders.

    <folder>/segments/ab/abcdef...    and so on, one folder per kind
    <folder>/making/                  half-made files; a file gets its key when it is whole
    <folder>/locks/                   who makes what, and what running renders need

Several processes may share a folder. Locks are the operating system's (flock): a killed process holds none.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from cuttingroom.core import clock
from cuttingroom.core.ids import new_token

SEGMENTS = "segments"
SOUND = "sound"
SAMPLES = "samples"
INDEXES = "indexes"
KINDS: tuple[str, ...] = (SEGMENTS, SOUND, SAMPLES, INDEXES)

_LOCKS = "locks"
_MAKING = "making"
_FORGOTTEN_SECONDS = 24 * 3600
_LOW_WATER = 0.9
"""Eviction goes a little further than it must, so that it is not needed again at once."""


@dataclass(frozen=True)
class Entry:
    kind: str
    key: str
    path: Path
    size_bytes: int
    used_at: float


@dataclass(frozen=True)
class Stats:
    """Files and bytes per kind, and how much is in use by running renders."""

    files: dict[str, int]
    sizes: dict[str, int]
    pinned_bytes: int
    limit_bytes: int

    @property
    def size_bytes(self) -> int:
        return sum(self.sizes.values())


class RenderCache:
    """See the module. `limit_bytes` is what `prune` leaves; the least recently used goes first."""

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self.folder = folder
        self.limit_bytes = limit_bytes
        for name in (*KINDS, _LOCKS, _MAKING):
            (folder / name).mkdir(parents=True, exist_ok=True)

    def path(self, kind: str, key: str) -> Path:
        """Where the file is, or would be."""
        return self.folder / kind / key[:2] / key

    def find(self, kind: str, key: str) -> Path | None:
        """The file, marked as used now; None when it is not there."""
        path = self.path(kind, key)
        try:
            os.utime(path)
        except FileNotFoundError:
            return None
        return path

    def put(self, kind: str, key: str, write: Callable[[Path], object]) -> Path:
        """Let `write` fill a file and give it its key when it is whole. Raises what `write` raises."""
        path = self.path(kind, key)
        path.parent.mkdir(exist_ok=True)
        part = self.folder / _MAKING / f"{key[:16]}.{new_token()}"
        try:
            write(part)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        return path

    def discard(self, kind: str, key: str) -> None:
        """Forget a file that was found damaged."""
        self.path(kind, key).unlink(missing_ok=True)

    @contextmanager
    def claim(self, keys: Sequence[str]) -> Iterator[list[str]]:
        """Those of `keys` that nobody else is making now; they are ours until the end of the block.

        A claim is a promise among makers, not a guard: who finds a file there need not claim it.
        """
        held: dict[str, int] = {}
        try:
            for key in keys:
                handle = _lock(self.folder / _LOCKS / f"{key}.claim")
                if handle is not None:
                    held[key] = handle
            yield list(held)
        finally:
            for key, handle in held.items():
                (self.folder / _LOCKS / f"{key}.claim").unlink(missing_ok=True)
                os.close(handle)

    @contextmanager
    def pin(self, keys: Sequence[tuple[str, str]]) -> Iterator[None]:
        """Nobody evicts these (kind, key) while the block runs."""
        path = self.folder / _LOCKS / f"{new_token()}.pins"
        while (handle := _lock(path)) is None:
            pass  # somebody looked at it in the moment before it was ours, and took it for a dead one's
        with os.fdopen(handle, "wb") as file:
            try:
                file.write(json.dumps([f"{kind}/{key}" for kind, key in keys]).encode())
                file.flush()
                yield
            finally:
                path.unlink(missing_ok=True)

    def stats(self) -> Stats:
        files, sizes, pinned = dict.fromkeys(KINDS, 0), dict.fromkeys(KINDS, 0), self._pinned()
        in_use = 0
        for entry in self.entries():
            files[entry.kind] += 1
            sizes[entry.kind] += entry.size_bytes
            in_use += entry.size_bytes if f"{entry.kind}/{entry.key}" in pinned else 0
        return Stats(files, sizes, in_use, self.limit_bytes)

    def entries(self) -> Iterator[Entry]:
        for kind in KINDS:
            for folder in (self.folder / kind).glob("*/"):
                for path in folder.iterdir():
                    with suppress(FileNotFoundError):
                        found = path.stat()
                        yield Entry(kind, path.name, path, found.st_size, found.st_mtime)

    def prune(self, limit_bytes: int | None = None) -> tuple[int, int]:
        """Remove the least recently used until the limit holds. Returns files and bytes removed.

        What a running render needs stays.
        """
        limit = self.limit_bytes if limit_bytes is None else limit_bytes
        self._sweep()
        entries = sorted(self.entries(), key=lambda e: e.used_at)
        size, pinned = sum(e.size_bytes for e in entries), self._pinned()
        if size <= limit:
            return 0, 0
        files, removed, low = 0, 0, limit * _LOW_WATER
        for entry in entries:
            if size - removed <= low:
                break
            if f"{entry.kind}/{entry.key}" not in pinned and not _was_used(entry):
                entry.path.unlink(missing_ok=True)
                files, removed = files + 1, removed + entry.size_bytes
        return files, removed

    def _pinned(self) -> set[str]:
        """What living processes pin. A pin file whose lock is free belongs to a dead one and goes."""
        pinned: set[str] = set()
        for path in (self.folder / _LOCKS).glob("*.pins"):
            while (handle := _lock(path, create=False)) is None and path.exists():
                with suppress(FileNotFoundError, ValueError):  # ValueError: its owner is still writing
                    pinned.update(json.loads(path.read_bytes()))
                    break
            if handle is not None:
                path.unlink(missing_ok=True)
                os.close(handle)
        return pinned

    def _sweep(self) -> None:
        """Half-made files and claims that killed processes left."""
        for path in (self.folder / _LOCKS).glob("*.claim"):
            handle = _lock(path, create=False)
            if handle is not None:
                path.unlink(missing_ok=True)
                os.close(handle)
        for path in (self.folder / _MAKING).iterdir():
            with suppress(FileNotFoundError):
                if clock.now().timestamp() - path.stat().st_mtime > _FORGOTTEN_SECONDS:
                    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _was_used(entry: Entry) -> bool:
    """Whether somebody found the file after it was listed: a render that pins it may have begun since."""
    try:
        return entry.path.stat().st_mtime != entry.used_at
    except FileNotFoundError:
        return True


def _lock(path: Path, *, create: bool = True) -> int | None:
    """An exclusive lock on a file, or None when somebody else has it (or it is gone and not to be made)."""
    while True:
        try:
            handle = os.open(path, os.O_RDWR | (os.O_CREAT if create else 0), 0o644)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return None
        if _is_at(path, handle):
            return handle
        os.close(handle)  # unlinked by its last owner between our open and our lock
        if not create:
            return None


def _is_at(path: Path, handle: int) -> bool:
    """Whether the open file still has that name."""
    try:
        return path.stat().st_ino == os.fstat(handle).st_ino
    except FileNotFoundError:
        return False
