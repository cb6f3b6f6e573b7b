"""The questions that screens and reports ask are answered right, and through an index."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from cuttingroom.core import clock
from cuttingroom.core.errors import NotFound
from cuttingroom.core.ids import UserId, new_id
from cuttingroom.core.status import ErrorCategory
from cuttingroom.storage.database import Database
from cuttingroom.storage.tables import (
    AiCall,
    Artifact,
    ArtifactType,
    Plan,
    PlanItem,
    Project,
    Run,
    RunPhase,
    ToolEvent,
)
from cuttingroom.studio.analytics import (
    FailureRate,
    count_failures_by_category,
    phase_durations,
    provider_failures,
    tool_failure_rates,
)
from cuttingroom.studio.artifacts import list_artifacts
from cuttingroom.studio.inspection import inspect_run
from cuttingroom.studio.projects import find_projects_using, list_projects
from cuttingroom.studio.runs import list_runs
from factories import a_project, a_user

PROJECTS, RUNS_EACH = 15, 100
BEGAN = clock.now() - timedelta(days=1)


def run_row(project: Project, number: int) -> dict[str, Any]:
    failed = number % 10 == 0
    return {
        "id": new_id(),
        "kind": "edit",
        "project_id": project.id,
        "user_id": project.user_id,
        "request": "cut it",
        "intent": {},
        "options": {},
        "idempotency_key": f"{project.id}:{number}",
        "status": "failed" if failed else "completed",
        "phase": "planning" if failed else "verifying",
        "planner": "rules",
        "provider": "acme",
        "provider_metadata": {},
        "base_version": 1,
        "attempt": 1,
        "error_category": ("provider" if number % 20 else "storage") if failed else None,
        "error_message": "It failed." if failed else None,
        "created_at": BEGAN + timedelta(seconds=number),
    }


def rows_of(run: dict[str, Any], number: int) -> Iterator[tuple[Any, dict[str, Any]]]:
    owner = {"project_id": run["project_id"], "user_id": run["user_id"]}
    for order, phase in enumerate(("planning", "executing")):
        start = BEGAN + timedelta(minutes=order)
        row = {"run_id": run["id"], "phase": phase, "attempt": 1, "started_at": start}
        yield RunPhase, row | {"id": new_id(), "finished_at": start + timedelta(seconds=1 + number % 3)}
    plan_id, item_id = new_id(), new_id()
    ticks = {"before_ticks": 1, "after_ticks": 1}
    plan = {"id": plan_id, "run_id": run["id"], "revision": 1, "status": "accepted", "summary": "", **ticks}
    lists = {"assumptions": [], "questions": [], "cited_inputs": [], "scores": {}}
    yield Plan, {**owner, **plan, **lists, "context_version": 1, "planner": "rules"} | _digests()
    item = {"id": item_id, "plan_id": plan_id, "run_id": run["id"], "position": 1, "tool": "trim", **ticks}
    texts = {"call": {}, "targets": [], "title": "", "reason": "", "validation": {}, "progress_note": ""}
    yield PlanItem, {**owner, **item, **texts, "status": "completed", "progress": 1.0, "attempts": 1}
    yield ToolEvent, {**owner, **_event(run, number), "plan_item_id": item_id}
    yield AiCall, {**owner, **_call(run, number)}
    yield Artifact, {**owner, **_artifact(run, number)}


def _digests() -> dict[str, str]:
    return {"context_hash": "0" * 64, "digest": "0" * 64}


def _event(run: dict[str, Any], number: int) -> dict[str, Any]:
    return {
        "id": new_id(),
        "run_id": run["id"],
        "sequence": number + 10,
        "actor": "plan",
        "tool": "trim" if number % 2 else "render",
        "status": "failed" if number % 4 == 0 else "succeeded",
        "attempt": 1,
        "idempotency_key": new_id(),
        "input": {},
        "targets": [],
        "result": {},
        "started_at": BEGAN,
        "finished_at": BEGAN,
        "previous_hash": "0" * 64,
        "hash": "0" * 64,
    }


def _call(run: dict[str, Any], number: int) -> dict[str, Any]:
    return {
        "id": new_id(),
        "run_id": run["id"],
        "operation_name": "chat",
        "provider_name": "acme",
        "request_model": "m",
        "finish_reasons": [],
        "latency_ms": 5,
        "price_source": "local",
        "request_hash": new_id(),
        "status": "busy" if number % 5 == 0 else "succeeded",
        "details": {},
    }


def _artifact(run: dict[str, Any], number: int) -> dict[str, Any]:
    return {
        "id": new_id(),
        "source_run_id": run["id"],
        "artifact_type": "render" if number % 3 else "music",
        "name": "x",
        "status": "stored",
        "visibility": "library",
        "bucket": "b",
        "key": new_id(),
        "mime_type": "video/mp4",
        "size_bytes": 1,
        "sha256": "0" * 64,
        "facts": {},
    }


@pytest.fixture
def busy(database: Database) -> tuple[Database, UserId, str]:
    """Thousands of rows of one user in several projects, with the database's statistics up to date."""
    with database.transaction() as session:
        user = a_user(session)
        projects = [a_project(session, user, f"Project {n}") for n in range(PROJECTS)]
        runs = [run_row(project, n) for project in projects for n in range(RUNS_EACH)]
        session.execute(sa.insert(Run), runs)
        tables: dict[Any, list[dict[str, Any]]] = {}
        for number, run in enumerate(runs):
            for table, row in rows_of(run, number % RUNS_EACH):
                tables.setdefault(table, []).append(row)
        for table, rows in tables.items():
            session.execute(sa.insert(table), rows)
        session.execute(sa.text("ANALYZE"))
        return database, user.id, projects[3].id


