"""Looks in rendered pictures: the pixels that come out, whatever spans they are made in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from cuttingroom.core.time import TimeRange
from cuttingroom.media.cube import identity, write_cube
from cuttingroom.media.probe import probe
from cuttingroom.media.render.facts import RenderFacts
from cuttingroom.media.render.grading import LUMA, graded
from cuttingroom.timeline.effects import (
    BlackOut,
    ChromaKey,
    Effect,
    Grade,
    Grain,
    Hide,
    Lut,
    Region,
    Vignette,
)
from cuttingroom.timeline.model import Element, StillSource, Timeline
from media_factory import (
    a_timeline,
    an_element,
    clicks,
    find_clicks,
    frames,
    make_video,
    overlay_track,
    read_rgb,
    read_sound,
    video_track,
)
from renders import COPYING, render_to

WIDTH, HEIGHT = 320, 180
PATCHES = np.array(
    [
        [0, 0, 0],
        [64, 64, 64],
        [128, 128, 128],
        [192, 192, 192],
        [255, 255, 255],
        [200, 60, 60],
        [60, 160, 80],
        [50, 70, 180],
    ],
    np.uint8,
)
Picture = NDArray[np.uint8]
EACH = 4
"""Frames that every still of a test stands."""


def patches() -> Picture:
    return np.repeat(np.repeat(PATCHES[None], HEIGHT, 0), WIDTH // len(PATCHES), 1)


def read_patches(picture: Picture) -> NDArray[np.float64]:
    """The mean colour in the middle of each patch, from 0 to 1."""
    wide = WIDTH // len(PATCHES)
    middles = (picture[70:110, n * wide + 12 : (n + 1) * wide - 12] for n in range(len(PATCHES)))
    return np.array([m.reshape(-1, 3).mean(axis=0) for m in middles]) / 255


def saved(path: Path, picture: Picture) -> Path:
    Image.fromarray(picture).save(path)
    return path


def show(
    folder: Path, still: Picture, *looks: tuple[Effect, ...], files: dict[str, Path] | None = None
) -> list[Picture]:
    """The same still under several looks, one after the other for `EACH` frames."""
    elements = [
        Element(
            id=f"e{n}",
            start_ticks=frames(EACH * n),
            duration_ticks=frames(EACH),
            source=StillSource(artifact_id="still"),
            effects=effects,
        )
        for n, effects in enumerate(looks)
    ]
    height, width = still.shape[:2]
    files = {"still": saved(folder / "still.png", still), **(files or {})}
    out, _ = render(folder, a_timeline(video_track(*elements), size=(width, height)), files)
    return read_rgb(out)


def render(
    folder: Path, timeline: Timeline, files: dict[str, Path], **options: object
) -> tuple[Path, RenderFacts]:
    return render_to(folder, timeline, files, **options)  # type: ignore[arg-type]


GRADES = {
    "warmer": Grade(temperature=0.5),
    "colder": Grade(temperature=-0.5),
    "brighter": Grade(brightness=0.4),
    "more contrast": Grade(contrast=1.5),
    "less contrast": Grade(contrast=0.5),
    "more colour": Grade(saturation=1.6),
    "black and white": Grade(saturation=0),
    "all at once": Grade(brightness=-0.2, contrast=1.2, saturation=0.8, temperature=0.3),
}


def test_grades_come_out_as_they_are_computed(tmp_path: Path):
    shown = show(tmp_path, patches(), *((grade,) for grade in GRADES.values()))
    for n, (name, grade) in enumerate(GRADES.items()):
        expected = graded(PATCHES / 255, grade)
        assert np.abs(read_patches(shown[EACH * n + 1]) - expected).max() < 5 / 255, name


COLOURS = np.random.default_rng(4).random((500, 3))


def _hue(colours: NDArray[np.float64]) -> NDArray[np.float64]:
    """The angle of what a colour is beside its luma, as a vector of length 1."""
    beside = colours - (colours @ LUMA)[:, None]
    return beside / np.linalg.norm(beside, axis=1, keepdims=True)


@pytest.mark.parametrize("name", ["brighter", "more contrast", "less contrast", "more colour"])
def test_grades_of_light_keep_every_hue_even_where_they_clip(name: str):
    assert np.abs(_hue(graded(COLOURS, GRADES[name])) - _hue(COLOURS)).max() < 1e-6


@pytest.mark.parametrize("name", ["warmer", "colder", "more colour", "black and white"])
def test_grades_of_colour_keep_the_luma(name: str):
    assert np.abs(graded(COLOURS, GRADES[name]) @ LUMA - COLOURS @ LUMA).max() < 1e-9


def test_a_warm_grey_has_more_red_and_less_blue_and_a_cold_one_the_opposite():
    grey = np.array([[0.5, 0.5, 0.5]])
    warm, cold = graded(grey, GRADES["warmer"])[0], graded(grey, GRADES["colder"])[0]
    assert warm[0] > 0.52 > 0.48 > warm[2]
    assert cold[2] > 0.52 > 0.48 > cold[0]


def test_a_neutral_grade_leaves_the_picture_alone_and_copied(tmp_path: Path):
    assert np.allclose(graded(COLOURS, Grade()), COLOURS)
    film = make_video(tmp_path / "film.mp4", frames=60, bt709=True)
    element = an_element(probe(film), "film", at=0, take=(0, 60), effects=(Grade(),))
    _, facts = render(tmp_path, a_timeline(video_track(element)), {"film": film}, profile=COPYING)
    assert facts.copied_frames == 60


def a_look(path: Path, values: NDArray[np.float64]) -> Path:
    path.write_text(f'TITLE "made here"\n{write_cube(values)}')
    return path


def test_a_table_swaps_colours_by_its_strength(tmp_path: Path):
    swapped = a_look(tmp_path / "swap.cube", identity(17)[..., ::-1])
    curves = a_look(tmp_path / "curves.cube", 1 - identity(256, is_3d=False))
    looks = [
        (Lut(artifact_id="swap"),),
        (Lut(artifact_id="swap", strength=0.5),),
        (Lut(artifact_id="curves"),),
    ]
    shown = show(tmp_path, patches(), *looks, files={"swap": swapped, "curves": curves})
    was = PATCHES / 255
    assert np.abs(read_patches(shown[1]) - was[:, ::-1]).max() < 5 / 255
    assert np.abs(read_patches(shown[EACH + 1]) - (was + was[:, ::-1]) / 2).max() < 5 / 255
    assert np.abs(read_patches(shown[2 * EACH + 1]) - (1 - was)).max() < 6 / 255


def a_card(text: str) -> Picture:
    card = Image.fromarray(np.full((HEIGHT, WIDTH, 3), 90, np.uint8))
    draw = ImageDraw.Draw(card)
    font = ImageFont.truetype("src/cuttingroom/media/fonts/Inter-Bold.otf", 30)
    draw.rectangle((70, 60, 250, 120), fill=(235, 235, 235))
    draw.text((160, 90), text, font=font, fill=(10, 10, 10), anchor="mm")
    return np.asarray(card)


@pytest.mark.parametrize("how", ["blur", "pixelate"])
def test_what_was_written_in_a_hidden_region_cannot_be_told_from_another_text(tmp_path: Path, how: str):
    hide = Hide(region=Region(x=70 / 320, y=60 / 180, width=180 / 320, height=60 / 180), how=how)  # type: ignore[arg-type]
    hidden = []
    for text in ("AB12 CDE", "XK89 PQF"):
        folder = tmp_path / text[:2]
        folder.mkdir()
        hidden.append([p.astype(float) for p in show(folder, a_card(text), (hide,), ())[1::EACH]])
    (one, plain), (other, other_plain) = hidden
    inside = (slice(62, 118), slice(72, 248))
    readable = np.abs(plain[inside] - other_plain[inside]).mean()
    assert np.abs(one[inside] - other[inside]).mean() < readable / 4
    outside = np.ones((HEIGHT, WIDTH), bool)
    outside[56:124, 66:254] = False
    assert np.abs(one - plain)[outside].max() < 12


def test_a_region_is_hidden_only_in_its_time_and_only_that_stretch_is_encoded(tmp_path: Path):
    film = make_video(tmp_path / "film.mp4", frames=240, bt709=True)
    hide = Hide(
        region=Region(x=0.2, y=0.3, width=0.6, height=0.4), range=TimeRange.between(frames(90), frames(120))
    )
    facts = probe(film)
    timeline = a_timeline(video_track(an_element(facts, "film", at=0, take=(0, 240), effects=(hide,))))
    out, made = render(tmp_path, timeline, {"film": film}, profile=COPYING)
    plain = read_rgb(film)
    changed = [
        n
        for n, picture in enumerate(read_rgb(out))
        if np.abs(picture.astype(float) - plain[n])[54:126, 64:256].mean() > 15
    ]
    assert changed == list(range(90, 120))
    assert made.copied_frames > 150
    assert "a hidden region" in dict(made.why_encoded)


def test_the_picture_is_black_in_its_time_and_the_sound_goes_on(tmp_path: Path):
    film = make_video(tmp_path / "film.mp4", frames=60, sound=clicks(2, [0.5, 1.0, 1.5]))
    black = BlackOut(range=TimeRange.between(frames(20), frames(40)))
    facts = probe(film)
    timeline = a_timeline(video_track(an_element(facts, "film", at=0, take=(0, 60), effects=(black,))))
    out, _ = render(tmp_path, timeline, {"film": film})
    means = [float(picture.mean()) for picture in read_rgb(out)]
    assert [n for n, mean in enumerate(means) if mean < 3] == list(range(20, 40))
    assert find_clicks(read_sound(out)) == pytest.approx([0.5, 1.0, 1.5], abs=0.01)


def test_a_blackout_of_an_overlay_shows_what_lies_below(tmp_path: Path):
    red, blue = (
        saved(tmp_path / f"{n}.png", np.full((HEIGHT, WIDTH, 3), c, np.uint8))
        for n, c in (("red", (200, 0, 0)), ("blue", (0, 0, 200)))
    )
    below = Element(id="a", start_ticks=0, duration_ticks=frames(6), source=StillSource(artifact_id="red"))
    black = BlackOut(range=TimeRange.between(frames(2), frames(4)))
    over = Element(
        id="b",
        start_ticks=0,
        duration_ticks=frames(6),
        source=StillSource(artifact_id="blue"),
        effects=(black,),
    )
    timeline = a_timeline(video_track(below), overlay_track(over))
    out, _ = render(tmp_path, timeline, {"red": red, "blue": blue})
    assert ["red" if p[..., 0].mean() > 100 else "blue" for p in read_rgb(out)] == ["blue"] * 2 + [
        "red"
    ] * 2 + ["blue"] * 2


def test_a_vignette_darkens_the_corners_by_its_strength_and_leaves_middle_and_black_alone(tmp_path: Path):
    light = np.full((HEIGHT, WIDTH, 3), 200, np.uint8)
    light[80:100, 100:140] = 0
    (shown, *_) = show(tmp_path, light, (Vignette(strength=0.5),))
    assert shown[90, 160].mean() == pytest.approx(200, abs=3)
    assert shown[90, 120].mean() < 3
    for corner in (shown[:3, :3], shown[:3, -3:], shown[-3:, :3], shown[-3:, -3:]):
        assert corner.mean() == pytest.approx(100, abs=8)
    assert shown[90, 160].mean() > shown[90, 240].mean() > shown[90, 310].mean()


def _noise(pictures: list[Picture]) -> list[NDArray[np.float64]]:
    return [p.astype(float).mean(axis=-1) - 128 for p in pictures]


def _likeness(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


def test_grain_belongs_to_the_moment_of_the_source_however_the_film_is_cut(tmp_path: Path):
    grey = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)
    film = make_video(tmp_path / "film.mp4", frames=60, picture=lambda n, w, h: grey, bt709=True)
    facts, grain = probe(film), Grain(strength=0.8)

    def elements(*takes: tuple[int, int, int]) -> list[Element]:
        return [an_element(facts, "film", at=at, take=(a, b), effects=(grain,)) for at, a, b in takes]

    whole, _ = render(tmp_path, a_timeline(video_track(*elements((0, 0, 60)))), {"film": film}, name="whole")
    cut = a_timeline(video_track(*elements((0, 25, 40), (15, 3, 25))))
    parts, _ = render(tmp_path, cut, {"film": film}, name="parts")
    one, other = _noise(read_rgb(whole)), _noise(read_rgb(parts))
    assert 3 < one[30].std() < 14
    assert abs(one[30].mean()) < 1
    assert _likeness(one[30], other[5]) > 0.9
    assert _likeness(one[10], other[22]) > 0.9
    assert abs(_likeness(one[30], one[31])) < 0.2


def test_grain_leaves_black_and_white_alone_and_the_mean_of_the_rest(tmp_path: Path):
    plain, grainy = (read_patches(p) for p in show(tmp_path, patches(), (), (Grain(strength=1),))[1::EACH])
    assert np.abs(plain - grainy).max() < 4 / 255


def _before_a_screen(screen: tuple[int, int, int]) -> tuple[Picture, Picture, NDArray[np.float64]]:
    """A subject with soft edges and a thin line, before a screen; the subject by itself and its opacity."""
    mask = Image.new("L", (WIDTH, HEIGHT), 0)
    draw = ImageDraw.Draw(mask)
    draw.ellipse((100, 30, 220, 150), fill=255)
    draw.line((160, 40, 260, 20), fill=255, width=5)
    opacity = np.asarray(mask.filter(ImageFilter.GaussianBlur(2)))[..., None] / 255
    subject = np.full((HEIGHT, WIDTH, 3), (205, 150, 120), np.uint8)
    subject[:, 160:] = (90, 60, 50)
    mixed = opacity * subject + (1 - opacity) * np.array(screen)
    return mixed.round().astype(np.uint8), subject, opacity


@pytest.mark.parametrize("screen", [(0, 177, 64), (40, 190, 70), (0, 255, 0)])
def test_a_key_leaves_the_subject_and_shows_what_lies_below(tmp_path: Path, screen: tuple[int, int, int]):
    mixed, subject, opacity = _before_a_screen(screen)
    files = {"mixed": saved(tmp_path / "mixed.png", mixed)}
    key = ChromaKey()
    below = Element(id="b", start_ticks=0, duration_ticks=frames(3), source=StillSource(artifact_id="back"))
    files["back"] = saved(tmp_path / "back.png", np.full((HEIGHT, WIDTH, 3), (40, 60, 160), np.uint8))
    over = Element(
        id="a",
        start_ticks=0,
        duration_ticks=frames(3),
        source=StillSource(artifact_id="mixed"),
        effects=(key,),
    )
    out, _ = render(tmp_path, a_timeline(overlay_track(below), video_track(over)), files)
    shown = read_rgb(out)[1].astype(float)
    wanted = opacity * subject + (1 - opacity) * np.array((40, 60, 160))
    solid, empty = opacity[..., 0] > 0.98, opacity[..., 0] < 0.01
    assert np.abs(shown - wanted)[solid].mean() < 6
    assert np.abs(shown - wanted)[empty].mean() < 3
    edge = ~solid & ~empty
    assert (shown - wanted)[edge][:, 1].mean() < 10, "green is left in the edges"
    assert np.abs(shown - wanted)[edge].mean() < 30


def test_without_anything_below_a_key_shows_the_background_of_the_project(tmp_path: Path):
    mixed, _, opacity = _before_a_screen((0, 177, 64))
    element = Element(
        id="a",
        start_ticks=0,
        duration_ticks=frames(3),
        source=StillSource(artifact_id="mixed"),
        effects=(ChromaKey(),),
    )
    timeline = a_timeline(video_track(element), background="#a02040")
    out, _ = render(tmp_path, timeline, {"mixed": saved(tmp_path / "mixed.png", mixed)})
    empty = read_rgb(out)[1][opacity[..., 0] < 0.01]
    assert empty.mean(axis=0) == pytest.approx([160, 32, 64], abs=5)
