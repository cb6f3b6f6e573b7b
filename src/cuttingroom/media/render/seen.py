"""Is a text to be seen in a frame? The same text is drawn on grey, and the two are compared where it lies."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cuttingroom.core.time import Rate
from cuttingroom.media import ffmpeg
from cuttingroom.media.limits import MediaLimits
from cuttingroom.media.probe import MediaFacts
from cuttingroom.media.render.fonts import FONTS_FOLDER, place_fonts
from cuttingroom.media.render.text import TextEvent, ass_document

_GREY = 128
_WIDTH = 640


def text_likeness(
    path: Path,
    facts: MediaFacts,
    at_ticks: int,
    event: TextEvent,
    size: tuple[int, int],
    rate: Rate,
    folder: Path,
    limits: MediaLimits,
) -> float:
    """Correlation, -1 to 1, of a frame with the text as it must look, over the box that the text fills.

    0 means that nothing of it is there. A text that draws nothing (an unknown script) counts as 1.
    """
    place_fonts(folder)
    width, height = _WIDTH, 2 * round(_WIDTH * size[1] / size[0] / 2)
    drawn = _draw(event, size, rate, folder, (width, height), limits)
    changed = np.argwhere(np.abs(drawn.astype(int) - _GREY) > 12)
    if not len(changed):
        return 1.0
    (top, left), (bottom, right) = changed.min(axis=0), changed.max(axis=0) + 1
    frame = _frame(path, facts, at_ticks, folder, (width, height), limits)
    return _correlation(drawn[top:bottom, left:right], frame[top:bottom, left:right])


def _draw(
    event: TextEvent,
    size: tuple[int, int],
    rate: Rate,
    folder: Path,
    to: tuple[int, int],
    limits: MediaLimits,
) -> NDArray[np.uint8]:
    still = TextEvent(0, 1, event.text, event.style, event.position, event.opacity)
    (folder / "seen.ass").write_text(ass_document([still], *size, rate, 0), encoding="utf-8")
    source = (
        f"color=c=0x{_GREY:02x}{_GREY:02x}{_GREY:02x}:s={size[0]}x{size[1]}:r={rate.fraction},format=yuv420p"
    )
    text = f"ass=filename=seen.ass:fontsdir={FONTS_FOLDER}"
    graph = f"{source},{text},scale={to[0]}:{to[1]}:flags=area,format=gray[out]"
    (folder / "seen.txt").write_text(graph + "\n", encoding="utf-8")
    return _grey_frame(["-/filter_complex", "seen.txt", "-map", "[out]"], folder, to, limits)


def _frame(
    path: Path, facts: MediaFacts, at_ticks: int, folder: Path, to: tuple[int, int], limits: MediaLimits
) -> NDArray[np.uint8]:
    half = facts.video[0].rate.frame_ticks // 2
    seeking = ("-ss", ffmpeg.seconds_argument(max(0, at_ticks - half)))
    arguments = ffmpeg.input_arguments(path, "-an", *seeking, limits=limits)
    scale = f"scale={to[0]}:{to[1]}:flags=area,format=gray"
    return _grey_frame([*arguments, "-map", f"0:{facts.video[0].index}", "-vf", scale], folder, to, limits)


def _grey_frame(
    arguments: list[str], folder: Path, size: tuple[int, int], limits: MediaLimits
) -> NDArray[np.uint8]:
    data = bytearray()
    raw = ["-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "gray", "pipe:1"]
    ffmpeg.run([*arguments, *raw], limits=limits, folder=folder, on_data=data.extend)
    return np.frombuffer(bytes(data[: size[0] * size[1]]), np.uint8).reshape(size[1], size[0])


def _correlation(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    x, y = a.astype(np.float64).ravel(), b.astype(np.float64).ravel()
    x, y = x - x.mean(), y - y.mean()
    size = float(np.sqrt((x @ x) * (y @ y)))
    return float(x @ y) / size if size > 1e-6 else 0.0
