"""What every timeline must satisfy, with the messages that people see everywhere."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from itertools import pairwise

from cuttingroom.core.errors import InvalidInput, TimelineInvalid
from cuttingroom.core.time import TICKS_PER_SECOND, format_ticks, round_half_up
from cuttingroom.timeline.changes import TrackChange, list_changes
from cuttingroom.timeline.effects import Denoise, Duck, Envelope, FadeIn, FadeOut, Grade, Transform
from cuttingroom.timeline.model import (
    CaptionSource,
    ColourSource,
    Element,
    FrameSource,
    MediaSource,
    ShapeSource,
    StillSource,
    TextSource,
    Timeline,
    TimelineSettings,
    Track,
    TrackKind,
    View,
)

MAX_NAME = 500
MAX_WIDTH, MAX_HEIGHT, MAX_RATE = 4096, 2160, 120
MIN_ZOOM, MAX_ZOOM = 0.1, 10.0
MAX_TICKS = 2**53
_ROUNDING_TICKS = TICKS_PER_SECOND // 20
"""A file that was rounded to the frames of one rate may end a little early on the grid of a higher one."""

Fail = Callable[[str, str], TimelineInvalid]
"""Makes the error for a message and a field, with the element and track filled in."""

_ALLOWED_SOURCES = {
    TrackKind.VIDEO: (MediaSource, StillSource, FrameSource, ColourSource, TextSource),
    TrackKind.OVERLAY: (MediaSource, StillSource, FrameSource, ColourSource, TextSource, ShapeSource),
    TrackKind.AUDIO: (MediaSource,),
    TrackKind.CAPTIONS: (CaptionSource,),
}


def check_project_name(name: str) -> str:
    """The name without surrounding space. Raises InvalidInput when it is empty or too long."""
    if not name.strip():
        raise InvalidInput("Project name cannot be empty", field="name")
    if len(name.strip()) > MAX_NAME:
        raise InvalidInput("Project name must be 1-500 characters", field="name")
    return name.strip()


def check_view(view: View, duration_ticks: int) -> None:
    """Raise InvalidInput unless the view fits a timeline of `duration_ticks`."""
    if not MIN_ZOOM <= view.zoom <= MAX_ZOOM:
        raise InvalidInput("Zoom must be between 0.1 and 10.0", field="timeline.zoom")
    if not 0 <= view.playback_ticks <= duration_ticks:
        raise InvalidInput("Playback position out of range", field="timeline.playbackPosition")


def check_duration(declared_ticks: int, timeline: Timeline) -> None:
    """Raise TimelineInvalid when a declared length is negative or shorter than the elements need."""
    if declared_ticks < 0:
        raise TimelineInvalid("Timeline duration must be non-negative", field="timeline.duration")
    if declared_ticks < timeline.duration_ticks:
        raise TimelineInvalid(
            f"Timeline duration ({format_ticks(declared_ticks)}) is less than required "
            f"({format_ticks(timeline.duration_ticks)})",
            field="timeline.duration",
        )


def check_settings(settings: TimelineSettings) -> None:
    if not 1 <= settings.width <= MAX_WIDTH:
        raise TimelineInvalid("Width must be 1-4096", field="metadata.resolution.width")
    if not 1 <= settings.height <= MAX_HEIGHT:
        raise TimelineInvalid("Height must be 1-2160", field="metadata.resolution.height")
    if not 1 <= settings.rate.fraction <= MAX_RATE:
        raise TimelineInvalid("Frame rate must be 1-120 fps", field="metadata.frameRate")


def check_timeline(timeline: Timeline) -> None:
    """Raise TimelineInvalid with the first rule that `timeline` breaks."""
    check_settings(timeline.settings)
    if not timeline.tracks:
        raise TimelineInvalid("Project cannot be saved if timeline has no tracks", field="timeline.tracks")
    _require_unique(_ids(timeline))
    for track in timeline.tracks:
        check_track(track, timeline)


def check_change(before: Timeline, after: Timeline) -> None:
    """As `check_timeline`, looking only at what differs from `before`, which is known to be sound."""
    if before.settings != after.settings:
        check_timeline(after)
        return
    if not after.tracks:
        raise TimelineInvalid("Project cannot be saved if timeline has no tracks", field="timeline.tracks")
    _require_unique(_ids(after))
    changes = list_changes(before, after)
    lost_a_track = any(c.new is None for c in changes)
    found = {c.new.id: c for c in changes if c.new is not None}
    for track in after.tracks:
        change = found[track.id]
        if lost_a_track or change.old is None or change.old.kind is not track.kind:
            check_track(track, after)
        elif change.old is not track:
            _check_track_change(change, track, after)


def _check_track_change(change: TrackChange, track: Track, timeline: Timeline) -> None:
    """As `check_track`, for a track that was sound before the change."""
    assert change.old is not None
    sound = {e.content_hash for e in change.was}
    end = len(track.elements) - change.tail
    if change.delta_ticks and not _is_well_placed(track, end, timeline.rate.frame_ticks):
        check_track(track, timeline, sound.union(e.content_hash for e in change.old.elements))
    _check_elements(change.now, track, timeline, sound)
    if track.transitions or change.old.transitions:
        _check_order_and_overlaps(track)
    else:
        _check_order_and_overlaps(track, max(0, change.head - 1), end + 1)


def _is_well_placed(track: Track, first: int, frame_ticks: int) -> bool:
    """Whether elements from `first` on, that moved together from good places, came to good places."""
    start = track.elements[first].start_ticks
    return start >= 0 and start % frame_ticks == 0 and track.end_ticks <= MAX_TICKS


def check_assets(timeline: Timeline, known_artifact_ids: Collection[str]) -> None:
    """Raise TimelineInvalid when an element uses an artifact that is not among the known ones."""
    for track in timeline.tracks:
        for element in track.elements:
            for artifact_id in element.artifact_ids:
                if artifact_id not in known_artifact_ids:
                    raise TimelineInvalid(
                        f"Element {element.id} references non-existent asset {artifact_id}",
                        element_id=element.id,
                    )


def check_track(track: Track, timeline: Timeline, sound: Collection[str] = ()) -> None:
    """Raise TimelineInvalid with the first rule the track breaks.

    `sound` holds the content hashes of elements known to be right on such a track, wherever they start.
    """
    _check_elements(track.elements, track, timeline, sound)
    _check_order_and_overlaps(track)


def _check_elements(
    elements: Iterable[Element], track: Track, timeline: Timeline, sound: Collection[str]
) -> None:
    frame = timeline.rate.frame_ticks
    track_ids = {t.id for t in timeline.tracks}
    for element in elements:
        if not sound or element.content_hash not in sound:
            check_element(element, track, frame, track_ids)
        elif (
            not 0 <= element.start_ticks <= MAX_TICKS - element.duration_ticks or element.start_ticks % frame
        ):
            _check_place(element, track, frame)


def _check_place(element: Element, track: Track, frame_ticks: int) -> None:
    start_ticks = element.start_ticks
    if 0 <= start_ticks <= MAX_TICKS - element.duration_ticks and not start_ticks % frame_ticks:
        return
    message = (
        f"Element {element.id}: start time must be >= 0"
        if start_ticks < 0
        else f"Element {element.id} does not sit on the frame grid"
        if start_ticks % frame_ticks
        else f"Element {element.id} ends later than a timeline can last"
    )
    raise TimelineInvalid(message, element_id=element.id, track_id=track.id, field="element.startTime")


def check_element(element: Element, track: Track, frame_ticks: int, track_ids: Collection[str]) -> None:
    def fail(message: str, field: str) -> TimelineInvalid:
        return TimelineInvalid(message, element_id=element.id, track_id=track.id, field=field)

    if element.duration_ticks <= 0:
        raise fail(f"Element {element.id}: duration must be > 0", "element.duration")
    _check_place(element, track, frame_ticks)
    if element.duration_ticks % frame_ticks:
        raise fail(f"Element {element.id} does not sit on the frame grid", "element.duration")
    if not 0 <= element.volume <= 1:
        raise fail("Volume must be between 0.0 and 1.0", "element.volume")
    if not 0 <= element.opacity <= 1:
        raise fail("Opacity must be between 0.0 and 1.0", "element.opacity")
    if type(element.source) not in _ALLOWED_SOURCES[track.kind]:
        raise fail(
            f"Element {element.id} is a {element.source.kind} and cannot lie on a {track.kind} track",
            "element.source",
        )
    if isinstance(element.source, MediaSource):
        _check_media(element, element.source, frame_ticks, fail)
    if isinstance(element.source, FrameSource) and element.source.at_ticks > element.source.media_ticks:
        raise fail(
            f"Element {element.id} shows {format_ticks(element.source.at_ticks)} of a file that lasts "
            f"{format_ticks(element.source.media_ticks)}",
            "element.source",
        )
    _check_effects(element, track_ids, fail)


def _check_media(element: Element, source: MediaSource, frame_ticks: int, fail: Fail) -> None:
    part = source.range
    if part.start_ticks < 0 or part.end_ticks > source.media_ticks:
        raise fail(
            f"Element {element.id} uses {part} of a file that lasts {format_ticks(source.media_ticks)}",
            "element.trimStart",
        )
    if not (source.has_picture or source.has_sound):
        raise fail(f"Element {element.id} has neither picture nor sound", "element.source")
    played = round_half_up(element.duration_ticks * element.speed.fraction)
    slack = max(frame_ticks, _ROUNDING_TICKS)
    if abs(played - part.duration_ticks) > max(1, round_half_up(slack * element.speed.fraction)):
        raise fail(
            f"Element {element.id}: its length does not match its source and speed", "element.duration"
        )


def _check_effects(element: Element, track_ids: Collection[str], fail: Fail) -> None:
    for effect in element.effects:
        fault = effect.find_fault(element.duration_ticks)
        if fault:
            what = "fade" if isinstance(effect, (FadeIn, FadeOut)) else effect.type.replace("_", " ")
            raise fail(f"A {what} of element {element.id} {fault}", "element.effects")
        if isinstance(effect, Duck):
            for track_id in effect.under_track_ids:
                if track_id not in track_ids:
                    raise fail(
                        f"Element {element.id} references non-existent track {track_id}", "element.effects"
                    )
    once = [e.type for e in element.effects if isinstance(e, (Transform, Envelope, Denoise, Grade))]
    twice = next((t for t, n in Counter(once).items() if n > 1), None)
    if twice is not None:
        raise fail(f"Element {element.id} has two effects of the kind {twice}", "element.effects")


def _check_order_and_overlaps(track: Track, first: int = 0, end: int | None = None) -> None:
    """Of neighbours from `first` to before `end`, where the track has no transitions; else of all."""
    elements = track.elements[first:end]
    joins = {(t.left_id, t.right_id): t for t in track.transitions}
    used: list[tuple[str, str]] = []
    for n, (left, right) in enumerate(pairwise(elements)):
        if right.start_ticks < left.start_ticks:
            raise TimelineInvalid(f"Track {track.id} is out of order", track_id=track.id)
        overlap = left.start_ticks + left.duration_ticks - right.start_ticks
        join = joins.get((left.id, right.id)) if joins else None
        if join is not None:
            used.append((left.id, right.id))
            _check_join(track, n, join.duration_ticks, overlap)
        elif overlap > 0:
            raise TimelineInvalid(
                f"No overlapping elements on same track: {left.id} and {right.id} overlap by "
                f"{format_ticks(overlap)}",
                track_id=track.id,
                left_id=left.id,
                element_id=right.id,
            )
    for pair in joins.keys() - set(used):
        raise TimelineInvalid(
            f"A transition on track {track.id} joins {pair[0]} and {pair[1]}, which are not neighbours",
            track_id=track.id,
        )
    if [(t.left_id, t.right_id) for t in track.transitions] != used:
        raise TimelineInvalid(f"The transitions of track {track.id} are out of order", track_id=track.id)


def _check_join(track: Track, n: int, duration_ticks: int, overlap: int) -> None:
    left, right = track.elements[n], track.elements[n + 1]
    if overlap != duration_ticks:
        raise TimelineInvalid(
            f"The transition between {left.id} and {right.id} lasts {format_ticks(duration_ticks)} but they "
            f"overlap by {format_ticks(max(overlap, 0))}",
            track_id=track.id,
            left_id=left.id,
            element_id=right.id,
        )
    previous_end = track.elements[n - 1].end_ticks if n else 0
    each_plays_alone = left.start_ticks < right.start_ticks and left.end_ticks < right.end_ticks
    if not each_plays_alone or right.start_ticks < previous_end:
        raise TimelineInvalid(
            f"The transition between {left.id} and {right.id} is longer than the room they have",
            track_id=track.id,
            left_id=left.id,
            element_id=right.id,
        )


def _ids(timeline: Timeline) -> list[str]:
    ids = [m.id for m in timeline.markers]
    for track in timeline.tracks:
        ids.append(track.id)
        ids += track.element_ids
        ids += [t.id for t in track.transitions]
    return ids


def _require_unique(ids: list[str]) -> None:
    if len(set(ids)) != len(ids):
        twice = next(i for i, n in Counter(ids).items() if n > 1)
        raise TimelineInvalid(f"The id {twice} is used twice", id=twice)
