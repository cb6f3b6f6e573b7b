"""Reads a request: terminals -> segments -> clauses -> readings.

The text is divided at every comma, full stop, "and", "but" and "then". From each place the longest run of segments
that the grammar accepts as one clause is taken, so a comma inside a list stays inside it. Where the grammar allows
several readings that differ, the shortest list wins if it is alone, else the person is asked. What no rule accepts
becomes a question that says how far it was understood.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.resources import files
from math import prod
from typing import Any

from lark import Lark, Token, Tree, UnexpectedInput, UnexpectedToken
from lark.common import LexerConf
from lark.exceptions import VisitError
from lark.lexer import Lexer
from lark.visitors import CollapseAmbiguities

from cuttingroom.planners.rules.lexer import Lexed, Piece, lex
from cuttingroom.planners.rules.meaning import Clauses
from cuttingroom.planners.rules.readings import Clause, Dont, Nonsense, Protect, Reading, Render, Undo
from cuttingroom.planners.rules.vocabulary import PLAIN_TERMINALS

LONGEST_RUN = 8
"""At most so many segments are tried as one clause."""
MOST_PIECES = 60
"""A clause of more terminals is not tried: people do not type them, and the parser is cubic."""
MOST_READINGS = 500
"""A clause with more derivations is not sorted out but asked about."""
MOST_SEGMENTS = 80
_VALUED = [
    "UNIT",
    "SECOND",
    "FRAMES",
    "ORDINAL",
    "POSITION",
    "TRACKKIND",
    "MOOD",
    "INSTRUMENT",
    "NUMBER",
    "CLOCK",
    "LENGTH",
    "FACTOR",
    "PERCENT",
    "DB",
    "QUOTED",
    "NAME",
    "FILE",
    "CLIP",
]
_PLAIN = [f"_{name}" for name in (*PLAIN_TERMINALS, "BUT", "COMMA") if name not in _VALUED]


class _Given(Lexer):
    """The terminals are made by lexer.py; lark only hands them on."""

    def __init__(self, lexer_conf: LexerConf) -> None:
        pass

    def lex(self, lexer_state: Any, parser_state: Any = None) -> Iterator[Token]:
        yield from lexer_state


@lru_cache(maxsize=1)
def _parser() -> Lark:
    grammar = files("cuttingroom.planners.rules").joinpath("grammar.lark").read_text("utf-8")
    declared = "\n".join(f"%declare {name}" for name in (*_VALUED, *_PLAIN))
    return Lark(f"{grammar}\n{declared}\n", parser="earley", lexer=_Given, ambiguity="explicit")


@dataclass(frozen=True)
class Read:
    """A request as clauses, with what was read between the lines."""

    clauses: tuple[Clause, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Segment:
    """Terminals between two separators. `joint` is how it hangs on the one before: `,`, `and`, `but`, `.`."""

    pieces: tuple[Piece, ...]
    joint: str = ""
    group: int = 0
    fixes: bool = False
    joints: tuple[Piece, ...] = field(default=(), compare=False)


def read(request: str, names: Collection[str] = ()) -> Read:
    """The clauses of a request, in its order. `names` are media and clip names that may stand without quotes."""
    lexed = lex(request, names)
    segments = _segments(lexed.pieces)
    if len(segments) > MOST_SEGMENTS:
        return Read(
            (Clause(None, request[:200], question="These are very many requests at once. Which come first?"),)
        )
    clauses: list[Clause] = []
    notes = list(lexed.notes)
    spoken: list[tuple[Piece, ...]] = []
    n = 0
    while n < len(segments):
        segment = segments[n]
        if segment.fixes and clauses:
            n = _correct(lexed, segments, n, clauses, spoken, notes)
            continue
        size, clause = _longest(lexed, segments, n)
        if n and _lacks_its_verb(segment, spoken[-1]) and clause.reading is not None:
            clause = Clause(None, clause.said, question=f"What should happen with “{clause.said}”?")
        clauses.append(replace(clause, group=segment.group))
        spoken.append(tuple(_joined(segments[n : n + size])))
        n += size
    return Read(tuple(clauses), tuple(notes))


def _lacks_its_verb(segment: _Segment, before: tuple[Piece, ...]) -> bool:
    """Whether the words may belong to the verb of the clause before: in "remove the titles and captions" nobody asks
    for captions. After "add" they do."""
    is_bare = segment.pieces[0].kind in _NOUNS
    return is_bare and _JOINTS[segment.joint] < 2 and before[0].kind not in ("ADD", *_NOUNS)


_NOUNS = frozenset(
    [
        "CAPTION",
        "TITLE",
        "QUOTED",
        "HALF",
        "DOUBLE",
        "FACTOR",
        "PERCENT",
        "NUMBER",
        "PREVIEW",
        "LOUDER",
        "QUIETER",
        "SILENCE",
        "BIT",
        "AT",
        "CROSSFADE",
        "DB",
    ]
)


def _segments(pieces: tuple[Piece, ...]) -> list[_Segment]:
    out: list[_Segment] = []
    current: list[Piece] = []
    joint, joints, group, fixes = "", (), 0, False

    def close() -> None:
        if current:
            out.append(_Segment(tuple(current), joint, group, fixes, joints))
            current.clear()

    for piece in pieces:
        if piece.kind == "UNTOUCHED":
            close()
            joint, joints, fixes = ";", (), False
        if piece.kind not in ("BREAK", "_BREAK", "AND", "BUT", "THEN", "FIX"):
            current.append(piece)
            continue
        if current:
            close()
            joint, joints, fixes = "", (), False
        kind = piece.text[0] if piece.kind == "BREAK" else piece.kind
        joint, joints = _stronger(joint, kind), (*joints, piece)
        group += 1 if piece.kind == "THEN" and out else 0
        fixes = fixes or piece.kind == "FIX"
    if current or fixes:
        out.append(_Segment(tuple(current), joint, group, fixes, joints))
    return out


_JOINTS = {
    ",": 0,
    "(": 0,
    ":": 0,
    ")": 0,
    "AND": 1,
    "BUT": 1,
    ";": 2,
    ".": 2,
    "!": 2,
    "?": 2,
    "\n": 2,
    "THEN": 3,
    "FIX": 3,
}


def _stronger(one: str, other: str) -> str:
    if one == "" or _JOINTS[other] > _JOINTS[one]:
        return other
    return one


def _longest(lexed: Lexed, segments: list[_Segment], n: int) -> tuple[int, Clause]:
    """The most segments from `n` on that are one clause; else one segment and its question."""
    most = 1
    while n + most < len(segments) and most < LONGEST_RUN and _JOINTS[segments[n + most].joint] < 2:
        most += 1
    puzzle: Clause | None = None
    for size in range(most, 0, -1):
        pieces = _joined(segments[n : n + size])
        clause = _read_clause(lexed, pieces)
        if clause.reading is not None:
            return size, clause
        if clause.question.startswith(_PUZZLE) and puzzle is None:
            puzzle = None if size > 1 else clause
    return 1, puzzle or _read_clause(lexed, list(segments[n].pieces))


def _joined(segments: list[_Segment]) -> list[Piece]:
    """The terminals of several segments with their separators as terminals between them."""
    pieces = list(segments[0].pieces)
    for segment in segments[1:]:
        kinds = dict.fromkeys(
            "COMMA" if p.kind == "BREAK" else p.kind for p in segment.joints if p.text not in ("(", ")")
        )
        first = segment.joints[0]
        pieces += [replace(first, kind=kind, text="") for kind in (kinds or {"COMMA": None})]
        pieces += segment.pieces
    return pieces


_PUZZLE = "This can be read"


def _read_clause(lexed: Lexed, pieces: list[Piece]) -> Clause:
    said = lexed.text_of(pieces)
    if pieces and pieces[0].kind == "UNDO":
        return Clause(Undo(), said)
    dont, rest = _negation(_without_counting(pieces))
    try:
        readings = _readings_any_order(rest)
    except UnexpectedInput as e:
        return Clause(None, said, question=_explain(lexed, pieces, rest, e))
    except Nonsense as e:
        return Clause(None, said, question=str(e))
    if len(readings) > 1:
        return Clause(None, said, question=f"{_PUZZLE} in more than one way. Can you say it in other words?")
    return _with_negation(readings[0], dont, said)


def _without_counting(pieces: list[Piece]) -> list[Piece]:
    """ "First cut ..., next ...": a first before a verb only counts the clauses."""
    return (
        pieces[1:] if len(pieces) > 1 and pieces[0].kind == "FIRST" and pieces[1].kind in _VERBS else pieces
    )


_VERBS = frozenset(
    [
        "CUT",
        "TRIM",
        "KEEP",
        "SPLIT",
        "TIGHTEN",
        "SPEED",
        "SLOW",
        "PLAY",
        "MUTE",
        "LOWER",
        "RAISE",
        "TURN",
        "SET",
        "MAKE",
        "USE",
        "FADE",
        "CROSSFADE",
        "ADD",
        "MOVE",
        "SWAP",
        "CLOSE",
    ]
)


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
        verb = next((n for n, p in enumerate(pieces) if p.kind in _VERBS), 0)
        if not verb or pieces[0].kind not in _PLACES_FIRST:
            raise
        place = pieces[:verb] if pieces[verb - 1].kind != "COMMA" else pieces[: verb - 1]
        try:
            return _readings([*pieces[verb:], *place])
        except UnexpectedInput:
            pass
        raise


_PLACES_FIRST = frozenset(
    ["AT", "FROM", "IN", "BETWEEN", "OVER", "AFTER", "BEFORE", "UNDER", "ONWARD", "CLOCK", "FIRST", "LAST"]
)


def _readings(pieces: list[Piece]) -> list[Reading]:
    """All different readings of a clause with the fewest parts. Raises UnexpectedInput or Nonsense."""
    if len(pieces) > MOST_PIECES:
        raise Nonsense("This is too long to be one request. Can you say it in shorter sentences?")
    tokens = [Token(p.kind if p.kind in _VALUED else f"_{p.kind}", p) for p in pieces]
    unknown = next((t for t in tokens if t.type not in _KNOWN), None)
    if unknown is not None:
        raise UnexpectedToken(unknown, set())
    tree = _parser().parse(tokens)  # type: ignore[arg-type]
    if _count_readings(tree, {}) > MOST_READINGS:
        raise Nonsense("This can be read in very many ways. Can you say it in shorter sentences?")
    found: dict[Reading, int] = {}
    nonsense: Nonsense | None = None
    for candidate in CollapseAmbiguities().transform(tree):
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


def _count_readings(tree: Any, known: dict[int, int]) -> int:
    """How many trees an ambiguous tree stands for, without making them: they can be more than the stars."""
    if not isinstance(tree, Tree):
        return 1
    if id(tree) not in known:
        counts = [_count_readings(child, known) for child in tree.children]
        known[id(tree)] = sum(counts) if tree.data == "_ambig" else prod(counts)
    return known[id(tree)]


_KNOWN = frozenset((*_VALUED, *_PLAIN))


def _size(reading: Any) -> int:
    """How many parts a reading has: with `1 minute 20 seconds` one length beats a list of two."""
    if isinstance(reading, tuple):
        return sum(1 + _size(part) for part in reading)
    if hasattr(reading, "__dataclass_fields__"):
        return sum(_size(getattr(reading, name)) for name in reading.__dataclass_fields__)
    return 0


def _explain(lexed: Lexed, pieces: list[Piece], rest: list[Piece], error: UnexpectedInput) -> str:
    token = getattr(error, "token", None)
    stuck = token.value if isinstance(token, Token) and isinstance(token.value, Piece) else None
    if not rest or stuck is None or stuck not in rest:
        return f"I understood “{lexed.text_of(pieces)}” as a beginning, but something is missing. What should happen?"
    read = pieces[: pieces.index(stuck)]
    word = lexed.request[stuck.start : stuck.end]
    if not read:
        return f"I do not understand “{word}” here. What should happen?"
    return f"I understood “{lexed.text_of(read)}”, but not “{word}” after it. What should happen?"


def _correct(
    lexed: Lexed,
    segments: list[_Segment],
    n: int,
    clauses: list[Clause],
    spoken: list[tuple[Piece, ...]],
    notes: list[str],
) -> int:
    """What follows a "no wait" replaces the last clause, or its end. Returns the next segment."""
    segment = segments[n]
    old, old_pieces = clauses.pop(), spoken.pop()
    if not segment.pieces:
        notes.append(f"“{old.said}” is taken back.")
        return n + 1
    size, clause = _longest(lexed, segments, n)
    if clause.reading is None:
        size = 1
        for kept in range(len(old_pieces) - 1, 0, -1):
            tail = [*old_pieces[:kept], *segment.pieces]
            mended = _read_clause(lexed, tail)
            if mended.reading is not None:
                clause = replace(
                    mended, said=lexed.text_of(old_pieces[:kept]) + " " + lexed.text_of(segment.pieces)
                )
                break
    if clause.reading is not None:
        notes.append(f"“{lexed.text_of(segment.pieces)}” replaces what was said before it.")
    clauses.append(replace(clause, group=old.group))
    spoken.append(segment.pieces)
    return n + size


def is_render_refused(clause: Clause) -> bool:
    return isinstance(clause.reading, Dont) and isinstance(clause.reading.reading, Render)
