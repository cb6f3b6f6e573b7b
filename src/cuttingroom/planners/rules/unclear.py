"""What stops a clause from becoming items."""

from __future__ import annotations


class Unclear(Exception):
    """Something that must be asked before this clause can become items."""

    def __init__(self, text: str, options: tuple[str, ...] = ()) -> None:
        super().__init__(text)
        self.options = options
