"""From a stretch of the timeline to ffmpeg's inputs and filter graph. Pure: nothing is read or run here.

The picture of one piece is built from the bottom: the lowest video track as a row of full frames (`concat`),
then every other layer laid over it. Each layer is cut to its exact number of frames, and the row at the
bottom decides how many come out, so a source that ends early cannot shorten the film.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from cuttingroom.core.time import TICKS_PER_SECOND, Rate, Ratio, round_half_up
from cuttingroom.media.ffmpeg import seconds_argument, seek_arguments
from cuttingroom.media.probe import MediaFacts, VideoFacts
from cuttingroom.media.render.canvas import Canvas, LutFile
from cuttingroom.media.render.fonts import FONTS_FOLDER
from cuttingroom.media.render.framing import Drawing, frame_filters, has_alpha
from cuttingroom.media.render.grading import Table
from cuttingroom.media.render.graphics.ass import FRAMES_PER_SECOND
from cuttingroom.media.render.graphics.drawing import draw_graphics
from cuttingroom.media.render.graphics.graphic import DRAWN, Graphic, graphic_of
from cuttingroom.media.render.joining import Joint, join
from cuttingroom.media.render.layers import Cut, Layer, Layers, Piece, Shared
from cuttingroom.media.render.layouts import Layout, find_transform, lay_out
from cuttingroom.media.render.looks import is_keyed, moving_looks, still_looks
from cuttingroom.timeline.effects import FadeIn, FadeOut
from cuttingroom.timeline.model import (
    FILMED,
    ColourSource,
    Element,
    FrameSource,
    MediaSource,
    StillSource,
)

TAP = "scale=320:-2:flags=fast_bilinear,blackdetect=d=0.1:pix_th=0.12,freezedetect=n=0.004:d=0.2"
"""More sensitive than the check of the finished file, so that encoding cannot add what was not there."""

TAGS = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
"""What every picture says of its colours; the encoders take it from here."""

_EXACT_SEEK = ("mov", "matroska")
_AS_FILMED = Ratio(num=1)
_PREROLL_TICKS = 4 * TICKS_PER_SECOND
"""How much earlier to seek in containers without an index of their key frames."""

Seeks = Mapping[str, Sequence[int]]
"""By artifact id: when the key frames are shown at which decoding may begin, in ticks of the file's clock."""


@dataclass(frozen=True)
class GraphInput:
    """One file to open. `options` come before `-i`."""

    artifact_id: str
    options: tuple[str, ...]


@dataclass(frozen=True)
class PictureGraph:
    """Inputs, the graph with outputs `[out]` and `[tap]`, and texts and tables to be written beside it.

    `[tap]` shows nothing new: on its way the composed picture is looked at for black and frozen stretches.
    """

    inputs: tuple[GraphInput, ...]
    filters: str
    texts: Mapping[str, str]
    tables: Mapping[str, Table]
    frames: int


@dataclass
class _Builder:
    layers: Layers
    facts: Mapping[str, MediaFacts]
    piece: Piece
    width: int
    height: int
    seeks: Seeks
    luts: Mapping[str, LutFile]
    inputs: list[GraphInput] = field(default_factory=list[GraphInput])
    chains: list[str] = field(default_factory=list[str])
    texts: dict[str, str] = field(default_factory=dict[str, str])
    tables: dict[str, Table] = field(default_factory=dict[str, Table])
    _names: int = 0

    @property
    def rate(self) -> Rate:
        return self.layers.rate

    @property
    def background(self) -> str:
        return "0x" + self.layers.settings.background[1:]

    def name(self) -> str:
        self._names += 1
        return f"n{self._names}"


