"""Plans titles with a look, shapes, and all about captions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from cuttingroom.core.errors import CuttingroomError
from cuttingroom.core.time import TimeRange
from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.planners.rules.frames.frame import Slots
from cuttingroom.planners.rules.frames.text_chunks import LANGUAGES
from cuttingroom.planners.rules.places import length_ticks, where_ranges
from cuttingroom.planners.rules.plans.titles import plan_captions, title_span
from cuttingroom.planners.rules.targets import elements_of, tracks_of
from cuttingroom.providers.transcription.subtitles import parse_cues
from cuttingroom.timeline.edits.add_shape import AddShape
from cuttingroom.timeline.edits.captioning import is_same_language
from cuttingroom.timeline.edits.edit_caption import EditCaption
from cuttingroom.timeline.edits.edit_title import EditTitle
from cuttingroom.timeline.edits.import_captions import CaptionCue, ImportCaptions
from cuttingroom.timeline.edits.remove import Remove
from cuttingroom.timeline.edits.remove_captions import RemoveCaptions
from cuttingroom.timeline.edits.style_captions import StyleCaptions
from cuttingroom.timeline.effects import Region
from cuttingroom.timeline.mapping import list_timeline_ranges
from cuttingroom.timeline.model import CaptionSource, Element, StyleParts, TextSource, WordHighlight
from cuttingroom.timeline.presets import CAPTION_PRESETS, TITLE_PRESETS, TitleLook
from cuttingroom.tools.export_captions import ExportCaptions

_DIVIDERS = re.compile(r"\s*(?:\s/\s|\s\|\s|\n|,\s|\s[-–—]\s)\s*")
_TWO_LINES = ("lower_third", "name_tag", "credit")
_HIGHLIGHT = WordHighlight(colour="#ffd84a")
_MOST_SIZE = 0.5
_TOWARDS = {
    "top_right": "below_left", "top_left": "below_right", "bottom_right": "above_left",
    "bottom_left": "above_right", "top": "below", "bottom": "above",
}  # fmt: skip
_BAR = 0.014
"""Height of a progress bar, as a share of the frame's."""


def read_title(slots: Slots, preset: TitleLook | None) -> r.Title:
    """A title with what a plain one does not have."""
    text, detail = str(slots["text"]).rstrip(" ,"), slots.get("detail", "")
    if preset in _TWO_LINES and not detail:
        text, *rest = _DIVIDERS.split(text, maxsplit=1)
        detail = rest[0] if rest else ""
    style = style_of(slots, TITLE_PRESETS[preset].style.size if preset else 0.1)
    extras: dict[str, Any] = {"preset": preset, "detail": detail or None, "animation": slots.get("animation")}
    if style != StyleParts():
        extras["style"] = style
    return r.Title(
        text,
        slots.get("at"),
        slots.get("duration"),
        slots.get("over"),
        slots.get("place"),
        tuple((name, value) for name, value in extras.items() if value is not None),
    )


def style_of(slots: Slots, size: float) -> StyleParts:
    """The parts of a style that were said; "bigger" is a share of the present `size`."""
    parts: dict[str, Any] = {}
    if "colour" in slots:
        parts["colour"] = slots["colour"]
    if "size" in slots:
        parts["size"] = round(min(_MOST_SIZE, size * slots["size"]), 4)
    match slots.get("weight"):
        case "bold":
            parts["bold"] = True
        case "not bold":
            parts["bold"] = False
        case "italic" | "in italics" | "italics":
            parts["italic"] = True
        case None:
            pass
        case _:
            parts["capitals"] = True
    if "box" in slots:
        parts["box"] = True
    return StyleParts(**parts)


def plan_edit_title(board: Board, slots: Slots) -> None:
    target = slots.get("what", r.Sort("titles"))
    if isinstance(target, r.It):
        target = _text_topic(board)
    if target == r.Sort("captions"):
        plan_style_captions(board, slots)
        return
    element = _one_title(board, target)
    source = element.source
    assert isinstance(source, TextSource)
    preset = slots.get("preset")
    size = TITLE_PRESETS[preset].style.size if preset else source.style.size
    fields: dict[str, Any] = {"text": slots.get("text"), "detail": slots.get("detail"), "preset": preset,
                              "position": slots.get("place"), "animation": slots.get("animation"),
                              "style": style_of(slots, size)}  # fmt: skip
    if "duration" in slots:
        fields["duration_ticks"] = length_ticks(board, slots["duration"])
    _merged(board, EditTitle(element_id=element.id, **{k: v for k, v in fields.items() if v is not None}))


def _text_topic(board: Board) -> r.Target:
    """The title or the captions that "it" means. Raises Unclear where the request was about neither."""
    if isinstance(board.topic, r.TitleText) or board.topic in (r.Sort("titles"), r.Sort("captions")):
        return board.topic  # type: ignore[return-value]
    raise Unclear(f"What is “it” in “{board.said}”? Name the title, the captions or the clip.")


