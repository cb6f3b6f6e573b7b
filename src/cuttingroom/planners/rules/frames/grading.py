"""Light and colour as people ask for them: brighter, warmer, black and white, looks from files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.planners.rules.frames.frame import Frame, Slots
from cuttingroom.planners.rules.frames.looks import PICTURE, WHAT, WHEN, topic
from cuttingroom.planners.rules.plans.looks import pictures
from cuttingroom.planners.rules.plans.pictures import ids_of
from cuttingroom.planners.rules.targets import same_name
from cuttingroom.timeline.edits.adjust_colour import AdjustColour
from cuttingroom.timeline.edits.apply_lut import ApplyLut
from cuttingroom.timeline.effects import Grade
from cuttingroom.timeline.model import Element


@dataclass(frozen=True)
class _Change:
    """One value of a grade and which way it goes. `steps`: a bit, plainly, a lot; factors are multiplied."""

    field: str
    up: bool
    steps: tuple[float, float, float]
    is_factor: bool

    def amount(self, slots: Slots) -> float:
        if "percent" in slots:
            return float(slots["percent"] / 100)
        return self.steps[0] if "bit" in slots else self.steps[2] if "lot" in slots else self.steps[1]

    def after(self, grade: Grade, amount: float) -> float:
        now = float(getattr(grade, self.field))
        if self.is_factor:
            return round(max(0.0, min(4.0, now * (1 + amount if self.up else 1 - amount))), 4)
        return round(max(-1.0, min(1.0, now + (amount if self.up else -amount))), 4)


_LIGHT, _FACTOR, _WARMTH = (0.15, 0.3, 0.5), (0.12, 0.25, 0.5), (0.15, 0.3, 0.6)


def _change(field: str, steps: tuple[float, float, float], *, up: bool) -> Callable[[Board, Slots], None]:
    change = _Change(field, up, steps, is_factor=field in ("contrast", "saturation"))

    def plan(board: Board, slots: Slots) -> None:
        if change.is_factor and not up and change.amount(slots) > 1:
            raise Unclear(f"There is no less than no {field}. How much should go?", ("20 %", "50 %", "100 %"))
        _grade(board, pictures(board, slots), change, change.amount(slots))
        sign = "+" if up else "-"
        board.assume(f"That is {sign}{change.amount(slots):.0%} of {field}.")

    return plan


def _grade(board: Board, elements: list[Element], change: _Change, amount: float) -> None:
    """Counted from what each picture has already."""
    wanted: dict[float, list[Element]] = {}
    for element in elements:
        wanted.setdefault(change.after(_grade_of(element), amount), []).append(element)
    for value, same in wanted.items():
        board.add(AdjustColour.model_validate({"element_ids": ids_of(same), change.field: value}))


def _grade_of(element: Element) -> Grade:
    return next((e for e in element.effects if isinstance(e, Grade)), Grade())


def _set(field: str) -> Callable[[Board, Slots], None]:
    """A value as it is said: 120 % of contrast, 0 % of saturation, 20 % more light than there was."""

    def plan(board: Board, slots: Slots) -> None:
        value = float(slots["percent"] / 100)
        if not -1 <= value <= (4 if field in ("contrast", "saturation") else 1):
            raise Unclear(f"That is more {field} than there can be. How much is meant?")
        board.add(AdjustColour.model_validate({"element_ids": ids_of(pictures(board, slots)), field: value}))

    return plan


def _black_and_white(board: Board, slots: Slots) -> None:
    board.add(AdjustColour(element_ids=ids_of(pictures(board, slots)), saturation=0.0))


def _apply_lut(board: Board, slots: Slots) -> None:
    name = slots.get("lut")
    known = board.context.luts
    if name is None and len(known) != 1:
        files = ", ".join(f"“{x.name}”" for x in known) or "none"
        raise Unclear(f"Which look? The tables of colours (.cube files) of this project are: {files}.")
    found = [x for x in known if name is None or same_name(x.name, name)]
    if not found:
        raise Unclear(
            f"There is no look “{name}” in this project. Bring it in with `--with {name}`: a .cube file."
        )
    strength = float(slots.get("strength", 100) / 100)
    if not 0 < strength <= 1:
        raise Unclear("A look is applied from 1 to 100 %. How much of it?", ("50 %", "100 %"))
    board.add(ApplyLut(element_ids=ids_of(pictures(board, slots)), lut=found[0], strength=strength))


_GRADED = {
    "what": WHAT,
    "when": WHEN,
    "percent": "[by] PERCENT",
    "bit": ("BIT", "a bit", "slightly", "somewhat", "a touch", "a little"),
    "lot": "(a lot|lot|much|way|very|really|far|significantly)",
}
_MORE = "(more|increase|boost|raise|up|add|add more|bump up|turn up|higher|stronger|extra|pump up|crank up)"
_LESS = "(less|reduce|decrease|lower|turn down|lessen|drop|cut|tone down|bring down|take down)"
_CHANGED = "(increase|boost|raise|turn|bump|bring|crank|push)"
_SATURATED = "(saturation|colour|color|colours|colors|vibrance)"


def _graded(name: str, field: str, steps: tuple[float, float, float], up: bool, *says: str) -> Frame:
    return Frame(
        name,
        says=says,
        slots=_GRADED,
        plan=_change(field, steps, up=up),
        glue=f"{PICTURE} make turn by be look looks bring up down should get give lighting",
        topic=topic,
    )


FRAMES = (
    _graded(
        "brighter", "brightness", _LIGHT, True,
        "(brighten|brighter|lighten|lighter|brightening) [up]", f"{_MORE} (brightness|light|exposure)",
        f"{_CHANGED} * (brightness|exposure) [up]",
    ),
    _graded(
        "darker", "brightness", _LIGHT, False,
        "(darken|darker|dim|dimmer|less bright|less light)", "(make|turn) * dark",
        f"{_LESS} (brightness|light|exposure)",
        "(reduce|decrease|lower|turn|bring) * (brightness|exposure) [down]",
    ),
    _graded(
        "more_contrast", "contrast", _FACTOR, True,
        f"{_MORE} contrast", f"{_CHANGED} * contrast [up]", "contrastier",
    ),
    _graded(
        "less_contrast", "contrast", _FACTOR, False,
        f"{_LESS} contrast", "(reduce|decrease|lower|turn|bring) * contrast [down]", "too much contrast",
    ),
    _graded(
        "more_colour", "saturation", _FACTOR, True,
        f"{_MORE} {_SATURATED}", f"{_CHANGED} * {_SATURATED} [up]",
        "(more saturated|saturate|more vivid|more vibrant|more colourful|more colorful|vivid|vibrant)",
        "(make|let) * (colours|colors) pop", "(make|let) * (vivid|vibrant)",
    ),
    _graded(
        "less_colour", "saturation", _FACTOR, False,
        f"{_LESS} {_SATURATED}", f"(reduce|decrease|lower|turn|bring) * {_SATURATED} [down]",
        "(less saturated|less vivid|less colourful|less colorful|oversaturated)",
    ),
    _graded(
        "warmer", "temperature", _WARMTH, True,
        "warmer", "warm up", "warm * up", "make * warm", f"{_MORE} (warmth|temperature)",
        f"{_CHANGED} * (warmth|temperature) [up]",
    ),
    _graded(
        "cooler", "temperature", _WARMTH, False,
        "(cooler|colder)", "cool (down|off)", "cool * (down|off)", f"{_LESS} (warmth|temperature)",
    ),
    *(
        Frame(
            f"set_{field}",
            says=(f"(set|make|put|bring) * {field} [level]", f"{field} (to|at)"),
            slots={"percent": "[to|at] PERCENT", "what": WHAT, "when": WHEN},
            plan=_set(field),
            requires=("percent",),
            glue=PICTURE + " to at",
            topic=topic,
        )
        for field in ("brightness", "contrast", "saturation", "temperature")
    ),
    Frame(
        "black_and_white",
        says=(
            "(make|turn|convert|change|put|show|set|render|have) * (black and white|b & w|b and w|bw"
            "|monochrome|greyscale|grayscale|grey|gray)",
            "(black and white|b & w|monochrome|greyscale|grayscale|desaturate)",
            "(remove|take|drop|lose) * (colour|color|colours|colors) [out|away]",
        ),
        slots={"what": WHAT, "when": WHEN},
        plan=_black_and_white,
        glue=f"{PICTURE} in into to completely fully all out filter",
        topic=topic,
    ),
    Frame(
        "apply_lut",
        says=(
            "(apply|use|add|put|load|give) * (look|lut|luts|film look|colour table|color table|3d lut)",
            "(apply|use|load|grade with|grade)",
        ),
        slots={
            "lut": "[called|named|from|with] MEDIA",
            "strength": "[at|with|by] PERCENT [strength|intensity]",
            "what": WHAT,
            "when": WHEN,
        },
        plan=_apply_lut,
        requires=("lut",),
        accepts=lambda slots: str(slots["lut"]).lower().endswith(".cube"),
        glue="look lut file strength with on to it",
        topic=topic,
    ),
)  # fmt: skip
