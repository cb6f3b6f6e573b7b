"""What people say about files: each phrasing becomes the render, still or thumbnail that it asks for."""

from __future__ import annotations

from typing import Any

import pytest

from cuttingroom.core.time import seconds_to_ticks
from cuttingroom.planners.base import PlanDraft
from cuttingroom.planners.judging import judge_draft
from cuttingroom.planners.rules import RulesPlanner
from planners.worlds import context, span

PLANNER = RulesPlanner()


def plan(text: str, on: str = "interview") -> PlanDraft:
    return PLANNER.plan(context(text, on))


def only_call(text: str, on: str = "interview") -> dict[str, Any]:
    draft = plan(text, on)
    assert draft.questions == (), draft.questions
    assert len(draft.items) == 1, draft.items
    return draft.items[0].call


def every(seconds: float) -> dict[str, Any]:
    return {"n": None, "every_ticks": seconds_to_ticks(seconds)}


RENDERS: list[tuple[str, dict[str, Any]]] = [
    ("export for youtube", {"profile": "youtube"}),
    ("give me the youtube version", {"profile": "youtube"}),
    ("export for tiktok", {"profile": "tiktok"}),
    ("can you export it as a tik tok pls", {"profile": "tiktok"}),
    ("export as instagram reel", {"profile": "reels"}),
    ("prores for my editor", {"profile": "prores"}),
    ("export as prores", {"profile": "prores"}),
    ("give me a draft", {"profile": "draft"}),
    ("can you give me a low quality draft", {"profile": "draft"}),
    ("render a preview", {"profile": "preview"}),
    ("export as mp4", {"profile": "delivery"}),
    ("export it with my profile client", {"profile": "client"}),
    ("make me a gif", {"profile": "gif"}),
    ("render as a gif, 480 wide", {"profile": "gif", "width": 480}),
    ("gif 320px wide please", {"profile": "gif", "width": 320}),
    ("gif of 0:10-0:14", {"profile": "gif", "range": span(10, 14)}),
    ("turn 0:10 to 0:14 into a gif", {"profile": "gif", "range": span(10, 14)}),
    ("export a clip from 0:10 to 0:20 for tiktok", {"profile": "tiktok", "range": span(10, 20)}),
    ("render the first 30 seconds", {"range": span(0, 30)}),
    ("just the audio as mp3", {"profile": "mp3"}),
    ("extract the audio as wav", {"profile": "wav"}),
    ("export only the audio", {"profile": "audio"}),
    ("save it as a podcast", {"profile": "podcast"}),
    ("export it under 25 MB", {"max_megabytes": 25}),
    ("has to be under 25 MB so discord takes it", {"max_megabytes": 25}),
    ("i need it under 25mb for discord", {"max_megabytes": 25}),
    ("make it smaller than 8 megabytes", {"max_megabytes": 8}),
    ("compress to 10mb", {"max_megabytes": 10}),
    ("export it, 1.5 GB max", {"max_megabytes": 1500}),
    ("export at 720p", {"height": 720}),
    ("render in 4K", {"height": 2160}),
    ("give me a 1080p version", {"height": 1080}),
    ("export it at 1280x720", {"width": 1280, "height": 720}),
    (
        "export a 720p version for youtube max 100 mb",
        {"profile": "youtube", "height": 720, "max_megabytes": 100},
    ),
    ("split it into 10 minute parts and export each", {"parts": every(600)}),
    ("export it in pieces of 2 minutes, one file each", {"parts": every(120)}),
    ("export it in parts, none longer than two minutes", {"parts": every(120)}),
    ("render in parts no longer than 3 minutes each", {"parts": every(180)}),
    ("export every 30 seconds as its own file", {"parts": every(30)}),
    ("export it as 3 equal files", {"parts": {"n": 3, "every_ticks": None}}),
    ("split it into 4 equal parts and save each one", {"parts": {"n": 4, "every_ticks": None}}),
    ("export as one file", {"parts": None}),
]


@pytest.mark.parametrize(("text", "fields"), RENDERS, ids=[text for text, _ in RENDERS])
def test_a_render_is_asked_for_in_many_words(text: str, fields: dict[str, Any]):
    call = only_call(text)
    wanted = {
        "tool": "render", "profile": "delivery", "range": None, "depth": None, "max_megabytes": None,
        "width": None, "height": None, "parts": None, **fields,
    }  # fmt: skip
    wanted["range"] = wanted["range"] and wanted["range"].model_dump(mode="json")
    assert {name: value for name, value in call.items() if name in wanted} == wanted


