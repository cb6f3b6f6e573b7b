"""Rendering: what changed is made, the rest comes from the cache or is copied, all is joined to one file."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from cuttingroom.core.errors import CacheDamaged, Canceled, InvalidInput, MediaFailed
from cuttingroom.core.ids import new_token
from cuttingroom.media import ffmpeg
from cuttingroom.media.limits import DEFAULT_LIMITS, MediaLimits
from cuttingroom.media.probe import MediaFacts
from cuttingroom.media.render.assemble import Assembled, Part, Pictures, assemble
from cuttingroom.media.render.attached import Subtitles, check_attachable
from cuttingroom.media.render.cache import SEGMENTS, RenderCache
from cuttingroom.media.render.canvas import LutFile
from cuttingroom.media.render.chapters import Chapter, chapters_of
from cuttingroom.media.render.coders import HOLDERS
from cuttingroom.media.render.copies.descriptions import uses_id
from cuttingroom.media.render.encode import own_description
from cuttingroom.media.render.encoders import check_profile
from cuttingroom.media.render.facts import (
    RenderFacts,
    find_losses,
    find_notes,
    seen_ranges,
    span_ranges,
    why_encoded,
)
from cuttingroom.media.render.feed import Feed, LiveFeed, check_live
from cuttingroom.media.render.finish import make_gif
from cuttingroom.media.render.fonts import machine_fonts, place_fonts
from cuttingroom.media.render.graph import RenderGraph, Source, Span, build_graph
from cuttingroom.media.render.parts import remember_parts
from cuttingroom.media.render.profiles import PRIVATE_SPS_ID, Profile
from cuttingroom.media.render.progress import FrameProgress
from cuttingroom.media.render.segment import SegmentHead, read_segment
from cuttingroom.media.render.sound.chunks import read_chunk
from cuttingroom.media.render.sound.levels import quiet_ranges, sound_windows
from cuttingroom.media.render.sound.track import SoundTrack, render_sound
from cuttingroom.media.render.sources import open_luts, open_sources
from cuttingroom.media.render.spans import SpanMaker, missing_spans
from cuttingroom.timeline.model import Timeline

_SOUND_SHARE = 0.1
_PICTURE_SHARE = 0.85
_GIF_SHARE = _SOUND_SHARE + _PICTURE_SHARE
_MOST_REPAIRS = 3

log = logging.getLogger(__name__)

Report = Callable[[float, str], None]


def render(
    timeline: Timeline,
    files: Mapping[str, Path],
    out: Path,
    profile: Profile,
    *,
    facts: Mapping[str, MediaFacts],
    hashes: Mapping[str, str],
    cache: RenderCache,
    work: Path,
    report: Report | None = None,
    is_canceled: Callable[[], bool] | None = None,
    limits: MediaLimits = DEFAULT_LIMITS,
    cores: int | None = None,
    live: Path | None = None,
    subtitles: Sequence[Subtitles] = (),
) -> RenderFacts:
    """Render `timeline` to `out`. `files`, `facts` and `hashes` (SHA-256) are by artifact id.

    `work` is a private empty folder. `cores` pieces are made at a time. `out` appears only when it is whole.
    `report` and `is_canceled` are called from this thread only. In the folder `live` a playlist grows that
    can be played while the rest is made. `subtitles` become tracks of the file. Raises InvalidInput for an
    empty timeline or a profile that cannot hold it, MediaRefused for a missing or changed file, MediaFailed,
    StorageFailed, OSError or Canceled; then nothing has the name `out`.
    """
    if timeline.duration_ticks == 0:
        raise InvalidInput(
            "The timeline is empty: there is nothing to render.", advice="Insert some media first."
        )
    check_profile(profile, timeline.settings)
    if subtitles:
        check_attachable(profile)
    if live is not None:
        check_live(profile)
    asked = is_canceled or (lambda: False)
    sources = open_sources(timeline, files, facts, hashes, cache, asked, limits)
    place_fonts(work)
    graph = None
    if profile.video is not None:
        luts = open_luts(timeline, files, hashes, cache, asked)
        graph = _plan(timeline, sources, luts, profile, cache, limits)
    job = _Job(
        timeline, files, sources, profile, graph, cache, work, limits,
        cores or os.cpu_count() or 1, report or (lambda _share, _note: None), asked, live,
        tuple(subtitles),
    )  # fmt: skip
    made = job.make()
    remember_parts(cache, made.assembled.pictures, made.assembled.sound, job.parts(made))
    _publish(made.path, out)
    job.report(1.0, "Rendered")
    try:
        cache.prune()
    except OSError:  # the file is there and right
        log.exception("the render cache could not be pruned")
    return job.describe(made, out)


def plan_graph(
    timeline: Timeline,
    files: Mapping[str, Path],
    profile: Profile,
    *,
    facts: Mapping[str, MediaFacts],
    hashes: Mapping[str, str],
    cache: RenderCache,
    is_canceled: Callable[[], bool] = lambda: False,
    limits: MediaLimits = DEFAULT_LIMITS,
) -> RenderGraph:
    """The spans that `render` would make, without making them. Raises as `render` does."""
    check_profile(profile, timeline.settings)
    sources = open_sources(timeline, files, facts, hashes, cache, is_canceled, limits)
    luts = open_luts(timeline, files, hashes, cache, is_canceled)
    return _plan(timeline, sources, luts, profile, cache, limits)


def _plan(
    timeline: Timeline,
    sources: Mapping[str, Source],
    luts: Mapping[str, LutFile],
    profile: Profile,
    cache: RenderCache,
    limits: MediaLimits,
) -> RenderGraph:
    assert profile.video is not None
    indexes = [source.index for source in sources.values() if source.index is not None]
    ours = b""
    if profile.copies and any(not i.refusal and uses_id(i.extradata, PRIVATE_SPS_ID) for i in indexes):
        size = profile.frame_size(timeline.settings)
        ours = own_description(profile.video, size, timeline.rate, cache, limits)
    build, fonts = ffmpeg.ffmpeg_version(), machine_fonts()
    return build_graph(timeline, sources, profile, build=build, ours=ours, fonts=fonts, luts=luts)


@dataclass(frozen=True)
class _Made:
    """A finished file that has not its name yet."""

    path: Path
    sound: SoundTrack | None
    heads: Mapping[str, SegmentHead]
    fresh: frozenset[str]
    assembled: Assembled


@dataclass(frozen=True)
class _Job:
    """One render."""

    timeline: Timeline
    files: Mapping[str, Path]
    sources: Mapping[str, Source]
    profile: Profile
    graph: RenderGraph | None
    cache: RenderCache
    work: Path
    limits: MediaLimits
    cores: int
    report: Report
    is_canceled: Callable[[], bool]
    live_folder: Path | None
    subtitles: tuple[Subtitles, ...] = ()

    @property
    def chapters(self) -> tuple[Chapter, ...]:
        """Those that the file can hold."""
        return chapters_of(self.timeline) if HOLDERS[self.profile.container].chapters else ()

    def make(self) -> _Made:
        """Sound, pictures, one file; while it runs nobody evicts what it needs."""
        spans = self.graph.spans if self.graph is not None else ()
        fresh: set[str] = set()
        with self.cache.pin([(SEGMENTS, s.key) for s in spans if s.copy is None]):
            for _ in range(_MOST_REPAIRS):
                sound = self._make_sound()
                with self.cache.pin(sound.keys if sound is not None else ()):
                    try:
                        return self._make_live(sound, fresh)
                    except (CacheDamaged, FileNotFoundError) as error:
                        if not self._discard_damaged(sound) and not isinstance(error, CacheDamaged):
                            raise
        raise MediaFailed(
            "The render cache does not keep what is written to it.",
            advice="Check the disk under CUTTINGROOM_HOME, or run `cuttingroom cache verify`.",
        )

    def _make_live(self, sound: SoundTrack | None, fresh: set[str]) -> _Made:
        """What follows the sound, while others may look on. Keys of what is made are added to `fresh`."""
        with ExitStack() as stack:
            live = self._open_live(sound, stack)
            try:
                fresh |= self._make_pictures(live)
                made = self._join(sound, frozenset(fresh))
            except BaseException:
                if live is not None:
                    live.fail()
                raise
            if live is not None:
                live.finish()
            return made

    def _discard_damaged(self, sound: SoundTrack | None) -> int:
        """Whatever of this render the cache has not kept as it was written; returns how much that is."""
        spans = self.graph.spans if self.graph is not None else ()
        wanted = {(SEGMENTS, s.key) for s in spans if s.copy is None}.union(sound.keys if sound else ())
        damaged = 0
        for kind, key in wanted:
            if self.is_canceled():
                raise Canceled("The render was canceled.")
            try:
                (read_segment if kind == SEGMENTS else read_chunk)(self.cache.path(kind, key))
            except (CacheDamaged, FileNotFoundError):
                self.cache.discard(kind, key)
                damaged += 1
        return damaged

    def parts(self, made: _Made) -> list[tuple[str, str]]:
        """What was taken from the cache or put into it, as (kind, key)."""
        return [*((SEGMENTS, key) for key in made.heads), *(made.sound.keys if made.sound else ())]

    def describe(self, made: _Made, out: Path) -> RenderFacts:
        timeline, graph, rate = self.timeline, self.graph, self.timeline.rate
        frames = rate.frames(timeline.duration_ticks)
        spans: tuple[Span, ...] = graph.spans if graph is not None else ()
        encoded = [s for s in spans if s.copy is None]
        fresh = [s for s in encoded if s.key in made.fresh]
        width, height = graph.size if graph is not None else (0, 0)
        sound = made.sound
        return RenderFacts(
            profile=self.profile.name,
            container=self.profile.container,
            frame_count=frames if graph is not None else 0,
            duration_ticks=rate.ticks(frames),
            width=width,
            height=height,
            rate=rate,
            size_bytes=out.stat().st_size,
            ffmpeg=ffmpeg.ffmpeg_version(),
            has_sound=sound is not None and sound.has_sound,
            spans=len(spans),
            copied_frames=graph.copied_frames if graph is not None else 0,
            encoded_frames=sum(s.frames for s in fresh),
            reused_frames=sum(s.frames for s in encoded) - sum(s.frames for s in fresh),
            why_encoded=why_encoded(graph) if graph is not None else (),
            sound_chunks=sound.chunks if sound is not None else 0,
            made_sound_chunks=sound.made if sound is not None else 0,
            loudness_lufs=sound.measured_lufs if sound is not None else None,
            gain_db=sound.applied_db if sound is not None else 0.0,
            subtitles=tuple((s.language, len(s.cues)) for s in self.subtitles),
            picture_sha256=made.assembled.pictures,
            sound_sha256=made.assembled.sound,
            chapters=self.chapters,
            notes=(*find_notes(timeline, self.sources), *find_losses(timeline, self.profile)),
            black=seen_ranges(rate, spans, made.heads, "black"),
            frozen=seen_ranges(rate, spans, made.heads, "frozen"),
            unseen=span_ranges(rate, (s for s in spans if s.copy is not None)),
            silent=tuple(quiet_ranges(sound.levels)) if sound is not None else (),
            fresh=span_ranges(rate, fresh),
            sound=tuple(sound_windows(sound.levels)) if sound is not None else (),
        )

    def _make_sound(self) -> SoundTrack | None:
        if self.profile.audio is None:
            return None
        return render_sound(
            self.timeline,
            self.files,
            {a: s.facts for a, s in self.sources.items()},
            {a: s.sha256 for a, s in self.sources.items()},
            self.profile.audio,
            self.cache,
            self.work,
            cores=self.cores,
            limits=self.limits,
            report=lambda share: self.report(share * _SOUND_SHARE, "Mixing the sound"),
            is_canceled=self.is_canceled,
        )

    def _open_live(self, sound: SoundTrack | None, stack: ExitStack) -> LiveFeed | None:
        if self.live_folder is None or self.graph is None:
            return None
        self.live_folder.mkdir(parents=True, exist_ok=True)
        return LiveFeed(stack.enter_context(self._feed(self.graph)), self.live_folder, sound)

    def _feed(self, graph: RenderGraph) -> Feed:
        return Feed(graph, self.files, self.cache, self.is_canceled, self.limits)

    def _make_pictures(self, live: LiveFeed | None) -> frozenset[str]:
        """Make the spans that are missing; returns their keys."""
        if self.graph is None:
            return frozenset()
        missing = missing_spans(self.graph, self.cache)
        progress = FrameProgress(sum(s.frames for s in missing))

        def check() -> None:
            if self.is_canceled():
                raise Canceled("The render was canceled.")
            if missing:
                share = progress.done / progress.frames
                self.report(_SOUND_SHARE + _PICTURE_SHARE * share, progress.describe())
            if live is not None:
                live.advance()

        maker = SpanMaker(
            self.graph, self.files, self.cache, self.work, self.limits, self.cores, progress, check
        )
        maker.make(missing, check)
        return frozenset(s.key for s in missing)

    def _join(self, sound: SoundTrack | None, fresh: frozenset[str]) -> _Made:
        self.report(_SOUND_SHARE + _PICTURE_SHARE, "Joining")
        container = "mp4" if self.profile.container == "gif" else self.profile.container
        made = self.work / f"whole.{container}"
        heads: dict[str, SegmentHead] = {}
        if self.graph is None:
            assembled = assemble(made, container, None, sound, self.is_canceled, self.chapters)
        else:
            with self._feed(self.graph) as feed:
                heads = {s.key: feed.head(s) for s in self.graph.spans if s.copy is None}
                pictures = self._pictures(self.graph, feed, heads)
                assembled = assemble(
                    made, container, pictures, sound, self.is_canceled, self.chapters, self.subtitles
                )
        expected = self.timeline.rate.frames(self.timeline.duration_ticks)
        if self.graph is not None and assembled.frames != expected:
            raise MediaFailed(
                f"The render has {assembled.frames} frames instead of {expected}.", expected=expected
            )
        if self.profile.container == "gif":
            film, made = made, self.work / "whole.gif"
            make_gif(
                film, made, self.profile, frames=expected, rate=self.timeline.rate, work=self.work,
                report=lambda share: self.report(_GIF_SHARE + (1 - _GIF_SHARE) * share, "Drawing the GIF"),
                is_canceled=self.is_canceled, limits=self.limits,
            )  # fmt: skip
        return _Made(made, sound, heads, fresh, assembled)

    def _pictures(self, graph: RenderGraph, feed: Feed, heads: Mapping[str, SegmentHead]) -> Pictures:
        head = next(iter(heads.values()), None)
        copied = [s.copy for s in graph.spans if s.copy is not None]
        return Pictures(
            codec=graph.coding.codec,
            size=graph.size,
            rate=graph.rate,
            delay=feed.delay(heads),
            template=head.init if head is not None else self.files[copied[0].artifact_id],
            extradata=feed.parameters(head),
            parts=(Part(feed.packets(s), s.frames) for s in graph.spans),
        )


def _publish(made: Path, out: Path) -> None:
    """Give the finished file its name in one step, also from another file system."""
    part = out.with_name(f".{out.name}.{new_token()}.part")
    try:
        shutil.move(made, part)
        os.replace(part, out)
    finally:
        part.unlink(missing_ok=True)
