"""Green screens, and what is put behind them."""

from __future__ import annotations

from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.planners.rules.frames.frame import Frame, Slots
from cuttingroom.planners.rules.frames.looks import WHAT, topic
from cuttingroom.planners.rules.plans.looks import pictures
from cuttingroom.planners.rules.plans.order import describe_files
from cuttingroom.planners.rules.plans.pictures import ids_of
from cuttingroom.planners.rules.targets import find_media
from cuttingroom.timeline.edits.base import MediaRef
from cuttingroom.timeline.edits.chroma_key import ChromaKey
from cuttingroom.timeline.effects import ChromaKey as Key

_SCREENS = {"green": "#00b140", "blue": "#0047bb"}
"""What screens are painted in: Chroma Key Green and Chroma Key Blue."""


def _key(board: Board, slots: Slots) -> None:
    screen = slots.get("screen", "green").split()[0].removesuffix("screen")
    colour = slots.get("colour") or _SCREENS.get(screen, _SCREENS["green"])
    background = _background(board, slots)
    elements = pictures(board, slots)
    board.add(ChromaKey(element_ids=ids_of(elements), colour=colour, background=background))
    board.assume(f"The screen is taken for {colour}; say another colour if it is not quite that.")


def _background(board: Board, slots: Slots) -> MediaRef | str | None:
    if "media" in slots:
        media = find_media(board, slots["media"])
        if media is None:
            known = describe_files(board)
            raise Unclear(f"There is no file called “{slots['media']}”. {known} `--with FILE` brings one in.")
        return media
    return slots.get("behind_colour")


def _put_behind(board: Board, slots: Slots) -> None:
    """A background for what is keyed: by an earlier item of this plan, or on the timeline already."""
    background = _background(board, slots)
    for position in range(len(board.items), 0, -1):
        tool = board.trials[position - 1].tool
        if isinstance(tool, ChromaKey):
            board.amend(position, tool.model_copy(update={"background": background}))
            return
    keyed = [e for e in board.lead() if any(isinstance(x, Key) for x in e.effects)]
    if not keyed:
        raise Unclear(
            "Behind what? Nothing in the video is see-through. Is there a green screen to remove?",
            ("remove the green screen and put it behind",),
        )
    key = next(x for x in keyed[0].effects if isinstance(x, Key))
    board.add(
        ChromaKey(
            element_ids=ids_of(keyed),
            colour=key.colour,
            similarity=key.similarity,
            blend=key.blend,
            background=background,
        )
    )


def _ask_for_screen(_board: Board, slots: Slots) -> None:
    behind = f" and put {slots['media']} behind" if "media" in slots else ""
    raise Unclear(
        "Only a background of one plain colour can be taken out, such as a green screen. Is it one?",
        (f"remove the green screen{behind}", f"remove the blue screen{behind}"),
    )


_AWAY = "remove|key|key out|cut|cut out|take out|knock out|get rid of|replace|swap|swap out|drop|delete|erase"
_SOUNDS = (".mp3", ".wav", ".m4a", ".ogg", ".flac", ".aac")


FRAMES = (
    Frame(
        "chroma_key",
        says=(
            f"({_AWAY}|make|turn) * (transparent|see-through|see through)",
            "(chroma key|chromakey|chroma-key)",
            f"({_AWAY})",
        ),
        slots={
            "screen": "<green screen|greenscreen|blue screen|bluescreen|green background|blue background"
            "|green-screen|blue-screen|green|blue>",
            "media": (
                "[and] [put|place|show|use] (with|by|for) MEDIA [behind|as background|as new background]",
                "[and] (put|place|show|use|have) MEDIA [in|as] [behind|underneath|instead|background]",
            ),
            "behind_colour": "(with|by) [plain|solid] COLOUR [behind|background]",
            "colour": "HEX [screen|background|backdrop]",
            "what": WHAT,
        },
        plan=_key,
        requires=("screen|colour",),
        glue="out behind me him her them us background backdrop it",
        topic=topic,
    ),
    Frame(
        "put_behind",
        says=("(put|place|show|use|add|have|set|with)",),
        slots={
            "media": "MEDIA",
            "behind_colour": "[plain|solid] COLOUR [background]",
            "behind": "(behind|underneath|as background|in background|background|as new background)",
        },
        plan=_put_behind,
        requires=("media|behind_colour", "behind"),
        accepts=lambda slots: not str(slots.get("media", "")).lower().endswith(_SOUNDS),
        glue="me him her them us it subject person instead there new in as",
    ),
    Frame(
        "replace_background",
        says=(
            "(replace|change|swap|remove|blur|cut out|delete|take out) * background",
            "(remove|cut out) * from background",
        ),
        slots={"media": "[with|by|to|for] MEDIA", "what": WHAT},
        plan=_ask_for_screen,
        glue="behind me him her them us of",
    ),
)  # fmt: skip
