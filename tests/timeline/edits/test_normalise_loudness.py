import pytest
from pydantic import ValidationError

from cuttingroom.core.errors import InvalidInput
from cuttingroom.timeline.edits.normalise_loudness import MeasuredLoudness, NormaliseLoudness
from cuttingroom.timeline.edits.set_volume import SetVolume
from drawing import assert_edit, span, timeline

SCENE = "video: A@f[0-48] B@f[48-72] C@g[0-24] | overlay: T(9)"


def measured(*known):
    return tuple(MeasuredLoudness(artifact_id=a, range=span(*part), lufs=lufs) for a, part, lufs in known)


KNOWN = measured(("f", (0, 48), -30.0), ("f", (48, 72), -10.0), ("g", (0, 24), None))


def gains(drawn):
    return {e.id: e.gain_db for t in drawn.tracks for e in t.elements if e.gain_db}


def test_each_element_gets_the_gain_that_its_own_stretch_needs_and_silence_none():
    after = assert_edit(SCENE, NormaliseLoudness(target_lufs=-16.0, measured=KNOWN), SCENE)
    assert gains(after) == {"A": 14.0, "B": -6.0}


def test_a_fader_that_is_down_counts():
    before = SetVolume(element_ids=("A",), volume=0.5).apply(timeline(SCENE))
    edit = NormaliseLoudness(element_ids=("A",), target_lufs=-16.0, measured=KNOWN)
    assert gains(edit.apply(before)) == {"A": 20.02}
    assert edit.describe(before).endswith("to -16 LUFS (+20 dB)")


def test_after_a_trim_the_measured_stretch_that_shares_most_counts():
    edit = NormaliseLoudness(measured=KNOWN, target_lufs=-16.0)
    assert gains(edit.apply(timeline("video: A@f[40-60]"))) == {"A": -6.0}


def test_the_mix_is_raised_by_one_gain_and_balance_stays():
    before = SetVolume(element_ids=("B",), change_db=-4.0).apply(timeline(SCENE))
    edit = NormaliseLoudness(whole=True, mix_lufs=-22.5, target_lufs=-16.0)
    assert gains(assert_edit(before, edit, SCENE)) == {"A": 6.5, "B": 2.5, "C": 6.5}
    assert edit.describe(before) == "Bring the mix to -16 LUFS (+6.5 dB)"


def test_a_gain_ends_where_gains_end():
    edit = NormaliseLoudness(element_ids=("A",), target_lufs=-5.0, measured=KNOWN)
    assert gains(edit.apply(timeline(SCENE))) == {"A": 24.0}


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (NormaliseLoudness(), "“A”|media 1 at 0:00.00 has not been measured"),
        (NormaliseLoudness(whole=True), "silent, or nobody has measured it"),
        (NormaliseLoudness(element_ids=("C",), measured=KNOWN), "nothing but silence"),
        (NormaliseLoudness(element_ids=("T",), measured=KNOWN), "has no sound"),
    ],
)
def test_what_was_not_measured_is_not_guessed(edit, message):
    with pytest.raises(InvalidInput, match=message):
        edit.apply(timeline(SCENE))


def test_a_mix_and_elements_are_not_mixed_up():
    with pytest.raises(ValidationError, match="one loudness"):
        NormaliseLoudness(whole=True, measured=KNOWN)
    with pytest.raises(ValidationError, match="one by one"):
        NormaliseLoudness(mix_lufs=-20.0)
