"""Requests for compound tools in several words each, on a talk that has what they ask for."""

import pytest

from cuttingroom.core.time import ticks_to_seconds
from cuttingroom.planners.base import Need, PlanDraft
from cuttingroom.planners.draft import try_items
from cuttingroom.planners.rules import RulesPlanner
from planners.worlds import clip, context, span, ticks, timeline, video
from talks import SOURDOUGH, a_transcript

PLANNER = RulesPlanner()
TALK = (
    "Welcome to the harbour, um, of Split. We walk along the pier. [0.8] We walk along the old pier. "
    "So the first thing is, you know, the boats. They are uh white. [2] The sea is calm today. "
    "It is blue. We eat fish at the market. Thank you for watching."
)
SILENCES = (span(0, 0.9), span(5.2, 6.5), span(12.4, 14.4), span(26, 40))
BREATHS = (span(5.5, 5.9), span(13, 13.4))


def plan(request: str, **changes: object) -> PlanDraft:
    """About 40 seconds of somebody who says TALK, breathes, and has a song beside the video."""
    fields: dict[str, object] = {
        "timeline": timeline(video(clip("c1", 0, 40, name="talk.mp4", artifact="art_talk", media=40))),
        "transcripts": {"art_talk": a_transcript(TALK)},
        "silences": {"art_talk": SILENCES},
        "breaths": {"art_talk": BREATHS},
    }
    return PLANNER.plan(context(request, **{**fields, **changes}))


def calls(draft: PlanDraft) -> list[dict]:
    assert draft.questions == ()
    return [item.call for item in draft.items if item.call["tool"] != "render"]


def the_call(request: str, **changes: object) -> dict:
    (call,) = calls(plan(request, **changes))
    return call


@pytest.mark.parametrize(
    "request_",
    [
        "shorten every pause to half a second",
        "reduce the silences to 0.5 seconds",
        "limit all pauses to 0.5s",
        "can you bring the pauses down to half a second",
    ],
)
def test_pauses_are_shortened_to_a_length(request_: str):
    call = the_call(request_)
    assert (call["tool"], call["mode"]) == ("remove_silences", "shorten")
    assert ticks_to_seconds(call["to_ticks"]) == ticks_to_seconds(call["min_ticks"]) == 0.5


@pytest.mark.parametrize(
    "request_",
    [
        "halve the pauses",
        "cut the pauses in half",
        "shorten all the pauses to half their length",
        "shorten the silences by 50%",
    ],
)
def test_pauses_are_shortened_to_a_part_of_their_length(request_: str):
    call = the_call(request_)
    assert (call["mode"], call["ratio"]) == ("shorten", {"num": 1, "den": 2})


@pytest.mark.parametrize(
    ("request_", "silences"),
    [
        ("trim the silence at the start and end", [0, 1, 2, 3]),
        ("cut the dead air from the beginning and the end", [0, 1, 2, 3]),
        ("trim the silence off both ends", [0, 1, 2, 3]),
        ("remove the silence at the beginning", [0, 1, 2]),
        ("cut the silence at the end", [3]),
    ],
)
def test_only_the_silent_ends_go(request_: str, silences: list[int]):
    call = the_call(request_)
    assert (call["tool"], call["mode"], call["ends_only"]) == ("remove_silences", "remove", True)
    given = [r["start_ticks"] for s in call["silences"] for r in s["ranges"]]
    assert given == [SILENCES[n].start_ticks for n in silences]


@pytest.mark.parametrize(
    ("request_", "mode"),
    [
        ("mark the silences but don't cut them", "mark"),
        ("just mark the pauses dont cut anything", "mark"),
        ("put a marker at every pause", "mark"),
        ("keep only the silences", "keep_only"),
        ("i only want the silent bits, for room tone", "keep_only"),
        ("cut everything except the silences", "keep_only"),
    ],
)
def test_silences_are_marked_or_kept(request_: str, mode: str):
    assert the_call(request_)["mode"] == mode


@pytest.mark.parametrize(
    ("request_", "gone"),
    [
        ("remove all the ums and uhs", ["um,", "uh"]),
        ("take out the ums", ["um,", "uh"]),
        ("get rid of the filler words", ["um,", "you know,", "uh"]),
        ("cut out all the ums, uhs and you knows", ["um,", "you know,", "uh"]),
        ("delete all filler words but leave the you knows", ["um,", "uh"]),
        ("remove the fillers please", ["um,", "you know,", "uh"]),
    ],
)
def test_fillers_go_as_they_are_named(request_: str, gone: list[str]):
    call = the_call(request_)
    assert (call["tool"], call["kind"]) == ("remove_spoken", "fillers")
    assert [p["text"] for p in call["parts"]] == gone


