"""Dividing, ordering, copying, covering, cards, markers and chapters, as people ask for them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cuttingroom.planners.base import Need, PlanDraft
from cuttingroom.planners.evaluation.comparing import find_plan_difference
from cuttingroom.planners.rules import RulesPlanner
from cuttingroom.planners.rules.chapter_lists import find_chapter_lists
from cuttingroom.timeline.edits.base import MediaRef
from planners.worlds import MEDIA, context, ticks

FILES = (
    *MEDIA,
    MediaRef(artifact_id="art_broll", media_ticks=ticks(20), has_sound=False, name="broll.mp4"),
    MediaRef(artifact_id="art_beach", media_ticks=1, has_sound=False, is_still=True, name="beach.jpg"),
)
SCENES = {"art_talk": (ticks(12), ticks(25.5), ticks(41)), "art_c1": (ticks(8),), "art_c2": (), "art_c3": ()}


def plan(request: str, on: str = "three") -> PlanDraft:
    return RulesPlanner().plan(context(request, on=on, media=FILES, scene_cuts=SCENES))


def parts(*points: float) -> list[dict[str, Any]]:
    return [{"tool": "split_at", "points": list(points)}]


def order(*ids: str) -> list[dict[str, Any]]:
    return [{"tool": "reorder", "elements": list(ids)}]


def card(text: str, **fields: Any) -> list[dict[str, Any]]:
    return [{"tool": "add_card", "text": text, **fields}]


def chapters(*found: tuple[float, str]) -> list[dict[str, Any]]:
    return [{"tool": "add_chapters", "chapters": [{"at": at, "name": name} for at, name in found]}]


SAID: list[tuple[str, str, list[dict[str, Any]]]] = [
    ("talk", "split it into 4 equal parts", parts(30, 60, 90)),
    ("talk", "please split it evenly in 3", parts(40, 80)),
    ("talk", "cut it into thirds", parts(40, 80)),
    ("talk", "chop the vid into three equal parts", parts(40, 80)),
    ("three", "split clip 2 into 3 pieces", parts(30, 40)),
    ("talk", "split every 50 seconds", parts(50, 100)),
    ("talk", "cut it every minute", parts(60)),
    ("talk", "chop it up into 30 second chunks", parts(30, 60, 90)),
    ("talk", "split into 2 parts of one minute each", parts(60)),
    ("talk", "split at every scene change", parts(12, 25.5, 41)),
    ("talk", "split it wherever the scene changes", parts(12, 25.5, 41)),
    ("talk", "cut it into scenes", parts(12, 25.5, 41)),
    ("three", "split it at the scene cuts", parts(8)),
    ("three", "reorder the clips 3 1 2", order("c3", "c1", "c2")),
    ("three", "play the market first then the pier then the harbour", order("c3", "c1", "c2")),
    ("three", "arrange the clips as market, pier, harbour", order("c3", "c1", "c2")),
    ("three", "put the clips in reverse order", order("c3", "c2", "c1")),
    ("three", "duplicate clip 2", [{"tool": "duplicate", "elements": ["c2"]}]),
    (
        "three",
        "make a copy of the market after clip 1",
        [{"tool": "duplicate", "elements": ["c3"], "at": 20}],
    ),
    ("full", "copy the title to 0:40 as well", [{"tool": "duplicate", "elements": ["t1"], "at": 40}]),
    ("three", "put outro.mp4 between clip 1 and 2", [{"tool": "insert", "media": "art_outro", "at": 20}]),
    (
        "three",
        "insert beach.jpg between clips 2 and 3 for 3 seconds",
        [{"tool": "insert", "media": "art_beach", "at": 50, "duration": 3}],
    ),
    ("three", "add outro.mp4 at the end", [{"tool": "append", "media": "art_outro"}]),
    ("three", "end with outro.mp4", [{"tool": "append", "media": "art_outro"}]),
    ("three", "add the outro", [{"tool": "append", "media": "art_outro"}]),
    (
        "three",
        "add the beach photo at the very end, 5s",
        [{"tool": "append", "media": "art_beach", "duration": 5}],
    ),
    (
        "three",
        "overwrite from 0:20 with outro.mp4, nothing should move",
        [{"tool": "overwrite", "media": "art_outro", "at": 20, "keeps_sound": False}],
    ),
    (
        "three",
        "replace 1:00 to 1:06 of the market with the first 6 seconds of broll.mp4",
        [{"tool": "overwrite", "media": "art_broll", "at": 60, "part": [0, 6], "keeps_sound": True}],
    ),
    (
        "three",
        "add an intro card saying 'Summer 2026' for 3 seconds",
        card("Summer 2026", at="start", duration=3),
    ),
    (
        "three",
        "end with a black card 'Thanks for watching'",
        card("Thanks for watching", at="end", duration=3),
    ),
    (
        "three",
        "intro card that says Harbour Walk, 3 seconds, on white",
        card("Harbour Walk", colour="#ffffff"),
    ),
    ("three", "end card 'Bye' black background 5 secs", card("Bye", at="end", duration=5, colour="#000000")),
    ("three", "make an outro that says Bye bye", card("Bye bye", at="end")),
    ("three", 'add a card saying "Part two" after clip 1', card("Part two", at=20)),
    ("three", "add 2 seconds of black at the end", card("", at="end", duration=2, colour="#000000")),
    ("three", "add a marker at 1:05 called 'chorus'", [{"tool": "add_marker", "at": 65, "name": "chorus"}]),
    ("three", "marker at 0:42 called retake", [{"tool": "add_marker", "at": 42, "name": "retake"}]),
    ("three", "mark 0:20 as joke", [{"tool": "add_marker", "at": 20, "name": "joke"}]),
    (
        "three",
        "red marker at every cut",
        [{"tool": "add_marker", "at": at, "colour": "#ff0000"} for at in (20, 50)],
    ),
    ("three", "markers at 10, 20 and 30s", [{"tool": "add_marker", "at": at} for at in (10, 20, 30)]),
    (
        "talk",
        "add chapters at 0:00 Intro, 1:20 Setup, 1:45 Results",
        chapters((0, "Intro"), (80, "Setup"), (105, "Results")),
    ),
    ("three", "chapter 'Part two' at 1:00", chapters((60, "Part two"))),
    (
        "three",
        "add chapters:\n0:00 Intro\n0:20 - Pier, at last\n0:50 The end",
        chapters((0, "Intro"), (20, "Pier, at last"), (50, "The end")),
    ),
    ("three", "chapters Intro at 0:00, Market at 0:50", chapters((0, "Intro"), (50, "Market"))),
]


@pytest.mark.parametrize(("on", "said", "items"), SAID, ids=[said for _, said, _ in SAID])
def test_what_people_say_becomes_the_right_edit(on: str, said: str, items: list[dict[str, Any]]):
    draft = plan(said, on)
    assert draft.questions == ()
    assert find_plan_difference([i.call for i in draft.items if i.call["tool"] != "render"], items) == ""


@pytest.mark.parametrize(
    ("on", "said", "asked"),
    [
        ("talk", "split it into three parts of one minute each", "3 parts of 60 s are 3:00.00"),
        ("talk", "split it every 5 minutes", "nothing to split every"),
        ("three", "reorder 3 1", "Clip 2 is not in this order"),
        ("three", "put outro.mp4 between clip 1 and clip 3", "not next to each other"),
        ("three", "replace clip 1 with outro.mp4", "lasts 0:08.00, which is not enough"),
        ("three", "overwrite from 0:20 with missing.mp4", "no file called “missing.mp4”"),
        ("three", "put a card 'x' in", "Where should the card go?"),
        ("three", "add a marker", "Where should the marker go?"),
        ("three", "add a chapter at 0:30", "What is the chapter at 0:30.00 called?"),
        ("three", "clear all markers", "no markers on the timeline"),
        ("three", "add a marker at 9:00", "after the end"),
    ],
)
def test_what_is_missing_or_contradictory_is_asked(on: str, said: str, asked: str):
    draft = plan(said, on)
    assert [i.call["tool"] for i in draft.items if i.call["tool"] != "render"] == []
    assert asked in " ".join(q.text for q in draft.questions)


def test_splitting_at_scenes_asks_for_them_to_be_looked_for():
    assert RulesPlanner().needs("split at every scene change") == {Need.SCENES}
    unknown = replace(context("split at every scene change", on="talk"), scene_cuts={})
    assert "have not been looked for" in RulesPlanner().plan(unknown).questions[0].text


def test_names_of_chapters_mean_nothing_but_themselves():
    text = 'add chapters 0:00 Cut it, 1:20 Remove the silences and add a title "Hi" at 0:10'
    (found,) = find_chapter_lists(text)
    assert found.chapters == (("0:00", "Cut it"), ("1:20", "Remove the silences"))
    assert list(find_chapter_lists("add a chapter at 1:20 and fade out")) == []
