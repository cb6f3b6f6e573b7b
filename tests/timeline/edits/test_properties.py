"""What holds for every edit on any timeline."""

import json

from hypothesis import event, given, note, settings
from hypothesis import strategies as st

from cuttingroom.core.errors import InvalidInput, NotFound
from cuttingroom.timeline.edits.catalog import ALL_EDITS, parse_edit
from cuttingroom.timeline.invariants import check_timeline
from cuttingroom.timeline.model import Timeline
from drawing import assert_round_trip
from random_edits import MAKERS, edits, quick, timelines


def apply_some(data, before, count):
    """Up to `count` accepted edits: a list of (edit, before, after)."""
    history = []
    for n in range(count):
        edit = data.draw(edits(before, f"n{n}"))
        try:
            after = edit.apply(before)
        except (InvalidInput, NotFound):
            continue
        event(f"accepted {edit.tool}")
        history.append((edit, before, after))
        before = after
    return history


def test_there_is_a_maker_for_every_edit():
    assert len(MAKERS) == len(ALL_EDITS)


@quick
@given(timelines())
def test_random_timelines_are_sound(before):
    check_timeline(before)
    assert Timeline.model_validate_json(before.to_bytes()).to_bytes() == before.to_bytes()


@settings(quick, max_examples=150)
@given(timelines(), st.data())
def test_an_accepted_edit_keeps_the_invariants_and_is_taken_back_exactly(before, data):
    for edit, old, new in apply_some(data, before, 4):
        note(edit.describe(old))
        check_timeline(new)
        assert edit.apply(old).to_bytes() == new.to_bytes()
        assert Timeline.model_validate_json(new.to_bytes()).to_bytes() == new.to_bytes()
        assert_round_trip(old, edit, new)
        assert [t for t in old.tracks if t.locked] == [
            t for t in new.tracks if t.locked and old.find_track(t.id)
        ] or edit.tool == "restore"


@quick
@given(timelines(), st.data())
def test_a_history_replays_from_json_to_the_same_bytes(before, data):
    history = apply_some(data, before, 6)
    stored = [json.dumps(edit.model_dump(mode="json")) for edit, _, _ in history]
    replayed = Timeline.model_validate_json(before.to_bytes())
    for line, (_, _, after) in zip(stored, history, strict=True):
        replayed = parse_edit(json.loads(line)).apply(replayed)
        assert replayed.state_hash == after.state_hash
        assert replayed.to_bytes() == after.to_bytes()
