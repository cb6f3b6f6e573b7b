"""Cut out where nobody speaks."""

from typing import ClassVar, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.core.time import Frozen, Rate, TimeRange, format_ticks, invert_ranges, merge_ranges
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.edits.remove_ranges import cut_everywhere, list_elements_in
from cuttingroom.timeline.effects import Id
from cuttingroom.timeline.mapping import find_timeline_range
from cuttingroom.timeline.model import Element, MediaSource, NonNegative, Timeline, Track
from cuttingroom.timeline.ripple import find_lead_track


class SourceSilences(Frozen):
    """Where a file is silent, on its own clock."""

    artifact_id: str
    ranges: tuple[TimeRange, ...]


class RemoveSilences(Edit):
    """Cut the silences of the main track out of every following track and close up, as one edit.

        |  A  ....  A  .. |   ->   |  A  A' .. |

    A silence goes when it lasts at least `min_ticks` on the timeline; `padding_ticks` of it stay on either
    side where there is sound. `threshold` records how the silences were found.
    """

    ripples: ClassVar[bool] = True

    tool: Literal["remove_silences"] = "remove_silences"
    silences: tuple[SourceSilences, ...]
    padding_ticks: NonNegative = 0
    min_ticks: NonNegative = 0
    threshold: float | None = None
    id_prefix: Id = Field(default_factory=lambda: short_id("el"))

    def change(self, before: Timeline) -> Timeline:
        ranges = self.list_cuts(before)
        if not ranges:
            raise EditRefused(
                f"There are no silences longer than {format_ticks(self.min_ticks)}.",
                advice="Ask for shorter silences, or less padding.",
            )
        return cut_everywhere(before, ranges, self.id_prefix)

    def list_cuts(self, before: Timeline) -> list[TimeRange]:
        """The ranges of the timeline, on its frame grid, that this edit takes out."""
        track = find_lead_track(before)
        if track is None:
            return []
        silent = _silent_ranges(track, {s.artifact_id: s.ranges for s in self.silences})
        long = [r for r in silent if r.duration_ticks >= max(1, self.min_ticks)]
        padded = [self._inside(r, before.rate, track.end_ticks) for r in long]
        return [r for r in padded if r is not None]

    def describe(self, before: Timeline) -> str:
        cuts = self.list_cuts(before)
        saved = format_ticks(sum(r.duration_ticks for r in cuts))
        longer = f" longer than {format_ticks(self.min_ticks)}" if self.min_ticks else ""
        return f"Remove {len(cuts)} silence{'' if len(cuts) == 1 else 's'}{longer} ({saved} in all)"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return list_elements_in(before, self.list_cuts(before))

    def _inside(self, silence: TimeRange, rate: Rate, track_end: int) -> TimeRange | None:
        """The silence without its padding, which stands beside sound: none at the ends of the track."""
        is_all = silence.start_ticks <= 0 and silence.end_ticks >= track_end
        head = 0 if silence.start_ticks <= 0 and not is_all else self.padding_ticks
        tail = 0 if silence.end_ticks >= track_end and not is_all else self.padding_ticks
        start = rate.snap(silence.start_ticks + head)
        end = rate.snap(silence.end_ticks - tail)
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
