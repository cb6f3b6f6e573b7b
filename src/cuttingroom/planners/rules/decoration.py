"""Clauses that change how what plays looks and sounds: volume, fades, titles, captions, music."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import get_args

from cuttingroom.core.time import TimeRange, format_ticks, seconds_to_ticks
from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.planners.rules.places import length_ticks, point_ticks, stretch_range, where_ranges
from cuttingroom.planners.rules.structure import isolate, seconds_text
from cuttingroom.planners.rules.targets import (
    describe_target,
    elements_of,
    find_media,
    follow_it,
    music_tracks,
    tracks_of,
)
from cuttingroom.providers.music.request import Instrument, Mood
from cuttingroom.timeline.edits.add_captions import AddCaptions, SourceTranscript
from cuttingroom.timeline.edits.add_music import AddMusic
from cuttingroom.timeline.edits.add_title import AddTitle
from cuttingroom.timeline.edits.add_track import AddTrack
from cuttingroom.timeline.edits.base import FromItem, MediaRef
from cuttingroom.timeline.edits.fade_in import FadeIn
from cuttingroom.timeline.edits.fade_out import FadeOut
from cuttingroom.timeline.edits.mute_range import MuteRange
from cuttingroom.timeline.edits.set_volume import SetVolume
from cuttingroom.timeline.model import Element, MediaSource, TrackKind
from cuttingroom.tools.make_music import MakeMusic

DEFAULT_FADE = Fraction(1)
DEFAULT_TITLE = Fraction(4)
A_BIT_DB = 3.0
DEFAULT_MOOD = "warm"
MUSIC_GAIN_DB, MUSIC_DUCK_DB = -18.0, 10.0


# Volume


def plan_volume(board: Board, volume: r.Volume) -> None:
    targets = volume.target if isinstance(volume.target, tuple) else (volume.target,)
    elements = [e for t in targets for e in _heard(board, t)]
    amount = volume.amount
    if amount is None:
        amount = r.Amount(Fraction(0), "bit")
    if volume.where is not None:
        part = stretch_range(board, volume.where)
        elements = isolate(board, part, [e.id for e in elements])
        if not elements:
            raise Unclear("Nothing with sound plays there. Which part is meant?")
        board.topic = part
    _set_volume(board, volume, amount, elements)


def _heard(board: Board, target: r.Target) -> list[Element]:
    """Elements with sound. The whole video means everything that is heard."""
    if isinstance(target, r.It):
        target = follow_it(board)
    if isinstance(target, r.Everything):
        target = r.Sort("sound")
    if isinstance(target, r.Sort) and target.name in ("titles", "captions", "picture"):
        raise Unclear(
            f"{describe_target(target).capitalize()} cannot be heard. What should change its volume?"
        )
    elements = [e for e in elements_of(board, target) if e.has_sound]
    if not elements:
        raise Unclear(f"{describe_target(target).capitalize()} has no sound.")
    return elements


def _set_volume(board: Board, volume: r.Volume, amount: r.Amount, elements: list[Element]) -> None:
    ids = tuple(e.id for e in elements)
    if amount.how == "to":
        board.add(SetVolume(element_ids=ids, volume=_level(volume, amount, elements)))
        return
    change_db = _change_db(board, volume, amount)
    if not -60 <= change_db <= 24:
        raise Unclear("A change of volume lies between -60 and +24 dB. How much is meant?")
    board.add(SetVolume(element_ids=ids, change_db=change_db))


def _level(volume: r.Volume, amount: r.Amount, elements: list[Element]) -> float:
    if amount.unit == "db":
        raise Unclear(
            "Is that a change by so many dB, or a level? Levels are said in percent, such as “to 50%”."
        )
    level = float(amount.value / 100)
    if level > 1:
        raise Unclear(
            "The fader ends at 100 %. By how many dB should it be louder?", ("3 dB louder", "6 dB louder")
        )
    now = [e.volume for e in elements]
    if (volume.direction == "down" and level >= max(now)) or (volume.direction == "up" and level <= min(now)):
        raise Unclear(
            f"The volume is {round(max(now) * 100)} % now. Should it really be {round(level * 100)} %?"
        )
    return level


def _change_db(board: Board, volume: r.Volume, amount: r.Amount) -> float:
    if amount.unit == "bit":
        if not volume.direction:
            raise Unclear("Louder or quieter, and by how much?")
        board.assume(f"That is a change of {A_BIT_DB:g} dB.")
        return A_BIT_DB if volume.direction == "up" else -A_BIT_DB
    if amount.unit == "db":
        value = float(amount.value)
        if value < 0 and volume.direction == "up":
            raise Unclear("Louder by less than nothing? Should it be louder or quieter?")
        return -abs(value) if volume.direction == "down" else value
    if not volume.direction:
        raise Unclear("Is that the level it should have, or a change? Say “to” or “by”.")
    share = float(amount.value / 100) * (1 if volume.direction == "up" else -1)
    if 1 + share <= 0:
        raise Unclear("That would silence it. Should it be muted?", ("mute it",))
    change = round(20 * math.log10(1 + share), 2)
    board.assume(f"{float(amount.value):g} % {'more' if share > 0 else 'less'} is a change of {change:g} dB.")
    return change


def plan_mute(board: Board, mute: r.Mute) -> None:
    if mute.undo:
        _unmute(board, mute.target)
        return
    targets = mute.target if isinstance(mute.target, tuple) else (mute.target,)
    if mute.where is not None:
        for part in where_ranges(board, mute.where):
            board.add(MuteRange(range=part, track_ids=_muted_tracks(board, targets)))
            board.topic = part
        return
    elements = [e for t in targets for e in _heard(board, t)]
    board.add(SetVolume(element_ids=tuple(dict.fromkeys(e.id for e in elements)), volume=0.0))


def _muted_tracks(board: Board, targets: tuple[r.Target, ...]) -> tuple[str, ...]:
    """The tracks to silence for a while; none means all."""
    ids: list[str] = []
    for target in targets:
        if isinstance(target, r.It):
            target = follow_it(board)
        if target in (r.Everything(), r.Sort("sound")):
            return ()
        elements = {e.id for e in _heard(board, target)}
        ids += [t.id for t in board.timeline.tracks if any(e.id in elements for e in t.elements)]
        if not isinstance(target, r.Sort):
            raise Unclear("Should only this clip be silent in that time, or everything?")
    return tuple(dict.fromkeys(ids))


def _unmute(board: Board, target: r.Target) -> None:
    silent = tuple(e.id for e in _heard(board, target) if e.volume == 0)
    if not silent:
        raise Unclear("It is not muted by its volume. What should be heard again?")
    board.add(SetVolume(element_ids=silent, volume=1.0))


# Fades


def plan_fade(board: Board, fade: r.Fade) -> None:
    target = follow_it(board) if fade.target == r.It() else fade.target
    length = seconds_to_ticks(DEFAULT_FADE) if fade.length is None else length_ticks(board, fade.length)
    picture, sound = _faded_parts(target)
    for side in fade.sides:
        for element in _faded(board, target, side):
            if length > element.duration_ticks:
                raise Unclear(
                    f"A fade of {seconds_text(length)} is longer than the clip it belongs to, which lasts "
                    f"{seconds_text(element.duration_ticks)}. How long should it be?"
                )
            has_sound, has_picture = sound and element.has_sound, picture and element.has_picture
            if not (has_sound or has_picture):
                raise Unclear(
                    f"{describe_target(target).capitalize()} has no {'sound' if sound else 'picture'} to fade."
                )
            edit = FadeIn if side == "in" else FadeOut
            board.add(
                edit(element_id=element.id, duration_ticks=length, picture=has_picture, sound=has_sound)
            )
    if fade.length is None:
        board.assume(f"A fade lasts {seconds_text(length)}.")
    _tell_what_does_not_fade(board, target, fade)


def plan_fades(board: Board, fades: r.Fades) -> None:
    for fade in fades.fades:
        plan_fade(board, fade)


def _faded_parts(target: r.Target) -> tuple[bool, bool]:
    match target:
        case r.Sort("sound" | "voice"):
            return False, True
        case r.Sort("picture"):
            return True, False
        case _:
            return True, True


def _faded(board: Board, target: r.Target, side: str) -> list[Element]:
    """The elements at whose start or end the fade belongs."""
    n = 0 if side == "in" else -1
    if isinstance(target, tuple):
        return [e for t in target for e in _faded(board, t, side)]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(target, r.AllClips):
        return list(elements_of(board, target))
    if target in (r.Everything(), r.Sort("sound"), r.Sort("voice"), r.Sort("picture")):
        lead = board.lead()
        if not lead:
            raise Unclear("There is nothing on the timeline to fade.")
        return [lead[n]]
    elements = elements_of(board, target)
    if isinstance(target, r.Sort) and target.name in ("titles", "captions"):
        raise Unclear(
            f"Fading {describe_target(target)} is not something the rules can plan. What else should fade?"
        )
    return [elements[n]]


def _tell_what_does_not_fade(board: Board, target: r.Target, fade: r.Fade) -> None:
    if target == r.Everything() and music_tracks(board.timeline):
        side = " and ".join(fade.sides)
        board.assume(f"Only the video fades {side}; the music keeps its own fades.")


# Titles and captions


def plan_title(board: Board, title: r.Title) -> None:
    if title.text is None:
        raise Unclear("What should the title say? Put the words in quotation marks.")
    span = _title_span(board, title)
    board.add(
        AddTitle(
            text=title.text,
            at_ticks=span.start_ticks,
            duration_ticks=span.duration_ticks,
            position=title.position or "centre",  # type: ignore[arg-type]
        )
    )
    if title.position is None:
        board.assume("The title stands in the centre.")


def _title_span(board: Board, title: r.Title) -> TimeRange:
    over = title.over
    if isinstance(over, r.Vague):
        title = r.Title(title.text, r.Edge(over.side), title.length, None, title.position)
        over = None
    if over is not None:
        ranges = where_ranges(board, over)
        if len(ranges) != 1:
            raise Unclear("When should the title appear?")
        return ranges[0]
    length = seconds_to_ticks(DEFAULT_TITLE)
    if title.length is not None:
        length = length_ticks(board, title.length)
    else:
        board.assume(f"A title stays for {seconds_text(length)}.")
    if title.at is None:
        board.assume("The title comes at the start.")
    end = board.end_ticks()
    at = point_ticks(board, title.at or r.Edge("start"))
    if title.at == r.Edge("end"):
        at = max(0, end - length)
    if at >= end:
        raise Unclear(
            f"A title at {format_ticks(at)} would come when the video is over. When should it appear?"
        )
    if at + length > end:
        board.assume(f"The title ends with the video, after {seconds_text(end - at)}.")
        length = end - at
    return TimeRange(start_ticks=at, duration_ticks=length)


def plan_captions(board: Board, captions: r.Captions) -> None:
    played = {
        e.source.artifact_id: e.name
        for e in _all_elements(board)
        if isinstance(e.source, MediaSource) and e.has_sound
    }
    known = {a: t for a, t in board.context.transcripts.items() if a in played and t.words}
    if not known:
        raise Unclear(
            "There is no transcript with words for this video. Bring in subtitles or a script, or set up transcription."
        )
    silent = [played[a] or a for a in _lead_artifacts(board) if a not in known]
    if silent:
        board.assume(f"Without a transcript, and so without captions: {', '.join(dict.fromkeys(silent))}.")
    for artifact_id, transcript in known.items():
        board.cite("transcript", artifact_id)
        if transcript.quality in ("draft", "estimated"):
            board.assume(
                f"The transcript of “{played[artifact_id]}” is only a {transcript.quality}: read the captions."
            )
    sources = tuple(
        SourceTranscript(artifact_id=a, language=t.language, words=t.words) for a, t in known.items()
    )
    if captions.position is None:
        board.add(AddCaptions(transcripts=sources))
    else:
        board.add(AddCaptions(transcripts=sources, position=captions.position))  # type: ignore[arg-type]
    if tracks_of(board.context.timeline, "captions"):
        board.assume("The captions that are there are replaced.")


def _all_elements(board: Board) -> list[Element]:
    return [e for t in board.timeline.tracks for e in t.elements]


def _lead_artifacts(board: Board) -> list[str]:
    return [e.source.artifact_id for e in board.lead() if isinstance(e.source, MediaSource) and e.has_sound]


# Music


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
            f"There is music already at {playing[0].range}. Should the new music replace it, or be mixed with it?",
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


def plan_track(board: Board, track: r.AddTrack) -> None:
    board.add(AddTrack(kind=TrackKind(track.kind), name=track.name or ""))
