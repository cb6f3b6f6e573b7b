"""Two processes that share one cache and one render, one core each, against one process with one core."""

from __future__ import annotations

from benchmarks.measure import Figure
from benchmarks.render.edits import first_part
from benchmarks.render.media import RATE
from benchmarks.render.scene import figure, get_scene
from benchmarks.render.size import Size

WORKERS = 2


def run(size: Size) -> list[Figure]:
    scene = get_scene(size)
    part = first_part(scene.timeline, size.excerpt * RATE)
    one = scene.studio.with_new_cache().render(part, scene.profile, cores=1)
    two = scene.studio.with_new_cache().render_together(WORKERS, part, scene.profile, cores=1)
    seconds = part.rate.frames(part.duration_ticks) / RATE
    name = f"two workers, {seconds:.0f} s of {scene.film.height}p"
    return [
        figure(f"{name}, wall time", "s", two.spent.wall, one.spent.wall, "one worker"),
        figure(f"{name}, processor time", "s", two.spent.cpu, one.spent.cpu, "one worker"),
    ]
