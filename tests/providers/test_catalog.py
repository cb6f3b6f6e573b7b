from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from cuttingroom.core.errors import InvalidInput, ProviderMissing
from cuttingroom.core.settings import Settings
from cuttingroom.providers import catalog
from cuttingroom.providers.endpoints import find_endpoint


def settings(**values: object) -> Settings:
    return Settings.model_validate(values)


def chosen(configured: Settings) -> dict[str, str]:
    return {check.capability: check.name for check in catalog.check_providers(configured)}


def test_everything_works_without_a_key_or_a_network():
    checks = catalog.check_providers(settings())
    assert {check.capability for check in checks} == {
        "transcription",
        "alignment",
        "speech",
        "music",
        "language",
    }
    assert all(check.works for check in checks if check.capability != "speech")
    assert chosen(settings())["transcription"] == "pocketsphinx"
    assert "CUTTINGROOM_WHISPER_MODEL_FOLDER" in checks[0].advice


def test_auto_prefers_a_whisper_folder_then_a_remote_key_then_a_draft(tmp_path: Path):
    assert chosen(settings(openai_api_key=SecretStr("k")))["transcription"] == "openai"
    assert chosen(settings(openai_base_url="http://127.0.0.1:9/v1"))["transcription"] == "openai"
    both = settings(openai_api_key=SecretStr("k"), whisper_model_folder=tmp_path)
    assert chosen(both)["transcription"] == "whisper"


def test_a_chosen_provider_that_cannot_work_is_an_error_and_never_replaced(tmp_path: Path):
    configured = settings(whisper_model_folder=tmp_path)
    with pytest.raises(ProviderMissing, match="lacks"):
        catalog.transcriber(configured)
    check = catalog.check_providers(configured)[0]
    assert (check.works, check.name) == (False, "whisper")
    assert check.advice
    with pytest.raises(ProviderMissing, match="not configured"):
        catalog.transcriber(settings(transcription="openai"))


def test_unknown_names_are_refused_at_the_start():
    with pytest.raises(ValidationError):
        settings(transcription="magic")
    for name in ("magic:x", "openai:", "gpt-4o"):
        with pytest.raises(InvalidInput, match="names no language model"):
            catalog.language_model(settings(openai_api_key=SecretStr("k")), name)


def test_a_name_registered_twice_is_an_error():
    with pytest.raises(ValueError, match="twice"):
        catalog._register(("a", lambda _: 1), ("a", lambda _: 2))


def test_language_models_are_found_by_vendor():
    configured = settings(openai_api_key=SecretStr("k"), anthropic_api_key=SecretStr("k"))
    for name, vendor in (("openai:m", "openai"), ("anthropic:m", "anthropic"), ("ollama:m", "ollama")):
        info = catalog.language_model(configured, name).info
        assert (info.name, info.model) == (vendor, "m")
    assert catalog.language_model(configured, "ollama:m").info.is_local


def test_another_host_is_not_priced_as_the_vendor_and_keys_are_not_shown():
    configured = settings(openai_base_url="https://gateway.example/v1", openai_api_key=SecretStr("secret"))
    endpoint = find_endpoint(configured, "openai")
    assert endpoint is not None
    assert endpoint.name == "openai-compatible"
    assert "secret" not in repr(endpoint)
    planned = configured.model_copy(update={"planner": "openai:gpt-4o"})
    check = catalog.check_providers(planned)[-1]
    assert "cost cap cannot count" in check.advice


def test_every_registered_provider_can_be_listed():
    names = {(check.capability, check.name) for check in catalog.list_providers(settings())}
    assert ("transcription", "whisper") in names
    assert ("speech", "espeak") in names
    assert ("music", "synth") in names
