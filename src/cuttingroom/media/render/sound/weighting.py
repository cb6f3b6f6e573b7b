"""Integrated loudness by EBU R 128 / ITU-R BS.1770-5, out of energies that can be kept per stretch of a
mix."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from cuttingroom.media.render.sound.clips import CHANNELS, SAMPLE_RATE, Samples

STEP_SAMPLES = SAMPLE_RATE // 10
"""Gating blocks last 400 ms and begin every 100 ms: four steps each."""
LEAD_SAMPLES = 2047
"""What must be known before a stretch: the weighting's impulse response without its last 2.5e-10 of
energy."""
_STEPS_PER_BLOCK = 4
_ABSOLUTE_GATE = -70.0
_RELATIVE_GATE = -10.0
_OFFSET = -0.691
_FFT = 16_384

# BS.1770-5, tables 1 and 2: a shelf for the head and a high-pass, for 48 kHz
_STAGES = (
    ((1.53512485958697, -2.69169618940638, 1.19839281085285), (-1.69065929318241, 0.73248077421585)),
    ((1.0, -2.0, 1.0), (-1.99004745483398, 0.99007225036621)),
)

Energies = NDArray[np.float32]


def measure_energies(samples: Samples) -> Energies:
    """Weighted mean square, summed over the channels, of each whole 100 ms after the first `LEAD_SAMPLES`."""
    count = (len(samples) - LEAD_SAMPLES) // STEP_SAMPLES
    power = np.zeros(count * STEP_SAMPLES, np.float32)
    for channel in range(CHANNELS):
        power += np.square(_weight(samples[: LEAD_SAMPLES + len(power), channel]))
    return power.reshape(count, STEP_SAMPLES).mean(axis=1, dtype=np.float64).astype(np.float32)


def integrated_loudness(energies: Sequence[float] | NDArray[np.floating]) -> float | None:
    """LUFS of a whole programme from its energies in order; None when all of it is silence or under 400
    ms."""
    steps = np.asarray(energies, np.float64)
    if len(steps) < _STEPS_PER_BLOCK:
        return None
    blocks = np.convolve(steps, np.full(_STEPS_PER_BLOCK, 1 / _STEPS_PER_BLOCK), "valid")
    loud = blocks[_lufs(blocks) > _ABSOLUTE_GATE]
    if not len(loud):
        return None
    gate = float(_lufs(loud.mean())) + _RELATIVE_GATE
    return float(_lufs(loud[_lufs(loud) > gate].mean()))


def to_steps(energies: Energies) -> list[int]:
    """Energies as whole hundredths of a LUFS, to be kept as text; `from_steps` gives them back to 0.1 %."""
    return np.rint(_lufs(np.asarray(energies, np.float64)) * 100).astype(int).tolist()


def from_steps(steps: Sequence[int]) -> NDArray[np.float64]:
    levels = np.asarray(steps, np.float64) / 100
    return np.where(levels <= _lufs(np.float64(0)) + 0.01, 0.0, 10 ** ((levels - _OFFSET) / 10))


def _lufs(energy: NDArray[np.float64] | np.float64) -> NDArray[np.float64]:
    return _OFFSET + 10 * np.log10(np.maximum(energy, 1e-12))


def _weight(signal: NDArray[np.float32]) -> NDArray[np.float32]:
    """`signal` through the weighting, without the lead: overlap-save, all pieces in one transform."""
    step = _FFT - LEAD_SAMPLES
    count = len(signal) - LEAD_SAMPLES
    pieces = max(1, -(-count // step))
    padded = np.pad(signal, (0, pieces * step - count))
    windows = np.lib.stride_tricks.sliding_window_view(padded, _FFT)[::step]
    weighted = np.fft.irfft(np.fft.rfft(windows, axis=1) * _response(), axis=1)
    return weighted[:, LEAD_SAMPLES:].reshape(-1)[:count].astype(np.float32)


@cache
def _response() -> NDArray[np.complex64]:
    """The spectrum of the first 2,048 samples of the weighting's impulse response."""
    signal = [1.0] + [0.0] * LEAD_SAMPLES
    for (b0, b1, b2), (a1, a2) in _STAGES:
        x1 = x2 = y1 = y2 = 0.0
        for n, x in enumerate(signal):
            y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2
            x1, x2, y1, y2 = x, x1, y, y1
            signal[n] = y
    return np.fft.rfft(np.array(signal), _FFT).astype(np.complex64)
