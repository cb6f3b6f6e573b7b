"""Encoded pieces of H.264 one after the other, by copying packets: no frame is decoded or lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av

from cuttingroom.core.errors import MediaFailed
from cuttingroom.core.time import Rate


def join_video(pieces: Sequence[tuple[Path, int]], out: Path, rate: Rate) -> None:
    """Write one MP4 without sound from `pieces`, each a file and the number of frames it must hold.

    Times are counted, not added up: frame n is shown at exactly n frames. Raises MediaFailed when a piece has
    another number of frames or other parameter sets than the first.
    """
    delay = max(_reorder_delay(path) for path, _ in pieces)
    time_base = Fraction(1, rate.num)
    with av.open(str(pieces[0][0])) as first, av.open(str(out), "w", format="mp4") as target:
        stream = target.add_stream_from_template(first.streams.video[0])
        stream.time_base = time_base
        parameters = first.streams.video[0].codec_context.extradata
        done = 0
        for path, frames in pieces:
            count = 0
            for rank, packet in _ranked_packets(path, parameters):
                packet.time_base = time_base
                packet.pts = (done + rank) * rate.den
                packet.dts = (done + count - delay) * rate.den
                packet.duration = rate.den
                packet.stream = stream
                target.mux(packet)
                count += 1
            if count != frames:
                raise MediaFailed(
                    f"A rendered piece has {count} frames instead of {frames}.", piece=path.name
                )
            done += count


def _ranked_packets(path: Path, parameters: bytes | None) -> Iterator[tuple[int, av.Packet]]:
    """Packets in decoding order with their place in the order of presentation."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        if stream.codec_context.extradata != parameters:
            raise MediaFailed("The pieces of the render were encoded differently.", piece=path.name)
        packets = [p for p in container.demux(stream) if p.size]
        shown = {pts: rank for rank, pts in enumerate(sorted(p.pts for p in packets if p.pts is not None))}
        for packet in packets:
            assert packet.pts is not None
            yield shown[packet.pts], packet


def _reorder_delay(path: Path) -> int:
    """How many frames decoding runs ahead of presentation."""
    with av.open(str(path)) as container:
        times = [p.pts for p in container.demux(container.streams.video[0]) if p.size and p.pts is not None]
    shown = {pts: rank for rank, pts in enumerate(sorted(times))}
    return max((number - shown[pts] for number, pts in enumerate(times)), default=0)
