"""Play the elements of a track in another order."""

from bisect import bisect_right
from itertools import pairwise
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.time import TimeRange
from cuttingroom.timeline.edits.base import Edit, label_of, name_of
from cuttingroom.timeline.edits.placing import get_lead_track
from cuttingroom.timeline.effects import Id
from cuttingroom.timeline.model import Element, Timeline, Track
from cuttingroom.timeline.pieces import has_own_time, part_of
from cuttingroom.timeline.ripple import clip_to_lead, find_lead_track, moving_tracks

MOST_NUMBERS = 12
"""An order of more clips is described by their count."""


class Reorder(Edit):
    """Play all elements of a track, the main one unless named, in another order.

        | title |   | cap |           | cap | title |
        |   A   | B |  C  |   ->      |  C  |   A   | B |

    They lie one after the other from where the first one was: gaps between them close, and neighbours that a
    transition joins stay joined. On the main track what lies on the other following tracks travels with the
    element over which it starts; a title, still or caption that would outlast the track is cut to its end.
    """

    ripples: ClassVar[bool] = True

    tool: Literal["reorder"] = "reorder"
    track_id: Id | None = None
    element_ids: Annotated[
        tuple[Id, ...], Field(min_length=2, description="all elements of the track in their new order")
    ]

    def check(self, before: Timeline) -> None:
        track = get_lead_track(before, self.track_id)
        self._check_ids(before, track)
        if self.element_ids == tuple(e.id for e in track.elements):
            raise EditRefused(f"{label_of(track)} plays in this order already.", field="element_ids")
        neighbours = set(pairwise(self.element_ids))
        for join in track.transitions:
            if (join.left_id, join.right_id) not in neighbours:
                raise EditRefused(
                    f"{name_of(before, join.left_id)} and {name_of(before, join.right_id)} are joined by a "
                    f"{join.kind} and would part.",
                    advice=f"Remove the {join.kind} first, or keep the two together.",
                    field="element_ids",
                )

    def change(self, before: Timeline) -> Timeline:
        track = get_lead_track(before, self.track_id)
        after = before.with_track(self._laid_out(track))
        followers = moving_tracks(before, track.id) - {track.id}
        for follower in before.tracks:
            if follower.id in followers:
                after = after.with_track(_travelled(before, follower, track, after.get_track(track.id)))
        lead = find_lead_track(before)
        return clip_to_lead(before, after) if lead and lead.id == track.id else after

    def describe(self, before: Timeline) -> str:
        numbers = {e.id: n for n, e in enumerate(get_lead_track(before, self.track_id).elements, 1)}
        order = [numbers[i] for i in self.element_ids]
        moved = _find_moved(order)
        if moved is not None:
            return moved
        if len(order) > MOST_NUMBERS:
            return f"Play the {len(order)} clips in another order"
        return f"Play the clips in the order {', '.join(map(str, order))}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return (get_lead_track(before, self.track_id).id, *self.element_ids)

    def _check_ids(self, before: Timeline, track: Track) -> None:
        """Raise EditRefused unless the order names each element of the track once."""
        own = {e.id for e in track.elements}
        twice = next((i for n, i in enumerate(self.element_ids) if i in self.element_ids[:n]), None)
        foreign = next((i for i in self.element_ids if i not in own), None)
        missing = next((e.id for e in track.elements if e.id not in self.element_ids), None)
        reason = (
            (foreign and f"{name_of(before, foreign)} is not on {label_of(track)}.")
            or (twice and f"{name_of(before, twice)} stands twice in the order.")
            or (missing and f"{name_of(before, missing)} is missing from the order.")
        )
        if reason:
            raise EditRefused(
                reason, advice="Name each element of the track exactly once.", field="element_ids"
            )

    def _laid_out(self, track: Track) -> Track:
        by_id = {e.id: e for e in track.elements}
        overlaps = {t.right_id: t.duration_ticks for t in track.transitions}
        position = track.elements[0].start_ticks
        placed: list[Element] = []
        for element_id in self.element_ids:
            placed.append(by_id[element_id].moved_to(position - overlaps.get(element_id, 0)))
            position = placed[-1].end_ticks
        return track.with_elements(placed)


def _travelled(before: Timeline, follower: Track, old: Track, new: Track) -> Track:
    """A following track whose elements went with what they start over. Raises EditRefused where they would
    overlap."""
    joined = {t.right_id: t.left_id for t in follower.transitions}
    shifts: dict[str, int] = {}
    starts = [e.start_ticks for e in old.elements]
    places = {e.id: e.start_ticks for e in new.elements}
    moved: list[Element] = []
    for element in follower.elements:
        if element.id in joined:
            shift = shifts[joined[element.id]]
        elif element.start_ticks >= old.end_ticks:
            shift = new.end_ticks - old.end_ticks
        else:
            n = bisect_right(starts, element.start_ticks) - 1
            shift = places[old.elements[n].id] - starts[n] if n >= 0 else 0
        shifts[element.id] = shift
        travelled = element.moved_to(element.start_ticks + shift)
        moved.append(_fitted(before, element, travelled, old, new))
    result = follower.with_elements(moved)
    _check_room(before, result)
    return result


def _fitted(before: Timeline, element: Element, moved: Element, old: Track, new: Track) -> Element:
    """The element that moved, not reaching further past the end of the track than before."""
    limit = new.end_ticks + max(0, element.end_ticks - old.end_ticks)
    if moved.end_ticks <= limit:
        return moved
    if has_own_time(element) or limit <= moved.start_ticks:
        raise EditRefused(
            f"{name_of(before, element.id)} would play past the end of the video.",
            advice="Split it where the clips meet, or remove it first.",
            element_id=element.id,
        )
    return part_of(moved, TimeRange.between(moved.start_ticks, limit))


def _check_room(before: Timeline, track: Track) -> None:
    joins = {(t.left_id, t.right_id) for t in track.transitions}
    for left, right in pairwise(track.elements):
        if left.end_ticks > right.start_ticks and (left.id, right.id) not in joins:
            raise EditRefused(
                f"{name_of(before, left.id)} and {name_of(before, right.id)} would overlap on "
                f"{label_of(track)}: they travel with the clips over which they start.",
                advice="Shorten or move one of them first.",
                element_id=left.id,
            )


def _find_moved(order: list[int]) -> str | None:
    """`Put clip 2 before clip 1` where one clip changes its place; if possible one that comes earlier."""
    for number in sorted(order, reverse=True):
        rest = [n for n in order if n != number]
        if rest == sorted(rest):
            at = order.index(number)
            earlier = at < number - 1
            neighbour = order[at + 1] if earlier else order[at - 1]
            return f"Put clip {number} {'before' if earlier else 'after'} clip {neighbour}"
    return None
