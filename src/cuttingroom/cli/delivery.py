"""Where a stored file lies for the person who asked for it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from cuttingroom.app import disk_errors
from cuttingroom.cli.session import Session
from cuttingroom.core.errors import InvalidInput
from cuttingroom.core.ids import new_token
from cuttingroom.media.render.profiles import Profile, built_in_profiles
from cuttingroom.studio.reports import ArtifactReport, RunReport

PICTURES = (".png", ".jpg", ".jpeg")
SUBTITLES = (".srt", ".vtt", ".ass")


def find_files(session: Session, report: RunReport) -> list[Path]:
    """What a run made for a person, as paths on this machine; the video first."""
    return [path for _, path in _found(session, report)]


def deliver_results(session: Session, report: RunReport, path: Path, *, force: bool) -> list[Path]:
    """Copy what a run made, as far as it is of the kind that `path` names; several files get numbers.

    Only files that passed their checks are copied: they might take the place of good ones. Returns the
    copies; none when nothing passed. Raises InvalidInput as `deliver` does.
    """
    found = [(a, file) for a, file in _found(session, report) if a.status == "verified"]
    fits = [file for _, file in found if _kind(file) == _kind(path)]
    chosen = fits or [file for _, file in found[:1]]
    return [
        deliver(file, to, force=force)
        for file, to in zip(chosen, number_paths(path, len(chosen)), strict=True)
    ]


def number_paths(path: Path, count: int) -> list[Path]:
    """`cut.mp4` itself for one file, `cut-1.mp4`, `cut-2.mp4` ... for several."""
    digits = len(str(count))
    return (
        [path]
        if count == 1
        else [path.with_name(f"{path.stem}-{n:0{digits}}{path.suffix}") for n in range(1, count + 1)]
    )


def _found(session: Session, report: RunReport) -> list[tuple[ArtifactReport, Path]]:
    blobs, cache = session.app.blobs, session.settings.cache_folder
    return [
        (a, blobs.local_path(a.key, cache, sha256=a.sha256))
        for a in report.list_results()
        if a.key is not None and a.sha256 is not None
    ]


def _kind(path: Path) -> str:
    return path.suffix.lower().replace(".jpeg", ".jpg")


def check_destination(path: Path | None, *, force: bool) -> None:
    """Raise InvalidInput when a copy could not be put there."""
    if path is None:
        return
    if path.is_dir():
        raise InvalidInput(f"{path} is a folder.", advice="Name the file to write, such as cut.mp4.")
    if path.exists() and not force:
        raise InvalidInput(f"{path} exists already.", advice="Choose another name, or add --force.")
    if not path.absolute().parent.is_dir():
        raise InvalidInput(f"There is no folder {path.parent}.", advice="Make the folder first.")
    if not os.access(path.absolute().parent, os.W_OK):
        raise InvalidInput(f"{path.absolute().parent} is not yours to write to.", advice="Use another.")


def check_suffix(path: Path | None, profile: Profile) -> None:
    """Raise InvalidInput when the name does not say what the file will be."""
    if path is not None and path.suffix.lower() != profile.suffix:
        same = [p.name for p in built_in_profiles().values() if p.suffix == path.suffix.lower()]
        others = f", or choose a profile that makes {path.suffix}: {', '.join(same)}" if same else ""
        raise InvalidInput(
            f"The profile {profile.name} makes {profile.suffix} files, and {path.name} is named otherwise.",
            advice=f"Name it {path.stem}{profile.suffix}{others}.",
        )


def check_makeable(path: Path | None) -> None:
    """Raise InvalidInput for the name of a file that no request could make."""
    known = {*(p.suffix for p in built_in_profiles().values()), *PICTURES, *SUBTITLES}
    if path is not None and path.suffix.lower() not in known:
        raise InvalidInput(
            f"Nothing makes a file like {path.name}.", advice=f"Use one of: {', '.join(sorted(known))}."
        )


def deliver(source: Path, path: Path, *, force: bool) -> Path:
    """Copy a file to where the person wants it: whole or not at all.

    Raises InvalidInput when something is there already and `force` is not given, or when the name says that
    it is another kind of file.
    """
    check_destination(path, force=force)
    if _kind(path) != _kind(source):
        raise InvalidInput(
            f"The rendered file is {source.suffix}, and {path.name} is named otherwise.",
            advice=f"Name it {path.stem}{source.suffix}; the file itself is {source}.",
        )
    part = path.with_name(f".{path.name}.{new_token()}.part")
    with disk_errors():
        try:
            shutil.copyfile(source, part)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    return path
