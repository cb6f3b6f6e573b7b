"""What the edits of looks share: elements with a picture, and their effects replaced."""

from collections.abc import Callable, Collection, Iterable

from cuttingroom.core.errors import EditRefused
from cuttingroom.timeline.edits.base import name_of
from cuttingroom.timeline.effects import Effect
from cuttingroom.timeline.model import FILMED, Element, Timeline


def shows_picture(element: Element) -> bool:
    """Whether the element shows a picture of a file; words, shapes and plain colours have no look."""
    return isinstance(element.source, FILMED) and element.has_picture


def check_pictures(before: Timeline, element_ids: Iterable[str]) -> None:
    """Raise EditRefused for the first element that shows no picture of a file, NotFound for an absent one."""
    for element_id in element_ids:
        _, element = before.get_element(element_id)
        if not shows_picture(element):
            raise EditRefused(
                f"{name_of(before, element_id)} shows no picture of a file.",
                advice="Choose a clip, a still or an overlay.",
                element_id=element_id,
            )


def with_effects(
    before: Timeline, element_ids: Collection[str], change: Callable[[Element], Iterable[Effect]]
) -> Timeline:
    """The timeline with other effects on some elements."""

    def changed(element: Element) -> Element:
        if element.id not in element_ids:
            return element
        return element.model_copy(update={"effects": tuple(change(element))})

    after = before
    for track in before.tracks:
        if any(e.id in element_ids for e in track.elements):
            after = after.with_track(track.with_elements([changed(e) for e in track.elements]))
    return after


def in_place_of_its_kind(effects: Iterable[Effect], new: Effect) -> list[Effect]:
    """The effects with `new` in the place of all others of its kind."""
    return [*(e for e in effects if e.type != new.type), new]
