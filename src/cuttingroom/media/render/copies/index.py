"""What the packets of a source say without decoding: when each picture is shown and where copying may begin.

decoding order       I0 P3 B1 B2 | I4 P7 B5 B6      rank = place in the order of presentation
clean prefix points  ^           ^             ^    all packets before are all pictures before
"""

from __future__ import annotations

import hashlib
import io
import json
from array import array
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import av
import av.error
import numpy as np
from av.container import InputContainer
from numpy.typing import NDArray

from cuttingroom.core import clock
from cuttingroom.core.errors import Canceled, MediaFailed
from cuttingroom.core.hashing import hash_json
from cuttingroom.core.time import TICKS_PER_SECOND, Rate, round_half_up
from cuttingroom.media.limits import DEFAULT_LIMITS, MediaLimits
from cuttingroom.media.probe import MediaFacts, open_container
from cuttingroom.media.render.cache import INDEXES, RenderCache
from cuttingroom.media.render.copies.pictures import PictureScan

_VERSION = 1
"""Part of every key: an index that means something else must not be found."""

_CHECKSUM_BYTES = hashlib.sha256().digest_size
_ASK_SECONDS = 0.1
_JITTER = 0.25
"""How far a picture may lie from its place on an even grid, in frames, as in `rates`."""

_TIMED_CONTAINERS = ("mov", "matroska", "mpegts", "flv")
"""These say when each picture is shown; AVI and raw streams leave it to the decoder."""

_ARRAYS = ("times", "ranks", "starts", "closed", "clean")


@dataclass(frozen=True, eq=False)
class SourceIndex:
    """The pictures of one source, counted from 0 in order of presentation.

    `times` (int64, frames) are presentation times in `time_base`, ascending. `ranks` (int32, frames) is the
    place of each packet, in decoding order, in the order of presentation. `starts` are frames at which
    decoding can begin, `closed` those of H.264 at which copying can: nothing after refers to anything before.
    `clean` (bool, frames + 1) says whether the first n packets are the first n pictures. `delay` is how many
    frames decoding runs ahead. `length_size` is the size of the lengths in the packets, 0 for start codes;
    `extradata` is an avcC with lengths of four bytes. `refusal` is empty, or why nothing may be copied.
    """

    codec: str
    stream: int
    time_base: Fraction
    rate: Rate
    origin_ticks: int
    times: NDArray[np.int64]
    ranks: NDArray[np.int32]
    starts: NDArray[np.int32]
    closed: NDArray[np.int32]
    clean: NDArray[np.bool_]
    delay: int
    length_size: int
    extradata: bytes
    refusal: str

    @property
    def frames(self) -> int:
        return len(self.times)

    @cached_property
    def key_ticks(self) -> tuple[int, ...]:
        """When the pictures are shown at which decoding may begin, on the file's clock."""
        scale = self.time_base * TICKS_PER_SECOND
        return tuple(round_half_up(int(t) * scale) - self.origin_ticks for t in self.times[self.starts])


class _Reader(Protocol):
    """What `_scan` fills for one packet at a time."""

    def add(self, packet: av.Packet) -> None: ...


def load_index(
    path: Path,
    sha256: str,
    facts: MediaFacts,
    cache: RenderCache,
    is_canceled: Callable[[], bool] | None = None,
    limits: MediaLimits = DEFAULT_LIMITS,
) -> SourceIndex:
    """The index of the first picture stream, read from the file once and from the cache afterwards.

    `sha256` is the content of the file. Raises MediaRefused or OSError when it cannot be read, Canceled.
    """
    key = hash_json(["source index", _VERSION, sha256, facts.video[0].index])
    found = cache.find(INDEXES, key)
    if found is not None:
        try:
            return read_index(found)
        except (OSError, ValueError):
            cache.discard(INDEXES, key)
    index = build_index(path, facts, is_canceled, limits)
    cache.put(INDEXES, key, lambda part: write_index(part, index))
    return index


