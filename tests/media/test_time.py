"""What edits of time look and sound like: transitions, still frames, pictures and sound backwards, ramps."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from cuttingroom.core.hashing import hash_file
from cuttingroom.media.probe import MediaFacts, probe
from cuttingroom.media.render.cache import RenderCache
from cuttingroom.media.render.facts import RenderFacts
from cuttingroom.media.render.profiles import AudioCoding
from cuttingroom.media.render.run import plan_graph
from cuttingroom.media.render.spans import plan_jobs
from cuttingroom.timeline.edits.freeze_frame import FreezeFrame
from cuttingroom.timeline.edits.ramp_speed import RampSpeed
from cuttingroom.timeline.edits.reverse import Reverse
from cuttingroom.timeline.edits.split import Split
from cuttingroom.timeline.model import Timeline, Transition
from media_factory import (
    a_timeline,
    an_element,
    audio_track,
    clicks,
    find_clicks,
    frames,
    make_sound,
    make_video,
    read_grey,
    read_numbers,
    read_sound,
    tone,
    video_track,
)
from renders import COPYING, FAST, render_to

Render = Callable[[Timeline], tuple[Path, RenderFacts]]
WAV = FAST.model_copy(
    update={"container": "wav", "video": None, "audio": AudioCoding(codec="pcm"), "name": "wav"}
)
COUNT = 20
WIDTH, HEIGHT = 320, 180
DARK, LIGHT = 60, 200


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five seconds at 30 frames per second, a click at every whole second but the first."""
    path = tmp_path_factory.mktemp("source") / "numbered.mp4"
    return make_video(path, frames=150, sound=clicks(5, range(1, 5)), bt709=True)


@pytest.fixture(scope="module")
def facts(source: Path) -> MediaFacts:
    return probe(source)


