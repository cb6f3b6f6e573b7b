"""Which pictures a request means, and how large the files behind them are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction

from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.planners.rules.targets import describe_target, elements_of, find_media, follow_it, same_name
from cuttingroom.timeline.edits.base import MediaRef
from cuttingroom.timeline.edits.looking import shows_picture
from cuttingroom.timeline.model import FILMED, Element


def pictures_meant(board: Board, target: r.Target | None) -> tuple[Element, ...]:
    """The elements with pictures that a target means; all of the main track when nothing is named.

    Raises Unclear when there are none.
    """
    found = tuple(e for e in things_meant(board, target) if shows_picture(e))
    if not found:
        what = describe_target(target) if target is not None else "the video"
        raise Unclear(f"There is no picture in {what} that could be changed so. Which clip is meant?")
    return found


def things_meant(board: Board, target: r.Target | None) -> tuple[Element, ...]:
    """As `elements_of`; names also mean what lies over the video."""
    match target:
        case None | r.Everything():
            return board.lead()
        case r.It():
            topic = follow_it(board)
            return board.lead() if topic == r.Everything() else things_meant(board, topic)
        case r.Several(targets):
            return tuple(dict.fromkeys(e for t in targets for e in things_meant(board, t)))
        case r.ClipName(name):
            if not any(same_name(e.name, name) for e in board.lead(board.now)):
                over = [e for e in overlays(board) if same_name(e.name, name)]
                if over:
                    return tuple(over)
                if any(same_name(m.name, name) for m in board.context.media):
                    raise Unclear(f"“{name}” is not in the video yet. Where and when should it be seen?")
            return elements_of(board, target)
        case _:
            return elements_of(board, target)


def overlays(board: Board) -> list[Element]:
    """The pictures that lie over the video."""
    main = board.timeline.find_main_track()
    tracks = [t for t in board.timeline.tracks if main is None or t.id != main.id]
    return [e for t in tracks for e in t.elements if shows_picture(e)]


def ids_of(elements: Iterable[Element]) -> tuple[str, ...]:
    return tuple(e.id for e in elements)


def shape_of(board: Board, element: Element) -> Fraction:
    """Width by height of an element's file; of the frame where that is not known."""
    source = element.source
    known = {m.artifact_id: m for m in board.context.media}
    media = known.get(source.artifact_id) if isinstance(source, FILMED) else None
    return media_shape(board, media)


def media_shape(board: Board, media: MediaRef | None) -> Fraction:
    settings = board.timeline.settings
    if media is None or not (media.width and media.height):
        return Fraction(settings.width, settings.height)
    return Fraction(media.width, media.height)


def get_picture_file(board: Board, name: str) -> MediaRef:
    """The file of that name, hyphens or not. Raises Unclear when there is none."""
    found = find_media(board, name)
    if found is None and "." not in name:
        plain = _plain(name)
        close = [m for m in board.context.media if plain and plain in _plain(m.name)]
        found = close[0] if len(close) == 1 else None
    if found is None:
        raise Unclear(f"There is no file called “{name}” in this project. {_add_it(board)}")
    if not (found.has_picture or found.is_still):
        raise Unclear(f"“{found.name}” has no picture. Which file should be shown?", _shown_names(board))
    return found


def find_logo(board: Board, word: str) -> MediaRef:
    """The still that people mean by "the logo". Raises Unclear when that is not plain."""
    stills = [m for m in board.context.media if m.is_still]
    named = [m for m in stills if word in m.name.lower() or "logo" in m.name.lower()]
    found = named or stills
    if len(found) != 1:
        raise Unclear(f"Which file is the {word}? {_add_it(board)}", tuple(m.name for m in stills[:6]))
    board.assume(f"The {word} is “{found[0].name}”.")
    return found[0]


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", re.sub(r"\.\w{2,4}$", "", name.lower()))


def _shown_names(board: Board) -> tuple[str, ...]:
    return tuple(m.name for m in board.context.media if m.has_picture or m.is_still)[:6]


def _add_it(board: Board) -> str:
    names = _shown_names(board)
    listed = f"There are: {', '.join(names)}. " if names else ""
    return f"{listed}Bring it in first: `cuttingroom edit FILE --project NAME`."
