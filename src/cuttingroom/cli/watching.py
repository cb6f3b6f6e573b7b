"""Following a run from its rows: live in a terminal, line by line elsewhere, NDJSON for programs."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self

from rich.console import Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from cuttingroom.cli.output import Output, format_seconds
from cuttingroom.cli.run_view import mark_of
from cuttingroom.cli.session import Session
from cuttingroom.core import clock
from cuttingroom.core.status import ItemStatus, RunStatus
from cuttingroom.studio.inspection import glance_at_run
from cuttingroom.studio.reports import ItemGlance, RunGlance
from cuttingroom.workflows import launch

PLANNING = (RunStatus.QUEUED, RunStatus.NEEDS_MEDIA_PROCESSING, RunStatus.PLANNING)
ENDED = (RunStatus.COMPLETED, RunStatus.PARTIALLY_COMPLETED, RunStatus.FAILED, RunStatus.CANCELED)
MOST_ITEMS = 12
NOTE_SECONDS = 5.0
_PHASE_WORDS = {
    RunStatus.QUEUED: "waiting for a worker",
    RunStatus.NEEDS_MEDIA_PROCESSING: "listening to and looking at the media",
    RunStatus.PLANNING: "planning",
    RunStatus.EXECUTING: "carrying out the plan",
    RunStatus.VERIFYING: "checking what was rendered",
}


class Left(Exception):
    """Somebody stopped watching; the run stays as it is."""


class View(Protocol):
    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def show(self, glance: RunGlance) -> None: ...


def make_view(output: Output) -> View:
    if output.is_json:
        return JsonView(output)
    return LiveView(output) if output.console.is_terminal else PlainView(output)


def watch(session: Session, output: Output, run_id: str, is_enough: Callable[[RunGlance], bool]) -> RunGlance:
    """Show a run until `is_enough`, and do its work when nobody else does.

    Ctrl+C asks whether to stop the run. Raises Left when it is to go on without being watched.
    """
    while True:
        try:
            with make_view(output) as view:
                return _poll(session, view, run_id, is_enough)
        except KeyboardInterrupt:
            if not _wants_to_watch(session, output, run_id):
                raise Left from None


def _poll(session: Session, view: View, run_id: str, is_enough: Callable[[RunGlance], bool]) -> RunGlance:
    while True:
        glance = session.run(glance_at_run, run_id)
        enough = is_enough(glance)
        if not enough or glance.status in ENDED:  # what comes after the plan is the next watch's to show
            view.show(glance)
        if enough:
            return glance
        session.keep_working()
        clock.sleep(session.settings.poll_seconds)


def _wants_to_watch(session: Session, output: Output, run_id: str) -> bool:
    """Ask what Ctrl+C meant. Without a terminal it means: leave the run as it is."""
    if not output.is_interactive:
        return False
    output.say(Text("\nStop this run [s], leave it to go on later [l], or keep watching [k]?", style="bold"))
    try:
        answer = output.console.input("s/l/k: ").strip().lower()[:1]
    except (EOFError, KeyboardInterrupt):
        return False
    if answer == "s":
        launch.cancel(session.app, session.user_id, run_id, reason="stopped in the terminal")
    return answer in ("s", "k")


class LiveView:
    """Redraws the steps in place."""

    def __init__(self, output: Output) -> None:
        self._console = output.console
        self._live = Live(console=output.console, refresh_per_second=8, transient=True)
        self._spinner = Spinner("dots", style="cyan")
        self._began = clock.monotonic()

    def __enter__(self) -> Self:
        self._live.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.__exit__(kind, error, trace)

    def show(self, glance: RunGlance) -> None:
        self._live.update(self._draw(glance))

    def _draw(self, glance: RunGlance) -> RenderableType:
        words = _PHASE_WORDS.get(glance.status, glance.status.replace("_", " "))
        notes = [i.note for i in glance.items if i.status is ItemStatus.RUNNING and i.note]
        line = "  ".join([words, format_seconds(clock.monotonic() - self._began), *notes[:1]])
        self._spinner.update(text=Text(line, no_wrap=True, overflow="ellipsis"))
        if not glance.items or glance.status not in (RunStatus.EXECUTING, RunStatus.VERIFYING):
            return self._spinner
        return Group(_draw_items(_window(glance.items), len(glance.items)), self._spinner)


class PlainView:
    """A line whenever a phase or a step changes, and now and then how far it is, for logs and pipes."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._phase: RunStatus | None = None
        self._items: dict[int, ItemStatus] = {}
        self._told_at = clock.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def show(self, glance: RunGlance) -> None:
        if glance.status is not self._phase and glance.status in _PHASE_WORDS:
            self._output.say(Text(f"{_PHASE_WORDS[glance.status]} ..."))
        self._phase = glance.status
        for item in glance.items:
            if item.status is not self._items.get(item.position) and item.status in _TELLING:
                self._output.say(
                    Text.assemble("  ", mark_of(item.status), f" {item.position} {item.title}: {item.status}")
                )
            elif item.status is ItemStatus.RUNNING and clock.monotonic() - self._told_at >= NOTE_SECONDS:
                self._told_at = clock.monotonic()
                self._output.say(Text(f"    {item.progress:.0%} {item.note}"))
            self._items[item.position] = item.status


_TELLING = (ItemStatus.RUNNING, ItemStatus.COMPLETED, ItemStatus.FAILED)


class JsonView:
    """A line of JSON whenever something changes: `{"type": "phase"}` and `{"type": "item"}`."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._phase: RunStatus | None = None
        self._items: dict[int, ItemGlance] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def show(self, glance: RunGlance) -> None:
        if glance.status is not self._phase:
            self._phase = glance.status
            self._output.emit("phase", run_id=glance.run_id, status=glance.status, attempt=glance.attempt)
        for item in glance.items:
            if item != self._items.get(item.position):
                self._items[item.position] = item
                self._output.emit("item", run_id=glance.run_id, **item.__dict__)


def _window(items: tuple[ItemGlance, ...]) -> tuple[ItemGlance, ...]:
    """As many items as fit, around the first that is not over."""
    first = next((n for n, i in enumerate(items) if i.status in _OPEN), len(items))
    start = max(0, min(first - 2, len(items) - MOST_ITEMS))
    return items[start : start + MOST_ITEMS]


_OPEN = (ItemStatus.APPROVED, ItemStatus.QUEUED, ItemStatus.RUNNING)


def _draw_items(items: tuple[ItemGlance, ...], total: int) -> RenderableType:
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, justify="right")
    table.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
    table.add_column(no_wrap=True, width=12)
    for item in items:
        is_running = item.status is ItemStatus.RUNNING
        bar: RenderableType = ProgressBar(total=1.0, completed=item.progress, width=12) if is_running else ""
        table.add_row(mark_of(item.status), str(item.position), item.title, bar)
    if len(items) < total:
        table.add_row("", "", Text(f"... of {total} steps", style="bright_black"), "")
    return table
