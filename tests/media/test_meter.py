"""Levels and true peaks of sound that comes in pieces."""

import numpy as np
import pytest

from cuttingroom.media.render.sound.clips import level_of
from cuttingroom.media.render.verification.meter import SoundMeter


def metered(samples: np.ndarray, step: int) -> SoundMeter:
    meter = SoundMeter(samples.shape[1])
    data = samples.astype("<f4").tobytes()
    for at in range(0, len(data), step):
        meter.take(data[at : at + step])
    meter.finish()
    return meter


@pytest.mark.parametrize("channels", [1, 2, 6])
def test_levels_do_not_depend_on_the_pieces(channels: int):
    samples = np.random.default_rng(1).normal(0, 0.1, (48_000 * 11 + 77, channels)).astype(np.float32)
    for step in (40_093, 1 << 30):
        meter = metered(samples, step)
        assert meter.samples == len(samples)
        assert np.allclose(meter.levels, level_of(samples), rtol=1e-4)


@pytest.mark.parametrize(("frequency", "phase"), [(12_000, np.pi / 4), (6_000, np.pi / 8), (997, 0.0)])
def test_a_peak_between_samples_is_found(frequency: int, phase: float):
    """At a quarter of the rate all samples of a sine can lie 3 dB below its peaks."""
    n = np.arange(48_000 * 12)
    fade = np.clip(np.minimum(n, n[::-1]) / 4800, 0, 1)
    sine = 0.5 * fade * np.sin(2 * np.pi * frequency * n / 48_000 + phase)
    meter = metered(np.stack([sine, sine * 0.1], axis=1), 1 << 16)
    assert meter.true_peak_dbtp == pytest.approx(-6.0, abs=0.2)


def test_a_peak_on_the_border_of_two_blocks_is_found():
    n = np.arange(48_000 * 20)
    burst = np.exp(-(((n - 480_000) / 60) ** 2)) * np.sin(
        2 * np.pi * 12_000 * (n - 480_000) / 48_000 + np.pi / 4
    )
    assert metered(0.5 * burst[:, None], 1 << 20).true_peak_dbtp == pytest.approx(-6.0, abs=0.3)


def test_silence_and_no_sound_at_all_have_no_peak():
    for count in (0, 5, 48_000):
        assert metered(np.zeros((count, 2)), 100).true_peak_dbtp == -150.0