Ask = Callable[[Session, UserId, str], object]


QUESTIONS: dict[str, tuple[Ask, tuple[str, ...]]] = {
    "the recent runs of a project": (lambda s, u, p: list_runs(s, u, project_id=p), ("runs",)),
    "the failed runs of a category": (
        lambda s, u, p: list_runs(s, u, project_id=p, error_category=ErrorCategory.PROVIDER),
        ("runs",),
    ),
    "a run with its plan, items, events, artifacts and checks": (
        lambda s, u, p: inspect_run(s, u, list_runs(s, u, project_id=p, limit=1)[0].id),
        ("runs", "plans", "plan_items", "tool_events", "artifacts", "ai_calls", "run_phases"),
    ),
    "the files of a project by type": (
        lambda s, u, p: list_artifacts(s, u, project_id=p, artifact_type=ArtifactType.MUSIC),
        ("artifacts",),
    ),
    "why runs of a project fail": (count_failures_by_category, ("runs",)),
    "how long phases last": (phase_durations, ("runs", "run_phases")),
    "how often providers fail": (provider_failures, ("ai_calls",)),
    "how often tools fail": (tool_failure_rates, ("tool_events",)),
    "the projects that use a file": (lambda s, u, p: find_projects_using(s, u, new_id()), ("artifact_uses",)),
}


@pytest.mark.timeout(120)
def test_every_question_is_answered_through_an_index(busy: tuple[Database, UserId, str]):
    database, user_id, project_id = busy
    for name, (ask, tables) in QUESTIONS.items():
        for plan in explain(database, lambda s, ask=ask: ask(s, user_id, project_id)):
            for table in tables:
                assert not is_scanned(plan, table), f"{name}: {table} is read from end to end:\n{plan}"


def explain(database: Database, ask: Callable[[Session], object]) -> list[str]:
    """What the database says it does for each query that `ask` sends."""
    sent: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            sent.append((statement, parameters))

    sa.event.listen(database.engine, "before_cursor_execute", note)
    with database.transaction() as session:
        ask(session)
    sa.event.remove(database.engine, "before_cursor_execute", note)
    how = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
    with database.engine.connect() as connection:
        if not database.is_sqlite:
            # Of a few thousand rows PostgreSQL may rather read all; here it does so only where no index fits.
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        return [
            "\n".join(str(row[-1]) for row in connection.exec_driver_sql(how + statement, parameters))
            for statement, parameters in sent
        ]


def is_scanned(plan: str, table: str) -> bool:
    """SQLite says `SCAN runs` (unless an index covers it), PostgreSQL `Seq Scan on runs`."""
    lines = [line.strip() for line in plan.splitlines()]
    full = [line for line in lines if line == f"SCAN {table}" or f"Seq Scan on {table} " in line]
    return bool(full)


def test_the_figures_are_right(busy: tuple[Database, UserId, str]):
    database, user_id, project_id = busy
    with database.transaction() as session:
        assert len(list_runs(session, user_id, project_id=project_id, limit=7)) == 7
        newest = [r.created_at for r in list_runs(session, user_id, project_id=project_id)]
        assert newest == sorted(newest, reverse=True)
        found = list_runs(session, user_id, error_category=ErrorCategory.STORAGE, limit=1000)
        assert len(found) == PROJECTS * RUNS_EACH // 20
        assert count_failures_by_category(session, user_id, project_id) == {"provider": 5, "storage": 5}
        music = list_artifacts(session, user_id, project_id=project_id, artifact_type=ArtifactType.MUSIC)
        assert len(music) == 34
        planning = phase_durations(session, user_id, project_id)[1]
        assert (planning.phase, planning.stays) == ("planning", 100)
        assert planning.total_seconds == pytest.approx(34 * 1 + 33 * 2 + 33 * 3, abs=0.01)
        assert planning.longest_seconds == pytest.approx(3, abs=0.001)
        assert provider_failures(session, user_id, project_id) == [FailureRate("acme", 100, 20)]
        rates = {r.name: r for r in tool_failure_rates(session, user_id, project_id)}
        assert rates["render"] == FailureRate("render", 50, 25)
        assert rates["trim"] == FailureRate("trim", 50, 0)
        assert rates["trim"].share == 0


def test_strangers_get_no_figures(database: Database):
    with database.transaction() as session:
        project, stranger = a_project(session), a_user(session)
        for ask in (phase_durations, count_failures_by_category, provider_failures, tool_failure_rates):
            with pytest.raises(NotFound):
                ask(session, stranger.id, project.id)


def test_projects_are_listed_by_when_they_were_opened_and_found_by_a_part_of_their_name(database: Database):
    with database.transaction() as session:
        user = a_user(session)
        for name in ("Harbour", "Market", "Old harbour"):
            a_project(session, user, name)
        assert [p.name for p in list_projects(session, user.id)] == ["Old harbour", "Market", "Harbour"]
        found = list_projects(session, user.id, name_contains="HARB")
        assert [p.name for p in found] == ["Old harbour", "Harbour"]
        assert list_projects(session, user.id, name_contains="%") == []
