"""Taking pictures of an H.264 source as they are: which may be taken, and their packets."""

from __future__ import annotations

import hashlib
import itertools
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import av.error
import numpy as np

from cuttingroom.core.errors import Canceled, MediaFailed
from cuttingroom.core.time import Rate
from cuttingroom.media.limits import DEFAULT_LIMITS, MediaLimits
from cuttingroom.media.probe import MediaFacts, VideoFacts, open_container
from cuttingroom.media.render.copies.descriptions import compatible, uses_id
from cuttingroom.media.render.copies.h264 import IDR_SLICE, SEI, SLICE
from cuttingroom.media.render.copies.index import SourceIndex, get_pictures
from cuttingroom.media.render.copies.pictures import split_units
from cuttingroom.media.render.profiles import PRIVATE_SPS_ID, VideoCoding
from cuttingroom.media.render.segment import Packet

LEAST_FRAMES = 12
"""A shorter copy saves less than the two joins beside it cost."""

_KEPT_UNITS = (SLICE, IDR_SLICE, SEI)
"""What a sample of an `avc1` track holds. Parameter sets are in front; delimiters and filler mean nothing."""

_ASK_EVERY = 50
_SEEK_BACK_SECONDS = (0, 2, 20)
_HD_HEIGHT = 720
_PLAIN_COLOURS = ("bt709", "unknown")


def copy_range(index: SourceIndex, first: int, end: int, least: int = LEAST_FRAMES) -> tuple[int, int] | None:
    """The frames [f, e) of [first, end) that can be copied, or None when they are fewer than `least`."""
    place = bisect_left(index.closed, first)
    if index.refusal or place == len(index.closed):
        return None
    start, end = int(index.closed[place]), min(end, index.frames)
    if end - start < least:
        return None
    last = start + int(np.flatnonzero(index.clean[start : end + 1])[-1])
    return (start, last) if last - start >= least else None


def why_not(
    index: SourceIndex,
    facts: MediaFacts,
    width: int,
    height: int,
    rate: Rate,
    coding: VideoCoding,
    ours: bytes = b"",
) -> str:
    """Why no picture of this source can be taken as it is for such an output; empty when they can.

    `ours` is the avcC of the pictures that will be encoded, where it is known: then a file that was made here
    with the same settings can be copied from.
    """
    video = facts.video[0]
    if coding.codec != "h264" or coding.pixel_format != "yuv420p":
        return f"the output is {coding.codec.upper()}, {coding.pixel_format}"
    differs = index.refusal or _shape_difference(video, width, height, rate) or _colour_difference(video)
    return differs or _set_conflict(index.extradata, ours)


def _set_conflict(theirs: bytes, ours: bytes) -> str:
    if compatible(theirs, ours) if ours else not uses_id(theirs, PRIVATE_SPS_ID):
        return ""
    return f"it uses parameter set {PRIVATE_SPS_ID}, which newly encoded pictures have"


def _shape_difference(video: VideoFacts, width: int, height: int, rate: Rate) -> str:
    if video.rotation:
        return f"it is turned by {video.rotation} degrees"
    if video.pixel_aspect.fraction != 1:
        return "its pixels are not square"
    if (video.coded_width, video.coded_height) != (width, height):
        return f"its size is {video.coded_width}x{video.coded_height}, not {width}x{height}"
    if video.rate != rate:
        return f"it has {video.rate} frames per second, not {rate}"
    return "its pictures are interlaced" if video.interlaced else ""


def _colour_difference(video: VideoFacts) -> str:
    """Encoded pictures are BT.709. What carries no tags is BT.709 in HD and BT.601 below."""
    if video.pixel_format != "yuv420p":
        return f"its colours are {video.pixel_format}, not yuv420p"
    tags = (video.colour_space, video.colour_primaries, video.colour_transfer)
    if other := next((tag for tag in tags if tag not in _PLAIN_COLOURS), None):
        return f"its colours are {other}, not BT.709"
    if video.colour_space == "unknown" and video.coded_height < _HD_HEIGHT:
        return "its colours are not named, and below HD that means BT.601"
    return ""


