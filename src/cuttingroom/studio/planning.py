"""From a request to a stored plan: gather what may be known, write down what was judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cuttingroom.core.errors import InvalidInput, StalePlan
from cuttingroom.core.ids import ArtifactId, PlanId, PlanItemId, new_id
from cuttingroom.core.status import ItemStatus, PlanStatus, RunStatus
from cuttingroom.core.time import TimeRange
from cuttingroom.planners.base import Change, EarlierRequest, Need, PlanContext, Question
from cuttingroom.planners.judging import JudgedItem, JudgedPlan
from cuttingroom.storage.tables import (
    Artifact,
    ArtifactType,
    MessageRole,
    Plan,
    PlanItem,
    PlanItemDependency,
    Project,
    Run,
)
from cuttingroom.studio.access import get_project
from cuttingroom.studio.conversations import open_conversation, say
from cuttingroom.studio.luts import list_luts
from cuttingroom.studio.runs import current_plan, move_run
from cuttingroom.studio.timelines import current_timeline
from cuttingroom.studio.undo import standing_changes
from cuttingroom.timeline.edits.base import MediaRef
from cuttingroom.timeline.model import MediaSource, Timeline
from cuttingroom.timeline.transcript import Transcript
from cuttingroom.tools.find_beats import FindBeats
from cuttingroom.tools.find_breaths import FindBreaths
from cuttingroom.tools.find_scenes import FindScenes
from cuttingroom.tools.find_silences import FindSilences
from cuttingroom.tools.measure_loudness import MeasureLoudness
from cuttingroom.tools.transcribe import Transcribe

EARLIER_REQUESTS = 5

Analysis = FindBeats | FindBreaths | FindScenes | FindSilences | MeasureLoudness | Transcribe
ANALYSIS_TOOLS: Mapping[Need, type[Analysis]] = {
    Need.SILENCES: FindSilences,
    Need.SCENES: FindScenes,
    Need.TRANSCRIPT: Transcribe,
    Need.LOUDNESS: MeasureLoudness,
    Need.BEATS: FindBeats,
    Need.BREATHS: FindBreaths,
}
ANALYSES = {
    Need.SILENCES: "silences",
    Need.SCENES: "scenes",
    Need.TRANSCRIPT: "transcript",
    Need.LOUDNESS: "loudness",
    Need.BEATS: "beats",
    Need.BREATHS: "breaths",
}
"""What each need is called in the facts of an analysis artifact."""


def heard_artifacts(timeline: Timeline, *, beds: bool = False) -> list[ArtifactId]:
    """The files whose sound plays on the timeline, in the order in which they first do; with `beds` also on
    tracks that stay where they are, such as music."""
    pieces = [
        (e.start_ticks, e.source.artifact_id)
        for t in timeline.tracks
        for e in t.elements
        if (beds or t.follows_ripple) and isinstance(e.source, MediaSource) and e.source.has_sound
    ]
    return [ArtifactId(a) for a in dict.fromkeys(artifact_id for _, artifact_id in sorted(pieces))]


def seen_artifacts(timeline: Timeline) -> list[ArtifactId]:
    """The files whose picture plays on the timeline."""
    return [
        ArtifactId(a)
        for a in dict.fromkeys(
            e.source.artifact_id
            for t in timeline.tracks
            for e in t.elements
            if isinstance(e.source, MediaSource) and e.source.has_picture
        )
    ]


def missing_analyses(
    session: Session, project: Project, needs: frozenset[Need], words: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """The calls of tools that must still find something out before planning can begin.

    `words` may hold the `script` or the `subtitles` that a person gave for the first file that is heard:
    they are used in the place of any transcript there was.
    """
    timeline = current_timeline(project)
    missing: list[dict[str, Any]] = []
    if words:
        heard = heard_artifacts(timeline)
        if not heard:
            raise InvalidInput("There is no sound on the timeline that these words could belong to.")
        missing.append(Transcribe.model_validate({"artifact_id": heard[0], **words}).model_dump(mode="json"))
        needs -= {Need.TRANSCRIPT}
    for need in sorted(needs):
        files = _files_for(session, project, need, timeline)
        known = find_analyses(session, files, ANALYSES[need])
        tool = ANALYSIS_TOOLS[need]
        missing += [tool(artifact_id=a).model_dump(mode="json") for a in files if a not in known]
    return missing


def _files_for(session: Session, project: Project, need: Need, timeline: Timeline) -> list[ArtifactId]:
    """The files about which something must be known. The request may lay a song that is not there yet."""
    if need is Need.SCENES:
        return seen_artifacts(timeline)
    if need not in (Need.LOUDNESS, Need.BEATS):
        return heard_artifacts(timeline)
    media = list_media(session, project)
    songs = [ArtifactId(m.artifact_id) for m in media if not m.has_picture and m.has_sound]
    if need is Need.BEATS:
        return songs
    return list(dict.fromkeys([*heard_artifacts(timeline, beds=True), *songs]))


def find_analyses(
    session: Session, artifact_ids: Sequence[ArtifactId], kind: str
) -> dict[ArtifactId, dict[str, Any]]:
    """The newest analysis of this kind for each file, as stored in the facts of its artifact."""
    rows = session.scalars(
        sa.select(Artifact)
        .where(
            Artifact.source_artifact_id.in_(artifact_ids),
            Artifact.artifact_type.in_((ArtifactType.ANALYSIS, ArtifactType.TRANSCRIPT)),
            Artifact.status.in_(("stored", "verified")),
        )
        .order_by(Artifact.created_at)
    )
    return {
        r.source_artifact_id: r.facts for r in rows if r.source_artifact_id and r.facts.get("kind") == kind
    }


def gather_context(session: Session, run: Run) -> PlanContext:
    """Everything the planner may know, for the timeline as it is now."""
    project = get_project(session, run.project_id, run.user_id)
    timeline = current_timeline(project)
    heard, seen = heard_artifacts(timeline), seen_artifacts(timeline)
    transcripts = find_analyses(session, heard, ANALYSES[Need.TRANSCRIPT])
    silences = find_analyses(session, heard, ANALYSES[Need.SILENCES])
    scenes = find_analyses(session, seen, ANALYSES[Need.SCENES])
    measurable = _files_for(session, project, Need.LOUDNESS, timeline)
    loudness = find_analyses(session, measurable, ANALYSES[Need.LOUDNESS])
    beats = find_analyses(session, _files_for(session, project, Need.BEATS, timeline), ANALYSES[Need.BEATS])
    breaths = find_analyses(session, heard, ANALYSES[Need.BREATHS])
    earlier = session.scalars(
        sa.select(Run.request)
        .where(Run.project_id == project.id, Run.id != run.id)
        .order_by(Run.created_at.desc())
        .limit(EARLIER_REQUESTS)
    ).all()
    return PlanContext(
        request=run.request,
        project_name=project.name,
        timeline=timeline,
        version=project.version,
        media=list_media(session, project),
        luts=list_luts(session, project),
        transcripts={a: Transcript.model_validate(f["transcript"]) for a, f in transcripts.items()},
        silences={a: _ranges(f["silences"]) for a, f in silences.items()},
        scene_cuts={a: tuple(f["cuts"]) for a, f in scenes.items()},
        loudness={a: tuple(f["steps"]) for a, f in loudness.items()},
        beats={a: tuple(f["beats"]) for a, f in beats.items()},
        breaths={a: _ranges(f["breaths"]) for a, f in breaths.items()},
        speechless=frozenset(a for a, f in silences.items() if not f["has_speech"]),
        earlier_requests=tuple(reversed(earlier)),
        before=_asked_before(session, run),
        history=tuple(
            Change(e.id, e.tool, str(e.result.get("title", "")), e.inverse or {}, e.run_id)
            for e in standing_changes(session, project.id)
        ),
        profile=run.options.get("profile"),
    )


def asked_before(session: Session, run: Run) -> Run | None:
    """The request of this project before this one, whether or not anything came of it."""
    return session.scalar(
        sa.select(Run)
        .where(Run.project_id == run.project_id, Run.id != run.id, Run.created_at <= run.created_at)
        .order_by(Run.created_at.desc(), Run.id.desc())
        .limit(1)
    )


def _asked_before(session: Session, run: Run) -> EarlierRequest | None:
    before = asked_before(session, run)
    if before is None:
        return None
    plan = current_plan(session, before.id)
    waits = before.status is RunStatus.AWAITING_CONFIRMATION and plan is not None
    asked = plan.questions if plan is not None and waits else []
    questions = tuple(Question(q["text"], q["about"], tuple(q.get("options", ()))) for q in asked)
    return EarlierRequest(before.request, before.id, questions)


def _ranges(pairs: Sequence[Sequence[int]]) -> tuple[TimeRange, ...]:
    return tuple(TimeRange.between(start, end) for start, end in pairs)


def list_media(session: Session, project: Project) -> tuple[MediaRef, ...]:
    """The project's files that can be placed on a timeline, oldest first."""
    rows = session.scalars(
        sa.select(Artifact)
        .where(
            Artifact.project_id == project.id,
            Artifact.artifact_type.in_(
                (
                    ArtifactType.VIDEO,
                    ArtifactType.AUDIO,
                    ArtifactType.IMAGE,
                    ArtifactType.MUSIC,
                    ArtifactType.SPEECH,
                )
            ),
            Artifact.status.in_(("stored", "verified")),
        )
        .order_by(Artifact.created_at)
    )
    return tuple(media_ref(row) for row in rows)


