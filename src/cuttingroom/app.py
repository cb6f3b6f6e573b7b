"""Wiring: settings -> database, blobs and the folders of this installation."""

from __future__ import annotations

import errno
import logging
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import NoReturn

from cuttingroom.core.errors import StorageFailed
from cuttingroom.core.ids import new_token
from cuttingroom.core.settings import Settings
from cuttingroom.storage.blobs import Blobs, make_blobs
from cuttingroom.storage.database import Database
from cuttingroom.storage.migrate import upgrade

ACCESS_ADVICE = "Check that the path exists, is of the right kind, and may be read and written."
LOG_BYTES, LOG_FILES = 5_000_000, 3


@dataclass(frozen=True)
class App:
    """Everything a process shares. `close` it at the end."""

    settings: Settings
    database: Database
    blobs: Blobs

    def close(self) -> None:
        self.database.dispose()

    @contextmanager
    def work_folder(self) -> Iterator[Path]:
        """A private folder for one attempt, removed afterwards."""
        folder = self.settings.work_folder / new_token(16)
        with disk_errors():
            folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def open_app(settings: Settings) -> App:
    """Open an installation, made or upgraded when needed.

    Raises StorageFailed when its folder or database cannot be used.
    """
    with disk_errors():
        settings.home.mkdir(parents=True, exist_ok=True)
        write_log_to(settings.home / "cuttingroom.log")
    database = Database(settings.database)
    upgrade(database)
    return App(settings, database, make_blobs(settings))


def write_log_to(path: Path) -> None:
    """Send the program's log to a file that is turned over; the terminal stays the person's."""
    logger = logging.getLogger()
    if any(isinstance(h, RotatingFileHandler) and h.baseFilename == str(path) for h in logger.handlers):
        return
    handler = RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=LOG_FILES, delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logger.addHandler(handler)
    logging.getLogger("cuttingroom").setLevel(logging.INFO)


@contextmanager
def disk_errors() -> Iterator[None]:
    """Turn the system's complaint about a disk into StorageFailed."""
    try:
        yield
    except OSError as error:
        advice = None if error.errno in (errno.ENOSPC, errno.EDQUOT) else ACCESS_ADVICE
        message = f"{error.filename or 'The disk'}: {error.strerror or error}"
        raise StorageFailed(message, advice=advice) from error


def leave(exit_status: int) -> NoReturn:
    """End this process now, when everything is closed that must be.

    Threads of unfinished jobs would keep it alive until ffmpeg is done; their jobs go on with the next
    worker, as after a crash.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    logging.shutdown()
    os._exit(exit_status)
