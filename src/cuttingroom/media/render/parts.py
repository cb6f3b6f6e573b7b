"""Which cached parts a finished render was joined of, so that one that fails its checks leaves none of them.

A part can be whole by its checksum and yet wrong: without this every later render would take it up again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from cuttingroom.core.hashing import canonical_json, hash_json
from cuttingroom.media.render.cache import INDEXES, RenderCache


def remember_parts(cache: RenderCache, pictures: str, sound: str, keys: Iterable[tuple[str, str]]) -> None:
    """Note the (kind, key) of all parts under the SHA-256 of both streams. Raises OSError."""
    note = canonical_json(sorted([kind, key] for kind, key in set(keys)))
    cache.put(INDEXES, _note_key(pictures, sound), lambda part: part.write_bytes(note))


def forget_parts(cache: RenderCache, pictures: str, sound: str) -> int:
    """Remove the parts of a render from the cache; returns how many were noted. Raises OSError."""
    try:
        parts = json.loads(cache.path(INDEXES, _note_key(pictures, sound)).read_bytes())
    except (FileNotFoundError, ValueError):
        return 0
    for kind, key in parts:
        cache.discard(kind, key)
    return len(parts)


def _note_key(pictures: str, sound: str) -> str:
    return hash_json(["parts", pictures, sound])
