"""Plans what is done to sound beyond its volume: taking it away, other sound, lines of gain, ducking,
loudness, noise, bleeps and muted words."""

from __future__ import annotations

from cuttingroom.core.time import TICKS_PER_SECOND, TimeRange, format_ticks, merge_ranges, seconds_to_ticks
from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.planners.rules.frames.frame import Slots
from cuttingroom.planners.rules.places import length_ticks, point_ticks, stretch_range, where_ranges
from cuttingroom.planners.rules.plans.lines import check_gain
from cuttingroom.planners.rules.plans.music import plan_music
from cuttingroom.planners.rules.plans.order import plan_place
from cuttingroom.planners.rules.plans.sound import plan_mute
from cuttingroom.planners.rules.targets import (
    describe_target,
    elements_of,
    find_media,
    follow_it,
    heard_elements,
    music_tracks,
    muted_tracks,
)
from cuttingroom.timeline.edits.add_audio import AddAudio
from cuttingroom.timeline.edits.base import MediaRef
from cuttingroom.timeline.edits.bleep_range import BleepRange
from cuttingroom.timeline.edits.denoise import Denoise
from cuttingroom.timeline.edits.duck import Duck
from cuttingroom.timeline.edits.mute_range import MuteRange
from cuttingroom.timeline.edits.normalise_loudness import NormaliseLoudness
from cuttingroom.timeline.edits.remove import Remove
from cuttingroom.timeline.edits.remove_audio import RemoveAudio
from cuttingroom.timeline.edits.remove_duck import RemoveDuck
from cuttingroom.timeline.edits.replace_audio import ReplaceAudio
from cuttingroom.timeline.effects import Duck as DuckEffect
from cuttingroom.timeline.model import Element, Track

DUCK_DB, TARGET_LUFS, DENOISE_DB = 12.0, -16.0, 12.0
_WORD_AIR_TICKS = TICKS_PER_SECOND // 20
"""What goes with a word on either side: where words begin is heard to about a twentieth of a second."""
_ALL = (r.Everything(), r.Sort("sound"))


def _target(board: Board, slots: Slots, default: r.Target) -> r.Target:
    found = slots.get("what", default)
    return follow_it(board) if isinstance(found, r.It) else found


# Taking away and laying down


def plan_remove_audio(board: Board, slots: Slots) -> None:
    target = _target(board, slots, r.Sort("sound"))
    if "where" in slots:
        plan_mute(board, r.Mute(target, slots["where"]))
        return
    heard = heard_elements(board, target)
    filmed, laid = ([e.id for e in heard if e.has_picture is way] for way in (True, False))
    if filmed:
        board.add(RemoveAudio(element_ids=tuple(filmed)))
    if laid and filmed and target in _ALL and "all" not in slots:
        board.assume("Music and other sound that was added stays; only the sound of the pictures goes.")
    elif laid:
        board.add(Remove(element_ids=tuple(laid)))


def plan_replace_audio(board: Board, slots: Slots) -> None:
    media = _sound_file(board, slots["media"])
    if "where" in slots:
        _replace_over(board, media, stretch_range(board, slots["where"]))
        return
    target = _target(board, slots, r.Everything())
    if isinstance(target, r.SoundOf):
        target = target.target
    is_all = target in _ALL or target == r.Sort("voice")
    pictures = [e for e in (board.lead() if is_all else elements_of(board, target)) if e.has_picture]
    if not pictures:
        raise Unclear(f"{describe_target(target).capitalize()} has no picture whose sound could be replaced.")
    start = _file_ticks(slots["start"]) if "start" in slots else 0
    ids = () if is_all else tuple(e.id for e in pictures)
    board.add(ReplaceAudio(media=media, element_ids=ids, start_ticks=start))
    if is_all and music_tracks(board.now):
        board.assume("The music stays.")
    if media.media_ticks - start < pictures[-1].end_ticks - pictures[0].start_ticks:
        board.assume(f"“{media.name}” ends after {format_ticks(media.media_ticks)} and is not repeated.")


def _replace_over(board: Board, media: MediaRef, span: TimeRange) -> None:
    """Other sound for a stretch: the main track is silent there."""
    board.add(MuteRange(range=span, track_ids=tuple(t.id for t in _tracks_of(board, r.Sort("voice")))))
    board.add(
        AddAudio(media=media, at_ticks=span.start_ticks, duration_ticks=span.duration_ticks, name=media.name)
    )
    board.assume("Music and other tracks go on there.")


