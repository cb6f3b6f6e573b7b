import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuttingroom.core.time import seconds_to_ticks
from cuttingroom.timeline.captions import CaptionRules, break_lines, group_words
from cuttingroom.timeline.transcript import Word

RULES = CaptionRules()


def speak(text, *, pauses=(), each=0.3):
    """The words of a text one after the other, with a second of silence after those numbered in `pauses`."""
    words, now = [], 0.0
    for n, part in enumerate(text.split()):
        words.append(
            Word(text=part, start_ticks=seconds_to_ticks(now), end_ticks=seconds_to_ticks(now + each))
        )
        now += each + 0.05 + (1 if n in pauses else 0)
    return words


def texts(captions):
    return [c.text for c in captions]


@pytest.mark.parametrize(
    ("text", "rules", "expected"),
    [
        ("We sail at dawn.", RULES, ["We sail at dawn."]),
        ("We sail at dawn. Bring a rope!", RULES, ["We sail at dawn.", "Bring a rope!"]),
        ("Really? Yes, we sail at dawn.", RULES, ["Really? Yes, we sail at dawn."]),
        ("We sail at dawn. Really?", RULES, ["We sail at dawn. Really?"]),
        ("He said “we sail.” Then he left us.", RULES, ["He said “we sail.”", "Then he left us."]),
        (
            "the harbour lay quiet under a thin grey morning fog",
            CaptionRules(max_characters=30),
            ["the harbour lay quiet under\na thin grey morning fog"],
        ),
        (
            "the harbour lay quiet, and nobody saw the boat leave",
            CaptionRules(max_characters=30, max_lines=1),
            ["the harbour lay quiet,", "and nobody saw the boat leave"],
        ),
        (
            "one two three four five",
            CaptionRules(max_characters=20, max_lines=1),
            ["one two three", "four five"],
        ),
        (
            "a Donaudampfschifffahrtsgesellschaft b",
            CaptionRules(max_characters=10, max_lines=1),
            ["a", "Donaudampfschifffahrtsgesellschaft", "b"],
        ),
    ],
)
def test_captions_break_where_a_reader_would(text, rules, expected):
    assert texts(group_words(speak(text), rules)) == expected


def test_a_pause_divides_captions():
    assert texts(group_words(speak("and then we left the harbour", pauses=[2]), RULES)) == [
        "and then we",
        "left the harbour",
    ]


def test_no_caption_lasts_longer_than_allowed():
    rules = CaptionRules(max_duration_ticks=seconds_to_ticks(2))
    captions = group_words(speak("one two three four five six seven eight", each=0.5), rules)
    assert all(c.end_ticks - c.start_ticks <= rules.max_duration_ticks for c in captions)
    assert min(len(c.words) for c in captions) > 1


def test_no_words_make_no_captions():
    assert group_words([], RULES) == []


words = st.lists(st.text("abcdefgh.,", min_size=1, max_size=12), min_size=1, max_size=40)


@given(words, st.integers(8, 42), st.integers(1, 3))
def test_captions_say_every_word_once_in_order_and_fit(parts, characters, lines):
    rules = CaptionRules(max_characters=characters, max_lines=lines)
    captions = group_words(speak(" ".join(parts), pauses=[5]), rules)
    assert [w.text for c in captions for w in c.words] == parts
    assert " ".join(c.text.replace("\n", " ") for c in captions) == " ".join(parts)
    for caption in captions:
        assert caption.text.count("\n") < lines
        too_long = any(len(line) > characters for line in caption.text.split("\n"))
        assert not too_long or any(len(w.text) > characters for w in caption.words) or len(caption.words) == 1


@given(words, st.integers(8, 42))
def test_lines_are_about_equally_long(parts, characters):
    lines = break_lines(parts, characters, 2)
    assert " ".join(lines) == " ".join(parts)
    if len(lines) == 2 and max(map(len, lines)) <= characters:
        assert len(" ".join(parts)) > characters