def build_index(
    path: Path,
    facts: MediaFacts,
    is_canceled: Callable[[], bool] | None = None,
    limits: MediaLimits = DEFAULT_LIMITS,
) -> SourceIndex:
    """Read all packets of the first picture stream. Raises MediaRefused, MediaFailed,
    OSError or Canceled."""
    video = facts.video[0]
    with open_container(path, limits) as container:
        stream = get_pictures(container, video.index, path)
        time_base = Fraction(stream.time_base or Fraction(1, 1000))
        scan = PictureScan(video.codec, stream.codec_context.extradata or b"")
        shown = _Shown()
        shown.is_whole = _read_packets(container.demux(stream), (shown, scan), is_canceled)
    return _make_index(facts, time_base, shown, scan)


def get_pictures(container: InputContainer, number: int, path: Path) -> av.VideoStream:
    """The picture stream of that number. Raises MediaFailed when there is none."""
    found = container.streams[number] if number < len(container.streams) else None
    if not isinstance(found, av.VideoStream) or found.codec_context is None:
        raise MediaFailed(
            f"{path.name} is no longer what it was: the pictures are gone.",
            advice="Bring the file in again.",
            file=path.name,
        )
    return found


class _Shown:
    """Times and key frames of the pictures that the file shows. Edit lists mark the others."""

    def __init__(self) -> None:
        self.times = array("q")
        self.keys = array("i")
        self.is_timed = True
        self.is_edited = False
        self.is_whole = True

    def add(self, packet: av.Packet) -> None:
        if packet.is_discard:
            self.is_edited = True
            return
        at = packet.pts if packet.pts is not None else packet.dts
        self.is_timed = self.is_timed and packet.pts is not None
        if packet.is_keyframe:
            self.keys.append(len(self.times))
        self.times.append(at if at is not None else (self.times[-1] if self.times else 0))


def _read_packets(packets: Any, readers: tuple[_Reader, ...], is_canceled: Callable[[], bool] | None) -> bool:
    """Feed every packet. False when damage ends the file early. Raises Canceled."""
    asked = clock.monotonic()
    try:
        for packet in packets:
            if packet.size:
                for reader in readers:
                    reader.add(packet)
            if is_canceled is not None and clock.monotonic() - asked > _ASK_SECONDS:
                if is_canceled():
                    raise Canceled("Reading the source was canceled.")
                asked = clock.monotonic()
    except (av.error.FFmpegError, IndexError):  # PyAV raises IndexError where a stream begins in the middle
        return False
    return True


def _make_index(facts: MediaFacts, time_base: Fraction, shown: _Shown, scan: PictureScan) -> SourceIndex:
    video = facts.video[0]
    times = np.array(shown.times, np.int64)
    order = np.argsort(times, kind="stable")
    places = np.arange(len(times), dtype=np.int32)
    ranks = np.empty(len(times), np.int32)
    ranks[order] = places
    clean = np.concatenate([[True], np.maximum.accumulate(ranks) == places])
    times = times[order]
    delay = int((places - ranks).max(initial=0))
    scan.declare(delay)
    refusal = (
        scan.refusal
        or _container_refusal(facts.container)
        or _times_refusal(shown, times, time_base, video.rate)
    )
    begins = np.array(scan.begins if not refusal else (), np.int32)
    closed = begins[clean[begins] & (ranks[begins] == begins)]
    keys = np.array(shown.keys, np.int32)
    return SourceIndex(
        codec=video.codec,
        stream=video.index,
        time_base=time_base,
        rate=video.rate,
        origin_ticks=facts.origin_ticks,
        times=times,
        ranks=ranks,
        starts=np.sort(ranks[keys]),
        closed=closed,
        clean=clean,
        delay=delay,
        length_size=scan.length_size,
        extradata=scan.extradata,
        refusal=refusal or ("" if len(closed) else "no picture in it begins anew (no closed group)"),
    )


def _container_refusal(container: str) -> str:
    if container.startswith(_TIMED_CONTAINERS):
        return ""
    return f"files of this kind ({container}) do not say when each picture is shown"


def _times_refusal(shown: _Shown, times: NDArray[np.int64], time_base: Fraction, rate: Rate) -> str:
    if not shown.is_whole:
        return "it is damaged"
    if not len(times) or not shown.is_timed:
        return "some pictures carry no time"
    if shown.is_edited or times[0] < 0:
        return "an edit list hides a part of it"
    if len(times) > 1 and not np.diff(times).all():
        return "two pictures carry the same time"
    step = float(1 / (rate.fraction * time_base))
    off = np.abs(times - times[0] - np.arange(len(times)) * step)
    return "its frame rate varies" if off.max() > step * _JITTER else ""


