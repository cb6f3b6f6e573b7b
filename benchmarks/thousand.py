"""An approved plan of 1,000 edits carried out in bursts, each edit with its event and its version.

Two plans: one that cuts a film into 1,000 pieces, so that the timeline grows with every item, and one whose
items turn the volume of the same 40 pieces up and down.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import sqlalchemy as sa

from benchmarks.grounds import bare_inserts, event_bytes, make_settings, temporary_folder
from benchmarks.measure import Figure, Series, seconds_of
from cuttingroom.app import App, open_app
from cuttingroom.core.ids import ProjectId, RunId, UserId, new_id
from cuttingroom.core.status import RunStatus
from cuttingroom.core.time import TICKS_PER_SECOND
from cuttingroom.planners.base import ItemDraft, PlanDraft
from cuttingroom.planners.judging import judge_draft
from cuttingroom.storage.tables import ProjectVersion, Run, ToolEvent
from cuttingroom.studio import execution, runs
from cuttingroom.studio.attempts import EditRequest
from cuttingroom.studio.planning import gather_context, store_plan
from cuttingroom.studio.timelines import apply_edits, current_timeline
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.edits.set_volume import SetVolume
from cuttingroom.timeline.edits.split import Split
from factories import a_filmed_project

ITEMS, PIECES, RUNS = 1000, 40, 5
AIM_SECONDS = 2.0
SECONDS = 3600
BURSTS = math.ceil(ITEMS / execution.EDITS_PER_TRANSACTION)


def run() -> list[Figure]:
    figures: list[Figure] = []
    with temporary_folder() as home:
        settings = make_settings("sqlite", home)
        app = open_app(settings)
        for name, splits in (("1,000 volumes of 40 pieces", False), ("1,000 splits into 1,001 pieces", True)):
            ours, peer = [], []
            for _ in range(RUNS):
                project_id, run_id, user_id = _planned(app, splits)
                ours.append(seconds_of(lambda ids=(user_id, run_id): carry_out(app, *ids)))
                _check(app, project_id, run_id)
                with bare_inserts(settings, event_bytes(app.database)) as insert:
                    share = math.ceil(ITEMS / BURSTS)
                    peer.append(seconds_of(lambda i=insert, n=share: [i(n) for _ in range(BURSTS)]))
            figures.append(_figure(name, Series(tuple(ours)), Series(tuple(peer))))
        app.close()
    return figures


def carry_out(app: App, user_id: UserId, run_id: RunId) -> None:
    """Approval and every transaction after it, as the durable engine calls them."""
    with app.database.transaction() as session:
        runs.approve_run(session, user_id, run_id)
    while True:
        with app.database.transaction() as session:
            if not execution.advance(session, run_id).edited:
                break
    with app.database.transaction() as session:
        execution.begin_verifying(session, run_id)
    with app.database.transaction() as session:
        execution.finish_run(session, run_id)


def _planned(app: App, splits: bool) -> tuple[ProjectId, RunId, UserId]:
    """A new project with a proposed plan of ITEMS items."""
    with app.database.transaction() as session:
        project, _ = a_filmed_project(session, SECONDS)
        clip = current_timeline(project).tracks[0].elements[0].id
        if not splits:
            requests = [EditRequest(e, new_id()) for e in _splits(clip, PIECES)]
            apply_edits(session, project, requests)
        edits = _splits(clip, ITEMS + 1) if splits else [_volume(n) for n in range(ITEMS)]
        started, _ = runs.start_run(
            session, project.user_id, project.id, "many", key=new_id(), planner="rules"
        )
        runs.move_run(session, started, RunStatus.PLANNING)
        items = tuple(ItemDraft(call=e.model_dump(mode="json"), title="") for e in edits)
        draft = PlanDraft(summary="Many edits", items=items, planner="benchmark")
        plan = store_plan(session, started, judge_draft(draft, gather_context(session, started)))
        assert not plan.questions
        return project.id, started.id, project.user_id


def _splits(clip_id: str, pieces: int) -> Sequence[Edit]:
    names = [clip_id, *(f"p{n}" for n in range(1, pieces))]
    step = TICKS_PER_SECOND * 3
    return [
        Split(element_id=left, at_ticks=n * step, right_id=right)
        for n, (left, right) in enumerate(itertools.pairwise(names), 1)
    ]


def _volume(n: int) -> Edit:
    return SetVolume(element_ids=(f"p{1 + n % (PIECES - 1)}",), volume=(n % 100) / 100)


def _check(app: App, project_id: ProjectId, run_id: RunId) -> None:
    with app.database.transaction() as session:
        assert session.get_one(Run, run_id).status is RunStatus.COMPLETED
        events = sa.select(sa.func.count()).where(ToolEvent.run_id == run_id)
        assert session.scalar(events) == ITEMS
        versions = (
            sa.select(sa.func.count())
            .select_from(ProjectVersion)
            .join(ToolEvent, ToolEvent.id == ProjectVersion.event_id)
            .where(ToolEvent.run_id == run_id, ProjectVersion.project_id == project_id)
        )
        assert session.scalar(versions) == ITEMS


def _figure(name: str, ours: Series, peer: Series) -> Figure:
    peer_name = f"1,000 bare inserts of the same size in {BURSTS} commits"
    return Figure(
        "thousand",
        name,
        "s",
        ours.median,
        ours.best,
        peer.median,
        peer_name,
        AIM_SECONDS,
        runs=len(ours.values),
    )
