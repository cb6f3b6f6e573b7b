"""Mixes that play samples from memory: what is done to sound without files and encoders."""

from __future__ import annotations

import numpy as np

from cuttingroom.media.probe import AudioFacts, MediaFacts
from cuttingroom.media.render.sound.clips import plan_sound
from cuttingroom.media.render.sound.mix import Mix
from cuttingroom.media.render.sound.samples import Take
from cuttingroom.timeline.model import Timeline

RATE = 48_000


def a_mix(timeline: Timeline, sounds: dict[str, np.ndarray]) -> Mix:
    """A mix that plays stereo samples from memory, by artifact id."""
    facts = {name: a_facts(len(sound) / RATE) for name, sound in sounds.items()}

    def read(take: Take, first: int, count: int) -> np.ndarray:
        sound = np.pad(sounds[take.artifact_id], ((count, count), (0, 0)))
        return sound[np.clip(first + count, 0, None) :][:count].copy()

    clips = plan_sound(timeline, facts)
    takes = {c.element.id: Take.of(c, facts[c.artifact_id], c.artifact_id) for c in clips}
    return Mix(clips, takes, read)


def a_facts(seconds: float) -> MediaFacts:
    ticks = round(seconds * 705_600_000)
    audio = AudioFacts(
        index=0, codec="pcm_s16le", sample_rate=RATE, channels=2, language="", start_ticks=0,
        duration_ticks=ticks,
    )  # fmt: skip
    return MediaFacts(container="wav", duration_ticks=ticks, size_bytes=1, audio=(audio,))


def stereo(sound: np.ndarray) -> np.ndarray:
    return np.repeat(sound[:, None], 2, axis=1).astype(np.float32)


def amplitude(sound: np.ndarray, frequency: float, start: float, end: float) -> float:
    """How strong a tone is between two seconds of (n,) or (n, channels) samples."""
    part = sound if sound.ndim == 1 else sound.mean(axis=1)
    part = part[round(start * RATE) : round(end * RATE)].astype(np.float64)
    window = np.hanning(len(part))
    turned = np.exp(-2j * np.pi * frequency * np.arange(len(part)) / RATE)
    return float(2 * abs((part * window * turned).sum()) / window.sum())


def decibels(value: float, than: float = 1.0) -> float:
    return float(20 * np.log10(max(value, 1e-9) / than))
