"""Our side: one render in a process of its own, as `python -m benchmarks.render.ours JOB REPORT`."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.render.media import Film, Music
from benchmarks.render.spending import Spent, spend_together
from cuttingroom.core.ids import new_token
from cuttingroom.media.probe import probe
from cuttingroom.media.render.cache import RenderCache
from cuttingroom.media.render.profiles import Profile
from cuttingroom.media.render.run import render
from cuttingroom.timeline.model import MediaSource, Timeline

CACHE_BYTES = 10**11


@dataclass(frozen=True)
class Made:
    """What a render cost as a whole process, and what it says about itself.

    `seconds` is the time inside of `render`, `phases` its parts by name, in seconds: opening, sound,
    pictures and joining.
    """

    out: Path
    spent: Spent
    seconds: float
    phases: Mapping[str, float]
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Studio:
    """Files that are known, a folder for results, and a cache that begins empty."""

    folder: Path
    files: Mapping[str, Path]
    hashes: Mapping[str, str]
    cache: Path

    @classmethod
    def of(cls, folder: Path, film: Film, music: Music | None = None) -> Studio:
        from cuttingroom.core.hashing import hash_file

        files = {film.ref.artifact_id: film.path}
        hashes = {film.ref.artifact_id: film.sha256}
        if music is not None:
            files[music.ref.artifact_id] = music.path
            hashes[music.ref.artifact_id] = hash_file(music.path)
        return cls(folder, files, hashes, folder / f"cache_{new_token()}")

    def with_new_cache(self) -> Studio:
        return replace(self, cache=self.folder / f"cache_{new_token()}")

    def render(self, timeline: Timeline, profile: Profile, *, cores: int | None = None) -> Made:
        """Raises CommandFailed."""
        return self.render_together(1, timeline, profile, cores=cores)

    def render_together(
        self, processes: int, timeline: Timeline, profile: Profile, *, cores: int | None
    ) -> Made:
        """So many processes render the same at once, with one cache; what the first says is reported."""
        names = [new_token() for _ in range(processes)]
        commands = [self._command(name, timeline, profile, cores) for name in names]
        spent = spend_together(commands)
        said = json.loads((self.folder / f"{names[0]}.report.json").read_text())
        out = Path(said["out"])
        return Made(out, spent, said["seconds"], said["phases"], said["facts"])

    def _command(self, name: str, timeline: Timeline, profile: Profile, cores: int | None) -> list[str]:
        job = {
            "timeline": timeline.to_json(),
            "profile": profile.model_dump(mode="json"),
            "files": {key: str(self.files[key]) for key in _used(timeline)},
            "hashes": dict(self.hashes),
            "cache": str(self.cache),
            "work": str(self.folder / f"{name}.work"),
            "out": str(self.folder / f"{name}{profile.suffix}"),
            "cores": cores,
        }
        path, report = self.folder / f"{name}.job.json", self.folder / f"{name}.report.json"
        path.write_text(json.dumps(job))
        return [sys.executable, "-W", "ignore", "-m", "benchmarks.render.ours", str(path), str(report)]


def _used(timeline: Timeline) -> list[str]:
    sources = (e.source for t in timeline.tracks for e in t.elements)
    return sorted({s.artifact_id for s in sources if isinstance(s, MediaSource)})


def main(job_path: Path, report_path: Path) -> None:
    job = json.loads(job_path.read_text())
    files = {key: Path(path) for key, path in job["files"].items()}
    facts = {key: probe(path) for key, path in files.items()}
    timeline = Timeline.model_validate(job["timeline"])
    profile = Profile.model_validate(job["profile"])
    cache, work = RenderCache(Path(job["cache"]), CACHE_BYTES), Path(job["work"])
    work.mkdir()
    watch = _Watch()
    made = render(
        timeline, files, Path(job["out"]), profile,
        facts=facts, hashes=job["hashes"], cache=cache, work=work, report=watch.report, cores=job["cores"],
    )  # fmt: skip
    seconds = watch.elapsed()
    said = {"out": job["out"], "seconds": seconds, "phases": watch.phases(seconds), "facts": made.to_json()}
    report_path.write_text(json.dumps(said))


class _Watch:
    """When `render` first spoke of each of its parts."""

    def __init__(self) -> None:
        self._begun = time.perf_counter()
        self._firsts: dict[str, float] = {}

    def elapsed(self) -> float:
        return time.perf_counter() - self._begun

    def report(self, share: float, note: str) -> None:
        known = {"Mixing the sound": "sound", "Joining": "joining", "Rendered": "rendered"}
        self._firsts.setdefault(known.get(note, "pictures"), self.elapsed())

    def phases(self, end: float) -> dict[str, float]:
        order = [n for n in ("sound", "pictures", "joining", "rendered") if n in self._firsts]
        starts = [0.0, *(self._firsts[n] for n in order)]
        lengths = [b - a for a, b in zip(starts, [*starts[1:], end], strict=True)]
        return dict(zip(["opening", *order], lengths, strict=True))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
