"""Looking at the pictures of a film: at all of them, or at what a render made and the joins beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeVar

from cuttingroom.core.time import TICKS_PER_SECOND, Rate, TimeRange
from cuttingroom.media.limits import MediaLimits
from cuttingroom.media.probe import MediaFacts
from cuttingroom.media.render.layers import Piece
from cuttingroom.media.render.verification.decode import Pick, Seen, decode_pictures
from cuttingroom.media.render.verification.excerpt import Part, choose_parts, on_the_film, write_excerpt
from cuttingroom.media.render.verification.expectation import Expectation, TextSpot
from cuttingroom.media.render.verification.film import FilmScan, PictureOrder
from cuttingroom.media.render.verification.seen import draw_texts, small_size, text_likeness

Depth = Literal["quick", "full"]
_T = TypeVar("_T")

_MOV_ONLY = ("prores", "dnxhd")
_MOST_TEXTS = 6
_MOST_OLD_JOINS = 4
_LEAST_BLACK_TICKS = TICKS_PER_SECOND // 2
_LEAST_FROZEN_TICKS = TICKS_PER_SECOND
"""What the detectors call black and frozen: a shorter rest in an excerpt is none either."""


@dataclass(frozen=True)
class TextSeen:
    """How like itself a text looks on its frame, -1 to 1."""

    spot: TextSpot
    likeness: float


@dataclass(frozen=True)
class Look:
    """What is decoded of the pictures of a file: `parts`, or all if they are None. `folder` is to work in."""

    path: Path
    facts: MediaFacts
    order: PictureOrder | None
    expected: Expectation | None
    parts: tuple[Part, ...] | None
    folder: Path
    is_canceled: Callable[[], bool] | None
    limits: MediaLimits

    @property
    def rate(self) -> Rate:
        return self.expected.rate if self.expected is not None else self.facts.video[0].rate

    @property
    def all_frames(self) -> int:
        return self.facts.video[0].frame_count if self.facts.video else 0

    @property
    def frames(self) -> int:
        return self.all_frames if self.parts is None else sum(p.piece.frames for p in self.parts)

    @property
    def ranges(self) -> tuple[TimeRange, ...]:
        """The same as time of the film."""
        if not self.facts.video:
            return ()
        if self.parts is None:
            return (TimeRange.between(0, max(1, self.facts.duration_ticks)),)
        ticks = self.rate.ticks
        return tuple(TimeRange.between(ticks(p.piece.first), ticks(p.piece.end)) for p in self.parts)

    def decode(self, on_frame: Callable[[int], None]) -> tuple[Seen, list[TextSeen]]:
        """What was seen, on the film's clock, and some texts.

        Raises MediaFailed, StorageFailed, OSError or Canceled.
        """
        spots = self._spots()
        picks = [self._place(s.frame) for s in spots]
        wanted = sorted(set(picks))
        seen = self._decode(wanted, on_frame)
        if self.expected is None or len(seen.picked) != len(wanted):
            return seen, []
        pictures = dict(zip(wanted, seen.picked, strict=True))
        size = (self.expected.width, self.expected.height)
        graphics = [s.graphic for s in spots]
        drawn = draw_texts(graphics, size, self.folder, self.is_canceled, self.limits) if spots else []
        return seen, [
            TextSeen(spot, text_likeness(text, pictures[pick]))
            for spot, text, pick in zip(spots, drawn, picks, strict=True)
        ]

    def _spots(self) -> Sequence[TextSpot]:
        """A few texts on frames that are decoded, spread over the film."""
        spots = self.expected.texts if self.expected is not None else ()
        return _spread([s for s in spots if self._place(s.frame) >= 0], _MOST_TEXTS)

    def _place(self, frame: int) -> int:
        """Where a frame of the timeline is among the decoded ones, or -1."""
        if self.parts is None:
            return frame // (self.expected.step if self.expected is not None else 1)
        within = (p for p in self.parts if p.piece.first <= frame < p.piece.end)
        return next((p.at + frame - p.piece.first for p in within), -1)

    def _decode(self, picks: Sequence[int], on_frame: Callable[[int], None]) -> Seen:
        path, stream, origin, end = (
            self.path, self.facts.video[0].index, self.facts.origin_ticks, self.facts.duration_ticks,
        )  # fmt: skip
        if self.parts is not None:
            path = self._write_excerpt(self.parts)
            stream, origin, end = 0, 0, self.rate.ticks(self.frames)
        pick = None
        if picks and self.expected is not None:
            pick = Pick(picks, *small_size(self.expected.width, self.expected.height))
        seen = decode_pictures(
            path,
            stream,
            self.folder,
            origin_ticks=origin,
            end_ticks=end,
            pick=pick,
            on_frame=on_frame,
            is_canceled=self.is_canceled,
            limits=self.limits,
        )
        if self.parts is None:
            return seen
        return replace(
            seen,
            black=tuple(on_the_film(seen.black, self.parts, self.rate, _LEAST_BLACK_TICKS)),
            frozen=tuple(on_the_film(seen.frozen, self.parts, self.rate, _LEAST_FROZEN_TICKS)),
        )

    def _write_excerpt(self, parts: Sequence[Part]) -> Path:
        assert self.order is not None
        video = self.facts.video[0]
        container = "webm" if video.codec == "vp9" else "mov" if video.codec in _MOV_ONLY else "mp4"
        out = self.folder / f"excerpt.{container}"
        write_excerpt(
            self.path, out, video.index, self.order, parts, self.rate, self.is_canceled, self.limits
        )
        return out


def choose_pictures(scan: FilmScan, expected: Expectation | None, depth: Depth) -> tuple[Part, ...] | None:
    """What has to be decoded; None means all. Quick leaves out only what is proved to be as it was before."""
    order = scan.pictures
    if depth == "full" or expected is None or order is None:
        return None
    if expected.fresh is None or not expected.picture_sha256:
        return None
    parts = choose_parts(order, new_pieces(expected))
    return None if sum(p.piece.frames for p in parts) == order.frames else tuple(parts)


def new_pieces(expected: Expectation) -> Iterator[Piece]:
    """What is fresh, and joins of copied and encoded pictures: the one before and a second after.

    An excerpt adds the rest of the group before. Of joins with nothing fresh beside them a few are looked at
    again: all of them would cost by the length of the film and not by what changed.
    """
    rate = expected.rate
    fresh = [_piece(rate, r) for r in expected.fresh or ()]
    yield from fresh
    edges = {n for p in fresh for n in (p.first, p.end)}
    copied = [_piece(rate, r) for r in expected.unseen]
    joins = sorted({n for p in copied for n in (p.first, p.end) if 0 < n < expected.frame_count})
    old = [n for n in joins if n not in edges]
    for join in (*edges.intersection(joins), *_spread(old, _MOST_OLD_JOINS)):
        yield Piece(join - 1, min(join + rate.frames(TICKS_PER_SECOND), expected.frame_count))


def _piece(rate: Rate, stretch: TimeRange) -> Piece:
    return Piece(rate.frames(stretch.start_ticks), rate.frames(stretch.end_ticks))


def _spread(items: Sequence[_T], most: int) -> Sequence[_T]:
    """At most so many, evenly apart."""
    return items[:: max(1, -(-len(items) // most))]