def build_picture(
    layers: Layers,
    facts: Mapping[str, MediaFacts],
    piece: Piece,
    size: tuple[int, int],
    *,
    pixel_format: str = "yuv420p",
    seeks: Seeks | None = None,
    luts: Mapping[str, LutFile] | None = None,
) -> PictureGraph:
    """The graph for one piece at `size` = width x height pixels.

    `facts` and `luts` by artifact id (KeyError when absent).

    Nothing in it tells where the piece lies: the same pictures make the same graph anywhere.
    """
    b = _Builder(layers, facts, piece, *size, seeks or {}, luts or {})
    bottom = None if any(layer.within(piece) for layer in layers.below) else layers.bottom
    current = _bottom_row(b, bottom)
    for layer in layers.layers:
        current = _lay_over(b, layer, current, is_bottom=layer is bottom)
    b.chains.append(f"[{current}]format={pixel_format},setsar=1,{TAGS},split[out][seen]")
    b.chains.append(f"[seen]{TAP}[tap]")
    return PictureGraph(tuple(b.inputs), ";\n".join(b.chains) + "\n", b.texts, b.tables, piece.frames)


def _bottom_row(b: _Builder, layer: Layer | None) -> str:
    """Full opaque frames for the whole piece: elements of the lowest video track, background between."""
    parts: list[str] = []
    filled = 0
    for shown in layer.row(b.piece) if layer is not None else ():
        if isinstance(shown, Cut) and not _is_in_row(b, layer, shown.element):
            continue
        if shown.at > filled:
            parts.append(_blank(b, shown.at - filled))
        parts.append(_joined(b, shown) if isinstance(shown, Shared) else _full(b, shown))
        filled = shown.at + shown.count
    if filled < b.piece.frames:
        parts.append(_blank(b, b.piece.frames - filled))
    return _in_a_row(b, parts)


def _is_in_row(b: _Builder, layer: Layer | None, element: Element) -> bool:
    """Whether an element of the lowest video track makes full frames by itself: what is joined does."""
    return not is_layer(b.facts, element) or (layer is not None and element.id in layer.faded)


def _joined(b: _Builder, shared: Shared) -> str:
    """Full opaque frames of two elements of the lowest video track, of which one gives way to the other."""
    left, right = (_full(b, replace(cut, at=0)) for cut in (shared.left, shared.right))
    skip, count = shared.right.skip, shared.count
    joint = Joint(shared.transition, shared.frames, skip, count, b.width, b.height, b.rate.fraction)
    chains, out = join(joint, left, right, b.name, lambda colour: _blank(b, count, colour))
    b.chains += chains
    return out


def _full(b: _Builder, cut: Cut) -> str:
    """Full opaque frames of one element, before the background where it does not fill the frame."""
    if not is_layer(b.facts, cut.element):
        return _picture(b, cut, opaque=True) if _is_inside(b, cut) else _blank(b, cut.count)
    if isinstance(cut.element.source, DRAWN):
        graphic = graphic_of(cut.element, -cut.skip, b.rate.frame_ticks)
        return _draw(b, [graphic], _blank(b, cut.count), cut.count)
    return _overlay(b, cut, _blank(b, cut.count), 0)


def _lay_over(b: _Builder, layer: Layer, current: str, *, is_bottom: bool) -> str:
    graphics: list[Graphic] = []
    for cut in layer.cuts(b.piece):
        joined = layer.faded.get(cut.element.id, (0, 0))
        if is_bottom and _is_in_row(b, layer, cut.element):
            continue
        if isinstance(cut.element.source, DRAWN):
            graphics.append(graphic_of(cut.element, cut.at - cut.skip, b.rate.frame_ticks, joined))
        else:
            current = _overlay(b, cut, current, joined[0])
    return _draw(b, graphics, current, b.piece.frames) if graphics else current


def is_layer(facts: Mapping[str, MediaFacts], element: Element) -> bool:
    """Whether something below may be seen through the element, or it has no picture of its own."""
    source = element.source
    if isinstance(source, ColourSource):
        return element.opacity < 1
    if not isinstance(source, FILMED) or not element.has_picture:
        return True
    if isinstance(source, MediaSource) and not facts[source.artifact_id].video:
        return True
    return element.opacity < 1 or is_keyed(element) or has_alpha(facts[source.artifact_id].video[0])


def is_seen(facts: Mapping[str, MediaFacts], element: Element) -> bool:
    """Whether the element has anything to show."""
    source = element.source
    if isinstance(source, MediaSource):
        return element.has_picture and bool(facts[source.artifact_id].video)
    return True


