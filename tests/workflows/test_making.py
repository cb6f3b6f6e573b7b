"""Attempts at making: claimed, overtaken, stopped, repeated; files are registered once or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

import servers
from cuttingroom.core.errors import Conflict, MediaFailed, StorageFailed
from cuttingroom.core.ids import ArtifactId, new_id
from cuttingroom.core.status import ItemStatus
from cuttingroom.core.time import seconds_to_ticks
from cuttingroom.storage.blobs import new_key
from cuttingroom.storage.tables import Artifact, PlanItem, Run, ToolEvent
from cuttingroom.studio import making as studio_making
from cuttingroom.studio.execution import advance
from cuttingroom.studio.growth import MAX_FOLLOW_UPS
from cuttingroom.timeline.edits.mute_range import MuteRange
from cuttingroom.tools.base import FollowUp, Made, MadeFile
from cuttingroom.tools.make_music import MakeMusic
from cuttingroom.workflows import helping, making
from cuttingroom.workflows.recover import sweep
from workflows.desk import Desk, plan, span

BED = MakeMusic(duration_ticks=seconds_to_ticks(0.5))


@pytest.fixture(params=servers.DATABASES)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(servers.migrated_url(request.param, tmp_path), tmp_path, plan(BED))
    yield desk
    desk.close()


def an_item_to_make(desk: Desk) -> str:
    """An approved run whose one making item waits in its queue."""
    run_id = desk.start()
    desk.work()
    desk.approve(run_id)
    with desk.app.database.transaction() as session:
        (item_id,) = advance(session, run_id).to_make
    return item_id


def claim(desk: Desk, item_id: str, token: str) -> studio_making.MakingJob:
    with desk.app.database.transaction() as session:
        job = studio_making.claim_item(session, item_id, token)
    assert job is not None
    return job


def made_by_hand(folder: Path, *follow_ups: FollowUp) -> Made:
    path = folder / "bed.wav"
    path.write_bytes(b"sound")
    file = MadeFile(path, "music", "audio/wav", "Bed", duration_ticks=seconds_to_ticks(0.5))
    return Made((file,), follow_ups=follow_ups)


def register(desk: Desk, job: studio_making.MakingJob, token: str, made: Made) -> None:
    with desk.app.database.transaction() as session:
        ids = studio_making.announce_files(session, job, token, made.files)
    stored = [
        (artifact_id, desk.app.blobs.put(file.path, new_key(job.project_id, artifact_id, "wav")))
        for artifact_id, file in zip(ids, made.files, strict=True)
    ]
    with desk.app.database.transaction() as session:
        studio_making.register_made(session, job, token, made, stored)


def get_item(desk: Desk, item_id: str) -> PlanItem:
    with desk.app.database.transaction() as session:
        return session.get_one(PlanItem, item_id)


def event_statuses(desk: Desk, item_id: str) -> list[str]:
    with desk.app.database.transaction() as session:
        found = sa.select(ToolEvent.status).where(ToolEvent.plan_item_id == item_id)
        return [s.value for s in session.scalars(found.order_by(ToolEvent.sequence))]


def test_an_attempt_that_was_taken_over_cannot_register_its_files(desk: Desk, tmp_path: Path):
    item_id = an_item_to_make(desk)
    zombie, heir = claim(desk, item_id, "zombie"), claim(desk, item_id, "heir")
    with desk.app.database.transaction() as session:
        ids = studio_making.announce_files(session, heir, "heir", made_by_hand(tmp_path).files)
    blob = desk.app.blobs.put(tmp_path / "bed.wav", new_key(heir.project_id, ids[0], "wav"))
    with pytest.raises(Conflict, match="taken over"):
        register(desk, zombie, "zombie", made_by_hand(tmp_path))
    with desk.app.database.transaction() as session:
        studio_making.register_made(session, heir, "heir", made_by_hand(tmp_path), [(ids[0], blob)])
    assert event_statuses(desk, item_id) == ["started", "started", "succeeded"]
    assert get_item(desk, item_id).status is ItemStatus.COMPLETED


def test_an_attempt_overtaken_after_it_announced_its_files_leaves_only_what_the_sweep_removes(
    desk: Desk, tmp_path: Path
):
    item_id = an_item_to_make(desk)
    zombie, made = claim(desk, item_id, "zombie"), made_by_hand(tmp_path)
    with desk.app.database.transaction() as session:
        (artifact_id,) = studio_making.announce_files(session, zombie, "zombie", made.files)
    key = new_key(zombie.project_id, artifact_id, "wav")
    stored = [(artifact_id, desk.app.blobs.put(made.files[0].path, key))]
    making.make_item(desk.app, item_id)
    with pytest.raises(Conflict), desk.app.database.transaction() as session:
        studio_making.register_made(session, zombie, "zombie", made, stored)
    swept = sweep(desk.app, older_than=timedelta(seconds=-1))
    assert (swept["pending"], swept["orphans"]) == (1, 1)
    assert not desk.app.blobs.exists(key)
    with desk.app.database.transaction() as session:
        rows = session.scalars(sa.select(Artifact).where(Artifact.source_item_id == item_id)).all()
        assert sorted(r.status == "failed" for r in rows) == [False, True]


def test_a_zombie_cannot_fail_the_item_of_its_heir(desk: Desk):
    item_id = an_item_to_make(desk)
    zombie = claim(desk, item_id, "zombie")
    claim(desk, item_id, "heir")
    with pytest.raises(Conflict), desk.app.database.transaction() as session:
        studio_making.register_failure(session, zombie, "zombie", MediaFailed("too late"))
    assert get_item(desk, item_id).status is ItemStatus.RUNNING


def test_a_zombies_progress_is_not_shown(desk: Desk):
    item_id = an_item_to_make(desk)
    claim(desk, item_id, "heir")
    with desk.app.database.transaction() as session:
        studio_making.show_progress(session, item_id, "zombie", 0.9, "nearly")
    assert get_item(desk, item_id).progress == 0


def test_an_item_that_was_made_already_is_not_made_again_and_says_so(desk: Desk):
    item_id = an_item_to_make(desk)
    making.make_item(desk.app, item_id)
    with desk.app.database.transaction() as session:
        session.execute(sa.update(PlanItem).where(PlanItem.id == item_id).values(status="queued"))
    making.make_item(desk.app, item_id)
    assert event_statuses(desk, item_id) == ["started", "succeeded", "duplicate"]
    with desk.app.database.transaction() as session:
        found = session.scalars(sa.select(Artifact).where(Artifact.source_item_id == item_id)).all()
        assert len(found) == 1


def test_a_canceled_or_finished_item_is_not_begun(desk: Desk):
    item_id = an_item_to_make(desk)
    with desk.app.database.transaction() as session:
        session.get_one(PlanItem, item_id).move(ItemStatus.CANCELED)
    making.make_item(desk.app, item_id)
    assert event_statuses(desk, item_id) == []


def test_an_attempt_leaves_no_work_folder(desk: Desk):
    making.make_item(desk.app, an_item_to_make(desk))
    assert list(desk.app.settings.work_folder.iterdir()) == []


def test_follow_ups_join_the_approved_plan_and_are_carried_out(desk: Desk, tmp_path: Path):
    item_id = an_item_to_make(desk)
    call = MuteRange(range=span(0, 0.2)).model_dump(mode="json")
    register(desk, claim(desk, item_id, "one"), "one", made_by_hand(tmp_path, FollowUp(call, "Mute")))
    run_id = get_item(desk, item_id).run_id
    desk.work()
    report = desk.inspect(run_id)
    assert (report.status, [i.tool for i in report.items]) == ("completed", ["make_music", "mute_range"])
    assert report.items[1].depends_on == (1,)
    assert report.items[1].status is ItemStatus.COMPLETED


def test_more_follow_ups_than_the_budget_are_refused_whole(desk: Desk, tmp_path: Path):
    item_id = an_item_to_make(desk)
    call = MuteRange(range=span(0, 0.2)).model_dump(mode="json")
    many = [FollowUp(call, "Mute")] * (MAX_FOLLOW_UPS + 1)
    with pytest.raises(MediaFailed, match="51"):
        register(desk, claim(desk, item_id, "one"), "one", made_by_hand(tmp_path, *many))
    with desk.app.database.transaction() as session:
        count = sa.select(sa.func.count()).select_from(PlanItem)
        assert session.scalar(count) == 1
        assert session.scalar(sa.select(Run.status)) == "executing"


def test_a_file_of_another_project_cannot_be_used(desk: Desk):
    other = desk.new_project()
    with desk.app.database.transaction() as session:
        theirs = session.scalars(sa.select(Artifact.id).where(Artifact.project_id == other)).first()
    run_id = desk.start()
    for artifact_id in (theirs, ArtifactId(new_id())):
        call = {"tool": "find_scenes", "artifact_id": artifact_id}
        error = making.make_fact(desk.app, run_id, call)
        assert error is not None
        assert error["code"] == "not_found"


def test_an_item_that_comes_again_with_another_call_than_was_made_fails(desk: Desk):
    item_id = an_item_to_make(desk)
    making.make_item(desk.app, item_id)
    other = MakeMusic(duration_ticks=seconds_to_ticks(1)).model_dump(mode="json")
    with desk.app.database.transaction() as session:
        session.execute(sa.update(PlanItem).where(PlanItem.id == item_id).values(status="queued", call=other))
    making.make_item(desk.app, item_id)
    item = get_item(desk, item_id)
    assert (item.status, item.error_code) == (ItemStatus.FAILED, "key_reused")
    assert event_statuses(desk, item_id) == ["started", "succeeded", "refused"]


def test_a_helper_that_cannot_read_what_to_help_with_leaves_it_to_the_maker(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    def away(*_: object) -> None:
        raise StorageFailed("The database is away.")

    item_id = an_item_to_make(desk)
    monkeypatch.setattr("cuttingroom.workflows.helping.rendering.find_state", away)
    assert helping.help_item(desk.app, item_id)
    assert event_statuses(desk, item_id) == []
