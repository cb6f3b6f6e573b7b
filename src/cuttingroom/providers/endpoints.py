"""Where a remote provider listens and how to open its client: never with the SDK's own retries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from cuttingroom.core.errors import InvalidInput, ProviderMissing
from cuttingroom.core.settings import Settings

if TYPE_CHECKING:
    from anthropic import Anthropic
    from openai import OpenAI

Vendor = Literal["openai", "anthropic", "ollama"]

_HOSTS = {"openai": "https://api.openai.com/v1", "anthropic": "https://api.anthropic.com"}


@dataclass(frozen=True)
class Endpoint:
    """An address that speaks a vendor's protocol. `name` says whose server it is: prices depend on that."""

    vendor: Vendor
    name: str
    base_url: str
    api_key: str
    timeout_seconds: float = 120.0

    def __repr__(self) -> str:
        return f"Endpoint({self.name} at {self.base_url})"

    @property
    def is_local(self) -> bool:
        """Only a model server of this machine's own is local; a proxy on loopback may still cost money."""
        return self.vendor == "ollama" and urlsplit(self.base_url).hostname in (
            "127.0.0.1",
            "localhost",
            "::1",
        )


def find_endpoint(settings: Settings, vendor: Vendor) -> Endpoint | None:
    """The configured endpoint of a vendor, or None when neither key nor address is set."""
    timeout = settings.provider_timeout_seconds
    if vendor == "ollama":
        return Endpoint("ollama", "ollama", settings.ollama_base_url, "none", timeout)
    key = settings.openai_api_key if vendor == "openai" else settings.anthropic_api_key
    address = settings.openai_base_url if vendor == "openai" else settings.anthropic_base_url
    if key is None and address is None:
        return None
    base_url = address or _HOSTS[vendor]
    if urlsplit(base_url).scheme not in ("http", "https"):
        raise InvalidInput(f"{base_url!r} is not an http or https address of a provider.")
    is_vendors_own = urlsplit(base_url).hostname == urlsplit(_HOSTS[vendor]).hostname
    name = vendor if is_vendors_own else f"{vendor}-compatible"
    # The SDKs demand a key and would look in the environment for one; local servers ignore it.
    return Endpoint(vendor, name, base_url, key.get_secret_value() if key else "none", timeout)


def get_endpoint(settings: Settings, vendor: Vendor) -> Endpoint:
    endpoint = find_endpoint(settings, vendor)
    if endpoint is None:
        name = vendor.upper()
        raise ProviderMissing(
            f"{vendor} is not configured.",
            advice=f"Set CUTTINGROOM_{name}_API_KEY, or CUTTINGROOM_{name}_BASE_URL for a compatible server.",
            provider=vendor,
        )
    return endpoint


def open_openai(endpoint: Endpoint) -> OpenAI:
    """A client to be used in a `with` block, so that its connections close."""
    from openai import OpenAI

    return OpenAI(
        api_key=endpoint.api_key,
        base_url=endpoint.base_url,
        max_retries=0,
        timeout=endpoint.timeout_seconds,
    )


def open_anthropic(endpoint: Endpoint) -> Anthropic:
    """A client to be used in a `with` block, so that its connections close."""
    from anthropic import Anthropic

    return Anthropic(
        api_key=endpoint.api_key,
        base_url=endpoint.base_url,
        max_retries=0,
        timeout=endpoint.timeout_seconds,
    )
