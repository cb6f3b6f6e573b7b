"""Encoding: a run of neighbouring spans through one ffmpeg process, cut into segments at their borders."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import av

from cuttingroom.core.hashing import hash_json
from cuttingroom.core.time import TICKS_PER_SECOND, Rate, TimeRange
from cuttingroom.media import ffmpeg
from cuttingroom.media.analyze.readings import Readings
from cuttingroom.media.limits import MediaLimits
from cuttingroom.media.render.cache import SEGMENTS, RenderCache
from cuttingroom.media.render.coders import VideoCodec
from cuttingroom.media.render.encoders import run_container, video_arguments
from cuttingroom.media.render.fonts import FONTS_FOLDER
from cuttingroom.media.render.graph import RenderGraph, Span
from cuttingroom.media.render.layers import Piece
from cuttingroom.media.render.picture import TAGS
from cuttingroom.media.render.profiles import VideoCoding
from cuttingroom.media.render.segment import (
    Packet,
    Segment,
    Stretches,
    read_head,
    split_packets,
    write_segment,
)

_DESCRIBED = ("h264", "hevc", "av1")
"""The muxer describes the others by their first picture, and DNxHR wrongly when it is given a description."""


def encode_run(
    graph: RenderGraph,
    spans: Sequence[Span],
    files: Mapping[str, Path],
    folder: Path,
    *,
    threads: int,
    limits: MediaLimits,
    on_frame: Callable[[int], None],
    is_canceled: Callable[[], bool],
) -> list[Segment]:
    """A segment for each of `spans`, which follow each other. `folder` is new, beside the fonts.

    Raises MediaFailed, StorageFailed or Canceled; `folder` is gone afterwards.
    """
    piece, seen = Piece(spans[0].piece.first, spans[-1].piece.end), Readings()
    folder.mkdir()
    try:
        made, arguments = _prepare(graph, spans, piece, files, folder, threads, limits)
        ffmpeg.run(
            arguments,
            limits=limits,
            folder=folder,
            on_progress=lambda p: on_frame(min(p.frame, piece.frames)),
            on_line=seen.take,
            is_canceled=is_canceled,
        )
        on_frame(piece.frames)
        whole = read_run(made, graph.coding.codec, seen, graph.rate, piece.frames)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return split_packets(whole, [s.frames for s in spans])


def _prepare(
    graph: RenderGraph,
    spans: Sequence[Span],
    piece: Piece,
    files: Mapping[str, Path],
    folder: Path,
    threads: int,
    limits: MediaLimits,
) -> tuple[Path, list[str]]:
    """Write what ffmpeg reads beside the media; returns the file that it will make and its arguments."""
    arguments = write_graph(graph, piece, files, folder, threads, limits)
    made = folder / f"run.{run_container(graph.coding.codec)}"
    arguments += ["-map", "[out]"]
    arguments += ["-frames:v", str(piece.frames), "-fps_mode", "passthrough", "-an", "-map_metadata", "-1"]
    arguments += [*video_arguments(graph.coding, graph.rate), *_key_frames(graph.rate, spans)]
    arguments += ["-threads", str(threads), ffmpeg.output_argument(made), "-map", "[tap]", "-f", "null", "-"]
    return made, arguments


def write_graph(
    graph: RenderGraph,
    piece: Piece,
    files: Mapping[str, Path],
    folder: Path,
    threads: int,
    limits: MediaLimits,
    more: str = "",
) -> list[str]:
    """Write the graph of a piece, with `more` after it, into `folder`, beside the fonts; returns arguments
    up to its outputs `[out]` and `[tap]`."""
    (folder / FONTS_FOLDER).symlink_to(folder.parent.absolute() / FONTS_FOLDER)
    picture = graph.picture(piece)
    for name, text in picture.texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    for name, table in picture.tables.items():
        (folder / name).write_text(table.text(), encoding="ascii")
    (folder / "graph.txt").write_text(picture.filters + more, encoding="utf-8")
    arguments = ["-copyts"]
    for source in picture.inputs:
        options = ("-threads", str(threads), *source.options)
        arguments += ffmpeg.input_arguments(files[source.artifact_id], *options, limits=limits)
    return [*arguments, "-filter_complex_threads", str(threads), "-/filter_complex", "graph.txt"]


def own_description(
    coding: VideoCoding, size: tuple[int, int], rate: Rate, cache: RenderCache, limits: MediaLimits
) -> bytes:
    """The decoder's configuration of all pictures encoded here with these settings: of one, encoded once.

    Raises MediaFailed, StorageFailed or OSError.
    """
    build = ffmpeg.ffmpeg_version()
    key = hash_json(["one picture", build, coding.model_dump(mode="json"), list(size), str(rate)])
    found = cache.find(SEGMENTS, key)
    if found is None:
        with TemporaryDirectory() as folder:
            made = Path(folder) / f"one.{run_container(coding.codec)}"
            source = f"color=s={size[0]}x{size[1]}:r={rate.fraction},format={coding.pixel_format},{TAGS}[out]"
            arguments = ["-filter_complex", source, "-map", "[out]", "-frames:v", "1"]
            arguments += [*video_arguments(coding, rate), ffmpeg.output_argument(made)]
            ffmpeg.run(arguments, limits=limits)
            segment = read_run(made, coding.codec, Readings(), rate, 1)
        found = cache.put(SEGMENTS, key, lambda part: write_segment(part, segment))
    return read_head(found).extradata


def _key_frames(rate: Rate, spans: Sequence[Span]) -> list[str]:
    """Half a frame early, so that rounding to microseconds never forces the frame after."""
    first = spans[0].piece.first
    starts = [s.piece.first - first for s in spans[1:]]
    if not starts:
        return []
    times = [ffmpeg.seconds_argument(rate.ticks(n) - rate.frame_ticks // 2) for n in starts]
    return ["-force_key_frames", ",".join(times)]


def read_run(path: Path, codec: VideoCodec, seen: Readings, rate: Rate, frames: int) -> Segment:
    """All packets of a file that ffmpeg made, as one segment."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        found = [(bytes(p), p.pts, p.is_keyframe) for p in container.demux(stream) if p.size]
        shown = {pts: rank for rank, pts in enumerate(sorted(pts for _, pts, _ in found if pts is not None))}
        packets = [Packet(data, shown[pts], is_key) for data, pts, is_key in found if pts is not None]
        context = stream.codec_context
        return Segment(
            codec=codec,
            width=context.width,
            height=context.height,
            extradata=bytes(context.extradata or b"") if codec in _DESCRIBED else b"",
            packets=tuple(packets),
            init=_init(stream, path.suffix[1:]),
            black=_frames(seen.black(), rate, frames),
            frozen=_frames(seen.frozen(rate.ticks(frames)), rate, frames),
        )


def _init(stream: Any, container: str) -> bytes:
    """The head of a file for such a stream, without pictures: a template for muxers."""
    head = io.BytesIO()
    with av.open(head, "w", format=container, options={"movflags": "empty_moov"}) as target:
        copy = target.add_stream_from_template(stream, opaque=True)
        copy.time_base = Fraction(1, TICKS_PER_SECOND // 1000)
        target.start_encoding()
    return head.getvalue()


def _frames(ranges: Sequence[TimeRange], rate: Rate, frames: int) -> Stretches:
    """Ranges in frames; what is seen of a frame counts as the whole of it."""
    stretches = ((r.start_ticks // rate.frame_ticks, -(-r.end_ticks // rate.frame_ticks)) for r in ranges)
    return tuple((a, min(b, frames)) for a, b in stretches if min(b, frames) > a)
