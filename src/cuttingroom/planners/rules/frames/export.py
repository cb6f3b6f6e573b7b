"""Frames for what becomes of the video: its form, its size, how large the file may be, and into how many.

They make no items: what is said is wished for, and the render at the end of the plan fulfils it, so that
several clauses may say one thing each."""

from __future__ import annotations

from difflib import get_close_matches
from functools import partial
from typing import Any

from cuttingroom.core.time import TimeRange, format_ticks
from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.planners.rules.frames.export_words import (
    GLUE,
    INSTAGRAM,
    LIMITING,
    OTHER_FORMATS,
    PROFILES,
    RECEIVERS,
    SLOTS,
)
from cuttingroom.planners.rules.frames.frame import Frame, Slots
from cuttingroom.planners.rules.places import length_ticks, stretch_range
from cuttingroom.tools.parts import MOST_PARTS, Parts


def wish_render(board: Board, slots: Slots, profile: str | None = None) -> None:
    """Add what was said to the wishes. Raises Unclear for what no render can be, or for a contradiction."""
    fields: dict[str, Any] = {"profile": profile} if profile is not None else {}
    if "other" in slots or "platform" in slots:
        fields["profile"] = _other_profile(slots)
    if "limit" in slots:
        fields["max_megabytes"] = slots["limit"]
    fields |= _size(board, slots)
    if slots.keys() & {"parts", "every", "longest", "division", "apart"}:
        fields["parts"] = _parts(board, slots)
    if "range" in slots:
        fields["range"] = _range(board, slots["range"])
    board.wishes.add(board.said, **fields)


def _other_profile(slots: Slots) -> str:
    """A profile of the person's own; whether there is one is known when the plan is judged."""
    if "platform" in slots:
        raise Unclear(
            f"There is no profile for {slots['platform']}. Which one should it be? Files as mp4 play "
            "everywhere.",
            ("as mp4", "for youtube", "for tiktok"),
        )
    word = str(slots["other"])
    if word in OTHER_FORMATS:
        raise Unclear(
            f"No profile that comes along makes {word} files. Which one should it be?",
            tuple(f"as {name}" for name in OTHER_FORMATS[word]),
        )
    near = get_close_matches(word, PROFILES, n=1, cutoff=0.8)
    if near and near[0] != word:
        raise Unclear(f"There is no profile “{word}”. Is {near[0]} meant?", (f"as {near[0]}",))
    return word


def _size(board: Board, slots: Slots) -> dict[str, int]:
    """Width and height in pixels. "720p" is the shorter side, whichever way up the video is."""
    fields: dict[str, int] = {name: slots[name] for name in ("width", "height") if name in slots}
    if "sides" in slots:
        fields["width"], fields["height"] = slots["sides"]
    if "lines" in slots:
        settings = board.timeline.settings
        board.assume(f"The shorter side of the picture gets {slots['lines']} pixels.")
        fields["height" if settings.height <= settings.width else "width"] = slots["lines"]
    for name, pixels in fields.items():
        if pixels % 2 or not 16 <= pixels <= 8192:
            even = (pixels - 1, pixels + 1) if pixels % 2 else (16, 8192)
            raise Unclear(
                f"A {name} in pixels is even, as halved colour needs, and from 16 to 8192. {pixels} is not.",
                tuple(f"{value} pixels" for value in even),
            )
    return fields


def _parts(board: Board, slots: Slots) -> Parts:
    if "every" in slots or "longest" in slots:
        return Parts(every_ticks=length_ticks(board, slots.get("every") or slots["longest"]))
    if "parts" not in slots:
        raise Unclear(
            "How many parts should there be, or how long may one be?",
            ("in 3 parts", "in parts of 10 minutes"),
        )
    count = int(slots["parts"])
    if not 2 <= count <= MOST_PARTS:
        raise Unclear(f"A video can be made in 2 to {MOST_PARTS} parts. How many are meant?")
    return Parts(n=count)


def _range(board: Board, stretch: r.Stretch) -> TimeRange:
    found = stretch_range(board, stretch)
    board.assume(f"Only {found} is rendered, {format_ticks(found.duration_ticks)}.")
    return found


def _wish_sound(board: Board, slots: Slots) -> None:
    wish_render(board, slots, "audio")
    board.assume("The sound is an AAC file (.m4a); say mp3 or wav for another.")


def _ask_instagram(_board: Board, _slots: Slots) -> None:
    raise Unclear(
        "Instagram shows reels upright and posts square. Which one is meant?",
        ("for reels", "as a square post"),
    )


def _profile_frame(profile: str, names: str) -> Frame:
    """What is asked for by the name of a form alone, or with any verb."""
    return Frame(
        f"export_{profile}",
        says=(f"({names})",),
        slots={name: said for name, said in SLOTS.items() if name != "other"},
        plan=partial(wish_render, profile=profile),
        glue=f"{GLUE} {RECEIVERS} audio sound music picture extract rip convert turn animated short",
    )


FRAMES = (
    Frame(
        "export",
        says=("(render|export|rendering|exporting|output|encode|renders|exports)",),
        slots=SLOTS,
        plan=wish_render,
        glue=f"{GLUE} {RECEIVERS}",
    ),
    *(_profile_frame(profile, names) for profile, names in PROFILES.items()),
    Frame(
        "export_limited",
        says=(
            "(has|have|needs|need|must|should|ought|gotta|got) [to] (be|stay|fit|come|go|end up)",
            "(keep|get|make|bring|squeeze|compress|shrink|fit|reduce)",
            "(file size|filesize)",
            f"({LIMITING})",
        ),
        slots={
            **{name: said for name, said in SLOTS.items() if name != "limit"},
            "limit": (*SLOTS["limit"], "[<to|in|into|at|of|is>] MEGABYTES [max|tops]"),
        },
        plan=wish_render,
        requires=("limit",),
        glue=f"{GLUE} {RECEIVERS} can takes take accepts accept allows because cause limit limits is down "
        "output under",
    ),
    Frame(
        "export_audio",
        says=(
            "(render|export|save|extract|rip|give me|get me|grab) * (audio|sound) [only|track|file]",
            "(audio file|sound file|audio version)",
        ),
        slots={name: SLOTS[name] for name in ("range", "limit", "parts", "every", "longest", "apart")},
        plan=_wish_sound,
        glue=f"{GLUE} only from out track alone by itself",
    ),
    Frame("export_instagram", says=(f"({INSTAGRAM})",), slots=SLOTS, plan=_ask_instagram, glue=GLUE),
    Frame(
        "export_parts",
        says=("(split|cut|divide|break|chop|slice) * (export|render|save) [each|all|them]",),
        slots=SLOTS,
        plan=wish_render,
        requires=("parts|every|longest",),
        glue=f"{GLUE} every equal up",
    ),
    Frame(
        "export_save",
        says=("(save|give|produce|download|deliver|create)",),
        slots={name: said for name, said in SLOTS.items() if name not in ("other", "range")},
        plan=wish_render,
        requires=("limit|lines|sides|parts|every|longest",),
        glue=f"{GLUE} {RECEIVERS}",
    ),
)
