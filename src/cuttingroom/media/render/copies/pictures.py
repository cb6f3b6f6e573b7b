"""Looking into the packets of a source: which H.264 pictures begin anew, and what forbids copying them."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

import av

from cuttingroom.media.render.copies.descriptions import (
    MOST_FRAMES,
    Description,
    build_description,
    declare_reordering,
    parse_description,
)
from cuttingroom.media.render.copies.h264 import (
    IDR_SLICE,
    PPS,
    SLICE,
    SPS,
    PictureParameters,
    SequenceParameters,
    drops_earlier,
    parse_pps,
    parse_sps,
    slice_parameters,
    split_lengths,
    split_start_codes,
)

_PROFILES = {66: "Baseline", 77: "Main", 100: "High"}
"""What every player decodes, and what our own pictures can share a description with."""

_CHANGE = "its parameter sets change inside the file"


class PictureScan:
    """Fed with every packet that is shown. `begins` are the packets, in decoding order, that hold an IDR."""

    def __init__(self, codec: str, extradata: bytes) -> None:
        self.begins = array("i")
        self.refusal = ""
        self.extradata = b""
        self.length_size = 0
        self._count = 0
        if codec != "h264":
            self.refusal = f"its pictures are {codec.upper()}, not H.264"
            return
        try:
            self._describe(parse_description(extradata))
            self.length_size = 0 if extradata[0] == 0 else (extradata[4] & 3) + 1
        except (ValueError, IndexError):
            self.refusal = "its pictures are not described where players look first"

    def add(self, packet: av.Packet) -> None:
        if packet.is_discard:
            return
        if not self.refusal:
            if any(side.data_type == "new_extradata" for side in packet.iter_sidedata()):
                self.refusal = _CHANGE
            try:
                if self._look(memoryview(packet)):
                    self.begins.append(self._count)
            except (ValueError, IndexError):
                self.refusal = "a packet is damaged"
        self._count += 1

    def _describe(self, described: Description) -> None:
        self._sets = {*described.sps, *described.pps}
        self._sps = {sps.id: sps for sps in map(parse_sps, described.sps)}
        self._pps = {pps.id: pps for pps in map(parse_pps, described.pps)}
        self.extradata = build_description(described.sps, described.pps)
        self.refusal = next(_sets_refusals(list(self._sps.values()), list(self._pps.values())), "")

    def declare(self, delay: int) -> None:
        """Take note of how many frames decoding really runs ahead."""
        if self.refusal:
            return
        if delay > MOST_FRAMES or any(
            sps.reorder is not None and sps.reorder < delay for sps in self._sps.values()
        ):
            self.refusal = "its pictures are reordered further than they say"
            return
        self.extradata = declare_reordering(self.extradata, delay)

    def _look(self, data: memoryview) -> bool:
        """Whether copying may begin with this packet. Notes what forbids copying at all."""
        begins = False
        for unit in split_units(data, self.length_size):
            kind = unit[0] & 31
            if kind == SLICE:
                continue
            if kind == IDR_SLICE:
                begins = begins or self._begins_anew(unit)
            elif kind in (SPS, PPS) and bytes(unit).rstrip(b"\0") not in self._sets:
                self.refusal = _CHANGE
            elif 2 <= kind <= 4:
                self.refusal = "its pictures are split into partitions"
        return begins

    def _begins_anew(self, unit: memoryview) -> bool:
        pps = self._pps.get(slice_parameters(unit))
        if pps is None or pps.sps_id not in self._sps:
            raise ValueError("A picture names parameter sets that are not there")
        return not drops_earlier(unit, self._sps[pps.sps_id], pps)


def split_units(data: memoryview, length_size: int) -> Iterator[memoryview]:
    """The units of a packet; `length_size` 0 means start codes. Raises ValueError."""
    return split_lengths(data, length_size) if length_size else split_start_codes(data)


def _sets_refusals(sps: list[SequenceParameters], pps: list[PictureParameters]) -> Iterator[str]:
    if not sps or not pps:
        yield "its pictures are not described where players look first"
        return
    if len({(s.width, s.height) for s in sps}) > 1:
        yield "its picture size changes"
    if not all(s.is_progressive for s in sps):
        yield "its pictures may be interlaced"
    if any(s.bit_depth != 8 or s.chroma != 1 for s in sps):
        yield "its colours are not 4:2:0 with 8 bits"
    if any(s.profile not in _PROFILES for s in sps):
        yield f"its profile is none of {', '.join(_PROFILES.values())}"
    if any(s.is_full_range for s in sps):
        yield "its levels use the full range"
    if any(s.coded_width - s.width > 15 or s.coded_height - s.height > 15 for s in sps):
        yield "its pictures are cropped out of larger ones"
    if any(p.slice_groups > 1 for p in pps):
        yield "its pictures are cut into slice groups"
