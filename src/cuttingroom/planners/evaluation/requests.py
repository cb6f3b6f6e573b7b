"""Requests as people write them, each with the calls that are right or the question that is: files in TOML.

    [[request]]
    say = "cut the first 10 seconds"
    on = "talk"
    items = [ { tool = "remove_ranges", ranges = [[0, 10]] } ]

`items` are the calls in order with the fields that matter; `or_items` another right list; `asks` words of
which one must stand in a question. The worlds stand in the same file, or in the one that `worlds =
"worlds.toml"` names."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from cuttingroom.core.errors import InvalidInput
from cuttingroom.core.time import Frozen
from cuttingroom.planners.evaluation.worlds import Worlds


class Request(Frozen):
    """What is said, and what is right: `items` or `or_items`, `asks` alone, or both."""

    say: str
    on: str
    items: tuple[dict[str, Any], ...] = ()
    or_items: tuple[dict[str, Any], ...] = ()
    asks: tuple[str, ...] = ()


class RequestFile(Frozen):
    """The requests of one file and their worlds."""

    worlds: Worlds
    requests: tuple[Request, ...] = Field(min_length=1)


def read_requests(path: Path) -> RequestFile:
    """Raises InvalidInput naming the file, the request and what is wrong with it."""
    data = _read(path)
    described = data
    if isinstance(data.get("worlds"), str):
        described = _read(path.parent / data["worlds"])
    worlds = {name: described[name] for name in ("worlds", "files", "shared") if name in described}
    try:
        return RequestFile(worlds=Worlds.model_validate(worlds), requests=tuple(data.get("request", ())))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InvalidInput(f"{path.name}: {place}: {first['msg']}.", field="file") from error


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidInput(f"{path} cannot be read: {error}", field="file") from error
