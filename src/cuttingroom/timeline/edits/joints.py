"""What edits of transitions share: two neighbours overlap by more or less, and what joins them."""

from __future__ import annotations

from cuttingroom.core.time import TimeRange
from cuttingroom.timeline.model import Element, Timeline, Track, Transition
from cuttingroom.timeline.ripple import clip_to_lead, count_ids, cut_time, moving_tracks, open_time


def find_joint(track: Track, left_id: str, right_id: str) -> Transition | None:
    """The transition from one element to the other."""
    return next((t for t in track.transitions if (t.left_id, t.right_id) == (left_id, right_id)), None)


def with_overlap(
    before: Timeline, track: Track, right: Element, joint: Transition | None, id_prefix: str
) -> Timeline:
    """The timeline with `joint` (or nothing) leading to `right`, in place of what led to it.

        | A |                        | A |
            | B | C |      <->         | B | C |

    `right` and what is later move so that the overlap is that of the joint. On the main track every following
    track loses or gains that time at the start of `right`, with new pieces called after `id_prefix`.
    """
    old = next((t for t in track.transitions if t.right_id == right.id), None)
    closer = (joint.duration_ticks if joint else 0) - (old.duration_ticks if old else 0)
    others, ids = moving_tracks(before, track.id) - {track.id}, count_ids(id_prefix)
    after, at = before, right.start_ticks
    if closer > 0:
        after = cut_time(before, [TimeRange.between(at - closer, at)], others, ids)
    elif closer < 0:
        after = open_time(before, at, -closer, others, ids)
    n = track.positions[right.id]
    later = [e.moved_to(e.start_ticks - closer) for e in track.elements[n:]]
    placed = track.with_elements([*track.elements[:n], *later])
    joins = [*(t for t in track.transitions if t is not old), *([joint] if joint else [])]
    joins.sort(key=lambda t: track.positions[t.left_id])
    after = after.with_track(placed.model_copy(update={"transitions": tuple(joins)}))
    return clip_to_lead(before, after)
