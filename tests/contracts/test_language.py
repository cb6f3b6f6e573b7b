"""Every language model keeps these promises."""

import json
from collections.abc import Callable, Iterator

import pytest

from cuttingroom.core.errors import ProviderBroken, ProviderBusy, ProviderError, ProviderRefused
from cuttingroom.providers.language.base import LanguageModel, LanguageRequest, Message
from cuttingroom.providers.language.remote import AnthropicLanguageModel, OpenAILanguageModel
from cuttingroom.providers.language.scripted import ScriptedLanguageModel
from provider_server import (
    GOOD_JSON,
    ProviderServer,
    Reply,
    anthropic_answer,
    chat,
    no_choices,
    provider_server,
)

SCHEMA = {
    "type": "object",
    "properties": {"title": {"type": "string"}, "seconds": {"type": "integer"}},
    "required": ["title", "seconds"],
    "additionalProperties": False,
}
PLAIN = LanguageRequest(system="Be brief.", messages=(Message(text="Say hello."),))
JSON = PLAIN.model_copy(update={"output_schema": SCHEMA})


@pytest.fixture
def server() -> Iterator[ProviderServer]:
    with provider_server() as running:
        yield running


def make_model(kind: str, server: ProviderServer) -> LanguageModel:
    if kind == "openai":
        return OpenAILanguageModel(server.endpoint(), "test-model")
    if kind == "ollama":
        return OpenAILanguageModel(server.endpoint("ollama", "ollama"), "test-model")
    if kind == "anthropic":
        return AnthropicLanguageModel(server.endpoint("anthropic"), "test-model")
    return ScriptedLanguageModel(lambda request: GOOD_JSON if request.output_schema else "Hi!")


@pytest.fixture(params=["openai", "ollama", "anthropic", "scripted"])
def model(request: pytest.FixtureRequest, server: ProviderServer) -> LanguageModel:
    return make_model(request.param, server)


def test_a_plain_request_gets_text_and_says_what_it_used(model: LanguageModel):
    result = model.complete(PLAIN)
    assert result.text == "Hi!"
    assert result.value is None
    assert result.usage.input_tokens > 0
    assert result.usage.output_tokens > 0
    assert result.model
    assert result.response_id
    assert result.finish_reason == "stop"


def test_a_request_with_a_schema_gets_json_of_that_schema(model: LanguageModel):
    result = model.complete(JSON)
    assert result.value == GOOD_JSON
    assert json.loads(result.text) == GOOD_JSON


def test_a_model_says_who_it_is(model: LanguageModel):
    assert model.info.capability == "language"
    assert model.info.name
    assert model.info.model


@pytest.mark.parametrize("vendor", ["openai", "anthropic"])
@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply({"error": {"message": "slow down"}}, status=429), ProviderBusy),
        (Reply({"error": {"message": "oops"}}, status=500), ProviderBusy),
        (Reply({"error": {"message": "overloaded"}}, status=529), ProviderBusy),
        (Reply(hang_up=True), ProviderBusy),
        (Reply({"error": {"message": "no such model"}}, status=404), ProviderRefused),
        (Reply({"error": {"message": "bad key sk-abcdefghij"}}, status=401), ProviderRefused),
        (
            Reply(b'{"id": "1", "choices": [{"ind', headers={"Content-Type": "application/json"}),
            ProviderBroken,
        ),
        (Reply(b"<html>It works!</html>", headers={"Content-Type": "text/html"}), ProviderBroken),
        (Reply({}), ProviderBroken),
        (Reply([]), ProviderBroken),
    ],
)
def test_failures_are_busy_refused_or_broken(
    server: ProviderServer, vendor: str, reply: Reply, kind: type[ProviderError]
):
    server.script.append(reply)
    with pytest.raises(kind) as caught:
        make_model(vendor, server).complete(JSON)
    assert type(caught.value) is kind
    assert "sk-abc" not in str(caught.value.as_json())
    assert len(server.requests) == 1, "the SDK must not retry by itself"


@pytest.mark.parametrize(
    ("body", "kind", "message"),
    [
        (lambda: no_choices(), ProviderBroken, "nonsense"),
        (lambda: chat(None), ProviderBroken, "empty"),
        (lambda: chat('{"title": "A sho', finish="length"), ProviderBroken, "cut off"),
        (lambda: chat("Certainly! Here is it."), ProviderBroken, "not JSON"),
        (lambda: chat('{"title": 3, "seconds": 1}'), ProviderBroken, r"\$\.title"),
        (lambda: chat('{"title": "x"}'), ProviderBroken, "lacks 'seconds'"),
        (lambda: chat("", finish="content_filter"), ProviderRefused, "refused"),
        (lambda: chat(None, refusal="I cannot do that."), ProviderRefused, "refused"),
    ],
)
def test_answers_that_are_no_answer_are_named(
    server: ProviderServer, body: Callable[[], object], kind: type[ProviderError], message: str
):
    server.script.append(Reply(body()))
    with pytest.raises(kind, match=message):
        make_model("openai", server).complete(JSON)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (anthropic_answer(True, value={"title": 1}), ProviderBroken),
        (anthropic_answer(False), ProviderBroken),
        (anthropic_answer(False, stop="refusal"), ProviderRefused),
    ],
)
def test_anthropic_answers_that_are_no_answer_are_named(
    server: ProviderServer, answer: dict[str, object], kind: type[ProviderError]
):
    server.script.append(Reply(answer))
    with pytest.raises(kind):
        make_model("anthropic", server).complete(JSON)


def test_json_in_a_markdown_fence_is_read(server: ProviderServer):
    server.script.append(Reply(chat(f"```json\n{json.dumps(GOOD_JSON)}\n```")))
    assert make_model("openai", server).complete(JSON).value == GOOD_JSON


def test_a_requested_wait_is_kept_for_the_retry(server: ProviderServer):
    server.script.append(Reply({"error": {}}, status=429, headers={"Retry-After": "7"}))
    with pytest.raises(ProviderBusy) as caught:
        make_model("openai", server).complete(PLAIN)
    assert caught.value.detail["retry_after_seconds"] == 7


def test_the_limit_and_temperature_reach_the_server(server: ProviderServer):
    make_model("openai", server).complete(PLAIN.model_copy(update={"temperature": 0.5, "max_tokens": 99}))
    sent = server.last_json()
    assert (sent["temperature"], sent["max_tokens"]) == (0.5, 99)
    make_model("openai", server).complete(PLAIN)
    assert "temperature" not in server.last_json()
