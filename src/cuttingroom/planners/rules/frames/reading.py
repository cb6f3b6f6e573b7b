"""From a clause to the reading of the frame that explains it, or to the question that it raises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.frames.catalog import matcher
from cuttingroom.planners.rules.frames.matching import Match, TooLong
from cuttingroom.planners.rules.frames.tokens import Tokens
from cuttingroom.planners.rules.lexer import Lexed, Piece

_MOST_UNKNOWN = 0.5
"""Of a clause: with more of it unexplained the words that name an edit were most likely met by chance."""

_TOO_LONG = "This is too long to be one request. Can you say it in shorter sentences?"


@dataclass(frozen=True)
class FramedClause:
    """A reading, or the question to ask; neither when no frame knows these words."""

    reading: r.Reading | None = None
    question: str = ""


def read_framed(lexed: Lexed, pieces: Sequence[Piece]) -> FramedClause:
    """What the frames make of a clause."""
    return _read(lexed, tuple(pieces))


@lru_cache(maxsize=512)
def _read(lexed: Lexed, pieces: tuple[Piece, ...]) -> FramedClause:
    """Remembered: each run of segments is asked for by its reading, then for its question, and a request is
    read twice, for what it needs and for its plan."""
    tokens = Tokens(lexed, pieces)
    try:
        matches = matcher().match(tokens)
    except TooLong:
        return FramedClause(question=_TOO_LONG)
    if not matches:
        return FramedClause()
    best = matches[0]
    if best.unknown:
        return FramedClause(question=_explain(tokens, best))
    try:
        readings = list(dict.fromkeys(_reading(match) for match in matches))
    except r.Nonsense as e:
        return FramedClause(question=str(e))
    if len(readings) > 1:
        return FramedClause(question="This can be read in more than one way. Can you say it in other words?")
    return FramedClause(readings[0])


def _reading(match: Match) -> r.Reading:
    if match.frame.reading is not None:
        return match.frame.reading(dict(match.slots))
    return r.Framed(match.frame.name, match.slots)


def _explain(tokens: Tokens, match: Match) -> str:
    if len(match.unknown) > _MOST_UNKNOWN * len(tokens):
        return ""
    known = tokens.text(sorted(set(range(len(tokens))) - set(match.unknown)))
    return f"I understood “{known}”, but not “{tokens.text(match.unknown)}”. What should happen?"
