"""Requests about looks, as people phrase them, and what they become."""

from __future__ import annotations

from typing import Any

import pytest

from cuttingroom.planners.base import PlanDraft
from cuttingroom.planners.draft import try_items
from cuttingroom.planners.rules import RulesPlanner
from cuttingroom.timeline.edits.base import MediaRef
from cuttingroom.timeline.edits.catalog import parse_edit
from cuttingroom.timeline.edits.chroma_key import ChromaKey
from cuttingroom.timeline.edits.remove_effects import LOOKS
from planners.worlds import MEDIA, TIMELINES, context, span

BEACH = MediaRef(artifact_id="art_beach", media_ticks=1, has_sound=False, is_still=True, name="beach.jpg")


def plan(request: str, on: str = "three", **changes: Any) -> PlanDraft:
    return RulesPlanner().plan(context(request, on, **{"media": (*MEDIA, BEACH), **changes}))


def made(draft: PlanDraft) -> list[dict[str, Any]]:
    """The calls without the render, ids left out and times in seconds."""
    assert draft.questions == (), draft.questions
    calls = [{k: v for k, v in i.call.items() if k not in _IDS} for i in draft.items]
    return [c for c in calls if c["tool"] != "render"]


_IDS = ("effect_id", "id_prefix", "new_track_id", "right_id")


def grade(clips: list[str], **values: float) -> dict[str, Any]:
    fields = dict.fromkeys(("brightness", "contrast", "saturation", "temperature"))
    return {"tool": "adjust_colour", "element_ids": clips, **fields, **values}


ALL = ["c1", "c2", "c3"]
GRADES = {
    "make it black and white": grade(ALL, saturation=0.0),
    "make the whole video b&w": grade(ALL, saturation=0.0),
    "turn clip 2 greyscale": grade(["c2"], saturation=0.0),
    "desaturate the last clip": grade(["c3"], saturation=0.0),
    "take the colour out of clip 1": grade(["c1"], saturation=0.0),
    "brighten clip 2 a bit": grade(["c2"], brightness=0.15),
    "make clip 2 a little brighter": grade(["c2"], brightness=0.15),
    "brighten it by 20%": grade(ALL, brightness=0.2),
    "darken the second clip": grade(["c2"], brightness=-0.3),
    "reduce the brightness by 10%": grade(ALL, brightness=-0.1),
    "more contrast": grade(ALL, contrast=1.25),
    "can you bump up the contrast a bit on clip 3": grade(["c3"], contrast=1.12),
    "less contrast please": grade(ALL, contrast=0.75),
    "set contrast to 120%": grade(ALL, contrast=1.2),
    "make the colours pop": grade(ALL, saturation=1.25),
    "increase saturation by 30%": grade(ALL, saturation=1.3),
    "less saturation": grade(ALL, saturation=0.75),
    "make it warmer": grade(ALL, temperature=0.3),
    "warm up the second clip": grade(["c2"], temperature=0.3),
    "cool clip 1 down a little": grade(["c1"], temperature=-0.15),
}


@pytest.mark.parametrize("request_", GRADES)
def test_light_and_colour_as_people_ask_for_them(request_: str):
    assert made(plan(request_)) == [GRADES[request_]]


def test_the_amount_that_was_left_open_is_told():
    assert "That is +15% of brightness." in plan("brighten clip 2 a bit").assumptions


def test_a_second_change_in_one_breath_is_about_the_same_clip_and_that_is_told():
    draft = plan("make clip 1 cooler and more saturated")
    assert made(draft) == [grade(["c1"], temperature=-0.3), grade(["c1"], saturation=1.25)]
    assert any("is about clip 1" in a for a in draft.assumptions)


def test_a_stretch_is_cut_out_before_its_colours_change():
    calls = made(plan("make 0:30 to 0:40 black and white"))
    assert [c["tool"] for c in calls] == ["split", "split", "adjust_colour"]
    trials = try_items(
        TIMELINES["three"](), [i.call for i in plan("make 0:30 to 0:40 black and white").items]
    )
    graded = [e for t in trials[-1].after.tracks for e in t.elements if e.effects]
    assert [e.range for e in graded] == [span(30, 40)]


LOOK = {"artifact_id": "art_film", "name": "film.cube"}
TABLES = {
    "apply film.cube at 50%": (ALL, 0.5),
    "apply the look film.cube": (ALL, 1.0),
    "use the lut film.cube on clip 2": (["c2"], 1.0),
    "apply film.cube to clips 1 and 3 at 40%": (["c1", "c3"], 0.4),
    "add the LUT film.cube with 70% strength": (ALL, 0.7),
}


@pytest.mark.parametrize("request_", TABLES)
def test_looks_from_files(request_: str):
    clips, strength = TABLES[request_]
    assert made(plan(request_)) == [
        {"tool": "apply_lut", "element_ids": clips, "lut": LOOK, "strength": strength}
    ]


def hidden(
    left: float, top: float, width: float, height: float, when: Any = None, **more: Any
) -> dict[str, Any]:
    region = {"x": left, "y": top, "width": width, "height": height}
    time = span(*when).model_dump() if when else None
    return {"tool": "hide_region", "region": region, "range": time, "how": "blur", "strength": 0.6,
            "element_ids": [], **more}  # fmt: skip


