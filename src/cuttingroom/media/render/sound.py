"""The sound of a timeline: each element decoded to samples, then mixed by the sample.

Positions are samples of 48 kHz, which divides every frame. ffmpeg decodes, resamples and stretches; gains,
fades, mutes, joins and ducking are applied here, where they are exact and can be tested as plain functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cuttingroom.core.time import TICKS_PER_SECOND, round_half_up
from cuttingroom.media.ffmpeg import seek_arguments
from cuttingroom.media.probe import MediaFacts
from cuttingroom.timeline.model import Duck, Element, FadeIn, FadeOut, MediaSource, Mute, Timeline, Track

SAMPLE_RATE = 48_000
TICKS_PER_SAMPLE = TICKS_PER_SECOND // SAMPLE_RATE
CHANNELS = 2
JOIN_SAMPLES = SAMPLE_RATE * 5 // 1000
"""5 ms: cutting a wave anywhere but at zero clicks; this ramp is too short to be heard as one."""
LEVEL_SAMPLES = SAMPLE_RATE // 100
BLOCK_SAMPLES = SAMPLE_RATE * 10
_VOICE_DBFS = -42.0
_HOLD_LEVELS = 25
"""Quarter of a second: ducking holds through the gaps between words."""
_PREROLL_TICKS = TICKS_PER_SECOND // 2
"""Decoders of MP3 and AAC need packets before the wanted one to be exact."""

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

    def envelope(self, first: int, count: int) -> Samples:
        """The gain of samples `first` to `first + count` of the clip."""
        gain = np.ones((count, 1), np.float32)
        self.shape(gain, first)
        return gain[:, 0]

    @staticmethod
    def mute_matters(mute: tuple[int, int], first: int, end: int) -> bool:
        """Whether a mute changes anything from sample `first` of its clip up to `end`."""
        return mute[0] - JOIN_SAMPLES < end and mute[1] + JOIN_SAMPLES > first


def plan_sound(timeline: Timeline, facts: Mapping[str, MediaFacts]) -> list[SoundClip]:
    """Every audible element as a clip. `facts` by artifact id (KeyError when absent)."""
    return [
        _clip(track, number, element, element.source)
        for track in timeline.tracks
        if not track.muted
        for number, element in enumerate(track.elements)
        if isinstance(element.source, MediaSource)
        and element.has_sound
        and facts[element.source.artifact_id].has_sound
        and element.volume > 0
    ]


def _clip(track: Track, number: int, element: Element, source: MediaSource) -> SoundClip:
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
        ramps=tuple(_ramps(track, number, element, count)),
        mutes=tuple(
            (e.range.start_ticks // TICKS_PER_SAMPLE, e.range.end_ticks // TICKS_PER_SAMPLE)
            for e in effects if isinstance(e, Mute)
        ),
        duck=next((e for e in effects if isinstance(e, Duck)), None),
    )  # fmt: skip


def _ramps(track: Track, number: int, element: Element, count: int) -> Iterable[Ramp]:
    joins_in = [t for t in track.transitions if t.right_id == element.id]
    joins_out = [t for t in track.transitions if t.left_id == element.id]
    before = track.elements[number - 1] if number else None
    after = track.elements[number + 1] if number + 1 < len(track.elements) else None
    if joins_in:
        yield Ramp(0, joins_in[0].duration_ticks // TICKS_PER_SAMPLE, True, "power")
    elif not (before and _goes_on(before, element)):
        yield Ramp(0, min(JOIN_SAMPLES, count // 2), True)
    if joins_out:
        yield Ramp(count - joins_out[0].duration_ticks // TICKS_PER_SAMPLE, count, False, "power")
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
        and (left.volume, left.gain_db) == (right.volume, right.gain_db)
    )  # fmt: skip


def decode_chain(clip: SoundClip, facts: MediaFacts, number: int) -> tuple[tuple[str, ...], str]:
    """Options before `-i`, and the filters that make exactly `clip.count` samples at the label `[o<number>]`.

    Sound that starts late or has holes is filled with silence, so that it stays in step with the picture.
    """
    source, audio = clip.element.source, facts.audio[0]
    assert isinstance(source, MediaSource)
    speed = clip.element.speed.fraction
    seek = max(0, source.range.start_ticks - _PREROLL_TICKS)
    origin = round_half_up(Fraction((facts.origin_ticks + seek) * audio.sample_rate, TICKS_PER_SECOND))
    lead = (source.range.start_ticks - seek) // TICKS_PER_SAMPLE
    wanted = round_half_up(clip.count * speed)
    steps = [
        f"asetpts=PTS-{origin}",
        f"aresample={SAMPLE_RATE}:async=1:first_pts=0",
        "aformat=sample_fmts=flt",
        # ffmpeg would make one channel 3 dB quieter on its way to two
        "pan=stereo|c0=c0|c1=c0" if audio.channels == 1 else "aformat=channel_layouts=stereo",
        "apad",
        f"atrim=start_sample={lead}:end_sample={lead + wanted}",
        "asetpts=N",
        *_speed_steps(speed, keep_pitch=clip.element.keep_pitch),
        "apad",
        f"atrim=end_sample={clip.count}",
    ]
    options = ("-vn", "-sn", "-dn", *seek_arguments(seek))
    return options, f"[{number}:{audio.index}]{','.join(steps)}[o{number}]"


def _speed_steps(speed: Fraction, *, keep_pitch: bool) -> list[str]:
    if speed == 1:
        return []
    if not keep_pitch:
        return [f"asetrate={round(SAMPLE_RATE * speed)}", f"aresample={SAMPLE_RATE}"]
    # `atempo` is off by up to 60 ms, `rubberband` with a short window by 15, and its length is exact
    return [f"rubberband=tempo={float(speed):.9f}:window=short"]


class Mixer:
    """Adds clips block by block. State between blocks is only that of the ducking."""

    def __init__(self, clips: Sequence[SoundClip], decoded: Mapping[str, Path], total: int) -> None:
        """`decoded` holds stereo float32 samples per element id; the mix lasts `total` samples."""
        self._clips = sorted(clips, key=lambda c: c.start)
        self._decoded = decoded
        self._total = total
        self._ducks = {c.element.id: _Ducking(c.duck) for c in clips if c.duck is not None}

    def write(self, out: Path, on_block: Callable[[float], None]) -> Samples:
        """Write the mix as raw float32 and return its level in RMS per hundredth of a second."""
        levels: list[Samples] = []
        with out.open("wb") as file:
            for first in range(0, self._total, BLOCK_SAMPLES):
                block = self._mix(first, min(BLOCK_SAMPLES, self._total - first))
                file.write(block.tobytes())
                levels.append(level_of(block))
                on_block((first + len(block)) / self._total)
        return np.concatenate(levels) if levels else np.zeros(0, np.float32)

    def _mix(self, first: int, count: int) -> Samples:
        plain: dict[str, Samples] = {}
        ducked: list[tuple[SoundClip, Samples]] = []
        for clip in self._clips:
            if clip.start < first + count and clip.end > first:
                sound = self._read(clip, first, count)
                bus = plain.setdefault(clip.track_id, np.zeros((count, CHANNELS), np.float32))
                if clip.duck is None:
                    bus += sound
                else:
                    ducked.append((clip, sound))
        dimmed = [
            sound * self._ducks[clip.element.id].gains(self._key(clip, plain, count))[:, None]
            for clip, sound in ducked
        ]
        return _sum([*plain.values(), *dimmed], count)

    def _key(self, clip: SoundClip, plain: Mapping[str, Samples], count: int) -> Samples:
        """What the clip must make room for: undimmed sound of the named tracks, or of all others."""
        assert clip.duck
        named = set(clip.duck.under_track_ids) or plain.keys() - {clip.track_id}
        heard = [plain[t] for t in plain if t in named and t != clip.track_id]
        return _sum(heard, count)

    def _read(self, clip: SoundClip, first: int, count: int) -> Samples:
        """The shaped sound of a clip in a block of the mix, silence where it does not reach."""
        start, end = max(first, clip.start), min(first + count, clip.end)
        offset, length = start - clip.start, end - start
        block = np.zeros((count, CHANNELS), np.float32)
        raw = np.fromfile(
            self._decoded[clip.element.id], np.float32, length * CHANNELS, offset=offset * CHANNELS * 4
        ).reshape(-1, CHANNELS)
        at = start - first
        block[at : at + len(raw)] = raw * clip.envelope(offset, len(raw))[:, None]
        return block


def _sum(buses: Sequence[Samples], count: int) -> Samples:
    total = np.zeros((count, CHANNELS), np.float32)
    for bus in buses:
        total += bus
    return total


class _Ducking:
    """The gain of one ducked clip, smoothed by its attack and release, going on from block to block."""

    def __init__(self, duck: Duck) -> None:
        step_ms = 1000 * LEVEL_SAMPLES / SAMPLE_RATE
        self._low = -duck.depth_db
        self._attack = 1 - float(np.exp(-step_ms / duck.attack_ms))
        self._release = 1 - float(np.exp(-step_ms / duck.release_ms))
        self._gain_db = 0.0
        self._held = 0

    def gains(self, key: Samples) -> Samples:
        levels = level_of(key)
        loud = 20 * np.log10(levels + 1e-9) > _VOICE_DBFS
        points = [self._gain_db, *(self._step(bool(x)) for x in loud)]
        at = np.arange(len(points)) * LEVEL_SAMPLES
        return (10 ** (np.interp(np.arange(len(key)), at, points) / 20)).astype(np.float32)

    def _step(self, loud: bool) -> float:
        self._held = _HOLD_LEVELS if loud else max(0, self._held - 1)
        target, speed = (self._low, self._attack) if self._held else (0.0, self._release)
        self._gain_db += (target - self._gain_db) * speed
        return self._gain_db


def level_of(samples: Samples) -> Samples:
    """RMS per hundredth of a second over all channels of (n, channels) samples; the last may be shorter."""
    whole = len(samples) - len(samples) % LEVEL_SAMPLES
    parts = [samples[:whole].reshape(-1, LEVEL_SAMPLES * samples.shape[1])]
    if whole < len(samples):
        parts.append(samples[whole:].reshape(1, -1))
    powers = [np.einsum("ij,ij->i", part, part) / max(1, part.shape[1]) for part in parts]
    return np.sqrt(np.concatenate(powers)).astype(np.float32)
