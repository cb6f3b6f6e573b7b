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
from cuttingroom.studio.reports import RunReport


def find_file(session: Session, report: RunReport) -> Path | None:
    """The rendered file of a run as a path on this machine; None when it rendered nothing."""
    made = report.find_render()
    if made is None or made.key is None or made.sha256 is None:
        return None
    return session.app.blobs.local_path(made.key, session.settings.cache_folder, sha256=made.sha256)


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


def deliver(source: Path, path: Path, *, force: bool) -> Path:
    """Copy a file to where the person wants it: whole or not at all.

    Raises InvalidInput when something is there already and `force` is not given, or when the name says that
    it is another kind of file.
    """
    check_destination(path, force=force)
    if path.suffix.lower() != source.suffix.lower():
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
