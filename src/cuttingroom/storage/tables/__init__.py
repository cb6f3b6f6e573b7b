"""All tables, one module per aggregate."""

from cuttingroom.storage.tables.ai import AiCacheEntry, AiCall
from cuttingroom.storage.tables.artifacts import Artifact, ArtifactType, Verification, Visibility
from cuttingroom.storage.tables.conversations import Conversation, Message, MessageRole
from cuttingroom.storage.tables.idempotency import IdempotencyKey
from cuttingroom.storage.tables.plans import Plan, PlanItem, PlanItemDependency
from cuttingroom.storage.tables.projects import Project, ProjectVersion
from cuttingroom.storage.tables.runs import Run, RunPhase
from cuttingroom.storage.tables.tool_events import Actor, ArtifactUse, ToolEvent
from cuttingroom.storage.tables.users import User
from cuttingroom.storage.tables.workers import Worker

__all__ = [
    "Actor",
    "AiCacheEntry",
    "AiCall",
    "Artifact",
    "ArtifactType",
    "ArtifactUse",
    "Conversation",
    "IdempotencyKey",
    "Message",
    "MessageRole",
    "Plan",
    "PlanItem",
    "PlanItemDependency",
    "Project",
    "ProjectVersion",
    "Run",
    "RunPhase",
    "ToolEvent",
    "User",
    "Verification",
    "Visibility",
    "Worker",
]
