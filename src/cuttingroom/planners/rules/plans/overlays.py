"""Plans what lies over the video or beside it: logos, pictures in the picture, side by side, bands."""

from __future__ import annotations

from fractions import Fraction

from cuttingroom.core.time import TimeRange
from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.planners.rules.frames.frame import Slots
from cuttingroom.planners.rules.places import length_ticks, point_ticks, stretch_range
from cuttingroom.planners.rules.plans.pictures import (
    find_logo,
    get_picture_file,
    ids_of,
    media_shape,
    overlays,
    pictures_meant,
    shape_of,
)
from cuttingroom.planners.rules.targets import same_name
from cuttingroom.timeline.edits.add_overlay import AddOverlay
from cuttingroom.timeline.edits.base import MediaRef
from cuttingroom.timeline.edits.pad_band import PadBand
from cuttingroom.timeline.edits.side_by_side import SideBySide
from cuttingroom.timeline.edits.transform import Transform
from cuttingroom.timeline.edits.transforming import transform_of
from cuttingroom.timeline.model import Element

MARGIN = Fraction(3, 100)
"""Between a picture in a corner and the edges of the frame, as a share of its width."""
LOGO_WIDTH, INSET_WIDTH = Fraction(15, 100), Fraction(3, 10)
_SIZES = {"tiny": Fraction(1, 2), "small": Fraction(2, 3), "little": Fraction(2, 3), "big": Fraction(3, 2),
          "large": Fraction(3, 2), "huge": Fraction(2)}  # fmt: skip
_CORNERS = ("top right", "top left", "bottom right", "bottom left")
BAND_SHARE = Fraction(1, 5)


def plan_overlay(board: Board, slots: Slots) -> None:
    if "more" in slots:
        raise Unclear("Only one picture fits into one place. Where should each of them be?", _CORNERS)
    media = get_picture_file(board, slots["media"])
    _add_overlay(board, media, slots)


def plan_logo(board: Board, slots: Slots) -> None:
    _add_overlay(board, find_logo(board, slots.get("word", "logo")), slots)


def plan_cover(board: Board, slots: Slots) -> None:
    """A file over the whole picture for a while; the sound below goes on."""
    media, span = get_picture_file(board, slots["media"]), _span(board, slots)
    if span is None:
        raise Unclear("From when to when should it cover the video?")
    board.assume("The sound of the video goes on below it.")
    wide, _ = _shares(board, media_shape(board, media), Fraction(1))
    board.add(
        AddOverlay(
            media=media,
            at_ticks=span.start_ticks,
            duration_ticks=span.duration_ticks,
            width=float(wide),
            sound=False,
        )
    )


def _add_overlay(board: Board, media: MediaRef, slots: Slots) -> None:
    place = slots.get("place")
    if place is None and "full" not in slots:
        raise Unclear(f"Where in the picture should “{media.name}” be?", _CORNERS)
    span = _span(board, slots)
    width = _width(board, media, slots)
    shape = media_shape(board, media)
    wide, high = _shares(board, shape, width)
    x, y = _middle(board, place or "centre", wide, high)
    if span is None:
        whole = "for the whole video" if media.is_still else "from the start, as long as it lasts"
        board.assume(f"“{media.name}” is shown {whole}.")
    board.add(
        AddOverlay(
            media=media,
            at_ticks=span.start_ticks if span else 0,
            duration_ticks=span.duration_ticks if span else None,
            x=x,
            y=y,
            width=round(float(wide), 4),
            opacity=float(slots["share"]) if "share" in slots else 1.0,
            sound="silent" not in slots,
        )
    )


def _span(board: Board, slots: Slots) -> TimeRange | None:
    """When it is seen; None when nothing was said, or all of the video."""
    if "range" in slots and slots["range"] != r.Everything():
        return stretch_range(board, slots["range"])
    if "at" not in slots and "duration" not in slots:
        return None
    start = point_ticks(board, slots["at"]) if "at" in slots else 0
    end = board.end_ticks()
    if "duration" in slots:
        end = min(end, start + length_ticks(board, slots["duration"]))
    if end <= start:
        raise Unclear("The video is over by then. When should it be seen?")
    return TimeRange.between(start, end)


def _width(board: Board, media: MediaRef, slots: Slots) -> Fraction:
    if "full" in slots:
        return Fraction(1)
    if "size" in slots:
        return Fraction(slots["size"])
    usual = LOGO_WIDTH if media.is_still else INSET_WIDTH
    width = usual * _SIZES.get(slots.get("how", ""), Fraction(1))
    board.assume(f"“{media.name}” is {float(width) * 100:g} % as wide as the picture.")
    return width


def _shares(board: Board, shape: Fraction, width: Fraction) -> tuple[Fraction, Fraction]:
    """Width and height as shares of the frame."""
    settings = board.timeline.settings
    return width, width * settings.width / shape / settings.height


