"""What a file is, before anything trusts it: containers are read in-process, decoders run in a subprocess."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import av
import av.error
from av.container import InputContainer
from av.stream import Disposition

from cuttingroom.core.errors import MediaFailed, MediaRefused
from cuttingroom.core.text import clean_name
from cuttingroom.core.time import TICKS_PER_SECOND, Frozen, Rate, Ratio, Ticks, round_half_up
from cuttingroom.media import ffmpeg
from cuttingroom.media.limits import DEFAULT_LIMITS, MediaLimits
from cuttingroom.media.packets import StreamScan, scan_packets
from cuttingroom.media.rates import find_rate
from cuttingroom.media.suspects import check_playlist, find_encryption, find_picture_format

HDR_TRANSFERS = frozenset({"smpte2084", "arib-std-b67"})
"""PQ and HLG, as ffmpeg names them (ITU-R BT.2100)."""

_STILL_FORMATS = frozenset(ffmpeg.PICTURE_FORMATS)
_MOST_CHAPTERS = 1000
_SHORT_BY = 0.05
"""A file with less than 95 % of the time it declares counts as truncated."""


class VideoFacts(Frozen):
    """One picture stream. `width` and `height` are as displayed: after pixel shape and rotation."""

    index: int
    codec: str
    width: int
    height: int
    coded_width: int
    coded_height: int
    rotation: int
    pixel_aspect: Ratio
    pixel_format: str
    rate: Rate
    is_variable: bool
    frame_count: int
    start_ticks: Ticks
    duration_ticks: Ticks
    colour_transfer: str
    colour_primaries: str
    colour_space: str
    is_hdr: bool
    interlaced: bool


class AudioFacts(Frozen):
    index: int
    codec: str
    sample_rate: int
    channels: int
    language: str
    start_ticks: Ticks
    duration_ticks: Ticks


class SubtitleFacts(Frozen):
    index: int
    codec: str
    language: str


class ChapterFacts(Frozen):
    start_ticks: Ticks
    name: str


class MediaFacts(Frozen):
    """What `probe` found. Times are on the file's own clock, which starts at 0 with its first packet.

    `video` and `audio` hold every stream; the first of each is the one that is played. `origin_ticks` is
    what the container itself calls that first moment (MPEG-TS rarely begins at 0).
    """

    container: str
    duration_ticks: Ticks
    size_bytes: int
    origin_ticks: Ticks = 0
    video: tuple[VideoFacts, ...] = ()
    audio: tuple[AudioFacts, ...] = ()
    subtitles: tuple[SubtitleFacts, ...] = ()
    chapters: tuple[ChapterFacts, ...] = ()
    is_still: bool = False
    title: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def has_picture(self) -> bool:
        return bool(self.video)

    @property
    def has_sound(self) -> bool:
        return bool(self.audio)

    def to_json(self) -> dict[str, Any]:
        extra = {"has_picture": self.has_picture, "has_sound": self.has_sound}
        return {**self.model_dump(mode="json"), **extra}


Reason = Literal[
    "missing", "empty", "not_media", "corrupt", "truncated", "encrypted", "playlist",
    "too_large", "too_many_streams", "unsupported_codec", "unsupported_format",
]  # fmt: skip


def refuse(path: Path, reason: Reason, why: str, advice: str = "", **detail: Any) -> MediaRefused:
    """One clear sentence about a file that cannot be used."""
    return MediaRefused(f"{path.name} {why}.", advice=advice, reason=reason, file=path.name, **detail)


def probe(
    path: Path, limits: MediaLimits = DEFAULT_LIMITS, *, is_canceled: Callable[[], bool] | None = None
) -> MediaFacts:
    """Facts about a file, after reading all its packets and decoding its first picture and sound.

    Raises MediaRefused with `detail["reason"]`, or Canceled.
    """
    size_bytes = _check_file(path, limits)
    check_playlist(path)
    if scheme := find_encryption(path):
        advice = "Export a copy without copy protection, then try again."
        raise refuse(path, "encrypted", f"is encrypted ({scheme})", advice)
    with open_container(path, limits) as container:
        _check_streams(container, path, limits)
        declared = Fraction(container.duration or 0, av.time_base)
        if declared > Fraction(limits.max_media_hours * 3600):
            raise refuse(path, "too_large", f"says it lasts {float(declared) / 3600:.0f} hours")
        scans = scan_packets(container, is_canceled)
        facts = _gather(container, path, scans, size_bytes, limits, is_canceled)
    _check_duration(path, facts, declared)
    return facts


def _check_file(path: Path, limits: MediaLimits) -> int:
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "does not exist"
        raise refuse(path, "missing", what, "Check the path.")
    size_bytes = path.stat().st_size
    if size_bytes == 0:
        raise refuse(path, "empty", "is empty (0 bytes)")
    if size_bytes > limits.max_media_bytes:
        raise refuse(
            path, "too_large", f"has {size_bytes} bytes; at most {limits.max_media_bytes} are allowed"
        )
    return size_bytes


def open_container(path: Path, limits: MediaLimits) -> InputContainer:
    """Open an untrusted file in-process, for its packets. Raises MediaRefused, or OSError when it is gone."""
    options = {
        "protocol_whitelist": "file",
        "format_whitelist": ",".join(ffmpeg.FORMATS),
        "codec_whitelist": ",".join(ffmpeg.CODECS),
        "max_streams": str(limits.max_streams + 1),  # one more, to see that there are too many
        "max_pixels": str(limits.max_pixels),
    }
    try:
        picture = find_picture_format(path)
        return av.open(str(path.absolute()), format=picture, options=options, metadata_errors="replace")
    except (av.error.FFmpegError, ValueError) as error:
        raise _opening_failure(path, error) from error


def _opening_failure(path: Path, error: Exception) -> MediaRefused:
    with path.open("rb") as file:
        head = file.read(16)
    if head[4:8] == b"ftyp" or head[:4] in (b"\x1aE\xdf\xa3", b"RIFF", b"OggS"):
        advice = "The file may be cut off: copy or download it again."
        reason = "truncated" if head[4:8] == b"ftyp" else "corrupt"
        return refuse(path, reason, f"starts like a media file but cannot be read ({_short(error)})", advice)
    if isinstance(error, av.error.ArgumentError):
        advice = "Convert it to MP4, MOV, MKV or WebM first."
        return refuse(path, "unsupported_format", "is of a kind that is not accepted", advice)
    return refuse(path, "not_media", "is not a video, sound or picture file")


def _short(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).split(":")[0].lower()


def _check_streams(container: InputContainer, path: Path, limits: MediaLimits) -> None:
    if len(container.streams) > limits.max_streams:
        found = len(container.streams)
        raise refuse(
            path, "too_many_streams", f"has {found} streams; at most {limits.max_streams} are allowed"
        )
    for stream in container.streams.video:
        context = stream.codec_context
        if context is not None and context.width * context.height > limits.max_pixels:
            size = f"{context.width}x{context.height}"
            raise refuse(
                path, "too_large", f"has pictures of {size}; at most {limits.max_pixels} pixels are allowed"
            )
    _check_codecs(container, path)
    if not container.streams.video and not container.streams.audio:
        raise refuse(path, "not_media", "has neither picture nor sound")


def _check_codecs(container: InputContainer, path: Path) -> None:
    for stream in (*container.streams.video, *container.streams.audio):
        name = stream.codec_context.name if stream.codec_context is not None else "an unknown codec"
        if name not in ffmpeg.CODECS:
            advice = "Convert it to H.264 or H.265 with AAC sound first."
            raise refuse(path, "unsupported_codec", f"uses {name}, which is not accepted", advice, codec=name)


def _gather(
    container: InputContainer,
    path: Path,
    scans: dict[int, StreamScan],
    size_bytes: int,
    limits: MediaLimits,
    is_canceled: Callable[[], bool] | None,
) -> MediaFacts:
    origin = Fraction(container.start_time or 0, av.time_base)
    pictures = [s for s in container.streams.video if not _is_cover(s) and scans[s.index].count]
    sounds = [s for s in container.streams.audio if scans[s.index].count]
    if not pictures and not sounds:
        raise refuse(path, "truncated", "has a header but no pictures or sound behind it")
    first = [s.index for s in (pictures[:1] + sounds[:1])]
    look = _decode_first(path, first, limits, is_canceled)
    still = container.format.name in _STILL_FORMATS or (
        not sounds and container.format.name in ("gif", "apng") and scans[pictures[0].index].count == 1
    )
    video = tuple(_video_facts(s, scans[s.index], look if s is pictures[0] else {}, origin) for s in pictures)
    audio = tuple(_audio_facts(s, scans[s.index], origin) for s in sounds)
    ends = [x.start_ticks + x.duration_ticks for x in (*video[:1], *audio[:1])]
    broken = sum(scans[s.index].corrupt for s in (*pictures, *sounds))
    return MediaFacts(
        container=container.format.name,
        duration_ticks=0 if still else max(1, *ends),
        size_bytes=size_bytes,
        origin_ticks=round_half_up(origin * TICKS_PER_SECOND),
        video=video,
        audio=audio,
        subtitles=tuple(
            SubtitleFacts(
                index=s.index, codec=s.codec_context.name if s.codec_context else "?", language=_language(s)
            )
            for s in container.streams.subtitles
        ),
        chapters=tuple(_chapter_facts(c) for c in container.chapters()[:_MOST_CHAPTERS]),
        is_still=still,
        title=_clean(container.metadata.get("title", "")),
        warnings=tuple(_warnings(video, audio, broken, still)),
    )


def _chapter_facts(chapter: Any) -> ChapterFacts:
    """Chapters count from the first moment of the file, whatever its clock says then."""
    start = round_half_up(chapter["start"] * Fraction(chapter["time_base"]) * TICKS_PER_SECOND)
    return ChapterFacts(start_ticks=start, name=clean_name(chapter["metadata"].get("title", "")).strip())


def _is_cover(stream: Any) -> bool:
    """A picture pasted into a sound file is not a video."""
    return bool(stream.disposition & Disposition.attached_pic)


def _language(stream: Any) -> str:
    return _clean(stream.metadata.get("language", ""))[:16]


def _clean(text: str) -> str:
    return "".join(c for c in text if c.isprintable()).strip()[:500]


def _video_facts(stream: Any, scan: StreamScan, look: dict[str, Any], origin: Fraction) -> VideoFacts:
    context = stream.codec_context
    aspect = look.get("pixel_aspect") or Fraction(stream.sample_aspect_ratio or 1) or Fraction(1)
    width, height = look.get("size", (context.width, context.height))
    rate, is_variable = find_rate(scan.times, stream.time_base, stream.average_rate or stream.guessed_rate)
    transfer = look.get("transfer", "unknown")
    start, length = scan.extent(stream.time_base, rate.frame_ticks)
    return VideoFacts(
        index=stream.index,
        codec=context.codec.canonical_name,
        width=max(1, round(width * aspect)) if aspect >= 1 else width,
        height=height if aspect >= 1 else max(1, round(height / aspect)),
        coded_width=context.width,
        coded_height=context.height,
        rotation=look.get("rotation", 0),
        pixel_aspect=Ratio.of(aspect),
        pixel_format=context.format.name if context.format else "unknown",
        rate=rate,
        is_variable=is_variable,
        frame_count=scan.count,
        start_ticks=start - round_half_up(origin * TICKS_PER_SECOND),
        duration_ticks=length,
        colour_transfer=transfer,
        colour_primaries=look.get("primaries", "unknown"),
        colour_space=look.get("space", "unknown"),
        is_hdr=transfer in HDR_TRANSFERS,
        interlaced=look.get("interlaced", False),
    )


def _audio_facts(stream: Any, scan: StreamScan, origin: Fraction) -> AudioFacts:
    context = stream.codec_context
    start, length = scan.extent(stream.time_base, 0)
    return AudioFacts(
        index=stream.index,
        codec=context.codec.canonical_name,
        sample_rate=context.sample_rate or 48_000,
        channels=context.layout.nb_channels,
        language=_language(stream),
        start_ticks=start - round_half_up(origin * TICKS_PER_SECOND),
        duration_ticks=length,
    )


def _warnings(
    video: tuple[VideoFacts, ...], audio: tuple[AudioFacts, ...], broken: int, still: bool
) -> list[str]:
    found: list[str] = []
    if broken:
        found.append(f"{broken} packets are marked as damaged")
    if video and not still:
        first = video[0]
        notes = [
            (first.is_variable, "The frame rate varies; edits use " + str(first.rate) + " frames per second"),
            (first.is_hdr, "The picture is HDR and will be converted to standard range"),
            (first.interlaced, "The picture is interlaced and will be deinterlaced"),
            (not audio, "There is no sound"),
        ]
        found += [text for applies, text in notes if applies]
    return found


_SHOWN = re.compile(r"n:\s*0 .*?sar:(\d+)/(\d+) s:(\d+)x(\d+) i:(.)")
_COLOURS = re.compile(r"color_space:(\S+) color_primaries:(\S+) color_trc:(\S+)")
_TOO_LARGE = re.compile(r"Picture size (\d+x\d+) (?:is invalid|exceeds)")
_ROTATION = re.compile(r"display ?matrix: rotation of (-?[\d.]+) degrees", re.IGNORECASE)


def _decode_first(
    path: Path, indexes: list[int], limits: MediaLimits, is_canceled: Callable[[], bool] | None
) -> dict[str, Any]:
    """What the first picture looks like. Raises MediaRefused when the start cannot be decoded."""
    lines: list[str] = []
    outputs: list[str] = []
    for index in indexes:
        outputs += ["-map", f"0:{index}", "-frames", "1", "-f", "null", "-"]
    outputs[2:2] = ["-filter:v", "showinfo"]
    try:
        arguments = [*ffmpeg.input_arguments(path, limits=limits), *outputs]
        ffmpeg.run(arguments, limits=limits, on_line=lines.append, is_canceled=is_canceled)
    except MediaFailed as error:
        if size := next((m for line in lines if (m := _TOO_LARGE.search(line))), None):
            allowed = f"at most {limits.max_pixels} pixels are allowed"
            raise refuse(path, "too_large", f"has pictures of {size[1]}; {allowed}") from error
        why = error.message.removeprefix("ffmpeg failed: ").rstrip(".!")
        raise refuse(path, "corrupt", f"cannot be decoded: {why}") from error
    return _read_look("\n".join(lines), indexes[0])


def _read_look(log: str, index: int) -> dict[str, Any]:
    """Size, colours and interlacing from `showinfo`; rotation from the description of stream `index`."""
    look: dict[str, Any] = {}
    described = log.partition("Output #0")[0].partition(f"Stream #0:{index}")[2].partition("Stream #0:")[0]
    if shown := _SHOWN.search(log):
        num, den, width, height = (int(g) for g in shown.groups()[:4])
        look |= {"size": (width, height), "interlaced": shown[5] in "TB"}
        look |= {"pixel_aspect": Fraction(num, den)} if num and den else {}
    if colours := _COLOURS.search(log):
        look |= {"space": colours[1], "primaries": colours[2], "transfer": colours[3]}
    if turned := _ROTATION.search(described):
        look["rotation"] = round(-float(turned[1])) % 360
    return look


def _check_duration(path: Path, facts: MediaFacts, declared: Fraction) -> None:
    present = Fraction(facts.duration_ticks, TICKS_PER_SECOND)
    if (
        facts.is_still
        or declared <= 0
        or declared - present <= max(declared * Fraction(_SHORT_BY), Fraction(1, 2))
    ):
        return
    raise refuse(
        path,
        "truncated",
        f"says it lasts {float(declared):.1f} s but only {float(present):.1f} s are there",
        "Copy or download the file again.",
        declared_seconds=float(declared),
        present_seconds=float(present),
    )
