"""The espeak-ng library, called in this process: sound with the times of its words, and pronunciations.

It is GPL-3 and therefore an optional extra that we load at run time and never ship.
Constants and structures: espeak-ng's `speak_lib.h`, version 1.52.
"""

from __future__ import annotations

import ctypes as c
import threading
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cuttingroom.core.errors import InvalidInput, ProviderBroken, ProviderMissing

_SYNCHRONOUS, _PHONEME_EVENTS, _DONT_EXIT = 2, 0x0001, 0x8000
_RATE, _PITCH, _RANGE = 1, 3, 4
_UTF8, _IPA = 1, 0x02
_LIST_END, _WORD, _PHONEME = 0, 1, 7


class _Id(c.Union):
    _fields_ = [("number", c.c_int), ("name", c.c_char_p), ("string", c.c_char * 8)]


class _Event(c.Structure):
    _fields_ = [
        ("type", c.c_int),
        ("unique_identifier", c.c_uint),
        ("text_position", c.c_int),
        ("length", c.c_int),
        ("audio_position", c.c_int),
        ("sample", c.c_int),
        ("user_data", c.c_void_p),
        ("id", _Id),
    ]


_Callback = c.CFUNCTYPE(c.c_int, c.POINTER(c.c_short), c.c_int, c.POINTER(_Event))


@dataclass(frozen=True)
class WordEvent:
    """A word that begins at character `position` of the text; its sound is `start_sample` to `end_sample`."""

    position: int
    start_sample: int
    end_sample: int


@dataclass(frozen=True)
class Spoken:
    pcm: NDArray[np.int16]
    sample_rate: int
    words: tuple[WordEvent, ...]


@dataclass(frozen=True)
class _Raw:
    kind: int
    position: int
    sample: int
    phoneme: str


class Espeak:
    """The one loaded library. It has global state, so calls wait for each other."""

    def __init__(self, library: Any, data_path: str) -> None:
        self._library = library
        self._lock = threading.Lock()
        library.espeak_Initialize.argtypes = [c.c_int, c.c_int, c.c_char_p, c.c_int]
        library.espeak_TextToPhonemes.argtypes = [c.POINTER(c.c_char_p), c.c_int, c.c_int]
        library.espeak_TextToPhonemes.restype = c.c_char_p
        flags = _PHONEME_EVENTS | _DONT_EXIT
        self.sample_rate: int = library.espeak_Initialize(_SYNCHRONOUS, 0, data_path.encode(), flags)
        if self.sample_rate <= 0:
            raise ProviderBroken("espeak-ng cannot read its data.", provider="espeak-ng")

    def synthesize(
        self, text: str, *, voice: str, words_per_minute: int, pitch: int, pitch_range: int
    ) -> Spoken:
        """Speak plain text. Raises InvalidInput for an unknown voice."""
        parts: list[NDArray[np.int16]] = []
        events: list[_Raw] = []

        @_Callback
        def receive(wav: Any, count: int, pointer: Any) -> int:
            if wav and count:
                parts.append(np.ctypeslib.as_array(wav, (count,)).copy())
            events.extend(_read_events(pointer))
            return 0

        with self._lock:
            self._choose(voice)
            for parameter, value in ((_RATE, words_per_minute), (_PITCH, pitch), (_RANGE, pitch_range)):
                self._library.espeak_SetParameter(parameter, value, 0)
            self._library.espeak_SetSynthCallback(receive)
            data = text.encode()
            status = self._library.espeak_Synth(data, c.c_size_t(len(data) + 1), 0, 1, 0, _UTF8, None, None)
            self._library.espeak_Synchronize()
        if status != 0:
            raise ProviderBroken(f"espeak-ng failed with status {status}.", provider="espeak-ng")
        pcm = np.concatenate(parts) if parts else np.zeros(0, np.int16)
        return Spoken(pcm=pcm, sample_rate=self.sample_rate, words=_word_events(events, len(pcm)))

    def pronounce(self, text: str, *, voice: str = "en-us") -> str:
        """The IPA of `text`, with stress marks."""
        parts: list[str] = []
        with self._lock:
            self._choose(voice)
            rest = c.c_char_p(text.encode())
            while rest.value:
                parts.append(self._library.espeak_TextToPhonemes(c.byref(rest), _UTF8, _IPA).decode())
        return " ".join(parts)

    def _choose(self, voice: str) -> None:
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise InvalidInput(
                f"espeak-ng has no voice {voice!r}.",
                advice="Use a language such as en-us, en-gb-x-rp or de.",
            )


@lru_cache(maxsize=1)
def load_espeak() -> Espeak:
    """The library from the `espeak` extra. Raises ProviderMissing when it is not installed."""
    try:
        import espeakng_loader
    except ImportError as error:
        raise ProviderMissing(
            "espeak-ng is not installed.",
            advice="Install it with `pip install 'cuttingroom[espeak]'` (GPL-3) or configure a remote voice.",
            provider="espeak-ng",
        ) from error
    try:
        library = c.CDLL(espeakng_loader.get_library_path())
    except OSError as error:
        raise ProviderMissing(f"espeak-ng cannot be loaded: {error}.", provider="espeak-ng") from error
    return Espeak(library, espeakng_loader.get_data_path())


def _read_events(pointer: Any) -> list[_Raw]:
    found: list[_Raw] = []
    index = 0
    while pointer[index].type != _LIST_END:
        event = pointer[index]
        phoneme = event.id.string.decode("utf-8", "replace") if event.type == _PHONEME else ""
        if event.type in (_WORD, _PHONEME):
            found.append(_Raw(event.type, event.text_position - 1, event.sample, phoneme))
        index += 1
    return found


def _word_events(events: list[_Raw], length: int) -> tuple[WordEvent, ...]:
    """Each word from its first sounding phoneme to the pause, or the word, that follows."""
    starts = [index for index, event in enumerate(events) if event.kind == _WORD]
    words: list[WordEvent] = []
    for index, following in zip(starts, [*starts[1:], len(events)], strict=True):
        limit = events[following].sample if following < len(events) else length
        phonemes = [event for event in events[index + 1 : following] if event.kind == _PHONEME]
        sounding = [event.sample for event in phonemes if not event.phoneme.startswith("_")]
        start = sounding[0] if sounding else events[index].sample
        pauses = (
            event.sample for event in phonemes if event.phoneme.startswith("_") and event.sample > start
        )
        words.append(WordEvent(events[index].position, start, min(next(pauses, limit), length)))
    return tuple(words)
