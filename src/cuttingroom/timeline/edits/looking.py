"""What the edits of looks share: elements with a picture, and their effects replaced."""

from collections.abc import Callable, Collection, Iterable

from cuttingroom.core.errors import EditRefused
from cuttingroom.timeline.edits.base import name_of
from cuttingroom.timeline.edits.changing import with_each
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
    return with_each(before, element_ids, lambda e: e.model_copy(update={"effects": tuple(change(e))}))
