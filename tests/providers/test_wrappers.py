import threading
from typing import Any

import pytest

from cuttingroom.core.errors import CostCapReached, ProviderBroken, ProviderBusy
from cuttingroom.providers.base import CallRecord, ProviderInfo, Usage
from cuttingroom.providers.language.base import LANGUAGE, LanguageModel, LanguageRequest, Message
from cuttingroom.providers.language.scripted import Answer, ScriptedLanguageModel
from cuttingroom.providers.music.base import MUSIC
from cuttingroom.providers.music.request import MusicRequest
from cuttingroom.providers.music.scripted import ScriptedComposer
from cuttingroom.providers.prices import is_priced, price_call
from cuttingroom.providers.speech.base import SPEECH, SpeechRequest
from cuttingroom.providers.speech.scripted import ScriptedSpeaker
from cuttingroom.providers.wrappers import CostCap, RateLimit, RetryPolicy, Wrapping, hash_request, wrap

PAID = {"name": "openai", "model": "gpt-4o-mini", "is_local": False}


class DictCache(dict[str, dict[str, Any]]):
    def find(self, request_hash: str) -> dict[str, Any] | None:
        return self.get(request_hash)

    def store(self, request_hash: str, value: dict[str, Any], *, info: ProviderInfo) -> None:
        self[request_hash] = value


def ask(text: str = "Hello?") -> LanguageRequest:
    return LanguageRequest(messages=(Message(text=text),))


def paid(*answers: Answer) -> ScriptedLanguageModel:
    return ScriptedLanguageModel(answers, name="openai", model="gpt-4o-mini", is_local=False)


def wrap_model(model: LanguageModel, **parts: Any) -> LanguageModel:
    return wrap(model, LANGUAGE, Wrapping(**parts))


def test_a_replay_costs_nothing_and_asks_nobody():
    records: list[CallRecord] = []
    inner = paid("first", "second")
    model = wrap_model(inner, cache=DictCache(), record=records.append)
    assert [model.complete(ask()).text for _ in range(3)] == ["first"] * 3
    assert len(inner.requests) == 1
    assert [record.cached for record in records] == [False, True, True]
    assert records[0].cost_microusd >= 0
    assert records[1].cost_microusd == records[1].usage_input_tokens == 0
    assert records[1].price_source == "cache"
    assert model.complete(ask("Something else?")).text == "second"


def test_the_hash_depends_on_the_request_and_on_the_model():
    one, two = paid().info, ScriptedLanguageModel([]).info
    assert hash_request(one, LANGUAGE, ask()) == hash_request(one, LANGUAGE, ask())
    assert hash_request(one, LANGUAGE, ask()) != hash_request(two, LANGUAGE, ask())
    assert hash_request(one, LANGUAGE, ask()) != hash_request(one, LANGUAGE, ask("Other"))


def test_failures_are_not_cached():
    model = wrap_model(paid(ProviderBroken("nonsense"), "good"), cache=DictCache())
    with pytest.raises(ProviderBroken):
        model.complete(ask())
    assert model.complete(ask()).text == "good"


def test_every_attempt_leaves_a_record_with_its_error():
    records: list[CallRecord] = []
    waits: list[float] = []
    model = wrap_model(
        paid(ProviderBusy("later"), "good"), retry=RetryPolicy(), record=records.append, sleep=waits.append
    )
    assert model.complete(ask()).text == "good"
    failed, good = records
    assert (failed.status, failed.error and failed.error["code"]) == ("failed", "provider_busy")
    assert (good.status, good.response_id, good.finish_reasons) == ("succeeded", "scripted-1", ("stop",))
    assert good.operation_name == "chat"
    assert (good.provider_name, good.request_model) == ("openai", "gpt-4o-mini")
    assert good.price_source.startswith("prices.json")
    assert len(waits) == 1