STILLS: list[tuple[str, dict[str, Any]]] = [
    ("save a still at 0:12", {"at_ticks": seconds_to_ticks(12), "format": "png"}),
    ("save the frame at 0:07 as a png", {"at_ticks": seconds_to_ticks(7), "format": "png"}),
    ("grab me a jpg at frame 900", {"at_ticks": seconds_to_ticks(30), "format": "jpg"}),
    ("export frame 120 as jpeg", {"at_ticks": seconds_to_ticks(4), "format": "jpg"}),
    ("screenshot at 1:05, 640 wide", {"at_ticks": seconds_to_ticks(65), "width": 640}),
    ("get me a picture at 1:05", {"at_ticks": seconds_to_ticks(65)}),
    ("give me the last frame as jpg", {"at_ticks": span(0, 600).end_ticks - seconds_to_ticks(1) // 30}),
    ("save the first frame", {"at_ticks": 0}),
]


@pytest.mark.parametrize(("text", "fields"), STILLS, ids=[text for text, _ in STILLS])
def test_a_still_is_asked_for_in_many_words_and_needs_no_render(text: str, fields: dict[str, Any]):
    call = only_call(text)
    assert call["tool"] == "make_still"
    assert {name: call[name] for name in fields} == fields


THUMBNAILS: list[tuple[str, dict[str, Any]]] = [
    ("make a thumbnail", {"title": None, "at_ticks": None}),
    ("pick a good thumbnail for youtube", {"title": None, "at_ticks": None}),
    ("make a thumbnail with the text 'Day 1'", {"title": "Day 1"}),
    ('thumbnail that says "Old Pier"', {"title": "Old Pier"}),
    ("make a thumbnail from 0:12", {"at_ticks": seconds_to_ticks(12)}),
    ("cover image from the last frame as png", {"format": "png"}),
]


@pytest.mark.parametrize(("text", "fields"), THUMBNAILS, ids=[text for text, _ in THUMBNAILS])
def test_a_thumbnail_is_asked_for_in_many_words(text: str, fields: dict[str, Any]):
    call = only_call(text)
    assert call["tool"] == "make_thumbnail"
    assert {name: call[name] for name in fields} == fields


@pytest.mark.parametrize(
    ("text", "tools", "fields"),
    [
        ("trim the first 3 secs and render in 720p", ["remove_ranges", "render"], {"height": 720}),
        (
            "cut the first 10 seconds, export for reels, under 8 MB",
            ["remove_ranges", "render"],
            {"profile": "reels", "max_megabytes": 8},
        ),
        (
            "cut the first 10 seconds then export it as a gif 320 wide under 5 MB",
            ["remove_ranges", "render"],
            {"profile": "gif", "width": 320, "max_megabytes": 5},
        ),
        ("save a still at 0:12 and export it for youtube", ["make_still", "render"], {"profile": "youtube"}),
        ("edit out the first 10 seconds, mp4 please", ["remove_ranges", "render"], {"range": None}),
        ("take the audio out and export as mp4", ["remove_audio", "render"], {"profile": "delivery"}),
    ],
)
def test_several_wishes_become_one_render_after_what_changes_the_video(
    text: str, tools: list[str], fields: dict[str, Any]
):
    draft = plan(text)
    assert [i.call["tool"] for i in draft.items] == tools
    assert {name: draft.items[-1].call[name] for name in fields} == fields


def test_no_render_waits_for_a_still():
    draft = plan("cut the first 10 seconds and save a still at 0:12 and export it for youtube")
    tools = [i.call["tool"] for i in draft.items]
    assert sorted(tools) == ["make_still", "remove_ranges", "render"]
    assert draft.items[-1].depends_on == (1 + tools.index("remove_ranges"),)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("export for youtube and tiktok", "two renders"),
        ("export it under 25 MB, export it under 8 MB", "two renders of another size limit"),
        ("export it for instagram", "reels upright and posts square"),
        ("export for vimeo", "no profile for vimeo"),
        ("export as avi", "No profile that comes along makes avi files"),
        ("export it at 481 wide", "even"),
        ("export in parts", "How many parts"),
        ("save a still", "Which moment"),
        ("save a still at 20:00", "after the end"),
        ("export it under 60 seconds", "understood"),
        ("take the picture out at 0:12", "not “out”"),
        ("export without the first 10 seconds", "not “without”"),
        ("export without sound", "without"),
        ("export each clip separately", "How many parts"),
    ],
)
def test_what_is_missing_contradictory_or_not_understood_is_asked(text: str, words: str):
    draft = plan(text)
    assert len(draft.questions) == 1
    assert words in draft.questions[0].text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("export it with the profile yutube", "There is no profile"),
        ("export it under 0.5 MB", "The smallest limit that works is 9 MB"),
        ("just the audio as mp3, 1280x720", "makes sound only"),
    ],
)
def test_what_no_profile_can_do_is_refused_when_the_plan_is_judged(text: str, words: str):
    judged = judge_draft(plan(text), context(text, "interview"), profiles=None)
    assert any(words in q.text for q in judged.questions), judged.questions


def test_720_lines_are_the_shorter_side_of_an_upright_video():
    asked = context("export at 720p", "talk")
    settings = asked.timeline.settings.model_copy(update={"width": 1080, "height": 1920})
    upright = asked.timeline.model_copy(update={"settings": settings})
    call = PLANNER.plan(type(asked)(**{**vars(asked), "timeline": upright})).items[0].call
    assert (call["width"], call["height"]) == (720, None)
