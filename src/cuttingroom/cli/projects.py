"""Projects and their history: list, draw, undo, restore, and the ledger with its proof."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from cuttingroom.cli.output import JsonFlag, Output, format_age, plain_table, short_id, status_text
from cuttingroom.cli.run_view import show_events
from cuttingroom.cli.session import open_session
from cuttingroom.cli.timeline_view import describe_timeline, draw_timeline
from cuttingroom.core.ids import new_id
from cuttingroom.core.time import format_ticks
from cuttingroom.studio.inspection import get_event_named, list_events
from cuttingroom.studio.ledger import verify_ledger
from cuttingroom.studio.projects import get_project_named, list_projects
from cuttingroom.studio.reports import events_to_json
from cuttingroom.studio.timelines import current_timeline, list_versions, restore_version, timeline_at
from cuttingroom.studio.undo import last_undoable, undo_event

timeline_group = typer.Typer(help="The timeline of a project.", no_args_is_help=True)
ledger_group = typer.Typer(help="The ledger: every attempt and what came of it.", no_args_is_help=True)

ProjectName = Annotated[
    str,
    typer.Argument(metavar="PROJECT", help="A name, an id, the end of one, or `last`.", show_default=False),
]


def projects(
    contains: Annotated[str, typer.Argument(help="Only names that contain this.", show_default=False)] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000)] = 50,
    is_json: JsonFlag = False,
) -> None:
    """List projects, last opened first."""
    output = Output.of(is_json)
    with open_session() as session:
        rows = session.run(list_projects, name_contains=contains, limit=limit)
        lengths = [current_timeline(row).duration_ticks for row in rows]
    table = plain_table("Project", "Name", "Length", "Version", "Opened", right=("Length", "Version"))
    data = []
    for row, ticks in zip(rows, lengths, strict=True):
        table.add_row(
            short_id(row.id), row.name, format_ticks(ticks), str(row.version), format_age(row.last_opened_at)
        )
        data.append(
            {
                "id": row.id,
                "name": row.name,
                "version": row.version,
                "duration_ticks": ticks,
                "events": row.last_sequence,
                "state_hash": row.timeline_hash,
                "created_at": row.created_at.isoformat(),
                "last_opened_at": row.last_opened_at.isoformat(),
            }
        )
    none = Text('No projects yet. Try: cuttingroom edit VIDEO "request"')
    output.give({"projects": data}, table if rows else none)


@timeline_group.command("show")
def show_timeline(
    name: ProjectName = "last",
    version: Annotated[int | None, typer.Option("--version", help="As it was at this version.")] = None,
    is_json: JsonFlag = False,
) -> None:
    """Draw the tracks to the width of the terminal."""
    output = Output.of(is_json)
    with open_session() as session:
        project = session.run(get_project_named, name)
        if version is None:
            timeline = current_timeline(project)
        else:
            with session.app.database.transaction() as rows:
                timeline = timeline_at(rows, project.id, version)
    shown = version or project.version
    data = {
        "project_id": project.id,
        "name": project.name,
        "version": shown,
        "state_hash": timeline.state_hash,
        "timeline": timeline.to_json(),
    }
    head = Text(f"{project.name}, version {shown}: {describe_timeline(timeline)}", style="bold")
    width = output.console.width
    output.give(data, head, *draw_timeline(timeline, width))


def versions(
    name: ProjectName = "last",
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000)] = 50,
    is_json: JsonFlag = False,
) -> None:
    """List the versions of a project's timeline, newest first."""
    output = Output.of(is_json)
    with open_session() as session:
        project = session.run(get_project_named, name)
        with session.app.database.transaction() as rows:
            found = list_versions(rows, project.id, limit=limit)
    table = plain_table("Version", "What changed", "When", "State", right=("Version",))
    data = []
    for row in found:
        mark = " (now)" if row.version_number == project.version else ""
        table.add_row(
            str(row.version_number),
            row.change_description + mark,
            format_age(row.created_at),
            row.state_hash[:12],
        )
        data.append(
            {
                "version": row.version_number,
                "change": row.change_description,
                "state_hash": row.state_hash,
                "event_id": row.event_id,
                "created_at": row.created_at.isoformat(),
            }
        )
    output.give({"project_id": project.id, "current": project.version, "versions": data}, table)


