"""What the processes of the migration tests do. They start from one that has imported everything."""

from __future__ import annotations

import multiprocessing
import os
import signal
from pathlib import Path
from threading import Barrier
from typing import Any

from sqlalchemy import event

from cuttingroom.app import open_app
from cuttingroom.core.settings import Settings
from cuttingroom.storage.database import Database
from cuttingroom.storage.migrate import upgrade
from cuttingroom.workflows.dbos_engine import DbosEngine

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["cuttingroom.workflows.dbos_engine", "cuttingroom.app"])


def die_at_statement(url: str, number: int) -> None:
    """Upgrade, and be killed just before the statement of that number is sent."""
    database, sent = Database(url), 0

    @event.listens_for(database.engine, "before_cursor_execute")
    def count(*_: Any) -> None:
        nonlocal sent
        sent += 1
        if sent == number:
            os.kill(os.getpid(), signal.SIGKILL)

    upgrade(database)


def open_together(url: str, home: Path, start: Barrier) -> None:
    """What every program does first: open the installation and the engine."""
    settings = Settings(home=home, database_url=url)
    start.wait(60)
    app = open_app(settings)
    engine = DbosEngine(settings)
    engine.migrate()
    engine.stop()
    app.close()
