"""A ledger of 10,000 events, replayed from nothing with every hash checked."""

from __future__ import annotations

import hashlib
import itertools
import sqlite3

from benchmarks.grounds import make_settings, temporary_folder
from benchmarks.measure import Figure, Series, in_turn
from cuttingroom.app import App, open_app
from cuttingroom.core.ids import ProjectId
from cuttingroom.core.time import TICKS_PER_SECOND
from cuttingroom.studio import ledger
from cuttingroom.studio.attempts import EditRequest
from cuttingroom.studio.timelines import apply_edits, current_timeline
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.edits.fade_in import FadeIn
from cuttingroom.timeline.edits.set_volume import SetVolume
from cuttingroom.timeline.edits.split import Split
from factories import a_filmed_project

EVENTS, PIECES, BURST = 10_000, 40, 100
SECONDS = 3600


def run() -> list[Figure]:
    with temporary_folder() as home:
        app = open_app(make_settings("sqlite", home))
        project_id = fill(app)

        def verify() -> None:
            with app.database.transaction() as session:
                assert ledger.verify_ledger(session, project_id).events == EVENTS

        peer = sqlite3.connect(home / "cuttingroom.db")
        ours, bare = in_turn(3, verify, lambda: read_and_hash(peer, project_id), warm_up=0)
        peer.close()
        app.close()
    return [_rate(ours, bare)]


def fill(app: App) -> ProjectId:
    """A project whose ledger has EVENTS events: a film in pieces that are edited over and over."""
    with app.database.transaction() as session:
        project, _ = a_filmed_project(session, SECONDS)
        project_id = project.id
        (clip,) = current_timeline(project).tracks[0].elements
    step = SECONDS * TICKS_PER_SECOND // PIECES
    names = [clip.id, *(f"p{n}" for n in range(1, PIECES))]
    splits = [
        Split(element_id=left, at_ticks=n * step, right_id=right)
        for n, (left, right) in enumerate(itertools.pairwise(names), 1)
    ]
    edits = itertools.chain(splits, (_edit(n) for n in itertools.count()))
    numbered = enumerate(itertools.islice(edits, EVENTS - 2))
    while batch := list(itertools.islice(numbered, BURST)):
        with app.database.transaction() as session:
            project = session.get_one(type(project), project_id, with_for_update=True)
            outcomes = apply_edits(session, project, [EditRequest(e, f"replay:{n}") for n, e in batch])
            failed = [o.error for o in outcomes if o.error is not None]
            assert not failed, failed
    return project_id


def _edit(n: int) -> Edit:
    piece = f"p{1 + n * 7 % (PIECES - 1)}"
    if n % 3 == 2:
        return FadeIn(element_id=piece, duration_ticks=TICKS_PER_SECOND * (1 + n % 5))
    return SetVolume(element_ids=(piece,), volume=(n % 100) / 100)


def read_and_hash(connection: sqlite3.Connection, project_id: str) -> str:
    """Every column of the same rows read by the driver and hashed, with no idea of what they mean."""
    total = hashlib.sha256()
    query = "SELECT * FROM tool_events WHERE project_id = ? ORDER BY sequence"
    for row in connection.execute(query, (project_id.replace("-", ""),)):
        total.update(repr(row).encode())
        count = row
    assert count is not None
    return total.hexdigest()


def _rate(ours: Series, bare: Series) -> Figure:
    return Figure(
        "replay",
        f"replay and check of {EVENTS:,} events",
        "events/s",
        EVENTS / ours.median,
        EVENTS / ours.best,
        EVENTS / bare.median,
        "reading and hashing the rows",
        wants="more",
        runs=len(ours.values),
    )
