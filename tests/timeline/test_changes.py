"""What differs between two states of a timeline, track by track."""

from hypothesis import given
from hypothesis import strategies as st

from cuttingroom.core.errors import InvalidInput, NotFound
from cuttingroom.timeline.changes import list_changes
from cuttingroom.timeline.edits.restore import Restore
from random_edits import edits, quick, timelines


@quick
@given(timelines(), st.data())
def test_heads_are_shared_tails_moved_as_one_and_all_else_differs(before, data):
    edit = data.draw(edits(before, "n"))
    try:
        after = edit.apply(before)
    except (InvalidInput, NotFound):
        return
    outside: set[str] = set()
    for change in list_changes(before, after):
        for part in change.parts:
            outside |= {e.id for e in part.elements}
        if change.old is None or change.new is None:
            continue
        (head, still), (tail, delta) = change.parts
        moved = tuple(e.moved_to(e.start_ticks + delta) for e in tail)
        assert still == 0
        assert (*head, *change.was, *moved) == change.old.elements
        assert (*head, *change.now, *tail) == change.new.elements
    differing = {e.id for c in list_changes(before, after) for e in (*c.was, *c.now)}
    assert not outside & differing


@quick
@given(timelines(), st.data())
def test_the_way_back_that_is_tried_on_an_excerpt_is_the_one_tried_on_all(before, data):
    edit = data.draw(edits(before, "n"))
    try:
        after = edit.apply(before)
    except (InvalidInput, NotFound):
        return
    ripples = bool(getattr(edit, "time", False)) or edit.ripples
    assert edit.inverse(before, after) == Restore.between(before, after, ripples=ripples)
