"""Cut out, shorten, keep or mark where nobody speaks."""

from fractions import Fraction
from typing import ClassVar, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import (
    Frozen,
    Ratio,
    TimeRange,
    format_ticks,
    invert_ranges,
    merge_ranges,
    round_half_up,
)
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.edits.remove_ranges import cut_everywhere, list_elements_in
from cuttingroom.timeline.effects import Id
from cuttingroom.timeline.mapping import find_timeline_range
from cuttingroom.timeline.model import Element, Marker, MediaSource, NonNegative, Timeline, Track
from cuttingroom.timeline.ripple import count_ids, find_lead_track

Mode = Literal["remove", "shorten", "keep_only", "mark"]


class SourceSilences(Frozen):
    """Where a file is silent, on its own clock."""

    artifact_id: str
    ranges: tuple[TimeRange, ...]


class RemoveSilences(Edit):
    """Cut the silences of the main track out of every following track and close up, as one edit.

        |  A  ....  A  .. |   ->   |  A  A' .. |       remove
        |  A  ....  A  .. |   ->   |  A ..  A' .. |    shorten
        |  A  ....  A  .. |   ->   | .... .. |         keep_only
        |  A  ....  A  .. |   ->   |  A  v....  A  .. |   mark

    A silence counts when it lasts at least `min_ticks` on the timeline; `padding_ticks` of it stay
    (keep_only: go) on either side where there is sound. To shorten leaves `to_ticks` of each, or `ratio` of
    its length, in the middle of speech half on either side. With `ends_only` only those before the first and
    after the last word count. `threshold` records how the silences were found. Marks are called "Silence" and
    how long it lasts.
    """

    ripples: ClassVar[bool] = True

    tool: Literal["remove_silences"] = "remove_silences"
    silences: tuple[SourceSilences, ...]
    mode: Mode = "remove"
    padding_ticks: NonNegative = 0
    min_ticks: NonNegative = 0
    to_ticks: NonNegative | None = None
    ratio: Ratio | None = None
    ends_only: bool = False
    threshold: float | None = None
    id_prefix: Id = Field(default_factory=lambda: short_id("el"))

    def check(self, before: Timeline) -> None:
        if self.mode != "shorten":
            return
        if (self.to_ticks is None) == (self.ratio is None):
            raise EditRefused(
                "To shorten silences it must be said to which length or to which part of it.",
                advice="Give either `to_ticks` or `ratio`.",
                field="to_ticks",
            )
        if self.ratio is not None and self.ratio.fraction >= 1:
            raise EditRefused(f"{self.ratio} of a silence is no shorter.", field="ratio")

    def change(self, before: Timeline) -> Timeline:
        silent = self.list_silences(before)
        ranges = self.list_cuts(before)
        if not silent or (self.mode != "mark" and not ranges):
            raise EditRefused(
                f"There are no {self._kind()}.", advice="Ask for shorter silences, or less padding."
            )
        if self.mode == "mark":
            return self._marked(before, silent)
        return cut_everywhere(before, ranges, self.id_prefix)

    def list_silences(self, before: Timeline) -> list[TimeRange]:
        """The silences of the main track that count, on the timeline's clock but on no grid."""
        track = find_lead_track(before)
        if track is None:
            return []
        silent = _silent_ranges(track, {s.artifact_id: s.ranges for s in self.silences})
        long = [r for r in silent if r.duration_ticks >= max(1, self.min_ticks)]
        return [r for r in long if not self.ends_only or _is_at_end(r, track.end_ticks)]

    def list_cuts(self, before: Timeline) -> list[TimeRange]:
        """The ranges of the timeline, on its frame grid, that this edit takes out."""
        track = find_lead_track(before)
        if track is None or self.mode == "mark":
            return []
        silent = self.list_silences(before)
        if self.mode == "keep_only":
            kept = [r for s in silent if (r := self._inside(s, before, track.end_ticks)) is not None]
            whole = TimeRange.between(0, max(1, track.end_ticks))
            return invert_ranges(kept, whole) if kept else []
        shorten = self._shortened if self.mode == "shorten" else self._inside
        return [r for s in silent if (r := shorten(s, before, track.end_ticks)) is not None]

    def describe(self, before: Timeline) -> str:
        silent, cuts = self.list_silences(before), self.list_cuts(before)
        many = f"{len(silent)} {self._kind(len(silent))}"
        saved = format_ticks(sum(r.duration_ticks for r in cuts))
        if self.mode == "mark":
            return f"Mark {many}"
        if self.mode == "keep_only":
            kept = format_ticks(before.duration_ticks - sum(r.duration_ticks for r in cuts))
            return f"Keep only {many} ({kept} in all)"
        if self.mode == "shorten":
            to = f"{self.ratio} of its length" if self.to_ticks is None else format_ticks(self.to_ticks)
            return f"Shorten {len(cuts)} {self._kind(len(cuts))} to {to} ({saved} shorter)"
        return f"Remove {len(cuts)} {self._kind(len(cuts))} ({saved} in all)"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return list_elements_in(before, self.list_cuts(before) or self.list_silences(before))

    def _kind(self, count: int = 2) -> str:
        longer = f" longer than {format_ticks(self.min_ticks)}" if self.min_ticks else ""
        where = " at the ends" if self.ends_only else ""
        return f"silence{'' if count == 1 else 's'}{where}{longer}"

    def _inside(self, silence: TimeRange, before: Timeline, track_end: int) -> TimeRange | None:
        """The silence without its padding, which stands beside sound: none at the ends of the track."""
        is_all = silence.start_ticks <= 0 and silence.end_ticks >= track_end
        head = 0 if silence.start_ticks <= 0 and not is_all else self.padding_ticks
        tail = 0 if silence.end_ticks >= track_end and not is_all else self.padding_ticks
        return _on_grid(before, silence.start_ticks + head, silence.end_ticks - tail)

    def _shortened(self, silence: TimeRange, before: Timeline, track_end: int) -> TimeRange | None:
        """What goes of a silence so that the wanted length stays beside the speech."""
        stays = self.to_ticks or 0
        if self.ratio is not None:
            stays = round_half_up(Fraction(silence.duration_ticks) * self.ratio.fraction)
        share = Fraction(0) if silence.start_ticks <= 0 else Fraction(1, 2)
        share = Fraction(1) if share and silence.end_ticks >= track_end else share
        head = round_half_up(stays * share)
        return _on_grid(before, silence.start_ticks + head, silence.end_ticks - (stays - head))

    def _marked(self, before: Timeline, silent: list[TimeRange]) -> Timeline:
        ids = count_ids(self.id_prefix)
        marks = [
            Marker(
                id=next(ids),
                at_ticks=max(0, before.rate.snap(r.start_ticks)),
                name=f"Silence {format_ticks(r.duration_ticks)}",
            )
            for r in silent
        ]
        markers = sorted([*before.markers, *marks], key=lambda m: m.at_ticks)
        return before.model_copy(update={"markers": tuple(markers)})


def _is_at_end(silence: TimeRange, track_end: int) -> bool:
    return silence.start_ticks <= 0 or silence.end_ticks >= track_end


def _on_grid(before: Timeline, start_ticks: int, end_ticks: int) -> TimeRange | None:
    start, end = before.rate.snap(start_ticks), before.rate.snap(end_ticks)
    return TimeRange.between(start, end) if end > start else None


def _silent_ranges(track: Track, silences: dict[str, tuple[TimeRange, ...]]) -> list[TimeRange]:
    """Where the track is silent: through a transition only where both sides are."""
    silent: list[TimeRange] = []
    heard: list[TimeRange] = []
    for element in track.elements:
        parts = _silent_parts(element, silences)
        silent += parts
        heard += invert_ranges(parts, element.range)
    whole = TimeRange.between(0, max(1, track.end_ticks))
    loud = [*heard, *invert_ranges(silent, whole)]
    return invert_ranges(loud, whole)


def _silent_parts(element: Element, silences: dict[str, tuple[TimeRange, ...]]) -> list[TimeRange]:
    if not isinstance(element.source, MediaSource):
        return []
    parts = [find_timeline_range(element, r) for r in silences.get(element.source.artifact_id, ())]
    return merge_ranges([p for p in parts if p is not None])
