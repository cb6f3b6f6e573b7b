"""The main job from the terminal, on a real small video."""

from __future__ import annotations

from pathlib import Path

import provider_server
from cuttingroom.media.probe import probe
from terminal import Terminal

CUT = "cut the first second"


def test_one_sentence_gives_a_verified_file_and_a_receipt(terminal: Terminal, clip: Path, tmp_path: Path):
    said = terminal.type("edit", clip, CUT, "--yes", "--out", tmp_path / "out.mp4")
    for words in ("New project talk", "Plan:", "Length: 0:03.00 now, 0:02.00", "Receipt", "checks passed"):
        assert words in said.out
    for label in ("Asked", "Planned", "Done", "Made", "Checked", "Spent", "Time", "Undo", "Project", "File"):
        assert f"\n{label} " in said.out
    assert probe(tmp_path / "out.mp4").video[0].frame_count == 60
    assert max(len(line) for line in said.out.splitlines()) <= 80


def test_programs_get_one_json_document_per_line_and_the_receipt_last(terminal: Terminal, clip: Path):
    lines = terminal.type("edit", clip, CUT, "--yes", "--json").lines
    kinds = [line["type"] for line in lines]
    assert kinds[0] == "run"
    assert kinds[-1] == "receipt"
    assert {"phase", "plan", "item"} <= set(kinds)
    receipt = lines[-1]
    assert receipt["run"]["status"] == "completed"
    assert Path(receipt["file"]).is_file()
    assert [i["status"] for i in receipt["run"]["items"]] == ["completed", "completed"]
    assert set(receipt["run"]) >= {
        *("request", "plan", "items", "events", "artifacts", "verifications", "calls"),
        *("spent_microusd", "phases", "failure", "base_version", "result_version"),
    }


def test_a_plan_alone_changes_nothing_and_is_carried_out_when_approved(terminal: Terminal, clip: Path):
    planned = terminal.type("edit", clip, CUT, "--plan-only", "--json").lines[-1]
    assert planned["type"] == "waiting"
    assert terminal.type("projects", "--json").data["projects"][0]["version"] == 2
    done = terminal.type("run", "approve", planned["run_id"], "--json").lines[-1]
    assert done["run"]["status"] == "completed"
    again = terminal.type("run", "approve", "last", "--json", status=2)
    assert again.error["code"] == "conflict"


def test_without_a_person_to_ask_the_run_waits(terminal: Terminal, clip: Path):
    said = terminal.type("edit", clip, CUT)
    assert "cuttingroom run approve" in said.out
    assert "awaiting confirmation" in terminal.type("runs").out


def test_some_items_are_done_and_rendered_and_the_rest_is_skipped(terminal: Terminal, clip: Path):
    request = 'cut the first second and add a title "Hello" at the start for 1 second'
    receipt = terminal.type("edit", clip, request, "--items", "1", "--json").lines[-1]["run"]
    assert [i["status"] for i in receipt["items"]] == ["completed", "skipped", "completed"]


def test_the_same_key_does_the_work_once(terminal: Terminal, clip: Path):
    first = terminal.type("edit", clip, CUT, "--yes", "--key", "k1", "--json").lines
    second = terminal.type("edit", clip, CUT, "--yes", "--key", "k1", "--json").lines
    assert second[-1]["run"]["id"] == first[-1]["run"]["id"]
    assert len(terminal.type("projects", "--json").data["projects"]) == 1
    ledger = terminal.type("ledger", "show", "last", "--json").data["events"]
    assert [e["tool"] for e in ledger if e["status"] == "duplicate"] == ["start_run"]
    other = terminal.type("edit", clip, "mute everything", "--yes", "--key", "k1", "--json", status=2)
    assert other.error["code"] == "key_reused"


def test_a_file_is_brought_into_a_named_project_once(terminal: Terminal, clip: Path):
    terminal.type("edit", clip, CUT, "--plan-only", "--project", "Harbour")
    terminal.type("edit", clip, CUT, "--plan-only", "--project", "Harbour")
    terminal.type("edit", "Harbour", CUT, "--plan-only")
    (project,) = terminal.type("projects", "--json").data["projects"]
    assert (project["name"], project["version"]) == ("Harbour", 2)


