"""Other programs on the same edit. Who is not there is told with the reason and never guessed.

MoviePy and auto-editor need other versions of our libraries, so they get an environment of their own beside
the media, with `peers.txt`. melt is Debian's (`apt-get install melt`).
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from xml.sax.saxutils import quoteattr

from benchmarks.render.by_hand import Desk, list_captions
from benchmarks.render.edits import MUSIC_DB, Take, list_takes
from benchmarks.render.media import RATE, media_folder
from cuttingroom.media.render.fonts import FONTS_FOLDER, place_fonts
from cuttingroom.timeline.model import Timeline

HERE = Path(__file__).parent
_START_SECONDS = 120


class Absent(RuntimeError):
    """A peer is not on this machine; the message says why."""


@cache
def peers_environment() -> Path:
    """The folder of the peers' programs, installed once. Raises Absent."""
    home = media_folder() / "peers"
    done = home / "installed"
    wanted = (HERE / "peers.txt").read_text()
    if not done.exists() or done.read_text() != wanted:
        venv.create(home, with_pip=True, clear=True)
        install = [home / "bin" / "python", "-m", "pip", "install", "--quiet", "-r", HERE / "peers.txt"]
        found = subprocess.run(install, capture_output=True, text=True, check=False)
        if found.returncode:
            raise Absent(f"the peers cannot be installed: {_last_line(found.stderr)}")
        done.write_text(wanted)
    return home / "bin"


def moviepy_command(desk: Desk, timeline: Timeline, out: Path) -> list[str | Path]:
    """The same edit with MoviePy; its music does not give way to the voice. Raises Absent."""
    assert desk.profile.video is not None
    assert desk.profile.audio is not None
    place_fonts(desk.folder)
    job = {
        "film": str(desk.film.path),
        "music": str(desk.music.path) if desk.music else None,
        "music_factor": 10 ** (MUSIC_DB / 20),
        "rate": RATE,
        "takes": [[t.at, t.first, t.end, t.fade] for t in list_takes(timeline)],
        "captions": [[first, end, source.text] for first, end, source in list_captions(timeline)],
        "font": str(desk.folder / FONTS_FOLDER / "Inter-Bold.otf"),
        "preset": desk.profile.video.preset,
        "quality": desk.profile.video.quality,
        "kbps": desk.profile.audio.kbps,
        "out": str(out),
    }
    path = desk.folder / f"{out.stem}.moviepy.json"
    path.write_text(json.dumps(job))
    return [peers_environment() / "python", HERE / "moviepy_side.py", path]


def auto_editor_command(desk: Desk, timeline: Timeline, out: Path) -> list[str | Path]:
    """The same cuts with auto-editor, version 28 or newer, from a list of chunks. Raises Absent.

    The form "v1": chunks of [first frame, end frame, speed]; 99999 leaves a chunk out.
    """
    program = peers_environment() / "auto-editor"
    _require_running([program, "--version"])
    chunks: list[list[float]] = []
    at = 0
    for take in list_takes(timeline):
        if take.first > at:
            chunks.append([at, take.first, 99999.0])
        chunks.append([take.first, take.end, 1.0])
        at = take.end
    if at < desk.film.frames:
        chunks.append([at, desk.film.frames, 99999.0])
    path = desk.folder / f"{out.stem}.autoeditor.json"
    path.write_text(json.dumps({"version": "1", "source": str(desk.film.path), "chunks": chunks}))
    return [program, path, "--no-open", "--progress", "none", "-o", out]


