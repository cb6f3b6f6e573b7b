"""Requests about the picture in the frame, in the words that people use, and what they must become."""

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


def turned(*elements: str, **fields: Any) -> dict[str, Any]:
    return {"tool": "transform", "elements": list(elements), **fields}


def shaped(width: int, height: int, **fields: Any) -> dict[str, Any]:
    return {"tool": "reframe", "width": width, "height": height, **fields}


def zoomed(**fields: Any) -> dict[str, Any]:
    return {"tool": "zoom", **fields}


def over(media: str, **fields: Any) -> dict[str, Any]:
    return {"tool": "add_overlay", "media": media, **fields}


def beside(**fields: Any) -> dict[str, Any]:
    return {"tool": "side_by_side", **fields}


def band(side: str, **fields: Any) -> dict[str, Any]:
    return {"tool": "pad_band", "side": side, **fields}


def seen(element: str, opacity: float) -> dict[str, Any]:
    return {"tool": "set_opacity", "elements": [element], "opacity": opacity}


def project(**fields: Any) -> dict[str, Any]:
    return {"tool": "set_project", **fields}


LOGO, BROLL = "art_logo", "art_broll"
REQUESTS: list[tuple[str, str, dict[str, Any]]] = [
    # transform
    ("three", "rotate clip 2 by 90 degrees", turned("c2", rotation=90)),
    ("three", "rotate the last clip 90° counter-clockwise", turned("c3", rotation=-90)),
    ("talk", "turn it to the left", turned("c1", rotation=-90)),
    ("talk", "can you rotate the video 180 degrees pls", turned("c1", rotation=180)),
    ("three", "rotate the harbour clip ninety degrees anticlockwise", turned("c2", rotation=-90)),
    ("talk", "crop out the bottom 15%", turned("c1", crop_bottom=0.15)),
    ("talk", "crop away the left third", turned("c1", crop_left=1 / 3)),
    ("talk", "rotate 90", turned("c1", rotation=90)),
    ("three", "make clip 2 20% smaller", turned("c2", scale=0.8)),
    ("talk", "tilt it 5 degrees to the right", turned("c1", rotation=5)),
    ("three", "clip 2 is upside down", turned("c2", rotation=180)),
    ("talk", "flip it horizontally", turned("c1", flip_horizontal=True)),
    ("three", "flip clip 3 vertically", turned("c3", flip_vertical=True)),
    ("talk", "mirror the video", turned("c1", flip_horizontal=True)),
    ("talk", "crop 20% off the top", turned("c1", crop_top=0.2)),
    ("talk", "crop the bottom by 108 pixels", turned("c1", crop_bottom=0.1)),
    ("three", "crop the sides of clip 2 by 10 percent", turned("c2", crop_left=0.1, crop_right=0.1)),
    ("talk", "trim a quarter off the left", turned("c1", crop_left=0.25)),
    ("three", "make the pier fill the screen", turned("c1", fit="fill")),
    ("three", "get rid of the black bars on clip 2", turned("c2", fit="fill")),
    ("three", "stretch clip 1 to fill the frame", turned("c1", fit="stretch")),
    ("three", "scale clip 2 to 50%", turned("c2", scale=0.5)),
    ("three", "ignore the rotation of clip 1", turned("c1", upright=False)),
    ("talk", "add cinematic black bars", turned("c1", fit="fill", background="#000000")),
    # reframe
    ("talk", "make it vertical 9:16 with blurred background", shaped(1080, 1920, fit="blur")),
    ("talk", "crop it to a square", shaped(1080, 1080, fit="fill")),
    ("talk", "turn this into a portrait video", shaped(1080, 1920, fit="fill")),
    ("talk", "convert to 9:16 for instagram reels", shaped(1080, 1920)),
    ("talk", "i need a 1:1 version", shaped(1080, 1080)),
    ("talk", "change the aspect ratio to 4:5", shaped(1080, 1350)),
    ("talk", "make it square with white bars", shaped(1080, 1080, fit="fit", background="#ffffff")),
    ("talk", "make it 9x16 but keep the whole picture", shaped(1080, 1920, fit="fit")),
    ("talk", "vertical version please, without cropping", shaped(1080, 1920, fit="fit")),
    ("talk", "make it vertical and keep the right side", shaped(1080, 1920, fit="fill", x=1)),
    ("talk", "make it 21:9", shaped(1920, 822)),
    ("talk", "resize to 1080x1920 with a blurry background", shaped(1080, 1920, fit="blur")),
    ("talk", "can u make it 9:16 for tiktok w/ blurry bg", shaped(1080, 1920, fit="blur")),
    ("talk", "vertical with black bars top and bottom", shaped(1080, 1920, fit="fit", background="#000000")),
    ("talk", "1:1 with black bars", shaped(1080, 1080, fit="fit", background="#000000")),
    ("talk", "crop to vertical, focus on the left", shaped(1080, 1920, fit="fill", x=0)),
    ("talk", "I want this in portrait mode", shaped(1080, 1920)),
    # zoom
    ("three", "zoom in slowly on clip 1 from 100% to 130%", zoomed(elements=["c1"], to_scale=1.3)),
    ("three", "slow zoom in on the harbour clip", zoomed(elements=["c2"], from_scale=1, to_scale=">1")),
    ("three", "zoom out of the last clip", zoomed(elements=["c3"], from_scale=">1", to_scale=1)),
    ("talk", "zoom in to 150% from 0:10 to 0:20", zoomed(range=[10, 20], from_scale=1, to_scale=1.5)),
    ("talk", "zoom in 20% between 0:10 and 0:20", zoomed(range=[10, 20], to_scale=1.2)),
    ("talk", "push in gently between 0:30 and 0:40", zoomed(range=[30, 40], to_scale=">1")),
    ("three", "ken burns on clip 2", zoomed(elements=["c2"], to_scale=">1")),
    ("three", "punch in on clip 2 to 150%", zoomed(elements=["c2"], from_scale=1.5, to_scale=1.5)),
    ("talk", "punch in at 0:20 for 3 seconds", zoomed(range=[20, 23], from_scale=">1", to_scale=">1")),
    ("three", "zoom in on the top left of clip 1 by 40%", zoomed(elements=["c1"], to_scale=1.4)),
    # opacity
    ("full", "set the opacity of the title to 40%", seen("t1", 0.4)),
    ("three", "make clip 2 see-through", seen("c2", 0.5)),
    ("three", "make clip 2 30% transparent", seen("c2", 0.7)),
    # overlays
    (
        "talk", "put logo.png in the top right corner at 15% size for the whole video",
        over(LOGO, at=0, position="top_right", width=0.15, duration=None),
    ),
    (
        "talk", "put broll.mp4 picture in picture bottom left from 0:10 to 0:20",
        over(BROLL, at=10, duration=10, position="bottom_left"),
    ),
    ("talk", "add my logo in the bottom left", over(LOGO, position="bottom_left")),
    ("talk", "watermark logo.png bottom right at 50% opacity", over(LOGO, opacity=0.5)),
    ("talk", "overlay beach.jpg in the centre from 0:05 to 0:08", over("art_beach", at=5, duration=3)),
    ("talk", "show beach.jpg full screen from 0:05 to 0:08", over("art_beach", at=5, duration=3, width=1)),
    ("talk", "pip of broll.mp4 in the top left corner at a quarter of the width", over(BROLL, width=0.25)),
    (
        "talk", "add beach.jpg at 0:30 for 4 seconds in the middle, half the width",
        over("art_beach", at=30, duration=4, width=0.5, x=0.5),
    ),
    ("talk", "cover 0:10 to 0:15 with broll.mp4", over(BROLL, at=10, duration=5, width=1, sound=False)),
    # side by side
    ("three", "put clip 1 and clip 2 side by side", beside(elements=["c1", "c2"], layout="columns")),
    ("three", "split screen with clip 1 and clip 3", beside(elements=["c1", "c3"], layout="columns")),
    ("three", "stack clip 1 and clip 2 above each other", beside(elements=["c1", "c2"], layout="rows")),
    ("three", "market on the right and pier on the left", beside(elements=["c1", "c3"])),
    ("three", "pier on top and market at the bottom", beside(elements=["c1", "c3"], layout="rows")),
    (
        "talk", "show broll.mp4 side by side with the video from 0:10 to 0:20",
        beside(media=BROLL, at=10, duration=10),
    ),
    # bands
    ("talk", "add a white bar at the bottom", band("bottom", colour="#ffffff")),
    ("talk", "put a red band on the left, a third of the screen", band("left", share=1 / 3)),
    ("talk", "black strip at the top from 0:10 to 0:20, 15%", band("top", share=0.15, range=[10, 20])),
    # project
    ("talk", "change the frame rate to 25", project(rate=25)),
    ("talk", "make it 60 frames per second", project(rate=60)),
    ("talk", "set the project to 23.976 fps", project(rate="24000/1001")),
    ("talk", "make it 1280x720", project(width=1280, height=720)),
    ("talk", "set the resolution to 4k", project(width=3840, height=2160)),
    ("talk", "change the background colour to blue", project(background="#0000ff")),
]  # fmt: skip


