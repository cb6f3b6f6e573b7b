"""The work on the sound of one render: what is missing is decoded, measured and coded side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from cuttingroom.core.errors import CacheDamaged, MediaFailed
from cuttingroom.media.probe import MediaFacts
from cuttingroom.media.render.cache import SOUND, RenderCache
from cuttingroom.media.render.sound import weighting
from cuttingroom.media.render.sound.chunks import (
    Chunk,
    ChunkHead,
    measure_keys,
    measure_window,
    plan_chunks,
    read_chunk,
    read_energies,
)
from cuttingroom.media.render.sound.clips import TICKS_PER_SAMPLE, SoundClip, plan_sound
from cuttingroom.media.render.sound.coder import coder_of
from cuttingroom.media.render.sound.crew import Crew, Task
from cuttingroom.media.render.sound.making import KeyedChunk, SoundMaker
from cuttingroom.media.render.sound.mix import Mix, Read
from cuttingroom.media.render.sound.samples import SampleStore, Take
from cuttingroom.media.render.sound.sharing import make_shared
from cuttingroom.timeline.model import Timeline

_RUN_CHUNKS = 6
"""A minute for one run of the encoder: chunks land early, and what a run repeats at its edges is little."""
_MOST_REPAIRS = 3


@dataclass(frozen=True)
class SoundPlan:
    """What is heard, out of what, and on which grid; `total` in samples."""

    clips: Sequence[SoundClip]
    takes: Mapping[str, Take]
    chunks: Sequence[Chunk]
    total: int

    @classmethod
    def of(cls, timeline: Timeline, facts: Mapping[str, MediaFacts], hashes: Mapping[str, str]) -> SoundPlan:
        """`facts` and `hashes` are by artifact id (KeyError when absent)."""
        clips = plan_sound(timeline, facts)
        known: dict[Take, Take] = {}
        takes: dict[str, Take] = {}
        for clip in clips:  # equal takes become one object, so that each is hashed once
            take = Take.of(clip, facts[clip.artifact_id], hashes[clip.artifact_id])
            takes[clip.element.id] = known.setdefault(take, take)
        total = timeline.duration_ticks // TICKS_PER_SAMPLE
        return cls(clips, takes, plan_chunks(total), total)

    def mix(self, read: Read) -> Mix:
        return Mix(self.clips, self.takes, read)


@dataclass(frozen=True)
class SoundJob:
    """`maker` mixes what `store` decodes. Methods raise MediaFailed, StorageFailed, OSError and Canceled."""

    plan: SoundPlan
    maker: SoundMaker
    store: SampleStore
    crew: Crew

    def measure(self) -> float | None:
        """The integrated loudness of the whole mix in LUFS; None when there is only silence."""
        keyed = list(zip(self.plan.chunks, measure_keys(self.maker.mix, self.plan.chunks), strict=True))
        energies: dict[str, weighting.Energies] = {}
        work = _Work(keyed, energies, read_energies, self.maker.measure, measure_window)
        self._complete(work)
        return weighting.integrated_loudness(np.concatenate([energies[key] for _, key in keyed]))

    def encode(self, keyed: Sequence[KeyedChunk], gain_db: float) -> tuple[list[ChunkHead], int]:
        """Make the chunks that are missing or damaged; the heads of all, and how many were made."""
        heads: dict[str, ChunkHead] = {}
        coder = coder_of(self.maker.coding)
        work = _Work(
            keyed,
            heads,
            lambda path: read_chunk(path)[0],
            lambda chunks: self.maker.encode(chunks, gain_db),
            lambda chunk: chunk.window(coder),
            in_one_run=coder.remembers,
        )
        made = self._complete(work)
        return [heads[key] for _, key in keyed], made

    def _complete(self, work: _Work) -> int:
        """Make what is missing until nothing is. Returns how many chunks were made at first."""
        missing = work.look(self.maker.cache, work.keyed)
        made = len(work.keyed) if missing and work.in_one_run else len(missing)
        for _ in range(_MOST_REPAIRS):
            if not missing:
                return made
            self.crew.run(self._tasks(work, missing))
            missing = work.look(self.maker.cache, missing)
        raise MediaFailed(
            "Cached sound is damaged or gone as soon as it is written.",
            advice="Check the disk that holds the render cache, and the cache's size limit.",
        )

    def _tasks(self, work: _Work, missing: Sequence[KeyedChunk]) -> list[Task]:
        """Runs in the order of the timeline, each after the decoding that it waits for."""
        runs = [work.keyed] if work.in_one_run else list(_runs(missing, self.crew.cores))
        self.crew.expect(sum(map(len, runs)))
        tasks = [(number, 1, partial(self._make, work, run)) for number, run in enumerate(runs)]
        needed: dict[Take, dict[int, int]] = defaultdict(dict)
        for number, run in enumerate(runs):
            for chunk, _ in run:
                for take, blocks in self.maker.mix.takes_between(*work.window(chunk)):
                    for block in blocks:
                        needed[take].setdefault(block, number)
        for take, users in needed.items():
            for blocks in self.store.runs(take, users, self.crew.cores):
                self.crew.expect(len(blocks))
                tasks.append((min(users[n] for n in blocks), 0, partial(self.store.make, take, blocks)))
        return [task for _, _, task in sorted(tasks, key=lambda t: t[:2])]

    def _make(self, work: _Work, run: Sequence[KeyedChunk]) -> None:
        """One run, less what others are making at the same time."""

        def make(keys: list[str]) -> None:
            ours = [item for item in run if work.in_one_run or item[1] in keys]
            for part in _neighbours(ours):
                work.make(part)

        keys = [key for _, key in run]
        make_shared(self.maker.cache, SOUND, keys, make, self.crew.is_stopped, together=work.in_one_run)


@dataclass(frozen=True)
class _Work:
    """One kind of work on chunks. `known` collects what `read` finds in the files, by key; `window` is the
    stretch of the mix that a chunk needs."""

    keyed: Sequence[KeyedChunk]
    known: dict[str, Any]
    read: Callable[[Path], Any]
    make: Callable[[Sequence[KeyedChunk]], None]
    window: Callable[[Chunk], tuple[int, int]]
    in_one_run: bool = False

    def look(self, cache: RenderCache, items: Sequence[KeyedChunk]) -> list[KeyedChunk]:
        """Those that are not in the cache; a damaged one is forgotten."""
        return [item for item in items if not self._is_known(cache, item[1])]

    def _is_known(self, cache: RenderCache, key: str) -> bool:
        path = cache.find(SOUND, key)
        try:
            if path is not None:
                self.known[key] = self.read(path)
            return path is not None
        except CacheDamaged:
            cache.discard(SOUND, key)
            return False
        except FileNotFoundError:  # evicted between the look and the reading
            return False


def _runs(missing: Sequence[KeyedChunk], cores: int) -> Iterator[Sequence[KeyedChunk]]:
    """Neighbouring chunks, of moderate length and no fewer runs than cores."""
    most = max(1, min(_RUN_CHUNKS, -(-len(missing) // cores)))
    for part in _neighbours(missing):
        for n in range(0, len(part), most):
            yield part[n : n + most]


def _neighbours(items: Sequence[KeyedChunk]) -> Iterator[Sequence[KeyedChunk]]:
    edges = [n for n in range(1, len(items)) if items[n][0].number != items[n - 1][0].number + 1]
    for low, high in pairwise([0, *edges, len(items)]):
        yield items[low:high]
