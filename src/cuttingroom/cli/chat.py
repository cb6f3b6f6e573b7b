"""`cuttingroom chat`: a talk about a project, in which each message may start, answer, correct or undo."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from rich.text import Text

from cuttingroom.cli.edit import Planner, ProfileName, Yes, require_planner, start
from cuttingroom.cli.following import Wishes, follow
from cuttingroom.cli.output import JsonFlag, Output
from cuttingroom.cli.projects import ProjectName
from cuttingroom.cli.session import Session, open_session
from cuttingroom.core.errors import CuttingroomError, QuestionsOpen
from cuttingroom.core.ids import ProjectId
from cuttingroom.core.status import RunStatus
from cuttingroom.storage.tables import MessageRole
from cuttingroom.studio.conversations import list_project_messages
from cuttingroom.studio.projects import get_project_named
from cuttingroom.studio.runs import check_request, list_runs
from cuttingroom.workflows import launch

_LAST = 6
_ENDS = frozenset(("bye", "exit", "quit", "/quit", "/exit", ":q"))


def chat(
    project: ProjectName,
    yes: Yes = False,
    planner: Planner = None,
    profile: ProfileName = None,
    is_json: JsonFlag = False,
) -> None:
    """Talk about a project: ask, answer, correct, undo. One message a line; an empty line or `bye` ends it.

    A message that answers the questions of the one before, or corrects it, takes its place. An error ends its
    message, not the talk. Raises NotFound for an unknown project.
    """
    output = Output.of(is_json)
    with open_session() as session:
        require_planner(planner or session.settings.planner, session.settings)
        found = session.run(get_project_named, project)
        _show_last(session, output, found.id)
        for message in _messages(output):
            _carry_out(session, output, found.id, message, Wishes(yes), planner, profile)


def _show_last(session: Session, output: Output, project_id: ProjectId) -> None:
    """The end of the talk so far."""
    messages = session.run(list_project_messages, project_id, limit=_LAST)
    for message in messages:
        who = "you" if message.role is MessageRole.USER else "cuttingroom"
        output.say(Text.assemble((f"{who}> ", "bright_black"), (message.content, "bright_black")))
    output.say(Text("Say what should change. An empty line ends the talk."))


def _carry_out(
    session: Session,
    output: Output,
    project_id: ProjectId,
    message: str,
    wishes: Wishes,
    planner: str | None,
    profile: str | None,
) -> None:
    """One message to its end. What waits for an answer or a yes gives way to it."""
    waiting = session.run(list_runs, project_id=project_id, status=RunStatus.AWAITING_CONFIRMATION)
    try:
        run_id = start(session, project_id, check_request(message), wishes, planner=planner, profile=profile)
        output.emit("run", run_id=run_id, project_id=project_id, message=message)
        follow(session, output, run_id, wishes)
    except QuestionsOpen as error:
        output.emit("questions", run_id=error.detail["run_id"], questions=error.detail["questions"])
        output.say(Text("Answer, or say something else.", style="bold"))
    except CuttingroomError as error:
        output.fail(error)
    for run in waiting:
        launch.cancel(session.app, session.user_id, run.id, reason="another message took its place")


def _messages(output: Output) -> Iterator[str]:
    """What is typed, line by line, until it ends."""
    while True:
        try:
            line = output.console.input("\nyou> ") if output.is_interactive else sys.stdin.readline()
        except (EOFError, KeyboardInterrupt):
            return
        message = line.strip()
        if not message or message.lower() in _ENDS:
            return
        yield message
