"""Bytes of artifacts: a local folder by default, S3, Google or Azure storage by address.

A blob is written once under a generated key and never changed. A database row names it only after `put` has
returned, so a key without a row is the leftover of a killed attempt; `list_keys` finds it for the sweep.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.exceptions import NotFoundError as ObjectNotFound
from obstore.store import ObjectStore, from_url

from cuttingroom.core.errors import InvalidInput, NotFound, StorageFailed
from cuttingroom.core.hashing import hash_file
from cuttingroom.core.ids import new_token
from cuttingroom.core.settings import Settings

PIECE_BYTES = 1 << 20
UPLOADS_AT_ONCE = 4  # times 5 MiB: what one upload holds in memory
UNFINISHED = ".unfinished"
KEY = re.compile(r"[0-9A-Za-z_-]{1,64}/[0-9A-Za-z_-]{1,64}/[0-9a-z]{1,64}\.[0-9a-z]{1,8}")
PREFIX = re.compile(r"([0-9A-Za-z_-]{1,64}/){0,2}")


@dataclass(frozen=True)
class StoredBlob:
    """Bytes that were written, read back and found right."""

    bucket: str
    key: str
    size_bytes: int
    sha256: str


class Blobs(Protocol):
    """A store of blobs. Every call raises StorageFailed when the store is away, full or damaged."""

    @property
    def bucket(self) -> str:
        """Where the blobs are, without secrets."""
        ...

    def put(self, source: Path, key: str) -> StoredBlob:
        """Store a copy of a file; nobody ever sees a part of it under `key`."""
        ...

    def local_path(self, key: str, cache_folder: Path, *, sha256: str) -> Path:
        """A file to read: the blob itself, or a copy in the cache that was checked against its hash.

        Read it only. Raises NotFound when there is no such blob.
        """
        ...

    def exists(self, key: str) -> bool: ...

    def delete(self, key: str) -> None:
        """Remove a blob; an absent one is fine."""
        ...

    def list_keys(self, prefix: str = "", *, older_than: datetime | None = None) -> Iterator[str]:
        """Keys under `<project>/` or `<project>/<artifact>/`, in no order."""
        ...

    def discard_unfinished(self, older_than: datetime) -> int:
        """Remove what killed writers left half written before then; how many."""
        ...


def make_blobs(settings: Settings) -> Blobs:
    """The configured store. Clouds take their credentials from their own usual places."""
    if settings.blob_url is None:
        return FolderBlobs(settings.home / "blobs")
    return ObjectBlobs(settings.blob_url)


def new_key(project_id: str, artifact_id: str, extension: str) -> str:
    """A key that was never used before, `<project>/<artifact>/<random>.<extension>`.

    Of the extension, which may come from a stranger's file name, only letters and digits remain.
    """
    plain = re.sub(r"[^0-9a-z]", "", extension.lower())[:8] or "bin"
    return _checked(f"{project_id}/{artifact_id}/{new_token(16)}.{plain}")


class FolderBlobs:
    """Blobs as files of a local folder, synced to the disk before `put` returns."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def bucket(self) -> str:
        return self.folder.absolute().as_uri()

    def put(self, source: Path, key: str) -> StoredBlob:
        target = self._path(key)
        with _storage_errors(key):
            unfinished = self.folder / UNFINISHED / new_token(16)
            unfinished.parent.mkdir(parents=True, exist_ok=True)
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                size_bytes, sha256 = _copy_synced(source, unfinished)
                _require_same(key, sha256, hash_file(unfinished))
                unfinished.replace(target)
            except BaseException:
                unfinished.unlink(missing_ok=True)
                raise
            for folder in (target.parent, target.parent.parent, self.folder):
                _sync_folder(folder)
        return StoredBlob(self.bucket, key, size_bytes, sha256)

    def local_path(self, key: str, cache_folder: Path, *, sha256: str) -> Path:
        path = self._path(key)
        if not path.is_file():
            raise NotFound(f"There is no blob {key}.", key=key)
        return path

    def exists(self, key: str) -> bool:
        return self._path(key).is_file()

    def delete(self, key: str) -> None:
        with _storage_errors(key):
            self._path(key).unlink(missing_ok=True)

    def list_keys(self, prefix: str = "", *, older_than: datetime | None = None) -> Iterator[str]:
        start = self.folder / _checked_prefix(prefix)
        for path in start.rglob("*"):
            key = path.relative_to(self.folder).as_posix()
            if KEY.fullmatch(key) and path.is_file() and _is_older(path, older_than):
                yield key

    def discard_unfinished(self, older_than: datetime) -> int:
        old = [path for path in (self.folder / UNFINISHED).glob("*") if _is_older(path, older_than)]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def _path(self, key: str) -> Path:
        return self.folder / _checked(key)


