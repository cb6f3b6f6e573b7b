"""How the picture looks: colours, looks from files, hidden parts, keys, vignettes, grain, blackouts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.planners.rules.frames.frame import Frame, Slots
from cuttingroom.planners.rules.frames.regions import Spot
from cuttingroom.planners.rules.places import stretch_range
from cuttingroom.planners.rules.plans.speed import isolate
from cuttingroom.planners.rules.targets import describe_target, elements_of, find_media, same_name
from cuttingroom.timeline.edits.add_grain import AddGrain
from cuttingroom.timeline.edits.add_vignette import AddVignette
from cuttingroom.timeline.edits.adjust_colour import AdjustColour
from cuttingroom.timeline.edits.apply_lut import ApplyLut
from cuttingroom.timeline.edits.base import MediaRef
from cuttingroom.timeline.edits.black_out import BlackOut
from cuttingroom.timeline.edits.chroma_key import ChromaKey
from cuttingroom.timeline.edits.hide_region import HideRegion
from cuttingroom.timeline.edits.looking import shows_picture
from cuttingroom.timeline.edits.remove_effects import LOOKS, RemoveEffects
from cuttingroom.timeline.effects import ChromaKey as Key
from cuttingroom.timeline.effects import EffectType, Grade, Region
from cuttingroom.timeline.model import Element

_WHAT = "[of|in|on|for|to|from|over] TARGET"
_WHEN = ("[from|between|at|for|in|during|over] STRETCH", "RUN")
_PICTURE = "picture image video colours colors colour color tones whole look it of in all"


def _pictures(board: Board, slots: Slots) -> list[Element]:
    """The pictures that are meant, cut at the edges of the time that is."""
    found = [e for e in elements_of(board, _target(board, slots)) if shows_picture(e)]
    if not found:
        raise Unclear("There is no picture of a file to change there. Which clip is meant?")
    if "when" not in slots:
        return found
    part = stretch_range(board, slots["when"])
    inside = isolate(board, part, [e.id for e in found])
    if not inside:
        raise Unclear("No picture plays there. Which part is meant?")
    board.topic = part
    return inside


def _target(board: Board, slots: Slots) -> r.Target:
    """What was said, else the clips that the clause before was about, else all."""
    if "what" in slots or not isinstance(board.topic, _CLIPS):
        return slots.get("what", r.Everything())
    board.assume(f"“{board.said}” is about {describe_target(board.topic)}, as what was said before it.")
    return board.topic


_CLIPS = (r.ClipNumber, r.ClipName, r.AllClips, r.Several)


def _ids(elements: list[Element]) -> tuple[str, ...]:
    return tuple(e.id for e in elements)


# Light and colour


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
        _grade(board, _pictures(board, slots), change, change.amount(slots))
        sign = "+" if up else "-"
        board.assume(f"That is {sign}{change.amount(slots):.0%} of {field}.")

    return plan


def _grade(board: Board, elements: list[Element], change: _Change, amount: float) -> None:
    """Counted from what each picture has already."""
    wanted: dict[float, list[Element]] = {}
    for element in elements:
        wanted.setdefault(change.after(_grade_of(element), amount), []).append(element)
    for value, same in wanted.items():
        board.add(AdjustColour.model_validate({"element_ids": _ids(same), change.field: value}))


def _grade_of(element: Element) -> Grade:
    return next((e for e in element.effects if isinstance(e, Grade)), Grade())


def _set(field: str) -> Callable[[Board, Slots], None]:
    """A value as it is said: 120 % of contrast, 0 % of saturation, 20 % more light than there was."""

    def plan(board: Board, slots: Slots) -> None:
        value = float(slots["percent"] / 100)
        if not -1 <= value <= (4 if field in ("contrast", "saturation") else 1):
            raise Unclear(f"That is more {field} than there can be. How much is meant?")
        board.add(AdjustColour.model_validate({"element_ids": _ids(_pictures(board, slots)), field: value}))

    return plan


def _black_and_white(board: Board, slots: Slots) -> None:
    board.add(AdjustColour(element_ids=_ids(_pictures(board, slots)), saturation=0.0))


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
    board.add(ApplyLut(element_ids=_ids(_pictures(board, slots)), lut=found[0], strength=strength))


# Hidden parts


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
    fields = {"region": _region(board, spot), "range": span, "how": how, "element_ids": _ids(named)}
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


def _ask_for_screen(_board: Board, slots: Slots) -> None:
    behind = f" and put {slots['media']} behind" if "media" in slots else ""
    raise Unclear(
        "Only a background of one plain colour can be taken out, such as a green screen. Is it one?",
        (f"remove the green screen{behind}", f"remove the blue screen{behind}"),
    )


# Keys


_SCREENS = {"green": "#00b140", "blue": "#0047bb"}
"""What screens are painted in: Chroma Key Green and Chroma Key Blue."""


def _key(board: Board, slots: Slots) -> None:
    screen = slots.get("screen", "green").split()[0].removesuffix("screen")
    colour = slots.get("colour") or _SCREENS.get(screen, _SCREENS["green"])
    background = _background(board, slots)
    elements = _pictures(board, slots)
    board.add(ChromaKey(element_ids=_ids(elements), colour=colour, background=background))
    board.assume(f"The screen is taken for {colour}; say another colour if it is not quite that.")


def _background(board: Board, slots: Slots) -> MediaRef | str | None:
    if "media" in slots:
        media = find_media(board, slots["media"])
        if media is None:
            files = ", ".join(f"“{m.name}”" for m in board.context.media[:9]) or "none"
            raise Unclear(
                f"There is no file called “{slots['media']}”. The files are: {files}. "
                "`--with FILE` brings one in."
            )
        return media
    return slots.get("behind_colour")


def _put_behind(board: Board, slots: Slots) -> None:
    """A background for what is keyed: by an earlier item of this plan, or on the timeline already."""
    background = _background(board, slots)
    for position in range(len(board.items), 0, -1):
        tool = board.trials[position - 1].tool
        if isinstance(tool, ChromaKey):
            board.amend(position, tool.model_copy(update={"background": background}))
            return
    keyed = [e for e in board.lead() if any(isinstance(x, Key) for x in e.effects)]
    if not keyed:
        raise Unclear(
            "Behind what? Nothing in the video is see-through. Is there a green screen to remove?",
            ("remove the green screen and put it behind",),
        )
    key = next(x for x in keyed[0].effects if isinstance(x, Key))
    board.add(
        ChromaKey(
            element_ids=_ids(keyed),
            colour=key.colour,
            similarity=key.similarity,
            blend=key.blend,
            background=background,
        )
    )


# What lies over the picture


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
        board.add(edit(element_ids=_ids(_pictures(board, slots)), strength=strength))
        if "strength" not in slots:
            board.assume(f"The strength is {strength:.0%}.")

    return plan


_WEAK = ("subtle", "slight", "light", "soft", "gentle", "little", "bit of", "bit", "fine")
_HOW_MUCH = "[very] <subtle|slight|light|soft|gentle|little|bit of|bit|fine|strong|heavy|dark|lots of|lot of>"

_OVER = {
    "what": _WHAT,
    "when": _WHEN,
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
    found = elements_of(board, _target(board, slots))
    elements = [e for e in found if any(x.type in types for x in e.effects)]
    if not elements:
        raise Unclear(f"Nothing of that sort (“{slots['kind']}”) is on it. What should be removed?")
    board.add(RemoveEffects(element_ids=_ids(elements), types=types))


def _topic(slots: Slots) -> r.Target | None:
    what: Any = slots.get("what")
    return what if isinstance(what, _CLIPS) else r.It() if what is None else None


_GRADED = {
    "what": _WHAT,
    "when": _WHEN,
    "percent": "[by] PERCENT",
    "bit": ("BIT", "a bit", "slightly", "somewhat", "a touch", "a little"),
    "lot": "(a lot|lot|much|way|very|really|far|significantly)",
}
_MORE = "(more|increase|boost|raise|up|add|add more|bump up|turn up|higher|stronger|extra|pump up|crank up)"
_LESS = "(less|reduce|decrease|lower|turn down|lessen|drop|cut|tone down|bring down|take down)"
_CHANGED = "(increase|boost|raise|turn|bump|bring|crank|push)"
_SATURATED = "(saturation|colour|color|colours|colors|vibrance)"


_AWAY = "remove|key|key out|cut|cut out|take out|knock out|get rid of|replace|swap|swap out|drop|delete|erase"
_THINGS = (
    "face|faces|eyes|head|person|people|man|woman|kid|child|children|guy|girl|boy|bystanders|license plate"
    "|licence plate|license plates|licence plates|number plate|number plates|plate|plates|logo|logos|sign"
    "|screen|phone number|address|name|watermark|text|car|car plate|credit card|brand|passwords|password"
)
_SOUNDS = (".mp3", ".wav", ".m4a", ".ogg", ".flac", ".aac")


def _graded(name: str, field: str, steps: tuple[float, float, float], up: bool, *says: str) -> Frame:
    return Frame(
        name,
        says=says,
        slots=_GRADED,
        plan=_change(field, steps, up=up),
        glue=f"{_PICTURE} make turn by be look looks bring up down should get give lighting",
        topic=_topic,
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
            slots={"percent": "[to|at] PERCENT", "what": _WHAT, "when": _WHEN},
            plan=_set(field),
            requires=("percent",),
            glue=_PICTURE + " to at",
            topic=_topic,
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
        slots={"what": _WHAT, "when": _WHEN},
        plan=_black_and_white,
        glue=f"{_PICTURE} in into to completely fully all out filter",
        topic=_topic,
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
            "what": _WHAT,
            "when": _WHEN,
        },
        plan=_apply_lut,
        requires=("lut",),
        accepts=lambda slots: str(slots["lut"]).lower().endswith(".cube"),
        glue="look lut file strength with on to it",
        topic=_topic,
    ),
    Frame(
        "hide_blur",
        says=("(blur|blurring) [out]", "(hide|obscure|conceal|cover|mask|censor|cover up|redact)"),
        slots={"where": "[in|at|on|of|over|from] REGION", "when": _WHEN, "what": "[of|in|on] CLIP"},
        plan=_hide,
        requires=("where",),
        glue="box area region part picture corner between",
        topic=_topic,
    ),
    Frame(
        "hide_pixelate",
        says=("(pixelate|pixellate|pixelize|pixelise|mosaic)", "(put|add) * (mosaic|pixelation)"),
        slots={"where": "[in|at|on|of|over|from] REGION", "when": _WHEN, "what": "[of|in|on] CLIP"},
        plan=_pixelate,
        glue="box area region part picture corner",
        topic=_topic,
    ),
    *(
        Frame(
            f"{name}_thing",
            says=(f"({verbs}) * ({_THINGS})",),
            slots={
                "where": "[in|at|on|of|over|from] REGION",
                "when": _WHEN,
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
    Frame(
        "chroma_key",
        says=(
            f"({_AWAY}|make|turn) * (transparent|see-through|see through)",
            "(chroma key|chromakey|chroma-key)",
            f"({_AWAY})",
        ),
        slots={
            "screen": "<green screen|greenscreen|blue screen|bluescreen|green background|blue background"
            "|green-screen|blue-screen|green|blue>",
            "media": (
                "[and] [put|place|show|use] (with|by|for) MEDIA [behind|as background|as new background]",
                "[and] (put|place|show|use|have) MEDIA [in|as] [behind|underneath|instead|background]",
            ),
            "behind_colour": "(with|by) [plain|solid] COLOUR [behind|background]",
            "colour": "HEX [screen|background|backdrop]",
            "what": _WHAT,
        },
        plan=_key,
        requires=("screen|colour",),
        glue="out behind me him her them us background backdrop it",
        topic=_topic,
    ),
    Frame(
        "put_behind",
        says=("(put|place|show|use|add|have|set|with)",),
        slots={
            "media": "MEDIA",
            "behind_colour": "[plain|solid] COLOUR [background]",
            "behind": "(behind|underneath|as background|in background|background|as new background)",
        },
        plan=_put_behind,
        requires=("media|behind_colour", "behind"),
        accepts=lambda slots: not str(slots.get("media", "")).lower().endswith(_SOUNDS),
        glue="me him her them us it subject person instead there new in as",
    ),
    Frame(
        "replace_background",
        says=(
            "(replace|change|swap|remove|blur|cut out|delete|take out) * background",
            "(remove|cut out) * from background",
        ),
        slots={"media": "[with|by|to|for] MEDIA", "what": _WHAT},
        plan=_ask_for_screen,
        glue="behind me him her them us of",
    ),
    Frame(
        "black_out",
        says=(
            "(black out|blackout|black-out|blank out|blank)",
            "(make|turn|go|cut|show|have) * black",
            "(hide|turn off|remove|no) (picture|image|video|visuals)",
            "(black screen|black picture|blank screen)",
        ),
        slots={
            "when": _WHEN,
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
        glue=f"{_PICTURE} effect it some with around",
        topic=_topic,
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
        glue=f"{_PICTURE} effect it some with film look make",
        topic=_topic,
    ),
    Frame(
        "remove_looks",
        says=(
            "(remove|take off|delete|get rid of|drop|clear|reset|lose|turn off|switch off|no more)",
            "take * off",
        ),
        slots={"kind": f"<{'|'.join(_KINDS)}>", "what": _WHAT},
        plan=_remove,
        requires=("kind",),
        glue="again off all any",
        topic=_topic,
    ),
)  # fmt: skip
