"""The program `cuttingroom`: all commands, and how any of them ends."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Annotated

import typer

from cuttingroom.app import leave, write_log_to
from cuttingroom.cli import (
    cache,
    chat,
    demo,
    doctor,
    edit,
    files,
    planners,
    profiles,
    projects,
    rendering,
    runs,
    worker,
)
from cuttingroom.cli.output import Output
from cuttingroom.cli.session import read_settings
from cuttingroom.core.errors import CuttingroomError, InternalError, InvalidInput

log = logging.getLogger(__name__)

app = typer.Typer(
    name="cuttingroom",
    help="An AI video studio with a memory: one sentence edits a real video, with a receipt.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(edit.edit)
app.command()(chat.chat)
app.command()(runs.runs)
app.add_typer(runs.group, name="run")
app.add_typer(projects.timeline_group, name="timeline")
app.command()(projects.undo)
app.command()(projects.versions)
app.command()(projects.restore)
app.add_typer(projects.ledger_group, name="ledger")
app.command()(rendering.render)
app.command()(files.verify)
app.command()(profiles.profiles)
app.add_typer(planners.group, name="planners")
app.add_typer(cache.group, name="cache")
app.command()(projects.projects)
app.command()(worker.worker)
app.command()(doctor.doctor)
app.command()(demo.demo)


def _show_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"cuttingroom {version('cuttingroom')}\n")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None: ...


def run(arguments: Sequence[str]) -> int:
    """Carry out one command line and give its exit status; every error has been shown by then."""
    output = Output.of("--json" in arguments)
    try:
        return app(list(arguments), prog_name="cuttingroom", standalone_mode=False) or 0
    except CuttingroomError as error:
        output.fail(error)
        return error.exit_status
    except typer.Abort:
        return 130
    except typer.TyperException as error:
        return _fail_usage(output, error)
    except Exception as error:  # noqa: BLE001 - the last place: the log keeps it, the person gets a sentence
        return _fail_internal(output, error)


def main() -> None:
    leave(run(sys.argv[1:]))


def _fail_usage(output: Output, error: typer.TyperException) -> int:
    """A command line that makes no sense: exit status 2, like everything that the caller can mend."""
    message = error.format_message() if isinstance(error, typer.BadParameter) else str(error)
    output.fail(
        InvalidInput(message or "The command is not complete.", advice="Add --help to see what it takes.")
    )
    return InvalidInput.exit_status


def _fail_internal(output: Output, error: Exception) -> int:
    """A defect: a sentence for the person, the traceback for the log."""
    try:
        path = read_settings().home / "cuttingroom.log"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_log_to(path)
        advice = f"This is a defect of the program; {path} has the details."
    except (CuttingroomError, OSError):
        logging.getLogger().addHandler(logging.NullHandler())
        advice = "This is a defect of the program; there was no place to write the details to."
    log.error("defect", exc_info=error)
    output.fail(InternalError(f"Something went wrong: {type(error).__name__}: {error}", advice=advice))
    return InternalError.exit_status
