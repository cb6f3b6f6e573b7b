"""Pictures in the opposite order. ffmpeg's `reverse` holds all that it turns round: it gets a few at a time.

file      0 1 2 3 4 5 6 7 8 9
turned    | 7 8 9 | 4 5 6 |  ->  9 8 7 6 5 4
"""

from __future__ import annotations

from collections.abc import Iterator

from cuttingroom.media.probe import VideoFacts

_HELD_BYTES = 96 * 2**20
_LEAST_FRAMES = 8


def turned_runs(video: VideoFacts, frames: int) -> Iterator[tuple[int, int]]:
    """Runs of as many frames as may be held: how many are played before each, and its length."""
    held = video.coded_width * video.coded_height * 2  # bytes of a picture, with some room
    most = max(_LEAST_FRAMES, _HELD_BYTES // max(1, held))
    for first in range(0, frames, most):
        yield first, min(most, frames - first)
