"""The little of H.264 that copying needs: units, parameter sets and the start of slices.

Sections and tables are those of ITU-T H.264 (08/2021). Nothing here trusts the stream: what is cut off or
makes no sense raises ValueError.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

SLICE, IDR_SLICE, SEI, SPS, PPS = 1, 5, 6, 7, 8
"""Unit types (table 7-1). Partitions (2-4) belong to the Extended profile, which nobody plays."""

HIGH_PROFILES = (100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135)
_FULL_PIXEL_SHAPE = 255
_LONGEST_NUMBER = 32
_LONGEST_SPS = 4096
"""Bytes: scaling lists and 32 buffers take about 2,000 of them. The rest cannot matter."""


@dataclass(frozen=True)
class SequenceParameters:
    """One sequence parameter set. `width` and `height` are after cropping; `reorder` is how many frames
    decoding may run ahead, None where the stream does not say. `restriction_at` is the bit of the payload at
    which it says so, or at which usability information (annex E) would begin: `has_usability`."""

    id: int
    profile: int
    level: int
    chroma: int
    bit_depth: int
    width: int
    height: int
    coded_width: int
    coded_height: int
    is_progressive: bool
    is_full_range: bool
    reorder: int | None
    has_usability: bool
    restriction_at: int
    frame_number_bits: int
    order_bits: int
    has_order_deltas: bool


@dataclass(frozen=True)
class PictureParameters:
    id: int
    sps_id: int
    has_bottom_order: bool
    slice_groups: int
    has_redundant_slices: bool


def split_start_codes(data: bytes | memoryview) -> Iterator[memoryview]:
    """The units of a byte stream (annex B)."""
    whole = bytes(data)
    view = memoryview(whole)
    at = whole.find(b"\0\0\1")
    while at >= 0:
        following = whole.find(b"\0\0\1", at + 3)
        end = following if following >= 0 else len(whole)
        while end > at + 3 and whole[end - 1] == 0:
            end -= 1
        if end > at + 3:
            yield view[at + 3 : end]
        at = following


def split_lengths(data: memoryview, length_size: int) -> Iterator[memoryview]:
    """The units of an MP4 sample. Raises ValueError when the lengths do not fit the sample."""
    at, size = 0, len(data)
    while at < size:
        end = at + length_size + int.from_bytes(data[at : at + length_size])
        if end > size or end <= at + length_size:
            raise ValueError("The lengths inside a picture are wrong")
        yield data[at + length_size : end]
        at = end


def unescape(unit: bytes) -> bytes:
    """The payload without the bytes that keep start codes from appearing in it (7.3.1)."""
    return unit.replace(b"\0\0\3", b"\0\0")


def escape(payload: bytes) -> bytes:
    """The other way: a byte 3 wherever two zeros are followed by a byte below 4."""
    escaped, zeros = bytearray(), 0
    for byte in payload:
        if zeros == 2 and byte < 4:
            escaped.append(3)
            zeros = 0
        escaped.append(byte)
        zeros = zeros + 1 if byte == 0 else 0
    return bytes(escaped)


class BitReader:
    """Reads numbers from a payload, most significant bit first. Raises ValueError past its end."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data)
        self._size = self._left = len(data) * 8

    @property
    def position(self) -> int:
        """Bits read so far."""
        return self._size - self._left

    def bits(self, count: int) -> int:
        """u(n)"""
        if count > self._left:
            raise ValueError("A header of the pictures is cut off")
        self._left -= count
        return self._value >> self._left & (1 << count) - 1

    def flag(self) -> bool:
        return bool(self.bits(1))

    def number(self) -> int:
        """ue(v), 9.1"""
        zeros = 0
        while not self.bits(1):
            zeros += 1
        if zeros > _LONGEST_NUMBER:
            raise ValueError("A header of the pictures makes no sense")
        return (1 << zeros) - 1 + self.bits(zeros)

    def skip_numbers(self, count: int) -> None:
        for _ in range(count):
            self.number()

    def signed(self) -> int:
        """se(v), 9.1.1"""
        code = self.number()
        return (code + 1) // 2 if code & 1 else -(code // 2)


def parse_sps(unit: bytes) -> SequenceParameters:
    """7.3.2.1.1 and E.1.1. Raises ValueError."""
    read = BitReader(unescape(unit[:_LONGEST_SPS])[1:])
    profile, _, level = read.bits(8), read.bits(8), read.bits(8)
    number = read.number()
    chroma, depth = _read_format(read) if profile in HIGH_PROFILES else (1, 8)
    frame_number_bits = read.number() + 4
    order_bits, has_deltas = _read_order(read)
    read.number()  # reference frames
    read.flag()  # gaps in frame numbers
    columns, rows = read.number() + 1, read.number() + 1
    is_progressive = read.flag()
    rows *= 1 if is_progressive else 2
    if not is_progressive:
        read.flag()
    read.flag()  # direct inference
    across, down = _read_cropping(read, chroma, is_progressive)
    position = read.position
    has_usability = read.flag()
    full_range, position, reorder = _read_usability(read) if has_usability else (False, position, None)
    return SequenceParameters(
        id=number,
        profile=profile,
        level=level,
        chroma=chroma,
        bit_depth=depth,
        width=columns * 16 - across,
        height=rows * 16 - down,
        coded_width=columns * 16,
        coded_height=rows * 16,
        is_progressive=is_progressive,
        is_full_range=full_range,
        reorder=reorder,
        has_usability=has_usability,
        restriction_at=position,
        frame_number_bits=frame_number_bits,
        order_bits=order_bits,
        has_order_deltas=has_deltas,
    )


