"""Pictures in the frame: where their corners and quarters come to lie, to the pixel, and in which colours."""

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from cuttingroom.core.time import Rate, TimeRange
from cuttingroom.media.probe import probe
from cuttingroom.media.render.profiles import VideoCoding
from cuttingroom.timeline.edits.add_overlay import AddOverlay
from cuttingroom.timeline.edits.base import MediaRef
from cuttingroom.timeline.edits.pad_band import PadBand
from cuttingroom.timeline.edits.reframe import Reframe
from cuttingroom.timeline.edits.set_project import SetProject
from cuttingroom.timeline.edits.side_by_side import SideBySide
from cuttingroom.timeline.effects import Point, Region, Transform, Zoom
from cuttingroom.timeline.invariants import check_timeline
from cuttingroom.timeline.model import Element, StillSource, TextSource, Timeline
from cuttingroom.timeline.pieces import part_of
from media_factory import (
    a_timeline,
    an_element,
    frames,
    make_video,
    overlay_track,
    read_numbers,
    read_rgb,
    video_track,
)
from renders import FAST, render_to

LOSSLESS = FAST.model_copy(
    update={"name": "lossless", "video": VideoCoding(codec="h264", preset="ultrafast", quality=0)}
)
Picture = NDArray[np.uint8]
COLOURS = {"red": (200, 30, 30), "green": (30, 180, 30), "blue": (40, 40, 200), "white": (230, 230, 230)}
BACKGROUND = {"grey": (96, 96, 96)}
SIZE = (320, 180)


