"""Narration by espeak-ng on this machine: clear, robotic, and exact about the time of every word."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter

import numpy as np
from numpy.typing import NDArray

from cuttingroom.core.errors import InvalidInput
from cuttingroom.core.time import TICKS_PER_SECOND
from cuttingroom.providers.audio import Samples, to_float
from cuttingroom.providers.base import ProviderInfo
from cuttingroom.providers.espeak import Espeak, Spoken, load_espeak
from cuttingroom.providers.speech.base import Speech, SpeechRequest
from cuttingroom.providers.spoken import Token, read_tokens
from cuttingroom.providers.transcription.grouping import LONGEST_WORD, spread_words
from cuttingroom.timeline.transcript import Word

VOICES = ("en-us", "en-us+f3", "en-us+m3", "en-gb-x-rp", "en-gb-scotland", "de", "fr", "es", "it", "pt-br")
PITCH, PITCH_RANGE = 42, 60
"""A little below espeak's 50 and livelier than its 50: less nasal, less flat."""

# Gains in dB by frequency: no rumble, some chest, less of the buzz at 3 kHz, less hiss.
_TONE_HZ = (0, 50, 90, 220, 700, 2200, 3200, 4500, 7000, 11025, 24000)
_TONE_DB = (-60, -30, 0, 2.5, 0, -1.5, -4.5, -3, -6, -14, -24)
_ROOM = ((0.018, 0.10), (0.031, 0.06))
_PEAK = 0.7
_EARLY_CHARACTERS = 3


class EspeakSpeaker:
    """Raises ProviderMissing when the `espeak` extra is not installed."""

    def __init__(self, espeak: Espeak | None = None) -> None:
        self._espeak = espeak or load_espeak()
        self.info = ProviderInfo(
            capability="speech",
            name="espeak-ng",
            model="espeak-ng",
            is_local=True,
            limits={"max_characters": 20_000},
            choices={"voices": VOICES},
        )

    def speak(self, request: SpeechRequest) -> Speech:
        voice = request.voice or VOICES[0]
        if not re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]+)*(\+[a-z0-9]+)?", voice):
            raise InvalidInput(f"{voice!r} is not a voice.", advice="Voices: " + ", ".join(VOICES) + ".")
        text, starts, tokens = _plan_text(request.text, is_english=voice.startswith("en"))
        spoken = self._espeak.synthesize(
            text,
            voice=voice,
            words_per_minute=request.words_per_minute,
            pitch=PITCH,
            pitch_range=PITCH_RANGE,
        )
        return Speech(
            samples=soften(spoken.pcm, spoken.sample_rate),
            sample_rate=spoken.sample_rate,
            words=_time_words(spoken, starts, tokens),
            service=f"espeak-ng {voice}",
        )


def soften(pcm: NDArray[np.int16], sample_rate: int) -> Samples:
    """The same speech with a rounder tone, a trace of room, and its peak at -3 dBFS; same length."""
    room = int(0.05 * sample_rate)
    dry = np.concatenate([to_float(pcm), np.zeros(room, np.float32)])
    spectrum = np.fft.rfft(dry)
    hertz = np.fft.rfftfreq(len(dry), 1 / sample_rate)
    toned = np.fft.irfft(spectrum * 10 ** (np.interp(hertz, _TONE_HZ, _TONE_DB) / 20), len(dry))
    wet = toned.copy()
    for seconds, gain in _ROOM:
        delay = int(seconds * sample_rate)
        wet[delay:] += gain * toned[:-delay]
    wet = wet[: len(pcm)]
    return (wet * (_PEAK / max(float(np.max(np.abs(wet), initial=0.0)), 1e-6))).astype(np.float32)


def _plan_text(text: str, *, is_english: bool) -> tuple[str, list[int], tuple[Token, ...]]:
    """The text for the voice, the character at which each token begins in it, and the tokens.

    Numbers are written out with the punctuation of the token kept, so that the voice pauses where it should.
    """
    tokens = read_tokens(text)
    if not any(token.spoken for token in tokens):
        raise InvalidInput("The text to speak has no words.")
    said, starts, length = list[str](), list[int](), 0
    for token in tokens:
        form = _form(token) if is_english else token.text
        starts.append(length)
        said.append(form)
        length += len(form) + 1
    return " ".join(said), starts, tokens


def _form(token: Token) -> str:
    if not re.search(r"[\d&%@$€£+=]|^[A-Za-z.]+\.$", token.text):
        return token.text
    tail = re.search(r"[.,;:!?]+$", token.text)
    is_abbreviation = token.text.endswith(".") and "".join(token.spoken) not in token.text.lower()
    return " ".join(token.spoken) + ("" if tail is None or is_abbreviation else tail[0])


def _time_words(spoken: Spoken, starts: list[int], tokens: tuple[Token, ...]) -> tuple[Word, ...]:
    """Every token from its first to its last sound. A token that the voice did not announce shares the time
    of the one before it."""
    ticks = TICKS_PER_SECOND // spoken.sample_rate
    spans = _spans(spoken, starts, tokens)
    heard = sorted({0, *spans})
    words: list[Word] = []
    for token, following in zip(heard, [*heard[1:], len(tokens)], strict=True):
        start, end = spans.get(token, (0, 1))
        texts = [item.text[:LONGEST_WORD] for item in tokens[token:following]]
        words.extend(spread_words(texts, start * ticks, max(end, start + 1) * ticks))
    return tuple(words)


def _spans(spoken: Spoken, starts: list[int], tokens: tuple[Token, ...]) -> dict[int, tuple[int, int]]:
    """Samples per token. espeak-ng announces some words up to three characters early (measured on 1.52), so a
    word that its token does not need belongs to the next one when that is so near."""
    spans: dict[int, tuple[int, int]] = {}
    seen = Counter[int]()
    for event in spoken.words:
        token = max(bisect_right(starts, event.position) - 1, 0)
        following = token + 1
        is_full = seen[token] >= max(len(tokens[token].spoken), 1)
        if is_full and following < len(starts) and event.position >= starts[following] - _EARLY_CHARACTERS:
            token = following
        seen[token] += 1
        first, last = spans.get(token, (event.start_sample, event.end_sample))
        spans[token] = (min(first, event.start_sample), max(last, event.end_sample))
    return spans
