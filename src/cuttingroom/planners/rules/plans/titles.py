"""Plans titles, captions and new tracks."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from cuttingroom.core.time import TimeRange, format_ticks, seconds_to_ticks
from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.planners.rules.places import (
    length_ticks,
    point_ticks,
    seconds_text,
    where_ranges,
)
from cuttingroom.planners.rules.targets import (
    tracks_of,
)
from cuttingroom.timeline.edits.add_captions import AddCaptions, SourceTranscript
from cuttingroom.timeline.edits.add_title import AddTitle
from cuttingroom.timeline.edits.add_track import AddTrack
from cuttingroom.timeline.model import Element, MediaSource, TextPlace, TextSource, TrackKind
from cuttingroom.timeline.presets import TITLE_PRESETS, TitleLook

DEFAULT_TITLE = Fraction(4)
SHORTEST_TITLE = Fraction(1, 2)
"""A title is not ended sooner than this to make room for the next."""

_LOOKS: dict[str, TitleLook] = {
    "lower_third": "lower_third", "top": "subtitle", "bottom": "subtitle", "top_left": "label",
    "top_right": "label", "bottom_left": "label", "bottom_right": "label",
}  # fmt: skip
"""What suits a place, when nobody says more."""


def plan_title(board: Board, title: r.Title) -> None:
    if title.text is None:
        raise Unclear("What should the title say? Put the words in quotation marks.")
    span = title_span(board, title)
    is_open = title.length is None and not _is_stretch(title.over)
    added = AddTitle(
        text=title.text,
        at_ticks=span.start_ticks,
        duration_ticks=span.duration_ticks,
        **_look_of(title),
    )
    added = _with_room(board, added, is_open=is_open)
    board.add(added)
    if is_open:
        board.open_titles.add(added.element_id)
    if title.position is None and "preset" not in dict(title.extras):
        board.assume("The title stands in the centre.")


def _look_of(title: r.Title) -> dict[str, Any]:
    """The fields of a title's look: what was said, else what suits its place."""
    said = dict(title.extras)
    if "preset" in said:
        return {"position": title.position or TITLE_PRESETS[said["preset"]].position, **said}
    place = title.position or "centre"
    look = _LOOKS.get(place, "title") if isinstance(place, str) else "title"
    return {"preset": look, **said, "position": place}


def _is_stretch(over: r.Where | None) -> bool:
    return over is not None and not isinstance(over, r.Vague)


def _with_room(board: Board, added: AddTitle, *, is_open: bool) -> AddTitle:
    """The title, ended where the next one at its place starts if its length was open; an earlier one whose
    length was open is ended where it starts. Raises Unclear where titles would be drawn over each other."""
    for other in _titles_at(board, added.place):
        span = TimeRange(start_ticks=added.at_ticks, duration_ticks=added.duration_ticks)
        if not other.plays_in(span):
            continue
        assert isinstance(other.source, TextSource)
        gap = abs(added.at_ticks - other.start_ticks)
        first, second = (other.source.text, added.text)
        if added.at_ticks < other.start_ticks:
            first, second = second, first
        later = max(added.at_ticks, other.start_ticks)
        first_is_open = is_open if first == added.text else other.id in board.open_titles
        if gap < seconds_to_ticks(SHORTEST_TITLE) or not first_is_open:
            raise Unclear(
                f"The titles “{first}” and “{second}” would be drawn over each other from "
                f"{format_ticks(later)} on. Should “{first}” end there, or “{second}” stand elsewhere?",
                _room_options(first, second, gap),
            )
        if added.at_ticks < other.start_ticks:
            added = added.model_copy(update={"duration_ticks": gap})
        else:
            _shorten(board, other.id, gap)
        board.assume(f"The title “{first}” ends at {format_ticks(later)}, where “{second}” starts.")
    return added


def _room_options(first: str, second: str, gap: int) -> tuple[str, ...]:
    shorter = (f"“{first}” for {seconds_text(gap)}",) if gap >= seconds_to_ticks(SHORTEST_TITLE) else ()
    return (*shorter, f"“{second}” at the top", f"“{second}” at another time")


