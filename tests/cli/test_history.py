"""Looking back and taking back: inspector, versions, undo, restore, ledger, renders."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

import provider_server
from cuttingroom.media.probe import probe
from terminal import Terminal

REQUEST = 'cut the first second and add a title "Hello" at the start for 1 second'


@pytest.fixture
def edited(terminal: Terminal, clip: Path) -> Terminal:
    terminal.type("edit", clip, f"{REQUEST}, don't render", "--yes")
    return terminal


def _state(terminal: Terminal) -> str:
    return terminal.type("projects", "--json").data["projects"][0]["state_hash"]


def test_the_inspector_tells_the_whole_story(edited: Terminal):
    run = edited.type("run", "show", "--json").data["run"]
    assert run["status"] == "completed"
    assert [e["tool"] for e in run["events"]] == ["remove_ranges", "add_title"]
    for event in run["events"]:
        assert event["before"]["duration_ticks"] >= event["after"]["duration_ticks"] > 0
        assert event["state_hash"]
    assert [p["phase"] for p in run["phases"]][-2:] == ["executing", "verifying"]
    text = edited.type("run", "show", run["id"][-8:]).out
    for words in ("Receipt", "Events", "Phases", "0:03.00 → 0:02.00", "awaiting confirmation"):
        assert words in text
    assert max(len(line) for line in text.splitlines()) <= 80


def test_undo_takes_one_event_back_and_keeps_the_later_ones(edited: Terminal):
    cut = next(e for e in edited.type("run", "show", "--json").data["run"]["events"])
    undone = edited.type("undo", str(cut["sequence"]), "--json").data
    assert undone["undone"] == cut["sequence"]
    shown = edited.type("timeline", "show", "--json").data["timeline"]
    assert any(e["source"]["kind"] == "text" for t in shown["tracks"] for e in t["elements"])
    assert undone["duration_ticks"] == 3 * 705_600_000
    again = edited.type("undo", str(cut["sequence"]), "--json", status=2)
    assert "undone already" in again.error["message"]


def test_undo_last_goes_back_step_by_step(edited: Terminal):
    assert edited.type("undo", "last", "--json").data["version"] == 5
    assert edited.type("undo", "last", "--json").data["version"] == 6
    first = edited.type("versions", "--json").data["versions"]
    assert first[0]["state_hash"] == first[-2]["state_hash"]


def test_an_event_that_others_stand_on_names_them(edited: Terminal):
    append = next(e for e in edited.type("ledger", "show", "--json").data["events"] if e["tool"] == "append")
    said = edited.type("undo", str(append["sequence"]), "--json", status=2)
    assert said.error["code"] == "dependent_events"
    assert said.error["detail"]["sequences"]


def test_restore_makes_an_old_version_the_newest(edited: Terminal):
    versions = edited.type("versions", "--json").data
    wanted = next(v for v in versions["versions"] if v["version"] == 2)
    edited.type("restore", "2")
    assert _state(edited) == wanted["state_hash"]
    assert edited.type("versions", "--json").data["current"] == versions["current"] + 1
    assert edited.type("restore", "99", "--json", status=2).error["code"] == "not_found"


def test_the_ledger_verifies_until_somebody_tampers_with_it(edited: Terminal):
    edited.type("undo", "last")
    proof = edited.type("ledger", "verify", "last", "--json").data
    edited.type("ledger", "verify", "last", "--expect", proof["head_hash"])
    edited.type("ledger", "verify", "last", "--expect", "0" * 64, status=5)
    assert proof["ok"]
    assert proof["state_hash"] == _state(edited)
    with sqlite3.connect(edited.home / "cuttingroom.db") as database:
        for name, sql in database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"):
            if "tool_events" in sql:
                database.execute(f"DROP TRIGGER {name}")
        database.execute("UPDATE tool_events SET actor = 'system' WHERE sequence = 4")
    broken = edited.type("ledger", "verify", "last", "--json", status=5)
    assert broken.error["code"] == "ledger_broken"
    assert "Event 4" in broken.error["message"]


def test_the_timeline_is_drawn_to_the_width_of_the_terminal(edited: Terminal, monkeypatch):
    for columns in (60, 80, 120):
        monkeypatch.setenv("COLUMNS", str(columns))
        text = edited.type("timeline", "show").out
        assert "[Hello" in text
        assert "[talk -" in text
        assert max(len(line) for line in text.splitlines()) <= columns
    earlier = edited.type("timeline", "show", "last", "--version", "2").out
    assert "Hello" not in earlier


def test_render_gives_the_file_of_the_timeline_as_it_is(edited: Terminal, tmp_path: Path):
    receipt = edited.type("render", "last", "--profile", "preview", "--out", tmp_path / "cut.mp4", "--json")
    assert receipt.lines[-1]["run"]["verifications"][0]["passed"]
    assert probe(tmp_path / "cut.mp4").video[0].frame_count == 60


def test_a_run_that_waits_can_be_canceled_and_an_ended_one_cannot_be_retried(terminal: Terminal, clip: Path):
    terminal.type("edit", clip, REQUEST, "--plan-only")
    assert terminal.type("run", "cancel", "--json").data["status"] == "canceled"
    assert terminal.type("run", "cancel", "--json", status=2).error["code"] == "conflict"
    assert terminal.type("run", "retry", "--json", status=2).error["code"] == "conflict"
    assert "canceled" in terminal.type("run", "show").out


def test_a_run_that_failed_is_retried_where_it_failed(terminal: Terminal, clip: Path, monkeypatch):
    refusal = provider_server.Reply({"error": {"message": "not for you"}}, status=403)
    with provider_server.provider_server() as server:
        server.script = [refusal] * 9
        monkeypatch.setenv("CUTTINGROOM_OPENAI_BASE_URL", f"http://127.0.0.1:{server.port}/v1")
        terminal.type("edit", clip, REQUEST, "--planner", "openai:m", "--yes", status=4)
        said = terminal.type("run", "retry", "--json", status=4)
    assert said.error["detail"]["category"] == "provider"
    assert terminal.type("run", "show", "--json").data["run"]["attempt"] == 2