@pytest.mark.parametrize(
    "request_",
    [
        "take out the repeated takes",
        "remove the duplicate takes",
        "keep only the last take of each sentence",
        "cut the retakes",
        "remove false starts",
        "I said one line twice, drop the repeated take",
    ],
)
def test_repeated_takes_go_and_the_plan_says_which(request_: str):
    draft = plan(request_)
    (call,) = calls(draft)
    assert (call["tool"], call["kind"]) == ("remove_spoken", "repeats")
    assert [p["text"] for p in call["parts"]] == ["We walk along the pier."]
    assert any("“We walk along the pier.” goes" in a and "old pier" in a for a in draft.assumptions)


@pytest.mark.parametrize(
    "request_", ["remove the breaths", "cut out the breathing sounds", "get rid of all the loud breaths"]
)
def test_breaths_go(request_: str):
    call = the_call(request_)
    assert (call["tool"], call["kind"], len(call["parts"])) == ("remove_spoken", "breaths", 2)


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ('remove the word "white"', ["white."]),
        ('cut out every "we walk along the"', ["We walk along the", "We walk along the"]),
        ('delete every time she says "the sea is"', ["The sea is"]),
        ('cut the sentence "the sea is calm today"', ["The sea is calm today."]),
        ("remove the part where she talks about the market", ["We eat fish at the market."]),
    ],
)
def test_words_go_wherever_they_are_said(request_: str, said: list[str]):
    call = the_call(request_)
    assert (call["tool"], call["kind"]) == ("remove_spoken", "words")
    assert [p["text"] for p in call["parts"]] == said


@pytest.mark.parametrize(
    "request_",
    [
        "cut everything before she says 'so the first thing'",
        'cut everything before "so the first thing"',
        'delete everything up to where he says "So, the 1st thing"',
        'start with "so the first thing"',
        'start where she says "so the frist thing"',
    ],
)
def test_all_before_words_goes_and_none_is_clipped(request_: str):
    (call,) = calls(plan(request_))
    (gone,) = call["ranges"]
    words = a_transcript(TALK).words
    first = next(n for n, w in enumerate(words) if w.text == "So")
    end = gone["start_ticks"] + gone["duration_ticks"]
    assert gone["start_ticks"] == 0
    assert words[first - 1].end_ticks <= end <= words[first].start_ticks


@pytest.mark.parametrize(
    "request_",
    ['cut everything after she says "thank you for watching"', 'end after "thank you for watching"'],
)
def test_what_comes_after_words_goes_and_the_words_stay(request_: str):
    (call,) = calls(plan(request_))
    (gone,) = call["ranges"]
    assert gone["start_ticks"] >= a_transcript(TALK).words[-1].end_ticks


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ("keep only the parts about the sea", ["The sea is calm today. It is blue."]),
        (
            "cut everything except the part about the boats",
            ["So the first thing is, you know, the boats. They are uh white."],
        ),
        ("keep just the bit where she talks about fish", ["We eat fish at the market."]),
        ("i only want the parts that mention the harbor", ["Welcome to the harbour, um, of Split."]),
    ],
)
def test_parts_about_something_stay(request_: str, said: list[str]):
    call = the_call(request_)
    assert call["tool"] == "keep_spoken"
    assert [p["text"] for p in call["parts"]] == said


@pytest.mark.parametrize(
    ("request_", "seconds"),
    [
        ("get it down to 20 seconds", 20),
        ("tighten it to 15 seconds", 15),
        ("condense this to 18 seconds", 18),
        ("make a 12 second version", 12),
        ("boil it down to under 25 seconds", 25),
    ],
)
def test_a_talk_is_tightened_and_each_choice_is_explained(request_: str, seconds: int):
    draft = plan(request_)
    (call,) = calls(draft)
    (trial,) = try_items(
        context("", timeline=timeline(video(clip("c1", 0, 40, artifact="art_talk", media=40)))).timeline,
        [call],
    )
    assert call["tool"] == "tighten"
    assert seconds - 4 < ticks_to_seconds(trial.after_ticks) <= seconds
    sentences = [p for p in call["parts"] if p["why"] == "sentence"]
    assert len([a for a in draft.assumptions if "matters least" in a]) == len(sentences)
    assert any(a.startswith("First silences:") for a in draft.assumptions)


