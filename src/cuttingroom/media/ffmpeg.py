"""The one place that starts a process: ffmpeg, bounded in time, memory, disk and input formats.

No shell, no user text in the arguments. Every file is named `file:` + absolute path, so that a name such as
`-i.mp4` or `http:x` means nothing. Text that people write reaches ffmpeg in files only.
"""

from __future__ import annotations

import os
import re
import selectors
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

import imageio_ffmpeg

from cuttingroom.core import clock
from cuttingroom.core.errors import Canceled, MediaFailed, StorageFailed
from cuttingroom.core.time import TICKS_PER_SECOND
from cuttingroom.media.limits import DEFAULT_LIMITS, MediaLimits
from cuttingroom.media.suspects import find_picture_format

PICTURE_FORMATS: Final = ("png_pipe", "jpeg_pipe", "webp_pipe", "bmp_pipe", "tiff_pipe")
FORMATS: Final = (
    *("mov", "mp4", "m4a", "3gp", "3g2", "mj2", "matroska", "webm", "mpegts", "mpeg", "avi", "flv", "asf"),
    *("ogg", "wav", "w64", "mp3", "flac", "aac", "ac3", "aiff", "caf", "gif", "apng", "mxf"),
    *PICTURE_FORMATS,
)
"""Containers that hold their own media. What can name another file is absent: HLS, DASH, concat, SDP."""

CODECS: Final = (
    *("h264", "hevc", "av1", "libdav1d", "vp8", "vp9", "libvpx", "libvpx-vp9", "mpeg4", "mpeg1video"),
    *("mpeg2video", "mjpeg", "prores", "dnxhd", "h263", "flv", "theora", "wmv1", "wmv2", "wmv3", "vc1"),
    *("msmpeg4v2", "msmpeg4v3", "ffv1", "rawvideo", "png", "apng", "webp", "gif", "bmp", "tiff", "dvvideo"),
    *("aac", "aac_latm", "mp3", "mp3float", "mp2", "mp2float", "opus", "libopus", "vorbis", "flac", "alac"),
    *("ac3", "eac3", "dca", "wmav1", "wmav2", "wmapro", "amrnb", "amrwb", "pcm_s16le", "pcm_s16be"),
    *("pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_s32be", "pcm_f32le", "pcm_f32be", "pcm_f64le", "pcm_u8"),
    *("pcm_s8", "pcm_alaw", "pcm_mulaw", "adpcm_ima_wav", "adpcm_ima_qt", "adpcm_ms"),
    *("mov_text", "subrip", "srt", "webvtt", "ass", "ssa", "text"),
)
"""Decoders that may run. The rest are attack surface: MagicYUV's was CVE-2026-8461."""

_KEPT_LINES = 40
_LONGEST_LINE = 4_000
_POLL_SECONDS = 0.1
_STOPPED_BY_SIGNAL = 255
"""ffmpeg catches SIGXCPU, SIGTERM and SIGINT and exits with this, and logs which at level info."""
_CAUGHT = re.compile(r"Exiting normally, received signal ([0-9]{1,2})\.")
_FROM_OUTSIDE = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
"""What people, service managers and the system short of memory send; no fault of the media raises them."""
_LAUNCHER = Path(__file__).with_name("launch.py")


@dataclass(frozen=True)
class Progress:
    """How far ffmpeg has come in what it writes."""

    frame: int = 0
    out_ticks: int = 0


@dataclass(frozen=True)
class Outcome:
    """What a finished run left: the last lines of its log and how far it came."""

    log: tuple[str, ...]
    progress: Progress


@dataclass
class _Reader:
    """Splits a stream of bytes into lines of bounded length."""

    on_line: Callable[[str], None]
    rest: bytes = b""

    def feed(self, data: bytes) -> None:
        *lines, self.rest = (self.rest + data).replace(b"\r", b"\n").split(b"\n")
        for line in lines:
            if line:
                self.on_line(line[:_LONGEST_LINE].decode(errors="replace"))
        self.rest = self.rest[:_LONGEST_LINE]

    def finish(self) -> None:
        self.feed(b"\n")


