"""A peak limiter that looks ahead, forgets, and can be run on any stretch by itself.

Each peak above the ceiling lowers the gain in a straight line over the attack before it and lets it rise in a
straight line over the release after it, as ffmpeg's `alimiter` does for a peak that stands alone. Where
several meet the lowest gain counts. So the gain at a sample depends on 50 ms before it and 5 ms after it,
exactly.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from cuttingroom.media.render.sound.clips import CHANNELS, SAMPLE_RATE, Samples

ATTACK_MS, RELEASE_MS = 5, 50
_HOP = 16
_ATTACK = ATTACK_MS * SAMPLE_RATE // 1000 // _HOP
_RELEASE = RELEASE_MS * SAMPLE_RATE // 1000 // _HOP
LEAD_SAMPLES = (_RELEASE + 4) * _HOP
TAIL_SAMPLES = (_ATTACK + 4) * _HOP
"""What must be known before and after a stretch; both are whole hops."""

# ITU-R BS.1770-5, annex 2: the interpolating filter for true peaks at four times the rate
_PHASES = np.array(
    [
        [0.001708984375, 0.010986328125, -0.0196533203125, 0.033203125, -0.0594482421875, 0.1373291015625,
         0.97216796875, -0.102294921875, 0.047607421875, -0.026611328125, 0.014892578125, -0.00830078125],
        [-0.0291748046875, 0.029296875, -0.0517578125, 0.089111328125, -0.16650390625, 0.465087890625,
         0.77978515625, -0.2003173828125, 0.1015625, -0.0582275390625, 0.0330810546875, -0.0189208984375],
    ],
    np.float32,
)  # fmt: skip
_FILTERS = np.concatenate([_PHASES, _PHASES[::-1, ::-1]])
_MOST_RISE = float(np.abs(_FILTERS).sum(axis=1).max())
"""No true peak is higher than so many times the highest sample around it."""
_TAPS = _FILTERS.shape[1]


def limit_peaks(samples: Samples, ceiling: float) -> Samples:
    """The samples (n, 2) without `LEAD_SAMPLES` before and `TAIL_SAMPLES` after, true peaks at most
    `ceiling`.

    `ceiling` is an amplitude. Where nothing is too high the samples come back as they are. The first sample
    must lie on the same multiple of 16 in every stretch of one sound.
    """
    count = len(samples) - LEAD_SAMPLES - TAIL_SAMPLES
    inner = samples[LEAD_SAMPLES : LEAD_SAMPLES + count]
    if max(float(samples.max()), -float(samples.min())) * _MOST_RISE <= ceiling:
        return inner
    peaks = _hop_peaks(samples, ceiling)
    reduction = 1 - ceiling / np.maximum(peaks, ceiling)
    if not reduction.any():
        return inner
    gains = 1 - _spread(reduction)
    share = np.arange(_HOP, dtype=np.float32) / _HOP
    curve = (gains[:-1, None] + np.diff(gains)[:, None] * share).reshape(-1)
    return inner * curve[LEAD_SAMPLES : LEAD_SAMPLES + count, None].astype(np.float32)


def _hop_peaks(samples: Samples, ceiling: float) -> NDArray[np.float32]:
    """The highest true peak in every 16 samples; where samples alone show that it is lower than the ceiling,
    the highest sample."""
    padded = np.pad(samples, ((0, -len(samples) % _HOP), (0, 0)))
    peaks = _row_peaks(np.abs(padded).reshape(-1, _HOP * CHANNELS))
    around = np.pad(peaks, 1)
    around = np.maximum(np.maximum(around[:-2], around[2:]), peaks)
    suspects = np.flatnonzero(around * _MOST_RISE > ceiling)
    if not len(suspects):
        return peaks
    half = _TAPS // 2
    for channel in range(CHANNELS):
        edged = np.pad(padded[:, channel], half)
        windows = sliding_window_view(edged, _HOP + _TAPS - 1)[::_HOP][suspects]
        peaks[suspects] = np.maximum(peaks[suspects], _row_peaks(np.abs(windows @ _TOEPLITZ)))
    return peaks


def _row_peaks(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """The maximum of each row, of a power of two of columns; numpy's own is slow on short rows."""
    while rows.shape[1] > 1:
        half = rows.shape[1] // 2
        rows = np.maximum(rows[:, :half], rows[:, half:])
    return rows[:, 0]


def _toeplitz() -> NDArray[np.float32]:
    """The four filters at each of 16 neighbouring samples, as one matrix."""
    matrix = np.zeros((_HOP + _TAPS - 1, _HOP * len(_FILTERS)), np.float32)
    for number, taps in enumerate(_FILTERS):
        for n in range(_HOP):
            matrix[n : n + _TAPS, number * _HOP + n] = taps
    return matrix


_TOEPLITZ = _toeplitz()


def _spread(reduction: NDArray[np.floating]) -> NDArray[np.floating]:
    """How much the gain is lowered at the edges of the hops."""
    edges = np.maximum(np.append(reduction, 0), np.insert(reduction, 0, 0))
    spread = edges.copy()
    for n in range(1, _ATTACK):
        spread[:-n] = np.maximum(spread[:-n], edges[n:] * (1 - n / _ATTACK))
    for n in range(1, _RELEASE):
        spread[n:] = np.maximum(spread[n:], edges[:-n] * (1 - n / _RELEASE))
    return spread
