"""What people are shown about runs and ledgers, as frozen values with their JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from cuttingroom.core.status import ItemStatus, RunStatus
from cuttingroom.storage.tables import ArtifactType


@dataclass(frozen=True)
class ItemGlance:
    """How far one item is; `progress` from 0 to 1."""

    position: int
    tool: str
    title: str
    status: ItemStatus
    progress: float
    note: str


@dataclass(frozen=True)
class RunGlance:
    """What a waiting person wants to know several times a second."""

    run_id: str
    status: RunStatus
    phase: RunStatus
    attempt: int
    has_plan: bool
    has_questions: bool
    items: tuple[ItemGlance, ...]


@dataclass(frozen=True)
class PlanReport:
    id: str
    revision: int
    status: str
    summary: str
    assumptions: tuple[str, ...]
    questions: tuple[dict[str, Any], ...]
    cited_inputs: tuple[Any, ...]
    scores: dict[str, Any]
    planner: str
    provider: str | None
    model: str | None
    context_version: int
    before_ticks: int
    after_ticks: int
    digest: str
    approved_via: str | None
    approved_at: datetime | None


@dataclass(frozen=True)
class ItemReport:
    """One item; `depends_on` are positions."""

    id: str
    position: int
    tool: str
    title: str
    reason: str
    status: ItemStatus
    call: dict[str, Any]
    targets: tuple[str, ...]
    depends_on: tuple[int, ...]
    validation: dict[str, Any]
    before_ticks: int | None
    after_ticks: int | None
    progress: float
    attempts: int
    error_category: str | None
    error_code: str | None
    error_message: str | None
    started_at: datetime | None
    completed_at: datetime | None

    @property
    def change_ticks(self) -> int | None:
        """By how much the item changes the length of the video; None when it was never tried."""
        if self.before_ticks is None or self.after_ticks is None:
            return None
        return self.after_ticks - self.before_ticks


@dataclass(frozen=True)
class EventReport:
    """One line of the ledger. `undone_by` is the sequence of the standing event that took it back."""

    id: str
    sequence: int
    tool: str
    title: str
    status: str
    actor: str
    attempt: int
    run_id: str | None
    item_position: int | None
    input: dict[str, Any]
    targets: tuple[str, ...]
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    version_before: int | None
    version_after: int | None
    state_hash: str | None
    result: dict[str, Any]
    error_category: str | None
    error_code: str | None
    error_message: str | None
    provider: str | None
    model: str | None
    reverts: int | None
    undone_by: int | None
    duplicate_of: int | None
    idempotency_key: str
    started_at: datetime
    finished_at: datetime
    previous_hash: str
    hash: str


@dataclass(frozen=True)
class RenderReport:
    """How a render was made, in frames and chunks of sound. `why_encoded` counts frames by the reason why
    they were not copied. Loudness in LUFS is what was measured, the gain in dB what was done about it.
    `chapters` are the moments in ticks at which they begin, and their names. `part` is its number and of how
    many; `most_bytes` a limit, with the `quality` of the pictures and the bit rate of the sound that kept it.
    """

    profile: str
    frame_count: int
    copied_frames: int
    reused_frames: int
    encoded_frames: int
    why_encoded: dict[str, int]
    sound_chunks: int
    made_sound_chunks: int
    loudness_lufs: float | None
    gain_db: float
    range: tuple[int, int] | None = None
    check: str = "full"
    chapters: tuple[tuple[int, str], ...] = ()
    part: tuple[int, int] | None = None
    most_bytes: int | None = None
    quality: int | None = None
    sound_kbps: int | None = None

    @classmethod
    def find_in(cls, facts: dict[str, Any]) -> RenderReport | None:
        """From the facts of an artifact; None when it is no render."""
        known = facts.get("render")
        if known is None:
            return None
        return _RENDER.validate_python({f.name: known[f.name] for f in fields(cls) if f.name in known})


@dataclass(frozen=True)
class ArtifactReport:
    id: str
    artifact_type: str
    name: str
    status: str
    visibility: str
    mime_type: str
    size_bytes: int | None
    duration_ticks: int | None
    width: int | None
    height: int | None
    sha256: str | None
    bucket: str | None
    key: str | None
    prompt: str | None
    provider: str | None
    model: str | None
    item_position: int | None
    source_event_id: str | None
    timeline_version: int | None
    failure: str | None
    notes: tuple[str, ...]
    render: RenderReport | None
    created_at: datetime


@dataclass(frozen=True)
class CheckedFile:
    """What verification said of a made file; `checks` as the report has them."""

    artifact_id: str
    passed: bool
    checks: tuple[dict[str, Any], ...]
    created_at: datetime


@dataclass(frozen=True)
class CallReport:
    operation: str
    provider: str
    model: str
    status: str
    cached: bool
    input_tokens: int
    output_tokens: int
    latency_ms: int
    cost_microusd: int
    price_source: str
    item_position: int | None
    error: dict[str, Any] | None
    created_at: datetime


@dataclass(frozen=True)
class PhaseReport:
    """A stay in a phase; `seconds` is None while it lasts."""

    phase: str
    attempt: int
    started_at: datetime
    finished_at: datetime | None
    seconds: float | None


@dataclass(frozen=True)
class FailureReport:
    """Why a run ended badly: the phase is the run's own."""

    category: str
    code: str | None
    message: str
    advice: str | None
    tool: str | None
    item_id: str | None
    provider: str | None


