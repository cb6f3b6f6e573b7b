"""Clips, tracks and other things on the timeline."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.meaning.parts import inline
from cuttingroom.planners.rules.meaning.times import Times


@inline
class Things(Times):
    """Clips, tracks and other things on the timeline."""

    def clip_number(self, _: str, number: Fraction) -> r.ClipNumber:
        if number.denominator != 1 or number < 1:
            raise r.Nonsense("Clips are counted 1, 2, 3 ...: which one is meant?")
        return r.ClipNumber(int(number))

    def clip_number_before(self, number: int, _: str) -> r.ClipNumber:
        return r.ClipNumber(number)

    def clip_second(self, *_: Any) -> r.ClipNumber:
        return r.ClipNumber(2)

    def clip_third(self, _: str) -> r.ClipNumber:
        return r.ClipNumber(3)

    def clip_first(self, word: str) -> r.ClipNumber:
        self._singular(word)
        return r.ClipNumber(1, is_first=True)

    def clip_last(self, word: str) -> r.ClipNumber:
        self._singular(word)
        return r.ClipNumber(-1)

    def _singular(self, word: str) -> None:
        if word.endswith("s"):
            raise r.Nonsense("How many clips are meant?")

    def clip_name(self, name: str, *_: str) -> r.ClipName:
        return r.ClipName(name)

    def clip_called(self, _: str, name: str) -> r.ClipName:
        return r.ClipName(name)

    def clip_bare(self, word: str) -> r.ClipRef:
        return r.AllClips() if word.endswith("s") else r.OnlyClip()

    def clips(self, *clips: r.ClipRef) -> tuple[r.Target, ...]:
        return clips

    def clips_numbers(self, word: str, *numbers: Fraction) -> tuple[r.Target, ...]:
        return tuple(self.clip_number(word, n) for n in numbers)

    def clips_first(self, number: Fraction, word: str) -> tuple[r.Target, ...]:
        count = self.clip_number(word, number).number
        self._few(count)
        return tuple(r.ClipNumber(n) for n in range(1, count + 1))

    def clips_last(self, number: Fraction, word: str) -> tuple[r.Target, ...]:
        count = self.clip_number(word, number).number
        self._few(count)
        return tuple(r.ClipNumber(-n) for n in range(count, 0, -1))

    def _few(self, count: int) -> None:
        if count > 1000:
            raise r.Nonsense("How many clips are meant?")

    def clips_range(self, word: str, first: Fraction, last: Fraction) -> tuple[r.Target, ...]:
        if not (0 < first < last <= 1000 and first.denominator == last.denominator == 1):
            raise r.Nonsense("From which to which clip?")
        return tuple(r.ClipNumber(n) for n in range(int(first), int(last) + 1))

    def clips_ends(self, *_: str) -> tuple[r.Target, ...]:
        return (r.ClipNumber(1), r.ClipNumber(-1))

    def clip_each(self, _: str) -> r.AllClips:
        return r.AllClips()

    def sort_music(self) -> r.Sort:
        return r.Sort("music")

    def sort_voice(self) -> r.Sort:
        return r.Sort("voice")

    def sort_sound(self) -> r.Sort:
        return r.Sort("sound")

    def sort_captions(self) -> r.Sort:
        return r.Sort("captions")

    def sort_titles(self) -> r.Sort:
        return r.Sort("titles")

    def sort_picture(self) -> r.Sort:
        return r.Sort("picture")

    def sort_track(self, kind: str) -> r.Sort:
        names: dict[str, r.SortName] = {"audio": "sound", "captions": "captions", "overlay": "titles"}
        if kind not in names:
            raise r.Nonsense("Which clips are meant?")
        return r.Sort(names[kind])

    def title_text(self, text: str) -> r.TitleText:
        return r.TitleText(text)

    def everything(self, *_: Any) -> r.Everything:
        return r.Everything()

    def it(self) -> r.It:
        return r.It()

    def thing(self, thing: r.Target) -> r.Target:
        return thing

    def sound_of(self, thing: Any) -> Any:
        return thing

    def things(self, *things: Any) -> tuple[r.Target, ...]:
        flat: list[r.Target] = []
        for thing in things:
            flat += thing if isinstance(thing, tuple) else (thing,)
        return tuple(dict.fromkeys(flat))