REGIONS = {
    "blur the top left corner from 0:05 to 0:10": hidden(0, 0, 0.3, 0.3, (5, 10)),
    "blur out the bottom right corner between 0:05 and 0:10": hidden(0.7, 0.7, 0.3, 0.3, (5, 10)),
    "pixelate the bottom third": hidden(0, 2 / 3, 1, 1 / 3, how="pixelate"),
    "hide the left half in clip 2": hidden(0, 0, 0.5, 1, element_ids=["c2"]),
    "blur the top 20% of the picture for the last 2 seconds": hidden(0, 0, 1, 0.2, (88, 90)),
    "pixelate the licence plate in the lower right from 0:03 to 0:09": hidden(
        0.7, 0.7, 0.3, 0.3, (3, 9), how="pixelate"
    ),
    "blur the box from 20%, 30% to 50%, 60%": hidden(0.2, 0.3, 0.3, 0.3),
    "blur the area 192x108 at 960,540": hidden(0.5, 0.5, 0.1, 0.1),
    "censor 192,108 to 384,216 from 0:05 to 0:10": hidden(0.1, 0.1, 0.1, 0.1, (5, 10)),
}


@pytest.mark.parametrize("request_", REGIONS)
def test_hidden_parts_of_the_picture(request_: str):
    (call,) = made(plan(request_))
    region, expected = call.pop("region"), dict(REGIONS[request_])
    assert region == pytest.approx(expected.pop("region"))
    assert call == expected


@pytest.mark.parametrize(
    ("request_", "question", "option"),
    [
        ("blur her face", "does not recognise people", "blur the top left corner from 0:05 to 0:10"),
        (
            "pixelate the licence plate",
            "Say where it is and from when",
            "pixelate the top left corner from 0:05 to 0:10",
        ),
        ("hide everyone's faces in clip 2", "does not recognise people", "blur the top left"),
        ("pixelate from 0:05 to 0:08", "Where in the picture", "the top left corner"),
        (
            "replace the background with beach.jpg",
            "one plain colour",
            "remove the green screen and put beach.jpg",
        ),
        ("put beach.jpg behind me", "Nothing in the video is see-through", "remove the green screen"),
        ("black out the picture", "From when to when", "from 0:10 to 0:12"),
        ("apply night.cube", "There is no look “night.cube”", ""),
        ("remove the vignette", "Nothing of that sort", ""),
        ("remove the green screen and put harbor.png behind", "There is no file called “harbor.png”", ""),
        ("blur the area 50x50 at 4000,20", "That lies outside", ""),
    ],
)
def test_what_is_missing_or_impossible_is_asked_with_what_would_make_it_possible(
    request_: str, question: str, option: str
):
    asked = plan(request_).questions
    assert any(question in q.text for q in asked), asked
    assert not option or any(o.startswith(option) for q in asked for o in q.options), asked


KEYS = {
    "remove the green screen": ("#00b140", None, ALL),
    "remove the green screen and put beach.jpg behind": ("#00b140", "art_beach", ALL),
    "key out the green and put beach.jpg behind": ("#00b140", "art_beach", ALL),
    "replace the green screen with beach.jpg": ("#00b140", "art_beach", ALL),
    "get rid of the blue screen of clip 2": ("#0047bb", None, ["c2"]),
    "make #12ab34 see-through": ("#12ab34", None, ALL),
    "chroma key the green screen in clip 2 with outro.mp4": ("#00b140", "art_outro", ["c2"]),
}


@pytest.mark.parametrize("request_", KEYS)
def test_keys_and_what_lies_behind(request_: str):
    (call,) = made(plan(request_))
    edit = parse_edit(call)
    assert isinstance(edit, ChromaKey)
    behind = edit.background.artifact_id if isinstance(edit.background, MediaRef) else edit.background
    assert (edit.colour, behind, list(edit.element_ids)) == KEYS[request_]


@pytest.mark.parametrize(
    "request_",
    [
        "black out the picture from 0:10 to 0:12 but keep the sound",
        "make the screen black from 0:10 to 0:12",
        "blackout between 0:10 and 0:12",
        "hide the picture from 0:10 to 0:12 and keep the audio playing",
    ],
)
def test_blackouts(request_: str):
    assert made(plan(request_)) == [{"tool": "black_out", "range": span(10, 12).model_dump()}]


OVER = {
    "add a vignette": ("add_vignette", ALL, 0.4),
    "add a subtle vignette to clip 1": ("add_vignette", ["c1"], 0.2),
    "give it a strong vignette": ("add_vignette", ALL, 0.8),
    "vignette at 70%": ("add_vignette", ALL, 0.7),
    "add film grain": ("add_grain", ALL, 0.3),
    "add some grain to clip 2 at 20%": ("add_grain", ["c2"], 0.2),
    "make it grainy": ("add_grain", ALL, 0.3),
}


@pytest.mark.parametrize("request_", OVER)
def test_vignettes_and_grain(request_: str):
    tool, clips, strength = OVER[request_]
    assert made(plan(request_)) == [{"tool": tool, "element_ids": clips, "strength": strength}]


def test_effects_are_removed_by_their_kind_from_what_has_them():
    calls = made(plan("add a vignette to clip 2, then remove all effects"))
    assert calls[-1] == {"tool": "remove_effects", "element_ids": ["c2"], "types": list(LOOKS)}
    calls = made(plan("make clip 1 warmer and add grain to clip 1, then remove the grain"))
    assert calls[-1] == {"tool": "remove_effects", "element_ids": ["c1"], "types": ["grain"]}


@pytest.mark.parametrize(
    "request_",
    [
        "the sky is blue in clip 2",
        "clip 2 is warm",
        "it was dark when we filmed this",
        "blur",
        "make it nicer",
        "warm calm piano",
    ],
)
def test_remarks_and_half_sentences_change_no_colours(request_: str):
    tools = {i.call["tool"] for i in plan(request_).items}
    assert not tools & {"adjust_colour", "hide_region", "black_out", "add_grain", "add_vignette"}