def _merged(board: Board, edit: EditTitle | StyleCaptions) -> None:
    """Add an edit, or put it together with the one just before it that is about the same thing."""
    last = board.trials[-1].tool if board.trials else None
    if isinstance(last, type(edit)) and _add_up(last, edit):
        style = {k: v for parts in (last.style, edit.style) for k, v in parts if v is not None}
        both = {**_said(last), **_said(edit), "style": StyleParts(**style)}
        board.amend(len(board.items), last.model_copy(update=both))
        return
    board.add(edit)


def _add_up(one: EditTitle | StyleCaptions, other: EditTitle | StyleCaptions) -> bool:
    """Whether both are about the same thing and say different things of it."""
    same = getattr(one, "element_id", "") == getattr(other, "element_id", "")
    return same and not _said(one).keys() & _said(other).keys() - {"element_id"}


def _said(edit: EditTitle | StyleCaptions) -> dict[str, Any]:
    """The fields that differ from what they are when nobody speaks of them, but for the style."""
    fields = type(edit).model_fields
    skipped = ("style", "id_prefix", "tool")
    return {n: v for n, v in edit if n not in skipped and v != fields[n].default}


def _one_title(board: Board, target: r.Target) -> Element:
    if isinstance(target, r.Sort):
        found = [e for e in elements_of(board, target) if isinstance(e.source, TextSource)]
    else:
        found = list(elements_of(board, target))
    if len(found) != 1:
        names = [f"“{e.source.text}”" for e in found if isinstance(e.source, TextSource)]
        raise Unclear(f"There are {len(found)} titles: {', '.join(names[:6])}. Which one?", tuple(names[:6]))
    return found[0]


def plan_titles_off(board: Board, _: Slots) -> None:
    titles = [e.id for e in elements_of(board, r.Sort("titles")) if isinstance(e.source, TextSource)]
    board.add(Remove(element_ids=tuple(titles)))


def plan_shape(board: Board, shape: str, slots: Slots) -> None:
    whole = shape == "progress" and not {"at", "over", "duration"} & slots.keys()
    if whole:
        span = TimeRange.between(0, max(1, board.end_ticks()))
    else:
        title = r.Title("", slots.get("at"), slots.get("duration"), slots.get("over"))
        span = title_span(board, title, f"{'An' if shape[0] in 'ae' else 'A'} {shape.replace('_', ' ')}")
    fields: dict[str, Any] = {"animation": "fade"} if shape != "progress" else {}
    place, region = "", Region(x=0, y=1 - _BAR, width=1, height=_BAR)
    if shape == "progress":
        if slots.get("place") not in (None, "bottom", "lower_third", "top"):
            raise Unclear("Should the progress bar lie at the top or at the bottom?", ("top", "bottom"))
        if slots.get("place") == "top":
            region = Region(x=0, y=0, width=1, height=_BAR)
    elif "place" not in slots:
        raise Unclear("Where should the arrow point?", ("the middle", "the top right corner"))
    else:
        place, region = slots["place"]
    if shape == "arrow":
        region = _target_of(place, region)
        side = {"top": "above", "bottom": "below"}.get(slots.get("side", ""), slots.get("side"))
        fields["points_from"] = side or _TOWARDS.get(place, "left")
    if "colour" in slots:
        fields["colour"] = slots["colour"]
    board.add(
        AddShape(
            shape=shape,  # type: ignore[arg-type]
            region=region,
            at_ticks=span.start_ticks,
            duration_ticks=span.duration_ticks,
            **fields,
        )
    )


def _target_of(place: str, region: Region) -> Region:
    """The small spot at which an arrow points: in a corner, at an edge, or the middle of the region."""
    x = 0.06 if place.endswith("left") else 0.94 if place.endswith("right") else region.x + region.width / 2
    y = (
        0.08
        if place.startswith("top")
        else 0.92
        if place.startswith("bottom")
        else region.y + region.height / 2
    )
    return Region(x=x - 0.01, y=y - 0.01, width=0.02, height=0.02)


def plan_add_captions(board: Board, slots: Slots) -> None:
    fields = _caption_fields(slots)
    if "words" in slots:
        fields["most_words"] = slots["words"]
    if "language" in slots:
        fields["language"] = _known_language(board, slots["language"])
    plan_captions(board, r.Captions(slots.get("place")), fields)


def _known_language(board: Board, language: str) -> str:
    """Raises Unclear when nothing is written down in it."""
    known = {t.language for t in board.context.transcripts.values() if t.words}
    if known and not any(is_same_language(k, language) for k in known):
        name = next(n.capitalize() for n, code in LANGUAGES.items() if code == language)
        raise Unclear(
            f"Nothing is written down in {name}, and nobody here translates; the words that are known are in "
            f"{', '.join(sorted(known))}. Subtitles in {name} can be given with --subtitles."
        )
    return language


