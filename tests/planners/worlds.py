"""The timelines that the written requests are about. All times here are seconds; all run at 30 frames a
second."""

from cuttingroom.core.time import Rate, TimeRange, seconds_to_ticks
from cuttingroom.planners.base import PlanContext
from cuttingroom.timeline.edits.apply_lut import LutRef
from cuttingroom.timeline.edits.base import MediaRef
from cuttingroom.timeline.model import (
    CaptionSource,
    Element,
    MediaSource,
    TextSource,
    Timeline,
    TimelineSettings,
    Track,
    TrackKind,
)
from cuttingroom.timeline.transcript import Segment, Transcript, Word

TALK = (
    "Hello and welcome to the harbour. Today we walk along the old pier. "
    "The sea is calm this morning. Thank you for watching. Thank you and goodbye."
)


def ticks(seconds: float) -> int:
    return seconds_to_ticks(seconds)


def span(start: float, end: float) -> TimeRange:
    return TimeRange.between(ticks(start), ticks(end))


def clip(
    id: str,
    start: float,
    end: float,
    *,
    artifact: str | None = None,
    name: str = "",
    source_start: float = 0,
    media: float | None = None,
    picture: bool = True,
    sound: bool = True,
) -> Element:
    source = MediaSource(
        artifact_id=artifact or f"art_{id}",
        range=span(source_start, source_start + end - start),
        media_ticks=ticks(media or source_start + end - start + 10),
        has_picture=picture,
        has_sound=sound,
    )
    return Element(
        id=id, name=name, start_ticks=ticks(start), duration_ticks=ticks(end - start), source=source
    )


def timeline(*tracks: Track) -> Timeline:
    return Timeline(settings=TimelineSettings(rate=Rate(num=30)), tracks=tracks)


def video(*elements: Element) -> Track:
    return Track(id="v1", kind=TrackKind.VIDEO, name="Video", elements=elements)


def talk() -> Timeline:
    return timeline(video(clip("c1", 0, 120, name="talk.mp4", artifact="art_talk", media=120)))


def interview() -> Timeline:
    return timeline(video(clip("c1", 0, 600, name="interview.mp4", artifact="art_interview", media=600)))


def three() -> Timeline:
    return timeline(
        video(
            clip("c1", 0, 20, name="pier.mp4"),
            clip("c2", 20, 50, name="harbour.mp4"),
            clip("c3", 50, 90, name="market.mp4"),
        )
    )


def full() -> Timeline:
    """Three clips with titles, captions and a music bed."""
    title = Element(id="t1", start_ticks=ticks(2), duration_ticks=ticks(4), source=TextSource(text="Welcome"))
    captions = tuple(
        Element(
            id=f"k{n}",
            start_ticks=ticks(5 * n),
            duration_ticks=ticks(3),
            source=CaptionSource(text=f"Line {n}"),
        )
        for n in (1, 2)
    )
    return timeline(
        *three().tracks,
        Track(id="titles", kind=TrackKind.OVERLAY, name="Titles", elements=(title,)),
        Track(id="caps", kind=TrackKind.CAPTIONS, name="Captions", elements=captions),
        Track(
            id="music",
            kind=TrackKind.AUDIO,
            name="Music",
            follows_ripple=False,
            elements=(clip("m1", 0, 90, name="Bed", artifact="art_bed", media=90, picture=False),),
        ),
    )


def mute() -> Timeline:
    return timeline(video(clip("c1", 0, 60, name="drone.mp4", media=60, sound=False)))


def gappy() -> Timeline:
    return timeline(video(clip("c1", 0, 10, name="pier.mp4"), clip("c2", 15, 30, name="harbour.mp4")))


TIMELINES = {
    "talk": talk,
    "interview": interview,
    "three": three,
    "full": full,
    "mute": mute,
    "gappy": gappy,
}

MEDIA = (
    MediaRef(artifact_id="art_outro", media_ticks=ticks(8), name="outro.mp4"),
    MediaRef(artifact_id="art_logo", media_ticks=ticks(5), has_sound=False, is_still=True, name="logo.png"),
    MediaRef(artifact_id="art_song", media_ticks=ticks(60), has_picture=False, name="song.mp3"),
)

LUTS = (LutRef(artifact_id="art_film", name="film.cube"),)

SILENCES = {
    "art_talk": (span(10, 11), span(30, 30.4), span(50, 52.5), span(100, 100.8)),
    "art_c1": (span(3, 4.5),),
    "art_c2": (span(12, 13),),
    "art_c3": (),
    "art_interview": (),
}


LOUD = ("art_talk", "art_interview", "art_c1", "art_c2", "art_c3", "art_bed", "art_song")
"""Files that were measured; all are as loud as broadcasts are."""


def transcript() -> Transcript:
    """One word each half second from 1 s on, one segment for each sentence."""
    words = tuple(
        Word(text=text, start_ticks=ticks(1 + n * 0.5), end_ticks=ticks(1.4 + n * 0.5))
        for n, text in enumerate(TALK.split())
    )
    segments, first = [], 0
    for n, word in enumerate(words):
        if word.text.endswith("."):
            part = words[first : n + 1]
            text = " ".join(w.text for w in part)
            segments.append(
                Segment(
                    text=text,
                    start_ticks=part[0].start_ticks,
                    end_ticks=part[-1].end_ticks,
                    first_word=first,
                    end_word=n + 1,
                )
            )
            first = n + 1
    return Transcript(words=words, segments=tuple(segments), quality="given", service="test")


def context(request: str, on: str = "talk", **changes: object) -> PlanContext:
    """A context for `request` about one of the timelines. `changes` replace fields."""
    fields: dict[str, object] = {
        "request": request,
        "project_name": "A test",
        "timeline": TIMELINES[on](),
        "version": 1,
        "media": MEDIA,
        "luts": LUTS,
        "silences": SILENCES,
        "transcripts": {"art_talk": transcript()},
        "loudness": dict.fromkeys(LOUD, (-2300,) * 6000),
        "beats": {"art_song": tuple(ticks(0.3 + 0.48 * n) for n in range(124))},
    }
    return PlanContext(**{**fields, **changes})  # type: ignore[arg-type]
