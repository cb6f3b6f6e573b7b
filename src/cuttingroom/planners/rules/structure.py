"""Clauses that change what plays when: cuts, clips, silences, splits, speed, order."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from cuttingroom.core.time import Ratio, TimeRange, format_ticks, merge_ranges, seconds_to_ticks
from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.planners.rules.places import (
    length_ticks,
    point_ticks,
    stretch_range,
    stretch_ranges,
    where_ranges,
)
from cuttingroom.planners.rules.targets import (
    describe_clips,
    elements_of,
    find_clip,
    find_clips,
    find_media,
    same_name,
)
from cuttingroom.timeline.edits.append import Append
from cuttingroom.timeline.edits.base import MediaRef
from cuttingroom.timeline.edits.close_gaps import CloseGaps
from cuttingroom.timeline.edits.crossfade import Crossfade
from cuttingroom.timeline.edits.insert import Insert
from cuttingroom.timeline.edits.keep_ranges import KeepRanges
from cuttingroom.timeline.edits.move import Move
from cuttingroom.timeline.edits.remove import Remove
from cuttingroom.timeline.edits.remove_ranges import RemoveRanges
from cuttingroom.timeline.edits.remove_silences import RemoveSilences, SourceSilences
from cuttingroom.timeline.edits.ripple_remove import RippleRemove
from cuttingroom.timeline.edits.ripple_trim import RippleTrim
from cuttingroom.timeline.edits.set_speed import SetSpeed
from cuttingroom.timeline.edits.split import Split
from cuttingroom.timeline.mapping import find_timeline_range
from cuttingroom.timeline.model import Element, MediaSource

DEFAULT_SILENCE = Fraction(1, 2)
DEFAULT_PADDING = Fraction(1, 10)
DEFAULT_CROSSFADE = Fraction(1)
DEFAULT_STILL = Fraction(5)
SLOWEST, FASTEST = Fraction(1, 20), Fraction(20)


def seconds_text(ticks: int) -> str:
    return f"{ticks / seconds_to_ticks(1):g} s"


def plan_cut(board: Board, cut: r.Cut) -> None:
    if cut.stretches == (r.Everything(),):
        raise Unclear("Then nothing would be left of the video. Which part should go?")
    ranges = merge_ranges([p for s in cut.stretches for p in stretch_ranges(board, s)])
    board.add(RemoveRanges(ranges=tuple(ranges), reason=board.said[:200]))


def plan_cut_unplaced(board: Board, cut: r.CutUnplaced) -> None:
    length = seconds_text(length_ticks(board, cut.length))
    raise Unclear(f"From which part should {length} go?", (f"the first {length}", f"the last {length}"))


def plan_keep(board: Board, keep: r.Keep) -> None:
    ranges = merge_ranges([p for s in keep.stretches for p in stretch_ranges(board, s)])
    if keep.from_start:
        board.assume(f"The beginning is what stays: {ranges[0]}.")
    board.add(KeepRanges(ranges=tuple(ranges)))


def plan_remove(board: Board, remove: r.Remove) -> None:
    """Clips of the video go and the rest closes up; titles, captions and music go and nothing moves."""
    lead = {e.id for e in board.lead()}
    elements = tuple(dict.fromkeys(e.id for t in remove.targets for e in elements_of(board, t)))
    if lead and lead <= set(elements):
        raise Unclear("Then nothing would be left of the video. Which clip should go?")
    clips = tuple(e for e in elements if e in lead)
    others = tuple(e for e in elements if e not in lead)
    if clips:
        board.add(Remove(element_ids=clips) if remove.leaves_gap else RippleRemove(element_ids=clips))
    if others:
        board.add(Remove(element_ids=others))


def plan_silences(board: Board, silences: r.Silences) -> None:
    ranges = None if silences.where is None else where_ranges(board, silences.where)
    min_ticks = seconds_to_ticks(DEFAULT_SILENCE)
    if silences.longer_than is not None:
        min_ticks = length_ticks(board, silences.longer_than)
    padding_ticks = _padding(board, silences, min_ticks)
    sources = tuple(_silent_sources(board, ranges))
    edit = RemoveSilences(silences=sources, padding_ticks=padding_ticks, min_ticks=min_ticks)
    if not edit.list_cuts(board.timeline) and board.items:
        board.assume(
            f"“{board.said}” changes nothing more: what is left has no silences of {seconds_text(min_ticks)}."
        )
        raise Unclear(
            f"After the other changes there are no silences longer than {seconds_text(min_ticks)} left. "
            "Should shorter ones go?"
        )
    board.add(edit)
    if silences.longer_than is None:
        board.assume(f"A silence counts from {seconds_text(min_ticks)} on.")
    board.assume(f"{seconds_text(padding_ticks)} of each silence stays at either side.")


def _padding(board: Board, silences: r.Silences, min_ticks: int) -> int:
    if silences.padding is not None:
        return length_ticks(board, silences.padding)
    if silences.leave is not None:
        return length_ticks(board, silences.leave) // 2
    return min(seconds_to_ticks(DEFAULT_PADDING), min_ticks // 4)


def _silent_sources(board: Board, ranges: list[TimeRange] | None) -> list[SourceSilences]:
    """The silences of the files that the main track plays, limited to `ranges` of the timeline."""
    players = [e for e in board.lead() if e.has_sound and isinstance(e.source, MediaSource)]
    if not players:
        raise Unclear("The video has no sound, so there are no silences to find. What should be cut?")
    found: dict[str, list[TimeRange]] = {}
    for element in players:
        assert isinstance(element.source, MediaSource)
        artifact_id = element.source.artifact_id
        known = board.context.silences.get(artifact_id)
        if known is None:
            raise Unclear(f"The silences of “{element.name or artifact_id}” have not been looked for yet.")
        board.cite("silences", artifact_id)
        parts = found.setdefault(artifact_id, [])
        parts += [s for s in known if _plays_within(element, s, ranges) and s not in parts]
    return [
        SourceSilences(artifact_id=a, ranges=tuple(sorted(p, key=lambda s: s.start_ticks)))
        for a, p in found.items()
    ]


def _plays_within(element: Element, silence: TimeRange, ranges: list[TimeRange] | None) -> bool:
    """Whether the middle of the silence is heard within the ranges, so that no part outside them is cut."""
    part = find_timeline_range(element, silence)
    if part is None:
        return False
    middle = (part.start_ticks + part.end_ticks) // 2
    return ranges is None or any(r.contains(middle) for r in ranges)


def plan_gaps(board: Board, _: r.RemoveGaps) -> None:
    raise Unclear(
        "Does “gaps” mean the silences, or the empty time between clips?",
        ("remove the silences", "close the gaps"),
    )


def plan_close(board: Board, _: r.CloseGaps) -> None:
    board.add(CloseGaps())


def plan_trim(board: Board, trim: r.Trim) -> None:
    element = find_clip(board, trim.clip)
    if isinstance(trim.to, r.Length):
        length = length_ticks(board, trim.to)
        wanted = TimeRange(start_ticks=element.start_ticks, duration_ticks=length)
        board.assume(f"Its first {seconds_text(length)} stay.")
    else:
        wanted = stretch_range(board, trim.to)
    board.add(RippleTrim(element_id=element.id, range=wanted))


def plan_split(board: Board, split: r.Split) -> None:
    for point in split.points:
        at = point_ticks(board, point)
        element = next((e for e in board.lead() if e.start_ticks < at < e.end_ticks), None)
        if split.clip is not None:
            pieces = find_clips(board, split.clip)
            element = next((e for e in pieces if e.start_ticks < at < e.end_ticks), None)
        if element is None:
            raise Unclear(
                f"There is nothing to split at {format_ticks(at)}: no clip plays across it. Where should it split?"
            )
        board.add(Split(element_id=element.id, at_ticks=at))


def plan_speed(board: Board, speed: r.Speed) -> None:
    factor = speed_factor(speed)
    if factor == 1:
        raise Unclear("That is the speed it has. How much faster or slower should it be?")
    if not SLOWEST <= factor <= FASTEST:
        raise Unclear("A speed lies between 0.05x and 20x. How fast should it be?")
    where = speed.where or r.Everything()
    elements = _isolated(board, where)
    if not elements:
        raise Unclear("No clip plays there. What should change its speed?")
    for old in dict.fromkeys(e.speed.fraction for e in elements):
        if old != 1:
            board.assume(f"It runs at {float(old):g}x already; the change is counted from there.")
        ids = tuple(e.id for e in elements if e.speed.fraction == old)
        board.add(SetSpeed(element_ids=ids, speed=Ratio.of(old * factor)))
    board.assume("The pitch of the sound is kept.")


def speed_factor(speed: r.Speed) -> Fraction:
    """How many times as fast. Raises Unclear without a number, or when the words contradict it."""
    rate = speed.rate
    if rate is None:
        raise (
            Unclear(
                "By how much?",
                ("1.25x", "1.5x", "2x") if speed.direction == "up" else ("0.75x", "0.5x", "0.25x"),
            )
            if speed.direction != ""
            else Unclear("By how much, and faster or slower?")
        )
    if rate.factor <= 0:
        raise Unclear("A speed is more than nothing. How fast should it be?")
    factor = rate.factor
    if rate.is_percent and not rate.is_speed and rate.how != "to" and speed.direction:
        factor = 1 + rate.factor if speed.direction == "up" else 1 - rate.factor
        if factor <= 0:
            raise Unclear("That would stop it. How much slower should it be?")
        return factor
    if speed.direction == "down" and factor > 1:
        if rate.how == "to" or rate.is_speed:
            raise Unclear(f"{float(factor):g}x is faster, not slower. Which is meant?")
        return 1 / factor
    if speed.direction == "up" and factor < 1:
        raise Unclear(f"{float(factor):g}x is slower, not faster. Which is meant?")
    return factor


def _isolated(board: Board, where: r.Where) -> list[Element]:
    """The pieces of the main track that make up `where`, split at its edges where needed."""
    if isinstance(where, tuple):
        return [e for part in where for e in _isolated(board, part)]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(where, (r.Sort, r.TitleText)):
        raise Unclear("Only clips have a speed. Which clip is meant?")
    if isinstance(where, (r.It, r.Everything, r.ClipNumber, r.ClipName, r.OnlyClip, r.AllClips)):
        return list(elements_of(board, where))
    found: list[Element] = []
    for part in where_ranges(board, where):
        found += isolate(board, part, [e.id for e in board.lead()])
    board.topic = where_ranges(board, where)[0] if len(found) else None
    return found


def isolate(board: Board, part: TimeRange, element_ids: Sequence[str]) -> list[Element]:
    """Split those elements at the edges of `part` where they cross them; the pieces within, in order."""
    rate = board.timeline.rate
    start, end = rate.snap(part.start_ticks), rate.snap(part.end_ticks)
    ids = set(element_ids)
    for edge in (start, end):
        for element in _elements(board, ids):
            if element.start_ticks < edge < element.end_ticks:
                split = Split(element_id=element.id, at_ticks=edge)
                board.add(split)
                ids.add(split.right_id)
    return [e for e in _elements(board, ids) if start <= e.start_ticks and e.end_ticks <= end]


def _elements(board: Board, ids: set[str]) -> list[Element]:
    found = [e for t in board.timeline.tracks for e in t.elements if e.id in ids]
    return sorted(found, key=lambda e: e.start_ticks)


def plan_crossfade(board: Board, crossfade: r.Crossfade) -> None:
    length = seconds_to_ticks(DEFAULT_CROSSFADE)
    if crossfade.length is not None:
        length = length_ticks(board, crossfade.length)
    clips = board.lead()
    if len(clips) < 2:
        raise Unclear(f"A crossfade needs two clips that touch. {describe_clips(board)}")
    pairs = _pairs(board, crossfade, clips)
    for left, right in pairs:
        board.add(Crossfade(left_id=left, right_id=right, duration_ticks=length))
    if crossfade.length is None:
        board.assume(f"A crossfade lasts {seconds_text(length)}.")


def _pairs(board: Board, crossfade: r.Crossfade, clips: Sequence[Element]) -> list[tuple[str, str]]:
    if crossfade.pair is None:
        pairs = [(a.id, b.id) for a, b in zip(clips, clips[1:], strict=False) if a.end_ticks == b.start_ticks]
        if not pairs:
            raise Unclear("No two clips touch. Should the gaps between them be closed first?")
        if len(pairs) < len(clips) - 1:
            board.assume(
                f"Only {len(pairs)} of {len(clips) - 1} places have clips that touch without a transition."
            )
        return pairs
    left, right = (find_clips(board, ref) for ref in crossfade.pair)
    return [(left[-1].id, right[0].id)]


def plan_place(board: Board, place: r.Place) -> None:
    """Bring a file in, or move the clip of that name."""
    media = find_media(board, place.name)
    on_timeline = any(same_name(e.name, place.name) for e in board.lead(board.now))
    if on_timeline and media is not None and media.artifact_id not in _played(board):
        raise Unclear(
            f"“{place.name}” is a clip and also a file that is not used yet. Move the clip, or add the file?"
        )
    if on_timeline:
        if place.at is None:
            raise Unclear(f"“{place.name}” is on the timeline already. Where should it go?")
        plan_move(board, r.Move(r.ClipName(place.name), place.at))
        return
    if media is None:
        files = ", ".join(f"“{m.name}”" for m in board.context.media[:9]) or "none"
        raise Unclear(f"There is no file called “{place.name}”. The files are: {files}.")
    _place_media(board, place, media)


def _played(board: Board) -> set[str]:
    sources = (e.source for t in board.now.tracks for e in t.elements)
    return {s.artifact_id for s in sources if isinstance(s, MediaSource)}


def _place_media(board: Board, place: r.Place, media: MediaRef) -> None:
    if not media.has_picture and not media.is_still:
        raise Unclear(
            f"“{media.name}” is only heard. Should it be background music?", (f"use {media.name} as music",)
        )
    duration = _still_ticks(board, place, media)
    if place.at is None:
        board.assume(f"“{media.name}” goes to the end.")
    if place.at is None or place.at == r.Edge("end"):
        board.add(Append(media=media, duration_ticks=duration))
    else:
        board.add(Insert(media=media, at_ticks=point_ticks(board, place.at), duration_ticks=duration))


def _still_ticks(board: Board, place: r.Place, media: MediaRef) -> int | None:
    if not media.is_still:
        if place.length is not None:
            raise Unclear(f"“{media.name}” has its own length. Which part of it is meant?")
        return None
    if place.length is not None:
        return length_ticks(board, place.length)
    board.assume(f"A picture is shown for {seconds_text(seconds_to_ticks(DEFAULT_STILL))}.")
    return seconds_to_ticks(DEFAULT_STILL)


def plan_move(board: Board, move: r.Move) -> None:
    if isinstance(move.target, (r.Sort, r.TitleText)):
        elements = elements_of(board, move.target)
        if len(elements) != 1:
            raise Unclear(f"There are {len(elements)} of them. Which one should move?")
        board.add(Move(element_id=elements[0].id, to_ticks=point_ticks(board, move.to)))
        return
    assert not isinstance(move.target, (r.Everything, r.It))
    moving = find_clips(board, move.target)
    to = point_ticks(board, move.to)
    clips = list(board.lead())
    rest = [e for e in clips if e not in moving]
    inside = [e for e in rest if e.start_ticks < to < e.end_ticks]
    if inside:
        raise Unclear(
            f"{format_ticks(to)} is in the middle of another clip. Should the clip go before it or after it?",
            ("before it", "after it"),
        )
    before = [e for e in rest if e.end_ticks <= to]
    _reorder(board, [*before, *moving, *rest[len(before) :]])


def plan_swap(board: Board, swap: r.Swap) -> None:
    first, second = find_clip(board, swap.first), find_clip(board, swap.second)
    places = {first.id: second, second.id: first}
    _reorder(board, [places.get(e.id, e) for e in board.lead()])


def _reorder(board: Board, wanted: list[Element]) -> None:
    """Move what comes after the part that is in order already to the end, in the wanted order, and close up."""
    clips = list(board.lead())
    if [e.id for e in wanted] == [e.id for e in clips]:
        raise Unclear("The clips are in this order already. What should move?")
    if (
        any(a.end_ticks != b.start_ticks for a, b in zip(clips, clips[1:], strict=False))
        or clips[0].start_ticks
    ):
        raise Unclear(
            "The clips overlap or have gaps between them, so moving one would change the others too. "
            "Should the gaps be closed first?",
            ("close the gaps",),
        )
    staying, position = 0, -1
    for element in wanted:
        if clips.index(element) < position:
            break
        position = clips.index(element)
        staying += 1
    end = clips[-1].end_ticks
    for element in wanted[staying:]:
        board.add(Move(element_id=element.id, to_ticks=end))
        end += element.duration_ticks
    board.add(CloseGaps())
    if any(t.elements for t in board.now.tracks if t.follows_ripple and t.kind in ("overlay", "captions")):
        board.assume("Titles and captions are not moved with the clips.")
