"""A sample video made from nothing: drawn scenes that move, and somebody's narration with long pauses."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import OutputContainer
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from cuttingroom.core.errors import Canceled, InvalidInput

WIDTH, HEIGHT, RATE = 1280, 720, 30
SAMPLE_RATE = 48_000
_LEAD_SECONDS = 1.6
_PAUSE_SECONDS = (2.6, 3.4, 2.2, 3.0)
_TAIL_SECONDS = 2.4
_FONTS = Path(__file__).parent / "fonts"

Canvas = NDArray[np.uint8]
Narration = Sequence[tuple[NDArray[np.floating], int]]
Scene = Callable[[float], Image.Image]


def make_sample_video(
    out: Path,
    narration: Narration,
    *,
    is_canceled: Callable[[], bool] | None = None,
    report: Callable[[float], None] | None = None,
) -> None:
    """Write a 1280x720 MP4 at 30 frames per second: each phrase of `narration`, then a pause of 2 to 3.5 s.

    A phrase is mono samples (-1 to 1) with their rate. Scenes change in the middle of pauses, so a cut of the
    silences keeps all of them. Raises InvalidInput without narration, Canceled.
    """
    if not narration:
        raise InvalidInput("The sample needs at least one phrase of narration.")
    sound, cuts = _lay_out(narration)
    frames = math.ceil(len(sound) * RATE / SAMPLE_RATE)
    sound = np.pad(sound, (0, frames * SAMPLE_RATE // RATE - len(sound)))
    scenes = [_SCENES[n % len(_SCENES)] for n in range(len(cuts) + 1)]
    with av.open(str(out), "w", options={"movflags": "faststart"}) as container:
        video = container.add_stream(
            "libx264", rate=RATE, options={"preset": "veryfast", "crf": "20", "g": "60"}
        )
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        audio = container.add_stream("aac", rate=SAMPLE_RATE, layout="mono")
        for number in range(frames):
            if is_canceled is not None and is_canceled():
                raise Canceled("Making the sample was canceled.")
            seconds = number / RATE
            scene = sum(seconds >= cut for cut in cuts)
            begun = cuts[scene - 1] if scene else 0.0
            picture = _with_clock(scenes[scene][1](seconds - begun), scenes[scene][0], scene + 1, seconds)
            container.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            _encode_sound(container, audio, sound, number)
            if report is not None and number % RATE == 0:
                report(number / frames)
        container.mux(video.encode(None))
        container.mux(audio.encode(None))


def _lay_out(narration: Narration) -> tuple[NDArray[np.float32], list[float]]:
    """The whole sound, and the moments in the middle of pauses at which the scene changes."""
    parts = [_room(_LEAD_SECONDS, 0)]
    cuts: list[float] = []
    length = len(parts[0])
    for number, (samples, rate) in enumerate(narration):
        phrase = _resampled(np.asarray(samples, np.float32), rate)
        is_last = number == len(narration) - 1
        pause = _TAIL_SECONDS if is_last else _PAUSE_SECONDS[number % len(_PAUSE_SECONDS)]
        parts += [phrase, _room(pause, number + 1)]
        length += len(phrase)
        if not is_last:
            cuts.append((length + len(parts[-1]) / 2) / SAMPLE_RATE)
        length += len(parts[-1])
    whole = np.concatenate(parts)
    return (whole + _hush(len(whole))).astype(np.float32), cuts


def _room(seconds: float, _seed: int) -> NDArray[np.float32]:
    return np.zeros(round(seconds * SAMPLE_RATE), np.float32)


def _hush(length: int) -> NDArray[np.float32]:
    """The sound of a quiet room, at about -66 dBFS: real pauses are never digital zero."""
    return np.random.default_rng(1).normal(0, 0.0005, length).astype(np.float32)


def _resampled(samples: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """At 48 kHz, band-limited by its spectrum, with its peak at -3 dBFS."""
    length = round(len(samples) * SAMPLE_RATE / rate)
    spectrum = np.fft.rfft(samples)
    kept = np.zeros(length // 2 + 1, np.complex128)
    count = min(len(kept), len(spectrum))
    kept[:count] = spectrum[:count]
    sound = np.fft.irfft(kept, length) * (length / max(1, len(samples)))
    peak = float(np.abs(sound).max()) if length else 0.0
    return (sound * (0.7 / peak if peak > 0 else 1.0)).astype(np.float32)


def _encode_sound(
    container: OutputContainer, stream: av.AudioStream, sound: NDArray[np.float32], number: int
) -> None:
    step = SAMPLE_RATE // RATE
    part = np.ascontiguousarray(sound[None, number * step : (number + 1) * step])
    frame = av.AudioFrame.from_ndarray(part, format="fltp", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, number * step, Fraction(1, SAMPLE_RATE)
    container.mux(stream.encode(frame))


def _with_clock(picture: Image.Image, name: str, number: int, seconds: float) -> Canvas:
    """The scene with its number and name below left and a running clock below right."""
    draw = ImageDraw.Draw(picture, "RGBA")
    draw.text((56, HEIGHT - 116), f"SCENE {number}", font=_font(22), fill=(255, 255, 255, 190))
    draw.text((56, HEIGHT - 88), name, font=_font(40), fill=(255, 255, 255, 255))
    clock = f"{int(seconds) // 60}:{seconds % 60:04.1f}"
    draw.text((WIDTH - 190, HEIGHT - 84), clock, font=_font(34), fill=(255, 255, 255, 220))
    return np.asarray(picture)


_KNOWN_FONTS: dict[int, ImageFont.FreeTypeFont] = {}


def _font(size: int) -> ImageFont.FreeTypeFont:
    return _KNOWN_FONTS.setdefault(size, ImageFont.truetype(str(_FONTS / "Inter-Bold.otf"), size))


def _gradient(top: tuple[int, int, int], bottom: tuple[int, int, int]) -> Image.Image:
    """From `top` to `bottom`, with a little grain against banding."""
    share = np.linspace(0, 1, HEIGHT)[:, None, None]
    colours = np.array(top) * (1 - share) + np.array(bottom) * share
    grain = np.random.default_rng(7).normal(0, 2.2, (HEIGHT, WIDTH, 1))
    return Image.fromarray(np.clip(colours + grain, 0, 255).astype(np.uint8))


_SKIES: dict[str, Image.Image] = {}


def _sky(name: str, top: tuple[int, int, int], bottom: tuple[int, int, int]) -> Image.Image:
    if name not in _SKIES:
        _SKIES[name] = _gradient(top, bottom)
    return _SKIES[name].copy()


def _ridge(t: float, base: float, height: float, wave: float, speed: float) -> list[tuple[float, float]]:
    xs = np.arange(0, WIDTH + 8, 8)
    at = (xs + t * speed) / wave
    ys = HEIGHT * base - height * (np.sin(at) + 0.5 * np.sin(2.3 * at + 1) + 0.25 * np.sin(5.1 * at))
    return [*zip(xs.tolist(), ys.tolist(), strict=True), (WIDTH, HEIGHT), (0, HEIGHT)]


def _hills(t: float) -> Image.Image:
    """Hills pass at three speeds under a rising sun."""
    picture = _sky("hills", (255, 146, 92), (255, 221, 158))
    draw = ImageDraw.Draw(picture, "RGBA")
    x, y = WIDTH * 0.68, HEIGHT * (0.52 - 0.16 * min(1.0, t / 12))
    for radius, alpha in ((190, 40), (140, 70), (96, 255)):
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(255, 244, 214, alpha))
    draw.polygon(_ridge(t, 0.66, 46, 210, 14), fill=(214, 110, 96))
    draw.polygon(_ridge(t, 0.78, 40, 150, 34), fill=(142, 70, 92))
    draw.polygon(_ridge(t, 0.92, 34, 110, 70), fill=(74, 40, 70))
    return picture


def _sea(t: float) -> Image.Image:
    """Waves roll towards us at night, with a boat on the second."""
    picture = _sky("sea", (14, 32, 74), (54, 124, 168))
    draw = ImageDraw.Draw(picture, "RGBA")
    draw.ellipse((930, 90, 1030, 190), fill=(244, 244, 226))
    for n in range(40):
        x, y = (n * 337) % WIDTH, (n * 151) % 300
        glow = int(120 + 100 * math.sin(t * 2 + n))
        draw.ellipse((x, y, x + 3, y + 3), fill=(255, 255, 255, glow))
    for n in range(5):
        if n == 2:
            _boat(draw, 320 + 30 * t, HEIGHT * 0.64 + 9 * math.sin(1.4 * t), 0.06 * math.sin(1.4 * t + 1))
        shade = (20 + 6 * n, 88 - 9 * n, 140 - 16 * n)
        draw.polygon(
            _ridge(t, 0.58 + 0.09 * n, 11 + 4 * n, 90 + 26 * n, (60 + 30 * n) * (1 if n % 2 else -1)),
            fill=shade,
        )
    return picture


def _boat(draw: ImageDraw.ImageDraw, x: float, y: float, tilt: float) -> None:
    def turned(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        c, s = math.cos(tilt), math.sin(tilt)
        return [(x + px * c - py * s, y + px * s + py * c) for px, py in points]

    draw.polygon(turned([(-70, 0), (70, 0), (44, 34), (-46, 34)]), fill=(196, 74, 60))
    draw.polygon(turned([(4, -8), (4, -120), (62, -8)]), fill=(250, 246, 236))
    draw.polygon(turned([(-4, -8), (-4, -96), (-44, -8)]), fill=(232, 222, 206))


def _city(t: float) -> Image.Image:
    """A street of houses glides by, their windows going on and off."""
    picture = _sky("city", (40, 22, 74), (214, 92, 134))
    draw = ImageDraw.Draw(picture, "RGBA")
    for layer, (speed, shade) in enumerate(((24, (92, 48, 112)), (70, (44, 24, 66)))):
        shift, wide = t * speed, 128 - 12 * layer
        first = int(shift // wide)
        for n in range(first, first + WIDTH // wide + 3):
            left = n * wide - shift
            top = HEIGHT * (0.34 + 0.16 * layer) + (n * 7919 % 150)
            draw.rectangle((left, top, left + wide - 10, HEIGHT), fill=shade)
            if layer:
                _windows(draw, left, top, n, t)
    return picture


def _windows(draw: ImageDraw.ImageDraw, left: float, top: float, house: int, t: float) -> None:
    for row in range(8):
        for column in range(3):
            lit = math.sin(house * 12.9 + row * 4.1 + column * 7.7 + math.floor(t / 1.7 + row * 0.3)) > 0.1
            x, y = left + 16 + column * 28, top + 22 + row * 34
            if y < HEIGHT - 130:
                draw.rectangle(
                    (x, y, x + 16, y + 18), fill=(255, 214, 120, 235) if lit else (70, 42, 92, 255)
                )


def _orbit(t: float) -> Image.Image:
    """Planets circle a star."""
    picture = _sky("orbit", (10, 12, 30), (34, 22, 64))
    draw = ImageDraw.Draw(picture, "RGBA")
    x, y = WIDTH * 0.5, HEIGHT * 0.45
    for radius, alpha in ((150, 26), (110, 50), (74, 255)):
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(255, 205, 110, alpha))
    bodies = (
        (170, 1.1, 16, (122, 190, 255)),
        (250, 0.7, 26, (240, 130, 110)),
        (350, 0.45, 34, (150, 220, 170)),
        (450, 0.3, 20, (226, 196, 255)),
    )
    for distance, speed, size, colour in bodies:
        box = (x - distance, y - distance * 0.5, x + distance, y + distance * 0.5)
        draw.ellipse(box, outline=(255, 255, 255, 46), width=2)
        a = t * speed + distance
        px, py = x + distance * math.cos(a), y + distance * 0.5 * math.sin(a)
        draw.ellipse((px - size, py - size, px + size, py + size), fill=colour)
    return picture


def _leaves(t: float) -> Image.Image:
    """Leaves fall through a green wood with soft lights behind."""
    picture = _sky("leaves", (18, 70, 62), (150, 192, 104))
    lights = Image.new("RGBA", (WIDTH // 4, HEIGHT // 4))
    glow = ImageDraw.Draw(lights)
    for n in range(14):
        x = (n * 97 + 6 * t) % (WIDTH // 4)
        y = (n * 53) % (HEIGHT // 5) + 6 * math.sin(0.6 * t + n)
        size = 8 + n % 5 * 4
        glow.ellipse((x - size, y - size, x + size, y + size), fill=(246, 240, 170, 70))
    soft = lights.filter(ImageFilter.GaussianBlur(3)).resize((WIDTH, HEIGHT))
    picture.paste(soft, (0, 0), soft)
    draw = ImageDraw.Draw(picture, "RGBA")
    for n in range(26):
        y = (n * 173 + t * (70 + n % 4 * 22)) % (HEIGHT + 120) - 60
        x = (n * 311) % WIDTH + 46 * math.sin(1.1 * t + n)
        _leaf(draw, x, y, 20 + n % 4 * 6, t * 1.3 + n, ((222, 138, 54), (198, 84, 50), (236, 190, 82))[n % 3])
    return picture


def _leaf(
    draw: ImageDraw.ImageDraw, x: float, y: float, size: float, turn: float, colour: tuple[int, int, int]
) -> None:
    at = np.linspace(0, 2 * math.pi, 24)
    along, across = size * np.cos(at), size * 0.42 * np.sin(at) * math.cos(turn * 0.7)
    c, s = math.cos(turn), math.sin(turn)
    points = zip((x + along * c - across * s).tolist(), (y + along * s + across * c).tolist(), strict=True)
    draw.polygon(list(points), fill=colour)


_SCENES: tuple[tuple[str, Scene], ...] = (
    ("Sunrise hills", _hills),
    ("Night sea", _sea),
    ("City at dusk", _city),
    ("Small orbits", _orbit),
    ("Falling leaves", _leaves),
)
