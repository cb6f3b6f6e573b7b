"""A minute of 720p: the program's render of an edit beside one ffmpeg command that somebody wrote by hand.

Six cuts, a crossfade, a title and music that ducks under the voice, with the same encoder settings. Both are
whole processes with the same ffmpeg. Ours also looks for black, frozen and silent spans and counts frames.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psutil

from benchmarks.grounds import temporary_folder
from benchmarks.measure import Figure, Series
from cuttingroom.core.time import TICKS_PER_SECOND, Rate, TimeRange, seconds_to_ticks
from cuttingroom.media.ffmpeg import find_ffmpeg
from cuttingroom.media.probe import probe
from cuttingroom.media.render.fonts import FONTS_FOLDER, place_fonts
from cuttingroom.media.render.profiles import FINAL
from cuttingroom.media.render.run import render
from cuttingroom.timeline.edits.add_music import AddMusic
from cuttingroom.timeline.edits.add_title import AddTitle
from cuttingroom.timeline.edits.append import Append
from cuttingroom.timeline.edits.base import Edit, MediaRef
from cuttingroom.timeline.edits.crossfade import Crossfade
from cuttingroom.timeline.edits.keep_ranges import KeepRanges
from cuttingroom.timeline.model import Timeline, TimelineSettings, Track, TrackKind

RUNS = 3
SOURCE_SECONDS, MUSIC_SECONDS, RESULT_SECONDS = 72, 70, 60
STARTS = (0, 12, 24, 36, 48, 60)
LENGTHS = (10, 10, 10, 10, 10, 11)
LOOK_SECONDS = 0.05
PEER = "one ffmpeg command by hand"


def run() -> list[Figure]:
    ours: list[tuple[float, float]] = []
    peer: list[tuple[float, float]] = []
    with temporary_folder() as folder:
        make_media(folder)
        place_fonts(folder)
        for n in range(RUNS):
            ours.append(_spend([sys.executable, "-m", "benchmarks.render", str(folder), f"ours_{n}.mp4"]))
            peer.append(_spend(by_hand(folder, folder / f"peer_{n}.mp4")))
            for name in ("ours", "peer"):
                made = probe(folder / f"{name}_{n}.mp4")
                assert abs(made.duration_ticks - RESULT_SECONDS * TICKS_PER_SECOND) < TICKS_PER_SECOND / 10
    return [
        _figure("wall time", "s", ours, peer, 0),
        _figure("peak memory of all processes", "MB", ours, peer, 1),
    ]


def _figure(
    name: str, unit: str, ours: list[tuple[float, float]], peer: list[tuple[float, float]], n: int
) -> Figure:
    mine, theirs = (Series(tuple(pair[n] for pair in pairs)) for pairs in (ours, peer))
    return Figure(
        "render", f"60 s of 720p, {name}", unit, mine.median, mine.best, theirs.median, PEER, runs=RUNS
    )


def _spend(command: list[str]) -> tuple[float, float]:
    """Seconds and peak megabytes of a command with all its children."""
    start, peak = time.perf_counter(), 0
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        watched = psutil.Process(process.pid)
        while process.poll() is None:
            peak = max(peak, _resident_bytes(watched))
            time.sleep(LOOK_SECONDS)
    assert process.returncode == 0, command
    return time.perf_counter() - start, peak / 1e6


def _resident_bytes(process: psutil.Process) -> int:
    total = 0
    try:
        for one in (process, *process.children(recursive=True)):
            total += one.memory_info().rss
    except psutil.Error:
        return total
    return total


def make_media(folder: Path) -> None:
    """A film of moving patterns with a voice-like tone that comes and goes, and a tune."""
    picture = f"testsrc2=size=1280x720:rate=30:duration={SOURCE_SECONDS}"
    voice = f"aevalsrc=0.3*sin(2*PI*220*t)*gt(mod(t\\,4)\\,1.5):s=48000:d={SOURCE_SECONDS}"
    tune = f"aevalsrc=0.3*sin(2*PI*330*t)|0.3*sin(2*PI*440*t):s=48000:d={MUSIC_SECONDS}"
    _ffmpeg(
        *(
            "-f",
            "lavfi",
            "-i",
            picture,
            "-f",
            "lavfi",
            "-i",
            voice,
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
        ),
        *(
            "-crf",
            "18",
            "-pix_fmt",
            "yuv420p",
            "-g",
            "60",
            "-c:a",
            "aac",
            "-shortest",
            str(folder / "film.mp4"),
        ),
    )
    _ffmpeg("-f", "lavfi", "-i", tune, "-c:a", "aac", str(folder / "tune.m4a"))


def _ffmpeg(*arguments: str) -> None:
    subprocess.run(_command(*arguments), check=True, stdin=subprocess.DEVNULL)


def _command(*arguments: str) -> list[str]:
    return [find_ffmpeg(), "-hide_banner", "-loglevel", "error", "-y", *arguments]


def by_hand(folder: Path, out: Path) -> list[str]:
    """What somebody who knows ffmpeg would type for the same edit."""
    inputs: list[str] = []
    for start, length in zip(STARTS, LENGTHS, strict=True):
        inputs += ["-ss", str(start), "-t", str(length), "-i", str(folder / "film.mp4")]
    first = "".join(f"[{n}:v]" for n in range(5))
    voices = "".join(f"[{n}:a]" for n in range(5))
    font = folder / FONTS_FOLDER / "Inter-Bold.otf"
    graph = ";".join(
        [
            f"{first}concat=n=5:v=1,settb=1/30[cut]",
            "[5:v]settb=1/30[last]",
            "[cut][last]xfade=transition=fade:duration=1:offset=49[faded]",
            f"[faded]drawtext=fontfile={font}:text='The harbour':fontsize=h*0.07:fontcolor=white:borderw=3"
            ":x=(w-text_w)/2:y=(h-text_h)/2:enable='between(t,2,6)'[v]",
            f"{voices}concat=n=5:v=0:a=1[said]",
            "[said][5:a]acrossfade=d=1,asplit[voice][key]",
            f"[6:a]atrim=end={RESULT_SECONDS},volume=-18dB,afade=in:d=1,afade=out:st=58:d=2[bed]",
            "[bed][key]sidechaincompress=threshold=0.02:ratio=4:attack=20:release=400[ducked]",
            "[voice][ducked]amix=inputs=2:duration=first:normalize=0[a]",
        ]
    )
    encoders = ["-c:v", "libx264", "-preset", FINAL.preset, "-crf", str(FINAL.crf), "-g", "60"]
    sound = ["-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", f"{FINAL.audio_kbps}k", "-movflags", "+faststart"]
    maps = ["-filter_complex", graph, "-map", "[v]", "-map", "[a]"]
    return _command(*inputs, "-i", str(folder / "tune.m4a"), *maps, *encoders, *sound, str(out))


def the_edit() -> Timeline:
    """The same edit as the program knows it."""
    film = MediaRef(artifact_id="film", media_ticks=seconds_to_ticks(SOURCE_SECONDS), name="film.mp4")
    tune = MediaRef(artifact_id="tune", media_ticks=seconds_to_ticks(MUSIC_SECONDS), has_picture=False)
    kept = tuple(_span(start, start + length) for start, length in zip(STARTS, LENGTHS, strict=True))
    settings = TimelineSettings(width=1280, height=720, rate=Rate(num=30))
    timeline = Timeline(settings=settings, tracks=(Track(kind=TrackKind.VIDEO),))
    for edit in (Append(media=film), KeepRanges(ranges=kept)):
        timeline = edit.apply(timeline)
    *_, left, right = timeline.tracks[0].elements
    last: tuple[Edit, ...] = (
        Crossfade(left_id=left.id, right_id=right.id, duration_ticks=TICKS_PER_SECOND),
        AddTitle(text="The harbour", at_ticks=seconds_to_ticks(2), duration_ticks=seconds_to_ticks(4)),
        AddMusic(media=tune),
    )
    for edit in last:
        timeline = edit.apply(timeline)
    assert timeline.duration_ticks == RESULT_SECONDS * TICKS_PER_SECOND
    return timeline


def _span(start: float, end: float) -> TimeRange:
    return TimeRange.between(seconds_to_ticks(start), seconds_to_ticks(end))


def main(folder: Path, name: str) -> None:
    """Our side, in a process of its own."""
    files = {"film": folder / "film.mp4", "tune": folder / "tune.m4a"}
    work = folder / f"work_{name}"
    work.mkdir()
    render(the_edit(), files, folder / name, facts={k: probe(p) for k, p in files.items()}, work=work)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
