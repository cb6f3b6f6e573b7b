"""Decoded sound of sources, kept in the cache in blocks of 30 seconds.

A block is raw float32 stereo at 48 kHz, followed by one CRC-32 per second, so that a short read checks only
what it reads. Blocks lie on the clock of their source: whatever is edited, they stay.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property, partial
from pathlib import Path
from threading import Lock

import numpy as np

from cuttingroom.core.errors import Canceled, MediaFailed
from cuttingroom.core.hashing import hash_json
from cuttingroom.core.time import TICKS_PER_SECOND, round_half_up
from cuttingroom.media import ffmpeg
from cuttingroom.media.limits import DEFAULT_LIMITS, MediaLimits
from cuttingroom.media.probe import AudioFacts, MediaFacts, open_container
from cuttingroom.media.render.cache import SAMPLES, RenderCache
from cuttingroom.media.render.sound import denoise
from cuttingroom.media.render.sound.clips import CHANNELS, SAMPLE_RATE, TICKS_PER_SAMPLE, Samples, SoundClip
from cuttingroom.media.render.sound.sharing import full_disk_named, make_shared
from cuttingroom.timeline.effects import Denoise
from cuttingroom.timeline.model import Element, MediaSource

BLOCK_SAMPLES = 30 * SAMPLE_RATE
_VERSION = 4
_MOST = 100.0
_SAMPLE_BYTES = CHANNELS * 4
_PAGE_SAMPLES = SAMPLE_RATE
_PAGE_BYTES = _PAGE_SAMPLES * _SAMPLE_BYTES
_CHECK_BYTES = 4
_RUN_BLOCKS = 10
"""Five minutes for one run of ffmpeg: the first are there early, and starting it is little beside them."""
_MOST_BLOCKS = 120
"""An hour at most where a run must begin at the start: each block that is made is claimed by an open file."""
_MOST_NOISE_BLOCKS = 12
"""Six minutes, spread over a strand, tell what its noise is like."""
_PIECE = BLOCK_SAMPLES // 3
_LEAD_SECONDS = 1
"""From where resampling begins to the first sample that is kept: many times the length of its filter."""
_STRETCH_TAIL = SAMPLE_RATE // 4
"""Stretching ends up to 25 ms early: it gets silence after what is kept."""
_PREROLL_TICKS = TICKS_PER_SECOND // 2
"""Decoders of MP3 and AAC need packets before the wanted one to be exact."""
_EXACT_SEEKERS = frozenset({"mov,mp4,m4a,3gp,3g2,mj2", "wav", "w64", "aiff", "caf", "flac"})
"""Containers that know the sample at which a packet begins wherever reading starts. The times of the others
are rounded (Matroska: milliseconds) or guessed (MP3), and blocks decoded apart would not meet."""


@dataclass(frozen=True)
class Take:
    """A strand of samples made out of one file: all of it, or one stretch played at another speed; with its
    noise taken down by `denoise_db`, if at all.

    Counted in samples of 48 kHz. `start` is where the stretch begins on the file's clock; before the strand
    and after its `count` there is silence.
    """

    artifact_id: str
    sha256: str
    facts: MediaFacts = field(compare=False)
    start: int
    count: int
    speed: Fraction = Fraction(1)
    keep_pitch: bool = True
    denoise_db: float | None = None

    @classmethod
    def of(cls, clip: SoundClip, facts: MediaFacts, sha256: str) -> Take:
        """What `clip` is played from."""
        source, speed = clip.element.source, clip.element.speed.fraction
        assert isinstance(source, MediaSource)
        denoise_db = _denoise_db(clip.element)
        if speed != 1:
            start = round_half_up(Fraction(source.range.start_ticks, TICKS_PER_SAMPLE))
            count, pitch = clip.count, clip.element.keep_pitch
            if source.backwards:  # what is heard last may lie before the range, but not before the file
                end = round_half_up(Fraction(source.range.end_ticks, TICKS_PER_SAMPLE))
                start = max(0, end - round_half_up(count * speed))
                count = round_half_up((end - start) / speed)
            return cls(clip.artifact_id, sha256, facts, start, count, speed, pitch, denoise_db)
        return cls.all_of(clip.artifact_id, facts, sha256, denoise_db)

    @classmethod
    def all_of(
        cls, artifact_id: str, facts: MediaFacts, sha256: str, denoise_db: float | None = None
    ) -> Take:
        """A whole file as it is."""
        audio = facts.audio[0]
        ticks = max(facts.duration_ticks, audio.start_ticks + audio.duration_ticks)
        # decoders may hold a little more than the container says
        seconds = -(-ticks // TICKS_PER_SECOND) + 1
        return cls(artifact_id, sha256, facts, 0, seconds * SAMPLE_RATE, denoise_db=denoise_db)

    @cached_property
    def noisy(self) -> Take:
        """The same strand with its noise."""
        return replace(self, denoise_db=None)

    @cached_property
    def identity(self) -> str:
        """Hash of all that its samples depend on."""
        if self.denoise_db is not None:
            return hash_json(["denoised", denoise.VERSION, self.denoise_db, self.noisy.identity])
        return hash_json(
            [
                *("samples", _VERSION, ffmpeg.ffmpeg_version(), self.sha256, self.facts.audio[0].index),
                *(self.start, self.count, str(self.speed), self.keep_pitch, self.facts.origin_ticks),
            ]
        )

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The cache keys of its blocks."""
        return tuple(hash_json([self.identity, n]) for n in range(-(-self.count // BLOCK_SAMPLES)))

    def blocks(self, first: int, end: int) -> range:
        """The numbers of the blocks that hold samples `first` up to `end`."""
        low, high = max(0, first), min(end, self.count)
        return range(low // BLOCK_SAMPLES, -(-high // BLOCK_SAMPLES)) if high > low else range(0)

    def pages(self, block: int) -> int:
        """How many seconds a block has; the last may have fewer."""
        return -(-min(BLOCK_SAMPLES, self.count - block * BLOCK_SAMPLES) // _PAGE_SAMPLES)


@dataclass(frozen=True)
class SampleStore:
    """Reads samples of takes, decoding what is not in the cache. `files` are by artifact id. Thread-safe."""

    cache: RenderCache
    files: Mapping[str, Path]
    folder: Path
    limits: MediaLimits = DEFAULT_LIMITS
    is_canceled: Callable[[], bool] = lambda: False
    on_block: Callable[[], None] = lambda: None
    _noises: dict[str, denoise.Powers] = field(default_factory=dict[str, denoise.Powers], repr=False)
    _noise_lock: Lock = field(default_factory=Lock, repr=False)

    def read(self, take: Take, first: int, count: int) -> Samples:
        """Samples `first` to `first + count`, shape (count, 2); zeros where the take has none.

        Blocks that are absent or damaged are made. Raises MediaFailed, StorageFailed, OSError, Canceled.
        """
        out = np.zeros((count, CHANNELS), np.float32)
        for block in take.blocks(first, first + count):
            origin = block * BLOCK_SAMPLES
            low = max(first, origin)
            high = min(first + count, origin + BLOCK_SAMPLES, take.count)
            out[low - first : high - first] = self._read_block(take, block, low - origin, high - origin)
        return out

    def _read_block(self, take: Take, block: int, low: int, high: int) -> Samples:
        key = take.keys[block]
        for _ in range(2):
            self.make(take, [block])
            found = _read_pages(self.cache.path(SAMPLES, key), take.pages(block), low, high)
            if found is not None:
                return found
            self.cache.discard(SAMPLES, key)
        raise MediaFailed(
            "Decoded sound is damaged as soon as it is written.",
            advice="Check the disk that holds the render cache.",
            block=key,
        )

    def missing(self, take: Take, blocks: Iterable[int]) -> list[int]:
        return [n for n in sorted(blocks) if not self.cache.path(SAMPLES, take.keys[n]).exists()]

    def make(self, take: Take, blocks: Sequence[int]) -> None:
        """Decode those of `blocks` that are not in the cache. Errors as `read`."""
        numbers = {take.keys[n]: n for n in blocks}
        work = self._decode if take.denoise_db is None else self._denoise

        def make(keys: list[str]) -> None:
            for run in _runs(sorted(numbers[k] for k in keys), self.can_split(take)):
                work(take, run)

        make_shared(self.cache, SAMPLES, list(numbers), make, self.is_canceled)

    def runs(self, take: Take, blocks: Iterable[int], cores: int) -> Iterator[list[int]]:
        """Those of `blocks` that are missing, as jobs for `make` that can be done side by side."""
        missing = self.missing(take, blocks)
        splittable = bool(missing) and self.can_split(take)
        most = min(_RUN_BLOCKS, -(-len(missing) // cores)) if splittable else _MOST_BLOCKS
        for n in range(0, len(missing), most):
            yield missing[n : n + most]

    def can_split(self, take: Take) -> bool:
        """Whether decoding may start at any block and still hit every sample: see `_EXACT_SEEKERS`.

        What is stretched is made from its start, since stretching remembers.
        """
        audio = take.facts.audio[0]
        if take.facts.container not in _EXACT_SEEKERS or take.speed != 1:
            return False
        with open_container(self.files[take.artifact_id], self.limits) as container:
            time_base = container.streams[audio.index].time_base
        return time_base is not None and (1 / (time_base * audio.sample_rate)).denominator == 1

    def _decode(self, take: Take, wanted: Sequence[int]) -> None:
        """One run of ffmpeg from the first wanted block, or from the start, to the last."""
        splittable = self.can_split(take)
        first = wanted[0] if splittable else 0
        end = min((wanted[-1] + 1) * BLOCK_SAMPLES, take.count)
        sink = _Sink(self, take, first, frozenset(wanted))
        options, chain = _decode_chain(take, first * BLOCK_SAMPLES, end, seek=splittable or take.speed != 1)
        source = ffmpeg.input_arguments(self.files[take.artifact_id], *options, limits=self.limits)
        stream = f"0:{take.facts.audio[0].index}"
        output = ["-map", stream, "-af", chain, "-f", "f32le", "-c:a", "pcm_f32le", "pipe:1"]
        ffmpeg.run(
            ["-copyts", *source, *output],
            limits=self.limits,
            folder=self.folder,
            on_data=sink.take_data,
            is_canceled=self.is_canceled,
        )
        sink.finish(end)

    def _denoise(self, take: Take, wanted: Sequence[int]) -> None:
        """Make blocks out of those with the noise."""
        assert take.denoise_db is not None
        noise, lead = self._noise(take), denoise.LEAD_SAMPLES
        spans = {n: (n * BLOCK_SAMPLES, min((n + 1) * BLOCK_SAMPLES, take.count)) for n in wanted}
        needed = {b for first, end in spans.values() for b in take.blocks(first - lead, end + lead)}
        self.make(take.noisy, sorted(needed))
        for number, (first, end) in spans.items():
            if self.is_canceled():
                raise Canceled("The work on the sound was canceled.")
            whole = end - first + -(end - first) % denoise.HOP_SAMPLES
            samples = self.read(take.noisy, first - lead, whole + 2 * lead)
            clean = denoise.reduce_noise(samples, noise, take.denoise_db)[: end - first]
            with full_disk_named():
                self.cache.put(SAMPLES, take.keys[number], partial(_write_pages, data=clean.tobytes()))
            self.on_block()

    def _noise(self, take: Take) -> denoise.Powers:
        """What the noise of a strand is like: as in the whole file, whatever part of it is played."""
        whole = Take.all_of(take.artifact_id, take.facts, take.sha256)
        with self._noise_lock:
            if whole.identity not in self._noises:
                self.make(whole, _spread_blocks(len(whole.keys)))
                self._noises[whole.identity] = denoise.measure_noise(self._read_some(whole))
            noise = self._noises[whole.identity]
        return noise if take.keep_pitch else denoise.transpose_noise(noise, float(take.speed))

    def _read_some(self, take: Take) -> Iterator[Callable[[], Samples]]:
        for block in _spread_blocks(len(take.keys)):
            for part in range(0, BLOCK_SAMPLES, _PIECE):
                yield partial(self.read, take, block * BLOCK_SAMPLES + part, _PIECE)


def _denoise_db(element: Element) -> float | None:
    return next((e.reduction_db for e in element.effects if isinstance(e, Denoise) and e.enabled), None)


def _spread_blocks(count: int) -> list[int]:
    """Some of so many blocks, evenly spread; all when they are few."""
    some = min(count, _MOST_NOISE_BLOCKS)
    return [n * count // some for n in range(some)]


class _Sink:
    """Cuts what ffmpeg writes into blocks and puts those that are wanted into the cache as they fill."""

    def __init__(self, store: SampleStore, take: Take, first: int, wanted: frozenset[int]) -> None:
        self._store, self._take, self._wanted = store, take, wanted
        self._block = first
        self._data = bytearray()

    def take_data(self, data: bytes) -> None:
        self._data += data
        while len(self._data) >= BLOCK_SAMPLES * _SAMPLE_BYTES:
            self._put(BLOCK_SAMPLES * _SAMPLE_BYTES)

    def finish(self, end: int) -> None:
        """Raises MediaFailed when there were fewer samples than up to `end`."""
        rest = (end - self._block * BLOCK_SAMPLES) * _SAMPLE_BYTES
        if len(self._data) != rest:
            raise MediaFailed(
                "A source gave another number of samples than it should.",
                missing_bytes=rest - len(self._data),
            )
        if rest:
            self._put(rest)

    def _put(self, size: int) -> None:
        if self._block in self._wanted:
            with full_disk_named():
                data = _sane(self._data[:size])
                self._store.cache.put(
                    SAMPLES, self._take.keys[self._block], lambda part: _write_pages(part, data)
                )
            self._store.on_block()
        del self._data[:size]
        self._block += 1


def _sane(data: bytes | bytearray) -> bytes:
    """Samples without what is no number, or beyond 40 dB over full scale: LAME ends the process at those."""
    samples = np.nan_to_num(np.frombuffer(data, "<f4"), nan=0, posinf=_MOST, neginf=-_MOST)
    return np.clip(samples, -_MOST, _MOST).tobytes()


def _runs(blocks: Sequence[int], splittable: bool) -> Iterator[Sequence[int]]:
    """Contiguous blocks; all at once where every run must begin at the start of the file anyway."""
    if not splittable:
        yield blocks
        return
    edges = [n for n in range(1, len(blocks)) if blocks[n] != blocks[n - 1] + 1]
    for low, high in zip([0, *edges], [*edges, len(blocks)], strict=True):
        yield blocks[low:high]


def _decode_chain(take: Take, first: int, end: int, *, seek: bool) -> tuple[tuple[str, ...], str]:
    """Options before `-i`, and the filters that make samples `first` up to `end` of the take.

    Resampling always begins at a whole second of the file's clock: there its filter has the same phase in
    every run. Sound that starts late or has holes is filled with silence, so that it stays in step with the
    picture.
    """
    audio = take.facts.audio[0]
    begin = take.start + first if take.speed == 1 else take.start
    second = max(0, begin // SAMPLE_RATE - _LEAD_SECONDS) if seek else 0
    lead = begin - second * SAMPLE_RATE
    wanted = end - first if take.speed == 1 else round_half_up(take.count * take.speed)
    steps = [
        f"asetpts=PTS-{_source_sample(take.facts, audio, second)}",
        "atrim=start_pts=0",
        f"aresample={SAMPLE_RATE}:async=1:first_pts=0",
        "aformat=sample_fmts=flt",
        # ffmpeg would make one channel 3 dB quieter on its way to two
        "pan=stereo|c0=c0|c1=c0" if audio.channels == 1 else "aformat=channel_layouts=stereo",
        "apad",
        f"atrim=start_sample={lead}:end_sample={lead + wanted}",
    ]
    if take.speed != 1:
        tail = round_half_up(_STRETCH_TAIL * take.speed)
        steps += [f"apad=pad_len={tail}", "asetpts=N", *_speed_steps(take)]
        steps += ["apad", f"atrim=start_sample={first}:end_sample={end}"]
    opening = max(0, second * TICKS_PER_SECOND - _PREROLL_TICKS)
    return ("-vn", "-sn", "-dn", *ffmpeg.seek_arguments(opening)), ",".join(steps)


def _source_sample(facts: MediaFacts, audio: AudioFacts, second: int) -> int:
    """The container's name for a whole second of the file's clock, in samples of the source."""
    origin = round_half_up(Fraction(facts.origin_ticks * audio.sample_rate, TICKS_PER_SECOND))
    return origin + second * audio.sample_rate


def _speed_steps(take: Take) -> list[str]:
    if not take.keep_pitch:
        return [f"asetrate={round(SAMPLE_RATE * take.speed)}", f"aresample={SAMPLE_RATE}"]
    # `atempo` is off by up to 60 ms, `rubberband` with a short window by 15, and its length is exact
    return [f"rubberband=tempo={float(take.speed):.9f}:window=short"]


def _write_pages(path: Path, data: bytes | bytearray) -> None:
    """Whole seconds, the last filled with silence, then their CRCs."""
    data = bytes(data) + bytes(-len(data) % _PAGE_BYTES)
    view = memoryview(data)
    checks = [zlib.crc32(view[n : n + _PAGE_BYTES]) for n in range(0, len(data), _PAGE_BYTES)]
    with path.open("wb") as file:
        file.write(data)
        file.write(np.array(checks, "<u4").tobytes())


def is_whole(path: Path) -> bool:
    """Whether a cached block is exactly what was written. Raises OSError when it cannot be read."""
    pages, rest = divmod(path.stat().st_size, _PAGE_BYTES + _CHECK_BYTES)
    return pages > 0 and not rest and _read_pages(path, pages, 0, pages * _PAGE_SAMPLES) is not None


def _read_pages(path: Path, pages: int, low: int, high: int) -> Samples | None:
    """Samples `low` up to `high` of a block of so many seconds; None when the file is not what was
    written."""
    first, last = low // _PAGE_SAMPLES, -(-high // _PAGE_SAMPLES)
    try:
        with path.open("rb") as file:
            file.seek(first * _PAGE_BYTES)
            data = memoryview(file.read((last - first) * _PAGE_BYTES))
            file.seek(pages * _PAGE_BYTES + first * _CHECK_BYTES)
            checks = np.frombuffer(file.read((last - first) * _CHECK_BYTES), "<u4")
    except FileNotFoundError:
        return None
    if len(data) != (last - first) * _PAGE_BYTES or len(checks) != last - first:
        return None
    for number, check in enumerate(checks):
        if zlib.crc32(data[number * _PAGE_BYTES : (number + 1) * _PAGE_BYTES]) != check:
            return None
    samples = np.frombuffer(data, np.float32).reshape(-1, CHANNELS)
    return samples[low - first * _PAGE_SAMPLES : high - first * _PAGE_SAMPLES]
