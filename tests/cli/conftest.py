"""A terminal with an empty installation, and a small talking video: sound, a pause, sound."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import media_factory
from terminal import NO_SETTINGS, Terminal


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    for name in NO_SETTINGS:
        monkeypatch.delenv(f"CUTTINGROOM_{name}", raising=False)
    monkeypatch.setenv("CUTTINGROOM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CUTTINGROOM_POLL_SECONDS", "0.02")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)
    return Terminal(tmp_path / "home", capsys)


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds at 30 frames a second with a tone throughout."""
    sound = media_factory.tone(3.0).astype(np.float32)
    path = tmp_path_factory.mktemp("clip") / "talk.mp4"
    return media_factory.make_video(path, frames=90, size=(160, 90), sound=sound)
