"""Make the picture that stands for the video, out of its best frame."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from cuttingroom.core.ids import short_id
from cuttingroom.core.time import TICKS_PER_SECOND, Ticks, TimeRange, format_ticks
from cuttingroom.timeline.effects import FadeIn, FadeOut
from cuttingroom.timeline.model import (
    CaptionSource,
    Element,
    TextSource,
    TextStyle,
    Timeline,
    Track,
    TrackKind,
)
from cuttingroom.tools.base import Made, MadeFile, MakeContext, MakingTool
from cuttingroom.tools.make_still import MIME_TYPES, check_moment, frame_at, still_maker

if TYPE_CHECKING:
    from cuttingroom.media.analyze.looks import Look

LONGEST_SIDE = 1280
"""Pixels: what YouTube asks of thumbnails (1280x720), and plenty elsewhere."""
_LOOKED_AT = 18
_SMALL = 320
"""Pixels across, at which pictures are compared: noise and fine grain do not count as sharp."""
_AWAY_TICKS = TICKS_PER_SECOND // 5
"""From cuts and transitions: motion blur and the first frame of a shot rarely look good."""
_TITLE = TextStyle(bold=True, outline=0.006, shadow=0.008)
_LARGEST, _SMALLEST = 0.2, 0.065
"""Sizes of its letters, as shares of the shorter side: short words are read from far away."""


@dataclass(frozen=True)
class _Candidate:
    frame: int
    look: Look
    score: float


class MakeThumbnail(MakingTool):
    """Make a picture that stands for the video, at most 1280 pixels long, and say why this frame was chosen.

    Of frames spread over the video the best is taken: sharp, well lit, away from cuts and transitions; titles
    and captions of the video are left out. `at_ticks` takes the frame shown then. `title` is drawn over it.
    """

    queue = "render"
    needs_timeline = True

    tool: Literal["make_thumbnail"] = "make_thumbnail"
    title: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    at_ticks: Ticks | None = None
    format: Literal["png", "jpg"] = "jpg"

    def check(self, before: Timeline) -> None:
        check_moment(before, self.at_ticks or 0)

    def make(self, context: MakeContext) -> Made:
        from cuttingroom.media.render.fonts import find_missing_signs
        from cuttingroom.media.render.stills import write_picture

        plain = without_texts(context.timeline)
        frame, why = self._choose(context, plain)
        shown = plain if self.title is None else with_title(plain, frame, self.title)
        picture = still_maker(context, shown).draw(frame, _width(shown))
        notes = [why]
        if missing := find_missing_signs(self.title or ""):
            notes.append(f"The font that comes along has no signs for “{missing}”; install one that has")
        path = context.work / f"thumbnail.{self.format}"
        write_picture(picture, path, self.format)
        at = context.timeline.rate.ticks(frame)
        file = MadeFile(
            path=path,
            artifact_type="thumbnail",
            mime_type=MIME_TYPES[self.format],
            name=f"Thumbnail from {format_ticks(at)}",
            width=picture.width,
            height=picture.height,
            facts={
                "thumbnail": {"at_ticks": at, "frame": frame, "notes": notes},
                "state_hash": context.timeline.state_hash,
            },
            provider="ffmpeg",
            checked=True,
        )
        return Made((file,), facts={"at_ticks": at, "frame": frame, "why": why})

    def _choose(self, context: MakeContext, plain: Timeline) -> tuple[int, str]:
        """The frame and the reason for it."""
        from cuttingroom.media.analyze.looks import look_at, score_looks

        if self.at_ticks is not None:
            frame = frame_at(plain, self.at_ticks)
            return frame, f"The frame at {format_ticks(self.at_ticks)} was asked for."
        frames = candidate_frames(plain)
        maker, looks = still_maker(context, plain), list[Any]()
        for n, frame in enumerate(frames):
            context.report(n / (len(frames) + 1), f"Looking at frame {n + 1} of {len(frames)}")
            looks.append(look_at(maker.draw(frame, _SMALL)))
        scored = [_Candidate(*found) for found in zip(frames, looks, score_looks(looks), strict=True)]
        best = max(scored, key=lambda c: c.score)
        return best.frame, _explain(plain, best, scored)

    def describe(self, before: Timeline) -> str:
        of = f" of the frame at {format_ticks(self.at_ticks)}" if self.at_ticks is not None else ""
        title = f" with the title “{self.title}”" if self.title is not None else ""
        return f"Make a thumbnail{of}{title}"


def candidate_frames(timeline: Timeline) -> list[int]:
    """Frames spread over the video, those left out that lie beside a cut or in a transition or fade."""
    total = timeline.rate.frames(timeline.duration_ticks)
    count = min(_LOOKED_AT, total)
    spread = [(2 * n + 1) * total // (2 * count) for n in range(count)]
    shaky = _shaky_ranges(timeline)
    calm = [f for f in spread if not any(r.contains(timeline.rate.ticks(f)) for r in shaky)]
    return calm or spread


def _shaky_ranges(timeline: Timeline) -> list[TimeRange]:
    found: list[TimeRange] = []
    for track in (t for t in timeline.tracks if t.kind is TrackKind.VIDEO):
        joined = {j.right_id: j.duration_ticks for j in track.transitions}
        for element in track.elements:
            fades = {type(e): e.duration_ticks for e in element.effects if isinstance(e, (FadeIn, FadeOut))}
            begins = max(joined.get(element.id, 0), fades.get(FadeIn, 0)) + _AWAY_TICKS
            ends = fades.get(FadeOut, 0) + _AWAY_TICKS
            found.append(_around(element.start_ticks - _AWAY_TICKS, element.start_ticks + begins))
            found.append(_around(element.end_ticks - ends, element.end_ticks + _AWAY_TICKS))
    return found


def _around(start: int, end: int) -> TimeRange:
    return TimeRange.between(max(0, start), end)


def _explain(timeline: Timeline, best: _Candidate, all_: list[_Candidate]) -> str:
    if best.score == 0:
        return "No frame of the video shows much: the picture is black, white or plain throughout."
    look, sharpest = best.look, max(c.look.sharpness for c in all_)
    at = format_ticks(timeline.rate.ticks(best.frame))
    return (
        f"The frame at {at} looks best of {len(all_)}: sharpness {look.sharpness / sharpest:.0%} of the "
        f"sharpest, light {look.light:.0%} where about half is best, {look.lost:.0%} lost in black or white, "
        "away from cuts, transitions and fades."
    )


def without_texts(timeline: Timeline) -> Timeline:
    """The timeline without its titles and captions."""
    tracks = tuple(
        track.with_elements(
            [e for e in track.elements if not isinstance(e.source, (TextSource, CaptionSource))]
        )
        for track in timeline.tracks
    )
    return timeline.model_copy(update={"tracks": tracks})


def with_title(timeline: Timeline, frame: int, title: str) -> Timeline:
    """The timeline with large words over one frame."""
    ticks, size = timeline.rate.ticks, min(_LARGEST, max(_SMALLEST, 0.55 / sqrt(len(title))))
    element = Element(
        id=short_id("el"),
        start_ticks=ticks(frame),
        duration_ticks=ticks(1),
        source=TextSource(text=title, position="bottom", style=_TITLE.model_copy(update={"size": size})),
    )
    track = Track(id=short_id("tk"), kind=TrackKind.OVERLAY, name="Title", elements=(element,))
    return timeline.model_copy(update={"tracks": (*timeline.tracks, track)})


def _width(timeline: Timeline) -> int | None:
    """Of the picture in pixels; None when the project is small enough as it is."""
    width, longest = timeline.settings.width, max(timeline.settings.width, timeline.settings.height)
    return 2 * round(width * LONGEST_SIDE / longest / 2) if longest > LONGEST_SIDE else None
