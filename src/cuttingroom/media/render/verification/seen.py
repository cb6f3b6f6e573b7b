"""Is a text to be seen in a frame? The same text is drawn on grey, and the two are compared where it lies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cuttingroom.media import ffmpeg
from cuttingroom.media.limits import MediaLimits
from cuttingroom.media.render.fonts import FONTS_FOLDER, place_fonts
from cuttingroom.media.render.graphics.ass import FRAMES_PER_SECOND
from cuttingroom.media.render.graphics.drawing import draw_graphics
from cuttingroom.media.render.graphics.graphic import Graphic

_GREY = 128
_WIDTH = 640


def small_size(width: int, height: int) -> tuple[int, int]:
    """The size at which pictures are compared."""
    return _WIDTH, max(2, 2 * round(_WIDTH * height / width / 2))


def draw_texts(
    graphics: Sequence[Graphic],
    size: tuple[int, int],
    folder: Path,
    is_canceled: Callable[[], bool] | None,
    limits: MediaLimits,
) -> list[NDArray[np.uint8]]:
    """Each text as it must look at frame 0 of its clock in a picture of `size`, on grey, in the small size.

    Raises MediaFailed, StorageFailed, Canceled.
    """
    place_fonts(folder)
    inputs: list[str] = []
    for number, graphic in enumerate(graphics):
        name = f"seen{number}.ass"
        (folder / name).write_text(draw_graphics([graphic], 1, size), encoding="utf-8")
        inputs.append(f"{_grey(size)},ass=filename={name}:fontsdir={FONTS_FOLDER}[n{number}]")
    width, height = small_size(*size)
    joined = "".join(f"[n{n}]" for n in range(len(graphics))) + f"concat=n={len(graphics)}:v=1:a=0"
    graph = ";\n".join([*inputs, f"{joined},scale={width}:{height}:flags=area,format=gray[out]"])
    (folder / "seen.txt").write_text(graph + "\n", encoding="utf-8")
    data = bytearray()
    raw = ["-frames:v", str(len(graphics)), "-f", "rawvideo", "-pix_fmt", "gray", "pipe:1"]
    arguments = ["-/filter_complex", "seen.txt", "-map", "[out]", *raw]
    ffmpeg.run(arguments, limits=limits, folder=folder, on_data=data.extend, is_canceled=is_canceled)
    return list(np.frombuffer(bytes(data), np.uint8).reshape(-1, height, width))


def _grey(size: tuple[int, int]) -> str:
    """One grey picture."""
    colour = f"0x{_GREY:02x}{_GREY:02x}{_GREY:02x}"
    return f"color=c={colour}:s={size[0]}x{size[1]}:r={FRAMES_PER_SECOND}:d=1,trim=end_frame=1,format=yuv420p"


def text_likeness(drawn: NDArray[np.uint8], frame: NDArray[np.uint8]) -> float:
    """Correlation, -1 to 1, of a frame with a drawn text over the box that the text fills.

    0 means that nothing of it is there. A text that draws nothing (an unknown script) counts as 1.
    """
    changed = np.argwhere(np.abs(drawn.astype(int) - _GREY) > 12)
    if not len(changed):
        return 1.0
    (top, left), (bottom, right) = changed.min(axis=0), changed.max(axis=0) + 1
    return _correlation(drawn[top:bottom, left:right], frame[top:bottom, left:right])


def _correlation(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    x, y = a.astype(np.float64).ravel(), b.astype(np.float64).ravel()
    x, y = x - x.mean(), y - y.mean()
    size = float(np.sqrt((x @ x) * (y @ y)))
    return float(x @ y) / size if size > 1e-6 else 0.0