def media_ref(artifact: Artifact) -> MediaRef:
    """What an edit needs to know of a stored file."""
    is_still = artifact.artifact_type is ArtifactType.IMAGE
    sounds = (ArtifactType.AUDIO, ArtifactType.MUSIC, ArtifactType.SPEECH)
    return MediaRef(
        artifact_id=artifact.id,
        media_ticks=artifact.duration_ticks or 1,
        has_picture=artifact.facts.get("has_picture", artifact.artifact_type not in sounds),
        has_sound=artifact.facts.get("has_sound", not is_still),
        is_still=is_still,
        name=artifact.name,
        width=artifact.width,
        height=artifact.height,
    )


def store_plan(session: Session, run: Run, judged: JudgedPlan) -> Plan:
    """Write what was judged as the run's next plan revision; the run then waits for a person.

    An item that cannot run is rejected and its reason is a question: nothing runs half understood.
    Raises StalePlan when the timeline is not the one for which it was judged.
    """
    project = get_project(session, run.project_id, run.user_id, lock=True)
    if project.version != judged.version:
        raise StalePlan(
            f"The plan is for version {judged.version}; the timeline is at version {project.version}."
        )
    plan = _store_revision(session, run, judged)
    _store_items(session, plan, judged.items)
    run.provider, run.model = plan.provider, plan.model
    run.intent = {"summary": plan.summary, "tools": [i.tool for i in judged.items]}
    conversation = open_conversation(session, project)
    answer = "\n".join([plan.summary, *(q.text for q in judged.questions)]).strip()
    say(session, conversation, MessageRole.ASSISTANT, answer, run_id=run.id, plan_id=plan.id)
    move_run(session, run, RunStatus.AWAITING_CONFIRMATION)
    return plan


