"""Words as they count for meaning: without case, marks and endings, and without those that mean little."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_NUMBERS = {
    "0": "zero", "1": "one", "2": "two", "3": "three", "4": "four", "5": "five", "6": "six", "7": "seven",
    "8": "eight", "9": "nine", "10": "ten", "11": "eleven", "12": "twelve", "1st": "first", "2nd": "second",
    "3rd": "third", "4th": "fourth", "5th": "fifth",
}  # fmt: skip
_SPELT = {"ok": "okay", "gonna": "goingto", "wanna": "wantto", "gotta": "gotto", "cause": "because"}
_MARKS = {"&": "and", "%": "percent", "+": "plus"}

STOPWORDS = frozenset(
    re.findall(
        r"\S+",
        """
    a about above actually after again against all almost already also although always am an and another any
    anything are aren't around as at away back be because been before behind being below between bit both but
    by came can can't come comes could couldn't did didn't do does doesn't doing don't done down during each
    either else even ever every everything few find first for from further gave get gets getting give go goes
    going gonna gone good got great had hadn't has hasn't have haven't having he he'd he'll he's her here
    here's hers herself hi him himself his how how's however i i'd i'll i'm i've if in into is isn't it it's
    its itself just keep kind know last let let's like little look lot made make makes making many may maybe
    me mean might mine more most much must my myself need never new next no none nor not nothing now of off oh
    ok okay on once one only onto or other our ours ourselves out over own people perhaps put quite rather
    really right said same saw say says see seen she she'd she'll she's should shouldn't show since so some
    something sort still stuff such sure take than thank thanks that that's the their theirs them themselves
    then there there's these they they'd they'll they're they've thing things think this those though three
    through time to today together told too took two under until up upon us use used using very want wants was
    wasn't way we we'd we'll we're we've well went were weren't what what's when when's where where's whether
    which while who who's whole whom whose why will with within without won't would wouldn't yeah yes yet you
    you'd you'll you're you've your yours yourself
    """,
    )
)
"""English words that carry little meaning of their own."""


@lru_cache(maxsize=65_536)
def letters(text: str) -> str:
    """What is heard of a word: lower case letters and digits, small numbers written out, in one spelling.

    Empty when it has none.
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    plain = "".join(_MARKS.get(c, c) for c in plain)
    bare = re.sub(r"[\W_]+", "", plain)
    bare = _NUMBERS.get(bare, _SPELT.get(bare, bare))
    return _one_spelling(bare) if len(bare) > 5 else bare


def _one_spelling(word: str) -> str:
    """British and American endings as one: harbours, realise, centre."""
    word = re.sub(r"our(?=(?:s|ed|ing|ful|ite|able)?$)", "or", word)
    word = re.sub(r"is(?=(?:e|es|ed|ing|ation|ations)$)", "iz", word)
    return re.sub(r"tre(?=s?$)", "ter", word)


@lru_cache(maxsize=65_536)
def stem(text: str) -> str:
    """The word without the endings of number and tense, so that "walking" and "walks" are the same."""
    word = re.sub(r"['’]s$", "", text.casefold())
    word = letters(word)
    for ending, rest in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", ""), ("s", "")):
        kept = word[: len(word) - len(ending)]
        if word.endswith(ending) and len(kept) >= 3 and not word.endswith(("ss", "us", "is")):
            word = kept + rest
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
        word = word[:-1]
    return word.removesuffix("e") if len(word) > 4 else word


_STOP_LETTERS = frozenset(letters(w) for w in STOPWORDS)


def is_stopword(text: str) -> bool:
    bare = letters(text)
    return len(bare) < 2 or bare in _STOP_LETTERS


def content_stems(text: str) -> list[str]:
    """The stems of all words that carry meaning, in order."""
    return [stem(w) for w in re.split(r"[\s\-–—/]+", text) if not is_stopword(w)]
