"""Rendering: a timeline and its files become one MP4, pieces side by side, sound in one pass."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av

from cuttingroom.core.errors import Canceled, InvalidInput, MediaFailed, MediaRefused
from cuttingroom.core.ids import new_token
from cuttingroom.core.time import Rate, TimeRange, merge_ranges
from cuttingroom.media import ffmpeg
from cuttingroom.media.analyze.readings import Readings
from cuttingroom.media.limits import DEFAULT_LIMITS, MediaLimits
from cuttingroom.media.probe import MediaFacts
from cuttingroom.media.render.fonts import find_missing_signs, place_fonts
from cuttingroom.media.render.graph import (
    Piece,
    build_picture,
    hdr_sources,
    picture_tracks,
    plan_pieces,
)
from cuttingroom.media.render.join import join_video
from cuttingroom.media.render.levels import SoundWindow, quiet_ranges, sound_windows
from cuttingroom.media.render.profiles import FINAL, Profile
from cuttingroom.media.render.sound import (
    CHANNELS,
    SAMPLE_RATE,
    TICKS_PER_SAMPLE,
    Mixer,
    Samples,
    SoundClip,
    decode_chain,
    plan_sound,
)
from cuttingroom.timeline.model import CaptionSource, MediaSource, StillSource, TextSource, Timeline

_MOST_ELEMENTS = 12
_CLIPS_AT_ONCE = 8
_PEAK = 0.891  # -1 dBFS: AAC overshoots a little
_WAIT_SECONDS = 0.1

Report = Callable[[float, str], None]


@dataclass(frozen=True)
class RenderFacts:
    """What was made, and what was seen and heard on the way: the finished file is held against it.

    `black`, `frozen` and `silent` are stretches of the composed picture and the mix, before encoding.
    """

    path: Path
    frame_count: int
    duration_ticks: int
    width: int
    height: int
    rate: Rate
    size_bytes: int
    pieces: int
    profile: str
    ffmpeg: str
    has_sound: bool
    notes: tuple[str, ...] = ()
    black: tuple[TimeRange, ...] = ()
    frozen: tuple[TimeRange, ...] = ()
    silent: tuple[TimeRange, ...] = ()
    sound: tuple[SoundWindow, ...] = ()

    def to_json(self) -> dict[str, Any]:
        shown = (
            "frame_count",
            "duration_ticks",
            "width",
            "height",
            "size_bytes",
            "pieces",
            "profile",
            "ffmpeg",
        )
        values = {name: getattr(self, name) for name in shown}
        spans = ("black", "frozen", "silent")
        return {
            **values,
            **{name: [[r.start_ticks, r.end_ticks] for r in getattr(self, name)] for name in spans},
            "rate": str(self.rate),
            "has_sound": self.has_sound,
            "notes": list(self.notes),
            "sound": [window.to_json() for window in self.sound],
        }


@dataclass(frozen=True)
class _Job:
    """What every part of one render needs."""

    timeline: Timeline
    files: Mapping[str, Path]
    facts: Mapping[str, MediaFacts]
    profile: Profile
    work: Path
    limits: MediaLimits
    stop: threading.Event = field(default_factory=threading.Event)
    done: dict[int, int] = field(default_factory=dict[int, int])
    black: list[TimeRange] = field(default_factory=list[TimeRange])
    frozen: list[TimeRange] = field(default_factory=list[TimeRange])


def render(
    timeline: Timeline,
    files: Mapping[str, Path],
    out: Path,
    profile: Profile = FINAL,
    *,
    facts: Mapping[str, MediaFacts],
    work: Path,
    report: Report | None = None,
    is_canceled: Callable[[], bool] | None = None,
    limits: MediaLimits = DEFAULT_LIMITS,
    cores: int | None = None,
    piece_seconds: float | None = None,
) -> RenderFacts:
    """Render `timeline` to `out`. `files` and `facts` are by artifact id; `work` is a private empty folder.

    `cores` pieces are made at a time. `out` appears only when it is whole: the frames are counted first.
    `report` and `is_canceled` are called from this thread only. Raises InvalidInput for an empty timeline,
    MediaRefused for a missing file, MediaFailed, StorageFailed or Canceled; then nothing has the name `out`.
    """
    _check(timeline, files, facts)
    place_fonts(work)
    job = _Job(timeline, files, facts, profile, work, limits)
    rate = timeline.rate
    cores = cores or os.cpu_count() or 1
    target = (
        _target_frames(timeline, cores) if piece_seconds is None else round(piece_seconds * rate.fraction)
    )
    pieces = plan_pieces(timeline, target_frames=max(1, target), max_elements=_MOST_ELEMENTS)
    clips = plan_sound(timeline, facts)
    batches = [clips[n : n + _CLIPS_AT_ONCE] for n in range(0, len(clips), _CLIPS_AT_ONCE)]
    tasks = [_picture_task(job, piece) for piece in pieces] + [_decode_task(job, batch) for batch in batches]
    _run_all(job, tasks, cores, report, is_canceled)
    levels = _mix(job, clips, is_canceled)
    video = _join(job, pieces)
    made = _mux(job, video, is_canceled)
    _publish(made, out)
    if report is not None:
        report(1.0, "Rendered")
    return _facts(job, out, pieces, clips, levels)


def _check(timeline: Timeline, files: Mapping[str, Path], facts: Mapping[str, MediaFacts]) -> None:
    if timeline.duration_ticks == 0:
        raise InvalidInput(
            "The timeline is empty: there is nothing to render.", advice="Insert some media first."
        )
    for track in timeline.tracks:
        for element in track.elements:
            if not isinstance(element.source, (MediaSource, StillSource)):
                continue
            artifact_id = element.source.artifact_id
            if artifact_id not in facts or artifact_id not in files or not files[artifact_id].is_file():
                raise MediaRefused(
                    f"The file of element {element.id} is missing.", reason="missing", artifact_id=artifact_id
                )


def _target_frames(timeline: Timeline, cores: int) -> int:
    """Ten seconds, less when there would be fewer pieces than cores, at least two seconds."""
    rate = timeline.rate.fraction
    share = timeline.rate.frames(timeline.duration_ticks) // cores + 1
    return max(round(2 * rate), min(round(10 * rate), share))


def _picture_task(job: _Job, piece: Piece) -> Callable[[], None]:
    def encode() -> None:
        width, height = job.profile.frame_size(job.timeline.settings)
        graph = build_picture(job.timeline, job.facts, piece, width, height)
        for name, text in graph.texts.items():
            (job.work / name).write_text(text, encoding="utf-8")
        script = job.work / f"picture_{piece.first}.txt"
        script.write_text(graph.filters, encoding="utf-8")
        arguments = ["-copyts"]
        for source in graph.inputs:
            path = job.files[source.artifact_id]
            arguments += ffmpeg.input_arguments(path, "-threads", "2", *source.options, limits=job.limits)
        arguments += ["-filter_complex_threads", "1", "-/filter_complex", script.name, "-map", "[out]"]
        arguments += ["-frames:v", str(piece.frames), "-fps_mode", "passthrough", *_x264(job)]
        arguments += [ffmpeg.output_argument(_piece_path(job, piece)), "-map", "[tap]", "-f", "null", "-"]
        seen = Readings()
        ffmpeg.run(
            arguments,
            limits=job.limits,
            folder=job.work,
            on_progress=lambda p: job.done.__setitem__(piece.first, min(p.frame, piece.frames)),
            on_line=seen.take,
            is_canceled=job.stop.is_set,
        )
        job.done[piece.first] = piece.frames
        start, length = job.timeline.rate.ticks(piece.first), job.timeline.rate.ticks(piece.frames)
        job.black.extend(r.shifted(start) for r in seen.black())
        job.frozen.extend(r.shifted(start) for r in seen.frozen(length))

    return encode


def _piece_path(job: _Job, piece: Piece) -> Path:
    return job.work / f"piece_{piece.first}.mp4"


def _x264(job: _Job) -> list[str]:
    keyframe = round(job.profile.keyframe_seconds * job.timeline.rate.fraction)
    quality = ["-preset", job.profile.preset, "-crf", str(job.profile.crf), "-g", str(keyframe)]
    tags = ["-color_range", "tv", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"]
    return [
        "-an",
        "-c:v",
        "libx264",
        *quality,
        "-threads",
        "1",
        "-pix_fmt",
        "yuv420p",
        *tags,
        "-map_metadata",
        "-1",
    ]


def _decode_task(job: _Job, clips: Sequence[SoundClip]) -> Callable[[], None]:
    def decode() -> None:
        arguments: list[str] = []
        chains: list[str] = []
        outputs: list[str] = []
        for number, clip in enumerate(clips):
            options, chain = decode_chain(clip, job.facts[clip.artifact_id], number)
            arguments += ffmpeg.input_arguments(job.files[clip.artifact_id], *options, limits=job.limits)
            chains.append(chain)
            outputs += ["-map", f"[o{number}]", "-f", "f32le", "-c:a", "pcm_f32le"]
            outputs.append(ffmpeg.output_argument(_sound_path(job, clip)))
        script = job.work / f"sound_{clips[0].element.id}.txt"
        script.write_text(";\n".join(chains) + "\n", encoding="utf-8")
        ffmpeg.run(
            ["-copyts", *arguments, "-/filter_complex", script.name, *outputs],
            limits=job.limits,
            folder=job.work,
            is_canceled=job.stop.is_set,
        )

    return decode


def _sound_path(job: _Job, clip: SoundClip) -> Path:
    return job.work / f"sound_{clip.element.id}.f32"


def _run_all(
    job: _Job,
    tasks: Sequence[Callable[[], None]],
    cores: int,
    report: Report | None,
    is_canceled: Callable[[], bool] | None,
) -> None:
    """Run tasks side by side; the first failure, or a cancel, stops the rest before it is raised."""
    with ThreadPoolExecutor(cores, thread_name_prefix="render") as pool:
        waiting: set[Future[None]] = {pool.submit(task) for task in tasks}
        try:
            while waiting:
                finished, waiting = wait(waiting, timeout=_WAIT_SECONDS, return_when=FIRST_COMPLETED)
                for future in finished:
                    future.result()
                if is_canceled is not None and is_canceled():
                    raise Canceled("The render was canceled.")
                if report is not None:
                    report(0.95 * _share(job), "Rendering")
        finally:
            job.stop.set()
            pool.shutdown(cancel_futures=True)


def _share(job: _Job) -> float:
    """The part of the frames that is encoded."""
    return min(1.0, sum(job.done.values()) / job.timeline.rate.frames(job.timeline.duration_ticks))


def _mix(job: _Job, clips: Sequence[SoundClip], is_canceled: Callable[[], bool] | None) -> Samples:
    """Mix and encode the sound to `sound.m4a`; returns the levels of the mix."""

    def go_on(_share: float) -> None:
        if is_canceled is not None and is_canceled():
            raise Canceled("The render was canceled.")

    raw = job.work / "mix.f32"
    total = job.timeline.duration_ticks // TICKS_PER_SAMPLE
    decoded = {clip.element.id: _sound_path(job, clip) for clip in clips}
    levels = Mixer(clips, decoded, total).write(raw, go_on)
    source = ffmpeg.input_arguments(
        raw, "-f", "f32le", "-ar", str(SAMPLE_RATE), "-ch_layout", "stereo",
        limits=job.limits, formats=("f32le",), codecs=("pcm_f32le",),
    )  # fmt: skip
    limiter = f"alimiter=limit={_PEAK}:level=false:latency=true"
    coding = ["-af", limiter, "-c:a", "aac", "-b:a", f"{job.profile.audio_kbps}k", "-ac", str(CHANNELS)]
    ffmpeg.run(
        [*source, *coding, ffmpeg.output_argument(job.work / "sound.m4a")],
        limits=job.limits,
        is_canceled=is_canceled,
    )
    return levels


def _join(job: _Job, pieces: Sequence[Piece]) -> Path:
    video = job.work / "video.mp4"
    join_video([(_piece_path(job, p), p.frames) for p in pieces], video, job.timeline.rate)
    return video


def _mux(job: _Job, video: Path, is_canceled: Callable[[], bool] | None) -> Path:
    made = job.work / "whole.mp4"
    sources = [*ffmpeg.input_arguments(video), *ffmpeg.input_arguments(job.work / "sound.m4a")]
    copying = [
        "-map",
        "0:v:0",
        "-map",
        "1:a:0",
        "-c",
        "copy",
        "-map_metadata",
        "-1",
        "-movflags",
        "+faststart",
    ]
    ffmpeg.run([*sources, *copying, ffmpeg.output_argument(made)], limits=job.limits, is_canceled=is_canceled)
    expected = job.timeline.rate.frames(job.timeline.duration_ticks)
    with av.open(str(made)) as container:
        count = sum(1 for p in container.demux(container.streams.video[0]) if p.size)
    if count != expected:
        raise MediaFailed(
            f"The render has {count} frames instead of {expected}.", frames=count, expected=expected
        )
    return made


def _publish(made: Path, out: Path) -> None:
    """Give the finished file its name in one step, also from another file system."""
    part = out.with_name(f".{out.name}.{new_token()}.part")
    try:
        shutil.move(made, part)
        os.replace(part, out)
    finally:
        part.unlink(missing_ok=True)


def _facts(
    job: _Job, out: Path, pieces: Sequence[Piece], clips: Iterable[SoundClip], levels: Samples
) -> RenderFacts:
    width, height = job.profile.frame_size(job.timeline.settings)
    frames = job.timeline.rate.frames(job.timeline.duration_ticks)
    return RenderFacts(
        path=out,
        frame_count=frames,
        duration_ticks=job.timeline.rate.ticks(frames),
        width=width,
        height=height,
        rate=job.timeline.rate,
        size_bytes=out.stat().st_size,
        pieces=len(pieces),
        profile=job.profile.name,
        ffmpeg=ffmpeg.ffmpeg_version(),
        has_sound=any(True for _ in clips),
        notes=tuple(_notes(job)),
        black=tuple(merge_ranges(job.black)),
        frozen=tuple(merge_ranges(job.frozen)),
        silent=tuple(quiet_ranges(levels)),
        sound=tuple(sound_windows(levels)),
    )


def _notes(job: _Job) -> Iterable[str]:
    if hdr_sources(job.timeline, job.facts):
        yield "HDR pictures were tone-mapped to standard range (BT.709)"
    elements = [e.source for t in picture_tracks(job.timeline) for e in t.elements]
    used = {s.artifact_id for s in elements if isinstance(s, MediaSource)}
    pictures = [job.facts[a].video[0] for a in used if job.facts[a].video]
    if any(video.is_variable for video in pictures):
        yield f"Sources with a variable frame rate were brought to {job.timeline.rate} frames per second"
    if any(video.interlaced for video in pictures):
        yield "Interlaced pictures were deinterlaced"
    written = (e.source for t in job.timeline.tracks for e in t.elements)
    texts = [s.text for s in written if isinstance(s, (TextSource, CaptionSource))]
    if missing := find_missing_signs("".join(texts)):
        yield f"The font that comes along has no signs for “{missing[:40]}”; install one that has"
