"""Where spans of the output begin: at moments of their source that do not depend on what is used of it."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from weakref import WeakKeyDictionary

from cuttingroom.core.time import TICKS_PER_SECOND, Rate
from cuttingroom.media.render.copies.index import SourceIndex
from cuttingroom.media.render.layers import Piece

SPAN_SECONDS = 2
"""Short enough that an edit costs little, long enough that key frames, ten times as large as others, do."""

_LENGTH = SPAN_SECONDS * TICKS_PER_SECOND
_known: MutableMapping[SourceIndex, tuple[int, ...]] = WeakKeyDictionary()


def source_anchors(index: SourceIndex) -> tuple[int, ...]:
    """Moments of the file about two seconds apart, on its key frames where it has some so near.

    The choice depends on the file alone, not on what is used of it.
    """
    if index not in _known:
        _known[index] = _find_anchors(index)
    return _known[index]


def _find_anchors(index: SourceIndex) -> tuple[int, ...]:
    last, end = 0, index.frames * index.rate.frame_ticks
    anchors: list[int] = []
    for start in [*index.key_ticks, end]:
        while start - last > 3 * _LENGTH // 2:
            last += _LENGTH
            anchors.append(last)
        if start - last >= _LENGTH // 2:
            last = start
            anchors.append(last)
    return tuple(anchors)


def even_grid(low: int, high: int, length: int = _LENGTH) -> range:
    """The same for a file whose key frames are not known, or do not matter."""
    return range(-(-low // length) * length, high, length)


def borders(piece: Piece, anchors: Sequence[int], rate: Rate) -> list[int]:
    """Where spans begin and end. Scraps at either end join their neighbour; long gaps are divided."""
    span = round(SPAN_SECONDS * rate.fraction)
    scrap = span // 4
    found = [piece.first]
    inner = (a for a in anchors if piece.first + scrap <= a <= piece.end - scrap)
    for anchor in (*inner, piece.end):
        while anchor - found[-1] > 2 * span:
            found.append(found[-1] + span)
        found.append(anchor)
    return found
