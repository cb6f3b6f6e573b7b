"""One edit of a timeline of 2,000 elements: by kind as pure work, then as a person's whole transaction.

Pure work is told in processor time, the transaction as a clock on the wall shows it.
"""

from __future__ import annotations

import copy
import hashlib
import random
from collections.abc import Callable

from benchmarks.grounds import make_settings, temporary_folder
from benchmarks.measure import Figure, Series, in_turn, milliseconds, processor, seconds_of
from cuttingroom.app import open_app
from cuttingroom.core.hashing import canonical_json
from cuttingroom.core.ids import new_id
from cuttingroom.core.time import TimeRange, seconds_to_ticks
from cuttingroom.studio import timelines
from cuttingroom.studio.timelines import edit_by_hand
from cuttingroom.timeline.changes import list_changes
from cuttingroom.timeline.compare import compare
from cuttingroom.timeline.edits.add_title import AddTitle
from cuttingroom.timeline.edits.add_transition import AddTransition
from cuttingroom.timeline.edits.base import Edit, MediaRef
from cuttingroom.timeline.edits.fade_in import FadeIn
from cuttingroom.timeline.edits.insert import Insert
from cuttingroom.timeline.edits.move import Move
from cuttingroom.timeline.edits.mute_range import MuteRange
from cuttingroom.timeline.edits.remove import Remove
from cuttingroom.timeline.edits.remove_ranges import RemoveRanges
from cuttingroom.timeline.edits.ripple_remove import RippleRemove
from cuttingroom.timeline.edits.ripple_trim import RippleTrim
from cuttingroom.timeline.edits.set_speed import SetSpeed
from cuttingroom.timeline.edits.set_volume import SetVolume
from cuttingroom.timeline.edits.split import Split
from cuttingroom.timeline.edits.trim import Trim
from cuttingroom.timeline.model import (
    CaptionSource,
    Element,
    MediaSource,
    TextSource,
    Timeline,
    Track,
    TrackKind,
)
from factories import a_file, a_project

CLIPS, CAPTIONS, TITLES, SOUNDS = 800, 1000, 100, 100
CLIP_SECONDS = 4
AIM_MS = 10.0
TARGETS = 20
NAIVE = "hashing a copy of the whole JSON"


def run() -> list[Figure]:
    return [*pure_figures(), *transaction_figures()]


def pure_figures() -> list[Figure]:
    timeline = a_long_timeline("a" * 32)
    assert sum(len(t.elements) for t in timeline.tracks) == 2000
    data, _ = timeline.to_json(), timeline.state_hash
    naive = in_turn(9, lambda: _copy_and_hash(data), clock=processor)[0]
    figures: list[Figure] = []
    for name, make in KINDS.items():
        chance = random.Random(name)
        edits = [make(timeline, chance.randrange(10, CLIPS - 10)) for _ in range(TARGETS)]
        _record(edits[0], timeline)
        spent = Series(tuple(seconds_of(lambda e=e: _record(e, timeline), processor) for e in edits))
        figures.append(milliseconds("editing", name, spent, naive, NAIVE, AIM_MS))
    return figures


def _record(edit: Edit, before: Timeline) -> str:
    """What the studio computes for an event."""
    edit.describe(before)
    after = edit.apply(before)
    edit.inverse(before, after).model_dump(mode="json")
    edit.model_dump(mode="json")
    edit.targets(before)
    compare(before, after, list_changes(before, after))
    return after.state_hash


def _copy_and_hash(data: dict[str, object]) -> str:
    return hashlib.sha256(canonical_json(copy.deepcopy(data))).hexdigest()


def transaction_figures() -> list[Figure]:
    """`edit_by_hand` and its commit on SQLite, in a process that knows the timeline and in a new one."""
    with temporary_folder() as home:
        app = open_app(make_settings("sqlite", home))
        with app.database.transaction() as session:
            project = a_project(session)
            media = a_file(session, project, CLIP_SECONDS * CLIPS)
            timeline = a_long_timeline(media.id)
            project.timeline_data, project.timeline_hash = timeline.to_json(), timeline.state_hash
            user_id, project_id = project.user_id, project.id
        clips = iter(random.Random(1).sample(range(CLIPS), 100))

        def edit() -> None:
            clip = SetVolume(element_ids=(f"clip_{next(clips)}",), volume=0.5)
            with app.database.transaction() as session:
                edit_by_hand(session, user_id, project_id, clip, new_id())

        def edit_cold() -> None:
            timelines._recent._kept.clear()  # as in a new process
            edit()

        def naive() -> None:
            _copy_and_hash(timeline.to_json())

        warm, cold, peer = in_turn(15, edit, edit_cold, naive)
        app.close()
    return [
        milliseconds("editing", "whole transaction, known timeline", warm, peer, NAIVE),
        milliseconds("editing", "whole transaction, first in its process", cold, peer, NAIVE),
    ]


