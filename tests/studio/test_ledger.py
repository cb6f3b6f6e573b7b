"""The ledger cannot be changed, and shows when somebody went around the database to do it."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cuttingroom.core.errors import LedgerBroken
from cuttingroom.core.time import TimeRange, seconds_to_ticks
from cuttingroom.storage.database import Database
from cuttingroom.studio.ledger import verify_ledger
from cuttingroom.studio.timelines import EditRequest, apply_edits
from cuttingroom.timeline.edits.remove_ranges import RemoveRanges
from factories import a_filmed_project


def a_history(session: Session, edits: int = 5) -> str:
    project, _ = a_filmed_project(session)
    requests = [
        EditRequest(RemoveRanges(ranges=(TimeRange.between(0, seconds_to_ticks(1)),)), f"{project.id}:{n}")
        for n in range(edits)
    ]
    apply_edits(session, project, requests)
    return project.id


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE tool_events SET tool = 'x'",
        "DELETE FROM tool_events",
        "UPDATE project_versions SET state_hash = ''",
        "UPDATE messages SET content = ''",
    ],
)
def test_the_database_refuses_to_change_history(database: Database, statement: str):
    from cuttingroom.storage.tables import MessageRole, Project
    from cuttingroom.studio.conversations import open_conversation, say

    with database.transaction() as session:
        project_id = a_history(session)
        project = session.get_one(Project, project_id)
        say(session, open_conversation(session, project), MessageRole.USER, "hello")
    with pytest.raises(DBAPIError, match="append-only"), database.transaction() as session:
        session.execute(sa.text(statement))


def test_postgresql_refuses_to_truncate_the_ledger(database: Database):
    if database.is_sqlite:
        pytest.skip("SQLite has no TRUNCATE")
    with pytest.raises(DBAPIError, match="append-only"), database.transaction() as session:
        session.execute(sa.text("TRUNCATE tool_events CASCADE"))


def test_a_sound_ledger_replays_to_the_stored_timeline(database: Database):
    with database.transaction() as session:
        project_id = a_history(session, 20)
    with database.transaction() as session:
        report = verify_ledger(session, project_id)
    assert (report.events, report.changes, report.version) == (22, 22, 22)


TAMPERINGS: dict[str, tuple[str, int]] = {
    "a changed input": ("UPDATE tool_events SET tool = 'trim' WHERE sequence = 4", 4),
    "a changed hash": (f"UPDATE tool_events SET hash = '{'f' * 64}' WHERE sequence = 3", 3),
    "a missing event": ("DELETE FROM tool_events WHERE sequence = 5", 6),
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_the_first_broken_event_is_named(database: Database, what: str):
    statement, sequence = TAMPERINGS[what]
    with database.transaction() as session:
        project_id = a_history(session)
    without_triggers(database, lambda s: s.execute(sa.text(statement)))
    with database.transaction() as session, pytest.raises(LedgerBroken) as broken:
        verify_ledger(session, project_id)
    assert broken.value.detail["sequence"] == sequence


def test_a_cut_off_end_is_noticed(database: Database):
    with database.transaction() as session:
        project_id = a_history(session)
    without_triggers(database, lambda s: s.execute(sa.text("DELETE FROM tool_events WHERE sequence = 7")))
    with database.transaction() as session, pytest.raises(LedgerBroken, match="ends at event 6"):
        verify_ledger(session, project_id)


def test_a_timeline_changed_behind_the_ledgers_back_is_noticed(database: Database):
    with database.transaction() as session:
        project_id = a_history(session)
        other_id = a_history(session, 1)
    with database.transaction() as session:
        session.execute(
            sa.text(
                "UPDATE projects SET timeline_data ="
                " (SELECT timeline_data FROM projects p WHERE p.id = :other) WHERE id = :id"
            ),
            {"id": key(database, project_id), "other": key(database, other_id)},
        )
    with database.transaction() as session, pytest.raises(LedgerBroken, match="stored timeline differs"):
        verify_ledger(session, project_id)


def key(database: Database, row_id: str) -> str:
    return row_id.replace("-", "") if database.is_sqlite else row_id


def without_triggers(database: Database, act: Callable[[Session], object]) -> None:
    """Go around the database's own refusal, as somebody with the file or the superuser could."""
    with database.transaction() as session:
        if database.is_sqlite:
            session.execute(sa.text("PRAGMA foreign_keys=OFF"))
            session.execute(sa.text("DROP TRIGGER tool_events_refuse_update"))
            session.execute(sa.text("DROP TRIGGER tool_events_refuse_delete"))
            session.execute(sa.text("PRAGMA defer_foreign_keys=ON"))
        else:
            session.execute(sa.text("SET session_replication_role = replica"))
        act(session)
        if not database.is_sqlite:
            session.execute(sa.text("SET session_replication_role = DEFAULT"))
