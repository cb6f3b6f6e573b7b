"""Plans volume and mutes."""

from __future__ import annotations

import math
from fractions import Fraction

from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.board import Board, Unclear
from cuttingroom.planners.rules.places import (
    stretch_range,
    where_ranges,
)
from cuttingroom.planners.rules.plans.lines import plan_level_over
from cuttingroom.planners.rules.plans.speed import isolate
from cuttingroom.planners.rules.targets import (
    heard_elements,
    music_tracks,
    muted_tracks,
)
from cuttingroom.timeline.edits.mute_range import MuteRange
from cuttingroom.timeline.edits.set_volume import SetVolume
from cuttingroom.timeline.model import Element

A_BIT_DB = 3.0


def plan_volume(board: Board, volume: r.Volume) -> None:
    elements = heard_elements(board, volume.target)
    amount = volume.amount
    if amount is None:
        amount = r.Amount(Fraction(0), "bit")
    if volume.where is not None and (amount.unit, amount.how) == ("db", "to"):
        plan_level_over(board, volume.target, volume.where, float(amount.value))
        return
    if volume.where is not None:
        part = stretch_range(board, volume.where)
        elements = isolate(board, part, [e.id for e in elements])
        if not elements:
            raise Unclear("Nothing with sound plays there. Which part is meant?")
        board.topic = part
    _set_volume(board, volume, amount, elements)


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
    if mute.where is not None:
        for part in where_ranges(board, mute.where):
            board.add(MuteRange(range=part, track_ids=muted_tracks(board, mute.target)))
            board.topic = part
        return
    elements = heard_elements(board, mute.target)
    board.add(SetVolume(element_ids=tuple(dict.fromkeys(e.id for e in elements)), volume=0.0))
    if mute.target in (r.Everything(), r.Sort("sound"), r.It()) and len(elements) > 1:
        music = ", the music too" if music_tracks(board.timeline) else ""
        board.assume(f"All that is heard is turned down to nothing{music}; nothing is deleted.")


def _unmute(board: Board, target: r.Target) -> None:
    silent = tuple(e.id for e in heard_elements(board, target) if e.volume == 0)
    if not silent:
        raise Unclear("It is not muted by its volume. What should be heard again?")
    board.add(SetVolume(element_ids=silent, volume=1.0))
