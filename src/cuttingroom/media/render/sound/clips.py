"""The sound of a timeline as clips: where each element lies in the mix and how it is shaped.

Positions are samples of 48 kHz. Gains, fades, mutes, bleeps and joins are planned here; `shapes` applies
them, `samples` decodes and takes noise away, `mix` ducks and adds up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from cuttingroom.core.time import TICKS_PER_SECOND, round_half_up
from cuttingroom.media.probe import MediaFacts
from cuttingroom.media.render.sound.shapes import (
    JOIN_SAMPLES,
    SAMPLE_RATE,
    Cover,
    Line,
    Ramp,
    Samples,
    Tone,
)
from cuttingroom.timeline.effects import Bleep, Denoise, Duck, Envelope, FadeIn, FadeOut, Mute
from cuttingroom.timeline.model import Element, MediaSource, Timeline, Track, Transition

TICKS_PER_SAMPLE = TICKS_PER_SECOND // SAMPLE_RATE
CHANNELS = 2
LEVEL_SAMPLES = SAMPLE_RATE // 100
STEP_SAMPLES = SAMPLE_RATE * 8 // 1000
"""8 ms: over so long the sound before a change of speed gives way to the sound after it."""
_SAME_DB = 0.01

Meeting = Literal["apart", "as one", "linear", "power"]
_BLENDS = ("linear", "power")


@dataclass(frozen=True)
class SoundClip:
    """One element's sound: where it lies in the mix and how it is shaped. Positions in samples.

    Its first sample is sample `source_start` of the file's clock (48 kHz); that is exact at speed 1 only. Of
    what plays backwards it is the sample before that.
    """

    element: Element
    track_id: str
    artifact_id: str
    start: int
    count: int
    source_start: int
    gain: float
    line: Line | None
    covers: tuple[Cover, ...]
    ramps: tuple[Ramp, ...]
    duck: Duck | None

    @property
    def end(self) -> int:
        return self.start + self.count

    @property
    def is_backwards(self) -> bool:
        return isinstance(self.element.source, MediaSource) and self.element.source.backwards

    @property
    def _clock(self) -> int:
        """What to add to a sample of the clip for a count that goes on in both parts of a split."""
        return -self.source_start if self.is_backwards else self.source_start

    def shape(self, samples: Samples, first: int) -> None:
        """Give samples (n, channels) their gain, in place; the first of them is sample `first` of the
        clip."""
        if self.gain != 1:
            samples *= np.float32(self.gain)
        if self.line is not None:
            self.line.apply(samples, first)
        for cover in self.covers:
            cover.apply(samples, first, self._clock)
        for ramp in self.ramps:
            ramp.apply(samples, first)

    def describe_shape(self, first: int, end: int, shift: int) -> list[Any]:
        """All that `shape` does from sample `first` of the clip up to `end`, with positions moved by
        `shift`."""
        line = None if self.line is None else self.line.describe(first, end, shift)
        return [
            self.gain,
            [ramp.describe(shift) for ramp in self.ramps if ramp.matters(first, end)],
            [c.describe(shift, self._clock) for c in self.covers if c.matters(first, end)],
            *([] if line is None else [line]),
        ]


def plan_sound(timeline: Timeline, facts: Mapping[str, MediaFacts]) -> list[SoundClip]:
    """Every audible element as a clip. `facts` by artifact id (KeyError when absent)."""
    return [
        _clip(track, joined, number, element, element.source)
        for track in timeline.tracks
        if not track.muted
        for joined in [_Joined.of(track)]
        for number, element in enumerate(track.elements)
        if isinstance(element.source, MediaSource)
        and element.has_sound
        and facts[element.source.artifact_id].has_sound
        and element.volume > 0
    ]


@dataclass(frozen=True)
class _Joined:
    """The transitions of a track by the element that they lead to, and by the one that they leave."""

    into: Mapping[str, Transition]
    out_of: Mapping[str, Transition]

    @classmethod
    def of(cls, track: Track) -> _Joined:
        joins = track.transitions
        return cls({t.right_id: t for t in joins}, {t.left_id: t for t in joins})


def _clip(track: Track, joined: _Joined, number: int, element: Element, source: MediaSource) -> SoundClip:
    # from end to end, so that neighbours meet also where a frame is no whole number of samples
    start, end = element.start_ticks // TICKS_PER_SAMPLE, element.end_ticks // TICKS_PER_SAMPLE
    # the same shift for both parts of a split keeps them in step to the sample
    if source.backwards:
        source_start = (
            round_half_up(Fraction(source.range.end_ticks + element.start_ticks, TICKS_PER_SAMPLE)) - start
        )
    else:
        source_start = (
            round_half_up(Fraction(source.range.start_ticks - element.start_ticks, TICKS_PER_SAMPLE)) + start
        )
    before = track.elements[number - 1] if number else None
    after = track.elements[number + 1] if number + 1 < len(track.elements) else None
    meets = _meet(before, element), _meet(element, after)
    goes_on = meets[0] == "as one", meets[1] == "as one"
    count = end - start + (STEP_SAMPLES if meets[1] in _BLENDS else 0)
    return SoundClip(
        element=element,
        track_id=track.id,
        artifact_id=source.artifact_id,
        start=start,
        count=count,
        source_start=source_start,
        gain=element.volume * 10 ** (element.gain_db / 20),
        line=_line(element),
        covers=tuple(_covers(element, goes_on)),
        ramps=tuple(_ramps(joined, element, count, meets)),
        duck=next((e for e in element.effects if isinstance(e, Duck) and e.enabled), None),
    )


def _sample(element: Element, at_ticks: int) -> int:
    """The sample of the clip at a moment of the element: the same sample of the mix for both parts of a
    split."""
    first = element.start_ticks // TICKS_PER_SAMPLE
    return (element.start_ticks + at_ticks) // TICKS_PER_SAMPLE - first


def _line(element: Element) -> Line | None:
    envelope = _find_envelope(element)
    if envelope is None:
        return None
    return Line.through([(_sample(element, p.at_ticks), p.gain_db) for p in envelope.points])


def _covers(element: Element, goes_on: tuple[bool, bool]) -> Iterable[Cover]:
    """Mutes and bleeps in their order. What goes on in a neighbour is not faded towards it."""
    for effect in element.effects:
        if not isinstance(effect, (Mute, Bleep)) or not effect.enabled:
            continue
        start, end = (_sample(element, t) for t in (effect.range.start_ticks, effect.range.end_ticks))
        if isinstance(effect, Mute):
            yield Cover(start, end)
            continue
        start -= JOIN_SAMPLES * (goes_on[0] and effect.range.start_ticks <= 0)
        end += JOIN_SAMPLES * (goes_on[1] and effect.range.end_ticks >= element.duration_ticks)
        yield Cover(start, end, Tone(effect.frequency_hz, 10 ** (effect.level_db / 20)))


def _ramps(joined: _Joined, element: Element, count: int, meets: tuple[Meeting, Meeting]) -> Iterable[Ramp]:
    coming, leaving = joined.into.get(element.id), joined.out_of.get(element.id)
    if coming is not None:
        yield Ramp(0, coming.duration_ticks // TICKS_PER_SAMPLE, True, "power")
    elif meets[0] in _BLENDS:
        yield Ramp(0, STEP_SAMPLES, True, meets[0])
    elif meets[0] == "apart":
        yield Ramp(0, min(JOIN_SAMPLES, count // 2), True)
    if leaving is not None:
        yield Ramp(count - leaving.duration_ticks // TICKS_PER_SAMPLE, count, False, "power")
    elif meets[1] in _BLENDS:
        yield Ramp(count - STEP_SAMPLES, count, False, meets[1])
    elif meets[1] == "apart":
        yield Ramp(count - min(JOIN_SAMPLES, count // 2), count, False)
    for effect in element.effects:
        if isinstance(effect, (FadeIn, FadeOut)) and effect.enabled and effect.sound:
            length = effect.duration_ticks // TICKS_PER_SAMPLE
            rising = isinstance(effect, FadeIn)
            yield Ramp(0 if rising else count - length, length if rising else count, rising)


def _meet(left: Element | None, right: Element | None) -> Meeting:
    """How the sound of two neighbours meets: with two ramps, or none where `right` plays on after `left`.

    Where it plays on at another speed, or was stretched by itself, `left` plays a little longer and the two
    blend: by power where the pitch was kept, since that moves the waves.
    """
    if left is None or right is None or not _goes_on(left, right):
        return "apart"
    if any(e.speed.fraction != 1 and e.keep_pitch for e in (left, right)):
        return "power"
    return "as one" if left.speed == right.speed else "linear"


def _goes_on(left: Element, right: Element) -> bool:
    """Whether `right` plays on where `left` stops, as after a split: then a ramp would only make a dip."""
    a, b = left.source, right.source
    return (
        isinstance(a, MediaSource) and isinstance(b, MediaSource)
        and a.artifact_id == b.artifact_id
        and a.backwards == b.backwards
        and left.end_ticks == right.start_ticks
        and abs(a.closing_ticks - b.opening_ticks) <= TICKS_PER_SAMPLE
        and left.has_sound and right.has_sound
        and (left.volume, left.gain_db) == (right.volume, right.gain_db)
        and _lasting(left) == _lasting(right)
        and abs(_line_at(left, left.duration_ticks) - _line_at(right, 0)) < _SAME_DB
        and _tone_at(left, left.duration_ticks) == _tone_at(right, 0)
        and not _is_quiet_at(left, left.duration_ticks) and not _is_quiet_at(right, 0)
    )  # fmt: skip


def _lasting(element: Element) -> list[dict[str, Any]]:
    """What is done to all of an element's sound alike."""
    found = [e for e in element.effects if isinstance(e, (Duck, Denoise)) and e.enabled]
    return [e.model_dump(exclude={"id"}) for e in sorted(found, key=lambda e: e.type)]