def write_index(path: Path, index: SourceIndex) -> None:
    """Raises OSError."""
    head = {
        "codec": index.codec,
        "stream": index.stream,
        "time_base": str(index.time_base),
        "rate": str(index.rate),
        "origin_ticks": index.origin_ticks,
        "delay": index.delay,
        "length_size": index.length_size,
        "extradata": index.extradata.hex(),
        "refusal": index.refusal,
    }
    arrays = {name: getattr(index, name) for name in _ARRAYS}
    stored = io.BytesIO()
    np.savez(stored, allow_pickle=False, head=np.array(json.dumps(head)), **arrays)
    data = stored.getvalue()
    path.write_bytes(hashlib.sha256(data).digest() + data)


def read_index(path: Path) -> SourceIndex:
    """Raises OSError, and ValueError when the file is not exactly what was written."""
    whole = path.read_bytes()
    checksum, data = whole[:_CHECKSUM_BYTES], whole[_CHECKSUM_BYTES:]
    if hashlib.sha256(data).digest() != checksum:
        raise ValueError("The stored index is damaged")
    with np.load(io.BytesIO(data), allow_pickle=False) as stored:
        head: dict[str, Any] = json.loads(str(stored["head"]))
        arrays: dict[str, Any] = {name: stored[name] for name in _ARRAYS}
    return SourceIndex(
        **{
            **head,
            "time_base": Fraction(head["time_base"]),
            "rate": Rate.of(head["rate"]),
            "extradata": bytes.fromhex(head["extradata"]),
        },
        **arrays,
    )


def frame_at(index: SourceIndex, ticks: int, frame_ticks: int | None = None) -> int:
    """The frame that is shown at `ticks` of the file's clock, in a picture that lasts `frame_ticks`.

    `frame_ticks` is a frame of the output in source time; without it, a frame of the source. The same as
    ffmpeg's `fps=round=near`: the last frame less than half a picture later, or the first of all.
    """
    moment = 2 * (index.origin_ticks + ticks) + (frame_ticks or index.rate.frame_ticks)
    scale = index.time_base * TICKS_PER_SECOND

    def doubled(time: np.int64) -> int:
        return 2 * round_half_up(int(time) * scale)

    return max(0, bisect_left(index.times, moment, key=doubled) - 1)


def shown_run(index: SourceIndex, ticks: int, count: int) -> tuple[int, int, int] | None:
    """Of `count` output frames at the source's rate from `ticks` on, the longest stretch that shows frames of
    the source one after another: how many output frames come before it, and the frames [first, end).

    None when even that would be a single frame. Elsewhere a copy would not show the same: a frame is held or
    left out, as where sound begins before the pictures or ends after them.
    """
    frame = index.rate.frame_ticks
    limits = 2 * (index.origin_ticks + ticks + np.arange(count, dtype=np.int64) * frame) + frame
    first = frame_at(index, ticks)
    known = 2 * _ticks(index, index.times[first : first + count + 1])
    shown = np.maximum(0, first - 1 + np.searchsorted(known, limits, side="left"))
    breaks = np.flatnonzero(np.diff(shown) != 1) + 1
    edges = np.concatenate([[0], breaks, [count]])
    longest = int(np.argmax(np.diff(edges)))
    begin, end = int(edges[longest]), int(edges[longest + 1])
    if end - begin < 2:
        return None
    return begin, int(shown[begin]), int(shown[end - 1]) + 1


def _ticks(index: SourceIndex, times: NDArray[np.int64]) -> NDArray[np.int64]:
    """Times in ticks, halves away from zero, as ffmpeg's `settb` rounds them."""
    scale = index.time_base * TICKS_PER_SECOND
    whole, rest = np.divmod(np.abs(times), scale.denominator)
    rounded = (2 * rest * scale.numerator + scale.denominator) // (2 * scale.denominator)
    return np.sign(times) * (whole * scale.numerator + rounded)
