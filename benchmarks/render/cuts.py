"""Nothing but cuts: pictures are copied except around each cut, so the cost follows their number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.measure import Figure
from benchmarks.render.by_hand import Desk
from benchmarks.render.edits import Take, a_cut_film, first_part, list_takes, spread
from benchmarks.render.media import RATE, Film, get_film
from benchmarks.render.ours import Made, Studio
from benchmarks.render.peers import Absent, auto_editor_command, tell_absent
from benchmarks.render.scene import figure, length, make_folder
from benchmarks.render.size import LONG_SIZE, TALK_SIZE, Size
from benchmarks.render.spending import Spent, spend
from cuttingroom.media.render.copies.index import SourceIndex, build_index
from cuttingroom.media.render.profiles import get_profile
from cuttingroom.timeline.model import Timeline

COUNTS = (1, 5, 20, 80, 200)
LONG_SHARE = 1 / 20
"""What of encoding again one cut in an hour may take."""


def run(size: Size) -> list[Figure]:
    talk, long = _Bench(get_film(size.talk, *TALK_SIZE), size), _Bench(get_film(size.long, *LONG_SIZE), size)
    figures: list[Figure] = []
    most = len(talk.film.pauses)
    made: dict[int, Made] = {}
    for count in dict.fromkeys(min(count, most) for count in COUNTS):
        made[count] = talk.render(count)
        figures += talk.figures(count, made[count])
    in_long = long.render(1)
    figures += long.figures(1, in_long, share=LONG_SHARE if size.long >= 3600 else None)
    name = f"1 cut in {length(long.film.seconds)} of 720p, frames encoded"
    there = f"1 cut in {length(talk.film.seconds)}"
    figures.append(_encoded(name, in_long, made[1].facts["encoded_frames"], there))
    return figures


class _Bench:
    """A film, and what encoding it again costs, measured on a part of it."""

    def __init__(self, film: Film, size: Size) -> None:
        self.film, self.size = film, size
        self.profile = get_profile("delivery")
        folder = make_folder()
        self.desk = Desk(film, self.profile, folder)
        self.studio = Studio.of(folder, film)
        self.index = build_index(film.path, film.facts)
        self._part = first_part(self.timeline(len(film.pauses)), size.excerpt * RATE)
        self._again: Spent | None = None

    def timeline(self, cuts: int) -> Timeline:
        return a_cut_film(self.film, spread(self.film.pauses, cuts))

    def render(self, cuts: int) -> Made:
        """With an empty cache."""
        return self.studio.with_new_cache().render(self.timeline(cuts), self.profile)

    def encode_again(self, timeline: Timeline) -> Spent:
        """What one ffmpeg command would take for all, from the pace at which it makes a part."""
        part_frames = _frames(self._part)
        if self._again is None:
            self._again = spend(self.desk.whole(self._part, self.desk.folder / "again.mp4"))
        return self._again.scaled(_frames(timeline) / part_frames)

    def figures(self, cuts: int, made: Made, share: float | None = None) -> list[Figure]:
        timeline = self.timeline(cuts)
        again = self.encode_again(timeline)
        copied = spend(self.desk.stream_copy(timeline, self.desk.folder / "copied.mp4"))
        many = f"{cuts} {'cut' if cuts == 1 else 'cuts'}"
        name = f"{many} in {length(self.film.seconds)} of {self.film.height}p"
        by = f"encoding by hand, from the pace of {_frames(self._part) / RATE:.0f} s"
        wall, cpu = made.spent.wall, made.spent.cpu
        figures = [
            figure(f"{name}, wall time", "s", wall, again.wall, by, share and again.wall * share),
            figure(f"{name}, processor time", "s", cpu, again.cpu, by, share and again.cpu * share),
            figure(f"{name}, wall time", "s", wall, copied.wall, "stream copy on key frames"),
        ]
        try:
            command = auto_editor_command(self.desk, timeline, self.desk.folder / "auto_editor.mp4")
            theirs = spend(command)
            figures.append(figure(f"{name}, wall time", "s", wall, theirs.wall, "auto-editor"))
        except Absent as error:
            tell_absent(error)
        groups = whole_groups(self.index, list_takes(timeline))
        figures.append(_encoded(f"{name}, frames encoded", made, groups, "whole groups of pictures"))
        return figures


def whole_groups(index: SourceIndex, takes: Sequence[Take]) -> int:
    """Frames that are shown of groups of pictures that are not shown as a whole: the rule of auto-editor 31.

    Frames that are cut out of such a group are not counted: nobody encodes them.
    """
    starts = np.append(index.closed, index.frames)
    encoded = 0
    for take in takes:
        begin = starts[np.searchsorted(starts, take.first)]
        end = starts[max(0, np.searchsorted(starts, take.end, "right") - 1)]
        encoded += take.frames - max(0, int(end) - int(begin))
    return encoded


def _encoded(name: str, made: Made, peer: int, peer_name: str) -> Figure:
    return figure(name, "frames", made.facts["encoded_frames"], peer, peer_name)


def _frames(timeline: Timeline) -> int:
    return timeline.rate.frames(timeline.duration_ticks)