def _read_format(read: BitReader) -> tuple[int, int]:
    """Chroma format and the larger of the two bit depths."""
    chroma = read.number()
    if chroma == 3 and read.flag():
        raise ValueError("The colour planes are coded apart")
    depth = 8 + max(read.number(), read.number())
    read.flag()  # lossless
    if read.flag():
        for number in range(8 if chroma != 3 else 12):
            if read.flag():
                _skip_scaling(read, 16 if number < 6 else 64)
    return chroma, depth


def _skip_scaling(read: BitReader, size: int) -> None:
    """7.3.2.1.1.1"""
    last = following = 8
    for _ in range(size):
        if following:
            following = (last + read.signed()) % 256
        last = following or last


def _read_order(read: BitReader) -> tuple[int, bool]:
    """Bits of the order count in slices (0 when it is not there), and whether slices carry deltas."""
    kind = read.number()
    if kind == 0:
        return read.number() + 4, False
    if kind != 1:
        return 0, False
    always_zero = read.flag()
    read.skip_numbers(2)  # offsets
    read.skip_numbers(min(read.number(), 255))
    return 0, not always_zero


def _read_cropping(read: BitReader, chroma: int, is_progressive: bool) -> tuple[int, int]:
    """Pixels cropped across and down (7-18 to 7-21)."""
    if not read.flag():
        return 0, 0
    left, right, top, bottom = (read.number() for _ in range(4))
    wide = 2 if chroma in (1, 2) else 1
    high = (2 if chroma == 1 else 1) * (1 if is_progressive else 2)
    return (left + right) * wide, (top + bottom) * high


def _read_usability(read: BitReader) -> tuple[bool, int, int | None]:
    """Whether levels use the full range; the bit of the restrictions; their number of reordered frames."""
    if read.flag() and read.bits(8) == _FULL_PIXEL_SHAPE:
        read.bits(32)
    if read.flag():
        read.flag()  # overscan
    full_range = False
    if read.flag():
        read.bits(3)
        full_range = read.flag()
        if read.flag():
            read.bits(24)  # colours: `probe` reads them
    if read.flag():
        read.skip_numbers(2)  # place of chroma samples
    if read.flag():
        read.bits(65)  # frame duration
    has_hrd = [_skip_hrd(read) for _ in range(2) if read.flag()]
    if has_hrd:
        read.flag()
    read.flag()  # pic_struct
    position = read.position
    if not read.flag():
        return full_range, position, None
    read.flag()
    read.skip_numbers(4)
    return full_range, position, read.number()


def _skip_hrd(read: BitReader) -> None:
    """E.1.2"""
    count = min(read.number() + 1, 32)
    read.bits(8)
    for _ in range(count):
        read.skip_numbers(2)
        read.flag()
    read.bits(20)


def parse_pps(unit: bytes) -> PictureParameters:
    """7.3.2.2. Raises ValueError."""
    read = BitReader(unescape(unit[:64])[1:])
    number, sps_id = read.number(), read.number()
    read.flag()  # entropy coding
    has_bottom_order, groups = read.flag(), read.number() + 1
    if groups > 1:
        return PictureParameters(number, sps_id, has_bottom_order, groups, False)
    read.skip_numbers(2)  # references
    read.bits(3)  # weighted prediction
    read.skip_numbers(3)  # quantizers
    read.bits(2)
    return PictureParameters(number, sps_id, has_bottom_order, groups, read.flag())


def slice_parameters(unit: bytes | memoryview) -> int:
    """The id of the picture parameters that a slice uses (7.3.3). Raises ValueError."""
    read = BitReader(unescape(bytes(unit[:32]))[1:])
    read.skip_numbers(2)
    return read.number()


def drops_earlier(unit: bytes | memoryview, sps: SequenceParameters, pps: PictureParameters) -> bool:
    """Whether an IDR slice of progressive video tells to forget pictures not shown yet (7.3.3, 7.3.3.3).

    Harmless at its place in the source; after a cut it could swallow what comes before.
    """
    read = BitReader(unescape(bytes(unit[:64]))[1:])
    read.skip_numbers(3)
    read.bits(sps.frame_number_bits)
    read.number()  # idr_pic_id
    read.bits(sps.order_bits)
    deltas = (sps.order_bits > 0 and pps.has_bottom_order) + sps.has_order_deltas * (1 + pps.has_bottom_order)
    read.skip_numbers(deltas)
    if pps.has_redundant_slices:
        read.number()
    return read.flag()
