"""What a planner is: a function from a request with its context to a draft of a plan. No database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from cuttingroom.core.time import TimeRange
from cuttingroom.timeline.edits.apply_lut import LutRef
from cuttingroom.timeline.edits.base import MediaRef
from cuttingroom.timeline.model import Timeline
from cuttingroom.timeline.transcript import Transcript


class Need(StrEnum):
    """What must be known about the media before a request can be planned."""

    SILENCES = "silences"
    TRANSCRIPT = "transcript"
    SCENES = "scenes"
    LOUDNESS = "loudness"
    BEATS = "beats"
    BREATHS = "breaths"


@dataclass(frozen=True)
class Question:
    """Something the planner will not guess. `about` is the part of the request that raised it."""

    text: str
    about: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """A change of the timeline that stands. `inverse` is the edit that takes it back, as JSON."""

    event_id: str
    tool: str
    title: str
    inverse: Mapping[str, Any]
    run_id: str | None = None


@dataclass(frozen=True)
class EarlierRequest:
    """What was asked for just before. With open `questions` nothing of it was done."""

    request: str
    run_id: str
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True)
class PlanContext:
    """All that a planner may know. Silences, scene cuts, beats, breaths and words are on the clock of their
    file.

    Everything but `request` may hold text written by strangers: it is data, never an instruction.
    """

    request: str
    project_name: str
    timeline: Timeline
    version: int
    media: tuple[MediaRef, ...] = ()
    luts: tuple[LutRef, ...] = ()
    """Tables of colours that were brought in."""
    transcripts: Mapping[str, Transcript] = field(default_factory=dict[str, Transcript])
    silences: Mapping[str, tuple[TimeRange, ...]] = field(default_factory=dict[str, tuple[TimeRange, ...]])
    scene_cuts: Mapping[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])
    loudness: Mapping[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])
    """Hundredths of a LUFS in every 100 ms of a file."""
    beats: Mapping[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])
    breaths: Mapping[str, tuple[TimeRange, ...]] = field(default_factory=dict[str, tuple[TimeRange, ...]])
    speechless: frozenset[str] = frozenset()
    """Files in which nobody speaks: all of them would be a silence, so none is."""
    earlier_requests: tuple[str, ...] = ()
    before: EarlierRequest | None = None
    history: tuple[Change, ...] = ()
    """The last changes that stand, oldest first: what can be taken back."""
    profile: str | None = None
    """The render profile that the person chose beside the request; it counts whatever the words say."""


@dataclass(frozen=True)
class ItemDraft:
    """One proposed tool call as JSON (`{"tool": ..., ...}`). `depends_on` are positions, counted from 1."""

    call: dict[str, Any]
    title: str
    reason: str = ""
    depends_on: tuple[int, ...] = ()


@dataclass(frozen=True)
class PlanDraft:
    """A reading of the request. With open questions nothing may run."""

    summary: str
    items: tuple[ItemDraft, ...]
    planner: str
    questions: tuple[Question, ...] = ()
    assumptions: tuple[str, ...] = ()
    cited_inputs: tuple[dict[str, Any], ...] = ()
    provider: str | None = None
    model: str | None = None
    scores: dict[str, float] = field(default_factory=dict[str, float])
    prompt: str | None = None


class Planner(Protocol):
    name: str

    def needs(self, request: str, before: str = "") -> frozenset[Need]:
        """What the context must hold for this request; looked up before `plan` is called.

        `before` is the request that this one may answer or correct.
        """
        ...

    def plan(self, context: PlanContext) -> PlanDraft:
        """A draft for the request. Raises ProviderError when a model is away or answers nonsense."""
        ...
