"""The promises of the engine port, kept by every engine on every database."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

import engine_toy
import servers
from cuttingroom.core import clock
from cuttingroom.core.errors import Canceled, Conflict, ProviderBusy, StorageFailed
from cuttingroom.core.settings import Settings
from cuttingroom.storage.database import Database
from cuttingroom.workflows import engine as port
from cuttingroom.workflows.dbos_engine import DbosEngine
from cuttingroom.workflows.engine import (
    CONTROL,
    MAKE,
    MODEL,
    RENDER,
    Engine,
    Handler,
    Job,
    JobContext,
    JobStatus,
)
from cuttingroom.workflows.inline import InlineEngine
from engine_toy import COUNTER, LEDGER, count_up, list_ledger, record, wait_until


class Bench:
    """One engine with its database; `run` works until the named jobs are over."""

    def __init__(self, engine: Engine, database: Database) -> None:
        self.engine = engine
        self.database = database

    def promise(self, kind: str, job_id: str, queue: str = CONTROL, **args: Any) -> None:
        with self.database.transaction() as session:
            self.engine.enqueue(session, kind, job_id, args, queue)

    def run(self, *job_ids: str, **handlers: Handler) -> None:
        self.engine.start(handlers)
        self.finish(*job_ids)

    def finish(self, *job_ids: str) -> None:
        if isinstance(self.engine, InlineEngine):
            self.engine.drain()
        wait_until(lambda: not any(self.engine.is_pending(job_id) for job_id in job_ids))

    def status(self, job_id: str) -> JobStatus | None:
        return self.engine.find_status(job_id)


@pytest.fixture(params=["inline", "sqlite", "postgresql"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    url = servers.database_url("postgresql" if request.param == "postgresql" else "sqlite", tmp_path)
    database = Database(url)
    engine_toy.create_tables(database)
    engine = InlineEngine(database) if request.param == "inline" else DbosEngine(_settings(url))
    engine.migrate()
    yield Bench(engine, database)
    engine.stop()
    database.dispose()


def _settings(url: str) -> Settings:
    return Settings(database_url=url, poll_seconds=0.03, lease_seconds=5, cores=2)


def test_a_promised_job_runs_with_its_arguments(bench: Bench):
    seen: list[Any] = []
    bench.promise("greet", "j1", name="Ada", sizes=[1, 2])
    assert bench.status("j1") is JobStatus.QUEUED
    bench.run("j1", greet=lambda ctx, args: seen.append((ctx.job_id, args)))
    assert seen == [("j1", {"name": "Ada", "sizes": [1, 2]})]
    assert bench.status("j1") is JobStatus.SUCCESS
    assert bench.status("never") is None


def test_a_job_promised_twice_runs_once(bench: Bench):
    seen: list[str] = []
    bench.promise("greet", "j1")
    bench.promise("greet", "j1")
    bench.run("j1", greet=lambda ctx, args: seen.append(ctx.job_id))
    bench.promise("greet", "j1")
    bench.finish("j1")
    assert seen == ["j1"]


def test_a_job_promised_twice_in_one_transaction_runs_once(bench: Bench):
    seen: list[str] = []
    with bench.database.transaction() as session:
        bench.engine.enqueue(session, "greet", "j1", {})
        bench.engine.enqueue(session, "greet", "j1", {})
        record(session, "r1", "the transaction goes on")
    bench.run("j1", greet=lambda ctx, args: seen.append(ctx.job_id))
    assert seen == ["j1"]
    assert len(list_ledger(bench.database)) == 1


def test_a_job_promised_in_a_transaction_that_fails_does_not_exist(bench: Bench):
    def promise_and_fail() -> None:
        with bench.database.transaction() as session:
            record(session, "r1", "undone")
            bench.engine.enqueue(session, "greet", "lost", {})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        promise_and_fail()
    assert bench.status("lost") is None
    assert list_ledger(bench.database) == []


def test_a_job_can_be_promised_on_a_bare_connection(bench: Bench):
    with bench.database.engine.begin() as connection:
        bench.engine.enqueue(connection, "greet", "j1", {})
    assert bench.engine.is_pending("j1")


def test_steps_give_what_a_checkpoint_would_give(bench: Bench):
    seen: list[Any] = []
    bench.promise("work", "j1")
    bench.run("j1", work=lambda ctx, args: seen.append(ctx.step("measure", lambda: {"size": (640, 360)})))
    assert seen == [{"size": [640, 360]}]


def test_a_step_that_gives_no_json_fails_the_job(bench: Bench):
    bench.promise("work", "j1")
    bench.run("j1", work=lambda ctx, args: ctx.step("measure", object))
    assert bench.status("j1") is JobStatus.ERROR
    assert "JSON" in str(bench.engine.find_error("j1"))


def test_a_step_is_tried_again_when_another_try_may_mend_it(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(port, "FIRST_PAUSE_SECONDS", 0.001)
    tries: list[int] = []

    def busy_twice() -> str:
        tries.append(1)
        if len(tries) < 3:
            raise ProviderBusy("later")
        return "made"

    bench.promise("work", "j1")
    bench.run("j1", work=lambda ctx, args: ctx.step("ask", busy_twice, attempts=3))
    assert (bench.status("j1"), len(tries)) == (JobStatus.SUCCESS, 3)


def test_a_step_that_cannot_be_mended_is_tried_once(bench: Bench):
    tries: list[int] = []

    def broken() -> None:
        tries.append(1)
        raise ValueError("never")

    bench.promise("work", "j1")
    bench.run("j1", work=lambda ctx, args: ctx.step("ask", broken, attempts=3))
    assert (bench.status("j1"), len(tries)) == (JobStatus.ERROR, 1)


def test_an_error_of_a_step_can_be_handled_and_the_job_goes_on(bench: Bench):
    def work(ctx: JobContext, args: dict[str, Any]) -> None:
        def fail() -> None:
            raise StorageFailed("full", advice="sweep", free_bytes=0)

        try:
            ctx.step("store", fail)
        except StorageFailed as error:
            caught = f"{error.message} {error.advice} {error.detail}"
            ctx.commit("note", lambda session: record(session, "r1", caught))

    bench.promise("work", "j1")
    bench.run("j1", work=work)
    assert [what for _, what, _ in list_ledger(bench.database)] == ["full sweep {'free_bytes': 0}"]


def test_a_commit_writes_domain_rows_with_an_orm_session(bench: Bench):
    def write(session: Session) -> int:
        assert isinstance(session, Session)
        record(session, "r1", "written")
        return session.scalars(sa.select(sa.func.count()).select_from(LEDGER)).one()

    seen: list[int] = []
    bench.promise("work", "j1")
    bench.run("j1", work=lambda ctx, args: seen.append(ctx.commit("write", write)))
    assert seen == [1]
    assert len(list_ledger(bench.database)) == 1


def test_a_commit_can_promise_the_next_job(bench: Bench):
    def first(ctx: JobContext, args: dict[str, Any]) -> None:
        ctx.commit("hand over", lambda session: bench.engine.enqueue(session, "second", "j2", {}))

    def second(ctx: JobContext, args: dict[str, Any]) -> None:
        ctx.commit("note", lambda session: record(session, "r1", "second"))

    bench.promise("first", "j1")
    bench.run("j1", first=first, second=second)
    bench.finish("j2")
    assert [what for _, what, _ in list_ledger(bench.database)] == ["second"]


def test_a_commit_that_raises_leaves_nothing_behind(bench: Bench):
    def write(session: Session) -> None:
        record(session, "r1", "undone")
        raise ValueError("no")

    bench.promise("work", "j1")
    bench.run("j1", work=lambda ctx, args: ctx.commit("write", write))
    assert bench.status("j1") is JobStatus.ERROR
    assert list_ledger(bench.database) == []


def test_commits_side_by_side_lose_no_update(bench: Bench):
    job_ids = [f"j{n}" for n in range(12)]
    for job_id in job_ids:
        bench.promise("count", job_id, MODEL)
    bench.run(*job_ids, count=lambda ctx, args: ctx.commit("count", count_up))
    with bench.database.transaction() as session:
        assert session.scalars(sa.select(COUNTER.c.value)).one() == 12


def test_the_error_of_a_handler_is_kept_and_logged(bench: Bench, caplog: pytest.LogCaptureFixture):
    def fail(ctx: JobContext, args: dict[str, Any]) -> None:
        raise StorageFailed("The disk is on fire.")

    bench.promise("fail", "j1")
    with caplog.at_level(logging.ERROR, "cuttingroom"):
        bench.run("j1", fail=fail)
    assert bench.status("j1") is JobStatus.ERROR
    assert bench.engine.find_error("j1") == "StorageFailed: The disk is on fire."
    ours = [entry for entry in caplog.records if entry.name.startswith("cuttingroom")]
    assert [entry.getMessage() for entry in ours] == ["job j1 (fail) failed"]
    assert "The disk is on fire." in str(ours[0].exc_info)


def test_a_fan_out_gives_the_results_in_order(bench: Bench):
    seen: list[Any] = []

    def parent(ctx: JobContext, args: dict[str, Any]) -> None:
        jobs = [Job("child", {"n": n}, queue) for n, queue in enumerate([MAKE, RENDER, MODEL, MAKE])]
        seen.extend(ctx.fanout("kids", [*jobs, Job("child", {"n": 4}, MAKE, "my-own-id")]))

    bench.promise("parent", "p")
    bench.run("p", parent=parent, child=lambda ctx, args: [args["n"] * 10, ctx.job_id])
    assert seen == [[0, "p/kids/0"], [10, "p/kids/1"], [20, "p/kids/2"], [30, "p/kids/3"], [40, "my-own-id"]]


def test_a_fan_out_ends_when_all_are_over_and_raises_the_first_error(bench: Bench):
    caught: list[Exception] = []

    def parent(ctx: JobContext, args: dict[str, Any]) -> None:
        try:
            ctx.fanout("kids", [Job("child", {"n": n}) for n in range(4)])
        except ProviderBusy as error:
            caught.append(error)

    def child(ctx: JobContext, args: dict[str, Any]) -> None:
        if args["n"] in (1, 2):
            raise ProviderBusy(f"busy {args['n']}", provider="toy")
        ctx.commit("note", lambda session: record(session, "r1", str(args["n"])))

    bench.promise("parent", "p")
    bench.run("p", parent=parent, child=child)
    assert [(str(e), e.detail) for e in caught if isinstance(e, ProviderBusy)] == [
        ("busy 1", {"provider": "toy"})
    ]
    assert {what for _, what, _ in list_ledger(bench.database)} == {"0", "3"}


@pytest.mark.parametrize("queue", [CONTROL, "unheard-of"])
def test_a_fan_out_to_the_parents_own_queue_is_refused(bench: Bench, queue: str):
    bench.promise("parent", "p")
    bench.run("p", parent=lambda ctx, args: ctx.fanout("kids", [Job("child", {}, queue)]))
    assert "may not fan out" in str(bench.engine.find_error("p"))


def test_a_job_canceled_before_it_starts_never_runs(bench: Bench):
    seen: list[str] = []
    bench.promise("work", "j1")
    bench.promise("work", "j2")
    bench.engine.cancel(["j1", "never"])
    bench.run("j2", work=lambda ctx, args: seen.append(ctx.job_id))
    assert seen == ["j2"]
    assert bench.status("j1") is JobStatus.CANCELED


def test_a_job_canceled_while_it_runs_commits_nothing_more(bench: Bench):
    def work(ctx: JobContext, args: dict[str, Any]) -> None:
        ctx.step("cancel", lambda: bench.engine.cancel([ctx.job_id]))
        try:
            ctx.commit("write", lambda session: record(session, "r1", "too late"))
        except Exception:
            ctx.commit("write", lambda session: record(session, "r1", "far too late"))
            raise

    bench.promise("work", "j1")
    bench.promise("greet", "j2")
    bench.run("j1", "j2", work=work, greet=lambda ctx, args: None)
    assert bench.status("j1") is JobStatus.CANCELED
    assert list_ledger(bench.database) == []


def test_a_parent_learns_that_its_child_was_canceled(bench: Bench):
    caught: list[Canceled] = []

    def parent(ctx: JobContext, args: dict[str, Any]) -> None:
        try:
            ctx.fanout("kids", [Job("child", {})])
        except Canceled as error:
            caught.append(error)

    bench.promise("parent", "p")
    bench.run(
        "p", parent=parent, child=lambda ctx, args: ctx.step("x", lambda: bench.engine.cancel([ctx.job_id]))
    )
    assert bench.status("p/kids/0") is JobStatus.CANCELED
    assert len(caught) == 1


def test_canceling_a_job_that_is_over_changes_nothing(bench: Bench):
    bench.promise("work", "j1")
    bench.run("j1", work=lambda ctx, args: None)
    bench.engine.cancel(["j1"])
    assert bench.status("j1") is JobStatus.SUCCESS


def test_garbage_is_what_was_over_long_ago(bench: Bench):
    bench.promise("work", "j1")
    bench.promise("fail", "j2")
    bench.run("j1", "j2", work=lambda ctx, args: None, fail=lambda ctx, args: 1 / 0)
    bench.engine.cancel(["j3"])
    assert bench.engine.collect_garbage(clock.now() - timedelta(hours=1)) == 0
    bench.promise("unknown to this worker", "j4", RENDER)
    assert bench.engine.collect_garbage(clock.now() + timedelta(hours=1)) == 2
    assert bench.status("j1") is None
    assert bench.status("j4") is not None


def test_migrating_again_changes_nothing(bench: Bench):
    bench.promise("work", "j1")
    bench.engine.migrate()
    assert bench.status("j1") is JobStatus.QUEUED


@pytest.mark.parametrize("kind", servers.DATABASES)
def test_a_process_is_one_worker_at_a_time_and_can_start_again(kind: str, tmp_path: Path):
    url = servers.database_url(kind, tmp_path)
    database = Database(url)
    engine_toy.create_tables(database)
    for round_ in range(2):
        engine, second = DbosEngine(_settings(url)), DbosEngine(_settings(url))
        engine.migrate()
        bench = Bench(engine, database)
        bench.promise("work", f"j{round_}")
        bench.run(f"j{round_}", work=lambda ctx, args: None)
        with pytest.raises(Conflict):
            second.start({})
        assert bench.status(f"j{round_}") is JobStatus.SUCCESS
        second.stop()
        engine.stop()
    database.dispose()


def test_a_database_that_is_away_is_a_storage_failure():
    engine = DbosEngine(_settings("postgresql://nobody@127.0.0.1:1/none"))
    with pytest.raises(StorageFailed):
        engine.find_status("j1")
    engine.stop()
