"""Undo of any event of a history, with the later ones kept.

An event commutes with those after it when the history without it is accepted and there every later edit does the
same: it creates, removes and changes the same elements into the same content, none of them among those that the
event itself created, removed or changed; it moves the others by as much; and nothing it creates is placed by an
absolute time behind what the event moved. Then undo must be possible and equal that history.
"""

import json
from collections import Counter

from drawing import draw, frames, span, timeline
from hypothesis import event, given, note, settings
from hypothesis import strategies as st
from pytest import mark, raises
from random_edits import edits, quick, timelines

from cuttingroom.core.errors import EditRefused, InvalidInput, NotFound
from cuttingroom.timeline.edits.catalog import parse_edit


def change_of(before, after):
    """What an edit did: elements created or changed by content and track, removed, moved, and other things."""
    old = {e.id: (t.id, e) for t in before.tracks for e in t.elements}
    new = {e.id: (t.id, e) for t in after.tracks for e in t.elements}
    made = {i: (t, e.content_hash) for i, (t, e) in new.items() if i not in old or not same(old[i], new[i])}
    moved = {i: e.start_ticks - old[i][1].start_ticks for i, (_, e) in new.items() if i in old}
    gone = old.keys() - new.keys()
    joins = tuple(joins_of(after) - joins_of(before)), tuple(joins_of(before) - joins_of(after))
    bare = [t.model_copy(update={"elements": (), "transitions": ()}) for t in after.tracks]
    below = [None, *(t.id for t in after.tracks)]
    added = [(t, below[n]) for n, t in enumerate(bare) if before.find_track(t.id) is None]
    lost = [t.id for t in before.tracks if after.find_track(t.id) is None]
    return made, gone, {i: d for i, d in moved.items() if d}, joins, added, lost


def same(one, other):
    return one[0] == other[0] and one[1].content_hash == other[1].content_hash


def joins_of(found):
    return {(t.left_id, t.right_id, t.duration_ticks) for track in found.tracks for t in track.transitions}


def starts_of(found):
    return {e.id: e.start_ticks for t in found.tracks for e in t.elements}


def replay_without(history, k):
    """The history without event k as a list of (before, after), or None when an edit is refused."""
    now, steps = history[k][1], []
    for edit, _, _ in history[k + 1 :]:
        try:
            after = edit.apply(now)
        except (InvalidInput, NotFound):
            return None
        steps.append((now, after))
        now = after
    return steps


def commutes(history, k, steps):
    _, before, after = history[k]
    made, gone, moved, joins, added, lost = change_of(before, after)
    own = made.keys() | gone | {t.id for t, _ in added} | {i for pair in joins for j in pair for i in j[:2]}
    moved_ids = set(moved) if history[k][0].ripples else set()
    own |= moved.keys() - moved_ids
    for (_, was, became), (old, new) in zip(history[k + 1 :], steps, strict=True):
        real, other = change_of(was, became), change_of(old, new)
        if real != other or own & (real[0].keys() | real[1] | set(real[2])):
            return False
        if own & {i for pair in real[3] for j in pair for i in j[:2]} or lost or real[5]:
            return False
        created = [i for i in real[0] if i not in starts_of(was)]
        first = min((s for i, s in starts_of(became).items() if i in moved_ids), default=None)
        behind = [i for i in created if first is not None and starts_of(became)[i] >= first]
        if behind or (created and not moved and history[k][0].ripples):
            return False
        if any(starts_of(became)[i] != starts_of(new)[i] for i in created):
            return False
    return True


def touched_since(history, k):
    ids = set()
    for edit, was, became in history[k + 1 :]:
        made, gone, moved, joins, added, lost = change_of(was, became)
        ids |= (
            made.keys() | gone | moved.keys() | {t.id for t, _ in added} | set(lost) | set(edit.targets(was))
        )
        ids |= {i for pair in joins for j in pair for i in j[:2]}
        ids |= {t.id for t in was.tracks if became.find_track(t.id) != t}
    return ids


seen = Counter()


@settings(quick, max_examples=250)
@given(timelines(), st.data())
def check_undo_of_a_random_event(before, data):
    history = history_of(data, before, 4)
    if len(history) < 2:
        return
    k = data.draw(st.integers(0, len(history) - 2))
    edit, old, new = history[k]
    inverse = parse_edit(json.loads(edit.inverse(old, new).model_dump_json()))
    last = history[-1][2]
    steps = replay_without(history, k)
    commuting = steps is not None and commutes(history, k, steps)
    note(f"{draw_loosely(old)}\nundo {edit!r}\nafter {[e for e, _, _ in history[k + 1 :]]!r}")
    try:
        undone = inverse.apply(last)
    except EditRefused as error:
        refusal = error
    else:
        refusal = None
    if refusal is not None:
        seen["refused"] += 1
        assert not commuting, refusal.detail
        assert touched_since(history, k) & set(refusal.detail["conflicts"])
        return
    seen["commuting" if commuting else "undone"] += 1
    event(f"{'commuting' if commuting else 'undone'} {edit.tool}")
    if commuting:
        without = steps[-1][1]
        assert undone.to_json() == without.to_json()
        assert undone.state_hash == without.state_hash


def history_of(data, before, count):
    history = []
    for n in range(count):
        edit = data.draw(edits(before, f"n{n}"))
        try:
            after = edit.apply(before)
        except (InvalidInput, NotFound):
            continue
        history.append((edit, before, after))
        before = after
    return history


def draw_loosely(found):
    return " | ".join(
        f"{t.id}: "
        + " ".join(f"{e.id}[{e.start_ticks / frames(1):g}-{e.end_ticks / frames(1):g}]" for e in t.elements)
        for t in found.tracks
    )


def test_undo_of_a_random_event_equals_the_history_without_it_where_it_commutes():
    seen.clear()
    check_undo_of_a_random_event()
    assert seen["commuting"] >= seen.total() // 4, seen
