"""Titles, shapes and captions, as people ask for them."""

from __future__ import annotations

from collections.abc import Callable

from cuttingroom.planners.base import Need
from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.frames.frame import Frame, Slots
from cuttingroom.planners.rules.plans import texts as plans
from cuttingroom.timeline.presets import TitleLook

_WHEN = {"over": "OVER", "at": "AT_POINT", "duration": "LASTING"}
_STYLE = {"colour": "INK", "size": "TEXT_SIZE", "weight": "WEIGHT", "box": "BOXED", "animation": "ANIMATION"}
_TITLE = {"text": "WORDING", "detail": "DETAIL", "place": "SPOT", **_WHEN, **_STYLE}
_TITLE_GLUE = (
    "add put show insert place make create write display give me need want have on screen onscreen in it as "
    "with saying that says text style name here where letters big graphic overlay and of"
)
_CAPTIONS = "(caption|captions|subtitle|subtitles|subs|closed captions)"
_CAPTION_STYLE = {
    "preset": "CAPTION_LOOK",
    "place": "SPOT",
    "words": "MOST_WORDS",
    "language": "in LANGUAGE",
    "lit": "LIT_WORDS",
    **_STYLE,
}
_CAPTION_GLUE = (
    "add put show generate create make give me need want have turn on style preset look captions them it "
    "with and in as video please should be use using at time per line each screen letters text sit to font "
    "caption subtitles subs this that of auto automatic can all set change so they are my for"
)


def _titled(preset: TitleLook | None) -> Callable[[Slots], r.Reading]:
    def read(slots: Slots) -> r.Reading:
        return plans.read_title(slots, preset)

    return read


_LOOKS: tuple[tuple[TitleLook, str], ...] = (
    ("lower_third", "(lower third|lower-third|lower thirds|chyron|name strap)"),
    ("name_tag", "(name tag|nametag|name-tag)"),
    ("big", "(big|huge|giant|massive) (title|text|words|letters|heading)"),
    ("quote", "(quote|quotation)"),
    ("label", "(label|tag)"),
    ("chapter", "chapter (title|heading|card)"),
    ("credit", "(credit|credits)"),
    ("subtitle", "(subtitle|tagline|subheading)"),
)
_STYLED = "colour|size|weight|box|animation|detail|place"
_SHAPE = {"place": "AREA", "side": "FROM_SIDE", "colour": "INK", **_WHEN}
_SHAPE_GLUE = "draw add put show place make with on in and it corner side pointing of screen big small around"


def _shaped(shape: str) -> Callable[..., None]:
    def plan(board: plans.Board, slots: Slots) -> None:
        plans.plan_shape(board, shape, slots)

    return plan


def _captions_topic(_: Slots) -> r.Target:
    return r.Sort("captions")


def _title_topic(_: Slots) -> r.Target:
    return r.Sort("titles")


