"""Encoded pictures of one span, as packets: what the cache keeps and what is joined without decoding.

A segment file is a line of JSON (the head, with the SHA-256 of what follows) and the packets one after the
other. Times are not in it: a packet knows only its rank, so a segment fits anywhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cuttingroom.core.errors import MediaFailed

_MAGIC = "cuttingroom.segment/1"


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

    `extradata` is the decoder's configuration as MP4 stores it (avcC, hvcC, av1C; empty for the others).
    """

    codec: str
    width: int
    height: int
    extradata: bytes
    packets: tuple[Packet, ...]

    @property
    def frames(self) -> int:
        return len(self.packets)

    @property
    def delay(self) -> int:
        """How many frames decoding runs ahead of presentation."""
        return max((n - packet.rank for n, packet in enumerate(self.packets)), default=0)


def split_packets(
    packets: Sequence[Packet], frames: Sequence[int], codec: str, size: tuple[int, int], extradata: bytes
) -> list[Segment]:
    """Segments of `frames[n]` pictures each, out of one encoder's packets in decoding order.

    Raises MediaFailed when a segment would not begin with a key frame or would share pictures with another.
    """
    segments: list[Segment] = []
    first = 0
    for count in frames:
        part = [Packet(p.data, p.rank - first, p.is_key) for p in packets[first : first + count]]
        if sorted(p.rank for p in part) != list(range(count)) or not part[0].is_key or part[0].rank:
            raise MediaFailed(
                f"The encoder did not begin anew at picture {first}.",
                frames=len(packets),
                expected=sum(frames),
            )
        segments.append(Segment(codec, *size, extradata, tuple(part)))
        first += count
    if first != len(packets):
        raise MediaFailed(
            f"The encoder made {len(packets)} pictures instead of {first}.", frames=len(packets)
        )
    return segments


def write_segment(path: Path, segment: Segment) -> None:
    """Raises OSError."""
    payload = b"".join(p.data for p in segment.packets)
    head = {
        "format": _MAGIC,
        "codec": segment.codec,
        "width": segment.width,
        "height": segment.height,
        "extradata": segment.extradata.hex(),
        "sizes": [len(p.data) for p in segment.packets],
        "ranks": [p.rank for p in segment.packets],
        "keys": [n for n, p in enumerate(segment.packets) if p.is_key],
    }
    head["sha256"] = _checksum(head, payload)
    path.write_bytes(json.dumps(head, separators=(",", ":")).encode() + b"\n" + payload)


def read_segment(path: Path) -> Segment:
    """Raises MediaFailed when the file is not exactly what was written, OSError when it cannot be read."""
    line, _, payload = path.read_bytes().partition(b"\n")
    try:
        head: dict[str, Any] = json.loads(line)
        if head.pop("sha256") != _checksum(head, payload) or head["format"] != _MAGIC:
            raise ValueError("checksum")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise MediaFailed("A cached segment is damaged.", segment=path.name) from error
    keys, at = set(head["keys"]), 0
    packets: list[Packet] = []
    for number, (size, rank) in enumerate(zip(head["sizes"], head["ranks"], strict=True)):
        packets.append(Packet(payload[at : at + size], rank, number in keys))
        at += size
    extradata = bytes.fromhex(head["extradata"])
    return Segment(head["codec"], head["width"], head["height"], extradata, tuple(packets))


def _checksum(head: dict[str, Any], payload: bytes) -> str:
    digest = hashlib.sha256(json.dumps(head, separators=(",", ":"), sort_keys=True).encode())
    digest.update(payload)
    return digest.hexdigest()
