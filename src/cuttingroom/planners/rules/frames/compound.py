"""Frames for a length to tighten to, the beat of a song, words to begin and end with, and what is said beside
a request."""

from __future__ import annotations

from collections.abc import Sequence

from cuttingroom.core.errors import InvalidInput
from cuttingroom.core.time import format_ticks
from cuttingroom.planners.base import Need
from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.planners.rules.frames.frame import TIME, Frame, Slots
from cuttingroom.planners.rules.frames.talks import CUT, LISTENS, SAYS, add_chosen, asked
from cuttingroom.planners.rules.places import length_ticks
from cuttingroom.planners.rules.targets import find_media, music_tracks
from cuttingroom.planners.spoken import Talk, choose_beats, choose_chapters
from cuttingroom.planners.tightening import choose_tight
from cuttingroom.timeline.edits.add_chapters import AddChapters, ChapterStart
from cuttingroom.timeline.edits.base import MediaRef

_WHOLE = (
    "it this that whole thing entire talk interview podcast speech recording long total length of "
    "video movie film clip footage everything all"
)
_BEFORE_WORDS, _AFTER_WORDS = "(before|until|up to) TEXT", "(after|past|following) TEXT"
_CUT_GLUE = "everything all out off away anything words word that comes part parts video it"
_MATCH = "(cut|edit|sync|synchronise|synchronize|match|align|snap)"
_SYNC = "(cut|edit|sync|synchronise|synchronize|match|align|snap|time|set|change|switch|fit|put|make)"


def _plan_tight(board: Board, slots: Slots) -> None:
    target = length_ticks(board, slots["target"])
    add_chosen(board, lambda talk: choose_tight(talk, target))


def _plan_beat(board: Board, slots: Slots) -> None:
    per_clip = slots.get("count")
    if per_clip is not None and not 1 <= per_clip <= 64:
        raise Unclear("After how many beats should the next clip come?", ("1", "2", "4"))
    song = _find_song(board, slots.get("song"))
    try:
        choice = choose_beats(board.context, board.timeline, song, per_clip)
    except InvalidInput as error:
        raise asked(error) from error
    board.cite("beats", song.artifact_id)
    board.add(choice.edit, " ".join(choice.notes))
    for note in choice.notes:
        board.assume(note)


def _plan_chapters(board: Board, _: Slots) -> None:
    talk = Talk(board.context, board.timeline)
    try:
        found = choose_chapters(talk)
    except InvalidInput as error:
        raise asked(error) from error
    chapters = tuple(ChapterStart(at_ticks=at, name=name) for at, name in found)
    replaces = any(m.kind == "chapter" for m in board.timeline.markers)
    for artifact_id in talk.files:
        if artifact_id in board.context.transcripts:
            board.cite("transcript", artifact_id)
    board.add(AddChapters(chapters=chapters, replaces=replaces))
    told = ", ".join(f"{format_ticks(at)} “{name}”" for at, name in found)
    why = "Chapters begin where the subject changes" if len(found) > 1 else "The subject does not change"
    board.assume(f"{why}; names are words that are said there: {told}.")


def _find_song(board: Board, name: str | None) -> MediaRef:
    """The song that is meant: the one named, the one that plays, or the only one there is."""
    songs = [m for m in board.context.media if m.has_sound and not m.has_picture]
    if name is not None:
        media = find_media(board, name)
        if media is None:
            raise Unclear(f"There is no file called “{name}” in this project.", _names(songs))
        return media
    played = {a for t in music_tracks(board.timeline) for e in t.elements for a in e.artifact_ids}
    meant = [m for m in songs if m.artifact_id in played] or songs
    if len(meant) != 1:
        raise Unclear("To the beat of which song?", _names(meant))
    return meant[0]


def _names(media: Sequence[MediaRef]) -> tuple[str, ...]:
    return tuple(m.name for m in media[:6] if m.name)


def _cut_to_words(slots: Slots) -> r.Reading:
    parts: list[r.Stretch] = []
    if "before" in slots:
        parts.append(r.Between(r.Edge("start"), r.SpokenPoint(slots["before"])))
    if "after" in slots:
        parts.append(r.Between(r.SpokenPoint(slots["after"], is_end=True), r.Edge("end")))
    return r.Cut(tuple(parts))


def _cut_them(_: Slots) -> r.Reading:
    return r.Cut((r.Vague("start"),))


def _plan_explanation(board: Board, _: Slots) -> None:
    board.assume("The plan says what goes and why.")


def _plan_remark(board: Board, _: Slots) -> None:
    board.assume(f"“{board.said}” is taken for an explanation, not for a request.")


