"""The coded sound of a timeline: continuous, made once, made again only where something changed."""

import struct
import threading
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from cuttingroom.core.errors import Canceled
from cuttingroom.core.hashing import hash_file
from cuttingroom.core.time import Rate, Ratio
from cuttingroom.media.analyze.loudness import measure_loudness
from cuttingroom.media.limits import DEFAULT_LIMITS
from cuttingroom.media.probe import MediaFacts, probe
from cuttingroom.media.render.cache import KINDS, SOUND, RenderCache
from cuttingroom.media.render.profiles import AudioCoding
from cuttingroom.media.render.sound.chunks import CHUNK_SAMPLES
from cuttingroom.media.render.sound.track import SoundTrack, plan_sound_keys, render_sound
from cuttingroom.timeline.effects import Duck
from cuttingroom.timeline.model import Element, Timeline
from media_factory import a_timeline, an_element, audio_track, frames, make_sound, tone, video_track

RATE = 48_000
RATE_25 = Rate.of(25)
AAC = AudioCoding(codec="aac", kbps=192)
CODINGS = {
    "aac": (AAC, "m4a", "ipod"),
    "opus": (AudioCoding(codec="opus", kbps=128), "webm", "webm"),
    "mp3": (AudioCoding(codec="mp3", kbps=192), "mp3", "mp3"),
    "pcm": (AudioCoding(codec="pcm"), "wav", "wav"),
    "pcm16": (AudioCoding(codec="pcm", bits=16), "mov", "mov"),
    "flac": (AudioCoding(codec="flac"), "flac", "flac"),
}


class Studio:
    """One long source, a cache and what `render_sound` needs beside a timeline."""

    def __init__(self, folder: Path, path: Path) -> None:
        self.folder, self.files = folder, {"a": path}
        self.facts: dict[str, MediaFacts] = {"a": probe(path)}
        self.hashes = {"a": hash_file(path)}
        self.cache = self.another_cache("cache")

    def another_cache(self, name: str) -> RenderCache:
        return RenderCache(self.folder / name, 1 << 40)

    def element(self, at: int, take: tuple[int, int], **fields: object):
        return an_element(self.facts["a"], "a", at=at, take=take, **fields)

    def render(self, timeline: Timeline, coding: AudioCoding = AAC, **options: object) -> SoundTrack:
        cache = options.pop("cache", self.cache)
        return render_sound(
            timeline, self.files, self.facts, self.hashes, coding, cache, self.folder,
            **{"cores": 2, **options},
        )  # type: ignore[arg-type]  # fmt: skip

    def listen(self, track: SoundTrack, container: str = "ipod") -> np.ndarray:
        """What a player makes of the track in a file: mono samples."""
        path = self.folder / f"heard.{container}"
        write(track, path, container)
        resampler = av.AudioResampler(format="fltp", layout="stereo", rate=RATE)
        with av.open(str(path)) as source:
            frames = [f for frame in source.decode(audio=0) for f in resampler.resample(frame)]
            return np.concatenate([f.to_ndarray() for f in frames], axis=1).mean(axis=0)


def write(track: SoundTrack, path: Path, container: str) -> None:
    with av.open(str(path), "w", format=container) as target:
        stream, at = track.add_stream(target), -track.initial_padding
        for data, samples in track.packets():
            packet = av.Packet(data)
            packet.stream, packet.time_base = stream, Fraction(1, RATE)
            packet.pts = packet.dts = at
            packet.duration = samples
            at += samples
            target.mux(packet)


