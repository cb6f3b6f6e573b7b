"""Which language a request is in, where it is plainly not English. A rules planner reads only English.

Scripts are told by their letters, languages of Latin letters by their commonest words (those that English
shares are left out)."""

from __future__ import annotations

import re
import unicodedata

_SCRIPTS = {
    "CYRILLIC": "Cyrillic script", "GREEK": "Greek", "ARABIC": "Arabic script", "HEBREW": "Hebrew",
    "DEVANAGARI": "Devanagari script", "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean",
    "CJK": "Chinese or Japanese", "THAI": "Thai", "BENGALI": "Bengali", "TAMIL": "Tamil",
}  # fmt: skip

_WORDS = {
    "German": (
        "der die das den dem des und ist nicht ein eine einen einer mit auf für von im zum "
        "zur bitte sekunden ersten letzten schneide füge mach weg lauter leiser musik "
        "untertitel bild ton ende anfang"
    ),
    "French": (
        "le les des une et est pas pour dans sur avec du au aux plus moins la de peux tu s'il "
        "vous plaît secondes première dernière coupe ajoute enlève musique sous-titres début "
        "fin vidéo deuxième"
    ),
    "Spanish": (
        "el los las una y es para con por del que más menos la de quita pon ponle añade corta "
        "segundos primeros últimos por favor música subtítulos silencios inicio final vídeo"
    ),
    "Italian": (
        "il lo gli una e è per con del della che più meno la di metti togli aggiungi taglia "
        "secondi primi ultimi per favore musica sottotitoli inizio fine video bassa alta"
    ),
    "Portuguese": (
        "o os as uma e é para com por do da que mais menos não de tira coloca adiciona corta "
        "segundos primeiros últimos favor música legendas início fim vídeo"
    ),
    "Dutch": (
        "de het een en is niet voor met op van naar knip voeg maak weg seconden eerste "
        "laatste muziek ondertitels begin einde alsjeblieft geluid harder zachter"
    ),
    "Polish": ("i jest nie na z do od w pierwsze ostatnie sekund wytnij dodaj usuń muzykę napisy proszę"),
    "Turkish": ("ve bir bu için ile kes ekle sil saniye ilk son müzik altyazı lütfen sesi"),
}
_SHARED = frozenset(
    ("a", "is", "on", "do", "video", "in", "me", "final", "of", "as", "e", "i", "o", "y", "la", "de", "en")
)
_FEWEST_WORDS = 2
_SHARE = 0.3


def find_language(request: str) -> str | None:
    """The language or script of a request that is plainly not English, as people call it; None for English,
    or when nobody can tell."""
    unquoted = re.sub(r'"[^"]*"|“[^”]*”|«[^»]*»|(?<!\w)\'[^\']*\'(?!\w)', " ", request)
    return _find_script(unquoted) or _find_by_words(unquoted)


def _find_script(text: str) -> str | None:
    letters = [c for c in text if c.isalpha()]
    found: dict[str, int] = {}
    for letter in letters:
        name = unicodedata.name(letter, "").split(" ")[0].split("-")[0]
        if name in _SCRIPTS:
            found[_SCRIPTS[name]] = found.get(_SCRIPTS[name], 0) + 1
    if not found or 2 * sum(found.values()) < len(letters):
        return None
    return "Japanese" if "Japanese" in found else max(found, key=lambda script: found[script])


def _find_by_words(text: str) -> str | None:
    words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text.lower())
    counts = {language: sum(w in known for w in words) for language, known in _KNOWN.items()}
    best = max(counts, key=lambda language: counts[language])
    plain = sum(w in _SHARED or w in _ENGLISH for w in words)
    enough = counts[best] >= _FEWEST_WORDS and counts[best] >= _SHARE * len(words)
    return best if enough and counts[best] > plain else None


_KNOWN = {language: frozenset(words.split()) - _SHARED for language, words in _WORDS.items()}
_ENGLISH = frozenset(
    re.findall(
        r"\w+",
        """the and to it cut add make first last from with seconds clip remove put please at for sound title
        music speed between after before under over into you can this that my all""",
    )
)
