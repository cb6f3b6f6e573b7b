"""Subtitles in and out: SRT, WebVTT and ASS text as a transcript.

We read the formats ourselves: pysubs2 1.8.1 puts WebVTT comments and cue ids into the text, swallows a cue
without a time line, merges cues with malformed milliseconds and accepts an end before its start. Here each
of these is refused with its line, because a wrong subtitle would cut a video in the wrong place.

Formats: WebVTT https://www.w3.org/TR/webvtt1/ ; SRT as VideoLAN and ffmpeg write it; ASS v4+ event lines.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest
from typing import Annotated, Literal, NoReturn

from pydantic import Field

from cuttingroom.core.errors import InvalidInput
from cuttingroom.core.time import TICKS_PER_SECOND, Frozen, Ticks
from cuttingroom.providers.transcription.grouping import LONGEST_WORD, make_segment, spread_words
from cuttingroom.timeline.transcript import Segment, Transcript, Word

SubtitleFormat = Literal["srt", "vtt", "ass"]

MAX_CHARACTERS = 5_000_000
MAX_CUES = 50_000
TICKS_PER_MS = TICKS_PER_SECOND // 1000

_TIME = r"(?:(\d{1,4}):)?([0-5]\d):([0-5]\d)[.,](\d{3})"
_TIME_LINE = re.compile(rf"^\s*{_TIME}\s*-->\s*{_TIME}(?:[ \t]+(.*))?$")
_ASS_TIME = re.compile(r"^(\d{1,4}):([0-5]\d):([0-5]\d)\.(\d{2})$")
# Only tags that the formats define are markup; any other bracket is what somebody said.
_TAG = re.compile(
    r"</?(?:i|b|u|s|c|ruby|rt|font|lang|v)(?:[.\s][^<>]*)?>|<(?:\d+:)?\d\d:\d\d[.,]\d{3}>", re.IGNORECASE
)
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^<>]+)>", re.IGNORECASE)
_OVERRIDE = re.compile(r"\{\\[^{}]*\}")
_ASS_OVERRIDE = re.compile(r"(?<!\\)\{[^{}]*\}")
_WORD_JOINER = "\u2060"
"""Not seen, and between two signs enough that nobody takes them for markup."""
_ASS_HEAD = """\
[Script Info]
ScriptType: v4.00+
PlayResX: 1920
PlayResY: 1080
WrapStyle: 0
ScaledBorderAndShadow: yes

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, \
Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, \
MarginR, MarginV, Encoding
Style: Default,Inter,65,&H00FFFFFF,&H00FFFFFF,&H00000000,&H80000000,-1,0,0,0,100,100,0,0,1,3,1,2,115,115,76,-1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


class Cue(Frozen):
    """One subtitle on the media's clock; `text` is plain, with line breaks."""

    text: Annotated[str, Field(min_length=1)]
    start_ticks: Annotated[Ticks, Field(ge=0)]
    end_ticks: Ticks
    voice: str | None = None
    line: int = 0


def read_transcript(
    text: str, *, name: str = "subtitles", language: str = "en", duration_ticks: int | None = None
) -> Transcript:
    """The words of subtitles, with times given per cue and estimated inside it by letters.

    With `duration_ticks`, cues after the end of the media are dropped and named in the notes.
    Raises InvalidInput naming the line.
    """
    cues, notes = parse_cues(text, name=name), ["Word times inside a cue are estimated from its letters."]
    voices = sorted({cue.voice for cue in cues if cue.voice})
    if voices:
        notes.append("Speaker names are not part of the words: " + ", ".join(voices)[:300] + ".")
    if duration_ticks is not None:
        kept = tuple(cue for cue in cues if cue.start_ticks + TICKS_PER_MS <= duration_ticks)
        if len(kept) < len(cues):
            notes.append(f"{len(cues) - len(kept)} cues after the end of the media were left out.")
        cues = kept
    words, segments = _cue_words(cues, duration_ticks, name)
    return Transcript(
        language=language, words=words, segments=segments, quality="given", service=name, notes=tuple(notes)
    )


