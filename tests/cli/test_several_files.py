"""Several files in one command: brought in together or not at all, in their order."""

from __future__ import annotations

from pathlib import Path

import pytest

import media_factory
from cuttingroom.core.errors import StorageFailed
from cuttingroom.core.time import seconds_to_ticks
from cuttingroom.storage.blobs import FolderBlobs
from terminal import Terminal

CUT = "cut the first second"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("several")
    sound = media_factory.make_sound(folder / "song.wav", media_factory.tone(1.0))
    still = media_factory.make_still(folder / "photo.png", size=(200, 100))
    second = media_factory.make_video(folder / "second.mp4", frames=30, size=(160, 90))
    text = folder / "notes.txt"
    text.write_text("no film")
    return {"song": sound, "photo": still, "second": second, "notes": text}


def played(terminal: Terminal) -> list[tuple[str, float]]:
    """Names and seconds of what is on the timeline of the last project."""
    timeline = terminal.type("timeline", "show", "last", "--json").data["timeline"]
    second = seconds_to_ticks(1)
    return [(e["name"], e["duration_ticks"] / second) for t in timeline["tracks"] for e in t["elements"]]


def test_videos_and_stills_follow_each_other_and_sound_is_only_stored(
    terminal: Terminal, clip: Path, files: dict[str, Path]
):
    given = (files["photo"], clip, files["song"], files["second"])
    said = terminal.type("edit", *given, CUT, "--plan-only")
    assert "Brought in, in this order: photo.png (stays 0:05.00)" in said.out
    assert "song.wav (not on the timeline)" in " ".join(said.out.split())
    assert played(terminal) == [("photo", 5), ("talk", 3), ("second", 1)]
    settings = terminal.type("timeline", "show", "last", "--json").data["timeline"]["settings"]
    assert (settings["width"], settings["rate"]) == (160, {"num": 30, "den": 1})


def test_programs_are_told_what_came_in(terminal: Terminal, clip: Path, files: dict[str, Path]):
    given = (clip, files["photo"], files["song"])
    first = terminal.type("edit", *given, CUT, "--yes", "--json").lines[0]
    second = seconds_to_ticks(1)
    assert [(f["name"], f["placed_ticks"]) for f in first["brought_in"]] == [
        ("talk.mp4", 3 * second), ("photo.png", 5 * second), ("song.wav", 0),
    ]  # fmt: skip
    assert played(terminal) == [("talk", 2), ("photo", 5)]


def test_a_file_that_is_only_to_be_used_is_not_put_on_the_timeline(
    terminal: Terminal, clip: Path, files: dict[str, Path]
):
    terminal.type("edit", clip, CUT, "--with", files["photo"], "--with", files["second"], "--plan-only")
    assert played(terminal) == [("talk", 3)]


def test_the_same_file_named_twice_is_played_twice(terminal: Terminal, clip: Path):
    terminal.type("edit", clip, clip, CUT, "--plan-only")
    assert played(terminal) == [("talk", 3), ("talk", 3)]


def test_one_refused_file_leaves_nothing_of_any(terminal: Terminal, clip: Path, files: dict[str, Path]):
    for wrong in (files["notes"], clip.parent / "missing.mp4", clip.parent):
        said = terminal.type("edit", clip, wrong, CUT, "--yes", "--json", status=2)
        assert said.error["code"] == "media_refused"
    terminal.type("edit", clip, CUT, "--with", files["notes"], "--json", status=2)
    assert terminal.type("projects", "--json").data == {"projects": []}
    assert [p for p in (terminal.home / "blobs").rglob("*") if p.is_file()] == []


def test_files_are_brought_into_a_project_that_is_there_each_once(
    terminal: Terminal, clip: Path, files: dict[str, Path]
):
    terminal.type("edit", clip, CUT, "--project", "Harbour", "--plan-only")
    terminal.type("edit", "Harbour", files["second"], CUT, "--plan-only")
    terminal.type("edit", clip, files["second"], files["photo"], CUT, "--project", "Harbour", "--plan-only")
    assert played(terminal) == [("talk", 3), ("second", 1), ("photo", 5)]
    said = terminal.type("edit", "Harbour", "Quay", CUT, "--json", status=2)
    assert said.error["message"] == "There is no file Quay."


def test_when_one_cannot_be_stored_the_others_are_given_up(
    terminal: Terminal, clip: Path, files: dict[str, Path], monkeypatch: pytest.MonkeyPatch
):
    terminal.type("edit", clip, CUT, "--project", "Harbour", "--plan-only")
    put, stored = FolderBlobs.put, []

    def fail_at_the_second(self: FolderBlobs, source: Path, key: str):
        if stored:
            raise StorageFailed("The disk is full.")
        stored.append(key)
        return put(self, source, key)

    monkeypatch.setattr(FolderBlobs, "put", fail_at_the_second)
    terminal.type("edit", "Harbour", files["second"], files["photo"], CUT, "--json", status=None)
    assert played(terminal) == [("talk", 3)]
    assert not (terminal.home / "blobs" / stored[0]).exists()
    assert terminal.type("ledger", "verify", "last", "--json").data["ok"]
