"""All tools, edits and making tools alike: one list, one schema, one way to read a call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Union, cast

from pydantic import Field, TypeAdapter, ValidationError

from cuttingroom.core.errors import InvalidInput
from cuttingroom.core.text import clean_text
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.edits.catalog import ALL_EDITS, EDITS_BY_NAME, PLANNED_EDITS, is_edit, parse_edit
from cuttingroom.tools.base import MakingTool
from cuttingroom.tools.export_captions import ExportCaptions
from cuttingroom.tools.find_beats import FindBeats
from cuttingroom.tools.find_breaths import FindBreaths
from cuttingroom.tools.find_scenes import FindScenes
from cuttingroom.tools.find_silences import FindSilences
from cuttingroom.tools.make_music import MakeMusic
from cuttingroom.tools.make_still import MakeStill
from cuttingroom.tools.make_thumbnail import MakeThumbnail
from cuttingroom.tools.measure_loudness import MeasureLoudness
from cuttingroom.tools.render import Render
from cuttingroom.tools.transcribe import Transcribe
from cuttingroom.tools.verify import Verify

ALL_MAKING_TOOLS: tuple[type[MakingTool], ...] = (
    FindBeats,
    FindBreaths,
    ExportCaptions,
    FindScenes,
    FindSilences,
    MakeMusic,
    MakeStill,
    MakeThumbnail,
    MeasureLoudness,
    Render,
    Transcribe,
    Verify,
)
ALL_TOOLS = (*ALL_EDITS, *ALL_MAKING_TOOLS)

PLANNED_TOOLS = (*PLANNED_EDITS, ExportCaptions, MakeMusic, MakeStill, MakeThumbnail, Render)
"""What a planner may propose; the others are the program's own (analyses, checks, undo)."""

MAKING_BY_NAME = {t.model_fields["tool"].default: t for t in ALL_MAKING_TOOLS}
if len(MAKING_BY_NAME.keys() | EDITS_BY_NAME.keys()) != len(ALL_TOOLS):
    raise RuntimeError("two tools have the same name")

PlannedCall = Annotated[Union[PLANNED_TOOLS], Field(discriminator="tool")]  # pyright: ignore[reportInvalidTypeForm] # noqa: UP007


def parse_call(data: Mapping[str, Any]) -> Edit | MakingTool:
    """The call that `data` describes. InvalidInput names the tool, the field and the reason."""
    name = name_of_tool(data)
    if is_edit(name):
        return parse_edit(data)
    if name not in MAKING_BY_NAME:
        known = ", ".join(sorted((*EDITS_BY_NAME, *MAKING_BY_NAME)))
        raise InvalidInput(f"There is no tool {name!r}.", advice=f"The tools are: {known}.", tool=name)
    try:
        return MAKING_BY_NAME[name].model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        field = ".".join(str(p) for p in first["loc"]) or "values"
        reason = first["msg"].removeprefix("Value error, ")
        raise InvalidInput(f"{name}: {field}: {reason}.", tool=name, field=field) from error


def name_of_tool(data: Mapping[str, Any]) -> str:
    """What a call says its tool is, in at most 60 characters of text; "unknown" when that is no text."""
    name = data.get("tool")
    return clean_text(name)[:60] if isinstance(name, str) else "unknown"


def parse_making_call(data: dict[str, Any]) -> MakingTool:
    call = parse_call(data)
    if not isinstance(call, MakingTool):
        raise InvalidInput(f"{call.tool} is an edit and makes nothing.", tool=call.tool)
    return call


def tool_schema() -> dict[str, Any]:
    """JSON schema of any call that a planner may propose, for models and clients."""
    adapter: TypeAdapter[Any] = TypeAdapter(PlannedCall)  # pyright: ignore[reportArgumentType, reportUnknownVariableType]
    return adapter.json_schema()


def queue_of(tool_name: str) -> str:
    """The engine's queue on which a making tool runs."""
    return MAKING_BY_NAME[tool_name].queue


def resolve_references(value: Any, made_by: Callable[[int], dict[str, Any]]) -> Any:
    """`value` with every `{"from_item": n}` replaced by what `made_by(n)` gives."""
    if isinstance(value, dict):
        parts = cast(dict[str, Any], value)
        if parts.keys() == {"from_item"}:
            return made_by(parts["from_item"])
        return {key: resolve_references(part, made_by) for key, part in parts.items()}
    if isinstance(value, list):
        return [resolve_references(part, made_by) for part in cast(list[Any], value)]
    return value