@pytest.fixture
def render(source: Path, tmp_path: Path) -> Render:
    return lambda timeline: render_to(tmp_path, timeline, {"a": source})


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A light film and a dark one."""
    folder = tmp_path_factory.mktemp("plain")
    return {
        name: make_video(
            folder / f"{name}.mp4",
            frames=60,
            picture=lambda _n, w, h, level=level: np.full((h, w, 3), level, np.uint8),
        )
        for name, level in (("light", LIGHT), ("dark", DARK))
    }


def joined(plain: dict[str, Path], folder: Path, **fields: str) -> list[np.ndarray]:
    """The grey pictures of a transition of 20 frames from light to dark; the ten before and after are off."""
    found = {name: probe(path) for name, path in plain.items()}
    left = an_element(found["light"], "light", at=0, take=(0, 30))
    right = an_element(found["dark"], "dark", at=10, take=(0, 30))
    values = {"left_id": left.id, "right_id": right.id, "duration_ticks": frames(COUNT), **fields}
    join = Transition.model_validate(values)
    out, made = render_to(folder, a_timeline(video_track(left, right, transitions=(join,))), plain)
    pictures = read_grey(out)
    assert made.frame_count == len(pictures) == 40
    light, dark = float(pictures[0].mean()), float(pictures[-1].mean())
    assert [float(p.mean()) for p in pictures[:10]] == pytest.approx([light] * 10, abs=1)
    assert [float(p.mean()) for p in pictures[30:]] == pytest.approx([dark] * 10, abs=1)
    return [(p.astype(float) - light) / (dark - light) for p in pictures[10:30]]


SHARES = [(k + 0.5) / COUNT for k in range(COUNT)]
EASED = [u * u * (3 - 2 * u) for u in SHARES]


def test_a_crossfade_is_even_over_frame_and_time(plain, tmp_path: Path):
    seen = joined(plain, tmp_path)
    assert [p.mean() for p in seen] == pytest.approx(SHARES, abs=0.02)
    assert max(p.std() for p in seen) < 0.02


@pytest.mark.parametrize("direction", ["left", "right", "up", "down"])
@pytest.mark.parametrize("kind", ["wipe", "push", "slide"])
def test_what_moves_goes_that_way_and_uncovers_evenly(plain, tmp_path: Path, kind: str, direction: str):
    seen = joined(plain, tmp_path, kind=kind, direction=direction)
    lines = [p.mean(axis=0 if direction in ("left", "right") else 1) for p in seen]
    lines = [line if direction in ("right", "down") else line[::-1] for line in lines]
    size = len(lines[0])
    covered = [float(np.count_nonzero(line > 0.7)) / size for line in lines]
    assert covered == pytest.approx(EASED, abs=0.05)
    assert all(a <= b for a, b in pairwise(covered))
    for line, share in zip(lines, EASED, strict=True):
        edge = round(share * size)
        assert line[: max(0, edge - size // 20)] == pytest.approx(1, abs=0.03)
        assert line[edge + size // 12 :] == pytest.approx(0, abs=0.03)


@pytest.mark.parametrize(("colour", "level"), [("#000000", 16), ("#ffffff", 235)])
def test_a_dip_shows_nothing_but_its_colour_in_the_middle(plain, tmp_path: Path, colour: str, level: int):
    found = {name: probe(path) for name, path in plain.items()}
    left = an_element(found["light"], "light", at=0, take=(0, 30))
    right = an_element(found["dark"], "dark", at=10, take=(0, 30))
    ids = {"left_id": left.id, "right_id": right.id, "duration_ticks": frames(COUNT)}
    join = Transition.model_validate({**ids, "kind": "dip", "colour": colour})
    out, _ = render_to(tmp_path, a_timeline(video_track(left, right, transitions=(join,))), plain)
    # grey pictures are read with the range of television stretched to all of it
    levels = [float(p.mean()) for p in read_grey(out)]
    middle = 0 if level == 16 else 255
    scale = abs(levels[19] - middle)
    assert scale <= 20
    first, second = levels[10:20], levels[20:30]
    towards = -1 if level == 16 else 1
    assert all((b - a) * towards >= -0.5 for a, b in pairwise(first))
    assert all((b - a) * towards <= 0.5 for a, b in pairwise(second))
    assert levels[19] == pytest.approx(levels[20], abs=1)


def test_a_zoom_goes_nearer_and_comes_to_rest(plain, tmp_path: Path):
    def square(_number: int, width: int, height: int) -> np.ndarray:
        picture = np.full((height, width, 3), 20, np.uint8)
        picture[height // 3 : 2 * height // 3, width // 3 : 2 * width // 3] = 220
        return picture

    path = make_video(tmp_path / "a.mp4", frames=60, picture=square)
    found = probe(path)
    left, right = an_element(found, "a", at=0, take=(0, 50)), an_element(found, "a", at=20, take=(10, 60))
    join = Transition(left_id=left.id, right_id=right.id, duration_ticks=frames(30), kind="zoom")
    out, _ = render_to(tmp_path, a_timeline(video_track(left, right, transitions=(join,))), {"a": path})
    shares = [(k + 0.5) / 30 for k in range(30)]
    for picture, share in zip(read_grey(out)[20:50], shares, strict=True):
        middle = picture[HEIGHT // 2] > 128
        nearer, resting = 2.6 ** ((share / 0.62) ** 2), 1 + 0.5 * min(1, (1 - share) / 0.62) ** 3
        if not 0.38 < share < 0.62:
            wide = WIDTH / 3 * (nearer if share <= 0.38 else resting)
            assert np.count_nonzero(middle) == pytest.approx(wide, abs=2.5)
            assert abs(np.flatnonzero(middle).mean() - (WIDTH - 1) / 2) < 2


def test_what_joins_is_heard_as_a_crossfade_whatever_is_seen(tmp_path: Path):
    a = make_video(tmp_path / "a.mp4", frames=60, sound=tone(2, 440))
    b = make_video(tmp_path / "b.mp4", frames=60, sound=tone(2, 1320))
    left, right = (
        an_element(probe(a), "a", at=0, take=(0, 50)),
        an_element(probe(b), "b", at=30, take=(0, 50)),
    )
    join = Transition(left_id=left.id, right_id=right.id, duration_ticks=frames(20), kind="push")
    out, _ = render_to(tmp_path, a_timeline(video_track(left, right, transitions=(join,))), {"a": a, "b": b})
    sound = read_sound(out)
    middle = sound[round(48000 * 39 / 30) : round(48000 * 41 / 30)]
    assert strength(middle, 440) == pytest.approx(strength(middle, 1320), rel=0.2)
    assert strength(sound[:46000], 1320) < 0.01 < strength(sound[:46000], 440)


@pytest.mark.parametrize(("speed", "take"), [(1, (20, 140)), (2, (20, 140)), (0.5, (20, 80))])
def test_pictures_and_clicks_run_backwards(render: Render, facts: MediaFacts, speed: float, take):
    before = a_timeline(video_track(an_element(facts, "a", at=0, take=take, speed=speed)))
    after = Reverse(element_ids=(before.tracks[0].elements[0].id,)).apply(before)
    out, made = render(after)
    numbers = read_numbers(out)
    shown = range(len(numbers))
    expected = [take[1] - 1 - int(k * speed) - (int(speed) - 1 if speed > 1 else 0) for k in shown]
    assert made.frame_count == len(numbers) == round((take[1] - take[0]) / speed)
    assert all(abs(n - e) <= (speed != 1) for n, e in zip(numbers, expected, strict=True))
    assert numbers == sorted(numbers, reverse=True)
    # a click begins where it ended
    seconds = [n for n in range(1, 5) if take[0] / 30 < n < take[1] / 30]
    heard = [(take[1] / 30 - n - 0.02) / speed for n in reversed(seconds)]
    assert find_clicks(read_sound(out)) == pytest.approx(heard, abs=0.03)


def test_no_more_than_a_moment_of_pictures_is_held_at_a_time(source: Path, facts: MediaFacts, tmp_path: Path):
    """All that is turned round in one process is held in its memory."""
    timeline = a_timeline(video_track(an_element(facts, "a", at=0, take=(10, 150), id="A")))
    after = Reverse(element_ids=("A",)).apply(timeline)
    out, _ = render_to(tmp_path, after, {"a": source})
    assert read_numbers(out) == list(range(149, 9, -1))
    cache = RenderCache(tmp_path / "cache", 10**10)
    known = {"facts": {"a": facts}, "hashes": {"a": hash_file(source)}}
    graph = plan_graph(after, {"a": source}, FAST, cache=cache, **known)
    assert max(s.frames for s in graph.spans) <= 45
    assert [len(job) for job in plan_jobs(graph, graph.spans, 1)] == [1] * len(graph.spans)


def test_backwards_is_the_mirror_of_forwards_to_the_sample(tmp_path: Path):
    rng = np.random.default_rng(1)
    noise = np.convolve(rng.normal(0, 0.2, 3 * 48000), np.ones(20) / 20, "same").astype(np.float32)
    path = make_sound(tmp_path / "a.wav", noise)
    forwards = a_timeline(audio_track(an_element(probe(path), "a", at=0, take=(15, 75), id="A")))
    turned = Reverse(element_ids=("A",)).apply(forwards)
    turned = Split(element_id="A", at_ticks=frames(21)).apply(turned)
    sounds = []
    for name, timeline in (("one", forwards), ("other", turned)):
        from renders import FAST

        wav = FAST.model_copy(
            update={
                "container": "wav",
                "video": None,
                "audio": FAST.audio.model_copy(update={"codec": "pcm"}),
            }
        )
        out, _ = render_to(tmp_path, timeline, {"a": path}, wav, name=name)
        sounds.append(read_sound(out))
    assert sounds[1] == pytest.approx(sounds[0][::-1], abs=1e-3)


def test_what_runs_backwards_is_never_copied(source: Path, facts: MediaFacts, tmp_path: Path):
    timeline = a_timeline(
        video_track(
            an_element(facts, "a", at=0, take=(0, 100)), an_element(facts, "a", at=100, take=(0, 50), id="B")
        )
    )
    after = Reverse(element_ids=("B",)).apply(timeline)
    out, made = render_to(tmp_path, after, {"a": source}, COPYING)
    assert read_numbers(out) == [*range(100), *range(49, -1, -1)]
    assert made.copied_frames > 0
    assert dict(made.why_encoded)["played backwards"] >= 50


def test_the_frame_that_is_shown_stands_and_the_rest_goes_on(render: Render, facts: MediaFacts):
    before = a_timeline(video_track(an_element(facts, "a", at=0, take=(10, 70))))
    for n, (at, turned, held) in enumerate(
        [(25, False, 35), (25, True, 44), (60, False, 69), (0, False, 10)]
    ):
        timeline = Reverse(element_ids=(before.tracks[0].elements[0].id,)).apply(before) if turned else before
        shown = list(range(69, 9, -1) if turned else range(10, 70))
        frozen = FreezeFrame(at_ticks=frames(at), duration_ticks=frames(12)).apply(timeline)
        out, _ = render(frozen)
        assert read_numbers(out) == [*shown[:at], *[held] * 12, *shown[at:]], n


def test_a_still_frame_is_silent_and_the_sound_goes_on_in_step(render: Render, facts: MediaFacts):
    before = a_timeline(video_track(an_element(facts, "a", at=0, take=(0, 120))))
    frozen = FreezeFrame(at_ticks=frames(45), duration_ticks=frames(30)).apply(before)
    out, _ = render(frozen)
    assert find_clicks(read_sound(out)) == pytest.approx([1, 3, 4], abs=0.02)


def test_a_ramp_gets_evenly_faster(render: Render, facts: MediaFacts):
    before = a_timeline(video_track(an_element(facts, "a", at=0, take=(0, 120), id="A")))
    after = RampSpeed(element_id="A", from_speed=1, to_speed=3).apply(before)
    out, made = render(after)
    numbers = read_numbers(out)
    assert made.frame_count == len(numbers) == 60
    ideal = [(k / 60 + (k / 60) ** 2) * 60 for k in range(60)]
    assert numbers == pytest.approx(ideal, abs=2.5)
    assert all(1 <= b - a <= 4 for a, b in pairwise(numbers))
    clicks_at = [60 * (-1 + np.sqrt(1 + 4 * n * 30 / 60)) / 2 / 30 for n in range(1, 4)]
    assert find_clicks(read_sound(out)) == pytest.approx(clicks_at, abs=0.04)


@pytest.mark.parametrize("keep_pitch", [True, False])
def test_the_steps_of_a_ramp_make_no_click(tmp_path: Path, keep_pitch: bool):
    path = make_sound(tmp_path / "a.wav", tone(6, 300))
    before = a_timeline(audio_track(an_element(probe(path), "a", at=0, take=(0, 150), id="A")))
    edit = RampSpeed(element_id="A", from_speed=1, to_speed=2, keep_pitch=keep_pitch)
    after = edit.apply(before)
    out, _ = render_to(tmp_path, after, {"a": path})
    sound = read_sound(out)[4800:-4800]
    level = np.sqrt(np.convolve(sound**2, np.ones(480) / 480, "valid"))
    # stretched pure tones waver: by as much inside of a step
    assert level.min() > (0.35 if keep_pitch else 0.9) * np.median(level)
    assert level.max() < 1.6 * np.median(level)
    steepest = 0.3 * 2 * np.pi * 300 * (1 if keep_pitch else 2) / 48000
    assert np.abs(np.diff(sound)).max() < 3 * steepest


def strength(sound: np.ndarray, frequency: float) -> float:
    """Amplitude of one frequency."""
    at = np.arange(len(sound)) / 48000
    return float(2 * np.abs(np.mean(sound * np.exp(-2j * np.pi * frequency * at))))