def plan_add_audio(board: Board, slots: Slots) -> None:
    media = find_media(board, slots["media"])
    if media is not None and (media.has_picture or media.is_still) and "sound" not in slots:
        plan_place(board, r.Place(slots["media"], slots.get("at"), slots.get("length")))
        return
    media = _sound_file(board, slots["media"])
    if "bed" in slots or ("under" in slots and not _is_placed(slots)):
        plan_music(board, r.Music(name=media.name, over=slots.get("bed"), gain_db=slots.get("gain")))
        board.made = r.Sort("music")
        return
    span = _span_of(board, slots)
    part = _file_part(board, media, slots["part"]) if "part" in slots else None
    edit = AddAudio(
        media=media,
        at_ticks=span.start_ticks,
        part=part,
        duration_ticks=span.duration_ticks if _is_bounded(slots) else None,
        gain_db=check_gain(slots.get("gain", 0)),
        fade_in_ticks=length_ticks(board, slots["fade_in"]) if "fade_in" in slots else 0,
        fade_out_ticks=length_ticks(board, slots["fade_out"]) if "fade_out" in slots else 0,
        loops="loops" in slots,
        duck_db=8.0 if "ducks" in slots else None,
        name=media.name,
    )
    board.made = r.Made((edit.element_id,), board.add(edit), media.name)
    if "gain" not in slots:
        board.assume(f"“{media.name}” is as loud as it is in its file.")
    length = part.duration_ticks if part else media.media_ticks
    if length > span.duration_ticks and "loops" not in slots:
        board.assume(f"“{media.name}” is cut where {format_ticks(span.end_ticks)} is reached.")


def _is_placed(slots: Slots) -> bool:
    return any(name in slots for name in ("at", "part", "over", "length", "until", "loops"))


def _is_bounded(slots: Slots) -> bool:
    return "length" in slots or "over" in slots or "until" in slots


def _span_of(board: Board, slots: Slots) -> TimeRange:
    """From where until where at most new sound plays."""
    end = board.end_ticks()
    if "over" in slots:
        ranges = where_ranges(board, slots["over"])
        if len(ranges) != 1:
            raise Unclear("Where should the sound begin and end?")
        return ranges[0]
    start = point_ticks(board, slots["at"]) if "at" in slots else 0
    if start >= end:
        raise Unclear(f"The video is over at {format_ticks(end)}. Where should the sound begin?")
    if "length" in slots:
        end = min(end, start + length_ticks(board, slots["length"]))
    elif "until" in slots:
        end = point_ticks(board, slots["until"], is_end=True)
    if end <= start:
        raise Unclear("The sound would end before it begins. From where to where should it play?")
    return TimeRange.between(start, end)


def _sound_file(board: Board, name: str) -> MediaRef:
    media = find_media(board, name)
    if media is None or not media.has_sound or media.is_still:
        files = ", ".join(f"“{m.name}”" for m in board.context.media if m.has_sound) or "none"
        what = f"There is no file called “{name}”" if media is None else f"“{name}” has no sound"
        raise Unclear(f"{what}. Files with sound: {files}.")
    return media


def _file_ticks(point: r.Point | r.Length) -> int:
    """A moment on the clock of a file."""
    if isinstance(point, (r.At, r.Length)) and not point.frames:
        return seconds_to_ticks(point.seconds)
    if point == r.Edge("start"):
        return 0
    raise Unclear("From which moment of the file, for example “from 0:10 of it”?")


def _file_part(board: Board, media: MediaRef, part: r.Stretch) -> TimeRange:
    match part:
        case r.Between(start, end):
            first = _file_ticks(start)
            last = media.media_ticks if end == r.Edge("end") else _file_ticks(end)
        case r.First(length):
            first, last = 0, length_ticks(board, length)
        case r.Last(length):
            first, last = media.media_ticks - length_ticks(board, length), media.media_ticks
        case _:
            raise Unclear(f"Which part of “{media.name}”, for example “0:10 to 0:25 of {media.name}”?")
    if not 0 <= first < last <= media.media_ticks:
        raise Unclear(f"“{media.name}” lasts {format_ticks(media.media_ticks)}. Which part of it is meant?")
    return TimeRange.between(first, last)


# Ducking


def plan_duck(board: Board, slots: Slots) -> None:
    target, under = _target(board, slots, r.Sort("music")), slots.get("under")
    tracks = _tracks_of(board, target)
    others = _tracks_of(board, under) if under is not None else []
    if target in _ALL:
        tracks = [t for t in tracks if t not in others]
    others = [t for t in others if t not in tracks]
    if not tracks or (under is not None and not others):
        raise Unclear("Under which other sound? Nothing makes room for itself.")
    depth = abs(float(slots["depth"])) if "depth" in slots else DUCK_DB
    if not 0 < depth <= 40:
        raise Unclear("Ducking takes a sound down by up to 40 dB. By how many?")
    if "depth" not in slots:
        board.assume(f"It gets {DUCK_DB:g} dB quieter there.")
    ids = (tuple(t.id for t in found) for found in (tracks, others))
    track_ids, under_ids = ids
    board.add(Duck(track_ids=track_ids, under_track_ids=under_ids, depth_db=depth))


