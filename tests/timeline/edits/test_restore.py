import json

import pytest
from hypothesis import given

from cuttingroom.core.errors import EditRefused, InvalidInput
from cuttingroom.timeline.edits.add_captions import AddCaptions, SourceTranscript
from cuttingroom.timeline.edits.add_music import AddMusic
from cuttingroom.timeline.edits.add_title import AddTitle
from cuttingroom.timeline.edits.add_track import AddTrack
from cuttingroom.timeline.edits.add_transition import AddTransition
from cuttingroom.timeline.edits.append import Append
from cuttingroom.timeline.edits.catalog import parse_edit
from cuttingroom.timeline.edits.fade_in import FadeIn
from cuttingroom.timeline.edits.insert import Insert
from cuttingroom.timeline.edits.move import Move
from cuttingroom.timeline.edits.mute_range import MuteRange
from cuttingroom.timeline.edits.remove import Remove
from cuttingroom.timeline.edits.remove_ranges import RemoveRanges
from cuttingroom.timeline.edits.restore import Restore
from cuttingroom.timeline.edits.ripple_remove import RippleRemove
from cuttingroom.timeline.edits.ripple_trim import RippleTrim
from cuttingroom.timeline.edits.set_speed import SetSpeed
from cuttingroom.timeline.edits.set_volume import SetVolume
from cuttingroom.timeline.edits.split import Split
from cuttingroom.timeline.edits.trim import Trim
from cuttingroom.timeline.model import Marker, TimelineSettings
from cuttingroom.timeline.transcript import Word
from drawing import a_file, draw, frames, span, timeline
from random_edits import quick, timelines

ABC = "video: A[0-48] B[0-24] C[0-36]"


def undo_first(before, first, *later):
    """The timeline after all the edits and then the undo of the first, which went through JSON."""
    start = timeline(before)
    inverse = parse_edit(json.loads(first.inverse(start).model_dump_json()))
    now = first.apply(start)
    for edit in later:
        now = edit.apply(now)
    return inverse.apply(now)


def louder(element_id):
    return SetVolume(element_ids=(element_id,), volume=0.5)


def title(at):
    return AddTitle(
        text="T", at_ticks=frames(at), duration_ticks=frames(6), element_id="T", new_track_id="tk"
    )


@pytest.mark.parametrize(
    ("first", "later", "after"),
    [
        (RippleTrim(element_id="A", range=span(0, 30)), [louder("A"), louder("C")], ABC),
        (
            RippleTrim(element_id="A", range=span(0, 30)),
            [RippleTrim(element_id="B", range=span(30, 40))],
            "video: A[0-48] B[0-10] C[0-36]",
        ),
        (
            RippleTrim(element_id="B", range=span(50, 60)),
            [RippleTrim(element_id="A", range=span(0, 30))],
            "video: A[0-30] B[0-24] C[0-36]",
        ),
        (
            RippleRemove(element_ids=("B",)),
            [RippleTrim(element_id="A", range=span(0, 30)), louder("C")],
            "video: A[0-30] B[0-24] C[0-36]",
        ),
        (
            RippleRemove(element_ids=("B",)),
            [Split(element_id="A", at_ticks=frames(10), right_id="R")],
            "video: A[0-10] R@file_A[10-48] B[0-24] C[0-36]",
        ),
        (
            Remove(element_ids=("B",)),
            [RippleTrim(element_id="A", range=span(0, 30))],
            "video: A[0-30] B[0-24] C[0-36]",
        ),
        (
            Remove(element_ids=("B",)),
            [Trim(element_id="C", range=span(80, 108))],
            "video: A[0-48] B[0-24] .8 C[8-36]",
        ),
        (
            RemoveRanges(ranges=(span(10, 20), span(30, 40)), id_prefix="N"),
            [louder("B"), Append(media=a_file("g", 10), element_id="X")],
            ABC + " X@g[0-10]",
        ),
        (
            RemoveRanges(ranges=(span(10, 20),), id_prefix="N"),
            [title(50)],
            ABC + " | overlay tk: .60 T(6)",
        ),
        (
            RemoveRanges(ranges=(span(30, 40),), id_prefix="N"),
            [title(5)],
            ABC + " | overlay tk: .5 T(6)",
        ),
        (
            Insert(media=a_file("g", 12), at_ticks=frames(20), element_id="X", right_id="R"),
            [louder("C"), title(40)],
            ABC + " | overlay tk: .28 T(6)",
        ),
        (
            SetSpeed(element_ids=("A",), speed=2),
            [RippleRemove(element_ids=("B",))],
            "video: A[0-48] C[0-36]",
        ),
        (
            AddTransition(left_id="A", right_id="B", duration_ticks=frames(6)),
            [louder("B"), RippleRemove(element_ids=("C",))],
            "video: A[0-48] B[0-24]",
        ),
        (
            Split(element_id="A", at_ticks=frames(10), right_id="R"),
            [RippleRemove(element_ids=("B",))],
            "video: A[0-48] C[0-36]",
        ),
        (
            Move(element_id="C", to_ticks=frames(108)),
            [RippleTrim(element_id="A", range=span(0, 30))],
            "video: A[0-30] B[0-24] C[0-36]",
        ),
        (
            MuteRange(range=span(0, 10)),
            [FadeIn(element_id="A", duration_ticks=frames(4))],
            ABC,
        ),
    ],
)
def test_an_edit_is_taken_back_on_a_later_timeline_that_kept_its_parts(first, later, after):
    assert draw(undo_first(ABC, first, *later)) == after