def _blank(b: _Builder, count: int, colour: str = "") -> str:
    name, plain = b.name(), "0x" + colour[1:] if colour else b.background
    b.chains.append(f"{','.join(_plain_steps(b, plain, count))}[{name}]")
    return name


def _plain(b: _Builder, cut: Cut, source: ColourSource, *, opaque: bool) -> str:
    """The frames of an element that is all of one colour."""
    steps = _plain_steps(b, "0x" + source.colour[1:], cut.count)
    steps += ([] if opaque else ["format=yuva420p"]) + _fade_steps(b, cut, alpha=not opaque)
    name = b.name()
    b.chains.append(f"{','.join(steps)}[{name}]")
    return name


def _plain_steps(b: _Builder, colour: str, count: int) -> list[str]:
    rate = b.rate.fraction
    return [
        f"color=c={colour}:s={b.width}x{b.height}:r={rate}:d=1",
        "trim=end_frame=1",
        "format=gbrp",
        "scale=out_color_matrix=bt709:out_range=tv",
        "format=yuv420p",
        "setsar=1",
        _repeat(b, count),
    ]


def _repeat(b: _Builder, count: int) -> str:
    rate = b.rate.fraction
    return f"loop=loop=-1:size=1:start=0,settb=1/({rate}),setpts=N,fps={rate},trim=end_frame={count}"


def _picture(b: _Builder, cut: Cut, *, opaque: bool) -> str:
    """The frames of an element as `_layout` places them; an opaque one is padded to the whole frame."""
    source = cut.element.source
    if isinstance(source, ColourSource):
        return _plain(b, cut, source, opaque=opaque)
    assert isinstance(source, FILMED)
    video = b.facts[source.artifact_id].video[0]
    head = f"{len(b.inputs)}:{video.index}"
    canvas = _canvas(b, cut, opaque=opaque)
    looks = still_looks(b, cut.element, canvas)
    still, moving = _frame_steps(b, video, cut, opaque=opaque)
    steps, moving = (still, [*moving, *looks]) if moving else ([*still, *looks], [])
    steps = [*_colour_steps(video), *steps]
    if isinstance(source, StillSource):
        b.inputs.append(GraphInput(source.artifact_id, _turning(cut.element)))
        chain = [*steps, _repeat(b, cut.count)]
    elif isinstance(source, FrameSource):
        moment = _open_at(b, cut.element, source.at_ticks, Fraction(1))
        chain = [*_timing_steps(b, video, 1, moment), *steps, _repeat(b, cut.count)]
    elif source.backwards:
        # `reverse` holds all of it: spans of what plays backwards are short
        speed = cut.element.speed
        played = round_half_up(b.rate.ticks(cut.skip + cut.count) * speed.fraction)
        moment = _open_at(b, cut.element, source.range.end_ticks - played, speed.fraction)
        chain = [*_timing_steps(b, video, cut.count, moment, speed), "reverse", "setpts=N", *steps]
    else:
        speed = cut.element.speed
        wanted = source.range.start_ticks + round_half_up(b.rate.ticks(cut.skip) * speed.fraction)
        moment = _open_at(b, cut.element, wanted, speed.fraction)
        chain = [*_timing_steps(b, video, cut.count, moment, speed), *steps]
    chain += [*moving, *moving_looks(b, cut, canvas), *_fade_steps(b, cut, alpha=not opaque)]
    name = b.name()
    b.chains.append(f"[{head}]{','.join(chain)}[{name}]")
    return name


def _in_a_row(b: _Builder, names: Sequence[str]) -> str:
    """Pictures one after the other, counted from 0."""
    name = b.name()
    row = "".join(f"[{n}]" for n in names) + (f"concat=n={len(names)}:v=1:a=0," if len(names) > 1 else "")
    b.chains.append(f"{row}settb=1/({b.rate.fraction}),setpts=N[{name}]")
    return name


