"""Single pictures of a timeline: the very frames that a render would encode, without its loss."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from PIL import Image

from cuttingroom.core.errors import InvalidInput
from cuttingroom.core.ids import new_token
from cuttingroom.media import ffmpeg
from cuttingroom.media.limits import DEFAULT_LIMITS, MediaLimits
from cuttingroom.media.probe import MediaFacts
from cuttingroom.media.render.cache import RenderCache
from cuttingroom.media.render.encode import write_graph
from cuttingroom.media.render.fonts import place_fonts
from cuttingroom.media.render.graph import RenderGraph
from cuttingroom.media.render.layers import Layers, Piece
from cuttingroom.media.render.profiles import Profile, VideoCoding
from cuttingroom.media.render.sources import open_luts, open_sources
from cuttingroom.timeline.model import Timeline

StillFormat = Literal["png", "jpg"]

_PLAIN = Profile(
    name="still", title="Pictures before they are encoded", container="mp4", video=VideoCoding(codec="h264")
)
_ACCURATE = "flags=lanczos+accurate_rnd+full_chroma_int+full_chroma_inp"
_JPEG_QUALITY = 92


@dataclass(frozen=True)
class StillMaker:
    """Draws frames of one timeline. `files`, `facts` and `hashes` (SHA-256) are by artifact id; `work` is a
    private folder. Raises as `render` does: InvalidInput for an empty timeline, MediaRefused, MediaFailed,
    Canceled."""

    timeline: Timeline
    files: Mapping[str, Path]
    facts: Mapping[str, MediaFacts]
    hashes: Mapping[str, str]
    cache: RenderCache
    work: Path
    is_canceled: Callable[[], bool] = lambda: False
    limits: MediaLimits = DEFAULT_LIMITS
    _graph: RenderGraph = field(init=False)

    def __post_init__(self) -> None:
        if self.timeline.duration_ticks == 0:
            raise InvalidInput(
                "The timeline is empty: there is no picture.", advice="Insert some media first."
            )
        sources = open_sources(
            self.timeline, self.files, self.facts, self.hashes, self.cache, self.is_canceled, self.limits
        )
        luts = open_luts(self.timeline, self.files, self.hashes, self.cache, self.is_canceled)
        place_fonts(self.work)
        size = (self.timeline.settings.width, self.timeline.settings.height)
        graph = RenderGraph(Layers.of(self.timeline), sources, _PLAIN, size, (), luts)
        object.__setattr__(self, "_graph", graph)

    def draw(self, frame: int, width: int | None = None) -> Image.Image:
        """The frame of that number, RGB, at full size or `width` pixels wide."""
        folder = self.work / f"still_{new_token()}"
        folder.mkdir()
        try:
            arguments = write_graph(
                self._graph, Piece(frame, frame + 1), self.files, folder, 1, self.limits, _as_rgb(width)
            )
            made = folder / "still.png"
            arguments += ["-map", "[still]", "-frames:v", "1", "-update", "1", "-map_metadata", "-1"]
            arguments += [ffmpeg.output_argument(made), "-map", "[tap]", "-f", "null", "-"]
            ffmpeg.run(arguments, limits=self.limits, folder=folder, is_canceled=self.is_canceled)
            with Image.open(made) as picture:
                return picture.convert("RGB")
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _as_rgb(width: int | None) -> str:
    size = f"w={width}:h=-2:" if width is not None else ""
    return f";[out]scale={size}{_ACCURATE}:in_color_matrix=bt709:in_range=tv,format=gbrp[still]\n"


def write_picture(picture: Image.Image, path: Path, form: StillFormat) -> None:
    """A PNG without loss, or a JPEG whose loss nobody sees."""
    if form == "png":
        picture.save(path, "PNG")
    else:
        picture.save(path, "JPEG", quality=_JPEG_QUALITY, subsampling=0)
