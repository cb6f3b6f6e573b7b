"""`cuttingroom runs` and `cuttingroom run ...`: what was asked for, how it went, and what to do about it."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from cuttingroom.cli.delivery import check_destination, find_files
from cuttingroom.cli.edit import Force, Items, Out
from cuttingroom.cli.following import Wishes, follow, parse_positions
from cuttingroom.cli.output import JsonFlag, Output, format_age, plain_table, short_id, status_text
from cuttingroom.cli.run_view import show_inspector
from cuttingroom.cli.session import open_session
from cuttingroom.core.errors import Conflict
from cuttingroom.core.status import RunStatus
from cuttingroom.studio.inspection import inspect_run
from cuttingroom.studio.projects import get_project_named
from cuttingroom.studio.runs import get_run_named, list_runs
from cuttingroom.workflows import launch

group = typer.Typer(help="One run: inspect, approve, cancel, retry.", no_args_is_help=True)

RunName = Annotated[
    str, typer.Argument(metavar="RUN", help="An id, the end of one, or `last`.", show_default=False)
]


def runs(
    project: Annotated[str | None, typer.Option("--project", help="Only the runs of this project.")] = None,
    status: Annotated[RunStatus | None, typer.Option("--status", help="Only runs of this status.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000)] = 20,
    is_json: JsonFlag = False,
) -> None:
    """List runs, newest first."""
    output = Output.of(is_json)
    with open_session() as session:
        project_id = session.run(get_project_named, project).id if project else None
        rows = session.run(list_runs, project_id=project_id, status=status, limit=limit)
    table = plain_table("Run", "Status", "Asked", "When")
    for row in rows:
        table.add_row(
            short_id(row.id), status_text(row.status), _one_line(row.request), format_age(row.created_at)
        )
    data = [
        {
            "id": row.id,
            "project_id": row.project_id,
            "status": row.status,
            "phase": row.phase,
            "request": row.request,
            "planner": row.planner,
            "error_category": row.error_category,
            "created_at": row.created_at.isoformat(),
        }
        for row in rows
    ]
    output.give({"runs": data}, table if rows else Text('No runs yet. Try: cuttingroom edit VIDEO "request"'))


@group.command()
def show(name: RunName = "last", is_json: JsonFlag = False) -> None:
    """Everything about a run: plan, steps, events, artifacts, checks, cost and durations."""
    output = Output.of(is_json)
    with open_session() as session:
        report = session.run(inspect_run, session.run(get_run_named, name).id)
        files = [str(file) for file in find_files(session, report)]
    data = {"run": report.to_json(), "file": files[0] if files else None, "files": files}
    output.give(data, show_inspector(report, files))


@group.command()
def approve(
    name: RunName = "last",
    items: Items = None,
    out: Out = None,
    force: Force = False,
    is_json: JsonFlag = False,
) -> None:
    """Let a plan run, all of it or some steps with what they depend on, and watch it."""
    output = Output.of(is_json)
    wishes = Wishes(yes=True, positions=parse_positions(items), out=out, force=force)
    check_destination(out, force=force)
    with open_session() as session:
        run = session.run(get_run_named, name)
        if run.status is not RunStatus.AWAITING_CONFIRMATION:
            raise Conflict(
                f"Run {short_id(run.id)} does not wait for approval; it is {run.status.replace('_', ' ')}."
            )
        follow(session, output, run.id, wishes)


@group.command()
def watch(name: RunName = "last", out: Out = None, force: Force = False, is_json: JsonFlag = False) -> None:
    """Follow a run to its end, doing its work when no worker does."""
    output = Output.of(is_json)
    check_destination(out, force=force)
    with open_session() as session:
        follow(session, output, session.run(get_run_named, name).id, Wishes(out=out, force=force))


@group.command()
def cancel(
    name: RunName = "last",
    reason: Annotated[str, typer.Option("--reason", help="Kept with the run.")] = "",
    is_json: JsonFlag = False,
) -> None:
    """Ask a run to stop. Edits that were made stay; undo takes them back."""
    output = Output.of(is_json)
    with open_session() as session:
        run_id = session.run(get_run_named, name).id
        status = launch.cancel(session.app, session.user_id, run_id, reason=reason)
    words = "is canceled" if status is RunStatus.CANCELED else "will stop at the next safe place"
    output.give({"run_id": run_id, "status": status}, Text(f"Run {short_id(run_id)} {words}."))


@group.command()
def retry(name: RunName = "last", out: Out = None, force: Force = False, is_json: JsonFlag = False) -> None:
    """Take up a run that failed where it failed: what was done is not done again."""
    output = Output.of(is_json)
    check_destination(out, force=force)
    with open_session() as session:
        run_id = session.run(get_run_named, name).id
        launch.retry(session.app, session.engine, session.user_id, run_id)
        follow(session, output, run_id, Wishes(out=out, force=force))


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"
