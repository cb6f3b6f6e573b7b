"""Markers and chapters: added, removed, and carried along by every edit that moves time."""

import pytest

from cuttingroom.core.errors import EditRefused, NotFound
from cuttingroom.core.time import Ratio
from cuttingroom.timeline.edits.add_card import AddCard
from cuttingroom.timeline.edits.add_chapters import AddChapters, ChapterStart
from cuttingroom.timeline.edits.add_marker import AddMarker
from cuttingroom.timeline.edits.add_transition import AddTransition
from cuttingroom.timeline.edits.close_gaps import CloseGaps
from cuttingroom.timeline.edits.duplicate import Duplicate
from cuttingroom.timeline.edits.insert import Insert
from cuttingroom.timeline.edits.keep_ranges import KeepRanges
from cuttingroom.timeline.edits.move import Move
from cuttingroom.timeline.edits.remove_markers import RemoveMarkers
from cuttingroom.timeline.edits.remove_ranges import RemoveRanges
from cuttingroom.timeline.edits.reorder import Reorder
from cuttingroom.timeline.edits.set_speed import SetSpeed
from cuttingroom.timeline.edits.split_at import SplitAt, SplitPoint
from cuttingroom.timeline.excerpt import excerpt
from cuttingroom.timeline.markers import list_chapters, with_markers
from cuttingroom.timeline.model import Marker, Timeline
from drawing import a_file, assert_edit, assert_round_trip, draw, frames, span, timeline

FILM = "video: A[0-48] B[0-24] C[0-24]"


def chaptered(*starts: int, on: str = FILM) -> Timeline:
    return chapters(*starts).apply(timeline(on))


def chapters(*starts: int, **options) -> AddChapters:
    found = tuple(ChapterStart(at_ticks=frames(n), name=f"from {n}") for n in starts)
    return AddChapters(chapters=found, id_prefix="q", **options)


def marked(found: Timeline) -> dict[str, int]:
    """Where the markers are, in frames, by name."""
    return {m.name: m.at_ticks // frames(1) for m in found.markers}


def test_a_marker_is_put_on_the_nearest_frame_and_taken_away():
    before = timeline(FILM)
    edit = AddMarker(at_ticks=frames(30) + 5, name="chorus", marker_id="m")
    after = assert_edit(before, edit, FILM)
    assert after.markers == (Marker(id="m", at_ticks=frames(30), name="chorus"),)
    gone = assert_edit(after, RemoveMarkers(marker_ids=("m",)), FILM)
    assert gone == before


def test_chapters_are_kept_in_order_and_replaced_when_asked():
    film = chaptered(50, 0)
    assert [c.name for c in list_chapters(film)] == ["from 0", "from 50"]
    other = AddChapters(chapters=(ChapterStart(at_ticks=0, name="All"),), replaces=True)
    after = other.apply(film)
    assert marked(after) == {"All": 0}
    assert_round_trip(film, other, after)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (chapters(0), "“from 0” begins at 0:00.00 already"),
        (chapters(30, 30), "Two chapters begin at"),
        (chapters(96), "begin when the video is over"),
        (chapters(97), "lies outside the timeline"),
        (AddMarker(at_ticks=0, kind="chapter"), "needs a name"),
        (AddMarker(at_ticks=frames(99), name="late"), "lies outside the timeline"),
    ],
)
def test_impossible_chapters_are_refused(edit, message):
    with pytest.raises(EditRefused, match=message):
        edit.apply(chaptered(0))


def test_a_marker_that_is_not_there_cannot_be_removed():
    with pytest.raises(NotFound, match="no marker m"):
        RemoveMarkers(marker_ids=("m",)).apply(timeline(FILM))


