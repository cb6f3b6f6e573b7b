"""How one picture gives way to the next: the filters of a transition. Pure: nothing is run here.

    left   --------\\                 frame k of n lies at the share (k + 1/2) / n of the transition
    joined           =========
    right             \\--------

Each frame is made from its number alone, so that a transition which is made in parts shows the same pictures
as one that is made at once. What is uneven over the frame comes from a mask: grey pictures of few pixels,
drawn by an expression and scaled up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from cuttingroom.timeline.model import Transition

_HOLD = 0.06
"""The share of a dip on either side of its middle in which only the colour is seen."""
_FEATHER = 0.06
"""Width of the soft edge of a wipe, as a share of the way that it goes."""
_SHADOW, _SHADOW_DEPTH = 0.035, 0.45
"""Width of the shadow before a picture that slides over another, as a share of its way, and its depth."""
_SHADOW_COMES = 20
"""The shadow is there when a twentieth of the way is done: no dark line stands at the edge before."""
_NEARER, _FURTHER = 2.6, 1.5
"""How large the left picture of a zoom gets until it is gone, and the right one is as it begins."""
_COUNTED_FROM_1 = "(n-1)"
"""`overlay` counts frames from 1, like `perspective` (`on`); `crop` (`n`) and `geq` (`N`) from 0."""
_BLEND = (0.38, 0.62)
"""From when to when the pictures of a zoom blend."""


@dataclass(frozen=True)
class Joint:
    """Frames `skip` up to `skip + count` of a transition of `frames`, in pictures of width x height."""

    transition: Transition
    frames: int
    skip: int
    count: int
    width: int
    height: int
    rate: Fraction

    def share(self, number: str = "N") -> str:
        """The share of the transition that is over, as an expression; `number` counts frames from 0."""
        return f"(({number}+{self.skip}.5)/{self.frames})"

    def eased(self, number: str = "N") -> str:
        """The same, slow at first and at last."""
        return _smooth(self.share(number))

    @property
    def is_sideways(self) -> bool:
        return self.transition.direction in ("left", "right")

    @property
    def is_forwards(self) -> bool:
        """Whether it goes the way that coordinates count: to the right, or down."""
        return self.transition.direction in ("right", "down")


Name = Callable[[], str]
"""A new name for what a chain puts out."""


def join(
    joint: Joint, left: str, right: str, name: Name, plain: Callable[[str], str]
) -> tuple[list[str], str]:
    """Chains of filters that join `left` and `right`, and the name of what comes out.

    Both are names of opaque pictures, `count` of each; `plain` gives the name of as many in one colour.
    """
    chains: list[str] = []
    out = _KINDS[joint.transition.kind](joint, left, right, _Chains(chains, name, plain, joint))
    return chains, out


@dataclass(frozen=True)
class _Chains:
    """Chains in the making."""

    made: list[str]
    name: Name
    plain: Callable[[str], str]
    joint: Joint

    def add(self, sources: str, filters: str) -> str:
        out = self.name()
        self.made.append(f"{sources}{filters}[{out}]")
        return out

    def mask(self, alpha: str, *, width: int = 2, height: int = 2) -> str:
        """Grey pictures: `alpha` (an expression of X, Y and N, from 0 to 1) on so few pixels, scaled up."""
        j = self.joint
        grey = f"color=c=black:s={width}x{height}:r={j.rate},trim=end_frame={j.count},format=gray"
        drawn = f"geq=lum='255*clip({alpha},0,1)+0.5'"
        return self.add("", f"{grey},{drawn},scale={j.width}:{j.height}:flags=neighbor,setpts=N")

    def laid_over(self, below: str, above: str, mask: str, *, x: str = "0", y: str = "0") -> str:
        """Pictures over others, as far as the mask says."""
        masked = self.add(f"[{above}]", "format=yuva420p")
        seen = self.add(f"[{masked}][{mask}]", "alphamerge")
        return self.add(f"[{below}][{seen}]", f"overlay=x='{x}':y='{y}':format=yuv420")


def _crossfade(joint: Joint, left: str, right: str, chains: _Chains) -> str:
    return chains.laid_over(left, right, chains.mask(joint.share()))


def _dip(joint: Joint, left: str, right: str, chains: _Chains) -> str:
    """Into the colour, a moment of it, and out of it."""
    length = 0.5 - _HOLD
    into = f"{joint.share()}/{length}"
    out_of = f"({joint.share()}-{0.5 + _HOLD})/{length}"
    dipped = chains.laid_over(left, chains.plain(joint.transition.colour), chains.mask(into))
    return chains.laid_over(dipped, right, chains.mask(out_of))


def _wipe(joint: Joint, left: str, right: str, chains: _Chains) -> str:
    """The right picture is uncovered by a soft edge, which is outside the frame at either end."""
    place, size = ("X/(W-1)", (joint.width, 2)) if joint.is_sideways else ("Y/(H-1)", (2, joint.height))
    gone = place if joint.is_forwards else f"(1-{place})"
    alpha = f"({joint.eased()}*{1 + _FEATHER}-{gone})/{_FEATHER}"
    mask = chains.mask(_smooth(f"clip({alpha},0,1)"), width=size[0], height=size[1])
    return chains.laid_over(left, right, mask)


def _push(joint: Joint, left: str, right: str, chains: _Chains) -> str:
    """Both pictures lie side by side and are seen through a window that goes from one to the other."""
    first, second = (right, left) if joint.is_forwards else (left, right)
    eased = joint.eased("n")
    way = f"(1-{eased})" if joint.is_forwards else eased
    stack, x, y = (
        ("hstack", f"{joint.width}*{way}", "0")
        if joint.is_sideways
        else ("vstack", "0", f"{joint.height}*{way}")
    )
    window = f"crop={joint.width}:{joint.height}:x='{x}':y='{y}'"
    return chains.add(f"[{first}][{second}]", f"{stack}=inputs=2,{window},setpts=N")


def _slide(joint: Joint, left: str, right: str, chains: _Chains) -> str:
    """The right picture comes in over the left one, with a soft shadow before its edge."""
    size = joint.width if joint.is_sideways else joint.height
    sign = "-" if joint.is_forwards else ""

    def offset(number: str) -> str:
        return f"({sign}{size}*(1-{joint.eased(number)}))"

    shaded = _shaded(joint, left, chains, offset("N"), size)
    place = offset(_COUNTED_FROM_1)
    x, y = (place, "0") if joint.is_sideways else ("0", place)
    return chains.add(f"[{shaded}][{right}]", f"overlay=x='{x}':y='{y}':format=yuv420")


def _shaded(joint: Joint, left: str, chains: _Chains, offset: str, size: int) -> str:
    """The left picture in the shadow of one that lies `offset` pixels from its own place."""
    at, place = ("X", (joint.width, 2)) if joint.is_sideways else ("Y", (2, joint.height))
    away = f"({at}-{offset}-{size})" if joint.is_forwards else f"({offset}-{at})"
    begun = f"clip({_SHADOW_COMES}*{joint.eased()},0,1)"
    depth = f"{_SHADOW_DEPTH}*{begun}*pow(clip(1-{away}/{_SHADOW * size:.1f},0,1),2)"
    mask = chains.mask(depth, width=place[0], height=place[1])
    return chains.laid_over(left, chains.plain("#000000"), mask)


def _zoom(joint: Joint, left: str, right: str, chains: _Chains) -> str:
    """Into the left picture, faster and faster, until the right one comes to rest."""
    begin, end = _BLEND
    share = joint.share("(on-1)")
    nearer = f"pow({_NEARER},pow({share}/{end},2))"
    resting = f"(1+{_FURTHER - 1:.2f}*pow(clip((1-{share})/{1 - begin:.2f},0,1),3))"
    near = chains.add(f"[{left}]", _seen_from(joint, nearer) + ",setpts=N")
    rest = chains.add(f"[{right}]", _seen_from(joint, resting) + ",setpts=N")
    blended = chains.mask(_smooth(f"clip(({joint.share()}-{begin})/{end - begin:.2f},0,1)"))
    return chains.laid_over(near, rest, blended)


def _seen_from(joint: Joint, scale: str) -> str:
    """A picture larger by `scale` about its middle: pixels are counted at corners and seen at middles."""
    corners: list[tuple[str, str]] = []
    for size in (joint.width, joint.height):
        near = f"{size / 2 - 0.5}*(1-1/{scale})"
        corners.append((near, f"{near}+{size}/{scale}"))
    (left, right), (top, bottom) = corners
    places = zip("0123", ((left, top), (right, top), (left, bottom), (right, bottom)), strict=True)
    points = ":".join(f"x{n}='{x}':y{n}='{y}'" for n, (x, y) in places)
    return f"perspective={points}:interpolation=cubic:eval=frame"


def _smooth(share: str) -> str:
    """Slow at both ends (3u^2 - 2u^3)."""
    return f"({share}*{share}*(3-2*{share}))"


_KINDS = {
    "crossfade": _crossfade,
    "dip": _dip,
    "wipe": _wipe,
    "push": _push,
    "slide": _slide,
    "zoom": _zoom,
}
