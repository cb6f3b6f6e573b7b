"""Fragmented MP4 written by hand: the init segment and the media segments of one track of pictures or sound.

Sources: ISO/IEC 14496-12 (boxes), 14496-15 (avcC, hvcC), 14496-14 and 14496-1 (esds), AV1-ISOBMFF (av1C),
ISO/IEC 23000-19 (CMAF), RFC 6381 and its registrations (codecs strings).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from cuttingroom.core.errors import InvalidInput
from cuttingroom.core.time import Rate
from cuttingroom.media.render.segment import Packet
from cuttingroom.media.render.sound.coder import SoundForm

_TRACK_ID = 1
_MOVIE_TIMESCALE = 1000
_NO_LANGUAGE = 0x55C4
"""`und`, in five bits a letter."""
_UNITY = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_SYNC, _NOT_SYNC = 0x02000000, 0x01010000
"""Sample flags: depends on no other; depends on others and is no place to begin."""

_PICTURE_BOXES = {"h264": (b"avc1", b"avcC"), "hevc": (b"hvc1", b"hvcC"), "av1": (b"av01", b"av1C")}


@dataclass(frozen=True)
class PictureForm:
    """`extradata` as MP4 stores it; with copied pictures it holds the parameter sets of all of them.

    `delay` is by how many frames decoding runs ahead of presentation at most. Pictures are shown at their
    time also where it is exceeded, but FFmpeg would show all of them later.
    """

    codec: str
    width: int
    height: int
    extradata: bytes
    rate: Rate
    delay: int = 0

    @property
    def frame_duration(self) -> int:
        """In units of `timescale`."""
        return self.rate.den

    @property
    def padding(self) -> int:
        """Units from the first decoding to the first presentation."""
        return self.delay * self.frame_duration


Form = PictureForm | SoundForm


@dataclass(frozen=True)
class Sample:
    """One picture or one packet of sound. `offset` is from decoding to presentation and may be negative."""

    data: bytes
    duration: int
    offset: int = 0
    is_key: bool = True


def timescale(form: Form) -> int:
    """Units per second in which the times of a track are counted."""
    return form.rate.num if isinstance(form, PictureForm) else form.sample_rate


def picture_samples(packets: Sequence[Packet], form: PictureForm) -> list[Sample]:
    """Decoded one frame after the other, and shown at exactly their rank in frames."""
    frame, delay = form.frame_duration, form.delay
    return [
        Sample(packet.data, frame, (packet.rank - n + delay) * frame, packet.is_key)
        for n, packet in enumerate(packets)
    ]


def init_segment(form: Form) -> bytes:
    """What a player reads once before any fragment. Raises InvalidInput for codecs that cannot go in here."""
    size = (form.width << 16, form.height << 16) if isinstance(form, PictureForm) else (0, 0)
    volume = 0 if isinstance(form, PictureForm) else 0x100
    track = struct.pack(">5I8x4H", 0, 0, _TRACK_ID, 0, 0, 0, 0, volume, 0)
    movie = struct.pack(">4IiH10x", 0, 0, _MOVIE_TIMESCALE, 0, 0x10000, 0x100)
    return _box(b"ftyp", b"iso6", struct.pack(">I", 1), b"iso6cmfcmp41") + _box(
        b"moov",
        _full_box(b"mvhd", 0, 0, movie, _UNITY, bytes(24), struct.pack(">I", _TRACK_ID + 1)),
        _box(
            b"trak",
            _full_box(b"tkhd", 0, 3, track, _UNITY, struct.pack(">2I", *size)),
            *_edits(form),
            _media(form),
        ),
        _box(b"mvex", _full_box(b"trex", 0, 0, struct.pack(">5I", _TRACK_ID, 1, 0, 0, 0))),
    )


def fragment(sequence: int, decode_time: int, samples: Sequence[Sample]) -> bytes:
    """One media segment: `sequence` counts from 1, `decode_time` in units of the timescale from 0."""
    rows = b"".join(
        struct.pack(">IIIi", s.duration, len(s.data), _SYNC if s.is_key else _NOT_SYNC, s.offset)
        for s in samples
    )
    head = _movie_fragment(sequence, decode_time, len(samples), rows, 0)
    head = _movie_fragment(sequence, decode_time, len(samples), rows, len(head) + 8)
    return head + _box(b"mdat", *(s.data for s in samples))


def codecs_string(form: Form) -> str:
    """The name by which players ask whether they can play it, such as `avc1.64001f`."""
    extradata = form.extradata
    if form.codec == "aac":
        return f"mp4a.40.{extradata[0] >> 3}"
    if form.codec == "h264":
        return f"avc1.{extradata[1:4].hex()}"
    if form.codec == "hevc":
        return _hevc_string(extradata)
    if form.codec == "av1":
        depth = 8 if not extradata[2] & 0x40 else 12 if extradata[2] & 0x20 else 10
        tier = "H" if extradata[2] & 0x80 else "M"
        return f"av01.{extradata[1] >> 5}.{extradata[1] & 31:02d}{tier}.{depth:02d}"
    raise _cannot_stream(form.codec)


def _hevc_string(extradata: bytes) -> str:
    """ISO/IEC 14496-15, annex E: the compatibility flags are named from the last to the first."""
    space = ("", "A", "B", "C")[extradata[1] >> 6]
    tier = "H" if extradata[1] & 0x20 else "L"
    flags = int(f"{int.from_bytes(extradata[2:6], 'big'):032b}"[::-1], 2)
    constraints = [f"{byte:X}" for byte in extradata[6:12].rstrip(b"\0")]
    parts = ["hvc1", f"{space}{extradata[1] & 31}", f"{flags:X}", f"{tier}{extradata[12]}", *constraints]
    return ".".join(parts)


def _movie_fragment(sequence: int, decode_time: int, count: int, rows: bytes, data_offset: int) -> bytes:
    # The flags of trun name what follows: data offset; per sample duration, size, flags, composition offset.
    return _box(
        b"moof",
        _full_box(b"mfhd", 0, 0, struct.pack(">I", sequence)),
        _box(
            b"traf",
            _full_box(b"tfhd", 0, 0x020000, struct.pack(">I", _TRACK_ID)),  # offsets count from the moof
            _full_box(b"tfdt", 1, 0, struct.pack(">Q", decode_time)),
            _full_box(b"trun", 1, 0xF01, struct.pack(">Ii", count, data_offset), rows),
        ),
    )


def _media(form: Form) -> bytes:
    """How the track is coded; its table of samples is empty, since they all are in fragments."""
    if isinstance(form, PictureForm):
        handler, about, entry = b"vide", _full_box(b"vmhd", 0, 1, bytes(8)), _picture_entry(form)
    else:
        handler, about, entry = b"soun", _full_box(b"smhd", 0, 0, bytes(4)), _sound_entry(form)
    here = _full_box(b"dref", 0, 0, struct.pack(">I", 1), _full_box(b"url ", 0, 1))
    tables = [_full_box(kind, 0, 0, bytes(4)) for kind in (b"stts", b"stsc", b"stco")]
    samples = _box(
        b"stbl",
        _full_box(b"stsd", 0, 0, struct.pack(">I", 1), entry),
        *tables,
        _full_box(b"stsz", 0, 0, bytes(8)),
    )
    return _box(
        b"mdia",
        _full_box(b"mdhd", 0, 0, struct.pack(">4IHH", 0, 0, timescale(form), 0, _NO_LANGUAGE, 0)),
        _full_box(b"hdlr", 0, 0, bytes(4), handler, bytes(12), b"\0"),
        _box(b"minf", about, _box(b"dinf", here), samples),
    )


def _picture_entry(form: PictureForm) -> bytes:
    if form.codec not in _PICTURE_BOXES:
        raise _cannot_stream(form.codec)
    entry, configuration = _PICTURE_BOXES[form.codec]
    dots_per_inch = 72 << 16
    fields = struct.pack(">6xH16x2H2I4xH", 1, form.width, form.height, dots_per_inch, dots_per_inch, 1)
    depth = struct.pack(">Hh", 24, -1)
    return _box(entry, fields, bytes(32), depth, _box(configuration, form.extradata))


def _sound_entry(form: SoundForm) -> bytes:
    if form.codec != "aac":
        raise _cannot_stream(form.codec)
    decoder = struct.pack(">BB3xII", 0x40, 0x15, 0, 0) + _descriptor(5, form.extradata)
    stream = struct.pack(">HB", _TRACK_ID, 0) + _descriptor(4, decoder) + _descriptor(6, b"\2")
    channels = form.extradata[1] >> 3 & 15  # AudioSpecificConfig, ISO/IEC 14496-3, 1.6.2.1
    fields = struct.pack(">6xH8x2H4xI", 1, channels, 16, form.sample_rate << 16)
    return _box(b"mp4a", fields, _full_box(b"esds", 0, 0, _descriptor(3, stream)))


def _edits(form: Form) -> list[bytes]:
    """Presentation begins after the padding; a length of 0 means all fragments that follow."""
    if not form.padding:
        return []
    return [_box(b"edts", _full_box(b"elst", 0, 0, struct.pack(">IIiI", 1, 0, form.padding, 0x10000)))]


def _descriptor(tag: int, payload: bytes) -> bytes:
    assert len(payload) < 128
    return bytes((tag, len(payload))) + payload


def _box(kind: bytes, *parts: bytes) -> bytes:
    payload = b"".join(parts)
    return struct.pack(">I", len(payload) + 8) + kind + payload


def _full_box(kind: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    return _box(kind, struct.pack(">I", version << 24 | flags), *parts)


def _cannot_stream(codec: str) -> InvalidInput:
    return InvalidInput(
        f"{codec} cannot be played while it is rendered.",
        advice="Watch with a profile of H.264 and AAC, such as preview or delivery.",
        codec=codec,
    )
