"""Saying a clause again with a part of it replaced: how an answer or a correction becomes a whole request."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cuttingroom.planners.rules.frames.chunks import CHUNKS
from cuttingroom.planners.rules.frames.tokens import Tokens
from cuttingroom.planners.rules.lexer import lex

_MOST_WORDS = 16
_KINDS = (
    "LENGTH", "DB", "PERCENT", "FACTOR", "STRETCH", "CLIP", "POINT", "COLOUR", "POSITION", "MEDIA", "TEXT",
    "SHAPE", "NUMBER",
)  # fmt: skip
_LEADS = re.compile(
    r"^(?:(?:no|nope|yes|yeah|yep|ok|okay|sorry|wait|actually|hmm|i meant?|i mean|rather|make (?:that|it)|"
    r"it should be|use|the|instead|on second thoughts?|oh|better)[\s,.:!-]+)+",
    re.IGNORECASE,
)
_TAILS = re.compile(
    r"[\s,.!]+(?:instead|please|rather|then|thanks|is enough|is better)?[\s.!]*$", re.IGNORECASE
)


_CORRECTS = re.compile(
    r"^(?:no\b|nope\b|make (?:that|it)\b|i meant?\b|sorry\b|wait\b|actually\b|rather\b|not )", re.IGNORECASE
)
_NUMBER = re.compile(r"(?<![\w.:])\d+(?:\.\d+)?(?![\d:])")
_QUOTED = re.compile(r'"[^"]*"|“[^”]*”|(?<!\w)\'[^\']*\'(?!\w)')


def is_correction(said: str) -> bool:
    """Whether a message sounds as if it changed the one before."""
    return _CORRECTS.match(said.strip()) is not None


def without_lead(said: str) -> str:
    """What is left of "no, make that 2 seconds instead" is "2 seconds"."""
    return _TAILS.sub("", _LEADS.sub("", said.strip())) or said.strip()


def rephrase(clause: str, answer: str) -> Iterator[str]:
    """The clause with the answer after it, then in the place of ever more of its words, then the answer
    alone."""
    yield f"{clause} {answer}"
    words = [m.span() for m in re.finditer(r"\S+", clause)][:_MOST_WORDS]
    for size in range(1, len(words)):
        for first in range(len(words) - size, 0, -1):
            start, end = words[first][0], words[first + size - 1][1]
            yield f"{clause[:start]}{answer}{clause[end:]}"
    yield answer


def replace_like(clause: str, said: str, names: list[str]) -> str | None:
    """The clause with what is of the same kind as `said` (a length, a clip, a colour ...) replaced by it.

    None when it holds nothing of this kind, or several.
    """
    if re.fullmatch(r"\d+(?:\.\d+)?", said):
        return _with_number(clause, said)
    tokens = _tokens(said, names)
    for kind in _KINDS:
        if any(end == len(tokens) for _, end in CHUNKS[kind](tokens, 0)) if len(tokens) else False:
            spans = _spans(clause, kind, names)
            if len(spans) == 1:
                start, end = spans[0]
                return f"{clause[:start]}{said}{clause[end:]}"
    return None


def _with_number(clause: str, number: str) -> str | None:
    """The clause with its only number replaced; its unit stays."""
    hidden = _QUOTED.sub(lambda m: "_" * len(m.group()), clause)
    found = list(_NUMBER.finditer(hidden))
    if len(found) != 1:
        return None
    start, end = found[0].span()
    return f"{clause[:start]}{number}{clause[end:]}"


def _spans(clause: str, kind: str, names: list[str]) -> list[tuple[int, int]]:
    """Where something of a kind stands, each as long as it can be, without what lies inside another."""
    tokens, found, at = _tokens(clause, names), list[tuple[int, int]](), 0
    while at < len(tokens):
        ends = [end for _, end in CHUNKS[kind](tokens, at)]
        if ends:
            start, end = tokens[at].start, tokens[max(ends) - 1].end
            found.append((end - len(clause[start:end].lstrip()), end))
            at = max(ends)
        else:
            at += 1
    return found


def _tokens(said: str, names: list[str]) -> Tokens:
    lexed = lex(said, names)
    return Tokens(lexed, lexed.pieces)
