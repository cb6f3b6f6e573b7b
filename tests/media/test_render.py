"""Renders of real media: numbered frames are read back exactly, clicks are heard where they belong."""

import threading
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import psutil
import pytest

from cuttingroom.core.errors import Canceled, InvalidInput, MediaRefused
from cuttingroom.core.time import Rate, TimeRange
from cuttingroom.media.probe import MediaFacts, probe
from cuttingroom.media.render.cache import RenderCache
from cuttingroom.media.render.facts import RenderFacts
from cuttingroom.media.render.profiles import Profile, VideoCoding, get_profile
from cuttingroom.media.render.run import render
from cuttingroom.timeline.effects import Duck, FadeIn, FadeOut, Mute
from cuttingroom.timeline.invariants import check_timeline
from cuttingroom.timeline.model import (
    CaptionSource,
    Element,
    StillSource,
    TextSource,
    Timeline,
    Transition,
)
from media_factory import (
    SECOND,
    a_timeline,
    an_element,
    audio_track,
    captions_track,
    clicks,
    find_clicks,
    frames,
    make_sound,
    make_still,
    make_video,
    overlay_track,
    read_grey,
    read_numbers,
    read_rgb,
    read_sound,
    tone,
    video_track,
)
from renders import FAST, render_to

NTSC = Rate(num=30000, den=1001)
Made = tuple[Path, RenderFacts]
Renderer = Callable[..., Made]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten seconds at 30 frames per second, a click at every whole second but the first."""
    path = tmp_path_factory.mktemp("source") / "numbered.mp4"
    return make_video(path, frames=300, sound=clicks(10, range(1, 10)))


@pytest.fixture(scope="module")
def facts(source: Path) -> MediaFacts:
    return probe(source)


@pytest.fixture
def make(tmp_path: Path) -> Renderer:
    def run(timeline: Timeline, files: dict[str, Path], profile: Profile = FAST, **options: object) -> Made:
        check_timeline(timeline)
        return render_to(tmp_path, timeline, files, profile, **options)

    return run


def test_frames_at_cut_points_are_the_ones_asked_for(make: Renderer, source: Path, facts: MediaFacts):
    timeline = a_timeline(
        video_track(
            an_element(facts, "a", at=0, take=(17, 63)),
            an_element(facts, "a", at=46, take=(200, 290)),
            an_element(facts, "a", at=150, take=(100, 150)),
        )
    )
    out, made = make(timeline, {"a": source})
    numbers = read_numbers(out)
    assert numbers[:46] == list(range(17, 63))
    assert numbers[46:136] == list(range(200, 290))
    assert numbers[136:150] == [0] * 14
    assert numbers[150:] == list(range(100, 150))
    assert made.frame_count == len(numbers) == 200


def test_pieces_join_without_losing_or_repeating_a_frame(make: Renderer, source: Path, facts: MediaFacts):
    cuts = [(n * 13 % 250, n * 13 % 250 + 7 + n % 5) for n in range(40)]
    elements, at = [], 0
    for take in cuts:
        elements.append(an_element(facts, "a", at=at, take=take))
        at += take[1] - take[0]
    out, made = make(a_timeline(video_track(*elements)), {"a": source})
    assert made.spans == 40
    assert read_numbers(out) == [n for first, end in cuts for n in range(first, end)]


def test_sound_stays_in_step_with_the_picture_through_cuts(make: Renderer, source: Path, facts: MediaFacts):
    timeline = a_timeline(
        video_track(
            an_element(facts, "a", at=0, take=(17, 63)), an_element(facts, "a", at=46, take=(200, 290))
        )
    )
    out, _ = make(timeline, {"a": source})
    expected = [13 / 30, 43 / 30, 56 / 30, 86 / 30, 116 / 30]
    assert find_clicks(read_sound(out)) == pytest.approx(expected, abs=0.02)


def test_sound_is_as_long_as_the_picture_within_one_aac_frame(
    make: Renderer, source: Path, facts: MediaFacts
):
    out, made = make(a_timeline(video_track(an_element(facts, "a", at=0, take=(0, 61)))), {"a": source})
    assert abs(len(read_sound(out)) / 48000 - made.duration_ticks / SECOND) <= 1024 / 48000


@pytest.mark.parametrize("suffix", ["mkv", "webm", "ts", "avi"])
def test_other_containers_seek_to_the_exact_frame(make: Renderer, tmp_path: Path, suffix: str):
    codec = {"webm": "libvpx-vp9", "avi": "mjpeg"}.get(suffix, "libx264")
    options = {
        "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8", "g": "40", "b": "2M"},
        "mjpeg": {"q": "3"},
    }
    path = make_video(
        tmp_path / f"a.{suffix}",
        frames=180,
        codec=codec,
        sound=clicks(6, [5]),
        options=options.get(codec),
        pixel_format="yuvj420p" if codec == "mjpeg" else "yuv420p",
    )
    known = probe(path)
    timeline = a_timeline(
        video_track(
            an_element(known, "a", at=0, take=(100, 120)), an_element(known, "a", at=20, take=(140, 170))
        )
    )
    out, _ = make(timeline, {"a": path})
    assert read_numbers(out) == [frame_at(path, n / 30) for n in (*range(100, 120), *range(140, 170))]
    assert find_clicks(read_sound(out)) == pytest.approx([30 / 30 + click_delay(path, 5)], abs=0.02)


def test_ntsc_rates_are_exact_to_the_end(make: Renderer, tmp_path: Path):
    path = make_video(tmp_path / "a.mp4", frames=150, rate=Fraction(30000, 1001))
    known = probe(path)
    assert known.video[0].rate == NTSC
    timeline = a_timeline(
        video_track(
            an_element(known, "a", at=0, take=(31, 90), rate=NTSC),
            an_element(known, "a", at=59, take=(3, 44), rate=NTSC),
        ),
        rate=NTSC,
    )
    out, made = make(timeline, {"a": path})
    assert read_numbers(out) == [*range(31, 90), *range(3, 44)]
    assert made.duration_ticks == 100 * NTSC.frame_ticks


def test_a_variable_rate_is_brought_to_the_timelines(make: Renderer, tmp_path: Path):
    times = [n / 30 for n in range(30)] + [1 + n / 15 for n in range(15)] + [2 + 1.5 * n for n in range(3)]
    path = make_video(tmp_path / "a.mp4", frames=len(times), times=times, sound=clicks(6.5, [1, 2, 3.5]))
    known = probe(path)
    assert known.video[0].is_variable
    timeline = a_timeline(video_track(an_element(known, "a", at=0, take=(20, 180))))
    out, made = make(timeline, {"a": path})
    expected = [max(n for n, t in enumerate(times) if t <= (k + 20) / 30 + 1e-9) for k in range(160)]
    assert read_numbers(out) == expected
    assert find_clicks(read_sound(out)) == pytest.approx([10 / 30, 40 / 30, 85 / 30], abs=0.02)
    assert any("variable" in note for note in made.notes)


def test_a_seek_into_a_long_frame_shows_that_frame(make: Renderer, tmp_path: Path):
    path = make_video(tmp_path / "a.mp4", frames=5, times=[0, 1, 2, 6, 7])
    timeline = a_timeline(video_track(an_element(probe(path), "a", at=0, take=(120, 150))))
    out, _ = make(timeline, {"a": path})
    assert read_numbers(out) == [2] * 30


def test_slower_media_repeats_frames_and_faster_media_drops_them(make: Renderer, tmp_path: Path):
    slow, fast = (
        make_video(tmp_path / "15.mp4", frames=60, rate=15),
        make_video(tmp_path / "60.mp4", frames=120, rate=60),
    )
    timeline = a_timeline(
        video_track(
            an_element(probe(slow), "s", at=0, take=(30, 60)),
            an_element(probe(fast), "f", at=30, take=(20, 50)),
        )
    )
    out, _ = make(timeline, {"s": slow, "f": fast})
    numbers = read_numbers(out)
    assert [numbers[k] for k in range(0, 30, 2)] == list(range(15, 30))
    assert [abs(n - 2 * k) <= 1 for k, n in enumerate(numbers[30:], 20)] == [True] * 30
    assert np.all(np.diff(numbers[30:]) == 2)


@pytest.mark.parametrize("speed", [2, 0.5, 3])
def test_speed_moves_pictures_and_sound_together(
    make: Renderer, source: Path, facts: MediaFacts, speed: float
):
    element = an_element(facts, "a", at=0, take=(60, 240), speed=speed)
    out, made = make(a_timeline(video_track(element)), {"a": source})
    numbers = read_numbers(out)
    assert len(numbers) == made.frame_count == round(180 / speed)
    assert all(abs(n - (60 + k * speed)) <= 1 for k, n in enumerate(numbers))
    heard = find_clicks(read_sound(out))
    assert heard == pytest.approx([s / speed for s in range(6)], abs=0.02)


def test_speed_keeps_the_pitch_unless_told_otherwise(make: Renderer, tmp_path: Path):
    path = make_sound(tmp_path / "a.wav", tone(4, 440))
    known = probe(path)
    kept = an_element(known, "a", at=0, take=(0, 120), speed=2)
    changed = an_element(known, "a", at=60, take=(0, 120), speed=2, keep_pitch=False)
    out, _ = make(a_timeline(audio_track(kept, changed)), {"a": path})
    sound = read_sound(out)
    assert pitch_of(sound[24000:72000]) == pytest.approx(440, rel=0.02)
    assert pitch_of(sound[120000:168000]) == pytest.approx(880, rel=0.02)


def test_a_crossfade_overlaps_pictures_and_sound(make: Renderer, tmp_path: Path):
    flat = {n: (lambda _i, w, h, n=n: np.full((h, w, 3), n, np.uint8)) for n in (40, 200)}
    a = make_video(tmp_path / "a.mp4", frames=90, sound=tone(3, 440), picture=flat[40])
    b = make_video(tmp_path / "b.mp4", frames=90, sound=tone(3, 1320), picture=flat[200])
    left, right = (
        an_element(probe(a), "a", at=0, take=(0, 60)),
        an_element(probe(b), "b", at=40, take=(10, 70)),
    )
    join = Transition(left_id=left.id, right_id=right.id, duration_ticks=frames(20))
    out, made = make(a_timeline(video_track(left, right, transitions=(join,))), {"a": a, "b": b})
    levels = [float(f.mean()) for f in read_grey(out)]
    assert made.frame_count == len(levels) == 100
    assert levels[:40] == pytest.approx([levels[0]] * 40, abs=2)
    assert levels[60:] == pytest.approx([levels[-1]] * 40, abs=2)
    assert levels[50] == pytest.approx((levels[0] + levels[-1]) / 2, abs=6)
    assert np.all(np.diff(levels[40:60]) > 0)
    sound = read_sound(out)
    middle = sound[round(48000 * 49 / 30) : round(48000 * 51 / 30)]
    assert strength(middle, 440) == pytest.approx(strength(middle, 1320), rel=0.2)
    assert strength(sound[:48000], 1320) < 0.01 < strength(sound[:48000], 440)


def test_numbers_stay_exact_on_both_sides_of_a_crossfade(make: Renderer, source: Path, facts: MediaFacts):
    left, right = an_element(facts, "a", at=0, take=(10, 60)), an_element(facts, "a", at=35, take=(100, 150))
    join = Transition(left_id=left.id, right_id=right.id, duration_ticks=frames(15))
    out, _ = make(a_timeline(video_track(left, right, transitions=(join,))), {"a": source})
    numbers = read_numbers(out)
    assert numbers[:36] == list(range(10, 46))
    assert numbers[50:] == list(range(115, 150))


def test_fades_go_to_the_background_and_to_silence(make: Renderer, tmp_path: Path):
    white = make_video(
        tmp_path / "a.mp4",
        frames=90,
        sound=tone(3),
        picture=lambda _n, w, h: np.full((h, w, 3), 255, np.uint8),
    )
    element = an_element(
        probe(white), "a", at=0, take=(0, 90),
        effects=(FadeIn(duration_ticks=frames(30)), FadeOut(duration_ticks=frames(30))),
    )  # fmt: skip
    out, _ = make(a_timeline(video_track(element), background="#000000"), {"a": white})
    levels = [float(f.mean()) for f in read_grey(out)]
    assert levels[0] < 6
    assert levels[15] == pytest.approx(128, abs=12)
    assert levels[45] > 250
    assert levels[75] == pytest.approx(128, abs=12)
    sound = read_sound(out)
    assert rms(sound[:2400]) < 0.05 * rms(sound[60000:84000])
    assert rms(sound[22800:25200]) == pytest.approx(0.5 * rms(sound[60000:84000]), rel=0.1)


def test_mute_volume_and_gain_are_heard(make: Renderer, tmp_path: Path):
    path = make_video(tmp_path / "a.mp4", frames=120, sound=tone(4))
    mute = Mute(range=TimeRange.between(frames(30), frames(60)))
    first = an_element(probe(path), "a", at=0, take=(0, 60), effects=(mute,))
    second = an_element(probe(path), "a", at=60, take=(60, 120), volume=0.5, gain_db=-6)
    out, _ = make(a_timeline(video_track(first, second)), {"a": path})
    sound = read_sound(out)
    full = rms(sound[4800:43200])
    assert full == pytest.approx(0.3 / np.sqrt(2), rel=0.02)
    assert rms(sound[52800:91200]) < 0.001
    assert rms(sound[100800:187200]) == pytest.approx(full * 0.25, rel=0.05)


def test_a_muted_track_is_silent_and_a_hidden_one_unseen(make: Renderer, source: Path, facts: MediaFacts):
    out, _ = make(
        a_timeline(
            video_track(an_element(facts, "a", at=0, take=(0, 60)), muted=True),
            video_track(an_element(facts, "a", at=0, take=(100, 160)), visible=False, muted=True),
        ),
        {"a": source},
    )
    assert read_numbers(out) == list(range(60))
    assert rms(read_sound(out)) == 0


def test_music_is_ducked_by_its_depth_while_there_are_voices(make: Renderer, tmp_path: Path):
    voice = tone(6, 300, 0.4)
    voice[:96000] = voice[192000:] = 0
    talk = make_video(tmp_path / "talk.mp4", frames=180, sound=voice)
    music = make_sound(tmp_path / "music.wav", tone(6, 2000, 0.2))
    bed = an_element(probe(music), "m", at=0, take=(0, 180), effects=(Duck(depth_db=12),))
    timeline = a_timeline(video_track(an_element(probe(talk), "t", at=0, take=(0, 180))), audio_track(bed))
    out, _ = make(timeline, {"t": talk, "m": music})
    sound = read_sound(out)
    free, under, after = (
        strength(sound[a:b], 2000) for a, b in ((24000, 72000), (120000, 168000), (264000, 283200))
    )
    assert 20 * np.log10(under / free) == pytest.approx(-12, abs=0.7)
    assert 20 * np.log10(after / free) == pytest.approx(0, abs=1.0)


def test_tracks_are_added_up_and_never_clip(make: Renderer, tmp_path: Path):
    loud = make_sound(tmp_path / "loud.wav", tone(2, 440, 0.9))
    known = probe(loud)
    tracks = [audio_track(an_element(known, "a", at=0, take=(0, 60))) for _ in range(3)]
    out, _ = make(a_timeline(*tracks), {"a": loud})
    assert np.abs(read_sound(out)).max() < 1.0


def test_continuing_after_a_split_makes_no_dip(make: Renderer, tmp_path: Path):
    path = make_sound(tmp_path / "a.wav", tone(2, 400))
    known = probe(path)
    out, _ = make(
        a_timeline(
            audio_track(
                an_element(known, "a", at=0, take=(0, 30)), an_element(known, "a", at=30, take=(30, 60))
            )
        ),
        {"a": path},
    )
    sound = read_sound(out)
    around = [rms(sound[n : n + 480]) for n in range(47040, 48960, 480)]
    assert min(around) > 0.95 * max(around)


def test_sound_only_media_on_a_video_track_shows_the_background(make: Renderer, tmp_path: Path):
    path = make_sound(tmp_path / "a.mp3", tone(2, rate=44_100), rate=44_100)
    timeline = a_timeline(video_track(an_element(probe(path), "a", at=0, take=(0, 60))), background="#204060")
    out, _ = make(timeline, {"a": path})
    assert read_rgb(out)[30][90, 160] == pytest.approx([0x20, 0x40, 0x60], abs=4)
    assert pitch_of(read_sound(out)[24000:72000]) == pytest.approx(440, rel=0.01)


def test_media_without_sound_gives_silence(make: Renderer, tmp_path: Path):
    path = make_video(tmp_path / "a.mp4", frames=45)
    out, made = make(a_timeline(video_track(an_element(probe(path), "a", at=0, take=(0, 45)))), {"a": path})
    assert not made.has_sound
    assert rms(read_sound(out)) == 0


@pytest.mark.parametrize(
    ("size", "rotation", "aspect"),
    [
        ((180, 320), 90, None),
        ((160, 120), None, Fraction(4, 3)),
        ((321, 241), None, None),
        ((120, 320), None, None),
    ],
)
def test_odd_shapes_are_turned_fitted_and_padded(make: Renderer, tmp_path: Path, size, rotation, aspect):
    pixels = "yuv444p" if size[0] % 2 else "yuv420p"
    path = make_video(
        tmp_path / "a.mp4", frames=10, size=size, rotation=rotation, pixel_aspect=aspect, pixel_format=pixels
    )
    known = probe(path)
    timeline = a_timeline(video_track(an_element(known, "a", at=0, take=(0, 10))), background="#ff0000")
    out, made = make(timeline, {"a": path})
    share = min(320 / known.video[0].width, 180 / known.video[0].height)
    width, height = (2 * round(x * share / 2) for x in (known.video[0].width, known.video[0].height))
    left, top = (320 - width) // 4 * 2, (180 - height) // 4 * 2
    assert (made.width, made.height) == (320, 180)
    if rotation is None:
        assert read_numbers(out, (left, top, width, height)) == list(range(10))
    if width < 310:
        assert read_rgb(out)[5][90, 2] == pytest.approx([255, 0, 0], abs=6)


def test_a_rotated_phone_video_stands_upright(make: Renderer, tmp_path: Path):
    def turned(number: int, width: int, height: int) -> np.ndarray:
        from media_factory import numbered_picture

        return np.ascontiguousarray(np.rot90(numbered_picture(number, height, width)))

    path = make_video(tmp_path / "a.mp4", frames=20, size=(180, 320), rotation=-90, picture=turned)
    known = probe(path)
    assert (known.video[0].width, known.video[0].height) == (320, 180)
    out, _ = make(a_timeline(video_track(an_element(known, "a", at=0, take=(0, 20)))), {"a": path})
    assert read_numbers(out) == list(range(20))


def test_hdr_is_tone_mapped_and_noted(make: Renderer, tmp_path: Path):
    path = make_video(tmp_path / "a.mp4", frames=10, hdr=True, pixel_format="yuv420p")
    known = probe(path)
    assert known.video[0].is_hdr
    out, made = make(a_timeline(video_track(an_element(known, "a", at=0, take=(0, 10)))), {"a": path})
    assert any("tone-mapped" in note for note in made.notes)
    with av.open(str(out)) as container:
        context = container.streams.video[0].codec_context
        assert (context.color_trc, context.color_primaries, context.colorspace) == (1, 1, 1)


def test_a_still_stands_for_as_long_as_asked(make: Renderer, tmp_path: Path):
    path = make_still(tmp_path / "a.png", (320, 180), number=77)
    element = Element(start_ticks=frames(5), duration_ticks=frames(40), source=StillSource(artifact_id="s"))
    out, _ = make(a_timeline(video_track(element)), {"s": path})
    assert read_numbers(out) == [0] * 5 + [77] * 40


def test_overlays_lie_above_with_their_opacity(make: Renderer, tmp_path: Path):
    black = make_video(tmp_path / "a.mp4", frames=60, picture=lambda _n, w, h: np.zeros((h, w, 3), np.uint8))
    white = make_still(tmp_path / "w.png", (320, 180))
    from PIL import Image

    Image.new("RGB", (320, 180), "white").save(white)
    over = Element(
        start_ticks=frames(20), duration_ticks=frames(20), source=StillSource(artifact_id="w"), opacity=0.5
    )
    out, _ = make(
        a_timeline(video_track(an_element(probe(black), "a", at=0, take=(0, 60))), overlay_track(over)),
        {"a": black, "w": white},
    )
    levels = [round(float(f.mean())) for f in read_grey(out)]
    assert levels[:20] == pytest.approx([0] * 20, abs=3)
    assert levels[20:40] == pytest.approx([128] * 20, abs=8)
    assert levels[40:] == pytest.approx([0] * 20, abs=3)


def test_titles_and_captions_appear_on_their_frames_only(make: Renderer, tmp_path: Path):
    grey = make_video(
        tmp_path / "a.mp4", frames=90, picture=lambda _n, w, h: np.full((h, w, 3), 90, np.uint8)
    )
    title = Element(
        start_ticks=frames(10), duration_ticks=frames(20), source=TextSource(text="Hello {\\an8}")
    )
    caption = Element(
        start_ticks=frames(50), duration_ticks=frames(25), source=CaptionSource(text="Every word\nis here.")
    )
    timeline = a_timeline(
        video_track(an_element(probe(grey), "a", at=0, take=(0, 90))),
        overlay_track(title),
        captions_track(caption),
    )
    out, _ = make(timeline, {"a": grey})
    drawn = [bool(np.ptp(f) > 80) for f in read_grey(out)]
    assert drawn == [10 <= n < 30 or 50 <= n < 75 for n in range(90)]


def test_preview_is_smaller_and_as_long(make: Renderer, tmp_path: Path):
    path = make_video(tmp_path / "a.mp4", frames=30, size=(1280, 720))
    timeline = a_timeline(video_track(an_element(probe(path), "a", at=0, take=(0, 30))), size=(1280, 720))
    out, made = make(timeline, {"a": path}, get_profile("preview"))
    assert (made.width, made.height, made.frame_count) == (960, 540, 30)
    assert read_numbers(out) == list(range(30))


def test_media_that_ends_early_keeps_the_length_of_the_timeline(make: Renderer, tmp_path: Path):
    path = make_video(tmp_path / "a.mp4", frames=30, sound=tone(2))
    out, made = make(a_timeline(video_track(an_element(probe(path), "a", at=0, take=(0, 60)))), {"a": path})
    assert read_numbers(out) == [*range(30), *[29] * 30]
    assert made.frame_count == 60


def test_a_cancel_stops_everything_and_leaves_no_file(
    make: Renderer, source: Path, facts: MediaFacts, tmp_path: Path
):
    elements = [an_element(facts, "a", at=n * 290, take=(0, 290)) for n in range(6)]
    asked = threading.Event()
    shares: list[float] = []

    def report(share: float, _note: str) -> None:
        shares.append(share)
        if share > 0:
            asked.set()

    slow = FAST.model_copy(update={"video": VideoCoding(codec="h264", preset="slow", quality=14)})
    with pytest.raises(Canceled):
        make(
            a_timeline(video_track(*elements), size=(1280, 720)), {"a": source}, slow,
            report=report, is_canceled=asked.is_set,
        )  # fmt: skip
    assert not (tmp_path / "out.mp4").exists()
    assert not any("ffmpeg" in child.name() for child in psutil.Process().children(recursive=True))
    assert shares == sorted(shares)


def test_progress_ends_at_one(make: Renderer, source: Path, facts: MediaFacts):
    shares: list[float] = []
    make(
        a_timeline(video_track(an_element(facts, "a", at=0, take=(0, 90)))), {"a": source},
        report=lambda share, _note: shares.append(share),
    )  # fmt: skip
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_missing_file_and_an_empty_timeline_are_refused(tmp_path: Path, source: Path, facts: MediaFacts):
    timeline = a_timeline(video_track(an_element(facts, "a", at=0, take=(0, 30))))
    with pytest.raises(MediaRefused, match=r"The file of “gone\.mp4” is missing"):
        render(
            timeline, {"a": tmp_path / "gone.mp4"}, tmp_path / "o.mp4", FAST,
            facts={"a": facts}, hashes={"a": ""}, cache=RenderCache(tmp_path / "cache", 0), work=tmp_path,
        )  # fmt: skip
    with pytest.raises(InvalidInput, match="nothing to render"):
        render_to(tmp_path, a_timeline(video_track()), {})


def frame_at(path: Path, seconds: float) -> int:
    """The number of the frame that a player shows then; its clock starts with the first packet."""
    with av.open(str(path)) as container:
        origin = (container.start_time or 0) / av.time_base
        times = [frame.time - origin for frame in container.decode(video=0)]
    return max(n for n, time in enumerate(times) if time <= seconds + 1 / 60)


def click_delay(path: Path, seconds: float) -> float:
    """How much later than `seconds` the click really is on the clock of the file."""
    with av.open(str(path)) as container:
        origin = (container.start_time or 0) / av.time_base
        first = next(container.decode(audio=0))
        begins = first.time - origin
    [heard] = find_clicks(read_sound(path))
    return begins - (first.time if first.pts > 0 else 0) + heard - seconds


def rms(sound: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(sound))))


def pitch_of(sound: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return float(np.argmax(spectrum) * 48000 / len(sound))


def strength(sound: np.ndarray, frequency: float) -> float:
    """Amplitude of one frequency."""
    at = np.arange(len(sound)) / 48000
    return float(2 * np.abs(np.mean(sound * np.exp(-2j * np.pi * frequency * at))))
