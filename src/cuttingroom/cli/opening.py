"""From what a person typed for VIDEO and --project to a project with that video on its timeline."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cuttingroom.cli.session import Session
from cuttingroom.core.errors import MediaRefused, NotFound
from cuttingroom.core.hashing import hash_file
from cuttingroom.core.ids import ProjectId
from cuttingroom.storage.tables import Project
from cuttingroom.studio.artifacts import find_same_bytes
from cuttingroom.studio.projects import create_project, get_project_named, list_projects, mark_opened
from cuttingroom.studio.runs import find_run_by_key
from cuttingroom.workflows.ingest import import_media, look_at, project_from_file, settings_for


@dataclass(frozen=True)
class Opened:
    """The project to work on. `others` are projects of the same file that the person may have meant."""

    project_id: ProjectId
    name: str
    is_new: bool
    others: tuple[str, ...] = ()


def open_project(session: Session, video: str, reference: str | None, key: str | None) -> Opened:
    """The project that `video` and `--project` mean.

    A file without --project makes a project of its own, unless this key began a run before. A file with
    --project is brought into that project, once; the project is made when there is none of that name.
    `video` may also name a project. Raises MediaRefused, NotFound, Conflict; a refused file leaves nothing.
    """
    path = Path(video)
    if not path.is_file():
        return _open_named(session, video, reference)
    earlier = session.run(find_run_by_key, key) if key else None
    if earlier is not None:
        return _opened(session, earlier.project_id)
    if reference is None:
        others = tuple(p.name for p in _projects_with(session, path))
        name = _free_name(session, path.stem or "Untitled")
        project_id = project_from_file(session.app, session.user_id, path, name=name)
        return Opened(project_id, name, True, others)
    return _bring_in(session, path, reference)


def _open_named(session: Session, video: str, reference: str | None) -> Opened:
    if reference is None and Path(video).exists():
        raise MediaRefused(
            f"{video} is not a file.", advice="Give a video file.", reason="not_media", file=video
        )
    try:
        project = session.run(get_project_named, reference or video)
    except NotFound as error:
        raise MediaRefused(
            f"There is no file {video}, and no project of that name.",
            advice="Check the path, or see `cuttingroom projects`.",
            reason="missing",
            file=video,
        ) from error
    if reference is not None and video not in (project.name, project.id):
        raise MediaRefused(
            f"There is no file {video}.", advice="Check the path.", reason="missing", file=video
        )
    return _opened(session, project.id)


def _bring_in(session: Session, path: Path, reference: str) -> Opened:
    facts = look_at(session.app, path)
    is_new = False
    try:
        project_id = session.run(get_project_named, reference).id
    except NotFound:
        project_id = session.run(create_project, reference, settings=settings_for(facts)).id
        is_new = True
    sha256 = hash_file(path)
    with session.app.database.transaction() as rows:
        known = find_same_bytes(rows, project_id, sha256)
    if known is None:
        import_media(session.app, session.user_id, project_id, path, facts=facts)
    opened = _opened(session, project_id)
    return Opened(opened.project_id, opened.name, is_new)


def _opened(session: Session, project_id: str) -> Opened:
    with session.app.database.transaction() as rows:
        project = rows.get_one(Project, project_id)
        mark_opened(project)
        return Opened(project.id, project.name, False)


def _projects_with(session: Session, path: Path) -> list[Project]:
    sha256 = hash_file(path)
    with session.app.database.transaction() as rows:
        projects = list_projects(rows, session.user_id, limit=1000)
        return [p for p in projects if find_same_bytes(rows, p.id, sha256)]


def _free_name(session: Session, wanted: str) -> str:
    """`wanted`, or with a number behind it when a project has that name."""
    taken = {p.name for p in session.run(list_projects, name_contains=wanted, limit=10_000)}
    numbers = (f"{wanted} {n}" for n in range(2, len(taken) + 3))
    return next(name for name in (wanted, *numbers) if name not in taken)