def _open_at(b: _Builder, element: Element, wanted: int, speed: Fraction) -> int:
    """Add the input, opened at or before a wanted moment of the file; returns it on the container's clock.

    A quarter of a frame after the key frame to begin at, where that is known; else half a frame early:
    the clock of a container may be rounded (Matroska: to milliseconds).
    """
    assert isinstance(element.source, FILMED)
    artifact_id = element.source.artifact_id
    facts = b.facts[artifact_id]
    wanted = min(wanted, _last_frame(facts.video[0]))
    quarter = facts.video[0].rate.frame_ticks // 4
    keys = b.seeks.get(artifact_id, ())
    known = bisect_right(keys, wanted + quarter) - 1
    if facts.container.startswith(_EXACT_SEEK):
        seek = keys[known] + quarter if known >= 0 else wanted - round_half_up(b.rate.frame_ticks * speed / 2)
    else:
        seek = wanted - _PREROLL_TICKS
    options = ("-an", "-sn", "-dn", *_turning(element), *seek_arguments(seek))
    b.inputs.append(GraphInput(artifact_id, options))
    return facts.origin_ticks + wanted


def _turning(element: Element) -> tuple[str, ...]:
    """ffmpeg turns pictures as their file asks, unless told otherwise."""
    transform = find_transform(element)
    return () if transform is None or transform.upright else ("-noautorotate",)


def _last_frame(video: VideoFacts) -> int:
    """When the last picture is shown, which stands for all that is wanted after it."""
    return max(video.start_ticks, video.start_ticks + video.duration_ticks - video.rate.frame_ticks)


def _timing_steps(
    b: _Builder, video: VideoFacts, count: int, moment: int, speed: Ratio = _AS_FILMED
) -> list[str]:
    """Exactly `count` frames at the timeline's rate; the last one stands when the source has no more."""
    rate = b.rate.fraction
    deinterlace = ["bwdif=mode=send_frame:deint=interlaced"] if video.interlaced else []
    return [
        *deinterlace,
        f"settb=1/{TICKS_PER_SECOND}",
        f"setpts=(PTS-{moment})*{speed.den}/{speed.num}",
        f"fps=fps={rate}:round=near:start_time=0",
        "tpad=stop=-1:stop_mode=clone",
        f"trim=end_frame={count}",
        "setpts=N",
    ]


def _colour_steps(video: VideoFacts) -> list[str]:
    """HDR to standard range (Hable's curve at 100 cd/m2); standard range as it is."""
    if not video.is_hdr:
        return []
    primaries = video.colour_primaries if video.colour_primaries != "unknown" else "bt2020"
    space = video.colour_space if video.colour_space != "unknown" else "bt2020nc"
    return [
        f"setparams=color_primaries={primaries}:color_trc={video.colour_transfer}:colorspace={space}",
        "zscale=t=linear:npl=100",
        "format=gbrpf32le",
        "zscale=p=bt709",
        "tonemap=tonemap=hable:desat=0",
        "zscale=t=bt709:m=bt709:r=tv",
        "format=yuv420p",
    ]


def _frame_steps(b: _Builder, video: VideoFacts, cut: Cut, *, opaque: bool) -> tuple[list[str], list[str]]:
    """What brings a picture to its place: steps for any frame of it, and those that move with time."""
    matrix = ""
    if video.colour_space == "unknown" and video.pixel_format.startswith("yuv"):
        # Untagged: broadcast practice is BT.601 below HD (ITU-R BT.709 for HD).
        matrix = f":in_color_matrix={'bt709' if video.coded_height >= 720 else 'smpte170m'}"
    transform = find_transform(cut.element)
    filled = transform.background if transform is not None else None
    background = f"0x{filled[1:]}" if filled else b.background
    drawing = Drawing(matrix, background, opaque or filled is not None, has_alpha(video), b.name)
    still, moving = frame_filters(_layout(b, cut), drawing, skip=cut.skip, count=cut.count)
    return still, [*moving, *(["format=yuva420p"] if drawing.opaque and not opaque else [])]


def _layout(b: _Builder, cut: Cut) -> Layout:
    assert isinstance(cut.element.source, FILMED)
    video = b.facts[cut.element.source.artifact_id].video[0]
    return lay_out(video, cut.element, (b.width, b.height), b.rate)


