"""Taking a run from its start to its receipt: show the plan, ask, watch, and say how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.text import Text

from cuttingroom.cli.delivery import deliver_results, find_files
from cuttingroom.cli.output import Output, short_id
from cuttingroom.cli.run_view import show_plan, show_questions, show_receipt, show_result
from cuttingroom.cli.session import Session
from cuttingroom.cli.watching import ENDED, PLANNING, Left, watch
from cuttingroom.core import errors
from cuttingroom.core.errors import CuttingroomError, InvalidInput, QuestionsOpen, find_error_class
from cuttingroom.core.status import RunStatus
from cuttingroom.studio.inspection import inspect_run
from cuttingroom.studio.reports import RunReport
from cuttingroom.workflows import launch

GOES_ON = 130


@dataclass(frozen=True)
class Wishes:
    """How far to go unasked: approve all or some items, stop at the plan, where to copy the result.

    `brief` leaves out the plan and gives a line in place of the receipt.
    """

    yes: bool = False
    plan_only: bool = False
    positions: tuple[int, ...] | None = None
    out: Path | None = None
    force: bool = False
    brief: bool = False


def parse_positions(text: str | None) -> tuple[int, ...] | None:
    """`1,3` as numbers of items. InvalidInput for anything else."""
    if text is None:
        return None
    try:
        return tuple(int(part) for part in text.replace(" ", "").split(","))
    except ValueError as error:
        raise InvalidInput(
            f"{text!r} is not a list of item numbers.", advice="Write, for example: 1,3"
        ) from error


def follow(session: Session, output: Output, run_id: str, wishes: Wishes) -> RunReport | None:
    """Watch a run until it ends, asking for approval on the way; then give the receipt.

    None when the run is left waiting for somebody's approval. Raises QuestionsOpen, or the error that ended
    the run. Ctrl+C leaves with exit status 130.
    """
    try:
        watch(session, output, run_id, lambda g: g.status not in PLANNING)
        report = session.run(inspect_run, run_id)
        if report.plan is not None and not wishes.brief:
            _present(output, report)
        if report.status is RunStatus.AWAITING_CONFIRMATION and not _approve(session, output, report, wishes):
            return None
        if report.status not in ENDED:
            watch(session, output, run_id, lambda g: g.status in ENDED)
    except Left:
        _say_how_to_go_on(output, run_id)
        raise typer.Exit(GOES_ON) from None
    return _finish(session, output, run_id, wishes)


def _present(output: Output, report: RunReport) -> None:
    plan = report.to_json()
    output.emit("plan", run_id=report.id, plan=plan["plan"], items=plan["items"])
    output.say(show_plan(report))
    if report.plan and report.plan.questions:
        output.say(show_questions(report))


def _approve(session: Session, output: Output, report: RunReport, wishes: Wishes) -> bool:
    """Get the plan approved. False when it is declined or stays waiting. Raises QuestionsOpen."""
    plan = report.plan
    assert plan is not None
    if plan.questions:
        raise QuestionsOpen(
            "The request was not understood in full; nothing was changed.",
            questions=list(plan.questions),
            run_id=report.id,
        )
    wants_all = wishes.yes and wishes.positions is None
    if not wishes.plan_only and (wants_all or wishes.positions is not None):
        return _send_approval(session, report, wishes.positions)
    if wishes.plan_only or not output.is_interactive:
        _say_how_to_approve(output, report)
        return False
    positions = _ask(output, report)
    if positions == ():
        launch.cancel(session.app, session.user_id, report.id, reason="declined in the terminal")
        output.say(Text("Nothing was changed."))
        return False
    return _send_approval(session, report, positions)


def _ask(output: Output, report: RunReport) -> tuple[int, ...] | None:
    """None for all items, numbers for some with what they depend on, an empty tuple for none."""
    while True:
        output.say(Text("Do it?  y = all, n = nothing, or numbers of steps such as 1,3", style="bold"))
        try:
            answer = output.console.input("> ").strip().lower()
        except (EOFError, KeyboardInterrupt):
            raise Left from None
        if answer in ("y", "yes", "all"):
            return None
        if answer in ("n", "no", "none"):
            return ()
        try:
            positions = parse_positions(answer)
        except InvalidInput as error:
            output.fail(error)
            continue
        known = {item.position for item in report.items}
        if positions and set(positions) <= known:
            return positions
        output.say(Text(f"The plan has steps 1 to {len(known)}."))


def _send_approval(session: Session, report: RunReport, positions: Sequence[int] | None) -> bool:
    assert report.plan is not None
    launch.approve(
        session.app,
        session.engine,
        session.user_id,
        report.id,
        positions=positions,
        digest=report.plan.digest,
    )
    return True


def _finish(session: Session, output: Output, run_id: str, wishes: Wishes) -> RunReport:
    """Give the receipt, copy what was made, and raise what ended a run that did not complete."""
    report = session.run(inspect_run, run_id)
    files = find_files(session, report)
    if wishes.out is not None:
        files = deliver_results(session, report, wishes.out, force=wishes.force) or files
    first = str(files[0]) if files else None
    output.emit("receipt", file=first, files=[str(file) for file in files], run=report.to_json())
    output.say(*([show_result(report, files)] if wishes.brief else [Text(""), show_receipt(report, files)]))
    if report.status is not RunStatus.COMPLETED:
        raise error_of(report)
    return report


def error_of(report: RunReport) -> CuttingroomError:
    """The error that ended a run, of the class it had when it was raised."""
    if report.failure is None:
        return errors.Canceled(f"Run {short_id(report.id)} was canceled.", run_id=report.id)
    failure = report.failure
    kind = find_error_class(failure.code or "") or errors.InternalError
    ended = report.status.replace("_", " ")
    return kind(
        f"Run {short_id(report.id)} {ended} while {report.phase}: {failure.message}",
        advice=failure.advice or None,
        run_id=report.id,
        category=failure.category,
        phase=str(report.phase),
        provider=failure.provider,
        tool=failure.tool,
    )


def _say_how_to_approve(output: Output, report: RunReport) -> None:
    name = short_id(report.id)
    output.emit("waiting", run_id=report.id, approve=f"cuttingroom run approve {report.id}")
    output.say(Text(f"Nothing is changed yet. To do it: cuttingroom run approve {name}"))


def _say_how_to_go_on(output: Output, run_id: str) -> None:
    name = short_id(run_id)
    output.emit("left", run_id=run_id)
    output.say(
        Text(
            f"\nRun {name} stays as it is. `cuttingroom run watch {name}` goes on with it, "
            f"`cuttingroom run cancel {name}` stops it."
        )
    )
