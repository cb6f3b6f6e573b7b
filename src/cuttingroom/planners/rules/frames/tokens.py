"""The pieces of one clause as frames read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, overload

from cuttingroom.planners.rules.lexer import Lexed, Piece
from cuttingroom.planners.rules.vocabulary import ARTICLES


@dataclass(frozen=True)
class Token:
    """One piece: its terminal, its value, and its words in small letters without articles."""

    kind: str
    value: Any
    words: tuple[str, ...]
    start: int
    end: int


class Tokens(Sequence[Token]):
    """The tokens of a clause, and what stands in the request where they are."""

    def __init__(self, lexed: Lexed, pieces: Sequence[Piece]) -> None:
        self.request = lexed.request
        self._tokens = tuple(_token(lexed.request, piece) for piece in pieces)

    @overload
    def __getitem__(self, n: int) -> Token: ...
    @overload
    def __getitem__(self, n: slice) -> tuple[Token, ...]: ...
    def __getitem__(self, n: int | slice) -> Token | tuple[Token, ...]:
        return self._tokens[n]

    def __len__(self) -> int:
        return len(self._tokens)

    @cached_property
    def flat(self) -> tuple[tuple[str, int], ...]:
        """Every word with the number of its token."""
        return tuple((word, n) for n, token in enumerate(self._tokens) for word in token.words)

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(word for word, _ in self.flat)

    def kind(self, n: int) -> str:
        return self._tokens[n].kind if n < len(self._tokens) else ""

    def text(self, numbers: Sequence[int]) -> str:
        """What the person typed there; gaps become an ellipsis."""
        runs: list[list[int]] = []
        for n in sorted(numbers):
            if runs and n == runs[-1][-1] + 1:
                runs[-1].append(n)
            else:
                runs.append([n])
        parts = (self.request[self._tokens[run[0]].start : self._tokens[run[-1]].end] for run in runs)
        return " … ".join(parts)

    def find_end(self, character: int) -> int | None:
        """The number after the token that ends at a character of the request; None inside of one."""
        return next((n + 1 for n, t in enumerate(self._tokens) if t.end == character), None)


def _token(request: str, piece: Piece) -> Token:
    raw = request[piece.start : piece.end]
    if piece.kind == "UNKNOWN" and isinstance(piece.value, str):
        raw = piece.value  # a slip of the finger, mended
    words = tuple(w for w in raw.lower().replace("’", "'").split() if w not in ARTICLES)
    return Token(piece.kind, piece.value, words or (raw.lower(),), piece.start, piece.end)
