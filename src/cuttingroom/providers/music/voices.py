"""The instruments: each function gives the tone of one note, synthesised with sums of sines.

Tones are float32 mono at 48 kHz, begin and end at zero, and are about as loud as each other. Piano strings
are stiff: partial n lies at n f0 sqrt(1 + B n^2) (Fletcher, 1964) and dies the faster the higher it is.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from cuttingroom.providers.audio import Samples
from cuttingroom.providers.music.base import SAMPLE_RATE
from cuttingroom.providers.music.score import Voice

_TABLE_SIZE = 1 << 16
_LONGEST_DECAY_SECONDS = 8.0
_SILENCE = 1e-4


def play(voice: Voice, pitch: int, seconds: float) -> Samples:
    """The tone of one note that is held for `seconds`; it lasts a little longer because it dies away."""
    if voice in ("pad", "strings"):
        return _sustain(voice, pitch, round(seconds * SAMPLE_RATE))
    if voice in ("kick", "hat", "brush"):
        return _strike(voice)
    tone, release = _decaying(voice, pitch), _RELEASE_SECONDS[voice]
    held, tail = int(seconds * SAMPLE_RATE), int(release * SAMPLE_RATE)
    if held + tail >= len(tone):
        return tone
    cut = tone[: held + tail].copy()
    cut[held:] *= _fade(tail)
    return cut


_RELEASE_SECONDS: dict[str, float] = {"piano": 0.35, "guitar": 0.3, "bells": 0.8, "bass": 0.12}


def _hertz(pitch: int) -> float:
    return 440.0 * 2 ** ((pitch - 69) / 12)


def _fade(length: int) -> Samples:
    """From one to zero along half a cosine, so that nothing clicks."""
    return (0.5 + 0.5 * np.cos(np.pi * np.arange(length) / max(length, 1))).astype(np.float32)


# A cached tone holds up to 1.5 MB; one piece uses about thirty of them.
@lru_cache(maxsize=48)
def _decaying(voice: Voice, pitch: int) -> Samples:
    partials = {"piano": _piano, "guitar": _guitar, "bells": _bells, "bass": _bass}[voice](_hertz(pitch))
    tone = _sum_partials(partials)
    attack = int({"piano": 0.007, "guitar": 0.004, "bells": 0.005, "bass": 0.02}[voice] * SAMPLE_RATE)
    tone[:attack] *= _fade(attack)[::-1]
    tail = min(len(tone) // 4, SAMPLE_RATE)
    tone[-tail:] *= _fade(tail)
    tone.setflags(write=False)
    return tone


def _sum_partials(partials: list[tuple[float, float, float]]) -> Samples:
    """Sum of (hertz, amplitude, decay per second); a partial stops where nobody can hear it any more."""
    longest = max(
        min(np.log(amplitude / _SILENCE) / decay, _LONGEST_DECAY_SECONDS) for _, amplitude, decay in partials
    )
    tone = np.zeros(int(longest * SAMPLE_RATE), np.float32)
    for number, (hertz, amplitude, decay) in enumerate(partials):
        length = min(int(np.log(amplitude / _SILENCE) / decay * SAMPLE_RATE), len(tone))
        time = np.arange(length) / SAMPLE_RATE
        phase = ((time * hertz + 0.37 * number) % 1.0).astype(np.float32)
        envelope = amplitude * np.exp((-decay * time).astype(np.float32))
        tone[:length] += envelope * np.sin(np.float32(2 * np.pi) * phase)
    return tone


def _piano(hertz: float) -> list[tuple[float, float, float]]:
    """A felt piano: dark, each partial with a quick and a slow death, strings a hair apart."""
    stiffness, slow = 0.0003, 0.35 + hertz / 700
    partials: list[tuple[float, float, float]] = []
    for n in range(1, 13):
        frequency = n * hertz * float(np.sqrt(1 + stiffness * n * n))
        if frequency > 9000:
            break
        amplitude = 0.42 * n**-1.15 / (1 + (frequency / 1500) ** 2)
        if amplitude * 0.3 > _SILENCE * 4:
            partials.append((frequency, amplitude * 0.7, slow * 2.4 * (1 + 0.3 * (n - 1))))
            partials.append((frequency * 1.0004, amplitude * 0.3, slow * 0.8 * (1 + 0.3 * (n - 1))))
    return partials


def _guitar(hertz: float) -> list[tuple[float, float, float]]:
    """A nylon string plucked at a fifth of its length: that partial, and its multiples, are missing."""
    partials: list[tuple[float, float, float]] = []
    for n in range(1, 15):
        frequency = n * hertz * float(np.sqrt(1 + 0.00006 * n * n))
        amplitude = 0.75 * abs(float(np.sin(np.pi * n / 5))) / n**1.4 / (1 + (frequency / 2600) ** 2)
        if amplitude > _SILENCE * 8:
            partials.append((frequency, amplitude, 1.1 + hertz / 500 + 0.45 * (n - 1)))
    return partials


def _bells(hertz: float) -> list[tuple[float, float, float]]:
    """A soft celesta: the partials of a struck bar, with the higher ones kept small."""
    shape = ((1.0, 0.34, 1.1), (2.0, 0.05, 1.6), (2.76, 0.06, 3.5), (5.4, 0.02, 7.0))
    return [(hertz * ratio, amplitude, decay * (0.8 + hertz / 2000)) for ratio, amplitude, decay in shape]


def _bass(hertz: float) -> list[tuple[float, float, float]]:
    shape = ((1, 0.5, 0.9), (2, 0.16, 1.6), (3, 0.05, 2.6), (4, 0.015, 4.0))
    return [(hertz * n, amplitude, decay) for n, amplitude, decay in shape]


@lru_cache(maxsize=24)
def _sustain(voice: Voice, pitch: int, held: int) -> Samples:
    """Three slightly detuned players of one waveform, swelling in and dying away slowly.

    The outer two are quieter: equal ones cancel each other about once a second, which is heard as a tremble.
    """
    is_strings = voice == "strings"
    attack, release = (0.45, 0.9) if is_strings else (1.1, 1.8)
    rise = min(int(attack * SAMPLE_RATE), max(held // 2, 1))
    fall = int(release * SAMPLE_RATE)
    time = np.arange(held + fall) / SAMPLE_RATE
    table = _waveform(12 if is_strings else 5, 1.25 if is_strings else 1.8)
    vibrato = (0.0009 if is_strings else 0.0) * np.sin(2 * np.pi * 5.1 * time) / (2 * np.pi * 5.1)
    tone = np.zeros(len(time), np.float32)
    for player, (cents, loudness) in enumerate(((-5.0, 0.3), (0.0, 1.0), (6.0, 0.3))):
        frequency = _hertz(pitch) * 2 ** (cents / 1200)
        cycles = frequency * (time + vibrato) + player * 0.31 + pitch * 0.17
        tone += np.float32(loudness) * table[(cycles % 1.0 * _TABLE_SIZE).astype(np.int32) % _TABLE_SIZE]
    tone *= np.float32(0.25)
    tone[:rise] *= _fade(rise)[::-1]
    tone[held:] *= _fade(fall)
    tone.setflags(write=False)
    return tone


@lru_cache(maxsize=4)
def _waveform(harmonics: int, slope: float) -> Samples:
    """One cycle with `harmonics` partials that fall off as n to the power of minus `slope`."""
    cycle = 2 * np.pi * np.arange(_TABLE_SIZE) / _TABLE_SIZE
    order = np.arange(1, harmonics + 1)[:, None]
    return np.sum(np.sin(order * cycle + 0.5 * order) * order**-slope, axis=0).astype(np.float32)


@lru_cache(maxsize=4)
def _strike(voice: Voice) -> Samples:
    """Drums that stay in the background: a round kick, a brush on a snare, a closed hat."""
    if voice == "kick":
        time = np.arange(int(0.35 * SAMPLE_RATE)) / SAMPLE_RATE
        cycles = 48 * time + 1.6 * (1 - np.exp(-time * 38))
        tone = np.sin(2 * np.pi * cycles) * np.exp(-time * 11) * 0.8
    else:
        length, low, high, decay, gain = (
            (0.06, 6000, 12000, 80, 0.5) if voice == "hat" else (0.22, 900, 6000, 22, 0.6)
        )
        time = np.arange(int(length * SAMPLE_RATE)) / SAMPLE_RATE
        noise = _band(np.random.default_rng(7).standard_normal(len(time)), low, high)
        tone = noise * np.exp(-time * decay) * gain
        rise = int(0.004 * SAMPLE_RATE)
        tone[:rise] *= np.arange(rise) / rise
    tone[-480:] *= _fade(480)
    return tone.astype(np.float32)


def _band(noise: np.ndarray, low: float, high: float) -> np.ndarray:
    """The part of `noise` between two frequencies, with soft edges, at an RMS of one quarter."""
    hertz = np.fft.rfftfreq(len(noise), 1 / SAMPLE_RATE)
    gain = 1 / np.sqrt(1 + (low / np.maximum(hertz, 1)) ** 6) / np.sqrt(1 + (hertz / high) ** 6)
    kept = np.fft.irfft(np.fft.rfft(noise) * gain, len(noise))
    return kept / (4 * float(np.sqrt(np.mean(kept**2))) + 1e-9)