FRAMES = (
    Frame(
        "tighten",
        says=(
            "(get|bring|tighten|condense|boil|whittle|squeeze|pare|slim) * down",
            "(tighten|condense|summarise|summarize|squeeze|compress|abridge)",
            "tighten * up",
        ),
        slots={
            "target": (
                "(to|into|under|below|within) [about|around|just|only|roughly|at most|under|below] LENGTH",
                "<no longer than|less than|at most|under|not more than|no more than> LENGTH",
            ),
            "how": "by (cutting|removing|dropping) (pauses|silences|fillers|sentences|pauses and fillers)",
        },
        plan=_plan_tight,
        step=TIME,
        needs=LISTENS,
        requires=("target",),
        glue=_WHOLE,
    ),
    Frame(
        "shorter_version",
        says=("(make|create|give me|i want|i need|need|want) * (version|cut|edit|summary)",),
        slots={"target": ("[of|in] LENGTH [long]", "(under|below) LENGTH")},
        plan=_plan_tight,
        step=TIME,
        needs=LISTENS,
        requires=("target",),
        glue=_WHOLE,
    ),
    Frame(
        "cut_to_beat",
        says=(
            f"{_SYNC} * (beat|beats)",
            f"{_MATCH} * (to|with|on) (music|song|rhythm|tempo)",
            "(beat sync|beat match|beatsync|beat-sync)",
        ),
        slots={
            "song": (
                "[of|to|in|with|from] [song|music|track|tune] MEDIA",
                "[of|to|in|with|from] [song|music|track|tune] TEXT",
            ),
            "count": (
                "(every|each|after) COUNT",
                "COUNT (beat|beats) (per|each|for each|for every) (clip|shot|cut)",
            ),
        },
        plan=_plan_beat,
        step=TIME,
        needs=frozenset({Need.BEATS, Need.SCENES}),
        glue="to on with of in falls fall land lands so that per each every should be cuts cut clips clip "
        "edits transitions shots video it this footage all song music track tune soundtrack background",
    ),
    Frame(
        "auto_chapters",
        says=(
            "(add|make|create|generate|find|put|insert|set) * (chapters|chapter markers|chapter marks)",
            "(divide|split|break|cut|separate) * (chapters)",
            "(auto chapters|auto-chapters|autochapters|automatic chapters|chapter it)",
        ),
        slots={"how": "[by] (topic|topics|subject|subjects|theme|themes|yourself)"},
        plan=_plan_chapters,
        needs=LISTENS,
        glue=f"{_WHOLE} automatic automatically auto in into up by for to based on what is said some with "
        "titles names where when subject topic changes new",
    ),
    Frame(
        "cut_up_to_words",
        says=(CUT,),
        slots={"before": _BEFORE_WORDS, "after": _AFTER_WORDS},
        reading=_cut_to_words,
        step=TIME,
        requires=("before",),
        glue=_CUT_GLUE,
    ),
    Frame(
        "cut_from_words",
        says=(CUT,),
        slots={"after": _AFTER_WORDS},
        reading=_cut_to_words,
        step=TIME,
        requires=("after",),
        glue=_CUT_GLUE,
    ),
    Frame(
        "begin_with_words",
        says=("(start|begin|starts|begins|make it start|make it begin)",),
        slots={
            "before": (
                "(at|with|from|on) [words|where|when] TEXT",
                f"[at|with|from] [where|when] {SAYS} TEXT",
            )
        },
        reading=_cut_to_words,
        step=TIME,
        requires=("before",),
        glue="it video everything words line",
    ),
    Frame(
        "end_with_words",
        says=("(end|ends|finish|stop|make it end|make it stop)",),
        slots={
            "after": (
                "(at|with|after|on) [words|where|when] TEXT",
                f"[at|with|after] [where|when] {SAYS} TEXT",
            )
        },
        reading=_cut_to_words,
        step=TIME,
        requires=("after",),
        glue="it video everything words line",
    ),
    Frame(
        "explain",
        says=(
            "(tell|show) [me] (what|which) [ones] (went|goes|go|you cut|you removed)",
            "(tell|show) [me] (what|which) [ones] (is|was|were) (cut|removed)",
            "(you|please) (choose|decide|pick) [which|what]",
            "explain [your] (choices|why|what you cut|what went)",
        ),
        plan=_plan_explanation,
        glue="ones parts each every why and",
    ),
    Frame(
        "remark",
        says=(
            "(i|we|he|she|they) (said|say|repeat|repeated|read) * (twice|again|several times|two times)",
            "(i|we|he|she|they) (messed|screwed) up",
            "there are [some|a few|several|many] (repeats|retakes|mistakes|ums|pauses)",
        ),
        plan=_plan_remark,
        glue="one two some sentence sentences line lines part parts it that a few things in",
    ),
    Frame(
        "cut_them",
        says=("(cut|remove|delete|touch|change) [out] (them|anything|any|those)",),
        reading=_cut_them,
        step=TIME,
    ),
)
