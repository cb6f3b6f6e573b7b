"""Playing while rendering: a folder of HLS (RFC 8216, version 7, fragmented MP4) that grows as segments land.

    <folder>/master.m3u8               appears with the first picture and sound that can be played
    <folder>/video.m3u8, sound.m3u8    event playlists: they only grow, and end when the render has ended
    <folder>/video-init.mp4, video-00001.m4s, ...

A file gets its name when it is whole and a playlist is replaced after what it names, so a reader never meets
half of anything.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from cuttingroom.core.errors import MediaFailed
from cuttingroom.core.time import round_half_up
from cuttingroom.media.render.live.fragments import (
    Form,
    PictureForm,
    Sample,
    codecs_string,
    fragment,
    init_segment,
    picture_samples,
    timescale,
)
from cuttingroom.media.render.segment import Packet
from cuttingroom.media.render.sound.coder import SoundForm

MASTER = "master.m3u8"
_USUAL_SECONDS = 4
_LEAST_SECONDS = 1
"""Shorter segments wait for the next ones: each costs a player a request."""


class LivePlaylist:
    """Grows in output order in a folder of its own; sound and pictures may come from two threads.

    `longest_frames` is the most pictures from one key frame to the next that will come: the target duration
    depends on it and may not change afterwards. Raises InvalidInput for codecs that HLS cannot carry, and
    OSError.
    """

    def __init__(
        self, folder: Path, picture: PictureForm, sound: SoundForm | None, longest_frames: int
    ) -> None:
        self.path = folder / MASTER
        self._picture, rate = picture, picture.rate.fraction
        self._least, self._usual = round(_LEAST_SECONDS * rate), round(_USUAL_SECONDS * rate)
        self._longest = max(longest_frames, self._usual)
        target = round_half_up(self._longest / rate)
        self._video = _Rendition(folder, "video", picture, target)
        self._sound = _Rendition(folder, "sound", sound, target) if sound else None
        self._pictures: list[Packet] = []
        self._sounds: list[Sample] = []
        self._heard = 0
        self._is_over = False
        self._lock = threading.Lock()
        self._withdraw()  # what an earlier render left

    def add_video(self, packets: Iterable[Packet]) -> None:
        """The next span in decoding order, ranks from 0. At most a few seconds of it are held in memory.

        Raises MediaFailed when key frames are further apart than was announced, and what `packets` raises.
        """
        for group in split_at_keys(packets):
            if len(group) > self._longest:
                raise MediaFailed(
                    f"{len(group)} pictures without a key frame came; at most {self._longest} were"
                    " announced to the playlist."
                )
            if len(self._pictures) + len(group) > self._usual:
                self._write_pictures()
            first = len(self._pictures)
            self._pictures += (replace(p, rank=first + p.rank) for p in group)
        if len(self._pictures) >= self._least or not self._video.units:
            self._write_pictures()

    def add_sound(self, packets: Iterable[tuple[bytes, int]]) -> None:
        """The next packets of the one continuous sound, its padding included, each with its samples."""
        assert self._sound is not None, "the playlist was made without sound"
        rate = timescale(self._sound.form)
        for data, samples in packets:
            if self._heard + samples > _USUAL_SECONDS * rate:
                self._write_sounds()
            self._sounds.append(Sample(data, samples))
            self._heard += samples
        if self._heard >= _LEAST_SECONDS * rate:
            self._write_sounds()

    def finish(self) -> None:
        """All is there: the playlists end."""
        self._write_pictures()
        self._write_sounds()
        with self._lock:
            for rendition in self._renditions:
                rendition.end()
            self._write_master()
            self._is_over = True

    def fail(self) -> None:
        """The render failed or was canceled: no playlist is left that could be taken for a whole video."""
        with self._lock:
            self._withdraw()
            self._is_over = True

    @property
    def frames(self) -> int:
        """How many pictures can be played by now."""
        return self._video.units // self._picture.frame_duration

    @property
    def _renditions(self) -> list[_Rendition]:
        return [r for r in (self._video, self._sound) if r is not None]

    def _withdraw(self) -> None:
        self.path.unlink(missing_ok=True)
        for rendition in self._renditions:
            rendition.withdraw()

    def _write_pictures(self) -> None:
        if self._pictures:
            self._append(self._video, picture_samples(self._pictures, self._picture))
            self._pictures = []

    def _write_sounds(self) -> None:
        if self._sound is not None and self._sounds:
            self._append(self._sound, self._sounds)
            self._sounds, self._heard = [], 0

    def _append(self, rendition: _Rendition, samples: Sequence[Sample]) -> None:
        with self._lock:
            if self._is_over:
                return  # the other thread's last pictures or sounds come after it has failed
            rendition.append(samples)
            if not self.path.exists() and all(r.units for r in self._renditions):
                self._write_master()

    def _write_master(self) -> None:
        """The bit rate is that of the densest segments so far; with one variant no player chooses by it."""
        codecs = ",".join(codecs_string(r.form) for r in self._renditions)
        lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
        stream = [
            f"BANDWIDTH={sum(r.peak_bits for r in self._renditions)}",
            f'CODECS="{codecs}"',
            f"RESOLUTION={self._picture.width}x{self._picture.height}",
            f"FRAME-RATE={float(self._picture.rate.fraction):.3f}",
        ]
        if self._sound is not None:
            media = 'TYPE=AUDIO,GROUP-ID="sound",NAME="Sound",DEFAULT=YES,AUTOSELECT=YES'
            lines.append(f'#EXT-X-MEDIA:{media},URI="{self._sound.name}"')
            stream.append('AUDIO="sound"')
        lines += ["#EXT-X-STREAM-INF:" + ",".join(stream), self._video.name]
        _write(self.path, ("\n".join(lines) + "\n").encode())


class _Rendition:
    """One media playlist with its files. `units` of its timescale have been written."""

    def __init__(self, folder: Path, kind: str, form: Form, target: int) -> None:
        self.form, self.units, self.peak_bits = form, 0, 0
        self.name = f"{kind}.m3u8"
        self._folder, self._kind, self._count = folder, kind, 0
        self._padding = form.padding if isinstance(form, SoundForm) else 0
        self._lines = [
            "#EXTM3U",
            "#EXT-X-VERSION:7",
            f"#EXT-X-TARGETDURATION:{target}",
            "#EXT-X-MEDIA-SEQUENCE:1",
            "#EXT-X-PLAYLIST-TYPE:EVENT",
            "#EXT-X-START:TIME-OFFSET=0",  # players take what grows for live and would begin near its end
            "#EXT-X-INDEPENDENT-SEGMENTS",
            f'#EXT-X-MAP:URI="{kind}-init.mp4"',
        ]
        _write(folder / f"{kind}-init.mp4", init_segment(form))

    def append(self, samples: Sequence[Sample]) -> None:
        self._count += 1
        data = fragment(self._count, self.units, samples)
        name = f"{self._kind}-{self._count:05d}.m4s"
        _write(self._folder / name, data)
        start = self._microseconds()
        self.units += sum(s.duration for s in samples)
        lasts = self._microseconds() - start
        self.peak_bits = max(self.peak_bits, round(len(data) * 8_000_000 / max(lasts, 1)))
        self._lines += [f"#EXTINF:{lasts // 1_000_000}.{lasts % 1_000_000:06d},", name]
        self._write_playlist()

    def end(self) -> None:
        self._lines.append("#EXT-X-ENDLIST")
        self._write_playlist()

    def withdraw(self) -> None:
        (self._folder / self.name).unlink(missing_ok=True)

    def _microseconds(self) -> int:
        """Where the next segment begins. Lengths are differences of these, so rounding never adds up."""
        return round_half_up(Fraction(max(0, self.units - self._padding), timescale(self.form)) * 1_000_000)

    def _write_playlist(self) -> None:
        _write(self._folder / self.name, ("\n".join(self._lines) + "\n").encode())


def split_at_keys(packets: Iterable[Packet]) -> Iterator[list[Packet]]:
    """Groups that decode by themselves, each from a key frame on; ranks count from a group's first picture.

    Pictures of an open group are shown before its key frame, so it stays with the group before it.
    """
    group: list[Packet] = []
    first, shown = 0, -1
    for number, packet in enumerate(packets):
        if packet.is_key and packet.rank == number > shown and group:
            yield group
            group, first = [], number
        shown = max(shown, packet.rank)
        group.append(replace(packet, rank=packet.rank - first))
    if group:
        yield group


def _write(path: Path, data: bytes) -> None:
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
