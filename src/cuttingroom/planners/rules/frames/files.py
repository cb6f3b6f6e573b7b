"""What a file is by its name, where that decides which wish is meant: pictures are placed, sound is added."""

from __future__ import annotations

from pathlib import PurePath

_SOUND = frozenset({".mp3", ".wav", ".m4a", ".flac", ".ogg", ".aac", ".opus"})


def is_heard_only(name: str) -> bool:
    """Whether a file of this name holds sound and no picture."""
    return PurePath(name).suffix.lower() in _SOUND
