"""The real product, killed again and again while people work with it: nothing lost, nothing twice."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from acceptance.studio import TERMINAL, Studio
from acceptance.worker_program import span
from cuttingroom.core import clock
from cuttingroom.core.errors import Conflict
from cuttingroom.core.ids import new_token
from cuttingroom.storage.tables import PlanItem
from cuttingroom.studio.timelines import edit_by_hand
from cuttingroom.studio.undo import last_undoable, undo_event
from cuttingroom.timeline.edits.mute_range import MuteRange
from cuttingroom.workflows.recover import sweep

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(420)]

BUSY_RUNS = 8
MOST_SECONDS_BETWEEN_KILLS = 4.0
MOST_SECONDS_UNTIL_FFMPEG = 20.0

MOVIE = "cut the first 0.4 seconds, mute 0:00.8 to 0:01.2, put a warm piano bed under the whole video"
RENDERED = "remove the last 0.4 seconds; fade in over 0.2 seconds"


@pytest.fixture
def studio(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Studio]:
    studio = Studio(request.param, tmp_path)
    yield studio
    studio.close()


class People:
    """What people do, chosen by a seed: start, approve (in part, or twice), cancel, retry, edit, undo."""

    def __init__(self, studio: Studio, choose: random.Random) -> None:
        self.studio, self.choose = studio, choose
        self.did: Counter[str] = Counter()
        self.parts: dict[str, list[int]] = {}
        self.to_cancel: set[str] = set()
        self.retried: set[str] = set()
        self.edited: set[str] = set()

    def act(self) -> None:
        """One look at everything: answer what waits, start something new, now and then do something odd."""
        statuses = self.studio.statuses()
        for run_id, status in statuses.items():
            if status == "awaiting_confirmation":
                self._answer(run_id)
            elif status == "executing" and run_id in self.to_cancel:
                self._cancel(run_id)
            elif status == "failed" and run_id not in self.retried:
                self.retried.add(run_id)
                self.studio.retry(run_id)
                self.did["retry"] += 1
            elif status in TERMINAL and run_id not in self.edited and self.choose.random() < 0.3:
                self.edited.add(run_id)
                self._edit_and_undo(run_id)
        if sum(status not in TERMINAL for status in statuses.values()) < BUSY_RUNS:
            self._start()

    def work_for(self, seconds: float, *, until_ffmpeg: bool) -> None:
        """So long, and until something has happened since the last kill; but not for ever."""
        began, events = clock.monotonic(), self.studio.count_events()
        most = MOST_SECONDS_UNTIL_FFMPEG if until_ffmpeg else MOST_SECONDS_BETWEEN_KILLS
        while (elapsed := clock.monotonic() - began) < most:
            self.act()
            clock.sleep(0.01)
            moved = self.studio.count_events() > events
            if elapsed > seconds and moved and (not until_ffmpeg or self.studio.list_ffmpeg()):
                return

    def _start(self) -> None:
        start, share = self.studio.start, self.choose.random()
        if share < 0.2:
            run_id = start(MOVIE)
        elif share < 0.35:
            run_id = start(RENDERED)
        elif share < 0.5:
            run_id = start("ten small edits", planner="scripted")
            self.parts[run_id] = sorted(self.choose.sample(range(1, 11), 4))
        elif share < 0.65:
            run_id = start("three cuts", planner="scripted")
        elif share < 0.75:
            run_id = start("a title and its removal", planner="scripted", ends=["failed"])
            self.parts[run_id] = [2]
        elif share < 0.83:
            run_id = start("a planner that breaks", planner="scripted", ends=["failed"])
        elif share < 0.91:
            run_id = start("make it nicer", ends=["canceled"])
        else:
            run_id = start(MOVIE, ends=["canceled", "completed"])
            self.to_cancel.add(run_id)
        self.did["start"] += 1
        if self.choose.random() < 0.3:
            self.studio.start_again(run_id)
            self.did["start twice"] += 1

    def _answer(self, run_id: str) -> None:
        report = self.studio.inspect(run_id)
        assert report.plan is not None
        if report.plan.questions:
            self._cancel(run_id)
            return
        self.studio.approve(run_id, self.parts.get(run_id))
        self.did["approve in part" if run_id in self.parts else "approve"] += 1
        if self.choose.random() < 0.3:
            self.studio.approve_again(run_id)
            self.did["approve twice"] += 1

    def _cancel(self, run_id: str) -> None:
        self.to_cancel.discard(run_id)
        try:
            self.studio.cancel(run_id)
            self.did["cancel"] += 1
        except Conflict:
            self.did["cancel too late"] += 1

    def _edit_and_undo(self, run_id: str) -> None:
        """A person goes on by hand: an edit that arrives twice, then the last change is taken back."""
        studio, project_id = self.studio, self.studio.inspect(run_id).project_id
        key, edit = f"hand:{new_token()}", MuteRange(range=span(0, 0.2))
        for _ in range(2):
            with studio.app.database.transaction() as session:
                edit_by_hand(session, studio.user_id, project_id, edit, key)
        studio.promises.effects.add(key)
        studio.promises.repeats[key] += 1
        key = f"undo:{new_token()}"
        with studio.app.database.transaction() as session:
            undo_event(session, studio.user_id, last_undoable(session, project_id).id, key)
        studio.promises.effects.add(key)
        self.did["edit and undo"] += 1


def kill_at_random(studio: Studio, *, kills: int, workers: int, seed: int) -> Counter[str]:
    """Kills come at any moment, every third while ffmpeg works. Returns what was done and hit."""
    choose = random.Random(seed)
    people = People(studio, choose)
    for _ in range(workers):
        studio.hire()
    for _ in range(kills):
        people.work_for(choose.uniform(0.05, 1.2), until_ffmpeg=choose.random() < 0.3)
        people.did["killed while ffmpeg worked"] += bool(studio.list_ffmpeg())
        studio.kill(choose.choice(studio.workers))
        people.did["kill"] += 1
        studio.hire()
    finish(studio, people)
    return people.did


def finish(studio: Studio, people: People) -> None:
    """No more kills: everything that was promised comes to its end; then the studio is closed and swept."""

    def is_over() -> bool:
        for run_id, status in studio.statuses().items():
            if status == "awaiting_confirmation":
                people._answer(run_id)
            elif status == "failed" and run_id not in people.retried:
                people.retried.add(run_id)
                studio.retry(run_id)
        return all(status in TERMINAL for status in studio.statuses().values())

    studio.wait_until(is_over, at_most_seconds=120)
    for worker in list(studio.workers):
        assert studio.dismiss(worker) == 0
    sweep(studio.app, older_than=timedelta(seconds=-1))


def retried_items(studio: Studio) -> int:
    """How many items were begun more than once: kills that hit work."""
    with studio.app.database.transaction() as session:
        return session.scalars(
            sa.select(sa.func.count()).select_from(PlanItem).where(PlanItem.attempts > 1)
        ).one()


def assert_survived(studio: Studio, did: Counter[str], seed: int) -> None:
    print(f"seed {seed}: {dict(did)}, items begun again: {retried_items(studio)}")  # noqa: T201
    found = studio.check()
    assert not found, "\n".join([f"seed {seed}", *found])
    studio.verify_ledgers()
    assert did["killed while ffmpeg worked"] > 0
    assert retried_items(studio) > 0


@pytest.mark.parametrize("studio", ["sqlite"], indirect=True)
def test_forty_kills_on_sqlite_lose_nothing_and_repeat_nothing(studio: Studio):
    did = kill_at_random(studio, kills=40, workers=1, seed=11)
    assert_survived(studio, did, 11)


@pytest.mark.parametrize("studio", ["postgresql"], indirect=True)
def test_twenty_kills_of_two_workers_on_postgresql_lose_nothing_and_repeat_nothing(studio: Studio):
    did = kill_at_random(studio, kills=20, workers=2, seed=12)
    assert_survived(studio, did, 12)
