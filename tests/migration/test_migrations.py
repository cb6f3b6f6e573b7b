"""The numbered history gives exactly the schema of the models, whole or not at all."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

import servers
from cuttingroom.core.errors import StorageFailed
from cuttingroom.storage import tables
from cuttingroom.storage.base import Row
from cuttingroom.storage.database import Database
from cuttingroom.storage.migrate import upgrade
from factories import a_file, a_filmed_project, a_project
from migration.processes import PROCESSES, die_at_statement, open_together
from schema import list_triggers, read_schema

HISTORY = ("tool_events", "artifact_uses", "project_versions", "messages")
"""Tables that refuse changes, removals and replacements."""
SERVER_ONLY_INDEXES = {"ix_projects_name_search"}
"""Indexes of the migration that need what not every server has, so that models cannot name them."""


@pytest.fixture(params=servers.DATABASES)
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def empty(kind: str, tmp_path: Path) -> Iterator[Database]:
    made = Database(servers.database_url(kind, tmp_path))
    yield made
    made.dispose()


def statements_of_a_whole_upgrade(kind: str, folder: Path) -> int:
    database, sent = Database(servers.database_url(kind, folder)), 0

    @sa.event.listens_for(database.engine, "before_cursor_execute")
    def count(*_: object) -> None:
        nonlocal sent
        sent += 1

    upgrade(database)
    database.dispose()
    return sent


def test_upgrading_from_nothing_gives_the_schema_of_the_models(empty: Database, kind: str, tmp_path: Path):
    upgrade(empty)
    modelled = Database(servers.database_url(kind, tmp_path))
    assert tables.Worker.metadata is Row.metadata
    Row.metadata.create_all(modelled.engine)
    migrated = read_schema(empty.engine)
    for name in SERVER_ONLY_INDEXES:
        migrated["projects"]["indexes"].pop(name, None)
    assert migrated == read_schema(modelled.engine)
    assert {"uq_tool_events_effect"} <= migrated["tool_events"]["indexes"].keys()
    modelled.dispose()


def test_alembic_finds_nothing_to_add(empty: Database):
    upgrade(empty)
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = [d for d in compare_metadata(context, Row.metadata) if not _is_known_blindness(d)]
    assert found == []


def _is_known_blindness(difference: object) -> bool:
    """On SQLite alembic can neither compare indexes with DESC nor knows which belong to PostgreSQL only."""
    return isinstance(difference, tuple) and getattr(difference[1], "name", "") in (
        "ix_projects_user_id_last_opened_at",
        "ix_projects_timeline_data",
    )


def test_history_has_its_triggers(empty: Database, kind: str):
    upgrade(empty)
    names = ("update", "delete", "replace") if kind == "sqlite" else ("change", "truncate")
    expected = {(table, f"{table}_refuse_{name}") for table in HISTORY for name in names}
    assert list_triggers(empty.engine) == expected


def test_upgrading_twice_changes_nothing(empty: Database):
    upgrade(empty)
    with empty.transaction() as session:
        project_id = a_project(session).id
    before = read_schema(empty.engine), list_triggers(empty.engine)
    upgrade(empty)
    assert (read_schema(empty.engine), list_triggers(empty.engine)) == before
    with empty.transaction() as session:
        assert session.get(tables.Project, project_id) is not None


def test_uses_of_files_survive_the_change_of_their_key(empty: Database):
    upgrade(empty, "0002_advice_of_items")
    with empty.transaction() as session:
        project, media = a_filmed_project(session)
        project_id = project.id
    upgrade(empty)
    with empty.transaction() as session:
        use = session.scalars(sa.select(tables.ArtifactUse)).one()
        assert use.artifact_id == media.artifact_id
        second = a_file(session, session.get_one(tables.Project, project_id))
        values = {"event_id": use.event_id, "element_id": use.element_id, "project_id": project_id}
        session.add(tables.ArtifactUse(**values, artifact_id=second.id))


@pytest.mark.chaos
@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9, 1.0])
def test_an_upgrade_killed_in_the_middle_leaves_nothing_and_can_be_run_again(
    empty: Database, kind: str, tmp_path: Path, share: float
):
    last = statements_of_a_whole_upgrade(kind, tmp_path)
    process = PROCESSES.Process(target=die_at_statement, args=(empty.url, max(2, round(last * share))))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert sa.inspect(empty.engine).get_table_names() == []
    assert list_triggers(empty.engine) == set()
    upgrade(empty)
    assert set(read_schema(empty.engine)) == set(Row.metadata.tables)


def test_programs_that_open_a_new_installation_at_the_same_moment_all_succeed(
    empty: Database, tmp_path: Path
):
    start = PROCESSES.Barrier(4)
    processes = [
        PROCESSES.Process(target=open_together, args=(empty.url, tmp_path / "home", start)) for _ in range(4)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(90)
    assert [p.exitcode for p in processes] == [0, 0, 0, 0]
    with empty.engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM alembic_version")) == 1


def test_a_database_of_a_newer_program_is_refused_with_advice_and_left_alone(empty: Database):
    upgrade(empty)
    with empty.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999_future'"))
    before = read_schema(empty.engine)
    with pytest.raises(StorageFailed, match="9999_future") as refusal:
        upgrade(empty)
    assert "newer Cuttingroom" in refusal.value.advice
    assert read_schema(empty.engine) == before
    with empty.engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT version_num FROM alembic_version")) == "9999_future"
