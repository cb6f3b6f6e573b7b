"""The talk and its edit, rendered once for all parts that ask in the same run."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

from benchmarks.measure import Figure
from benchmarks.render.by_hand import Desk
from benchmarks.render.edits import the_edit
from benchmarks.render.media import Film, Music, get_film, get_music, media_folder
from benchmarks.render.ours import Made, Studio
from benchmarks.render.size import TALK_SIZE, Size
from cuttingroom.media.render.profiles import Profile, get_profile
from cuttingroom.timeline.model import Timeline


@dataclass(frozen=True)
class Scene:
    size: Size
    film: Film
    music: Music
    timeline: Timeline
    profile: Profile
    desk: Desk
    studio: Studio

    @cached_property
    def rendered(self) -> Made:
        """The edit rendered with an empty cache, which is full afterwards."""
        return self.studio.render(self.timeline, self.profile)

    @property
    def frames(self) -> int:
        return self.timeline.rate.frames(self.timeline.duration_ticks)

    @property
    def name(self) -> str:
        return f"{length(self.size.talk)} of {self.film.height}p"


@cache
def get_scene(size: Size) -> Scene:
    film = get_film(size.talk, *TALK_SIZE)
    music, folder = get_music(size.talk), make_folder()
    profile = get_profile("delivery")
    studio = Studio.of(folder, film, music)
    desk = Desk(film, profile, folder, music)
    return Scene(size, film, music, the_edit(film, music), profile, desk, studio)


def make_folder() -> Path:
    """A new folder on the disk of the media; it is gone when the program ends."""
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=media_folder()))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def length(seconds: float) -> str:
    return f"{seconds / 3600:g} h" if seconds >= 3600 else f"{seconds / 60:g} min"


def figure(
    name: str,
    unit: str,
    ours: float,
    peer: float | None,
    peer_name: str,
    aim: float | None = None,
    wants: Literal["less", "more"] = "less",
) -> Figure:
    """A figure of one run."""
    return Figure("render", name, unit, ours, ours, peer, peer_name, aim, wants)
