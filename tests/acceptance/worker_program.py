"""The real worker as a process that tests start, stop and kill."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from cuttingroom.app import leave, open_app
from cuttingroom.core.errors import ProviderBroken
from cuttingroom.core.settings import Settings
from cuttingroom.core.time import TimeRange, seconds_to_ticks
from cuttingroom.planners.base import ItemDraft, PlanDraft
from cuttingroom.storage.tables import Run
from cuttingroom.timeline.edits.add_title import AddTitle
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.edits.mute_range import MuteRange
from cuttingroom.timeline.edits.remove import Remove
from cuttingroom.timeline.edits.remove_ranges import RemoveRanges
from cuttingroom.tools.base import MakingTool
from cuttingroom.tools.render import Render
from cuttingroom.workflows.dbos_engine import DbosEngine
from cuttingroom.workflows.recover import Upkeep
from cuttingroom.workflows.run import RunJobs

# One process imports everything once and forks the workers: they start in milliseconds.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(
    [
        "cuttingroom.workflows.dbos_engine",
        "cuttingroom.workflows.run",
        "cuttingroom.workflows.recover",
        "cuttingroom.media.render.run",
        "cuttingroom.media.render.verification.verify",
        "cuttingroom.providers.music.local",
    ]
)
Process = multiprocessing.process.BaseProcess

UPKEEP_SECONDS = 1.0
LOST_AFTER = timedelta(seconds=5)


def span(start: float, end: float) -> TimeRange:
    return TimeRange.between(seconds_to_ticks(start), seconds_to_ticks(end))


def _calls(*calls: Edit | MakingTool) -> PlanDraft:
    items = tuple(ItemDraft(call=c.model_dump(mode="json"), title=c.tool) for c in calls)
    return PlanDraft(summary="As in the script", items=items, planner="scripted")


SCRIPT: Mapping[str, PlanDraft | Exception] = {
    "ten small edits": _calls(*(MuteRange(range=span(n / 10, n / 10 + 0.04)) for n in range(10))),
    "three cuts": _calls(*(RemoveRanges(ranges=(span(0.2, 0.4),)) for _ in range(3))),
    # Approved alone, the second edit finds no title and is refused.
    "a title and its removal": _calls(
        AddTitle(text="Hello", at_ticks=0, duration_ticks=seconds_to_ticks(1), element_id="el_title"),
        Remove(element_ids=("el_title",)),
    ),
    "only a render": _calls(Render(profile="youtube")),  # its encoder takes its time
    "a planner that breaks": ProviderBroken("It answers nonsense.", provider="scripted"),
}


def drafts_for(run: Run) -> tuple[PlanDraft | Exception, ...]:
    return (SCRIPT[run.request],) if run.request in SCRIPT else ()


def settings_of(home: Path, url: str, lease_seconds: float, helpers: int = 0) -> Settings:
    return Settings(
        home=home,
        database_url=url,
        lease_seconds=lease_seconds,
        poll_seconds=0.05,
        cores=2,
        render_helpers=helpers,
    )


def work(home: Path, url: str, lease_seconds: float, grace_seconds: float = 0.0, helpers: int = 0) -> None:
    """The life of a worker: it says that it is ready, and works until SIGTERM."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    settings = settings_of(home, url, lease_seconds, helpers)
    app = open_app(settings)
    engine = DbosEngine(settings)
    engine.migrate()
    engine.start(RunJobs(app, engine, drafts=drafts_for).handlers())
    upkeep = Upkeep(app, engine, every_seconds=UPKEEP_SECONDS, lost_after=LOST_AFTER)
    upkeep.start()
    (home / f"ready-{os.getpid()}").touch()
    signal.sigwait({signal.SIGTERM})
    upkeep.stop()
    engine.stop(grace_seconds=grace_seconds)
    app.close()
    leave(0)
