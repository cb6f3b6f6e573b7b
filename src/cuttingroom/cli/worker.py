"""`cuttingroom worker`: do the work that others ask for, until it is told to stop."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Annotated

import typer
from rich.text import Text

from cuttingroom.cli.output import JsonFlag, Output
from cuttingroom.cli.session import open_session
from cuttingroom.core import clock

LOOK_SECONDS = 0.2


def worker(
    grace: Annotated[
        float, typer.Option("--grace", min=0, help="Seconds to wait at the end for what is running.")
    ] = 10.0,
    is_json: JsonFlag = False,
) -> None:
    """Carry out runs until Ctrl+C or SIGTERM. What is unfinished then goes on with the next worker."""
    output = Output.of(is_json)
    is_asked_to_stop = False

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal is_asked_to_stop  # an Event would deadlock when the signal comes inside its own `wait`
        is_asked_to_stop = True

    with open_session() as session:
        session.work()
        before = {s: signal.signal(s, ask_to_stop) for s in (signal.SIGINT, signal.SIGTERM)}
        where = "SQLite" if session.settings.is_sqlite else "PostgreSQL"
        output.emit("ready", database=where, home=str(session.settings.home))
        output.say(Text(f"Working on {where}, {session.settings.home}. Ctrl+C stops."))
        try:
            while not is_asked_to_stop:
                clock.sleep(LOOK_SECONDS)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        output.say(Text("Stopping ..."))
        session.close(grace_seconds=grace)
    output.emit("stopped")
    output.say(Text("Stopped. Unfinished runs go on with the next worker."))