def _is_inside(b: _Builder, cut: Cut) -> bool:
    """Whether any of the picture lies in the frame."""
    return not isinstance(cut.element.source, FILMED) or not _layout(b, cut).visible.is_empty


def _canvas(b: _Builder, cut: Cut, *, opaque: bool) -> Canvas:
    """What looks are laid on. On the main track regions are shares of the frame, bars included."""
    transform = find_transform(cut.element)
    if opaque or (transform is not None and transform.background):
        return Canvas(b.width, b.height, not opaque)
    shown, bottom = _layout(b, cut).visible, b.layers.bottom
    is_main = bottom is not None and cut.element.id in bottom.track.positions
    frame = (-round(shown.left), -round(shown.top), b.width, b.height) if is_main else None
    return Canvas(round(shown.width), round(shown.height), True, frame)


def _fade_steps(b: _Builder, cut: Cut, *, alpha: bool) -> list[str]:
    """Fades and opacity. The clock of a fade starts with it or with the piece, whichever is later."""
    whole = b.rate.frames(cut.element.duration_ticks)
    how = "alpha=1" if alpha else f"color={b.background}"
    steps: list[str] = []
    for effect in cut.element.effects:
        if not (isinstance(effect, (FadeIn, FadeOut)) and effect.enabled and effect.picture):
            continue
        length = b.rate.frames(effect.duration_ticks)
        start = 0 if isinstance(effect, FadeIn) else whole - length
        if cut.skip < start + length and start < cut.skip + cut.count:
            kind = "in" if isinstance(effect, FadeIn) else "out"
            steps.append(f"setpts=N+{max(0, cut.skip - start)}")
            steps.append(_fade(b, kind, max(0, start - cut.skip), length, how))
    if steps:
        steps.append("setpts=N")
    if alpha and cut.element.opacity < 1:
        steps.append(f"lut=a=val*{cut.element.opacity:.4f}")
    return steps


def _fade(b: _Builder, kind: str, start: int, length: int, how: str) -> str:
    at, lasts = (seconds_argument(b.rate.ticks(n)) for n in (start, length))
    return f"fade=t={kind}:st={at}:d={lasts}:{how}"


def _overlay(b: _Builder, cut: Cut, current: str, overlap: int) -> str:
    """An element over what lies below it, coming in over its first `overlap` frames."""
    if not (is_seen(b.facts, cut.element) and _is_inside(b, cut)):
        return current
    layer, name = _picture(b, cut, opaque=False), b.name()
    steps: list[str] = []
    if cut.skip < overlap:
        steps += [f"setpts=N+{cut.skip}", _fade(b, "in", 0, overlap, "alpha=1")]
    left, top = _corner(b, cut)
    placed = b.name()
    b.chains.append(f"[{layer}]{','.join([*steps, f'setpts=N+{cut.at}'])}[{placed}]")
    b.chains.append(
        f"[{current}][{placed}]overlay={left}:{top}:eof_action=pass:repeatlast=0:format=yuv420[{name}]"
    )
    return name


def _corner(b: _Builder, cut: Cut) -> tuple[int, int]:
    """Where the top left corner of what `_picture` makes lies in the frame."""
    transform = find_transform(cut.element)
    if not isinstance(cut.element.source, FILMED) or (transform is not None and transform.background):
        return 0, 0
    shown = _layout(b, cut).visible
    return round(shown.left), round(shown.top)


def _draw(b: _Builder, graphics: Sequence[Graphic], current: str, frames: int) -> str:
    """Titles, captions and shapes by libass, on a clock that counts frames."""
    file, name = f"text{len(b.texts)}.ass", b.name()
    b.texts[file] = draw_graphics(graphics, frames, (b.width, b.height))
    libass = f"settb=1/{FRAMES_PER_SECOND},setpts=N,ass=filename={file}:fontsdir={FONTS_FOLDER}"
    b.chains.append(f"[{current}]{libass},settb=1/({b.rate.fraction}),setpts=N[{name}]")
    return name
