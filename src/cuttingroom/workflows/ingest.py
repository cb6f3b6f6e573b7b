"""Bring a person's file in: look at it, store it, register it, and put it on the timeline."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cuttingroom.app import App, disk_errors
from cuttingroom.core.hashing import hash_file
from cuttingroom.core.ids import ArtifactId, ProjectId, UserId
from cuttingroom.core.status import EventStatus
from cuttingroom.core.text import clean_name
from cuttingroom.core.time import seconds_to_ticks
from cuttingroom.media.limits import MediaLimits
from cuttingroom.media.probe import MediaFacts, probe
from cuttingroom.storage.blobs import StoredBlob, new_key
from cuttingroom.storage.database import for_update
from cuttingroom.storage.tables import Actor, Artifact, ArtifactType, Project
from cuttingroom.studio import artifacts, ledger
from cuttingroom.studio.access import get_project
from cuttingroom.studio.attempts import EditRequest
from cuttingroom.studio.planning import media_ref
from cuttingroom.studio.projects import create_project
from cuttingroom.studio.timelines import apply_edits, current_timeline
from cuttingroom.timeline.edits.append import Append
from cuttingroom.timeline.edits.base import MediaRef
from cuttingroom.timeline.model import TimelineSettings

IMPORT = "import_media"
STILL_TICKS = seconds_to_ticks(5)
MAX_SIDE = (4096, 2160)
_MINOR_TYPES = {
    "mp4": "mp4", "webm": "webm", "matroska": "x-matroska", "avi": "x-msvideo", "mpegts": "mp2t",
    "mp3": "mpeg", "wav": "wav", "flac": "flac", "ogg": "ogg", "aac": "aac",
}  # fmt: skip


def look_at(app: App, path: Path) -> MediaFacts:
    """What the file is. Raises MediaRefused when it cannot or may not be read."""
    return probe(path, MediaLimits.of(app.settings))


def settings_for(facts: MediaFacts) -> TimelineSettings:
    """A timeline that fits a file: its size as displayed, even and within 4096 x 2160, and its frame rate."""
    if not facts.video:
        return TimelineSettings()
    video = facts.video[0]
    scale = min(1.0, MAX_SIDE[0] / video.width, MAX_SIDE[1] / video.height)
    width, height = (max(2, 2 * round(side * scale / 2)) for side in (video.width, video.height))
    return TimelineSettings(width=width, height=height, rate=video.rate or TimelineSettings().rate)


def project_from_file(app: App, user_id: UserId, path: Path, *, name: str | None = None) -> ProjectId:
    """A new project made for a file, with the file on its timeline. MediaRefused leaves nothing behind."""
    facts = look_at(app, path)
    with app.database.transaction() as session:
        project = create_project(
            session, user_id, clean_name(name or path.stem or "Untitled"), settings=settings_for(facts)
        )
    import_media(app, user_id, project.id, path, facts=facts)
    return project.id


def import_media(
    app: App,
    user_id: UserId,
    project_id: str,
    path: Path,
    *,
    facts: MediaFacts | None = None,
    place: bool = True,
) -> MediaRef:
    """Store a file in a project and, with `place`, append it to the timeline.

    The same bytes are stored once per project; bringing them in again is recorded as a duplicate.
    Raises MediaRefused, NotFound for another's project, StorageFailed.
    """
    facts = facts or look_at(app, path)
    with disk_errors():
        sha256 = hash_file(path)
    with app.database.transaction() as session:
        project = get_project(session, project_id, user_id, lock=True)
        known = artifacts.find_same_bytes(session, project.id, sha256)
        if known is not None:
            _record_duplicate(session, project, known)
            return media_ref(known)
        artifact = _register(session, project, path, facts)
    blob = app.blobs.put(path, new_key(project.id, artifact.id, path.suffix[:9] or ".bin"))
    with app.database.transaction() as session:
        project = get_project(session, project_id, user_id, lock=True)
        first = artifacts.find_same_bytes(session, project.id, blob.sha256)
        if first is not None:
            artifacts.give_up(session, artifact.id, "Another import of the same bytes came first.")
            _record_duplicate(session, project, first)
            return media_ref(first)
        row = session.scalars(for_update(sa.select(Artifact).where(Artifact.id == artifact.id))).one()
        _record_import(session, project, row, blob)
        media = media_ref(row)
        if place:
            _place(session, project, media)
    return media


def mime_type_of(facts: MediaFacts) -> str:
    """The type by what the file is, never by what it is called."""
    major = "image" if facts.is_still else "video" if facts.has_picture else "audio"
    names = facts.container.split(",")
    minor = next((_MINOR_TYPES[n] for n in names if n in _MINOR_TYPES), None)
    if facts.is_still:
        minor = {"mjpeg": "jpeg"}.get(facts.video[0].codec, facts.video[0].codec)
    return f"{major}/{minor or 'x-' + names[0]}"


def _register(session: Session, project: Project, path: Path, facts: MediaFacts) -> Artifact:
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


def _place(session: Session, project: Project, media: MediaRef) -> None:
    timeline = current_timeline(project)
    still_ticks = timeline.rate.snap(STILL_TICKS) if media.is_still else None
    main = timeline.find_main_track()
    edit = Append(
        media=media,
        name=Path(media.name).stem,
        duration_ticks=still_ticks,
        track_id=main.id if main else None,  # a recording without picture is the main thing too
    )
    (outcome,) = apply_edits(session, project, [EditRequest(edit, f"place:{project.id}:{media.artifact_id}")])
    if outcome.error is not None:
        raise outcome.error


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
