"""pocketsphinx: forced alignment of known words, and a draft recogniser. English only; 16 kHz mono.

Facts that shaped this (pocketsphinx 5.1.1): when the search loses its path `seg()` is None; with wide beams
it may return fewer words than were given, in silence; one word that the dictionary lacks fails the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cuttingroom.providers.audio import SAMPLES_PER_FRAME, Pcm
from cuttingroom.providers.transcription.pronounce import Pronouncer

WIDE_BEAM = 1e-100


@dataclass(frozen=True)
class FoundWord:
    """A word of the search result; frames are 10 ms, `end_frame` is exclusive, `confidence` 0 to 1."""

    text: str
    start_frame: int
    end_frame: int
    confidence: float


def align_words(samples: Pcm, words: Sequence[str], *, beam: float | None = None) -> list[FoundWord] | None:
    """Where each of `words` (lower case, at least one) is said, or None when the search lost its way."""
    decoder = _open_decoder(lm=None, beam=beam)
    keys = _learn_words(decoder, words)
    decoder.set_align_text(" ".join(keys))
    found = _decode(decoder, samples)
    return found if [word.text for word in found] == keys else None


class DraftRecogniser:
    """Free recognition with the general English model that comes with pocketsphinx."""

    def __init__(self) -> None:
        self._decoder = _open_decoder()

    def recognise(self, samples: Pcm, start_frame: int, end_frame: int) -> list[FoundWord]:
        """Words of one stretch of the sound, with frames counted from the beginning of `samples`."""
        part = samples[start_frame * SAMPLES_PER_FRAME : end_frame * SAMPLES_PER_FRAME]
        return [
            FoundWord(w.text, w.start_frame + start_frame, w.end_frame + start_frame, w.confidence)
            for w in _decode(self._decoder, part)
        ]


def _open_decoder(*, beam: float | None = None, **options: Any) -> Any:
    from pocketsphinx import Decoder

    beams = {} if beam is None else {"beam": beam, "wbeam": beam, "pbeam": beam}
    return Decoder(samprate=16000, loglevel="FATAL", **beams, **options)


def _learn_words(decoder: Any, words: Sequence[str]) -> list[str]:
    """The dictionary's name for each word; unknown words are added under names of our own."""
    pronouncer = Pronouncer()
    known: dict[str, str] = {}
    for word in words:
        if word not in known and re.fullmatch(r"[a-z']+", word) and decoder.lookup_word(word):
            known[word] = word
        elif word not in known:
            known[word] = f"unknown-{len(known)}"
            decoder.add_word(known[word], pronouncer.phones(word), True)
    return [known[word] for word in words]


def _decode(decoder: Any, samples: Pcm) -> list[FoundWord]:
    decoder.start_utt()
    decoder.process_raw(samples.tobytes(), full_utt=True)
    decoder.end_utt()
    return [
        FoundWord(
            re.sub(r"\(\d+\)$", "", segment.word),
            segment.start_frame,
            segment.end_frame + 1,
            min(max(float(segment.prob), 0.0), 1.0),
        )
        for segment in decoder.seg() or ()
        if not segment.word.startswith(("<", "["))
    ]
