"""How much of the machine one file or one process may use."""

from __future__ import annotations

from dataclasses import dataclass

from cuttingroom.core.settings import Settings


@dataclass(frozen=True)
class MediaLimits:
    """Bounds for reading and making media. Times in seconds, sizes in bytes, pictures in pixels."""

    max_pixels: int = 40_000_000
    max_media_bytes: int = 64 * 2**30
    max_media_hours: float = 24.0
    max_streams: int = 64
    memory_bytes: int = 6_000 * 2**20
    cpu_seconds: int = 24 * 3600
    output_bytes: int = 256 * 2**30
    stall_seconds: float = 120.0

    @classmethod
    def of(cls, settings: Settings) -> MediaLimits:
        return cls(
            max_pixels=settings.max_pixels,
            max_media_bytes=settings.max_media_bytes,
            max_media_hours=settings.max_media_hours,
            memory_bytes=settings.media_memory_mb * 2**20,
        )


DEFAULT_LIMITS = MediaLimits()
