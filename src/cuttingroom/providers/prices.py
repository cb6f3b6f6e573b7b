"""What a call costs, in millionths of a dollar, by a dated list that ships with the program."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from importlib.resources import files

from cuttingroom.core.time import round_half_up
from cuttingroom.providers.base import ProviderInfo, Usage

_UNIT = {"input_tokens": 10**6, "output_tokens": 10**6, "input_characters": 10**6, "audio_minute": 60}


@dataclass(frozen=True)
class Cost:
    """`source` is `local` (free), the name of the price list, or `unknown`; unknown costs count as zero."""

    microusd: int
    source: str


def price_call(info: ProviderInfo, usage: Usage) -> Cost:
    """The cost of one call, rounded half up. Never fails: a model that is not listed has an unknown price."""
    if info.is_local:
        return Cost(0, "local")
    as_of, models = _read_prices()
    prices = models.get(f"{info.name}:{info.model}") or models.get(f"{info.name}:{_undated(info.model)}")
    if prices is None:
        return Cost(0, "unknown")
    amounts = {**usage.model_dump(), "audio_minute": usage.audio_seconds}
    total = sum(Fraction(amounts[unit]) * price / _UNIT[unit] for unit, price in prices.items())
    return Cost(round_half_up(Fraction(total)), f"prices.json {as_of}")


def is_priced(info: ProviderInfo) -> bool:
    return price_call(info, Usage()).source != "unknown"


def _undated(model: str) -> str:
    """`gpt-4o-2024-08-06` and `claude-sonnet-4-5-20250929` cost what their undated names cost."""
    return re.sub(r"-(\d{8}|\d{4}-\d{2}-\d{2}|latest)$", "", model)


@lru_cache(maxsize=1)
def _read_prices() -> tuple[str, dict[str, dict[str, int]]]:
    data = json.loads(files("cuttingroom.providers").joinpath("prices.json").read_text("utf-8"))
    return data["as_of"], data["models"]
