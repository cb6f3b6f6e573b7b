"""Every composer keeps these promises."""

import numpy as np
import pytest

from cuttingroom.core.errors import InvalidInput
from cuttingroom.core.time import TICKS_PER_SECOND
from cuttingroom.providers.music.base import SAMPLE_RATE, TICKS_PER_SAMPLE, Composer
from cuttingroom.providers.music.local import SynthComposer
from cuttingroom.providers.music.request import MusicRequest
from cuttingroom.providers.music.scripted import ScriptedComposer

LIMIT = 10 ** (-3 / 20)


@pytest.fixture(params=[SynthComposer, ScriptedComposer], ids=["local", "scripted"])
def composer(request: pytest.FixtureRequest) -> Composer:
    return request.param()


def ask(seconds: float = 6, **values: object) -> MusicRequest:
    return MusicRequest.model_validate({"duration_ticks": round(seconds * TICKS_PER_SECOND), **values})


@pytest.mark.parametrize("seconds", [0.001, 0.7, 3.3337, 11])
def test_music_lasts_exactly_as_long_as_asked(composer: Composer, seconds: float):
    request = ask(seconds)
    music = composer.compose(request)
    assert music.samples.dtype == np.float32
    assert music.samples.shape == (max(round(request.duration_ticks / TICKS_PER_SAMPLE), 1), 2)
    assert music.sample_rate == SAMPLE_RATE


def test_music_has_headroom_no_offset_and_ends_in_silence(composer: Composer):
    samples = composer.compose(ask(8)).samples
    assert 0.05 < np.max(np.abs(samples)) <= LIMIT
    assert np.max(np.abs(samples.mean(axis=0))) < 1e-3
    assert np.max(np.abs(samples[0])) < 1e-4
    assert np.max(np.abs(samples[-1])) < 1e-4


def test_the_same_request_gives_the_same_music_and_another_seed_another(composer: Composer):
    first, again, other = (composer.compose(ask(4, seed=seed)) for seed in (5, 5, 6))
    assert np.array_equal(first.samples, again.samples)
    assert not np.array_equal(first.samples, other.samples)
    assert first.facts == again.facts


def test_music_beyond_the_limit_is_refused(composer: Composer):
    with pytest.raises(InvalidInput):
        composer.compose(ask(composer.info.limits["max_seconds"] + 1))


def test_a_composer_says_who_it_is(composer: Composer):
    assert composer.info.capability == "music"
    assert composer.compose(ask(1)).service
