"""Which providers there are, and which of them the settings choose. The choice is made once and said aloud:
when a chosen provider does not work the call fails; nobody else takes over in silence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from cuttingroom.core.errors import CuttingroomError, InvalidInput
from cuttingroom.core.settings import Settings
from cuttingroom.core.time import Frozen
from cuttingroom.providers.base import CapabilityName, Provider, ProviderInfo
from cuttingroom.providers.endpoints import find_endpoint, get_endpoint
from cuttingroom.providers.language.base import LanguageModel
from cuttingroom.providers.language.remote import (
    AnthropicLanguageModel,
    OpenAILanguageModel,
    split_model_name,
)
from cuttingroom.providers.music.base import Composer
from cuttingroom.providers.music.local import SynthComposer
from cuttingroom.providers.prices import is_priced
from cuttingroom.providers.speech.base import Speaker
from cuttingroom.providers.speech.local import EspeakSpeaker
from cuttingroom.providers.speech.remote import OpenAISpeaker
from cuttingroom.providers.transcription.align import ScriptAligner
from cuttingroom.providers.transcription.base import Transcriber
from cuttingroom.providers.transcription.draft import ADVICE as DRAFT_ADVICE
from cuttingroom.providers.transcription.draft import PocketsphinxTranscriber
from cuttingroom.providers.transcription.remote import OpenAITranscriber
from cuttingroom.providers.transcription.whisper import WhisperTranscriber

P = TypeVar("P")


def _register(*entries: tuple[str, Callable[[Settings], P]]) -> Mapping[str, Callable[[Settings], P]]:
    """A dictionary that does not forgive a name used twice."""
    names = [name for name, _ in entries]
    if len(set(names)) != len(names):
        raise ValueError(f"a provider is registered twice: {names}")
    return dict(entries)


TRANSCRIBERS: Mapping[str, Callable[[Settings], Transcriber]] = _register(
    ("pocketsphinx", lambda _: PocketsphinxTranscriber()),
    ("whisper", lambda settings: WhisperTranscriber(settings.whisper_model_folder, cores=settings.cores)),
    ("openai", lambda s: OpenAITranscriber(get_endpoint(s, "openai"), s.transcription_model)),
)
SPEAKERS: Mapping[str, Callable[[Settings], Speaker]] = _register(
    ("espeak", lambda _: EspeakSpeaker()),
    ("openai", lambda settings: OpenAISpeaker(get_endpoint(settings, "openai"), settings.speech_model)),
)
# A remote composer is not configured: no service for music has a protocol that others share.
COMPOSERS: Mapping[str, Callable[[Settings], Composer]] = _register(("synth", lambda _: SynthComposer()))


class ProviderCheck(Frozen):
    """Whether a capability works as configured, for `doctor`; `advice` may also be given when it works."""

    capability: CapabilityName
    name: str
    works: bool
    detail: str
    advice: str = ""


def transcriber(settings: Settings) -> Transcriber:
    """The configured transcriber. Raises ProviderMissing when it lacks a package, a model or a key."""
    return _choose(TRANSCRIBERS, _transcriber_name(settings), settings)


def speaker(settings: Settings) -> Speaker:
    """The configured narrator. Raises ProviderMissing when it lacks a package or a key."""
    return _choose(SPEAKERS, _speaker_name(settings), settings)


def composer(settings: Settings) -> Composer:
    return _choose(COMPOSERS, "synth", settings)


def aligner() -> Transcriber:
    """The transcriber that finds the times of a script it is told."""
    return ScriptAligner()


def language_model(settings: Settings, name: str) -> LanguageModel:
    """`openai:NAME`, `anthropic:NAME` or `ollama:NAME`. Raises InvalidInput and ProviderMissing."""
    vendor, model = split_model_name(name)
    endpoint = get_endpoint(settings, vendor)
    return (
        AnthropicLanguageModel(endpoint, model)
        if vendor == "anthropic"
        else OpenAILanguageModel(endpoint, model)
    )


def check_providers(settings: Settings) -> list[ProviderCheck]:
    """One line per capability, without calling anybody outside."""
    checks = [
        _check("transcription", _transcriber_name(settings), lambda: transcriber(settings)),
        _check("alignment", "pocketsphinx", aligner),
        _check("speech", _speaker_name(settings), lambda: speaker(settings)),
        _check("music", "synth", lambda: composer(settings)),
    ]
    if settings.planner == "rules":
        return [*checks, _offline_planner()]
    planner = settings.planner
    return [*checks, _check("language", planner, lambda: language_model(settings, planner))]


def list_providers(settings: Settings) -> list[ProviderCheck]:
    """Every provider there is with whether it would work, not only the chosen ones."""
    groups: Sequence[tuple[CapabilityName, Mapping[str, Callable[[Settings], Any]]]] = (
        ("transcription", TRANSCRIBERS),
        ("speech", SPEAKERS),
        ("music", COMPOSERS),
    )
    return [
        _check(capability, name, lambda make=make: make(settings))
        for capability, registry in groups
        for name, make in registry.items()
    ]


def _choose(registry: Mapping[str, Callable[[Settings], P]], name: str, settings: Settings) -> P:
    if name not in registry:
        raise InvalidInput(f"There is no provider {name!r}.", advice="Known: " + ", ".join(registry) + ".")
    return registry[name](settings)


def _transcriber_name(settings: Settings) -> str:
    if settings.transcription != "auto":
        return settings.transcription
    if settings.whisper_model_folder is not None:
        return "whisper"
    return "openai" if find_endpoint(settings, "openai") else "pocketsphinx"


def _speaker_name(settings: Settings) -> str:
    """`auto` is a remote voice only for OpenAI itself: compatible servers seldom speak."""
    if settings.speech != "auto":
        return settings.speech
    endpoint = find_endpoint(settings, "openai")
    return "openai" if endpoint and endpoint.name == "openai" else "espeak"


def _check(capability: CapabilityName, name: str, make: Callable[[], Provider]) -> ProviderCheck:
    try:
        info = make().info
    except CuttingroomError as error:
        return ProviderCheck(
            capability=capability, name=name, works=False, detail=error.message, advice=error.advice
        )
    return ProviderCheck(
        capability=capability, name=name, works=True, detail=_describe(info), advice=_advise(info)
    )


def _describe(info: ProviderInfo) -> str:
    where = "on this machine" if info.is_local else "remote; the first call will show whether it answers"
    return f"{info.name} {info.model}, {where}" + (", draft quality" if info.is_draft else "")


def _advise(info: ProviderInfo) -> str:
    if info.is_draft:
        return DRAFT_ADVICE
    if not is_priced(info):
        return f"The price of {info.model} is not known: the cost cap cannot count its calls."
    return ""


def _offline_planner() -> ProviderCheck:
    return ProviderCheck(
        capability="language",
        name="rules",
        works=True,
        detail="requests are planned by rules on this machine",
        advice="For freer requests set CUTTINGROOM_PLANNER to openai:NAME, anthropic:NAME or ollama:NAME.",
    )
