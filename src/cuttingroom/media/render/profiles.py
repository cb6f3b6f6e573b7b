"""What a render comes out as: size, coders, container, loudness and how closely it is checked.

The built-in profiles are data (`profiles.toml`), and so are a person's own: a TOML file of the same form in
the folder `profiles` under CUTTINGROOM_HOME.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from cuttingroom.core.time import Frozen
from cuttingroom.timeline.model import TimelineSettings

VideoCodec = Literal["h264", "hevc", "av1", "vp9", "prores", "dnxhr"]
AudioCodec = Literal["aac", "opus", "mp3", "pcm", "flac"]
Container = Literal["mp4", "mov", "webm", "gif", "m4a", "mp3", "wav", "flac"]

PRIVATE_SPS_ID = 31
"""Our H.264 carries parameter sets under this id, which no common encoder uses (they use 0), so that it can
stand beside copied pictures under one description."""


class VideoCoding(Frozen):
    """`quality` is the encoder's constant quality (CRF); the intra codecs ProRes and DNxHR have none.

    `variant` is the encoder's own profile, such as `hq` for ProRes or `dnxhr_hq`.
    """

    codec: VideoCodec
    preset: str = ""
    quality: int | None = None
    variant: str = ""
    pixel_format: str = "yuv420p"
    b_frames: Annotated[int, Field(ge=0, le=8)] = 2


class AudioCoding(Frozen):
    """`loudness_lufs` is the integrated loudness to bring the mix to (EBU R 128); None leaves it as mixed."""

    codec: AudioCodec
    kbps: Annotated[int, Field(ge=16, le=640)] | None = None
    loudness_lufs: Annotated[float, Field(ge=-40, le=-5)] | None = None
    peak_dbtp: Annotated[float, Field(ge=-9, le=0)] = -1.0


class Profile(Frozen):
    """`width` and `height` bound the picture, in pixels; None keeps the timeline's. Where both are given and
    `exact` is true the file has just that size, with bars where the shapes differ.

    `check` says how closely the finished file is checked: `quick` reads all packets, all sound, what is new
    and the joins; `full` decodes everything.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    title: str
    container: Container
    video: VideoCoding | None
    audio: AudioCoding | None
    width: Annotated[int, Field(ge=16, le=8192)] | None = None
    height: Annotated[int, Field(ge=16, le=8192)] | None = None
    exact: bool = False
    max_rate: Annotated[int, Field(ge=1, le=240)] | None = None
    copies: bool = True
    check: Literal["quick", "full"] = "full"

    def frame_size(self, settings: TimelineSettings) -> tuple[int, int]:
        """Width and height in pixels, even, as 4:2:0 colour needs."""
        if self.exact and self.width and self.height:
            return self.width, self.height
        shares = [
            Fraction(limit, size)
            for limit, size in ((self.width, settings.width), (self.height, settings.height))
            if limit is not None
        ]
        share = min([Fraction(1), *shares])
        return _even(settings.width * share), _even(settings.height * share)


def _even(length: Fraction) -> int:
    rounded = round(length)
    return max(2, rounded + rounded % 2)


DRAFT = Profile(
    name="draft",
    title="Small and fastest, for looking at an edit",
    container="mp4",
    video=VideoCoding(codec="h264", preset="ultrafast", quality=28, b_frames=0),
    audio=AudioCoding(codec="aac", kbps=96),
    height=360,
    check="quick",
)
PREVIEW = Profile(
    name="preview",
    title="Half size, for judging an edit",
    container="mp4",
    video=VideoCoding(codec="h264", preset="superfast", quality=26, b_frames=0),
    audio=AudioCoding(codec="aac", kbps=128),
    height=540,
    check="quick",
)
DELIVERY = Profile(
    name="delivery",
    title="Full size H.264 and AAC, plays everywhere",
    container="mp4",
    video=VideoCoding(codec="h264", preset="veryfast", quality=20),
    audio=AudioCoding(codec="aac", kbps=192),
)
