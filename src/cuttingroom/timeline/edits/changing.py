"""Some elements of a timeline changed, all others left as they are."""

from collections.abc import Callable, Collection

from cuttingroom.timeline.effects import Effect
from cuttingroom.timeline.model import Element, Timeline, Track
from cuttingroom.timeline.ripple import replace_tracks


def with_each(
    before: Timeline, element_ids: Collection[str], change: Callable[[Element], Element]
) -> Timeline:
    """The timeline with these elements changed, wherever they lie."""
    wanted = set(element_ids)
    tracks = {t.id for t in before.tracks if not wanted.isdisjoint(t.positions)}

    def changed(track: Track) -> Track:
        return track.with_elements([change(e) if e.id in wanted else e for e in track.elements])

    return replace_tracks(before, tracks, changed)


def with_effect(element: Element, effect: Effect) -> Element:
    """The element with this effect in the place of any other of its type."""
    kept = [e for e in element.effects if e.type != effect.type]
    return element.model_copy(update={"effects": (*kept, effect)})
