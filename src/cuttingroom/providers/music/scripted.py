"""A composer for tests: one quiet tone whose pitch comes from the mood and the seed."""

from __future__ import annotations

import numpy as np

from cuttingroom.core.errors import InvalidInput
from cuttingroom.core.time import ticks_to_seconds
from cuttingroom.providers.base import ProviderInfo
from cuttingroom.providers.music.base import SAMPLE_RATE, Music, count_samples
from cuttingroom.providers.music.moods import STYLES
from cuttingroom.providers.music.request import MusicRequest

MAX_SECONDS = 3600


class ScriptedComposer:
    """Deterministic and fast; correct in length, level and silence at the end."""

    info = ProviderInfo(
        capability="music",
        name="scripted",
        model="tone",
        is_local=True,
        limits={"max_seconds": MAX_SECONDS},
        choices={"moods": tuple(STYLES)},
    )

    def compose(self, request: MusicRequest) -> Music:
        if ticks_to_seconds(request.duration_ticks) > MAX_SECONDS:
            raise InvalidInput(f"Scripted music lasts at most {MAX_SECONDS} seconds.")
        length = count_samples(request)
        hertz = 110.0 * 2 ** ((list(STYLES).index(request.mood) + request.seed % 12) / 12)
        fade = np.clip(np.minimum(np.arange(length), length - 1 - np.arange(length)) / 4800, 0, 1)
        tone = (0.2 * fade * np.sin(2 * np.pi * hertz * np.arange(length) / SAMPLE_RATE)).astype(np.float32)
        facts = {"mood": request.mood, "hertz": round(hertz, 2), "seed": request.seed}
        return Music(np.stack([tone, tone], axis=1), SAMPLE_RATE, facts, "scripted")