FRAMES = (
    *(
        Frame(
            f"title_{preset}",
            says=(words,),
            slots=_TITLE,
            reading=_titled(preset),
            requires=("text",),
            # what is put *in* the lower third is any title that stands there
            glue=_TITLE_GLUE if preset != "lower_third" else _TITLE_GLUE.replace(" in ", " "),
            places=True,
        )
        for preset, words in _LOOKS
    ),
    Frame(
        "title_styled",
        says=("(title|text|heading|words)", "(put|show|write|add|display)"),
        slots=_TITLE,
        reading=_titled(None),
        requires=("text", "colour|size|weight|box|animation|detail"),
        glue=_TITLE_GLUE + " title words heading",
        places=True,
    ),
    Frame(
        "title_at_point",
        says=("(add|put|show|write|display|place) [title|text|words]",),
        slots={**_TITLE, "place": "POINT_SPOT"},
        reading=_titled(None),
        requires=("text", "place"),
        glue=_TITLE_GLUE + " title words heading",
        places=True,
    ),
    Frame(
        "edit_title_text",
        says=(
            "(change|edit|rename|rewrite|replace|update|correct|fix) [wording|text|words]",
            "(title|text|heading|lower third|label) should (say|read)",
            "make * (say|read)",
        ),
        slots={
            "what": "TITLE_THING",
            "text": "WORDING",
        },
        plan=plans.plan_edit_title,
        requires=("what", "text"),
        glue="of so it says instead reads should title text",
        topic=_title_topic,
    ),
    Frame(
        "edit_title_said",
        says=("(title|text|heading|lower third) (should|must|needs to) (say|read)",),
        slots={"text": "WORDING"},
        plan=plans.plan_edit_title,
        requires=("text",),
        glue="instead",
        topic=_title_topic,
    ),
    Frame(
        "move_title",
        says=("(put|move|place|shift|bring|stick)",),
        slots={"what": "TITLE_THING", "place": "SPOT", "animation": "ANIMATION"},
        plan=plans.plan_edit_title,
        requires=("what", "place"),
        glue="to and it on screen of",
        topic=_title_topic,
    ),
    Frame(
        "edit_title",
        says=("(make|set|turn|change|style|have|let|get|give|keep|animate)", "should"),
        slots={
            "what": "TITLE_THING",
            "place": "SPOT_AT",
            "preset": "[as] TITLE_LOOK",
            "detail": "DETAIL",
            "duration": "LASTING",
            **_STYLE,
        },
        plan=plans.plan_edit_title,
        requires=("what", f"{_STYLED}|preset|duration"),
        glue="be font letters text colour color to and it in stay on screen so its style as with up down",
        topic=_title_topic,
    ),
    Frame(
        "edit_it",  # what only text can be: places and sizes of "it" are those of pictures too
        says=("(make|set|turn|change|have|let|give|animate)",),
        slots={
            "what": "IT_WORD",
            "preset": "[as] TITLE_LOOK",
            **{n: c for n, c in _STYLE.items() if n != "size"},
        },
        plan=plans.plan_edit_title,
        requires=("what", "preset|colour|weight|box|animation"),
        glue="be font letters text to and in its style as with",
        topic=_title_topic,
    ),
    Frame(
        "arrow",
        says=("arrow",),
        slots=_SHAPE,
        plan=_shaped("arrow"),
        requires=("place",),
        glue=_SHAPE_GLUE,
        places=True,
    ),
    Frame(
        "arrow_somewhere",
        says=("arrow",),
        slots={name: chunk for name, chunk in _SHAPE.items() if name != "place"},
        plan=_shaped("arrow"),
        accepts=lambda slots: slots.get("at") != r.Edge("middle"),
        glue=_SHAPE_GLUE,
    ),
    Frame(
        "progress_bar",
        says=("(progress bar|progress-bar|progressbar|progress indicator)",),
        slots={**_SHAPE, "place": "SPOT"},
        plan=_shaped("progress"),
        glue=_SHAPE_GLUE + " along across whole entire video edge at thin",
        places=True,
    ),
    *(
        Frame(
            f"shape_{shape}",
            says=(words,),
            slots=_SHAPE,
            plan=_shaped(shape),
            requires=("place",),
            glue=_SHAPE_GLUE,
            places=True,
        )
        for shape, words in (
            ("box", "(box|rectangle|outline)"),
            ("ellipse", "(circle|ellipse|oval|ring)"),
            ("highlight", "(highlight|highlighter)"),
        )
    ),
    Frame(
        "captions_styled",
        says=(_CAPTIONS,),
        slots=_CAPTION_STYLE,
        plan=plans.plan_add_captions,
        needs=frozenset({Need.TRANSCRIPT}),
        requires=("preset|words|language|lit|colour|size|weight|box",),
        glue="add put show generate create give me need want have on video with and in as please at time per "
        "line each screen letters text font this that of auto automatic style preset look captions burn",
        topic=_captions_topic,
    ),
    Frame(
        "style_captions",
        says=(
            f"(make|change|set|style|restyle|turn|put|move|place|give|switch|use) * {_CAPTIONS}",
            f"{_CAPTIONS} (should|must|need to|have to|to)",
        ),
        slots=_CAPTION_STYLE,
        plan=plans.plan_style_captions,
        requires=("preset|lit|colour|size|weight|box|place",),
        accepts=lambda slots: "words" not in slots and "language" not in slots,
        glue=_CAPTION_GLUE,
        topic=_captions_topic,
    ),
    Frame(
        "lit_words",
        says=("(highlight|light up|emphasise|emphasize) (each|every|spoken|current) (word|words)",),
        slots={
            "colour": "INK",
            "how": "[with|in] <box|colour|color|karaoke>",
        },
        plan=plans.plan_lit_words,
        needs=frozenset({Need.TRANSCRIPT}),
        glue="as it it's is are they spoken said being when in captions subtitles with of word",
        topic=_captions_topic,
    ),
    Frame(
        "edit_caption",
        says=(
            f"{_CAPTIONS} should (say|read)",
            f"(change|edit|correct|fix|rewrite|replace) * {_CAPTIONS}",
        ),
        slots={"which": ("ORDINAL", "COUNT"), "text": "WORDING"},
        plan=plans.plan_edit_caption,
        requires=("text",),
        glue="number line of say read should to instead",
        topic=_captions_topic,
    ),
    Frame(
        "import_captions",
        says=(f"(use|import|take|load|add|put|apply|show) * {_CAPTIONS}", f"{_CAPTIONS} from"),
        accepts=lambda slots: "-->" in str(slots.get("text", "-->")),
        slots={
            "text": "WORDING",
            "file": "[from] SUBTITLE_FILE",
            "preset": "CAPTION_LOOK",
            "place": "SPOT",
        },
        plan=plans.plan_import_captions,
        requires=("text|file",),
        glue="these my for as on in following file here this",
        topic=_captions_topic,
    ),
    Frame(
        "import_given_captions",
        says=(f"import * {_CAPTIONS}", f"use {_CAPTIONS} as they are"),
        slots={"preset": "CAPTION_LOOK", "place": "SPOT"},
        plan=plans.plan_import_captions,
        needs=frozenset({Need.TRANSCRIPT}),
        glue="my file given",
        topic=_captions_topic,
    ),
    Frame(
        "remove_captions",
        says=(
            f"(remove|delete|drop|hide|clear|kill|ditch|lose) * {_CAPTIONS}",
            f"(take off|get rid of|take away|turn off) * {_CAPTIONS}",
            f"{_CAPTIONS} (off|away|gone)",
            f"take {_CAPTIONS} (off|away|out)",
        ),
        slots={"over": "OVER"},
        plan=plans.plan_remove_captions,
        glue="all of those from video again them",
        topic=_captions_topic,
    ),
    Frame(
        "captions_on_it",
        says=(f"(put|slap|stick|throw|get|want|need|give) * {_CAPTIONS}",),
        plan=plans.plan_add_captions,
        needs=frozenset({Need.TRANSCRIPT}),
        glue="on it this video some over me them clip thing whole with",
        topic=_captions_topic,
    ),
    Frame(
        "titles_off",
        says=("(title|titles|text|heading|lower third) (off|away|gone)",),
        plan=plans.plan_titles_off,
        glue="all take turn",
    ),
    Frame(
        "export_captions",
        says=(
            f"(export|save|download|write|get|give|output|make|create|need|want|extract) * {_CAPTIONS}",
            f"{_CAPTIONS} (file|as file)",
        ),
        slots={"format": "[as|to|in] SUBTITLE_FORMAT", "language": "in LANGUAGE"},
        plan=plans.plan_export_captions,
        requires=("format",),
        glue="me file of as an format separate also out for please",
    ),
    Frame(
        "attach_captions",
        says=(
            f"(attach|embed|mux|include) * {_CAPTIONS}",
            f"(soft|selectable|switchable|closed) {_CAPTIONS}",
            f"{_CAPTIONS} * (track|stream|separate)",
            "attach (them|it)",
        ),
        plan=plans.plan_attach,
        glue="as a separate track stream file own in that i can you viewers switch off on turn toggle not "
        "burned burn baked in into picture with so mp4 them it but instead only video render export give "
        "make and",
    ),
    Frame(
        "burn_captions",
        says=(
            f"(burn|bake|hardcode|hard code|hardcoded|burned|burnt) * {_CAPTIONS}",
            f"{_CAPTIONS} (burned|burnt|baked|hardcoded)",
        ),
        plan=plans.plan_burn,
        glue="in into picture video on to with",
    ),
    Frame(
        "omit_captions",
        says=(
            f"(render|export|deliver) without {_CAPTIONS}",
            f"leave {_CAPTIONS} out",
            f"leave out {_CAPTIONS}",
        ),
        plan=plans.plan_omit,
        glue="it video of render file picture",
    ),
)
