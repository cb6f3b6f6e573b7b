"""Music beds in freer words than the core grammar knows."""

from __future__ import annotations

from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.frames.frame import Frame, Slots

_MUSIC = "(music|background music|soundtrack|bed|tune|backing track|music bed|music track|track|score|song)"


def _music(slots: Slots) -> r.Reading:
    moods = slots.get("mood", ())
    return r.Music(
        mood=moods[0] if moods else None,
        instrument=slots.get("instrument"),
        over=slots.get("over", r.It() if slots.get("under") == r.It() else None),
        start=slots.get("start"),
        gain_db=slots.get("gain"),
        ducks=False if "steady" in slots else True if "ducks" in slots else None,
    )


FRAMES = (
    Frame(
        "music",
        says=(
            f"(add|put|make|compose|create|lay|write|generate|give|need|want|have|play|use) * {_MUSIC}",
            f"{_MUSIC}",
            "(add|put|lay|play) * (piano|guitar|strings|bells|pad|pads)",
        ),
        slots={
            "mood*": "MOOD [sounding|feeling]",
            "instrument": "INSTRUMENT",
            "over": "[under|underneath|beneath|behind|over|below|for|in|throughout|to] STRETCH",
            "start": "[starting|beginning] (from|at) POINT",
            "gain": "[at] DB",
            "ducks": "([with] (ducking|ducked)|and duck) [under|for] [it|voice|me|him|her|speech]",
            "steady": "(without|no) (ducking|duck)",
            "under": (
                "[and|lay|put] [it] (under|underneath|beneath|behind|below) TARGET",
                "[and] (lay|put) [it] (under|underneath|beneath|behind|below) "
                "[everything|all|me|him|her|speech|talking]",
                "(under|underneath|beneath|behind|below) (everything|all|me|him|her|speech|talking)",
            ),
        },
        reading=_music,
        requires=("mood|instrument|under|over",),
        glue="some something bed music in background whole for quiet soft low piece song kind style nice",
    ),
)
