"""`cuttingroom render`: a file of a project as it is now, or again and again as it changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from cuttingroom.app import disk_errors
from cuttingroom.cli.delivery import check_destination, check_suffix, number_paths
from cuttingroom.cli.edit import Force, Out, ProfileName
from cuttingroom.cli.explaining import explain_render
from cuttingroom.cli.following import Wishes, follow
from cuttingroom.cli.output import JsonFlag, Output
from cuttingroom.cli.projects import ProjectName
from cuttingroom.cli.session import Session, open_session, read_settings
from cuttingroom.cli.values import parse_size, parse_time
from cuttingroom.core import clock
from cuttingroom.core.errors import InvalidInput, MediaFailed, NotFound
from cuttingroom.core.ids import new_id
from cuttingroom.core.time import TimeRange, format_ticks
from cuttingroom.media.render.profiles import Profile, get_profile
from cuttingroom.planners.direct import DIRECT
from cuttingroom.storage.tables import Project
from cuttingroom.studio.projects import get_project_named
from cuttingroom.studio.timelines import current_timeline
from cuttingroom.tools.catalog import parse_making_call
from cuttingroom.tools.render import DELIVERY, MEGABYTE, Render
from cuttingroom.workflows import launch

PLAYLIST = "master.m3u8"


@dataclass(frozen=True)
class Order:
    """What is to be rendered. Times in ticks; None is the start or the end of the video."""

    profile: Profile
    from_ticks: int | None
    to_ticks: int | None
    full: bool
    most_bytes: int | None = None
    width: int | None = None
    height: int | None = None
    parts: int | None = None
    every_ticks: int | None = None

    def call(self, project: Project) -> Render:
        """The step for the project as it is now. InvalidInput for what it cannot be rendered to."""
        timeline = current_timeline(project)
        wanted = {"n": self.parts, "every_ticks": self.every_ticks}
        call = parse_making_call(
            {
                "tool": "render",
                "profile": self.profile.name,
                "range": self._range(timeline.duration_ticks),
                "depth": "full" if self.full else None,
                "max_megabytes": self.most_bytes / MEGABYTE if self.most_bytes is not None else None,
                "width": self.width,
                "height": self.height,
                "parts": wanted if any(value is not None for value in wanted.values()) else None,
            }
        )
        assert isinstance(call, Render)
        call.check(timeline)
        call.check_profile(timeline, read_settings().profiles_folder)
        return call

    def _range(self, duration_ticks: int) -> TimeRange | None:
        if self.from_ticks is None and self.to_ticks is None:
            return None
        start = self.from_ticks or 0
        end = duration_ticks if self.to_ticks is None else self.to_ticks
        for option, ticks, is_beyond in (
            ("--from", start, start >= duration_ticks),
            ("--to", end, end > duration_ticks),
        ):
            if is_beyond:
                raise InvalidInput(
                    f"{option} {format_ticks(ticks)} is beyond the end: the video lasts "
                    f"{format_ticks(duration_ticks)}.",
                    advice="Choose a time within the video.",
                )
        if end <= start:
            raise InvalidInput(
                f"--to {format_ticks(end)} is not after --from {format_ticks(start)}.",
                advice="Give the later time to --to.",
            )
        return TimeRange.between(start, end)


def render(
    name: ProjectName = "last",
    profile: ProfileName = None,
    out: Out = None,
    force: Force = False,
    from_: Annotated[str | None, typer.Option("--from", help="Begin there, such as 1:30.")] = None,
    to: Annotated[str | None, typer.Option("--to", help="End there, such as 2:05.5.")] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Check every picture, also where the profile checks less.")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show what would be copied, reused and encoded; make nothing.")
    ] = False,
    live: Annotated[
        Path | None, typer.Option("--live", help="Grow an HLS playlist in this folder meanwhile.")
    ] = None,
    max_size: Annotated[
        str | None, typer.Option("--max-size", help="The most that a file may have, such as 25MB.")
    ] = None,
    width: Annotated[int | None, typer.Option("--width", help="Pixels across; the shape is kept.")] = None,
    height: Annotated[int | None, typer.Option("--height", help="Pixels down; the shape is kept.")] = None,
    parts: Annotated[int | None, typer.Option("--parts", help="Into so many equal files.")] = None,
    every: Annotated[str | None, typer.Option("--every", help="A file every so long, such as 10:00.")] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Render again whenever the project changes, until Ctrl+C.")
    ] = False,
    is_json: JsonFlag = False,
) -> None:
    """Render a project as it is now and check the file."""
    output = Output.of(is_json)
    chosen = get_profile(profile or DELIVERY, read_settings().profiles_folder)
    is_divided = parts is not None or every is not None
    _check_options(explain=explain, watch=watch, live=live, out=out, is_divided=is_divided)
    if parts is not None and every is not None:
        raise InvalidInput("Give either --parts or --every.")
    from_ticks = parse_time(from_, "--from") if from_ is not None else None
    to_ticks = parse_time(to, "--to") if to is not None else None
    order = Order(
        chosen,
        from_ticks,
        to_ticks,
        full,
        parse_size(max_size, "--max-size") if max_size is not None else None,
        width,
        height,
        parts,
        parse_time(every, "--every") if every is not None else None,
    )
    check_suffix(out, chosen)
    if not is_divided:
        check_destination(out, force=force)
    wishes = Wishes(yes=True, out=out, force=force, brief=watch)
    with open_session() as session:
        project = session.run(get_project_named, name)
        if explain:
            explain_render(session, output, project, order.call(project))
        elif watch:
            _keep_rendering(session, output, project, order, wishes)
        else:
            call = order.call(project)
            for path in number_paths(out, len(call.list_ranges(current_timeline(project)))) if out else ():
                check_destination(path, force=force)
            folder = _open_live(output, live, chosen) if live is not None else None
            _render_once(session, output, project, call, wishes, folder)


def _check_options(
    *, explain: bool, watch: bool, live: Path | None, out: Path | None, is_divided: bool
) -> None:
    """Raise InvalidInput for options that contradict each other."""
    given = [n for n, on in (("--watch", watch), ("--live", live), ("--out", out)) if on]
    if explain and given:
        raise InvalidInput(f"--explain makes nothing, so {given[0]} has no meaning with it.")
    if is_divided and (explain or live is not None):
        option = "--explain" if explain else "--live"
        raise InvalidInput(f"{option} is about one file; --parts and --every make several.")
    if watch and live is not None:
        raise InvalidInput(
            "--watch and --live do not go together: a playlist plays one render.", advice="Leave one out."
        )


def _open_live(output: Output, folder: Path, profile: Profile) -> Path:
    """An empty folder for the playlist, whose path is told at once."""
    from cuttingroom.media.render.feed import check_live  # loads what other commands need not

    check_live(profile)
    if folder.exists() and not folder.is_dir():
        raise InvalidInput(f"{folder} is not a folder.", advice="Name a new folder for --live.")
    with disk_errors():
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise InvalidInput(f"{folder} is not empty.", advice="Name a new folder for --live.")
    playlist = folder.absolute() / PLAYLIST
    output.emit("live", playlist=str(playlist))
    output.say(Text(f"Play it while it is made: {playlist}"))
    return folder.absolute()


def _render_once(
    session: Session,
    output: Output,
    project: Project,
    call: Render,
    wishes: Wishes,
    live: Path | None = None,
) -> None:
    options: dict[str, Any] = {"auto_approve": True, "calls": [call.model_dump(mode="json")]}
    if live is not None:
        options["live"] = str(live)
    run_id = launch.start(
        session.app,
        session.engine,
        session.user_id,
        project.id,
        call.describe(current_timeline(project)),
        key=new_id(),
        planner=DIRECT,
        options=options,
    )
    output.emit("run", run_id=run_id, project_id=project.id, project=project.name)
    follow(session, output, run_id, wishes)


def _keep_rendering(session: Session, output: Output, project: Project, order: Order, wishes: Wishes) -> None:
    """Render each new version. What the project cannot give now is told, and waited for."""
    project_id, rendered = project.id, -1
    try:
        while True:
            project = session.run(get_project_named, project_id)
            if project.version != rendered:
                rendered = project.version
                try:
                    _render_once(session, output, project, order.call(project), wishes)
                except (InvalidInput, NotFound, MediaFailed) as error:
                    output.fail(error)
                wishes = replace(wishes, force=True)  # what is there now is ours
                output.say(Text("Waiting for changes; Ctrl+C stops.", "bright_black"))
            session.keep_working()
            clock.sleep(session.settings.poll_seconds)
    except KeyboardInterrupt:
        output.emit("stopped", version=rendered)
        output.say(Text("\nStopped watching."))
