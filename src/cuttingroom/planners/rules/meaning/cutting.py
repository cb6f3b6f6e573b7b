"""Cuts, silences, trims and splits."""

from __future__ import annotations

from typing import Any

from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.meaning.parts import Part, gather, inline, part
from cuttingroom.planners.rules.meaning.things import Things

SHORTEST_TALK_SECONDS = 5
"""Who tightens something to this or more means its length, not that of its pauses."""


@inline
class Cutting(Things):
    """What goes and what stays."""

    def cut(self, *stretches: r.Stretch | tuple[r.Stretch, ...]) -> r.Cut:
        """Either one list of stretches, or each by itself."""
        flat: list[r.Stretch] = []
        for item in stretches:
            flat += item if isinstance(item, tuple) else (item,)
        return r.Cut(tuple(flat))

    def trim_away(self, stretches: tuple[r.Stretch, ...]) -> r.Cut:
        """People say "trim 0:10 to 0:20" for what should go and for what should stay."""
        if any(isinstance(s, r.Between) and not _touches_an_edge(s) for s in stretches):
            raise r.Nonsense("Should this part be cut out, or be all that is kept?")
        return r.Cut(stretches)

    def cut_clip_start(self, length: r.Length, clip: r.ClipRef) -> r.Cut:
        return r.Cut((r.InClip(r.First(length), clip),))

    def cut_clip_end(self, length: r.Length, clip: r.ClipRef) -> r.Cut:
        return r.Cut((r.InClip(r.Last(length), clip),))

    def cut_ends(self, length: r.Length) -> r.Cut:
        return r.Cut((r.First(length), r.Last(length)))

    def cut_clip_ends(self, length: r.Length, clip: r.ClipRef) -> r.Cut:
        return r.Cut((r.InClip(r.First(length), clip), r.InClip(r.Last(length), clip)))

    def cut_before(self, point: r.Point) -> r.Cut:
        return r.Cut((r.Between(r.Edge("start"), point),))

    def cut_after(self, point: r.Point) -> r.Cut:
        return r.Cut((r.Between(point, r.Edge("end")),))

    def cut_start_by(self, length: r.Length) -> r.Cut:
        return r.Cut((r.First(length),))

    def cut_end_by(self, length: r.Length) -> r.Cut:
        return r.Cut((r.Last(length),))

    def cut_clip_start_by(self, clip: r.ClipRef, length: r.Length) -> r.Cut:
        return self.cut_clip_start(length, clip)

    def cut_clip_end_by(self, clip: r.ClipRef, length: r.Length) -> r.Cut:
        return self.cut_clip_end(length, clip)

    def cut_unplaced(self, length: r.Length) -> r.CutUnplaced:
        return r.CutUnplaced(length)

    def cut_all(self) -> r.Cut:
        return r.Cut((r.Everything(),))

    def cut_level(self, *_: Any) -> r.Reading:
        raise r.Nonsense("Should it be silent, or only quieter, and by how much?")

    def cut_rest(self) -> r.Reading:
        raise r.Nonsense("Which parts should stay, and which should go?")

    def remove(self, targets: tuple[r.Target, ...]) -> r.Reading:
        if targets in ((r.Sort("sound"),), (r.Sort("voice"),)):
            return r.Framed("remove_audio", (("what", targets[0]),))
        if targets == (r.Everything(),):
            return r.Cut((r.Everything(),))
        return r.Remove(targets)

    def remove_gap(self, targets: tuple[r.Target, ...]) -> r.Remove:
        return r.Remove(targets, leaves_gap=True)

    def keep(self, stretches: tuple[r.Stretch, ...]) -> r.Keep:
        return r.Keep(stretches)

    def keep_length(self, length: r.Length) -> r.Keep:
        return r.Keep((r.First(length),), from_start=True)

    def keep_clips(self, clips: tuple[r.ClipRef, ...]) -> r.Keep:
        edges = tuple(r.Between(r.EdgeOf(c, "start"), r.EdgeOf(c, "end")) for c in clips)
        return r.Keep(edges)

    def smods(self, *parts: Part) -> dict[str, Any]:
        return gather(parts)

    def smod(self, item: Part) -> Part:
        return item

    def s_longer(self, length: r.Length) -> Part:
        return part("longer_than", length)

    def s_leave(self, length: r.Length) -> Part:
        return part("leave", length)

    def s_to(self, length: r.Length) -> Part:
        return part("to", length)

    def s_padding(self, length: r.Length) -> Part:
        return part("padding", length)

    def s_where(self, where: r.Where) -> Part:
        return part("where", where)

    def s_between(self, start: r.Point, end: r.Point) -> Part:
        return part("where", self.between(start, end))

    def s_nothing(self) -> Part:
        return part("where", r.Everything())

    def silences(self, parts: dict[str, Any]) -> r.Silences:
        if len({"leave", "padding", "to"} & set(parts)) > 1:
            raise r.Nonsense("Should the padding or the total that remains be kept?")
        return r.Silences(**parts)

    def tighten_all(self, parts: dict[str, Any]) -> r.Reading:
        """To so much of each pause, or, where that would be a long one, to so much in all."""
        to = parts.get("to")
        if set(parts) == {"to"} and isinstance(to, r.Length) and to.seconds >= SHORTEST_TALK_SECONDS:
            return r.Framed("tighten", (("target", to),))
        return self.silences(parts)

    def tighten(self, where: r.Where, parts: dict[str, Any]) -> r.Silences:
        return self.silences(gather((part("where", where), *(part(k, v) for k, v in parts.items()))))

    def remove_gaps(self, *_: str) -> r.RemoveGaps:
        return r.RemoveGaps()

    def close_gaps(self, *_: str) -> r.CloseGaps:
        return r.CloseGaps()

    def trim_length(self, clip: r.ClipRef, length: r.Length) -> r.Trim:
        return r.Trim(clip, length)

    def trim_range(self, clip: r.ClipRef, stretch: r.Stretch) -> r.Trim:
        return r.Trim(clip, stretch)

    def split(self, points: tuple[r.Point, ...]) -> r.Split:
        return r.Split(points)

    def split_clip(self, clip: r.ClipRef, points: tuple[r.Point, ...]) -> r.Split:
        return r.Split(points, clip)

    def split_one(self, point: r.Point) -> r.Split:
        return r.Split((point,))

    def split_clip_one(self, clip: r.ClipRef, point: r.Point) -> r.Split:
        return r.Split((point,), clip)

    def split_half(self) -> r.Split:
        return r.Split((r.Edge("middle"),))

    def split_clip_half(self, clip: r.ClipRef) -> r.Split:
        return r.Split((r.EdgeOf(clip, "middle"),), clip)


def _touches_an_edge(stretch: r.Between) -> bool:
    return r.Edge("start") == stretch.start or r.Edge("end") == stretch.end
