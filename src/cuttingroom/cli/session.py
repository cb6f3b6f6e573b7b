"""The installation that a command works on, and whether this process does the work or somebody else."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from cuttingroom.app import App, open_app
from cuttingroom.core import clock
from cuttingroom.core.errors import Conflict, CuttingroomError, InvalidInput
from cuttingroom.core.ids import UserId
from cuttingroom.core.settings import Settings
from cuttingroom.studio.access import local_user

if TYPE_CHECKING:
    from cuttingroom.workflows.dbos_engine import DbosEngine
    from cuttingroom.workflows.recover import Upkeep

T = TypeVar("T")
log = logging.getLogger(__name__)

LOOK_FOR_WORKER_SECONDS = 1.0


def read_settings() -> Settings:
    """The settings of the environment. InvalidInput names the variable that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        name = "CUTTINGROOM_" + "_".join(str(p) for p in first["loc"]).upper()
        raise InvalidInput(
            f"{name}: {first['msg']}.", advice="docs/configuration.md lists every setting.", variable=name
        ) from error


class Session:
    """One opened installation with its owner.

    Any process may ask for work. One that waits for it calls `keep_working`: it becomes a worker when there
    is none, on SQLite and PostgreSQL alike, so that nothing waits for a process that nobody started.
    """

    def __init__(self, app: App) -> None:
        self.app = app
        self.is_working = False
        self._upkeep: Upkeep | None = None
        self._next_look = 0.0
        with app.database.transaction() as session:
            self.user_id: UserId = local_user(session).id

    @property
    def settings(self) -> Settings:
        return self.app.settings

    @cached_property
    def engine(self) -> DbosEngine:
        # The engine takes a second to import; commands that only read do without.
        from cuttingroom.workflows.dbos_engine import DbosEngine

        engine = DbosEngine(self.app.settings)
        engine.migrate()
        return engine

    def run(self, fn: Callable[..., T], *args: Any, **options: Any) -> T:
        """Call a service function in one transaction: `fn(session, user_id, ...)`."""
        with self.app.database.transaction() as session:
            return fn(session, self.user_id, *args, **options)

    def keep_working(self) -> None:
        """Become the worker unless somebody is; looks about once a second."""
        if self.is_working or clock.monotonic() < self._next_look:
            return
        self._next_look = clock.monotonic() + LOOK_FOR_WORKER_SECONDS
        from cuttingroom.workflows.lease import has_live_worker

        if self.settings.is_sqlite or not has_live_worker(self.app.database, self.settings.lease_seconds):
            try:
                self.work()
            except Conflict as error:
                log.info("another process works: %s", error.message)

    def work(self) -> None:
        """Become a worker. Raises Conflict when another process works on the same SQLite database."""
        from cuttingroom.workflows.recover import Upkeep
        from cuttingroom.workflows.run import RunJobs

        self.engine.start(RunJobs(self.app, self.engine).handlers())
        self.is_working = True
        self._upkeep = Upkeep(self.app, self.engine)
        self._upkeep.start()

    def close(self, *, grace_seconds: float = 0.0) -> None:
        """Stop working; what is unfinished goes on with the next worker."""
        if self._upkeep is not None:
            self._upkeep.stop()
        if "engine" in self.__dict__:
            self.engine.stop(grace_seconds=grace_seconds)
        self.app.close()


@contextmanager
def open_session(settings: Settings | None = None) -> Iterator[Session]:
    """The installation of these settings, or of the environment's, closed at the end."""
    session = Session(open_app(settings or read_settings()))
    try:
        yield session
    finally:
        try:
            session.close()
        except CuttingroomError as error:
            log.warning("could not close in order: %s", error.message)
