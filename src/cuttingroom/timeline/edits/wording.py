"""Words in edits: whether there are any, and how plans show them."""

import unicodedata

from cuttingroom.core.errors import EditRefused


def require_words(text: str) -> None:
    """Raise EditRefused for a text of which nothing would be seen."""
    if not has_words(text):
        raise EditRefused("The text is empty: nothing of it would be seen.", field="text")


def has_words(text: str) -> bool:
    """Whether anything but space and control characters is in a text."""
    return any(unicodedata.category(c)[0] not in "ZC" for c in text)


def shorten(text: str) -> str:
    """A text as the line of a plan has room for it."""
    line = " ".join(text.split())
    return line if len(line) <= 40 else line[:39].rstrip() + "…"