@pytest.mark.parametrize(
    "request_",
    [
        "cut it to the beat of song.mp3",
        "cut the clips to the beat",
        "sync the cuts to the beat of the song",
        "edit it so the cuts land on the beats of song.mp3",
        "match the cuts to the music",
    ],
)
def test_cuts_fall_on_the_beats_of_the_song(request_: str):
    draft = PLANNER.plan(context(request_, on="three"))
    (call,) = calls(draft)
    assert (call["tool"], call["media"]["artifact_id"]) == ("cut_to_beat", "art_song")
    assert call["beats_per_clip"] is None
    (trial,) = try_items(context("", on="three").timeline, [call])
    starts = [e.start_ticks for e in trial.after.tracks[0].elements][1:]
    beats = [ticks(0.3 + 0.48 * n) for n in range(124)]
    frame = trial.after.rate.frame_ticks
    assert all(min(abs(s - b) for b in beats) <= frame // 2 for s in starts)
    assert any("laid under the video" in a for a in draft.assumptions)


def test_clips_change_after_so_many_beats():
    call = calls(PLANNER.plan(context("change clips every 4 beats", on="three")))[0]
    assert call["beats_per_clip"] == 4


@pytest.mark.parametrize(
    "request_",
    [
        "add chapters automatically",
        "make the chapters automatically",
        "generate chapter markers",
        "split it into chapters by topic",
        "auto chapters please",
    ],
)
def test_chapters_are_found_and_named_by_what_is_said(request_: str):
    long = timeline(video(clip("c1", 0, 110, artifact="art_talk", media=110)))
    changes = {"timeline": long, "transcripts": {"art_talk": a_transcript(SOURDOUGH)}, "silences": {}}
    call = the_call(request_, **changes)
    assert call["tool"] == "add_chapters"
    assert call["chapters"][0]["at_ticks"] == 0
    names = ["Bake sourdough bread", "Starter", "Dough", "Oven", "Bread cool"]
    assert [c["name"] for c in call["chapters"]] == names


@pytest.mark.parametrize(
    ("request_", "asked"),
    [
        ("make the pauses shorter", "How long should a pause be"),
        ("keep only the parts about the castle", "not spoken of in the video; what is named most: "),
        ('remove the word "castle"', "not heard in the video"),
        ('start with "pear"', "not heard in the video"),
        ('cut everything before she says "we walk along"', "said 2 times"),
        ("get it down to 1 second", "cannot be brought down to 0:01.00"),
        ("get it down to 2 minutes", "within 2:00.00 already"),
        ("cut it to the beat of song.mp3", "one shot"),
        ("cut it to the beat of tune.mp3", ""),
    ],
)
def test_what_cannot_be_chosen_is_asked_and_never_guessed(request_: str, asked: str):
    draft = plan(request_)
    assert draft.items == ()
    assert any(asked in q.text for q in draft.questions)


@pytest.mark.parametrize(
    "request_", ["cut it down by 10 seconds", "trim down the title to 3 seconds", "reduce it by 5 seconds"]
)
def test_what_only_sounds_like_a_length_to_tighten_to_is_no_such_thing(request_: str):
    assert all(item.call["tool"] != "tighten" for item in plan(request_).items)


@pytest.mark.parametrize(
    ("request_", "seconds"),
    [("cut about 10 seconds from the start", (0, 10))],
)
def test_about_so_many_seconds_is_a_length_and_no_subject(request_: str, seconds: tuple[int, int]):
    (gone,) = the_call(request_)["ranges"]
    end = gone["start_ticks"] + gone["duration_ticks"]
    assert (ticks_to_seconds(gone["start_ticks"]), ticks_to_seconds(end)) == seconds


@pytest.mark.parametrize(
    ("request_", "needs"),
    [
        ("halve the pauses", {Need.SILENCES}),
        ("remove the ums", {Need.SILENCES, Need.TRANSCRIPT}),
        ("remove the breaths", {Need.BREATHS}),
        ("cut it to the beat of song.mp3", {Need.BEATS, Need.SCENES}),
        ('start with "hello there"', {Need.TRANSCRIPT}),
    ],
)
def test_only_what_a_request_is_about_is_found_out_first(request_: str, needs: set[Need]):
    assert PLANNER.needs(request_) == needs


def test_without_a_transcript_the_advice_says_how_to_get_one():
    (question,) = plan("remove the ums", transcripts={}).questions
    assert "There is no transcript" in question.text
    assert "--subtitles" in question.text
