"""Renders that several workers share: the one that makes an item invites others to encode parts of it.

Whoever helps works into the render cache alone. It changes no row, nobody waits for it, and claims in the
cache's folder keep two from making the same span, so helpers only help where that folder is shared.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from sqlalchemy.orm import Session

from cuttingroom.app import App
from cuttingroom.core import clock
from cuttingroom.core.errors import CuttingroomError
from cuttingroom.core.settings import Settings
from cuttingroom.studio import rendering
from cuttingroom.studio.making import MakingJob
from cuttingroom.tools.render import Render
from cuttingroom.workflows import making
from cuttingroom.workflows.engine import RENDER, Engine
from cuttingroom.workflows.lease import count_live_workers

log = logging.getLogger(__name__)

HELP_RENDER = "help_render"
MOST_HOPS = 60
"""How often an invitation is passed on that the wrong worker took up."""
HOP_SECONDS = 0.25


def invite(engine: Engine, session: Session, settings: Settings, item_id: str, attempt: int) -> None:
    """Ask as many other workers as are wanted and alive to help with an item."""
    if settings.is_sqlite or settings.render_helpers == 0:  # SQLite admits one worker
        return
    others = count_live_workers(session, settings.lease_seconds) - 1
    for number in range(min(settings.render_helpers, others)):
        send_invitation(engine, session, item_id, f"{attempt}.{number}", MOST_HOPS)


def send_invitation(engine: Engine, session: Session, item_id: str, name: str, hops: int) -> None:
    args = {"item_id": item_id, "name": name, "hops": hops}
    engine.enqueue(session, HELP_RENDER, f"{item_id}/help/{name}/{hops}", args, RENDER)


def help_item(app: App, item_id: str) -> bool:
    """Make missing spans of an item that another process renders; False when this one is the wrong helper.

    Never raises for what goes wrong: whoever makes the item meets it too, and says so.
    """
    try:
        with making.internal_errors("helping"):
            with app.database.transaction() as session:
                state = rendering.find_state(session, item_id)
                job = rendering.find_running(session, item_id)
            if making.is_made_here(item_id) or (job is None and state.is_waiting):
                clock.sleep(HOP_SECONDS)
                return False
            # under a limit nobody knows yet what will be made
            if job is not None and isinstance(job.tool, Render) and job.tool.max_megabytes is None:
                made = _help(app, item_id, job, job.tool)
                log.info("helped with item %s: made %d spans", item_id, made)
    except CuttingroomError as error:
        log.info("could not help with item %s: %s", item_id, error.message)
    return True


def _help(app: App, item_id: str, job: MakingJob, tool: Render) -> int:
    from cuttingroom.media.limits import MediaLimits  # loads what other jobs need not
    from cuttingroom.media.render.helping import help_render

    inputs = tool.prepare(
        job.timeline,
        app.settings,
        making.local_files(app, job.artifacts),
        making.known_hashes(job.artifacts),
        making.known_media(job.artifacts),
    )
    with app.work_folder() as work:
        return help_render(
            inputs.timeline,
            inputs.files,
            inputs.profile,
            facts=inputs.facts,
            hashes=inputs.hashes,
            cache=inputs.cache,
            work=work,
            is_wanted=_is_running(app, item_id),
            limits=MediaLimits.of(app.settings),
            cores=app.settings.cores,
        )


def _is_running(app: App, item_id: str) -> Callable[[], bool]:
    last, answer = clock.monotonic(), True

    def is_running() -> bool:
        nonlocal last, answer
        now = clock.monotonic()
        if answer and now - last >= making.LOOK_SECONDS:
            last = now
            with app.database.transaction() as session:
                answer = rendering.find_state(session, item_id).is_running
        return answer

    return is_running
