"""Behaviour around any provider: cache, retry, cost cap, rate limit and metering.

A wrapped provider has the protocol of the one inside. From outside to inside a call passes the cache (a
replay costs nothing and needs no permission), the retries, the cost cap, the rate limit and the meter, so
that every attempt is asked for, spaced and recorded by itself.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from cuttingroom.core import clock
from cuttingroom.core.errors import CostCapReached, CuttingroomError, ProviderBusy
from cuttingroom.core.hashing import hash_json
from cuttingroom.core.ids import new_token
from cuttingroom.providers.base import (
    CallCache,
    CallRecord,
    CallRecorder,
    Capability,
    Outcome,
    Provider,
    ProviderInfo,
)
from cuttingroom.providers.prices import price_call

P = TypeVar("P", bound=Provider)
Call = Callable[[Any], Any]
"""One call of the wrapped provider: a request in, a result out."""


@dataclass(frozen=True)
class RetryPolicy:
    """Waits `base_seconds`, doubled each time up to `longest_seconds`, each shortened by up to half at random
    so that many callers do not return together; a provider's own Retry-After is obeyed when it is longer."""

    attempts: int = 4
    base_seconds: float = 1.0
    longest_seconds: float = 30.0

    def wait_seconds(self, failures: int, busy: ProviderBusy, luck: float) -> float:
        backoff = min(self.base_seconds * 2 ** (failures - 1), self.longest_seconds) * (1 - luck / 2)
        asked = float(busy.detail.get("retry_after_seconds", 0.0))
        return max(backoff, min(asked, self.longest_seconds))


