"""Titles, captions, music, media, and the whole grammar."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.meaning.joins import Joining
from cuttingroom.planners.rules.meaning.parts import Part, gather, inline, part


@inline
class Clauses(Joining):
    """The whole grammar: `transform` gives a reading or raises Nonsense (wrapped in lark's VisitError)."""

    def start(self, reading: r.Reading) -> r.Reading:
        return reading

    def t_at(self, point: r.Point) -> Part:
        return part("at", point)

    def t_at_length(self, length: r.Length) -> Part:
        return part("at", self.at_length(length))

    def t_for(self, length: r.Length) -> Part:
        return part("length", length)

    def t_over(self, where: r.Where) -> Part:
        return part("over", where)

    def t_position(self, position: str) -> Part:
        return part("position", position)

    def t_from_end(self, length: r.Length) -> Part:
        return part("at", r.FromEnd(length))

    def t_middle(self) -> Part:
        return part("at", r.Edge("middle"))

    def t_some_middle(self) -> Part:
        raise r.Nonsense("Is that the middle of the video or of the picture?")

    def t_nothing(self) -> Part:
        return part("screen", None)

    def t_whole(self) -> Part:
        return part("over", r.Everything())

    def title(self, *parts: Any) -> r.Title:
        mods = [part(k, v) for k, v in parts[-1].items()]
        text: str | None = None
        for item in parts[:-1]:
            if isinstance(item, r.Length):
                mods.append(part("length", item))
            elif item in _POSITIONS and item is not parts[-2]:
                mods.append(part("position", item))
            else:
                text = item
        return self._title(text, gather(tuple(mods)))

    def title_placed(self, *parts: Any) -> r.Title:
        """Modifiers before and after the words."""
        *first, before, text, after = parts
        mods = gather((*(part(k, v) for m in (before, after) for k, v in m.items()),))
        return self.title(*first, text, mods)

    def title_quoted(self, text: str, mods: dict[str, Any]) -> r.Title:
        return self._title(text, mods)

    title_bare = title_quoted

    def title_wordless(self, *parts: Any) -> r.Title:
        return self._title(None, parts[-1])

    def _title(self, text: str | None, mods: dict[str, Any]) -> r.Title:
        mods = {k: v for k, v in mods.items() if k != "screen"}
        if "over" in mods and ("at" in mods or ("length" in mods and not isinstance(mods["over"], r.Vague))):
            raise r.Nonsense("When should the title appear, and for how long?")
        return r.Title(text or None, **mods)

    def captions(self, position: str | None = None) -> r.Captions:
        return r.Captions(position)

    def cmods(self, position: str | None = None) -> str | None:
        return position

    def tone(self, tone: Any) -> Any:
        return tone

    def bed(self, *tones: tuple[str, str]) -> dict[str, Any]:
        return gather(tuple(part("mood" if t[0] in _MOODS else "instrument", t) for t in tones))

    def m_over(self, where: r.Where) -> Part:
        return part("over", where)

    def m_from(self, point: r.Point) -> Part:
        return part("start", point)

    def m_gain(self, value: Fraction) -> Part:
        return part("gain_db", value)

    def m_no_duck(self) -> Part:
        return part("ducks", False)

    def m_duck(self) -> Part:
        return part("ducks", True)

    def m_whole(self) -> Part:
        return part("over", r.Everything())

    def m_softly(self) -> Part:
        return part("softly", None)

    def mover(self, where: r.Where) -> r.Where:
        return where

    def music(self, bed: dict[str, Any], mods: dict[str, Any]) -> r.Music:
        return _make_music(bed | mods)

    def music_bare(self, *parts: Any) -> r.Music:
        return _make_music(self.bed(*parts[:-1]) | parts[-1])

    def music_file(self, name: str, mods: dict[str, Any]) -> r.Music:
        return _make_music({"name": name} | mods)

    def music_under(self, name: str, where: r.Where, mods: dict[str, Any]) -> r.Music:
        return _make_music(
            {"name": name} | gather((part("over", where), *(part(k, v) for k, v in mods.items())))
        )

    def place_at(self, point: r.Point) -> r.Point:
        return point

    def place_after(self, clip: r.ClipRef) -> r.Point:
        return r.EdgeOf(clip, "end")

    def place_before(self, clip: r.ClipRef) -> r.Point:
        return r.EdgeOf(clip, "start")

    def place_first(self) -> r.Point:
        return r.Edge("start")

    def place_last(self) -> r.Point:
        return r.Edge("end")

    def pmods(self, length: r.Length | None = None) -> r.Length | None:
        return length

    def place(self, name: str, *parts: Any) -> r.Place:
        return r.Place(name, parts[0] if len(parts) == 2 else None, parts[-1])

    def place_for(self, name: str, length: r.Length, at: r.Point) -> r.Place:
        return r.Place(name, at, length)

    def mvthing(self, target: r.Target) -> r.Target:
        return target

    def move(self, target: r.Target, to: r.Point) -> r.Move:
        return r.Move(target, to)

    def move_first(self, clip: r.ClipRef) -> r.Move:
        return r.Move(clip, r.Edge("start"))

    def move_last(self, clip: r.ClipRef) -> r.Move:
        return r.Move(clip, r.Edge("end"))

    def swap(self, first: r.ClipRef, second: r.ClipRef) -> r.Swap:
        return r.Swap(first, second)

    def swap_nth(self, first: int, second: int, _: str) -> r.Swap:
        return r.Swap(r.ClipNumber(first), r.ClipNumber(second))

    def swap_numbers(self, word: str, first: Fraction, second: Fraction) -> r.Swap:
        return r.Swap(self.clip_number(word, first), self.clip_number(word, second))

    def track(self, kind: str, name: str | None = None) -> r.AddTrack:
        return r.AddTrack(kind, name)

    def render(self) -> r.Render:
        return r.Render()

    def preview(self) -> r.Render:
        return r.Render(preview=True)

    def undo(self) -> r.Undo:
        return r.Undo()

    def protect(self, targets: tuple[r.Target, ...]) -> r.Protect:
        return r.Protect(targets)

    def protect_sort(self, target: r.Target) -> r.Protect:
        return r.Protect((target,))

    def protect_level(self) -> r.Protect:
        return r.Protect((r.Sort("sound"),))

    def protect_touch(self, targets: tuple[r.Target, ...]) -> r.Dont:
        return r.Dont(r.Protect(targets))

    def protect_time(self, *_: Any) -> r.Reading:
        raise r.Nonsense("A stretch of time cannot be kept safe by name: what should be changed instead?")


_POSITIONS = frozenset(
    {"centre", "top", "bottom", "lower_third", "top_left", "top_right", "bottom_left", "bottom_right"}
)
_MOODS = frozenset({"warm", "calm", "upbeat", "tense", "happy", "sad", "cinematic", "lo-fi"})


def _make_music(mods: dict[str, Any]) -> r.Music:
    mods = {k: v for k, v in mods.items() if k != "softly"}
    if "over" in mods and "start" in mods:
        raise r.Nonsense("Where should the music begin and end?")
    return r.Music(**mods)
