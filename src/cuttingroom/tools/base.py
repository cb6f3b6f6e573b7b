"""What a making tool is: a call with its own input model that turns files and models into files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from cuttingroom.core.settings import Settings
from cuttingroom.core.time import Frozen
from cuttingroom.providers.base import CallCache, CallRecorder
from cuttingroom.timeline.edits.base import MediaRef
from cuttingroom.timeline.model import Timeline


@dataclass(frozen=True)
class MakeContext:
    """What a tool may use while it works.

    `work` is a private folder that is swept when the attempt is over. `files` holds a readable local path
    for each artifact that the tool or the timeline names, `hashes` the SHA-256 with which it was stored, and
    `media` what was found in it then, as JSON, where somebody looked. `report(share, note)` shows progress
    from 0 to 1; `is_canceled()` must be asked at least four times a second during long work. In the folder
    `live` a render shows what it has made so far.
    """

    timeline: Timeline
    files: Mapping[str, Path]
    hashes: Mapping[str, str]
    media: Mapping[str, Mapping[str, Any]]
    work: Path
    settings: Settings
    record_call: CallRecorder
    cache: CallCache | None
    spent_microusd: Callable[[], int]
    report: Callable[[float, str], None]
    is_canceled: Callable[[], bool]
    live: Path | None = None


@dataclass(frozen=True)
class MadeFile:
    """One file that a tool made, with what will be stored about it. Lengths in ticks, sizes in pixels.

    `checked` says that the tool has read the finished file back and found it right; a render is checked by a
    step of its own.
    """

    path: Path
    artifact_type: str
    mime_type: str
    name: str
    duration_ticks: int | None = None
    width: int | None = None
    height: int | None = None
    facts: dict[str, Any] = field(default_factory=dict[str, Any])
    provider: str | None = None
    model: str | None = None
    prompt: str | None = None
    source_artifact_id: str | None = None
    checked: bool = False


@dataclass(frozen=True)
class FollowUp:
    """An item that the tool asks to have added to the plan."""

    call: dict[str, Any]
    title: str


@dataclass(frozen=True)
class Made:
    """What came out: files in a fixed order (the first is what `from_item` stands for) and facts."""

    files: tuple[MadeFile, ...]
    facts: dict[str, Any] = field(default_factory=dict[str, Any])
    follow_ups: tuple[FollowUp, ...] = ()


class MakingTool(Frozen):
    """One making call, as data. A subclass adds its fields, a `tool` literal and the methods below."""

    queue: ClassVar[str] = "make"
    """The engine's queue: `make`, `render` (one per core) or `model` (rate limited)."""
    capability: ClassVar[str | None] = None
    """What must be configured: transcription, music, speech, ... or nothing."""
    needs_timeline: ClassVar[bool] = False
    """Whether the result depends on the timeline; then every earlier edit of the plan comes first."""
    judges_damage: ClassVar[bool] = False
    """Whether the tool is to see files even when they were changed after they were stored."""

    tool: Any

    def check(self, before: Timeline) -> None:
        """Raise InvalidInput or NotFound when the call makes no sense on `before`."""

    def artifact_ids(self) -> tuple[str, ...]:
        """The stored files that the call reads, besides those on the timeline."""
        return ()

    def expected(self) -> MediaRef | None:
        """A stand-in for the first file, so that later items can be tried before it exists."""
        return None

    def make(self, context: MakeContext) -> Made:
        """Do the work in `context.work`. Raises ProviderError, MediaFailed, InvalidInput or Canceled."""
        raise NotImplementedError

    def describe(self, before: Timeline) -> str:
        """One line for people."""
        raise NotImplementedError
