"""Play elements several times, one time after the other."""

from collections.abc import Iterator, Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import TimeRange, format_ticks
from cuttingroom.timeline.edits.base import Edit, name_all
from cuttingroom.timeline.effects import FadeIn, FadeOut, Id, Positive
from cuttingroom.timeline.grid import snap_length
from cuttingroom.timeline.model import Element, Timeline, Track
from cuttingroom.timeline.pieces import fit_effects, part_of
from cuttingroom.timeline.ripple import count_ids, mended, moving_tracks, open_time

MOST_TIMES = 100


class Loop(Edit):
    """Play neighbouring elements of a track `times` times in all, or for `duration_ticks`; later things move.

        | A | B | C |   ->   | A | B | A'| B'| C |

    The last copy is cut where the length ends. A fade in stays at the very start, a fade out goes to the very
    end. On the main track every following track makes room; what does not follow it stays.
    """

    ripples: ClassVar[bool] = True

    tool: Literal["loop"] = "loop"
    element_ids: Annotated[tuple[Id, ...], Field(min_length=1)]
    times: Annotated[int, Field(ge=2, le=MOST_TIMES)] | None = None
    duration_ticks: Positive | None = None
    id_prefix: Id = Field(default_factory=lambda: short_id("el"))

    def check(self, before: Timeline) -> None:
        if (self.times is None) == (self.duration_ticks is None):
            raise EditRefused("Say either how many times or how long to loop.", field="times")
        track, block = self._find(before)
        n = track.positions[block[0].id]
        if [e.id for e in track.elements[n : n + len(block)]] != [e.id for e in block]:
            raise EditRefused("The pieces to loop do not follow each other.", field="element_ids")
        length = _length(block)
        if self.duration_ticks is not None and not (
            length < snap_length(before, self.duration_ticks) <= length * MOST_TIMES
        ):
            raise EditRefused(
                f"{name_all(before, self.element_ids)} lasts {format_ticks(length)} and cannot be looped to "
                f"{format_ticks(self.duration_ticks)}.",
                advice=f"Choose more, up to {MOST_TIMES} times as long.",
                field="duration_ticks",
            )

    def change(self, before: Timeline) -> Timeline:
        track, block = self._find(before)
        end, total, ids = block[-1].end_ticks, self._total(before, block), count_ids(self.id_prefix)
        others = moving_tracks(before, track.id) - {track.id}
        after = open_time(before, end, total - _length(block), others, count_ids(f"{self.id_prefix[:28]}_o"))
        return after.with_track(_looped(track, block, total, ids))

    def describe(self, before: Timeline) -> str:
        _, block = self._find(before)
        how = f"{self.times} times" if self.times else "over and over"
        total = format_ticks(self._total(before, block))
        return f"Loop {name_all(before, self.element_ids)} {how} ({total} in all)"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return self.element_ids

    def _find(self, before: Timeline) -> tuple[Track, list[Element]]:
        """The track and the elements, in their order on it."""
        track, _ = before.get_element(self.element_ids[0])
        found = [before.get_element(i) for i in dict.fromkeys(self.element_ids)]
        if any(t.id != track.id for t, _ in found):
            raise EditRefused("The pieces to loop lie on several tracks.", field="element_ids")
        return track, sorted((e for _, e in found), key=lambda e: e.start_ticks)

    def _total(self, before: Timeline, block: Sequence[Element]) -> int:
        if self.duration_ticks is not None:
            return snap_length(before, self.duration_ticks)
        return _length(block) * (self.times or 1)


def _length(block: Sequence[Element]) -> int:
    return block[-1].end_ticks - block[0].start_ticks


def _looped(track: Track, block: Sequence[Element], total_ticks: int, ids: Iterator[str]) -> Track:
    """The track with the block again and again for so long, and what came after it later."""
    length, end = _length(block), block[0].start_ticks + total_ticks
    played = list(block)
    joints = list(track.transitions)
    inner = [t for t in joints if {t.left_id, t.right_id} <= {e.id for e in block}]
    played[-1] = _without_fade(played[-1], FadeOut)
    for shift in range(length, total_ticks, length):
        names = {e.id: next(ids) for e in block}
        copies = [_copied(e, names[e.id], shift, end) for e in block if e.start_ticks + shift < end]
        copies[0] = _without_fade(copies[0], FadeIn)
        copies[len(block) - 1 :] = [_without_fade(c, FadeOut) for c in copies[len(block) - 1 :]]
        played += copies
        for t in inner:
            ends = {"id": next(ids), "left_id": names[t.left_id], "right_id": names[t.right_id]}
            joints.append(t.model_copy(update=ends))
    played[-1] = _with_fade_out(played[-1], block[-1])
    n = track.positions[block[0].id]
    later = [e.moved_to(e.start_ticks + total_ticks - length) for e in track.elements[n + len(block) :]]
    joints = [
        t.model_copy(update={"left_id": played[-1].id}) if t.left_id == block[-1].id else t for t in joints
    ]
    return mended(
        track.with_elements([*track.elements[:n], *played, *later]).model_copy(
            update={"transitions": tuple(joints)}
        )
    )


def _copied(element: Element, id: str, shift_ticks: int, end_ticks: int) -> Element:
    """The element once more, so much later, as far as `end_ticks`."""
    last = min(element.end_ticks, end_ticks - shift_ticks)
    part = part_of(element, TimeRange.between(element.start_ticks, last), id=id)
    return part.moved_to(element.start_ticks + shift_ticks)


def _without_fade(element: Element, kind: type[FadeIn] | type[FadeOut]) -> Element:
    effects = tuple(e for e in element.effects if not isinstance(e, kind))
    return element if effects == element.effects else element.model_copy(update={"effects": effects})


def _with_fade_out(element: Element, like: Element) -> Element:
    """The element with the fade out of another, if it has none itself."""
    fades = [e for e in like.effects if isinstance(e, FadeOut)]
    if not fades or any(isinstance(e, FadeOut) for e in element.effects):
        return element
    effects = fit_effects((*element.effects, *fades), element.duration_ticks, lambda t: t)
    return element.model_copy(update={"effects": effects})
