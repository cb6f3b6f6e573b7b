"""Requests about titles, shapes and captions, in the words that people use, and what they must become."""

from pathlib import Path
from typing import Any

import pytest

from cuttingroom.planners.base import PlanDraft
from cuttingroom.planners.evaluation.comparing import find_plan_difference
from cuttingroom.planners.evaluation.requests import read_requests
from cuttingroom.planners.rules import RulesPlanner

WORLDS = read_requests(Path(__file__).parents[1] / "requests" / "tuned.toml").worlds


def plan(request: str, on: str) -> PlanDraft:
    return RulesPlanner().plan(WORLDS.context(on, request))


def title(text: str, **fields: Any) -> dict[str, Any]:
    return {"tool": "add_title", "text": text, **fields}


def edited(**fields: Any) -> dict[str, Any]:
    return {"tool": "edit_title", "elements": ["t1"], **fields}


def shape(kind: str, **fields: Any) -> dict[str, Any]:
    return {"tool": "add_shape", "shape": kind, **fields}


def captions(**fields: Any) -> dict[str, Any]:
    return {"tool": "add_captions", **fields}


def styled(**fields: Any) -> dict[str, Any]:
    return {"tool": "style_captions", **fields}


def render(mode: str) -> dict[str, Any]:
    return {"tool": "render", "captions": mode}


RED, YELLOW = "#ff0000", "#ffff00"
LEFT_HALF = {"x": 0, "y": 0, "width": 0.5, "height": 1}
REQUESTS: list[tuple[str, str, dict[str, Any]]] = [
    # titles
    ("talk", "add a lower third saying 'Ada Lovelace, mathematician' at 0:05",
     title("Ada Lovelace", detail="mathematician", preset="lower_third", at=5)),
    ("talk", "lower third: Jane Doe / Harbour master, at 3s for 5s",
     title("Jane Doe", detail="Harbour master", preset="lower_third", at=3, duration=5)),
    ("talk", 'add a big title saying "MARKET DAY" at the start for 3 seconds',
     title("MARKET DAY", preset="big", at=0, duration=3)),
    ("talk", 'show a label saying "Day 1" in the top right at 0:04',
     title("Day 1", preset="label", position="top_right", at=4)),
    ("interview", 'quote on screen at 1:00: "the sea was calm"',
     title("the sea was calm", preset="quote", at=60)),
    ("mute", 'put "Day 1" top left from 0:05 to 0:09 in yellow',
     title("Day 1", at=5, duration=4, position="top_left", style={"colour": YELLOW})),
    ("talk", 'add the title "Harbour" at 0:10 for 5 seconds in red with "A film by Kim" below',
     title("Harbour", at=10, duration=5, detail="A film by Kim", style={"colour": RED})),
    ("talk", 'add the title "Hi" at 0:02 at 30% from the left and 20% from the top',
     title("Hi", at=2, position=[0.3, 0.2])),
    ("talk", 'write "Thanks for watching" at the end in bold yellow',
     title("Thanks for watching", at=116, style={"bold": True, "colour": YELLOW})),
    ("talk", "put a title Hi at 0:30", title("Hi", at=30)),
    # titles that are there
    ("full", "make the title red and bigger", edited(style={"colour": RED, "size": ">0.07"})),
    ("full", "make the title smaller and blue", edited(style={"colour": "#0000ff", "size": "<0.07"})),
    ("full", "change the title to 'Pier'", edited(text="Pier")),
    ("full", 'the title should read "Goodbye"', edited(text="Goodbye")),
    ("full", "put the text at 20% from the left and 80% down", edited(position=[0.2, 0.8])),
    ("full", "move the title to the bottom and make it pop in", edited(position="bottom", animation="pop")),
    ("full", "make the title slide in from the left", edited(animation="slide_right")),
    ("full", "turn the title into a quote", edited(preset="quote")),
    ("full", "make the title a lower third", edited(preset="lower_third")),
    ("full", "title should stay 6 seconds", edited(duration=6)),
    ("full", "title off", {"tool": "remove", "elements": ["t1"]}),
    # shapes
    ("talk", "draw an arrow pointing at the top right corner from 0:03 to 0:06",
     shape("arrow", region="top_right", points_from="below_left", at=3, duration=3)),
    ("scenes", "red arrow pointing at the middle from the left, 0:12-0:15",
     shape("arrow", region="centre", points_from="left", colour=RED, at=12, duration=3)),
    ("talk", "arrow from the right pointing at the top left corner at 10 seconds for 2 seconds",
     shape("arrow", region="top_left", points_from="right", at=10, duration=2)),
    ("talk", "put a red box around the top left from 0:10 to 0:12",
     shape("box", region="top_left", colour=RED, at=10, duration=2)),
    ("scenes", "circle the top right corner at 20s for 2s",
     shape("ellipse", region="top_right", at=20, duration=2)),
    ("talk", "draw a circle around the middle at 10s for 3 seconds",
     shape("ellipse", region="centre", at=10)),
    ("scenes", "highlight the left half between 10 and 14",
     shape("highlight", region=LEFT_HALF, at=10, duration=4)),
    ("talk", "add a progress bar at the bottom", shape("progress", region="bottom", at=0, duration=120)),
    ("talk", "red progress bar at the top", shape("progress", region="top", colour=RED)),
    # captions
    ("talk", "add captions in the karaoke style", captions(preset="karaoke")),
    ("talk", "karaoke captions at the top", captions(preset="karaoke", position="top")),
    ("talk", "add captions, at most 4 words at a time", captions(most_words=4)),
    ("talk", "add boxed captions at the top", captions(preset="boxed", position="top")),
    ("talk", "captions in yellow", captions(style={"colour": YELLOW})),
    ("talk", "highlight each word as it is spoken", captions(highlight={"how": "colour"})),
    ("talk", "add captions with word highlight", captions(highlight={"how": "colour"})),
    ("full", "highlight each word as it is spoken", styled(highlight={"how": "colour"})),
    ("full", "make the captions yellow and put them at the top",
     styled(style={"colour": YELLOW}, position="top")),
    ("full", "captions should use the boxed preset and sit at the top",
     styled(preset="boxed", position="top")),
    ("full", "use the karaoke style for the captions", styled(preset="karaoke")),
    ("full", "make the captions bigger", styled(style={"size": ">0.05"})),
    ("full", "first caption should say Good morning",
     {"tool": "edit_caption", "elements": ["k1"], "text": "Good morning"}),
    ("full", 'change the second caption to "Line two"',
     {"tool": "edit_caption", "elements": ["k2"], "text": "Line two"}),
    ("mute", "import my subtitles pls\n\nWEBVTT\n\n00:12.000 --> 00:15.000\nTake off",
     {"tool": "import_captions", "cues": [{"text": "Take off", "start": 12, "end": 15}]}),
    ("full", "remove the captions", {"tool": "remove_captions"}),
    ("full", "delete the captions from 0:09 to 0:14", {"tool": "remove_captions", "range": [9, 14]}),
    ("full", "attach the captions as a separate track", render("attach")),
    ("full", "don't burn the captions, attach them", render("attach")),
    ("full", "mp4 with the subtitles as a track I can switch off, not burned in", render("attach")),
    ("full", "burn the captions into the picture", render("burn")),
    ("full", "render without captions", render("omit")),
    ("full", "export the subtitles as srt", {"tool": "export_captions", "format": "srt"}),
    ("full", "give me a vtt file of the subtitles", {"tool": "export_captions", "format": "vtt"}),
]  # fmt: skip


