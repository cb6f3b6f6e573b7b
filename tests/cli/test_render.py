"""`render` in the terminal: profiles, ranges, explanations, live and watched renders, and what it refuses."""

from __future__ import annotations

import errno
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import media_factory
from cuttingroom.media.probe import probe
from terminal import Said, Terminal, hear_ctrl_c

CUT = "cut the first second, don't render"


@pytest.fixture(scope="session")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six seconds of H.264 that can be copied, with a tone."""
    path = tmp_path_factory.mktemp("talk") / "talk.mp4"
    sound = media_factory.tone(6.0).astype(np.float32)
    return media_factory.make_video(path, frames=180, size=(160, 90), sound=sound, bt709=True)


@pytest.fixture
def project(terminal: Terminal, talk: Path) -> Terminal:
    """Five seconds of the talk: its first second is cut."""
    terminal.type("edit", talk, CUT, "--yes")
    return terminal


def render_of(said: Said) -> dict:
    """How the render of the last receipt was made."""
    made = [a for a in said.lines[-1]["run"]["artifacts"] if a["render"]]
    return made[-1]["render"]


def test_a_second_render_makes_nothing_again_and_says_so(project: Terminal, tmp_path: Path):
    first = render_of(project.type("render", "--out", tmp_path / "a.mp4", "--json"))
    assert first["frame_count"] == 150
    assert first["copied_frames"] + first["encoded_frames"] == 150
    assert first["copied_frames"] > 100
    text = project.type("render", "--out", tmp_path / "b.mp4").out
    assert f"150 frames: {first['copied_frames']} copied from the source" in " ".join(text.split())
    assert f"{first['encoded_frames']} from the cache." in " ".join(text.split())
    assert "around a cut" in text
    assert "0 of 1 chunks made" in text
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_explain_tells_every_span_before_and_after_without_making_anything(project: Terminal):
    before = project.type("render", "--explain", "--json").data
    assert before["frames"] == 150
    assert {s["origin"] for s in before["spans"]} == {"copied", "encoded"}
    assert (before["sound_chunks"], before["cached_sound_chunks"]) == (1, 0)
    assert project.type("cache", "stats", "--json").data["kinds"]["segments"]["files"] == 0
    project.type("render")
    after = project.type("render", "--explain", "--json").data
    assert {s["origin"] for s in after["spans"]} == {"copied", "cached"}
    assert [s["key"] for s in after["spans"]] == [s["key"] for s in before["spans"]]
    assert after["cached_sound_chunks"] == 1
    text = project.type("render", "--explain").out
    for words in ("Why not copied", "around a cut", "copied from the source", "Sound: 1 chunks, 0 of them"):
        assert words in text
    loud = project.type("render", "--explain", "--profile", "podcast", "--json").data
    assert (loud["spans"], loud["cached_sound_chunks"]) == ([], 0)


def test_a_range_is_rendered_from_the_spans_of_the_whole(project: Terminal, tmp_path: Path):
    project.type("render", "--profile", "preview")
    options = ("--profile", "preview", "--from", "1", "--to", "0:04.5", "--out", tmp_path / "p.mp4")
    said = project.type("render", *options, "--json")
    assert probe(tmp_path / "p.mp4").video[0].frame_count == 105
    assert said.lines[-1]["run"]["verifications"][0]["passed"]
    part = render_of(said)
    assert part["frame_count"] == 105
    assert part["range"] == [705_600_000, 705_600_000 * 9 // 2]


def test_a_range_of_a_project_that_encodes_takes_its_inner_spans_from_the_cache(
    terminal: Terminal, talk: Path
):
    terminal.type("edit", talk, 'add the title "Hello" over the whole video, don\'t render', "--yes")
    terminal.type("render", "--profile", "draft")
    part = render_of(terminal.type("render", "--profile", "draft", "--from", "1", "--to", "5.5", "--json"))
    assert part["reused_frames"] > 0


def test_edit_renders_with_the_profile_that_is_named(terminal: Terminal, talk: Path, tmp_path: Path):
    said = terminal.type(
        "edit", talk, "cut the first second", "--yes", "--profile", "podcast", "--out", tmp_path / "a.mp3",
        "--json",
    )  # fmt: skip
    facts = probe(tmp_path / "a.mp3")
    assert (facts.container, facts.has_picture) == ("mp3", False)
    made = render_of(said)
    assert made["profile"] == "podcast"
    assert made["loudness_lufs"] is not None


def test_full_checks_more_than_the_profile_does(project: Terminal):
    depths = [
        render_of(project.type("render", "--profile", "draft", *extra, "--json"))["check"]
        for extra in ((), ("--full",))
    ]
    assert depths == ["quick", "full"]


def test_live_tells_the_playlist_at_once_and_it_plays_all_of_the_video(project: Terminal, tmp_path: Path):
    said = project.type("render", "--profile", "preview", "--live", tmp_path / "live", "--json")
    kinds = [line["type"] for line in said.lines]
    assert kinds.index("live") < kinds.index("run")
    playlist = Path(said.lines[kinds.index("live")]["playlist"])
    video = playlist.with_name("video.m3u8").read_text()
    assert "#EXT-X-ENDLIST" in video
    assert sum(map(float, re.findall(r"#EXTINF:([\d.]+)", video))) == pytest.approx(5.0, abs=0.01)
    again = project.type("render", "--live", tmp_path / "live", "--json", status=2)
    assert "is not empty" in again.error["message"]


REFUSALS = [
    (("--profile", "yotube"), "not_found", "There is no profile 'yotube'"),
    (("--profile", "final"), "not_found", "There is no profile 'final'"),
    (("--from", "0:06"), "invalid_input", "--from 0:06.00 is beyond the end: the video lasts 0:05.00."),
    (("--to", "9"), "invalid_input", "--to 0:09.00 is beyond the end"),
    (("--from", "3", "--to", "2"), "invalid_input", "--to 0:02.00 is not after --from 0:03.00."),
    (("--from", "soon"), "invalid_input", "--from 'soon' is not a time."),
    (("--out", "nowhere/cut.mp4"), "invalid_input", "There is no folder nowhere."),
    (("--out", "cut.mov"), "invalid_input", "The profile delivery makes .mp4 files"),
    (("--profile", "podcast", "--live", "live"), "invalid_input", "cannot be played while it is made"),
    (("--watch", "--live", "live"), "invalid_input", "do not go together"),
    (("--explain", "--out", "cut.mp4"), "invalid_input", "--explain makes nothing"),
]


def test_what_cannot_be_rendered_is_refused_in_a_sentence_before_anything_is_made(
    project: Terminal, tmp_path: Path
):
    runs = len(project.type("runs", "--json").data["runs"])
    for options, code, message in REFUSALS:
        error = project.type("render", "last", *options, "--json", status=2).error
        assert error["code"] == code, options
        assert message in error["message"], options
        assert error["advice"] or "--explain" in options
    assert len(project.type("runs", "--json").data["runs"]) == runs
    assert not [p for p in tmp_path.iterdir() if p.name.startswith("cut") or p.name == "live"]


def test_a_profile_of_ones_own_is_listed_and_used_and_a_wrong_one_names_its_mistake(
    project: Terminal, tmp_path: Path
):
    folder = project.home / "profiles"
    folder.mkdir()
    (folder / "mine.toml").write_text('extends = "draft"\ntitle = "Mine"\nheight = 40\n')
    known = project.type("profiles", "--json").data["profiles"]
    assert [p["name"] for p in known if p["is_own"]] == ["mine"]
    assert "mine (yours)" in project.type("profiles").out
    project.type("render", "--profile", "mine", "--out", tmp_path / "mine.mp4")
    assert probe(tmp_path / "mine.mp4").video[0].height == 40
    (folder / "other.toml").write_text('extends = "draft"\ntitle = "Other"\nheigth = 90\n')
    error = project.type("render", "--profile", "other", "--json", status=2).error
    assert error["code"] == "invalid_input"
    assert "other.toml: profile other, heigth" in error["message"]
    project.type("render", "--profile", "draft")


def _stored_source(project: Terminal) -> Path:
    files = sorted((project.home / "blobs").rglob("*.mp4"), key=lambda p: p.stat().st_mtime)
    return files[0]


def test_a_source_that_was_changed_or_is_gone_fails_the_render_and_leaves_the_destination_alone(
    project: Terminal, tmp_path: Path
):
    source, out = _stored_source(project), tmp_path / "cut.mp4"
    content = source.read_bytes()
    source.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    changed = project.type("render", "--out", out, "--json", status=2)
    assert changed.error["code"] == "media_refused", changed.error
    assert "failed while executing: The file of “talk” has changed since" in changed.error["message"]
    assert changed.error["advice"] == "Bring it in again as a new file, or put the old one back."
    source.unlink()
    for command in (("render", "--out", out), ("render", "--explain")):
        gone = project.type(*command, "--json", status=2)
        assert gone.error["code"] == "media_refused"
        assert "The stored file of “talk.mp4” is gone" in gone.error["message"]
        assert "Put the file back" in gone.error["advice"]
    assert [p.name for p in tmp_path.iterdir() if "cut" in p.name] == []


def _wait_for(path: Path, than: float = 0.0, seconds: float = 60.0) -> float:
    """When the file was written, once that is later than `than`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if path.exists() and path.stat().st_mtime > than:
            return path.stat().st_mtime
        time.sleep(0.05)
    raise AssertionError(f"{path} was not written")