def plan_remove_duck(board: Board, slots: Slots) -> None:
    ducked = [t for t in board.timeline.tracks if any(_is_ducked(e) for e in t.elements)]
    if "what" in slots:
        named = _tracks_of(board, _target(board, slots, r.Sort("music")))
        ducked = [t for t in ducked if t in named]
    if not ducked:
        raise Unclear("Nothing there is ducked. What should get louder?")
    board.add(RemoveDuck(track_ids=tuple(t.id for t in ducked)))
    if {t.id for t in ducked} <= {t.id for t in music_tracks(board.timeline)}:
        board.made = r.Sort("music")


def _is_ducked(element: Element) -> bool:
    return any(isinstance(e, DuckEffect) for e in element.effects)


def _tracks_of(board: Board, target: r.Target) -> list[Track]:
    heard = {e.id for e in heard_elements(board, target)}
    return [t for t in board.timeline.tracks if any(e.id in heard for e in t.elements)]


# Loudness and noise


def plan_normalise(board: Board, slots: Slots) -> None:
    """The mix as a whole, unless single things are named or should be as loud as each other."""
    from cuttingroom.planners.loudness import measure_elements, measure_mix

    target = _target(board, slots, r.Everything())
    lufs = _target_lufs(board, slots)
    if target in _ALL and "each" not in slots:
        mix = measure_mix(board.timeline, board.context.loudness)
        if mix is None:
            raise Unclear("How loud the mix is is not known: its files were not measured, or it is silent.")
        board.add(NormaliseLoudness(target_lufs=lufs, whole=True, mix_lufs=mix))
    else:
        elements = heard_elements(board, _every_clip(board) if target in _ALL else target)
        ids = tuple(e.id for e in elements)
        measured = tuple(measure_elements(board.timeline, ids, board.context.loudness))
        board.add(NormaliseLoudness(element_ids=ids, target_lufs=lufs, measured=measured))


def _every_clip(board: Board) -> r.Target:
    return r.AllClips() if any(e.has_sound for e in board.lead()) else r.Sort("sound")


def _target_lufs(board: Board, slots: Slots) -> float:
    if "db" in slots:
        board.assume(
            f"{float(slots['db']):g} dB is read as {float(slots['db']):g} LUFS: loudness, not peaks."
        )
    elif "lufs" not in slots:
        board.assume(f"The loudness to reach is {TARGET_LUFS:g} LUFS.")
        return TARGET_LUFS
    lufs = -abs(float(slots["lufs"] if "lufs" in slots else slots["db"]))
    if not -40 <= lufs <= -5:
        raise Unclear("Loudness is usually between -23 and -14 LUFS. Which one?", ("-14 LUFS", "-16 LUFS"))
    return lufs


def plan_denoise(board: Board, slots: Slots) -> None:
    target = _target(board, slots, r.Sort("voice"))
    elements = heard_elements(board, r.Sort("voice") if target in _ALL else target)
    reduction = abs(float(slots["amount"])) if "amount" in slots else DENOISE_DB
    reduction = 6.0 if "bit" in slots else 24.0 if "strong" in slots else reduction
    if not 1 <= reduction <= 40:
        raise Unclear("Noise can be taken down by 1 to 40 dB. By how many?")
    if "amount" not in slots:
        board.assume(f"Steady noise goes down by {reduction:g} dB.")
    board.add(Denoise(element_ids=tuple(e.id for e in elements), reduction_db=reduction))


# Bleeps and muted words


def plan_bleep(board: Board, slots: Slots) -> None:
    ranges = _places(board, slots)
    tracks = muted_tracks(board, slots["what"]) if "what" in slots else ()
    edit = BleepRange(ranges=ranges, track_ids=tracks, frequency_hz=slots.get("tone", 1000))
    board.add(edit)


def plan_mute_words(board: Board, slots: Slots) -> None:
    tracks = muted_tracks(board, slots["what"]) if "what" in slots else ()
    board.add(MuteRange(ranges=_places(board, slots), track_ids=tracks))


def _places(board: Board, slots: Slots) -> tuple[TimeRange, ...]:
    """Where words are said, with a little air, or the stretches that were named."""
    stretches = (*slots.get("words", ()), *slots.get("where", ()))
    if not stretches:
        raise Unclear("Which words, or which stretch of time?")
    end = board.end_ticks()
    found: list[TimeRange] = []
    for stretch in stretches:
        air = _WORD_AIR_TICKS if isinstance(stretch, r.Spoken) else 0
        found += [
            TimeRange.between(max(0, span.start_ticks - air), min(end, span.end_ticks + air))
            for span in where_ranges(board, stretch)
        ]
    return tuple(merge_ranges(found))