@pytest.mark.parametrize(("on", "request_", "expected"), REQUESTS, ids=[r[1] for r in REQUESTS])
def test_what_people_ask_of_text_is_planned(on: str, request_: str, expected: dict[str, Any]):
    draft = plan(request_, on)
    assert not draft.questions, draft.questions[0].text
    calls = [i.call for i in draft.items if i.call["tool"] != "render" or expected["tool"] == "render"]
    assert find_plan_difference(calls, [expected]) == ""


@pytest.mark.parametrize(
    ("on", "request_", "asked"),
    [
        ("talk", "draw an arrow at 0:05", "Where should the arrow point"),
        ("talk", "use subs.srt for the captions", "--subtitles subs.srt"),
        ("talk", "add captions in german", "Nothing is written down in German"),
        ("mute", "put captions on it", "nobody knows what it says"),
        ("talk", "make the title red", "no titles"),
        ("mute", "attach the captions", "no captions"),
        ("full", "change the ninth caption to 'x'", "2 captions"),
        ("full", "make the title wobbly", "wobbly"),
        ("talk", "make it pop", "What is “it”"),
    ],
)
def test_what_is_missing_is_asked(on: str, request_: str, asked: str):
    draft = plan(request_, on)
    assert any(asked in q.text for q in draft.questions), [q.text for q in draft.questions]