def quarters(_number: int, width: int, height: int) -> Picture:
    """Red and green above, blue and white below."""
    picture = np.empty((height, width, 3), np.uint8)
    for n, colour in enumerate(COLOURS.values()):
        top, left = n // 2 * height // 2, n % 2 * width // 2
        picture[top : top + height // 2, left : left + width // 2] = colour
    return picture


def name_at(picture: Picture, x: float, y: float) -> str:
    """The colour at a place of the frame, 0 to 1; "?" when it is none of those known."""
    height, width = picture.shape[:2]
    found = picture[round(y * (height - 1)), round(x * (width - 1))].astype(int)
    known = {**COLOURS, **BACKGROUND, "black": (0, 0, 0)}
    name = min(known, key=lambda k: max(abs(found - known[k])))
    return name if max(abs(found - known[name])) <= 10 else "?"


def corners(picture: Picture, box: tuple[float, float, float, float] = (0, 0, 1, 1)) -> str:
    """The colours near the corners of a box (left, top, right, bottom), row by row."""
    left, top, right, bottom = box
    x, y = (right - left) / 8, (bottom - top) / 8
    places = [(left + x, top + y), (right - x, top + y), (left + x, bottom - y), (right - x, bottom - y)]
    return " ".join(name_at(picture, *place) for place in places)


def extent(picture: Picture) -> tuple[int, int, int, int]:
    """Left, top, right and bottom pixel edge of all that is not background."""
    other = np.abs(picture.astype(int) - BACKGROUND["grey"]).max(axis=2) > 30
    rows, columns = np.flatnonzero(other.any(axis=1)), np.flatnonzero(other.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


@pytest.fixture(scope="module")
def show(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., list[Picture]]:
    """Stills of the four quarters, one for each set of effects, as they come out of one render."""
    folder = tmp_path_factory.mktemp("show")
    Image.fromarray(quarters(0, *SIZE)).save(folder / "quarters.png")

    def render(
        *placed: Transform | tuple[Transform | Zoom, ...], size: tuple[int, int] = SIZE, over: bool = False
    ) -> list[Picture]:
        elements = [
            Element(
                id=f"e{n}",
                start_ticks=frames(2 * n),
                duration_ticks=frames(2),
                source=StillSource(artifact_id="q"),
                effects=effects if isinstance(effects, tuple) else (effects,),
            )
            for n, effects in enumerate(placed)
        ]
        track = overlay_track(*elements) if over else video_track(*elements)
        timeline = a_timeline(track, size=size, background="#606060")
        check_timeline(timeline)
        name = f"out{len(list(folder.iterdir()))}"
        out, _ = render_to(folder, timeline, {"q": folder / "quarters.png"}, LOSSLESS, name=name)
        return read_rgb(out)[::2]

    return render


def test_flips_and_turns_put_every_quarter_where_it_belongs(show: Callable[..., list[Picture]]):
    cases = {
        "red green blue white": {},
        "green red white blue": {"flip_horizontal": True},
        "blue white red green": {"flip_vertical": True},
        "blue red white green": {"rotation": 90},
        "white blue green red": {"rotation": 180},
        "green white red blue": {"rotation": -90},
        "red blue green white": {"flip_horizontal": True, "rotation": 270},
    }
    made = show(*(Transform(**values) for values in cases.values()))
    upright = (0.5 - 81 / 320 / 2, 0, 0.5 + 81 / 320 / 2, 1)
    for (expected, values), picture in zip(cases.items(), made, strict=True):
        turned = values.get("rotation", 0) % 180 == 90
        assert corners(picture, upright if turned else (0, 0, 1, 1)) == expected


def test_size_and_place_are_right_to_the_pixel(show: Callable[..., list[Picture]]):
    cases = [
        (Transform(scale=0.5, x=0.25, y=0.25), (0, 0, 160, 90)),
        (Transform(scale=0.25, x=0.75, y=0.5), (200, 68, 280, 112)),
        (Transform(scale=0.5, x=0.0, y=1.0), (0, 136, 80, 180)),
        (Transform(rotation=90), (110, 0, 210, 180)),
        (Transform(box=Region(x=0.5, y=0, width=0.5, height=1)), (160, 44, 320, 134)),
        (Transform(box=Region(x=0.5, y=0, width=0.5, height=1), fit="fill"), (160, 0, 320, 180)),
        (Transform(crop_left=0.5), (80, 0, 240, 180)),
        (Transform(crop_left=0.5, crop_bottom=0.5), (0, 0, 320, 180)),
        (Transform(crop_top=0.5, fit="stretch"), (0, 0, 320, 180)),
        (Transform(scale=2), (0, 0, 320, 180)),
    ]
    for over in (False, True):
        for (transform, expected), picture in zip(
            cases, show(*(t for t, _ in cases), over=over), strict=True
        ):
            assert extent(picture) == pytest.approx(expected, abs=2), transform


def test_a_filled_frame_keeps_the_focus_as_near_to_the_middle_as_the_edges_allow(
    show: Callable[..., list[Picture]],
):
    focused = [Transform(fit="fill", focus=Point(x=x, y=0.5)) for x in (0.0, 0.5, 1.0)]
    left, middle, right = show(*focused, size=(90, 160))
    assert corners(left) == "red red blue blue"
    assert corners(middle) == "red green blue white"
    assert corners(right) == "green green white white"
    seam = np.flatnonzero(np.diff(middle[20, :, 1].astype(int)) > 40)
    assert seam.mean() == pytest.approx(44.5, abs=1.5)


def test_a_blurred_fill_covers_the_frame_softly_and_darker_and_shows_all_in_front(
    show: Callable[..., list[Picture]],
):
    (picture,) = show(Transform(fit="blur"), size=(180, 320))
    sharp = (0, 110 / 320, 1, 210 / 320)
    assert corners(picture, sharp) == "red green blue white"
    above, below = picture[:100].astype(int), picture[220:].astype(int)
    assert above[10, 5, 0] > 100 > above[10, 5, 1]
    assert above[10, 175, 1] > 80 > above[10, 175, 0]
    assert below[90, 175].min() > 120
    assert below[90, 175].max() < 200
    assert np.abs(np.diff(above[50], axis=0)).max() < 12


def test_a_tilted_picture_leaves_its_corners_free_and_keeps_its_middle(show: Callable[..., list[Picture]]):
    plain, filled = show(Transform(rotation=30), Transform(rotation=30, fit="fill"))
    assert name_at(plain, 0.02, 0.02) == name_at(plain, 0.98, 0.98) == "grey"
    assert [name_at(plain, *p) for p in ((0.45, 0.3), (0.62, 0.4), (0.38, 0.6), (0.55, 0.7))] == [
        "red", "green", "blue", "white",
    ]  # fmt: skip
    assert "grey" not in corners(filled)


def test_bars_take_the_colour_that_they_are_given(show: Callable[..., list[Picture]]):
    square, band = show(
        Transform(background="#c81e1e"),
        Transform(background="#2828c8", box=Region(x=0, y=0, width=1, height=0.75)),
        size=(240, 240),
    )
    assert name_at(square, 0.5, 0.05) == name_at(square, 0.5, 0.95) == "red"
    assert corners(square, (0, 52 / 240, 1, 188 / 240)) == "red green blue white"
    assert name_at(band, 0.5, 0.9) == name_at(band, 0.02, 0.02) == "blue"
    (over,) = show(Transform(background="#c81e1e", scale=0.5), size=(240, 240), over=True)
    assert corners(over) == "red red red red"


def test_a_logo_keeps_its_alpha_without_dark_edges(tmp_path: Path):
    logo = np.zeros((200, 200, 4), np.uint8)
    logo[50:150, 50:150] = (255, 255, 255, 255)
    Image.fromarray(logo).save(tmp_path / "logo.png")
    white = make_video(
        tmp_path / "white.mp4",
        frames=4,
        size=SIZE,
        picture=lambda _n, w, h: np.full((h, w, 3), 255, np.uint8),
    )
    element = an_element(probe(white), "v", at=0, take=(0, 4))
    over = Element(
        id="logo", start_ticks=0, duration_ticks=frames(4), source=StillSource(artifact_id="l"),
        effects=(Transform(scale=0.37, x=0.3, y=0.4, rotation=20),),
    )  # fmt: skip
    timeline = a_timeline(video_track(element), overlay_track(over))
    out, _ = render_to(tmp_path, timeline, {"v": white, "l": tmp_path / "logo.png"}, LOSSLESS)
    assert read_rgb(out)[0].min() >= 250


def test_half_an_opacity_shows_half_of_what_lies_below(show: Callable[..., list[Picture]], tmp_path: Path):
    Image.fromarray(quarters(0, *SIZE)).save(tmp_path / "q.png")
    half = Element(
        id="e", start_ticks=0, duration_ticks=frames(2), source=StillSource(artifact_id="q"), opacity=0.5,
        effects=(Transform(scale=0.5),),
    )  # fmt: skip
    timeline = a_timeline(video_track(half), background="#606060")
    out, _ = render_to(tmp_path, timeline, {"q": tmp_path / "q.png"}, LOSSLESS)
    found = read_rgb(out)[0]
    assert found[70, 120] == pytest.approx([148, 63, 63], abs=4)
    assert found[10, 10] == pytest.approx([96, 96, 96], abs=2)


def test_the_turn_of_a_file_is_respected_or_overridden(tmp_path: Path):
    path = make_video(tmp_path / "turned.mp4", frames=6, size=SIZE, picture=quarters, rotation=90, bt709=True)
    facts = probe(path)
    assert (facts.video[0].width, facts.video[0].height) == (180, 320)
    turned = an_element(facts, "a", at=0, take=(0, 2))
    stored = an_element(facts, "a", at=2, take=(2, 4), effects=(Transform(upright=False),))
    back = an_element(facts, "a", at=4, take=(4, 6), effects=(Transform(rotation=facts.video[0].rotation),))
    timeline = a_timeline(video_track(turned, stored, back))
    out, _ = render_to(tmp_path, timeline, {"a": path}, LOSSLESS)
    first, second, third = read_rgb(out)[::2]
    upright = (0.5 - 101 / 320 / 2, 0, 0.5 + 101 / 320 / 2, 1)
    expected = "green white red blue" if facts.video[0].rotation == 270 else "blue red white green"
    assert corners(first, upright) == expected
    assert corners(second) == "red green blue white"
    assert corners(third) == "white blue green red"


def test_wide_pixels_keep_their_shape_in_a_crop(tmp_path: Path):
    path = make_video(
        tmp_path / "wide.mp4",
        frames=2,
        size=(160, 180),
        picture=quarters,
        pixel_aspect=Fraction(2),
        bt709=True,
    )
    element = an_element(probe(path), "a", at=0, take=(0, 2), effects=(Transform(crop_right=0.5),))
    out, _ = render_to(
        tmp_path, a_timeline(video_track(element), background="#606060"), {"a": path}, LOSSLESS
    )
    found = read_rgb(out)[0]
    assert extent(found) == pytest.approx((80, 0, 240, 180), abs=2)
    assert corners(found, (0.25, 0, 0.75, 1)) == "red red blue blue"


# Zoom


def edge_at(row: NDArray[np.int64]) -> float:
    """Where a row goes from dark to bright, to a fraction of a pixel."""
    low, high = float(row[:4].mean()), float(row[-4:].mean())
    return float((high - row).sum() / (high - low))


def an_edge(folder: Path, x: int) -> Path:
    """A still of 640 x 360: black up to column `x`, white from there."""
    picture = np.zeros((360, 640, 3), np.uint8)
    picture[:, x:] = 235
    Image.fromarray(picture).save(folder / "edge.png")
    return folder / "edge.png"


def zoomed(zoom: Zoom, count: int) -> Timeline:
    still = StillSource(artifact_id="e")
    element = Element(id="z", start_ticks=0, duration_ticks=frames(count), source=still, effects=(zoom,))
    return a_timeline(video_track(element), size=(640, 360))


def test_a_slow_push_is_smooth_to_a_fraction_of_a_pixel(tmp_path: Path):
    """Every step of the edge is that of the formula; an integer crop would jump by whole pixels."""
    count, edge = 60, 480
    zoom = Zoom(range=TimeRange.between(0, frames(count)), to_scale=1.05, smooth=False)
    out, _ = render_to(tmp_path, zoomed(zoom, count), {"e": an_edge(tmp_path, edge)}, LOSSLESS)
    found = np.array([edge_at(f[180, 380:620, 1].astype(int)) + 380 for f in read_rgb(out)])
    expected = np.array([320 + (edge - 320) * 1.05 ** (n / count) for n in range(count)])
    assert np.abs(found - expected).max() < 0.1
    steps = np.diff(found)
    assert np.abs(steps - np.diff(expected)).max() < 0.08
    assert steps.min() > 0


def test_a_zoom_ends_at_its_scale_about_its_centre_and_stays(tmp_path: Path):
    zoom = Zoom(range=TimeRange.between(frames(5), frames(15)), to_scale=2, centre=Point(x=0.25, y=0.5))
    out, _ = render_to(tmp_path, zoomed(zoom, 24), {"e": an_edge(tmp_path, 240)}, LOSSLESS)
    found = [edge_at(f[180, :, 1].astype(int)) for f in read_rgb(out)]
    assert found[:6] == pytest.approx([240] * 6, abs=0.05)
    assert found[10] == pytest.approx(160 + 80 * 2**0.5, abs=0.2)
    assert found[15:] == pytest.approx([320] * 9, abs=0.2)
    assert all(a <= b + 0.01 for a, b in pairwise(found))


@pytest.mark.parametrize("size", [(320, 180), (640, 360)])
def test_a_zoom_shows_the_same_however_it_is_cut(tmp_path: Path, size: tuple[int, int]):
    path = make_video(tmp_path / "a.mp4", frames=30, size=size)
    zooms = (
        Zoom(range=TimeRange.between(frames(3), frames(14)), to_scale=1.4),
        Zoom(range=TimeRange.between(frames(16), frames(27)), from_scale=1.4, to_scale=1, smooth=False),
    )
    whole = an_element(probe(path), "a", at=0, take=(0, 30), effects=zooms)
    edges = [0, 2, 9, 15, 20, 28, 30]
    parts = [part_of(whole, TimeRange.between(frames(a), frames(b)), id=f"p{a}") for a, b in pairwise(edges)]
    made = [
        read_rgb(render_to(tmp_path, a_timeline(video_track(*row)), {"a": path}, LOSSLESS, name=f"out{n}")[0])
        for n, row in enumerate(([whole], parts))
    ]
    for one, other in zip(*made, strict=True):
        assert np.abs(one.astype(int) - other).max() <= 1
    assert np.abs(made[0][0].astype(int) - made[0][14]).max() > 60


def test_a_zoom_on_a_film_leaves_its_frames_in_order(tmp_path: Path):
    path = make_video(tmp_path / "a.mp4", frames=20, size=(640, 360))
    zoom = Zoom(range=TimeRange.between(0, frames(20)), to_scale=1.1)
    element = an_element(probe(path), "a", at=0, take=(0, 20), effects=(zoom,))
    out, _ = render_to(tmp_path, a_timeline(video_track(element)), {"a": path})
    assert read_numbers(out) == list(range(20))


def test_what_stands_at_one_scale_is_seen_from_there(show: Callable[..., list[Picture]]):
    near = Zoom(range=TimeRange.between(0, frames(2)), from_scale=2, to_scale=2, centre=Point(x=0, y=0))
    boxed = Transform(box=Region(x=0, y=0, width=0.5, height=1), fit="fill")
    plain, inside = show((near,), (near, boxed))
    assert corners(plain) == "red red red red"
    assert extent(inside) == (0, 0, 160, 180)
    assert corners(inside, (0, 0, 0.5, 1)) == "red red red red"


def test_text_keeps_its_place_when_the_project_changes_its_shape(tmp_path: Path):
    path = make_video(tmp_path / "a.mp4", frames=4, picture=lambda _n, w, h: np.zeros((h, w, 3), np.uint8))
    title = Element(
        id="t", start_ticks=0, duration_ticks=frames(4), source=TextSource(text="HHHH", position="bottom")
    )
    before = a_timeline(video_track(an_element(probe(path), "a", at=0, take=(0, 4))), overlay_track(title))
    places = []
    for n, timeline in enumerate((before, Reframe(width=180, height=320).apply(before))):
        out, _ = render_to(tmp_path, timeline, {"a": path}, LOSSLESS, name=f"text{n}")
        grey = read_rgb(out)[0].max(axis=2)
        rows, columns = np.nonzero(grey > 128)
        places.append((rows.mean() / grey.shape[0], columns.mean() / grey.shape[1], np.ptp(rows)))
    assert places[0][:2] == pytest.approx(places[1][:2], abs=0.1)  # upright pictures have more margin below
    assert places[0][2] == pytest.approx(places[1][2], abs=2)


# Edits, as they are seen


def a_file(path: Path, artifact_id: str) -> MediaRef:
    facts = probe(path)
    return MediaRef(
        artifact_id=artifact_id,
        media_ticks=max(1, facts.duration_ticks),
        is_still=facts.is_still,
        has_sound=facts.has_sound,
        width=facts.video[0].width,
        height=facts.video[0].height,
    )


def test_an_overlay_is_seen_at_its_place_and_time_in_its_own_shape(tmp_path: Path):
    below = make_video(tmp_path / "a.mp4", frames=12, size=(640, 360), picture=quarters)
    square = make_video(tmp_path / "b.mp4", frames=40, size=(120, 120))
    before = a_timeline(video_track(an_element(probe(below), "a", at=0, take=(0, 12))), size=(640, 360))
    edit = AddOverlay(
        media=a_file(square, "b"), at_ticks=frames(3), duration_ticks=frames(6), width=0.25, x=0.85, y=0.3,
        part=TimeRange.between(frames(20), frames(40)),
    )  # fmt: skip
    out, _ = render_to(tmp_path, edit.apply(before), {"a": below, "b": square}, LOSSLESS)
    numbers = read_numbers(out, (464, 28, 160, 160))
    assert numbers[3:9] == [*range(20, 26)]
    assert numbers[:3] == numbers[9:] == [-1] * 3


def test_pictures_side_by_side_play_at_the_same_time(tmp_path: Path):
    path = make_video(tmp_path / "a.mp4", frames=60)
    facts = probe(path)
    first, second = an_element(facts, "a", at=0, take=(0, 10)), an_element(facts, "a", at=10, take=(40, 46))
    edit = SideBySide(element_ids=(second.id, first.id), fit="fit")
    after = edit.apply(a_timeline(video_track(first, second)))
    check_timeline(after)
    out, made = render_to(tmp_path, after, {"a": path}, LOSSLESS)
    assert made.frame_count == 6
    assert read_numbers(out, (0, 44, 160, 90)) == list(range(40, 46))
    assert read_numbers(out, (160, 44, 160, 90)) == list(range(6))


def test_a_band_for_a_while_shrinks_the_picture_and_leaves_it_whole(tmp_path: Path):
    path = make_video(tmp_path / "a.mp4", frames=12)
    before = a_timeline(video_track(an_element(probe(path), "a", at=0, take=(0, 12))))
    edit = PadBand(side="bottom", share=0.5, colour="#ffffff", range=TimeRange.between(frames(4), frames(8)))
    out, _ = render_to(tmp_path, edit.apply(before), {"a": path}, LOSSLESS)
    assert read_numbers(out)[:4] + read_numbers(out)[8:] == [0, 1, 2, 3, 8, 9, 10, 11]
    assert read_numbers(out, (80, 0, 160, 90))[4:8] == [4, 5, 6, 7]
    assert read_rgb(out)[5][100:].min() > 250


@pytest.mark.parametrize(("rate", "step"), [(15, 2), (10, 3), (60, 0.5)])
def test_another_frame_rate_shows_the_same_at_every_moment(tmp_path: Path, rate: int, step: float):
    path = make_video(tmp_path / "a.mp4", frames=30)
    facts = probe(path)
    first, second = an_element(facts, "a", at=0, take=(12, 24)), an_element(facts, "a", at=12, take=(0, 12))
    after = SetProject(rate=Rate.of(rate)).apply(a_timeline(video_track(first, second)))
    check_timeline(after)
    out, made = render_to(tmp_path, after, {"a": path}, LOSSLESS)
    assert made.duration_ticks == frames(24)
    seen = [n * step for n in range(round(24 / step))]
    expected = [12 + t if t < 12 else t - 12 for t in seen]
    assert [abs(n - e) <= 1 for n, e in zip(read_numbers(out), expected, strict=True)] == [True] * len(seen)
