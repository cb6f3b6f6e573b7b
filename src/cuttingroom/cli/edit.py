"""`cuttingroom edit`: the main job, from a sentence to a rendered and checked video."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from cuttingroom.cli.delivery import check_destination, check_makeable, check_suffix
from cuttingroom.cli.following import Wishes, follow, parse_positions
from cuttingroom.cli.opening import Opened, files_named_in, open_project
from cuttingroom.cli.output import JsonFlag, Output
from cuttingroom.cli.session import Session, open_session, read_settings
from cuttingroom.core.errors import InvalidInput
from cuttingroom.core.ids import new_id
from cuttingroom.core.settings import Settings
from cuttingroom.core.time import format_ticks
from cuttingroom.media.render.profiles import get_profile
from cuttingroom.planners.catalog import make_planner
from cuttingroom.studio.runs import check_key, check_request
from cuttingroom.workflows import launch
from cuttingroom.workflows.ingest import Imported

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Approve the plan without asking.")]
Items = Annotated[str | None, typer.Option("--items", help="Approve only these steps, such as 1,3.")]
Out = Annotated[Path | None, typer.Option("--out", "-o", help="Copy the rendered file there.")]
Force = Annotated[bool, typer.Option("--force", help="Let --out replace a file that exists.")]
Script = Annotated[Path | None, typer.Option("--script", help="A text file with what is said in the video.")]
Subtitles = Annotated[Path | None, typer.Option("--subtitles", help="An SRT, VTT or ASS file of the video.")]
ProfileName = Annotated[
    str | None,
    typer.Option("--profile", help="What comes out: `cuttingroom profiles` lists them.", show_default=False),
]
Stored = Annotated[
    list[Path] | None,
    typer.Option("--with", help="A file that the request may use, not put on the timeline by itself."),
]
Planner = Annotated[
    str | None,
    typer.Option("--planner", help="rules, openai:MODEL, anthropic:MODEL or ollama:MODEL."),
]


def edit(
    videos: Annotated[
        list[str],
        typer.Argument(
            help="Files, put one after the other, or the name of a project.",
            metavar="VIDEO...",
            show_default=False,
        ),
    ],
    request: Annotated[str, typer.Argument(help="What should change, in plain English.", show_default=False)],
    yes: Yes = False,
    plan_only: Annotated[bool, typer.Option("--plan-only", help="Show the plan and stop.")] = False,
    items: Items = None,
    out: Out = None,
    force: Force = False,
    project: Annotated[
        str | None, typer.Option("--project", help="Work in this project; it is made when there is none.")
    ] = None,
    stored: Stored = None,
    planner: Planner = None,
    profile: ProfileName = None,
    script: Script = None,
    subtitles: Subtitles = None,
    key: Annotated[
        str | None, typer.Option("--key", help="Idempotency key: the same key never does the work twice.")
    ] = None,
    is_json: JsonFlag = False,
) -> None:
    """Edit a video with one sentence: plan, approval, edits, render, checks, receipt."""
    output = Output.of(is_json)
    wishes = Wishes(yes, plan_only, parse_positions(items), out, force)
    check_destination(out, force=force)
    if profile is not None:
        check_suffix(out, get_profile(profile, read_settings().profiles_folder))
    check_makeable(out)
    words = read_words(script, subtitles)
    request, key = check_request(request), check_key(key) if key is not None else None
    with open_session() as session:
        require_planner(planner or session.settings.planner, session.settings)
        named = [path for path in files_named_in(request) if str(path) not in videos]
        opened = open_project(session, videos, project, key, stored=[*(stored or ()), *named])
        _say_where(output, opened)
        run_id = start(
            session,
            opened.project_id,
            request,
            wishes,
            planner=planner,
            key=key,
            words=words,
            profile=profile,
        )
        files = [
            {"name": f.media.name, "artifact_id": f.media.artifact_id, "placed_ticks": f.placed_ticks}
            for f in opened.brought
        ]
        output.emit("run", run_id=run_id, project_id=opened.project_id, project=opened.name, brought_in=files)
        follow(session, output, run_id, wishes)


def start(
    session: Session,
    project_id: str,
    request: str,
    wishes: Wishes,
    *,
    planner: str | None = None,
    key: str | None = None,
    words: dict[str, str] | None = None,
    profile: str | None = None,
) -> str:
    """Start a run, or join the one of this key. With --yes it is approved ahead, even if we are killed."""
    is_ahead = wishes.yes and wishes.positions is None and not wishes.plan_only
    return launch.start(
        session.app,
        session.engine,
        session.user_id,
        project_id,
        request,
        key=key or new_id(),
        planner=planner or session.settings.planner,
        options={"auto_approve": is_ahead, "words": words or {}, "profile": profile},
    )


def read_words(script: Path | None, subtitles: Path | None) -> dict[str, str]:
    """What a person says is spoken. Raises InvalidInput for a file that is not readable text."""
    if script is not None and subtitles is not None:
        raise InvalidInput("Give either --script or --subtitles.")
    for name, path in (("script", script), ("subtitles", subtitles)):
        if path is None:
            continue
        try:
            text = path.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidInput(f"{path} cannot be read as text: {error}", field=name) from error
        if not text.strip():
            raise InvalidInput(f"{path} is empty.", field=name)
        return {name: text}
    return {}


def require_planner(name: str, settings: Settings) -> None:
    """Raise InvalidInput or ProviderMissing before anything is stored for a request that nobody can plan."""
    make_planner(name, settings)


def _say_where(output: Output, opened: Opened) -> None:
    output.say(Text(f"{'New project' if opened.is_new else 'Project'} {opened.name}", style="bold"))
    if len(opened.brought) > 1:
        told = (_describe_file(f) for f in opened.brought)
        output.say(Text(f"Brought in, in this order: {', '.join(told)}"))
    if opened.others:
        output.say(
            Text(f"The same file is in {', '.join(opened.others[:3])} already; --project NAME goes on there.")
        )


def _describe_file(file: Imported) -> str:
    if not file.placed_ticks:
        return f"{file.media.name} (not on the timeline)"
    stays = f"stays {format_ticks(file.placed_ticks)}" if file.media.is_still else ""
    return f"{file.media.name} ({stays or format_ticks(file.placed_ticks)})"
