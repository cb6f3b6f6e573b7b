"""Encoded pictures of one span, as packets: what the cache keeps and what is joined without decoding.

A segment file is a line of JSON (the head, with the SHA-256 of what follows) and the packets one after the
other. Times are not in it: a packet knows only its rank, so a segment fits anywhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from cuttingroom.core.errors import CacheDamaged, MediaFailed

_MAGIC = "cuttingroom.segment/1"

Stretches = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Packet:
    """One encoded picture. `rank` is its place in the order of presentation within its segment, from 0.

    H.264 and HEVC come with lengths of four bytes before each unit, as in MP4.
    """

    data: bytes
    rank: int
    is_key: bool


@dataclass(frozen=True)
class Segment:
    """Packets in decoding order; the first is a key frame and nothing refers to another segment.

    `extradata` is the decoder's configuration as MP4 stores it (avcC, hvcC, av1C; empty for the others), and
    `init` the head of an MP4 or MOV file without any picture, which tells a muxer everything else. `black`
    and `frozen` are stretches seen on the way to the encoder, as frames from and up to, not including.
    """

    codec: str
    width: int
    height: int
    extradata: bytes
    packets: tuple[Packet, ...]
    init: bytes = b""
    black: Stretches = ()
    frozen: Stretches = ()

    @property
    def frames(self) -> int:
        return len(self.packets)

    @property
    def delay(self) -> int:
        """How many frames decoding runs ahead of presentation."""
        return max((n - packet.rank for n, packet in enumerate(self.packets)), default=0)


@dataclass(frozen=True)
class SegmentHead:
    """What a segment file says of itself before its packets."""

    frames: int
    delay: int
    init: bytes
    extradata: bytes
    black: Stretches
    frozen: Stretches


def split_packets(whole: Segment, frames: Sequence[int]) -> list[Segment]:
    """`whole` as segments of `frames[n]` pictures each.

    Raises MediaFailed when one would not begin with a key frame or would share pictures with another.
    """
    segments: list[Segment] = []
    first = 0
    for count in frames:
        part = [Packet(p.data, p.rank - first, p.is_key) for p in whole.packets[first : first + count]]
        if sorted(p.rank for p in part) != list(range(count)) or not part[0].is_key or part[0].rank:
            raise MediaFailed(f"The encoder did not begin anew at picture {first}.", frames=whole.frames)
        segments.append(
            replace(
                whole,
                packets=tuple(part),
                black=_within(whole.black, first, count),
                frozen=_within(whole.frozen, first, count),
            )
        )
        first += count
    if first != whole.frames:
        raise MediaFailed(f"The encoder made {whole.frames} pictures instead of {first}.", expected=first)
    return segments


def _within(stretches: Stretches, first: int, count: int) -> Stretches:
    moved = ((max(0, a - first), min(count, b - first)) for a, b in stretches)
    return tuple((a, b) for a, b in moved if b > a)


def write_segment(path: Path, segment: Segment) -> None:
    """Raises OSError."""
    payload = b"".join(p.data for p in segment.packets)
    head = {
        "format": _MAGIC,
        "codec": segment.codec,
        "width": segment.width,
        "height": segment.height,
        "extradata": segment.extradata.hex(),
        "init": segment.init.hex(),
        "sizes": [len(p.data) for p in segment.packets],
        "ranks": [p.rank for p in segment.packets],
        "keys": [n for n, p in enumerate(segment.packets) if p.is_key],
        "black": segment.black,
        "frozen": segment.frozen,
    }
    head["sha256"] = _checksum(head, payload)
    path.write_bytes(json.dumps(head, separators=(",", ":")).encode() + b"\n" + payload)


def read_segment(path: Path) -> Segment:
    """Raises MediaFailed when the file is not exactly what was written, OSError when it cannot be read."""
    line, _, payload = path.read_bytes().partition(b"\n")
    with _damage(path):
        head = _parse(line)
        if head.pop("sha256") != _checksum(head, payload):
            raise ValueError("checksum")
        keys, at = set(head["keys"]), 0
        packets: list[Packet] = []
        for number, (size, rank) in enumerate(zip(head["sizes"], head["ranks"], strict=True)):
            packets.append(Packet(payload[at : at + size], rank, number in keys))
            at += size
        init, extradata = bytes.fromhex(head["init"]), bytes.fromhex(head["extradata"])
        size = (head["width"], head["height"])
        return Segment(head["codec"], *size, extradata, tuple(packets), init, *_seen(head))
    raise AssertionError


def read_head(path: Path) -> SegmentHead:
    """The head alone, without checking what follows it. Raises as `read_segment` does."""
    with path.open("rb") as file, _damage(path):
        head = _parse(file.readline())
        delay = max((n - rank for n, rank in enumerate(head["ranks"])), default=0)
        init, extradata = bytes.fromhex(head["init"]), bytes.fromhex(head["extradata"])
        return SegmentHead(len(head["ranks"]), delay, init, extradata, *_seen(head))
    raise AssertionError


@contextmanager
def _damage(path: Path) -> Iterator[None]:
    try:
        yield
    except (ValueError, KeyError, TypeError) as error:
        raise CacheDamaged("A cached segment is damaged.", key=path.name) from error


def _parse(line: bytes) -> dict[str, Any]:
    head = json.loads(line)
    if not isinstance(head, dict) or head["format"] != _MAGIC:
        raise ValueError("format")
    return cast("dict[str, Any]", head)


def _seen(head: dict[str, Any]) -> tuple[Stretches, Stretches]:
    black, frozen = (tuple((int(a), int(b)) for a, b in head[name]) for name in ("black", "frozen"))
    return black, frozen


def _checksum(head: dict[str, Any], payload: bytes) -> str:
    digest = hashlib.sha256(json.dumps(head, separators=(",", ":"), sort_keys=True).encode())
    digest.update(payload)
    return digest.hexdigest()
