"""The ledger cannot be changed, and shows when somebody went around the database to do it."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cuttingroom.core.errors import KeyReused, LedgerBroken
from cuttingroom.core.status import EventStatus
from cuttingroom.core.time import TimeRange, seconds_to_ticks
from cuttingroom.storage.database import Database
from cuttingroom.storage.tables import Project
from cuttingroom.studio import timelines
from cuttingroom.studio.attempts import EditRequest
from cuttingroom.studio.ledger import verify_ledger
from cuttingroom.studio.timelines import apply_edits, edit_by_hand, timeline_at
from cuttingroom.timeline.edits.remove_ranges import RemoveRanges
from factories import a_filmed_project, a_user


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
        "DELETE FROM project_versions",
        "DELETE FROM messages",
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


FORGERIES: dict[str, tuple[str, str]] = {
    "a version taken out": ("DELETE FROM project_versions WHERE version_number = 4", "version 4 is missing"),
    "a version with another hash": (
        f"UPDATE project_versions SET state_hash = '{'f' * 64}' WHERE version_number = 3",
        "version 3 is missing or says something else",
    ),
    "a version of another event": (
        "UPDATE project_versions SET event_id = NULL WHERE version_number = 3",
        "version 3 is missing or says something else",
    ),
    "a version that no event made": (
        "UPDATE project_versions SET version_number = 99 WHERE version_number = 7",
        "version 7 is missing",
    ),
    "another snapshot": (
        "UPDATE project_versions SET timeline_snapshot = (SELECT v.timeline_snapshot FROM project_versions v"
        " WHERE v.version_number = 1) WHERE version_number = 7",
        "snapshot of version 7 was changed",
    ),
    "a snapshot that is no timeline": (
        "UPDATE project_versions SET timeline_snapshot = '[1]' WHERE version_number = 7",
        "snapshot of version 7 cannot be read",
    ),
    "a timeline that is none": ("UPDATE projects SET timeline_data = '[1]'", "stored timeline of project"),
    "an input of another shape": ("UPDATE tool_events SET input = '[1]' WHERE sequence = 3", "Event 3 "),
}
TORN: dict[str, tuple[str, str]] = {
    "no JSON in an event": (
        "UPDATE tool_events SET input = '{' WHERE sequence = 3",
        "Event 3 .*cannot be",
    ),
    "no moment in an event": ("UPDATE tool_events SET started_at = 'x' WHERE sequence = 4", "Event 4 "),
    "no word in an event": ("UPDATE tool_events SET actor = 'x' WHERE sequence = 4", "Event 4 "),
    "no JSON in a project": ("UPDATE projects SET timeline_data = '{'", "stored timeline of project"),
    "no JSON in a snapshot": (
        "UPDATE project_versions SET timeline_snapshot = '{' WHERE version_number = 7",
        "snapshot of version 7 cannot be read",
    ),
}
"""What only SQLite lets anybody write."""


@pytest.mark.parametrize("what", [*FORGERIES, *TORN])
def test_damage_is_named_and_never_a_crash(database: Database, what: str):
    if what in TORN and not database.is_sqlite:
        pytest.skip("PostgreSQL keeps nothing but JSON in such a column")
    statement, named = (FORGERIES | TORN)[what]
    with database.transaction() as session:
        project_id = a_history(session)
    without_triggers(database, lambda s: s.execute(sa.text(statement)))
    with database.transaction() as session, pytest.raises(LedgerBroken, match=named):
        verify_ledger(session, project_id)


def test_a_forged_snapshot_is_never_given_out(database: Database, monkeypatch: pytest.MonkeyPatch):
    with database.transaction() as session:
        project_id = a_history(session)
    statement = FORGERIES["another snapshot"][0]
    without_triggers(database, lambda s: s.execute(sa.text(statement)))
    monkeypatch.setattr(timelines, "_recent", timelines._Recent())
    with database.transaction() as session, pytest.raises(LedgerBroken, match="version 7"):
        timeline_at(session, project_id, 7)


def test_a_noted_head_shows_that_an_end_was_cut_off_together_with_its_project(database: Database):
    with database.transaction() as session:
        project_id = a_history(session)
        noted = verify_ledger(session, project_id).head_hash
        apply_edits(session, session.get_one(Project, project_id), [EditRequest(a_cut(), "later")])
        assert verify_ledger(session, project_id, expected_hash=noted).events == 8
        with pytest.raises(LedgerBroken, match="expected hash"):
            verify_ledger(session, project_id, expected_hash="0" * 64)


def test_a_key_stands_for_one_edit_of_one_project(database: Database):
    with database.transaction() as session:
        user = a_user(session)
        (mine, _), (other, _) = a_filmed_project(session, user=user), a_filmed_project(session, user=user)
        edit_by_hand(session, user.id, mine.id, a_cut(), "k")
        with pytest.raises(KeyReused, match="k was used"):
            edit_by_hand(session, user.id, mine.id, a_cut(2), "k")
        assert mine.version == 3
        assert edit_by_hand(session, user.id, mine.id, a_cut(), "k").status is EventStatus.DUPLICATE
        assert edit_by_hand(session, user.id, other.id, a_cut(2), "k").status is EventStatus.SUCCEEDED


def a_cut(length: float = 1) -> RemoveRanges:
    return RemoveRanges(ranges=(TimeRange.between(0, seconds_to_ticks(length)),))


def key(database: Database, row_id: str) -> str:
    return row_id.replace("-", "") if database.is_sqlite else row_id


def without_triggers(database: Database, act: Callable[[Session], object]) -> None:
    """Go around the database's own refusal, as somebody with the file or the superuser could."""
    with Session(database.engine) as session:
        if database.is_sqlite:
            session.execute(sa.text("PRAGMA foreign_keys=OFF"))
            session.execute(sa.text("PRAGMA ignore_check_constraints=ON"))
            for table in ("tool_events", "project_versions"):
                for action in ("update", "delete"):
                    session.execute(sa.text(f"DROP TRIGGER {table}_refuse_{action}"))
        else:
            session.execute(sa.text("SET session_replication_role = replica"))
        act(session)
        session.commit()
    database.dispose()