def _middle(board: Board, place: str, wide: Fraction, high: Fraction) -> tuple[float, float]:
    """Where the middle of a picture lies that stands in a corner or at an edge, with a margin."""
    settings = board.timeline.settings
    aside, above = MARGIN, MARGIN * settings.width / settings.height
    x, y = Fraction(1, 2), Fraction(1, 2)
    if "left" in place:
        x = aside + wide / 2
    if "right" in place:
        x = 1 - aside - wide / 2
    if "top" in place:
        y = above + high / 2
    if "bottom" in place:
        y = 1 - above - high / 2
    return round(float(x), 4), round(float(y), 4)


def plan_place(board: Board, slots: Slots) -> None:
    """Something that lies over the video goes to another corner."""
    over = {e.id for e in overlays(board)}
    found = pictures_meant(board, slots.get("what", r.It()))
    if any(e.id not in over for e in found):
        raise Unclear(
            "A clip fills the frame, so it has no corner to go to. Should it be smaller, over another video?"
        )
    for element in found:
        wide, high = _fitted_shares(board, element)
        x, y = _middle(board, slots["place"], wide, high)
        board.add(Transform(element_ids=(element.id,), x=x, y=y))


def _fitted_shares(board: Board, element: Element) -> tuple[Fraction, Fraction]:
    settings, shape = board.timeline.settings, shape_of(board, element)
    frame = Fraction(settings.width, settings.height)
    transform = transform_of(element)
    scale = Fraction(transform.scale if transform else 1).limit_denominator(10**6)
    return min(Fraction(1), shape / frame) * scale, min(Fraction(1), frame / shape) * scale


def plan_side_by_side(board: Board, slots: Slots) -> None:
    _beside(board, slots, _named(slots))


def plan_reversed(board: Board, slots: Slots) -> None:
    _beside(board, slots, _named(slots)[::-1])


def _named(slots: Slots) -> list[r.Target]:
    things: list[r.Target] = []
    for thing in slots.get("things", ()):
        things += thing.targets if isinstance(thing, r.Several) else [thing]
    return things


def _beside(board: Board, slots: Slots, things: list[r.Target]) -> None:
    layout = "rows" if "rows" in slots else "columns"
    files = [_file_of(board, thing) for thing in things]
    if sum(f is not None for f in files) > 1:
        raise Unclear("Only one new file can stand beside the video. Which one?")
    if any(files):
        _beside_file(board, slots, things, files, layout)
        return
    clips = [e for thing in things for e in pictures_meant(board, thing)]
    ids = tuple(dict.fromkeys(ids_of(clips)))
    if not 2 <= len(ids) <= 4:
        raise Unclear("Which clips should be seen at the same time? Name two to four.")
    duration = length_ticks(board, slots["duration"]) if "duration" in slots else None
    board.add(SideBySide.model_validate({"element_ids": ids, "layout": layout, "duration_ticks": duration}))


def _beside_file(
    board: Board, slots: Slots, things: list[r.Target], files: list[MediaRef | None], layout: str
) -> None:
    media = next(f for f in files if f is not None)
    own = [t for t, f in zip(things, files, strict=True) if f is None]
    span = _span(board, slots)
    if len(own) > 1:
        raise Unclear(f"Beside which one should “{media.name}” be seen?")
    if own and not isinstance(own[0], (r.Everything, r.It, r.AllClips)) and span is None:
        found = pictures_meant(board, own[0])
        span = TimeRange.between(found[0].start_ticks, found[-1].end_ticks)
    board.add(
        SideBySide.model_validate(
            {
                "media": media.model_dump(),
                "at_ticks": span.start_ticks if span else 0,
                "duration_ticks": span.duration_ticks if span else None,
                "layout": layout,
                "video_first": not things or files[0] is None,
            }
        )
    )


def _file_of(board: Board, thing: r.Target) -> MediaRef | None:
    """The file that a name means which no clip has."""
    if not isinstance(thing, r.ClipName) or any(same_name(e.name, thing.name) for e in board.lead()):
        return None
    if any(same_name(e.name, thing.name) for e in overlays(board)):
        return None
    return get_picture_file(board, thing.name)


def plan_band(board: Board, slots: Slots) -> None:
    side, colour = slots.get("side"), slots.get("colour")
    if side not in ("top", "bottom", "left", "right"):
        raise Unclear("At which side should the band be?", ("bottom", "top", "left", "right"))
    share = Fraction(slots["share"]) if "share" in slots else None
    if "pixels" in slots:
        settings = board.timeline.settings
        share = slots["pixels"] / (settings.width if side in ("left", "right") else settings.height)
    if share is None:
        share = BAND_SHARE
        board.assume(f"The band takes {float(share) * 100:g} % of the picture.")
    if not Fraction(1, 100) <= share <= Fraction(9, 10):
        raise Unclear(
            "A band takes 1 % to 90 % of the picture. How much should it be?", ("10 %", "20 %", "30 %")
        )
    if colour is None:
        colour = "#000000"
        board.assume("The band is black.")
    board.add(PadBand(side=side, share=float(share), colour=colour, range=_span(board, slots)))
