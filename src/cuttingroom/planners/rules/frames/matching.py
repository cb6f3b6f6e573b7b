"""Holds the words of a clause against frames: every word must be part of a name, of a slot, or mean
nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from cuttingroom.planners.rules.frames.frame import Frame
from cuttingroom.planners.rules.frames.patterns import Choice, Chunk, Form, Gap, Said, words_of
from cuttingroom.planners.rules.frames.readers import Reader
from cuttingroom.planners.rules.frames.tokens import Tokens

UNKNOWN_COST, GLUE_COST, BARE_COST = 100.0, 1.0, 0.5
MOST_PLACES = 8
"""Where in a clause a name may stand: more are tried for nothing but words repeated without end."""
_SEPARATORS = frozenset({"AND", "COMMA", "POSSESSIVE"})
_GLUE_WORDS = frozenset({"effect", "please", "now", "here", "of", "that", "which", "is", "are"})
"""They mean nothing more where a frame has no slot for them."""
_MOST_SOLUTIONS = 4
MOST_TOKENS = 40
"""A clause of more is not tried: people do not type them."""
_MOST_STEPS = 20_000
"""So many forms are held against the tokens of a clause: about a tenth of a second."""


@dataclass(frozen=True)
class Match:
    """A frame with its slots filled. `unknown` are numbers of tokens that nothing explains; `head` those that
    name the edit."""

    frame: Frame
    slots: tuple[tuple[str, Any], ...]
    head: tuple[int, ...]
    unknown: tuple[int, ...]
    cost: float


@dataclass(frozen=True)
class _Head:
    frame: Frame
    groups: tuple[tuple[str, ...], ...]
    words: frozenset[str]


@dataclass(frozen=True)
class _Filling:
    """The rest of a clause from a token on: its cost, what fills which slot, and what nothing explains."""

    cost: float
    slots: tuple[tuple[str, Any], ...] = ()
    unknown: tuple[int, ...] = ()


ReadChunk = Callable[[str, int], list[tuple[Any, int]]]
"""What chunks of a kind begin at a token, each with the number after its last one."""


@dataclass(frozen=True)
class _SlotForms:
    """Ways of saying slots, by the word or by the kind of chunk that each begins with."""

    by_word: Mapping[str, Sequence[tuple[str, Form]]]
    by_chunk: Mapping[str, Sequence[tuple[str, Form]]]

    @classmethod
    def of(cls, frame: Frame) -> _SlotForms:
        by_word: dict[str, list[tuple[str, Form]]] = {}
        by_chunk: dict[str, list[tuple[str, Form]]] = {}
        for name, form in frame.slot_forms():
            first = form[0]
            if isinstance(first, Chunk):
                by_chunk.setdefault(first.kind, []).append((name, form))
            else:
                by_word.setdefault(words_of(form[:1])[0], []).append((name, form))
        return cls(by_word, by_chunk)


class Matcher:
    """Frames ready to be held against clauses. Raises ValueError for two of a name or an unknown kind of
    chunk."""

    def __init__(self, frames: Iterable[Frame], chunks: Mapping[str, Reader]) -> None:
        self.by_name: dict[str, Frame] = {}
        self._chunks = chunks
        self._heads: dict[str, list[_Head]] = {}
        self._nameless: list[Frame] = []
        self._slots: dict[str, _SlotForms] = {}
        indexed: dict[object, _SlotForms] = {}  # many frames have the same slots
        for frame in frames:
            if frame.name in self.by_name:
                raise ValueError(f"two frames are called {frame.name}")
            missing = frame.kinds() - chunks.keys()
            if missing:
                raise ValueError(f"the frame {frame.name} knows no chunk {', '.join(sorted(missing))}")
            self.by_name[frame.name] = frame
            key = tuple(frame.slots.items())
            if key not in indexed:
                indexed[key] = _SlotForms.of(frame)
            self._slots[frame.name] = indexed[key]
            for form in frame.heads():
                head = _head(frame, form)
                self._heads.setdefault(head.groups[0][0], []).append(head)
            if not frame.says:
                self._nameless.append(frame)
        self.words = frozenset(w for frame in self.by_name.values() for w in frame.words())
        self.starts = frozenset(self._heads)

    def match(self, tokens: Tokens) -> list[Match]:
        """The matches that leave the fewest words unexplained, then the cheapest, then those of the longest
        name. Several are equally good readings."""
        if not len(tokens) or len(tokens) > MOST_TOKENS:
            return []
        reader, effort = _memory(tokens, self._chunks), _Effort()
        found: list[Match] = []
        tried: set[tuple[str, tuple[int, ...]]] = set()
        for head in (h for word in sorted(tokens.words) for h in self._heads.get(word, ())):
            if head.words <= tokens.words:
                for numbers in islice(_places(head.groups, tokens), MOST_PLACES):
                    if (head.frame.name, numbers) not in tried:
                        tried.add((head.frame.name, numbers))
                        found += self._fill(head.frame, tokens, numbers, reader, effort)
        for frame in self._nameless:
            found += (m for m in self._fill(frame, tokens, (), reader, effort) if not m.unknown)
        if not found:
            return []
        best = min(_rank(m) for m in found)
        return list({(m.frame.name, m.slots): m for m in found if _rank(m) == best}.values())

    def _fill(
        self,
        frame: Frame,
        tokens: Tokens,
        head: tuple[int, ...],
        read: ReadChunk,
        effort: _Effort,
    ) -> Iterator[Match]:
        filler = _Filler(frame, self._slots[frame.name], tokens, frozenset(head), read, effort)
        for filling in filler.fill(0, frozenset()):
            slots = _gathered(filling.slots)
            if _has_all(frame, dict(slots)) and (frame.accepts is None or frame.accepts(dict(slots))):
                yield Match(frame, slots, head, filling.unknown, filling.cost)


def _has_all(frame: Frame, slots: Mapping[str, Any]) -> bool:
    return all(any(name in slots for name in one.split("|")) for one in frame.requires)


def _rank(match: Match) -> tuple[int, float, int]:
    return len(match.unknown), match.cost, -len(match.head)


def _head(frame: Frame, form: Form) -> _Head:
    groups: list[list[str]] = [[]]
    for part in form:
        if isinstance(part, Gap):
            groups.append([])
        elif isinstance(part, Said):
            groups[-1].append(part.word)
        else:
            raise ValueError(f"the frame {frame.name} names itself by more than words")
    filled = tuple(tuple(group) for group in groups if group)
    if not filled:
        raise ValueError(f"the frame {frame.name} has a name without words")
    return _Head(frame, filled, frozenset(words_of(form)))


def _places(groups: Sequence[tuple[str, ...]], tokens: Tokens, start: int = 0) -> Iterator[tuple[int, ...]]:
    """Numbers of the tokens of a name, wherever it stands: its groups in order, each whole tokens in a
    row."""
    flat, (first, *rest) = tokens.flat, groups
    for n in range(start, len(flat) - len(first) + 1):
        if all(flat[n + k][0] == word for k, word in enumerate(first)):
            numbers = tuple(dict.fromkeys(flat[n + k][1] for k in range(len(first))))
            if sum(len(tokens[i].words) for i in numbers) != len(first):
                continue
            if not rest:
                yield numbers
            for more in _places(rest, tokens, n + len(first)) if rest else ():
                yield (*numbers, *more)


def _memory(tokens: Tokens, chunks: Mapping[str, Reader]) -> ReadChunk:
    known: dict[tuple[str, int], list[tuple[Any, int]]] = {}

    def read(kind: str, at: int) -> list[tuple[Any, int]]:
        key = (kind, at)
        if key not in known:
            known[key] = list(dict.fromkeys(chunks[kind](tokens, at))) if at < len(tokens) else []
        return known[key]

    return read


class TooLong(Exception):
    """A clause that can be read in more ways than there is time to try."""


class _Effort:
    """Counts what was tried for one clause. Raises TooLong when it is too much."""

    def __init__(self) -> None:
        self._steps = 0

    def spend(self) -> None:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise TooLong


class _Filler:
    """Finds the cheapest ways to explain the tokens that are not part of the name."""

    def __init__(
        self,
        frame: Frame,
        forms: _SlotForms,
        tokens: Tokens,
        head: frozenset[int],
        read: ReadChunk,
        effort: _Effort,
    ) -> None:
        self._effort = effort
        self._tokens, self._forms, self._head, self._read = tokens, forms, head, read
        self._glue = _GLUE_WORDS | set(frame.glue.split())
        self._excluded = {name: frame.excluded(name) for name in frame.slots}
        self._known: dict[tuple[int, frozenset[str]], tuple[_Filling, ...]] = {}

    def fill(self, at: int, used: frozenset[str]) -> tuple[_Filling, ...]:
        if at >= len(self._tokens):
            return (_Filling(0.0),)
        key = (at, used)
        if key not in self._known:
            self._known[key] = self._cheapest(list(self._ways(at, used)))
        return self._known[key]

    def _ways(self, at: int, used: frozenset[str]) -> Iterator[_Filling]:
        if at in self._head:
            yield from self.fill(at + 1, used)
            return
        for name, form in self._beginning(at):
            if name not in used and not self._excluded[name] & used:
                for value, end in self._read_form(form, 0, at, None):
                    then = used if name.endswith("*") else used | {name}
                    cost = BARE_COST if getattr(value, "is_bare", False) else 0.0
                    for rest in self.fill(end, then):
                        yield _Filling(rest.cost + cost, ((name, value), *rest.slots), rest.unknown)
        token = self._tokens[at]
        if token.kind in _SEPARATORS or set(token.words) <= self._glue:
            for rest in self.fill(at + 1, used):
                cost = 0.1 if token.kind in _SEPARATORS else GLUE_COST
                yield _Filling(rest.cost + cost, rest.slots, rest.unknown)
        else:
            for rest in self.fill(at + 1, used):
                yield _Filling(rest.cost + UNKNOWN_COST, rest.slots, (at, *rest.unknown))

    def _beginning(self, at: int) -> Iterator[tuple[str, Form]]:
        """The ways of saying slots that could begin here, by a look at one word or chunk."""
        yield from self._forms.by_word.get(self._tokens[at].words[0], ())
        for kind, forms in self._forms.by_chunk.items():
            if self._read(kind, at):
                yield from forms

    def _read_form(self, form: Form, part: int, at: int, value: Any) -> Iterator[tuple[Any, int]]:
        """What a form of a slot can be read as from a token on."""
        self._effort.spend()
        if part == len(form):
            yield value, at
            return
        if at >= len(self._tokens) or at in self._head:
            return
        match form[part]:
            case Said(word):
                if self._tokens[at].words == (word,):
                    yield from self._read_form(form, part + 1, at + 1, word if value is None else value)
            case Choice(words):
                end = self._words_end(words, at)
                if end is not None:
                    yield from self._read_form(form, part + 1, end, " ".join(words))
            case Chunk(kind):
                for found, end in self._read(kind, at):
                    if not any(n in self._head for n in range(at, end)):
                        yield from self._read_form(form, part + 1, end, found)
            case Gap():
                raise ValueError("a slot has no gaps")

    def _words_end(self, words: tuple[str, ...], at: int) -> int | None:
        """The number after the tokens that are exactly these words."""
        said: tuple[str, ...] = ()
        for n in range(at, len(self._tokens)):
            if n in self._head or len(said) >= len(words):
                return None
            said += self._tokens[n].words
            if said == words:
                return n + 1
        return None

    def _cheapest(self, ways: list[_Filling]) -> tuple[_Filling, ...]:
        least = min(way.cost for way in ways)
        kept = [way for way in ways if way.cost == least]
        return tuple({way.slots: way for way in kept}.values())[:_MOST_SOLUTIONS]


def _gathered(slots: Sequence[tuple[str, Any]]) -> tuple[tuple[str, Any], ...]:
    """Slots that may be said several times as tuples under their name."""
    single = [(name, value) for name, value in slots if not name.endswith("*")]
    several: dict[str, tuple[Any, ...]] = {}
    for name, value in slots:
        if name.endswith("*"):
            several[name[:-1]] = (*several.get(name[:-1], ()), value)
    return (*sorted(single, key=lambda pair: pair[0]), *several.items())
