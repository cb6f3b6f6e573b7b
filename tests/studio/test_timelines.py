"""Edits become versions and events, once per key, and can be taken back."""

import pytest
import sqlalchemy as sa

from cuttingroom.core.errors import (
    DependentEvents,
    EditRefused,
    InvalidInput,
    KeyReused,
    NotFound,
    TimelineInvalid,
)
from cuttingroom.core.ids import new_id
from cuttingroom.core.status import EventStatus
from cuttingroom.core.time import TimeRange, seconds_to_ticks
from cuttingroom.storage.database import Database
from cuttingroom.storage.tables import ArtifactType, ArtifactUse, ToolEvent
from cuttingroom.studio import ledger
from cuttingroom.studio.attempts import EditRequest
from cuttingroom.studio.luts import list_luts
from cuttingroom.studio.timelines import (
    apply_edits,
    current_timeline,
    edit_by_hand,
    list_versions,
    restore_version,
    timeline_at,
)
from cuttingroom.studio.undo import last_undoable, undo_event
from cuttingroom.timeline.edits.apply_lut import ApplyLut, LutRef
from cuttingroom.timeline.edits.remove_ranges import RemoveRanges
from cuttingroom.timeline.edits.set_volume import SetVolume
from cuttingroom.timeline.edits.split import Split
from factories import a_file, a_filmed_project, a_user, clips


def seconds(start: float, end: float) -> TimeRange:
    return TimeRange.between(seconds_to_ticks(start), seconds_to_ticks(end))


def test_an_edit_leaves_a_version_and_an_event_that_carries_its_inverse(database: Database):
    with database.transaction() as session:
        project, _ = a_filmed_project(session)
        outcome = edit_by_hand(
            session, project.user_id, project.id, RemoveRanges(ranges=(seconds(10, 20),)), "k"
        )
        event = session.get_one(ToolEvent, outcome.event_id)
        assert (project.version, event.version_after) == (3, 3)
        assert event.inverse is not None
        assert event.state_hash == current_timeline(project).state_hash
        assert current_timeline(project).duration_ticks == seconds_to_ticks(50)


def test_an_element_that_gets_a_look_is_said_to_use_its_file_too(database: Database):
    with database.transaction() as session:
        project, media = a_filmed_project(session)
        film = a_file(
            session, project, artifact_type=ArtifactType.OTHER, facts={"kind": "lut"}, name="film.cube"
        )
        (clip,) = clips(current_timeline(project))
        edit = ApplyLut(element_ids=(clip.id,), lut=LutRef(artifact_id=film.id, name=film.name))
        outcome = edit_by_hand(session, project.user_id, project.id, edit, "k")
        uses = session.scalars(sa.select(ArtifactUse).where(ArtifactUse.element_id == clip.id)).all()
        assert {(u.artifact_id, u.event_id == outcome.event_id) for u in uses} == {
            (media.artifact_id, False),
            (film.id, True),
        }
        assert [lut.name for lut in list_luts(session, project)] == ["film.cube"]


def test_a_look_of_another_project_is_refused(database: Database):
    with database.transaction() as session:
        project, _ = a_filmed_project(session)
        other = a_file(session, a_filmed_project(session)[0], artifact_type=ArtifactType.OTHER)
        (clip,) = clips(current_timeline(project))
        edit = ApplyLut(element_ids=(clip.id,), lut=LutRef(artifact_id=other.id))
        with pytest.raises(TimelineInvalid, match="non-existent asset"):
            edit_by_hand(session, project.user_id, project.id, edit, "k")


def test_the_same_key_takes_effect_once_and_leaves_a_record_of_the_second_arrival(database: Database):
    with database.transaction() as session:
        project, _ = a_filmed_project(session)
        edit = RemoveRanges(ranges=(seconds(10, 20),))
        first = edit_by_hand(session, project.user_id, project.id, edit, "k")
        second = edit_by_hand(session, project.user_id, project.id, edit, "k")
        assert second.status is EventStatus.DUPLICATE
        assert second.event_id == first.event_id
        assert project.version == 3
        statuses = [e.status for e in ledger.iterate(session, project.id) if e.idempotency_key == "k"]
        assert statuses == [EventStatus.SUCCEEDED, EventStatus.DUPLICATE]


def test_a_refused_edit_is_recorded_and_changes_nothing_while_those_after_it_go_on(database: Database):
    with database.transaction() as session:
        project, _ = a_filmed_project(session)
        before = project.timeline_hash
        outcomes = apply_edits(
            session,
            project,
            [
                EditRequest(RemoveRanges(ranges=(seconds(90, 95),)), "a"),
                EditRequest(RemoveRanges(ranges=(seconds(0, 5),)), "b"),
            ],
        )
        assert [o.status for o in outcomes] == [EventStatus.REFUSED, EventStatus.SUCCEEDED]
        assert project.version == 3
        assert project.timeline_hash != before


def test_versions_inside_a_burst_are_rebuilt_from_the_ledger(database: Database):
    with database.transaction() as session:
        project, _ = a_filmed_project(session)
        requests = [EditRequest(RemoveRanges(ranges=(seconds(0, 1),)), f"k{n}") for n in range(10)]
        apply_edits(session, project, requests)
        for version in range(2, 13):
            expected = seconds_to_ticks(60 - (version - 2))
            assert timeline_at(session, project.id, version).duration_ticks == expected
        kept = [v.timeline_snapshot is not None for v in list_versions(session, project.id)]
        assert kept == [True] + [False] * 9 + [True, True]


