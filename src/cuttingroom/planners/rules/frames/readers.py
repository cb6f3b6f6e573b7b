"""Readers of tokens: what the chunks that may stand in a slot are read with.

A reader gets the tokens and where to begin, and yields each value it can read there with the number after its
last token."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from cuttingroom.planners.rules.frames.tokens import Tokens

Found = Iterator[tuple[Any, int]]
Reader = Callable[[Tokens, int], Found]


def read_kinds(*kinds: str) -> Reader:
    """A reader of single tokens of these kinds: their value."""

    def read(tokens: Tokens, at: int) -> Found:
        if tokens.kind(at) in kinds:
            yield tokens[at].value, at + 1

    return read


def read_pattern(pattern: str, value: Callable[[re.Match[str]], Any]) -> Reader:
    """A reader of text of a shape, where it ends with a token. `value` may return None for "not this"."""
    compiled = re.compile(pattern, re.IGNORECASE)

    def read(tokens: Tokens, at: int) -> Found:
        match = compiled.match(tokens.request, tokens[at].start) if at < len(tokens) else None
        end = tokens.find_end(match.end()) if match else None
        found = value(match) if match and end is not None else None
        if end is not None and found is not None:
            yield found, end

    return read


def read_words(values: dict[str, Any]) -> Reader:
    """A reader of words that stand for values, several words separated by spaces."""
    table = {tuple(words.split()): value for words, value in values.items()}
    longest = max(map(len, table))

    def read(tokens: Tokens, at: int) -> Found:
        words: tuple[str, ...] = ()
        for n in range(at, min(at + longest, len(tokens))):
            words += tokens[n].words
            if words in table:
                yield table[words], n + 1

    return read


def either(*readers: Reader) -> Reader:
    def read(tokens: Tokens, at: int) -> Found:
        for reader in readers:
            yield from reader(tokens, at)

    return read


def is_kind(tokens: Tokens, at: int, *kinds: str) -> bool:
    return tokens.kind(at) in kinds


def skip(tokens: Tokens, at: int, *kinds: str) -> Iterator[int]:
    """Here, and after one token of these kinds."""
    yield at
    if is_kind(tokens, at, *kinds):
        yield at + 1
