"""What may be asked of a composer: light enough for everyone who reads the catalog of tools."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from cuttingroom.core.time import Frozen, Ticks

Mood = Literal["warm", "calm", "upbeat", "tense", "happy", "sad", "cinematic", "lo-fi"]
Instrument = Literal["piano", "pad", "strings", "guitar", "bells"]
KeyName = Literal["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"]


class MusicRequest(Frozen):
    """An instrumental bed of exactly `duration_ticks` (to the nearest sample).

    Without an instrument, tempo or key the mood chooses. The same request gives the same music; another
    `seed` gives another piece.
    """

    mood: Mood = "warm"
    instrument: Instrument | None = None
    tempo_bpm: Annotated[int, Field(ge=40, le=200)] | None = None
    duration_ticks: Annotated[Ticks, Field(gt=0)]
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0
    key: KeyName | None = None
