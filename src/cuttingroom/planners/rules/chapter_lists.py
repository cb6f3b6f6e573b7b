"""Finds chapters with their times in a request: `0:00 Intro, 1:20 Setup`, or `Intro at 0:00, Setup at 1:20`.

Their names are free text: what they say means nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TIME = r"(?<![\d:])\d{1,3}:\d{2}(?::\d{2})?(?:\.\d+)?(?![\d:])"
_QUOTED = r"\"[^\"\n]+\"|“[^”\n]+”|‘[^’\n]+’|'[^'\n]+'"
_LINK = r"(?:\s*(?:[,;\n]|\band\b|\bthen\b)\s*)+"
_DASH = r"\s*(?:[-–—:|)=.]|\bis\b|\bfor\b|\bcalled\b|\bnamed\b|\btitled\b)*\s*"
_VERB = r"(?:cut|trim|remove|delete|add|put|fade|make|render|export|mute|split|show|keep|speed|then)\b"
_NEXT = rf"{_LINK}(?:and\s+)?(?:at\s+)?{_TIME}|(?:,|\band\b|\bthen\b)\s*(?:and\s+)?{_VERB}"
_END = rf"(?=\s*(?:$|\n|[;.](?:\s|$)|{_NEXT}))"
_TIME_FIRST = re.compile(
    rf"(?:at\s+)?(?P<time>{_TIME}){_DASH}(?P<name>{_QUOTED}|[^\W\d_](?:(?!{_TIME})[^\n;])*?){_END}",
    re.IGNORECASE,
)
_NAME_FIRST = re.compile(
    rf"(?P<name>{_QUOTED}|[^\W\d_](?:(?!{_TIME})[^\n;,])*?)\s*(?:@|\bat\b|\bfrom\b|\(|[-–—:])\s*(?P<time>{_TIME})\)?",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"\bchapters?(?:\s+markers?)?\b\s*(?:for|at|as\s+follows|are)?\s*[:,-]?\s*", re.IGNORECASE
)
_BETWEEN = re.compile(_LINK, re.IGNORECASE)
_NAMED = re.compile(r"\b(?:called|named|titled)\b|[\"“‘']", re.IGNORECASE)


@dataclass(frozen=True)
class ChapterList:
    """Where the list begins and ends in the request, and its chapters: clock times and names."""

    start: int
    end: int
    chapters: tuple[tuple[str, str], ...]


def find_chapter_lists(request: str) -> Iterator[ChapterList]:
    """The lists behind the word "chapters". One chapter alone counts when its name is marked as one."""
    for subject in _SUBJECT.finditer(request):
        for pattern in (_TIME_FIRST, _NAME_FIRST):
            found = _find_list(request, subject.end(), pattern)
            if found is not None:
                yield found
                return


def _find_list(request: str, at: int, pattern: re.Pattern[str]) -> ChapterList | None:
    items: list[re.Match[str]] = []
    position = at
    while (item := pattern.match(request, position)) is not None:
        items.append(item)
        link = _BETWEEN.match(request, item.end())
        if link is None:
            break
        position = link.end()
    if not items or (len(items) == 1 and not _NAMED.search(items[0].group())):
        return None
    chapters = tuple((item["time"], _plain(item["name"])) for item in items)
    return ChapterList(items[0].start(), items[-1].end(), chapters)


def _plain(name: str) -> str:
    return name.strip().strip("\"“”‘’'").strip(" ,")
