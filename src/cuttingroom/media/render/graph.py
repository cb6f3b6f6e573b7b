"""From a stretch of the timeline to ffmpeg's inputs and filter graph. Pure: nothing is read or run here.

The picture of one piece is built from the bottom: the lowest video track as a row of full frames (`concat`),
then every other layer laid over it. Each layer is cut to its exact number of frames, and the row at the
bottom decides how many come out, so a source that ends early cannot shorten the film.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from cuttingroom.core.time import TICKS_PER_SECOND, Rate, round_half_up
from cuttingroom.media.ffmpeg import seconds_argument, seek_arguments
from cuttingroom.media.probe import MediaFacts, VideoFacts
from cuttingroom.media.render.fonts import FONTS_FOLDER
from cuttingroom.media.render.text import TextEvent, ass_document
from cuttingroom.timeline.model import (
    CaptionSource,
    Element,
    FadeIn,
    FadeOut,
    MediaSource,
    StillSource,
    TextSource,
    Timeline,
    Track,
    TrackKind,
)

TAP = "scale=320:-2:flags=fast_bilinear,blackdetect=d=0.1:pix_th=0.12,freezedetect=n=0.004:d=0.2"
"""More sensitive than the check of the finished file, so that encoding cannot add what was not there."""

_EXACT_SEEK = ("mov", "matroska")
_PREROLL_TICKS = 4 * TICKS_PER_SECOND
"""How much earlier to seek in containers without an index of their key frames."""
_ALPHA_FORMATS = ("rgba", "bgra", "argb", "abgr", "yuva", "gbrap", "pal8", "ya8", "ya16")


@dataclass(frozen=True)
class Piece:
    """Frames `first` up to, not including, `end` of the output."""

    first: int
    end: int

    @property
    def frames(self) -> int:
        return self.end - self.first


@dataclass(frozen=True)
class GraphInput:
    """One file to open. `options` come before `-i`."""

    artifact_id: str
    options: tuple[str, ...]


@dataclass(frozen=True)
class PictureGraph:
    """Inputs, the graph with outputs `[out]` and `[tap]`, and text files to be written beside it.

    `[tap]` shows nothing new: on its way the composed picture is looked at for black and frozen stretches.
    """

    inputs: tuple[GraphInput, ...]
    filters: str
    texts: Mapping[str, str]
    frames: int


@dataclass(frozen=True)
class _Cut:
    """What a piece shows of an element: `count` frames, from `skip` on, at frame `at` of the piece."""

    element: Element
    at: int
    skip: int
    count: int


@dataclass
class _Builder:
    timeline: Timeline
    facts: Mapping[str, MediaFacts]
    piece: Piece
    width: int
    height: int
    inputs: list[GraphInput] = field(default_factory=list[GraphInput])
    chains: list[str] = field(default_factory=list[str])
    texts: dict[str, str] = field(default_factory=dict[str, str])
    _names: int = 0

    @property
    def rate(self) -> Rate:
        return self.timeline.rate

    @property
    def background(self) -> str:
        return "0x" + self.timeline.settings.background[1:]

    def name(self) -> str:
        self._names += 1
        return f"n{self._names}"


def build_picture(
    timeline: Timeline, facts: Mapping[str, MediaFacts], piece: Piece, width: int, height: int
) -> PictureGraph:
    """The graph for one piece at `width` x `height` pixels. `facts` by artifact id (KeyError when absent)."""
    b = _Builder(timeline, facts, piece, width, height)
    tracks = picture_tracks(timeline)
    bottom = next((t for t in tracks if t.kind is TrackKind.VIDEO), None)
    current = _bottom_row(b, bottom)
    for track in tracks:
        current = _lay_over(b, track, current, is_bottom=track is bottom)
    tags = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
    b.chains.append(f"[{current}]format=yuv420p,setsar=1,{tags},split[out][seen]")
    b.chains.append(f"[seen]{TAP}[tap]")
    return PictureGraph(tuple(b.inputs), ";\n".join(b.chains) + "\n", b.texts, piece.frames)


def picture_tracks(timeline: Timeline) -> list[Track]:
    """Visible tracks with pictures, bottom to top; captions are above everything."""
    shown = [t for t in timeline.tracks if t.visible and t.kind is not TrackKind.AUDIO]
    return sorted(shown, key=lambda t: t.kind is TrackKind.CAPTIONS)


def plan_pieces(timeline: Timeline, *, target_frames: int, max_elements: int) -> list[Piece]:
    """Pieces that cover the timeline, each about `target_frames` long and with few elements.

    A piece ends where an element begins or ends when there is such a place near its target, because a file
    that is opened twice has to be decoded from an earlier key frame twice.
    """
    rate, total = timeline.rate, timeline.rate.frames(timeline.duration_ticks)
    spans = [
        (rate.frames(e.start_ticks), rate.frames(e.end_ticks))
        for t in picture_tracks(timeline) for e in t.elements if not isinstance(e.source, CaptionSource)
    ]  # fmt: skip
    edges = sorted({edge for span in spans for edge in span})
    pieces: list[Piece] = []
    first = 0
    while first < total:
        end = _piece_end(first, total, edges, target_frames)
        begun = sorted(s for s, e in spans if first < s < end and e > first)
        open_now = sum(s <= first < e for s, e in spans)
        if open_now + len(begun) > max_elements and len(begun) >= 1:
            end = begun[max(0, min(len(begun) - 1, max_elements - open_now))]
        pieces.append(Piece(first, end))
        first = end
    return pieces


def _piece_end(first: int, total: int, edges: list[int], target: int) -> int:
    if total - first <= target * 3 // 2:
        return total
    near = [e for e in edges if first + target // 2 <= e <= first + target * 3 // 2]
    return min(near, key=lambda e: abs(e - first - target)) if near else first + target


def hdr_sources(timeline: Timeline, facts: Mapping[str, MediaFacts]) -> list[str]:
    """Artifacts on the timeline whose picture has to be tone-mapped."""
    used = {
        e.source.artifact_id: facts[e.source.artifact_id]
        for t in picture_tracks(timeline) for e in t.elements
        if isinstance(e.source, (MediaSource, StillSource))
    }  # fmt: skip
    return sorted(a for a, f in used.items() if f.video and f.video[0].is_hdr)


def _cuts(b: _Builder, track: Track) -> Iterator[_Cut]:
    for element in track.elements:
        start, end = b.rate.frames(element.start_ticks), b.rate.frames(element.end_ticks)
        first, last = max(start, b.piece.first), min(end, b.piece.end)
        if last > first:
            yield _Cut(element, first - b.piece.first, first - start, last - first)


def _bottom_row(b: _Builder, track: Track | None) -> str:
    """Full opaque frames for the whole piece: elements of the lowest video track, background between."""
    parts: list[str] = []
    filled = 0
    for cut in _cuts(b, track) if track is not None else ():
        late = max(0, filled - cut.at)  # an overlap belongs to the element on the left
        if late >= cut.count or _is_layer(b, cut.element):
            continue
        if cut.at > filled:
            parts.append(_blank(b, cut.at - filled))
        shown = _Cut(cut.element, cut.at + late, cut.skip + late, cut.count - late)
        parts.append(_picture(b, shown, opaque=True))
        filled = shown.at + shown.count
    if filled < b.piece.frames:
        parts.append(_blank(b, b.piece.frames - filled))
    name = b.name()
    row = (
        "".join(f"[{p}]" for p in parts) + f"concat=n={len(parts)}:v=1:a=0,"
        if len(parts) > 1
        else f"[{parts[0]}]"
    )
    b.chains.append(f"{row}settb=1/({b.rate.fraction}),setpts=N[{name}]")
    return name


def _lay_over(b: _Builder, track: Track, current: str, *, is_bottom: bool) -> str:
    events: list[TextEvent] = []
    joined = {t.right_id: b.rate.frames(t.duration_ticks) for t in track.transitions}
    for cut in _cuts(b, track):
        if isinstance(cut.element.source, (TextSource, CaptionSource)):
            events.append(_text_event(b, track, cut))
        elif not is_bottom or _is_layer(b, cut.element):
            current = _overlay(b, cut, current, joined.get(cut.element.id, 0), opaque=False)
        elif cut.skip < joined.get(cut.element.id, 0):
            overlap = joined[cut.element.id]
            head = _Cut(cut.element, cut.at, cut.skip, min(cut.count, overlap - cut.skip))
            current = _overlay(b, head, current, overlap, opaque=True)
    return _draw_text(b, events, current) if events else current


def _is_layer(b: _Builder, element: Element) -> bool:
    """Whether something below may be seen through the element, or it has no picture of its own."""
    source = element.source
    if not isinstance(source, (MediaSource, StillSource)) or not element.has_picture:
        return True
    if isinstance(source, MediaSource) and not b.facts[source.artifact_id].video:
        return True
    return element.opacity < 1 or _has_alpha(b.facts[source.artifact_id].video[0])


def _has_alpha(video: VideoFacts) -> bool:
    return video.pixel_format.startswith(_ALPHA_FORMATS)


def _blank(b: _Builder, count: int) -> str:
    name, rate = b.name(), b.rate.fraction
    colour = f"color=c={b.background}:s={b.width}x{b.height}:r={rate}:d=1,trim=end_frame=1,format=gbrp"
    to_yuv = "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,setsar=1"
    b.chains.append(f"{colour},{to_yuv},{_repeat(b, count)}[{name}]")
    return name


def _repeat(b: _Builder, count: int) -> str:
    rate = b.rate.fraction
    return f"loop=loop=-1:size=1:start=0,settb=1/({rate}),setpts=N,fps={rate},trim=end_frame={count}"


def _picture(b: _Builder, cut: _Cut, *, opaque: bool) -> str:
    """The frames of an element, scaled to fit; an opaque one is padded to the whole frame."""
    source = cut.element.source
    assert isinstance(source, (MediaSource, StillSource))
    video = b.facts[source.artifact_id].video[0]
    number = len(b.inputs)
    steps = [*_colour_steps(video), *_fit_steps(b, video, opaque=opaque)]
    if isinstance(source, StillSource):
        b.inputs.append(GraphInput(source.artifact_id, ()))
        chain = [*steps, _repeat(b, cut.count)]
    else:
        moment = _open_at(b, source, cut)
        chain = [*_timing_steps(b, video, cut, moment), *steps]
    chain += _fade_steps(b, cut, alpha=not opaque)
    name = b.name()
    b.chains.append(f"[{number}:{video.index}]{','.join(chain)}[{name}]")
    return name


def _open_at(b: _Builder, source: MediaSource, cut: _Cut) -> int:
    """Add the input, opened at or before the wanted moment; returns it on the container's clock.

    Half a frame early, because the clock of a container may be rounded (Matroska: to milliseconds).
    """
    speed = cut.element.speed.fraction
    wanted = source.range.start_ticks + round_half_up(b.rate.ticks(cut.skip) * speed)
    early = round_half_up(b.rate.frame_ticks * speed / 2)
    container = b.facts[source.artifact_id].container
    if not container.startswith(_EXACT_SEEK):
        early = max(early, _PREROLL_TICKS)
    b.inputs.append(GraphInput(source.artifact_id, ("-an", "-sn", "-dn", *seek_arguments(wanted - early))))
    return b.facts[source.artifact_id].origin_ticks + wanted


def _timing_steps(b: _Builder, video: VideoFacts, cut: _Cut, moment: int) -> list[str]:
    """Exactly `cut.count` frames at the timeline's rate; the last one stands when the source has no more."""
    speed, rate = cut.element.speed, b.rate.fraction
    deinterlace = ["bwdif=mode=send_frame:deint=interlaced"] if video.interlaced else []
    return [
        *deinterlace,
        f"settb=1/{TICKS_PER_SECOND}",
        f"setpts=(PTS-{moment})*{speed.den}/{speed.num}",
        f"fps=fps={rate}:round=near:start_time=0",
        "tpad=stop=-1:stop_mode=clone",
        f"trim=end_frame={cut.count}",
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


def _fit_steps(b: _Builder, video: VideoFacts, *, opaque: bool) -> list[str]:
    width, height, left, top = _placed(b, video)
    matrix = ""
    if video.colour_space == "unknown" and video.pixel_format.startswith("yuv"):
        # Untagged: broadcast practice is BT.601 below HD (ITU-R BT.709 for HD).
        matrix = f":in_color_matrix={'bt709' if video.coded_height >= 720 else 'smpte170m'}"
    scale = f"scale={width}:{height}:flags=bicubic{matrix}:out_color_matrix=bt709:out_range=tv"
    steps = [scale, "format=yuv420p" if opaque else "format=yuva420p"]
    if opaque and (width, height) != (b.width, b.height):
        steps.append(f"pad={b.width}:{b.height}:{left}:{top}:color={b.background}")
    return [*steps, "setsar=1"]


def _placed(b: _Builder, video: VideoFacts) -> tuple[int, int, int, int]:
    """Width, height, left and top of a picture that keeps its shape, all even."""
    share = min(Fraction(b.width, video.width), Fraction(b.height, video.height))
    width = min(b.width, max(2, 2 * round(video.width * share / 2)))
    height = min(b.height, max(2, 2 * round(video.height * share / 2)))
    return width, height, (b.width - width) // 4 * 2, (b.height - height) // 4 * 2


def _fade_steps(b: _Builder, cut: _Cut, *, alpha: bool) -> list[str]:
    """Fades by time on the element's own clock, so that a piece may begin in the middle of one."""
    whole = b.rate.frames(cut.element.duration_ticks)
    how = "alpha=1" if alpha else f"color={b.background}"
    steps: list[str] = []
    for effect in cut.element.effects:
        if not (isinstance(effect, (FadeIn, FadeOut)) and effect.enabled and effect.picture):
            continue
        length = b.rate.frames(effect.duration_ticks)
        start = 0 if isinstance(effect, FadeIn) else whole - length
        if cut.skip < start + length and start < cut.skip + cut.count:
            steps.append(_fade(b, "in" if isinstance(effect, FadeIn) else "out", start, length, how))
    opacity = [f"lut=a=val*{cut.element.opacity:.4f}"] if alpha and cut.element.opacity < 1 else []
    return [f"setpts=N+{cut.skip}", *steps, *opacity, "setpts=N"] if steps else opacity


def _fade(b: _Builder, kind: str, start: int, length: int, how: str) -> str:
    at, lasts = (seconds_argument(b.rate.ticks(n)) for n in (start, length))
    return f"fade=t={kind}:st={at}:d={lasts}:{how}"


def _overlay(b: _Builder, cut: _Cut, current: str, overlap: int, *, opaque: bool) -> str:
    if not opaque and not _can_be_seen(b, cut.element):
        return current
    layer, name = _picture(b, cut, opaque=opaque), b.name()
    steps = ["format=yuva420p"] if opaque else []
    if cut.skip < overlap:
        steps += [f"setpts=N+{cut.skip}", _fade(b, "in", 0, overlap, "alpha=1")]
    left, top = (0, 0) if opaque else _placed(b, b.facts[cut.element.source.artifact_id].video[0])[2:]  # type: ignore[union-attr]
    placed = b.name()
    b.chains.append(f"[{layer}]{','.join([*steps, f'setpts=N+{cut.at}'])}[{placed}]")
    b.chains.append(
        f"[{current}][{placed}]overlay={left}:{top}:eof_action=pass:repeatlast=0:format=yuv420[{name}]"
    )
    return name


def _can_be_seen(b: _Builder, element: Element) -> bool:
    source = element.source
    if isinstance(source, MediaSource):
        return element.has_picture and bool(b.facts[source.artifact_id].video)
    return isinstance(source, StillSource)


def _text_event(b: _Builder, track: Track, cut: _Cut) -> TextEvent:
    element, source = cut.element, cut.element.source
    assert isinstance(source, (TextSource, CaptionSource))
    lengths = {"in": 0, "out": 0}
    for effect in element.effects:
        if isinstance(effect, (FadeIn, FadeOut)) and effect.enabled and effect.picture:
            lengths["in" if isinstance(effect, FadeIn) else "out"] = effect.duration_ticks
    for join in track.transitions:
        if element.id in (join.left_id, join.right_id):
            lengths["in" if element.id == join.right_id else "out"] = join.duration_ticks
    start = cut.at - cut.skip
    end = start + b.rate.frames(element.duration_ticks)
    millis = {k: round(v * 1000 / TICKS_PER_SECOND) for k, v in lengths.items()}
    return TextEvent(
        start, end, source.text, source.style, source.position, element.opacity, millis["in"], millis["out"]
    )


def _draw_text(b: _Builder, events: list[TextEvent], current: str) -> str:
    """Text by libass. Its clock runs ahead by `lead`, for texts that began in an earlier piece."""
    lead = max(0, *(-e.start for e in events))
    file, name = f"text{len(b.texts)}_{b.piece.first}.ass", b.name()
    b.texts[file] = ass_document(events, b.width, b.height, b.rate, lead)
    b.chains.append(
        f"[{current}]setpts=N+{lead},ass=filename={file}:fontsdir={FONTS_FOLDER},setpts=N[{name}]"
    )
    return name
