"""Render the timeline to a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, ValidationError

from cuttingroom.core.settings import Settings
from cuttingroom.core.time import TimeRange, format_ticks
from cuttingroom.timeline.excerpt import excerpt
from cuttingroom.timeline.grid import snap_range_inside
from cuttingroom.timeline.model import Timeline
from cuttingroom.tools.base import Made, MadeFile, MakeContext, MakingTool

if TYPE_CHECKING:
    from cuttingroom.media.probe import MediaFacts
    from cuttingroom.media.render.cache import RenderCache
    from cuttingroom.media.render.facts import RenderFacts
    from cuttingroom.media.render.profiles import Profile

DELIVERY, PREVIEW = "delivery", "preview"
_NAMES = {DELIVERY: "the video", PREVIEW: "a preview"}


@dataclass(frozen=True)
class RenderInputs:
    """All that decides what a render comes out as. Files, facts and hashes (SHA-256) are by artifact id."""

    timeline: Timeline
    files: Mapping[str, Path]
    profile: Profile
    facts: Mapping[str, MediaFacts]
    hashes: Mapping[str, str]
    cache: RenderCache


class Render(MakingTool):
    """Make a file of the timeline as it is then, or of a range of it.

    `profile` says what comes out: draft, preview, delivery, youtube, tiktok, podcast, gif, prores and others,
    or one of the person's own. `depth` is how closely the file is checked; left out, the profile says.
    """

    queue = "render"
    needs_timeline = True

    tool: Literal["render"] = "render"
    profile: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")] = DELIVERY
    range: TimeRange | None = None
    depth: Literal["quick", "full"] | None = None

    def check(self, before: Timeline) -> None:
        if self.range is not None:
            snap_range_inside(before, self.range)

    def make(self, context: MakeContext) -> Made:
        from cuttingroom.media.limits import MediaLimits
        from cuttingroom.media.render.run import render

        inputs = self.prepare(
            context.timeline, context.settings, context.files, context.hashes, context.media
        )
        out = context.work / f"render{inputs.profile.suffix}"
        made = render(
            inputs.timeline,
            inputs.files,
            out,
            inputs.profile,
            facts=inputs.facts,
            hashes=inputs.hashes,
            cache=inputs.cache,
            work=context.work,
            report=context.report,
            is_canceled=context.is_canceled,
            limits=MediaLimits.of(context.settings),
            cores=context.settings.cores,
            live=context.live,
        )
        return Made((self._describe_file(out, context.timeline, inputs.profile, made),), facts=_summary(made))

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
        from cuttingroom.media.render.profiles import get_profile

        profile = get_profile(self.profile, settings.profiles_folder)
        shown = timeline if self.range is None else excerpt(timeline, self.range)
        limits = MediaLimits.of(settings)
        facts = {a: _facts_of(path, media.get(a), limits) for a, path in files.items()}
        cache = RenderCache(settings.render_cache_folder, settings.render_cache_bytes)
        return RenderInputs(shown, files, profile, facts, hashes, cache)

    def describe(self, before: Timeline) -> str:
        what = _NAMES.get(self.profile, f"with the profile {self.profile}")
        ticks = self.range.duration_ticks if self.range is not None else before.duration_ticks
        part = f" {self.range}" if self.range is not None else ""
        return f"Render {what}{part} and check it, {format_ticks(ticks)}"

    def _describe_file(self, path: Path, timeline: Timeline, profile: Profile, made: RenderFacts) -> MadeFile:
        depth = self.depth or profile.check
        part = [self.range.start_ticks, self.range.end_ticks] if self.range is not None else None
        return MadeFile(
            path=path,
            artifact_type="render" if profile.check == "full" else "preview",
            mime_type=profile.mime_type,
            name=f"{profile.name[0].upper()}{profile.name[1:]} render",
            duration_ticks=made.duration_ticks,
            width=made.width or None,
            height=made.height or None,
            facts={
                "render": {**made.to_json(), "range": part, "check": depth},
                "state_hash": timeline.state_hash,
            },
            provider="ffmpeg",
            model=made.ffmpeg,
        )


def _facts_of(path: Path, known: Mapping[str, Any] | None, limits: Any) -> MediaFacts:
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
