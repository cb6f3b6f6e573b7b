import pytest

from cuttingroom.core.errors import InvalidInput
from cuttingroom.timeline.edits.add_transition import AddTransition
from cuttingroom.timeline.edits.catalog import parse_edit
from cuttingroom.timeline.edits.remove_transition import RemoveTransition
from drawing import assert_edit, assert_round_trip, draw, frames, timeline


@pytest.mark.parametrize(
    ("before", "pair", "after"),
    [
        ("video: A[0-48] B[0-24] C[0-9]", "AB", "video: A[0-48] ~6 B[0-24] C[0-9]"),
        ("video: A[0-48] ~5 B[0-24] C[0-9]", "BC", "video: A[0-48] ~5 B[0-24] ~6 C[0-9]"),
        ("video: A[0-48] B[0-24] ~5 C[0-9]", "AB", "video: A[0-48] ~6 B[0-24] ~5 C[0-9]"),
        (
            "video: A[0-48] B[0-24] | overlay: .46 T(4) .6 U(5) | audio fixed: M[0-72]",
            "AB",
            "video: A[0-48] ~6 B[0-24] | overlay: .42 T(2) .6 U(5) | audio fixed: M[0-66]",
        ),
        (
            "video: A[0-48] | overlay: T(10) U(10) V(10)",
            "TU",
            "video: A[0-48] | overlay: T(10) ~6 U(10) V(10)",
        ),
    ],
)
def test_crossfade_lets_neighbours_overlap(before, pair, after):
    edit = AddTransition(
        left_id=pair[0],
        right_id=pair[1],
        duration_ticks=frames(6),
        transition_id=f"{pair[0]}_{pair[1]}",
        id_prefix="N",
    )
    assert_edit(before, edit, after)


@pytest.mark.parametrize(
    ("before", "pair", "message"),
    [
        ("video: A[0-48] .2 B[0-24]", "AB", "do not touch"),
        ("video: A[0-48] B[0-24] C[0-9]", "AC", "do not touch"),
        ("video: A[0-48] | overlay: .48 B(9)", "AB", "do not touch"),
        ("video: A[0-48] ~6 B[0-24]", "AB", "Such a crossfade joins .* already"),
        ("video: A[0-48] B[0-6]", "AB", "A crossfade of 0:00.25 is too long"),
        ("video: A[0-48] ~5 B[0-10] C[0-24]", "BC", "is too long"),
        ("video locked: A[0-48] B[0-24]", "AB", "is locked"),
    ],
)
def test_crossfade_refuses_elements_that_cannot_be_joined(before, pair, message):
    with pytest.raises(InvalidInput, match=message):
        AddTransition(left_id=pair[0], right_id=pair[1], duration_ticks=frames(6)).apply(timeline(before))


def test_crossfade_advises_the_longest_that_fits():
    with pytest.raises(InvalidInput) as refusal:
        AddTransition(left_id="A", right_id="B", duration_ticks=frames(48)).apply(
            timeline("video: A[0-48] B[0-24]")
        )
    assert refusal.value.advice == "Use at most 0:00.96."


@pytest.mark.parametrize("kind", ["dip", "wipe", "push", "slide", "zoom"])
def test_every_kind_shares_the_same_time(kind):
    edit = AddTransition(
        left_id="A", right_id="B", duration_ticks=frames(6), kind=kind, transition_id="A_B", id_prefix="N"
    )
    assert_edit("video: A[0-48] B[0-24] C[0-9]", edit, f"video: A[0-48] ~6{kind} B[0-24] C[0-9]")


@pytest.mark.parametrize(
    ("length", "after"),
    [
        (6, "video: A[0-48] ~6wipe B[0-24] C[0-9] | overlay: .50 T(4) | audio fixed: M[0-60]"),
        (9, "video: A[0-48] ~9wipe B[0-24] C[0-9] | overlay: .47 T(4) | audio fixed: M[0-60]"),
        (2, "video: A[0-48] ~2wipe B[0-24] C[0-9] | overlay: .54 T(4) | audio fixed: M[0-60]"),
    ],
)
def test_another_transition_takes_the_place_of_the_one_before(length, after):
    before = "video: A[0-48] ~6 B[0-24] C[0-9] | overlay: .50 T(4) | audio fixed: M[0-60]"
    edit = AddTransition(
        left_id="A",
        right_id="B",
        duration_ticks=frames(length),
        kind="wipe",
        transition_id="A_B",
        id_prefix="N",
    )
    result = edit.apply(timeline(before))
    assert draw(result) == after
    assert_round_trip(timeline(before), edit, result)


@pytest.mark.parametrize(
    "above", ["overlay: T(10) U(10)", "video v2: T[0-10] U[0-10]", "audio: T[0-10] U[0-10]"]
)
def test_only_pictures_on_the_main_track_wipe(above):
    before = timeline(f"video: A[0-48] | {above}")
    edit = AddTransition(left_id="T", right_id="U", duration_ticks=frames(6), kind="wipe")
    with pytest.raises(InvalidInput, match="A wipe joins pictures on the main video track"):
        edit.apply(before)
    edit.model_copy(update={"kind": "crossfade"}).apply(before)


def test_stored_crossfades_are_still_read():
    stored = {
        "tool": "crossfade", "left_id": "A", "right_id": "B", "duration_ticks": frames(6),
        "transition_id": "A_B", "id_prefix": "N",
    }  # fmt: skip
    after = parse_edit(stored).apply(timeline("video: A[0-48] B[0-24]"))
    assert draw(after) == "video: A[0-48] ~6 B[0-24]"
    assert after.to_json()["tracks"][0]["transitions"][0].keys() == {
        "id", "kind", "left_id", "right_id", "duration_ticks",
    }  # fmt: skip


def test_a_transition_is_described_as_people_see_it():
    before = timeline("video: A[0-48] B[0-24]")
    said = {
        ("dip", "left", "#FFFFFF"): "Dip to white from",
        ("wipe", "up", "#000000"): "Wipe upwards from",
        ("push", "right", "#000000"): "Push to the right from",
    }
    for (kind, direction, colour), words in said.items():
        edit = AddTransition(
            left_id="A",
            right_id="B",
            duration_ticks=frames(6),
            kind=kind,
            direction=direction,
            colour=colour,
        )
        assert edit.describe(before).startswith(words)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("video: A[0-48] ~6 B[0-24] C[0-9]", "video: A[0-48] B[0-24] C[0-9]"),
        ("video: A[0-48] ~6wipe B[0-24] ~5 C[0-9]", "video: A[0-48] B[0-24] ~5 C[0-9]"),
        (
            "video: A[0-48] ~6 B[0-24] | overlay: .42 T(2) .6 U(5) | audio fixed: M[0-66]",
            "video: A[0-48] B[0-24] | overlay: .48 T(2) .6 U(5) | audio fixed: M[0-66]",
        ),
        (
            "video: A[0-48] | overlay: T(10) ~6 U(10) V(10)",
            "video: A[0-48] | overlay: T(10) U(10) V(10)",
        ),
    ],
)
def test_a_removed_transition_gives_its_time_back(before, after):
    joint = next(t for track in timeline(before).tracks for t in track.transitions)
    edit = RemoveTransition(left_id=joint.left_id, right_id=joint.right_id, id_prefix="N")
    assert_edit(before, edit, after)


def test_only_a_transition_can_be_removed():
    with pytest.raises(InvalidInput, match="No transition joins"):
        RemoveTransition(left_id="A", right_id="B").apply(timeline("video: A[0-48] B[0-24]"))
