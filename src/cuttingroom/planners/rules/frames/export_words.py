"""How people say what a file should be: its form, its size in pixels and bytes, how it is divided."""

from __future__ import annotations

import re

from cuttingroom.planners.rules.frames.readers import Found, Reader, read_pattern
from cuttingroom.planners.rules.frames.tokens import Tokens

PROFILES: dict[str, str] = {
    "youtube": "youtube|yt|you tube",
    "shorts": "shorts|youtube shorts|youtube short|yt shorts|yt short",
    "tiktok": "tiktok|tik tok|tik-tok",
    "reels": "reels|reel|instagram reels|instagram reel|insta reel|insta reels|ig reel|ig reels",
    "square": "square post|instagram post|insta post|instagram feed|insta feed|ig feed|square feed|ig post",
    "gif": "gif|gifs|animated gif",
    "mp3": "mp3",
    "wav": "wav|uncompressed audio|uncompressed sound|lossless audio",
    "podcast": "podcast|podcast episode",
    "prores": "prores|pro res|apple prores|prores 422|prores hq",
    "dnxhr": "dnxhr|dnxhd",
    "hevc": "hevc|h265|x265",
    "av1": "av1",
    "webm": "webm|vp9",
    "mkv": "mkv|matroska",
    "delivery": "mp4|h264|x264|full quality|best quality|highest quality|full resolution|final version"
    "|final render",
    "draft": "draft|rough draft|quick draft|low quality|low res|low resolution|lowest quality|rough version",
    "preview": "preview|quick preview|preview version",
}
"""The built-in profiles, as people call them."""

PLATFORMS = "vimeo|facebook|fb|twitter|linkedin|snapchat|twitch|pinterest"
"""For which there is no profile."""

INSTAGRAM = "instagram|insta|ig"
"""Two profiles, of which nobody can guess one."""

OTHER_FORMATS: dict[str, tuple[str, ...]] = {
    "avi": ("mp4",),
    "wmv": ("mp4",),
    "flv": ("mp4",),
    "mpeg": ("mp4",),
    "mov": ("prores", "mp4"),
    "ogg": ("mp3", "wav"),
    "opus": ("mp3", "wav"),
    "flac": ("wav", "mp3"),
    "wma": ("mp3",),
}
"""Files that no built-in profile makes, with those that come near."""

RECEIVERS = (
    "discord whatsapp telegram slack email e-mail mail gmail website web site blog editor client boss phone "
    "server upload uploading sharing friend friends mum mom"
)
"""Who gets the file asks for nothing by itself."""

GLUE = (
    "it that this them all file files video movie film clip whole everything final finished result "
    "version one copy format please me give save render export make create get want need send do be "
    "ready again as in to for with of on at own its thing edit into quality size the "
    "and so just download downloadable"
)
"""Words that ask for nothing in a clause about files."""

_PARTS = "(parts|pieces|files|chunks|segments|sections|bits)"
_LONGEST = (
    "longer than|over|more than|no longer than|not longer than|at most|no more than|max|under|shorter than"
)
_AT_MOST = (
    "under|below|beneath|less than|smaller than|lower than|at most|max|maximum|maximum of|max of|no more than"
    "|not more than|no bigger than|not bigger than|no larger than|not larger than|not over|up to|within"
    "|limit of|limited to|capped at|cap of|size limit|size limit of"
)
_FITS = (
    "fits|fit|to fit|that fits|fitting|fits in|fit in|to fit in|that fits in|fits into|fit into|to fit into"
)
_KEEPS = (
    "that is under|that's under|so that it is under|so it is under|so it's under|keep it under"
    "|keeping it under|and keep it under|and under|but under|staying under|stay under|stays under|be under"
    "|is under|fits under"
)
LIMITING = f"{_AT_MOST}|{_FITS}|{_KEEPS}"
"""Words before the most that a file may have."""

