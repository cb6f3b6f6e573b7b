"""Lines of gain, bleeps, mutes and ducking in the mix: exact, without clicks, the same in any parts."""

from itertools import pairwise

import numpy as np
import pytest

from cuttingroom.core.time import Rate, TimeRange
from cuttingroom.media.render.sound.mix import Mix
from cuttingroom.timeline.effects import Bleep, Duck, Envelope, FadeIn, FadeOut, GainPoint, Mute
from cuttingroom.timeline.model import Element, Timeline
from cuttingroom.timeline.ripple import divided
from media_factory import SECOND, a_timeline, an_element, audio_track, tone, video_track
from mixes import RATE, a_facts, a_mix, amplitude, decibels, stereo

FLAT = {"a": stereo(np.full(8 * RATE, 0.5, np.float32))}


def a_line(*points: tuple[float, float]) -> Envelope:
    return Envelope(points=tuple(GainPoint(at_ticks=round(at * SECOND), gain_db=gain) for at, gain in points))


def stretch(start: float, end: float) -> TimeRange:
    return TimeRange.between(round(start * SECOND), round(end * SECOND))


def piece(*effects: object, at: int = 0, take: tuple[int, int] = (0, 240), **fields: object) -> Element:
    return an_element(a_facts(8), "a", at=at, take=take, effects=effects, **fields)


def mix_of(*elements: Element, sounds: dict[str, np.ndarray] = FLAT) -> Mix:
    return a_mix(a_timeline(audio_track(*elements)), sounds)


def steepest(sound: np.ndarray) -> float:
    return float(np.abs(np.diff(sound[:, 0])).max())


def test_a_line_of_gain_is_straight_in_decibels():
    found = mix_of(piece(a_line((2, 0), (4, -20), (5, -20), (6, 6)))).read(0, 8 * RATE)[:, 0]
    at = np.arange(len(found)) / RATE
    expected = np.interp(at, [2, 4, 5, 6], [0, -20, -20, 6])
    inner = slice(500, -500)
    assert np.abs(20 * np.log10(found[inner] / 0.5) - expected[inner]).max() < 0.01


def test_a_line_to_silence_ends_in_silence_without_a_click():
    found = mix_of(piece(a_line((1, 0), (2, -60)))).read(0, 4 * RATE)
    assert np.abs(found[2 * RATE + 1 :]).max() == 0
    assert decibels(found[round(1.8 * RATE), 0], 0.5) == pytest.approx(-48, abs=0.01)
    assert steepest(found[500:]) < 1e-4


def test_a_jump_of_a_line_takes_five_milliseconds():
    jump = Envelope(
        points=(GainPoint(at_ticks=SECOND, gain_db=0), GainPoint(at_ticks=SECOND + 1, gain_db=-40))
    )
    found = mix_of(piece(jump)).read(0, 2 * RATE)
    assert steepest(found[500:-500]) < 0.02
    assert found[RATE + 241, 0] == pytest.approx(0.005, rel=0.01)
    assert found[RATE - 1, 0] == pytest.approx(0.5)


def test_a_bleep_is_a_tone_of_its_level_in_the_place_of_the_sound():
    sounds = {"a": stereo(tone(8, 440, 0.3))}
    element = piece(Bleep(range=stretch(2, 3)), a_line((0, -6)), volume=0.5)
    found = mix_of(element, sounds=sounds).read(0, 8 * RATE)
    assert amplitude(found, 1000, 2.01, 2.99) == pytest.approx(0.1, rel=1e-3)
    assert amplitude(found, 440, 2.01, 2.99) < 1e-5
    assert amplitude(found, 440, 1, 1.99) == pytest.approx(0.3 * 0.5 * 10 ** (-6 / 20), rel=1e-3)
    assert amplitude(found, 1000, 3.01, 4) < 1e-5
    assert steepest(found) < 0.1 * 2 * np.pi * 1000 / RATE + 0.01


def test_what_was_put_last_over_a_stretch_is_heard():
    both = Bleep(range=stretch(2, 3)), Mute(range=stretch(2.4, 3.5))
    found = mix_of(piece(*both)).read(0, 8 * RATE)
    assert amplitude(found, 1000, 2.01, 2.38) == pytest.approx(0.1, rel=1e-3)
    assert np.abs(found[round(2.4 * RATE) : round(3.5 * RATE)]).max() == 0
    found = mix_of(piece(*both[::-1])).read(0, 8 * RATE)
    assert amplitude(found, 1000, 2.01, 2.99) == pytest.approx(0.1, rel=1e-3)


EFFECTS = (
    a_line((1, 0), (3, -18), (3.4, -60), (4, 3)),
    Bleep(range=stretch(1.51, 2.77)),
    Mute(range=stretch(4.2, 4.9)),
    FadeIn(duration_ticks=SECOND),
    FadeOut(duration_ticks=SECOND),
)


@pytest.mark.parametrize("first", [0, 12_345, RATE, 3 * RATE + 7, 5 * RATE])
def test_any_part_of_a_shaped_mix_is_as_in_the_whole(first: int):
    mix = mix_of(piece(*EFFECTS), sounds={"a": stereo(tone(8, 440, 0.3))})
    assert np.array_equal(mix.read(first, RATE), mix.read(0, 8 * RATE)[first : first + RATE])