def detect_format(text: str) -> SubtitleFormat:
    head = text.lstrip("\ufeff \t\r\n")[:2000]
    if head.startswith("WEBVTT"):
        return "vtt"
    return "ass" if re.search(r"^\[(Script Info|Events)\]", head, re.MULTILINE) else "srt"


def parse_cues(
    text: str, *, name: str = "subtitles", format: SubtitleFormat | None = None
) -> tuple[Cue, ...]:
    """The cues in order of their start. Raises InvalidInput naming the line that cannot be read."""
    if len(text) > MAX_CHARACTERS:
        raise InvalidInput(f"{name} has {len(text):,} characters; at most {MAX_CHARACTERS:,} can be read.")
    if "\0" in text:
        raise InvalidInput(f"{name} is not text: a NUL byte after {text.index(chr(0)):,} characters.")
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found = format or detect_format(text)
    reader = _Reader(name, found)
    cues = tuple(reader.read_ass(lines) if found == "ass" else reader.read_blocks(lines))
    if not cues:
        raise InvalidInput(
            f"{name} has no cues.", advice="Give an SRT, WebVTT or ASS file with at least one cue."
        )
    return tuple(sorted(cues, key=lambda cue: cue.start_ticks))


def to_srt(cues: Transcript | Sequence[Cue]) -> str:
    """SubRip text. It has no way to escape, so an arrow inside the text becomes `→`, and what looks like
    markup is broken by a sign that nobody sees."""
    blocks = (
        f"{number}\n{_stamp(cue.start_ticks, ',')} --> {_stamp(_end(cue), ',')}\n{_guarded(cue.text)}\n"
        for number, cue in enumerate(as_cues(cues), 1)
    )
    return "\n".join(blocks)


def to_vtt(cues: Transcript | Sequence[Cue]) -> str:
    """WebVTT text with &, < and > escaped."""
    blocks = (
        f"{_stamp(cue.start_ticks, '.')} --> {_stamp(_end(cue), '.')}\n"
        f"{html.escape(_unbraced(_plain(cue.text)), quote=False)}\n"
        for cue in as_cues(cues)
    )
    return "WEBVTT\n\n" + "\n".join(blocks)


def to_ass(cues: Transcript | Sequence[Cue]) -> str:
    """Advanced SubStation text in a plain style. Its times are hundredths of a second."""
    return _ASS_HEAD + "\n".join(_ass_line(cue) for cue in as_cues(cues)) + "\n"


def as_cues(cues: Transcript | Sequence[Cue]) -> tuple[Cue, ...]:
    """A transcript's segments as cues; cues as they are."""
    if not isinstance(cues, Transcript):
        return tuple(cues)
    return tuple(
        Cue(text=segment.text, start_ticks=segment.start_ticks, end_ticks=segment.end_ticks)
        for segment in cues.segments
        if segment.text
    )


