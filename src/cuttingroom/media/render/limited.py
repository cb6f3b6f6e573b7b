"""A render that may not be larger than so many bytes.

The quality is lowered evenly for the whole film, so that every picture loses the same, whatever it costs;
when that would show too much the picture is made smaller. Which quality fits is found on samples spread over
the film, the rest of it is then encoded once, and the finished file is measured: one that is over is made
again. That shares bits out as two passes do, and its samples are the first spans of the render."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import ceil, log2, sqrt
from pathlib import Path
from typing import Any

from cuttingroom.core.errors import Canceled, InvalidInput
from cuttingroom.core.time import TICKS_PER_SECOND, format_ticks
from cuttingroom.media.limits import DEFAULT_LIMITS, MediaLimits
from cuttingroom.media.render.attached import Subtitles
from cuttingroom.media.render.cache import SEGMENTS, RenderCache
from cuttingroom.media.render.coders import VideoCodec
from cuttingroom.media.render.facts import RenderFacts
from cuttingroom.media.render.feed import Feed
from cuttingroom.media.render.fonts import place_fonts
from cuttingroom.media.render.graph import RenderGraph, Span
from cuttingroom.media.render.profiles import AudioCoding, Profile
from cuttingroom.media.render.progress import FrameProgress
from cuttingroom.media.render.run import plan_graph, render
from cuttingroom.media.render.segment import read_segment
from cuttingroom.media.render.sizes import smaller_sizes
from cuttingroom.media.render.spans import SpanMaker, missing_spans
from cuttingroom.timeline.model import Timeline

_LEAST_KBPS, _LEAST_SOUND_KBPS = 40, 16
"""No film and no sound of any use is smaller: below it nobody need try."""
_SURE_KBPS = 120
"""At 320x180 and with sound of 48 kbps nearly every film fits into this."""
_SOUND_KBPS = (256, 192, 160, 128, 96, 64, 48)
_SOUND_ONLY_KBPS = (*_SOUND_KBPS, 32, 24, 16)
_SOUND_SHARE = 0.2
"""Of the bits; beyond it the picture would suffer more than the sound gains."""
_MOST_SAMPLES = 8
_MARGIN = 0.985
_PICTURE_BYTES, _SOUND_BYTES, _HEAD_BYTES = 18, 10, 6_000
"""What containers add for each picture, each packet of sound and by themselves, with room to spare."""
_SMALLEST_GIF = 96


@dataclass(frozen=True)
class _Qualities:
    """Of a coder: up to `good` people hardly mind, from `worst` on nothing is left to lose. In `halving`
    steps a film becomes half as large, more or less."""

    good: int
    worst: int
    halving: float


_QUALITIES: Mapping[VideoCodec, _Qualities] = {
    "h264": _Qualities(31, 45, 6),
    "hevc": _Qualities(33, 46, 6),
    "av1": _Qualities(50, 63, 9),
    "vp9": _Qualities(48, 63, 10),
}


@dataclass(frozen=True)
class Limited:
    """A render that kept its limit, and the profile that made it so, which has the name of the given one."""

    facts: RenderFacts
    profile: Profile


def check_limit(profile: Profile, duration_ticks: int, most_bytes: int, *, keeps_size: bool = False) -> None:
    """Raise InvalidInput for a limit that no file of this length can keep; it says what can be kept."""
    kbps, sure = (_LEAST_KBPS, _SURE_KBPS) if profile.video is not None else (_LEAST_SOUND_KBPS, 34)
    if profile.container != "gif" and most_bytes < _bytes(kbps, duration_ticks):
        raise _too_small(most_bytes, duration_ticks, _bytes(sure, duration_ticks), keeps_size)


def render_within(
    most_bytes: int,
    timeline: Timeline,
    files: Mapping[str, Path],
    out: Path,
    profile: Profile,
    *,
    keeps_size: bool = False,
    subtitles: Sequence[Subtitles] = (),
    work: Path,
    report: Callable[[float, str], None] | None = None,
    is_canceled: Callable[[], bool] | None = None,
    limits: MediaLimits = DEFAULT_LIMITS,
    cores: int | None = None,
    **given: Any,
) -> Limited:
    """`render` to a file of at most `most_bytes`. With `keeps_size` the picture keeps the profile's size.

    `given` are the facts, hashes and cache of `render`. Raises as it does, and InvalidInput with the smallest
    limit that works when this one cannot be kept.
    """
    asked = is_canceled or (lambda: False)
    shown, at_once = report or (lambda _share, _note: None), cores or os.cpu_count() or 1
    job = _Job(most_bytes, timeline, files, out, keeps_size, subtitles, work, shown, asked, limits, at_once,
               given)  # fmt: skip
    check_limit(profile, timeline.duration_ticks, most_bytes, keeps_size=keeps_size)
    if profile.video is None:
        return job.fit_sound(profile)
    return job.fit_gif(profile) if profile.container == "gif" else job.fit_pictures(profile)


@dataclass
class _Job:
    """One file on its way under its limit."""

    most_bytes: int
    timeline: Timeline
    files: Mapping[str, Path]
    out: Path
    keeps_size: bool
    subtitles: Sequence[Subtitles]
    work: Path
    report: Callable[[float, str], None]
    is_canceled: Callable[[], bool]
    limits: MediaLimits
    cores: int
    given: Mapping[str, Any]
    _count: int = field(default=0)

    @property
    def _cache(self) -> RenderCache:
        return self.given["cache"]

    @cached_property
    def _kbps(self) -> float:
        return self.most_bytes * 8 * TICKS_PER_SECOND / self.timeline.duration_ticks / 1000

    def fit_sound(self, profile: Profile) -> Limited:
        """The highest bit rate that fits; sound without loss is as large as it is."""
        assert profile.audio is not None
        given = profile.audio.kbps
        rates = [k for k in _SOUND_ONLY_KBPS if given is not None and k < given and k < self._kbps]
        if given is not None and given < self._kbps:
            rates.insert(0, given)
        size = 0
        for kbps in rates or [given]:
            chosen = _with_sound(profile, kbps)
            facts = self._render(chosen)
            if facts.size_bytes <= self.most_bytes:
                return Limited(facts, chosen)
            size = facts.size_bytes
        raise self._refusal(size if given is None else ceil(size * 1.02))

    def fit_gif(self, profile: Profile) -> Limited:
        """The largest picture that fits, by a few tries."""
        while True:
            facts = self._render(profile)
            if facts.size_bytes <= self.most_bytes:
                return Limited(facts, profile)
            size = profile.frame_size(self.timeline.settings)
            share = max(0.9 * sqrt(self.most_bytes / facts.size_bytes), _SMALLEST_GIF / max(size))
            if self.keeps_size or max(size) <= _SMALLEST_GIF:
                raise self._refusal(facts.size_bytes)
            width, height = (max(16, 2 * int(side * min(0.9, share) / 2)) for side in size)
            profile = profile.model_copy(update={"width": width, "height": height, "exact": True})

    def fit_pictures(self, profile: Profile) -> Limited:
        """The best quality that fits, at the largest size at which that is a good one."""
        profile = self._sounding(profile)
        if self._estimate(profile) > self.most_bytes:  # copies and all, as it would be made without a limit
            profile = self._choose(profile.model_copy(update={"copies": False}))
        while True:
            facts = self._render(profile)
            if facts.size_bytes <= self.most_bytes:
                return Limited(facts, profile)
            lower = self._lowered(profile, facts.size_bytes)
            if lower is None:
                raise self._refusal(facts.size_bytes)
            profile = lower

    def _sounding(self, profile: Profile) -> Profile:
        """With sound that leaves the most of the file to the picture."""
        audio = profile.audio
        if audio is None or audio.kbps is None or audio.kbps <= _SOUND_SHARE * self._kbps:
            return profile
        lower = [k for k in _SOUND_KBPS if k < audio.kbps]
        fits = [k for k in lower if k <= _SOUND_SHARE * self._kbps]
        return _with_sound(profile, (fits or lower[-1:] or [audio.kbps])[0])

    def _choose(self, profile: Profile) -> Profile:
        """By samples. Raises InvalidInput with the smallest limit that works."""
        smaller = () if self.keeps_size else smaller_sizes(profile, self.timeline.settings)
        sizes = [profile, *smaller]
        for shown in sizes:
            found = self._find_quality(shown, is_last=shown is sizes[-1])
            if found is not None:
                return found
        raise self._refusal(self._estimate(_with_quality(sizes[-1], self._worst(sizes[-1]))))

    def _worst(self, profile: Profile, *, is_last: bool = True) -> int | None:
        qualities = _QUALITIES.get(profile.video.codec) if profile.video is not None else None
        if qualities is None or profile.video is None or profile.video.quality is None:
            return None
        return max(profile.video.quality, qualities.worst if is_last else qualities.good)

    def _find_quality(self, profile: Profile, *, is_last: bool) -> Profile | None:
        """The profile at the best quality that fits, as samples say; None when the worst is still too
        large."""
        worst = self._worst(profile, is_last=is_last)
        if worst is None:
            return profile if self._estimate(profile) <= self.most_bytes else None
        assert profile.video is not None
        assert profile.video.quality is not None
        low, high = profile.video.quality - 1, worst  # `low` is too large, `high` fits
        size = self._estimate(_with_quality(profile, worst))
        if size > self.most_bytes:
            return None
        halving = _QUALITIES[profile.video.codec].halving
        least = low + 1
        while high - low > 1 and size < 0.9 * self.most_bytes:
            better = max(1, int(halving * log2(self.most_bytes / size)))
            tried = max(least, high - better)
            found = self._estimate(_with_quality(profile, tried))
            if found <= self.most_bytes:
                high, size = tried, found
            else:
                low = tried
            least = low + 1 if low < profile.video.quality else (low + high + 1) // 2
        return _with_quality(profile, high)

    def _lowered(self, profile: Profile, size: int) -> Profile | None:
        """What to try after a file was too large; None when nothing is left."""
        worst = self._worst(profile)
        if profile.copies:
            return self._choose(profile.model_copy(update={"copies": False}))
        if worst is not None and profile.video is not None and profile.video.quality is not None:
            halving = _QUALITIES[profile.video.codec].halving
            quality = profile.video.quality + max(1, ceil(halving * log2(size / self.most_bytes)))
            if quality <= worst:
                return _with_quality(profile, quality)
        return None if self.keeps_size else next(smaller_sizes(profile, self.timeline.settings), None)

    def _render(self, profile: Profile) -> RenderFacts:
        return render(
            self.timeline,
            self.files,
            self.out,
            profile,
            subtitles=self.subtitles,
            work=self._folder(),
            report=self.report,
            is_canceled=self.is_canceled,
            limits=self.limits,
            cores=self.cores,
            **self.given,
        )

    def _folder(self) -> Path:
        self._count += 1
        folder = self.work / f"try_{self._count}"
        folder.mkdir()
        return folder

    def _estimate(self, profile: Profile) -> int:
        """About how many bytes the file will have."""
        self.report(0.0, "Looking for a quality that fits")
        asked, limits = self.is_canceled, self.limits
        graph = plan_graph(self.timeline, self.files, profile, is_canceled=asked, limits=limits, **self.given)
        with Feed(graph, self.files, self._cache, self.is_canceled, self.limits) as feed:
            copied = sum(len(p.data) for s in graph.spans if s.copy is not None for p in feed.packets(s))
        pictures = copied + self._encoded_bytes(graph)
        frames = sum(s.frames for s in graph.spans)
        sound = _sound_bytes(profile.audio, self.timeline.duration_ticks) if profile.audio is not None else 0
        return ceil((pictures + sound + frames * _PICTURE_BYTES + _HEAD_BYTES) / _MARGIN)

    def _encoded_bytes(self, graph: RenderGraph) -> int:
        encoded = [s for s in graph.spans if s.copy is None]
        if not encoded:
            return 0
        samples = _spread(encoded)
        keys = {s.key for s in samples}
        missing = [s for s in missing_spans(graph, self._cache) if s.key in keys]
        work = self._folder()
        place_fonts(work)
        progress = FrameProgress(max(1, sum(s.frames for s in missing)))
        with self._cache.pin([(SEGMENTS, key) for key in keys]):
            SpanMaker(
                graph, self.files, self._cache, work, self.limits, self.cores, progress, self._go_on
            ).make(missing, self._go_on)
            found = sum(_segment_bytes(self._cache, s) for s in samples)
        return ceil(found * sum(s.frames for s in encoded) / sum(s.frames for s in samples))

    def _go_on(self) -> None:
        if self.is_canceled():
            raise Canceled("The render was canceled.")

    def _refusal(self, least_bytes: int) -> InvalidInput:
        return _too_small(self.most_bytes, self.timeline.duration_ticks, least_bytes, self.keeps_size)


def _spread(spans: Sequence[Span]) -> list[Span]:
    """At most _MOST_SAMPLES of them, as far from each other as can be."""
    count = min(_MOST_SAMPLES, len(spans))
    return [spans[(2 * n + 1) * len(spans) // (2 * count)] for n in range(count)]


def _segment_bytes(cache: RenderCache, span: Span) -> int:
    return sum(len(p.data) for p in read_segment(cache.path(SEGMENTS, span.key)).packets)


def _with_quality(profile: Profile, quality: int | None) -> Profile:
    assert profile.video is not None
    if quality is None:
        return profile
    return profile.model_copy(update={"video": profile.video.model_copy(update={"quality": quality})})


def _with_sound(profile: Profile, kbps: int | None) -> Profile:
    assert profile.audio is not None
    return profile.model_copy(update={"audio": profile.audio.model_copy(update={"kbps": kbps})})


def _sound_bytes(audio: AudioCoding, duration_ticks: int) -> int:
    """Of sound at its bit rate, or of samples; the packets of coded sound are about 20 ms long."""
    seconds = duration_ticks / TICKS_PER_SECOND
    if audio.kbps is None:
        return ceil(seconds * 48_000 * 2 * audio.bits / 8)
    return ceil(seconds * (audio.kbps * 125 + 50 * _SOUND_BYTES))


def _bytes(kbps: int, duration_ticks: int) -> int:
    return ceil(kbps * 125 * duration_ticks / TICKS_PER_SECOND)


def _too_small(most_bytes: int, duration_ticks: int, least_bytes: int, keeps_size: bool) -> InvalidInput:
    least = _megabytes(least_bytes)
    other = "another width or height, " if keeps_size else ""
    return InvalidInput(
        f"{format_ticks(duration_ticks)} cannot be made to fit into {most_bytes / 1e6:g} MB. The smallest "
        f"limit that works is {least} MB.",
        advice=f"Give {least} MB or more, {other}make several parts, or shorten the video.",
        field="max_megabytes",
        least_megabytes=float(least),
    )


def _megabytes(size: int) -> str:
    """Rounded up to what a person would write, and what is surely enough."""
    return f"{ceil(size / 1e6 * 100) / 100 if size < 10e6 else ceil(size / 1e6 * 10) / 10:g}"
