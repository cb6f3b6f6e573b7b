"""Files that are not what their name says: playlists, and media locked by DRM. Only bytes are looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cuttingroom.core.errors import MediaRefused

_HEAD_BYTES = 4096
_MOOV_BYTES = 64 * 2**20

_PLAYLISTS = (
    (re.compile(rb"\A\s*#EXTM3U"), "HLS playlist"),
    (re.compile(rb"\A\s*ffconcat\s"), "ffconcat list"),
    (re.compile(rb"\A\s*(#[^\n]*\n\s*)*file\s+\S", re.IGNORECASE), "ffconcat list"),
    (re.compile(rb"<MPD[\s>]"), "DASH manifest"),
    (re.compile(rb"<SmoothStreamingMedia[\s>]"), "Smooth Streaming manifest"),
    (re.compile(rb"\Av=0\r?\no="), "SDP session"),
    (re.compile(rb"\A\s*\[playlist\]", re.IGNORECASE), "PLS playlist"),
    (
        re.compile(rb"\A\s*<\?xml[^>]*>\s*<(asx|smil|playlist)[\s>]|\A\s*<(asx|smil)[\s>]", re.IGNORECASE),
        "playlist",
    ),
)
_ENCRYPTED_ENTRY = re.compile(rb"stsd.{12}(encv|enca|enct|drms|drmi)", re.DOTALL)
_MATROSKA_ENCRYPTION = bytes.fromhex("5035")
_MATROSKA_ENCODINGS = bytes.fromhex("6d80")


_PICTURES = (
    (b"\xff\xd8\xff", "jpeg_pipe"),
    (b"\x89PNG\r\n\x1a\n", "png_pipe"),
    (b"BM", "bmp_pipe"),
    (b"II*\0", "tiff_pipe"),
    (b"MM\0*", "tiff_pipe"),
)


def find_picture_format(path: Path) -> str | None:
    """The demuxer of one picture, by the file's first bytes, or None for other files.

    Without it ffmpeg chooses by the name's ending, and then reads `img_%03d.jpg` as a series of files.
    """
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError:
        return None  # whoever opens the file for good says what is wrong with it
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp_pipe"
    return next((name for magic, name in _PICTURES if head.startswith(magic)), None)


def check_playlist(path: Path) -> None:
    """Raise MediaRefused when the file is a text that names other files or addresses."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    head = head.removeprefix(b"\xef\xbb\xbf")
    for pattern, kind in _PLAYLISTS:
        if pattern.search(head):
            raise MediaRefused(
                f"{path.name} is a {kind}, not a media file.",
                advice="Bring in the media file itself.",
                reason="playlist",
                file=path.name,
            )


def find_encryption(path: Path) -> str | None:
    """How the media in an MP4 or Matroska file is locked, or None."""
    with path.open("rb") as file:
        head = file.read(8)
        if head[:4] == b"\x1aE\xdf\xa3":
            return _find_matroska_encryption(head + file.read(1 << 16))
        moov = (
            _read_moov(file) if head[4:8] in (b"ftyp", b"moov", b"styp", b"free", b"wide", b"mdat") else b""
        )
    found = _ENCRYPTED_ENTRY.search(moov)
    if found:
        return "MPEG common encryption" if found[1].startswith(b"enc") else "FairPlay"
    return None


def _find_matroska_encryption(head: bytes) -> str | None:
    encodings = head.find(_MATROSKA_ENCODINGS)
    locked = encodings >= 0 and head.find(_MATROSKA_ENCRYPTION, encodings, encodings + 64) >= 0
    return "Matroska content encryption" if locked else None


def has_index_in_front(path: Path) -> bool:
    """Whether the `moov` box of an MP4 lies before its data, so that it can play while it arrives."""
    with path.open("rb") as file:
        kinds = [kind for kind, _, _ in _boxes(file)]
    return b"moov" in kinds and (b"mdat" not in kinds or kinds.index(b"moov") < kinds.index(b"mdat"))


def _read_moov(file: BinaryIO) -> bytes:
    for kind, position, size in _boxes(file):
        if kind == b"moov":
            file.seek(position)
            return file.read(min(size or _MOOV_BYTES, _MOOV_BYTES))
    return b""


def _boxes(file: BinaryIO) -> Iterator[tuple[bytes, int, int]]:
    """Type, position and size of the boxes at the top, up to one without a sensible size."""
    position = 0
    while True:
        file.seek(position)
        header = file.read(16)
        if len(header) < 8:
            return
        size, kind = int.from_bytes(header[:4], "big"), header[4:8]
        if size == 1 and len(header) == 16:
            size = int.from_bytes(header[8:16], "big")
        yield kind, position, size
        if size < 8:
            return
        position += size
