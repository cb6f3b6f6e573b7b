from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from cuttingroom.core.errors import InvalidInput
from cuttingroom.providers.transcription.subtitles import parse_cues
from cuttingroom.timeline.edits.import_captions import CaptionCue, ImportCaptions
from cuttingroom.tools.export_captions import ExportCaptions
from drawing import frames, timeline


def captioned(*texts: str, language: str = "en"):
    cues = tuple(
        CaptionCue(text=t, start_ticks=frames(10 * n), end_ticks=frames(10 * n + 5))
        for n, t in enumerate(texts)
    )
    return ImportCaptions(cues=cues, language=language).apply(timeline("video: A[0-96]"))


@pytest.mark.parametrize("form", ["srt", "vtt", "ass"])
def test_captions_are_written_and_read_back(tmp_path: Path, form: Any):
    before = captioned("{\\an8}Hello", "two\nlines", " \x07 ")
    call = ExportCaptions(format=form)
    made = call.make(cast(Any, SimpleNamespace(timeline=before, work=tmp_path)))
    (file,) = made.files
    assert (file.path.suffix, file.checked, file.artifact_type) == (f".{form}", True, "captions")
    assert [c.text for c in parse_cues(file.path.read_text())] == ["{\\an8}Hello", "two\nlines"]
    assert call.describe(before) == f"Write 2 captions to a file, {form.upper()}"


def test_without_captions_there_is_nothing_to_write():
    with pytest.raises(InvalidInput, match="There are no captions to write"):
        ExportCaptions().check(timeline("video: A[0-96]"))
    with pytest.raises(InvalidInput, match="no captions in 'fr'"):
        ExportCaptions(language="fr").check(captioned("Hello"))
