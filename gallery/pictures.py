"""What is shown: drawn scenes, somebody before a green screen, a number plate, a logo; and who draws it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from cuttingroom.core.hashing import hash_file
from cuttingroom.core.time import Rate, seconds_to_ticks
from cuttingroom.media import ffmpeg, sample
from cuttingroom.media.cube import identity, is_cube, write_cube
from cuttingroom.media.probe import MediaFacts, probe
from cuttingroom.media.render.cache import RenderCache
from cuttingroom.media.render.stills import StillMaker
from cuttingroom.timeline.model import Timeline
from gallery.sheet import FONTS

WIDTH, HEIGHT, SHOWN = 1280, 720, 300
RATE = Rate(num=30)
SCENES = {"hills": 0, "sea": 1, "city": 2, "leaves": 4}
FILM_SECONDS = 6


@dataclass(frozen=True)
class Shot:
    """One moment of a timeline, and what it shows."""

    label: str
    timeline: Timeline
    seconds: float


class Stage:
    """All files, made once in `folder`, and their facts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._cache = RenderCache(folder / "cache", 10**9)
        self.files = {name: folder / f"{name}.png" for name in (*SCENES, "person", "card", "logo")}
        for name, number in SCENES.items():
            sample._SCENES[number][1](2.0).save(self.files[name])
        draw_person().save(self.files["person"])
        draw_card(self.files["hills"]).save(self.files["card"])
        draw_logo().save(self.files["logo"])
        self.files["talk"] = _film(self.files["leaves"], folder / "talk.mp4")
        self.files["look"] = folder / "look.cube"
        self.files["look"].write_text(write_cube(_evening()))

    @cached_property
    def _facts(self) -> dict[str, MediaFacts]:
        return {name: probe(path) for name, path in self.files.items() if not is_cube(path)}

    @cached_property
    def _hashes(self) -> dict[str, str]:
        return {name: hash_file(path) for name, path in self.files.items()}

    def draw(self, shot: Shot) -> Image.Image:
        work = self._folder / "work"
        work.mkdir(exist_ok=True)
        maker = StillMaker(shot.timeline, self.files, self._facts, self._hashes, self._cache, work)
        drawn = maker.draw(RATE.frames(seconds_to_ticks(shot.seconds)))
        height = round(SHOWN * HEIGHT / WIDTH)
        drawn.thumbnail((SHOWN, height), Image.Resampling.LANCZOS)
        picture = Image.new("RGB", (SHOWN, height), (34, 37, 44))
        picture.paste(drawn, ((SHOWN - drawn.width) // 2, (height - drawn.height) // 2))
        return picture


def draw_person() -> Image.Image:
    """Somebody before a green screen that is lit unevenly, with hair that the screen is seen through."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    light = 1.04 - 0.3 * ((x / WIDTH - 0.5) ** 2 + (y / HEIGHT - 0.5) ** 2)
    screen = Image.fromarray((np.array((38, 178, 74)) * light[..., None]).clip(0, 255).astype(np.uint8))
    dice, big = random.Random(7), (WIDTH * 2, HEIGHT * 2)
    figure = Image.new("RGBA", big)
    draw = ImageDraw.Draw(figure)
    for n in range(260):
        x, y = 1280 + dice.uniform(-250, 250), 420 + dice.uniform(-160, 120)
        tip = (1280 + (x - 1280) * 1.5 + dice.uniform(-40, 40), y - 150 + dice.uniform(-60, 170))
        brown = (58 + n % 3 * 14, 38 + n % 3 * 8, 30, 255)
        draw.line((x, y, *tip), fill=brown, width=dice.choice((2, 3, 5)))
    draw.ellipse((1010, 230, 1550, 700), fill=(62, 42, 34, 255))
    draw.rounded_rectangle((660, 980, 1900, 1700), 260, fill=(196, 70, 64, 255))
    draw.rectangle((1180, 820, 1380, 1020), fill=(206, 152, 120, 255))
    draw.ellipse((1040, 320, 1520, 920), fill=(224, 172, 138, 255))
    for eye in (1180, 1380):
        draw.ellipse((eye - 24, 560, eye + 24, 608), fill=(46, 34, 32, 255))
    draw.arc((1170, 640, 1390, 800), 25, 155, fill=(140, 60, 56, 255), width=14)
    soft = figure.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).filter(ImageFilter.GaussianBlur(0.8))
    screen.paste(soft, (0, 0), soft)
    return screen


def draw_card(scene: Path) -> Image.Image:
    """A number plate before the hills."""
    card = Image.open(scene).convert("RGB")
    draw = ImageDraw.Draw(card)
    draw.rounded_rectangle((430, 470, 850, 580), 14, fill=(246, 244, 236), outline=(30, 30, 34), width=5)
    font = ImageFont.truetype(str(FONTS / "Inter-Bold.otf"), 76)
    draw.text((640, 526), "CR 2026 X", font=font, fill=(24, 26, 30), anchor="mm")
    return card


def draw_logo() -> Image.Image:
    logo = Image.new("RGBA", (480, 480))
    draw = ImageDraw.Draw(logo)
    draw.ellipse((8, 8, 472, 472), fill=(17, 21, 28, 255))
    draw.polygon(((190, 140), (190, 340), (360, 240)), fill=(255, 216, 74, 255))
    return logo


def _evening() -> np.ndarray:
    """A look: blue shadows, warm lights."""
    colours = identity(17)
    light = colours.mean(axis=-1, keepdims=True)
    cold, warm = np.array([0.55, 1.0, 1.5]), np.array([1.16, 1.0, 0.7])
    return np.clip(colours * (cold * (1 - light) + warm * light), 0, 1)


def _film(picture: Path, out: Path) -> Path:
    """A still as a film, for what needs a file with time."""
    given = ffmpeg.input_arguments(picture, "-loop", "1", "-framerate", str(RATE))
    coded = ["-t", str(FILM_SECONDS), "-c:v", "libx264", "-preset", "ultrafast", "-crf", "10"]
    ffmpeg.run([*given, *coded, "-pix_fmt", "yuv420p", ffmpeg.output_argument(out)])
    return out
