"""What a request says about the render: several clauses add to one wish."""

from __future__ import annotations

from typing import Any

from cuttingroom.planners.rules.unclear import Unclear
from cuttingroom.tools.render import Render

_NAMES = {"max_megabytes": "size limit", "range": "part", "parts": "division"}


class Wishes:
    """Fields of `Render`, each with the words that asked for it. `is_asked`: somebody wants a file even when
    nothing changes; `is_refused`: somebody wants none."""

    def __init__(self) -> None:
        self.is_asked = False
        self.is_refused = False
        self._fields: dict[str, tuple[Any, str]] = {}

    def add(self, said: str, **fields: Any) -> None:
        """Wish for a render with these fields. Raises Unclear where an earlier clause wished otherwise; then
        nothing of this one is kept."""
        for name, value in fields.items():
            earlier, words = self._fields.get(name, (value, said))
            if earlier != value:
                what = _NAMES.get(name, name)
                raise Unclear(
                    f"“{words}” and “{said}” ask for two renders of another {what}. Which one comes first? "
                    "The other can be made afterwards.",
                    (words, said),
                )
        self._fields |= {name: (value, said) for name, value in fields.items()}
        self.is_asked = True

    def find(self, name: str) -> Any:
        """The value of a field; None when nobody spoke of it."""
        return self._fields[name][0] if name in self._fields else None

    def render(self, **given: Any) -> Render:
        """The call that fulfils all wishes; `given` is what was chosen outside of the request and counts."""
        return Render(**{name: value for name, (value, _) in self._fields.items()} | given)
