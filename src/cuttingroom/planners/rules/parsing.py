"""Reads one clause: terminals -> parse trees -> readings.

Where the grammar allows several readings that differ, the shortest list wins if it is alone, else the person
is asked. What no rule accepts becomes a question that says how far it was understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from importlib.resources import files
from math import prod
from typing import Any, cast

from lark import Lark, Token, Tree, UnexpectedInput, UnexpectedToken
from lark.common import LexerConf
from lark.exceptions import VisitError
from lark.lexer import Lexer
from lark.visitors import CollapseAmbiguities

from cuttingroom.planners.json_values import is_array
from cuttingroom.planners.rules.frames.reading import read_framed
from cuttingroom.planners.rules.lexer import Lexed, Piece
from cuttingroom.planners.rules.meaning import Clauses
from cuttingroom.planners.rules.readings import Clause, Dont, Framed, Nonsense, Protect, Reading, Undo, Vague
from cuttingroom.planners.rules.unavailable import find_unavailable
from cuttingroom.planners.rules.vocabulary import PLACES_FIRST, PLAIN_TERMINALS, VALUED, VERBS

MOST_PIECES = 60
"""A clause of more terminals is not tried: people do not type them, and the parser is cubic."""
MOST_READINGS = 500
"""A clause with more derivations is not sorted out but asked about."""
_PLAIN = frozenset(f"_{name}" for name in (*PLAIN_TERMINALS, "BUT", "COMMA") if name not in VALUED)
_KNOWN = VALUED | _PLAIN


class _Given(Lexer):
    """The terminals are made by lexer.py; lark only hands them on."""

    def __init__(self, lexer_conf: LexerConf) -> None:
        pass

    def lex(self, lexer_state: Any, parser_state: Any = None) -> Iterator[Token]:
        yield from lexer_state


@lru_cache(maxsize=1)
def _parser() -> Lark:
    grammar = files("cuttingroom.planners.rules").joinpath("grammar.lark").read_text("utf-8")
    declared = "\n".join(f"%declare {name}" for name in sorted(_KNOWN))
    return Lark(f"{grammar}\n{declared}\n", parser="earley", lexer=_Given, ambiguity="explicit")


PUZZLE = "This can be read"


def read_by_frames(lexed: Lexed, pieces: list[Piece]) -> Clause | None:
    """The clause that a frame makes of these terminals, where one explains them all."""
    said = lexed.text_of(pieces)
    if pieces and pieces[0].kind == "UNDO" and not any(p.kind in ("COMMA", "AND") for p in pieces):
        return Clause(Undo(tuple(re.findall(r"[^\W_]+", lexed.text_of(pieces[1:]).lower()))), said)
    dont, rest = _negation(_without_counting(pieces))
    framed = read_framed(lexed, rest)
    return _with_negation(framed.reading, dont, said) if framed.reading is not None else None


def read_clause(lexed: Lexed, pieces: list[Piece]) -> Clause:
    """The clause that these terminals are, or its question."""
    known = read_by_frames(lexed, pieces)
    if known is not None:
        return known
    said = lexed.text_of(pieces)
    dont, rest = _negation(_without_counting(pieces))
    framed = read_framed(lexed, rest)
    try:
        readings = _readings_any_order(rest)
    except UnexpectedInput as e:
        return Clause(None, said, question=framed.question or _explain(lexed, pieces, rest, e))
    except Nonsense as e:
        return Clause(None, said, question=str(e))
    if len(readings) > 1:
        return Clause(None, said, question=f"{PUZZLE} in more than one way. Can you say it in other words?")
    return _with_negation(readings[0], dont, said)


def _without_counting(pieces: list[Piece]) -> list[Piece]:
    """ "First cut ..., next ...": a first before a verb only counts the clauses."""
    return pieces[1:] if len(pieces) > 1 and pieces[0].kind == "FIRST" and pieces[1].kind in VERBS else pieces


def _negation(pieces: list[Piece]) -> tuple[bool, list[Piece]]:
    if pieces and pieces[0].kind in ("DONT", "NO", "WITHOUT"):
        return True, pieces[1:]
    return False, pieces


def _with_negation(reading: Reading, dont: bool, said: str) -> Clause:
    if isinstance(reading, Dont):
        if dont:
            return Clause(reading.reading, said)
        return Clause(None, said, question="What should change about it?")
    if not dont:
        return Clause(reading, said)
    if isinstance(reading, Protect):
        return Clause(None, said, question="Should it stay as it is, or may it change?")
    return Clause(Dont(reading), said)


def _readings_any_order(pieces: list[Piece]) -> list[Reading]:
    """As `_readings`; where that fails for "at 0:30 add a title", the place that stands first is put last."""
    try:
        return _readings(pieces)
    except UnexpectedInput:
        verb = next((n for n, p in enumerate(pieces) if p.kind in VERBS), 0)
        if not verb or pieces[0].kind not in PLACES_FIRST:
            raise
        place = pieces[:verb] if pieces[verb - 1].kind != "COMMA" else pieces[: verb - 1]
        with suppress(UnexpectedInput):
            return _readings([*pieces[verb:], *place])
        raise


def _readings(pieces: list[Piece]) -> list[Reading]:
    """All different readings of a clause with the fewest parts. Raises UnexpectedInput or Nonsense."""
    if len(pieces) > MOST_PIECES:
        raise Nonsense("This is too long to be one request. Can you say it in shorter sentences?")
    tree = _parse(tuple(pieces))
    if isinstance(tree, UnexpectedInput):
        raise tree.with_traceback(None)
    if _count_readings(tree, {}) > MOST_READINGS:
        raise Nonsense("This can be read in very many ways. Can you say it in shorter sentences?")
    found: dict[Reading, int] = {}
    nonsense: Nonsense | None = None
    for candidate in _derivations(tree):
        try:
            reading = Clauses().transform(candidate)
            found[reading] = _size(reading)
        except VisitError as e:
            if not isinstance(e.orig_exc, Nonsense):
                raise
            nonsense = e.orig_exc
    if not found:
        raise nonsense or Nonsense("What is meant?")
    least = min(found.values())
    return [reading for reading, size in found.items() if size == least]


@lru_cache(maxsize=256)
def _parse(pieces: tuple[Piece, ...]) -> Tree[Token] | UnexpectedInput:
    """The tree of all derivations, or where there is none. Remembered, because parsing is what takes the time
    and a request is read twice: for what it needs, then for its plan."""
    tokens = [Token(p.kind if p.kind in VALUED else f"_{p.kind}", p) for p in pieces]
    unknown = next((t for t in tokens if t.type not in _KNOWN), None)
    if unknown is not None:
        return UnexpectedToken(unknown, set[str]())
    try:
        return _parser().parse(tokens)  # type: ignore[arg-type]
    except UnexpectedInput as error:
        return error


def _derivations(tree: Tree[Token]) -> list[Tree[Token]]:
    return cast("list[Tree[Token]]", CollapseAmbiguities().transform(tree))  # pyright: ignore[reportUnknownMemberType]


def _count_readings(tree: Tree[Token] | Token, known: dict[int, int]) -> int:
    """How many trees an ambiguous tree stands for, without making them: they can be more than the stars."""
    if isinstance(tree, Token):
        return 1
    if id(tree) not in known:
        counts = [_count_readings(child, known) for child in tree.children]
        known[id(tree)] = sum(counts) if tree.data == "_ambig" else prod(counts)
    return known[id(tree)]


def _size(reading: Any) -> int:
    """How many parts a reading has: with `1 minute 20 seconds` one length beats a list of two. What is
    vague counts: what is clear beats it."""
    if is_array(reading):
        return sum(1 + _size(part) for part in reading)
    if isinstance(reading, Vague):
        return 1
    if isinstance(reading, Framed):
        return sum(_size(value) for _, value in reading.slots)
    if hasattr(reading, "__dataclass_fields__"):
        return sum(_size(getattr(reading, name)) for name in reading.__dataclass_fields__)
    return 0


def _explain(lexed: Lexed, pieces: list[Piece], rest: list[Piece], error: UnexpectedInput) -> str:
    missing = find_unavailable(lexed.text_of(pieces))
    if missing is not None:
        return missing
    token = getattr(error, "token", None)
    stuck = token.value if isinstance(token, Token) and isinstance(token.value, Piece) else None
    if not rest or stuck is None or stuck not in rest:
        said = lexed.text_of(pieces)
        return f"I understood “{said}” as a beginning, but something is missing. What should happen?"
    read = pieces[: pieces.index(stuck)]
    word = lexed.request[stuck.start : stuck.end]
    if not read:
        return f"I do not understand “{word}” here. What should happen?"
    return f"I understood “{lexed.text_of(read)}”, but not “{word}” after it. What should happen?"
