"""What is ready of a render, handed on in the order of the output: to the muxer, or to a growing playlist."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Self

from cuttingroom.core.errors import Canceled, InvalidInput
from cuttingroom.media.limits import MediaLimits
from cuttingroom.media.render.cache import SEGMENTS, RenderCache
from cuttingroom.media.render.copies.copying import PacketReader
from cuttingroom.media.render.copies.descriptions import merge_parameters
from cuttingroom.media.render.copies.index import SourceIndex
from cuttingroom.media.render.graph import Copy, RenderGraph, Span
from cuttingroom.media.render.live.fragments import PictureForm
from cuttingroom.media.render.live.playlist import LivePlaylist
from cuttingroom.media.render.profiles import Profile
from cuttingroom.media.render.segment import Packet, SegmentHead, read_head, read_segment
from cuttingroom.media.render.sound.track import SoundTrack

_ASK_EVERY = 500
_LIVE_PICTURES = ("h264", "hevc", "av1")


def check_live(profile: Profile) -> None:
    """Raise InvalidInput when HLS cannot carry what the profile makes."""
    video, audio = profile.video, profile.audio
    if profile.container == "gif" or video is None or video.codec not in _LIVE_PICTURES:
        what = "has no stream of pictures" if video is None else f"makes {profile.container} of {video.codec}"
    elif audio is not None and audio.codec != "aac":
        what = f"makes {audio.codec} sound"
    else:
        return
    raise InvalidInput(
        f"The profile {profile.name} {what}, which cannot be played while it is made.",
        advice="Use draft, preview or delivery, or render without the live folder.",
    )


@dataclass(frozen=True)
class Feed:
    """The packets of a graph's spans: from its cache, or copied from its files, which it opens once.

    A context manager, that closes them.
    """

    graph: RenderGraph
    files: Mapping[str, Path]
    cache: RenderCache
    is_canceled: Callable[[], bool]
    limits: MediaLimits
    _readers: dict[str, PacketReader] = field(default_factory=dict[str, PacketReader])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for reader in self._readers.values():
            reader.close()
        self._readers.clear()

    def is_ready(self, span: Span) -> bool:
        return span.copy is not None or self.cache.path(SEGMENTS, span.key).exists()

    def head(self, span: Span) -> SegmentHead:
        """Of an encoded span. Raises CacheDamaged or OSError."""
        return read_head(self.cache.path(SEGMENTS, span.key))

    def packets(self, span: Span) -> Iterator[Packet]:
        """Raises CacheDamaged, MediaFailed or OSError."""
        if span.copy is None:
            yield from read_segment(self.cache.path(SEGMENTS, span.key)).packets
        else:
            yield from self._reader(span.copy).read(span.copy.first, span.copy.end)

    def _reader(self, copy: Copy) -> PacketReader:
        reader = self._readers.get(copy.artifact_id)
        if reader is None:
            reader = PacketReader(
                self.files[copy.artifact_id], self.index(copy), self.is_canceled, self.limits
            )
            self._readers[copy.artifact_id] = reader
        return reader

    def index(self, copy: Copy) -> SourceIndex:
        index = self.graph.sources[copy.artifact_id].index
        assert index is not None
        return index

    def sources(self) -> dict[str, SourceIndex]:
        """By artifact id, the sources from which spans are copied."""
        return {s.copy.artifact_id: self.index(s.copy) for s in self.graph.spans if s.copy is not None}

    def delay(self, heads: Mapping[str, SegmentHead]) -> int:
        """How many frames decoding runs ahead of presentation, at most."""
        return max([h.delay for h in heads.values()] + [i.delay for i in self.sources().values()], default=0)

    def parameters(self, head: SegmentHead | None) -> bytes:
        """The decoder's configuration for all spans together; empty where the codec has none."""
        ours = [head.extradata] if head is not None else []
        copied = [index.extradata for index in self.sources().values()]
        return merge_parameters([*copied, *ours]) if copied else b"".join(ours)


@dataclass
class LiveFeed:
    """Keeps a playlist up with a render: `advance` adds the spans that follow each other and are ready."""

    feed: Feed
    folder: Path
    sound: SoundTrack | None
    _playlist: LivePlaylist | None = None
    _next: int = 0

    @property
    def path(self) -> Path | None:
        """Where the playlist is, once there is one."""
        return self._playlist.path if self._playlist is not None else None

    def advance(self) -> None:
        """Raises CacheDamaged, MediaFailed, InvalidInput (a codec that cannot be streamed) or OSError."""
        spans = self.feed.graph.spans
        while self._next < len(spans) and self.feed.is_ready(spans[self._next]):
            if self._playlist is None and not self._open():
                return
            assert self._playlist is not None
            span = spans[self._next]
            self._playlist.add_video(self.feed.packets(span))
            self._next += 1

    def finish(self) -> None:
        """What the playlist still lacks, and its end."""
        self.advance()
        if self._playlist is not None:
            self._playlist.finish()

    def fail(self) -> None:
        if self._playlist is not None:
            self._playlist.fail()

    def _open(self) -> bool:
        """The first of our own spans tells the parameter sets, so nothing can be shown before it is there."""
        graph = self.feed.graph
        encoded = [s for s in graph.spans if s.copy is None]
        made = next((s for s in encoded if self.feed.is_ready(s)), None)
        if encoded and made is None:
            return False
        head = self.feed.head(made) if made is not None else None
        ahead = self.feed.delay({made.key: head} if made is not None and head is not None else {})
        form = PictureForm(
            graph.coding.codec,
            *graph.size,
            self.feed.parameters(head),
            graph.rate,
            max(ahead, graph.coding.b_frames),
        )
        sound = self.sound
        heard = sound.form if sound else None
        self._playlist = LivePlaylist(self.folder, form, heard, self._longest())
        if sound:
            self._playlist.add_sound(self._heard(sound))
        return True

    def _heard(self, sound: SoundTrack) -> Iterator[tuple[bytes, int]]:
        """All of the sound at once, which takes seconds for an hour: a cancel is heard meanwhile."""
        for number, packet in enumerate(sound.packets()):
            if number % _ASK_EVERY == 0 and self.feed.is_canceled():
                raise Canceled("The render was canceled.")
            yield packet

    def _longest(self) -> int:
        """The most pictures from one key frame to the next that will come."""
        longest = max((s.frames for s in self.feed.graph.spans if s.copy is None), default=1)
        for index in self.feed.sources().values():
            starts = [*map(int, index.closed), index.frames]
            longest = max([longest, *(b - a for a, b in pairwise(starts))])
        return longest
