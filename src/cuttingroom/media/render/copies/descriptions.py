"""What stands in front of H.264 pictures and names their parameter sets: avcC (ISO/IEC 14496-15, 5.3.3.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cuttingroom.core.errors import MediaFailed
from cuttingroom.media.render.copies.h264 import (
    HIGH_PROFILES,
    PPS,
    SPS,
    SequenceParameters,
    escape,
    parse_pps,
    parse_sps,
    split_start_codes,
    unescape,
)

_EIGHT_BIT_420 = bytes([0xFD, 0xF8, 0xF8, 0])
"""The end of an avcC for the High profile: 4:2:0, 8 bits of luma and chroma, no extensions."""

_MOST_BLOCKS = {
    9: 396, 10: 396, 11: 900, 12: 2376, 13: 2376, 20: 2376, 21: 4752, 22: 8100, 30: 8100, 31: 18000,
    32: 20480, 40: 32768, 41: 32768, 42: 34816, 50: 110400, 51: 184320, 52: 184320,
}  # fmt: skip
"""Macroblocks that a decoder of each level can keep (H.264, table A-1, MaxDpbMbs); more above."""

MOST_FRAMES = 16
"""Frames that any decoder keeps (A.3.1)."""


@dataclass(frozen=True)
class Description:
    """What an avcC holds. The sets are whole units, with their header and without end zeros."""

    length_size: int
    sps: tuple[bytes, ...]
    pps: tuple[bytes, ...]


def parse_description(extradata: bytes) -> Description:
    """From an avcC, or from units with start codes, as MPEG-TS has them (length size 4).

    Raises ValueError.
    """
    if extradata[:3] == b"\0\0\1" or extradata[:4] == b"\0\0\0\1":
        units = [bytes(unit) for unit in split_start_codes(extradata)]
        sps = tuple(u for u in units if u[0] & 31 == SPS)
        pps = tuple(u for u in units if u[0] & 31 == PPS)
        return Description(4, sps, pps)
    if len(extradata) < 7 or extradata[0] != 1:
        raise ValueError("The description of the pictures is missing")
    sps, at = _read_sets(extradata, 6, extradata[5] & 31)
    if at >= len(extradata):
        raise ValueError("The description of the pictures is cut off")
    pps, _ = _read_sets(extradata, at + 1, extradata[at])
    return Description((extradata[4] & 3) + 1, sps, pps)


def _read_sets(data: bytes, at: int, count: int) -> tuple[tuple[bytes, ...], int]:
    sets: list[bytes] = []
    for _ in range(count):
        size = int.from_bytes(data[at : at + 2])
        unit = data[at + 2 : at + 2 + size]
        if not unit or len(unit) != size:
            raise ValueError("The description of the pictures is cut off")
        sets.append(unit.rstrip(b"\0"))
        at += 2 + size
    return tuple(sets), at


def build_description(sps: Sequence[bytes], pps: Sequence[bytes]) -> bytes:
    """An avcC with lengths of four bytes. Its profile and level are the highest of those in `sps`."""
    profile, level = max(unit[1] for unit in sps), max(unit[3] for unit in sps)
    constraints = 0xFF
    for unit in sps:
        constraints &= unit[2]
    parts = [bytes([1, profile, constraints, level, 0xFF, 0xE0 | len(sps)])]
    parts += [len(unit).to_bytes(2) + unit for unit in sps]
    parts += [bytes([len(pps)]), *(len(unit).to_bytes(2) + unit for unit in pps)]
    return b"".join(parts) + (_EIGHT_BIT_420 if profile in HIGH_PROFILES else b"")


def compatible(first: bytes, second: bytes) -> bool:
    """Whether pictures under these two descriptions may stand in one stream: no id means two things."""
    return not _conflicts([first, second])


def uses_id(extradata: bytes, number: int) -> bool:
    """Whether a set of either kind has this id."""
    described = parse_description(extradata)
    ids = [*(parse_sps(unit).id for unit in described.sps), *(parse_pps(unit).id for unit in described.pps)]
    return number in ids


def merge_parameters(extradatas: Sequence[bytes]) -> bytes:
    """One avcC with all sets of several, each once. Raises MediaFailed when one id means two things."""
    if conflicts := _conflicts(extradatas):
        raise MediaFailed(
            f"Pictures of different makers cannot stand side by side: both use {conflicts[0]}.",
            advice="Render again with all pictures encoded.",
        )
    described = [parse_description(data) for data in extradatas]
    sps = list(dict.fromkeys(unit for d in described for unit in d.sps))
    pps = list(dict.fromkeys(unit for d in described for unit in d.pps))
    return build_description(sps, pps)


def _conflicts(extradatas: Sequence[bytes]) -> list[str]:
    seen: dict[str, bytes] = {}
    found: list[str] = []
    for data in extradatas:
        described = parse_description(data)
        named = [(f"sequence parameters {parse_sps(unit).id}", unit) for unit in described.sps]
        named += [(f"picture parameters {parse_pps(unit).id}", unit) for unit in described.pps]
        found += [name for name, unit in named if seen.setdefault(name, unit) != unit]
    return found


def declare_reordering(extradata: bytes, frames: int) -> bytes:
    """The same avcC, where each set that does not say how far pictures are reordered says `frames`.

    Decoders that have to guess would guess again, and lose pictures, where a copy follows other pictures.
    Nothing else in the sets changes, so the pictures decode as before.
    """
    described = parse_description(extradata)
    sps = [_restricted(unit, frames) for unit in described.sps]
    return build_description(sps, described.pps)


def _restricted(unit: bytes, frames: int) -> bytes:
    """A sequence parameter set with `bitstream_restriction` (H.264, E.1.1)."""
    sps = parse_sps(unit)
    if sps.reorder is not None:
        return unit
    payload = unescape(unit)
    kept = format(int.from_bytes(payload[1:]), f"0{8 * (len(payload) - 1)}b")[: sps.restriction_at]
    absent = "" if sps.has_usability else "1" + "0" * 8
    no_limits = _number(0) + _number(0) + _number(15) + _number(15)
    bits = f"{kept}{absent}11{no_limits}{_number(frames)}{_number(max(frames, _kept_frames(sps)))}1"
    bits += "0" * (-len(bits) % 8)
    return unit[:1] + escape(int(bits, 2).to_bytes(len(bits) // 8))


def _kept_frames(sps: SequenceParameters) -> int:
    """How many frames a decoder keeps where the stream does not say (A.3.1, MaxDpbFrames)."""
    blocks = sps.coded_width * sps.coded_height // 256
    return min(_MOST_BLOCKS.get(sps.level, _MOST_BLOCKS[52]) // max(1, blocks), MOST_FRAMES)


def _number(value: int) -> str:
    """ue(v), 9.1"""
    bits = format(value + 1, "b")
    return "0" * (len(bits) - 1) + bits
