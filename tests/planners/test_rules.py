"""The rules planner against the written requests, and against words that mean nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuttingroom.core.time import ticks_to_seconds
from cuttingroom.planners.base import Need, PlanDraft
from cuttingroom.planners.draft import try_items
from cuttingroom.planners.rules import RulesPlanner
from cuttingroom.planners.rules.examples import list_examples
from cuttingroom.planners.rules.vocabulary import PHRASES
from planners.requests import REQUESTS, Request, judge
from planners.requests_fresh import FRESH_REQUESTS
from planners.worlds import TIMELINES, context

PLANNER = RulesPlanner()
WRITTEN = (*REQUESTS, *FRESH_REQUESTS)
WORDS = sorted({" ".join(phrase) for phrase in PHRASES})
PIECES = [
    *WORDS, "0:10", "0:30", "1:05", "9:59", "10", "5", "2x", "50%", "-6dB", "3s", "1m20s", "the", "a", ",",
    ".", "and",
    "then", '"Hello"', "harbour.mp4", "pier", "clip 2", "clip 9", "the music", "10 seconds", "half a minute",
]  # fmt: skip
COMMON = [
    "cut", "keep", "mute", "speed up", "split", "fade out", "add a title", '"Hi"', "the first", "the last",
    "0:10",
    "0:20", "to", "from", "at", "10 seconds", "clip 2", "clip 1", "clip 3", "2x", "by", "half", "and",
    "then", ",",
    "the music", "captions", "remove", "move", "the start", "the end", "silences", "over", "crossfade",
    "add", "it",
    "calm piano", "music", "between", "the second half", "trim", "swap", "for 3 seconds", "at "
    "0:30", "don't touch",
]  # fmt: skip


def plan(text: str, on: str = "talk") -> PlanDraft:
    return PLANNER.plan(context(text, on))


def tools(draft: PlanDraft) -> list[str]:
    return [item.call["tool"] for item in draft.items]


@pytest.mark.parametrize("request_", WRITTEN, ids=[f"{n}: {r.text[:40]}" for n, r in enumerate(WRITTEN)])
def test_every_written_request_is_planned_exactly_or_asked_about_rightly(request_: Request):
    verdict = judge(PLANNER, request_)
    assert verdict.kind != "wrong", verdict.why


def test_there_are_enough_requests_and_enough_of_them_end_in_a_question():
    assert len(REQUESTS) >= 90
    assert sum(r.asks is not None for r in REQUESTS) >= 15


@pytest.mark.parametrize("request_", [r for r in WRITTEN if r.asks], ids=lambda r: r.text[:40])
def test_a_question_quotes_the_part_of_the_request_that_raised_it(request_: Request):
    draft = PLANNER.plan(context(request_.text, request_.on))
    for question in draft.questions:
        assert question.about in request_.text or question.about == ""


def check(draft: PlanDraft, on: str) -> None:
    """What must hold of any draft: every item runs, in order, and the last one renders everything."""
    trials = try_items(TIMELINES[on](), [item.call for item in draft.items])
    assert [t.error for t in trials] == [None] * len(trials)
    for position, item in enumerate(draft.items, 1):
        assert all(0 < d < position for d in item.depends_on)
        assert item.title
    if draft.items and draft.items[-1].call["tool"] == "render":
        assert draft.items[-1].depends_on == tuple(range(1, len(draft.items)))
    assert draft.items or draft.questions or "not rendered" in " ".join(draft.assumptions)


@given(st.text(max_size=80))
@settings(max_examples=150, deadline=None)
def test_any_text_at_all_gives_a_sound_draft(text: str):
    check(plan(text, "full"), "full")


@given(
    st.lists(st.text("abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=9).map(lambda w: "q" + w), max_size=8)
)
@settings(max_examples=100, deadline=None)
def test_gibberish_never_becomes_an_item(words: list[str]):
    assert plan(" ".join(words)).items == ()


@given(st.lists(st.sampled_from(PIECES), max_size=12), st.sampled_from(sorted(TIMELINES)))
@settings(max_examples=150, deadline=None)
def test_salad_of_the_grammars_words_never_gives_an_item_that_the_timeline_refuses(words: list[str], on: str):
    check(plan(" ".join(words), on), on)


@given(st.lists(st.sampled_from(COMMON), min_size=2, max_size=14), st.sampled_from(sorted(TIMELINES)))
@settings(max_examples=250, deadline=None)
def test_salad_of_common_words_never_gives_an_item_that_the_timeline_refuses(words: list[str], on: str):
    check(plan(" ".join(words), on), on)


@pytest.mark.parametrize(
    "text",
    [
        "split at " + " and ".join(["1s"] * 28),
        "cut " * 400,
        ", ".join(["mute 0:10 to 0:20"] * 79),
        "cut " + " and ".join(["0:10 to 0:20"] * 200),
        "the " * 900,
        "(" * 500,
        "a" * 3999,
        '"' * 500,
        "x" * 5000,
    ],
)
def test_long_and_ambiguous_requests_end_soon_in_a_draft(text: str):
    check(plan(text), "talk")


@pytest.mark.parametrize(
    "text",
    ['add a title "Hi" at 0:30 and cut the first 10 seconds', 'cut the first 10 s and add "Hi" at 0:30'],
)
def test_without_a_then_clock_times_mean_the_video_as_it_is_now_wherever_they_stand(text: str):
    draft = plan(text)
    title = next(i.call for i in draft.items if i.call["tool"] == "add_title")
    assert ticks_to_seconds(title["at_ticks"]) == 20
    assert any("0:20" in a for a in draft.assumptions)


@pytest.mark.parametrize("then", [", then ", ". Then ", ", after that ", ", next "])
def test_after_a_then_clock_times_mean_the_video_after_what_came_before_and_say_so(then: str):
    draft = plan(f"keep only 0:05 to 0:20{then}cut from 0:05 to 0:10")
    (cut,) = draft.items[1].call["ranges"]
    assert ticks_to_seconds(cut["start_ticks"]) == 5
    assert ticks_to_seconds(cut["duration_ticks"]) == 5
    assert any("0:05.00 is meant, after “then”" in a and "0:15.00 long" in a for a in draft.assumptions)


def test_after_a_then_clip_numbers_are_those_of_the_video_by_then_and_say_so():
    draft = plan("split at 1 second then put clip 2 before clip 1")
    assert tools(draft) == ["split", "reorder", "render"]
    right = draft.items[0].call["right_id"]
    assert list(draft.items[1].call["element_ids"]) == [right, "c1"]
    assert any("clip 2 is the one" in a for a in draft.assumptions)


def test_after_a_then_a_name_still_means_all_that_is_left_of_the_clip():
    draft = plan("split clip 2 at 0:30 then mute harbour.mp4", "three")
    assert len(draft.items[1].call["element_ids"]) == 2


def test_relative_places_of_cuts_mean_what_is_left_only_after_a_then():
    together = plan("cut the first 10 seconds and speed up the first 20 seconds by 2x")
    after = plan("cut the first 10 seconds, then speed up the first 20 seconds by 2x")
    assert ticks_to_seconds(together.items[1].call["at_ticks"]) == 10
    assert ticks_to_seconds(after.items[1].call["at_ticks"]) == 20


@pytest.mark.parametrize("joint", [" and ", ", then "])
def test_relative_places_of_what_decorates_mean_the_video_after_the_changes_and_say_so(joint: str):
    draft = plan(f"cut the first 10 seconds{joint}mute the last 10 seconds")
    assert tools(draft) == ["remove_ranges", "mute_range", "render"]
    assert ticks_to_seconds(draft.items[1].call["range"]["start_ticks"]) == 100
    assert any("after the other changes: 1:40.00-1:50.00" in a for a in draft.assumptions)


def test_relative_places_need_no_word_where_nothing_changed_the_time():
    assert not any("after the other changes" in a for a in plan("mute the last 10 seconds").assumptions)


def test_a_clock_time_that_is_cut_away_is_asked_about_with_the_places_it_can_mean():
    draft = plan('cut the first 10 seconds and add a title "Hi" at 2 seconds')
    assert "0:02.00 is cut away" in draft.questions[0].text
    assert draft.questions[0].options[0] == "at 0:02.00 of the finished video"


@pytest.mark.parametrize(("option", "at"), [(0, 35), (1, 30)])
def test_the_answers_to_a_moment_that_is_cut_away_are_understood(option: int, at: int):
    draft = plan('cut 0:30 to 0:40 and add a title "Hi" at 0:35')
    answer = draft.questions[0].options[option].split(",")[0]
    answered = plan(f'cut 0:30 to 0:40 and add a title "Hi" {answer}')
    assert ticks_to_seconds(answered.items[1].call["at_ticks"]) == at


def test_a_moment_at_a_cut_needs_no_question_where_both_clocks_agree():
    draft = plan('cut 0:30 to 0:40 and add a title "Hi" at 0:30')
    assert not draft.questions


def test_what_cannot_be_done_is_said_plainly_with_what_would_make_it_possible():
    question = plan("blur her face").questions[0]
    assert "does not recognise people" in question.text
    assert "Say where it is" in question.text


def test_without_a_plan_the_summary_is_a_sentence_above_the_questions():
    assert plan("wibble").summary == "Nothing is planned before this question is answered."
    assert "these questions are" in plan("wibble. wobble").summary


def test_what_changes_time_comes_first_and_fades_keep_the_start_that_remains():
    draft = plan("fade in and cut the first ten seconds")
    assert tools(draft) == ["remove_ranges", "fade_in", "render"]
    assert draft.items[1].depends_on == (1,)


def test_items_that_do_not_stand_on_each_other_do_not_depend_on_each_other():
    draft = plan('cut the last 10 seconds, turn the music down 3 dB and add a title "Hi" at 0:10', "full")
    by_tool = {i.call["tool"]: i for i in draft.items}
    assert by_tool["add_title"].depends_on == ()
    assert by_tool["remove_ranges"].depends_on == ()


def test_an_item_that_uses_an_id_of_another_depends_on_it():
    draft = plan("speed up 0:30 to 1:15 by 2x")
    assert [i.depends_on for i in draft.items] == [(), (1,), (1, 2), (1, 2, 3)]


def test_music_depends_on_the_item_that_makes_it_and_both_on_the_cuts():
    draft = plan("cut the first 10 seconds and put a warm piano bed under the second half")
    assert tools(draft) == ["remove_ranges", "make_music", "add_music", "render"]
    assert [i.depends_on for i in draft.items] == [(), (1,), (1, 2), (1, 2, 3)]


def test_what_rests_on_the_order_of_clips_depends_on_what_changed_it():
    draft = plan("move the last clip to the front, then add a 1s crossfade between all clips", "three")
    assert [i.depends_on for i in draft.items[:3]] == [(), (1,), (1,)]


def test_ids_are_fixed_in_the_plan():
    call = plan('add a title "Hi" at 0:05').items[0].call
    assert call["element_id"]
    assert call["new_track_id"]


def test_a_clause_that_cannot_be_planned_leaves_nothing_behind():
    draft = plan("speed up 0:30 to 0:40 by 100x and fade in")
    assert tools(draft) == ["fade_in", "render"]
    assert len(draft.questions) == 1


def test_a_plan_names_the_transcripts_and_silences_it_rests_on():
    draft = plan("remove the silences and add captions")
    assert {(c["kind"], c["artifact_id"]) for c in draft.cited_inputs} == {
        ("silences", "art_talk"),
        ("transcript", "art_talk"),
    }


def test_silences_that_are_not_known_are_asked_about():
    draft = PLANNER.plan(context("lose the dead air", silences={}))
    assert draft.items == ()
    assert "not been looked for" in draft.questions[0].text


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("cut the first 10 seconds", set()),
        ("lose the dead air", {Need.SILENCES}),
        ("tighten the first minute and add captions", {Need.SILENCES, Need.TRANSCRIPT}),
        ('cut the part where he says "hello"', {Need.TRANSCRIPT}),
        ("don't add captions but fade in", set()),
        ("", set()),
    ],
)
def test_a_request_needs_only_what_it_speaks_of(text: str, needs: set[Need]):
    assert PLANNER.needs(text) == needs


def test_a_slip_of_the_finger_is_mended_aloud_and_real_words_are_left():
    assert any("“tittle” is read as “title”" in a for a in plan('add a tittle "X" at 0:05').assumptions)
    assert plan("make the video boring").items == ()


def test_the_same_request_gives_the_same_plan_but_for_new_ids():
    one, two = (plan("cut the first 10 seconds and lose the dead air") for _ in range(2))
    assert one.summary == two.summary
    assert one.assumptions == two.assumptions


def test_a_preview_is_rendered_as_a_preview():
    assert plan("cut the first 10 seconds and render a preview").items[-1].call["profile"] == "preview"


def test_an_empty_timeline_is_asked_about():
    from planners.worlds import timeline, video

    draft = PLANNER.plan(context("fade in, cut the first second, add calm music", timeline=timeline(video())))
    assert tools(draft) in ([], ["render"])
    assert draft.questions


@pytest.mark.parametrize("text", ["put clip 2 before clip 1", "swap clips 1 and 3", "move clip 1 to the end"])
def test_clips_change_places_with_their_titles_and_captions_and_the_video_stays_as_long(text: str):
    before = TIMELINES["full"]()
    trials = try_items(before, [i.call for i in PLANNER.plan(context(text, "full")).items])
    assert [t.call["tool"] for t in trials] == ["reorder", "render"]
    after = trials[-1].after
    assert after.duration_ticks == before.duration_ticks
    pier = after.get_element("c1")[1].start_ticks
    for name in ("t1", "k1", "k2"):
        assert after.get_element(name)[1].start_ticks == before.get_element(name)[1].start_ticks + pier


def test_an_order_depends_on_what_made_or_removed_one_of_its_clips():
    draft = plan("remove clip 2 and swap clips 1 and 3", "three")
    assert draft.items[1].depends_on == (1,)


def list_titles(draft: PlanDraft) -> list[tuple[float, float]]:
    calls = [i.call for i in draft.items if i.call["tool"] == "add_title"]
    return [(ticks_to_seconds(c["at_ticks"]), ticks_to_seconds(c["duration_ticks"])) for c in calls]


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("add title 'One' at 1s and title 'Two' at 2s", [(1, 1), (2, 4)]),
        ("add title 'Two' at 2s and title 'One' at 1s", [(2, 4), (1, 1)]),
        ("add title 'One' at 1s and add title 'Two' at 2s for 2 seconds", [(1, 1), (2, 2)]),
        ("add title 'One' at 1s and add title 'Two' at the top at 2s", [(1, 4), (2, 4)]),
    ],
)
def test_a_title_of_open_length_ends_where_the_next_at_its_place_starts(text: str, titles: object):
    draft = plan(text)
    assert draft.questions == ()
    assert list_titles(draft) == titles
    assert any("ends at 0:02.00, where “Two” starts" in a for a in draft.assumptions) == ((1, 1) in titles)  # type: ignore[operator]


@pytest.mark.parametrize(
    "text",
    [
        "add title 'One' at 1s for 3 seconds and add title 'Two' at 2s for 2 seconds",
        "add title 'One' at 1s and add title 'Two' at 1.2s",
    ],
)
def test_titles_that_would_be_drawn_over_each_other_are_asked_about(text: str):
    (question,) = plan(text).questions
    assert "drawn over each other" in question.text
    assert "“Two” at the top" in question.options


def test_music_under_it_means_the_video_also_after_a_title():
    draft = plan('cut the first 5 seconds, add the title "T", and add music under it')
    music = next(i.call for i in draft.items if i.call["tool"] == "add_music")
    assert (ticks_to_seconds(music["at_ticks"]), ticks_to_seconds(music["duration_ticks"])) == (0, 115)
    assert "“it” means the whole video." in draft.assumptions


def test_it_after_a_title_is_asked_about_where_it_can_mean_both():
    (question,) = plan('add the title "T" at 0:05 and fade it out').questions
    assert question.options == ("the title “T”", "the whole video")


@pytest.mark.parametrize("example", list_examples())
def test_the_examples_that_questions_offer_are_understood(example: str):
    draft = plan(example, "gappy" if "gap" in example else "talk" if "caption" in example else "three")
    assert draft.questions == ()


@pytest.mark.parametrize("text", ["wibble", "add a title", "cut from 9:00 to 9:10", "mute clip 9"])
def test_every_question_offers_answers_or_an_example(text: str):
    for question in plan(text, "three").questions:
        assert question.options or "or example" in question.text or "quotation marks" in question.text
