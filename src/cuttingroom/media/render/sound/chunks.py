"""Stretches of coded sound: where they begin, what their keys are, and the files that hold them.

A chunk file is a line of JSON (the head, with the SHA-256 of the rest), the levels and the packets. Chunks
lie on a grid of 9.6 seconds of the timeline: a whole number of packets of every coder, of hundredths of a
second and of the steps in which loudness is measured.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np

from cuttingroom.core.errors import CacheDamaged
from cuttingroom.core.hashing import hash_json
from cuttingroom.media.render.profiles import AudioCoding
from cuttingroom.media.render.sound import limiter, weighting
from cuttingroom.media.render.sound.clips import Samples
from cuttingroom.media.render.sound.coder import Coder, coder_of
from cuttingroom.media.render.sound.mix import Mix

CHUNK_SAMPLES = 460_800
_MAGIC = "cuttingroom.sound/1"
_VERSION = 1
"""Part of every key; changes with how the mix is limited, measured or coded."""


@dataclass(frozen=True)
class Chunk:
    """Samples `first` up to `end` of the timeline."""

    number: int
    first: int
    end: int
    is_last: bool

    def window(self, coder: Coder) -> tuple[int, int]:
        """The stretch of the mix on which its packets depend: with what the coder and the limiter look at."""
        frame = coder.frame_samples
        before = coder.preroll * frame + limiter.LEAD_SAMPLES
        return max(0, self.first - before), self.end + coder.postroll * frame + limiter.TAIL_SAMPLES


def plan_chunks(total: int) -> list[Chunk]:
    """Chunks for so many samples, more than none."""
    firsts = range(0, total, CHUNK_SAMPLES)
    return [
        Chunk(n, first, min(first + CHUNK_SAMPLES, total), first == firsts[-1])
        for n, first in enumerate(firsts)
    ]


def measure_window(chunk: Chunk) -> tuple[int, int]:
    """The stretch of the mix on which what is measured of a chunk depends."""
    return chunk.first - weighting.LEAD_SAMPLES, chunk.end


def measure_keys(mix: Mix, chunks: Sequence[Chunk]) -> list[str]:
    """The keys of what is measured of the mix, in order."""
    windows = [(chunk, measure_window(chunk)) for chunk in chunks]
    heard = [(c.end - c.first, mix.describe(*window, c.first)) for c, window in windows]
    return [hash_json(["measure", _VERSION, *item]) for item in heard]


def coded_keys(mix: Mix, chunks: Sequence[Chunk], coding: AudioCoding, gain_db: float) -> list[str]:
    """The keys of the coded chunks, in order. A coder that remembers makes each depend on all."""
    coder = coder_of(coding)
    settings = [
        *(_VERSION, gain_db, coding.model_dump(mode="json", exclude={"loudness_lufs"})),
        *(coder.encoder, coder.options, list(av.library_versions["libavcodec"])),
    ]
    keys: list[str] = []
    for chunk in chunks:
        heard = mix.describe(*chunk.window(coder), chunk.first)
        # a run that begins at the start of the sound has no packets before it
        edges = [chunk.first == 0, chunk.is_last, chunk.end - chunk.first]
        keys.append(hash_json(["sound", settings, edges, heard]))
    if coder.remembers:
        whole = hash_json(keys)
        return [hash_json([whole, n]) for n in range(len(keys))]
    return keys


@dataclass(frozen=True)
class ChunkHead:
    """What a chunk file says of itself: the sizes of its packets, and the level of what was coded as RMS per
    hundredth of a second."""

    sizes: tuple[int, ...]
    levels: Samples


def write_chunk(path: Path, packets: Sequence[bytes], levels: Samples) -> None:
    """Raises OSError."""
    payload = levels.astype("<f4").tobytes() + b"".join(packets)
    head: dict[str, Any] = {"format": _MAGIC, "levels": len(levels), "sizes": [len(p) for p in packets]}
    head["sha256"] = _checksum(head, payload)
    path.write_bytes(json.dumps(head, separators=(",", ":")).encode() + b"\n" + payload)


def read_chunk(path: Path) -> tuple[ChunkHead, list[bytes]]:
    """Raises CacheDamaged when the file is not exactly what was written, OSError when it cannot be read."""
    line, _, payload = path.read_bytes().partition(b"\n")
    try:
        head: dict[str, Any] = json.loads(line)
        if head.pop("sha256") != _checksum(head, payload) or head["format"] != _MAGIC:
            raise ValueError("checksum")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CacheDamaged("A cached piece of sound is damaged.", key=path.name) from error
    at = 4 * head["levels"]
    packets: list[bytes] = []
    for size in head["sizes"]:
        packets.append(payload[at : at + size])
        at += size
    return ChunkHead(tuple(head["sizes"]), np.frombuffer(payload, "<f4", head["levels"])), packets


def write_energies(path: Path, energies: weighting.Energies) -> None:
    """Raises OSError."""
    data = energies.astype("<f4").tobytes()
    path.write_bytes(hashlib.sha256(data).digest() + data)


def read_energies(path: Path) -> weighting.Energies:
    """Errors as `read_chunk`."""
    data = path.read_bytes()
    if len(data) < 32 or hashlib.sha256(data[32:]).digest() != data[:32]:
        raise CacheDamaged("A cached measurement of sound is damaged.", key=path.name)
    return np.frombuffer(data, "<f4", offset=32)


def _checksum(head: Mapping[str, Any], payload: bytes) -> str:
    digest = hashlib.sha256(json.dumps(head, separators=(",", ":"), sort_keys=True).encode())
    digest.update(payload)
    return digest.hexdigest()
