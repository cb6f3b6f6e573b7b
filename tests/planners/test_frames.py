"""Frames: words that name an edit and typed slots in any order, with every word accounted for."""

from __future__ import annotations

from fractions import Fraction

import pytest

from cuttingroom.planners.base import PlanDraft
from cuttingroom.planners.rules import RulesPlanner
from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.frames.chunks import CHUNKS
from cuttingroom.planners.rules.frames.frame import Frame, Slots
from cuttingroom.planners.rules.frames.matching import Matcher
from cuttingroom.planners.rules.frames.patterns import Choice, Chunk, Gap, Said, forms
from cuttingroom.planners.rules.frames.tokens import Tokens
from cuttingroom.planners.rules.languages import find_language
from cuttingroom.planners.rules.lexer import lex
from planners.worlds import context

FIRST_THIRD = r.Share(Fraction(0), Fraction(1, 3))


def nothing(_: Slots) -> r.Reading:
    return r.Undo()


FREEZE = Frame(
    "freeze",
    says=("freeze [frame|picture]", "hold * (frame|picture)"),
    slots={
        "at": "[at|on] POINT",
        "duration": "[for] LENGTH",
        "side": "<left|right>",
        "more*": "twice TARGET",
    },
    reading=nothing,
)


def match(text: str, *frames: Frame) -> list[tuple[str, dict[str, object], int]]:
    lexed = lex(text)
    found = Matcher(frames or (FREEZE,), CHUNKS).match(Tokens(lexed, lexed.pieces))
    return [(m.frame.name, dict(m.slots), len(m.unknown)) for m in found]


def test_a_pattern_stands_for_all_its_forms():
    assert forms("a [b] (c|d e)") == (
        (Said("a"), Said("b"), Said("c")),
        (Said("a"), Said("b"), Said("d"), Said("e")),
        (Said("a"), Said("c")),
        (Said("a"), Said("d"), Said("e")),
    )
    assert forms("at POINT") == ((Said("at"), Chunk("POINT")),)
    assert forms("<left|right>") == ((Choice(("left",)),), (Choice(("right",)),))
    assert forms("make * black") == ((Said("make"), Gap(), Said("black")),)


@pytest.mark.parametrize("pattern", ["a (b", "a ]", "[a|b]" * 13, ""])
def test_a_pattern_that_is_not_well_formed_is_an_error_at_the_start(pattern: str):
    with pytest.raises(ValueError, match=r".+"):
        forms(pattern)


@pytest.mark.parametrize(
    "text",
    [
        "freeze frame at 0:12 for 3 seconds",
        "at 0:12 freeze for 3 seconds",
        "hold 3 seconds the frame on 0:12",
    ],
)
def test_slots_may_stand_in_any_order(text: str):
    ((name, slots, unknown),) = match(text)
    assert (name, unknown) == ("freeze", 0)
    assert slots == {"at": r.At(Fraction(12), is_clock=True), "duration": r.Length(Fraction(3))}


def test_a_word_that_nothing_explains_is_counted_not_skipped():
    ((_, _, unknown),) = match("freeze the banana at 0:12")
    assert unknown == 1


def test_a_slot_that_may_be_said_several_times_is_a_tuple():
    ((_, slots, _),) = match("freeze twice clip 1 twice clip 2")
    assert slots["more"] == (r.ClipNumber(1), r.ClipNumber(2))