class ObjectBlobs:
    """Blobs as objects of a cloud store, which shows an object only when the upload is complete.

    A killed upload leaves parts that only the bucket's lifecycle rule for incomplete uploads removes.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._bucket = f"{parts.scheme}://{parts.hostname}{parts.path}".rstrip("/")
        try:
            self._store: ObjectStore = from_url(url)
        except (BaseError, ValueError) as error:
            raise InvalidInput(f"CUTTINGROOM_BLOB_URL is not usable: {_first_line(error)}") from error

    @property
    def bucket(self) -> str:
        return self._bucket

    def put(self, source: Path, key: str) -> StoredBlob:
        _checked(key)
        with _storage_errors(key):
            sha256 = hash_file(source)
            obstore.put(self._store, key, source, max_concurrency=UPLOADS_AT_ONCE)
            try:
                size_bytes, read_back = self._hash_object(key)
                _require_same(key, sha256, read_back)
            except StorageFailed:
                obstore.delete(self._store, key)
                raise
        return StoredBlob(self.bucket, key, size_bytes, sha256)

    def local_path(self, key: str, cache_folder: Path, *, sha256: str) -> Path:
        cached = cache_folder / "blobs" / sha256[:2] / (sha256 + Path(_checked(key)).suffix)
        if cached.is_file():
            return cached
        with _storage_errors(key):
            cached.parent.mkdir(parents=True, exist_ok=True)
            unfinished = cached.with_name(f"{new_token(16)}.unfinished")
            try:
                with unfinished.open("wb") as file:
                    _, found = self._hash_object(key, into=file)
                _require_same(key, sha256, found)
                unfinished.replace(cached)
            finally:
                unfinished.unlink(missing_ok=True)
        return cached

    def exists(self, key: str) -> bool:
        try:
            with _storage_errors(key):
                obstore.head(self._store, _checked(key))
        except NotFound:
            return False
        return True

    def delete(self, key: str) -> None:
        if self.exists(key):
            with _storage_errors(key):
                obstore.delete(self._store, key)

    def list_keys(self, prefix: str = "", *, older_than: datetime | None = None) -> Iterator[str]:
        with _storage_errors(prefix):
            for batch in obstore.list(self._store, _checked_prefix(prefix) or None):
                for found in batch:
                    if KEY.fullmatch(found["path"]) and (
                        older_than is None or found["last_modified"] < older_than
                    ):
                        yield found["path"]

    def discard_unfinished(self, older_than: datetime) -> int:
        return 0

    def _hash_object(self, key: str, *, into: BinaryIO | None = None) -> tuple[int, str]:
        digest, size_bytes = hashlib.sha256(), 0
        for piece in obstore.get(self._store, key).stream(PIECE_BYTES):
            digest.update(piece)
            size_bytes += len(piece)
            if into is not None:
                into.write(piece)
        return size_bytes, digest.hexdigest()


def _checked(key: str) -> str:
    if not KEY.fullmatch(key):
        raise InvalidInput(f"{key!r} is not the key of a blob.")
    return key


def _checked_prefix(prefix: str) -> str:
    if not PREFIX.fullmatch(prefix):
        raise InvalidInput(f"{prefix!r} is not a folder of blobs; it ends with a slash.")
    return prefix


def _require_same(key: str, expected_sha256: str, found_sha256: str) -> None:
    if expected_sha256 != found_sha256:
        raise StorageFailed(
            f"Blob {key} does not read back as it was written.",
            advice="The disk or the store is damaged; check it before you go on.",
            expected_sha256=expected_sha256,
            found_sha256=found_sha256,
        )


def _copy_synced(source: Path, target: Path) -> tuple[int, str]:
    digest, size_bytes = hashlib.sha256(), 0
    with source.open("rb") as reader, target.open("xb") as writer:
        while piece := reader.read(PIECE_BYTES):
            digest.update(piece)
            size_bytes += len(piece)
            writer.write(piece)
        writer.flush()
        os.fsync(writer.fileno())
    return size_bytes, digest.hexdigest()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_older(path: Path, moment: datetime | None) -> bool:
    return moment is None or datetime.fromtimestamp(path.stat().st_mtime, UTC) < moment


@contextmanager
def _storage_errors(key: str) -> Iterator[None]:
    try:
        yield
    except (ObjectNotFound, FileNotFoundError) as error:
        raise NotFound(f"There is no blob or file for {key}: {_first_line(error)}", key=key) from error
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        reason = "the disk is full or a limit is reached" if full else str(error.strerror or error)
        raise StorageFailed(f"Blob {key} could not be stored or read: {reason}.", key=key) from error
    except BaseError as error:
        raise StorageFailed(f"The blob store did not answer for {key}: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
