"""Silences, shots, loudness and defects, measured on sound and pictures made for it and on real speech."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from cuttingroom.core.errors import Canceled, MediaRefused
from cuttingroom.core.time import TimeRange, ticks_to_seconds
from cuttingroom.media import ffmpeg
from cuttingroom.media.analyze.defects import find_defects
from cuttingroom.media.analyze.loudness import measure_loudness
from cuttingroom.media.analyze.scenes import find_scenes
from cuttingroom.media.analyze.silences import find_silences
from cuttingroom.media.audio import extract_speech_audio, extract_subtitles, write_wav
from cuttingroom.media.contact_sheet import make_contact_sheet
from cuttingroom.media.probe import probe
from cuttingroom.media.sample import make_sample_video
from media_factory import SECOND, make_sound, make_video, tone

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"


def speech_like(seconds: float, rate: int = 16_000) -> np.ndarray:
    """A buzz through moving formants in syllables: enough of a voice for the detector."""
    random = np.random.default_rng(3)
    at = np.arange(round(seconds * rate)) / rate
    pitch = 120 + 25 * np.sin(2 * np.pi * 0.7 * at)
    phase = 2 * np.pi * np.cumsum(pitch) / rate
    vowels = random.integers(0, 4, int(seconds / 0.18) + 2)
    formants = np.array([[730, 1090, 2440], [270, 2290, 3010], [570, 840, 2410], [300, 870, 2240]])
    now = vowels[(at / 0.18).astype(int)]
    sound = np.zeros(len(at))
    for harmonic in range(1, 28):
        frequency = harmonic * pitch
        weight = sum(
            np.exp(-(((frequency - formants[now, k]) / (90 + 40 * k)) ** 2)) / (k + 1) for k in range(3)
        )
        sound += weight * np.sin(harmonic * phase)
    syllables = np.clip(np.sin(2 * np.pi * at / 0.18 / 2) ** 2 * 1.6, 0, 1)
    return (0.25 * sound / np.abs(sound).max() * syllables).astype(np.float32)


def laid_out(*parts: tuple[float, bool], rate: int = 16_000) -> np.ndarray:
    """Seconds of voice (True) or of room noise, one after the other."""
    room = np.random.default_rng(4)
    sound = [speech_like(s, rate) if voice else np.zeros(round(s * rate), np.float32) for s, voice in parts]
    whole = np.concatenate(sound)
    return (whole + room.normal(0, 0.0006, len(whole))).astype(np.float32)


def test_pauses_between_voices_are_found_to_a_tenth_of_a_second(tmp_path: Path):
    path = make_sound(
        tmp_path / "a.wav", laid_out((1.5, False), (3, True), (2, False), (3, True), (1, False)), 16_000
    )
    found = find_silences(path, min_silence_ticks=SECOND // 2)
    assert found.has_speech
    edges = [(ticks_to_seconds(r.start_ticks), ticks_to_seconds(r.end_ticks)) for r in found.ranges]
    assert np.array(edges) == pytest.approx(np.array([(0, 1.5), (4.5, 6.5), (9.5, 10.5)]), abs=0.2)


def test_sound_without_a_voice_is_not_one_long_silence(tmp_path: Path):
    for name, sound in (("tone", tone(4)), ("nothing", np.zeros(4 * 48_000, np.float32))):
        found = find_silences(make_sound(tmp_path / f"{name}.wav", sound))
        assert (found.has_sound, found.has_speech, found.ranges) == (True, False, ())


def test_a_film_without_sound_says_so(tmp_path: Path):
    found = find_silences(make_video(tmp_path / "a.mp4", frames=10))
    assert (found.has_sound, found.has_speech, found.ranges) == (False, False, ())


def test_padding_shrinks_pauses_towards_their_middle(tmp_path: Path):
    path = make_sound(tmp_path / "a.wav", laid_out((2, True), (2, False), (2, True)), 16_000)
    [plain] = find_silences(path, min_silence_ticks=SECOND).ranges
    [padded] = find_silences(path, min_silence_ticks=SECOND, padding_ticks=SECOND // 10).ranges
    assert padded == TimeRange.between(plain.start_ticks + SECOND // 10, plain.end_ticks - SECOND // 10)


def test_listening_reports_progress_and_can_be_canceled(tmp_path: Path):
    path = make_sound(tmp_path / "a.wav", tone(5))
    shares: list[float] = []
    find_silences(path, report=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] > 0.95
    with pytest.raises(Canceled):
        find_silences(path, is_canceled=lambda: True)


def test_shots_are_found_at_their_first_frame(tmp_path: Path):
    def shots(number: int, width: int, height: int) -> np.ndarray:
        colours = [(200, 160, 90), (20, 40, 60), (120, 150, 120)]
        x = (np.arange(width)[None, :, None] + number) % 64 * 1.5
        return np.broadcast_to(
            np.clip(np.array(colours[number // 40]) + x, 0, 255), (height, width, 3)
        ).astype(np.uint8)

    path = make_video(tmp_path / "a.mp4", frames=120, picture=shots)
    assert find_scenes(path) == (40 * SECOND // 30, 80 * SECOND // 30)


def test_loudness_follows_the_gain(tmp_path: Path):
    loud = measure_loudness(make_sound(tmp_path / "a.wav", tone(5, 1000, 0.5)))
    quiet = measure_loudness(make_sound(tmp_path / "b.wav", tone(5, 1000, 0.05)))
    assert loud is not None
    assert quiet is not None
    assert loud.integrated_lufs - quiet.integrated_lufs == pytest.approx(20, abs=0.3)
    assert loud.true_peak_dbtp == pytest.approx(-6, abs=0.3)
    assert measure_loudness(make_video(tmp_path / "c.mp4", frames=5)) is None


def test_black_frozen_and_silent_stretches_are_found(tmp_path: Path):
    def pictures(number: int, width: int, height: int) -> np.ndarray:
        from media_factory import numbered_picture

        if 30 <= number < 60:
            return np.zeros((height, width, 3), np.uint8)
        return numbered_picture(min(number, 75), width, height)

    sound = tone(5)
    sound[48_000:120_000] = 0
    defects = find_defects(make_video(tmp_path / "a.mp4", frames=150, picture=pictures, sound=sound))
    [black], [silent] = defects.black, defects.silent
    assert (ticks_to_seconds(black.start_ticks), ticks_to_seconds(black.end_ticks)) == pytest.approx(
        (1, 2), abs=0.05
    )
    assert (ticks_to_seconds(silent.start_ticks), ticks_to_seconds(silent.end_ticks)) == pytest.approx(
        (1, 2.5), abs=0.05
    )
    last = max(defects.frozen, key=lambda r: r.duration_ticks)
    assert ticks_to_seconds(last.start_ticks) < 3.5  # the encoder goes on refining a standing picture
    assert ticks_to_seconds(last.end_ticks) == pytest.approx(5, abs=0.05)


def test_speech_audio_is_16_khz_mono_and_in_step(tmp_path: Path):
    from media_factory import clicks, find_clicks, read_sound

    path = make_video(tmp_path / "a.mkv", frames=90, sound=clicks(3, [1, 2]))
    extract_speech_audio(path, tmp_path / "a.wav")
    facts = probe(tmp_path / "a.wav")
    assert (facts.audio[0].sample_rate, facts.audio[0].channels, facts.audio[0].codec) == (
        16_000,
        1,
        "pcm_s16le",
    )
    assert find_clicks(read_sound(tmp_path / "a.wav", 16_000), 16_000) == pytest.approx([1, 2], abs=0.02)
    with pytest.raises(MediaRefused, match="no sound"):
        extract_speech_audio(make_video(tmp_path / "b.mp4", frames=5), tmp_path / "b.wav")


def test_embedded_subtitles_come_out_as_srt(tmp_path: Path):
    (tmp_path / "a.srt").write_text("1\n00:00:00,500 --> 00:00:01,500\nHello there\n")
    video, out = make_video(tmp_path / "a.mp4", frames=60), tmp_path / "b.mkv"
    plain = ["-f", "srt", "-i", ffmpeg.output_argument(tmp_path / "a.srt")]
    ffmpeg.run(
        [*ffmpeg.input_arguments(video), *plain, "-c:v", "copy", "-c:s", "srt", ffmpeg.output_argument(out)]
    )
    facts = probe(out)
    text = extract_subtitles(out, facts.subtitles[0].index)
    assert "00:00:00,500 --> 00:00:01,500" in text
    assert "Hello there" in text


def test_wav_files_hold_the_numbers_given(tmp_path: Path):
    write_wav(tmp_path / "a.wav", np.stack([tone(0.1), -tone(0.1)], axis=1), 48_000)
    facts = probe(tmp_path / "a.wav")
    assert (facts.audio[0].channels, facts.duration_ticks) == (2, SECOND // 10)


def test_a_contact_sheet_is_a_grid_of_different_frames(tmp_path: Path):
    from PIL import Image

    make_contact_sheet(
        make_video(tmp_path / "a.mp4", frames=90), tmp_path / "s.png", columns=3, rows=2, width=160
    )
    with Image.open(tmp_path / "s.png") as sheet:
        pixels = np.asarray(sheet.convert("L")).astype(int)
    assert pixels.shape[1] == 12 + 3 * 172
    cells = [pixels[64 : 64 + 90, 12 + n * 172 : 172 + n * 172] for n in range(3)]
    assert all(np.abs(a - b).mean() > 2 for a, b in itertools.pairwise(cells))


def test_the_sample_has_pauses_and_scenes(tmp_path: Path):
    path = tmp_path / "sample.mp4"
    voice = speech_like(2.0)
    make_sample_video(path, [(voice, 16_000), (voice, 16_000)])
    facts = probe(path)
    assert (facts.video[0].width, facts.video[0].height, facts.video[0].rate.num) == (1280, 720, 30)
    silences = find_silences(path, min_silence_ticks=SECOND)
    assert silences.has_speech
    assert len(silences.ranges) == 3
    [cut] = find_scenes(path)
    assert silences.ranges[1].contains(cut)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not part of the project")
def test_real_speech_and_real_shots():
    talk = find_silences(SAMPLES / "talking_head_42s.mp4")
    assert talk.has_speech
    assert 15 < ticks_to_seconds(talk.speech_ticks) < 30
    assert not find_silences(SAMPLES / "bunny_30s.webm").has_speech
    cuts = [ticks_to_seconds(c) for c in find_scenes(SAMPLES / "bunny_30s.webm")]
    assert cuts == pytest.approx([11.79, 15.67, 22.96], abs=0.05)
    assert "telescope" in extract_subtitles(SAMPLES / "nasa_multitrack.mp4", 2)
