"""What the terminal says: for people through rich, for programs as JSON on standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any

import typer
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from cuttingroom.core import clock
from cuttingroom.core.errors import CuttingroomError
from cuttingroom.core.text import clean_line, clean_text
from cuttingroom.core.time import format_ticks

JsonFlag = Annotated[bool, typer.Option("--json", help="Write JSON for programs instead of text.")]

STATUS_STYLES = {
    "completed": "green",
    "succeeded": "green",
    "verified": "green",
    "stored": "green",
    "running": "cyan",
    "executing": "cyan",
    "verifying": "cyan",
    "planning": "cyan",
    "started": "cyan",
    "awaiting_confirmation": "yellow",
    "partially_completed": "yellow",
    "duplicate": "yellow",
    "skipped": "bright_black",
    "canceled": "bright_black",
    "failed": "red",
    "refused": "red",
    "rejected": "red",
}


@dataclass(frozen=True)
class Output:
    """Where a command writes. Results go to standard output; errors of the text form to standard error."""

    is_json: bool
    console: Console
    errors: Console

    @classmethod
    def of(cls, is_json: bool) -> Output:
        return cls(is_json, _console(stderr=False), _console(stderr=True))

    @property
    def is_interactive(self) -> bool:
        """Whether a person can be asked."""
        return not self.is_json and self.console.is_terminal and sys.stdin.isatty()

    def say(self, *renderables: RenderableType) -> None:
        """Text for people; nothing when a program listens."""
        if not self.is_json:
            for renderable in renderables:
                self.console.print(renderable)

    def give(self, data: Any, *renderables: RenderableType) -> None:
        """The result of a command: `data` for programs, the rest for people."""
        if self.is_json:
            self._write(json.dumps(data, indent=2, ensure_ascii=False))
        else:
            self.say(*renderables)

    def emit(self, kind: str, **data: Any) -> None:
        """One line of JSON for programs that follow along; people get nothing."""
        if self.is_json:
            self._write(json.dumps({"type": kind, **data}, ensure_ascii=False))

    def fail(self, error: CuttingroomError) -> None:
        """One sentence, what to do next, and the code."""
        if self.is_json:
            self._write(json.dumps({"type": "error", "error": error.as_json()}, ensure_ascii=False))
            return
        line = Text.assemble(("error: ", "bold red"), error.message, (f"  [{error.code}]", "bright_black"))
        self.errors.print(line, soft_wrap=True)
        if error.advice:
            self.errors.print(Text(error.advice), soft_wrap=True)

    def _write(self, line: str) -> None:
        sys.stdout.write(clean_text(line) + "\n")
        sys.stdout.flush()


class _SafeConsole(Console):
    """A console on which names and messages from outside cannot send the terminal commands."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            text, style, control = segment
            yield segment if control else Segment(clean_line(text), style)


def _console(*, stderr: bool) -> Console:
    return _SafeConsole(stderr=stderr, highlight=False, markup=False, emoji=False)


def plain_table(*columns: str, title: str | None = None, right: tuple[str, ...] = ()) -> Table:
    """A table without frame that folds its widest column rather than break the line."""
    table = Table(box=None, pad_edge=False, title=title, title_justify="left", header_style="bold")
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    return table


def status_text(status: str) -> Text:
    return Text(status.replace("_", " "), style=STATUS_STYLES.get(status, ""))


def short_id(row_id: str) -> str:
    """The end of an id: ids begin with the time, so that their ends tell them apart."""
    return row_id.replace("-", "")[-8:]


def format_change(ticks: int | None) -> str:
    """A difference of lengths, such as `+0:02.00`, or nothing where there is none."""
    if not ticks:
        return ""
    return ("+" if ticks > 0 else "") + format_ticks(ticks)


def format_money(microusd: int) -> str:
    """Millionths of a dollar as dollars."""
    return f"${microusd / 1_000_000:.4f}" if microusd else "$0"


def format_size(size_bytes: int | None) -> str:
    if size_bytes is None:
        return ""
    size = float(size_bytes)
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


def format_seconds(seconds: float | None) -> str:
    if seconds is None:
        return "still going"
    if seconds < 0.1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 10:
        return f"{seconds:.2f} s"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.1f} min"


def format_age(at: Any) -> str:
    """How long ago a moment was."""
    seconds = (clock.now() - at).total_seconds()
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {unit} ago"
    return "just now"