@dataclass(frozen=True)
class _Reader:
    name: str
    format: SubtitleFormat

    def refuse(self, line: int, what: str, advice: str = "") -> NoReturn:
        raise InvalidInput(f"{self.name}, line {line}: {what}", advice=advice, line=line)

    def read_blocks(self, lines: list[str]) -> Iterator[Cue]:
        """SRT and WebVTT: blocks between empty lines, each an optional id, a time line, and text."""
        count = 0
        for number, block in _blocks(lines):
            if self.format == "vtt" and _is_vtt_metadata(number, block, lines):
                continue
            cue = self._block(number, block)
            if cue is not None:
                yield cue
                count += 1
            if count > MAX_CUES:
                self.refuse(number, f"more than {MAX_CUES:,} cues.")

    def _block(self, number: int, block: list[str]) -> Cue | None:
        at = next((i for i, line in enumerate(block[:2]) if "-->" in line), None)
        if at is None:
            self.refuse(
                number, f"{_quote(block[0])} has no time line.", "Each cue needs `0:01 --> 0:02` times."
            )
        start, end = self._time_line(number + at, block[at])
        for offset, line in enumerate(block[at + 1 :], at + 1):
            if "-->" in line:
                self.refuse(
                    number + offset, "a time line inside a cue.", "Put an empty line before each cue."
                )
        raw = "\n".join(block[at + 1 :])
        text = _clean(raw, unescape=self.format == "vtt")
        voice = _VOICE.search(raw)
        if not text:
            return None
        return Cue(
            text=text, start_ticks=start, end_ticks=end, voice=voice and voice[1].strip(), line=number + at
        )

    def _time_line(self, number: int, line: str) -> tuple[int, int]:
        match = _TIME_LINE.match(line)
        if not match:
            advice = "Times are HH:MM:SS,mmm with exactly three digits of milliseconds."
            self.refuse(number, f"{_quote(line)} is not a time line.", advice)
        groups = [int(part or 0) for part in match.groups()[:8]]
        start, end = _ticks(*groups[:4]), _ticks(*groups[4:])
        if end <= start:
            self.refuse(number, "the cue ends before it starts.")
        return start, end

    def read_ass(self, lines: list[str]) -> Iterator[Cue]:
        """The Dialogue lines of [Events]; drawings and comments are not speech."""
        section, columns = "", list[str]()
        for number, line in enumerate(lines, 1):
            if line.startswith("["):
                section = line.strip()
            elif section == "[Events]" and line.startswith("Format:"):
                columns = [column.strip().lower() for column in line[7:].split(",")]
            elif section == "[Events]" and line.startswith("Dialogue:"):
                cue = self._dialogue(number, line[9:].lstrip(), columns)
                if cue:
                    yield cue

    def _dialogue(self, number: int, line: str, columns: list[str]) -> Cue | None:
        if not {"start", "end", "text"} <= set(columns) or columns[-1] != "text":
            self.refuse(number, "a Dialogue before a Format line that ends with Text.")
        values = dict(zip(columns, line.split(",", len(columns) - 1), strict=False))
        if "text" not in values:
            self.refuse(number, f"the Dialogue has fewer than {len(columns)} fields.")
        start, end = self._ass_time(number, values["start"]), self._ass_time(number, values["end"])
        if end <= start:
            self.refuse(number, "the event ends before it starts.")
        if re.search(r"\{[^{}]*\\p[1-9]", values["text"]):
            return None
        text = _clean(_from_ass(values["text"]))
        voice = values.get("name", "").strip() or None
        return Cue(text=text, start_ticks=start, end_ticks=end, voice=voice, line=number) if text else None

    def _ass_time(self, number: int, text: str) -> int:
        match = _ASS_TIME.match(text.strip())
        if not match:
            self.refuse(number, f"{_quote(text)} is not a time.", "ASS times are H:MM:SS.cc.")
        hours, minutes, seconds, hundredths = map(int, match.groups())
        return _ticks(hours, minutes, seconds, hundredths * 10)


