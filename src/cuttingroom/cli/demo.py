"""`cuttingroom demo`: the main job on a video that the program makes by itself, or on yours."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from cuttingroom.app import disk_errors
from cuttingroom.cli.edit import start
from cuttingroom.cli.following import Wishes, follow
from cuttingroom.cli.opening import open_project
from cuttingroom.cli.output import JsonFlag, Output
from cuttingroom.cli.session import open_session, read_settings
from cuttingroom.cli.timeline_view import draw_timeline
from cuttingroom.core.ids import new_token
from cuttingroom.core.settings import Settings
from cuttingroom.studio.projects import get_project_named
from cuttingroom.studio.timelines import current_timeline

NARRATION = (
    "Welcome. This little film was drawn and spoken by the program that is about to edit it.",
    "At night the sea keeps moving. Nobody says a word for a while, and that is what we will cut.",
    "In the city, the lights go on and off. Every cut that you see later is one line in a ledger.",
    "Far away, small planets go round their star. Any step can be taken back, on its own.",
    "And in the end the leaves come down. Thank you for watching.",
)
"""One phrase for each scene of the sample; the pauses between them are there to be removed."""

REQUEST = (
    'Remove the silences, add the title "A short walk" at the start for 3 seconds, '
    "add calm music under the voice, and fade out over the last 2 seconds."
)


def demo(
    video: Annotated[
        Path | None, typer.Option("--video", help="Your own video in place of the sample.")
    ] = None,
    request: Annotated[str, typer.Option("--request", help="What should change.")] = REQUEST,
    folder: Annotated[Path, typer.Option("--folder", help="Where everything is kept.")] = Path("demo-output"),
    is_json: JsonFlag = False,
) -> None:
    """Edit a sample video from one sentence, and show what came out."""
    output = Output.of(is_json)
    folder = folder.absolute()
    with disk_errors():
        folder.mkdir(parents=True, exist_ok=True)
    settings = read_settings().model_copy(update={"home": folder / "home"})
    source = video or _make_sample(settings, output, folder / "sample.mp4")
    output.say(Text(f"Asked: {request}", style="bold"))
    with open_session(settings) as session:
        opened = open_project(session, [str(source)])
        wishes = Wishes(yes=True, out=folder / "edited.mp4", force=True)
        run_id = start(session, opened.project_id, request, wishes)
        if follow(session, output, run_id, wishes) is None:
            return
        timeline = current_timeline(session.run(get_project_named, opened.project_id))
    from cuttingroom.media.contact_sheet import make_contact_sheet  # loads what other commands need not

    sheet = folder / "contact-sheet.png"
    make_contact_sheet(folder / "edited.mp4", sheet, title=f"{opened.name}, edited")
    lines = [Text(""), *draw_timeline(timeline, output.console.width), Text("")]
    lines += [Text(f"Rendered file  {folder / 'edited.mp4'}"), Text(f"Contact sheet  {sheet}")]
    lines.append(
        Text(f"Look further   CUTTINGROOM_HOME={settings.home} cuttingroom run show", "bright_black")
    )
    output.emit("demo", file=str(folder / "edited.mp4"), contact_sheet=str(sheet))
    output.say(*lines)


def _make_sample(settings: Settings, output: Output, path: Path) -> Path:
    """The sample video, made once. Raises ProviderMissing when nothing here can speak."""
    from cuttingroom.media.sample import make_sample_video
    from cuttingroom.providers.catalog import speaker
    from cuttingroom.providers.speech.base import SpeechRequest

    if path.is_file():
        return path
    output.say(Text("Making a sample video: five drawn scenes with spoken narration and long pauses ..."))
    voice = speaker(settings)
    spoken = [voice.speak(SpeechRequest(text=text)) for text in NARRATION]
    part = path.with_name(f".{new_token()}.mp4")
    try:
        make_sample_video(part, [(s.samples, s.sample_rate) for s in spoken])
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path
