"""Bring elements, or all of them together, to a loudness."""

import math
from typing import Annotated, Literal

from pydantic import Field, model_validator

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.time import Frozen, TimeRange
from cuttingroom.timeline.edits.base import Edit, name_all, name_of
from cuttingroom.timeline.edits.changing import with_each
from cuttingroom.timeline.edits.sounding import get_sounding, list_heard
from cuttingroom.timeline.effects import Id
from cuttingroom.timeline.model import Element, MediaSource, Timeline

Lufs = Annotated[float, Field(ge=-120, le=20)]
MOST_GAIN_DB, LEAST_GAIN_DB = 24.0, -60.0


class MeasuredLoudness(Frozen):
    """The integrated loudness of a stretch of a file (EBU R 128); None where it is silent."""

    artifact_id: str
    range: TimeRange
    lufs: Lufs | None


class NormaliseLoudness(Edit):
    """Bring each element to `target_lufs`, or with `whole` the mix of all by one gain.

    | A  quiet | B LOUD |   ->   | A even | B even |

    Without ids that is everything that is heard. Each gets the gain that its own stretch of its file
    needs (`measured`, before fades, lines of gain and ducking); the mix gets the one that it needs
    (`mix_lufs`), and what is louder than another thing stays so. Gains end at 24 dB; a render limits the
    peaks that come of them. A render profile that names a loudness (such as `youtube`) brings the
    finished mix to its own: then this decides only how loud the elements are beside each other.
    """

    tool: Literal["normalise_loudness"] = "normalise_loudness"
    element_ids: tuple[Id, ...] = ()
    target_lufs: Annotated[float, Field(ge=-40, le=-5)] = -16.0
    whole: bool = False
    measured: Annotated[tuple[MeasuredLoudness, ...], Field(max_length=5000)] = ()
    mix_lufs: Lufs | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "NormaliseLoudness":
        if self.whole and self.measured:
            raise ValueError("a whole mix has one loudness (mix_lufs)")
        if not self.whole and self.mix_lufs is not None:
            raise ValueError("elements are measured one by one (measured)")
        return self

    def check(self, before: Timeline) -> None:
        if not self._elements(before):
            raise EditRefused("Nothing is heard that could be brought to a loudness.", field="element_ids")
        if self.whole:
            if self.mix_lufs is None:
                raise EditRefused("The mix is silent, or nobody has measured it.", field="mix_lufs")
            return
        gains = self._gains(before)
        if all(gain is None for gain in gains.values()):
            raise EditRefused("There is nothing but silence to bring to a loudness.", field="measured")

    def change(self, before: Timeline) -> Timeline:
        gains = {i: gain for i, gain in self._gains(before).items() if gain is not None}
        return with_each(before, gains.keys(), lambda e: e.model_copy(update={"gain_db": gains[e.id]}))

    def describe(self, before: Timeline) -> str:
        if self.whole:
            return f"Bring the mix to {self.target_lufs:g} LUFS ({self._rise():+.1f} dB)"
        elements = self._elements(before)
        who = name_all(before, tuple(e.id for e in elements)) if elements else "nothing"
        gains = [
            round(gain - e.gain_db, 1) for e in elements if (gain := self._gains(before)[e.id]) is not None
        ]
        how = ", ".join(f"{g:+g} dB" for g in gains[:5]) + (" …" if len(gains) > 5 else "")
        return f"Bring {who} to {self.target_lufs:g} LUFS{' each' if len(elements) > 1 else ''} ({how})"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return tuple(e.id for e in self._elements(before))

    def _elements(self, before: Timeline) -> list[Element]:
        found = get_sounding(before, self.element_ids) if self.element_ids else list_heard(before)
        return [e for e in found if e.volume > 0]

    def _rise(self) -> float:
        return self.target_lufs - (self.mix_lufs if self.mix_lufs is not None else self.target_lufs)

    def _gains(self, before: Timeline) -> dict[str, float | None]:
        """The gain of each element by id; None for one that is silent and stays as it is."""
        return {e.id: self._gain(before, e) for e in self._elements(before)}

    def _gain(self, before: Timeline, element: Element) -> float | None:
        if self.whole:
            return _within(element.gain_db + self._rise())
        lufs = self._measured(before, element)
        return None if lufs is None else _within(self.target_lufs - lufs - 20 * math.log10(element.volume))

    def _measured(self, before: Timeline, element: Element) -> float | None:
        """What was measured of the element's stretch, or of the one that shares most with it."""
        source = element.source
        assert isinstance(source, MediaSource)
        shared = [
            (part.duration_ticks, -m.range.duration_ticks, n)
            for n, m in enumerate(self.measured)
            if m.artifact_id == source.artifact_id
            and (part := m.range.intersection(source.range)) is not None
        ]
        if not shared:
            raise EditRefused(
                f"The loudness of {name_of(before, element.id)} has not been measured.",
                element_id=element.id,
                field="measured",
            )
        return self.measured[max(shared)[2]].lufs


def _within(gain_db: float) -> float:
    """By hundredths, within what a gain may be."""
    return round(min(MOST_GAIN_DB, max(LEAST_GAIN_DB, gain_db)), 2)
