"""Messages that only make sense after the one before."""

from __future__ import annotations

import pytest

from cuttingroom.planners.base import Change, EarlierRequest, PlanDraft
from cuttingroom.planners.rules import RulesPlanner
from cuttingroom.planners.rules.rephrasing import replace_like, without_lead
from cuttingroom.planners.rules.talk import find_changes
from planners.worlds import context

PLANNER = RulesPlanner()


def after(request: str, answer: str, on: str = "three") -> tuple[PlanDraft, PlanDraft]:
    """The plan of a request with open questions, and the one of the message after it."""
    first = PLANNER.plan(context(request, on))
    before = EarlierRequest(request, "run_1", first.questions)
    return first, PLANNER.plan(context(answer, on, before=before))


@pytest.mark.parametrize(
    ("request_", "answer", "tools"),
    [
        ("cut the intro", "the first 5 seconds", ["remove_ranges"]),
        ("cut the intro and mute clip 3", "5 seconds", ["remove_ranges", "set_volume"]),
        ("cut the intro", "yes", ["remove_ranges"]),
        ("cut the intro", "2", ["remove_ranges"]),
        ("delete the clip", "clip 2", ["ripple_remove"]),
        ("speed up clip 1", "2x", ["set_speed"]),
        ("add a title at the start", 'saying "Pier"', ["add_title"]),
    ],
)
def test_an_answer_completes_the_request_that_was_asked_about(request_: str, answer: str, tools: list[str]):
    first, then = after(request_, answer)
    assert first.questions
    assert not then.questions
    assert [i.call["tool"] for i in then.items[:-1]] == tools
    assert any("answers" in note for note in then.assumptions)


def test_what_answers_nothing_is_a_request_of_its_own():
    _, then = after("cut the intro", "mute clip 2")
    assert [i.call["tool"] for i in then.items[:-1]] == ["set_volume"]
    _, then = after("blur the top left corner from 0:10 to 0:05", "make a gif of the first 3 seconds")
    assert [i.call["tool"] for i in then.items] == ["render"]
    _, then = after("cut the intro", "banana")
    assert then.questions
    assert "banana" in then.questions[0].text


@pytest.mark.parametrize(
    ("before", "said", "changed"),
    [
        ("add a 1 second crossfade between clip 1 and clip 2", "no, 2 seconds", "2 seconds"),
        ("freeze the frame at 0:12 for 3 seconds", "make that 5 seconds", "for 5 seconds"),
        ("mute clip 2", "no, clip 3", "mute clip 3"),
        ("turn clip 1 up by 3 dB", "sorry, 6 dB", "by 6 dB"),
    ],
)
def test_a_correction_replaces_what_is_of_its_kind(before: str, said: str, changed: str):
    assert changed in (replace_like(before, without_lead(said), []) or "")


def test_what_could_replace_several_things_replaces_none():
    assert replace_like("mute clip 1 and speed up clip 2 by 2x", "clip 3", []) is None


HISTORY = (
    Change("e1", "remove_ranges", "Cut 0:00-0:05", {}, "r1"),
    Change("e2", "add_title", "Add the title “Pier”", {}, "r2"),
    Change("e3", "fade_out", "Fade out", {}, "r3"),
    Change("e4", "set_volume", "Make it louder", {}, "r3"),
)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), ["e4", "e3"]),
        (("that",), ["e4", "e3"]),
        (("the", "fade"), ["e3"]),
        (("the", "title"), ["e2"]),
        (("the", "cut"), ["e1"]),
        (("everything",), ["e4", "e3", "e2", "e1"]),
        (("the", "rainbow"), []),
    ],
)
def test_what_to_undo_is_found_by_its_name(words: tuple[str, ...], expected: list[str]):
    assert [c.event_id for c in find_changes(HISTORY, words)] == expected