def _find_envelope(element: Element) -> Envelope | None:
    return next((e for e in element.effects if isinstance(e, Envelope) and e.enabled), None)


def _line_at(element: Element, at_ticks: int) -> float:
    """What the envelope adds at a moment of the element, in dB."""
    envelope = _find_envelope(element)
    if envelope is None:
        return 0.0
    points = envelope.points
    return float(np.interp(at_ticks, [p.at_ticks for p in points], [p.gain_db for p in points]))


def _tone_at(element: Element, edge_ticks: int) -> tuple[int, float] | None:
    """The tone that reaches this edge, counted from the start of the element."""
    tones = [e for e in element.effects if isinstance(e, Bleep) and e.enabled and _reaches(e, edge_ticks)]
    return (tones[-1].frequency_hz, tones[-1].level_db) if tones else None


def _is_quiet_at(element: Element, edge_ticks: int) -> bool:
    """Whether a fade, a mute or a tone that begins or ends there silences the sound at this edge."""
    near = JOIN_SAMPLES * TICKS_PER_SAMPLE
    fade = FadeOut if edge_ticks else FadeIn
    return any(
        (isinstance(e, fade) and e.sound)
        or (
            isinstance(e, (Mute, Bleep))
            and e.range.start_ticks - near < edge_ticks < e.range.end_ticks + near
            and not (isinstance(e, Bleep) and _reaches(e, edge_ticks))
        )
        for e in element.effects
        if e.enabled
    )


def _reaches(effect: Bleep, edge_ticks: int) -> bool:
    return effect.range.start_ticks <= edge_ticks <= effect.range.end_ticks


def level_of(samples: Samples) -> Samples:
    """RMS per hundredth of a second over all channels of (n, channels) samples; the last may be shorter."""
    whole = len(samples) - len(samples) % LEVEL_SAMPLES
    parts = [samples[:whole].reshape(-1, LEVEL_SAMPLES * samples.shape[1])]
    if whole < len(samples):
        parts.append(samples[whole:].reshape(1, -1))
    powers = [np.einsum("ij,ij->i", part, part) / max(1, part.shape[1]) for part in parts]
    return np.sqrt(np.concatenate(powers)).astype(np.float32)
