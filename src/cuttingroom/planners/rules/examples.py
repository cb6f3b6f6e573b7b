"""What would have worked: a sentence for each sort of request, for questions that offer no answers."""

from __future__ import annotations

import re

_EXAMPLES = (
    ("silence|pause|dead air|gap", "remove the silences longer than half a second"),
    ("caption|subtitle", "add captions"),
    ("music|song|piano|bed|soundtrack", "add calm music under the second half"),
    ("title|text|lower third|say", 'add the title "Hello" at 0:01 for 2 seconds'),
    ("crossfade|dissolve|transition", "crossfade all clips for 1 second"),
    ("fade", "fade in over 1 second"),
    ("speed|fast|slow|quick", "speed up the second half by 2x"),
    ("loud|quiet|volume|mute|sound|audio|voice|level", "turn the sound down by 3 dB"),
    ("move|swap|order|before|after|put", "put clip 2 before clip 1"),
    ("split|divide", "split at 0:05"),
    ("keep|only", "keep only the first 10 seconds"),
    ("clip", "remove clip 2"),
    ("", "cut from 0:01 to 0:03"),
)
"""The first whose words stand in what was said."""


def find_example(said: str) -> str:
    """A request of the same sort that is understood."""
    return next(example for words, example in _EXAMPLES if re.search(words, said, re.IGNORECASE))


def list_examples() -> list[str]:
    return [example for _, example in _EXAMPLES]


def with_example(text: str, said: str) -> str:
    """The question with an example, unless it has one."""
    if re.search(
        r"for example|such as|what it can do|cuttingroom undo|in quotation marks", text, re.IGNORECASE
    ):
        return text
    return f"{text} For example: {find_example(said)}."
