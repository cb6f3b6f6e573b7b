"""How good and how large a render is."""

from __future__ import annotations

from dataclasses import dataclass

from cuttingroom.timeline.model import TimelineSettings


@dataclass(frozen=True)
class Profile:
    """Settings of the encoders. `height` limits the picture's height in pixels; None keeps the timeline's.

    `crf` is x264's constant rate factor: 18 looks perfect, 28 looks poor, 6 more halves the size.
    """

    name: str
    height: int | None
    crf: int
    preset: str
    audio_kbps: int
    keyframe_seconds: float = 2.0

    def frame_size(self, settings: TimelineSettings) -> tuple[int, int]:
        """Width and height in pixels, even, as H.264 with 4:2:0 colour needs."""
        height = min(self.height or settings.height, settings.height)
        width = round(settings.width * height / settings.height)
        return width + width % 2, height + height % 2


FINAL = Profile("final", None, crf=20, preset="veryfast", audio_kbps=192)
PREVIEW = Profile("preview", 540, crf=26, preset="superfast", audio_kbps=128)
PROFILES = {profile.name: profile for profile in (FINAL, PREVIEW)}