@pytest.mark.parametrize("rate", [Rate(num=30), Rate(num=30000, den=1001)])
def test_a_split_is_not_heard_wherever_it_is(rate: Rate):
    sounds = {"a": stereo(tone(8, 440, 0.3))}
    whole = an_element(a_facts(8), "a", at=0, take=(0, 239), rate=rate, effects=EFFECTS[:2])
    expected = a_mix(a_timeline(audio_track(whole), rate=rate), sounds).read(0, 7 * RATE)
    parts = [whole]
    for n, frame in enumerate((37, 60, 71, 95, 130)):
        parts[-1:] = divided(parts[-1], rate.ticks(frame), f"p{n}")
    found = a_mix(a_timeline(audio_track(*parts), rate=rate), sounds).read(0, 7 * RATE)
    assert np.abs(found - expected).max() < 2e-5


def test_parts_that_sound_differently_meet_without_a_click():
    left, right = divided(piece(), 4 * SECOND, "r")
    for effects in [(a_line((0, -9)),), (Bleep(range=stretch(0, 1), frequency_hz=500),)]:
        other = right.model_copy(update={"effects": effects})
        found = mix_of(left, other).read(0, 8 * RATE)
        assert steepest(found[500:-500]) < 0.02


def keys(timeline: Timeline, seconds: int = 8) -> list[str]:
    """What each second of a mix depends on."""
    mix = a_mix(timeline, FLAT)
    return [repr(mix.describe(n * RATE, (n + 1) * RATE, n * RATE)) for n in range(seconds)]


def differing(*variants: tuple[object, ...]) -> list[int]:
    """The seconds in which two sets of effects have different keys."""
    one, other = (keys(a_timeline(audio_track(piece(*effects)))) for effects in variants)
    return [n for n, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]


def test_keys_change_where_the_sound_does():
    assert differing((), (Bleep(range=stretch(2.5, 3.5)),)) == [2, 3]
    assert differing((), (Mute(range=stretch(5.2, 5.4)),)) == [5]
    assert differing((), (a_line((2, 0), (3, -6)),)) == [2, 3, 4, 5, 6, 7]
    ends = ((a_line((2, 0), (3, -6), (6, end)),) for end in (-6, 0))
    assert differing(*ends) == [3, 4, 5, 6, 7]
    tones = ((Bleep(range=stretch(2.1, 2.9), frequency_hz=f),) for f in (900, 901))
    assert differing(*tones) == [2]


def test_keys_do_not_tell_where_the_sound_lies_on_the_timeline():
    here, later = (keys(a_timeline(audio_track(piece(*EFFECTS, at=at))), 11) for at in (0, 60))
    assert here[1:7] == later[3:9]


def loudness_of_bed(mix: Mix, start: float, end: float) -> float:
    return decibels(amplitude(mix.read(0, 8 * RATE), 200, start, end), 0.2)


def test_any_track_makes_room_for_any_other_even_for_one_that_is_ducked_itself():
    sounds = {
        "bed": stereo(tone(8, 200, 0.2)),
        "talk": stereo(tone(8, 440, 0.3) * (np.arange(8 * RATE) < 3 * RATE)),
        "horn": stereo(tone(8, 900, 0.3) * (np.arange(8 * RATE) > 6 * RATE)),
    }

    def on(name: str, *effects: Duck) -> Element:
        return an_element(a_facts(8), name, at=0, take=(0, 240), effects=effects)

    under_talk, under_horn = (Duck(under_track_ids=(name,), depth_db=12) for name in ("t_talk", "t_horn"))
    tracks = [
        video_track(on("talk", under_horn), id="t_talk"),
        audio_track(on("bed", under_talk), id="t_bed"),
        audio_track(on("horn"), id="t_horn"),
    ]
    mix = a_mix(a_timeline(*tracks), sounds)
    assert loudness_of_bed(mix, 1, 2.8) == pytest.approx(-12, abs=0.1)
    assert loudness_of_bed(mix, 5.5, 5.9) == pytest.approx(0, abs=0.1)
    assert loudness_of_bed(mix, 6.5, 7.9) == pytest.approx(0, abs=0.1)  # not under the horn
    parts = [mix.read(n * RATE, RATE) for n in range(8)]
    assert np.abs(np.concatenate(parts) - mix.read(0, 8 * RATE)).max() < 1e-5


def test_neighbours_on_one_line_play_on():
    parts = [piece(a_line((2, 0), (6, -24)), at=0, take=(0, 240))]
    for n, second in enumerate((1, 3, 5, 7)):
        parts[-1:] = divided(parts[-1], second * SECOND, f"p{n}")
    found = mix_of(*parts).read(0, 8 * RATE)[500:-500, 0]
    assert np.abs(np.diff(20 * np.log10(found))).max() < 1e-3
    assert [a.end_ticks == b.start_ticks for a, b in pairwise(parts)] == [True] * 4
