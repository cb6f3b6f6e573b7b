"""The work on single chunks of sound: measuring the mix, and bringing it to packets."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from cuttingroom.core.errors import Canceled, MediaFailed
from cuttingroom.media.render.cache import SOUND, RenderCache
from cuttingroom.media.render.profiles import AudioCoding
from cuttingroom.media.render.sound import limiter, weighting
from cuttingroom.media.render.sound.chunks import CHUNK_SAMPLES, Chunk, write_chunk, write_energies
from cuttingroom.media.render.sound.clips import Samples, level_of
from cuttingroom.media.render.sound.coder import Encoder
from cuttingroom.media.render.sound.mix import Mix
from cuttingroom.media.render.sound.sharing import full_disk_named

KeyedChunk = tuple[Chunk, str]


@dataclass(frozen=True)
class SoundMaker:
    """Makes chunks and puts them into the cache. `total` is the length of the timeline in samples.

    Its methods raise MediaFailed, StorageFailed, OSError and Canceled.
    """

    mix: Mix
    coding: AudioCoding
    cache: RenderCache
    total: int
    is_canceled: Callable[[], bool]
    on_chunk: Callable[[], None] = lambda: None

    def measure(self, chunks: Sequence[KeyedChunk]) -> None:
        """Write the energies of each chunk under its key."""
        for chunk, key in chunks:
            samples = self._read(chunk.first - weighting.LEAD_SAMPLES, chunk.end)
            energies = weighting.measure_energies(samples)
            with full_disk_named():
                self.cache.put(SOUND, key, lambda part, e=energies: write_energies(part, e))
            self.on_chunk()

    def encode(self, chunks: Sequence[KeyedChunk], gain_db: float) -> None:
        """Code neighbouring chunks in one run of the encoder and write each under its key."""
        encoder = Encoder(self.coding)
        coder = encoder.coder
        start = max(0, chunks[0][0].first - coder.preroll * coder.frame_samples)
        end = min(self.total, chunks[-1][0].end + coder.postroll * coder.frame_samples)
        run = _Run(self, encoder, start // coder.frame_samples)
        for n, (chunk, key) in enumerate(chunks):
            is_end = n == len(chunks) - 1
            low, high = start if n == 0 else chunk.first, end if is_end else chunk.end
            samples = self._finished(low, high, gain_db)
            run.take(
                chunk, key, level_of(samples[chunk.first - low : chunk.end - low]), encoder.encode(samples)
            )
        run.finish()

    def _finished(self, first: int, end: int, gain_db: float) -> Samples:
        """The mix as it is coded: with its gain, its peaks limited."""
        samples = self._read(first - limiter.LEAD_SAMPLES, end + limiter.TAIL_SAMPLES)
        if gain_db:
            samples = samples * np.float32(10 ** (gain_db / 20))
        return limiter.limit_peaks(samples, 10 ** (self.coding.peak_dbtp / 20))

    def _read(self, first: int, end: int) -> Samples:
        if self.is_canceled():
            raise Canceled("The work on the sound was canceled.")
        return self.mix.read(first, end - first)


class _Run:
    """Hands the packets of one encoder run to the chunks they belong to, as soon as a chunk has all of its
    own.

    Packet n of a sound ends with frame n, less the coder's delay; `first` is the number of the run's first
    one.
    """

    def __init__(self, maker: SoundMaker, encoder: Encoder, first: int) -> None:
        self._maker, self._encoder = maker, encoder
        self._at = first
        self._packets: list[bytes] = []
        self._waiting: deque[tuple[Chunk, str, Samples]] = deque()

    def take(self, chunk: Chunk, key: str, levels: Samples, packets: list[bytes]) -> None:
        """The next chunk, and what the encoder gave when it was fed with it."""
        self._waiting.append((chunk, key, levels))
        self._packets += packets
        while self._waiting and self._stop(self._waiting[0][0]) <= self._at + len(self._packets):
            self._keep(*self._waiting.popleft())

    def finish(self) -> None:
        """Raises MediaFailed when the encoder held back packets that it owes."""
        self._packets += self._encoder.finish()
        while self._waiting:
            self._keep(*self._waiting.popleft())

    def _stop(self, chunk: Chunk) -> float:
        """The number of the first packet that is no longer of the chunk; the last has all that come."""
        coder = self._encoder.coder
        return (
            float("inf")
            if chunk.is_last
            else (chunk.first + CHUNK_SAMPLES) // coder.frame_samples + coder.delay
        )

    def _keep(self, chunk: Chunk, key: str, levels: Samples) -> None:
        coder = self._encoder.coder
        begin = chunk.first // coder.frame_samples + (coder.delay if chunk.number else 0) - self._at
        count = -(-(chunk.end - chunk.first) // coder.frame_samples)
        stop = len(self._packets) if chunk.is_last else int(self._stop(chunk)) - self._at
        packets = self._packets[begin:stop]
        if len(packets) < count:
            raise MediaFailed(
                f"The encoder {coder.encoder} made {len(packets)} packets of sound instead of {count}.",
                chunk=chunk.number,
            )
        with full_disk_named():
            self._maker.cache.put(SOUND, key, lambda part: write_chunk(part, packets, levels))
        self._maker.on_chunk()
        del self._packets[:stop]
        self._at += stop
