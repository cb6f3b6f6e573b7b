"""Rendering in tests: facts, hashes, a cache and a working folder for a timeline and its files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from cuttingroom.core.hashing import hash_file
from cuttingroom.media.cube import is_cube
from cuttingroom.media.probe import probe
from cuttingroom.media.render.cache import RenderCache
from cuttingroom.media.render.facts import RenderFacts
from cuttingroom.media.render.profiles import AudioCoding, Profile, VideoCoding
from cuttingroom.media.render.run import render
from cuttingroom.timeline.model import Timeline

FAST = Profile(
    name="fast",
    title="As fast as tests need it",
    container="mp4",
    video=VideoCoding(codec="h264", preset="ultrafast", quality=14),
    audio=AudioCoding(codec="aac", kbps=192),
    copies=False,
)
"""Encodes everything, so that what is tested is the composing of pictures; `COPYING` also copies."""

COPYING = FAST.model_copy(update={"name": "copying", "copies": True})


def render_to(
    folder: Path,
    timeline: Timeline,
    files: Mapping[str, Path],
    profile: Profile = FAST,
    *,
    name: str = "out",
    cache: RenderCache | None = None,
    **options: Any,
) -> tuple[Path, RenderFacts]:
    """`<folder>/<name>.<container>` and the facts; the cache is `<folder>/cache` unless another is given."""
    out = folder / f"{name}{profile.suffix}"
    facts = render(
        timeline,
        files,
        out,
        profile,
        facts={key: probe(path) for key, path in files.items() if not is_cube(path)},
        hashes={key: hash_file(path) for key, path in files.items()},
        cache=cache or RenderCache(folder / "cache", 10**10),
        work=Path(mkdtemp(prefix="work_", dir=folder)),
        **options,
    )
    return out, facts
