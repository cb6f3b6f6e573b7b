"""Chunks that list several things: clips in an order, a pair of neighbours, chapters with their times."""

from __future__ import annotations

from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.frames.readers import Found, Reader, read_kinds
from cuttingroom.planners.rules.frames.thing_chunks import read_clip
from cuttingroom.planners.rules.frames.tokens import Tokens

_LINKS = frozenset({"AND", "COMMA", "DASH", "TO", "THEN"})
_MEASURES = frozenset({"TIMES", "UNIT", "SECOND", "FRAMES", "PERCENTWORD", "DBWORD"})
"""After a number they make it an amount."""
_LINK_WORDS = {("then",), ("next",), ("after", "that"), ("followed", "by"), ("finally",), ("before",)}


def read_order(tokens: Tokens, at: int) -> Found:
    """At least two clips one after the other: `3 1 2`, `clip 3, then 1 and 2`, `market, pier, harbour`."""
    found: list[r.ClipRef] = []
    end = at
    start = at
    while start < len(tokens):
        step = _read_one(tokens, start)
        if step is None:
            break
        ref, end = step
        found.append(ref)
        start = _after_links(tokens, end)
    if len(found) > 1:
        yield tuple(found), end


def _read_one(tokens: Tokens, at: int) -> tuple[r.ClipRef, int] | None:
    """A clip, or its number alone."""
    named = [
        (ref, end) for ref, end in read_clip(tokens, at) if not isinstance(ref, (r.OnlyClip, r.AllClips))
    ]
    if named:
        return max(named, key=lambda pair: pair[1])
    if _is_number(tokens, at) and tokens.kind(at + 1) not in _MEASURES:
        return r.ClipNumber(int(tokens[at].value)), at + 1
    return None


def _is_number(tokens: Tokens, at: int) -> bool:
    return tokens.kind(at) == "NUMBER" and tokens[at].value.denominator == 1 and 0 < tokens[at].value <= 1000


def _after_links(tokens: Tokens, at: int) -> int:
    while at < len(tokens) and (
        tokens.kind(at) in _LINKS or tokens[at].words in _LINK_WORDS or _only_counts(tokens, at)
    ):
        at += 1
    return at


def _only_counts(tokens: Tokens, at: int) -> bool:
    """The "first" of "the market first, then the pier"."""
    return tokens[at].words in (("first",), ("last",)) and tokens.kind(at + 1) != "CLIP"


def read_pair(tokens: Tokens, at: int) -> Found:
    """Two clips with an "and" between them: `clip 1 and clip 2`, `clips 1 and 2`, `pier and harbour`."""
    start = at + 1 if _is_plural(tokens, at) else at
    first = _read_one(tokens, start)
    if first is None or tokens.kind(first[1]) not in ("AND", "COMMA"):
        return
    second = _read_one(tokens, _after_links(tokens, first[1]))
    if second is not None:
        yield (first[0], second[0]), second[1]


def _is_plural(tokens: Tokens, at: int) -> bool:
    return tokens.kind(at) == "CLIP" and tokens[at].words[-1].endswith("s")


CHUNKS: dict[str, Reader] = {
    "ORDER": read_order,
    "PAIR": read_pair,
    "CHAPTERS": read_kinds("CHAPTERS"),
}
