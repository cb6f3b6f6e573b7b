"""Every effect, transition, title and caption preset, as edits of a small timeline."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import get_args

from cuttingroom.core.time import TimeRange, seconds_to_ticks
from cuttingroom.timeline.edits.add_captions import AddCaptions, SourceTranscript
from cuttingroom.timeline.edits.add_grain import AddGrain
from cuttingroom.timeline.edits.add_overlay import AddOverlay
from cuttingroom.timeline.edits.add_shape import AddShape
from cuttingroom.timeline.edits.add_title import AddTitle
from cuttingroom.timeline.edits.add_transition import AddTransition
from cuttingroom.timeline.edits.add_vignette import AddVignette
from cuttingroom.timeline.edits.adjust_colour import AdjustColour
from cuttingroom.timeline.edits.apply_lut import ApplyLut, LutRef
from cuttingroom.timeline.edits.base import Edit, MediaRef
from cuttingroom.timeline.edits.black_out import BlackOut
from cuttingroom.timeline.edits.chroma_key import ChromaKey
from cuttingroom.timeline.edits.hide_region import HideRegion
from cuttingroom.timeline.edits.pad_band import PadBand
from cuttingroom.timeline.edits.reframe import Reframe
from cuttingroom.timeline.edits.set_opacity import SetOpacity
from cuttingroom.timeline.edits.side_by_side import SideBySide
from cuttingroom.timeline.edits.transform import Transform
from cuttingroom.timeline.edits.zoom import Zoom
from cuttingroom.timeline.effects import Point, Region
from cuttingroom.timeline.model import (
    Animation,
    Element,
    MediaSource,
    StillSource,
    Timeline,
    TimelineSettings,
    Track,
    TrackKind,
    Transition,
)
from cuttingroom.timeline.presets import CAPTION_PRESETS, TITLE_PRESETS
from cuttingroom.timeline.transcript import Word
from gallery.pictures import FILM_SECONDS, HEIGHT, RATE, WIDTH, Shot

_ALL = TimeRange(start_ticks=0, duration_ticks=seconds_to_ticks(4))
_PLATE = Region(x=0.325, y=0.635, width=0.35, height=0.185)
_SAID = ("Every", "frame", "finds", "its", "place", "in", "the", "end")


def _still(name: str, start: float = 0, seconds: float = 4) -> Element:
    return Element(
        id=f"{name}_{start:g}".replace(".", "_"),
        name=name,
        start_ticks=seconds_to_ticks(start),
        duration_ticks=seconds_to_ticks(seconds),
        source=StillSource(artifact_id=name),
    )


def _timeline(*elements: Element) -> Timeline:
    settings = TimelineSettings(width=WIDTH, height=HEIGHT, rate=RATE)
    return Timeline(settings=settings, tracks=(Track(id="video", kind=TrackKind.VIDEO, elements=elements),))


def _shot(label: str, *edits: Edit, on: str | Timeline = "hills", at: float = 2.0) -> Shot:
    timeline = _timeline(_still(on)) if isinstance(on, str) else on
    for edit in edits:
        timeline = edit.apply(timeline)
    return Shot(label, timeline, at)


def _picture(name: str) -> MediaRef:
    return MediaRef(artifact_id=name, media_ticks=1, has_sound=False, is_still=True, name=name)


def looks() -> Iterator[Shot]:
    """Light and colour, hidden parts, keys, what lies over the picture."""
    on, plate, person = ("hills_0",), ("card_0",), ("person_0",)
    yield _shot("as it was")
    yield _shot("brighter: +30 %", AdjustColour(element_ids=on, brightness=0.3))
    yield _shot("darker: -30 %", AdjustColour(element_ids=on, brightness=-0.3))
    yield _shot("more contrast: 150 %", AdjustColour(element_ids=on, contrast=1.5))
    yield _shot("less contrast: 60 %", AdjustColour(element_ids=on, contrast=0.6))
    yield _shot("more colour: 150 %", AdjustColour(element_ids=on, saturation=1.5))
    yield _shot("warmer: +50 %", AdjustColour(element_ids=on, temperature=0.5))
    yield _shot("cooler: -50 %", AdjustColour(element_ids=on, temperature=-0.5))
    yield _shot("black and white", AdjustColour(element_ids=on, saturation=0))
    yield _shot("a look: from a .cube file", ApplyLut(element_ids=on, lut=LutRef(artifact_id="look")))
    yield _shot("a look: at 50 %", ApplyLut(element_ids=on, lut=LutRef(artifact_id="look"), strength=0.5))
    yield _shot("vignette: 40 %", AddVignette(element_ids=on))
    yield _shot("film grain: 60 %", AddGrain(element_ids=on, strength=0.6))
    yield _shot("blurred region", HideRegion(region=_PLATE, element_ids=plate), on="card")
    yield _shot("pixelated region", HideRegion(region=_PLATE, element_ids=plate, how="pixelate"), on="card")
    yield _shot("blackout: the sound goes on", BlackOut(range=_ALL))
    yield _shot("chroma key: before", on="person")
    for what, behind in (
        ("picture", _picture("sea")),
        ("brighter one", _picture("hills")),
        ("colour", "#e8e4da"),
    ):
        key = ChromaKey(element_ids=person, background=behind)
        yield _shot(f"chroma key: over a {what}", key, on="person")


def framing() -> Iterator[Shot]:
    """Where pictures stand in the frame."""
    on = ("hills_0",)
    vertical = {"width": 720, "height": 1280}
    yield _shot("upright: filled", Reframe(**vertical, fit="fill"))
    yield _shot("upright: whole, with bars", Reframe(**vertical, fit="fit"))
    yield _shot("upright: whole, before its blur", Reframe(**vertical, fit="blur"))
    yield _shot("square", Reframe(width=1080, height=1080, fit="fill"))
    yield _shot("mirrored", Transform(element_ids=on, flip_horizontal=True))
    yield _shot("turned by 8 degrees", Transform(element_ids=on, rotation=8))
    yield _shot("smaller and to the side", Transform(element_ids=on, scale=0.5, x=0.3, y=0.4))
    yield _shot("cropped by a quarter", Transform(element_ids=on, crop_left=0.25, crop_right=0.25))
    slow = Zoom(element_ids=on, range=_ALL, from_scale=1, to_scale=1.6, centre=Point(x=0.68, y=0.48))
    yield _shot("slow push: at its start", slow, at=0.1)
    yield _shot("slow push: at its end", slow, at=3.9)
    yield _shot("half transparent", _over("sea", x=0.5, y=0.5, width=1.0, opacity=0.5))
    yield _shot("picture in the picture", _over("sea", x=0.8, y=0.78, width=0.32))
    yield _shot("a logo", _over("logo", x=0.92, y=0.14, width=0.1))
    beside = SideBySide(media=_picture("sea"), at_ticks=0, duration_ticks=_ALL.duration_ticks)
    yield _shot("side by side", beside)
    yield _shot("a band beside the picture", PadBand(side="bottom", share=0.2, colour="#f2efe8"))
    yield _shot("an opacity of 40 %", SetOpacity(element_ids=on, opacity=0.4))


def _over(name: str, **place: float) -> AddOverlay:
    given = {"media": _picture(name), "at_ticks": 0, "duration_ticks": _ALL.duration_ticks, **place}
    return AddOverlay.model_validate(given)


def transitions() -> Iterator[Shot]:
    """Each kind early, in its middle and late."""
    both = _timeline(_still("city", 0, 3), _still("leaves", 3, 3))
    names = {"left_id": "city_0", "right_id": "leaves_3", "duration_ticks": seconds_to_ticks(2)}
    for kind in get_args(Transition.model_fields["kind"].annotation):
        for share in (0.2, 0.4, 0.6, 0.8):
            edit = AddTransition(kind=kind, **names)
            yield _shot(f"{kind}: at {share:.0%}", edit, on=both, at=1 + 2 * share)


_WORDS = {
    "title": ("Harbour at Dawn", ""),
    "big": ("Go!", ""),
    "subtitle": ("An old story, told again", ""),
    "quote": ("We sail at dawn.", "Ada, harbour pilot"),
    "lower_third": ("Ada Lovelace", "Harbour pilot"),
    "name_tag": ("Ada Lovelace", "Harbour pilot"),
    "label": ("New", ""),
    "chapter": ("The Pier", "Part two"),
    "credit": ("Filmed in May", ""),
}


def titles() -> Iterator[Shot]:
    """Every preset with a name, every way to come, and shapes."""
    for name, preset in TITLE_PRESETS.items():
        text, detail = _WORDS.get(name, (name, ""))
        yield _shot(f"{name}: {preset.about}", _title(text, preset=name, detail=detail), on="sea")
    for animation in get_args(Animation):
        edit = _title("Harbour at Dawn", preset="title", animation=animation)
        yield _shot(f"{animation}: as it comes", edit, on="city", at=0.14)
    boat = Region(x=0.24, y=0.42, width=0.19, height=0.32)
    for shape in ("box", "ellipse", "arrow", "highlight"):
        edit = AddShape(shape=shape, region=boat, at_ticks=0, duration_ticks=_ALL.duration_ticks)
        yield _shot(f"{shape}: a callout", edit, on="sea")
    bar = Region(x=0, y=0.97, width=1, height=0.03)
    edit = AddShape(shape="progress", region=bar, at_ticks=0, duration_ticks=_ALL.duration_ticks)
    yield _shot("progress bar", edit, at=2.4)


def _title(text: str, **more: object) -> AddTitle:
    given = {"text": text, "at_ticks": 0, "duration_ticks": _ALL.duration_ticks, **more}
    return AddTitle.model_validate(given)


def captions() -> Iterator[Shot]:
    """Every preset while the fourth word is said, on a wide and on an upright picture."""
    words = tuple(
        Word(text=w, start_ticks=seconds_to_ticks(0.4 + 0.5 * n), end_ticks=seconds_to_ticks(0.85 + 0.5 * n))
        for n, w in enumerate(_SAID)
    )
    said = (SourceTranscript(artifact_id="talk", words=words),)
    length = TimeRange(start_ticks=0, duration_ticks=seconds_to_ticks(FILM_SECONDS))
    source = MediaSource(artifact_id="talk", range=length, media_ticks=length.duration_ticks)
    talk = _timeline(Element(id="talk", start_ticks=0, duration_ticks=length.duration_ticks, source=source))
    for name, preset in CAPTION_PRESETS.items():
        yield _shot(f"{name}: {preset.about}", AddCaptions(transcripts=said, preset=name), on=talk, at=2.1)
    tall = Reframe(width=720, height=1280, fit="fill").apply(talk)
    for name in CAPTION_PRESETS:
        yield _shot(f"{name}: upright", AddCaptions(transcripts=said, preset=name), on=tall, at=2.1)


SHEETS: dict[str, tuple[str, Callable[[], Iterator[Shot]]]] = {
    "looks": ("Looks", looks),
    "framing": ("Places in the frame", framing),
    "transitions": ("Transitions", transitions),
    "titles": ("Titles and shapes", titles),
    "captions": ("Captions", captions),
}
