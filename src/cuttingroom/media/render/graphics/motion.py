"""How a graphic comes and goes: where it stands and how much of it is seen, frame by frame."""

from __future__ import annotations

from dataclasses import dataclass

from cuttingroom.core.time import TICKS_PER_SECOND
from cuttingroom.media.render.graphics.graphic import Graphic
from cuttingroom.timeline.model import Animation, CaptionSource

_IN_SECONDS: dict[Animation, float] = {
    "fade": 0.35, "slide_up": 0.5, "slide_down": 0.5, "slide_left": 0.5, "slide_right": 0.5, "pop": 0.3,
}  # fmt: skip
_OUT_SECONDS = 0.3
_TRAVEL = 0.12
"""How far a slide comes from, as a share of the shorter side."""
_TOWARDS: dict[Animation, tuple[int, int]] = {
    "slide_up": (0, -1), "slide_down": (0, 1), "slide_left": (-1, 0), "slide_right": (1, 0),
}  # fmt: skip
_LETTERS_PER_SECOND = 22
_MOST_OF_THE_TIME = 0.5
"""A typewriter has written everything when this share of its time is over."""


@dataclass(frozen=True)
class Pose:
    """`dx` and `dy` are shares of the shorter side, `scale` is about the middle, `alpha` runs from 0 to 1."""

    dx: float = 0.0
    dy: float = 0.0
    scale: float = 1.0
    alpha: float = 1.0


def pose_at(graphic: Graphic, frame: int) -> Pose:
    """How a graphic stands `frame` frames after its start, with its own fades and opacity."""
    animation = None if isinstance(graphic.source, CaptionSource) else graphic.source.animation
    pose = _animated(animation, graphic, frame) if animation else Pose()
    alpha = pose.alpha * graphic.opacity * _faded(graphic, frame)
    return Pose(round(pose.dx, 5), round(pose.dy, 5), round(pose.scale, 4), round(alpha, 3))


def letters_at(graphic: Graphic, frame: int, count: int) -> int:
    """How many of `count` letters a typewriter has written `frame` frames after the start."""
    seconds = graphic.frames * graphic.frame_ticks / TICKS_PER_SECOND
    lasts = min(count / _LETTERS_PER_SECOND, seconds * _MOST_OF_THE_TIME)
    passed = (frame + 1) * graphic.frame_ticks / TICKS_PER_SECOND
    return count if passed >= lasts else int(count * passed / lasts)


def _animated(animation: Animation, graphic: Graphic, frame: int) -> Pose:
    if animation == "typewriter":
        return Pose()
    coming = _share(frame + 1, _frames(graphic, _IN_SECONDS[animation]))
    going = _share(graphic.frames - frame, _frames(graphic, _OUT_SECONDS))
    if animation == "pop":
        return Pose(scale=_overshoot(coming) * (0.9 + 0.1 * _ease(going)), alpha=min(1, 3 * coming) * going)
    if animation in _TOWARDS:
        x, y = _TOWARDS[animation]
        off = _TRAVEL * (_ease(coming) - 1) + _TRAVEL / 2 * (_ease(going) - 1)
        return Pose(x * off, y * off, alpha=_ease(coming) * going)
    return Pose(alpha=coming * going)


def _frames(graphic: Graphic, seconds: float) -> int:
    """A length in frames, at most a third of the whole."""
    return max(1, min(round(seconds * TICKS_PER_SECOND / graphic.frame_ticks), graphic.frames // 3))


def _share(passed: int, whole: int) -> float:
    return min(1.0, passed / whole)


def _ease(share: float) -> float:
    """Fast at first, slow at the end (cubic)."""
    return 1 - (1 - share) ** 3


def _overshoot(share: float) -> float:
    """From 0.7 a little past 1 and back (Penner's "back" curve)."""
    late = share - 1
    return 0.7 + 0.3 * (1 + 2.7 * late**3 + 1.7 * late**2)


def _faded(graphic: Graphic, frame: int) -> float:
    alpha = 1.0
    if graphic.fade_in:
        alpha = min(alpha, frame / graphic.fade_in)
    if graphic.fade_out:
        alpha = min(alpha, (graphic.frames - frame) / graphic.fade_out)
    return max(0.0, alpha)
