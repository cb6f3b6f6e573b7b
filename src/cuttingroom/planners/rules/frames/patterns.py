"""The little language in which frames say their words: text to sequences of parts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

_PARTS = re.compile(r"\s*([\[\]()<>|*]|[^\s\[\]()<>|*]+)")
_MOST_FORMS = 4000


@dataclass(frozen=True)
class Said:
    """A word that must stand there."""

    word: str


@dataclass(frozen=True)
class Chunk:
    """Something of this kind, by its name in chunks.py."""

    kind: str


@dataclass(frozen=True)
class Choice:
    """These words; what they are is the value."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Gap:
    """Room for slots."""


Part = Said | Chunk | Choice | Gap
Form = tuple[Part, ...]


@lru_cache(maxsize=4096)
def forms(pattern: str) -> tuple[Form, ...]:
    """All sequences that a pattern stands for. Raises ValueError for one that is not well formed."""
    tokens = _PARTS.findall(pattern)
    found, rest = _either(tokens, 0)
    if rest != len(tokens):
        raise ValueError(f"{pattern!r}: {tokens[rest]!r} has no beginning")
    unique = tuple(dict.fromkeys(form for form in found if form))
    if not unique or len(unique) > _MOST_FORMS:
        raise ValueError(f"{pattern!r} stands for {len(unique)} forms")
    return unique


def _either(tokens: list[str], at: int) -> tuple[list[Form], int]:
    found: list[Form] = []
    while True:
        more, at = _row(tokens, at)
        found += more
        if at < len(tokens) and tokens[at] == "|":
            at += 1
        else:
            return found, at


def _row(tokens: list[str], at: int) -> tuple[list[Form], int]:
    row: list[list[Form]] = []
    while at < len(tokens) and tokens[at] not in ("|", "]", ")", ">"):
        choices, at = _one(tokens, at)
        row.append(choices)
    return [_joined(choice) for choice in product(*row)], at


def _one(tokens: list[str], at: int) -> tuple[list[Form], int]:
    token = tokens[at]
    if token in ("[", "(", "<"):
        inner, end = _either(tokens, at + 1)
        if end >= len(tokens) or tokens[end] != {"[": "]", "(": ")", "<": ">"}[token]:
            raise ValueError(f"{' '.join(tokens)!r}: {token!r} has no end")
        if token == "<":
            return [(Choice(tuple(p.word for p in form if isinstance(p, Said))),) for form in inner], end + 1
        return ([*inner, ()] if token == "[" else inner), end + 1
    if token == "*":
        return [(Gap(),)], at + 1
    return [(Chunk(token) if token.isupper() else Said(token),)], at + 1


def _joined(parts: Iterable[Form]) -> Form:
    return tuple(p for part in parts for p in part)


def words_of(form: Form) -> tuple[str, ...]:
    """All words that a form names."""
    return tuple(
        w
        for p in form
        for w in ((p.word,) if isinstance(p, Said) else p.words if isinstance(p, Choice) else ())
    )
