"""Taking steady noise out of sound: hiss, hum and the noise of rooms, not what comes and goes.

How strong the noise is in each band is measured on the quiet moments of the whole file; then every band is
turned down wherever it holds little more than that. After S. Boll, "Suppression of acoustic noise in speech
using spectral subtraction" (1979), with a floor and smoothed gains against its chirping. Nothing is
remembered from one stretch to the next, so that any stretch can be made by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from cuttingroom.media.render.sound.shapes import Samples

VERSION = 2
"""Part of every key; changes with what is made."""
_FRAME, HOP_SAMPLES = 1920, 480
"""40 ms, four of them over each sample."""
_TIME = np.array([1, 2, 3, 2, 1], np.float32) / 9
_BANDS = np.array([1, 2, 1], np.float32) / 4
"""How powers are smoothed over frames and bands before a gain is drawn from them."""
_REACH = len(_TIME) // 2
LEAD_SAMPLES = _FRAME - HOP_SAMPLES + _REACH * HOP_SAMPLES
"""What must be known before and after a stretch."""
_QUIET_FRAMES = 32
_QUIET_PERCENTILE = 10
_QUIET_TO_MEAN = 1.25
"""From the quiet tenth of means over a third of a second to the mean of a steady noise: measured on one."""
_SILENCE = 1e-6
"""About -90 dBFS: what is quieter than that is no noise to measure but nothing."""
_TOO_NEAR = 1.6
"""Power over the noise from which a band begins to come up: noise alone seldom gets there."""
_PIECE_HOPS = 500

Powers = NDArray[np.float32]
_WINDOW = np.sqrt(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_FRAME) / _FRAME)).astype(np.float32)


def measure_noise(stretches: Iterable[Callable[[], Samples]]) -> Powers:
    """The mean power of the noise in each band, out of stretches of the strand that are read one by one."""
    quiet = [np.zeros((0, _FRAME // 2 + 1), np.float32)]
    for read in stretches:
        powers = _powers(_spectra(read()))
        whole = len(powers) // _QUIET_FRAMES * _QUIET_FRAMES
        groups = powers[:whole].reshape(-1, _QUIET_FRAMES, powers.shape[1])
        is_heard = groups.mean(axis=2).min(axis=1) > _SILENCE
        quiet.append(groups[is_heard].mean(axis=1))
    means = np.concatenate(quiet)
    if not len(means):
        return np.zeros(means.shape[1], np.float32)
    return (np.percentile(means, _QUIET_PERCENTILE, axis=0) * _QUIET_TO_MEAN).astype(np.float32)


def transpose_noise(noise: Powers, speed: float) -> Powers:
    """The noise of a sound whose pitch follows its speed."""
    bands = np.arange(len(noise))
    return (np.interp(bands / speed, bands, noise, right=0.0) / speed).astype(np.float32)


def reduce_noise(samples: Samples, noise: Powers, reduction_db: float) -> Samples:
    """The samples (n, channels) without `LEAD_SAMPLES` before and after.

    The first must lie on the same multiple of 480 in every stretch of one strand, and n be one.
    """
    count = len(samples) - 2 * LEAD_SAMPLES
    out = np.zeros((count, samples.shape[1]), np.float32)
    step = _PIECE_HOPS * HOP_SAMPLES
    for low in range(0, count, step):
        high = min(low + step, count)
        out[low:high] = _reduced(samples[low : high + 2 * LEAD_SAMPLES], noise, reduction_db)
    return out


def _reduced(samples: Samples, noise: Powers, reduction_db: float) -> Samples:
    spectra = _spectra(samples)
    gains = _gains(_powers(spectra), noise, 10 ** (-reduction_db / 20))
    kept = spectra[:, _REACH : len(spectra[0]) - _REACH] * gains
    frames = np.fft.irfft(kept, _FRAME, axis=2) * _WINDOW / 2
    return _overlapped(frames.astype(np.float32))


def _spectra(samples: Samples) -> NDArray[np.complex64]:
    """(channels, frames, bands), a frame every hop from the first sample on."""
    frames = sliding_window_view(samples, _FRAME, axis=0)[::HOP_SAMPLES]
    return np.fft.rfft(frames.transpose(1, 0, 2) * _WINDOW, axis=2).astype(np.complex64)


def _powers(spectra: NDArray[np.complex64]) -> Powers:
    """(frames, bands), of all channels together: one gain for all keeps the sound where it is in the room."""
    return (spectra.real**2 + spectra.imag**2).mean(axis=0)


def _gains(powers: Powers, noise: Powers, floor: float) -> Powers:
    """For each frame but the first and last few: from `floor` where there is only noise, up to 1."""
    padded = np.pad(powers, ((0, 0), (1, 1)), mode="edge")
    bands, count = powers.shape[1], len(powers) - 2 * _REACH
    wide = np.add.reduce([share * padded[:, n : n + bands] for n, share in enumerate(_BANDS)])
    smooth = np.add.reduce([share * wide[n : n + count] for n, share in enumerate(_TIME)])
    above = 1 - _TOO_NEAR * noise / np.maximum(smooth, 1e-20)
    return np.maximum(above, floor).astype(np.float32)


def _overlapped(frames: NDArray[np.float32]) -> Samples:
    """Frames (channels, n, samples) added up a hop apart, where as many as there are lie over each other."""
    channels, count, _ = frames.shape
    parts = _FRAME // HOP_SAMPLES
    hops = frames.reshape(channels, count, parts, HOP_SAMPLES)
    total = np.zeros((channels, count + parts - 1, HOP_SAMPLES), np.float32)
    for part in range(parts):
        total[:, part : part + count] += hops[:, :, part]
    return total[:, parts - 1 : count].reshape(channels, -1).T
