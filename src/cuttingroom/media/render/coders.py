"""What each coder takes and what each container holds: facts, as tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

VideoCodec = Literal["h264", "hevc", "av1", "vp9", "prores", "dnxhr"]
AudioCodec = Literal["aac", "opus", "mp3", "pcm", "flac"]
Container = Literal["mp4", "mov", "mkv", "webm", "gif", "m4a", "mp3", "wav", "flac"]

WITH_ALPHA = ("yuva", "rgba", "argb", "bgra", "abgr", "gbra", "ya", "pal8")
"""How the names of pixel formats with transparency begin."""

_X26_PRESETS = (
    "ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow", "placebo",
)  # fmt: skip


@dataclass(frozen=True)
class Coder:
    """One codec. `encoder` is ffmpeg's name, `name` what a reader calls the stream.

    `qualities` are the best and the worst CRF, None for coders that keep a fixed quality; these have
    `variants` instead, each with the pixel format that it holds. `smallest` is in pixels. `run_container` is
    what one encoder run is written to.
    """

    name: str
    encoder: str
    run_container: Literal["mp4", "mov"]
    presets: tuple[str, ...] = ()
    preset: str = ""
    qualities: tuple[int, int] | None = None
    quality: int | None = None
    pixel_formats: tuple[str, ...] = ("yuv420p",)
    variants: Mapping[str, str] = field(default_factory=dict[str, str])
    smallest: tuple[int, int] = (2, 2)

    @property
    def is_intra(self) -> bool:
        """Whether every picture stands alone."""
        return self.qualities is None


CODERS: Mapping[VideoCodec, Coder] = {
    "h264": Coder("h264", "libx264", "mp4", _X26_PRESETS, "veryfast", (0, 51), 20),
    "hevc": Coder(
        "hevc", "libx265", "mp4", _X26_PRESETS, "fast", (0, 51), 23, ("yuv420p", "yuv420p10le"),
        smallest=(16, 16),
    ),
    # SVT-AV1 itself warns that presets from 10 on may show artifacts
    "av1": Coder(
        "av1", "libsvtav1", "mp4", tuple(str(n) for n in range(10)), "8", (1, 63), 32,
        ("yuv420p", "yuv420p10le"),
    ),
    "vp9": Coder("vp9", "libvpx-vp9", "mp4", tuple(str(n) for n in range(9)), "4", (0, 63), 31),
    "prores": Coder(
        "prores", "prores_ks", "mov",
        variants={
            "proxy": "yuv422p10le", "lt": "yuv422p10le", "standard": "yuv422p10le", "hq": "yuv422p10le",
            "4444": "yuv444p10le", "4444xq": "yuv444p10le",
        },
    ),
    # the smallest size is what ffmpeg's encoder says
    "dnxhr": Coder(
        "dnxhd", "dnxhd", "mov", smallest=(256, 120),
        variants={
            "dnxhr_lb": "yuv422p", "dnxhr_sq": "yuv422p", "dnxhr_hq": "yuv422p",
            "dnxhr_hqx": "yuv422p10le", "dnxhr_444": "yuv444p10le",
        },
    ),
}  # fmt: skip

AUDIO_ENCODERS: Mapping[AudioCodec, str] = {
    "aac": "aac", "opus": "libopus", "mp3": "libmp3lame", "pcm": "pcm_s{bits}le", "flac": "flac",
}  # fmt: skip
"""ffmpeg's names."""


@dataclass(frozen=True)
class Holder:
    """What a container holds so that common players read it. `name` is what PyAV calls the container.

    `chapters` says whether ffmpeg writes them there and reads them back.
    """

    name: str
    mime_type: str
    video: tuple[VideoCodec, ...] = ()
    audio: tuple[AudioCodec, ...] = ()
    chapters: bool = True


_MOV = "mov,mp4,m4a,3gp,3g2,mj2"

HOLDERS: Mapping[Container, Holder] = {
    "mp4": Holder(_MOV, "video/mp4", ("h264", "hevc", "av1"), ("aac", "opus")),
    "mov": Holder(_MOV, "video/quicktime", ("h264", "hevc", "prores", "dnxhr"), ("aac", "pcm")),
    "mkv": Holder(
        "matroska,webm",
        "video/x-matroska",
        ("h264", "hevc", "av1", "vp9"),
        ("aac", "opus", "mp3", "pcm", "flac"),
    ),
    "webm": Holder("matroska,webm", "video/webm", ("vp9", "av1"), ("opus",)),
    "gif": Holder("gif", "image/gif", ("h264",), chapters=False),
    "m4a": Holder(_MOV, "audio/mp4", audio=("aac",)),
    "mp3": Holder("mp3", "audio/mpeg", audio=("mp3",)),
    "wav": Holder("wav", "audio/wav", audio=("pcm",), chapters=False),
    "flac": Holder("flac", "audio/flac", audio=("flac",), chapters=False),
}
