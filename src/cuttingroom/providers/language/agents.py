"""pydantic-ai models and agents for planners, with our endpoints, our failures and our records.

pydantic-ai costs most of a second to import, so it is imported when it is needed. `Agent.run_sync` fails
inside a running loop and leaks connections: agents run here, on a loop of their own.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from cuttingroom.core import clock
from cuttingroom.core.errors import ProviderError
from cuttingroom.core.settings import Settings
from cuttingroom.providers.base import CallRecord, CallRecorder, Outcome, ProviderInfo, Usage
from cuttingroom.providers.endpoints import Endpoint, get_endpoint
from cuttingroom.providers.failures import provider_failures
from cuttingroom.providers.language.remote import split_model_name
from cuttingroom.providers.wrappers import CostCap, RateLimit, make_record

if TYPE_CHECKING:
    from pydantic_ai import Agent
    from pydantic_ai.models import Model
    from pydantic_ai.run import AgentRunResult
    from pydantic_ai.settings import ModelSettings

D = TypeVar("D")
O = TypeVar("O")  # noqa: E741
T = TypeVar("T")


def describe_model(settings: Settings, name: str) -> ProviderInfo:
    """Who `openai:NAME`, `anthropic:NAME` or `ollama:NAME` is, without importing anything."""
    vendor, model = split_model_name(name)
    endpoint = get_endpoint(settings, vendor)
    return ProviderInfo(capability="language", name=endpoint.name, model=model, is_local=endpoint.is_local)


def build_model(settings: Settings, name: str) -> Model:
    """A pydantic-ai model for `openai:NAME`, `anthropic:NAME` or `ollama:NAME`; its SDK does not retry.

    Raises InvalidInput for a wrong name and ProviderMissing when the vendor is not configured.
    """
    vendor, model = split_model_name(name)
    endpoint = get_endpoint(settings, vendor)
    return _anthropic_model(endpoint, model) if vendor == "anthropic" else _openai_model(endpoint, model)


def run_agent(
    agent: Agent[D, O],
    prompt: str,
    *,
    info: ProviderInfo,
    request_hash: str,
    record: CallRecorder | None = None,
    cap: CostCap | None = None,
    rate: RateLimit | None = None,
    **options: Any,
) -> AgentRunResult[O]:
    """Run an agent to its end, also from inside a running loop, and leave one record of what it used.

    `options` go to `Agent.run` (deps, message_history, usage_limits, ...). One record stands for all requests
    of the run. Raises ProviderBusy, ProviderRefused, ProviderBroken and CostCapReached.
    """
    if cap is not None:
        cap.check(info)
    if rate is not None and not info.is_local:
        rate.wait()
    started = clock.monotonic()
    try:
        with agent_failures(info.name):
            result = _run_alone(_run(agent, prompt, options))
    except ProviderError as error:
        _leave(record, info, request_hash, started, Outcome(), error)
        raise
    _leave(record, info, request_hash, started, read_outcome(result))
    return result


@contextmanager
def agent_failures(provider: str) -> Iterator[None]:
    """Failures of pydantic-ai and its SDKs as ProviderBusy, ProviderRefused or ProviderBroken."""
    with provider_failures(provider):
        yield


def read_outcome(result: AgentRunResult[Any]) -> Outcome:
    """What a finished run used, over all of its requests."""
    usage, response = result.usage, result.response
    return Outcome(
        usage=Usage(input_tokens=usage.input_tokens or 0, output_tokens=usage.output_tokens or 0),
        response_model=response.model_name,
        response_id=response.provider_response_id,
        finish_reasons=(response.finish_reason,) if response.finish_reason else (),
    )


def record_usage(
    info: ProviderInfo,
    result: AgentRunResult[Any],
    *,
    request_hash: str,
    latency_ms: int,
) -> CallRecord:
    """The record of a run that the caller made itself."""
    return make_record(
        info, "chat", request_hash=request_hash, latency_ms=latency_ms, outcome=read_outcome(result)
    )


def _leave(
    record: CallRecorder | None,
    info: ProviderInfo,
    request_hash: str,
    started: float,
    outcome: Outcome,
    error: Exception | None = None,
) -> None:
    if record is not None:
        latency_ms = round((clock.monotonic() - started) * 1000)
        record(
            make_record(
                info, "chat", request_hash=request_hash, latency_ms=latency_ms, outcome=outcome, error=error
            )
        )


async def _run(agent: Agent[D, O], prompt: str, options: dict[str, Any]) -> AgentRunResult[O]:
    async with agent:
        return await agent.run(prompt, **options)


def _run_alone(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on a loop of its own in a thread of its own: the caller may already have a loop."""
    outcome: list[T] = []
    failure: list[BaseException] = []

    def target() -> None:
        try:
            outcome.append(asyncio.run(work))
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
            failure.append(error)

    thread = threading.Thread(target=target, name="agent")
    thread.start()
    thread.join()
    if failure:
        raise failure[0]
    return outcome[0]


def _openai_model(endpoint: Endpoint, model: str) -> Model:
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.ollama import OllamaProvider
    from pydantic_ai.providers.openai import OpenAIProvider
    from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

    # These own their connections: they close them with the agent and open new ones on another loop.
    url, key = endpoint.base_url, endpoint.api_key
    if endpoint.vendor == "ollama":
        provider = OllamaProvider(base_url=url, api_key=key)
    elif endpoint.name == "openai":
        provider = OpenAIProvider(base_url=url, api_key=key)
    else:
        provider = OpenAICompatibleProvider(endpoint.name, base_url=url, api_key=key)
    return OpenAIChatModel(model, provider=provider, settings=_settings(endpoint))


def _anthropic_model(endpoint: Endpoint, model: str) -> Model:
    from pydantic_ai.models.anthropic import AnthropicModel
    from pydantic_ai.providers.anthropic import AnthropicProvider

    provider = AnthropicProvider(base_url=endpoint.base_url, api_key=endpoint.api_key)
    return AnthropicModel(model, provider=provider, settings=_settings(endpoint))


def _settings(endpoint: Endpoint) -> ModelSettings:
    from pydantic_ai.settings import ModelSettings

    return ModelSettings(max_retries=0, timeout=endpoint.timeout_seconds)