def test_the_same_file_again_makes_a_project_with_a_name_of_its_own_and_says_so(
    terminal: Terminal, clip: Path
):
    terminal.type("edit", clip, CUT, "--plan-only")
    said = terminal.type("edit", clip, CUT, "--plan-only")
    assert "The same file is in talk already" in said.out
    names = {p["name"] for p in terminal.type("projects", "--json").data["projects"]}
    assert names == {"talk", "talk 2"}


def test_what_is_not_understood_is_asked_and_the_project_stays_as_it_is(terminal: Terminal, clip: Path):
    said = terminal.type("edit", clip, "make it purple and somehow nicer", "--yes", "--json", status=3)
    assert said.error["code"] == "questions_open"
    assert said.error["detail"]["questions"]
    assert terminal.type("projects", "--json").data["projects"][0]["version"] == 2
    in_words = terminal.type("edit", clip, "make it purple and somehow nicer", status=3)
    assert "?" in in_words.out
    assert "[questions_open]" in in_words.err


def test_captions_come_from_the_subtitles_that_were_given(terminal: Terminal, clip: Path, tmp_path: Path):
    words = tmp_path / "talk.srt"
    words.write_text("1\n00:00:00,500 --> 00:00:02,000\nHello from the harbour.\n")
    request = "add captions, don't render"
    terminal.type("edit", clip, request, "--subtitles", words, "--yes")
    tracks = terminal.type("timeline", "show", "--json").data["timeline"]["tracks"]
    texts = [e["source"]["text"] for t in tracks if t["kind"] == "captions" for e in t["elements"]]
    assert texts == ["Hello from the harbour."]
    missing = terminal.type("edit", clip, request, "--subtitles", tmp_path / "no.srt", "--json", status=2)
    assert missing.error["message"]


def test_a_copy_never_replaces_a_file_unless_forced(terminal: Terminal, clip: Path, tmp_path: Path):
    out = tmp_path / "mine.mp4"
    out.write_text("precious")
    said = terminal.type("edit", clip, CUT, "--yes", "--out", out, "--json", status=2)
    assert "exists already" in said.error["message"]
    assert out.read_text() == "precious"
    assert not terminal.type("runs", "--json").data["runs"]
    terminal.type("edit", clip, CUT, "--yes", "--out", out, "--force")
    assert probe(out).has_picture


def test_a_provider_that_is_away_fails_the_planning_and_touches_nothing(
    terminal: Terminal, clip: Path, monkeypatch
):
    monkeypatch.setenv("CUTTINGROOM_OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    said = terminal.type("edit", clip, CUT, "--planner", "openai:m", "--yes", "--json", status=4)
    assert said.error["detail"]["phase"] == "planning"
    assert said.error["detail"]["category"] == "provider"
    assert said.error["advice"]
    assert terminal.type("projects", "--json").data["projects"][0]["version"] == 2
    assert terminal.type("ledger", "verify", "last", "--json").data["ok"]


def test_a_provider_that_answers_nonsense_fails_the_planning(terminal: Terminal, clip: Path, monkeypatch):
    with provider_server.provider_server() as server:
        monkeypatch.setenv("CUTTINGROOM_OPENAI_BASE_URL", f"http://127.0.0.1:{server.port}/v1")
        said = terminal.type("edit", clip, CUT, "--planner", "openai:m", "--yes", "--json", status=None)
    assert said.status in (3, 4)
    assert terminal.type("projects", "--json").data["projects"][0]["version"] == 2


def test_an_unknown_or_unconfigured_planner_is_refused_before_anything_is_stored(
    terminal: Terminal, clip: Path
):
    assert terminal.type("edit", clip, CUT, "--planner", "oracle", "--json", status=2).error["advice"]
    missing = terminal.type("edit", clip, CUT, "--planner", "openai:m", "--json", status=4)
    assert missing.error["code"] == "provider_missing"
    assert terminal.type("projects", "--json").data == {"projects": []}
