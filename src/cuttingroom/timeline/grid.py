"""Points and ranges that people and models name, put on a timeline's frame grid."""

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.time import TimeRange, format_ticks
from cuttingroom.timeline.model import Timeline


def snap_point(timeline: Timeline, at_ticks: int) -> int:
    """`at_ticks` on the frame grid. Raises EditRefused before the start or after the end of the timeline."""
    snapped = timeline.rate.snap(at_ticks)
    if not 0 <= snapped <= timeline.duration_ticks:
        raise EditRefused(
            f"{format_ticks(at_ticks)} lies outside the timeline, which lasts "
            f"{format_ticks(timeline.duration_ticks)}.",
            field="at_ticks",
        )
    return snapped


def snap_range(timeline: Timeline, wanted: TimeRange) -> TimeRange:
    """`wanted` on the frame grid. Raises EditRefused when it is empty there or begins before the start."""
    start, end = timeline.rate.snap(wanted.start_ticks), timeline.rate.snap(wanted.end_ticks)
    if end <= start:
        raise EditRefused(f"The range {wanted} must last at least one frame.", field="range")
    if start < 0:
        raise EditRefused(f"The range {wanted} begins before the timeline does.", field="range")
    return TimeRange.between(start, end)


def snap_range_inside(timeline: Timeline, wanted: TimeRange) -> TimeRange:
    """As `snap_range`; also raises EditRefused when the range reaches past the end of the timeline."""
    snapped = snap_range(timeline, wanted)
    if snapped.end_ticks > timeline.duration_ticks:
        raise EditRefused(
            f"The range {wanted} reaches outside the timeline, which lasts "
            f"{format_ticks(timeline.duration_ticks)}.",
            field="range",
        )
    return snapped


def snap_length(timeline: Timeline, duration_ticks: int) -> int:
    """A length in whole frames. Raises EditRefused when it is shorter than half a frame."""
    snapped = timeline.rate.snap(duration_ticks)
    if snapped <= 0:
        raise EditRefused("The duration must be at least one frame.", field="duration_ticks")
    return snapped