def test_two_cuts_under_music_are_taken_back_in_any_order():
    before = timeline(ABC + " | audio fixed: M[0-108]")
    first, second = RemoveRanges(ranges=(span(4, 9),), id_prefix="N"), RippleRemove(element_ids=("C",))
    between = first.apply(before)
    last = second.apply(between)
    undo_first_cut, undo_second_cut = first.inverse(before), second.inverse(between)
    assert draw(undo_first_cut.apply(last)) == "video: A[0-48] B[0-24] | audio fixed: M[0-72]"
    assert undo_second_cut.apply(undo_first_cut.apply(last)).to_bytes() == before.to_bytes()
    assert undo_first_cut.apply(undo_second_cut.apply(last)).to_bytes() == before.to_bytes()


def test_what_later_edits_did_to_a_piece_survives_the_undo():
    first = MuteRange(range=span(0, 10), effect_id="mute")
    after = undo_first(ABC, first, FadeIn(element_id="A", duration_ticks=frames(4), effect_id="fade"))
    assert [e.id for e in after.get_element("A")[1].effects] == ["fade"]


def test_captions_made_after_a_cut_move_with_their_words_when_it_is_taken_back():
    words = tuple(
        Word(text=f"w{n}.", start_ticks=frames(20 + 4 * n), end_ticks=frames(23 + 4 * n)) for n in range(4)
    )
    spoken = SourceTranscript(artifact_id="file_A", words=words)
    caption = AddCaptions(transcripts=(spoken,), id_prefix="c", new_track_id="cap")
    cut = RemoveRanges(ranges=(span(4, 14),), id_prefix="N")
    after = undo_first("video: A[0-48]", cut, caption)
    assert after.get_track("cap").elements[0].start_ticks == frames(20)


@pytest.mark.parametrize(
    ("first", "later", "conflicts"),
    [
        (Trim(element_id="A", range=span(0, 30)), [Trim(element_id="A", range=span(0, 20))], {"A"}),
        (louder("A"), [SetVolume(element_ids=("A",), volume=0.1)], {"A"}),
        (louder("A"), [Remove(element_ids=("A",))], {"A"}),
        (Move(element_id="C", to_ticks=frames(108)), [Move(element_id="C", to_ticks=frames(90))], {"C"}),
        (
            Remove(element_ids=("B",)),
            [Move(element_id="C", to_ticks=frames(50))],
            {"B", "C"},
        ),
        (
            Split(element_id="A", at_ticks=frames(10), right_id="R"),
            [AddTransition(left_id="R", right_id="B", duration_ticks=frames(4))],
            {"R"},
        ),
        (Split(element_id="A", at_ticks=frames(10), right_id="R"), [louder("R")], {"R"}),
        (AddTrack(kind="overlay", track_id="tk"), [title(5)], {"T"}),
        (
            AddTransition(left_id="A", right_id="B", duration_ticks=frames(6), transition_id="t"),
            [Trim(element_id="A", range=span(0, 45))],
            {"A", "B"},
        ),
        (
            FadeIn(element_id="A", duration_ticks=frames(4)),
            [FadeIn(element_id="A", duration_ticks=frames(8))],
            {"A"},
        ),
        (
            Trim(element_id="A", range=span(0, 20)),
            [Insert(media=a_file("g", 5), at_ticks=frames(30), element_id="X", track_id="video")],
            {"A", "X"},
        ),
    ],
)
def test_an_undo_is_refused_when_its_parts_were_changed_again(first, later, conflicts):
    with pytest.raises(EditRefused) as refusal:
        undo_first(ABC, first, *later)
    assert refusal.value.detail["conflicts"] == sorted(conflicts)
    assert refusal.value.advice == "Undo the later changes first, or restore an earlier version."


