"""Any stretch of the mix of a timeline, and what it depends on.

A stretch depends only on what lies in and shortly before it: ducking begins from rest so long before that
where it began cannot be heard. So stretches can be mixed apart and laid side by side.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from cuttingroom.media.render.sound.clips import (
    CHANNELS,
    LEVEL_SAMPLES,
    SAMPLE_RATE,
    Samples,
    SoundClip,
    level_of,
)
from cuttingroom.media.render.sound.samples import Take
from cuttingroom.timeline.effects import Duck

VERSION = 1
"""Part of every key; changes with how things are mixed."""
_VOICE_DBFS = -42.0
_HOLD_LEVELS = 25
"""Quarter of a second: ducking holds through the gaps between words."""
_FORGOTTEN_DB = 1e-4
"""How far two duckings that began at different moments may still lie apart."""
_BUCKET_SAMPLES = 10 * SAMPLE_RATE
_PIECE_SAMPLES = 10 * SAMPLE_RATE

Read = Callable[[Take, int, int], Samples]


class Mix:
    """Positions are samples of 48 kHz on the timeline. `takes` holds for each element id what it is played
    from; `read` gives samples of a take. Thread-safe as far as `read` is."""

    def __init__(self, clips: Sequence[SoundClip], takes: Mapping[str, Take], read: Read) -> None:
        self._takes, self._read = takes, read
        self._buckets: dict[int, list[SoundClip]] = defaultdict(list)
        for clip in clips:
            for bucket in range(clip.start // _BUCKET_SAMPLES, -(-clip.end // _BUCKET_SAMPLES)):
                self._buckets[bucket].append(clip)

    def read(self, first: int, count: int) -> Samples:
        """The mix, shape (count, 2), before any gain or limit. Raises what `read` raises."""
        start, end = _down(first), _up(first + count)
        clips = self.clips(start, end)
        ducked = [clip for clip in clips if clip.duck is not None]
        buses = self._buses(clips, ducked, start, end)
        mix = np.zeros((end - start, CHANNELS), np.float32)
        for bus in buses.values():
            mix += bus
        for number, clip in enumerate(ducked):
            heard = [bus for listeners, bus in buses.items() if listeners[number]]
            heard += [self._bus([c], start, end) for c in ducked if _listens(clip, c)]
            self._add_ducked(mix, clip, heard, start)
        return mix[first - start : first - start + count]

    def clips(self, first: int, end: int) -> list[SoundClip]:
        """What sounds between two samples, in the order of the timeline."""
        buckets = range(first // _BUCKET_SAMPLES, -(-end // _BUCKET_SAMPLES))
        near = {clip.element.id: clip for n in buckets for clip in self._buckets.get(n, ())}
        return [clip for clip in near.values() if clip.start < end and clip.end > first]

    def takes_between(self, first: int, end: int) -> Iterable[tuple[Take, range]]:
        """Which blocks of which takes `read` of this stretch needs."""
        for clip, low, high in self._heard(first, end):
            take = self._takes[clip.element.id]
            yield take, take.blocks(*taken(clip, take, low, high))

    def describe(self, first: int, end: int, origin: int) -> Any:
        """Everything that `read` of this stretch depends on, as JSON, with positions counted from
        `origin`."""
        start, end = _down(first), _up(end)
        clips = self.clips(start, end)
        ducks: list[Any] = []
        for clip in clips:
            if clip.duck is not None:
                heard = self._listened(clip, start - _reach(clip.duck), end)
                keys = [self._describe(c, start - _reach(clip.duck), end, origin) for c in heard]
                duck = [clip.duck.depth_db, clip.duck.attack_ms, clip.duck.release_ms]
                ducks.append([duck, self._describe(clip, start, end, origin), _sorted(keys)])
        plain = [self._describe(c, start, end, origin) for c in clips if c.duck is None]
        return ["mix", VERSION, _sorted(plain), _sorted(ducks)]

    def _describe(self, clip: SoundClip, first: int, end: int, origin: int) -> Any:
        low, high = max(first, clip.start), min(end, clip.end)
        shift, take = clip.start - origin, self._takes[clip.element.id]
        first, _ = taken(clip, take, low, high)
        return [
            take.identity,
            *(low - origin, high - origin, [first, "backwards"] if clip.is_backwards else first),
            *clip.describe_shape(low - clip.start, high - clip.start, shift),
        ]

    def _heard(self, first: int, end: int) -> Iterable[tuple[SoundClip, int, int]]:
        """Clips with the stretch of the timeline in which each is read."""
        start, end = _down(first), _up(end)
        clips = self.clips(start, end)
        for clip in clips:
            yield clip, max(start, clip.start), min(end, clip.end)
            if clip.duck is not None:
                for other in self._listened(clip, start - _reach(clip.duck), start):
                    yield other, max(start - _reach(clip.duck), other.start), min(start, other.end)

    def _buses(
        self, clips: Iterable[SoundClip], ducked: Sequence[SoundClip], start: int, end: int
    ) -> dict[tuple[bool, ...], Samples]:
        """Plain clips added up, apart by which of the ducked clips listen to them."""
        buses: dict[tuple[bool, ...], Samples] = {}
        for clip in clips:
            if clip.duck is None:
                listeners = tuple(_listens(d, clip) for d in ducked)
                if listeners not in buses:
                    buses[listeners] = np.zeros((end - start, CHANNELS), np.float32)
                self._add(buses[listeners], clip, start)
        return buses

    def _bus(self, clips: Iterable[SoundClip], start: int, end: int) -> Samples:
        """Clips added up, each as it is before any ducking."""
        bus = np.zeros((end - start, CHANNELS), np.float32)
        for clip in clips:
            if clip.start < end and clip.end > start:
                self._add(bus, clip, start)
        return bus

    def _add(self, bus: Samples, clip: SoundClip, start: int) -> None:
        """Add the shaped sound of a clip to a bus that begins at `start`."""
        low, high = max(start, clip.start), min(start + len(bus), clip.end)
        bus[low - start : high - start] += self._shaped(clip, low, high)

    def _shaped(self, clip: SoundClip, low: int, high: int) -> Samples:
        take = self._takes[clip.element.id]
        raw = self._read(take, taken(clip, take, low, high)[0], high - low)
        if clip.is_backwards:
            raw = raw[::-1].copy()
        clip.shape(raw, low - clip.start)
        return raw

    def _add_ducked(self, mix: Samples, clip: SoundClip, heard: Sequence[Samples], start: int) -> None:
        assert clip.duck is not None
        key = sum(heard[1:], start=heard[0]) if heard else np.zeros_like(mix)
        rest = start - _reach(clip.duck)
        before = self._levels(self._listened(clip, rest, start), rest, start)
        gains = _duck_gains(clip.duck, np.concatenate([before, level_of(key)]), len(before))
        low, high = max(start, clip.start), min(start + len(mix), clip.end)
        ducked = self._shaped(clip, low, high)
        ducked *= gains[low - start : high - start, None]
        mix[low - start : high - start] += ducked

    def _listened(self, ducked: SoundClip, first: int, end: int) -> list[SoundClip]:
        """The clips that `ducked` makes room for."""
        return [c for c in self.clips(first, end) if _listens(ducked, c)]

    def _levels(self, clips: Sequence[SoundClip], first: int, end: int) -> Samples:
        """Levels of some clips added up; a piece at a time, since ducking may remember a minute."""
        pieces = range(first, end, _PIECE_SAMPLES)
        buses = (self._bus(clips, start, min(start + _PIECE_SAMPLES, end)) for start in pieces)
        return np.concatenate([level_of(bus) for bus in buses])


def taken(clip: SoundClip, take: Take, low: int, high: int) -> tuple[int, int]:
    """Which samples of what the clip is played from are heard from `low` up to `high` of the timeline.

    What plays backwards is read the other way round.
    """
    is_whole = clip.element.speed.fraction == 1
    if clip.is_backwards:
        end = clip.source_start if is_whole else take.count
        return end - (high - clip.start), end - (low - clip.start)
    shift = (clip.source_start if is_whole else 0) - clip.start
    return low + shift, high + shift


def _listens(ducked: SoundClip, other: SoundClip) -> bool:
    """Whether `ducked` makes room for `other`: for all of the tracks that it names, or for whatever on other
    tracks is not ducked itself."""
    assert ducked.duck is not None
    if other.track_id == ducked.track_id:
        return False
    named = ducked.duck.under_track_ids
    return other.track_id in named if named else other.duck is None


def _reach(duck: Duck) -> int:
    """How long before a sample ducking must begin from rest to be right there: a whole number of levels.

    Whatever was before fades with e^(-t / time constant), at the slower of the two.
    """
    slower_ms = max(duck.attack_ms, duck.release_ms)
    constants = max(1.0, math.log(duck.depth_db / _FORGOTTEN_DB))
    return _up(math.ceil(slower_ms * SAMPLE_RATE / 1000 * constants)) + (_HOLD_LEVELS + 1) * LEVEL_SAMPLES


def _duck_gains(duck: Duck, levels: Samples, skipped: int) -> Samples:
    """The gain of every sample after the first `skipped` of the levels it listens to, from rest."""
    step_ms = 1000 * LEVEL_SAMPLES / SAMPLE_RATE
    attack, release = (1 - math.exp(-step_ms / ms) for ms in (duck.attack_ms, duck.release_ms))
    points = np.zeros(len(levels) + 1)
    gain_db, held = 0.0, 0
    for number, is_loud in enumerate((20 * np.log10(levels + 1e-9) > _VOICE_DBFS).tolist(), 1):
        held = _HOLD_LEVELS if is_loud else max(0, held - 1)
        target, speed = (-duck.depth_db, attack) if held else (0.0, release)
        gain_db += (target - gain_db) * speed
        points[number] = gain_db
    gains = (10 ** (points[skipped:] / 20)).astype(np.float32)
    share = np.arange(LEVEL_SAMPLES) / LEVEL_SAMPLES
    return (gains[:-1, None] + np.diff(gains)[:, None] * share).reshape(-1).astype(np.float32)


def _down(sample: int) -> int:
    return sample - sample % LEVEL_SAMPLES


def _up(sample: int) -> int:
    return sample + -sample % LEVEL_SAMPLES


def _sorted(values: list[Any]) -> list[Any]:
    """In an order that does not depend on tracks or ids: sums are the same in any order."""
    return sorted(values, key=repr)
