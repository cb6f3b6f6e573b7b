"""Captions as tracks of the file: written, read back and played."""

from pathlib import Path

import av
import pytest

from cuttingroom.core.errors import InvalidInput
from cuttingroom.core.time import TICKS_PER_SECOND
from cuttingroom.media.probe import probe
from cuttingroom.media.render.attached import attached_captions, language_code, without_captions
from cuttingroom.media.render.profiles import Profile, VideoCoding, get_profile
from cuttingroom.media.render.verification.verify import expectation_of, verify
from cuttingroom.timeline.model import CaptionSource, Element, Timeline, Track, TrackKind
from media_factory import a_timeline, convert, frames, read_rgb, video_track
from renders import FAST, render_to

WEBM = Profile(
    name="w",
    title="w",
    container="webm",
    video=VideoCoding(codec="vp9", preset="8", quality=50),
    copies=False,
)
MKV = FAST.model_copy(update={"name": "k", "container": "mkv"})


def caption(text: str, at: int, length: int, language: str = "en") -> Element:
    source = CaptionSource(text=text, language=language)
    return Element(start_ticks=frames(at), duration_ticks=frames(length), source=source)


def captioned(*captions: Element, others: tuple[Element, ...] = ()) -> Timeline:
    still = Element(start_ticks=0, duration_ticks=frames(60), source=CaptionSource(text=" "))
    length = Track(id="len", kind=TrackKind.CAPTIONS, elements=(still,), visible=False)
    tracks = [video_track(), Track(id="en", kind=TrackKind.CAPTIONS, elements=captions), length]
    if others:
        tracks.append(Track(id="de", kind=TrackKind.CAPTIONS, elements=others, visible=False))
    return a_timeline(*tracks, size=(64, 36))


def attach(folder: Path, timeline: Timeline, profile: Profile = FAST):
    return render_to(folder, without_captions(timeline), {}, profile, subtitles=attached_captions(timeline))


@pytest.mark.parametrize("profile", [FAST, WEBM, MKV], ids=["mp4", "webm", "mkv"])
def test_captions_are_tracks_with_their_languages_and_times(tmp_path: Path, profile: Profile):
    timeline = captioned(
        caption("Fish & <b>chips</b>", 6, 12), caption("two\nlines {x}", 30, 15),
        others=(caption("Grüße", 6, 12, "de-AT"),),
    )  # fmt: skip
    out, made = attach(tmp_path, timeline, profile)
    assert [s.language for s in probe(out).subtitles] == ["eng", "deu"]
    assert made.subtitles == (("eng", 2), ("deu", 1))
    with av.open(str(out)) as container:
        found = [
            (round(float(p.pts * p.time_base), 2), round(float(p.duration * p.time_base), 2))
            for p in container.demux(container.streams.subtitles[0])
            if p.size > 2
        ]
    assert found == [(0.2, 0.4), (1.0, 0.5)]


@pytest.mark.parametrize("profile", [FAST, WEBM, MKV], ids=["mp4", "webm", "mkv"])
def test_ffmpeg_reads_every_word_of_an_attached_track(tmp_path: Path, profile: Profile):
    out, _ = attach(
        tmp_path, captioned(caption("Fish & chips", 6, 12), caption("two\nlines", 30, 15)), profile
    )
    text = convert(out, tmp_path / "out.srt", "-map", "0:s:0").read_text()
    assert "00:00:00,200 --> 00:00:00,600\nFish & chips" in text
    assert "00:00:01,000 --> 00:00:01,500\ntwo\nlines" in text


def test_attached_captions_are_not_in_the_picture(tmp_path: Path):
    out, made = attach(tmp_path, captioned(caption("WWWW", 6, 12)))
    assert max(p.max() for p in read_rgb(out)) < 40
    assert made.frame_count == 60


def test_a_file_that_lost_its_track_fails_its_checks(tmp_path: Path):
    timeline = captioned(caption("Hello", 6, 12))
    out, made = attach(tmp_path, timeline)
    expected = expectation_of(without_captions(timeline), made.to_json(), FAST)
    assert expected.subtitles == ("eng",)
    good = verify(out, expected, work=tmp_path)
    assert next(c for c in good.checks if c.name == "subtitles").passed
    bare = convert(out, tmp_path / "bare.mp4", "-map", "0:v", "-c", "copy")
    bad = verify(bare, expected, work=tmp_path)
    assert not next(c for c in bad.checks if c.name == "subtitles").passed


def test_what_holds_no_subtitles_says_so(tmp_path: Path):
    with pytest.raises(InvalidInput, match="GIF file holds no subtitles"):
        attach(tmp_path, captioned(caption("Hello", 6, 12)), get_profile("gif"))


def test_texts_of_nothing_are_no_cues_and_unknown_languages_are_undetermined():
    timeline = captioned(caption(" \x07 ", 0, 6), caption("x\n\n\ny", 6, 6, "xx"))
    (track,) = attached_captions(timeline)
    assert track.cues == ((200, 400, "x\ny"),)
    assert track.language == "und"
    assert [language_code(c) for c in ("en", "en-GB", "DE", "fra", "zz", "")] == [
        "eng", "eng", "deu", "fra", "und", "und"
    ]  # fmt: skip
    assert frames(6) * 5 == TICKS_PER_SECOND