class PacketReader:
    """Reads the packets of one source, which stays open for several ranges.

    Raises MediaRefused, MediaFailed or OSError when the file cannot be opened; `read` raises Canceled.
    """

    def __init__(
        self,
        path: Path,
        index: SourceIndex,
        is_canceled: Callable[[], bool] | None = None,
        limits: MediaLimits = DEFAULT_LIMITS,
    ) -> None:
        self._path = path
        self._index = index
        self._is_canceled = is_canceled
        self._limits = limits
        self._places = np.argsort(index.ranks)
        self._open()

    def _open(self) -> None:
        self._container = open_container(self._path, self._limits)
        self._stream = get_pictures(self._container, self._index.stream, self._path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._container.close()

    def read(self, first: int, end: int) -> Iterator[Packet]:
        """The packets of frames [first, end), as `copy_range` gave them, in decoding order.

        One at a time; ranks count from `first`. Raises MediaFailed when the file is not what was indexed.
        """
        index = self._index
        wanted = (int(index.times[rank]) for rank in index.ranks[first:end])
        count = 0
        try:
            packets = itertools.islice(self._packets_from(first), end - first)
            for time, packet in zip(wanted, packets, strict=False):
                if packet.pts != time:
                    break
                data = _sample(memoryview(packet), index.length_size)
                rank = int(index.ranks[first + count]) - first
                yield Packet(data, rank, self._is_closed(first + count))
                count += 1
        except (ValueError, IndexError, av.error.FFmpegError) as error:
            raise self._changed(first + count) from error
        if count < end - first:
            raise self._changed(first + count)

    def _is_closed(self, frame: int) -> bool:
        place = bisect_left(self._index.closed, frame)
        return place < len(self._index.closed) and int(self._index.closed[place]) == frame

    def _packets_from(self, first: int) -> Iterator[av.Packet]:
        """Packets from number `first` on. Where seeking lands late, it is tried from further back."""
        index = self._index
        for seconds in _SEEK_BACK_SECONDS:
            moment = int(index.times[first]) - int(seconds / index.time_base)
            try:
                self._container.seek(moment, stream=self._stream)
            except av.error.FFmpegError:
                continue
            packets = self._pictures()
            head = next(packets, None)
            place = self._place(head)
            if head is not None and place is not None and place <= first:
                return itertools.islice(itertools.chain([head], packets), first - place, None)
        self.close()
        self._open()
        return itertools.islice(self._pictures(), first, None)

    def _pictures(self) -> Iterator[av.Packet]:
        for number, packet in enumerate(self._container.demux(self._stream)):
            if self._is_canceled is not None and number % _ASK_EVERY == 0 and self._is_canceled():
                raise Canceled("Copying pictures was canceled.")
            if packet.size:
                yield packet

    def _place(self, packet: av.Packet | None) -> int | None:
        """The number of a packet in decoding order, by its time; None when no picture has that time."""
        if packet is None or packet.pts is None:
            return None
        rank = int(np.searchsorted(self._index.times, packet.pts))
        if rank == self._index.frames or self._index.times[rank] != packet.pts:
            return None
        return int(self._places[rank])

    def _changed(self, frame: int) -> MediaFailed:
        return MediaFailed(
            f"{self._path.name} is no longer what it was: picture {frame} is not where it was found before.",
            advice="Bring the file in again.",
            file=self._path.name,
        )


def read_packets(
    path: Path, index: SourceIndex, first: int, end: int, is_canceled: Callable[[], bool] | None = None
) -> Iterator[Packet]:
    """One range of one source; see PacketReader."""
    with PacketReader(path, index, is_canceled) as reader:
        yield from reader.read(first, end)


def _sample(data: memoryview, length_size: int) -> bytes:
    """A packet as a sample of an `avc1` track with lengths of four bytes. Raises ValueError."""
    units = list(split_units(data, length_size))
    kept = [unit for unit in units if unit[0] & 31 in _KEPT_UNITS]
    if length_size == 4 and len(kept) == len(units):
        return bytes(data)
    return b"".join(part for unit in kept for part in (len(unit).to_bytes(4), bytes(unit)))


def fingerprint(samples: Iterable[bytes]) -> str:
    """SHA-256 over the data of packets: equal where what was written is what the source has."""
    digest = hashlib.sha256()
    for sample in samples:
        digest.update(sample)
    return digest.hexdigest()
