"""Divides a request at every comma, full stop, "and", "but" and "then"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from cuttingroom.planners.rules.lexer import Piece


@dataclass(frozen=True)
class Segment:
    """Terminals between two separators. `joint` is how it hangs on the one before: `,`, `and`, `but`, `.`."""

    pieces: tuple[Piece, ...]
    joint: str = ""
    group: int = 0
    fixes: bool = False
    joints: tuple[Piece, ...] = field(default=(), compare=False)


def divide(pieces: tuple[Piece, ...]) -> list[Segment]:
    """The segments of a request in their order, each with what separates it from the one before."""
    out: list[Segment] = []
    current: list[Piece] = []
    joint, joints, group, fixes = "", (), 0, False

    def close() -> None:
        if current:
            out.append(Segment(tuple(current), joint, group, fixes, joints))
            current.clear()

    for n, piece in enumerate(pieces):
        if piece.kind == "THEN" and _goes_on_listing(pieces, n):
            piece = replace(piece, kind="AND")
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
        out.append(Segment(tuple(current), joint, group, fixes, joints))
    return out


def _goes_on_listing(pieces: tuple[Piece, ...], n: int) -> bool:
    """Whether a "then" only leads to the next clip of a list: "clip 3, then clip 1, then clip 2"."""
    end = next((m for m in range(n + 1, len(pieces)) if pieces[m].kind in _SEPARATORS), len(pieces))
    kinds = tuple(p.kind for p in pieces[n + 1 : end])
    return n > 0 and (kinds in _CLIPS or (len(kinds) == 2 and kinds[0] in _ORDINALS and kinds[1] == "CLIP"))


_SEPARATORS = frozenset({"BREAK", "_BREAK", "AND", "BUT", "THEN", "FIX"})
_CLIPS = (("NAME",), ("FILE",), ("NAME", "CLIP"), ("CLIP", "NUMBER"))
_ORDINALS = ("ORDINAL", "FIRST", "SECOND", "THIRD", "LAST")
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


def join(segments: Sequence[Segment]) -> list[Piece]:
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


def is_weak(joint: str) -> bool:
    """Whether what follows may belong to the clause before: after a comma, an "and" or a "but"."""
    return _JOINTS[joint] < 2
