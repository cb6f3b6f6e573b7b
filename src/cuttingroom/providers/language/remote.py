"""Language models behind OpenAI-compatible servers (also Ollama and vLLM) and behind Anthropic."""

from __future__ import annotations

import json
from typing import Any

from cuttingroom.core.errors import InvalidInput, ProviderBroken, ProviderRefused
from cuttingroom.providers.base import ProviderInfo, Usage
from cuttingroom.providers.endpoints import Endpoint, Vendor, open_anthropic, open_openai
from cuttingroom.providers.failures import provider_failures
from cuttingroom.providers.language.answers import read_json
from cuttingroom.providers.language.base import FinishReason, LanguageRequest, LanguageResult

VENDORS: tuple[Vendor, ...] = ("openai", "anthropic", "ollama")
_ANSWER_TOOL = "answer"


def split_model_name(name: str) -> tuple[Vendor, str]:
    """`openai:gpt-x` as vendor and model. Raises InvalidInput for an unknown vendor or no model."""
    prefix, _, model = name.partition(":")
    vendor: Vendor | None = next((known for known in VENDORS if known == prefix), None)
    if vendor is None or not model:
        raise InvalidInput(
            f"{name!r} names no language model.", advice="Use openai:NAME, anthropic:NAME or ollama:NAME."
        )
    return vendor, model


class OpenAILanguageModel:
    """Chat completions; JSON through `response_format`."""

    def __init__(self, endpoint: Endpoint, model: str) -> None:
        self._endpoint = endpoint
        self.info = _info(endpoint, model)

    def complete(self, request: LanguageRequest) -> LanguageResult:
        with provider_failures(self.info.name), open_openai(self._endpoint) as client:
            answer = client.chat.completions.create(**self._arguments(request))
            choice = answer.choices[0]
            return self._result(request, answer, choice)

    def _arguments(self, request: LanguageRequest) -> dict[str, Any]:
        system = [{"role": "system", "content": request.system}] if request.system else []
        messages = [{"role": message.role, "content": message.text} for message in request.messages]
        # OpenAI renamed the limit and its newer models refuse the old name; compatible servers know no other.
        limit = "max_completion_tokens" if self._endpoint.name == "openai" else "max_tokens"
        arguments: dict[str, Any] = {
            "model": self.info.model,
            "messages": [*system, *messages],
            limit: request.max_tokens,
        }
        if request.temperature is not None:
            arguments["temperature"] = request.temperature
        if request.output_schema is not None:
            schema = {"name": _ANSWER_TOOL, "schema": request.output_schema}
            arguments["response_format"] = {"type": "json_schema", "json_schema": schema}
        return arguments

    def _result(self, request: LanguageRequest, answer: Any, choice: Any) -> LanguageResult:
        if choice.finish_reason == "content_filter" or getattr(choice.message, "refusal", None):
            raise ProviderRefused(f"{self.info.name} refused to answer.", provider=self.info.name)
        finish: FinishReason = choice.finish_reason if choice.finish_reason in ("stop", "length") else "other"
        text = _require_text(choice.message.content, self.info.name)
        usage = answer.usage
        return LanguageResult(
            text=text,
            value=_parse(request, text, self.info.name, finish),
            usage=Usage(
                input_tokens=usage.prompt_tokens if usage else 0,
                output_tokens=usage.completion_tokens if usage else 0,
            ),
            model=answer.model or self.info.model,
            response_id=answer.id,
            finish_reason=finish,
        )


class AnthropicLanguageModel:
    """Messages; JSON through a tool that the model must call."""

    def __init__(self, endpoint: Endpoint, model: str) -> None:
        self._endpoint = endpoint
        self.info = _info(endpoint, model)

    def complete(self, request: LanguageRequest) -> LanguageResult:
        with provider_failures(self.info.name), open_anthropic(self._endpoint) as client:
            answer = client.messages.create(**self._arguments(request))
            return self._result(request, answer)

    def _arguments(self, request: LanguageRequest) -> dict[str, Any]:
        arguments: dict[str, Any] = {
            "model": self.info.model,
            "max_tokens": request.max_tokens,
            "messages": [{"role": message.role, "content": message.text} for message in request.messages],
        }
        if request.system:
            arguments["system"] = request.system
        if request.temperature is not None:
            arguments["temperature"] = request.temperature
        if request.output_schema is not None:
            arguments["tools"] = [{"name": _ANSWER_TOOL, "input_schema": request.output_schema}]
            arguments["tool_choice"] = {"type": "tool", "name": _ANSWER_TOOL}
        return arguments

    def _result(self, request: LanguageRequest, answer: Any) -> LanguageResult:
        if answer.stop_reason == "refusal":
            raise ProviderRefused(f"{self.info.name} refused to answer.", provider=self.info.name)
        finish: FinishReason = "length" if answer.stop_reason == "max_tokens" else "stop"
        text = _anthropic_text(answer, wants_json=request.output_schema is not None)
        text = _require_text(text, self.info.name)
        return LanguageResult(
            text=text,
            value=_parse(request, text, self.info.name, finish),
            usage=Usage(input_tokens=answer.usage.input_tokens, output_tokens=answer.usage.output_tokens),
            model=answer.model or self.info.model,
            response_id=answer.id,
            finish_reason=finish,
        )


def _anthropic_text(answer: Any, *, wants_json: bool) -> str:
    if wants_json:
        calls = [block.input for block in answer.content if block.type == "tool_use"]
        return json.dumps(calls[0]) if calls else ""
    return "".join(block.text for block in answer.content if block.type == "text")


def _info(endpoint: Endpoint, model: str) -> ProviderInfo:
    return ProviderInfo(capability="language", name=endpoint.name, model=model, is_local=endpoint.is_local)


def _require_text(text: Any, provider: str) -> str:
    if not isinstance(text, str) or not text.strip():
        raise ProviderBroken(f"{provider} gave an empty answer.", provider=provider)
    return text


def _parse(request: LanguageRequest, text: str, provider: str, finish: FinishReason) -> Any:
    if request.output_schema is None:
        return None
    return read_json(text, request.output_schema, provider=provider, was_cut=finish == "length")