def _blocks(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Runs of lines that are not blank, with the number of their first line."""
    block: list[str] = []
    for number, line in enumerate([*lines, ""], 1):
        if line.strip():
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def _is_vtt_metadata(number: int, block: list[str], lines: list[str]) -> bool:
    is_header = not any(line.strip() for line in lines[: number - 1])
    return is_header or bool(re.match(r"(NOTE|STYLE|REGION)(?:\s|$)", block[0]))


def _clean(text: str, *, unescape: bool = False) -> str:
    """Plain text of a cue: defined tags and override blocks removed, all other characters kept."""
    text = _OVERRIDE.sub("", _TAG.sub("", text))
    text = text.replace(f"<{_WORD_JOINER}", "<").replace(f"{{{_WORD_JOINER}", "{")
    if unescape:
        text = html.unescape(text)
    text = "".join(char for char in text if char in "\n\t" or ord(char) >= 32)
    return "\n".join(" ".join(line.split()) for line in text.split("\n") if line.strip())


def _cue_words(
    cues: Sequence[Cue], duration_ticks: int | None, name: str
) -> tuple[tuple[Word, ...], tuple[Segment, ...]]:
    """Words in order also where cues overlap: a cue's words end where the next cue begins, and cues with the
    same start share their time."""
    words: list[Word] = []
    segments: list[Segment] = []
    groups = [list(group) for _, group in groupby(cues, key=lambda cue: cue.start_ticks)]
    for group, following in zip_longest(groups, groups[1:]):
        limit = duration_ticks or max(cue.end_ticks for cue in group)
        end = min(
            max(cue.end_ticks for cue in group), limit, following[0].start_ticks if following else limit
        )
        texts = [cue.text.split() for cue in group]
        _check_lengths(group, texts, name)
        first = len(words)
        words.extend(spread_words([text for part in texts for text in part], group[0].start_ticks, end))
        for cue, part in zip(group, texts, strict=True):
            times = {
                "start_ticks": cue.start_ticks,
                "end_ticks": min(cue.end_ticks, duration_ticks or cue.end_ticks),
            }
            segments.append(make_segment(words, first, first + len(part)).model_copy(update=times))
            first += len(part)
    return tuple(words), tuple(segments)


def _check_lengths(cues: Sequence[Cue], texts: Sequence[list[str]], name: str) -> None:
    for cue, part in zip(cues, texts, strict=True):
        if any(len(text) > LONGEST_WORD for text in part):
            raise InvalidInput(
                f"{name}, line {cue.line}: a word has more than {LONGEST_WORD} letters.", line=cue.line
            )


def _ticks(hours: int, minutes: int, seconds: int, milliseconds: int) -> int:
    return ((hours * 60 + minutes) * 60 + seconds) * TICKS_PER_SECOND + milliseconds * TICKS_PER_MS


def _end(cue: Cue) -> int:
    """At least one millisecond after the start, which is the formats' smallest length."""
    return max(cue.end_ticks, cue.start_ticks + TICKS_PER_MS)


def _stamp(ticks: int, mark: str) -> str:
    milliseconds = (ticks + TICKS_PER_MS // 2) // TICKS_PER_MS
    seconds, milliseconds = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}{mark}{milliseconds:03d}"


def _plain(text: str) -> str:
    return "\n".join(line for line in text.replace("-->", "→").splitlines() if line.strip())


def _guarded(text: str) -> str:
    return _TAG.sub(lambda found: f"<{_WORD_JOINER}{found[0][1:]}", _unbraced(_plain(text)))


def _unbraced(text: str) -> str:
    """Without anything that players take for an override of ASS."""
    return text.replace("{\\", f"{{{_WORD_JOINER}\\")


def _ass_line(cue: Cue) -> str:
    start, end = _ass_stamp(cue.start_ticks), _ass_stamp(_ass_end(cue))
    return f"Dialogue: 0,{start},{end},Default,,0,0,0,,{_ass_text(cue.text)}"


def _ass_text(text: str) -> str:
    escaped = _guarded(text).replace("\\", f"\\{_WORD_JOINER}")
    return escaped.replace("{", "\\{").replace("}", "\\}").replace("\n", "\\N")


def _from_ass(text: str) -> str:
    """What a Dialogue says, without overrides and escapes."""
    text = _ASS_OVERRIDE.sub("", text).replace("\\N", "\n").replace("\\n", "\n").replace("\\h", " ")
    return text.replace("\\{", "{").replace("\\}", "}").replace(f"\\{_WORD_JOINER}", "\\")


def _ass_stamp(ticks: int) -> str:
    hundredths = _hundredths(ticks)
    seconds, hundredths = divmod(hundredths, 100)
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{hundredths:02d}"


def _ass_end(cue: Cue) -> int:
    """At least one hundredth of a second after the start as it is written."""
    least = (_hundredths(cue.start_ticks) + 1) * 10 * TICKS_PER_MS
    return max(cue.end_ticks, least)


def _hundredths(ticks: int) -> int:
    return (ticks + 5 * TICKS_PER_MS) // (10 * TICKS_PER_MS)


def _quote(text: str) -> str:
    return repr(text.strip()[:60])
