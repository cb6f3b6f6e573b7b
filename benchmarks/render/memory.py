"""Memory: of a short and of a long film, with as many elements a minute, everything encoded.

The long one has 2,000 elements: half of them pieces, half captions. At draft, which is quick.
"""

from __future__ import annotations

from benchmarks.measure import Figure
from benchmarks.render.edits import KEPT_TICKS, a_cut_film, with_captions
from benchmarks.render.media import RATE, Film, get_film
from benchmarks.render.ours import Made, Studio
from benchmarks.render.scene import figure, get_scene, length, make_folder
from benchmarks.render.size import LONG_SIZE, Size
from cuttingroom.core.time import TimeRange, seconds_to_ticks
from cuttingroom.media.render.profiles import get_profile
from cuttingroom.timeline.model import Timeline

MOST_MB, MOST_GROWTH = 700.0, 1.1
PIECE_SECONDS, GAP_FRAMES = 3.6, 3
"""A thousand pieces in an hour."""


def run(size: Size) -> list[Figure]:
    short, long = _render(get_film(size.talk, *LONG_SIZE)), _render(get_film(size.long, *LONG_SIZE))
    scene = get_scene(size)
    elements = f"{round(2000 * size.long / 3600):,} elements"
    name = f"{length(size.long)} of 720p, {elements}, peak memory"
    edit = f"whole edit, {scene.name}, peak memory"
    return [
        figure(name, "MB", long.spent.peak_mb, None, "", MOST_MB),
        figure(
            name, "MB", long.spent.peak_mb, short.spent.peak_mb,
            length(size.talk), short.spent.peak_mb * MOST_GROWTH,
        ),
        figure(edit, "MB", scene.rendered.spent.peak_mb, None, "", MOST_MB),
    ]  # fmt: skip


def _render(film: Film) -> Made:
    return Studio.of(make_folder(), film).render(many_elements(film), get_profile("draft"))


def many_elements(film: Film) -> Timeline:
    """A cut and a caption every 3.6 seconds."""
    step, gap = seconds_to_ticks(PIECE_SECONDS), film.rate.ticks(GAP_FRAMES)
    ends = [n * step for n in range(1, round(film.seconds / PIECE_SECONDS))]
    gaps = [TimeRange.between(end - gap - KEPT_TICKS, end + KEPT_TICKS) for end in ends]
    return with_captions(a_cut_film(film, gaps), round(RATE * PIECE_SECONDS) - GAP_FRAMES)
