"""`cuttingroom render` and `cuttingroom verify`: files out, and files examined."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from cuttingroom.cli.delivery import check_destination
from cuttingroom.cli.edit import Force, Out, start
from cuttingroom.cli.following import Wishes, follow
from cuttingroom.cli.output import JsonFlag, Output
from cuttingroom.cli.projects import ProjectName
from cuttingroom.cli.session import open_session, read_settings
from cuttingroom.core.errors import MediaFailed
from cuttingroom.media.limits import MediaLimits
from cuttingroom.media.probe import probe
from cuttingroom.studio.projects import get_project_named

if TYPE_CHECKING:
    from cuttingroom.media.render.verify import Check


class ProfileName(StrEnum):
    FINAL = "final"
    PREVIEW = "preview"


REQUESTS = {ProfileName.FINAL: "render the video", ProfileName.PREVIEW: "render a preview"}


def render(
    name: ProjectName = "last",
    out: Out = None,
    force: Force = False,
    profile: Annotated[
        ProfileName, typer.Option("--profile", help="final in full size, preview small and quick.")
    ] = ProfileName.FINAL,
    is_json: JsonFlag = False,
) -> None:
    """Render a project as it is now and check the file."""
    output = Output.of(is_json)
    wishes = Wishes(yes=True, out=out, force=force)
    check_destination(out, force=force)
    with open_session() as session:
        project = session.run(get_project_named, name)
        run_id = start(session, project.id, REQUESTS[profile], wishes, planner="rules")
        output.emit("run", run_id=run_id, project_id=project.id, project=project.name)
        follow(session, output, run_id, wishes)


def verify(
    file: Annotated[Path, typer.Argument(help="A video or sound file.", show_default=False)],
    is_json: JsonFlag = False,
) -> None:
    """Read, decode and measure a whole file from its first frame to its last."""
    from cuttingroom.media.render.verify import verify as verify_file  # loads what other commands need not

    output = Output.of(is_json)
    settings = read_settings()
    limits = MediaLimits.of(settings)
    facts = probe(file, limits)
    report = verify_file(file, limits=limits)
    lines = [_line_of(check) for check in report.checks]
    failed = [c.message for c in report.failures if c.severity == "error"]
    data = {"file": str(file), "media": facts.to_json(), **report.to_json()}
    output.give(data, *lines)
    if failed:
        raise MediaFailed(
            f"{file.name} did not pass: {'; '.join(failed)}",
            advice="Make the file again, or bring in another copy of it.",
            file=file.name,
        )


def _line_of(check: Check) -> Text:
    style = {"error": "red", "warning": "yellow"}.get(check.severity, "")
    mark = ("✓ ", "green") if check.passed else ("✗ ", style)
    return Text.assemble(mark, check.message)