def restore(
    version: Annotated[int, typer.Argument(help="The number of the version.", show_default=False)],
    name: Annotated[str, typer.Option("--project", help="Whose version it is.")] = "last",
    is_json: JsonFlag = False,
) -> None:
    """Make the timeline what it was at a version, as one more change that can be undone."""
    output = Output.of(is_json)
    with open_session() as session:
        project = session.run(get_project_named, name)
        outcome = session.run(restore_version, project.id, version, new_id())
        after = session.run(get_project_named, project.id)
        timeline = current_timeline(after)
    _say_changed(
        output,
        after.version,
        timeline.duration_ticks,
        {"project_id": after.id, "restored": version, "event_id": outcome.event_id},
        f"{after.name} is as it was at version {version}.",
    )


def undo(
    event: Annotated[
        str,
        typer.Argument(metavar="EVENT", help="A number of the ledger, an id, or `last`.", show_default=False),
    ],
    project: Annotated[
        str, typer.Option("--project", help="Whose ledger the number or `last` is about.")
    ] = "last",
    is_json: JsonFlag = False,
) -> None:
    """Take one event back and keep the later ones; names them when they stand on it."""
    output = Output.of(is_json)
    with open_session() as session:
        found = session.run(get_project_named, project)
        with session.app.database.transaction() as rows:
            wanted = (
                last_undoable(rows, found.id)
                if event == "last"
                else get_event_named(rows, session.user_id, event, found.id)
            )
        outcome = session.run(undo_event, wanted.id, new_id())
        after = session.run(get_project_named, wanted.project_id)
        timeline = current_timeline(after)
    title = wanted.result.get("title") or wanted.tool
    _say_changed(
        output,
        after.version,
        timeline.duration_ticks,
        {"project_id": after.id, "undone": wanted.sequence, "event_id": outcome.event_id},
        f"Event {wanted.sequence} is taken back: {title}.",
    )


@ledger_group.command("show")
def show_ledger(
    name: ProjectName = "last",
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000)] = 50,
    is_json: JsonFlag = False,
) -> None:
    """The last lines of a project's ledger, in order."""
    output = Output.of(is_json)
    with open_session() as session:
        project = session.run(get_project_named, name)
        events = session.run(list_events, project.id, limit=limit, newest=True)
    data = {
        "project_id": project.id,
        "last_sequence": project.last_sequence,
        "events": events_to_json(events),
    }
    output.give(data, show_events(events))


@ledger_group.command("verify")
def verify(
    name: ProjectName = "last",
    expect: Annotated[
        str | None, typer.Option(help="A head hash noted earlier: one of the events must have it.")
    ] = None,
    is_json: JsonFlag = False,
) -> None:
    """Replay a project from nothing and check every hash; names the first event that does not fit."""
    output = Output.of(is_json)
    with open_session() as session:
        project = session.run(get_project_named, name)
        with session.app.database.transaction() as rows:
            report = verify_ledger(rows, project.id, expected_hash=expect)
    line = Text.assemble(
        status_text("verified"),
        f": {report.events} events replayed, {report.changes} of them changed the timeline, "
        f"which is at version {report.version} with state {report.state_hash[:16]}.",
    )
    head = Text(f"The head of the ledger is {report.head_hash}.")
    output.give({"project_id": project.id, "ok": True, **report.__dict__}, line, head)


def _say_changed(
    output: Output, version: int, duration_ticks: int, data: dict[str, object], sentence: str
) -> None:
    length = f"Now at version {version}, {format_ticks(duration_ticks)} long."
    output.give({**data, "version": version, "duration_ticks": duration_ticks}, Text(sentence), Text(length))