def test_two_frames_of_a_name_and_unknown_chunks_are_errors_at_the_start():
    with pytest.raises(ValueError, match="two frames"):
        Matcher((FREEZE, FREEZE), CHUNKS)
    with pytest.raises(ValueError, match="no chunk"):
        Matcher((Frame("x", ("x",), {"a": "NOSUCH"}, reading=nothing),), CHUNKS)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("LENGTH", "a minute and a half", r.Length(Fraction(90))),
        ("LENGTH", "1 minute and 20 seconds", r.Length(Fraction(80))),
        ("LENGTH", "2,5 seconds", r.Length(Fraction(5, 2))),
        ("POINT", "half a minute in", r.At(Fraction(30))),
        ("POINT", "frame 120", r.At(Fraction(0), frames=120)),
        ("POINT", "the second cut", r.CutPoint(2)),
        ("POINT", "10 seconds before the end", r.FromEnd(r.Length(Fraction(10)))),
        ("POINT", "when she says 'hello'", r.SpokenPoint("hello")),
        ("STRETCH", "the last ten seconds", r.Last(r.Length(Fraction(10)))),
        (
            "STRETCH",
            "the first third of clip 2",
            r.InClip(r.Share(Fraction(0), Fraction(1, 3)), r.ClipNumber(2)),
        ),
        ("STRETCH", "5 secs off its start", r.InClip(r.First(r.Length(Fraction(5))), r.ThatClip())),
        ("TARGET", "clips 1 and 3", r.Several((r.ClipNumber(1), r.ClipNumber(3)))),
        ("TARGET", "the audio of clip 2", r.SoundOf(r.ClipNumber(2))),
        ("TARGET", "the middle clip", r.MiddleClip()),
        ("SHAPE", "9:16", Fraction(9, 16)),
        ("SHAPE", "square", Fraction(1)),
        ("FRAME_SIZE", "1280x720", (1280, 720)),
        ("COLOUR", "dark blue", "#00008b"),
        ("COLOUR", "#Ff8800", "#ff8800"),
        ("SHARE", "30 %", Fraction(3, 10)),
        ("DB", "-6 dB", Fraction(-6)),
    ],
)
def test_chunks_are_read_as_people_write_them(kind: str, text: str, value: object):
    lexed = lex(text)
    tokens = Tokens(lexed, lexed.pieces)
    assert (value, len(tokens)) in list(CHUNKS[kind](tokens, 0))


def plan(text: str, on: str = "three") -> PlanDraft:
    return RulesPlanner().plan(context(text, on))


def test_what_is_told_before_a_wish_that_refers_to_it_is_its_reason():
    draft = plan("the market clip is boring in the beginning, lop 5 secs off its start")
    assert not draft.questions
    assert draft.items[0].call["ranges"][0]["start_ticks"] == 50 * 705_600_000
    assert any("taken for the reason" in note for note in draft.assumptions)


def test_what_is_told_and_wishes_something_unknown_is_asked_about():
    assert plan("the market clip is boring, mute clip 1").questions


def test_where_nothing_may_move_a_cut_is_asked_about():
    assert "Nothing should move" in plan("cut the first 5 seconds, nothing should move").questions[0].text
    assert not plan("mute clip 2, nothing should move").questions


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Schneide bitte die ersten fünf Sekunden weg", "German"),
        ("coupe les cinq premières secondes du début", "French"),
        ("quita los silencios y ponle subtítulos", "Spanish"),
        ("убери последние десять секунд", "Cyrillic script"),
        ("最初の10秒をカットしてください", "Japanese"),
    ],
)
def test_a_request_in_another_language_is_told_that_english_is_read(text: str, language: str):
    draft = plan(text)
    assert not draft.items
    assert language in draft.questions[0].text
    assert "language model" in draft.questions[0].text


@pytest.mark.parametrize(
    "text", ["cut the first 10 seconds", "mute clip 2", 'add the title "Die Sekunden"', "remove the silences"]
)
def test_english_is_not_taken_for_another_language(text: str):
    assert find_language(text) is None


def test_bring_it_down_means_the_sound_only_where_the_reason_is_heard():
    assert plan("harbour is overexposed, bring it down a tad").questions
    draft = plan("the harbour clip is deafening, bring it down a tad")
    assert [i.call["tool"] for i in draft.items[:-1]] == ["set_volume"]


def test_a_clip_is_no_cut():
    assert not any(i.call["tool"] == "ripple_remove" for i in plan("the harbour clip").items)
