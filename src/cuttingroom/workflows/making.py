"""One attempt at making something: claim, work outside every transaction, store, register."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from cuttingroom.app import App, disk_errors
from cuttingroom.core import clock
from cuttingroom.core.errors import (
    Conflict,
    CuttingroomError,
    InternalError,
    MediaRefused,
    NotFound,
    StorageFailed,
)
from cuttingroom.core.ids import ArtifactId, new_token
from cuttingroom.storage.blobs import StoredBlob, new_key
from cuttingroom.storage.tables import Artifact, Run
from cuttingroom.studio import making
from cuttingroom.studio.calls import DatabaseCache, recorder, spent_microusd
from cuttingroom.studio.making import MakingJob
from cuttingroom.studio.runs import is_cancel_requested
from cuttingroom.tools.base import Made, MakeContext
from cuttingroom.tools.catalog import parse_making_call

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.25
"""How often a working tool looks whether it should stop, and how often progress is shown."""

_here: set[str] = set()
"""The items that this process makes now."""


def is_made_here(item_id: str) -> bool:
    return item_id in _here


def make_item(app: App, item_id: str) -> None:
    """Make a plan item and register what came out, or why nothing did.

    Raises only what another attempt may mend (StorageFailed); everything else is the item's own failure.
    """
    claim = new_token()
    try:
        with app.database.transaction() as session:
            job = making.claim_item(session, item_id, claim)
    except StorageFailed:
        raise
    except CuttingroomError as error:
        with app.database.transaction() as session:
            making.refuse_item(session, item_id, error)
        return
    if job is not None:
        _here.add(item_id)
        try:
            carry_out(app, job, claim)
        finally:
            _here.discard(item_id)


def make_fact(app: App, run_id: str, call: dict[str, Any]) -> dict[str, Any] | None:
    """Make what no plan item asks for. Returns None, or the error that stopped it, as JSON."""
    try:
        tool = parse_making_call(call)
        with app.database.transaction() as session:
            job = making.begin_fact(session, run_id, tool)
    except StorageFailed:
        raise
    except CuttingroomError as error:
        return _error_json(error)
    error = carry_out(app, job, new_token()) if job is not None else None
    return _error_json(error) if error else None


def carry_out(app: App, job: MakingJob, claim: str) -> CuttingroomError | None:
    """Work, store, register. Returns the error that was registered, if one was."""
    try:
        with app.work_folder() as work, internal_errors(job.tool.tool):
            made = job.tool.make(_context(app, job, claim, work))
            _store(app, job, claim, made)
    except StorageFailed as error:
        _say_stuck(app, job, claim, error)
        raise
    except Conflict as error:
        log.warning("attempt %s of %s was overtaken: %s", claim, job.tool.tool, error)
    except CuttingroomError as error:
        try:
            with app.database.transaction() as session:
                making.register_failure(session, job, claim, error)
        except Conflict as lost:
            log.warning("attempt %s of %s was overtaken: %s", claim, job.tool.tool, lost)
            return None
        return error
    return None


def _say_stuck(app: App, job: MakingJob, claim: str, error: StorageFailed) -> None:
    """Let people see what the item waits for, if the database can still be told."""
    if job.item_id is not None:
        with suppress(StorageFailed), app.database.transaction() as session:
            making.show_progress(session, job.item_id, claim, 0.0, f"waiting for storage: {error.message}")


@contextmanager
def internal_errors(doing: str) -> Iterator[None]:
    """Turn a defect into an error that a person can read; the traceback goes to the log."""
    try:
        with disk_errors():
            yield
    except CuttingroomError:
        raise
    except Exception as error:
        log.exception("defect while doing %s", doing)
        raise InternalError(
            f"{doing} stopped by a defect: {type(error).__name__}: {error}", tool=doing
        ) from error


def _store(app: App, job: MakingJob, claim: str, made: Made) -> None:
    with app.database.transaction() as session:
        ids = making.announce_files(session, job, claim, made.files)
    stored: list[tuple[ArtifactId, StoredBlob]] = []
    for artifact_id, file in zip(ids, made.files, strict=True):
        key = new_key(job.project_id, artifact_id, file.path.suffix or ".bin")
        stored.append((artifact_id, app.blobs.put(file.path, key)))
    with app.database.transaction() as session:
        making.register_made(session, job, claim, made, stored)


def _context(app: App, job: MakingJob, claim: str, work: Path) -> MakeContext:
    files = local_files(app, job.artifacts, any_content=job.tool.judges_damage)
    with app.database.transaction() as session:
        live = session.get_one(Run, job.run_id).options.get("live")

    def spent() -> int:
        with app.database.transaction() as session:
            return spent_microusd(session, job.run_id)

    return MakeContext(
        timeline=job.timeline,
        files=files,
        hashes=known_hashes(job.artifacts),
        media=known_media(job.artifacts),
        work=work,
        settings=app.settings,
        record_call=recorder(app.database, job.run_id, job.item_id),
        cache=DatabaseCache(app.database),
        spent_microusd=spent,
        report=_reporter(app, job, claim),
        is_canceled=_canceler(app, job),
        live=Path(live) if live else None,
    )


def local_files(app: App, artifacts: Sequence[Artifact], *, any_content: bool = False) -> dict[str, Path]:
    """A path to read for each stored file, by its id.

    Raises MediaRefused for one that is gone, or without `any_content` was changed, behind our back.
    """
    return {a.id: _local_file(app, a, any_content) for a in artifacts}


def _local_file(app: App, artifact: Artifact, any_content: bool) -> Path:
    assert artifact.key is not None
    assert artifact.sha256 is not None
    about: dict[str, Any] = {
        "advice": "Put the file back and retry the run, or bring it in again in a new project.",
        "artifact_id": artifact.id,
    }
    try:
        path = app.blobs.local_path(artifact.key, app.settings.cache_folder, sha256=artifact.sha256)
    except NotFound as error:
        raise MediaRefused(
            f"The stored file of “{artifact.name}” is gone.", reason="missing", **about
        ) from error
    if path.stat().st_size != artifact.size_bytes and not any_content:
        raise MediaRefused(
            f"The stored file of “{artifact.name}” was changed behind our back.", reason="corrupt", **about
        )
    return path


def known_hashes(artifacts: Sequence[Artifact]) -> dict[str, str]:
    """The SHA-256 with which each file was stored, by its id."""
    return {a.id: a.sha256 for a in artifacts if a.sha256 is not None}


def known_media(artifacts: Sequence[Artifact]) -> dict[str, Mapping[str, Any]]:
    """What a probe found in files when they were stored, by their ids; made files were not looked at."""
    return {a.id: a.facts["media"] for a in artifacts if "media" in a.facts}


def _reporter(app: App, job: MakingJob, claim: str) -> Callable[[float, str], None]:
    last = -1.0

    def report(share: float, note: str) -> None:
        nonlocal last
        now = clock.monotonic()
        if job.item_id is None or (now - last < LOOK_SECONDS and share < 1):
            return
        last = now
        with app.database.transaction() as session:
            making.show_progress(session, job.item_id, claim, share, note)

    return report


def _canceler(app: App, job: MakingJob) -> Callable[[], bool]:
    last, answer = -1.0, False

    def is_canceled() -> bool:
        nonlocal last, answer
        now = clock.monotonic()
        if not answer and now - last >= LOOK_SECONDS:
            last = now
            with app.database.transaction() as session:
                answer = is_cancel_requested(session, job.run_id)
        return answer

    return is_canceled


def _error_json(error: CuttingroomError) -> dict[str, Any]:
    return error.as_json() | {"class": type(error).__name__}
