import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuttingroom.providers.spoken import read_tokens, say_number, say_token


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("$20.50", "twenty dollars and fifty cents"),
        ("£1", "one pound"),
        ("1984", "nineteen eighty four"),
        ("1905", "nineteen oh five"),
        ("2005", "two thousand five"),
        ("1,984", "one thousand nine hundred eighty four"),
        ("3.14", "three point one four"),
        ("50%", "fifty percent"),
        ("2nd,", "second"),
        ("21st", "twenty first"),
        ("1980s", "nineteen eighties"),
        ("3:05", "three oh five"),
        ("007", "zero zero seven"),
        ("Dr.", "doctor"),
        ("well-known", "well known"),
        ("it’s", "it's"),
        ("“Hello!”", "hello"),
        ("&", "and"),
        ("MP3", "mp three"),
        ("—", ""),
    ],
)
def test_written_tokens_are_said_as_people_say_them(written: str, said: str):
    assert " ".join(say_token(written)) == said


def test_marks_join_their_neighbour_and_the_spelling_is_kept():
    assert [token.text for token in read_tokens("— Well — now 3 & 4 …")] == [
        "— Well —",
        "now",
        "3",
        "&",
        "4 …",
    ]


@given(st.integers(0, 10**18))
def test_any_number_is_said_in_plain_words(number: int):
    assert say_number(number).replace(" ", "").isalpha()


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader_or_loses_a_token(text: str):
    assert " ".join(token.text for token in read_tokens(text)).split() == text.split()
    assert all(word.islower() or not word.isascii() for token in read_tokens(text) for word in token.spoken)
