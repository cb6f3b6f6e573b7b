"""How a picture looks, as filters: grades and looks, keys, vignettes, hidden regions, grain, blackouts.

Each is laid on the frames of one element after they were fitted into the frame. None depends on where a span
is cut: what lasts only for a while counts frames from the element's start, and grain is chosen by the moment
of the source, so that the same moment has the same grain in every span and every render.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from cuttingroom.core.time import Rate, TimeRange, round_half_up
from cuttingroom.media.render.canvas import AS_PICTURE, Canvas, Sketch
from cuttingroom.media.render.grading import GradeTable, LookTable, Table, is_neutral
from cuttingroom.media.render.keying import key_steps
from cuttingroom.media.render.layers import Cut
from cuttingroom.timeline.effects import BlackOut, ChromaKey, Grade, Grain, Hide, Lut, Vignette
from cuttingroom.timeline.model import Element, MediaSource

_TO_RGB = "scale=flags=bicubic+accurate_rnd+full_chroma_int:in_color_matrix=bt709:in_range=tv:out_range=pc"
_TO_YUV = "scale=flags=bicubic+accurate_rnd+full_chroma_int:out_color_matrix=bt709:in_range=pc:out_range=tv"


def is_keyed(element: Element) -> bool:
    """Whether parts of the picture become see-through."""
    return any(isinstance(e, ChromaKey) and e.enabled for e in element.effects)


def list_changes(element: Element, rate: Rate) -> Iterator[tuple[int, int, str]]:
    """What changes how an element looks, and from which to which of its frames."""
    whole = rate.frames(element.duration_ticks)
    for effect in element.effects:
        name = _NAMES.get(type(effect))
        if name is None or not effect.enabled or (isinstance(effect, Grade) and is_neutral(effect)):
            continue
        span = effect.range if isinstance(effect, (Hide, BlackOut)) else None
        first, end = _frames(span, rate, whole)
        if end > first:
            yield first, end, name


_NAMES = {
    Grade: "a grade",
    Lut: "a look",
    Hide: "a hidden region",
    BlackOut: "a blackout",
    Vignette: "a vignette",
    Grain: "film grain",
}


def still_looks(sketch: Sketch, element: Element, canvas: Canvas) -> list[str]:
    """Filters of what is the same in every frame: for a still they run once."""
    effects = [e for e in element.effects if e.enabled]
    steps: list[str] = []
    for key in (e for e in effects if isinstance(e, ChromaKey)):
        steps += key_steps(sketch, key, canvas)
    steps += _tables(sketch, element, canvas)
    return [*steps, *(_vignette(sketch, e, canvas) for e in effects if isinstance(e, Vignette))]


def moving_looks(sketch: Sketch, cut: Cut, canvas: Canvas) -> list[str]:
    """Filters of what lasts for a while or moves. Frames come one by one, from the first of the cut on."""
    whole = sketch.rate.frames(cut.element.duration_ticks)
    effects = [e for e in cut.element.effects if e.enabled]
    steps: list[str] = []
    for hide in (e for e in effects if isinstance(e, Hide)):
        during = _during(_frames(hide.range, sketch.rate, whole), cut)
        if during is not None:
            steps.append(_hide(sketch, hide, canvas, during))
    steps += [_grain(sketch, e, cut, canvas) for e in effects if isinstance(e, Grain)]
    for black in (e for e in effects if isinstance(e, BlackOut)):
        during = _during(_frames(black.range, sketch.rate, whole), cut)
        if during is not None:
            ink = "black@0" if canvas.alpha else "black"
            steps.append(f"drawbox=x=0:y=0:w=iw:h=ih:color={ink}:t=fill:replace=1{during}")
    return steps


def _frames(span: TimeRange | None, rate: Rate, whole: int) -> tuple[int, int]:
    if span is None:
        return 0, whole
    return max(0, rate.frames(span.start_ticks)), min(whole, rate.frames(span.end_ticks))


def _during(frames: tuple[int, int], cut: Cut) -> str | None:
    """When a filter works, as its option; nothing when it always does, None when it never does."""
    first, end = max(0, frames[0] - cut.skip), min(cut.count, frames[1] - cut.skip)
    if end <= first:
        return None
    return "" if (first, end) == (0, cut.count) else f":enable='between(n,{first},{end - 1})'"


def _tables(sketch: Sketch, element: Element, canvas: Canvas) -> list[str]:
    """The grade, then the looks, in red, green and blue of ten bits."""
    tables: list[Table] = []
    for effect in element.effects:
        if isinstance(effect, Grade) and effect.enabled and not is_neutral(effect):
            tables.insert(0, GradeTable(effect))
        elif isinstance(effect, Lut) and effect.enabled and effect.strength:
            look = sketch.luts[effect.artifact_id]
            tables.append(LookTable(look.sha256, effect.strength, look.cube))
    if not tables:
        return []
    steps = [_TO_RGB, "format=gbrap10le" if canvas.alpha else "format=gbrp10le"]
    for table in tables:
        file = f"colours{len(sketch.tables)}.cube"
        sketch.tables[file] = table
        steps.append(
            f"lut3d=file={file}:interp=tetrahedral" if table.is_3d else f"lut1d=file={file}:interp=linear"
        )
    return [*steps, _TO_YUV, f"format={canvas.format}"]


def _vignette(sketch: Sketch, vignette: Vignette, canvas: Canvas) -> str:
    """Light falls off towards the corners as it does in lenses, with the fourth power of a cosine.

    The mask is smooth, so an eighth of the size is enough to compute.
    """
    slope = max(0.02, 1 - vignette.strength) ** -0.5 - 1
    light = f"255/pow(1+{slope:.6f}*(pow(X/(W-1)*2-1,2)+pow(Y/(H-1)*2-1,2))/2,2)"
    width, height = canvas.width, canvas.height
    small = f"{max(16, width // 8)}x{max(16, height // 8)}"
    plain, black, large, half, luma, chroma, mask = (sketch.name() for _ in range(7))
    planes = "mergeplanes=0x00101000:yuva420p" if canvas.alpha else "mergeplanes=0x001010:yuv420p"
    lines = [
        f"null[{plain}]",
        f"color=c=black:s={width}x{height},trim=end_frame=1,format={canvas.format},{AS_PICTURE}[{black}]",
        f"color=c=black:s={small},trim=end_frame=1,format=gray,geq=lum='{light}',split[{large}][{half}]",
        f"[{large}]scale={width}:{height}:flags=bicubic[{luma}]",
        f"[{half}]scale={width // 2}:{height // 2}:flags=bicubic[{chroma}]",
        f"[{luma}][{chroma}]{planes},{AS_PICTURE}[{mask}]",
        f"[{black}][{plain}][{mask}]maskedmerge=planes=7",
    ]
    return ";".join(lines)


_MOST_CELLS, _FEWEST_CELLS = 16.0, 1.0
"""How many patches are left along the shorter side of a hidden region."""


def _hide(sketch: Sketch, hide: Hide, canvas: Canvas, during: str) -> str:
    """First the region is averaged in patches, so that nothing can be brought back; then the patches are
    blurred into each other, unless they are to be seen."""
    left, top, width, height = _region(hide, canvas)
    cells = _MOST_CELLS * (_FEWEST_CELLS / _MOST_CELLS) ** hide.strength
    cell = max(2, 2 * round(min(width, height) / cells / 2))
    whole, part, hidden = (sketch.name() for _ in range(3))
    blur = f",gblur=sigma={cell}:steps=3" if hide.how == "blur" else ""
    return ";".join(
        [
            f"split[{whole}][{part}]",
            f"[{part}]crop={width}:{height}:{left}:{top},pixelize=w={cell}:h={cell}{blur}[{hidden}]",
            f"[{whole}][{hidden}]overlay={left}:{top}:format=yuv420{during}",
        ]
    )


def _region(hide: Hide, canvas: Canvas) -> tuple[int, int, int, int]:
    """Left, top, width and height in even pixels, nowhere smaller than what was asked for."""
    left, top, width, height = canvas.frame or (0, 0, canvas.width, canvas.height)
    region = hide.region
    x, wide = _even(left + region.x * width, left + (region.x + region.width) * width, canvas.width)
    y, high = _even(top + region.y * height, top + (region.y + region.height) * height, canvas.height)
    return x, y, wide, high


def _even(low: float, high: float, side: int) -> tuple[int, int]:
    """Start and length of a stretch of a side, rounded outwards; at least two pixels."""
    start = max(0, min(2 * math.floor(low / 2 + 1e-6), side - 2))
    end = min(side, 2 * math.ceil(high / 2 - 1e-6))
    return start, max(2, end - start)


_ROOM = 512
"""How much larger than the picture the sheet of grain is: each frame looks at another place of it."""


def _grain(sketch: Sketch, grain: Grain, cut: Cut, canvas: Canvas) -> str:
    """Grain in luma, strongest at mid grey, none in black and white, of the same size on any frame."""
    size = 0.7 * min(canvas.width, canvas.height) / 1080
    soft = f",gblur=sigma={size:.3f}:steps=1:planes=1" if size > 0.2 else ""
    gain = 14 * grain.strength / _SPREAD * _loss(size)
    moment = _moment(cut, sketch.rate)
    x, y = f"mod({moment}*347,{_ROOM})", f"mod({moment}*({moment}*3+197),{_ROOM})"
    plain, under, seen, sheet, rough, mask = (sketch.name() for _ in range(6))
    lines = [
        f"split=3[{plain}][{under}][{seen}]",
        f"color=c=black:s={canvas.width + _ROOM}x{canvas.height + _ROOM},trim=end_frame=1,"
        f"format={canvas.format},{AS_PICTURE},lut=y=128,noise=c0s=60:c0_seed=1977{soft},"
        f"lut=y='clip(128.5+(val-128)*{gain:.5f},0,255)',loop=loop=-1:size=1:start=0,"
        f"settb=1/({sketch.rate.fraction}),setpts=N,"
        f"trim=end_frame={cut.count},crop={canvas.width}:{canvas.height}:x='{x}':y='{y}'[{sheet}]",
        f"[{under}][{sheet}]blend=c0_mode=grainmerge[{rough}]",
        f"[{seen}]lut=y='255*clip(4*(val-16)*(235-val)/47961,0,1)'[{mask}]",
        f"[{plain}][{rough}][{mask}]maskedmerge=planes=1",
    ]
    return ";".join(lines)


_SPREAD = 34.6
"""Standard deviation of the noise filter's values at this setting, in steps of eight bits."""


def _loss(sigma: float) -> float:
    """By how much a blur lowers the spread of white noise."""
    return max(1.0, 2 * sigma * math.sqrt(math.pi))


def _moment(cut: Cut, rate: Rate) -> str:
    """The number of the source's moment that frame `n` of a cut shows; for a still, of the frame itself."""
    source = cut.element.source
    if not isinstance(source, MediaSource):
        return f"(n+{cut.skip})"
    step = rate.frame_ticks * cut.element.speed.fraction
    if source.backwards:
        return f"({round_half_up(source.range.end_ticks / step) - 1 - cut.skip}-n)"
    return f"(n+{round_half_up(source.range.start_ticks / step) + cut.skip})"