@pytest.mark.parametrize(("on", "request_", "wanted"), REQUESTS, ids=[r[1] for r in REQUESTS])
def test_what_people_say_about_the_frame_becomes_the_right_edit(
    on: str, request_: str, wanted: dict[str, Any]
):
    draft = plan(request_, on)
    assert draft.questions == ()
    calls = [item.call for item in draft.items if item.call["tool"] != "render"]
    assert find_plan_difference(calls, [wanted]) == ""


QUESTIONS = [
    ("talk", "rotate it", "By how many degrees"),
    ("talk", "turn the video the right way up", "Which way"),
    ("talk", "make it square with a blurred background with white bars", "cut, blurred behind, or have"),
    ("talk", "overlay the logo", "Where in the picture"),
    ("talk", "add my logo", "Where in the picture"),
    ("talk", "put broll.mp4 picture in picture", "Where in the picture"),
    ("talk", "put beach.png in the top left corner", "no file called"),
    ("talk", "add a white bar", "At which side"),
    ("three", "put clip 1 side by side", "Which clips"),
    ("talk", "change the frame rate", "How many frames per second"),
    ("talk", "change the frame rate to 1000", "not possible"),
    ("talk", "crop 60% off the left and 60% off the right", "crops the whole picture away"),
    ("talk", "zoom in at 0:30", "Until when"),
    ("talk", "zoom in on her face", "her face"),
    ("talk", "zoom in on the speaker", "speaker"),
    ("talk", "make it smaller", "What should be smaller"),
    ("talk", "put logo.png and beach.jpg top right", "Only one picture"),
    ("talk", "remove the zoom", "Nothing is zoomed"),
    ("talk", "make the logo half transparent", "not in the video yet"),
    ("talk", "put a green frame on the moon", ""),
]


@pytest.mark.parametrize(("on", "request_", "about"), QUESTIONS, ids=[q[1] for q in QUESTIONS])
def test_what_is_missing_or_impossible_is_asked(on: str, request_: str, about: str):
    draft = plan(request_, on)
    assert draft.questions
    assert about in draft.questions[0].text
    assert not draft.items


def test_it_means_the_logo_that_was_just_placed():
    draft = plan(
        "put logo.png top left then make it half transparent and move it to the bottom right", "talk"
    )
    assert draft.questions == ()
    calls = [item.call for item in draft.items if item.call["tool"] != "render"]
    logo = calls[0]["element_id"]
    wanted = [
        over(LOGO, position="top_left"),
        {"tool": "set_opacity", "elements": [logo], "opacity": 0.5},
        {"tool": "transform", "elements": [logo], "position": "bottom_right"},
    ]
    assert find_plan_difference(calls, wanted) == ""


def test_turning_twice_adds_up():
    draft = plan("rotate clip 2 by 90 degrees then rotate clip 2 by 90 degrees", "three")
    assert [i.call["rotation"] for i in draft.items if i.call["tool"] == "transform"] == [90, 180]
