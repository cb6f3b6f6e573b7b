"""Which clips, tracks and other things a request means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress

from cuttingroom.core.time import TimeRange
from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.timeline.edits.base import MediaRef
from cuttingroom.timeline.edits.looking import shows_picture
from cuttingroom.timeline.model import Element, TextSource, Timeline, Track, TrackKind
from cuttingroom.timeline.ripple import find_lead_track

_MUSIC_NAMES = re.compile(r"music|\bbed\b|soundtrack|score|song", re.IGNORECASE)
_VOICE_NAMES = re.compile(r"voice|narrat|\bvo\b|dialog|speech", re.IGNORECASE)


def describe_clips(board: Board) -> str:
    clips = board.lead(board.group_timeline)
    if not clips:
        return "The video has no clips."
    names = [f"{n} {e.name}".strip() for n, e in enumerate(clips[:9], 1)]
    more = ", ..." if len(clips) > 9 else ""
    when = "By then the" if clips != board.lead(board.now) else "The"
    return f"{when} video has {_count(len(clips), 'clip')}: {', '.join(names)}{more}."


def _count(number: int, noun: str) -> str:
    return f"{'one' if number == 1 else number} {noun}{'' if number == 1 else 's'}"


def find_clips(board: Board, ref: r.ClipRef) -> tuple[Element, ...]:
    """The pieces that the clip has become by now, in order. Raises Unclear when there is no such clip, or
    none left.

    Numbers, first and last mean the timeline that the person sees, and after a "then" what is there by then.
    Names mean all that is left of the clip that the person sees, or one that came in before the "then".
    """
    return _pieces_of(board, ref, _named_clips(board, ref))


def each_clip(board: Board, ref: r.ClipRef) -> list[tuple[Element, ...]]:
    """As `find_clips`, the pieces of each clip by themselves: of all clips those of which something is
    left."""
    if not isinstance(ref, r.AllClips):
        return [find_clips(board, ref)]
    found: list[tuple[Element, ...]] = []
    for clip in _named_clips(board, ref):
        with suppress(Unclear):
            found.append(_pieces_of(board, ref, [clip]))
    return found or [find_clips(board, ref)]


def _pieces_of(board: Board, ref: r.ClipRef, original: Sequence[Element]) -> tuple[Element, ...]:
    ids = tuple(e.id for e in original)
    seen = {e.id for e in board.lead(board.now)}
    start = 0 if isinstance(ref, r.ClipName) and seen.issuperset(ids) else board.group
    for clock in board.clocks[start:]:
        ids = clock.follow(ids)
    if not ids:
        raise Unclear(
            "Nothing of this clip is left after the other changes of this request. What should happen?"
        )
    by_id = {e.id: e for e in board.lead()}
    return tuple(sorted((by_id[i] for i in dict.fromkeys(ids) if i in by_id), key=lambda e: e.start_ticks))


def _named_clips(board: Board, ref: r.ClipRef) -> Sequence[Element]:
    clips = board.lead(board.group_timeline)
    match ref:
        case r.AllClips():
            if not clips:
                raise Unclear(describe_clips(board))
            return clips
        case r.OnlyClip():
            if len(clips) != 1:
                raise Unclear(
                    f"Which clip? {describe_clips(board)}",
                    tuple(f"clip {n}" for n in range(1, len(clips) + 1))[:6],
                )
            return clips
        case r.MiddleClip():
            if len(clips) % 2 == 0:
                raise Unclear(f"No clip is in the middle. {describe_clips(board)}")
            return [clips[len(clips) // 2]]
        case r.EveryOf(count):
            if len(clips) != count:
                raise Unclear(f"Which {count} clips? {describe_clips(board)}")
            return clips
        case r.ThatClip():
            return _named_clips(board, _that_clip(board))
        case r.ClipNumber(number):
            if abs(number) > len(clips):
                which = str(number) if number > 0 else "at all" if number == -1 else "so far from the end"
                raise Unclear(f"There is no clip {which}. {describe_clips(board)}")
            found = clips[number - 1 if number > 0 else number]
            _tell_number(board, number, found)
            return [found]
        case r.ClipName(name):
            seen = board.lead(board.now)
            return _clips_called(board, seen if any(same_name(e.name, name) for e in seen) else clips, name)


def _that_clip(board: Board) -> r.ClipRef:
    """The clip that the sentence was about; the only one where it was about nothing."""
    topic = board.topic
    if isinstance(topic, (r.ClipNumber, r.ClipName, r.MiddleClip, r.OnlyClip)):
        board.assume(f"That is about {describe_target(topic)}.")
        return topic
    return r.OnlyClip()


def _tell_number(board: Board, number: int, found: Element) -> None:
    """List which clip a number means where the part before a "then" changed what the numbers count."""
    before = board.lead(board.now)
    same = before[number - 1] if 0 < number <= len(before) else None
    if number < 0 or (same and (same.id, same.duration_ticks) == (found.id, found.duration_ticks)):
        return
    name = f" “{found.name}”" if found.name else ""
    board.assume(
        f"After “then”, clip {number} is the one{name} that plays at {found.range} of the video as it is by "
        f"then."
    )


def _clips_called(board: Board, clips: Sequence[Element], name: str) -> Sequence[Element]:
    found = [e for e in clips if same_name(e.name, name)]
    if not found:
        raise Unclear(f"There is no clip called “{name}”. {describe_clips(board)}")
    if len(found) > 1:
        places = ", ".join(f"clip {1 + clips.index(e)}" for e in found)
        raise Unclear(f"There are {len(found)} clips called “{name}”: {places}. Which one?")
    return found


def same_name(one: str, other: str) -> bool:
    """Equal but for case and, where one has none, the extension."""
    one, other = one.strip().lower(), other.strip().lower()
    stem = re.compile(r"\.\w{2,4}$")
    if stem.search(one) and stem.search(other):
        return one == other
    return bool(one) and stem.sub("", one) == stem.sub("", other)


def find_clip(board: Board, ref: r.ClipRef) -> Element:
    """The one piece that a clip is. Raises Unclear when it is several by now."""
    found = find_clips(board, ref)
    if len(found) != 1:
        raise Unclear("This clip is in several pieces after the other changes. Which piece is meant?")
    return found[0]


def find_media(board: Board, name: str) -> MediaRef | None:
    found = [m for m in board.context.media if same_name(m.name, name)]
    if len(found) > 1:
        raise Unclear(f"There are {len(found)} files called “{name}”. Which one?")
    return found[0] if found else None


def music_tracks(timeline: Timeline) -> list[Track]:
    """Tracks that are named after music, else those that keep their place while the video is cut."""
    heard = [t for t in timeline.tracks if t.kind is TrackKind.AUDIO and t.elements]
    named = [t for t in heard if _MUSIC_NAMES.search(t.name)]
    return named or [t for t in heard if not t.follows_ripple]


def tracks_of(timeline: Timeline, sort: r.SortName) -> list[Track]:
    """The tracks that hold this sort of thing; may be empty."""
    match sort:
        case "music":
            return music_tracks(timeline)
        case "titles":
            return [t for t in timeline.tracks if t.kind is TrackKind.OVERLAY and t.elements]
        case "captions":
            return [t for t in timeline.tracks if t.kind is TrackKind.CAPTIONS and t.elements]
        case "voice":
            named = [
                t
                for t in timeline.tracks
                if t.kind is TrackKind.AUDIO and _VOICE_NAMES.search(t.name) and t.elements
            ]
            lead = find_lead_track(timeline)
            return named or ([lead] if lead and any(e.has_sound for e in lead.elements) else [])
        case "sound":
            return [t for t in timeline.tracks if any(e.has_sound for e in t.elements)]
        case "overlays":
            over = [t for t in timeline.tracks if t.kind is TrackKind.OVERLAY]
            return [t for t in over if any(shows_picture(e) for e in t.elements)]
        case "picture":
            return [t for t in timeline.tracks if any(e.has_picture for e in t.elements)]


_ABSENT = {
    "music": "There is no music on the timeline. Should some be added?",
    "titles": "There are no titles on the timeline.",
    "captions": "There are no captions on the timeline.",
    "voice": "The video has no sound of its own.",
    "sound": "Nothing on the timeline has sound.",
    "picture": "Nothing on the timeline has a picture.",
    "overlays": "No logo and no other picture lies over the video.",
}


def elements_of(board: Board, target: r.Target) -> tuple[Element, ...]:
    """All elements that a target means, in order of time. Raises Unclear when there are none."""
    match target:
        case r.Sort(name):
            tracks = tracks_of(board.timeline, name)
            elements = [e for t in tracks for e in t.elements]
            if name == "titles":
                elements = [e for e in elements if isinstance(e.source, TextSource)]
            if name == "overlays":
                elements = [e for e in elements if shows_picture(e)]
            if name in ("voice", "sound", "music"):
                elements = [e for e in elements if e.has_sound]
            if not elements:
                raise Unclear(_ABSENT[name])
            return tuple(sorted(elements, key=lambda e: e.start_ticks))
        case r.TitleText(text):
            return (_title_saying(board, text),)
        case r.Everything():
            return board.lead()
        case r.It():
            return elements_of(board, follow_it(board))
        case r.Several(targets):
            found = {e.id: e for t in targets for e in elements_of(board, t)}
            return tuple(sorted(found.values(), key=lambda e: e.start_ticks))
        case r.SoundOf(thing):
            return tuple(e for e in elements_of(board, thing) if e.has_sound)
        case r.Made(ids):
            found = [board.timeline.find_element(i) for i in ids]
            return tuple(pair[1] for pair in found if pair is not None)
        case r.AllBut(targets, among):
            spared = {e.id for t in targets for e in elements_of(board, t)}
            found = {e.id: e for e in elements_of(board, among) if e.id not in spared}
            if not found:
                raise Unclear("Nothing else is heard.")
            return tuple(found.values())
        case _:
            return find_clips(board, target)


def _title_saying(board: Board, text: str) -> Element:
    titles = [e for t in board.timeline.tracks for e in t.elements if isinstance(e.source, TextSource)]
    found = [e for e in titles if isinstance(e.source, TextSource) and e.source.text.lower() == text.lower()]
    if len(found) != 1:
        known = ", ".join(f"“{e.source.text}”" for e in titles if isinstance(e.source, TextSource)) or "none"
        raise Unclear(
            f"{'Several titles say' if found else 'No title says'} “{text}”. The titles are: {known}."
        )
    return found[0]


def follow_it(board: Board) -> r.Target:
    """What "it" means: the thing that the sentence was about, else the whole video."""
    if isinstance(board.topic, TimeRange):
        raise Unclear("Does “it” mean that part or the whole video?", ("that part", "the whole video"))
    if isinstance(board.topic, r.TitleText):
        what = describe_target(board.topic)
        raise Unclear(f"Does “it” mean {what} or the whole video?", (what, "the whole video"))
    if board.topic is None:
        return r.Everything()
    board.assume(f"“it” means {describe_target(board.topic)}.")
    return board.topic


def describe_target(target: r.Target) -> str:
    match target:
        case r.Sort(name):
            return {"voice": "the voices", "picture": "the picture", "overlays": "what lies over it"}.get(
                name, f"the {name}"
            )
        case r.ClipNumber(number):
            if number > 0:
                return f"clip {number}"
            return "the last clip" if number == -1 else f"clip {-number} from the end"
        case r.ClipName(name):
            return f"“{name}”"
        case r.TitleText(text):
            return f"the title “{text}”"
        case r.AllClips() | r.EveryOf():
            return "the clips"
        case r.MiddleClip():
            return "the middle clip"
        case r.OnlyClip() | r.ThatClip():
            return "the clip"
        case r.Several(targets):
            return " and ".join(describe_target(t) for t in targets)
        case r.Made(name=name):
            return f"“{name}”"
        case r.SoundOf(thing):
            return f"the sound of {describe_target(thing)}"
        case r.AllBut(targets):
            return "all but " + " and ".join(describe_target(t) for t in targets)
        case _:
            return "the whole video"


def heard_elements(board: Board, target: r.Target) -> list[Element]:
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


def muted_tracks(board: Board, target: r.Target) -> tuple[str, ...]:
    """The tracks to silence for a while; none means all."""
    if isinstance(target, r.It):
        target = follow_it(board)
    if target in (r.Everything(), r.Sort("sound")):
        return ()
    if not isinstance(target, r.Sort):
        raise Unclear("Should only this clip be silent in that time, or everything?")
    heard = {e.id for e in heard_elements(board, target)}
    return tuple(t.id for t in board.timeline.tracks if any(e.id in heard for e in t.elements))