@dataclass(frozen=True)
class RunReport:
    """Everything about a run: asked, planned, done, made, checked and spent."""

    id: str
    kind: str
    project_id: str
    project_name: str
    project_version: int
    request: str
    status: RunStatus
    phase: str
    attempt: int
    planner: str
    provider: str | None
    model: str | None
    base_version: int
    result_version: int | None
    idempotency_key: str
    failure: FailureReport | None
    cancel_requested_at: datetime | None
    cancel_reason: str | None
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    plan: PlanReport | None
    items: tuple[ItemReport, ...]
    events: tuple[EventReport, ...]
    artifacts: tuple[ArtifactReport, ...]
    verifications: tuple[CheckedFile, ...]
    calls: tuple[CallReport, ...]
    spent_microusd: int
    phases: tuple[PhaseReport, ...]

    def find_render(self) -> ArtifactReport | None:
        """The newest readable video that this run rendered; of several parts the first."""
        made = self._list_readable(*_RENDERS)
        newest = [a for a in made if a.item_position == made[-1].item_position]
        return next((a for a in newest if a.render is not None and a.render.part), made[-1] if made else None)

    def list_results(self) -> tuple[ArtifactReport, ...]:
        """The readable files that a person wanted of this run: its newest render, in parts when it has such,
        then stills and the like."""
        render = self.find_render()
        position = render.item_position if render is not None else None
        renders = [a for a in self._list_readable(*_RENDERS) if a.item_position == position]
        whole = [a for a in renders if a.render is not None and a.render.part] or renders[-1:]
        return (*whole, *(a for a in self._list_readable(*_PICTURES) if a.item_position is not None))

    def _list_readable(self, *types: ArtifactType) -> list[ArtifactReport]:
        """In the order in which they were made."""
        return [a for a in self.artifacts if a.artifact_type in types and a.status in ("stored", "verified")]

    def to_json(self) -> dict[str, Any]:
        return _REPORT.dump_python(self, mode="json")


_RENDERS = (ArtifactType.RENDER, ArtifactType.PREVIEW)
_PICTURES = (ArtifactType.IMAGE, ArtifactType.THUMBNAIL, ArtifactType.CAPTIONS)
_RENDER = TypeAdapter(RenderReport)
_REPORT = TypeAdapter(RunReport)
_EVENTS = TypeAdapter(tuple[EventReport, ...])


def events_to_json(events: Sequence[EventReport]) -> list[dict[str, Any]]:
    return _EVENTS.dump_python(tuple(events), mode="json")
