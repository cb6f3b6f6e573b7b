"""Plans music beds."""

from __future__ import annotations

from typing import get_args

from cuttingroom.core.time import TimeRange, format_ticks
from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.planners.rules.places import (
    point_ticks,
    where_ranges,
)
from cuttingroom.planners.rules.targets import (
    find_media,
    music_tracks,
)
from cuttingroom.providers.music.request import Instrument, Mood
from cuttingroom.timeline.edits.add_music import AddMusic
from cuttingroom.timeline.edits.base import FromItem, MediaRef
from cuttingroom.tools.make_music import MakeMusic

DEFAULT_MOOD = "warm"
MUSIC_GAIN_DB, MUSIC_DUCK_DB = -12.0, 8.0


def plan_music(board: Board, music: r.Music) -> None:
    span = _music_span(board, music)
    _check_music_room(board, span)
    gain_db = MUSIC_GAIN_DB if music.gain_db is None else float(music.gain_db)
    if music.gain_db is None:
        board.assume(f"The music plays at {gain_db:g} dB.")
    if not -60 <= gain_db <= 24:
        raise Unclear("A level lies between -60 and +24 dB. How loud should the music be?")
    duck_db = None if music.ducks is False else MUSIC_DUCK_DB
    if music.ducks is None:
        board.assume(f"The music gets {MUSIC_DUCK_DB:g} dB softer while somebody speaks.")
    media = _music_file(board, music.name, span) if music.name else _made_music(board, music, span)
    board.add(
        AddMusic(
            media=media,
            at_ticks=span.start_ticks,
            duration_ticks=span.duration_ticks,
            gain_db=gain_db,
            duck_db=duck_db,
        )
    )


def _made_music(board: Board, music: r.Music, span: TimeRange) -> FromItem:
    mood = music.mood[0] if music.mood else DEFAULT_MOOD
    if music.mood is None:
        board.assume(f"The mood of the music is {mood}.")
    elif music.mood[0] != music.mood[1]:
        board.assume(f"“{music.mood[1]}” is read as the mood “{mood}”.")
    instrument = music.instrument[0] if music.instrument else None
    assert mood in get_args(Mood)
    assert instrument is None or instrument in get_args(Instrument)
    made = board.add(MakeMusic(mood=mood, instrument=instrument, duration_ticks=span.duration_ticks))  # type: ignore[arg-type]
    return FromItem(from_item=made)


def _music_span(board: Board, music: r.Music) -> TimeRange:
    end = board.end_ticks()
    if end <= 0:
        raise Unclear("There is no video to put music under.")
    if isinstance(music.over, r.It) and isinstance(board.topic, (r.TitleText, r.Sort)):
        board.assume("“it” means the whole video.")
        return TimeRange.between(0, end)
    if music.over is not None:
        ranges = where_ranges(board, music.over)
        if len(ranges) != 1:
            raise Unclear("Where should the music begin and end?")
        return ranges[0]
    if music.start is None:
        board.assume("The music plays through the whole video.")
    start = 0 if music.start is None else point_ticks(board, music.start)
    if start >= end:
        raise Unclear(f"The video is over at {format_ticks(end)}. Where should the music begin?")
    return TimeRange.between(start, end)


def _check_music_room(board: Board, span: TimeRange) -> None:
    playing = [e for t in music_tracks(board.timeline) for e in t.elements if e.range.intersection(span)]
    if playing:
        raise Unclear(
            f"There is music already at {playing[0].range}. Should the new music replace it, or be "
            f"mixed with it?",
            ("remove the music and add the new one",),
        )


def _music_file(board: Board, name: str, span: TimeRange) -> MediaRef:
    media = find_media(board, name)
    if media is None:
        files = ", ".join(f"“{m.name}”" for m in board.context.media if m.has_sound) or "none"
        raise Unclear(f"There is no file called “{name}”. Files with sound: {files}.")
    if media.media_ticks < span.duration_ticks:
        board.assume(f"“{media.name}” ends after {format_ticks(media.media_ticks)} and is not repeated.")
    return media
