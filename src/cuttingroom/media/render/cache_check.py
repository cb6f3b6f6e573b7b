"""Reading every file of a render cache against its checksum."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cuttingroom.core.errors import MediaFailed
from cuttingroom.media.render.cache import INDEXES, KINDS, SAMPLES, SEGMENTS, SOUND, RenderCache
from cuttingroom.media.render.copies.index import read_index
from cuttingroom.media.render.segment import read_segment
from cuttingroom.media.render.sound.chunks import read_chunk, read_energies
from cuttingroom.media.render.sound.samples import is_whole


@dataclass(frozen=True)
class CacheCheck:
    """How many files were read, of how many bytes, and how many of each kind were damaged and removed."""

    files: int
    size_bytes: int
    damaged: Mapping[str, int]


def check_cache(cache: RenderCache) -> CacheCheck:
    """Read all files and remove those that are not what was written; they are made again when needed.

    Raises OSError when the disk cannot be read.
    """
    files, size = 0, 0
    damaged: dict[str, int] = dict.fromkeys(KINDS, 0)
    for entry in cache.entries():
        try:
            is_whole_file = _READERS[entry.kind](entry.path)
        except FileNotFoundError:  # evicted by somebody meanwhile
            continue
        if not is_whole_file:
            cache.discard(entry.kind, entry.key)
            damaged[entry.kind] += 1
        files, size = files + 1, size + entry.size_bytes
    return CacheCheck(files, size, damaged)


def _reads(path: Path, read: Callable[[Path], object]) -> bool:
    try:
        read(path)
    except (MediaFailed, ValueError):
        return False
    return True


def _is_segment(path: Path) -> bool:
    return _reads(path, read_segment)


def _is_sound(path: Path) -> bool:
    """Coded chunks begin with a line of JSON, measurements with a digest."""
    return _reads(path, read_chunk) or _reads(path, read_energies)


def _is_index(path: Path) -> bool:
    """The packets of a source, or a note: that a file was hashed (size, time and number on the disk), or of
    which parts a render was joined."""
    return _reads(path, read_index) or _reads(path, _read_note)


def _read_note(path: Path) -> None:
    note = json.loads(path.read_bytes())
    if not isinstance(note, list) or not all(isinstance(n, int) or _is_part(n) for n in note):
        raise ValueError("no note")


def _is_part(item: object) -> bool:
    return isinstance(item, list) and len(item) == 2 and all(isinstance(name, str) for name in item)


_READERS: Mapping[str, Callable[[Path], bool]] = {
    SEGMENTS: _is_segment,
    SOUND: _is_sound,
    SAMPLES: is_whole,
    INDEXES: _is_index,
}
