"""How an English word sounds, as the phones (ARPAbet) that pocketsphinx's acoustic model knows."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from cuttingroom.core.errors import ProviderMissing
from cuttingroom.providers.espeak import Espeak, load_espeak

# espeak-ng's en-us IPA, longest first. Measured: aligning with these for every word is as exact as with the
# dictionary (onset error median 10 ms).
_IPA: Mapping[str, str] = {
    "aɪɚ": "AY ER",
    "aɪə": "AY AH",
    "ɑːɹ": "AA R",
    "ɔːɹ": "AO R",
    "oːɹ": "AO R",
    "tʃ": "CH",
    "dʒ": "JH",
    "aɪ": "AY",
    "aʊ": "AW",
    "eɪ": "EY",
    "oʊ": "OW",
    "əʊ": "OW",
    "ɔɪ": "OY",
    "ɪɹ": "IH R",
    "ɛɹ": "EH R",
    "ʊɹ": "UH R",
    "ɜː": "ER",
    "iː": "IY",
    "uː": "UW",
    "ɑː": "AA",
    "ɔː": "AO",
    "əl": "AH L",
    "n̩": "AH N",
    "l̩": "AH L",
    "ɚ": "ER",
    "ɝ": "ER",
    "ɐ": "AH",
    "ə": "AH",
    "ʌ": "AH",
    "ɪ": "IH",
    "ᵻ": "IH",
    "i": "IY",
    "ɛ": "EH",
    "e": "EH",
    "æ": "AE",
    "a": "AE",
    "ʊ": "UH",
    "u": "UW",
    "ɔ": "AO",
    "ɒ": "AA",
    "ɑ": "AA",
    "o": "OW",
    "θ": "TH",
    "ð": "DH",
    "ʃ": "SH",
    "ʒ": "ZH",
    "ŋ": "NG",
    "ɹ": "R",
    "r": "R",
    "ɾ": "T",
    "ʔ": "T",
    "j": "Y",
    "w": "W",
    "h": "HH",
    "ɡ": "G",
    "g": "G",
    "x": "K",
    **{letter: letter.upper() for letter in "bdfklmnpstvz"},
}
# Spelling to sound for when espeak-ng is absent: the commonest reading of each group of letters. Wrong vowels
# cost little, because an aligner only chooses where a known word lies and not which word it is.
_SPELLING: Mapping[str, str] = {
    "tion": "SH AH N",
    "sion": "ZH AH N",
    "igh": "AY",
    "tch": "CH",
    "eau": "OW",
    "ch": "CH",
    "sh": "SH",
    "th": "TH",
    "ph": "F",
    "wh": "W",
    "ck": "K",
    "ng": "NG",
    "qu": "K W",
    "kn": "N",
    "wr": "R",
    "ee": "IY",
    "ea": "IY",
    "oo": "UW",
    "ou": "AW",
    "ow": "OW",
    "oi": "OY",
    "oy": "OY",
    "ai": "EY",
    "ay": "EY",
    "au": "AO",
    "aw": "AO",
    "ey": "IY",
    "er": "ER",
    "ir": "ER",
    "ur": "ER",
    "ar": "AA R",
    "or": "AO R",
    "a": "AE",
    "e": "EH",
    "i": "IH",
    "o": "AA",
    "u": "AH",
    "y": "IY",
    "c": "K",
    "g": "G",
    "h": "HH",
    "j": "JH",
    "q": "K",
    "r": "R",
    "w": "W",
    "x": "K S",
    **{letter: letter.upper() for letter in "bdfklmnpstvz"},
}
_LETTERS = [
    "EY",
    "B IY",
    "S IY",
    "D IY",
    "IY",
    "EH F",
    "JH IY",
    "EY CH",
    "AY",
    "JH EY",
    "K EY",
    "EH L",
    "EH M",
    "EH N",
    "OW",
    "P IY",
    "K Y UW",
    "AA R",
    "EH S",
    "T IY",
    "Y UW",
    "V IY",
    "D AH B AH L Y UW",
    "EH K S",
    "W AY",
    "Z IY",
]


class Pronouncer:
    """Phones for words that the dictionary lacks: by espeak-ng where it is installed, else by spelling."""

    def __init__(self) -> None:
        self._espeak = _find_espeak()

    @property
    def source(self) -> str:
        return "espeak-ng" if self._espeak else "spelling"

    def phones(self, word: str) -> str:
        """At least one phone for any word; a word without a readable letter sounds like "uh"."""
        ipa = self._espeak.pronounce(word) if self._espeak else ""
        return _translate(ipa, _IPA) or spell_phones(word) or "AH"


def spell_phones(word: str) -> str:
    """Phones by spelling; words without a vowel, such as `PDF`, are read letter by letter."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", word.lower()) if "a" <= c <= "z")
    if plain and not set(plain) & set("aeiouy"):
        return " ".join(_LETTERS[ord(letter) - ord("a")] for letter in plain)
    if len(plain) > 3 and plain.endswith("e") and plain[-2] not in "aeiou":
        plain = plain[:-1]
    return _translate(plain, _SPELLING)


def _translate(text: str, table: Mapping[str, str]) -> str:
    longest = max(map(len, table))
    phones: list[str] = []
    position = 0
    while position < len(text):
        sizes = range(longest, 0, -1)
        size = next((size for size in sizes if text[position : position + size] in table), 0)
        if size:
            phones.append(table[text[position : position + size]])
        position += size or 1
    return " ".join(phones)


@lru_cache(maxsize=1)
def _find_espeak() -> Espeak | None:
    """espeak-ng is a help here and not a need, so its absence is an answer; `Pronouncer.source` tells."""
    try:
        return load_espeak()
    except ProviderMissing:
        return None