@pytest.fixture(scope="module")
def sine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A minute of a sine with 440 Hz."""
    return make_sound(tmp_path_factory.mktemp("sound") / "sine.wav", tone(60, 440, 0.3))


@pytest.fixture
def studio(tmp_path: Path, sine: Path) -> Studio:
    return Studio(tmp_path, sine)


def whole(studio: Studio, frames: int = 1500) -> Timeline:
    return a_timeline(audio_track(studio.element(0, (0, frames))))


def distance(sound: np.ndarray) -> float:
    """The greatest difference from the sine of the source, away from its ends."""
    expected = 0.3 * np.sin(2 * np.pi * 440 * np.arange(len(sound)) / RATE)
    return float(np.abs(sound - expected)[3000:-3000].max())


def test_a_sine_through_100_joins_and_all_chunk_borders_has_no_click(studio: Studio):
    pieces = [studio.element(n, (n, n + 15)) for n in range(0, 1500, 15)]
    assert len(pieces) == 100
    track = studio.render(a_timeline(audio_track(*pieces)))
    assert track.chunks == track.made == 6
    assert distance(studio.listen(track)) < 0.003


def test_chunks_that_were_evicted_fit_between_those_that_stayed(studio: Studio):
    first = studio.render(whole(studio))
    for path in first.paths[::2]:
        path.unlink()
    again = studio.render(whole(studio))
    assert (again.made, again.packet_count) == (3, first.packet_count)
    assert distance(studio.listen(again)) < 0.003


@pytest.mark.parametrize("name", CODINGS)
def test_every_coder_gives_a_file_of_the_right_length(studio: Studio, name: str):
    coding, suffix, container = CODINGS[name]
    track = studio.render(whole(studio, 700), coding)
    path = studio.folder / f"out.{suffix}"
    write(track, path, container)
    # MPEG audio has no way to say where its padding ends
    slack = 1152 * 2 if name == "mp3" else 0
    assert probe(path).duration_ticks == pytest.approx(700 * 23_520_000, abs=(slack + 50) * 14_700)
    heard = studio.listen(track, container)
    assert abs(len(heard) - track.samples) <= max(slack, 1024)
    if name != "mp3":
        assert distance(heard) < (0.02 if name == "opus" else 0.003)


@pytest.mark.parametrize(("name", "made"), [("pcm", 3), ("opus", 6)])
def test_other_coders_fill_gaps_without_a_click(studio: Studio, name: str, made: int):
    coding, _, container = CODINGS[name]
    track = studio.render(whole(studio), coding)
    for path in track.paths[1::2]:
        path.unlink()
    again = studio.render(whole(studio), coding)
    # what remembers is coded as a whole: then all chunks are of one run again
    assert (again.made, again.chunks) == (made, 6)
    assert distance(studio.listen(again, container)) < 0.01


def test_what_is_there_is_not_made_again(studio: Studio):
    first, again = studio.render(whole(studio)), studio.render(whole(studio))
    assert (first.made, again.made) == (6, 0)
    assert list(first.packets()) == list(again.packets())
    assert np.array_equal(first.levels, again.levels)


def test_a_volume_dirties_only_the_chunks_near_it(studio: Studio):
    def build(volume: float) -> Timeline:
        middle = studio.element(640, (640, 700), volume=volume)
        return a_timeline(audio_track(studio.element(0, (0, 640)), middle, studio.element(700, (700, 1500))))

    before = studio.render(build(1.0))
    after = studio.render(build(0.5))
    assert after.made == 1
    assert [a == b for a, b in zip(before.keys, after.keys, strict=True)] == [True] * 2 + [False] + [True] * 3


def test_a_voice_dirties_the_music_that_makes_room_for_it_and_no_more(studio: Studio):
    def build(*voices: tuple[int, int]) -> Timeline:
        bed = studio.element(0, (0, 1500), effects=(Duck(release_ms=400),))
        return a_timeline(audio_track(bed), video_track(*(studio.element(a, (a, b)) for a, b in voices)))

    before = studio.render(build((0, 100), (700, 780)))
    after = studio.render(build((0, 100)))
    # the voice ends at 26 s; ducking is forgotten 4.9 s later, after the chunk border at 28.8 s
    assert [a == b for a, b in zip(before.keys, after.keys, strict=True)] == [
        True,
        True,
        False,
        False,
        True,
        True,
    ]


def test_the_same_sound_elsewhere_on_the_grid_has_the_same_key(studio: Studio):
    # five chunks are a whole number of frames at 25 per second
    shift = 5 * CHUNK_SAMPLES * 25 // RATE
    element = an_element(studio.facts["a"], "a", at=20, take=(0, 250), rate=RATE_25)
    later = element.model_copy(
        update={"id": "el_later123", "start_ticks": element.start_ticks + RATE_25.ticks(shift)}
    )
    timeline = a_timeline(audio_track(element, later), rate=RATE_25)
    keys = plan_sound_keys(timeline, studio.facts, studio.hashes, AAC, studio.cache)
    coded = [key for kind, key in keys if kind == SOUND]
    assert coded[1] != coded[0]
    assert coded[2] == coded[3] == coded[4]  # silence
    track = studio.render(timeline)
    assert track.made == track.chunks


def test_a_damaged_chunk_is_made_again(studio: Studio):
    track = studio.render(whole(studio))
    good = list(track.packets())
    data = bytearray(track.paths[2].read_bytes())
    data[-100] ^= 1
    track.paths[2].write_bytes(data)
    again = studio.render(whole(studio))
    assert again.made == 1
    assert len(list(again.packets())) == len(good)
    assert distance(studio.listen(again)) < 0.003


def test_a_canceled_render_goes_on_from_its_finished_chunks(studio: Studio):
    with pytest.raises(Canceled):
        studio.render(
            whole(studio),
            cores=1,
            is_canceled=lambda: any(entry.kind == SOUND for entry in studio.cache.entries()),
        )
    again = studio.render(whole(studio))
    assert again.made < again.chunks
    assert distance(studio.listen(again)) < 0.003


def test_a_cancel_before_anything_leaves_nothing_half_made(studio: Studio):
    with pytest.raises(Canceled):
        studio.render(whole(studio), is_canceled=lambda: True)
    assert not list((studio.cache.folder / "making").iterdir())


def test_two_renders_at_once_share_the_work(studio: Studio):
    put, puts = studio.cache.put, list[str]()
    studio.cache.put = lambda kind, key, write: (puts.append(key), put(kind, key, write))[1]  # type: ignore[method-assign]
    tracks: list[SoundTrack] = []
    renders = [
        threading.Thread(target=lambda: tracks.append(studio.render(whole(studio), cores=1)))
        for _ in range(2)
    ]
    for render in renders:
        render.start()
    for render in renders:
        render.join()
    assert len(puts) == len(set(puts))
    assert list(tracks[0].packets()) == list(tracks[1].packets())


def test_levels_are_those_of_the_mix(studio: Studio):
    timeline = a_timeline(
        audio_track(studio.element(0, (0, 300), volume=0.5), studio.element(600, (600, 900)))
    )
    levels = studio.render(timeline).levels
    assert len(levels) == 3000
    assert levels[100:900] == pytest.approx(0.15 / np.sqrt(2), rel=0.02)
    assert levels[1000:2000].max() == 0
    assert levels[2100:2900] == pytest.approx(0.3 / np.sqrt(2), rel=0.02)


def test_the_mix_is_brought_to_the_loudness_asked_for(studio: Studio):
    coding = AudioCoding(codec="pcm", loudness_lufs=-16)
    track = studio.render(whole(studio), coding)
    write(track, studio.folder / "out.wav", "wav")
    found = measure_loudness(studio.folder / "out.wav")
    assert found is not None
    assert found.integrated_lufs == pytest.approx(-16, abs=0.2)
    assert track.measured_lufs == pytest.approx(-16 - track.applied_db, abs=0.06)
    assert track.applied_db == round(track.applied_db, 1)


def test_peaks_stay_under_the_limit_when_much_is_added(studio: Studio):
    tracks = [audio_track(studio.element(0, (0, 300), gain_db=6)) for _ in range(4)]
    coding = AudioCoding(codec="pcm", loudness_lufs=-5, peak_dbtp=-2)
    track = studio.render(a_timeline(*tracks), coding)
    write(track, studio.folder / "out.wav", "wav")
    found = measure_loudness(studio.folder / "out.wav")
    assert found is not None
    assert found.true_peak_dbtp <= -1.9


def test_silence_is_left_alone(studio: Studio):
    coding = AudioCoding(codec="aac", kbps=96, loudness_lufs=-14)
    timeline = a_timeline(audio_track(studio.element(0, (0, 300)), muted=True))
    track = studio.render(timeline, coding)
    assert (track.measured_lufs, track.applied_db, track.has_sound) == (None, 0.0, False)
    assert np.abs(studio.listen(track)).max() == 0


@pytest.mark.parametrize("coding", [AAC, AudioCoding(codec="aac", kbps=96, loudness_lufs=-20)])
def test_the_plan_names_all_that_a_render_makes(studio: Studio, coding: AudioCoding):
    timeline = whole(studio, 400)
    planned = set(plan_sound_keys(timeline, studio.facts, studio.hashes, coding, studio.cache))
    track = studio.render(timeline, coding)
    made = {(entry.kind, entry.key) for entry in studio.cache.entries()}
    assert made == planned | set(track.keys)
    assert {kind for kind, _ in made} <= set(KINDS)
    after = set(plan_sound_keys(timeline, studio.facts, studio.hashes, coding, studio.cache))
    assert set(track.keys) <= after


def test_progress_grows_to_one(studio: Studio):
    shares: list[float] = []
    studio.render(whole(studio), limits=DEFAULT_LIMITS, report=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_split_in_stretched_sound_makes_no_click(tmp_path: Path):
    studio = Studio(tmp_path, make_sound(tmp_path / "a.wav", tone(8, 440)))

    def part(at: int, length: int, first: int) -> Element:
        element = studio.element(at, (first, first + length * 3 // 2))
        duration = frames(length)
        return element.model_copy(update={"duration_ticks": duration, "speed": Ratio(num=3, den=2)})

    track = studio.render(a_timeline(video_track(part(0, 60, 0), part(60, 60, 90))), CODINGS["pcm"][0])
    slopes = np.abs(np.diff(studio.listen(track, "wav")))
    assert slopes[95_000:97_000].max() < 1.5 * slopes[40_000:60_000].max()


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -1e38])
@pytest.mark.parametrize("name", ["aac", "mp3", "pcm"])
def test_samples_that_are_no_numbers_are_silence_or_loud_but_stop_nothing(
    tmp_path: Path, name: str, wrong: float
):
    sound = tone(4, 440).astype("<f4")
    sound[100_000:100_010] = wrong
    path = tmp_path / "a.wav"
    path.write_bytes(float_wav(sound))
    studio = Studio(tmp_path, path)
    track = studio.render(a_timeline(audio_track(studio.element(0, (0, 120)))), CODINGS[name][0])
    assert np.isfinite(track.levels).all()


def float_wav(sound: np.ndarray) -> bytes:
    """A WAV file of 32-bit floats, one channel."""
    data = sound.tobytes()
    form = struct.pack("<IHHIIHH", 16, 3, 1, RATE, RATE * 4, 4, 32)
    sizes = struct.pack("<I", 36 + len(data)), struct.pack("<I", len(data))
    return b"RIFF" + sizes[0] + b"WAVEfmt " + form + b"data" + sizes[1] + data
