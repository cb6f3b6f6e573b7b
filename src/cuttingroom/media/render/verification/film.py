"""What all packets of a finished file say, without decoding: digests, times, and where decoding may begin."""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import av.error
import numpy as np
from numpy.typing import NDArray

from cuttingroom.core import clock
from cuttingroom.core.errors import Canceled
from cuttingroom.media.limits import DEFAULT_LIMITS, MediaLimits
from cuttingroom.media.packets import StreamScan
from cuttingroom.media.probe import open_container
from cuttingroom.media.render.layers import Piece

_ASK_SECONDS = 0.1


@dataclass(frozen=True, eq=False)
class PictureOrder:
    """The pictures of a stream, counted from 0 in order of presentation.

    `times` (int64) are presentation times in `time_base`, rising, and `decoded` (int64) decoding times, in
    decoding order. `starts` are frames at which decoding begins anew, `stops` those before which it may end:
    all packets up to there are all pictures up to there. Both hold 0; `stops` ends with the number of frames.
    """

    time_base: Fraction
    times: NDArray[np.int64]
    decoded: NDArray[np.int64]
    delay: int
    starts: tuple[int, ...]
    stops: tuple[int, ...]

    @property
    def frames(self) -> int:
        return len(self.times)

    def cover(self, piece: Piece) -> Piece:
        """The fewest pictures around `piece` that can be decoded by themselves."""
        first, end = max(0, piece.first), min(piece.end, self.frames)
        return Piece(
            self.starts[bisect_right(self.starts, first) - 1], self.stops[bisect_left(self.stops, end)]
        )


@dataclass(frozen=True, eq=False)
class FilmScan:
    """By stream index: what the packets say, the unit of their times, and the SHA-256 of their data in order.

    `pictures` is None when no pictures were asked for or their times make no sense.
    """

    streams: Mapping[int, StreamScan]
    time_bases: Mapping[int, Fraction]
    digests: Mapping[int, str]
    pictures: PictureOrder | None


class _Pictures:
    """Collects times and key frames of one stream."""

    def __init__(self) -> None:
        self.times = array("q")
        self.decoded = array("q")
        self.keys = array("q")
        self.is_timed = True

    def add(self, packet: av.Packet) -> None:
        if packet.pts is None or packet.dts is None:
            self.is_timed = False
            return
        if packet.is_keyframe:
            self.keys.append(len(self.times))
        self.times.append(packet.pts)
        self.decoded.append(packet.dts)

    def order(self, time_base: Fraction) -> PictureOrder | None:
        shown = np.array(self.times, np.int64)
        if not self.is_timed or not self.keys or self.keys[0] != 0:
            return None
        order = np.argsort(shown, kind="stable")
        times = shown[order]
        if (np.diff(times) <= 0).any():
            return None
        places = np.arange(len(shown))
        ranks = np.empty(len(shown), np.int64)
        ranks[order] = places
        clean = np.concatenate([[True], np.maximum.accumulate(ranks) == places])
        keys = np.array(self.keys, np.int64)
        return PictureOrder(
            time_base=time_base,
            times=times,
            decoded=np.array(self.decoded, np.int64),
            delay=int((places - ranks).max(initial=0)),
            starts=tuple(int(k) for k in keys[clean[keys] & (ranks[keys] == keys)]),
            stops=tuple(int(n) for n in np.flatnonzero(clean)),
        )


def scan_film(
    path: Path,
    picture: int | None,
    is_canceled: Callable[[], bool] | None = None,
    limits: MediaLimits = DEFAULT_LIMITS,
) -> FilmScan:
    """Read every packet; `picture` is the index of the stream whose pictures are put in order.

    What comes after the first error counts as damaged. Raises MediaRefused when the file cannot be opened, or
    Canceled.
    """
    with open_container(path, limits) as container:
        streams = {s.index: StreamScan() for s in container.streams}
        digests = {s.index: hashlib.sha256() for s in container.streams}
        bases = {s.index: Fraction(s.time_base or 1) for s in container.streams}
        pictures = _Pictures()
        asked = clock.monotonic()
        try:
            for packet in container.demux():
                if packet.size:
                    index = packet.stream.index
                    streams[index].add(packet)
                    digests[index].update(packet)
                    if index == picture:
                        pictures.add(packet)
                if is_canceled is not None and clock.monotonic() - asked > _ASK_SECONDS:
                    if is_canceled():
                        raise Canceled("Checking the file was canceled.")
                    asked = clock.monotonic()
        except av.error.FFmpegError:
            for scan in streams.values():
                scan.corrupt += 1
    for scan in streams.values():
        scan.times.sort()
    return FilmScan(
        streams,
        bases,
        {index: digest.hexdigest() for index, digest in digests.items()},
        pictures.order(bases[picture]) if picture is not None else None,
    )
