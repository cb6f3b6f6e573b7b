"""What is found in talks: sentences, fillers, repeated takes, topics, chapters, and what matters."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuttingroom.core.time import TimeRange, seconds_to_ticks
from cuttingroom.timeline.speech.chapters import SHORTEST_TICKS, find_chapters
from cuttingroom.timeline.speech.cutting import Gaps
from cuttingroom.timeline.speech.fillers import count_fillers, find_fillers
from cuttingroom.timeline.speech.hearing import list_heard, list_sources, place_ranges
from cuttingroom.timeline.speech.importance import weigh_sentences
from cuttingroom.timeline.speech.repeats import find_repeats
from cuttingroom.timeline.speech.sentences import Span, list_sentences
from cuttingroom.timeline.speech.terms import content_stems, stem
from cuttingroom.timeline.speech.topics import find_about, list_topics
from cuttingroom.timeline.transcript import Word
from drawing import frames, span, timeline, word
from random_edits import quick, timelines
from talks import SOURDOUGH, say

# Sentences


def test_sentences_end_at_marks_and_long_pauses_but_not_in_abbreviations():
    words = say("Dr. Brown is here. He came by boat [2] and left again. Well")
    assert [s.text(words) for s in list_sentences(words)] == [
        "Dr. Brown is here.",
        "He came by boat",
        "and left again.",
        "Well",
    ]


def test_without_marks_shorter_pauses_end_sentences():
    words = say("we go to the pier [0.6] the sea is calm today [0.6] then we go home")
    assert [s.end - s.first for s in list_sentences(words)] == [5, 5, 4]


# Fillers


@pytest.mark.parametrize(
    ("text", "fillers"),
    [
        ("So um we, uh, go. Er, there", ["um", "uh,", "Er,"]),
        ("Umm uhh hmm mmm erm ahh", ["Umm uhh hmm mmm erm ahh"]),
        ("It was, you know, fine. I mean, it was, like, huge.", ["you know,", "I mean,", "like,"]),
        ("You know the pier. I like it, I mean it.", []),
        ("Uh-huh. Mm-hmm. Oh, her umbrella, hum a tune.", []),
    ],
)
def test_fillers_are_sounds_and_phrases_that_stand_apart(text: str, fillers: list[str]):
    words = say(text)
    assert [s.text(words) for s in find_fillers(words)] == fillers


def test_fillers_are_counted_by_what_they_are():
    words = say("um so uh well um yes you know")
    assert count_fillers(words, find_fillers(words)) == "um (2), uh (1)"


# Repeated takes


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("Welcome to the harbour of Spl- [0.8] Welcome to the harbour of Split. It is warm.",
         ["Welcome to the harbour of Spl-"]),
        ("Welcome to the harbour. Sorry, let me do that again. Welcome to the harbour of Split. It is warm.",
         ["Welcome to the harbour. Sorry, let me do that again."]),
        ("We walk along the pier. The sea is calm today. Okay again. We walk along the old pier. "
         "The sea is very calm today. Then we eat.",
         ["We walk along the pier. The sea is calm today. Okay again."]),
        ("One take of this line. One take of this line. One take of this line. Next.",
         ["One take of this line.", "One take of this line."]),
        ("I went to the I went to the shop", ["I went to the"]),
        ("the the boat we can we can go", ["the", "we can"]),
        ("Welcome to the harbour of Split today. Welcome to the har— Anyway, this is the pier.",
         ["Welcome to the har—"]),
        ("so we um walk along the so we walk along the beach", ["so we um walk along the"]),
    ],
)  # fmt: skip
def test_of_what_is_said_again_the_last_good_take_stays(text: str, gone: list[str]):
    words = say(text)
    assert [r.gone.text(words) for r in find_repeats(words)] == gone


@pytest.mark.parametrize(
    "text",
    [
        "Thank you. Thank you. Very, very nice. I had had it. No no no.",
        "Row, row, row your boat gently down the stream. Merrily, merrily, merrily, life is but a dream.",
        "The pier is old. The pier is long and made of wood, and fishermen sit on it every day of the year.",
        "We walk along the pier. "
        + "Then something else happens here now. " * 1
        + "[60] We walk along the pier.",
        "The first boat is red. The second boat is blue. The third boat is green.",
    ],
)
def test_what_is_meant_to_be_said_twice_stays(text: str):
    words = say(text)
    assert [r.gone.text(words) for r in find_repeats(words)] == []


# Topics and what matters


def test_parts_about_something_hold_what_names_it_and_what_refers_to_it():
    words = say(
        "We start at the market. It is loud. Then we see the harbour. It is full of boats. "
        "The boats are old. We eat fish. Harbours are nice at night. Then we sleep."
    )
    sentences = list_sentences(words)
    assert [s.text(words) for s in find_about(words, sentences, "the harbor")] == [
        "Then we see the harbour. It is full of boats.",
        "Harbours are nice at night.",
    ]
    assert find_about(words, sentences, "the castle") == []
    assert find_about(words, sentences, "the") == []


def test_topics_are_named_in_words_that_were_said():
    words = say(SOURDOUGH)
    assert set(list_topics(words, list_sentences(words))) == {"starter", "bread", "dough", "flour", "oven"}


def test_sentences_weigh_by_what_the_whole_is_about():
    words = say(SOURDOUGH)
    sentences = list_sentences(words)
    weights = dict(zip((s.text(words) for s in sentences), weigh_sentences(words, sentences), strict=True))
    assert max(weights, key=weights.__getitem__) == "Hello and welcome to the channel."
    assert (
        weights["It took me three years to get this right."]
        < weights["The starter is flour and water, nothing else."]
    )


def test_endings_do_not_make_another_word():
    assert stem("walking") == stem("walked") == stem("walks") == stem("Walk")
    assert stem("harbour's") == stem("harbors")
    assert stem("cities") == stem("city")
    assert content_stems("the old piers, and the pier") == ["old", "pier", "pier"]


# Chapters


def test_chapters_begin_where_the_subject_changes_and_are_called_by_words_that_were_said():
    words = say(SOURDOUGH)
    chapters = find_chapters(words)
    assert [c.title for c in chapters] == ["Bake sourdough bread", "Starter", "Dough", "Oven", "Bread cool"]
    first_words = [c.span.text(words).split()[0] for c in chapters]
    assert first_words == ["Hello", "First", "Now", "Next", "Finally,"]


def test_a_short_talk_is_one_chapter_and_none_is_none():
    assert [c.span for c in find_chapters(say("Hello there. Goodbye."))] == [Span(0, 3)]
    assert find_chapters([]) == []


# Properties of all analyses

VOCABULARY = ["um", "uh,", "the", "we", "walk", "pier.", "sea", "calm.", "So", "you", "know,", "again.",
              "sorry",
              "boat,", "wel-", "—", "like,", "Thank", "you.", "ünï"]  # fmt: skip
texts = st.lists(st.sampled_from([*VOCABULARY, "[0.7]", "[3]", "[20]"]), max_size=60).map(" ".join)


def are_apart(spans: list[Span], count: int) -> bool:
    bounds = [0, *(n for s in spans for n in s), count]
    return bounds == sorted(bounds) and all(s.end > s.first for s in spans)


@given(texts)
@quick
def test_all_that_is_found_lies_in_the_talk_and_apart(text: str):
    words = say(text)
    sentences = list_sentences(words)
    assert [n for s in sentences for n in range(*s)] == list(range(len(words)))
    assert are_apart(find_fillers(words), len(words))
    assert are_apart([r.gone for r in find_repeats(words)], len(words))
    assert are_apart(find_about(words, sentences, "pier"), len(words))
    assert len(weigh_sentences(words, sentences)) == len(sentences)
    chapters = find_chapters(words)
    assert [n for c in chapters for n in range(*c.span)] == list(range(len(words)))
    titles = [c.title.lower() for c in chapters]
    assert len(set(titles)) == len(titles)
    assert all(titles)
    starts = [words[c.span.first].start_ticks for c in chapters]
    assert all(b - a >= SHORTEST_TICKS for a, b in pairwise(starts))


@given(texts)
@quick
def test_after_the_repeats_are_gone_none_is_left_that_would_go_whole(text: str):
    """What stays of a repeat is said at least once."""
    words = say(text)
    gone = {n for r in find_repeats(words) for n in range(*r.gone)}
    assert len(gone) < len(words) or not words


@given(texts, st.data())
@quick
def test_a_cut_takes_its_words_and_clips_no_other(text: str, data: st.DataObject):
    words = say(text)
    if not words:
        return
    first = data.draw(st.integers(0, len(words) - 1))
    span_ = Span(first, data.draw(st.integers(first + 1, len(words))))
    gaps = Gaps(words, (), words[-1].end_ticks + seconds_to_ticks(2))
    cut, kept = gaps.cut_out(span_), gaps.keep(span_)
    for n, said in enumerate(words):
        whole = TimeRange.between(said.start_ticks, said.end_ticks)
        if first <= n < span_.end:
            assert cut.intersection(whole) == whole == kept.intersection(whole)
        else:
            assert cut.intersection(whole) is None
            assert kept.intersection(whole) is None


# Cut points


def test_a_cut_falls_into_the_silence_that_was_measured():
    """Times of recognised words touch; the pause between them is known from the sound."""
    words = [word("one", 0, 24), word("um", 24, 36), word("two", 36, 60)]
    quiet = (span(22, 24), span(35, 38))
    cut = Gaps(words, quiet, frames(60)).cut_out(Span(1, 2))
    assert (cut.start_ticks, cut.end_ticks) == (frames(24), frames(36))
    shifted = Gaps(words, (span(20, 22), span(37, 39)), frames(60)).cut_out(Span(1, 2))
    assert (shifted.start_ticks, shifted.end_ticks) == (frames(22), frames(37))


def test_a_long_pause_beside_a_filler_stays_but_for_a_moment():
    words = say("one. [5] um [5] two")
    cut = Gaps(words, (), words[-1].end_ticks).cut_out(Span(1, 2))
    assert cut.duration_ticks < seconds_to_ticks(1)


# Hearing


def words_of(text: str) -> tuple[Word, ...]:
    return tuple(word(t, 10 * n, 10 * n + 8) for n, t in enumerate(text.split()))


def test_words_are_heard_in_the_order_of_the_timeline():
    heard = list_heard(timeline("video: A@f[20-40] B@f[0-20]"), {"f": words_of("one two three four")})
    assert [w.text for w in heard] == ["three", "four", "one", "two"]
    assert [w.start_ticks for w in heard] == [frames(n) for n in (0, 10, 20, 30)]


def test_words_that_two_tracks_say_at_once_are_heard_once():
    drawn = timeline("video: A@camera[0-40] | audio voice: V@microphone[0-60]")
    said = {"camera": words_of("wan too three for"), "microphone": words_of("one two three four five six")}
    assert [w.text for w in list_heard(drawn, said)] == ["wan", "too", "three", "for", "five", "six"]


def test_music_that_stays_put_and_muted_tracks_are_not_heard():
    drawn = timeline("video: A@f[0-40] | audio music fixed: M@song[0-40]")
    assert [w.text for w in list_heard(drawn, {"song": words_of("la la")})] == []


@given(timelines(), st.data())
@quick
def test_sources_of_a_stretch_are_heard_within_it(before, data: st.DataObject):
    start = data.draw(st.integers(0, max(1, before.duration_ticks)))
    wanted = TimeRange(start_ticks=start, duration_ticks=data.draw(st.integers(frames(1), frames(30))))
    for part in list_sources(before, wanted):
        found = place_ranges(before, {part.artifact_id: [part.range]})
        slack = frames(1)
        grown = TimeRange.between(wanted.start_ticks - slack, wanted.end_ticks + slack)
        assert any(grown.intersection(f) for f in found)
