"""Finds the words of a title that stand in a request without quotation marks."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NOUN = r"(?:titles?|title\s+card|text|captions?|heading|label|lettering|lower[ -]third|card|intro|outro)"
_SAYING = r"(?:saying|(?:that|which)\s+(?:says|reads)|reading|to\s+say|to\s+read|should\s+(?:say|read))"
_CALLED = r"(?:called|named|with\s+(?:the|my|his|her)\s+(?:words?|text|name))"
_MARKED = (
    rf"(?:markers?|chapters?|bookmark)\b[^.;\n\"“‘«]{{0,40}}?\s(?:called|named|labell?ed|{_SAYING})"
    r"|\bmark\b[^.;\n\"“‘«]{1,30}?\sas"
)
_COLOUR = r"(?:black|white|red|green|blue|yellow|orange|purple|pink|gr[ae]y|navy|teal|brown|#[0-9a-f]{6})"
_LEAD = re.compile(
    rf"\b(?:{_NOUN}(?:[^.;\n\"“‘«]{{0,40}}?\s{_SAYING}|\s+{_CALLED})"
    rf"|{_MARKED}|(?P<words>(?:add|put|show|write|display|overlay)\s+the\s+words)"
    r"|(?:add|put|show|write)\s+(?:an?\s+|the\s+)?(?:title|text|heading)(?=\s+(?-i:[A-Z][a-z]*\s))"
    r")[:,]?\s+(?=\w)|\b(?:title(?:\s+card)?|text|heading|lower[ -]third)\s*:\s*(?=\w)",
    re.IGNORECASE,
)
_CUES = re.compile(r"(?:^|\n)[ \t]*(?:WEBVTT\b|(?:\d+[ \t]*\n[ \t]*)?(?:\d+:)?\d+:\d\d[.,]\d+[ \t]*-->)")
"""Where the cues of a subtitle file begin: they go on to the end of the request."""
_NUMBER = (
    r"(?:\d+(?:\.\d+)?|a|an|half\s+an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"fifteen|twenty|thirty|forty|fifty|sixty)"
)
_UNIT = r"(?:s|secs?|seconds?|m|mins?|minutes?|frames?)\b"
_TIME = rf"(?:\d+:\d\d|{_NUMBER}\s?{_UNIT}|(?:a\s+)?(?:couple|few)(?:\s+of)?\s+{_UNIT})"
_PART = (
    r"(?:very\s+)?(?:start|beginning|end|opening|middle|intro|outro|top|bottom|upper|cent(?:re|er)|"
    r"lower\s+(?:third|left|right)|clip\b|(?:first|second|third|last|final)\s+"
    rf"(?:{_NUMBER}\s?{_UNIT}|{_UNIT}|half|third|quarter|clip)|whole|entire|video)"
)
_TAIL = (
    r"\s+(?:(?:at|from|for|over|during|in|on|after|before|starting\s+at|lasting|between|until)\s+"
    rf"(?:the\s+)?(?:{_TIME}|{_PART})|on[ -]?screen\b|on\s+the\s+screen\b|throughout\b)"
)
_PLACE = re.compile(_TAIL, re.IGNORECASE)
_VERB = (
    r"(?:cut|trim|remove|delete|keep|split|speed|slow|play|mute|lower|raise|turn|set|make|fade|crossfade|"
    r"add|put|move|swap|render|export|show|insert)\b"
)
_STOP = re.compile(
    rf"(?P<tail>{_TAIL})|\s*,\s*(?:for\s+)?{_NUMBER}\s?{_UNIT}|\s*,?\s+(?:on|in)\s+(?:an?\s+)?{_COLOUR}\b"
    rf"|\s*,?\s+(?:and\s+)?then\b|(?:\s*,\s*(?i:and\s+)?|\s+(?i:and)\s+|\s+&\s+)(?-i:{_VERB})"
    r"|\s*[.](?=\s|$)|\s*[;\n]|(?<=[!?])\s+(?=[A-Z])|\s*$",
    re.IGNORECASE,
)


def find_wordings(request: str) -> Iterator[tuple[int, int]]:
    """Where the words of titles begin and end: after "saying" and its like, up to a place, a time, the next
    wish, or the end of the sentence. "and" and a comma end them only before a verb in small letters."""
    position = 0
    cues = _CUES.search(request)
    if cues is not None:
        yield cues.start(), len(request)
        request = request[: cues.start()]
    while lead := _LEAD.search(request, position):
        start = lead.end()
        stop = _STOP.search(request, start)
        position = start
        if stop is None or stop.start() <= start or (lead["words"] and _PLACE.match(request, start - 1)):
            continue
        yield start, stop.start()
        position = stop.start()
