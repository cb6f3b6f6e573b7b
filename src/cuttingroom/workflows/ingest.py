"""Bring a person's files in: look at them, store and register them, and put them on the timeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cuttingroom.app import App, disk_errors
from cuttingroom.core.errors import CuttingroomError
from cuttingroom.core.hashing import hash_file
from cuttingroom.core.ids import ArtifactId, ProjectId, UserId
from cuttingroom.core.status import EventStatus
from cuttingroom.core.text import clean_name
from cuttingroom.media.cube import Cube, is_cube, read_cube
from cuttingroom.media.limits import MediaLimits
from cuttingroom.media.probe import MediaFacts, probe
from cuttingroom.storage.blobs import StoredBlob, new_key
from cuttingroom.storage.database import for_update
from cuttingroom.storage.tables import Actor, Artifact, ArtifactType, Project
from cuttingroom.studio import artifacts, ledger
from cuttingroom.studio.access import get_project
from cuttingroom.studio.attempts import EditRequest
from cuttingroom.studio.luts import lut_facts
from cuttingroom.studio.planning import media_ref
from cuttingroom.studio.projects import create_project
from cuttingroom.studio.timelines import apply_edits, current_timeline
from cuttingroom.timeline.edits.append import Append
from cuttingroom.timeline.edits.base import MediaRef
from cuttingroom.timeline.edits.placing import STILL_TICKS
from cuttingroom.timeline.model import TimelineSettings

IMPORT = "import_media"
MAX_SIDE = (4096, 2160)
_MINOR_TYPES = {
    "mp4": "mp4", "webm": "webm", "matroska": "x-matroska", "avi": "x-msvideo", "mpegts": "mp2t",
    "mp3": "mpeg", "wav": "wav", "flac": "flac", "ogg": "ogg", "aac": "aac",
}  # fmt: skip


@dataclass(frozen=True)
class Incoming:
    """A file that was looked at and can be stored; `is_placed` when it is to go on the timeline too."""

    path: Path
    facts: MediaFacts | Cube
    is_placed: bool = True


@dataclass(frozen=True)
class Imported:
    """A file that came in, and how long it plays on the timeline; 0 when it was not put there."""

    media: MediaRef
    placed_ticks: int = 0


@dataclass(frozen=True)
class _Row:
    """A stored file, and whether it was brought in just now."""

    artifact: Artifact
    is_new: bool


def look_at(app: App, path: Path) -> MediaFacts | Cube:
    """Whether the file is media or a table of colours, and what of it. Raises MediaRefused when it is neither
    or may not be read."""
    return read_cube(path) if is_cube(path) else probe(path, MediaLimits.of(app.settings))


def look_at_all(app: App, paths: Sequence[Path], stored: Sequence[Path] = ()) -> tuple[Incoming, ...]:
    """What the files are, before anything is stored of any. Raises MediaRefused for the first that cannot be.

    Videos and stills go on the timeline, and sound where it is the first file and none has a picture.
    `stored` are files that do not.
    """
    found = [look_at(app, path) for path in paths]
    media = [f for f in found if isinstance(f, MediaFacts)]
    first_sound = media[0] if media and not any(f.has_picture for f in media) else None
    incoming = [
        Incoming(path, facts, isinstance(facts, MediaFacts) and (facts.has_picture or facts is first_sound))
        for path, facts in zip(paths, found, strict=True)
    ]
    return (*incoming, *(Incoming(path, look_at(app, path), False) for path in stored))


def settings_for(facts: MediaFacts) -> TimelineSettings:
    """A timeline that fits a file: its size as displayed, even and within 4096 x 2160, and its frame rate."""
    if not facts.video:
        return TimelineSettings()
    video = facts.video[0]
    scale = min(1.0, MAX_SIDE[0] / video.width, MAX_SIDE[1] / video.height)
    width, height = (max(2, 2 * round(side * scale / 2)) for side in (video.width, video.height))
    rate = TimelineSettings().rate if facts.is_still else video.rate
    return TimelineSettings(width=width, height=height, rate=rate)


def settings_for_all(files: Sequence[Incoming]) -> TimelineSettings:
    """A timeline that fits the first video; where there is none the first still, or sound."""
    placed = [f.facts for f in files if f.is_placed and isinstance(f.facts, MediaFacts)]
    moving = [f for f in placed if f.has_picture and not f.is_still]
    return settings_for((moving or placed)[0]) if placed else TimelineSettings()


def project_from_file(app: App, user_id: UserId, path: Path, *, name: str | None = None) -> ProjectId:
    """A new project made for a file, with the file on its timeline. MediaRefused leaves nothing behind."""
    files = look_at_all(app, [path])
    return project_from_files(app, user_id, files, name=name or path.stem or "Untitled")[0]


def project_from_files(
    app: App, user_id: UserId, files: Sequence[Incoming], *, name: str
) -> tuple[ProjectId, tuple[Imported, ...]]:
    """A new project made for files, in their order on its timeline. Raises StorageFailed."""
    with app.database.transaction() as session:
        project = create_project(session, user_id, clean_name(name), settings=settings_for_all(files))
    return project.id, import_files(app, user_id, project.id, files)


def import_files(
    app: App, user_id: UserId, project_id: str, files: Sequence[Incoming]
) -> tuple[Imported, ...]:
    """Store files in a project and append those to be placed to its timeline: all of them or none.

    The same bytes are stored once per project. What the project has already is not placed again; bringing it
    in is recorded as a duplicate. Raises NotFound for another's project, StorageFailed.
    """
    with disk_errors():
        hashes = [hash_file(f.path) for f in files]
    with app.database.transaction() as session:
        project = get_project(session, project_id, user_id, lock=True)
        first = dict(reversed([*zip(hashes, files, strict=True)]))
        new = {h: first[h] for h in hashes if artifacts.find_same_bytes(session, project.id, h) is None}
        pending = {h: _register(session, project, f.path, f.facts).id for h, f in new.items()}
    blobs: dict[str, StoredBlob] = {}
    try:
        for sha256, artifact_id in pending.items():
            path = new[sha256].path
            blobs[sha256] = app.blobs.put(path, new_key(project_id, artifact_id, path.suffix[:9] or ".bin"))
        with app.database.transaction() as session:
            project = get_project(session, project_id, user_id, lock=True)
            taken = {h: _take_in(session, project, pending[h], blob) for h, blob in blobs.items()}
            rows = [taken[h] if h in taken else _find_known(session, project, h) for h in hashes]
            return _place_all(session, project, files, rows)
    except CuttingroomError:
        _leave_nothing(app, list(pending.values()), list(blobs.values()))
        raise


def import_media(app: App, user_id: UserId, project_id: str, path: Path, *, place: bool = True) -> MediaRef:
    """As `import_files`, for one file. Raises MediaRefused too."""
    incoming = Incoming(path, look_at(app, path), place)
    return import_files(app, user_id, project_id, [incoming])[0].media


def mime_type_of(facts: MediaFacts) -> str:
    """The type by what the file is, never by what it is called."""
    major = "image" if facts.is_still else "video" if facts.has_picture else "audio"
    names = facts.container.split(",")
    minor = next((_MINOR_TYPES[n] for n in names if n in _MINOR_TYPES), None)
    if facts.is_still:
        minor = {"mjpeg": "jpeg"}.get(facts.video[0].codec, facts.video[0].codec)
    return f"{major}/{minor or 'x-' + names[0]}"


def _register(session: Session, project: Project, path: Path, facts: MediaFacts | Cube) -> Artifact:
    if isinstance(facts, Cube):
        return artifacts.register_pending(
            session,
            project,
            ArtifactType.OTHER,
            name=clean_name(path.name),
            mime_type="text/x-cube",
            facts=lut_facts(facts.size, is_3d=facts.is_3d),
        )
    kind = (
        ArtifactType.IMAGE
        if facts.is_still
        else ArtifactType.VIDEO
        if facts.has_picture
        else ArtifactType.AUDIO
    )
    video = facts.video[0] if facts.video else None
    return artifacts.register_pending(
        session,
        project,
        kind,
        name=clean_name(path.name),
        mime_type=mime_type_of(facts),
        duration_ticks=None if facts.is_still else facts.duration_ticks,
        width=video.width if video else None,
        height=video.height if video else None,
        facts={"has_picture": facts.has_picture, "has_sound": facts.has_sound, "media": facts.to_json()},
    )


def _record_import(session: Session, project: Project, row: Artifact, blob: StoredBlob) -> None:
    artifacts.mark_stored(row, blob, is_verified=True)
    draft = ledger.EventDraft(
        tool=IMPORT,
        status=EventStatus.SUCCEEDED,
        key=f"import:{project.id}:{blob.sha256}",
        input={"tool": IMPORT, "name": row.name, "sha256": blob.sha256},
        actor=Actor.PERSON,
        result={"artifacts": [row.id], "facts": row.facts.get("media", {})},
    )
    ledger.append(session, project, draft)
    row.source_event_id = draft.id


def _take_in(session: Session, project: Project, artifact_id: ArtifactId, blob: StoredBlob) -> _Row:
    """The row of a file whose bytes are there, or of the same bytes that another import brought meanwhile."""
    if artifacts.find_same_bytes(session, project.id, blob.sha256) is not None:
        artifacts.give_up(session, artifact_id, "Another import of the same bytes came first.")
        return _find_known(session, project, blob.sha256)
    row = session.scalars(for_update(sa.select(Artifact).where(Artifact.id == artifact_id))).one()
    _record_import(session, project, row, blob)
    return _Row(row, True)


def _find_known(session: Session, project: Project, sha256: str) -> _Row:
    known = artifacts.find_same_bytes(session, project.id, sha256)
    assert known is not None
    _record_duplicate(session, project, known)
    return _Row(known, False)


def _place_all(
    session: Session, project: Project, files: Sequence[Incoming], rows: Sequence[_Row]
) -> tuple[Imported, ...]:
    """Every file as it came in. What is new and to be placed is appended as often as it was named."""
    imported: list[Imported] = []
    for n, (file, row) in enumerate(zip(files, rows, strict=True)):
        media = media_ref(row.artifact)
        times = sum(r.artifact is row.artifact for r in rows[:n])
        is_placed = row.is_new and file.is_placed
        imported.append(Imported(media, _place(session, project, media, times) if is_placed else 0))
    return tuple(imported)


def _place(session: Session, project: Project, media: MediaRef, times: int) -> int:
    """Append a file, once more after so many `times`; returns how long it plays. Raises what refuses it."""
    timeline = current_timeline(project)
    still_ticks = timeline.rate.snap(STILL_TICKS) if media.is_still else None
    main = timeline.find_main_track()
    edit = Append(
        media=media,
        name=Path(media.name).stem,
        duration_ticks=still_ticks,
        track_id=main.id if main else None,  # a recording without picture is the main thing too
    )
    key = f"place:{project.id}:{media.artifact_id}" + (f":{times}" if times else "")
    (outcome,) = apply_edits(session, project, [EditRequest(edit, key)])
    if outcome.error is not None:
        raise outcome.error
    return current_timeline(project).get_element(edit.element_id)[1].duration_ticks


def _leave_nothing(app: App, artifact_ids: Sequence[ArtifactId], blobs: Sequence[StoredBlob]) -> None:
    """Give up files of which one could not be stored or placed."""
    with app.database.transaction() as session:
        for artifact_id in artifact_ids:
            artifacts.give_up(
                session, artifact_id, "One of the files that came together could not be stored."
            )
    for blob in blobs:
        app.blobs.delete(blob.key)


def _record_duplicate(session: Session, project: Project, known: Artifact) -> None:
    key = f"import:{project.id}:{known.sha256}"
    first = ledger.find_effect(session, project.id, key)
    draft = ledger.EventDraft(
        tool=IMPORT,
        status=EventStatus.DUPLICATE,
        key=key,
        input={"tool": IMPORT, "name": known.name, "sha256": known.sha256},
        actor=Actor.PERSON,
        duplicate_of_id=first.id if first else None,
        result={"artifacts": [ArtifactId(known.id)]},
    )
    ledger.append(session, project, draft)
