"""A terminal for tests: command lines in this process, with their exit status and what they wrote."""

from __future__ import annotations

import json
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cuttingroom.cli.main import run

NO_SETTINGS = ("PLANNER", "DATABASE_URL", "BLOB_URL", "OPENAI_BASE_URL", "OPENAI_API_KEY", "TRANSCRIPTION")


@dataclass(frozen=True)
class Said:
    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Standard output as one JSON document per line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def error(self) -> dict[str, Any]:
        return self.lines[-1]["error"]


class Terminal:
    """An installation of its own under `home`."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home, self._capsys = home, capsys

    def type(self, *arguments: str | Path, status: int | None = 0) -> Said:
        """Run one command line; `status` is what it must exit with, None for any."""
        self._capsys.readouterr()
        code = run([str(a) for a in arguments])
        captured = self._capsys.readouterr()
        assert status is None or code == status, f"{arguments}: {code}\n{captured.out}\n{captured.err}"
        return Said(code, captured.out, captured.err)


def hear_ctrl_c() -> None:
    """A test run in the background ignores Ctrl+C, and its children would too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
