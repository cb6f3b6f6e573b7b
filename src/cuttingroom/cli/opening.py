"""From what a person typed for VIDEO and --project to a project with those files on its timeline."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cuttingroom.cli.session import Session
from cuttingroom.core.errors import InvalidInput, MediaRefused, NotFound
from cuttingroom.core.hashing import hash_file
from cuttingroom.core.ids import ProjectId
from cuttingroom.storage.tables import Project
from cuttingroom.studio.artifacts import find_same_bytes
from cuttingroom.studio.projects import create_project, get_project_named, list_projects, mark_opened
from cuttingroom.studio.runs import find_run_by_key
from cuttingroom.workflows.ingest import (
    Imported,
    import_files,
    look_at_all,
    project_from_files,
    settings_for_all,
)

MOST_FILES = 100


@dataclass(frozen=True)
class Opened:
    """The project to work on, and what was brought into it. `others` are projects of the same first file that
    the person may have meant."""

    project_id: ProjectId
    name: str
    is_new: bool
    others: tuple[str, ...] = ()
    brought: tuple[Imported, ...] = ()


def open_project(
    session: Session,
    videos: Sequence[str],
    reference: str | None = None,
    key: str | None = None,
    *,
    stored: Sequence[Path] = (),
) -> Opened:
    """The project that the files, or the name in their place, and `--project` mean.

    Files without --project make a project of their own, unless this key began a run before. With --project
    they are brought into that project, each once; it is made when there is none of that name. The first of
    `videos` may also name a project, into which the rest is brought. `stored` are brought in without being
    put on the timeline. Raises MediaRefused, NotFound, Conflict; a refused file leaves nothing of any.
    """
    if len(videos) + len(stored) > MOST_FILES:
        raise InvalidInput(f"At most {MOST_FILES} files can be brought in at once.", field="video")
    earlier = session.run(find_run_by_key, key) if key else None
    first, *rest = videos
    named = None if Path(first).is_file() else _find_named(session, first, reference)
    paths = [_require_file(v) for v in (rest if named is not None else videos)]
    if earlier is not None:
        return _opened(session, earlier.project_id)
    if named is not None:
        return _bring_in(session, named, paths, stored)
    if reference is not None:
        return _bring_in(session, reference, paths, stored)
    others = tuple(p.name for p in _projects_with(session, paths[0]))
    files = look_at_all(session.app, paths, stored)
    name = _free_name(session, paths[0].stem or "Untitled")
    project_id, brought = project_from_files(session.app, session.user_id, files, name=name)
    return Opened(project_id, name, True, others, brought)


_FILE_NAME = re.compile(
    r"""(?P<before>[\w'’]+)?\s*["“']?(?P<name>[^\s"“”',;]+\.(?:cube|png|jpe?g|webp|bmp|tiff?))(?![\w.])""",
    re.IGNORECASE,
)


def files_named_in(request: str) -> list[Path]:
    """Pictures and tables of colours beside the person that a request speaks of, unless it wants one written
    there. Videos and sounds are long: `--with` names them."""
    found = [Path(m["name"]) for m in _FILE_NAME.finditer(request) if m["before"] not in ("as", "to")]
    return [path for path in dict.fromkeys(found) if path.is_file()]


def _require_file(video: str) -> Path:
    path = Path(video)
    if path.is_file():
        return path
    if path.exists():
        raise MediaRefused(
            f"{video} is not a file.", advice="Give a video file.", reason="not_media", file=video
        )
    raise MediaRefused(f"There is no file {video}.", advice="Check the path.", reason="missing", file=video)


def _find_named(session: Session, video: str, reference: str | None) -> ProjectId:
    """The project that stands in the place of a file."""
    if reference is None and Path(video).exists():
        _require_file(video)
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
        _require_file(video)
    return project.id


def _bring_in(session: Session, reference: str, paths: Sequence[Path], stored: Sequence[Path]) -> Opened:
    """Into a project, by its name or id, what it has not yet. The project is made when there is none."""
    files = look_at_all(session.app, paths, stored)
    is_new = False
    try:
        project_id = session.run(get_project_named, reference).id
    except NotFound:
        project_id = session.run(create_project, reference, settings=settings_for_all(files)).id
        is_new = True
    with session.app.database.transaction() as rows:
        new = [f for f in files if find_same_bytes(rows, project_id, hash_file(f.path)) is None]
    brought = import_files(session.app, session.user_id, project_id, new) if new else ()
    opened = _opened(session, project_id)
    return Opened(opened.project_id, opened.name, is_new, brought=brought)


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
