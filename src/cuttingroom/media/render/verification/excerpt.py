"""Parts of a film as a small film of their own, so that one decoder can look at them and at nothing else.

film      | I p p p | I p p p | I p p p | I p p p |        wanted: something in the second and the last group
excerpt   | I p p p | I p p p |                            packets by copy, times counted anew
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error

from cuttingroom.core.errors import Canceled, MediaFailed
from cuttingroom.core.time import Rate, TimeRange, merge_ranges
from cuttingroom.media.limits import DEFAULT_LIMITS, MediaLimits
from cuttingroom.media.probe import open_container
from cuttingroom.media.render.layers import Piece
from cuttingroom.media.render.verification.film import PictureOrder

_ASK_EVERY = 50


@dataclass(frozen=True)
class Part:
    """Frames of a film, which are shown from frame `at` of the excerpt on."""

    piece: Piece
    at: int

    @property
    def end(self) -> int:
        return self.at + self.piece.frames


def choose_parts(order: PictureOrder, wanted: Iterable[Piece]) -> list[Part]:
    """The fewest parts, in order of time, that hold all `wanted` frames and can be decoded by themselves."""
    covers = [order.cover(p) for p in wanted if p.first < min(p.end, order.frames)]
    pieces: list[Piece] = []
    for cover in sorted(covers, key=lambda p: p.first):
        if pieces and cover.first <= pieces[-1].end:
            pieces[-1] = Piece(pieces[-1].first, max(pieces[-1].end, cover.end))
        else:
            pieces.append(cover)
    parts: list[Part] = []
    for piece in pieces:
        parts.append(Part(piece, parts[-1].end if parts else 0))
    return parts


def on_the_film(
    found: Iterable[TimeRange], parts: Sequence[Part], rate: Rate, least_ticks: int
) -> list[TimeRange]:
    """Stretches of an excerpt on the clock of its film, without what is shorter than `least_ticks` there."""
    ranges: list[TimeRange] = []
    for stretch in found:
        for part in parts:
            start = max(stretch.start_ticks, rate.ticks(part.at))
            end = min(stretch.end_ticks, rate.ticks(part.end))
            if end - start >= least_ticks:
                shift = rate.ticks(part.piece.first - part.at)
                ranges.append(TimeRange.between(start + shift, end + shift))
    return merge_ranges(ranges)


def write_excerpt(
    film: Path,
    out: Path,
    stream: int,
    order: PictureOrder,
    parts: Sequence[Part],
    rate: Rate,
    is_canceled: Callable[[], bool] | None = None,
    limits: MediaLimits = DEFAULT_LIMITS,
) -> None:
    """Write `out`, whose suffix names a container that can hold the pictures, by copying packets.

    Raises MediaFailed when the film is no longer what was put in `order`, Canceled.
    """
    time_base, step = Fraction(1, rate.num), rate.den
    try:
        with open_container(film, limits) as source, av.open(str(out), "w") as target:
            pictures: Any = source.streams[stream]
            copy = target.add_stream_from_template(pictures, opaque=True)
            copy.time_base = time_base
            for part in parts:
                first = part.piece.first
                for number, packet in enumerate(_packets(source, pictures, order, part.piece)):
                    if is_canceled is not None and number % _ASK_EVERY == 0 and is_canceled():
                        raise Canceled("Checking the file was canceled.")
                    rank = int(order.times.searchsorted(packet.pts))
                    packet.stream = copy
                    packet.time_base = time_base
                    packet.pts = (part.at + rank - first) * step
                    packet.dts = (part.at + number - order.delay) * step
                    packet.duration = step
                    target.mux(packet)
    except av.error.FFmpegError as error:
        raise MediaFailed(f"Parts of {film.name} cannot be read again: {error.strerror}.") from error


def _packets(source: Any, stream: Any, order: PictureOrder, piece: Piece) -> Iterator[Any]:
    """The packets of `piece`, in decoding order. Seeking may land late, so it starts again from the front."""
    wanted = int(order.decoded[piece.first])
    for moment in (wanted, int(order.decoded[0])):
        source.seek(moment, stream=stream)
        count = 0
        for packet in source.demux(stream):
            if not packet.size or packet.dts is None:
                continue
            if packet.dts < wanted:
                continue
            if packet.dts > wanted and not count:
                break
            yield packet
            count += 1
            if count == piece.frames:
                return
        if count:
            break
    raise MediaFailed("The file changed while it was being checked.", advice="Check it again.")