def test_only_busy_is_retried_and_only_so_often():
    inner = paid(*[ProviderBusy("later")] * 9)
    with pytest.raises(ProviderBusy):
        wrap_model(inner, retry=RetryPolicy(attempts=3), sleep=lambda _: None).complete(ask())
    assert len(inner.requests) == 3
    inner = paid(ProviderBroken("nonsense"), "never")
    with pytest.raises(ProviderBroken):
        wrap_model(inner, retry=RetryPolicy(attempts=3), sleep=lambda _: None).complete(ask())
    assert len(inner.requests) == 1


def test_waits_double_with_jitter_and_obey_retry_after():
    policy = RetryPolicy(base_seconds=1, longest_seconds=10)
    busy = ProviderBusy("later")
    assert [policy.wait_seconds(n, busy, 0.0) for n in (1, 2, 3, 9)] == [1, 2, 4, 10]
    assert policy.wait_seconds(1, busy, 0.999) == pytest.approx(0.5, abs=0.01)
    assert policy.wait_seconds(1, ProviderBusy("later", retry_after_seconds=7), 0.5) == 7
    assert policy.wait_seconds(1, ProviderBusy("later", retry_after_seconds=9999), 0.5) == 10


def test_calls_beyond_the_rate_wait_for_the_window():
    now, waits = [100.0], list[float]()

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        now[0] += seconds

    limit = RateLimit(2, monotonic=lambda: now[0], sleep=sleep)
    for _ in range(5):
        limit.wait()
    assert waits == [60.0, 60.0]
    now[0] += 300
    limit.wait()
    assert len(waits) == 2


def test_the_rate_holds_for_many_threads_together():
    waits: list[float] = []
    limit = RateLimit(10, monotonic=lambda: 0.0, sleep=waits.append)
    threads = [threading.Thread(target=limit.wait) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(waits) == [60.0] * 10 + [120.0] * 10 + [180.0] * 10


def test_nothing_is_called_once_the_cap_is_reached():
    spent = [0]
    inner = paid("one", "two")
    model = wrap_model(inner, cap=CostCap(1000, lambda: spent[0]))
    model.complete(ask())
    spent[0] = 1000
    with pytest.raises(CostCapReached) as caught:
        model.complete(ask())
    assert len(inner.requests) == 1
    assert caught.value.detail["cap_microusd"] == 1000


def test_local_providers_are_free_and_need_no_permission():
    records: list[CallRecord] = []
    model = wrap_model(
        ScriptedLanguageModel(["one"]),
        cap=CostCap(0, lambda: 0),
        rate=RateLimit(1, sleep=lambda _: pytest.fail("a local call waited")),
        record=records.append,
    )
    model.complete(ask())
    assert (records[0].cost_microusd, records[0].price_source) == (0, "local")


def test_one_wrapper_serves_every_capability():
    records: list[CallRecord] = []
    wrapping = Wrapping(record=records.append, cache=DictCache(), retry=RetryPolicy())
    speaker = wrap(ScriptedSpeaker(), SPEECH, wrapping)
    composer = wrap(ScriptedComposer(), MUSIC, wrapping)
    assert (
        speaker.speak(SpeechRequest(text="One two.")).words
        == speaker.speak(SpeechRequest(text="One two.")).words
    )
    assert len(composer.compose(MusicRequest(duration_ticks=7_056_000)).samples) == 480
    assert [(record.operation_name, record.cached) for record in records] == [
        ("speak", False),
        ("speak", True),
        ("compose", False),
    ]


def test_prices_are_exact_and_unknown_ones_say_so():
    info = ProviderInfo(capability="language", **PAID)
    cost = price_call(info, Usage(input_tokens=1_000_000, output_tokens=10))
    assert (cost.microusd, cost.source[:11]) == (150_006, "prices.json")
    dated = info.model_copy(update={"model": "gpt-4o-mini-2024-07-18"})
    assert price_call(dated, Usage(input_tokens=100)).microusd == 15
    whisper = info.model_copy(update={"model": "whisper-1"})
    assert price_call(whisper, Usage(audio_seconds=90.0)).microusd == 9000
    unknown = info.model_copy(update={"name": "openai-compatible"})
    assert price_call(unknown, Usage(input_tokens=100)).source == "unknown"
    assert is_priced(info)
    assert not is_priced(unknown)