def test_a_single_event_can_be_undone_while_later_ones_stay(database: Database):
    with database.transaction() as session:
        project, _ = a_filmed_project(session)
        cut = edit_by_hand(session, project.user_id, project.id, RemoveRanges(ranges=(seconds(0, 10),)), "a")
        (clip,) = clips(current_timeline(project))
        edit_by_hand(session, project.user_id, project.id, SetVolume(element_ids=(clip.id,), volume=0.5), "b")
        undo_event(session, project.user_id, cut.event_id, "u")
        timeline = current_timeline(project)
        assert timeline.duration_ticks == seconds_to_ticks(60)
        assert {c.volume for c in clips(timeline)} == {0.5}
        ledger.verify_ledger(session, project.id)


def test_an_undo_that_later_events_stand_in_the_way_of_names_them_and_changes_nothing(database: Database):
    with database.transaction() as session:
        project, _ = a_filmed_project(session)
        (clip,) = clips(current_timeline(project))
        split = edit_by_hand(
            session,
            project.user_id,
            project.id,
            Split(element_id=clip.id, at_ticks=seconds_to_ticks(30)),
            "a",
        )
        right = clips(current_timeline(project))[1]
        edit_by_hand(
            session, project.user_id, project.id, SetVolume(element_ids=(right.id,), volume=0.1), "b"
        )
        before = project.timeline_hash
        with pytest.raises(DependentEvents, match="set_volume") as refused:
            undo_event(session, project.user_id, split.event_id, "u")
        assert refused.value.detail["sequences"] == [4]
        assert project.timeline_hash == before


def test_an_undone_event_cannot_be_undone_again_but_the_undo_can(database: Database):
    with database.transaction() as session:
        project, _ = a_filmed_project(session)
        cut = edit_by_hand(session, project.user_id, project.id, RemoveRanges(ranges=(seconds(0, 10),)), "a")
        after_cut = project.timeline_hash
        undo = undo_event(session, project.user_id, cut.event_id, "u1")
        with pytest.raises(InvalidInput, match="undone already"):
            undo_event(session, project.user_id, cut.event_id, "u2")
        undo_event(session, project.user_id, undo.event_id, "redo")
        assert project.timeline_hash == after_cut
        assert last_undoable(session, project.id).id == cut.event_id


def test_restoring_a_version_gives_its_very_bytes_and_keeps_the_history(database: Database):
    with database.transaction() as session:
        project, _ = a_filmed_project(session)
        wanted = current_timeline(project).to_bytes()
        for n in range(3):
            edit_by_hand(
                session, project.user_id, project.id, RemoveRanges(ranges=(seconds(n, n + 1),)), f"k{n}"
            )
        restore_version(session, project.user_id, project.id, 2, "back")
        assert current_timeline(project).to_bytes() == wanted
        assert project.version == 6
        ledger.verify_ledger(session, project.id)


def test_a_restore_under_a_used_key_is_a_duplicate_or_refused_when_it_names_another_version(
    database: Database,
):
    with database.transaction() as session:
        project, _ = a_filmed_project(session)
        for n in range(2):
            edit_by_hand(session, project.user_id, project.id, RemoveRanges(ranges=(seconds(0, 1),)), f"k{n}")
        first = restore_version(session, project.user_id, project.id, 2, "back")
        again = restore_version(session, project.user_id, project.id, 2, "back")
        assert (again.status, again.event_id) == (EventStatus.DUPLICATE, first.event_id)
        for used in ("back", "k0"):
            with pytest.raises(KeyReused, match=f"{used} was used"):
                restore_version(session, project.user_id, project.id, 3, used)
        assert project.version == 5
        ledger.verify_ledger(session, project.id)


def test_a_key_that_comes_again_with_another_edit_is_refused_also_within_a_burst(database: Database):
    with database.transaction() as session:
        project, _ = a_filmed_project(session)
        short, long = RemoveRanges(ranges=(seconds(0, 1),)), RemoveRanges(ranges=(seconds(0, 2),))
        edit_by_hand(session, project.user_id, project.id, short, "a")
        requests = [EditRequest(e, key) for key in "ab" for e in (short, long)]
        outcomes = apply_edits(session, project, requests)
        assert [o.status for o in outcomes] == ["duplicate", "refused", "succeeded", "refused"]
        assert [o.error.code for o in outcomes if o.error] == ["duplicate_effect", "key_reused", "key_reused"]
        assert project.version == 4


def test_strangers_find_neither_project_nor_event(database: Database):
    with database.transaction() as session:
        project, _ = a_filmed_project(session)
        cut = edit_by_hand(session, project.user_id, project.id, RemoveRanges(ranges=(seconds(0, 10),)), "a")
        stranger = a_user(session)
        with pytest.raises(NotFound):
            edit_by_hand(session, stranger.id, project.id, RemoveRanges(ranges=(seconds(0, 1),)), "x")
        with pytest.raises(NotFound):
            undo_event(session, stranger.id, cut.event_id, "y")


def test_another_projects_file_cannot_be_placed(database: Database):
    from cuttingroom.timeline.edits.append import Append

    with database.transaction() as session:
        project, _ = a_filmed_project(session)
        _, foreign = a_filmed_project(session)
        with pytest.raises(InvalidInput, match="non-existent asset"):
            edit_by_hand(session, project.user_id, project.id, Append(media=foreign), "x")


def test_an_unknown_element_is_refused_in_words(database: Database):
    with database.transaction() as session:
        project, _ = a_filmed_project(session)
        with pytest.raises((EditRefused, NotFound), match="no element"):
            edit_by_hand(
                session, project.user_id, project.id, SetVolume(element_ids=(new_id(),), volume=0.5), "x"
            )
