"""A talk about a project: messages ask, answer, correct and undo."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from terminal import Terminal

TITLE = 'add the title "Hi" at 0:01 for 1 second, don\'t render'


class Talk:
    """A chat whose messages are typed ahead."""

    def __init__(self, terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
        self.terminal, self._monkeypatch = terminal, monkeypatch

    def say(self, *messages: str) -> list[dict[str, Any]]:
        self._monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(messages) + "\n"))
        return self.terminal.type("chat", "talk", "--yes", "--json").lines

    def events(self) -> list[dict[str, Any]]:
        events = self.terminal.type("ledger", "show", "talk", "--json").data["events"]
        return [e for e in events if e["version_after"] is not None]


@pytest.fixture
def talk(terminal: Terminal, clip: Path, monkeypatch: pytest.MonkeyPatch) -> Talk:
    terminal.type("edit", clip, TITLE, "--yes")
    return Talk(terminal, monkeypatch)


def test_the_next_message_answers_the_questions_of_the_one_before(talk: Talk):
    lines = talk.say("cut the intro, don't render", "the first second")
    questions = next(line for line in lines if line["type"] == "questions")
    assert "How long" in questions["questions"][0]["text"]
    done = lines[-1]["run"]
    assert done["status"] == "completed"
    assert [i["tool"] for i in done["items"]] == ["remove_ranges"]
    runs = talk.terminal.type("runs", "--json").data["runs"]
    assert [r["status"] for r in runs[:2]] == ["completed", "canceled"]


def test_a_correction_takes_back_what_was_done_and_does_it_right(talk: Talk):
    done = talk.say("no, make that 2 seconds")[-1]["run"]
    assert [i["tool"] for i in done["items"]] == ["take_back", "add_title"]
    title, back, new = talk.events()[-3:]
    assert back["reverts"] == title["sequence"]
    assert "0:01.00-0:03.00" in new["title"]


def test_what_was_done_is_undone_by_its_name_and_the_undo_can_be_undone(talk: Talk):
    done = talk.say("undo the title, don't render")[-1]["run"]
    assert [i["tool"] for i in done["items"]] == ["take_back"]
    assert "[Hi" not in talk.terminal.type("timeline", "show", "talk").out
    talk.terminal.type("undo", "last", "--project", "talk", status=None)
    talk.terminal.type("undo", str(talk.events()[-1]["sequence"]), "--project", "talk", status=None)


def test_what_cannot_be_undone_is_asked_about_with_what_can(talk: Talk):
    question = talk.say("undo the crossfade")[-1]["questions"][0]
    assert "no such change" in question["text"]
    assert any("Hi" in option for option in question["options"])


def test_an_error_ends_its_message_and_not_the_talk(talk: Talk):
    lines = talk.say("\x07beep", "undo that, don't render")
    assert [line["type"] for line in lines if line["type"] == "error"] == ["error"]
    assert lines[-1]["type"] == "receipt"
