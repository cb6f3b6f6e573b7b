"""Write the captions of the timeline to a subtitle file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from cuttingroom.core.errors import InvalidInput, MediaFailed
from cuttingroom.timeline.edits.captioning import captions_in, language_of
from cuttingroom.timeline.edits.wording import has_words
from cuttingroom.timeline.model import CaptionSource, Timeline, Track
from cuttingroom.tools.base import Made, MadeFile, MakeContext, MakingTool

if TYPE_CHECKING:
    from cuttingroom.providers.transcription.subtitles import Cue

_MIME_TYPES = {"srt": "application/x-subrip", "vtt": "text/vtt", "ass": "text/x-ssa"}


class ExportCaptions(MakingTool):
    """The captions as SRT, WebVTT or ASS: those in `language`, else those that are shown."""

    needs_timeline = True

    tool: Literal["export_captions"] = "export_captions"
    format: Literal["srt", "vtt", "ass"] = "srt"
    language: str | None = Field(default=None, max_length=16)

    def check(self, before: Timeline) -> None:
        self._track(before)

    def make(self, context: MakeContext) -> Made:
        from cuttingroom.providers.transcription import subtitles

        track = self._track(context.timeline)
        cues = cues_of(track)
        write = {"srt": subtitles.to_srt, "vtt": subtitles.to_vtt, "ass": subtitles.to_ass}[self.format]
        path = context.work / f"captions.{self.format}"
        path.write_text(write(cues), encoding="utf-8")
        read = subtitles.parse_cues(path.read_text(encoding="utf-8"), format=self.format)
        if len(read) != len(cues):
            raise MediaFailed(f"{len(cues)} captions were written and {len(read)} read back.")
        facts = {"cues": len(cues), "format": self.format, "language": language_of(track)}
        file = MadeFile(
            path=path,
            artifact_type="captions",
            mime_type=_MIME_TYPES[self.format],
            name=f"Captions ({language_of(track)}).{self.format}",
            duration_ticks=context.timeline.duration_ticks,
            facts={**facts, "kind": "captions"},
            checked=True,
        )
        return Made((file,), facts=facts)

    def describe(self, before: Timeline) -> str:
        return f"Write {len(cues_of(self._track(before)))} captions to a file, {self.format.upper()}"

    def _track(self, before: Timeline) -> Track:
        """The captions to write. Raises InvalidInput when there are none."""
        tracks = [t for t in captions_in(before, self.language) if t.elements]
        if not tracks:
            which = f" in {self.language!r}" if self.language else ""
            raise InvalidInput(f"There are no captions{which} to write.", advice="Add captions first.")
        return next((t for t in tracks if t.visible), tracks[0])


def cues_of(track: Track) -> tuple[Cue, ...]:
    """The captions of a track as cues on the timeline's clock."""
    from cuttingroom.providers.transcription.subtitles import Cue

    return tuple(
        Cue(text=e.source.text, start_ticks=e.start_ticks, end_ticks=e.end_ticks)
        for e in track.elements
        if isinstance(e.source, CaptionSource) and has_words(e.source.text)
    )
