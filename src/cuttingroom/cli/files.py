"""`cuttingroom render` and `cuttingroom verify`: files out, and files examined."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from cuttingroom.cli.delivery import check_destination
from cuttingroom.cli.edit import Force, Out, start
from cuttingroom.cli.following import Wishes, follow
from cuttingroom.cli.output import JsonFlag, Output
from cuttingroom.cli.projects import ProjectName
from cuttingroom.cli.session import open_session
from cuttingroom.studio.projects import get_project_named


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
