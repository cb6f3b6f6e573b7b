"""The sound of a timeline as clips: where each element lies in the mix and how it is shaped.

Positions are samples of 48 kHz. Gains, fades, mutes and joins are applied here, where they are exact and can
be tested as plain functions; `samples` decodes, `mix` ducks and adds up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cuttingroom.core.time import TICKS_PER_SECOND, round_half_up
from cuttingroom.media.probe import MediaFacts
from cuttingroom.timeline.effects import Duck, FadeIn, FadeOut, Mute
from cuttingroom.timeline.model import Element, MediaSource, Timeline, Track, Transition

SAMPLE_RATE = 48_000
TICKS_PER_SAMPLE = TICKS_PER_SECOND // SAMPLE_RATE
CHANNELS = 2
JOIN_SAMPLES = SAMPLE_RATE * 5 // 1000
"""5 ms: cutting a wave anywhere but at zero clicks; this ramp is too short to be heard as one."""
LEVEL_SAMPLES = SAMPLE_RATE // 100

Samples = NDArray[np.float32]


@dataclass(frozen=True)
class Ramp:
    """Gain from 0 to 1, or back, between two samples of a clip; "power" keeps the loudness of a crossfade."""

    start: int
    end: int
    rising: bool
    curve: str = "linear"

    def apply(self, samples: Samples, first: int) -> None:
        """Shape samples (n, channels) in place; the first of them is sample `first` of the clip."""
        low, high = np.clip((self.start - first, self.end - first), 0, len(samples))
        length = max(1, self.end - self.start)
        share = (np.arange(first + low, first + high) - self.start) / length
        share = share if self.rising else 1.0 - share
        curve = np.sin(share * (np.pi / 2)) if self.curve == "power" else share
        samples[low:high] *= curve.astype(np.float32)[:, None]
        if self.rising:
            samples[:low] = 0
        else:
            samples[high:] = 0

    def matters(self, first: int, end: int) -> bool:
        """Whether it changes anything from sample `first` up to `end`."""
        return first < self.end if self.rising else end > self.start


@dataclass(frozen=True)
class SoundClip:
    """One element's sound: where it lies in the mix and how it is shaped. Positions in samples.

    Its first sample is sample `source_start` of the file's clock (48 kHz); that is exact at speed 1 only.
    """

    element: Element
    track_id: str
    artifact_id: str
    start: int
    count: int
    source_start: int
    gain: float
    ramps: tuple[Ramp, ...]
    mutes: tuple[tuple[int, int], ...]
    duck: Duck | None

    @property
    def end(self) -> int:
        return self.start + self.count

    def shape(self, samples: Samples, first: int) -> None:
        """Give samples (n, channels) their gain, in place; the first of them is sample `first` of the
        clip."""
        if self.gain != 1:
            samples *= np.float32(self.gain)
        for ramp in self.ramps:
            ramp.apply(samples, first)
        for start, end in self.mutes:
            low, high = np.clip((start - JOIN_SAMPLES - first, end + JOIN_SAMPLES - first), 0, len(samples))
            at = np.arange(first + low, first + high)
            outside = np.maximum(start - at, at - end + 1)
            samples[low:high] *= np.clip(outside / JOIN_SAMPLES, 0.0, 1.0).astype(np.float32)[:, None]

    @staticmethod
    def mute_matters(mute: tuple[int, int], first: int, end: int) -> bool:
        """Whether a mute changes anything from sample `first` of its clip up to `end`."""
        return mute[0] - JOIN_SAMPLES < end and mute[1] + JOIN_SAMPLES > first


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
    count = end - start
    # the same shift for both parts of a split keeps them in step to the sample
    shift = round_half_up(Fraction(source.range.start_ticks - element.start_ticks, TICKS_PER_SAMPLE))
    effects = [e for e in element.effects if e.enabled]
    return SoundClip(
        element=element,
        track_id=track.id,
        artifact_id=source.artifact_id,
        start=start,
        count=count,
        source_start=start + shift,
        gain=element.volume * 10 ** (element.gain_db / 20),
        ramps=tuple(_ramps(track, joined, number, element, count)),
        mutes=tuple(
            (e.range.start_ticks // TICKS_PER_SAMPLE, e.range.end_ticks // TICKS_PER_SAMPLE)
            for e in effects if isinstance(e, Mute)
        ),
        duck=next((e for e in effects if isinstance(e, Duck)), None),
    )  # fmt: skip


def _ramps(track: Track, joined: _Joined, number: int, element: Element, count: int) -> Iterable[Ramp]:
    coming, leaving = joined.into.get(element.id), joined.out_of.get(element.id)
    before = track.elements[number - 1] if number else None
    after = track.elements[number + 1] if number + 1 < len(track.elements) else None
    if coming is not None:
        yield Ramp(0, coming.duration_ticks // TICKS_PER_SAMPLE, True, "power")
    elif not (before and _goes_on(before, element)):
        yield Ramp(0, min(JOIN_SAMPLES, count // 2), True)
    if leaving is not None:
        yield Ramp(count - leaving.duration_ticks // TICKS_PER_SAMPLE, count, False, "power")
    elif not (after and _goes_on(element, after)):
        yield Ramp(count - min(JOIN_SAMPLES, count // 2), count, False)
    for effect in element.effects:
        if isinstance(effect, (FadeIn, FadeOut)) and effect.enabled and effect.sound:
            length = effect.duration_ticks // TICKS_PER_SAMPLE
            rising = isinstance(effect, FadeIn)
            yield Ramp(0 if rising else count - length, length if rising else count, rising)


def _goes_on(left: Element, right: Element) -> bool:
    """Whether `right` plays on where `left` stops, as after a split: then a ramp would only make a dip."""
    a, b = left.source, right.source
    return (
        isinstance(a, MediaSource) and isinstance(b, MediaSource)
        and a.artifact_id == b.artifact_id
        and left.end_ticks == right.start_ticks
        and abs(a.range.end_ticks - b.range.start_ticks) <= TICKS_PER_SAMPLE
        and left.speed == right.speed
        and not (left.speed.fraction != 1 and (left.keep_pitch or right.keep_pitch))  # stretched apart
        and left.has_sound and right.has_sound
        and (left.volume, left.gain_db) == (right.volume, right.gain_db)
        and _ducks(left) == _ducks(right)
        and not _is_quiet_at(left, left.duration_ticks) and not _is_quiet_at(right, 0)
    )  # fmt: skip


def _ducks(element: Element) -> list[dict[str, Any]]:
    return [e.model_dump(exclude={"id"}) for e in element.effects if isinstance(e, Duck) and e.enabled]


def _is_quiet_at(element: Element, edge_ticks: int) -> bool:
    """Whether a fade or a mute silences this edge, counted from the start of the element."""
    near = JOIN_SAMPLES * TICKS_PER_SAMPLE
    fade = FadeOut if edge_ticks else FadeIn
    return any(
        (isinstance(e, fade) and e.sound)
        or (isinstance(e, Mute) and e.range.start_ticks - near < edge_ticks < e.range.end_ticks + near)
        for e in element.effects
        if e.enabled
    )


def level_of(samples: Samples) -> Samples:
    """RMS per hundredth of a second over all channels of (n, channels) samples; the last may be shorter."""
    whole = len(samples) - len(samples) % LEVEL_SAMPLES
    parts = [samples[:whole].reshape(-1, LEVEL_SAMPLES * samples.shape[1])]
    if whole < len(samples):
        parts.append(samples[whole:].reshape(1, -1))
    powers = [np.einsum("ij,ij->i", part, part) / max(1, part.shape[1]) for part in parts]
    return np.sqrt(np.concatenate(powers)).astype(np.float32)
