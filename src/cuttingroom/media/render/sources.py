"""The files of a timeline before a render: are they still what was brought in, and what can be copied."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from cuttingroom.core.errors import MediaRefused
from cuttingroom.core.hashing import canonical_json, hash_file, hash_json
from cuttingroom.media.cube import read_cube
from cuttingroom.media.limits import DEFAULT_LIMITS, MediaLimits
from cuttingroom.media.probe import MediaFacts
from cuttingroom.media.render.cache import INDEXES, RenderCache
from cuttingroom.media.render.canvas import LutFile
from cuttingroom.media.render.copies.index import load_index
from cuttingroom.media.render.graph import Source
from cuttingroom.timeline.effects import Lut
from cuttingroom.timeline.model import FILMED, Timeline


def open_sources(
    timeline: Timeline,
    files: Mapping[str, Path],
    facts: Mapping[str, MediaFacts],
    hashes: Mapping[str, str],
    cache: RenderCache,
    is_canceled: Callable[[], bool],
    limits: MediaLimits = DEFAULT_LIMITS,
) -> dict[str, Source]:
    """Every file that the timeline uses, by artifact id.

    Raises MediaRefused when one is missing or no longer has the content that `hashes` names, and Canceled.
    """
    opened: dict[str, Source] = {}
    for track in timeline.tracks:
        for element in track.elements:
            if isinstance(element.source, FILMED):
                artifact_id = element.source.artifact_id
                if artifact_id not in opened:
                    path = _find(files, facts, artifact_id, element.name)
                    _check_content(path, hashes[artifact_id], cache, element.name or path.name, is_canceled)
                    opened[artifact_id] = _open(
                        path, facts[artifact_id], hashes[artifact_id], cache, is_canceled, limits
                    )
    return opened


def open_luts(
    timeline: Timeline,
    files: Mapping[str, Path],
    hashes: Mapping[str, str],
    cache: RenderCache,
    is_canceled: Callable[[], bool],
) -> dict[str, LutFile]:
    """Every table of colours that the timeline uses, by artifact id. Raises as `open_sources` does."""
    opened: dict[str, LutFile] = {}
    elements = (e for track in timeline.tracks for e in track.elements)
    for lut in (x for e in elements for x in e.effects if isinstance(x, Lut)):
        artifact_id = lut.artifact_id
        if artifact_id not in opened:
            path = files.get(artifact_id)
            if path is None or not path.is_file():
                raise _missing(path.name if path else artifact_id, artifact_id)
            _check_content(path, hashes[artifact_id], cache, path.name, is_canceled)
            opened[artifact_id] = LutFile(hashes[artifact_id], read_cube(path))
    return opened


def _find(files: Mapping[str, Path], facts: Mapping[str, MediaFacts], artifact_id: str, name: str) -> Path:
    path = files.get(artifact_id)
    if path is None or artifact_id not in facts or not path.is_file():
        raise _missing(name or (path.name if path else artifact_id), artifact_id)
    return path


def _missing(name: str, artifact_id: str) -> MediaRefused:
    return MediaRefused(
        f"The file of “{name}” is missing.",
        advice="Put it back, bring it in again as a new file, or remove what shows it.",
        reason="missing",
        artifact_id=artifact_id,
    )


def _check_content(
    path: Path, sha256: str, cache: RenderCache, name: str, is_canceled: Callable[[], bool]
) -> None:
    """Hash the file, unless it was hashed before and has not been touched since."""
    found = path.stat()
    seen = canonical_json([found.st_size, found.st_mtime_ns, found.st_ino])
    key = hash_json(["seen", sha256, str(path.absolute())])
    known = cache.find(INDEXES, key)
    if known is not None and known.read_bytes() == seen:
        return
    if hash_file(path, is_canceled) != sha256:
        raise MediaRefused(
            f"The file of “{name}” has changed since it was brought in.",
            advice="Bring it in again as a new file, or put the old one back.",
            reason="changed",
            file=path.name,
        )
    cache.put(INDEXES, key, lambda part: part.write_bytes(seen))


def _open(
    path: Path,
    facts: MediaFacts,
    sha256: str,
    cache: RenderCache,
    is_canceled: Callable[[], bool],
    limits: MediaLimits,
) -> Source:
    if not facts.video or facts.is_still:
        return Source(sha256, facts)
    return Source(sha256, facts, load_index(path, sha256, facts, cache, is_canceled, limits))