def melt_command(desk: Desk, timeline: Timeline, out: Path) -> list[str | Path]:
    """The same edit with melt; its music does not give way to the voice. Raises Absent."""
    program = shutil.which("melt")
    if program is None:
        raise Absent("melt is not installed (Debian: apt-get install melt)")
    assert desk.profile.video is not None
    assert desk.profile.audio is not None
    document = desk.folder / f"{out.stem}.mlt"
    document.write_text(_mlt(desk, timeline))
    coding = desk.profile.video
    picture = ["vcodec=libx264", f"preset={coding.preset}", f"crf={coding.quality}", "vb=0"]
    pictures = [*picture, "pix_fmt=yuv420p", f"bf={coding.b_frames}", "g=60", "threads=0", "real_time=-2"]
    sound = ["acodec=aac", f"ab={desk.profile.audio.kbps}k", "ar=48000", "movflags=+faststart"]
    consumer = ["-consumer", f"avformat:{out}", *pictures, *sound, "terminate_on_pause=1", "-silent"]
    return [program, document, *consumer]


def _mlt(desk: Desk, timeline: Timeline) -> str:
    film = desk.film
    takes, total = list_takes(timeline), timeline.rate.frames(timeline.duration_ticks)
    captions = desk.write_captions(timeline, 0)
    parts = [
        f'<mlt><profile width="{film.width}" height="{film.height}" frame_rate_num="{RATE}" '
        'frame_rate_den="1" sample_aspect_num="1" sample_aspect_den="1" display_aspect_num="16" '
        'display_aspect_den="9" progressive="1" colorspace="709"/>',
        *(_producer(name, film.path) for name in ("film", "again")),
    ]
    entries: list[str] = []
    for n, take in enumerate(takes):
        later = takes[n + 1].fade if n + 1 < len(takes) else 0
        entries.append(f'<entry producer="film" in="{take.first + take.fade}" out="{take.end - later - 1}"/>')
        if later:
            parts.append(_mlt_fade(n, take, takes[n + 1]))
            entries.append(f'<entry producer="fade{n}" in="0" out="{later - 1}"/>')
    tracks = '<track producer="main"/>'
    mix = ""
    parts.append(f'<playlist id="main">{"".join(entries)}</playlist>')
    if desk.music is not None:
        volume = f'<filter mlt_service="volume" gain="{10 ** (MUSIC_DB / 20):.4f}"/>'
        parts.append(_producer("tune", desk.music.path, volume))
        parts.append(f'<playlist id="bed"><entry producer="tune" in="0" out="{total - 1}"/></playlist>')
        tracks += '<track producer="bed" hide="video"/>'
        mix = '<transition mlt_service="mix" a_track="0" b_track="1" always_active="1" sum="1"/>'
    drawn = f'<filter mlt_service="avfilter.subtitles" av.filename={quoteattr(str(captions))}/>'
    burned = drawn if captions else ""
    whole = f'<tractor id="all" in="0" out="{total - 1}"><multitrack>{tracks}</multitrack>{mix}{burned}'
    return "\n".join([*parts, whole, "</tractor></mlt>"])


def _producer(name: str, path: Path, inside: str = "") -> str:
    shown = f'<producer id="{name}" mlt_service="avformat" resource={quoteattr(str(path))}>'
    return f"{shown}{inside}</producer>"


def _mlt_fade(number: int, left: Take, right: Take) -> str:
    frames = right.fade
    old = f'<track producer="film" in="{left.end - frames}" out="{left.end - 1}"/>'
    new = f'<track producer="again" in="{right.first}" out="{right.first + frames - 1}"/>'
    until = f'in="0" out="{frames - 1}" a_track="0" b_track="1"'
    joins = f'<transition mlt_service="luma" {until}/><transition mlt_service="mix" {until} start="-1"/>'
    return f'<tractor id="fade{number}" in="0" out="{frames - 1}">{old}{new}{joins}</tractor>'


def _require_running(command: Sequence[str | Path]) -> None:
    """Some packages fetch their program when it is first called."""
    try:
        found = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=_START_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Absent(f"{Path(command[0]).name} does not start: {error}") from error
    if found.returncode:
        raise Absent(f"{Path(command[0]).name} does not start: {_last_line(found.stderr or found.stdout)}")


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1][:200] if lines else "it says nothing"


def tell_absent(error: Absent) -> None:
    """Say once that a peer was not run."""
    _tell(str(error))


@cache
def _tell(reason: str) -> None:
    print(f"not run: {reason}", file=sys.stderr)
