"""Vignettes, grain and blackouts over the whole picture; and taking looks off again."""

from __future__ import annotations

from collections.abc import Callable

from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.planners.rules.frames.frame import Frame, Slots
from cuttingroom.planners.rules.frames.looks import PICTURE, WHAT, WHEN, topic
from cuttingroom.planners.rules.places import stretch_range
from cuttingroom.planners.rules.plans.looks import pictures, target
from cuttingroom.planners.rules.plans.pictures import ids_of
from cuttingroom.planners.rules.targets import elements_of
from cuttingroom.timeline.edits.add_grain import AddGrain
from cuttingroom.timeline.edits.add_vignette import AddVignette
from cuttingroom.timeline.edits.black_out import BlackOut
from cuttingroom.timeline.edits.remove_effects import LOOKS, RemoveEffects
from cuttingroom.timeline.effects import EffectType


def _black_out(board: Board, slots: Slots) -> None:
    if "when" not in slots:
        raise Unclear("From when to when should the picture be black?", ("from 0:10 to 0:12",))
    board.add(BlackOut(range=stretch_range(board, slots["when"])))
    board.assume("Titles, captions and the sound stay.")


def _over(edit: type[AddVignette] | type[AddGrain], plain: float) -> Callable[[Board, Slots], None]:
    def plan(board: Board, slots: Slots) -> None:
        strength = plain
        if "strength" in slots:
            strength = float(slots["strength"] / 100)
        elif "how_much" in slots:
            strength = plain * (0.5 if slots["how_much"] in _WEAK else 2)
        if not 0 < strength <= 1:
            raise Unclear("The strength is from 1 to 100 %. How much?", ("30 %", "60 %"))
        board.add(edit(element_ids=ids_of(pictures(board, slots)), strength=strength))
        if "strength" not in slots:
            board.assume(f"The strength is {strength:.0%}.")

    return plan


_WEAK = ("subtle", "slight", "light", "soft", "gentle", "little", "bit of", "bit", "fine")
_HOW_MUCH = "[very] <subtle|slight|light|soft|gentle|little|bit of|bit|fine|strong|heavy|dark|lots of|lot of>"

_OVER = {
    "what": WHAT,
    "when": WHEN,
    "strength": "[at|of|by|with] PERCENT [strength]",
    "how_much": _HOW_MUCH,
}

_KINDS: dict[str, tuple[EffectType, ...]] = {
    **dict.fromkeys(("vignette", "vignetting"), ("vignette",)),
    **dict.fromkeys(("grain", "film grain"), ("grain",)),
    **dict.fromkeys(("blur", "pixelation", "mosaic", "censoring", "blurring", "blurs"), ("hide",)),
    **dict.fromkeys(("lut", "look", "luts"), ("lut",)),
    **dict.fromkeys(("blackout", "black out", "blackouts"), ("black_out",)),
    **dict.fromkeys(("chroma key", "key"), ("chroma_key",)),
    **dict.fromkeys(
        (
            "grade", "grading", "colour grade", "color grade", "colour correction", "color correction",
            "colour changes", "color changes", "black and white",
        ),
        ("grade",),
    ),
    **dict.fromkeys(("filters", "filter", "effects", "effect", "all effects", "all filters", "looks"), LOOKS),
}  # fmt: skip


def _remove(board: Board, slots: Slots) -> None:
    types = _KINDS[slots["kind"]]
    found = elements_of(board, target(board, slots))
    elements = [e for e in found if any(x.type in types for x in e.effects)]
    if not elements:
        raise Unclear(f"Nothing of that sort (“{slots['kind']}”) is on it. What should be removed?")
    board.add(RemoveEffects(element_ids=ids_of(elements), types=types))


FRAMES = (
    Frame(
        "black_out",
        says=(
            "(black out|blackout|black-out|blank out|blank)",
            "(make|turn|go|cut|show|have) * black",
            "(hide|turn off|remove|no) (picture|image|video|visuals)",
            "(black screen|black picture|blank screen)",
        ),
        slots={
            "when": WHEN,
            "sound": "[but|and|while] (keep|keeping|leave|with) [all] (sound|audio|voice|music|narration) "
            "[on|playing|going]",
        },
        plan=_black_out,
        glue="picture image video screen visuals it completely but and to stays playing only",
    ),
    Frame(
        "add_vignette",
        says=(
            "(add|put|give|apply|use|with|want) * (vignette|vignetting|vignette effect)",
            "(vignette|vignetting)",
            "(darken|darker) [in] (corners|edges|corners of)",
            "(make|give) * (dark|darker) (corners|edges)",
        ),
        slots=_OVER,
        plan=_over(AddVignette, 0.4),
        glue=f"{PICTURE} effect it some with around",
        topic=topic,
    ),
    Frame(
        "add_grain",
        says=(
            "(add|put|give|apply|use|want) * (grain|film grain|noise grain|grain effect)",
            "(grain|film grain|grainy|grainier)",
            "make * grainy",
        ),
        slots=_OVER,
        plan=_over(AddGrain, 0.3),
        glue=f"{PICTURE} effect it some with film look make",
        topic=topic,
    ),
    Frame(
        "remove_looks",
        says=(
            "(remove|take off|delete|get rid of|drop|clear|reset|lose|turn off|switch off|no more)",
            "take * off",
        ),
        slots={"kind": f"<{'|'.join(_KINDS)}>", "what": WHAT},
        plan=_remove,
        requires=("kind",),
        glue="again off all any",
        topic=topic,
    ),
)  # fmt: skip
