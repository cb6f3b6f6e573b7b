"""What the database itself refuses, whoever writes to it, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from cuttingroom.core import clock
from cuttingroom.core.ids import new_id
from cuttingroom.storage.base import Row
from cuttingroom.storage.database import Database
from cuttingroom.storage.tables import (
    AiCall,
    Artifact,
    ArtifactUse,
    Conversation,
    IdempotencyKey,
    Message,
    Plan,
    PlanItem,
    PlanItemDependency,
    Project,
    ProjectVersion,
    Run,
    RunPhase,
    ToolEvent,
    User,
    Verification,
)
from cuttingroom.studio import ledger
from cuttingroom.studio.runs import start_run
from factories import a_file, a_project


@dataclass
class World:
    """One row of each kind; `add` inserts another row of a table with some of its columns changed."""

    session: Session
    project: Project
    other: Project
    run: Run
    plan: Plan
    item: PlanItem
    file: Artifact
    event: ToolEvent

    def copy(self, row: Any, **changes: Any) -> None:
        table = row.__table__
        values = {c.key: getattr(row, _attribute(row, c)) for c in table.columns if c.computed is None}
        if "id" in values:
            values["id"] = new_id()
        self.session.execute(sa.insert(table).values(values | changes))

    def set(self, row: Any, **values: Any) -> None:
        table = row.__table__
        self.session.execute(sa.update(table).where(table.c.id == row.id).values(**values))


def _attribute(row: Any, column: sa.Column[Any]) -> str:
    return sa.inspect(type(row)).get_property_by_column(column).key


@pytest.fixture
def world(database: Database):
    with database.transaction() as session:
        project, other = a_project(session), a_project(session)
        run, _ = start_run(session, project.user_id, project.id, "cut it", key="key", planner="rules")
        plan = Plan(
            run_id=run.id,
            project_id=project.id,
            user_id=project.user_id,
            summary="",
            context_version=1,
            context_hash="0" * 64,
            planner="rules",
            before_ticks=0,
            after_ticks=0,
            digest="0" * 64,
        )
        session.add(plan)
        session.flush()
        item = PlanItem(
            plan_id=plan.id,
            run_id=run.id,
            project_id=project.id,
            user_id=project.user_id,
            position=1,
            tool="trim",
            call={},
            title="Trim",
        )
        session.add(item)
        session.flush()
        event = next(ledger.iterate(session, project.id))
        file = a_file(session, project)
        yield World(session, project, other, run, plan, item, file, event)
        session.rollback()


Act = Callable[[World], None]


def copies(which: str, /, **changes: Any) -> Act:
    return lambda world: world.copy(getattr(world, which), **changes)


def sets(which: str, /, **values: Any) -> Act:
    return lambda world: world.set(getattr(world, which), **values)


def adds(make_row: Callable[[World], Any]) -> Act:
    def act(world: World) -> None:
        world.session.add(make_row(world))
        world.session.flush()

    return act


def owner(w: World) -> dict[str, Any]:
    return {"project_id": w.project.id, "user_id": w.project.user_id}


def stranger(w: World) -> dict[str, Any]:
    """A project with a user who does not own it."""
    return {"project_id": w.project.id, "user_id": w.other.user_id}


def elsewhere(w: World) -> dict[str, Any]:
    """Another project, with its own user."""
    return {"project_id": w.other.id, "user_id": w.other.user_id}


UNIQUE: dict[str, Act] = {
    "one run for each key of a user": lambda w: w.copy(w.run),
    "one revision of a plan": lambda w: w.copy(w.plan),
    "one item at a position": lambda w: w.copy(w.item),
    "one event at a place in the ledger": lambda w: w.copy(w.event, idempotency_key="x"),
    "one success for each key": lambda w: w.copy(w.event, sequence=99),
    "one file at an address": lambda w: w.copy(w.file),
    "one user for an e-mail address": adds(lambda w: User(email=_email(w), name="Twin")),
    "one version of a number": adds(
        lambda w: ProjectVersion(project_id=w.project.id, version_number=1, state_hash="0" * 64)
    ),
    "one open phase of a run": adds(lambda w: RunPhase(run_id=w.run.id, phase="planning", attempt=1)),
}

CHECKS: dict[str, Act] = {
    "a name is not empty": sets("project", name="  "),
    "a name is not endless": sets("project", name="x" * 501),
    "a version is positive": sets("project", version=0),
    "a ledger is not shorter than nothing": sets("project", last_sequence=-1),
    "a version number is positive": adds(
        lambda w: ProjectVersion(project_id=w.project.id, version_number=0, state_hash="0" * 64)
    ),
    "a user has a name": adds(lambda w: User(email=new_id(), name=" ")),
    "an attempt is counted from one": sets("run", attempt=0),
    "a failed run says why": sets("run", status="failed"),
    "a run that did not fail has no cause": sets("run", error_category="media", error_message="?"),
    "a position is counted from one": sets("item", position=0),
    "progress is at least 0": sets("item", progress=-0.01),
    "progress is at most 1": sets("item", progress=1.01),
    "an item does not wait for itself": adds(
        lambda w: PlanItemDependency(item_id=w.item.id, depends_on_id=w.item.id)
    ),
    "a sequence is positive": copies("event", sequence=0, idempotency_key="x"),
    "a change has its hash": copies("event", sequence=99, idempotency_key="x", state_hash=None),
    "a stored file has a key": sets("file", key=None),
    "a stored file has a hash": sets("file", sha256=None),
    "a stored file has a size": sets("file", size_bytes=None),
    "a file is not empty": sets("file", size_bytes=0),
    "a duration is positive": sets("file", duration_ticks=0),
    "a failed file says why": sets("file", status="failed"),
    "money is not negative": adds(lambda w: _call(w, cost_microusd=-1)),
}

REFERENCES: dict[str, Act] = {
    "a run of a project is its owner's": lambda w: w.copy(w.run, idempotency_key="x", **stranger(w)),
    "a plan of a project is its owner's": lambda w: w.copy(w.plan, revision=2, **stranger(w)),
    "an item of a project is its owner's": lambda w: w.copy(w.item, position=2, **stranger(w)),
    "an event of a project is its owner's": lambda w: w.copy(
        w.event, sequence=99, idempotency_key="x", **stranger(w)
    ),
    "a file of a project is its owner's": lambda w: w.copy(w.file, key="other", **stranger(w)),
    "a verification is its owner's": adds(
        lambda w: Verification(artifact_id=w.file.id, passed=True, checks=[], **stranger(w))
    ),
    "a run belongs to a project": lambda w: w.copy(w.run, idempotency_key="x", project_id=new_id()),
    "a plan belongs to a run": lambda w: w.copy(w.plan, revision=2, run_id=new_id()),
    "an item belongs to a plan": lambda w: w.copy(w.item, position=2, plan_id=new_id()),
    "an event names an item that exists": lambda w: w.copy(
        w.event, sequence=99, idempotency_key="x", plan_item_id=new_id()
    ),
    "a message belongs to a conversation": adds(
        lambda w: Message(conversation_id=new_id(), role="user", content="hello")
    ),
    "a conversation belongs to a user": adds(lambda w: Conversation(user_id=new_id())),
    "a project belongs to a user": lambda w: w.copy(w.project, user_id=new_id()),
    "a project with a ledger cannot be removed": lambda w: _remove(w, w.project),
    "a run with events cannot be removed": lambda w: _remove_run_with_event(w),
}


REFERENCES |= {
    "a plan's run is of its project": lambda w: w.copy(w.plan, revision=2, **elsewhere(w)),
    "an item's run is of its project": lambda w: w.copy(w.item, position=2, **elsewhere(w)),
    "an item's plan is of its run": lambda w: w.copy(w.item, position=2, run_id=_another_run(w)),
    "an event's run is of its project": lambda w: w.copy(
        w.event, sequence=99, run_id=w.run.id, **elsewhere(w)
    ),
    "a file's run is of its project": lambda w: w.copy(
        w.file, key="other", source_run_id=w.run.id, **elsewhere(w)
    ),
    "a file names an event that exists": lambda w: w.copy(w.file, key="other", source_event_id=new_id()),
    "a version names an event that exists": adds(
        lambda w: ProjectVersion(
            project_id=w.project.id, version_number=2, state_hash="0" * 64, event_id=new_id()
        )
    ),
    "a failed run names an item that exists": sets("run", error_item_id=new_id()),
    "who approved a plan exists": sets("plan", approved_by=new_id()),
    "who canceled a run exists": sets("run", cancel_requested_by=new_id()),
}


def _email(w: World) -> str:
    return w.session.get_one(User, w.project.user_id).email


def _call(w: World, **values: Any) -> AiCall:
    texts = {"operation_name": "chat", "provider_name": "acme", "request_model": "m", "price_source": "x"}
    return AiCall(**texts, latency_ms=1, request_hash="0" * 64, status="succeeded", **owner(w), **values)


def _another_run(w: World) -> str:
    run, _ = start_run(w.session, w.project.user_id, w.project.id, "again", key=new_id(), planner="rules")
    return run.id


def _remove(w: World, row: Any) -> None:
    w.session.execute(sa.delete(row.__table__).where(row.__table__.c.id == row.id))


def _remove_run_with_event(w: World) -> None:
    w.copy(w.event, sequence=99, idempotency_key="x", run_id=w.run.id)
    _remove(w, w.run)


@pytest.mark.parametrize("rule", [*UNIQUE, *CHECKS, *REFERENCES])
def test_the_database_insists_that(world: World, rule: str):
    act = (UNIQUE | CHECKS | REFERENCES)[rule]
    # PostgreSQL calls a text that is longer than its column a data error.
    with pytest.raises((IntegrityError, DataError)), world.session.begin_nested():
        act(world)


STATUS_COLUMNS = [
    ("run", "status"),
    ("run", "phase"),
    ("run", "kind"),
    ("plan", "status"),
    ("item", "status"),
    ("item", "error_category"),
    ("file", "status"),
    ("file", "artifact_type"),
    ("file", "visibility"),
]


@pytest.mark.parametrize(("name", "column"), STATUS_COLUMNS)
def test_a_status_is_one_of_its_words(world: World, name: str, column: str):
    row = getattr(world, name)
    table = row.__table__.name
    statement = sa.text(f"UPDATE {table} SET {column} = 'nonsense'")
    with pytest.raises(IntegrityError), world.session.begin_nested():
        world.session.execute(statement)


def test_a_key_may_be_used_by_another_user_and_failures_may_share_a_key(world: World):
    world.copy(world.run, project_id=world.other.id, user_id=world.other.user_id)
    for sequence in (98, 99):
        world.copy(world.event, sequence=sequence, status="duplicate")


def test_an_answer_is_kept_once_for_user_route_and_key(world: World):
    def answer(user_id: str, route: str, key: str) -> IdempotencyKey:
        return IdempotencyKey(
            user_id=user_id, route=route, key=key, fingerprint="0" * 64, expires_at=clock.now()
        )

    mine, theirs = world.project.user_id, world.other.user_id
    world.session.add_all([answer(mine, "r", "k"), answer(theirs, "r", "k"), answer(mine, "s", "k")])
    world.session.flush()
    world.session.expunge_all()
    again = adds(lambda _: answer(mine, "r", "k"))
    with pytest.raises(IntegrityError), world.session.begin_nested():
        again(world)


HISTORY = {
    "events are not changed": "UPDATE tool_events SET status = 'failed'",
    "events are not removed": "DELETE FROM tool_events",
    "uses of files are not removed": "DELETE FROM artifact_uses",
    "uses of files are not changed": "UPDATE artifact_uses SET element_id = 'x'",
    "versions are not removed": "DELETE FROM project_versions",
    "messages are not removed": "DELETE FROM messages",
    "versions are not changed": "UPDATE project_versions SET state_hash = 'x'",
    "messages are not changed": "UPDATE messages SET content = 'x'",
}


@pytest.mark.parametrize("rule", HISTORY)
def test_history_stands(world: World, rule: str):
    if "artifact_uses" in HISTORY[rule]:
        world.session.add(ArtifactUse(**_a_use(world)))
        world.session.flush()
    with pytest.raises(DatabaseError, match="append-only"), world.session.begin_nested():
        world.session.execute(sa.text(HISTORY[rule]))


def _a_use(w: World) -> dict[str, Any]:
    return {
        "event_id": w.event.id,
        "element_id": "el_1",
        "artifact_id": w.file.id,
        "project_id": w.project.id,
    }


@pytest.mark.parametrize("table", ["tool_events", "artifact_uses", "project_versions", "messages"])
def test_history_cannot_be_emptied_on_postgresql(world: World, database: Database, table: str):
    if database.is_sqlite:
        pytest.skip("SQLite knows no TRUNCATE")
    with pytest.raises(DatabaseError, match="append-only"), world.session.begin_nested():
        world.session.execute(sa.text(f"TRUNCATE {table} CASCADE"))


FORGED: dict[str, tuple[str, dict[str, str]]] = {
    "an event by its id": ("tool_events", {"sequence": "99", "idempotency_key": "'x'"}),
    "an event by its place": ("tool_events", {"id": "'x'", "idempotency_key": "'x'"}),
    "an event by its key": ("tool_events", {"id": "'x'", "sequence": "99"}),
    "a version by its id": ("project_versions", {"version_number": "99"}),
    "a version by its number": ("project_versions", {"id": "'x'"}),
    "a message by its id": ("messages", {"content": "'x'"}),
    "a use of a file": ("artifact_uses", {}),
}


@pytest.mark.parametrize("trusting", [False, True])
@pytest.mark.parametrize("what", FORGED)
def test_replacing_history_on_sqlite_is_refused(world: World, database: Database, what: str, trusting: bool):
    """Also for a connection that leaves SQLite as it comes, without recursive triggers."""
    if not database.is_sqlite:
        pytest.skip("only SQLite knows REPLACE")
    table, changes = FORGED[what]
    world.session.add(ArtifactUse(**_a_use(world)))
    world.session.flush()
    columns = [c.name for c in Row.metadata.tables[table].columns if c.computed is None]
    values = ", ".join(changes.get(c, f'"{c}"') for c in columns)
    names = ", ".join(f'"{c}"' for c in columns)
    world.session.execute(sa.text(f"PRAGMA recursive_triggers={'OFF' if trusting else 'ON'}"))
    with pytest.raises(DatabaseError, match="append-only"):
        world.session.execute(sa.text(f"REPLACE INTO {table} ({names}) SELECT {values} FROM {table}"))


def test_a_row_of_history_cannot_be_replaced_by_its_row_number(world: World, database: Database):
    if not database.is_sqlite:
        pytest.skip("only SQLite knows REPLACE")
    statement = (
        "REPLACE INTO messages (rowid, id, conversation_id, role, content, metadata, created_at)"
        " SELECT rowid, 'x', conversation_id, role, 'forged', metadata, created_at FROM messages"
    )
    world.session.execute(sa.text("PRAGMA recursive_triggers=OFF"))
    with pytest.raises(DatabaseError, match="append-only"):
        world.session.execute(sa.text(statement))


def test_a_moment_without_a_time_zone_is_refused(world: World):
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - that is the point
    with pytest.raises(StatementError, match="without time zone"), world.session.begin_nested():
        world.set(world.run, started_at=naive)


def test_the_length_in_seconds_follows_the_ticks(world: World):
    world.set(world.file, duration_ticks=705_600_000 * 3 // 2)
    seconds = world.session.scalar(sa.select(Artifact.duration_seconds).where(Artifact.id == world.file.id))
    assert seconds == 1.5
