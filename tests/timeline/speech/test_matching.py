from hypothesis import given
from hypothesis import strategies as st

from cuttingroom.timeline.speech.matching import count_slips, find_phrase
from random_edits import quick

SENTENCE = (
    "So, um, the first thing you'll see — it's any more than that — is the Harbour's old pier. "
    "The first time was okay. We realised it's ten o'clock."
)
SAID = SENTENCE.split()


def found(phrase: str) -> list[str]:
    return [" ".join(SAID[m.first : m.end]) for m in find_phrase(SAID, phrase)]


def test_case_marks_apostrophes_and_spelling_do_not_matter():
    assert found("YOULL SEE") == ["you'll see"]
    assert found("the harbors old pier") == ["the Harbour's old pier."]
    assert found("it’s anymore than that") == ["it's any more than that"]
    assert found("we realized") == ["We realised"]
    assert found("The 1st thing") == ["the first thing"]
    assert found("OK") == ["okay."]


def test_sounds_between_the_words_do_not_matter():
    assert found("so the first thing") == ["So, um, the first thing"]
    assert found("so um the first") == ["So, um, the first"]


def test_a_slip_or_two_in_a_longer_phrase_are_forgiven():
    assert found("the frist thing youll see") == ["the first thing you'll see"]
    assert found("harbor's old peer") == ["Harbour's old pier."]


def test_short_words_must_be_right():
    assert found("pear") == []
    assert found("peer") == []
    assert found("the") == ["the", "the", "The"]


def test_where_a_phrase_is_said_whole_nothing_that_is_only_like_it_counts():
    assert found("the first time") == ["The first time"]
    assert found("the first") == ["the first", "The first"]


def test_equally_close_places_are_all_told():
    said = "we saw the grey seals here and then we saw the gray seal there"
    assert len(find_phrase(said.split(), "we saw the greay seals")) == 2


def test_a_part_of_a_word_is_no_place():
    assert found("firs") == []
    assert find_phrase(["another"], "other") == []
    assert find_phrase([], "word") == []
    assert find_phrase(["word"], "…") == []


words = st.lists(st.text("abcd", min_size=1, max_size=5), min_size=1, max_size=30)


@given(words, st.data())
@quick
def test_every_stretch_of_words_is_found_where_it_is_said(said: list[str], data: st.DataObject):
    first = data.draw(st.integers(0, len(said) - 1))
    end = data.draw(st.integers(first + 1, len(said)))
    matches = find_phrase(said, " ".join(said[first:end]))
    assert (first, end, 0) in matches
    assert all(m.slips == 0 for m in matches)


@given(words, st.text("abcd ", max_size=25))
@quick
def test_no_place_has_more_slips_than_are_forgiven(said: list[str], phrase: str):
    wanted = phrase.replace(" ", "")
    for match in find_phrase(said, phrase):
        slips = count_slips(wanted, "".join(said[match.first : match.end]))
        assert slips == match.slips <= len(wanted) // 6


@given(st.text("abc", max_size=12), st.text("abc", max_size=12))
@quick
def test_slips_count_the_same_both_ways_and_none_means_equal(one: str, other: str):
    assert count_slips(one, other) == count_slips(other, one)
    assert (count_slips(one, other) == 0) == (one == other)
