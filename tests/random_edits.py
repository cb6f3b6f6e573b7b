"""Random timelines and edits that mostly fit them, for property tests."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from cuttingroom.core.time import Rate, Ratio, TimeRange
from cuttingroom.timeline.edits.add_audio import AddAudio
from cuttingroom.timeline.edits.add_captions import AddCaptions, SourceTranscript
from cuttingroom.timeline.edits.add_card import AddCard
from cuttingroom.timeline.edits.add_chapters import AddChapters, ChapterStart
from cuttingroom.timeline.edits.add_grain import AddGrain
from cuttingroom.timeline.edits.add_marker import AddMarker
from cuttingroom.timeline.edits.add_music import AddMusic
from cuttingroom.timeline.edits.add_overlay import AddOverlay
from cuttingroom.timeline.edits.add_shape import AddShape
from cuttingroom.timeline.edits.add_title import AddTitle
from cuttingroom.timeline.edits.add_track import AddTrack
from cuttingroom.timeline.edits.add_transition import AddTransition
from cuttingroom.timeline.edits.add_vignette import AddVignette
from cuttingroom.timeline.edits.adjust_colour import AdjustColour
from cuttingroom.timeline.edits.append import Append
from cuttingroom.timeline.edits.apply_lut import ApplyLut, LutRef
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.edits.black_out import BlackOut
from cuttingroom.timeline.edits.bleep_range import BleepRange
from cuttingroom.timeline.edits.chroma_key import ChromaKey
from cuttingroom.timeline.edits.close_gaps import CloseGaps
from cuttingroom.timeline.edits.cut_to_beat import CutToBeat, SourceScenes
from cuttingroom.timeline.edits.denoise import Denoise
from cuttingroom.timeline.edits.duck import Duck as DuckEdit
from cuttingroom.timeline.edits.duplicate import Duplicate
from cuttingroom.timeline.edits.edit_caption import EditCaption
from cuttingroom.timeline.edits.edit_title import EditTitle
from cuttingroom.timeline.edits.fade_in import FadeIn
from cuttingroom.timeline.edits.fade_out import FadeOut
from cuttingroom.timeline.edits.fit_duration import FitDuration
from cuttingroom.timeline.edits.freeze_frame import FreezeFrame
from cuttingroom.timeline.edits.hide_region import HideRegion
from cuttingroom.timeline.edits.import_captions import CaptionCue, ImportCaptions
from cuttingroom.timeline.edits.insert import Insert
from cuttingroom.timeline.edits.keep_ranges import KeepRanges
from cuttingroom.timeline.edits.keep_spoken import KeepSpoken
from cuttingroom.timeline.edits.loop import Loop
from cuttingroom.timeline.edits.move import Move
from cuttingroom.timeline.edits.mute_range import MuteRange
from cuttingroom.timeline.edits.normalise_loudness import MeasuredLoudness, NormaliseLoudness
from cuttingroom.timeline.edits.overwrite import Overwrite
from cuttingroom.timeline.edits.pad_band import PadBand
from cuttingroom.timeline.edits.ramp_speed import RampSpeed
from cuttingroom.timeline.edits.reframe import Reframe
from cuttingroom.timeline.edits.remove import Remove
from cuttingroom.timeline.edits.remove_audio import RemoveAudio
from cuttingroom.timeline.edits.remove_captions import RemoveCaptions
from cuttingroom.timeline.edits.remove_duck import RemoveDuck
from cuttingroom.timeline.edits.remove_effects import RemoveEffects
from cuttingroom.timeline.edits.remove_markers import RemoveMarkers
from cuttingroom.timeline.edits.remove_ranges import RemoveRanges
from cuttingroom.timeline.edits.remove_silences import RemoveSilences, SourceSilences
from cuttingroom.timeline.edits.remove_spoken import RemoveSpoken
from cuttingroom.timeline.edits.remove_transition import RemoveTransition
from cuttingroom.timeline.edits.reorder import Reorder
from cuttingroom.timeline.edits.replace_audio import ReplaceAudio
from cuttingroom.timeline.edits.restore import Restore
from cuttingroom.timeline.edits.reverse import Reverse
from cuttingroom.timeline.edits.ripple_remove import RippleRemove
from cuttingroom.timeline.edits.ripple_trim import RippleTrim
from cuttingroom.timeline.edits.set_envelope import SetEnvelope
from cuttingroom.timeline.edits.set_opacity import SetOpacity
from cuttingroom.timeline.edits.set_project import SetProject
from cuttingroom.timeline.edits.set_speed import SetSpeed
from cuttingroom.timeline.edits.set_volume import SetVolume
from cuttingroom.timeline.edits.side_by_side import SideBySide
from cuttingroom.timeline.edits.split import Split
from cuttingroom.timeline.edits.split_at import SplitAt, SplitPoint
from cuttingroom.timeline.edits.style_captions import StyleCaptions
from cuttingroom.timeline.edits.take_back import TakeBack
from cuttingroom.timeline.edits.tighten import SparedPart, Tighten
from cuttingroom.timeline.edits.transform import Transform
from cuttingroom.timeline.edits.trim import Trim
from cuttingroom.timeline.edits.zoom import Zoom
from cuttingroom.timeline.effects import Bleep, Duck, Envelope, GainPoint, Mute, Point, Region
from cuttingroom.timeline.effects import Denoise as DenoiseEffect
from cuttingroom.timeline.effects import FadeIn as FadeInEffect
from cuttingroom.timeline.model import Element, Marker, StyleParts, Timeline, TrackKind, WordHighlight
from cuttingroom.timeline.speech.hearing import SpokenPart
from cuttingroom.timeline.transcript import Word
from drawing import a_file, frames, span, timeline

quick = settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
"""The same examples every time, and no shrinking: it takes minutes, and the drawings are short already."""

SPEEDS = ("", "", "", "x2", "x1/2", "x3/2")
FILES = ("f", "g")


@st.composite
def timelines(draw: DrawFn) -> Timeline:
    """A sound timeline: gaps, transitions, speeds, effects, overlays, captions, music, seldom a lock."""
    parts = ["video: " + draw(_lane("A", _media, joins=True, least=1))]
    if draw(st.booleans()):
        parts.append("video v2: " + draw(_lane("B", _media, joins=True)))
    if draw(st.booleans()):
        parts.append("overlay: " + draw(_lane("C", _overlay, joins=True)))
    if draw(st.booleans()):
        parts.append("captions: " + draw(_lane("D", _title)))
    if draw(st.booleans()):
        parts.append("audio voice: " + draw(_lane("E", _media)))
    if draw(st.booleans()):
        parts.append("audio music fixed: " + draw(_lane("M", _media)))
    if draw(st.integers(0, 9)) == 0:
        parts[-1] = parts[-1].replace(":", " locked:")
    found = timeline(" | ".join(parts))
    return draw(_decorated(found))


def edits(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    """An edit of `before` that may or may not be accepted; its new ids start with `mark`."""
    return st.sampled_from(MAKERS).flatmap(lambda make: make(before, mark))


def times(before: Timeline) -> SearchStrategy[int]:
    """A moment of the timeline: any frame, between frames, or where something starts or ends."""
    last = max(1, before.rate.frames(before.duration_ticks))
    edges = [x for t in before.tracks for e in t.elements for x in (e.start_ticks, e.end_ticks)]
    anywhere = st.integers(0, last).map(frames)
    between = st.tuples(anywhere, st.integers(0, frames(1) // 2)).map(sum)
    return st.one_of(anywhere, st.sampled_from(edges), between) if edges else anywhere


def ranges(before: Timeline) -> SearchStrategy[TimeRange]:
    """A stretch of at least a frame that begins on the timeline; it may reach past the end."""
    return st.builds(
        lambda start, length: TimeRange(start_ticks=start, duration_ticks=length),
        times(before),
        st.one_of(st.integers(1, 40).map(frames), st.integers(frames(1), frames(9))),
    )


@st.composite
def _lane(
    draw: DrawFn,
    name: str,
    item: Callable[[str], SearchStrategy[tuple[str, int]]],
    joins: bool = False,
    least: int = 0,
) -> str:
    words: list[str] = []
    room = 0
    for n in range(draw(st.integers(least, 5))):
        text, length = draw(item(f"{name}{n}"))
        overlap = draw(st.integers(0, min(room, length) - 1)) if joins and min(room, length) > 1 else 0
        gap = draw(st.sampled_from([0, 0, 0, 3, 11]))
        joined = overlap > 0 and draw(st.booleans())
        if joined:
            words.append(f"~{overlap}")
        elif gap:
            words.append(f".{gap}")
        words.append(text)
        room = length - overlap if joined else length
    return " ".join(words)


@st.composite
def _media(draw: DrawFn, name: str) -> tuple[str, int]:
    start, length, speed = (
        draw(st.integers(0, 60)),
        draw(st.integers(1, 12)) * 6,
        draw(st.sampled_from(SPEEDS)),
    )
    ratio = Ratio.of(speed[1:] or 1).fraction
    part = draw(st.sampled_from([(start, start + length), (start, start + length), (start + length, start)]))
    return f"{name}@{draw(st.sampled_from(FILES))}[{part[0]}-{part[1]}]{speed}", int(length / ratio)


@st.composite
def _title(draw: DrawFn, name: str) -> tuple[str, int]:
    length = draw(st.integers(1, 40))
    return f"{name}({length})", length


def _overlay(name: str) -> SearchStrategy[tuple[str, int]]:
    still = st.integers(1, 40).map(lambda n: (f"{name}@picture{{{n}}}", n))
    return st.one_of(_title(name), _media(name), still)


@st.composite
def _decorated(draw: DrawFn, found: Timeline) -> Timeline:
    for track in found.tracks:
        elements = [draw(_with_effects(e)) if draw(st.integers(0, 3)) == 0 else e for e in track.elements]
        found = found.with_track(track.with_elements(elements))
    markers = [Marker(id=f"mk{n}", at_ticks=frames(7 * n)) for n in range(draw(st.integers(0, 2)))]
    return found.model_copy(update={"markers": tuple(markers)})


@st.composite
def _with_effects(draw: DrawFn, element: Element) -> Element:
    length = element.duration_ticks
    effects = [FadeInEffect(id="fx_in", duration_ticks=draw(st.integers(1, length)))]
    start = draw(st.integers(0, length - 1))
    mute = Mute(id="fx_mute", range=TimeRange.between(start, draw(st.integers(start + 1, length))))
    bleep = Bleep(id="fx_bleep", range=mute.range)
    line = Envelope(id="fx_line", points=draw(_line(frames(-2), length + frames(2))))
    always = [Duck(id="fx_duck"), DenoiseEffect(id="fx_denoise")]
    kept = draw(st.lists(st.sampled_from([*effects, mute, bleep, line, *always]), unique_by=lambda e: e.id))
    return element.model_copy(update={"effects": tuple(kept), "volume": draw(st.sampled_from([1.0, 0.5]))})


def _line(low: int, high: int) -> SearchStrategy[tuple[GainPoint, ...]]:
    times = st.lists(st.integers(low, high), min_size=1, max_size=3, unique=True).map(sorted)
    levels = st.sampled_from([-60.0, -12.5, 0.0, 6.0])
    return times.flatmap(
        lambda found: st.tuples(*(st.builds(GainPoint, at_ticks=st.just(t), gain_db=levels) for t in found))
    )


def _elements(before: Timeline) -> list[Element]:
    return [e for t in before.tracks for e in t.elements]


def _one(before: Timeline) -> SearchStrategy[str]:
    return st.sampled_from([e.id for e in _elements(before)] or ["missing"])


def _several(before: Timeline) -> SearchStrategy[tuple[str, ...]]:
    return st.lists(_one(before), min_size=1, max_size=3, unique=True).map(tuple)


def _insert(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    tracks = [None, None, *(t.id for t in before.tracks if t.kind is not TrackKind.CAPTIONS)]
    return st.builds(
        Insert,
        media=st.just(a_file("f")),
        at_ticks=times(before),
        track_id=st.sampled_from(tracks),
        range=st.integers(1, 30).map(lambda n: span(0, n)),
        element_id=st.just(f"{mark}x"),
        right_id=st.just(f"{mark}r"),
    )


def _append(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    return st.builds(
        Append,
        media=st.just(a_file("g")),
        range=st.integers(1, 30).map(lambda n: span(40, 40 + n)),
        element_id=st.just(f"{mark}x"),
    )


def _split(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    inside = [e for e in _elements(before) if e.duration_ticks > frames(1)] or _elements(before)
    if not inside:
        return _append(before, mark)
    return st.sampled_from(inside).flatmap(
        lambda e: st.builds(
            Split,
            element_id=st.just(e.id),
            at_ticks=st.integers(e.start_ticks, e.end_ticks),
            right_id=st.just(f"{mark}r"),
        )
    )


def _trim_of(kind: type[Trim] | type[RippleTrim]) -> Callable[[Timeline, str], SearchStrategy[Edit]]:
    def make(before: Timeline, mark: str) -> SearchStrategy[Edit]:
        if not _elements(before):
            return _append(before, mark)
        extra = {"id_prefix": st.just(mark)} if kind is RippleTrim else {}
        return st.sampled_from(_elements(before)).flatmap(
            lambda e: st.builds(kind, element_id=st.just(e.id), range=_range_near(e), **extra)
        )

    return make


def _range_near(element: Element) -> SearchStrategy[TimeRange]:
    start, end = element.start_ticks // frames(1), element.end_ticks // frames(1)
    starts = st.integers(max(0, start - 5), end - 1)
    return starts.flatmap(lambda s: st.integers(max(s, start) + 1, end + 5).map(lambda e: span(s, e)))


def _move(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    to_track = st.sampled_from([None, None, *(t.id for t in before.tracks)])
    return st.builds(Move, element_id=_one(before), to_ticks=times(before), to_track_id=to_track)


def _reorder(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    tracks = [t for t in before.tracks if len(t.elements) > 1]
    if not tracks:
        return _append(before, mark)
    return st.sampled_from(tracks).flatmap(
        lambda track: st.builds(
            Reorder,
            track_id=st.just(track.id),
            element_ids=st.permutations([e.id for e in track.elements]).map(tuple),
        )
    )


def _set_speed(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    media = [e.id for e in _elements(before) if e.source.kind == "media"] or ["missing"]
    return st.builds(
        SetSpeed,
        element_ids=st.lists(st.sampled_from(media), min_size=1, max_size=2, unique=True).map(tuple),
        speed=st.sampled_from([Ratio.of(x) for x in ("1/2", 1, "3/2", 2, 3)]),
    )


def _ramp_speed(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    media = [e for e in _elements(before) if e.source.kind == "media"]
    if not media:
        return _append(before, mark)
    speeds = st.sampled_from([Ratio.of(x) for x in ("1/2", 1, 2, 3)])
    return st.sampled_from(media).flatmap(
        lambda e: st.builds(
            RampSpeed,
            element_id=st.just(e.id),
            from_speed=speeds,
            to_speed=speeds,
            range=st.one_of(st.none(), _range_near(e)),
            id_prefix=st.just(mark),
        )
    )


def _fit_duration(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    tracks = [t for t in before.tracks if t.elements]
    several = st.sampled_from(tracks).flatmap(
        lambda t: st.lists(st.sampled_from(t.element_ids), max_size=3, unique=True).map(tuple)
    )
    return st.builds(
        FitDuration,
        element_ids=several if tracks else st.just(()),
        duration_ticks=st.integers(2, 150).map(frames),
    )


def _loop(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    tracks = [t for t in before.tracks if t.elements]
    if not tracks:
        return _append(before, mark)
    runs = st.sampled_from(tracks).flatmap(
        lambda t: st.integers(0, len(t.elements) - 1).flatmap(
            lambda n: st.integers(n + 1, min(n + 3, len(t.elements))).map(lambda m: t.element_ids[n:m])
        )
    )
    how = st.one_of(
        st.integers(2, 4).map(lambda n: (n, None)), st.integers(20, 150).map(lambda n: (None, frames(n)))
    )
    return st.builds(
        lambda ids, how: Loop(element_ids=ids, times=how[0], duration_ticks=how[1], id_prefix=mark), runs, how
    )


def _freeze_frame(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    return st.builds(
        FreezeFrame,
        at_ticks=times(before),
        duration_ticks=st.integers(1, 30).map(frames),
        track_id=st.sampled_from([None, None, *(t.id for t in before.tracks)]),
        element_id=st.just(f"{mark}x"),
        right_id=st.just(f"{mark}r"),
    )


def _add_transition(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    pairs = [
        (a.id, b.id)
        for t in before.tracks
        for a, b in zip(t.elements, t.elements[1:], strict=False)
        if a.end_ticks >= b.start_ticks
    ]
    if not pairs:
        return _append(before, mark)
    return st.builds(
        lambda pair, length, kind: AddTransition(
            left_id=pair[0],
            right_id=pair[1],
            duration_ticks=length,
            kind=kind,
            transition_id=f"{mark}t",
            id_prefix=mark,
        ),
        st.sampled_from(pairs),
        st.integers(1, 8).map(frames),
        st.sampled_from(["crossfade", "crossfade", "wipe", "dip", "push", "slide", "zoom"]),
    )


def _remove_transition(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    joints = [t for track in before.tracks for t in track.transitions]
    if not joints:
        return _append(before, mark)
    return st.sampled_from(joints).map(
        lambda t: RemoveTransition(left_id=t.left_id, right_id=t.right_id, id_prefix=mark)
    )


def _ranges_of(
    kind: type[RemoveRanges] | type[KeepRanges],
) -> Callable[[Timeline, str], SearchStrategy[Edit]]:
    def make(before: Timeline, mark: str) -> SearchStrategy[Edit]:
        several = st.lists(ranges(before), min_size=1, max_size=3).map(tuple)
        return st.builds(kind, ranges=several, id_prefix=st.just(mark))

    return make


def _remove_silences(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    silent = st.lists(st.integers(0, 30).map(lambda n: span(4 * n, 4 * n + 3)), min_size=1, max_size=4).map(
        tuple
    )
    both = st.tuples(silent, silent).map(
        lambda two: tuple(SourceSilences(artifact_id=f, ranges=r) for f, r in zip(FILES, two, strict=True))
    )
    mode = st.sampled_from(
        [{}, {}, {"ends_only": True}, {"mode": "shorten", "to_ticks": frames(1)},
         {"mode": "shorten", "ratio": Ratio.of("1/3")}, {"mode": "keep_only"}, {"mode": "mark"}]
    )  # fmt: skip
    return st.builds(
        lambda silences, padding, mode: RemoveSilences(
            silences=silences, padding_ticks=padding, id_prefix=mark, **mode
        ),
        both,
        st.sampled_from([0, frames(1) // 3]),
        mode,
    )


def _parts_said(kind: type[SpokenPart], **extra: str) -> SearchStrategy[tuple[SpokenPart, ...]]:
    part = st.builds(
        lambda file, start, length: kind(
            artifact_id=file, range=TimeRange(start_ticks=start, duration_ticks=length), text="said", **extra
        ),
        st.sampled_from(FILES),
        st.integers(0, frames(70)),
        st.integers(frames(1) // 2, frames(12)),
    )
    return st.lists(part, min_size=1, max_size=4).map(tuple)


def _remove_spoken(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    kind = st.sampled_from(["fillers", "repeats", "breaths", "words"])
    return st.builds(RemoveSpoken, kind=kind, parts=_parts_said(SpokenPart), id_prefix=st.just(mark))


def _keep_spoken(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    return st.builds(KeepSpoken, parts=_parts_said(SpokenPart), id_prefix=st.just(mark))


def _tighten(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    parts = _parts_said(SparedPart, why="sentence")
    return st.builds(Tighten, target_ticks=st.just(frames(40)), parts=parts, id_prefix=st.just(mark))


def _cut_to_beat(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    beats = st.integers(frames(5), frames(15)).map(lambda step: tuple(range(0, frames(80), step)))
    return st.builds(
        CutToBeat,
        media=st.sampled_from([a_file("f"), a_file("g"), a_file("song", 60)]),
        beats=beats,
        scenes=st.sampled_from([(), (SourceScenes(artifact_id="f", cuts=(frames(20), frames(31))),)]),
        element_id=st.just(f"{mark}x"),
        new_track_id=st.just(f"{mark}k"),
        beats_per_clip=st.sampled_from([None, None, 2]),
        id_prefix=st.just(mark),
    )


def _add_title(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    return st.builds(
        AddTitle,
        text=st.sampled_from(["Harbour", "Ünï"]),
        at_ticks=times(before),
        duration_ticks=st.integers(1, 30).map(frames),
        element_id=st.just(f"{mark}x"),
        new_track_id=st.just(f"{mark}k"),
    )


def _add_captions(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    words = [
        Word(text=text, start_ticks=frames(5 * n), end_ticks=frames(5 * n + 4))
        for n, text in enumerate(
            ["We", "sail", "at", "dawn.", "Bring", "your", "own", "rope,", "and", "mind", "the", "gap."]
        )
    ]
    spoken = SourceTranscript(artifact_id="f", words=tuple(words))
    return st.builds(
        AddCaptions,
        transcripts=st.just((spoken,)),
        max_characters=st.sampled_from([12, 42]),
        id_prefix=st.just(mark),
        new_track_id=st.just(f"{mark}k"),
    )


def _edit_title(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    titles = [e.id for e in _elements(before) if e.source.kind == "text"]
    if not titles:
        return _add_title(before, mark)
    return st.builds(
        EditTitle,
        element_id=st.sampled_from(titles),
        text=st.sampled_from([None, "Pier"]),
        detail=st.sampled_from([None, "", "harbour master"]),
        preset=st.sampled_from([None, "big", "lower_third"]),
        position=st.sampled_from([None, "top", Point(x=0.2, y=0.8)]),
        style=st.sampled_from([StyleParts(), StyleParts(size=0.2, colour="#ff0000")]),
        animation=st.sampled_from([None, "none", "pop"]),
        at_ticks=st.one_of(st.none(), times(before)),
        duration_ticks=st.sampled_from([None, frames(1), frames(12)]),
    )


def _add_shape(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    return st.builds(
        AddShape,
        shape=st.sampled_from(["box", "ellipse", "arrow", "highlight", "fill", "progress"]),
        region=st.just(Region(x=0.1, y=0.2, width=0.3, height=0.4)),
        at_ticks=times(before),
        duration_ticks=st.integers(1, 30).map(frames),
        element_id=st.just(f"{mark}x"),
        new_track_id=st.just(f"{mark}k"),
    )


def _style_captions(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    return st.builds(
        StyleCaptions,
        preset=st.sampled_from([None, "karaoke", "bold_pop"]),
        style=st.just(StyleParts(colour="#ffff00")),
        position=st.sampled_from([None, "top"]),
        highlight=st.sampled_from([None, "none", WordHighlight(how="box")]),
        id_prefix=st.just(mark),
    )


def _edit_caption(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    captions = [e.id for e in _elements(before) if e.source.kind == "caption"]
    if not captions:
        return _add_captions(before, mark)
    return st.builds(
        EditCaption, element_id=st.sampled_from(captions), text=st.sampled_from(["Ahoy", "all hands on deck"])
    )


def _import_captions(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    cue = st.builds(
        lambda start, length: CaptionCue(text="Ahoy there", start_ticks=start, end_ticks=start + length),
        times(before),
        st.integers(1, frames(20)),
    )
    return st.builds(
        ImportCaptions,
        cues=st.lists(cue, min_size=1, max_size=4).map(tuple),
        language=st.sampled_from(["en", "de"]),
        id_prefix=st.just(mark),
        new_track_id=st.just(f"{mark}k"),
    )


def _add_music(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    return st.builds(
        AddMusic,
        media=st.just(a_file("song", 60)),
        at_ticks=times(before),
        element_id=st.just(f"{mark}x"),
        new_track_id=st.just(f"{mark}k"),
        effect_id=st.just(f"{mark}fx"),
    )


def _set_envelope(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    return st.builds(
        SetEnvelope,
        element_ids=_several(before),
        points=st.one_of(_line(0, max(1, before.duration_ticks)), st.just(())),
        effect_id=st.just(f"{mark}fx"),
    )


def _duck(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    one = st.sampled_from([t.id for t in before.tracks]).map(lambda i: (i,))
    return st.builds(
        DuckEdit, track_ids=one, under_track_ids=st.one_of(st.just(()), one), effect_id=st.just(f"{mark}fx")
    )


def _bleep_range(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    several = st.lists(ranges(before), min_size=1, max_size=3).map(tuple)
    return st.builds(BleepRange, ranges=several, effect_id=st.just(f"{mark}fx"))


def _normalise_loudness(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    measured = st.tuples(
        *(
            st.builds(
                MeasuredLoudness,
                artifact_id=st.just(name),
                range=st.just(span(0, 1000)),
                lufs=st.sampled_from([None, -31.5, -9.0]),
            )
            for name in FILES
        )
    )
    apart = st.builds(
        NormaliseLoudness, element_ids=st.one_of(st.just(()), _several(before)), measured=measured
    )
    return st.one_of(apart, st.just(NormaliseLoudness(whole=True, mix_lufs=-23.0)))


def _replace_audio(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    return st.builds(
        ReplaceAudio,
        media=st.just(a_file("song", 60)),
        element_ids=st.one_of(st.just(()), _several(before)),
        start_ticks=st.integers(0, 50).map(frames),
        element_id=st.just(f"{mark}x"),
        new_track_id=st.just(f"{mark}k"),
    )


def _add_audio(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    return st.builds(
        AddAudio,
        media=st.just(a_file("song", 20)),
        at_ticks=times(before),
        duration_ticks=st.one_of(st.none(), st.integers(1, 60).map(frames)),
        loops=st.booleans(),
        fade_in_ticks=st.sampled_from([0, frames(4)]),
        duck_db=st.sampled_from([None, 6.0]),
        element_id=st.just(f"{mark}x"),
        new_track_id=st.just(f"{mark}k"),
        effect_id=st.just(f"{mark}fx"),
    )


def _fade_of(kind: type[FadeIn] | type[FadeOut]) -> Callable[[Timeline, str], SearchStrategy[Edit]]:
    def make(before: Timeline, mark: str) -> SearchStrategy[Edit]:
        return st.builds(
            kind,
            element_id=_one(before),
            duration_ticks=st.integers(1, frames(10)),
            picture=st.booleans(),
            effect_id=st.just(f"{mark}fx"),
        )

    return make


def _maybe(values: SearchStrategy[object]) -> SearchStrategy[object]:
    return st.one_of(st.none(), values)


def _transform(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    box = Region(x=0, y=0, width=0.5, height=1)
    return st.builds(
        Transform,
        element_ids=_several(before),
        fit=st.sampled_from([None, "fill", "blur"]),
        scale=_maybe(st.sampled_from([0.25, 1.0, 2.0])),
        x=_maybe(st.sampled_from([0.0, 0.5])),
        rotation=_maybe(st.sampled_from([0, 90, 12.5])),
        flip_horizontal=_maybe(st.booleans()),
        crop_left=_maybe(st.sampled_from([0, 0.5])),
        crop_right=_maybe(st.sampled_from([0, 0.6])),
        box=st.sampled_from([None, box]),
        reset=st.just(True),
        effect_id=st.just(f"{mark}fx"),
    )


def _zoom(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    both = st.one_of(
        st.fixed_dictionaries({"element_ids": _several(before)}),
        st.fixed_dictionaries({"range": ranges(before)}),
    )
    return st.builds(
        lambda what, start, end: Zoom(**what, from_scale=start, to_scale=end, effect_id=f"{mark}fx"),
        both,
        st.sampled_from([1, 1.5]),
        st.sampled_from([1, 1.5]),
    )


def _add_overlay(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    return st.builds(
        AddOverlay,
        media=st.sampled_from([a_file("f", 40), a_file("logo", still=True)]),
        at_ticks=times(before),
        duration_ticks=_maybe(st.integers(1, 30).map(frames)),
        width=st.sampled_from([0.2, 1]),
        element_id=st.just(f"{mark}x"),
        effect_id=st.just(f"{mark}fx"),
        new_track_id=st.just(f"{mark}k"),
    )


def _side_by_side(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    ids = {
        "id_prefix": st.just(f"{mark}s"),
        "track_prefix": st.just(f"{mark}k"),
        "effect_id": st.just(f"{mark}fx"),
    }
    pair = st.lists(_one(before), min_size=2, max_size=3).map(lambda x: tuple(dict.fromkeys(x)))
    beside = st.builds(SideBySide, media=st.just(a_file("f", 40)), at_ticks=times(before), **ids)
    if len(_elements(before)) < 2:
        return beside
    whole = st.builds(SideBySide, element_ids=pair.filter(lambda x: len(x) > 1), **ids)
    return st.one_of(beside, whole)


def _set_project(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    return st.builds(
        SetProject,
        width=_maybe(st.sampled_from([1280, 1080])),
        rate=_maybe(st.sampled_from([Rate.of(r) for r in (24, 25, 60, "30000/1001")])),
        background=st.just("#ffffff"),
    )


def _overwrite(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    tracks = [None, None, *(t.id for t in before.tracks if t.kind is not TrackKind.CAPTIONS)]
    return st.builds(
        Overwrite,
        media=st.just(a_file("f")),
        at_ticks=times(before),
        part=st.integers(1, 30).map(lambda n: span(0, n)),
        track_id=st.sampled_from(tracks),
        keeps_sound=st.booleans(),
        element_id=st.just(f"{mark}x"),
        id_prefix=st.just(mark),
        new_track_id=st.just(f"{mark}k"),
    )


def _split_at(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    return st.builds(
        SplitAt,
        points=st.lists(times(before).map(lambda t: SplitPoint(at_ticks=t)), min_size=1, max_size=5).map(
            tuple
        ),
        element_ids=st.one_of(st.just(()), _several(before)),
        id_prefix=st.just(mark),
    )


def _duplicate(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    tracks = [t for t in before.tracks if t.elements]
    if not tracks:
        return _append(before, mark)
    some = st.sampled_from(tracks).flatmap(
        lambda t: st.lists(st.sampled_from(t.element_ids), min_size=1, max_size=3, unique=True).map(tuple)
    )
    return st.builds(
        Duplicate,
        element_ids=some,
        at_ticks=st.one_of(st.none(), times(before)),
        id_prefix=st.just(mark),
    )


def _add_card(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    return st.builds(
        AddCard,
        text=st.sampled_from(["", "Summer"]),
        at=st.sampled_from(["start", "end"]),
        at_ticks=st.one_of(st.none(), times(before)),
        duration_ticks=st.integers(1, 30).map(frames),
        card_id=st.just(f"{mark}c"),
        title_id=st.just(f"{mark}t"),
        new_track_id=st.just(f"{mark}k"),
        id_prefix=st.just(mark),
    )


def _add_marker(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    return st.builds(
        AddMarker,
        at_ticks=times(before),
        name=st.just("Chorus"),
        kind=st.sampled_from(["marker", "chapter"]),
        marker_id=st.just(f"{mark}m"),
    )


def _add_chapters(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    starts = st.lists(times(before), min_size=1, max_size=3)
    return st.builds(
        AddChapters,
        chapters=starts.map(lambda s: tuple(ChapterStart(at_ticks=t, name="Part") for t in s)),
        replaces=st.booleans(),
        id_prefix=st.just(mark),
    )


def _remove_markers(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    if not before.markers:
        return _add_marker(before, mark)
    return st.builds(RemoveMarkers, marker_ids=st.sampled_from(before.markers).map(lambda m: (m.id,)))


def _adjust_colour(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    return st.builds(
        AdjustColour,
        element_ids=_several(before),
        brightness=st.sampled_from([None, 0.2]),
        saturation=st.sampled_from([None, 0.0, 1.0]),
        effect_id=st.just(f"{mark}fx"),
    )


def _apply_lut(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    return st.builds(
        ApplyLut,
        element_ids=_several(before),
        lut=st.just(LutRef(artifact_id="film")),
        strength=st.sampled_from([1.0, 0.5]),
        effect_id=st.just(f"{mark}fx"),
    )


def _hide_region(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    return st.builds(
        HideRegion,
        region=st.just(Region(x=0.1, y=0.2, width=0.3, height=0.4)),
        range=st.one_of(st.none(), ranges(before)),
        how=st.sampled_from(["blur", "pixelate"]),
        element_ids=st.one_of(st.just(()), _several(before)),
        effect_id=st.just(f"{mark}fx"),
    )


def _chroma_key(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    return st.builds(
        ChromaKey,
        element_ids=_several(before),
        background=st.sampled_from([None, "#204060", a_file("g", 7), a_file("back", still=True)]),
        effect_id=st.just(f"{mark}fx"),
        id_prefix=st.just(mark),
        new_track_id=st.just(f"{mark}k"),
    )


def _over_all(kind: type[AddVignette] | type[AddGrain]) -> Callable[[Timeline, str], SearchStrategy[Edit]]:
    def make(before: Timeline, mark: str) -> SearchStrategy[Edit]:
        return st.builds(kind, element_ids=_several(before), effect_id=st.just(f"{mark}fx"))

    return make


def _restore(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    """The way to a wholly different timeline, as when an earlier version is restored."""
    return timelines().map(lambda target: Restore.between(target, before))


def _take_back(before: Timeline, mark: str) -> SearchStrategy[Edit]:
    backs = timelines().map(lambda target: Restore.between(target, before))
    return backs.map(lambda back: TakeBack(event_id="ev_1", title="A change", back=back))


MAKERS: tuple[Callable[[Timeline, str], SearchStrategy[Edit]], ...] = (
    _split,
    _trim_of(RippleTrim),
    _trim_of(Trim),
    _add_transition,
    _remove_transition,
    _ramp_speed,
    _fit_duration,
    _loop,
    _freeze_frame,
    lambda before, mark: st.builds(Reverse, element_ids=_several(before)),
    _move,
    _reorder,
    lambda before, mark: st.builds(RippleRemove, element_ids=_several(before), id_prefix=st.just(mark)),
    _ranges_of(RemoveRanges),
    _set_speed,
    _remove_silences,
    _remove_spoken,
    _keep_spoken,
    _tighten,
    _cut_to_beat,
    _insert,
    lambda before, mark: st.builds(
        SetVolume, element_ids=_several(before), volume=st.sampled_from([0.0, 0.25])
    ),
    lambda before, mark: st.builds(Remove, element_ids=_several(before)),
    _add_title,
    lambda before, mark: st.builds(MuteRange, range=ranges(before), effect_id=st.just(f"{mark}fx")),
    _set_envelope,
    _duck,
    lambda before, mark: st.builds(
        RemoveDuck, track_ids=st.sampled_from([t.id for t in before.tracks]).map(lambda i: (i,))
    ),
    _bleep_range,
    _normalise_loudness,
    lambda before, mark: st.builds(Denoise, element_ids=_several(before), effect_id=st.just(f"{mark}fx")),
    lambda before, mark: st.builds(RemoveAudio, element_ids=_several(before)),
    _replace_audio,
    _add_audio,
    _fade_of(FadeIn),
    _fade_of(FadeOut),
    _add_music,
    _add_captions,
    _edit_title,
    _add_shape,
    _style_captions,
    _edit_caption,
    _import_captions,
    lambda before, mark: st.builds(RemoveCaptions, range=st.one_of(st.none(), ranges(before))),
    lambda before, mark: st.builds(
        CloseGaps, track_id=st.sampled_from([None, *(t.id for t in before.tracks)])
    ),
    _ranges_of(KeepRanges),
    _append,
    lambda before, mark: st.builds(
        AddTrack,
        kind=st.sampled_from(list(TrackKind)),
        track_id=st.just(f"{mark}k"),
        index=st.sampled_from([None, 0]),
    ),
    _transform,
    lambda before, mark: st.builds(
        Reframe,
        width=st.just(1080),
        height=st.just(1920),
        fit=st.sampled_from(["fill", "fit", "blur"]),
        x=st.sampled_from([0.5, 0.2]),
        effect_id=st.just(f"{mark}fx"),
    ),
    _zoom,
    lambda before, mark: st.builds(
        SetOpacity, element_ids=_several(before), opacity=st.sampled_from([0.0, 0.5])
    ),
    _add_overlay,
    _side_by_side,
    lambda before, mark: st.builds(
        PadBand, range=_maybe(ranges(before)), effect_id=st.just(f"{mark}fx"), id_prefix=st.just(f"{mark}b")
    ),
    _set_project,
    _overwrite,
    _split_at,
    _duplicate,
    _add_card,
    _add_marker,
    _add_chapters,
    _remove_markers,
    _adjust_colour,
    _apply_lut,
    _hide_region,
    _chroma_key,
    lambda before, mark: st.builds(BlackOut, range=ranges(before), effect_id=st.just(f"{mark}fx")),
    _over_all(AddVignette),
    _over_all(AddGrain),
    lambda before, mark: st.builds(
        RemoveEffects,
        element_ids=_several(before),
        types=st.sampled_from([("fade_in",), ("mute", "fade_in"), ("grade", "hide")]),
    ),
    _take_back,
    _restore,
)
"""One maker for each edit of the catalog."""
