"""Reads a request: terminals -> segments -> clauses.

From each segment on, the longest run of segments that the grammar accepts as one clause is taken, so a comma
inside a list stays inside it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from cuttingroom.planners.rules.frames.catalog import matcher
from cuttingroom.planners.rules.lexer import Lexed, Piece, lex
from cuttingroom.planners.rules.parsing import PUZZLE, read_by_frames, read_clause
from cuttingroom.planners.rules.readings import Clause, Remark
from cuttingroom.planners.rules.remarks import find_subject, is_explanation, is_reason_of
from cuttingroom.planners.rules.rephrasing import is_correction, replace_like, without_lead
from cuttingroom.planners.rules.segments import Segment, divide, is_weak, join
from cuttingroom.planners.rules.vocabulary import NOUNS, VERBS

LONGEST_RUN = 8
"""At most so many segments are tried as one clause."""
MOST_SEGMENTS = 80
MOST_DICTATED = 60
"""Words without a comma or full stop among which the beginnings of clauses are looked for."""


@dataclass(frozen=True)
class Read:
    """A request as clauses, with what was read between the lines."""

    clauses: tuple[Clause, ...]
    notes: tuple[str, ...] = ()


# "... and keep 0.2 s of padding" still belongs to the silences before it.
STARTERS = VERBS - {"KEEP"}


def read(request: str, names: Collection[str] = ()) -> Read:
    """The clauses of a request, in its order. `names` are media and clip names that may stand without
    quotes."""
    lexed = lex(request, names, matcher().words)
    segments = _with_noes(divide(lexed.pieces))
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
            n = _correct(lexed, segments, n, clauses, spoken, notes, names)
            continue
        size, clause = _longest(lexed, segments, n)
        if clause.reading is None and clauses and is_correction(clause.said):
            n = _correct(lexed, segments, n, clauses, spoken, notes, names)
            continue
        if clause.reading is None and (parts := _split_at_verb(lexed, segment)):
            segments[n : n + 1] = parts
            continue
        if n and _lacks_its_verb(segment, spoken[-1]) and clause.reading is not None:
            clause = Clause(None, clause.said, question=f"What should happen with “{clause.said}”?")
        clauses.append(replace(clause, group=segment.group))
        spoken.append(tuple(join(segments[n : n + size])))
        n += size
    return Read(tuple(_with_remarks(lexed, clauses, spoken)), tuple(notes))


def _with_remarks(lexed: Lexed, clauses: list[Clause], spoken: list[tuple[Piece, ...]]) -> Iterator[Clause]:
    """What is told before a wish that refers to it is its reason and raises no question."""
    for n, clause in enumerate(clauses):
        is_told = clause.reading is None and n + 1 < len(clauses) and clauses[n + 1].reading is not None
        if is_told and is_reason_of(lexed, spoken[n], clauses[n + 1].reading, spoken[n + 1]):
            yield replace(clause, reading=Remark(find_subject(lexed, spoken[n])), question="")
        elif n and clause.reading is None and is_explanation(lexed, spoken[n]):
            yield replace(clause, reading=Remark(), question="")
        else:
            yield clause


def _split_at_verb(lexed: Lexed, segment: Segment) -> tuple[Segment, Segment] | None:
    """The first clause of a segment in which clauses follow each other without a comma, as in dictation, and
    the rest, which begins with a verb."""
    if len(segment.pieces) > MOST_DICTATED:
        return None
    for n in range(len(segment.pieces) - 1, 0, -1):
        first, rest = segment.pieces[:n], segment.pieces[n:]
        if _begins_clause(rest[0]) and read_clause(lexed, list(first)).reading is not None:
            stop = Piece("BREAK", ";", rest[0].start, rest[0].start)
            return replace(segment, pieces=first), Segment(rest, ";", segment.group, joints=(stop,))
    return None


def begins_as_wish(request: str, names: Collection[str] = ()) -> bool:
    """Whether a message begins with a verb, as a request does and an answer does not."""
    pieces = lex(request, names, matcher().words).pieces
    return bool(pieces) and _begins_clause(pieces[0])


def _with_noes(segments: list[Segment]) -> list[Segment]:
    """In "reverse the pier, no, the harbour" what follows the "no" corrects what is before it."""
    kept: list[Segment] = []
    is_fix = False
    for segment in segments:
        if kept and len(segment.pieces) == 1 and segment.pieces[0].kind == "NO":
            is_fix = True
            continue
        kept.append(replace(segment, fixes=segment.fixes or is_fix))
        is_fix = False
    return kept


def _with_part_replaced(old: Clause, said: str, names: Collection[str]) -> Clause | None:
    """The clause before with what is of the same kind as `said` replaced by it; None when that reads as
    nothing."""
    changed = replace_like(old.said, without_lead(said), list(names))
    if changed is None:
        return None
    lexed = lex(changed, names, matcher().words)
    clause = read_clause(lexed, list(lexed.pieces))
    return clause if clause.reading is not None else None


def _begins_clause(piece: Piece) -> bool:
    return piece.kind in VERBS or piece.value in matcher().starts


def _lacks_its_verb(segment: Segment, before: tuple[Piece, ...]) -> bool:
    """Whether the words may belong to the verb of the clause before: in "remove the titles and captions"
    nobody asks
    for captions. After "add" they do."""
    first, *more = segment.pieces
    is_bare = first.kind in NOUNS and not (first.kind == "CROSSFADE" and more)
    return is_bare and is_weak(segment.joint) and before[0].kind not in ("ADD", *NOUNS)


def _stands_alone(segment: Segment) -> bool:
    """Whether it begins as a clause does, and so is no more of the one before."""
    return bool(segment.pieces) and _begins_clause(segment.pieces[0])


def _longest(lexed: Lexed, segments: list[Segment], n: int) -> tuple[int, Clause]:
    """The most segments from `n` on that are one clause; else one segment and its question. A segment that
    begins with a verb begins a clause, so that no time is lost on parsing it together with the one before."""
    most = 1
    while n + most < len(segments) and most < LONGEST_RUN and is_weak(segments[n + most].joint):
        if segments[n + most].fixes:
            break
        if segments[n + most].pieces and segments[n + most].pieces[0].kind in STARTERS:
            break
        most += 1
    runs = {size: join(segments[n : n + size]) for size in range(most, 0, -1)}
    framed = next(
        ((size, c) for size, pieces in runs.items() if (c := read_by_frames(lexed, pieces)) is not None), None
    )
    if framed is not None and (framed[0] == most or _stands_alone(segments[n + framed[0]])):
        return framed
    puzzle: Clause | None = None
    for size, pieces in runs.items():
        if framed is not None and size == framed[0]:
            return framed
        clause = read_clause(lexed, pieces)
        if clause.reading is not None:
            return size, clause
        if clause.question.startswith(PUZZLE) and puzzle is None:
            puzzle = None if size > 1 else clause
    return 1, puzzle or read_clause(lexed, list(segments[n].pieces))


def _correct(
    lexed: Lexed,
    segments: list[Segment],
    n: int,
    clauses: list[Clause],
    spoken: list[tuple[Piece, ...]],
    notes: list[str],
    names: Collection[str],
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
            mended = read_clause(lexed, tail)
            if mended.reading is not None:
                clause = replace(
                    mended, said=lexed.text_of(old_pieces[:kept]) + " " + lexed.text_of(segment.pieces)
                )
                break
    if clause.reading is None:
        clause = _with_part_replaced(old, lexed.text_of(segment.pieces), names) or clause
    if clause.reading is not None:
        notes.append(f"“{lexed.text_of(segment.pieces)}” replaces what was said before it.")
    clauses.append(replace(clause, group=old.group))
    spoken.append(segment.pieces)
    return n + size
