"""The whole edit with an empty cache: cuts, two crossfades, burned captions, ducked music, at delivery."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from benchmarks.measure import Figure
from benchmarks.render.by_hand import NAME, Desk
from benchmarks.render.edits import first_part
from benchmarks.render.media import RATE
from benchmarks.render.peers import Absent, melt_command, moviepy_command, tell_absent
from benchmarks.render.scene import Scene, figure, get_scene
from benchmarks.render.size import Size
from benchmarks.render.spending import Spent, spend
from cuttingroom.media.probe import probe
from cuttingroom.timeline.model import Timeline

MOVIEPY_SHARE = 1 / 5
"""What of MoviePy's time ours may take."""

Command = Callable[[Desk, Timeline, Path], list[str | Path]]


def run(size: Size) -> list[Figure]:
    scene = get_scene(size)
    ours = scene.rendered
    out = scene.studio.folder / "by_hand.mp4"
    hand = spend(scene.desk.whole(scene.timeline, out))
    for path in (ours.out, out):
        assert probe(path).video[0].frame_count == scene.frames, path
    edit = f"whole edit, {scene.name}"
    figures = [
        figure(f"{edit}, wall time", "s", ours.spent.wall, hand.wall, NAME, hand.wall),
        figure(f"{edit}, processor time", "s", ours.spent.cpu, hand.cpu, NAME, hand.cpu),
        figure(f"{edit}, peak memory", "MB", ours.spent.peak_mb, hand.peak_mb, NAME),
    ]
    for peer, command, share in (
        ("MoviePy 2", moviepy_command, MOVIEPY_SHARE),
        ("melt", melt_command, None),
    ):
        try:
            part, spent = _spend_on_a_part(scene, peer, command)
        except Absent as error:
            tell_absent(error)
            continue
        by = f"{peer}, scaled from {part}"
        for what, unit, mine, theirs in (
            ("wall time", "s", ours.spent.wall, spent.wall),
            ("processor time", "s", ours.spent.cpu, spent.cpu),
        ):
            figures.append(figure(f"{edit}, {what}", unit, mine, theirs, by, share and theirs * share))
    return figures


def _spend_on_a_part(scene: Scene, peer: str, command: Command) -> tuple[str, Spent]:
    """How long the part was that the peer made, and what the whole would cost it at that pace."""
    part = first_part(scene.timeline, scene.size.peers * RATE)
    frames = part.rate.frames(part.duration_ticks)
    out = scene.studio.folder / f"{peer.split()[0]}.mp4"
    spent = spend(command(scene.desk, part, out))
    made = probe(out).video[0].frame_count
    assert made is not None
    assert abs(made - frames) <= RATE, f"{peer} made {made} frames instead of {frames}"
    return f"{frames / RATE:.0f} s", spent.scaled(scene.frames / frames)
