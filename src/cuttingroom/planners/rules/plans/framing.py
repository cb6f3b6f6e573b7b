"""Plans how pictures stand in the frame: turned, cropped, reframed, zoomed, see-through."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

from pydantic import ValidationError

from cuttingroom.core.time import Rate, TimeRange
from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.planners.rules.frames.frame import Slots
from cuttingroom.planners.rules.frames.picture_chunks import Cropped
from cuttingroom.planners.rules.places import length_ticks, point_ticks, stretch_range
from cuttingroom.planners.rules.plans.pictures import (
    ids_of,
    overlays,
    pictures_meant,
    shape_of,
    things_meant,
)
from cuttingroom.timeline.edits.reframe import Reframe
from cuttingroom.timeline.edits.set_opacity import SetOpacity
from cuttingroom.timeline.edits.set_project import SetProject
from cuttingroom.timeline.edits.transform import Transform
from cuttingroom.timeline.edits.transforming import transform_of
from cuttingroom.timeline.edits.zoom import Zoom
from cuttingroom.timeline.effects import Fit, Point, Region
from cuttingroom.timeline.effects import Transform as TransformEffect
from cuttingroom.timeline.effects import Zoom as ZoomEffect
from cuttingroom.timeline.invariants import MAX_HEIGHT, MAX_WIDTH
from cuttingroom.timeline.model import Element

PUSH_SCALE, PUNCH_SCALE = 1.2, 1.3
_LEFT_TURNS = ("left", "counterclockwise", "counter clockwise", "anticlockwise", "anti clockwise", "ccw",
               "counter-clockwise", "anti-clockwise")  # fmt: skip
_MIDDLES = {"left": 0.0, "right": 1.0, "top": 0.0, "bottom": 1.0}


def plan_turn(board: Board, slots: Slots) -> None:
    angle, way = slots.get("angle"), slots.get("way", "")
    if angle is None and not way:
        turns = ("90 degrees to the right", "90 degrees to the left", "180 degrees")
        raise Unclear("By how many degrees, and which way?", turns)
    degrees = float(angle if angle is not None else 90)
    if way in _LEFT_TURNS:
        degrees = -degrees
    elif not way and angle is not None and abs(degrees) % 180:
        board.assume("It is turned clockwise.")
    _turn_by(board, slots, degrees)


def plan_upside_down(board: Board, slots: Slots) -> None:
    _turn_by(board, slots, 180)


def plan_right_way_up(board: Board, _: Slots) -> None:
    """ "Turn it the right way up": clear when it was just said how it stands."""
    if any(i.call["tool"] == "transform" for i in board.items):
        board.assume(f"“{board.said}” is what the turn before does.")
        return
    raise Unclear(
        "Which way must it be turned?", ("180 degrees", "90 degrees to the right", "90 degrees to the left")
    )


def _turn_by(board: Board, slots: Slots, degrees: float) -> None:
    found = pictures_meant(board, slots.get("what"))
    for rotation, elements in _grouped((_old(e).rotation, e) for e in found):
        turned = (rotation + degrees) % 360
        turned = turned - 360 if turned > 180 else turned
        board.add(Transform(element_ids=ids_of(elements), rotation=turned))


def plan_flip(board: Board, slots: Slots) -> None:
    found, way = pictures_meant(board, slots.get("what")), slots.get("way", "")
    is_vertical = way in ("vertically", "vertical", "top to bottom", "upside down")
    if not way:
        board.assume("It is mirrored left to right.")
    name = "flip_vertical" if is_vertical else "flip_horizontal"
    for flipped, elements in _grouped((getattr(_old(e), name), e) for e in found):
        board.add(Transform.model_validate({"element_ids": ids_of(elements), name: not flipped}))


def plan_as_stored(board: Board, slots: Slots) -> None:
    board.add(Transform(element_ids=ids_of(pictures_meant(board, slots.get("what"))), upright=False))


def plan_crop(board: Board, slots: Slots) -> None:
    found = pictures_meant(board, slots.get("what"))
    parts: list[Cropped] = [*slots.get("parts", ())]
    if "side" in slots and ("amount" in slots or "pixels" in slots):
        amount = slots.get("amount", slots.get("pixels"))
        parts.append(Cropped(slots["side"], amount, is_pixels="pixels" in slots))
    cropped: dict[str, float] = {}
    for part in parts:
        for side in part.sides:
            cropped[f"crop_{side}"] = _cropped_share(board, part, side)
    if any(share >= 1 for share in cropped.values()):
        raise Unclear("That would crop the whole picture away. How much should go?")
    board.add(Transform.model_validate({"element_ids": ids_of(found), **cropped}))


def _cropped_share(board: Board, part: Cropped, side: str) -> float:
    if not part.is_pixels:
        return float(part.amount)
    settings = board.timeline.settings
    return float(part.amount / (settings.width if side in ("left", "right") else settings.height))


def plan_fill(board: Board, slots: Slots) -> None:
    """Pictures that shall fill the frame, be whole in it, or be pulled to it."""
    fit = (
        "stretch"
        if "stretch" in slots
        else "fit"
        if "whole" in slots
        else "blur"
        if "blur" in slots
        else "fill"
    )
    board.add(
        Transform.model_validate(
            {"element_ids": ids_of(pictures_meant(board, slots.get("what"))), "fit": fit}
        )
    )


def plan_scale(board: Board, slots: Slots) -> None:
    """Larger or smaller: clips to a share of the frame, what lies over the video by a factor."""
    target, way = slots.get("what"), slots.get("way", "bigger" if "as" in slots else "")
    if way and target == r.It() and board.topic is None:
        raise Unclear(f"What should be {way}?", ("the logo", "the title", "clip 1"))
    found = pictures_meant(board, target)
    factor = _factor(board, slots, way)
    over = {e.id for e in overlays(board)}
    is_relative = bool(way) or any(e.id in over for e in found)
    for scale, elements in _grouped((_old(e).scale, e) for e in found):
        wanted = min(20.0, (scale if is_relative else 1.0) * factor)
        board.add(Transform(element_ids=ids_of(elements), scale=round(wanted, 4)))


def _factor(board: Board, slots: Slots, way: str) -> float:
    """1.2 for "20 % bigger", 0.8 for "20 % smaller", 2 for "twice as big"."""
    if "scale" not in slots:
        factor = 0.8 if way == "smaller" else 1.25
        board.assume(f"That is {factor * 100:g} % of its present size.")
        return factor
    said = float(slots["scale"])
    if not way:
        return said
    if way == "smaller":
        return 1 - said if said < 1 else 1 / said
    return 1 + said if said < 1 and "as" not in slots else said


def plan_shape(shape: Fraction) -> Callable[[Board, Slots], None]:
    """Reshaping where the word for the shape names the frame."""

    def plan(board: Board, slots: Slots) -> None:
        plan_reframe(board, {**slots, "shape": (shape, *slots.get("shape", ()))})

    return plan


def plan_reframe(board: Board, slots: Slots) -> None:
    shapes = set(slots.get("shape", ()))
    if len(shapes) != 1:
        raise Unclear("Which shape is meant: 9:16, 1:1, 4:5 or 16:9?", ("9:16", "1:1", "4:5", "16:9"))
    shape = shapes.pop()
    target = slots.get("what")
    if isinstance(target, (r.ClipNumber, r.ClipName, r.Several, r.MiddleClip)):
        _crop_to(board, pictures_meant(board, target), shape)
        return
    width, height = size_of_shape(board.timeline.settings.width, board.timeline.settings.height, shape)
    _reframe(board, width, height, slots)


def _reframe(board: Board, width: int, height: int, slots: Slots) -> None:
    fit, background = _fit_said(slots)
    x, y = 0.5, 0.5
    for side in slots.get("keep", ()):
        x = _MIDDLES[side] if side in ("left", "right") else x
        y = _MIDDLES[side] if side in ("top", "bottom") else y
    if fit is None:
        fit = "fill"
        if "keep" not in slots:
            board.assume(
                "What does not fit is cut off at the edges; say “with a blurred background” to keep the "
                "whole picture."
            )
    board.add(Reframe(width=width, height=height, fit=fit, x=x, y=y, background=background))


def plan_keep_whole(board: Board, _: Slots) -> None:
    """Said after a reshaping: nothing of the picture shall be cut off."""
    for position in range(len(board.items), 0, -1):
        edit = board.trials[position - 1].tool
        if isinstance(edit, Reframe):
            board.amend(position, edit.model_copy(update={"fit": "fit", "x": 0.5, "y": 0.5}))
            return
    raise Unclear("The whole picture is seen. What should change?")


def _fit_said(slots: Slots) -> tuple[Fit | None, str | None]:
    said: list[Fit] = []
    if "blur" in slots:
        said.append("blur")
    if "bars" in slots or "whole" in slots or "colour" in slots:
        said.append("fit")
    if "fill" in slots:
        said.append("fill")
    if "stretch" in slots:
        said.append("stretch")
    if "blur" in slots and "fit" in said and "colour" not in slots and "bars" not in slots:
        said.remove("fit")
    if len(said) > 1:
        raise Unclear("Should the picture be cut, blurred behind, or have bars?", ("cut", "blurred", "bars"))
    return (said[0] if said else None), slots.get("colour")


def _crop_to(board: Board, elements: tuple[Element, ...], shape: Fraction) -> None:
    """Cut pictures to a shape within the frame as it is."""
    for own, some in _grouped((shape_of(board, e), e) for e in elements):
        wide = float(1 - shape / own) / 2 if own > shape else 0.0
        high = float(1 - own / shape) / 2 if own < shape else 0.0
        crops = {"crop_left": wide, "crop_right": wide, "crop_top": high, "crop_bottom": high}
        board.add(Transform.model_validate({"element_ids": ids_of(some), **crops}))


def size_of_shape(width: int, height: int, shape: Fraction) -> tuple[int, int]:
    """Pixels of a frame of another shape: the shorter side stays, up to the length of 16:9."""
    short = min(width, height)
    long_share = max(shape, 1 / shape)
    most = Fraction(16, 9)
    long = short * min(long_share, most)
    sides = (long, long / long_share)
    wide, high = sides if shape >= 1 else sides[::-1]
    factor = min(Fraction(1), MAX_WIDTH / Fraction(wide), MAX_HEIGHT / Fraction(high))
    if factor < 1:  # as large as usual rather than as large as possible
        return size_of_shape(1080, 1080, shape)
    return _even(wide), _even(high)


def _even(length: Fraction) -> int:
    return 2 * round(length / 2)


def plan_size(board: Board, slots: Slots) -> None:
    width, height = slots["size"]
    settings = board.timeline.settings
    if not (16 <= width <= MAX_WIDTH and 16 <= height <= MAX_HEIGHT):
        raise Unclear(f"A project may have up to {MAX_WIDTH} x {MAX_HEIGHT} pixels. Which size is meant?")
    if Fraction(width, height) == Fraction(settings.width, settings.height):
        board.add(SetProject(width=width, height=height))
    else:
        _reframe(board, width - width % 2, height - height % 2, slots)


_NTSC = {"23.976": "24000/1001", "23.98": "24000/1001", "29.97": "30000/1001", "59.94": "60000/1001",
         "119.88": "120000/1001"}  # fmt: skip


def plan_rate(board: Board, slots: Slots) -> None:
    if "rate" not in slots:
        raise Unclear("How many frames per second?", ("24", "25", "30", "60"))
    said = f"{float(slots['rate']):g}"
    try:
        board.add(SetProject(rate=Rate.of(_NTSC.get(said, said))))
    except (ValidationError, ValueError) as error:
        raise Unclear(f"{said} frames per second are not possible; use 24, 25, 30, 50 or 60.") from error


def plan_background(board: Board, slots: Slots) -> None:
    board.add(SetProject(background=slots["colour"]))


def plan_letterbox(board: Board, slots: Slots) -> None:
    """Bars above and below, as of a film in 2.39:1; the picture fills what is between them."""
    settings = board.timeline.settings
    shape = next(iter(slots.get("shape", ())), Fraction(239, 100))
    high = Fraction(settings.width, settings.height) / shape
    if high >= 1:
        raise Unclear("The video is wider than that already. How high should the bars be?")
    if "shape" not in slots:
        board.assume("The bars make the picture 2.39:1, as in the cinema.")
    box = Region(x=0, y=float(1 - high) / 2, width=1, height=float(high))
    ids = ids_of(pictures_meant(board, slots.get("what")))
    board.add(Transform(element_ids=ids, box=box, fit="fill", background=slots.get("colour", "#000000")))


def plan_zoom(board: Board, slots: Slots) -> None:
    span = _zoom_span(board, slots)
    start, end = _scales(board, slots)
    centre = Point(x=0.5, y=0.5)
    if "place" in slots:
        centre = Point(**dict(zip("xy", place_middle(slots["place"]), strict=True)))
    named = slots.get("what")
    is_all = named is None or named == r.Everything()
    ids = () if is_all and span is not None else ids_of(pictures_meant(board, named))
    board.add(Zoom(element_ids=ids, range=span, from_scale=start, to_scale=end, centre=centre))


def _zoom_span(board: Board, slots: Slots) -> TimeRange | None:
    if "at" in slots or "duration" in slots:
        start = point_ticks(board, slots["at"]) if "at" in slots else 0
        if "duration" not in slots:
            raise Unclear("Until when should it be seen from near? Say from when to when.")
        return TimeRange(start_ticks=start, duration_ticks=length_ticks(board, slots["duration"]))
    stretch = slots.get("range")
    return None if stretch is None or stretch == r.Everything() else stretch_range(board, stretch)


def _scales(board: Board, slots: Slots) -> tuple[float, float]:
    to, start = _scale(slots.get("to"), is_more=False), _scale(slots.get("from"), is_more=False)
    to = to or _scale(slots.get("by"), is_more=True)
    if "punch" in slots:
        to = to or PUNCH_SCALE
        board.assume(f"It is seen at {to * 100:g} % for that time, at once.")
        return to, to
    far = slots.get("way") in ("out", "back")
    if not (to or start):
        board.assume(f"It zooms {'out from' if far else 'in to'} {PUSH_SCALE * 100:g} %, slowly.")
    if far:
        return (start or to or PUSH_SCALE), (to if start and to else 1.0)
    return (start or 1.0), (to or PUSH_SCALE)


def _scale(value: Any, *, is_more: bool) -> float | None:
    """1.3 for 130 %, and for 30 % more."""
    if value is None:
        return None
    scale = float(value)
    scale = 1 + scale if is_more and scale < 1 else scale
    if scale < 1:
        raise Unclear("A zoom shows the picture at 100 % or nearer. How near?", ("120 %", "150 %", "200 %"))
    if not 1 <= scale <= 10:
        raise Unclear("A zoom goes up to 1000 %. How near should it be?", ("120 %", "150 %", "200 %"))
    return scale


def plan_no_zoom(board: Board, slots: Slots) -> None:
    found = [
        e
        for e in pictures_meant(board, slots.get("what"))
        if any(isinstance(x, ZoomEffect) for x in e.effects)
    ]
    if not found:
        raise Unclear("Nothing is zoomed. What should change?")
    board.add(Zoom(element_ids=ids_of(found), from_scale=1, to_scale=1))


def plan_opacity(board: Board, slots: Slots) -> None:
    share = slots.get("share")
    if share is None:
        share = Fraction(1, 2)
        board.assume("Half see-through.")
    _set_opacity(board, slots, float(share))


def plan_transparency(board: Board, slots: Slots) -> None:
    share = slots.get("share")
    if share is None:
        share = Fraction(1, 2)
        board.assume("Half see-through.")
    _set_opacity(board, slots, 1 - float(share))


def _set_opacity(board: Board, slots: Slots, opacity: float) -> None:
    if "what" not in slots:
        raise Unclear("What should be see-through?", ("the logo", "the titles", "clip 1"))
    if not 0 <= opacity <= 1:
        raise Unclear("Opacity runs from 0 % to 100 %. Which is meant?")
    found = [e for e in things_meant(board, slots["what"]) if e.has_picture]
    if not found:
        raise Unclear("That is only heard. What should be see-through?")
    board.add(SetOpacity(element_ids=ids_of(found), opacity=round(opacity, 4)))


def place_middle(place: str) -> tuple[float, float]:
    """The point of the frame that a place with a name means, a third in from the edges."""
    x = 1 / 3 if "left" in place else 2 / 3 if "right" in place else 0.5
    y = 1 / 3 if "top" in place else 2 / 3 if "bottom" in place else 0.5
    return round(x, 4), round(y, 4)


def _old(element: Element) -> TransformEffect:
    return transform_of(element) or TransformEffect(id="none")


def _grouped(pairs: Iterable[tuple[Any, Element]]) -> list[tuple[Any, list[Element]]]:
    """Elements by what they have in common, in order."""
    groups: dict[Any, list[Element]] = {}
    for key, element in pairs:
        groups.setdefault(key, []).append(element)
    return list(groups.items())
