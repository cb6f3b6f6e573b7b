"""`cuttingroom doctor`: what is installed, which providers work, and what to do about the rest."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import typer
from pydantic import SecretStr
from rich.text import Text

from cuttingroom.app import open_app
from cuttingroom.cli.output import JsonFlag, Output, format_size, plain_table
from cuttingroom.cli.session import read_settings
from cuttingroom.core.errors import CuttingroomError
from cuttingroom.core.settings import Settings
from cuttingroom.media.ffmpeg import ffmpeg_version, find_ffmpeg

LITTLE_SPACE_BYTES = 2 * 10**9


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `needed`: nothing works without it."""

    name: str
    works: bool
    detail: str
    advice: str = ""
    needed: bool = True


def doctor(is_json: JsonFlag = False) -> None:
    """Say what works here and what to do about what does not."""
    output = Output.of(is_json)
    settings = read_settings()
    findings = list(examine(settings))
    table = plain_table("", "What", "Found")
    for finding in findings:
        mark = Text("✓", "green") if finding.works else Text("✗", "red" if finding.needed else "yellow")
        found = Text(finding.detail)
        if finding.advice:
            found.append(f"\n{finding.advice}", style="bright_black")
        table.add_row(mark, finding.name, found)
    good = all(f.works for f in findings if f.needed)
    data = {
        "ok": good,
        "version": version("cuttingroom"),
        "findings": [asdict(f) for f in findings],
        "settings": _show_settings(settings),
    }
    verdict = "Everything that is needed works." if good else "Something that is needed does not work."
    output.give(data, table, Text(f"\n{verdict}", style="bold"))
    if not good:
        raise typer.Exit(1)


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at every part; what fails becomes a finding, never an error."""
    yield Finding("cuttingroom", True, f"{version('cuttingroom')}, Python {platform.python_version()}")
    yield _try("ffmpeg", lambda: f"{ffmpeg_version()}, {find_ffmpeg()}")
    yield _try("database", lambda: _check_database(settings))
    yield _check_space(settings.home)
    yield Finding("processors", True, str(settings.cores or os.cpu_count() or 1))
    try:
        from cuttingroom.providers.catalog import check_providers

        checks = check_providers(settings)
    except CuttingroomError as error:
        yield Finding("providers", False, error.message, error.advice, needed=False)
        return
    for check in checks:
        name = f"{check.capability} ({check.name})"
        yield Finding(name, check.works, check.detail, check.advice, needed=False)


def _try(name: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(name, True, look())
    except CuttingroomError as error:
        return Finding(name, False, error.message, error.advice)
    except Exception as error:  # noqa: BLE001 - a doctor reports what ails a part, whatever it is
        return Finding(name, False, f"{type(error).__name__}: {error}")


def _check_database(settings: Settings) -> str:
    app = open_app(settings)
    try:
        with app.database.transaction():
            kind = "SQLite" if app.database.is_sqlite else "PostgreSQL"
    finally:
        app.close()
    return f"SQLite, {settings.home / 'cuttingroom.db'}" if kind == "SQLite" else kind


def _check_space(folder: Path) -> Finding:
    existing = next((p for p in (folder, *folder.absolute().parents) if p.exists()), Path("/"))
    free = shutil.disk_usage(existing).free
    advice = "" if free > LITTLE_SPACE_BYTES else "Videos need room: free some, or move CUTTINGROOM_HOME."
    return Finding("disk", free > LITTLE_SPACE_BYTES, f"{format_size(free)} free for {folder}", advice, False)


def _show_settings(settings: Settings) -> dict[str, object]:
    """The settings without their secrets; a password in the database's address is one."""
    shown: dict[str, object] = {}
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            value = "set"
        elif isinstance(value, Path):
            value = str(value)
        shown[name] = value
    if settings.database_url:
        shown["database_url"] = "set"
    return shown
