"""What every provider has in common: who it is, what a call used, and the record that a call leaves.

A provider is an object with `info` and one method over frozen request and result values. Behaviour around
it (cache, metering, retry, rate limit, cost cap) is added by `wrappers`, never by flags.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Literal, Protocol, TypeVar

from pydantic import Field

from cuttingroom.core.time import Frozen

CapabilityName = Literal["transcription", "alignment", "speech", "music", "language"]
CallStatus = Literal["succeeded", "failed"]


class ProviderInfo(Frozen):
    """Who does the work. `name` is the vendor or program, `model` what it runs.

    `is_local`: nothing leaves this machine and nothing is charged. `is_draft`: results must not be trusted
    unread. `limits` and `choices` say what it can do (`max_characters`, `voices`, ...) so that callers ask
    the data and not the class.
    """

    capability: CapabilityName
    name: str
    model: str
    is_local: bool
    is_draft: bool = False
    limits: dict[str, int] = Field(default_factory=dict)
    choices: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class Usage(Frozen):
    """What one call consumed; zero where the capability does not count that unit."""

    input_tokens: int = 0
    output_tokens: int = 0
    input_characters: int = 0
    audio_seconds: float = 0.0


class Outcome(Frozen):
    """What a finished call says about itself, for its record."""

    usage: Usage = Usage()
    response_model: str | None = None
    response_id: str | None = None
    finish_reasons: tuple[str, ...] = ()


class CallRecord(Frozen):
    """One attempt to call a provider, with the OpenTelemetry GenAI names.

    `cost_microusd` is in millionths of a dollar. `price_source` says where the price comes from: `local`
    (nothing is charged), `cache`, the dated price list, or `unknown`: then the cost 0 means "not known".
    """

    operation_name: str
    provider_name: str
    request_model: str
    response_model: str | None = None
    response_id: str | None = None
    finish_reasons: tuple[str, ...] = ()
    usage_input_tokens: int = 0
    usage_output_tokens: int = 0
    usage_input_characters: int = 0
    usage_audio_seconds: float = 0.0
    time_to_first_chunk: int | None = None
    latency_ms: int = 0
    cost_microusd: int = 0
    price_source: str = "unknown"
    request_hash: str
    status: CallStatus = "succeeded"
    error: dict[str, Any] | None = None
    cached: bool = False


CallRecorder = Callable[[CallRecord], None]
"""Stores one record; the layers above write it to `ai_calls`."""


class CallCache(Protocol):
    """Replayable results by the hash of their request."""

    def find(self, request_hash: str) -> dict[str, Any] | None: ...

    def store(self, request_hash: str, value: dict[str, Any], *, info: ProviderInfo) -> None: ...


class Provider(Protocol):
    @property
    def info(self) -> ProviderInfo: ...


Req = TypeVar("Req")
Res = TypeVar("Res")


@dataclass(frozen=True)
class Capability(Generic[Req, Res]):
    """How a wrapper handles one kind of provider without knowing it.

    `method` is the one method of the protocol, `operation` its name in records, `fingerprint` the request as
    JSON (files by their content), `outcome` what the result says about itself. `encode`/`decode` make a
    result JSON and back; without them results are not cached.
    """

    name: CapabilityName
    operation: str
    method: str
    fingerprint: Callable[[Req], dict[str, Any]]
    outcome: Callable[[Req, Res], Outcome]
    encode: Callable[[Res], dict[str, Any]] | None = None
    decode: Callable[[dict[str, Any]], Res] | None = None
