"""What should stay as it is, and sentences that only explain."""

from __future__ import annotations

from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.frames.frame import Frame, Slots

_AS_IS = "(as it is|as is|as they are|alone|same|unchanged|untouched|intact)"


_IN_PLACE = "(there|where it is|where they are|in place|put|in its place)"


def _protect(slots: Slots) -> r.Reading:
    what = slots["what"]
    return r.Protect(what.targets if isinstance(what, r.Several) else (what,))


FRAMES = (
    Frame(
        "protect",
        says=(
            f"(leave|keep|let) * {_AS_IS}",
            f"* (stays|stay|remains|remain|should stay|must stay) {_AS_IS}",
            "(dont|don't|do not|never|without) (touch|change|move|alter|affect|touching|changing|moving)",
        ),
        slots={"what": "TARGET"},
        reading=_protect,
        requires=("what",),
    ),
    Frame(
        "stays_put",
        says=(
            f"(leave|keep|let) * {_IN_PLACE}",
            f"* (stays|stay|remains|remain|should stay|must stay) {_IN_PLACE}",
        ),
        slots={"what": "TARGET"},
        reading=lambda _: r.Steady(),
        requires=("what",),
    ),
    Frame(
        "nothing_moves",
        says=(
            "nothing [else] (should|must|may|shall) (move|change|shift)",
            "[total|overall] (length|duration) [should|must] (stays|stay|remains) [same|unchanged|as it is]",
            "(dont|don't|do not) (move|shift|ripple) (anything|everything) [else]",
            "without (moving|shifting|rippling) (anything|everything|rest)",
        ),
        reading=lambda _: r.Steady(),
    ),
)
