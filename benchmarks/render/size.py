"""How much is rendered."""

from __future__ import annotations

from dataclasses import dataclass

TALK_SIZE, LONG_SIZE = (1920, 1080), (1280, 720)
"""Width and height of the two films."""


@dataclass(frozen=True)
class Size:
    """`talk` and `long` are lengths of films, `peers` what slow peers get and `excerpt` what is encoded
    several times, all in seconds."""

    talk: int
    long: int
    peers: int
    excerpt: int


QUICK = Size(talk=60, long=300, peers=3, excerpt=15)
FULL = Size(talk=600, long=3600, peers=20, excerpt=60)
