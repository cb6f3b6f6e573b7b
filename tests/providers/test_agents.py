import asyncio
from collections.abc import Iterator

import pytest
from pydantic import BaseModel, SecretStr

from cuttingroom.core.errors import (
    CostCapReached,
    InvalidInput,
    ProviderBroken,
    ProviderBusy,
    ProviderError,
    ProviderMissing,
    ProviderRefused,
)
from cuttingroom.core.settings import Settings
from cuttingroom.providers.base import CallRecord
from cuttingroom.providers.language.agents import build_model, describe_model, record_usage, run_agent
from cuttingroom.providers.wrappers import CostCap
from provider_server import GOOD_JSON, ProviderServer, Reply, anthropic_answer, no_choices, provider_server

pydantic_ai = pytest.importorskip("pydantic_ai")


class Film(BaseModel):
    title: str
    seconds: int


@pytest.fixture
def server() -> Iterator[ProviderServer]:
    with provider_server() as running:
        yield running


@pytest.fixture
def settings(server: ProviderServer) -> Settings:
    base = f"http://127.0.0.1:{server.port}"
    return Settings(
        openai_base_url=base + "/v1",
        openai_api_key=SecretStr("k"),
        anthropic_base_url=base,
        anthropic_api_key=SecretStr("k"),
        ollama_base_url=base + "/v1",
    )


def ask(settings: Settings, name: str, **options: object):
    agent = pydantic_ai.Agent(
        build_model(settings, name), output_type=pydantic_ai.ToolOutput(Film, name="answer")
    )
    return run_agent(
        agent, "Make a film.", info=describe_model(settings, name), request_hash="h" * 64, **options
    )


@pytest.mark.parametrize("name", ["openai:m", "ollama:m", "anthropic:m"])
def test_an_agent_answers_and_leaves_one_record(settings: Settings, name: str):
    records: list[CallRecord] = []
    result = ask(settings, name, record=records.append)
    assert result.output == Film.model_validate(GOOD_JSON)
    (record,) = records
    assert (record.usage_input_tokens, record.usage_output_tokens) == (20, 7)
    assert (record.status, record.response_model) == ("succeeded", "test-model-001")
    again = record_usage(describe_model(settings, name), result, request_hash="h", latency_ms=5)
    assert again.usage_input_tokens == 20


def test_an_agent_runs_inside_a_running_loop_and_twice(settings: Settings):
    agent = pydantic_ai.Agent(build_model(settings, "openai:m"), output_type=pydantic_ai.ToolOutput(Film))
    info = describe_model(settings, "openai:m")

    async def inside() -> list[Film]:
        return [run_agent(agent, "Make a film.", info=info, request_hash="h").output for _ in range(2)]

    assert asyncio.run(inside())[1].seconds == 12


@pytest.mark.parametrize("name", ["openai:m", "anthropic:m"])
@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply({"error": {"message": "slow"}}, status=429), ProviderBusy),
        (Reply({"error": {"message": "oops"}}, status=500), ProviderBusy),
        (Reply(hang_up=True), ProviderBusy),
        (Reply({"error": {"message": "no"}}, status=403), ProviderRefused),
        (Reply(b'{"id"', headers={"Content-Type": "application/json"}), ProviderBroken),
        (Reply({}), ProviderBroken),
    ],
)
def test_failures_of_agents_are_busy_refused_or_broken(
    settings: Settings, server: ProviderServer, name: str, reply: Reply, kind: type[ProviderError]
):
    records: list[CallRecord] = []
    server.script.append(reply)
    with pytest.raises(kind) as caught:
        ask(settings, name, record=records.append)
    assert type(caught.value) is kind
    assert len(server.requests) == 1, "the SDK must not retry by itself"
    assert [record.status for record in records] == ["failed"]


def test_an_answer_without_choices_is_broken(settings: Settings, server: ProviderServer):
    server.script.append(Reply(no_choices()))
    with pytest.raises(ProviderBroken):
        ask(settings, "openai:m")


def test_a_model_that_never_gets_the_shape_right_is_broken(settings: Settings, server: ProviderServer):
    server.script.extend(Reply(anthropic_answer(True, value={"title": 1})) for _ in range(9))
    with pytest.raises(ProviderBroken):
        ask(settings, "anthropic:m")


def test_a_reached_cap_stops_the_agent_before_the_first_request(settings: Settings, server: ProviderServer):
    with pytest.raises(CostCapReached):
        ask(settings, "openai:m", cap=CostCap(10, lambda: 10))
    assert not server.requests


def test_wrong_names_and_missing_keys_are_said():
    with pytest.raises(InvalidInput, match="names no language model"):
        build_model(Settings(), "gpt-4o")
    with pytest.raises(ProviderMissing, match="anthropic is not configured"):
        build_model(Settings(), "anthropic:m")