SLOTS: dict[str, str | tuple[str, ...]] = {
    "limit": (
        f"<{LIMITING}> MEGABYTES [max|maximum|tops|limit|total|each]",
        "MEGABYTES (max|maximum|at most|or less|limit|tops|or smaller)",
    ),
    "width": ("[at|in|with|and] PIXELS (wide|across|in width|width)", "width [of] PIXELS"),
    "height": ("[at|in|with|and] PIXELS (high|tall|in height|height)", "height [of] PIXELS"),
    "lines": (
        "[at|in|as|to|with] LINES [resolution|quality|version]",
        "[at|in|as|to|with] NAMEDSIZE [resolution|quality|version]",
    ),
    "sides": "[at|in|as|to|with|size of] BOTHSIDES [pixels|resolution]",
    "parts": f"[as|in|into|to] COUNT [equal|even|equally long|equal sized|same size] {_PARTS}",
    "every": (
        f"[as|in|into|to] LENGTH [long] {_PARTS}",
        f"[as|in|into|to] {_PARTS} of LENGTH [each|long]",
        "[one|new|separate] (file|part|piece) <every|for every|per|each> LENGTH",
        "<every|per> LENGTH",
    ),
    "longest": (
        f"<none|no part|no piece|no file|each> <{_LONGEST}> LENGTH",
        f"<none of them> <{_LONGEST}> LENGTH",
        f"<in|into|as> {_PARTS} <{_LONGEST}|of at most|of no more than|of max> LENGTH",
        f"<{_LONGEST}> LENGTH (each|per file|per part|apiece)",
    ),
    "division": "<in|into|as|in several|in multiple|in separate|into several|into separate> "
    "(parts|pieces|chunks|segments|sections)",
    "apart": (
        "(each|all|every) (clip|clips|one|part|shot|shots|scene) [separately|individually|apart]",
        "(separately|individually|apart)",
    ),
    "filed": "[one|own|separate] file each",
    "range": "[of|for] STRETCH",
    "platform": f"[<for|to|on>] <{PLATFORMS}>",
    "other": (
        "<as|to|in|for|in format> WORD [format]",
        "<with profile|using profile|with preset|using preset|in profile|profile|preset> PROFILENAME",
        "[<with|using|in|as>] PROFILENAME (profile|preset)",
    ),
}
"""What may be said about a render."""

_TAKEN = {
    *f"{GLUE} {RECEIVERS} their his her any hd sd uhd qhd".split(),
    *re.split(r"[| ]", "|".join((*PROFILES.values(), PLATFORMS, INSTAGRAM))),
}
"""Words that are no names of profiles of a person's own."""


def _read_word(tokens: Tokens, at: int) -> Found:
    """A word that nobody knows: perhaps the name of a profile."""
    word = tokens[at].words[0] if tokens.kind(at) == "UNKNOWN" else ""
    if re.fullmatch(r"[a-z][a-z0-9_-]{1,39}", word) and word not in _TAKEN:
        yield word, at + 1


def _read_name(tokens: Tokens, at: int) -> Found:
    """The name of a profile, beside that word."""
    name = tokens.request[tokens[at].start : tokens[at].end].lower() if at < len(tokens) else ""
    if re.fullmatch(r"[a-z][a-z0-9_-]{0,39}", name):
        yield name, at + 1


_MEGABYTES = {"k": 0.001, "m": 1.0, "g": 1000.0}
_SHORT_SIDES = {"4k": 2160, "uhd": 2160, "ultrahd": 2160, "2k": 1440, "qhd": 1440, "fullhd": 1080, "hd": 720,
                "sd": 480}  # fmt: skip


def _megabytes(match: re.Match[str]) -> float | None:
    value = float(match[1].replace(",", ".")) * _MEGABYTES[match[2].lower()]
    return value if value > 0 else None


def _short_side(match: re.Match[str]) -> int:
    return _SHORT_SIDES[re.sub(r"\s", "", match[1].lower())]


CHUNKS: dict[str, Reader] = {
    "MEGABYTES": read_pattern(
        r"(\d+(?:[.,]\d+)?)\s?(k|m|g)(?:i?b|egs?|igs?|egabytes?|igabytes?|ilobytes?)(?!\w)", _megabytes
    ),
    "PIXELS": read_pattern(r"(\d{2,4})(?:\s?(?:px|pixels?))?(?![\w%])", lambda m: int(m[1])),
    "LINES": read_pattern(r"(\d{3,4})\s?p(?:rogressive)?\d{0,3}(?!\w)", lambda m: int(m[1])),
    "NAMEDSIZE": read_pattern(r"(4\s?k|uhd|ultra\s?hd|2\s?k|qhd|full\s?hd|hd|sd)(?!\w)", _short_side),
    "BOTHSIDES": read_pattern(r"(\d{2,4})\s?(?:x|×|by|\*)\s?(\d{2,4})\b", lambda m: (int(m[1]), int(m[2]))),
    "WORD": _read_word,
    "PROFILENAME": _read_name,
}
"""Kinds of this area."""