def _store_revision(session: Session, run: Run, judged: JudgedPlan) -> Plan:
    earlier, draft = current_plan(session, run.id), judged.draft
    if earlier is not None and earlier.status is PlanStatus.PROPOSED:
        earlier.move(PlanStatus.SUPERSEDED)
    plan = Plan(
        id=PlanId(new_id()),
        run_id=run.id,
        project_id=run.project_id,
        user_id=run.user_id,
        revision=earlier.revision + 1 if earlier else 1,
        status=PlanStatus.PROPOSED,
        summary=draft.summary,
        assumptions=list(draft.assumptions),
        questions=[q.__dict__ | {"options": list(q.options)} for q in judged.questions],
        cited_inputs=list(draft.cited_inputs),
        scores=draft.scores,
        context_version=judged.version,
        context_hash=judged.timeline_hash,
        planner=draft.planner,
        provider=draft.provider,
        model=draft.model,
        prompt=draft.prompt,
        before_ticks=judged.before_ticks,
        after_ticks=judged.after_ticks,
        digest=judged.digest,
    )
    session.add(plan)
    session.flush()
    return plan


def _store_items(session: Session, plan: Plan, judged: Sequence[JudgedItem]) -> None:
    items = [_new_item(plan, item) for item in judged]
    session.add_all(items)
    session.flush()
    links = [
        PlanItemDependency(item_id=item.id, depends_on_id=items[position - 1].id)
        for item, described in zip(items, judged, strict=True)
        for position in described.depends_on
    ]
    session.add_all(links)
    session.flush()


def _new_item(plan: Plan, judged: JudgedItem) -> PlanItem:
    item = PlanItem(
        id=PlanItemId(new_id()),
        plan_id=plan.id,
        run_id=plan.run_id,
        project_id=plan.project_id,
        user_id=plan.user_id,
        position=judged.position,
        tool=judged.tool,
        call=judged.call,
        targets=list(judged.targets),
        title=judged.title,
        reason=judged.reason,
        validation={"valid": judged.error is None, "error": judged.error},
        before_ticks=judged.before_ticks,
        after_ticks=judged.after_ticks,
        status=ItemStatus.PROPOSED,
    )
    item.move(ItemStatus.VALIDATED if judged.error is None else ItemStatus.REJECTED)
    return item