def test_watch_renders_each_new_version_until_it_is_interrupted(project: Terminal, tmp_path: Path):
    out = tmp_path / "cut.mp4"
    command = [sys.executable, "-m", "cuttingroom.cli", "render", "last", "--profile", "draft", "--watch"]
    watcher = subprocess.Popen(
        [*command, "--out", str(out)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "COLUMNS": "200"},
        preexec_fn=hear_ctrl_c,
    )
    try:
        first = _wait_for(out)
        assert probe(out).video[0].frame_count == 150
        project.type("undo", "last")
        _wait_for(out, than=first)
        assert probe(out).video[0].frame_count == 180
        time.sleep(0.5)
        watcher.send_signal(signal.SIGINT)
        said, _ = watcher.communicate(timeout=30)
    finally:
        watcher.kill()
        watcher.communicate()
    assert watcher.returncode == 0, said
    results = [line for line in said.splitlines() if line.startswith("Version")]
    assert len(results) == 2, said
    assert "150 frames: " in results[0]
    assert "180 frames: 180 copied from the source." in results[1]
    assert said.rstrip().endswith("Stopped watching.")


def test_watch_waits_for_a_project_that_is_too_short_as_yet(project: Terminal, tmp_path: Path):
    out = tmp_path / "cut.mp4"
    command = [sys.executable, "-m", "cuttingroom.cli", "render", "last", "--profile", "draft", "--watch"]
    watcher = subprocess.Popen(
        [*command, "--to", "5.5", "--out", str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hear_ctrl_c,
    )
    try:
        assert watcher.stderr is not None
        assert "--to" in watcher.stderr.readline()
        project.type("undo", "last")
        _wait_for(out)
        assert probe(out).video[0].frame_count == 165
        watcher.send_signal(signal.SIGINT)
        said, _ = watcher.communicate(timeout=30)
    finally:
        watcher.kill()
        watcher.communicate()
    assert watcher.returncode == 0, said


def test_the_cache_is_counted_verified_and_pruned(project: Terminal):
    project.type("render")
    stats = project.type("cache", "stats", "--json").data
    assert {kind: n["files"] > 0 for kind, n in stats["kinds"].items()} == dict.fromkeys(
        ("segments", "sound", "samples", "indexes"), True
    )
    assert "Encoded pictures" in project.type("cache", "stats").out
    assert project.type("cache", "verify", "--json").data["damaged"] == 0
    for kind in stats["kinds"]:
        files = (Path(stats["folder"]) / kind).glob("*/*")
        victim = max(files, key=lambda path: path.stat().st_size)
        content = bytearray(victim.read_bytes())
        content[len(content) // 2] ^= 1
        victim.write_bytes(content)
    found = project.type("cache", "verify", "--json").data
    assert found["damaged_by_kind"] == dict.fromkeys(stats["kinds"], 1)
    assert project.type("cache", "verify", "--json").data["damaged"] == 0
    project.type("render")
    pruned = project.type("cache", "prune", "--to", "0", "--json").data
    assert (pruned["size_bytes"], pruned["removed_files"] > 0) == (0, True)
    assert project.type("cache", "prune", "--to", "much", "--json", status=2).error["code"] == "invalid_input"


def test_the_limit_of_the_cache_is_a_setting(project: Terminal, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CUTTINGROOM_RENDER_CACHE_BYTES", "1000")
    project.type("render", "--profile", "draft")
    assert project.type("cache", "stats", "--json").data["size_bytes"] <= 1000


def test_a_cache_that_cannot_be_written_is_told_as_a_fault_of_the_store(
    project: Terminal, monkeypatch: pytest.MonkeyPatch
):
    shutil.rmtree(project.home / "cache", ignore_errors=True)
    (project.home / "cache").write_text("in the way")
    error = project.type("cache", "stats", "--json", status=5).error
    assert error["code"] == "storage_failed"
    assert project.type("render", "--explain", "--json", status=5).error["code"] == "storage_failed"


def test_a_full_disk_at_the_destination_leaves_nothing_half_written(
    project: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    copy = shutil.copyfile

    def fill(source: Path, destination: Path, **options: bool) -> object:
        if Path(destination).suffix != ".part":
            return copy(source, destination, **options)
        destination.write_bytes(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(destination))

    monkeypatch.setattr(shutil, "copyfile", fill)
    said = project.type("render", "--profile", "draft", "--out", tmp_path / "cut.mp4", "--json", status=5)
    assert said.error["code"] == "storage_failed"
    assert "No space left" in said.error["message"]
    assert not [p for p in tmp_path.iterdir() if "cut" in p.name]
