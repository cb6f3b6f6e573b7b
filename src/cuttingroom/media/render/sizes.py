"""Profiles with another size of the picture."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from cuttingroom.core.errors import InvalidInput
from cuttingroom.media.render.profiles import Profile
from cuttingroom.timeline.model import TimelineSettings

SHORT_SIDES = (2160, 1440, 1080, 720, 540, 480, 360, 240, 180)
"""The shorter sides in pixels that people know sizes by."""
SHORTEST, LONGEST = 16, 8192


def with_size(profile: Profile, settings: TimelineSettings, width: int | None, height: int | None) -> Profile:
    """The profile with pictures of just this size, even beyond what it allows by itself.

    The side that is left out follows from the shape that the file would have had. Raises InvalidInput when
    the profile makes sound only, or a side would not be from 16 to 8192 pixels.
    """
    if profile.video is None:
        raise InvalidInput(
            f"The profile {profile.name} makes sound only, which has no width and height.",
            advice="Leave the size out, or choose a profile with a picture such as delivery.",
        )
    own = profile.frame_size(settings) if profile.exact else (settings.width, settings.height)
    if width is None and height is not None:
        width = _even(Fraction(own[0] * height, own[1]))
    elif height is None and width is not None:
        height = _even(Fraction(own[1] * width, own[0]))
    assert width is not None
    assert height is not None
    if not all(SHORTEST <= side <= LONGEST for side in (width, height)):
        raise InvalidInput(
            f"The picture would be {width}x{height}; sides are from {SHORTEST} to {LONGEST} pixels.",
            advice="Choose another width or height.",
        )
    return profile.model_copy(update={"width": width, "height": height, "exact": True})


def smaller_sizes(profile: Profile, settings: TimelineSettings) -> Iterator[Profile]:
    """The profile with ever smaller pictures of the same shape, by the sizes that people know."""
    width, height = profile.frame_size(settings)
    for side in SHORT_SIDES:
        if side < min(width, height):
            sides = (None, side) if height <= width else (side, None)
            yield with_size(profile.model_copy(update={"width": width, "height": height, "exact": True}),
                            settings, *sides)  # fmt: skip


def _even(length: Fraction) -> int:
    return max(2, 2 * round(length / 2))
