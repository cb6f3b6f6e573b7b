"""Add an empty track."""

from typing import Annotated, Literal

from pydantic import Field

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.ids import short_id
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.effects import Id
from cuttingroom.timeline.model import Name, Timeline, Track, TrackKind


class AddTrack(Edit):
    """Add an empty track at `index` (0 is the lowest), or on top; captions stay above the rest.

    | A | B |   ->   |       |
                     | A | B |
    """

    tool: Literal["add_track"] = "add_track"
    kind: TrackKind
    name: Name = ""
    track_id: Id = Field(default_factory=lambda: short_id("tk"))
    index: Annotated[int, Field(ge=0)] | None = None
    follows_ripple: bool = True

    def check(self, before: Timeline) -> None:
        if self.index is not None and self.index > len(before.tracks):
            raise EditRefused(f"There are only {len(before.tracks)} tracks.", field="index")

    def change(self, before: Timeline) -> Timeline:
        track = Track(id=self.track_id, kind=self.kind, name=self.name, follows_ripple=self.follows_ripple)
        return with_new_track(before, track, self.index)

    def describe(self, before: Timeline) -> str:
        called = f" “{self.name}”" if self.name else ""
        article = "an" if self.kind in (TrackKind.AUDIO, TrackKind.OVERLAY) else "a"
        return f"Add {article} {self.kind} track{called}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return (self.track_id,)


def with_new_track(before: Timeline, track: Track, index: int | None = None) -> Timeline:
    """The timeline with one more track; without an index below the captions, and captions on top."""
    if index is None:
        captions = [n for n, t in enumerate(before.tracks) if t.kind is TrackKind.CAPTIONS]
        index = captions[0] if captions and track.kind is not TrackKind.CAPTIONS else len(before.tracks)
    tracks = (*before.tracks[:index], track, *before.tracks[index:])
    return before.model_copy(update={"tracks": tracks})


def tracks_above_main(before: Timeline) -> tuple[Track, ...]:
    """The tracks that lie over the main one: not the backgrounds that are seen through it."""
    main = before.find_main_track()
    return before.tracks[before.tracks.index(main) + 1 :] if main is not None else before.tracks
