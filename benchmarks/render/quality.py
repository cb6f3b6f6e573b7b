"""What encoding in spans costs in quality: both renders held against the same edit without loss."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from benchmarks.measure import Figure
from benchmarks.render.by_hand import NAME
from benchmarks.render.edits import first_part
from benchmarks.render.media import RATE
from benchmarks.render.scene import figure, get_scene
from benchmarks.render.size import Size
from benchmarks.render.spending import spend
from cuttingroom.media.ffmpeg import find_ffmpeg

LEAST_SHARE = 0.999
"""Of the SSIM of one pass: a difference that nobody sees."""


def run(size: Size) -> list[Figure]:
    scene = get_scene(size)
    part = first_part(scene.timeline, size.excerpt * RATE)
    folder = scene.studio.folder
    ours = scene.studio.with_new_cache().render(part, scene.profile)
    one_pass, exact = folder / "one_pass.mp4", folder / "exact.mp4"
    spend(scene.desk.whole(part, one_pass))
    spend(scene.desk.whole(part, exact, lossless=True))
    mine, theirs = ssim(ours.out, exact), ssim(one_pass, exact)
    seconds = part.rate.frames(part.duration_ticks) / RATE
    name = f"{seconds:.0f} s of {scene.film.height}p"
    sizes = [path.stat().st_size / 1e6 for path in (ours.out, one_pass)]
    return [
        figure(f"{name}, SSIM with no loss", "", mine, theirs, NAME, theirs * LEAST_SHARE, "more"),
        figure(f"{name}, size", "MB", sizes[0], sizes[1], NAME),
    ]


def ssim(path: Path, exact: Path) -> float:
    """Structural similarity of all planes over all pictures, 1 when they are the same."""
    graph = "[0:v]settb=AVTB,setpts=N[a];[1:v]settb=AVTB,setpts=N[b];[a][b]ssim"
    command = [find_ffmpeg(), "-hide_banner", "-nostdin", "-i", path, "-i", exact]
    done = subprocess.run(
        [*command, "-filter_complex", graph, "-an", "-f", "null", "-"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = re.search(r"SSIM .*All:([0-9.]+)", done.stderr)
    assert found is not None, done.stderr[-500:]
    return float(found[1])
