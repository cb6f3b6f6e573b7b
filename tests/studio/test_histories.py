"""Random histories through the database: what is stored replays to the same bytes, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from cuttingroom.core.errors import Conflict, InvalidInput, NotFound
from cuttingroom.core.ids import ArtifactId, new_id
from cuttingroom.core.status import EventStatus
from cuttingroom.storage.database import Database
from cuttingroom.storage.tables import Project
from cuttingroom.studio import ledger
from cuttingroom.studio.attempts import EditRequest
from cuttingroom.studio.ledger import verify_ledger
from cuttingroom.studio.projects import create_project
from cuttingroom.studio.timelines import apply_edits, current_timeline, timeline_at
from cuttingroom.studio.undo import undo_event
from cuttingroom.timeline.edits.catalog import parse_edit
from cuttingroom.timeline.edits.restore import Restore
from cuttingroom.timeline.model import Timeline
from factories import a_file, a_user
from random_edits import edits, timelines
from servers import DATABASES, migrated_url


@pytest.fixture(scope="module", params=DATABASES)
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    made = Database(migrated_url(request.param, tmp_path_factory.mktemp("histories")))
    yield made
    made.dispose()


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_history_replays_from_nothing_and_every_version_can_be_rebuilt(
    shared: Database, data: st.DataObject
):
    with shared.transaction() as session:
        project, seen = a_random_history(session, data)
    with shared.transaction() as session:
        verify_ledger(session, project.id)
        for version, content in seen.items():
            assert timeline_at(session, project.id, version).to_bytes() == content


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_after_any_undo_or_its_refusal_the_ledger_still_holds(shared: Database, data: st.DataObject):
    with shared.transaction() as session:
        project, _ = a_random_history(session, data)
        before = project.timeline_hash
        events = [e for e in ledger.iterate(session, project.id) if e.inverse is not None]
        project = session.get_one(Project, project.id)
        target = data.draw(st.sampled_from(events))
        try:
            undo_event(session, project.user_id, target.id, new_id())
            event("undone")
        except (Conflict, InvalidInput, NotFound):
            event("refused")
            assert project.timeline_hash == before
    with shared.transaction() as session:
        verify_ledger(session, project.id)


def a_random_history(session: Session, data: st.DataObject) -> tuple[Project, dict[int, bytes]]:
    """A project that became a random timeline, then random edits; the bytes of each version on the way."""
    project = create_project(session, a_user(session).id, "History")
    files = {name: a_file(session, project).id for name in ("f", "g", "picture", "music")}
    start = Timeline.model_validate(with_files(data.draw(timelines()).to_json(), files))
    becoming = Restore.between(start, current_timeline(project), ripples=False)
    apply_edits(session, project, [EditRequest(becoming, new_id())])
    seen = {project.version: current_timeline(project).to_bytes()}
    for n in range(data.draw(st.integers(1, 6))):
        drawn = data.draw(edits(current_timeline(project), f"n{n}"))
        edit = parse_edit(with_files(drawn.model_dump(mode="json"), files))
        (outcome,) = apply_edits(session, project, [EditRequest(edit, new_id())])
        event(outcome.status.value)
        if outcome.status is EventStatus.SUCCEEDED:
            seen[project.version] = current_timeline(project).to_bytes()
    return project, seen


def with_files(value: Any, files: dict[str, ArtifactId]) -> Any:
    """JSON in which the drawn names of files are those of stored ones."""
    if isinstance(value, list):
        return [with_files(part, files) for part in value]
    if not isinstance(value, dict):
        return value
    return {
        key: files.get(part, part) if key == "artifact_id" else with_files(part, files)
        for key, part in value.items()
    }
