"""The sound of a render: one continuous track in coded chunks, of which only those are made that changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from cuttingroom.core.errors import CacheDamaged
from cuttingroom.media.limits import DEFAULT_LIMITS, MediaLimits
from cuttingroom.media.probe import MediaFacts
from cuttingroom.media.render.cache import SAMPLES, SOUND, RenderCache
from cuttingroom.media.render.profiles import AudioCoding
from cuttingroom.media.render.sound import weighting
from cuttingroom.media.render.sound.chunks import (
    coded_keys,
    measure_keys,
    read_chunk,
    read_energies,
)
from cuttingroom.media.render.sound.clips import Samples
from cuttingroom.media.render.sound.coder import SoundForm, add_stream, coder_of, form_of
from cuttingroom.media.render.sound.crew import Crew
from cuttingroom.media.render.sound.jobs import SoundJob, SoundPlan
from cuttingroom.media.render.sound.making import SoundMaker
from cuttingroom.media.render.sound.samples import SampleStore, Take
from cuttingroom.timeline.model import Timeline

Key = tuple[str, str]


@dataclass(frozen=True)
class SoundTrack:
    """A coded track. `samples` is how long it is when it is heard; `made` of its `chunks` were not in the
    cache.

    `levels` are RMS per hundredth of a second of what was coded. `measured_lufs` is the integrated loudness
    of the mix, None when it was not asked for or all is silence; `applied_db` is the gain that followed from
    it.
    """

    coding: AudioCoding
    form: SoundForm
    samples: int
    levels: Samples
    packet_count: int
    chunks: int
    made: int
    measured_lufs: float | None
    applied_db: float
    has_sound: bool
    keys: tuple[Key, ...] = field(repr=False)
    paths: tuple[Path, ...] = field(repr=False)

    @property
    def sample_rate(self) -> int:
        return self.form.sample_rate

    @property
    def initial_padding(self) -> int:
        return self.form.padding

    def packets(self) -> Iterator[tuple[bytes, int]]:
        """Each packet and how many samples it adds, read from the cache as they are asked for.

        The first `initial_padding` samples are not heard. Raises CacheDamaged, and OSError when a chunk is
        gone.
        """
        rest = self.form.padding + self.samples
        for path in self.paths:
            for packet in read_chunk(path)[1]:
                count = min(self.form.frame_samples, rest)
                if count <= 0:
                    return  # the coder's own delay after the end
                yield packet, count
                rest -= count

    def add_stream(self, container: Any) -> Any:
        """A stream for these packets in an output container of PyAV; their times count samples."""
        return add_stream(container, self.coding, self.samples)


def render_sound(
    timeline: Timeline,
    files: Mapping[str, Path],
    facts: Mapping[str, MediaFacts],
    hashes: Mapping[str, str],
    coding: AudioCoding,
    cache: RenderCache,
    work: Path,
    *,
    cores: int,
    limits: MediaLimits = DEFAULT_LIMITS,
    report: Callable[[float], None] = lambda _share: None,
    is_canceled: Callable[[], bool] = lambda: False,
) -> SoundTrack:
    """Make the sound of a timeline that is longer than nothing; what is in the cache is not made again.

    `files`, `facts` and `hashes` (SHA-256) are by artifact id (KeyError when absent). `work` is a folder for
    ffmpeg to run in. `report` gets the share that is done; it and `is_canceled` are called from this thread
    only. Raises MediaRefused, MediaFailed, StorageFailed, OSError or Canceled; finished chunks stay in the
    cache.
    """
    crew = Crew(cores, report, is_canceled)
    store = SampleStore(cache, files, work, limits, crew.is_stopped, crew.step)
    plan = SoundPlan.of(timeline, facts, hashes)
    maker = SoundMaker(plan.mix(store.read), coding, cache, plan.total, crew.is_stopped, crew.step)
    job = SoundJob(plan, maker, store, crew)
    measured = job.measure() if coding.loudness_lufs is not None else None
    gain_db = _gain(coding, measured)
    keys = coded_keys(maker.mix, plan.chunks, coding, gain_db)
    heads, made = job.encode(list(zip(plan.chunks, keys, strict=True)), gain_db)
    report(1.0)
    return SoundTrack(
        coding=coding,
        form=form_of(coding),
        samples=plan.total,
        levels=np.concatenate([head.levels for head in heads]),
        packet_count=sum(len(head.sizes) for head in heads),
        chunks=len(keys),
        made=made,
        measured_lufs=measured,
        applied_db=gain_db,
        has_sound=bool(plan.clips),
        keys=tuple((SOUND, key) for key in keys),
        paths=tuple(cache.path(SOUND, key) for key in keys),
    )


def plan_sound_keys(
    timeline: Timeline,
    facts: Mapping[str, MediaFacts],
    hashes: Mapping[str, str],
    coding: AudioCoding,
    cache: RenderCache,
) -> list[Key]:
    """What `render_sound` will read or make in the cache, as (kind, key), to be pinned before.

    Coded chunks are named as far as they are known: with a loudness to reach, once the mix has been measured.
    `SoundTrack.keys` names them all.
    """
    plan = SoundPlan.of(timeline, facts, hashes)
    mix = plan.mix(_cannot_read)
    measures = measure_keys(mix, plan.chunks) if coding.loudness_lufs is not None else []
    coded: list[str] = []
    missing = plan.chunks
    if (measured := _known_loudness(cache, measures)) is not None or not measures:
        coded = coded_keys(mix, plan.chunks, coding, _gain(coding, measured))
        missing = [
            c for c, key in zip(plan.chunks, coded, strict=True) if not cache.path(SOUND, key).exists()
        ]
    windows = [chunk.window(coder_of(coding)) for chunk in missing]
    blocks = {take.keys[n] for window in windows for take, found in mix.takes_between(*window) for n in found}
    return [*((SOUND, key) for key in (*measures, *coded)), *((SAMPLES, key) for key in sorted(blocks))]


def _known_loudness(cache: RenderCache, measures: Sequence[str]) -> float | None:
    """The loudness of the mix when all of it has been measured before and is not silence."""
    try:
        energies = [read_energies(cache.path(SOUND, key)) for key in measures]
    except (FileNotFoundError, CacheDamaged):
        return None
    return weighting.integrated_loudness(np.concatenate(energies)) if energies else None


def _cannot_read(_take: Take, _first: int, _count: int) -> Samples:
    raise AssertionError("this mix is only described")


def _gain(coding: AudioCoding, measured_lufs: float | None) -> float:
    """In dB, by tenths: so that a small edit rarely changes the gain of everything."""
    if measured_lufs is None or coding.loudness_lufs is None:
        return 0.0
    return round(coding.loudness_lufs - measured_lufs, 1)
