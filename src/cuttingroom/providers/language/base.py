"""What a language model promises."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Protocol

from pydantic import Field

from cuttingroom.core.time import Frozen
from cuttingroom.providers.base import Capability, Outcome, ProviderInfo, Usage

FinishReason = Literal["stop", "length", "other"]


class Message(Frozen):
    role: Literal["user", "assistant"] = "user"
    text: Annotated[str, Field(min_length=1)]


class LanguageRequest(Frozen):
    """A conversation to complete. With `output_schema` (JSON schema of an object) the answer is such JSON.

    `temperature` None leaves it to the model: some models refuse any other.
    """

    system: str = ""
    messages: Annotated[tuple[Message, ...], Field(min_length=1)]
    output_schema: dict[str, Any] | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    max_tokens: Annotated[int, Field(ge=1)] = 4096


class LanguageResult(Frozen):
    """`text` as it was written; `value` the parsed JSON, checked against the schema, if one was asked for."""

    text: str
    value: Any = None
    usage: Usage = Usage()
    model: str
    response_id: str | None = None
    finish_reason: FinishReason = "stop"


class LanguageModel(Protocol):
    """Text for text.

    Raises ProviderBusy, ProviderRefused, and ProviderBroken for an answer that is empty, cut off, not JSON or
    not of the schema.
    """

    @property
    def info(self) -> ProviderInfo: ...

    def complete(self, request: LanguageRequest) -> LanguageResult: ...


LANGUAGE: Capability[LanguageRequest, LanguageResult] = Capability(
    name="language",
    operation="chat",
    method="complete",
    fingerprint=lambda request: request.model_dump(mode="json"),
    outcome=lambda _, result: Outcome(
        usage=result.usage,
        response_model=result.model,
        response_id=result.response_id,
        finish_reasons=(result.finish_reason,),
    ),
    encode=lambda result: result.model_dump(mode="json"),
    decode=LanguageResult.model_validate,
)