class RateLimit:
    """At most `per_minute` calls start in any 60 seconds; the others wait. One per provider; thread safe."""

    def __init__(
        self,
        per_minute: int,
        *,
        monotonic: Callable[[], float] = clock.monotonic,
        sleep: Callable[[float], None] = clock.sleep,
    ) -> None:
        self._starts: deque[float] = deque(maxlen=per_minute)
        self._monotonic = monotonic
        self._sleep = sleep
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Reserve the next free start and sleep until then; the sleep is outside the lock."""
        with self._lock:
            now = self._monotonic()
            is_full = len(self._starts) == self._starts.maxlen
            start = max(now, self._starts[0] + 60.0) if is_full else now
            self._starts.append(start)
        if start > now:
            self._sleep(start - now)


@dataclass(frozen=True)
class CostCap:
    """Refuses calls of paid providers once `spent_microusd()` has reached the cap."""

    cap_microusd: int
    spent_microusd: Callable[[], int]

    def check(self, info: ProviderInfo) -> None:
        if info.is_local:
            return
        spent = self.spent_microusd()
        if spent >= self.cap_microusd:
            raise CostCapReached(
                f"${spent / 1e6:.2f} are spent of ${self.cap_microusd / 1e6:.2f}; {info.name} is not called.",
                provider=info.name,
                spent_microusd=spent,
                cap_microusd=self.cap_microusd,
            )


@dataclass(frozen=True)
class Wrapping:
    """What to put around a provider; what is left out is not done."""

    record: CallRecorder | None = None
    cache: CallCache | None = None
    retry: RetryPolicy | None = None
    rate: RateLimit | None = None
    cap: CostCap | None = None
    sleep: Callable[[float], None] = field(default=clock.sleep)


class _Wrapped:
    """An object with the protocol of a capability: its info, and its one method."""

    def __init__(self, info: ProviderInfo, method: str, call: Call) -> None:
        self.info = info
        setattr(self, method, call)


def wrap(provider: P, capability: Capability[Any, Any], wrapping: Wrapping) -> P:
    """The same provider with `wrapping` around it. Raises what it raises, and CostCapReached."""
    info = provider.info
    attempt = _metered(getattr(provider, capability.method), info, capability, wrapping)
    attempt = _permitted(attempt, info, wrapping)
    call = _retried(attempt, wrapping)
    if wrapping.cache is not None and capability.encode and capability.decode:
        call = _cached(call, info, capability, wrapping, wrapping.cache, capability.encode, capability.decode)
    return cast(P, _Wrapped(info, capability.method, call))


def hash_request(info: ProviderInfo, capability: Capability[Any, Any], request: Any) -> str:
    """The same for the same question to the same model, also after a restart."""
    key = {"capability": capability.name, "provider": info.name, "model": info.model}
    return hash_json({**key, "request": capability.fingerprint(request)})


def _metered(call: Call, info: ProviderInfo, capability: Capability[Any, Any], wrapping: Wrapping) -> Call:
    record = wrapping.record
    if record is None:
        return call

    def metered(request: Any) -> Any:
        request_hash = hash_request(info, capability, request)
        started = clock.monotonic()
        try:
            result = call(request)
        except Exception as error:
            record(_record(info, capability, request_hash, started, error=error))
            raise
        outcome = capability.outcome(request, result)
        record(_record(info, capability, request_hash, started, outcome=outcome))
        return result

    return metered


def _permitted(call: Call, info: ProviderInfo, wrapping: Wrapping) -> Call:
    def permitted(request: Any) -> Any:
        if wrapping.cap is not None:
            wrapping.cap.check(info)
        if wrapping.rate is not None and not info.is_local:
            wrapping.rate.wait()
        return call(request)

    return permitted


def _retried(call: Call, wrapping: Wrapping) -> Call:
    policy = wrapping.retry
    if policy is None:
        return call

    def retried(request: Any) -> Any:
        failures = 0
        while True:
            try:
                return call(request)
            except ProviderBusy as busy:
                failures += 1
                if failures >= policy.attempts:
                    raise
                luck = int(new_token(8), 16) / 2**32
                wrapping.sleep(policy.wait_seconds(failures, busy, luck))

    return retried


def _cached(
    call: Call,
    info: ProviderInfo,
    capability: Capability[Any, Any],
    wrapping: Wrapping,
    cache: CallCache,
    encode: Callable[[Any], dict[str, Any]],
    decode: Callable[[dict[str, Any]], Any],
) -> Call:
    def cached(request: Any) -> Any:
        request_hash = hash_request(info, capability, request)
        started = clock.monotonic()
        kept = cache.find(request_hash)
        if kept is None:
            result = call(request)
            cache.store(request_hash, encode(result), info=info)
            return result
        result = decode(kept)
        if wrapping.record is not None:
            outcome = capability.outcome(request, result)
            wrapping.record(_record(info, capability, request_hash, started, outcome=outcome, cached=True))
        return result

    return cached


def _record(
    info: ProviderInfo,
    capability: Capability[Any, Any],
    request_hash: str,
    started: float,
    *,
    outcome: Outcome | None = None,
    error: Exception | None = None,
    cached: bool = False,
) -> CallRecord:
    outcome = outcome or Outcome()
    return make_record(
        info,
        capability.operation,
        request_hash=request_hash,
        latency_ms=round((clock.monotonic() - started) * 1000),
        outcome=outcome,
        error=error,
        cached=cached,
    )


def make_record(
    info: ProviderInfo,
    operation: str,
    *,
    request_hash: str,
    latency_ms: int,
    outcome: Outcome,
    error: Exception | None = None,
    cached: bool = False,
) -> CallRecord:
    """The record of one call. A replay uses nothing and costs nothing; a failure is counted as unused."""
    usage = outcome.usage
    cost = price_call(info, usage)
    spent = not cached and error is None
    return CallRecord(
        operation_name=operation,
        provider_name=info.name,
        request_model=info.model,
        response_model=outcome.response_model,
        response_id=outcome.response_id,
        finish_reasons=outcome.finish_reasons,
        usage_input_tokens=usage.input_tokens if spent else 0,
        usage_output_tokens=usage.output_tokens if spent else 0,
        usage_input_characters=usage.input_characters if spent else 0,
        usage_audio_seconds=usage.audio_seconds if spent else 0.0,
        latency_ms=latency_ms,
        cost_microusd=cost.microusd if spent else 0,
        price_source="cache" if cached else cost.source,
        request_hash=request_hash,
        status="failed" if error else "succeeded",
        error=_describe(error),
        cached=cached,
    )


def _describe(error: Exception | None) -> dict[str, Any] | None:
    if error is None:
        return None
    if isinstance(error, CuttingroomError):
        return error.as_json()
    return {"code": "error", "message": f"{type(error).__name__}: {error}"[:500]}
