"""The same sound is known again by its levels, and one that is late, early, louder or softer is told."""

import numpy as np
import pytest

from cuttingroom.media.render.sound.clips import level_of
from cuttingroom.media.render.sound.levels import match_sound, sound_windows

RATE = 48_000


def beeps(seconds: float, hum: float) -> np.ndarray:
    """A beep each second over a steady hum, stereo."""
    at = np.arange(round(seconds * RATE)) / RATE
    sound = hum * np.sin(2 * np.pi * 100 * at)
    for moment in np.arange(0.3, seconds - 0.1, 1.0):
        first = round(moment * RATE)
        sound[first : first + 4800] += 0.4 * np.sin(2 * np.pi * 1000 * at[:4800])
    return np.stack([sound, sound], axis=1).astype(np.float32)


@pytest.mark.parametrize("hum", [0.0, 0.001, 0.02, 0.1])
@pytest.mark.parametrize("seconds", [5, 7.9, 12, 27])
def test_short_sounds_over_a_steady_ground_are_found_where_they_are(seconds: float, hum: float):
    sound = beeps(seconds, hum)
    windows = sound_windows(level_of(sound))
    noise = np.random.default_rng(1).normal(0, 1e-4, sound.shape).astype(np.float32)
    late = np.concatenate([np.zeros((9600, 2), np.float32), sound])
    for heard, lag_ms, gain_db in ((sound, 0, 0), (sound + noise, 0, 0), (late, 200, 0), (sound / 2, 0, -6)):
        match = match_sound(windows, level_of(heard))
        assert match is not None
        assert match.lag_ms == lag_ms
        assert match.gain_db == pytest.approx(gain_db, abs=0.5)
