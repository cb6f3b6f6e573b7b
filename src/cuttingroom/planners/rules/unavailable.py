"""Wishes that people have and that no edit fulfils yet, so that the answer can say so plainly."""

from __future__ import annotations

import re

_WISHES: dict[str, str] = {
    "play a part again and again": r"loop\w*|repeat\w*|play .*\b(?:twice|times)",
    "play backwards": r"revers\w*(?! the order)|backwards?|rewind",
    "zoom or pan": r"zoom\w*|pan(?:ning)?|ken burns",
    "crop or change the shape of the picture": (
        r"crop\w*|vertical(?:ly)?|portrait|square|widescreen|aspect|9:16|16:9|1:1|4:5|resiz\w*|letterbox\w*|scale"
    ),
    "rotate or mirror the picture": r"rotat\w*|mirror\w*|flip\w*|upside",
    "change colours or light": (
        r"colou?r\w*|warmer|cooler|bright\w*|dark(?:er|en)|contrast|saturat\w*|grad(?:e|ing)|lut|exposure|"
        r"lighting|black and white|make .*black|b&w|greyscale|grayscale|sepia|filters?|vintage|sharpen\w*"
    ),
    "steady shaky pictures": r"stabili[sz]\w*|shak(?:y|e|ing)|steady",
    "hide or replace parts of the picture": (
        r"blur\w*|pixelat\w*|censor\w*|green ?screen|chroma\w*|background removal|watermark"
    ),
    "record or make a voice": r"voice-?\s?overs?|narrate|text to speech|tts|dub(?:bing)?",
    "stop the picture on one frame": r"freez\w*|still frame",
    "clean up or shape the sound": (
        r"(?:background )?noise|hum|hiss|echo|reverb|normali[sz]\w*|eq|equali[sz]\w*|denoise|wind noise"
    ),
    "put one picture inside another": r"picture[- ]in[- ]picture|pip|split ?screen|side by side",
    "add effects, stickers or sounds": r"effects?|stickers?|emojis?|sfx|sound effects?|wipes?|animat\w*|gif",
}
_PATTERNS = {wish: re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE) for wish, words in _WISHES.items()}
POSSIBLE = (
    "What it can do: cut and keep parts, take out silences, move and join clips, change speed and volume, "
    "fade, and add titles, captions and music."
)


def find_unavailable(said: str) -> str | None:
    """A sentence that says what cannot be done yet, when `said` asks for something known to be missing."""
    for wish, pattern in _PATTERNS.items():
        if pattern.search(said):
            return f"Cuttingroom cannot {wish} yet. {POSSIBLE}"
    return None


def is_unavailable_word(word: str) -> bool:
    return any(p.fullmatch(word) for p in _PATTERNS.values())
