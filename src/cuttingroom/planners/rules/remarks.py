"""Sentences that tell something about the video and wish nothing: "the pier clip takes ages to get going"."""

from __future__ import annotations

from collections.abc import Sequence

from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.frames.thing_chunks import read_thing
from cuttingroom.planners.rules.frames.time_chunks import read_stretch
from cuttingroom.planners.rules.frames.tokens import Tokens
from cuttingroom.planners.rules.lexer import Lexed, Piece
from cuttingroom.planners.rules.vocabulary import VERBS

_SUBJECTS = (
    "i", "we", "he", "she", "they", "it", "there", "theres", "there's", "my", "you", "someone", "somebody",
    "that", "this",
)  # fmt: skip
_SUBJECT_KINDS = (
    "CLIP", "NAME", "FILE", "MUSIC", "VOICE", "SOUND", "TITLE", "CAPTION", "VIDEO", "PICTURE", "IT", "FIRST",
    "LAST", "ORDINAL", "SECOND", "START", "END", "INTRO", "OUTRO",
)  # fmt: skip
_BACK = frozenset(("it", "its", "it's", "that", "them", "there", "this", "those", "one"))


def is_remark(lexed: Lexed, pieces: Sequence[Piece]) -> bool:
    """Whether it begins with what it is about, and nothing in it is a wish in words that are known."""
    if not pieces or any(p.kind in VERBS for p in pieces):
        return False
    tokens = Tokens(lexed, pieces)
    begins = pieces[0].kind in _SUBJECT_KINDS or tokens[0].words[0] in _SUBJECTS
    return begins and any(p.kind == "UNKNOWN" for p in pieces)


_HEARD_KINDS = ("MUSIC", "VOICE", "SOUND", "LEVEL", "TOOLOUD", "TOOQUIET", "LOUDER", "QUIETER")
_HEARD = frozenset(("loud", "quiet", "hear", "heard", "blaring", "noisy", "deafening", "ears", "deaf"))


def is_reason_of(
    lexed: Lexed, told: Sequence[Piece], reading: r.Reading | None, wished: Sequence[Piece]
) -> bool:
    """Whether what is told explains the wish after it. "Bring it down" is about sound only where that is: of
    a picture that is too bright it means something else."""
    if not is_remark(lexed, told) or not refers_back(lexed, told, wished):
        return False
    if isinstance(reading, r.Volume) and reading.target == r.It():
        is_heard = any(p.kind in _HEARD_KINDS for p in told)
        return is_heard or not _HEARD.isdisjoint(Tokens(lexed, told).words)
    return True


_EXPLAINS = ("because", "since", "cause", "cuz", "bc", "i'll", "thats", "that's", "otherwise")


def is_explanation(lexed: Lexed, pieces: Sequence[Piece]) -> bool:
    """Whether it only says why, after a wish: "because it is boring"."""
    return bool(pieces) and Tokens(lexed, pieces)[0].words[0] in _EXPLAINS


def refers_back(lexed: Lexed, told: Sequence[Piece], wished: Sequence[Piece]) -> bool:
    """Whether a wish speaks of what was told: by a pronoun, or by the same name."""
    names = {p.value for p in told if p.kind in ("NAME", "FILE")}
    if any(p.kind == "IT" or (p.kind in ("NAME", "FILE") and p.value in names) for p in wished):
        return True
    return not _BACK.isdisjoint(Tokens(lexed, wished).words)


def find_subject(lexed: Lexed, pieces: Sequence[Piece]) -> r.Target | r.Stretch | None:
    """The time or the thing that it speaks of; the first one."""
    tokens = Tokens(lexed, pieces)
    for reader in (read_stretch, read_thing):
        for at in range(len(tokens)):
            found = [value for value, _ in reader(tokens, at) if not isinstance(value, (r.It, r.Vague))]
            if found:
                return found[-1]
    return None
