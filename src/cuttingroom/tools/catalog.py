"""All tools, edits and making tools alike: one list, one schema, one way to read a call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Union

from pydantic import Field, TypeAdapter, ValidationError

from cuttingroom.core.errors import InvalidInput
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.edits.catalog import ALL_EDITS
from cuttingroom.tools.base import MakingTool
from cuttingroom.tools.find_scenes import FindScenes
from cuttingroom.tools.find_silences import FindSilences
from cuttingroom.tools.make_music import MakeMusic
from cuttingroom.tools.render import Render
from cuttingroom.tools.transcribe import Transcribe
from cuttingroom.tools.verify import Verify

ALL_MAKING_TOOLS: tuple[type[MakingTool], ...] = (
    FindScenes,
    FindSilences,
    MakeMusic,
    Render,
    Transcribe,
    Verify,
)
ALL_TOOLS = (*ALL_EDITS, *ALL_MAKING_TOOLS)

_BY_NAME: dict[str, type[Edit] | type[MakingTool]] = {t.model_fields["tool"].default: t for t in ALL_TOOLS}
if len(_BY_NAME) != len(ALL_TOOLS):
    raise RuntimeError("two tools have the same name")

EDIT_NAMES = frozenset(t.model_fields["tool"].default for t in ALL_EDITS)

ToolCall = Annotated[Union[ALL_TOOLS], Field(discriminator="tool")]  # type: ignore[valid-type]  # built from the list
_ADAPTER: TypeAdapter[Edit | MakingTool] = TypeAdapter(ToolCall)


def parse_call(data: dict[str, Any]) -> Edit | MakingTool:
    """The call that `data` describes. InvalidInput names the tool, the field and the reason."""
    name = data.get("tool")
    if name not in _BY_NAME:
        known = ", ".join(sorted(_BY_NAME))
        raise InvalidInput(f"There is no tool {name!r}.", advice=f"The tools are: {known}.", tool=str(name))
    try:
        return _BY_NAME[name].model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        field = ".".join(str(p) for p in first["loc"]) or "call"
        raise InvalidInput(f"{name}: {field}: {first['msg']}", tool=name, field=field) from error


def parse_making_call(data: dict[str, Any]) -> MakingTool:
    call = parse_call(data)
    if not isinstance(call, MakingTool):
        raise InvalidInput(f"{call.tool} is an edit and makes nothing.", tool=call.tool)
    return call


def tool_schema() -> dict[str, Any]:
    """JSON schema of any tool call, for models and clients."""
    return _ADAPTER.json_schema()


def queue_of(tool_name: str) -> str:
    """The engine's queue on which a making tool runs."""
    tool = _BY_NAME[tool_name]
    assert issubclass(tool, MakingTool)
    return tool.queue


def resolve_references(value: Any, made_by: Callable[[int], dict[str, Any]]) -> Any:
    """`value` with every `{"from_item": n}` replaced by what `made_by(n)` gives."""
    if isinstance(value, dict):
        if set(value) == {"from_item"}:
            return made_by(value["from_item"])
        return {key: resolve_references(item, made_by) for key, item in value.items()}
    if isinstance(value, list):
        return [resolve_references(item, made_by) for item in value]
    return value


def has_references(value: Any) -> bool:
    """Whether a call stands on what an earlier item will make."""
    if isinstance(value, dict):
        return set(value) == {"from_item"} or any(has_references(v) for v in value.values())
    return isinstance(value, list) and any(has_references(v) for v in value)
