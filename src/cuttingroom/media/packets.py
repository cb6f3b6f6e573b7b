"""Reading every packet of a container without decoding any."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

import av
import av.error
from av.container import InputContainer

from cuttingroom.core.errors import Canceled
from cuttingroom.core.time import TICKS_PER_SECOND, round_half_up

_ASK_EVERY = 2_000


@dataclass
class StreamScan:
    """What the packets of one stream say. `times` of presentation are in its time base, in order."""

    times: list[int] = field(default_factory=list[int])
    count: int = 0
    corrupt: int = 0
    unordered: int = 0
    end: int = 0
    _last_dts: int | None = None

    def add(self, packet: av.Packet) -> None:
        self.count += 1
        self.corrupt += packet.is_corrupt
        if packet.dts is not None:
            self.unordered += self._last_dts is not None and packet.dts <= self._last_dts
            self._last_dts = packet.dts
        at = packet.pts if packet.pts is not None else packet.dts
        if at is not None:
            self.times.append(at)
            self.end = max(self.end, at + (packet.duration or 0))

    def extent(self, time_base: Fraction, frame_ticks: int) -> tuple[int, int]:
        """Start and length in ticks. The last frame lasts as its packet says, else `frame_ticks`."""
        if not self.times:
            return 0, self.count * frame_ticks
        start = round_half_up(self.times[0] * time_base * TICKS_PER_SECOND)
        end = round_half_up(self.end * time_base * TICKS_PER_SECOND)
        last = round_half_up(self.times[-1] * time_base * TICKS_PER_SECOND)
        return start, max(end - start, last + frame_ticks - start)


def scan_packets(
    container: InputContainer, is_canceled: Callable[[], bool] | None = None
) -> dict[int, StreamScan]:
    """A scan per stream index; it ends at the first error, as in a file that was cut off. Raises Canceled."""
    scans = {stream.index: StreamScan() for stream in container.streams}
    try:
        for number, packet in enumerate(container.demux()):
            if packet.size:
                scans[packet.stream.index].add(packet)
            if is_canceled is not None and number % _ASK_EVERY == 0 and is_canceled():
                raise Canceled("Reading the file was canceled.")
    except (av.error.FFmpegError, IndexError):  # PyAV raises IndexError where a stream begins in the middle
        for scan in scans.values():
            scan.corrupt += 1
    for scan in scans.values():
        scan.times.sort()
    return scans