def a_long_timeline(artifact_id: str) -> Timeline:
    """2,000 elements on four tracks, an hour of conversation about."""
    length = seconds_to_ticks(CLIP_SECONDS)
    total = length * CLIPS
    clips = [_media(f"clip_{n}", artifact_id, n * length, length, total) for n in range(CLIPS)]
    step = total // CAPTIONS
    frame = Timeline().rate.frame_ticks
    captions = [
        Element(
            id=f"caption_{n}",
            start_ticks=n * step // frame * frame,
            duration_ticks=seconds_to_ticks(2),
            source=CaptionSource(text=f"What is said in caption {n}"),
        )
        for n in range(CAPTIONS)
    ]
    titles = [
        Element(
            id=f"title_{n}",
            start_ticks=n * 8 * length,
            duration_ticks=seconds_to_ticks(3),
            source=TextSource(text=f"Chapter {n}"),
        )
        for n in range(TITLES)
    ]
    sounds = [_media(f"sound_{n}", artifact_id, n * 8 * length, length, total) for n in range(SOUNDS)]
    return Timeline(
        tracks=(
            Track(id="video", kind=TrackKind.VIDEO, name="Video", elements=tuple(clips)),
            Track(id="titles", kind=TrackKind.OVERLAY, name="Titles", elements=tuple(titles)),
            Track(id="captions", kind=TrackKind.CAPTIONS, name="Captions", elements=tuple(captions)),
            Track(id="sounds", kind=TrackKind.AUDIO, name="Sounds", elements=tuple(sounds)),
        )
    )


def _media(id: str, artifact_id: str, start: int, length: int, total: int) -> Element:
    part = TimeRange(start_ticks=start, duration_ticks=length)
    return Element(
        id=id,
        name="talk.mp4",
        start_ticks=start,
        duration_ticks=length,
        source=MediaSource(artifact_id=artifact_id, range=part, media_ticks=total),
    )


def _at(n: int, seconds: float) -> int:
    return seconds_to_ticks(CLIP_SECONDS * n + seconds)


def _span(n: int, start: float, end: float) -> TimeRange:
    return TimeRange.between(_at(n, start), _at(n, end))


def _free_place(before: Timeline, n: int) -> Move:
    """A title to the gap before its neighbour."""
    title = before.tracks[1].elements[n % TITLES]
    return Move(element_id=title.id, to_ticks=title.start_ticks + seconds_to_ticks(10))


KINDS: dict[str, Callable[[Timeline, int], Edit]] = {
    "split": lambda _, n: Split(element_id=f"clip_{n}", at_ticks=_at(n, 1)),
    "trim": lambda _, n: Trim(element_id=f"clip_{n}", range=_span(n, 1, 3)),
    "ripple_trim": lambda _, n: RippleTrim(element_id=f"clip_{n}", range=_span(n, 1, 3)),
    "remove": lambda _, n: Remove(element_ids=(f"clip_{n}",)),
    "ripple_remove": lambda _, n: RippleRemove(element_ids=(f"clip_{n}",)),
    "remove_ranges": lambda _, n: RemoveRanges(ranges=(_span(n, 1, 3),)),
    "insert": lambda _, n: Insert(media=_some_media(), at_ticks=_at(n, 2)),
    "move": lambda before, n: _free_place(before, n),
    "set_speed": lambda _, n: SetSpeed.model_validate({"element_ids": [f"clip_{n}"], "speed": {"num": 2}}),
    "set_volume": lambda _, n: SetVolume(element_ids=(f"clip_{n}",), volume=0.5),
    "mute_range": lambda _, n: MuteRange(range=_span(n, 1, 3)),
    "fade_in": lambda _, n: FadeIn.model_validate({"element_id": f"clip_{n}", "duration_ticks": _at(0, 1)}),
    "crossfade": lambda _, n: AddTransition(
        left_id=f"clip_{n}", right_id=f"clip_{n + 1}", duration_ticks=seconds_to_ticks(1)
    ),
    "add_title": lambda _, n: AddTitle(text="Hello", at_ticks=_at(n, 0), duration_ticks=seconds_to_ticks(2)),
}


def _some_media() -> MediaRef:
    return MediaRef(artifact_id="b" * 32, media_ticks=seconds_to_ticks(5), name="pier.mp4")
