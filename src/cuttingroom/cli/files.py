"""`cuttingroom verify`: a file examined."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from cuttingroom.cli.output import JsonFlag, Output
from cuttingroom.cli.session import read_settings
from cuttingroom.core.errors import MediaFailed
from cuttingroom.media.limits import MediaLimits
from cuttingroom.media.probe import probe

if TYPE_CHECKING:
    from cuttingroom.media.render.verification.verify import Check


def verify(
    file: Annotated[Path, typer.Argument(help="A video or sound file.", show_default=False)],
    is_json: JsonFlag = False,
) -> None:
    """Read, decode and measure a whole file from its first frame to its last."""
    from cuttingroom.media.render.verification.verify import (
        verify as verify_file,  # loads what other commands need not
    )

    output = Output.of(is_json)
    settings = read_settings()
    limits = MediaLimits.of(settings)
    facts = probe(file, limits)
    report = verify_file(file, limits=limits)
    lines = [_line_of(check) for check in report.checks]
    failed = [c.message for c in report.failures if c.severity == "error"]
    data = {"file": str(file), "media": facts.to_json(), **report.to_json()}
    output.give(data, *lines)
    if failed:
        raise MediaFailed(
            f"{file.name} did not pass: {'; '.join(failed)}",
            advice="Make the file again, or bring in another copy of it.",
            file=file.name,
        )


def _line_of(check: Check) -> Text:
    style = {"error": "red", "warning": "yellow"}.get(check.severity, "")
    mark = ("✓ ", "green") if check.passed else ("✗ ", style)
    return Text.assemble(mark, check.message)
