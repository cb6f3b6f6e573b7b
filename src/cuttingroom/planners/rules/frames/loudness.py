"""How loud things are, in freer words than the core grammar knows."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.frames.frame import Frame, Slots

_SOUND = r.Sort("sound")
_WHAT = "[the|in|of|for|on] TARGET [volume|level|levels|loudness]"
_WHERE = "[for|in|during|over|at] STRETCH"
_AMOUNTS = {
    "db_to": "(to|at) DB",
    "db_by": "[by] DB",
    "percent_to": "(to|at) PERCENT [volume]",
    "percent_by": "[by] PERCENT",
    "share_to": "to SHARE",
    "share_by": "by SHARE",
    "bit": ("BIT", "a bit", "slightly", "somewhat", "a touch"),
}
_GLUE = "volume level levels loudness down up be should make turn much little sound audio go way bring"


def _amount(slots: Slots) -> r.Amount | None:
    for name, unit, how in (("db_to", "db", "to"), ("db_by", "db", "by"), ("percent_to", "percent", "to"),
                            ("percent_by", "percent", "by")):  # fmt: skip
        if name in slots:
            return r.Amount(slots[name], unit, how)  # type: ignore[arg-type]
    for name, how in (("share_to", "to"), ("share_by", "by")):
        if name in slots:
            return r.Amount(100 * slots[name], "percent", how)  # type: ignore[arg-type]
    return r.Amount(Fraction(0), "bit") if "bit" in slots else None


def _volume(direction: Literal["up", "down", ""], slots: Slots) -> r.Reading:
    return r.Volume(direction, slots.get("what", _SOUND), _amount(slots), slots.get("where"))


def _mute(slots: Slots) -> r.Reading:
    """What is only seen and is turned off goes."""
    if slots.get("what") in (r.Sort("captions"), r.Sort("titles")):
        return r.Remove((slots["what"],))
    return r.Mute(slots.get("what", _SOUND), slots.get("where"))


FRAMES = (
    Frame(
        "volume_bare",
        says=(),
        slots={"what": "TARGET", "db_by": "DB"},
        reading=lambda slots: _volume("", slots),
        requires=("what", "db_by"),
    ),
    Frame(
        "louder",
        says=(
            "(raise|increase|boost|amplify|louder|up)",
            "(turn|bring|bump|crank|nudge|dial|push) * up",
            "(make|have|turn) * louder",
            "(turn|crank|bump) up",
        ),
        slots={"what": _WHAT, "where": _WHERE, **_AMOUNTS},
        reading=lambda slots: _volume("up", slots),
        requires=("what|where",),
        glue=_GLUE,
    ),
    Frame(
        "quieter",
        says=(
            "(lower|reduce|decrease|quieten|soften|attenuate|quieter|softer|drop)",
            "(turn|bring|bump|nudge|dial|pull|take) * down",
            "(make|have|turn) * (quieter|softer|less loud)",
            "(turn|bring|dial) down",
        ),
        slots={"what": _WHAT, "where": _WHERE, **_AMOUNTS},
        reading=lambda slots: _volume("down", slots),
        requires=("what|where",),
        glue=_GLUE,
    ),
    Frame(
        "up_by",
        says=("up", "higher"),
        slots={"what": _WHAT, "where": _WHERE, **_AMOUNTS},
        reading=lambda slots: _volume("up", slots),
        requires=("what", "db_by|db_to|percent_by|percent_to"),
    ),
    Frame(
        "down_by",
        says=("down",),
        slots={"what": _WHAT, "where": _WHERE, **_AMOUNTS},
        reading=lambda slots: _volume("down", slots),
        requires=("what", "db_by|db_to|percent_by|percent_to"),
    ),
    Frame("off", says=("off",), slots={"what": "TARGET"}, reading=_mute, requires=("what",)),
    Frame(
        "mute",
        says=(
            "(mute|silence|unhear)",
            "(turn|switch) off",
            "(turn|switch|cut|take|kill) * off",
            "(no|kill) (sound|audio)",
            "make * silent",
        ),
        slots={"what": "[the|in|of|for|on] TARGET", "where": _WHERE},
        reading=_mute,
        requires=("what|where",),
        glue="volume sound audio off completely out",
    ),
)
