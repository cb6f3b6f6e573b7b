"""What cannot be a source: one sentence with a code, exit status 2, and nothing stored."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from terminal import Terminal

BAD: dict[str, Callable[[Path, Path], Path]] = {}


def bad(reason: str) -> Callable[[Callable[[Path, Path], Path]], Callable[[Path, Path], Path]]:
    def keep(make: Callable[[Path, Path], Path]) -> Callable[[Path, Path], Path]:
        BAD[reason] = make
        return make

    return keep


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@bad("missing")
def _missing(folder: Path, _clip: Path) -> Path:
    return folder / "nowhere.mp4"


@bad("empty")
def _empty(folder: Path, _clip: Path) -> Path:
    return _written(folder / "empty.mp4", b"")


@bad("not_media")
def _text(folder: Path, _clip: Path) -> Path:
    return _written(folder / "diary.mp4", b"Dear diary, nothing happened today. " * 50)


@bad("truncated")
def _truncated(folder: Path, clip: Path) -> Path:
    data = clip.read_bytes()
    return _written(folder / "cut.mp4", data[: len(data) // 2])


@bad("corrupt")
def _corrupt(folder: Path, clip: Path) -> Path:
    data = bytearray(clip.read_bytes())
    at = data.index(b"mdat") + 4
    data[at : at + 6000] = b"\xa5" * 6000
    return _written(folder / "corrupt.mp4", bytes(data))


@bad("playlist")
def _playlist(folder: Path, clip: Path) -> Path:
    (folder / "neighbour.mp4").write_bytes(clip.read_bytes())
    return _written(folder / "list.mp4", b"ffconcat version 1.0\nfile neighbour.mp4\n")


@bad("too_large")
def _bomb(folder: Path, _clip: Path) -> Path:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    return _written(folder / "bomb.png", b"\x89PNG\r\n\x1a\n" + head + body)


@pytest.mark.parametrize("reason", BAD)
def test_a_bad_file_is_refused_with_its_reason_and_leaves_nothing(
    terminal: Terminal, clip: Path, tmp_path: Path, reason: str
):
    path = BAD[reason](tmp_path, clip)
    error = terminal.type("edit", path, "cut the first second", "--yes", "--json", status=2).error
    assert error["code"] == "media_refused"
    assert error["detail"]["reason"] in (reason, "corrupt")
    assert error["message"].endswith(".")
    assert "\n" not in error["message"]
    assert terminal.type("projects", "--json").data == {"projects": []}
    assert terminal.type("runs", "--json").data == {"runs": []}
    blobs = terminal.home / "blobs"
    assert not blobs.exists() or not [p for p in blobs.rglob("*") if p.is_file()]


def test_a_bad_file_leaves_the_project_it_was_meant_for_as_it_was(
    terminal: Terminal, clip: Path, tmp_path: Path
):
    terminal.type("edit", clip, "cut the first second", "--plan-only", "--project", "Harbour")
    before = terminal.type("projects", "--json").data
    bad_file = BAD["truncated"](tmp_path, clip)
    terminal.type("edit", bad_file, "mute it", "--project", "Harbour", status=2)
    after = terminal.type("projects", "--json").data
    assert [p["state_hash"] for p in after["projects"]] == [p["state_hash"] for p in before["projects"]]
    assert [p["events"] for p in after["projects"]] == [p["events"] for p in before["projects"]]


def test_verify_tells_sound_files_from_bad_ones(terminal: Terminal, clip: Path, tmp_path: Path):
    good = terminal.type("verify", clip, "--json", status=None)
    assert good.data["media"]["video"][0]["frame_count"] == 90
    refused = terminal.type("verify", BAD["truncated"](tmp_path, clip), status=2)
    assert "[media_refused]" in refused.err
