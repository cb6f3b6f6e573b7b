"""Turns a request into terminals of the grammar, each with its place in what the person typed.

Quoted text, clock times, lengths such as `1m20s`, factors, percentages and decibels are terminals by their
shape; known phrases by the vocabulary; names of media by the context. A word that is one slip away from
exactly one known word is read as that word and the reading is noted. All else becomes UNKNOWN, which no rule
accepts.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import takewhile
from typing import Any

from cuttingroom.planners.rules.chapter_lists import find_chapter_lists
from cuttingroom.planners.rules.vocabulary import (
    ARTICLES,
    KNOWN_WORDS,
    LONGEST_PHRASE,
    MENDABLE,
    NUMBERS,
    PHRASES,
    REAL_WORDS,
    TENS,
    WISH,
)
from cuttingroom.planners.rules.wordings import find_wordings

UNIT_SECONDS = {"h": 3600, "m": 60, "s": 1, "ms": Fraction(1, 1000)}
_UNIT = r"(?:ms|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s)"
_SHAPES = re.compile(
    r"""
    (?P<QUOTED>"[^"]*"|“[^”]*”|‘[^’]*’|(?<![\w])'[^']*(?:'\w[^']*)*'(?!\w)|«[^»]*»)
  | (?P<POSSESSIVE>(?<=\w)['’]s\b)
  | (?P<FILE>[\w-]+(?:\.[\w-]+)*\.(?:mp4|mov|mkv|webm|avi|m4v|mp3|wav|m4a|flac|ogg|aac|png|jpe?g|gif|webp
            |cube|srt|vtt|ass|ssa)\b)
  | (?P<CLOCK>\d+:\d{1,2}(?::\d{1,2})?(?:\.\d+)?(?!\d|:\d))
  | (?P<LUFS>[-+−]?\s?\d+(?:[.,]\d+)?\s?(?:db\s?)?(?:lufs|lkfs)\b)
  | (?P<DB>[-+−]?\s?\d+(?:\.\d+)?\s?(?:db|decibels?)\b)
  | (?P<PERCENT>\d+(?:\.\d+)?\s?(?:%|percent\b|per\ cent\b))
  | (?P<FACTOR>(?:\d+(?:\.\d+)?|\.\d+)\s?[x×](?!\w)|\b[x×]\s?\d+(?:\.\d+)?)
  | (?P<LENGTH>(?:\d+(?:[.,]\d+)?UNIT(?=\b|\d))(?:\d+(?:[.,]\d+)?UNIT(?=\b|\d))*)
  | (?P<SIGNED>(?:(?<=\bto\ )|(?<=\bat\ ))[-−]\d+(?:\.\d+)?(?!\d|[:.]\d|\s?(?:UNIT|%|x|frames?)\b))
  | (?P<NUMBER>\d+,\d{1,3}(?=\s?UNIT\b)|\d+(?:\.\d+)?|\.\d+)(?:st|nd|rd|th)?
  | (?P<DASH>[-–—]+)
  | (?P<BREAK>[,;:.!?()\n]+)
  | (?P<WORD>[^\W\d_][\w]*(?:['’-][\w]+)*|&)
  | (?P<UNKNOWN>\S)
    """.replace("UNIT", _UNIT),
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True)
class Piece:
    """One terminal. `start` and `end` are characters of the request; `article`: a, the ... stood before
    it."""

    kind: str
    text: str
    start: int
    end: int
    value: Any = None
    article: bool = False


@dataclass(frozen=True)
class Lexed:
    request: str
    pieces: tuple[Piece, ...]
    notes: tuple[str, ...] = ()

    def text_of(self, pieces: Collection[Piece]) -> str:
        """What the person typed from the first to the last of `pieces`."""
        if not pieces:
            return ""
        return self.request[min(p.start for p in pieces) : max(p.end for p in pieces)]


def lex(request: str, names: Collection[str] = (), words: Collection[str] = ()) -> Lexed:
    """The terminals of `request`. `names` are names of media and clips, which may stand without quotes;
    `words` are known besides those of the vocabulary: they stay UNKNOWN, and slips of the finger are mended
    to them."""
    raw = _mark_wordings(request, _mark_chapters(request, list(_shapes(request))))
    raw = list(_mark_names(request, _without_colons(raw), names))
    raw, notes = _mend(_spoken_decimals(_owned(raw)), words)
    pieces = _articles(_counted(_doubtful(_phrased(raw))))
    return Lexed(request, tuple(_dashes(pieces)), tuple(notes))


def _shapes(request: str) -> Iterator[Piece]:
    for match in _SHAPES.finditer(request):
        kind, text = match.lastgroup or "UNKNOWN", match.group()
        if kind == "NUMBER" and re.search(r"(st|nd|rd|th)$", text):
            yield Piece("ORDINAL", text, *match.span(), int(Fraction(text[:-2])))
        else:
            yield Piece(kind, text, *match.span(), _value(kind, text))


def _value(kind: str, text: str) -> Any:
    number = re.search(r"\d+(?:\.\d+)?|\.\d+", text.replace(",", "."))
    match kind:
        case "QUOTED":
            return text[1:-1].strip()
        case "FILE":
            return text
        case "CLOCK":
            return clock_seconds(text)
        case "LENGTH":
            return _length_seconds(text)
        case "LUFS" | "SIGNED" | "DB" | "PERCENT" | "FACTOR" | "NUMBER":
            assert number is not None
            sign = -1 if text.strip()[0] in "-−" else 1
            return sign * Fraction(number.group())
        case _:
            return text.lower().replace("’", "'")


def clock_seconds(text: str) -> Fraction | None:
    """Seconds of `M:SS`, `M:SS.f` or `H:MM:SS`; None when minutes or seconds pass 59."""
    parts = [Fraction(p) for p in text.split(":")]
    if any(p >= 60 for p in parts[1:]):
        return None
    return sum((p * 60**n for n, p in enumerate(reversed(parts))), Fraction(0))


def _length_seconds(text: str) -> Fraction:
    total = Fraction(0)
    for number, unit in re.findall(r"(\d+(?:\.\d+)?)(ms|[hms])", text.lower().replace(",", ".")):
        total += Fraction(number) * UNIT_SECONDS[unit]
    return total


_FREE_TEXT = ("QUOTED", "CHAPTERS")
"""What holds words that mean nothing but themselves."""


def _mark_chapters(request: str, pieces: list[Piece]) -> list[Piece]:
    """Pieces with a list of chapters replaced by one: its moments in seconds, each with a name."""
    for found in find_chapter_lists(request):
        chapters = tuple((clock_seconds(time), name) for time, name in found.chapters)
        inside = [p for p in pieces if p.start < found.end and p.end > found.start]
        if inside and all(seconds is not None for seconds, _ in chapters):
            at = pieces.index(inside[0])
            text = request[found.start : found.end]
            pieces[at : at + len(inside)] = [Piece("CHAPTERS", text, found.start, found.end, chapters)]
    return pieces


def _mark_wordings(request: str, pieces: list[Piece]) -> list[Piece]:
    """Pieces with the unquoted words of a title replaced by one QUOTED."""
    for start, end in find_wordings(request):
        inside = [p for p in pieces if p.start < end and p.end > start]
        if not inside or any(p.kind in _FREE_TEXT for p in inside):
            continue
        at = pieces.index(inside[0])
        text = request[start:end]
        pieces[at : at + len(inside)] = [Piece("QUOTED", text, start, end, text)]
    return pieces


def _without_colons(pieces: list[Piece]) -> list[Piece]:
    """A colon before words in quotation marks ends nothing: they are what it announces."""
    announced = [n + 1 < len(pieces) and pieces[n + 1].kind == "QUOTED" for n in range(len(pieces))]
    return [p for p, quoted in zip(pieces, announced, strict=True) if not (quoted and p.text.strip() == ":")]


def _owned(pieces: list[Piece]) -> list[Piece]:
    """`clip's` becomes two pieces, unless it is a word of its own such as `let's`."""
    out: list[Piece] = []
    for piece in pieces:
        stem = piece.value[:-2] if piece.kind == "WORD" and piece.value.endswith("'s") else ""
        if stem in KNOWN_WORDS and piece.value not in KNOWN_WORDS:
            cut = piece.end - 2
            out.append(replace(piece, text=piece.text[:-2], value=stem, end=cut))
            out.append(Piece("POSSESSIVE", piece.text[-2:], cut, piece.end))
        else:
            out.append(piece)
    return out


def _spoken_decimals(pieces: list[Piece]) -> list[Piece]:
    """`one` `point` `two` `five` become 1.25, as dictated numbers are."""
    out: list[Piece] = []
    n = 0
    while n < len(pieces):
        digits = [NUMBERS[p.value] for p in takewhile(_is_digit, pieces[n + 2 :])]
        whole = _whole_number(pieces[n])
        if whole is not None and n + 1 < len(pieces) and pieces[n + 1].value == "point" and digits:
            value = whole + sum(Fraction(d, 10**k) for k, d in enumerate(digits, 1))
            last = pieces[n + 1 + len(digits)]
            out.append(replace(pieces[n], kind="NUMBER", value=value, end=last.end))
            n += 2 + len(digits)
        else:
            out.append(pieces[n])
            n += 1
    return out


def _is_digit(piece: Piece) -> bool:
    return piece.kind == "WORD" and NUMBERS.get(piece.value, 10) < 10


def _whole_number(piece: Piece) -> int | None:
    if piece.kind == "NUMBER":
        return int(piece.value) if piece.value.denominator == 1 else None
    return NUMBERS.get(piece.value) if piece.kind == "WORD" else None


def _mark_names(request: str, pieces: list[Piece], names: Collection[str]) -> Iterator[Piece]:
    """Pieces with those that spell a name replaced by one NAME. Names made of known words need their
    extension."""
    spans: list[tuple[int, int, str]] = []
    for name in sorted({n for n in names if n.strip()}, key=len, reverse=True):
        stem = re.sub(r"\.\w{2,4}$", "", name)
        for form in dict.fromkeys((name, stem)):
            if len(form) < 3 or all(w in KNOWN_WORDS for w in re.findall(r"\w+", form.lower())):
                continue
            shape = rf"(?<!\w){_loosely(form)}(?!\w|\.[a-z]\w{{1,3}}\b)"
            for m in re.finditer(shape, request, re.IGNORECASE):
                if all(m.end() <= s or m.start() >= e for s, e, _ in spans):
                    spans.append((*m.span(), name))
    spans = [
        s
        for s in spans
        if not any(p.kind in _FREE_TEXT and p.start <= s[0] and s[1] <= p.end for p in pieces)
    ]
    for start, end, name in spans:
        inside = [p for p in pieces if p.start < end and p.end > start]
        at = pieces.index(inside[0])
        pieces[at : at + len(inside)] = [Piece("NAME", request[start:end], start, end, name)]
    yield from pieces


def _loosely(name: str) -> str:
    """A name however it is hyphenated: `b-roll` for `broll`, `day one` for `day_one`."""
    return "-?".join("[-_ ]" if c in "-_ " else re.escape(c) for c in name)


def _mend(pieces: list[Piece], words: Collection[str]) -> tuple[list[Piece], list[str]]:
    mended: list[Piece] = []
    notes: list[str] = []
    for piece in pieces:
        meant = None
        if piece.kind == "WORD" and piece.value not in KNOWN_WORDS and piece.value not in words:
            meant = find_slip(piece.value, words)
        if meant is not None:
            notes.append(f"“{piece.text}” is read as “{meant}”.")
            piece = replace(piece, value=meant)
        mended.append(piece)
    return mended, notes


_SHORTEST_MENDED = 5


def find_slip(word: str, words: Collection[str] = ()) -> str | None:
    """The one known word that `word` misses by one slip of the finger, if there is exactly one.

    A slip swaps two neighbours, drops, doubles or adds a letter, or (from five letters on) hits another key.
    Words under four letters are left alone: too much is one slip away from them.
    """
    if len(word) < 4 or word in REAL_WORDS:
        return None
    mendable = MENDABLE.union(w for w in words if len(w) >= _SHORTEST_MENDED)
    near = {known for known in mendable if known[0] == word[0] and _is_slip(word, known)}
    return near.pop() if len(near) == 1 else None


def _is_slip(typed: str, known: str) -> bool:
    if abs(len(typed) - len(known)) > 1 or typed == known:
        return False
    if len(typed) == len(known):
        differ = [n for n, (a, b) in enumerate(zip(typed, known, strict=True)) if a != b]
        if len(differ) == 1:
            return len(typed) >= 5
        swapped = len(differ) == 2 and differ[1] == differ[0] + 1
        return swapped and typed[differ[0]] == known[differ[1]] and typed[differ[1]] == known[differ[0]]
    short, long = sorted((typed, known), key=len)
    return len(short) >= 4 and any(long[:n] + long[n + 1 :] == short for n in range(len(long)))


def _phrased(pieces: list[Piece]) -> list[Piece]:
    out: list[Piece] = []
    n = 0
    while n < len(pieces):
        piece, size = _phrase_at(pieces, n)
        out.append(piece)
        n += size
    return [_soft_break(p) if _turns_to_a_wish(out, n) else p for n, p in enumerate(out) if _is_kept(out, n)]


def _is_kept(pieces: list[Piece], n: int) -> bool:
    return pieces[n].kind != "FILLER" or _turns_to_a_wish(pieces, n)


def _turns_to_a_wish(pieces: list[Piece], n: int) -> bool:
    """Whether what was told before ends here and a wish begins, as in "the hiss is loud can you take it
    out"."""
    piece = pieces[n]
    if piece.kind != "FILLER" or not n or n + 1 == len(pieces):
        return False
    return piece.value == WISH and pieces[n - 1].kind not in ("FILLER", "BREAK", "AND", "THEN", "BUT", "FIX")


def _soft_break(piece: Piece) -> Piece:
    return replace(piece, kind="BREAK", text=",", value=None)


def _phrase_at(pieces: list[Piece], n: int) -> tuple[Piece, int]:
    first = pieces[n]
    if first.kind != "WORD":
        return first, 1
    for size in range(min(LONGEST_PHRASE, len(pieces) - n), 0, -1):
        group = pieces[n : n + size]
        if any(p.kind != "WORD" for p in group):
            continue
        found = PHRASES.get(tuple(p.value for p in group))
        if found is not None:
            text = first.text if size == 1 else ""
            return replace(group[-1], kind=found[0], value=found[1], start=first.start, text=text), size
    word = first.value
    if word in ARTICLES:
        return replace(first, kind="ARTICLE"), 1
    if word in NUMBERS or word in TENS:
        return replace(first, kind="NUMBER", value=Fraction(NUMBERS.get(word, TENS.get(word, 0)))), 1
    tens, _, ones = word.partition("-")
    if tens in TENS and ones in NUMBERS:
        return replace(first, kind="NUMBER", value=Fraction(TENS[tens] + NUMBERS[ones])), 1
    return replace(first, kind="UNKNOWN"), 1


def _counted(pieces: list[Piece]) -> list[Piece]:
    """`twenty` `five` become one number, and `a` before a unit becomes 1 unless `half` stands before it."""
    out: list[Piece] = []
    for n, piece in enumerate(pieces):
        last = out[-1] if out else None
        after = pieces[n + 1].kind if n + 1 < len(pieces) else ""
        if (
            piece.kind == last_kind(last) == "NUMBER"
            and last is not None
            and last.text.lower() in TENS
            and piece.text.lower() in NUMBERS
            and 0 < piece.value < 10
        ):
            out[-1] = replace(last, value=last.value + piece.value, end=piece.end)
        elif piece.kind == "ARTICLE" and piece.value in ("a", "an") and after in ("UNIT", "SECOND", "FRAMES"):
            if last_kind(last) not in ("HALF", "OF", "QUARTER"):
                out.append(replace(piece, kind="NUMBER", value=Fraction(1)))
        else:
            out.append(piece)
    return out


def last_kind(piece: Piece | None) -> str:
    return piece.kind if piece is not None else ""


def _doubtful(pieces: list[Piece]) -> list[Piece]:
    """`0.30` without a unit is a third of a second to some and half a minute to others: no rule accepts
    it."""
    out: list[Piece] = []
    for n, piece in enumerate(pieces):
        after = pieces[n + 1].kind if n + 1 < len(pieces) else ""
        is_time_like = piece.kind == "NUMBER" and re.fullmatch(r"\d{1,2}\.[0-5]\d", piece.text)
        out.append(replace(piece, kind="UNKNOWN") if is_time_like and after not in _COUNTED else piece)
    return out


_COUNTED = frozenset({"UNIT", "SECOND", "FRAMES", "TIMES", "PERCENTWORD", "DBWORD", "HALF"})


def _articles(pieces: list[Piece]) -> list[Piece]:
    out: list[Piece] = []
    article = False
    for piece in pieces:
        if piece.kind == "ARTICLE":
            article = True
        else:
            out.append(replace(piece, article=article))
            article = False
    return out


_TIMES = frozenset({"CLOCK", "LENGTH", "NUMBER", "UNIT", "SECOND", "START"})


def _dashes(pieces: list[Piece]) -> Iterator[Piece]:
    """A dash between times means `to`; any other dash is a break in the sentence."""
    for n, piece in enumerate(pieces):
        if piece.kind != "DASH":
            yield piece
            continue
        before = pieces[n - 1].kind if n else ""
        after = pieces[n + 1].kind if n + 1 < len(pieces) else ""
        if before == "NUMBER" and after in ("UNIT", "SECOND", "FRAMES"):
            continue
        is_range = before in _TIMES and after in _TIMES | {"END"}
        yield replace(piece, kind="TO" if is_range else "BREAK", text=piece.text if is_range else ",")