def plan_style_captions(board: Board, slots: Slots) -> None:
    if not tracks_of(board.timeline, "captions"):
        if board.context.transcripts:
            plan_add_captions(board, slots)
            return
        raise Unclear("There are no captions on the timeline. Should some be added?", ("add captions",))
    captions = [e.source for e in elements_of(board, r.Sort("captions"))]
    size = next((s.style.size for s in captions if isinstance(s, CaptionSource)), 0.05)
    fields = _caption_fields(slots, size)
    if "place" in slots:
        fields["position"] = slots["place"]
    _merged(board, StyleCaptions(**fields))


def _caption_fields(slots: Slots, size: float = 0.05) -> dict[str, Any]:
    preset = slots.get("preset")
    size = CAPTION_PRESETS[preset].style.size if preset else size
    fields: dict[str, Any] = {"preset": preset, "highlight": _HIGHLIGHT if "lit" in slots else None}
    fields = {name: value for name, value in fields.items() if value is not None}
    style = style_of(slots, size)
    return fields if style == StyleParts() else {**fields, "style": style}


def plan_lit_words(board: Board, slots: Slots) -> None:
    how = {"box": "box", "karaoke": "fill"}.get(slots.get("how", ""), "colour")
    lit = WordHighlight(how=how, colour=slots.get("colour", _HIGHLIGHT.colour))  # type: ignore[arg-type]
    if tracks_of(board.timeline, "captions"):
        board.add(StyleCaptions(highlight=lit))
    else:
        plan_captions(board, r.Captions(), {"highlight": lit})


def plan_edit_caption(board: Board, slots: Slots) -> None:
    captions = elements_of(board, r.Sort("captions"))
    number: int = slots.get("which", 1 if len(captions) == 1 else 0)
    if not number or abs(number) > len(captions):
        count = len(captions)
        raise Unclear(f"There {'is' if count == 1 else 'are'} {count} captions. Which one should change?")
    element = captions[number - 1 if number > 0 else number]
    board.add(EditCaption(element_id=element.id, text=slots["text"]))


def plan_import_captions(board: Board, slots: Slots) -> None:
    if "file" in slots:
        raise Unclear(
            f"The file {slots['file']} cannot be read from a sentence. Give it beside the request with "
            f"--subtitles {slots['file']}, then say “import the captions”."
        )
    cues = tuple(_typed_cues(slots["text"])) if "text" in slots else tuple(_given_cues(board))
    if not cues:
        raise Unclear(
            "Which subtitles? Give a file beside the request with --subtitles FILE, or write the cues with "
            "their times."
        )
    fields: dict[str, Any] = {"preset": slots.get("preset") or "clean", "position": slots.get("place")}
    languages = {t.language for t in board.context.transcripts.values()}
    language = languages.pop() if len(languages) == 1 else "en"
    board.add(ImportCaptions(cues=cues, language=language, **fields))


def _typed_cues(text: str) -> Iterable[CaptionCue]:
    """Cues that stand in the request. Raises Unclear naming the line that cannot be read."""
    try:
        found = parse_cues(text, name="The subtitles in the request")
    except CuttingroomError as error:
        raise Unclear(f"{error.message} {error.advice}") from error
    return (CaptionCue(text=c.text, start_ticks=c.start_ticks, end_ticks=c.end_ticks) for c in found)


def _given_cues(board: Board) -> Iterable[CaptionCue]:
    """The cues of subtitles that a person gave for a file, where it is heard."""
    for artifact_id, transcript in board.context.transcripts.items():
        for segment in transcript.segments if transcript.quality == "given" else ():
            part = TimeRange.between(segment.start_ticks, max(segment.end_ticks, segment.start_ticks + 1))
            for heard in list_timeline_ranges(board.timeline.tracks, artifact_id, part):
                yield CaptionCue(text=segment.text, start_ticks=heard.start_ticks, end_ticks=heard.end_ticks)


def plan_remove_captions(board: Board, slots: Slots) -> None:
    if "over" not in slots:
        board.add(RemoveCaptions())
        return
    for stretch in where_ranges(board, slots["over"]):
        board.add(RemoveCaptions(range=stretch))


def plan_export_captions(board: Board, slots: Slots) -> None:
    board.add(ExportCaptions(format=slots["format"], language=slots.get("language")))
    board.wishes.is_refused = True


def plan_attach(board: Board, _: Slots) -> None:
    _wish(board, "attach")


def plan_burn(board: Board, _: Slots) -> None:
    _wish(board, "burn")


def plan_omit(board: Board, _: Slots) -> None:
    _wish(board, "omit")


def _wish(board: Board, captions: str) -> None:
    if captions != "omit" and not tracks_of(board.timeline, "captions"):
        raise Unclear("There are no captions on the timeline. Should some be added?", ("add captions",))
    board.wishes.add(board.said, captions=captions)
