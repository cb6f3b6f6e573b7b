"""How ffmpeg is told to encode, so that one run can be cut into segments that stand alone.

Every coder here begins anew at a forced key frame and nowhere else, and writes one packet for each picture
shown. That makes the packets between two forced key frames a segment; the tests prove it for each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

from cuttingroom.core.errors import InvalidInput, MediaFailed
from cuttingroom.core.time import Rate
from cuttingroom.media import ffmpeg
from cuttingroom.media.render.coders import AUDIO_ENCODERS, CODERS, HOLDERS, VideoCodec
from cuttingroom.media.render.profiles import PRIVATE_SPS_ID, AudioCoding, Profile, VideoCoding
from cuttingroom.timeline.model import TimelineSettings

_NEVER = 1_000_000
"""Frames until a key frame that nobody asked for, for coders that know no "never"."""
_LONGEST_SIDE = 16_384
"""The longest side in pixels that x264 and SVT-AV1 take."""


class Streams(NamedTuple):
    """What a finished file holds, in the names of `probe`; None where there is no such stream."""

    video: str | None
    audio: str | None
    container: str


def video_arguments(coding: VideoCoding, rate: Rate) -> list[str]:
    """Arguments for one output of ffmpeg: one thread, key frames only where they are forced.

    The caller adds `-force_key_frames`, and may allow more threads by a later `-threads`. Colours are said by
    the graph (`setparams`): ffmpeg takes the tags of the pictures and ignores `-color_primaries`.
    """
    coder = CODERS[coding.codec]
    picture = ["-c:v", coder.encoder, *_OPTIONS[coding.codec](coding), "-pix_fmt", coding.pixel_format]
    return [*picture, "-threads", "1", "-video_track_timescale", str(rate.num)]


def _x264(coding: VideoCoding) -> list[str]:
    never = f"sps-id={PRIVATE_SPS_ID}:keyint=infinite:scenecut=0:open-gop=0"
    return [
        *_constant_quality(coding),
        "-bf",
        str(coding.b_frames),
        "-forced-idr",
        "1",
        "-x264-params",
        never,
    ]


def _x265(coding: VideoCoding) -> list[str]:
    # open groups are x265's default: pictures after a key frame would refer to those before it
    never = f"keyint=-1:scenecut=0:open-gop=0:bframes={coding.b_frames}"
    alone = "pools=none:frame-threads=1:wpp=0:info=0:log-level=error"
    options = ["-forced-idr", "1", "-x265-params", f"{never}:{alone}"]
    # players of Apple's want parameter sets outside of the pictures, which is what this tag promises
    return [*_constant_quality(coding), *options, "-tag:v", "hvc1"]


def _svt_av1(coding: VideoCoding) -> list[str]:
    # without looking for screen content all runs have the same sequence header
    return [*_constant_quality(coding), "-svtav1-params", "keyint=-1:scd=0:scm=0:lp=1"]


def _vp9(coding: VideoCoding) -> list[str]:
    # an alternate reference picture could stand for pictures beyond the next border
    alone = ["-auto-alt-ref", "0", "-g", str(_NEVER), "-row-mt", "0", "-tile-columns", "0"]
    return ["-deadline", "good", "-cpu-used", coding.preset, "-crf", str(coding.quality), "-b:v", "0", *alone]


def _intra(coding: VideoCoding) -> list[str]:
    vendor = ["-vendor", "apl0"] if coding.codec == "prores" else []
    return ["-profile:v", coding.variant, *vendor]


def _constant_quality(coding: VideoCoding) -> list[str]:
    return ["-preset", coding.preset, "-crf", str(coding.quality)]


_OPTIONS: Mapping[VideoCodec, Callable[[VideoCoding], list[str]]] = {
    "h264": _x264, "hevc": _x265, "av1": _svt_av1, "vp9": _vp9, "prores": _intra, "dnxhr": _intra,
}  # fmt: skip


def run_container(codec: VideoCodec) -> str:
    """The suffix and muxer of the file that one run writes, from which packets come as MP4 stores them."""
    return CODERS[codec].run_container


def audio_encoder(coding: AudioCoding) -> str:
    """ffmpeg's name of the encoder."""
    return AUDIO_ENCODERS[coding.codec].format(bits=coding.bits)


def expected_streams(profile: Profile) -> Streams:
    """What a file of this profile must hold, provided that the timeline has picture and sound."""
    container = HOLDERS[profile.container].name
    if profile.container == "gif":
        return Streams("gif", None, container)
    video = CODERS[profile.video.codec].name if profile.video else None
    audio = profile.audio.codec if profile.audio else None
    if profile.audio and audio == "pcm":
        audio = audio_encoder(profile.audio)
    return Streams(video, audio, container)


def check_profile(profile: Profile, settings: TimelineSettings) -> None:
    """Raises InvalidInput when the timeline does not fit, MediaFailed when ffmpeg lacks an encoder."""
    if encoder := find_missing(profile):
        raise MediaFailed(
            f"The profile {profile.name} needs the encoder {encoder}, which the ffmpeg at hand lacks.",
            advice="Use another profile such as delivery, or reinstall imageio-ffmpeg.",
            encoder=encoder,
        )
    if profile.video is not None:
        _check_rate(profile, settings.rate)
        _check_size(profile, profile.video.codec, profile.frame_size(settings))


def _check_rate(profile: Profile, rate: Rate) -> None:
    most = profile.max_rate
    if most is None or profile.container == "gif" or rate.fraction <= most:
        return
    raise InvalidInput(
        f"The profile {profile.name} takes at most {most} frames per second; the timeline has {rate}.",
        advice=f"Use another profile, or set the timeline to {most} frames per second or fewer.",
    )


def _check_size(profile: Profile, codec: VideoCodec, size: tuple[int, int]) -> None:
    least = CODERS[codec].smallest
    if all(low <= side <= _LONGEST_SIDE for low, side in zip(least, size, strict=True)):
        return
    raise InvalidInput(
        f"The profile {profile.name} would make pictures of {size[0]}x{size[1]}; {codec} takes "
        f"{least[0]}x{least[1]} to {_LONGEST_SIDE}x{_LONGEST_SIDE}.",
        advice="Use another profile, or another size of the timeline.",
    )


def find_missing(profile: Profile) -> str:
    """The encoder that this profile needs and the ffmpeg at hand lacks; "" when it has all."""
    wanted = [CODERS[profile.video.codec].encoder] if profile.video else []
    wanted += [audio_encoder(profile.audio)] if profile.audio else []
    wanted += ["gif"] if profile.container == "gif" else []
    return next((name for name in wanted if name not in _available_encoders()), "")


@cache
def _available_encoders() -> frozenset[str]:
    """Names from `ffmpeg -encoders`: flags, name and title in each line after a line of dashes."""
    shown = bytearray()
    ffmpeg.run(["-encoders"], on_data=shown.extend)
    _, _, lines = shown.decode().partition("------")
    return frozenset(words[1] for words in map(str.split, lines.splitlines()) if len(words) > 1)
