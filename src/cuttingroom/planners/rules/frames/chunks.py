"""What may stand in a slot: lengths, moments, stretches, things, amounts, places ... read from tokens.

The values are those of readings.py, so that all of the rules planner resolves them in one place.

LENGTH POINT STRETCH RUN TARGET CLIP ORDINAL MEDIA TEXT NUMBER COUNT PERCENT SHARE DB FACTOR TIMES BIT
POSITION COLOUR SHAPE FRAME_SIZE MOOD INSTRUMENT TOPIC"""

from __future__ import annotations

from cuttingroom.planners.rules.frames.amount_chunks import (
    read_colour,
    read_count,
    read_db,
    read_factor,
    read_frame_size,
    read_percent,
    read_shape,
    read_share,
)
from cuttingroom.planners.rules.frames.readers import Found, Reader, read_kinds
from cuttingroom.planners.rules.frames.thing_chunks import read_clip, read_media, read_ordinal, read_target
from cuttingroom.planners.rules.frames.time_chunks import read_length, read_point, read_run, read_stretch
from cuttingroom.planners.rules.frames.tokens import Tokens

_MOST_TOPIC = 8


def read_topic(tokens: Tokens, at: int) -> Found:
    """Words of any kind, as they were typed: what something is about."""
    for end in range(at + 1, min(len(tokens), at + _MOST_TOPIC) + 1):
        yield tokens.request[tokens[at].start : tokens[end - 1].end], end


CHUNKS: dict[str, Reader] = {
    "TOPIC": read_topic,
    "LENGTH": read_length,
    "POINT": read_point,
    "STRETCH": read_stretch,
    "RUN": read_run,
    "TARGET": read_target,
    "CLIP": read_clip,
    "ORDINAL": read_ordinal,
    "MEDIA": read_media,
    "TEXT": read_kinds("QUOTED"),
    "NUMBER": read_kinds("NUMBER"),
    "COUNT": read_count,
    "PERCENT": read_percent,
    "SHARE": read_share,
    "DB": read_db,
    "FACTOR": read_factor,
    "TIMES": read_kinds("FACTOR"),
    "BIT": read_kinds("BIT"),
    "POSITION": read_kinds("POSITION"),
    "COLOUR": read_colour,
    "SHAPE": read_shape,
    "FRAME_SIZE": read_frame_size,
    "MOOD": read_kinds("MOOD"),
    "INSTRUMENT": read_kinds("INSTRUMENT"),
}
"""By name, in capitals. Areas have more of their own; catalog.py puts them together."""
