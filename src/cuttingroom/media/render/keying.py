"""Chroma key: from a picture before a coloured screen to one with soft edges and without the screen's light.

Source: Jack, "Video Demystified", chroma keying. Each colour is taken apart into what points towards the key
colour and what stands across to it. The part that is key decides how see-through it is, and is taken out of
the colour and of its luma, so that edges and reflections keep only what is the subject's own.
"""

from __future__ import annotations

import math

from cuttingroom.media.render.canvas import AS_PICTURE, Canvas, Sketch
from cuttingroom.media.render.grading import LUMA
from cuttingroom.timeline.effects import ChromaKey

_ACCEPTED = math.tan(math.radians(60))
"""Half the angle around the key colour within which colours count as mixed with it."""
_LEAST_REST = 0.3
"""How little of the subject an edge may hold to be restored in full; below it noise would be raised."""
_SPILL = "(ld(0)+(ld(1)-ld(0))*ld(0)/(ld(0)+0.05))"
"""What is taken out of a colour: nearly all that points towards the key once it is mixed with it at all."""


def key_steps(sketch: Sketch, key: ChromaKey, canvas: Canvas) -> list[str]:
    """Filters for a picture with alpha; none for a colour that is none.

    The planes are looked up in tables of two: how much is key depends on the two differences alone.
    """
    luma, blue, red = _components(key.colour)
    if not canvas.alpha or math.hypot(blue, red) < 0.01:
        return []
    y, u, v, a, u1, u2, u3, v1, v2, v3, k, k1, k2 = (sketch.name() for _ in range(13))
    luma_out, blue_out, red_out, alpha_out = (sketch.name() for _ in range(4))
    own, other = _parts("x", "y", blue, red), _parts("y", "x", blue, red)
    lines = [
        f"extractplanes=y+u+v+a[{y}][{u}][{v}][{a}]",
        f"[{u}]split=3[{u1}][{u2}][{u3}]",
        f"[{v}]split=3[{v1}][{v2}][{v3}]",
        f"[{u1}][{v1}]lut2=c0='{own};clip(255*ld(0),0,255)'[{k}]",
        f"[{u2}][{v2}]lut2=c0='{own};{_cleaned(128, 224 * blue, _SPILL)}'[{blue_out}]",
        f"[{v3}][{u3}]lut2=c0='{other};{_cleaned(128, 224 * red, _SPILL)}'[{red_out}]",
        f"[{k}]scale={canvas.width}:{canvas.height}:flags=bicubic,split[{k1}][{k2}]",
        f"[{y}][{k1}]lut2=c0='st(0,y/255);{_cleaned(16, 219 * luma, 'ld(0)')}'[{luma_out}]",
        f"[{k2}][{a}]lut2=c0='{_opacity(key)}'[{alpha_out}]",
        f"[{luma_out}][{blue_out}][{red_out}][{alpha_out}]mergeplanes=0x00102030:yuva420p,{AS_PICTURE}",
    ]
    return [";".join(lines)]


def _parts(blue_name: str, red_name: str, blue: float, red: float) -> str:
    """Sets 0 to the share of a colour that is key, and 1 to how far it points there."""
    strength = (blue**2 + red**2) * 224
    towards = f"({blue_name}-128)*{blue / strength:.9f}+({red_name}-128)*{red / strength:.9f}"
    across = f"abs(({blue_name}-128)*{red / strength:.9f}-({red_name}-128)*{blue / strength:.9f})"
    return f"st(1,{towards});st(0,max(0,ld(1)-{across}/{_ACCEPTED:.6f}))"


def _cleaned(zero: int, key: float, share: str) -> str:
    """A component `x` without a share of the key's, and as strong as it was before it was mixed."""
    top = 235 if zero == 16 else 240
    return f"clip({zero}+((x-{zero})-{share}*{key:.6f})/max(1-ld(0),{_LEAST_REST}),16,{top})"


def _opacity(key: ChromaKey) -> str:
    """Opacity by the share of key `x`, times the opacity `y` that there was."""
    high = 1 - min(key.similarity, 0.99)
    ramp = max(high * key.blend, 1 / 255)
    return f"clip(({high:.6f}-x/255)/{ramp:.6f},0,1)*y"


def _components(colour: str) -> tuple[float, float, float]:
    """Luma from 0 to 1, and both differences from -0.5 to 0.5 (BT.709)."""
    red, green, blue = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    luma = float(LUMA @ [red, green, blue])
    return luma, (blue - luma) / (2 * (1 - LUMA[2])), (red - luma) / (2 * (1 - LUMA[0]))