def test_a_ripple_at_the_head_of_two_thousand_elements_is_taken_back_by_one_shift():
    before = timeline("video: " + " ".join(f"e{n}@f[0-6]" for n in range(2000)))
    inverse = RippleTrim(element_id="e0", range=span(0, 3)).inverse(before)
    assert len(inverse.time[0].shifts) == 1
    assert len(inverse.model_dump_json()) < 2000


def test_undo_does_not_wait_for_a_lock_that_came_later():
    before = timeline(ABC)
    edit = RippleRemove(element_ids=("B",))
    after = edit.apply(before)
    locked = after.with_track(after.tracks[0].model_copy(update={"locked": True}))
    assert draw(edit.inverse(before).apply(locked)) == "video locked: A[0-48] B[0-24] C[0-36]"


def test_undo_of_music_drops_its_track_and_redo_brings_it_back():
    before = timeline(ABC)
    edit = AddMusic(media=a_file("song"), element_id="M", new_track_id="m")
    after = edit.apply(before)
    undo = edit.inverse(before)
    assert draw(undo.apply(after)) == ABC
    assert undo.inverse(after).apply(undo.apply(after)).to_bytes() == after.to_bytes()


@quick
@given(timelines(), timelines())
def test_any_version_can_be_restored_from_any_other(one, other):
    restore = parse_edit(json.loads(Restore.between(one, other).model_dump_json()))
    assert restore.apply(other).to_bytes() == one.to_bytes()
    assert Restore.between(one, other, ripples=True).apply(other).to_bytes() == one.to_bytes()


def test_settings_markers_and_the_order_of_tracks_are_restored():
    one = timeline(ABC + " | overlay: T(4) | audio: V[0-9]")
    markers = (Marker(id="m1", at_ticks=0), Marker(id="m2", at_ticks=frames(5)))
    other = one.model_copy(
        update={
            "settings": TimelineSettings(rate=one.rate, width=640, height=360),
            "markers": markers[::-1],
            "tracks": one.tracks[::-1],
        }
    )
    restore = Restore.between(one, other)
    assert restore.apply(other).to_bytes() == one.to_bytes()
    assert Restore.between(other, one).apply(one).to_bytes() == other.to_bytes()
    with pytest.raises(EditRefused) as refusal:
        restore.apply(other.model_copy(update={"settings": one.settings, "markers": markers[:1]}))
    assert refusal.value.detail["conflicts"] == ["m2", "settings"]


@pytest.mark.parametrize(
    "value",
    [
        {"fields": [{"element_id": "A", "expected": {}, "value": {"volume": 7}}]},
        {"fields": [{"element_id": "A", "expected": {}, "value": {"start_ticks": "soon"}}]},
        {"fields": [{"element_id": "A", "expected": {"nonsense": 1}, "value": {}}]},
        {"fields": [{"element_id": "X", "expected": {}, "value": {}}]},
        {
            "moves": [
                {"element_id": "A", "delta_ticks": -5, "place": {"at_ticks": 0, "ways": [[None, "start", 0]]}}
            ]
        },
        {"moves": [{"element_id": "A", "delta_ticks": 0, "place": {"at_ticks": 0}}]},
        {"drop": [{"element_id": "A", "content_hash": "0"}]},
        {"transitions": [{"track_id": "nowhere", "swaps": []}]},
        {"time": [{"shifts": [{"place": {"at_ticks": 0}, "delta_ticks": 3}]}]},
        {"ends": [{"element_id": "A", "delta_ticks": -(2**50), "source_delta_ticks": 0}]},
    ],
)
def test_a_restore_that_fits_nothing_is_refused(value):
    with pytest.raises(InvalidInput):
        parse_edit({"tool": "restore", **value}).apply(timeline(ABC))


def test_a_restore_says_what_it_is():
    before = timeline(ABC)
    undo = RippleRemove(element_ids=("B",)).inverse(before)
    assert undo.describe(before) == "Take back changes to 1 thing"
    assert undo.model_copy(update={"title": "Undo: remove B"}).describe(before) == "Undo: remove B"
    assert undo.targets(before) == ("B",)