def input_arguments(
    path: Path,
    *options: str,
    limits: MediaLimits = DEFAULT_LIMITS,
    formats: Sequence[str] = FORMATS,
    codecs: Sequence[str] = CODECS,
) -> list[str]:
    """The arguments for one untrusted input; `options` (our own, such as `-ss`) come before `-i`.

    With `seek_arguments` and the global `-copyts`, times in the graph are those of the container.
    """
    allowed = ["-protocol_whitelist", "file", "-format_whitelist", ",".join(formats)]
    bounds = ["-codec_whitelist", ",".join(codecs), "-max_pixels", str(limits.max_pixels)]
    picture = find_picture_format(path) if "-f" not in options else None
    forced = ["-f", picture] if picture else []
    return [*allowed, *bounds, *forced, *options, "-i", f"file:{path.absolute()}"]


def output_argument(path: Path) -> str:
    return f"file:{path.absolute()}"


def seconds_argument(ticks: int) -> str:
    """Ticks as the decimal seconds that ffmpeg reads, to the microsecond, never in exponent form."""
    sign, ticks = ("-", -ticks) if ticks < 0 else ("", ticks)
    micros = (ticks * 1_000_000 + TICKS_PER_SECOND // 2) // TICKS_PER_SECOND
    return f"{sign}{micros // 1_000_000}.{micros % 1_000_000:06d}"


def seek_arguments(ticks: int) -> tuple[str, ...]:
    """Open at the key frame at or before `ticks` of the file's clock, keeping what comes before."""
    return ("-noaccurate_seek", "-ss", seconds_argument(ticks)) if ticks > 0 else ()


@cache
def find_ffmpeg() -> str:
    """The path of the program, from the wheel. Raises MediaFailed when there is none that is new enough."""
    try:
        path = imageio_ffmpeg.get_ffmpeg_exe()
    except RuntimeError as error:
        raise MediaFailed("There is no ffmpeg program.", advice="Reinstall imageio-ffmpeg.") from error
    return path


@cache
def ffmpeg_version() -> str:
    """The build in use, such as `n9.0.2-17-g2a571b6068`: a part of every cache key. Raises MediaFailed."""
    shown = subprocess.run(
        [find_ffmpeg(), "-version"], capture_output=True, text=True, check=False, timeout=60
    )
    words = shown.stdout.split()
    if shown.returncode or len(words) < 3:
        raise MediaFailed(
            "ffmpeg does not start.", advice="Reinstall imageio-ffmpeg.", log=shown.stderr[-500:]
        )
    return words[2]


def run(
    arguments: Sequence[str],
    *,
    limits: MediaLimits = DEFAULT_LIMITS,
    folder: Path | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    on_line: Callable[[str], None] | None = None,
    on_data: Callable[[bytes], None] | None = None,
    is_canceled: Callable[[], bool] | None = None,
) -> Outcome:
    """Run ffmpeg in `folder` until it has finished, judged by its exit code.

    `on_line` gets each line of the log (level info; errors only without it). With `on_data`, what ffmpeg
    writes to `pipe:1` goes there instead of progress. `is_canceled` is asked at least four times a second.
    Nothing of the process group outlives the call. Raises Canceled, StorageFailed when the disk is full,
    else MediaFailed with the last line of the log.
    """
    process = _start(arguments, limits, folder, wants_data=on_data is not None, wants_log=on_line is not None)
    watch = _Watch(process, limits, on_progress, on_line, on_data, is_canceled)
    try:
        watch.follow()
        code = process.wait()
    finally:
        _kill(process)
    if code:
        raise _failure(code, watch.log, limits)
    return Outcome(tuple(watch.log), watch.progress)


def _start(
    arguments: Sequence[str], limits: MediaLimits, folder: Path | None, *, wants_data: bool, wants_log: bool
) -> subprocess.Popen[bytes]:
    bounds = [os.getpid(), limits.cpu_seconds, limits.output_bytes, limits.memory_bytes]
    launcher = [sys.executable, "-I", "-S", str(_LAUNCHER), *map(str, bounds)]
    level = ["-v", "info" if wants_log else "error", "-nostats"]
    progress = [] if wants_data else ["-progress", "pipe:1", "-stats_period", "0.25"]
    always = ["-hide_banner", "-nostdin", "-y", "-xerror", *level, *progress]
    # PDEATHSIG follows the thread that starts the process: that thread also waits for it, in `run`.
    return subprocess.Popen(
        [*launcher, find_ffmpeg(), *always, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/nonexistent"},
        start_new_session=True,
    )


@dataclass
class _Watch:
    """Reads both pipes of a process, without threads, so that neither can block it."""

    process: subprocess.Popen[bytes]
    limits: MediaLimits
    on_progress: Callable[[Progress], None] | None
    on_line: Callable[[str], None] | None
    on_data: Callable[[bytes], None] | None
    is_canceled: Callable[[], bool] | None
    log: deque[str] = field(default_factory=lambda: deque[str](maxlen=_KEPT_LINES))
    progress: Progress = Progress()
    _moved_at: float = field(default_factory=clock.monotonic)

    def follow(self) -> None:
        """Return when both pipes are closed. Raises Canceled, and MediaFailed when nothing moves."""
        assert self.process.stdout
        assert self.process.stderr
        log, steps = _Reader(self._take_line), _Reader(self._take_step)
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stderr, selectors.EVENT_READ, log.feed)
            selector.register(
                self.process.stdout, selectors.EVENT_READ, self._take_data if self.on_data else steps.feed
            )
            while selector.get_map():
                self._check()
                for key, _ in selector.select(_POLL_SECONDS):
                    data = os.read(key.fd, 1 << 16)
                    if data:
                        key.data(data)
                    else:
                        selector.unregister(key.fileobj)
        log.finish()

    def _check(self) -> None:
        if self.is_canceled is not None and self.is_canceled():
            raise Canceled("The work on this media was canceled.")
        if clock.monotonic() - self._moved_at > self.limits.stall_seconds:
            raise MediaFailed(
                f"ffmpeg made no progress for {self.limits.stall_seconds:g} s and was stopped.",
                log=list(self.log),
            )

    def _take_line(self, line: str) -> None:
        self.log.append(line)
        if self.on_line is not None:
            self.on_line(line)

    def _take_data(self, data: bytes) -> None:
        assert self.on_data
        self._moved_at = clock.monotonic()
        self.on_data(data)

    def _take_step(self, line: str) -> None:
        name, _, value = line.strip().partition("=")
        before = self.progress
        if name == "frame" and value.isdigit():
            self.progress = Progress(int(value), before.out_ticks)
        elif name == "out_time_us" and value.lstrip("-").isdigit():
            self.progress = Progress(before.frame, int(value) * TICKS_PER_SECOND // 1_000_000)
        if self.progress != before:
            self._moved_at = clock.monotonic()
        if name == "progress" and self.on_progress is not None:
            self.on_progress(self.progress)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the whole group and reap it; the group's id is the leader's, since it has its own session."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()


def was_ended_from_outside(error: MediaFailed) -> bool:
    """Whether `run` raised this because somebody ended ffmpeg, and not for its media or its limits.

    A signal that ffmpeg catches is known for certain only when its log was wanted.
    """
    return error.detail.get("signal") in [s.name for s in _FROM_OUTSIDE]


def _find_signal(code: int, log: deque[str]) -> signal.Signals | None:
    """What ended ffmpeg; None when it ended by itself, or when its log does not tell."""
    known = {s.value: s for s in signal.Signals}
    if code < 0:
        return known.get(-code)
    caught = [m for m in map(_CAUGHT.fullmatch, map(str.strip, log)) if m]
    return known.get(int(caught[-1][1])) if caught and code == _STOPPED_BY_SIGNAL else None


def _failure(code: int, log: deque[str], limits: MediaLimits) -> MediaFailed | StorageFailed:
    text = "\n".join(log)
    if "No space left on device" in text or "Disk quota exceeded" in text:
        return StorageFailed("The disk is full.", log=list(log)[-5:])
    ended_by = _find_signal(code, log)
    if ended_by is signal.SIGXFSZ or "File too large" in text:
        reason, ended_by = f"the file would be larger than {limits.output_bytes} bytes", None
    elif ended_by is signal.SIGXCPU:
        reason = f"it used more than {limits.cpu_seconds} s of processor time"
    elif ended_by is not None:
        reason = f"it was ended by {ended_by.name}"
    elif code == _STOPPED_BY_SIGNAL:
        reason = f"it was stopped from outside or used more than {limits.cpu_seconds} s of processor time"
    else:
        reason = log[-1].strip() if log else f"exit code {code}"
    name = ended_by.name if ended_by else None
    return MediaFailed(f"ffmpeg failed: {reason}", exit_code=code, signal=name, log=list(log)[-10:])
