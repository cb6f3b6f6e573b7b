"""Whatever a provider's SDK raises, as busy (try again), refused (ask differently) or broken (stop).

The SDKs of OpenAI and Anthropic and pydantic-ai have the same names for the same failures, so classes are
compared by name: a provider that is not used is never imported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from cuttingroom.core.errors import (
    CuttingroomError,
    ProviderBroken,
    ProviderBusy,
    ProviderError,
    ProviderRefused,
)

_BUSY = {
    "APIConnectionError",
    "ModelConnectionError",
    "ModelRequestTimeout",
    "ModelRateLimitError",
    "ModelUnavailableError",
    "ModelServerError",
    "RunTimedOut",
    "ConcurrencyLimitExceeded",
    "TransportError",
    "TimeoutError",
    "ConnectionError",
}
_REFUSED = {
    "ContentFilterError",
    "ContentFilterFinishReasonError",
    "ModelRequestRejectedError",
    "ModelQuotaExceededError",
    "UsageLimitExceeded",
}
# An answer that is not what the protocol says surfaces as any of these, depending on where the SDK trips.
_BROKEN = {
    "UnexpectedModelBehavior",
    "OpenAIError",
    "AnthropicError",
    "AgentRunError",
    "UserError",
    "LookupError",
    "ValueError",
    "TypeError",
    "AttributeError",
}
_BUSY_STATUSES = {408, 409, 425, 429}
_SECRET = re.compile(r"\b(sk|pk|key)-[\w-]{6,}")
_ADVICE = {
    401: "Check the API key.",
    402: "The account needs credit with this provider.",
    403: "This key may not use this model.",
    404: "Check the model's name and the server's address.",
    413: "Send a shorter request.",
}


@contextmanager
def provider_failures(provider: str) -> Iterator[None]:
    """Turn the failures of one call into ProviderBusy, ProviderRefused or ProviderBroken.

    Our own errors and failures that no SDK raises pass through unchanged.
    """
    try:
        yield
    except CuttingroomError:
        raise
    except Exception as error:
        translated = translate_failure(error, provider)
        if translated is None:
            raise
        raise translated from error


def translate_failure(error: Exception, provider: str) -> ProviderError | None:
    """The provider error for an SDK's exception, or None when it is not about the provider."""
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        return _from_status(error, status, provider)
    names = {kind.__name__ for kind in type(error).__mro__}
    if names & _REFUSED:
        return ProviderRefused(f"{provider} refused: {_describe(error)}", provider=provider)
    if names & _BUSY:
        return ProviderBusy(f"{provider} cannot be reached: {_describe(error)}", provider=provider)
    if names & _BROKEN:
        return ProviderBroken(f"{provider} answered nonsense: {_describe(error)}", provider=provider)
    return None


def _from_status(error: Exception, status: int, provider: str) -> ProviderError:
    detail: dict[str, Any] = {"provider": provider, "http_status": status}
    out_of_credit = status == 429 and "insufficient_quota" in str(error)
    if (status in _BUSY_STATUSES or status >= 500) and not out_of_credit:
        wait = _retry_after(error)
        if wait is not None:
            detail["retry_after_seconds"] = wait
        return ProviderBusy(f"{provider} is busy (HTTP {status}).", **detail)
    if status < 400:
        return ProviderBroken(f"{provider} answered nonsense (HTTP {status}): {_describe(error)}", **detail)
    advice = _ADVICE[402] if out_of_credit else _ADVICE.get(status)
    return ProviderRefused(f"{provider} refused (HTTP {status}): {_describe(error)}", advice=advice, **detail)


def _retry_after(error: Exception) -> float | None:
    """Seconds from the Retry-After header, where it is a number; dates are rare and backoff serves them."""
    headers = getattr(getattr(error, "response", None), "headers", None)
    text = str(headers.get("retry-after", "")) if headers is not None else ""
    return float(text) if re.fullmatch(r"\d{1,4}(\.\d+)?", text) else None


def _describe(error: Exception) -> str:
    """One line for people, without keys and not longer than a sentence or two."""
    text = " ".join(str(error).split()) or type(error).__name__
    return _SECRET.sub("(key)", text)[:300]
