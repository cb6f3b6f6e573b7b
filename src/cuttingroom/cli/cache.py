"""`cuttingroom cache`: what renders keep so that the next one need not make it again."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from cuttingroom.app import disk_errors
from cuttingroom.cli.output import JsonFlag, Output, format_size, plain_table
from cuttingroom.cli.session import read_settings
from cuttingroom.cli.values import parse_size
from cuttingroom.media.render.cache import KINDS, RenderCache, Stats

group = typer.Typer(help="What renders keep for the next one.", no_args_is_help=True)

NAMES = {
    "segments": "Encoded pictures",
    "sound": "Coded sound",
    "samples": "Decoded sound",
    "indexes": "Indexes of files",
}


def _open() -> RenderCache:
    settings = read_settings()
    with disk_errors():
        return RenderCache(settings.render_cache_folder, settings.render_cache_bytes)


def _stats_json(cache: RenderCache, stats: Stats) -> dict[str, object]:
    return {
        "folder": str(cache.folder),
        "kinds": {k: {"files": stats.files[k], "size_bytes": stats.sizes[k]} for k in KINDS},
        "size_bytes": stats.size_bytes,
        "pinned_bytes": stats.pinned_bytes,
        "limit_bytes": stats.limit_bytes,
    }


@group.command("stats")
def show_stats(is_json: JsonFlag = False) -> None:
    """How much the render cache holds."""
    output = Output.of(is_json)
    cache = _open()
    with disk_errors():
        stats = cache.stats()
    table = plain_table("What", "Files", "Size", right=("Files", "Size"))
    for kind in KINDS:
        table.add_row(NAMES[kind], f"{stats.files[kind]:,}", format_size(stats.sizes[kind]))
    used = f"{format_size(stats.size_bytes)} of {format_size(stats.limit_bytes)} in {cache.folder}"
    in_use = f"; {format_size(stats.pinned_bytes)} in use by running renders" if stats.pinned_bytes else ""
    output.give(_stats_json(cache, stats), table, Text(f"{used}{in_use}"))


@group.command()
def prune(
    to: Annotated[
        str | None,
        typer.Option("--to", help="The size to leave, such as 5GB or 0; else the configured limit."),
    ] = None,
    is_json: JsonFlag = False,
) -> None:
    """Remove what was used longest ago. What a running render needs stays."""
    output = Output.of(is_json)
    limit = parse_size(to, "--to") if to is not None else None
    cache = _open()
    with disk_errors():
        files, removed = cache.prune(limit)
        stats = cache.stats()
    data = {"removed_files": files, "removed_bytes": removed, **_stats_json(cache, stats)}
    output.give(
        data, Text(f"Removed {files:,} files, {format_size(removed)}; {format_size(stats.size_bytes)} stay.")
    )


@group.command()
def verify(is_json: JsonFlag = False) -> None:
    """Read every cached file against its checksum and remove the damaged ones; they are made again."""
    from cuttingroom.media.render.cache_check import check_cache  # loads what other commands need not

    output = Output.of(is_json)
    cache = _open()
    with disk_errors():
        found = check_cache(cache)
    damaged = sum(found.damaged.values())
    kinds = ", ".join(f"{NAMES[k].lower()} {n}" for k, n in found.damaged.items() if n)
    line = f"{found.files:,} files read, {format_size(found.size_bytes)}: "
    line += f"{damaged} damaged and removed ({kinds})." if damaged else "none is damaged."
    data = {
        "files": found.files,
        "size_bytes": found.size_bytes,
        "damaged": damaged,
        "damaged_by_kind": dict(found.damaged),
    }
    output.give(data, Text(line))
