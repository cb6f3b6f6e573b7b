"""How loud parts of files and the whole mix are, out of what was measured in every 100 ms of each file.

A mix adds up energies, for what sounds together has nothing to do with each other. Volume, gains, lines of
gain, fades, mutes and ducking count as they are in the middle of each step. So the result lies within a few
tenths of what a render measures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cuttingroom.core.time import TICKS_PER_SECOND, TimeRange
from cuttingroom.media.render.sound.weighting import from_steps, integrated_loudness
from cuttingroom.timeline.edits.normalise_loudness import MeasuredLoudness
from cuttingroom.timeline.edits.sounding import list_heard
from cuttingroom.timeline.effects import Bleep, Duck, Envelope, FadeIn, FadeOut, Mute
from cuttingroom.timeline.model import Element, MediaSource, Timeline

STEP_TICKS = TICKS_PER_SECOND // 10
_BLOCK_STEPS = 4
_VOICE_ENERGY = 2 * 10 ** (-42 / 10)
"""What ducking listens for: in a render it is -42 dBFS on both channels."""

Floats = NDArray[np.float64]
Loudness = Mapping[str, Sequence[int]]
"""Hundredths of a LUFS per step, by artifact id."""


def loudness_of(steps: Sequence[int], part: TimeRange) -> float | None:
    """Integrated LUFS of a stretch of a file; None where it is silent. What is shorter than a block of 400 ms
    is measured with what stands around it."""
    low, high = _nearest(part.start_ticks), _nearest(part.end_ticks)
    low -= max(0, _BLOCK_STEPS - (high - low)) // 2
    low = max(0, min(low, len(steps) - _BLOCK_STEPS))
    return integrated_loudness(from_steps(steps[low : max(high, low + _BLOCK_STEPS)]))


def measure_elements(
    timeline: Timeline, element_ids: Sequence[str], loudness: Loudness
) -> list[MeasuredLoudness]:
    """What is known of these elements' own stretches of their files, or of all that are heard."""
    found: dict[tuple[str, int, int], MeasuredLoudness] = {}
    for element in list_heard(timeline):
        source = element.source
        if isinstance(source, MediaSource) and (not element_ids or element.id in element_ids):
            steps, span = loudness.get(source.artifact_id), source.range
            if steps is not None:
                lufs = loudness_of(steps, span)
                found[source.artifact_id, span.start_ticks, span.end_ticks] = MeasuredLoudness(
                    artifact_id=source.artifact_id, range=span, lufs=lufs and round(lufs, 2)
                )
    return list(found.values())


def measure_mix(timeline: Timeline, loudness: Loudness) -> float | None:
    """As `mix_loudness`; None also where a file was not measured."""
    try:
        lufs = mix_loudness(timeline, loudness)
    except KeyError:
        return None
    return lufs and round(lufs, 2)


def mix_loudness(timeline: Timeline, loudness: Loudness) -> float | None:
    """Integrated LUFS of all that is heard; None when that is nothing. KeyError for a file not measured."""
    count = timeline.duration_ticks // STEP_TICKS
    voices = list(_voices(timeline, loudness, count))
    tracks = {t.id for t in timeline.tracks}
    every, plain = ({i: np.zeros(count) for i in tracks} for _ in range(2))
    for voice in voices:
        every[voice.track_id][voice.span] += voice.energies
        if voice.duck is None:
            plain[voice.track_id][voice.span] += voice.energies
    mix = np.asarray(sum(plain.values(), start=np.zeros(count)))
    for voice in voices:
        if voice.duck is not None:
            names = voice.duck.under_track_ids
            others = (set(names) or tracks) - {voice.track_id}
            heard = sum(((every if names else plain)[i][voice.span] for i in others), start=np.zeros(1))
            depth = 10 ** (-voice.duck.depth_db / 10)
            mix[voice.span] += voice.energies * np.where(heard > _VOICE_ENERGY, depth, 1.0)
    return integrated_loudness(mix)


@dataclass(frozen=True)
class _Voice:
    """The energies of an element in the steps of the timeline in which it sounds, before any ducking."""

    track_id: str
    duck: Duck | None
    span: slice
    energies: Floats


def _voices(timeline: Timeline, loudness: Loudness, count: int) -> Sequence[_Voice]:
    found: list[_Voice] = []
    for track in timeline.tracks:
        for element in track.elements if not track.muted else ():
            if element.has_sound and element.volume > 0:
                low, high = (min(count, _nearest(t)) for t in (element.start_ticks, element.end_ticks))
                at = np.arange(low, high) * STEP_TICKS + STEP_TICKS // 2 - element.start_ticks
                duck = next((e for e in element.effects if isinstance(e, Duck) and e.enabled), None)
                found.append(_Voice(track.id, duck, slice(low, high), _energies(element, at, loudness)))
    return found


def _energies(element: Element, at: NDArray[np.int64], loudness: Loudness) -> Floats:
    """At moments of the element's clock."""
    source = element.source
    assert isinstance(source, MediaSource)
    steps = from_steps(loudness[source.artifact_id])
    played = at * float(element.speed.fraction)
    moments = source.range.end_ticks - played if source.backwards else source.range.start_ticks + played
    numbers = np.clip(moments // STEP_TICKS, 0, len(steps)).astype(int)
    energies = np.append(steps, 0.0)[numbers] * element.volume**2 * 10 ** (element.gain_db / 10)
    for effect in element.effects:
        if effect.enabled:
            energies = _shaped(energies, effect, at, element.duration_ticks)
    return energies


def _shaped(energies: Floats, effect: object, at: NDArray[np.int64], duration_ticks: int) -> Floats:
    match effect:
        case FadeIn(sound=True, duration_ticks=length):
            return energies * np.clip(at / length, 0, 1) ** 2
        case FadeOut(sound=True, duration_ticks=length):
            return energies * np.clip((duration_ticks - at) / length, 0, 1) ** 2
        case Envelope(points=points):
            levels = np.interp(at, [p.at_ticks for p in points], [p.gain_db for p in points])
            return energies * 10 ** (levels / 10)
        case Mute(range=span) | Bleep(range=span):
            tone = 10 ** (effect.level_db / 10) if isinstance(effect, Bleep) else 0.0
            return np.where((at >= span.start_ticks) & (at < span.end_ticks), tone, energies)
        case _:
            return energies


def _nearest(ticks: int) -> int:
    return (ticks + STEP_TICKS // 2) // STEP_TICKS
