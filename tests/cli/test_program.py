"""How the program behaves whatever is asked of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import pytest

from cuttingroom.cli import doctor, projects
from terminal import Terminal, hear_ctrl_c

CUT = "cut the first second"
PROGRAM = (sys.executable, "-m", "cuttingroom.cli")


@contextmanager
def started(home: Path, *arguments: str | Path) -> Iterator[subprocess.Popen[str]]:
    """The program in a process of its own, which is gone at the end."""
    environment = {**os.environ, "CUTTINGROOM_HOME": str(home)}
    command = [*PROGRAM, *map(str, arguments)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, env=environment, text=True, preexec_fn=hear_ctrl_c, **pipes) as process:
        try:
            yield process
        finally:
            process.kill()


def read_until(process: subprocess.Popen[str], words: str) -> None:
    """Read lines of its output up to one with these words."""
    assert process.stdout is not None
    assert process.stderr is not None
    for line in process.stdout:
        if words in line:
            return
    raise AssertionError(f"it ended without saying {words}: {process.stderr.read()}")


def test_the_version_is_that_of_the_package(terminal: Terminal):
    assert terminal.type("--version").out == f"cuttingroom {version('cuttingroom')}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("bogus",),
        ("edit",),
        ("edit", "a.mp4"),
        ("runs", "--limit", "many"),
        ("restore", "x"),
        ("run", "no"),
    ],
)
def test_a_command_line_without_sense_ends_with_2(terminal: Terminal, arguments: tuple[str, ...]):
    said = terminal.type(*arguments, status=2)
    assert said.err.startswith("error: ")
    assert terminal.type(*arguments, "--json", status=2).error["code"] == "invalid_input"


def test_unknown_names_are_not_found(terminal: Terminal):
    for arguments in (
        ("run", "show", "last"), ("timeline", "show", "nobody"), ("undo", "last"), ("versions", "x"),
        ("ledger", "verify", "x"), ("ledger", "show", "x"), ("render", "x"),
        ("restore", "1", "--project", "x"),
    ):  # fmt: skip
        assert terminal.type(*arguments, "--json", status=2).error["code"] == "not_found", arguments


def test_a_wrong_setting_is_named(terminal: Terminal, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CUTTINGROOM_COST_CAP_USD", "much")
    said = terminal.type("projects", status=2)
    assert "CUTTINGROOM_COST_CAP_USD" in said.err


def test_a_defect_gives_a_sentence_and_leaves_its_trace_in_the_log(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
):
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("cogs")

    monkeypatch.setattr(projects, "list_projects", fail)
    said = terminal.type("projects", status=1)
    assert "RuntimeError: cogs" in said.err
    assert "Traceback" not in said.err + said.out
    assert "Traceback" in (terminal.home / "cuttingroom.log").read_text()


def test_the_doctor_reports_and_keeps_secrets(terminal: Terminal, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CUTTINGROOM_OPENAI_API_KEY", "sk-secret")
    data = terminal.type("doctor", "--json").data
    assert data["ok"]
    assert {"cuttingroom", "ffmpeg", "database", "disk"} <= {f["name"] for f in data["findings"]}
    assert data["settings"]["openai_api_key"] == "set"
    assert "sk-secret" not in terminal.type("doctor", "--json").out + terminal.type("doctor").out


def test_the_doctor_survives_what_ails_the_patient(terminal: Terminal, monkeypatch: pytest.MonkeyPatch):
    def fail() -> str:
        raise RuntimeError("no ffmpeg today")

    monkeypatch.setattr(doctor, "ffmpeg_version", fail)
    monkeypatch.setenv("CUTTINGROOM_DATABASE_URL", "postgresql://127.0.0.1:9/none")
    said = terminal.type("doctor", status=1)
    assert "no ffmpeg today" in said.out
    assert "Something that is needed does not work." in said.out


def test_a_closed_pipe_is_quiet(tmp_path: Path):
    with started(tmp_path / "home", "--help") as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_a_worker_stops_cleanly_and_lets_the_next_one_in(tmp_path: Path):
    for _ in range(2):
        with started(tmp_path / "home", "worker", "--json") as process:
            read_until(process, '"ready"')
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=60)
            assert (process.returncode, err) == (0, "")
            assert '"stopped"' in out


def test_another_worker_does_what_the_terminal_asks_for(terminal: Terminal, clip: Path):
    with started(terminal.home, "worker", "--json") as worker:
        read_until(worker, '"ready"')
        said = terminal.type("edit", clip, f"{CUT}, don't render", "--yes", "--json")
        assert said.lines[-1]["run"]["status"] == "completed"
        log = (terminal.home / "cuttingroom.log").read_text()
        assert f"Process {worker.pid} is already working" in log


def test_a_killed_edit_is_finished_by_the_next_command_that_works(terminal: Terminal, clip: Path):
    with started(terminal.home, "edit", clip, CUT, "--yes", "--json") as process:
        read_until(process, '"plan"')
        process.kill()
    receipt = terminal.type("run", "watch", "last", "--json").lines[-1]["run"]
    assert receipt["status"] == "completed"
    assert [e["tool"] for e in receipt["events"] if e["version_after"]] == ["remove_ranges"]
    assert terminal.type("ledger", "verify", "last", "--json").data["ok"]


def test_ctrl_c_without_a_person_leaves_the_run_to_go_on_later(terminal: Terminal, clip: Path):
    with started(terminal.home, "edit", clip, CUT, "--yes", "--json") as process:
        read_until(process, '"executing"')
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 130
        assert '"left"' in out
    assert terminal.type("run", "watch", "--json").lines[-1]["run"]["status"] == "completed"