MOVING = [
    (RemoveRanges(ranges=(span(20, 30),), id_prefix="r"), (0, 20, 40, 70)),
    (RemoveRanges(ranges=(span(0, 10),), id_prefix="r"), (0, 14, 40, 70)),
    (KeepRanges(ranges=(span(10, 60),), id_prefix="r"), (0, 14, 40, 50)),
    (
        Insert(media=a_file("file_A"), range=span(20, 40), at_ticks=frames(10), element_id="x", right_id="y"),
        (0, 44, 70, 100),
    ),
    (AddCard(duration_ticks=frames(24), text="Hello"), (0, 48, 74, 104)),
    (SetSpeed(element_ids=("A",), speed=Ratio.of(2)), (0, 12, 26, 56)),
    (Duplicate(element_ids=("A",), id_prefix="p"), (0, 24, 98, 128)),
    (AddTransition(left_id="A", right_id="B", duration_ticks=frames(6)), (0, 24, 44, 74)),
    (Reorder(element_ids=("C", "A", "B")), (24, 48, 74, 8)),
    (SplitAt(points=(SplitPoint(at_ticks=frames(10)),)), (0, 24, 50, 80)),
]


@pytest.mark.parametrize(("edit", "where"), MOVING, ids=[e.tool for e, _ in MOVING])
def test_chapters_stay_on_what_they_name(edit, where):
    before = chaptered(0, 24, 50, 80)
    after = edit.apply(before)
    assert marked(after) == dict(zip(marked(before), where, strict=True))
    assert_round_trip(before, edit, after)


def test_markers_follow_through_gaps_and_past_the_end():
    before = chaptered(36, 60, on="video: A[0-24] .24 B[0-24]")
    edit = CloseGaps()
    after = edit.apply(before)
    assert (draw(after), marked(after)) == ("video: A[0-24] B[0-24]", {"from 36": 24, "from 60": 36})
    assert_round_trip(before, edit, after)


def test_what_moves_by_hand_takes_no_marker_along():
    before = chaptered(0, on="video: A[0-24] .24 B[0-24] .24 C[0-9]")
    assert marked(Move(element_id="B", to_ticks=frames(30)).apply(before)) == marked(before)


def test_a_cut_can_be_undone_after_another_and_the_chapters_go_back_with_it():
    film = chaptered(0, 24, 50, 80)
    first = RemoveRanges(ranges=(span(20, 30),), id_prefix="r")
    cut = first.apply(film)
    undo_first = first.inverse(film, cut)
    second = RemoveRanges(ranges=(span(50, 60),), id_prefix="s").apply(cut)
    assert marked(undo_first.apply(second)) == {"from 0": 0, "from 24": 24, "from 50": 50, "from 80": 70}


def test_chapters_added_after_a_cut_move_when_the_cut_is_undone_and_can_still_be_undone_themselves():
    film = timeline(FILM)
    cut = RemoveRanges(ranges=(span(20, 30),), id_prefix="r")
    shorter = cut.apply(film)
    undo_cut = cut.inverse(film, shorter)
    added = chapters(0, 60)
    longer = undo_cut.apply(added.apply(shorter))
    assert marked(longer) == {"from 0": 0, "from 60": 70}
    assert added.inverse(shorter).apply(longer) == film


def test_removed_chapters_come_back_where_their_picture_is_now():
    film = chaptered(0, 80)
    gone = RemoveMarkers(marker_ids=tuple(m.id for m in film.markers))
    undo = gone.inverse(film)
    shorter = RemoveRanges(ranges=(span(20, 30),), id_prefix="r").apply(gone.apply(film))
    assert marked(undo.apply(shorter)) == {"from 0": 0, "from 80": 70}


def test_of_chapters_that_come_together_the_last_counts_and_of_what_is_gone_none():
    film = RemoveRanges(ranges=(span(0, 60),), id_prefix="r").apply(chaptered(0, 24, 50, 80))
    assert [(c.name, c.at_ticks) for c in list_chapters(film)] == [("from 50", 0), ("from 80", frames(20))]
    ended = with_markers(film, [Marker(at_ticks=film.duration_ticks, name="late", kind="chapter")])
    assert list_chapters(ended) == ()


@pytest.mark.parametrize(
    ("kept", "found"),
    [
        ((10, 60), {"from 0": 0, "from 24": 14, "from 50": 40}),
        ((24, 40), {"from 24": 0}),
        ((60, 70), {"from 50": 0}),
    ],
)
def test_an_excerpt_begins_with_the_chapter_that_runs_there(kept, found):
    assert marked(excerpt(chaptered(0, 24, 50, 80), span(*kept))) == found
