"""Music made here with numpy: the score, the instruments, a room, and a level that fits under a voice."""

from __future__ import annotations

import numpy as np

from cuttingroom.core.errors import InvalidInput
from cuttingroom.core.time import ticks_to_seconds
from cuttingroom.providers.audio import Samples
from cuttingroom.providers.base import ProviderInfo
from cuttingroom.providers.music.base import SAMPLE_RATE, Music, count_samples
from cuttingroom.providers.music.moods import STYLES
from cuttingroom.providers.music.request import MusicRequest
from cuttingroom.providers.music.score import KEYS, Score, write_score
from cuttingroom.providers.music.voices import play

MAX_SECONDS = 900
PEAK = 10 ** (-3.1 / 20)
LOUDNESS_RMS = 10 ** (-20 / 20)
FADE_IN_SECONDS, FADE_OUT_SECONDS = 0.05, 4.0
WET = 0.4
"""Reverberation against the direct sound, as a ratio of amplitudes between 200 and 1500 Hz."""
_BLOCK = 1 << 18


class SynthComposer:
    """Our own synthesis: the same request gives the same samples."""

    info = ProviderInfo(
        capability="music",
        name="synth",
        model="cuttingroom-synth-1",
        is_local=True,
        limits={"max_seconds": MAX_SECONDS},
        choices={"moods": tuple(STYLES), "instruments": ("piano", "pad", "strings", "guitar", "bells")},
    )

    def compose(self, request: MusicRequest) -> Music:
        seconds = ticks_to_seconds(request.duration_ticks)
        if seconds > MAX_SECONDS:
            raise InvalidInput(
                f"Music of {seconds / 60:.0f} minutes is too long; at most {MAX_SECONDS // 60} can be made.",
                advice="Make a shorter bed and repeat it, or bring your own file.",
            )
        length = count_samples(request)
        score = write_score(request, length / SAMPLE_RATE)
        wet = _add_room(_mix(score, length), score.style.room_seconds, score.style.brightness)
        return Music(_finish(wet, score), SAMPLE_RATE, _facts(request, score), self.info.model)


def _mix(score: Score, length: int) -> Samples:
    """All notes at their places, with constant power between left and right."""
    mix = np.zeros((length, 2), np.float32)
    for note in score.notes:
        start = round(note.start * SAMPLE_RATE)
        tone = play(note.voice, note.pitch, note.length)[: max(length - start, 0)]
        angle = np.pi / 4 * (1 + note.place)
        mix[start : start + len(tone), 0] += tone * np.float32(note.loudness * np.cos(angle))
        mix[start : start + len(tone), 1] += tone * np.float32(note.loudness * np.sin(angle))
    return mix


def _add_room(dry: Samples, seconds: float, brightness: int) -> Samples:
    """Tone and reverberation in one convolution (overlap-add), per channel, same length."""
    responses = _responses(seconds, brightness)
    span = len(responses) + _BLOCK - 1
    size = 1 << (span - 1).bit_length()
    wet = np.zeros((len(dry) + size, 2), np.float32)
    for channel in range(2):
        spectrum = np.fft.rfft(responses[:, channel], size)
        for start in range(0, len(dry), _BLOCK):
            block = np.fft.rfft(dry[start : start + _BLOCK, channel], size)
            wet[start : start + size, channel] += np.fft.irfft(block * spectrum, size)
    return wet[: len(dry)]


def _responses(seconds: float, brightness: int) -> Samples:
    """What the room answers to a click: the click itself, then noise that decays and darkens, different in
    each ear. Shaped as decaying noise after J. A. Moorer, "About this reverberation business" (1979)."""
    rng = np.random.default_rng(1979)
    length = int(seconds * SAMPLE_RATE)
    time = np.arange(length)[:, None] / SAMPLE_RATE
    noise = rng.standard_normal((length, 2))
    dark = _low_pass(noise, 1800) * np.exp(-5.5 * time / seconds)
    bright = _low_pass(noise, 5000) * np.exp(-12 * time / seconds)
    tail = dark + 0.5 * bright
    tail *= np.clip((time - 0.012) / 0.02, 0, 1)
    hertz = np.fft.rfftfreq(length, 1 / SAMPLE_RATE)[:, None]
    spectrum = np.fft.rfft(tail, axis=0) / (1 + (150 / np.maximum(hertz, 1)) ** 4)
    heard = np.abs(spectrum[(hertz[:, 0] > 200) & (hertz[:, 0] < 1500)])
    tail = np.fft.irfft(spectrum, length, axis=0) * WET / np.sqrt(np.mean(heard**2))
    tail[0] += 1.0
    return _low_pass(tail, brightness).astype(np.float32)


def _low_pass(signal: np.ndarray, corner: float) -> np.ndarray:
    """12 dB per octave above `corner` Hz, without a shift in time; on axis 0."""
    padded = np.concatenate([np.zeros((512, 2)), signal])
    hertz = np.fft.rfftfreq(len(padded), 1 / SAMPLE_RATE)[:, None]
    gain = 1 / (1 + (hertz / corner) ** 2)
    return np.fft.irfft(np.fft.rfft(padded, axis=0) * gain, len(padded), axis=0)[512:]


def _finish(wet: Samples, score: Score) -> Samples:
    """No offset, fades that reach zero exactly at both ends, and a level with 3 dB of headroom."""
    length = len(wet)
    wet -= np.mean(wet, axis=0, keepdims=True, dtype=np.float64).astype(np.float32)
    rise = min(int(FADE_IN_SECONDS * SAMPLE_RATE), length // 4)
    ring = score.seconds - score.ending
    fall = min(int(min(FADE_OUT_SECONDS, 0.85 * ring) * SAMPLE_RATE), length)
    wet[:rise] *= _ramp(rise)[:, None]
    wet[length - fall :] *= _ramp(fall)[::-1, None]
    peak = float(max(wet.max(), -wet.min()))
    rms = float(np.sqrt(np.vdot(wet, wet) / wet.size))
    wet *= np.float32(min(PEAK / max(peak, 1e-9), LOUDNESS_RMS / max(rms, 1e-9)))
    return wet


def _ramp(length: int) -> Samples:
    """From exactly zero to one along half a cosine."""
    return (0.5 - 0.5 * np.cos(np.pi * np.arange(length) / max(length - 1, 1))).astype(np.float32)


def _facts(request: MusicRequest, score: Score) -> dict[str, object]:
    return {
        "mood": request.mood,
        "instrument": score.instrument,
        "tempo_bpm": round(score.tempo_bpm, 2),
        "key": KEYS[score.tonic % 12],
        "chords": [chord.name for chord in score.chords],
        "bars": len(score.chords) - 1,
        "ending_seconds": round(score.ending, 3),
        "seed": request.seed,
    }
