"""`cuttingroom render --explain`: which parts a render would copy, take from the cache or encode, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text

from cuttingroom.app import disk_errors
from cuttingroom.cli.output import Output, plain_table
from cuttingroom.cli.session import Session
from cuttingroom.core.time import format_ticks
from cuttingroom.storage.tables import Project
from cuttingroom.studio.rendering import files_of
from cuttingroom.studio.timelines import current_timeline
from cuttingroom.tools.render import Render
from cuttingroom.workflows.making import known_hashes, known_media, local_files

if TYPE_CHECKING:
    from cuttingroom.media.render.outline import RenderOutline

_STYLES = {"copied": "green", "cached": "cyan", "encoded": "yellow"}


def explain_render(session: Session, output: Output, project: Project, call: Render) -> None:
    """Show what `call` would do now. Raises what the render would raise at its start."""
    from cuttingroom.media.render.outline import outline_render  # loads what other commands need not

    timeline = current_timeline(project)
    with session.app.database.transaction() as rows:
        artifacts = files_of(rows, project.id, call, timeline)
    with disk_errors():
        inputs = call.prepare(
            timeline,
            session.settings,
            local_files(session.app, artifacts),
            known_hashes(artifacts),
            known_media(artifacts),
        )
        outline = outline_render(
            inputs.timeline,
            inputs.files,
            inputs.profile,
            facts=inputs.facts,
            hashes=inputs.hashes,
            cache=inputs.cache,
        )
    data = {"project_id": project.id, "version": project.version, **outline.to_json()}
    output.give(data, *_lines(outline))


def _lines(outline: RenderOutline) -> Iterator[RenderableType]:
    table = plain_table("Time", "Frames", "How", "Key", "Why not copied", right=("Frames",))
    for span in outline.spans:
        times = f"{format_ticks(span.start_ticks)}-{format_ticks(span.end_ticks)}"
        how = Text(span.origin, _STYLES[span.origin])
        table.add_row(times, f"{span.frames:,}", how, span.key[:12], span.why)
    if outline.spans:
        yield table
        words = {"copied": "copied from the source", "cached": "from the cache", "encoded": "to be encoded"}
        counts = [f"{n:,} {words[o]}" for o in ("copied", "cached", "encoded") if (n := outline.count(o))]
        frames = sum(s.frames for s in outline.spans)
        yield Text(f"{len(outline.spans):,} spans, {frames:,} frames: {', '.join(counts)}.", "bold")
    if outline.sound_chunks:
        missing = outline.sound_chunks - outline.cached_sound_chunks
        yield Text(f"Sound: {outline.sound_chunks:,} chunks, {missing:,} of them to be made.", "bold")
