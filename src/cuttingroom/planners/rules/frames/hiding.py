"""Parts of the picture that are blurred or pixelated."""

from __future__ import annotations

from collections.abc import Callable

from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.planners.rules.frames.frame import Frame, Slots
from cuttingroom.planners.rules.frames.looks import WHEN, topic
from cuttingroom.planners.rules.frames.regions import Spot
from cuttingroom.planners.rules.places import stretch_range
from cuttingroom.planners.rules.plans.pictures import ids_of
from cuttingroom.planners.rules.targets import elements_of
from cuttingroom.timeline.edits.hide_region import HideRegion
from cuttingroom.timeline.edits.looking import shows_picture
from cuttingroom.timeline.effects import Region


def _hide(board: Board, slots: Slots) -> None:
    spot = slots.get("where")
    if spot is None:
        raise Unclear(
            "Where in the picture? Say a corner, a side or a box, and when.",
            ("the top left corner", "the bottom third", "the box from 20%, 30% to 50%, 60%"),
        )
    how = "pixelate" if slots.get("how") else "blur"
    span = stretch_range(board, slots["when"]) if "when" in slots else None
    named = [e for e in elements_of(board, slots["what"]) if shows_picture(e)] if "what" in slots else []
    fields = {"region": _region(board, spot), "range": span, "how": how, "element_ids": ids_of(named)}
    board.add(HideRegion.model_validate(fields))
    if spot.taken_for is not None:
        board.assume(f"“{board.said}”: that part is taken for {spot.taken_for:.0%} of the picture's sides.")


def _pixelate(board: Board, slots: Slots) -> None:
    _hide(board, {**slots, "how": "pixelate"})


def _region(board: Board, spot: Spot) -> Region:
    settings = board.timeline.settings
    across, down = (settings.width, settings.height) if spot.is_pixels else (1, 1)
    left, top = spot.left / across, spot.top / down
    right, bottom = min(1.0, left + spot.width / across), min(1.0, top + spot.height / down)
    if left >= 1 or top >= 1:
        raise Unclear(
            f"That lies outside: the picture has {settings.width} x {settings.height} pixels. Where is it?"
        )
    return Region(x=left, y=top, width=right - left, height=bottom - top)


def _hide_thing(hide: Callable[[Board, Slots], None], verb: str) -> Callable[[Board, Slots], None]:
    """Somebody or something that is to be found in the picture: only where its place is said."""

    def plan(board: Board, slots: Slots) -> None:
        if "where" in slots and "at" not in slots:
            hide(board, slots)
            return
        raise Unclear(
            "Cuttingroom does not recognise people or things in the picture. Say where it is and from when "
            "to when; what is hidden does not follow what moves.",
            (f"{verb} the top left corner from 0:05 to 0:10", f"{verb} the box from 40%, 10% to 60%, 40%"),
        )

    return plan


_THINGS = (
    "face|faces|eyes|head|person|people|man|woman|kid|child|children|guy|girl|boy|bystanders|license plate"
    "|licence plate|license plates|licence plates|number plate|number plates|plate|plates|logo|logos|sign"
    "|screen|phone number|address|name|watermark|text|car|car plate|credit card|brand|passwords|password"
)


FRAMES = (
    Frame(
        "hide_blur",
        says=("(blur|blurring) [out]", "(hide|obscure|conceal|cover|mask|censor|cover up|redact)"),
        slots={"where": "[in|at|on|of|over|from] REGION", "when": WHEN, "what": "[of|in|on] CLIP"},
        plan=_hide,
        requires=("where",),
        glue="box area region part picture corner between",
        topic=topic,
    ),
    Frame(
        "hide_pixelate",
        says=("(pixelate|pixellate|pixelize|pixelise|mosaic)", "(put|add) * (mosaic|pixelation)"),
        slots={"where": "[in|at|on|of|over|from] REGION", "when": WHEN, "what": "[of|in|on] CLIP"},
        plan=_pixelate,
        glue="box area region part picture corner",
        topic=topic,
    ),
    *(
        Frame(
            f"{name}_thing",
            says=(f"({verbs}) * ({_THINGS})",),
            slots={
                "where": "[in|at|on|of|over|from] REGION",
                "when": WHEN,
                "at": "[at|around|from] POINT",
                "what": "[of|in|on] CLIP",
            },
            plan=_hide_thing(hide, name),
            glue="her his my their our your that this of in everyone's everybody's all somebody's on out",
        )
        for name, hide, verbs in (
            ("blur", _hide, "blur|blur out|censor|hide|obscure|cover|mask|anonymise|anonymize|redact"),
            ("pixelate", _pixelate, "pixelate|pixellate|pixelize|pixelise"),
        )
    ),
)  # fmt: skip
