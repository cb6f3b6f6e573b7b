"""The gallery shows everything there is, from timelines that the edits accept."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from cuttingroom.timeline.effects import EffectType
from cuttingroom.timeline.model import Timeline, Transition
from cuttingroom.timeline.presets import CAPTION_PRESETS, TITLE_PRESETS

ROOT = Path(__file__).parents[1]
HEARD = {"fade_in", "fade_out", "mute", "bleep", "duck", "envelope", "denoise"}
"""What is heard, or comes and goes: no still shows it."""


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[tuple[str, Timeline]]]:
    monkeypatch.syspath_prepend(ROOT)
    from gallery.shots import SHEETS

    return {name: [(s.label, s.timeline) for s in make()] for name, (_, make) in SHEETS.items()}


def test_every_effect_transition_and_preset_is_in_the_gallery(shown: dict[str, list[tuple[str, Timeline]]]):
    timelines = [t for shots in shown.values() for _, t in shots]
    effects: set[str] = {x.type for t in timelines for k in t.tracks for e in k.elements for x in e.effects}
    assert effects >= set(get_args(EffectType)) - HEARD
    kinds = {j.kind for t in timelines for k in t.tracks for j in k.transitions}
    assert kinds == set(get_args(Transition.model_fields["kind"].annotation))
    assert set(TITLE_PRESETS) <= {label.partition(":")[0] for label, _ in shown["titles"]}
    assert set(CAPTION_PRESETS) <= {label.partition(":")[0] for label, _ in shown["captions"]}


def test_its_pictures_are_there_and_small():
    for name in ("looks", "framing", "transitions", "titles", "captions"):
        assert (ROOT / "docs" / "images" / f"gallery-{name}.png").stat().st_size < 400_000
