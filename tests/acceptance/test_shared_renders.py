"""Several workers on one render: they share its spans, and one file comes out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import media_factory
from acceptance.studio import Studio
from cuttingroom.core.ids import new_token
from cuttingroom.tools.render import Render
from cuttingroom.workflows import launch


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    studio = Studio("postgresql", tmp_path)
    yield studio
    studio.close()


def start_render(studio: Studio, profile: str, frames: int) -> str:
    """A render that cannot be copied, of 25 frames a second."""
    clip = media_factory.make_video(studio.folder / "long.mp4", frames=frames, rate=25, size=(320, 180))
    return launch.start(
        studio.app,
        studio.engine,
        studio.user_id,
        studio.new_project(clip),
        "render it",
        key=new_token(),
        planner="direct",
        options={"auto_approve": True, "calls": [Render(profile=profile).model_dump(mode="json")]},
    )


def helped(studio: Studio) -> list[int]:
    """The spans that each helper made, by the log of all workers."""
    text = (studio.home / "cuttingroom.log").read_text()
    return [int(n) for n in re.findall(r"helped with item \S+: made (\d+) spans", text)]


@pytest.mark.postgres
def test_two_workers_make_the_spans_of_one_render_and_one_file_comes_out(studio: Studio):
    for _ in range(2):
        studio.hire(helpers=1)
    run_id = start_render(studio, "youtube", 1200)
    studio.wait_for(run_id)
    report = studio.inspect(run_id)
    assert report.status == "completed", report.failure
    (made,) = [a for a in report.artifacts if a.artifact_type == "render"]
    assert made.render is not None
    # what the helper made before this worker looked counts as found
    assert made.render.encoded_frames + made.render.reused_frames == 1200
    studio.wait_until(lambda: len(helped(studio)) == 1)
    spans = len(list((studio.home / "cache" / "render" / "segments").glob("*/*")))
    assert 0 < helped(studio)[0] < spans
    assert report.verifications[0].passed
    assert [e.status for e in report.events if e.tool == "render"] == ["started", "succeeded"]


@pytest.mark.postgres
def test_a_worker_that_is_alone_invites_nobody(studio: Studio):
    studio.hire(helpers=3)
    run_id = start_render(studio, "draft", 50)
    studio.wait_for(run_id)
    assert studio.status(run_id) == "completed"
    assert helped(studio) == []
