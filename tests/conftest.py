"""Fixtures that every test folder uses: a fresh, migrated database of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from browser import Browser
from cuttingroom.storage.database import Database
from servers import DATABASES, migrated_url


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database at the newest schema: the test runs once on SQLite and once on PostgreSQL."""
    made = Database(migrated_url(request.param, tmp_path))
    yield made
    made.dispose()


@pytest.fixture
def sqlite_database(tmp_path: Path) -> Iterator[Database]:
    """For tests whose promise has nothing to do with the kind of database."""
    made = Database(migrated_url("sqlite", tmp_path))
    yield made
    made.dispose()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of a session."""
    made = Browser()
    yield made
    made.close()
