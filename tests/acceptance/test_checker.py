"""The checker bites: every fault that is planted in a sound studio is found, and nothing else is."""

from __future__ import annotations

import copy
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

import servers
from acceptance.checker import Left, Promises, check
from workflows.desk import Desk

REQUEST = "cut the first 0.4 seconds and put a warm piano bed under the whole video"


class Remains:
    """A studio in which one run has completed and was asked for twice; `sql` changes it behind its back."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.url = servers.migrated_url(kind, folder)
        self.home = folder / "home"
        self.promises = Promises()
        desk = Desk(self.url, folder)
        self.run_id = desk.start(REQUEST, planner="rules", key="one")
        desk.start(REQUEST, planner="rules", key="one")
        desk.work()
        desk.approve(self.run_id)
        desk.work()
        desk.close()
        self.promises.runs[self.run_id.replace("-", "")] = {"completed"}
        self.promises.repeats[f"start:{self.run_id}"] = 1

    def copy_to(self, folder: Path) -> Remains:
        shutil.copytree(self.home.parent, folder)
        other = copy.deepcopy(self)
        other.home, other.url = folder / "home", f"sqlite:///{folder / Path(self.url).name}"
        return other

    def sql(self, *statements: str) -> None:
        """The ledger's triggers and unique keys are taken away first: somebody has tampered with it."""
        with closing(sqlite3.connect(self.url.removeprefix("sqlite:///"))) as connection:
            triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for (name,) in triggers:
                connection.execute(f"DROP TRIGGER {name}")
            connection.execute("DROP INDEX IF EXISTS uq_tool_events_effect")
            for statement in statements:
                assert connection.execute(statement).rowcount > 0, statement
            connection.commit()

    def blob(self) -> Path:
        return next(p for p in (self.home / "blobs").rglob("*.mp4") if p.is_file())

    def find(self) -> set[str]:
        """The kinds of what is wrong."""
        return {finding.partition(":")[0] for finding in check(Left(self.url, self.home), self.promises)}


@pytest.fixture(params=servers.DATABASES)
def remains(request: pytest.FixtureRequest, tmp_path: Path) -> Remains:
    return Remains(request.param, tmp_path)


Plant = Callable[[Remains], None]


def sql(*statements: str) -> Plant:
    return lambda remains: remains.sql(*statements)


LAST = "sequence = (SELECT max(sequence) FROM tool_events)"


def start_a_run_that_hangs(remains: Remains) -> None:
    remains.sql("UPDATE runs SET status = 'executing', error_category = NULL")


def lose_a_run(remains: Remains) -> None:
    remains.promises.runs["0" * 32] = {"completed"}


def leave_an_orphan(remains: Remains) -> None:
    (remains.blob().parent / "orphan.mp4").write_bytes(b"nobody's")


def change_bytes(remains: Remains) -> None:
    blob = remains.blob()
    content = bytearray(blob.read_bytes())
    content[len(content) // 2] ^= 1
    blob.write_bytes(content)


def leave_a_folder(remains: Remains) -> None:
    (remains.home / "work" / "attempt").mkdir(parents=True)


FAULTS: dict[str, tuple[Plant, str]] = {
    "an event is deleted": (
        sql("DELETE FROM tool_events WHERE tool = 'render' AND status = 'succeeded'"),
        "gap",
    ),
    "an event is renumbered": (sql(f"UPDATE tool_events SET sequence = sequence + 1 WHERE {LAST}"), "gap"),
    "an event was exchanged": (
        sql(f"UPDATE tool_events SET previous_hash = hash WHERE {LAST}"),
        "broken chain",
    ),
    "an effect happened twice": (
        sql(
            "UPDATE tool_events SET status = 'succeeded' WHERE status = 'started' AND tool = 'render'",
        ),
        "repeated effect",
    ),
    "a duplicate was not recorded": (
        sql("UPDATE tool_events SET status = 'refused' WHERE status = 'duplicate'"),
        "unrecorded duplicate",
    ),
    "an item has no event": (
        sql("UPDATE tool_events SET plan_item_id = NULL WHERE tool = 'add_music'"),
        "item and ledger differ",
    ),
    "a run hangs": (start_a_run_that_hangs, "stuck run"),
    "a run is lost": (lose_a_run, "lost run"),
    "an item hangs": (sql("UPDATE plan_items SET status = 'running' WHERE tool = 'render'"), "stuck item"),
    "a render is not verified": (sql("DELETE FROM verifications"), "unverified render"),
    "a version is lost": (
        sql("DELETE FROM project_versions WHERE version_number = 2"),
        "versions",
    ),
    "a file is gone": (lambda remains: remains.blob().unlink(), "missing blob"),
    "a file has no row": (leave_an_orphan, "orphan blob"),
    "a file has changed": (change_bytes, "changed bytes"),
    "a file was never stored": (
        sql("UPDATE artifacts SET status = 'pending' WHERE artifact_type = 'music'"),
        "pending artifact",
    ),
    "a work folder is left": (leave_a_folder, "leftover folder"),
}


def test_a_sound_studio_passes(remains: Remains):
    assert remains.find() == set()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(sound_copy: Remains, fault: str):
    plant, kind = FAULTS[fault]
    plant(sound_copy)
    assert kind in sound_copy.find()


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Remains:
    return Remains("sqlite", tmp_path_factory.mktemp("sound"))


@pytest.fixture
def sound_copy(sound: Remains, tmp_path: Path) -> Remains:
    """Faults are planted on SQLite; that the checker reads both is shown above."""
    return sound.copy_to(tmp_path / "copy")
