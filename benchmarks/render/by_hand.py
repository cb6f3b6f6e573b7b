"""The same work done by hand, by somebody who knows ffmpeg, with the encoder settings of the profile."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.render.edits import DUCK_DB, MUSIC_DB, Take, list_takes, takes_within
from benchmarks.render.media import RATE, SAMPLE_RATE, Film, Music
from cuttingroom.core.time import TICKS_PER_SECOND
from cuttingroom.media.ffmpeg import find_ffmpeg
from cuttingroom.media.render.fonts import FONTS_FOLDER, place_fonts
from cuttingroom.media.render.graphics.ass import FRAMES_PER_SECOND
from cuttingroom.media.render.graphics.drawing import draw_graphics
from cuttingroom.media.render.graphics.graphic import Graphic
from cuttingroom.media.render.profiles import Profile
from cuttingroom.timeline.model import CaptionSource, Timeline

FRAME_SAMPLES = SAMPLE_RATE // RATE
NAME = "one ffmpeg command by hand"
GROUP = 60
"""Key frames as often as ours."""


@dataclass(frozen=True)
class Desk:
    """A film, perhaps music, encoder settings and a folder to work in."""

    film: Film
    profile: Profile
    folder: Path
    music: Music | None = None

    def whole(self, timeline: Timeline, out: Path, *, lossless: bool = False) -> list[str | Path]:
        """One command for all: takes split off one decoder, joined, faded, captioned; music ducked."""
        takes = list_takes(timeline)
        chains = [_split(takes, "v"), _split(takes, "a"), *_trims(takes)]
        picture, sound = _joined(takes, chains)
        chains.append(f"[{picture}]{self._captions(timeline, 0)}[vout]")
        inputs: list[str | Path] = ["-i", self.film.path]
        if self.music is not None:
            inputs += ["-i", self.music.path]
            sound = _ducked(chains, sound, timeline)
        maps = ["-map", "[vout]", "-map", f"[{sound}]"]
        return self._command(inputs, chains, out, [*maps, *self._coders(lossless)])

    def stretch(self, timeline: Timeline, first: int, end: int, out: Path) -> list[str | Path]:
        """Only the pictures of the frames [first, end) of the output, where nothing fades."""
        takes = takes_within(list_takes(timeline), first, end)
        inputs: list[str | Path] = []
        for take in takes:
            inputs += ["-ss", f"{take.first / RATE:.6f}", "-i", self.film.path]
        chains = [f"[{n}:v]trim=end_frame={t.frames},setpts=PTS-STARTPTS[v{n}]" for n, t in enumerate(takes)]
        joined = "".join(f"[v{n}]" for n in range(len(takes)))
        chains.append(f"{joined}concat=n={len(takes)},settb=1/{RATE},fps={RATE}[cut]")
        chains.append(f"[cut]{self._captions(timeline, first)}[vout]")
        return self._command(inputs, chains, out, ["-map", "[vout]", *self._picture_coder()])

    def sound_again(self, timeline: Timeline, old: Path, out: Path) -> list[str | Path]:
        """All sound mixed and coded again, beside the pictures that are there."""
        takes = list_takes(timeline)
        chains = [_split(takes, "a"), *(c for c in _trims(takes) if "atrim" in c)]
        sound = _joined_sound(takes, chains)
        inputs: list[str | Path] = ["-vn", "-i", self.film.path]
        if self.music is not None:
            inputs += ["-i", self.music.path]
            sound = _ducked(chains, sound, timeline)
        inputs += ["-i", old]
        maps = ["-map", f"{2 if self.music else 1}:v", "-map", f"[{sound}]", "-c:v", "copy"]
        return self._command(inputs, chains, out, [*maps, *self._sound_coder()])

    def stream_copy(self, timeline: Timeline, out: Path) -> list[str | Path]:
        """Takes joined by the concat demuxer without encoding: cuts fall on key frames."""
        lines = ["ffconcat version 1.0"]
        for take in list_takes(timeline):
            lines += [f"file 'file:{self.film.path}'"]
            lines += [f"inpoint {take.first / RATE:.6f}", f"outpoint {take.end / RATE:.6f}"]
        script = self.folder / f"{out.stem}.ffconcat"
        script.write_text("\n".join(lines) + "\n")
        given = ["-f", "concat", "-safe", "0", "-i", script]
        return [*_program(), *given, "-c", "copy", "-movflags", "+faststart", out]

    def _command(
        self, inputs: Sequence[str | Path], chains: Sequence[str], out: Path, rest: Sequence[str]
    ) -> list[str | Path]:
        graph = self.folder / f"{out.stem}.graph"
        graph.write_text(";\n".join(chains))
        return [*_program(), *inputs, "-/filter_complex", graph, *rest, "-movflags", "+faststart", out]

    def write_captions(self, timeline: Timeline, first: int) -> Path | None:
        """An ASS file of the captions as they are shown from frame `first` of the output on, with fonts
        beside it; None when there are none."""
        events = [
            Graphic(source, start - first, end - start, timeline.rate.frame_ticks)
            for start, end, source in list_captions(timeline)
            if end > first
        ]
        if not events:
            return None
        place_fonts(self.folder)
        path = self.folder / f"captions_{first}.ass"
        frames = timeline.rate.frames(timeline.duration_ticks) - first
        path.write_text(_in_seconds(draw_graphics(events, frames, (self.film.width, self.film.height))))
        return path

    def _captions(self, timeline: Timeline, first: int) -> str:
        path = self.write_captions(timeline, first)
        return f"subtitles={path}:fontsdir={self.folder / FONTS_FOLDER}" if path else "null"

    def _coders(self, lossless: bool) -> list[str]:
        exact = ["-c:v", "libx264", "-preset", "ultrafast", "-qp", "0"]
        return [*(exact if lossless else self._picture_coder()), *self._sound_coder()]

    def _picture_coder(self) -> list[str]:
        coding = self.profile.video
        assert coding is not None
        quality = ["-preset", coding.preset, "-crf", str(coding.quality)]
        groups = ["-g", str(GROUP), "-bf", str(coding.b_frames)]
        return ["-c:v", "libx264", *quality, *groups, "-pix_fmt", coding.pixel_format]

    def _sound_coder(self) -> list[str]:
        assert self.profile.audio is not None
        return ["-c:a", "aac", "-b:a", f"{self.profile.audio.kbps}k"]


def list_captions(timeline: Timeline) -> list[tuple[int, int, CaptionSource]]:
    """First and last frame of each caption, with its words."""
    rate = timeline.rate
    return [
        (rate.frames(e.start_ticks), rate.frames(e.end_ticks), e.source)
        for track in timeline.tracks
        for e in track.elements
        if isinstance(e.source, CaptionSource)
    ]


def _in_seconds(document: str) -> str:
    """An ASS document whose clock counts frames on the clock of the film."""

    def moment(match: re.Match[str]) -> str:
        hours, minutes, seconds = match.groups()
        frame = round(float(FRAMES_PER_SECOND) * (3600 * int(hours) + 60 * int(minutes) + float(seconds)))
        hundredths = max(0, round(100 * (frame - 0.5) / RATE))
        whole, part = divmod(hundredths, 100)
        return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}.{part:02d}"

    lines = document.split("\n")
    return "\n".join(_MOMENT.sub(moment, n, count=2) if n.startswith("Dialogue:") else n for n in lines)


_MOMENT = re.compile(r"(\d+):(\d\d):(\d\d\.\d\d)")


def _program() -> list[str]:
    return [find_ffmpeg(), "-hide_banner", "-loglevel", "error", "-nostdin", "-y"]


def _split(takes: Sequence[Take], kind: str) -> str:
    prefix, name = ("a", "j") if kind == "a" else ("", "i")
    return f"[0:{kind}]{prefix}split={len(takes)}" + "".join(f"[{name}{n}]" for n in range(len(takes)))


def _trims(takes: Sequence[Take]) -> list[str]:
    chains: list[str] = []
    for n, take in enumerate(takes):
        first, end = take.first * FRAME_SAMPLES, take.end * FRAME_SAMPLES
        chains.append(f"[i{n}]trim=start_frame={take.first}:end_frame={take.end},setpts=PTS-STARTPTS[v{n}]")
        chains.append(f"[j{n}]atrim=start_sample={first}:end_sample={end},asetpts=PTS-STARTPTS[a{n}]")
    return chains


def _groups(takes: Sequence[Take]) -> list[list[int]]:
    """Numbers of takes that follow without a fade."""
    groups: list[list[int]] = []
    for n, take in enumerate(takes):
        if take.fade or not groups:
            groups.append([])
        groups[-1].append(n)
    return groups


def _joined(takes: Sequence[Take], chains: list[str]) -> tuple[str, str]:
    """Add what joins pictures and sound of the takes; returns the names of both."""
    current = ""
    for number, group in enumerate(_groups(takes)):
        parts = "".join(f"[v{n}]" for n in group)
        chains.append(f"{parts}concat=n={len(group)},settb=1/{RATE},fps={RATE}[g{number}]")
        take = takes[group[0]]
        if take.fade:
            fade = f"xfade=fade:duration={take.fade / RATE:.6f}:offset={take.at / RATE:.6f}"
            chains.append(f"[{current}][g{number}]{fade}[x{number}]")
        current = f"x{number}" if take.fade else f"g{number}"
    return current, _joined_sound(takes, chains)


def _joined_sound(takes: Sequence[Take], chains: list[str]) -> str:
    current = ""
    for number, group in enumerate(_groups(takes)):
        parts = "".join(f"[a{n}]" for n in group)
        chains.append(f"{parts}concat=n={len(group)}:v=0:a=1[h{number}]")
        fade = takes[group[0]].fade
        if fade:
            chains.append(f"[{current}][h{number}]acrossfade=ns={fade * FRAME_SAMPLES}[y{number}]")
        current = f"y{number}" if fade else f"h{number}"
    return current


def _ducked(chains: list[str], voice: str, timeline: Timeline) -> str:
    """Add the music, softer while somebody speaks; returns the name of the mix."""
    total = timeline.duration_ticks / TICKS_PER_SECOND
    ratio = f"threshold=0.02:ratio={DUCK_DB / 2:g}:attack=20:release=400"
    chains.append(f"[{voice}]asplit[voice][key]")
    fades = f"afade=in:d=1,afade=out:st={total - 2:.3f}:d=2"
    chains.append(f"[1:a]atrim=end={total:.6f},volume={MUSIC_DB}dB,{fades}[bed]")
    chains.append(f"[bed][key]sidechaincompress={ratio}[ducked]")
    chains.append("[voice][ducked]amix=inputs=2:duration=first:normalize=0[mix]")
    return "mix"
