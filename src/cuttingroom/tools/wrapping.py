"""What the program puts around every provider that a tool calls."""

from __future__ import annotations

import threading
from typing import Any, TypeVar

from cuttingroom.providers.base import Capability, Provider
from cuttingroom.providers.wrappers import CostCap, RateLimit, RetryPolicy, Wrapping, wrap
from cuttingroom.tools.base import MakeContext

P = TypeVar("P", bound=Provider)

_limits: dict[str, RateLimit] = {}
_lock = threading.Lock()


def wrapped(provider: P, capability: Capability[Any, Any], context: MakeContext) -> P:
    """The provider with cache, metering, retries, rate limit and cost cap as configured."""
    cap = CostCap(round(context.settings.cost_cap_usd * 1e6), context.spent_microusd)
    wrapping = Wrapping(
        record=context.record_call,
        cache=context.cache,
        retry=RetryPolicy(),
        rate=rate_limit(provider.info.name, context.settings.requests_per_minute),
        cap=cap,
    )
    return wrap(provider, capability, wrapping)


def rate_limit(provider_name: str, per_minute: int) -> RateLimit:
    """The one limit that all calls of a provider share in this process."""
    with _lock:
        return _limits.setdefault(provider_name, RateLimit(per_minute))
