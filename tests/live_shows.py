"""Playlists that grow on demand, of a video whose pictures carry their numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import av

from browser import Page
from cuttingroom.core.time import Rate
from cuttingroom.media.render.live.fragments import PictureForm, codecs_string
from cuttingroom.media.render.live.playlist import LivePlaylist
from cuttingroom.media.render.segment import Packet
from cuttingroom.media.render.sound.coder import SoundForm
from media_factory import SAMPLE_RATE, clicks, make_video

SIZE = (320, 180)
FRAMES = 300
GROUP = 30
CLICKS = (0.5, 3.25, 6.0, 9.5)
X264 = {"preset": "veryfast", "crf": "20", "g": str(GROUP), "sc_threshold": "0", "bf": "3"}
PADDING = 1024
"""Samples of silence that the AAC encoder puts before the sound: one packet."""
RATE = Rate.of(30)
NTSC = Rate(num=30000, den=1001)


def make_source(folder: Path) -> Path:
    """Ten seconds with pictures out of order, a group each second, and clicks."""
    sound = clicks(FRAMES / 30, CLICKS)
    return make_video(folder / "source.mp4", frames=FRAMES, rate=30, size=SIZE, sound=sound, options=X264)


def read_packets(path: Path) -> tuple[list[Packet], bytes]:
    """Pictures in decoding order, and the configuration of their decoder."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        packets = [p for p in container.demux(stream) if p.size]
        ranks = {pts: n for n, pts in enumerate(sorted(p.pts or 0 for p in packets))}
        return [
            Packet(bytes(p), ranks[p.pts or 0], p.is_keyframe) for p in packets
        ], stream.codec_context.extradata or b""


def read_sounds(path: Path) -> tuple[list[tuple[bytes, int]], bytes]:
    """Packets with their lengths; the padding at the start and what is heard make up the whole."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        packets = [bytes(p) for p in container.demux(stream) if p.size]
        left = PADDING + FRAMES * SAMPLE_RATE // 30
        sounds = [(data, min(PADDING, left - n * PADDING)) for n, data in enumerate(packets)]
        return [s for s in sounds if s[1] > 0], stream.codec_context.extradata or b""


def spans_of(packets: Sequence[Packet], lengths: Sequence[int]) -> Iterator[list[Packet]]:
    first = 0
    for length in lengths:
        yield [replace(p, rank=p.rank - first) for p in packets[first : first + length]]
        first += length


class Show:
    """A playlist of the source that grows on demand: pictures in segments of the given lengths, and sound."""

    def __init__(self, folder: Path, source: Path, lengths: Sequence[int], delay: int) -> None:
        self.folder = folder
        packets, extradata = read_packets(source)
        self.spans = spans_of(packets, lengths)
        self.sounds, settings = read_sounds(source)
        self.sound = SoundForm("aac", settings, SAMPLE_RATE, PADDING, PADDING)
        self.picture = PictureForm("h264", *SIZE, extradata, RATE, delay)
        self.playlist = LivePlaylist(folder, self.picture, self.sound, longest_frames=GROUP)

    def grow(self, spans: int, sounds: int) -> None:
        for _ in range(spans):
            self.playlist.add_video(next(self.spans))
        self.playlist.add_sound(self.sounds[:sounds])
        del self.sounds[:sounds]

    def follow(self, page: Page) -> None:
        """Begin to play in a page that is served from the folder above."""
        forms = [("video", self.picture), ("audio", self.sound)]
        kinds = [f'{kind}/mp4; codecs="{codecs_string(form)}"' for kind, form in forms]
        lists = [f"{self.folder.name}/{name}.m3u8" for name in ("video", "sound")]
        page.run(f"follow({json.dumps(list(zip(lists, kinds, strict=True)))})")

    def finish(self) -> None:
        for span in self.spans:
            self.playlist.add_video(span)
        self.playlist.add_sound(self.sounds)
        self.playlist.finish()


def a_show(folder: Path, source: Path, lengths: Sequence[int] = (GROUP,) * 10, delay: int = 2) -> Show:
    folder.mkdir()
    return Show(folder, source, lengths, delay)