def _titles_at(board: Board, position: TextPlace) -> list[Element]:
    return [
        e for e in _all_elements(board) if isinstance(e.source, TextSource) and e.source.position == position
    ]


def _shorten(board: Board, element_id: str, duration_ticks: int) -> None:
    """End a title of this plan sooner."""
    for trial in board.trials:
        if isinstance(trial.tool, AddTitle) and trial.tool.element_id == element_id:
            shorter = trial.tool.model_copy(update={"duration_ticks": duration_ticks})
            board.amend(trial.position, shorter)
            return


def title_span(board: Board, title: r.Title, what: str = "A title") -> TimeRange:
    """When it is shown; `what` is what people call it. Raises Unclear."""
    over = title.over
    if isinstance(over, r.Vague):
        title = r.Title(title.text, r.Edge(over.side), title.length, None, title.position)
        over = None
    if over is not None:
        ranges = where_ranges(board, over)
        if len(ranges) != 1:
            raise Unclear(f"When should {_the(what).lower()} appear?")
        return ranges[0]
    length = seconds_to_ticks(DEFAULT_TITLE)
    if title.length is not None:
        length = length_ticks(board, title.length)
    else:
        board.assume(f"{what} stays for {seconds_text(length)}.")
    if title.at is None:
        board.assume(f"{_the(what)} comes at the start.")
    end = board.end_ticks()
    at = point_ticks(board, title.at or r.Edge("start"))
    if title.at == r.Edge("end"):
        at = max(0, end - length)
    if at >= end:
        raise Unclear(
            f"{what} at {format_ticks(at)} would come when the video is over. When should it appear?"
        )
    if at + length > end:
        board.assume(f"{_the(what)} ends with the video, after {seconds_text(end - at)}.")
        length = end - at
    return TimeRange(start_ticks=at, duration_ticks=length)


def _the(what: str) -> str:
    return f"The {what.partition(' ')[2]}"


def plan_captions(
    board: Board, captions: r.Captions, fields: Mapping[str, Any] = MappingProxyType({})
) -> None:
    """`fields` are those of the edit that were said. Raises Unclear where no words are known."""
    played = {
        e.source.artifact_id: e.name
        for e in _all_elements(board)
        if isinstance(e.source, MediaSource) and e.has_sound
    }
    known = {a: t for a, t in board.context.transcripts.items() if a in played and t.words}
    if not known:
        raise Unclear(
            "There is no transcript with words for this video: nobody knows what it says. Bring in subtitles "
            "or a script, or set up transcription."
        )
    silent = [played[a] or a for a in _lead_artifacts(board) if a not in known]
    if silent:
        board.assume(f"Without a transcript, and so without captions: {', '.join(dict.fromkeys(silent))}.")
    for artifact_id, transcript in known.items():
        board.cite("transcript", artifact_id)
        if transcript.quality in ("draft", "estimated"):
            board.assume(
                f"The transcript of “{played[artifact_id]}” is only a {transcript.quality}: read the "
                f"captions."
            )
    sources = tuple(
        SourceTranscript(artifact_id=a, language=t.language, words=t.words) for a, t in known.items()
    )
    given: dict[str, Any] = {"preset": "clean", **fields}
    if captions.position is not None:
        given["position"] = captions.position
    board.add(AddCaptions(transcripts=sources, **given))
    if tracks_of(board.context.timeline, "captions"):
        board.assume("The captions that are there are replaced.")


def _all_elements(board: Board) -> list[Element]:
    return [e for t in board.timeline.tracks for e in t.elements]


def _lead_artifacts(board: Board) -> list[str]:
    return [e.source.artifact_id for e in board.lead() if isinstance(e.source, MediaSource) and e.has_sound]


def plan_track(board: Board, track: r.AddTrack) -> None:
    board.add(AddTrack(kind=TrackKind(track.kind), name=track.name or ""))
