"""Talks for tests: text as words with times, with pauses where `[seconds]` stands."""

from __future__ import annotations

from cuttingroom.core.time import seconds_to_ticks
from cuttingroom.timeline.transcript import Transcript, Word

SECONDS_PER_LETTER = 0.06
WORD_GAP, SENTENCE_GAP = 0.05, 0.5

SOURDOUGH = """
Hello and welcome to the channel. My name is Ana and today I will show you how I bake sourdough bread at
home. It took me three years to get this right. First we need to talk about the starter. The starter is
flour and water, nothing else. You feed the starter every day with fresh flour. A good starter doubles in
about four hours. If your starter smells of acetone, feed it more flour. I keep my starter in the fridge.
Now let's talk about the dough. You mix flour, water, salt and the starter. The dough must rest for half
an hour. Then you fold the dough four times, once every thirty minutes. A wet dough is harder to fold but
gives an open crumb. Cover the dough with a towel. Next we come to the oven. The oven must be very hot,
about two hundred and fifty degrees. Put a pan of water into the oven, because steam gives you a crisp
crust. Bake the bread for twenty minutes with steam. Then open the oven and let the steam out. Bake it
for twenty minutes more until the crust is dark. Finally, let the bread cool down. Do not cut the bread
while it is hot. It will be gummy inside. A bread of this size cools for two hours. Thank you for
watching and goodbye.
"""


def say(text: str, start: float = 1.0) -> list[Word]:
    """The words of `text` at the pace of slow speech; a number in brackets is a pause in seconds."""
    words: list[Word] = []
    at = start
    for token in text.split():
        if token.startswith("["):
            at += float(token[1:-1])
            continue
        end = at + 0.08 + SECONDS_PER_LETTER * len(token)
        words.append(Word(text=token, start_ticks=seconds_to_ticks(at), end_ticks=seconds_to_ticks(end)))
        at = end + WORD_GAP + (SENTENCE_GAP if token[-1] in ".?!" else 0.0)
    return words


def a_transcript(text: str, **fields: object) -> Transcript:
    return Transcript.model_validate(
        {"words": tuple(say(text)), "segments": (), "quality": "recognised", "service": "test", **fields}
    )
