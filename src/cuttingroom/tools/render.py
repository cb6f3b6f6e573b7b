"""Render the timeline to a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, ValidationError

from cuttingroom.core.errors import InvalidInput
from cuttingroom.core.settings import Settings
from cuttingroom.core.time import TimeRange, format_ticks
from cuttingroom.timeline.excerpt import excerpt
from cuttingroom.timeline.grid import snap_range_inside
from cuttingroom.timeline.model import FILMED, Timeline, TrackKind
from cuttingroom.tools.base import Made, MadeFile, MakeContext, MakingTool
from cuttingroom.tools.parts import Parts

if TYPE_CHECKING:
    from cuttingroom.media.limits import MediaLimits
    from cuttingroom.media.probe import MediaFacts
    from cuttingroom.media.render.attached import Subtitles
    from cuttingroom.media.render.cache import RenderCache
    from cuttingroom.media.render.facts import RenderFacts
    from cuttingroom.media.render.profiles import Profile

DELIVERY, PREVIEW = "delivery", "preview"
MEGABYTE = 1_000_000
"""The smaller of the two things that people call so: what fits is under the limit of both."""
_NAMES = {DELIVERY: "the video", PREVIEW: "a preview"}

CaptionsMode = Literal["burn", "attach", "omit"]
_CAPTIONS: Mapping[CaptionsMode, str] = {"attach": "captions as a track", "omit": "without captions"}

Side = Annotated[int, Field(ge=16, le=8192, multiple_of=2)]
"""Of a picture in pixels: even, as halved colour needs."""


@dataclass(frozen=True)
class RenderInputs:
    """All that decides what a render comes out as. Files, facts and hashes (SHA-256) are by artifact id."""

    timeline: Timeline
    files: Mapping[str, Path]
    profile: Profile
    facts: Mapping[str, MediaFacts]
    hashes: Mapping[str, str]
    cache: RenderCache
    subtitles: tuple[Subtitles, ...] = ()


class Render(MakingTool):
    """Make a file of the timeline as it is then, or of a range of it, or one file for each of its parts.

    `profile` says what comes out: draft, preview, delivery, youtube, tiktok, podcast, gif, prores and others,
    or one of the person's own. `max_megabytes` (of 1,000,000 bytes) bounds each file: quality and, where
    `width` and `height` leave it free, the size of the picture are lowered until it fits. Of `width` and
    `height` in pixels one is enough: the shape is kept. `depth` is how closely the file is checked; left out,
    the profile says. Captions are burned into the picture, attached as tracks that a player shows or hides,
    or left out.
    """

    queue = "render"
    needs_timeline = True

    tool: Literal["render"] = "render"
    profile: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")] = DELIVERY
    range: TimeRange | None = None
    depth: Literal["quick", "full"] | None = None
    max_megabytes: Annotated[float, Field(gt=0, le=10_000_000)] | None = None
    width: Side | None = None
    height: Side | None = None
    parts: Parts | None = None
    captions: CaptionsMode = "burn"

    def check(self, before: Timeline) -> None:
        if self.captions == "attach" and not any(
            t.elements for t in before.tracks if t.kind is TrackKind.CAPTIONS
        ):
            raise InvalidInput("There are no captions to attach.", advice="Add captions first.")
        self.list_ranges(before)

    def check_profile(self, before: Timeline, folder: Path | None) -> None:
        """Raise what the profile has against this call: NotFound for an unknown one with near names,
        InvalidInput for a size it has not or a limit that no file of this length can keep."""
        from cuttingroom.media.render.limited import check_limit

        profile = self._profile(before, folder)
        if self.max_megabytes is not None:
            for part in self.list_ranges(before):
                check_limit(profile, part.duration_ticks, self.most_bytes, keeps_size=self.keeps_size)

    def list_ranges(self, timeline: Timeline) -> tuple[TimeRange, ...]:
        """What of the timeline goes into each file. Raises EditRefused or InvalidInput."""
        whole = TimeRange(start_ticks=0, duration_ticks=max(1, timeline.duration_ticks))
        if self.range is not None:
            whole = snap_range_inside(timeline, self.range)
        return self.parts.ranges(whole, timeline.rate) if self.parts is not None else (whole,)

    def make(self, context: MakeContext) -> Made:
        inputs = self.prepare(
            context.timeline, context.settings, context.files, context.hashes, context.media
        )
        if self.parts is None:
            made = _render(self, inputs, context, context.work / f"render{inputs.profile.suffix}")
            return Made(
                (self._describe_file(made, context.timeline, inputs.profile, self.range),),
                facts=_summary(made.facts),
            )
        return self._make_parts(inputs, context)

    def _make_parts(self, inputs: RenderInputs, context: MakeContext) -> Made:
        ranges = self.list_ranges(context.timeline)
        files: list[MadeFile] = []
        for n, part in enumerate(ranges, 1):
            work = context.work / f"part_{n}"
            work.mkdir()
            shown = self._shown(inputs, excerpt(context.timeline, part))
            doing = replace(context, work=work, report=_share(context.report, n, len(ranges)), live=None)
            made = _render(self, shown, doing, work / f"part{inputs.profile.suffix}")
            number = (n, len(ranges))
            files.append(self._describe_file(made, context.timeline, inputs.profile, part, number))
        return Made(tuple(files), facts={"parts": [[r.start_ticks, r.end_ticks] for r in ranges]})

    def prepare(
        self,
        timeline: Timeline,
        settings: Settings,
        files: Mapping[str, Path],
        hashes: Mapping[str, str],
        media: Mapping[str, Mapping[str, Any]],
    ) -> RenderInputs:
        """What is rendered of `timeline`, by which profile, with which cache.

        `media` is what is known about files, as JSON; the others are looked at. Raises NotFound for an
        unknown profile with near names, InvalidInput for a wrong one, MediaRefused.
        """
        from cuttingroom.media.limits import MediaLimits
        from cuttingroom.media.render.cache import RenderCache

        profile = self._profile(timeline, settings.profiles_folder)
        shown = timeline if self.range is None else excerpt(timeline, self.range)
        facts = facts_of_played(timeline, files, media, MediaLimits.of(settings))
        cache = RenderCache(settings.render_cache_folder, settings.render_cache_bytes)
        return self._shown(RenderInputs(shown, files, profile, facts, hashes, cache), shown)

    def _shown(self, inputs: RenderInputs, timeline: Timeline) -> RenderInputs:
        """The same for another timeline, whose captions go where they are wanted."""
        from cuttingroom.media.render.attached import attached_captions, without_captions

        if self.captions == "burn":
            return replace(inputs, timeline=timeline)
        subtitles = attached_captions(timeline) if self.captions == "attach" else ()
        return replace(inputs, timeline=without_captions(timeline), subtitles=subtitles)

    @property
    def keeps_size(self) -> bool:
        return self.width is not None or self.height is not None

    @property
    def most_bytes(self) -> int:
        return int((self.max_megabytes or 0) * MEGABYTE)

    def _profile(self, timeline: Timeline, folder: Path | None) -> Profile:
        from cuttingroom.media.render.profiles import get_profile
        from cuttingroom.media.render.sizes import with_size

        profile = get_profile(self.profile, folder)
        if not self.keeps_size:
            return profile
        return with_size(profile, timeline.settings, self.width, self.height)

    def describe(self, before: Timeline) -> str:
        what = _NAMES.get(self.profile, f"with the profile {self.profile}")
        ticks = self.range.duration_ticks if self.range is not None else before.duration_ticks
        part = f" {self.range}" if self.range is not None else ""
        return f"Render {what}{part}{self._describe_wishes()} and check it, {format_ticks(ticks)}"

    def _describe_wishes(self) -> str:
        sides = {(True, True): f"{self.width}x{self.height}", (True, False): f"{self.width} pixels wide"}
        size = sides.get((self.width is not None, self.height is not None), f"{self.height} pixels high")
        said = [f"at {size}"] if self.keeps_size else []
        said += [str(self.parts)] if self.parts is not None else []
        if self.max_megabytes is not None:
            said.append(f"at most {self.max_megabytes:g} MB{' each' if self.parts else ''}")
        said += [_CAPTIONS[self.captions]] if self.captions != "burn" else []
        return "".join(f", {words}" for words in said)

    def _describe_file(
        self,
        made: _Rendered,
        timeline: Timeline,
        profile: Profile,
        part: TimeRange | None,
        number: tuple[int, int] | None = None,
    ) -> MadeFile:
        facts = made.facts
        notes = [*facts.notes, *(_cut_joins(timeline, part) if part is not None else ())]
        render = {
            **facts.to_json(),
            "notes": notes,
            "range": [part.start_ticks, part.end_ticks] if part is not None else None,
            "check": self.depth or profile.check,
            "captions": self.captions,
        }
        if number is not None and number[1] > 1:
            render["part"] = list(number)
        if self.max_megabytes is not None:
            video, audio = made.profile.video, made.profile.audio
            render["most_bytes"] = self.most_bytes
            render["quality"] = video.quality if video is not None else None
            render["sound_kbps"] = audio.kbps if audio is not None else None
        name = f"{profile.name[0].upper()}{profile.name[1:]} render"
        return MadeFile(
            path=made.path,
            artifact_type="render" if profile.check == "full" else "preview",
            mime_type=profile.mime_type,
            name=f"{name}{_of(number)}",
            duration_ticks=facts.duration_ticks,
            width=facts.width or None,
            height=facts.height or None,
            facts={"render": render, "state_hash": timeline.state_hash},
            provider="ffmpeg",
            model=facts.ffmpeg,
        )


@dataclass(frozen=True)
class _Rendered:
    path: Path
    facts: RenderFacts
    profile: Profile


def _render(call: Render, inputs: RenderInputs, context: MakeContext, out: Path) -> _Rendered:
    """One file. Raises as `media.render.run.render` does."""
    from cuttingroom.media.limits import MediaLimits
    from cuttingroom.media.render.limited import render_within
    from cuttingroom.media.render.run import render

    options: dict[str, Any] = {
        "facts": inputs.facts,
        "hashes": inputs.hashes,
        "cache": inputs.cache,
        "work": context.work,
        "report": context.report,
        "is_canceled": context.is_canceled,
        "limits": MediaLimits.of(context.settings),
        "cores": context.settings.cores,
        "subtitles": inputs.subtitles,
    }
    if call.max_megabytes is None:
        facts = render(inputs.timeline, inputs.files, out, inputs.profile, live=context.live, **options)
        return _Rendered(out, facts, inputs.profile)
    keeps = call.keeps_size
    made = render_within(
        call.most_bytes, inputs.timeline, inputs.files, out, inputs.profile, keeps_size=keeps, **options
    )
    return _Rendered(out, made.facts, made.profile)


def _cut_joins(timeline: Timeline, part: TimeRange) -> Iterator[str]:
    """What a person should know about the edges of a part: a transition needs both of its sides."""
    for track in timeline.tracks:
        starts = {e.id: e.start_ticks for e in track.elements}
        for join in track.transitions:
            begin = starts[join.right_id]
            for edge in (part.start_ticks, part.end_ticks):
                if begin < edge < begin + join.duration_ticks:
                    yield f"The transition at {format_ticks(begin)} is a straight cut at this file's edge"


def _share(report: Callable[[float, str], None], n: int, of: int) -> Callable[[float, str], None]:
    return lambda share, note: report((n - 1 + share) / of, f"Part {n} of {of}: {note}")


def _of(number: tuple[int, int] | None) -> str:
    return f", part {number[0]} of {number[1]}" if number is not None and number[1] > 1 else ""


def facts_of_played(
    timeline: Timeline,
    files: Mapping[str, Path],
    media: Mapping[str, Mapping[str, Any]],
    limits: MediaLimits,
) -> dict[str, MediaFacts]:
    """Of the files that are seen or heard, by artifact id; others are no media, such as tables of colours."""
    elements = [e for t in timeline.tracks for e in t.elements]
    played = {e.source.artifact_id for e in elements if isinstance(e.source, FILMED)}
    return {a: _facts_of(files[a], media.get(a), limits) for a in files if a in played}


def _facts_of(path: Path, known: Mapping[str, Any] | None, limits: MediaLimits) -> MediaFacts:
    """What was found when the file came in, or what is found now: made files carry no facts."""
    from cuttingroom.media.probe import MediaFacts, probe

    if known is None:
        return probe(path, limits)
    fields = {name: value for name, value in known.items() if name in MediaFacts.model_fields}
    try:
        return MediaFacts.model_validate(fields)
    except ValidationError:  # written by a version that knew less about files
        return probe(path, limits)


def _summary(made: RenderFacts) -> dict[str, Any]:
    """What the ledger keeps of a render."""
    names = ("profile", "copied_frames", "reused_frames", "encoded_frames", "spans")
    return {
        "frames": made.frame_count,
        **{name: getattr(made, name) for name in names},
        "chapters": len(made.chapters),
        "notes": list(made.notes),
    }
