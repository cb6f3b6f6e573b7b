"""How English text is said aloud: numbers, money and abbreviations as words, each still tied to its token.

Only what people commonly type in narration; everything else is left to the voice or the aligner.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# fmt: off
_ONES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
         "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
# fmt: on
_SCALES = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (1000, "thousand"))
_IRREGULAR_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
_ABBREVIATIONS = {
    "mr.": "mister",
    "mrs.": "missus",
    "ms.": "miz",
    "dr.": "doctor",
    "prof.": "professor",
    "st.": "saint",
    "vs.": "versus",
    "etc.": "et cetera",
    "e.g.": "for example",
    "i.e.": "that is",
    "approx.": "approximately",
    "&": "and",
    "+": "plus",
    "=": "equals",
    "@": "at",
    "%": "percent",
    "w/": "with",
}
_MONEY = {"$": ("dollar", "cent"), "€": ("euro", "cent"), "£": ("pound", "penny")}
_NUMBER = re.compile(
    r"^([$€£])?(\d{1,3}(?:,\d{3}){1,4}|\d{1,15})(?:\.(\d{1,15}))?(%|st|nd|rd|th|s)?$", re.IGNORECASE
)
_CLOCK = re.compile(r"^(\d{1,2}):([0-5]\d)$")


@dataclass(frozen=True)
class Token:
    """A written word as given, and the plain words in which it is said (none for a lone dash)."""

    text: str
    spoken: tuple[str, ...]


def read_tokens(text: str) -> tuple[Token, ...]:
    """The written words of `text` in order. Marks that are not said are joined to the word before them."""
    tokens: list[Token] = []
    for written in text.split():
        spoken = say_token(written)
        if not spoken and tokens:
            tokens[-1] = Token(f"{tokens[-1].text} {written}", tokens[-1].spoken)
        else:
            tokens.append(Token(written, spoken))
    if len(tokens) > 1 and not tokens[0].spoken:
        tokens[:2] = [Token(f"{tokens[0].text} {tokens[1].text}", tokens[1].spoken)]
    return tuple(tokens)


def say_token(written: str) -> tuple[str, ...]:
    """The lower-case words that one written token is said as: `$3.50` is three dollars fifty."""
    lower = written.lower().replace("’", "'").strip('"“”()[]…*_')
    if lower in _ABBREVIATIONS:
        return tuple(_ABBREVIATIONS[lower].split())
    core = lower.strip(".,;:!?'-–—")
    if core in _ABBREVIATIONS:
        return tuple(_ABBREVIATIONS[core].split())
    words: list[str] = []
    for part in re.split(r"[-–—/_]+", core):
        words.extend(_say_part(part))
    return tuple(words)


def say_number(number: int) -> str:
    """A cardinal below a quadrillion, the American way, without "and"; longer ones digit by digit."""
    if number >= 10**15:
        return " ".join(_ONES[int(digit)] for digit in str(number))
    for scale, name in _SCALES:
        if number >= scale:
            high, low = divmod(number, scale)
            return f"{say_number(high)} {name}" + (f" {say_number(low)}" if low else "")
    if number >= 100:
        high, low = divmod(number, 100)
        return f"{_ONES[high]} hundred" + (f" {say_number(low)}" if low else "")
    if number < 20:
        return _ONES[number]
    high, low = divmod(number, 10)
    return _TENS[high] + (f" {_ONES[low]}" if low else "")


def _say_part(part: str) -> list[str]:
    clock, number = _CLOCK.match(part), _NUMBER.match(part)
    if clock:
        return _say_clock(int(clock[1]), int(clock[2])).split()
    if number:
        return _say_number_token(*number.groups()).split()
    found = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*|\d+", part)
    return [word for item in found for word in (_say_digits(item).split() if item.isdecimal() else [item])]


def _say_number_token(sign: str | None, whole: str, decimals: str | None, tail: str | None) -> str:
    value = int(whole.replace(",", ""))
    if sign:
        return _say_money(value, decimals, *_MONEY[sign])
    if decimals:
        said = f"{say_number(value)} point " + " ".join(_ONES[int(digit)] for digit in decimals)
    else:
        said = say_number(value) if "," in whole else _say_digits(whole)
    if tail == "%":
        return f"{said} percent"
    if tail == "s":
        return _pluralise(said)
    return _make_ordinal(say_number(value)) if tail else said


def _say_digits(digits: str) -> str:
    """Four digits from 1100 to 2099 are a year; a leading zero or more than 15 digits are read one by one."""
    if len(digits) > 15:
        return " ".join(_ONES[int(digit)] for digit in digits)
    value = int(digits)
    if len(digits) == 4 and 1100 <= value <= 2099 and value not in range(2000, 2010):
        high, low = divmod(value, 100)
        tail = "hundred" if low == 0 else f"oh {say_number(low)}" if low < 10 else say_number(low)
        return f"{say_number(high)} {tail}"
    if len(digits) > 1 and digits[0] == "0":
        return " ".join(_ONES[int(digit)] for digit in digits)
    return say_number(value)


def _say_money(value: int, decimals: str | None, unit: str, part: str) -> str:
    said = f"{say_number(value)} {unit if value == 1 else unit + 's'}"
    if not decimals or not int(decimals):
        return said
    cents = int(decimals[:2].ljust(2, "0"))
    parts = part if cents == 1 else "pence" if part == "penny" else part + "s"
    return f"{said} and {say_number(cents)} {parts}"


def _say_clock(hours: int, minutes: int) -> str:
    if minutes == 0:
        return f"{say_number(hours)} o'clock"
    return f"{say_number(hours)} {'oh ' if minutes < 10 else ''}{say_number(minutes)}"


def _make_ordinal(cardinal: str) -> str:
    head, _, last = cardinal.rpartition(" ")
    last = _IRREGULAR_ORDINALS.get(last) or (last[:-1] + "ieth" if last.endswith("y") else last + "th")
    return f"{head} {last}".strip()


def _pluralise(said: str) -> str:
    head, _, last = said.rpartition(" ")
    last = last[:-1] + "ies" if last.endswith("y") else last + "es" if last.endswith("x") else last + "s"
    return f"{head} {last}".strip()
