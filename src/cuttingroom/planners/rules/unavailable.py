"""Wishes that people have and that no tool fulfils, so that the answer can say what would make them
possible."""

from __future__ import annotations

import re

_WISHES: dict[str, tuple[str, str]] = {
    r"stabili[sz]\w*|shak(?:y|e|ing)|steady (?:it|the (?:shot|picture|video))": (
        "cannot steady shaky pictures",
        "Steady the file in another program first, then bring it in.",
    ),
    r"(?:replace|change|swap|remove|blur) (?:the |my |his |her )?background": (
        "cannot tell a person from a background",
        "It can be replaced when it is one colour, such as a green screen: say which colour.",
    ),
    r"faces?|(?:her|his|their|my) (?:head|eyes?)|(?:licen[cs]e|number) plates?|recogni[sz]e\w*": (
        "does not recognise people or things in the picture",
        "Say where it is, such as the top left corner, and from when to when.",
    ),
    r"voice-?\s?overs?|narrate|text to speech|tts|read (?:it|this) (?:out|aloud)": (
        "cannot speak a text in an edit yet",
        "Record it and add the file, such as “add voice.mp3 at 0:05”.",
    ),
    r"dub(?:bing|bed)?|translat\w*|speak \w+ (?:with|in) (?:his|her|my|their)|lip[- ]?sync\w*": (
        "cannot translate what is said",
        "Bring in subtitles in that language, such as “use captions.srt for the captions”.",
    ),
    r"smil\w+|laugh\w*|looks? (?:happy|sad|angry|at the camera)|cough\w*|sneez\w*": (
        "does not see what people do",
        "Say from when to when it is, or the words that are said there.",
    ),
    r"generate|ai (?:video|image|picture)|make up (?:a|some) (?:shot|clip|picture)": (
        "cannot invent pictures in an edit",
        "Bring the file in, then say where it goes.",
    ),
    r"upload|publish|post (?:it|this) (?:to|on)|share (?:it|this)": (
        "does not upload anything",
        "Render for the platform, such as “export for youtube”, and upload the file.",
    ),
}
_PATTERNS = [
    (re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE), f"Cuttingroom {what}. {instead}")
    for words, (what, instead) in _WISHES.items()
]


def find_unavailable(said: str) -> str | None:
    """What cannot be done and what would make it possible, when `said` asks for something of the sort."""
    return next((text for pattern, text in _PATTERNS if pattern.search(said)), None)
