"""The colour tables of a project, as edits name them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cuttingroom.storage.tables import Artifact, ArtifactType, Project
from cuttingroom.timeline.edits.apply_lut import LutRef

LUT_KIND = "lut"


def list_luts(session: Session, project: Project) -> tuple[LutRef, ...]:
    """Oldest first."""
    rows = session.scalars(
        sa.select(Artifact)
        .where(
            Artifact.project_id == project.id,
            Artifact.artifact_type == ArtifactType.OTHER,
            Artifact.status.in_(("stored", "verified")),
        )
        .order_by(Artifact.created_at)
    )
    return tuple(lut_ref(row) for row in rows if row.facts.get("kind") == LUT_KIND)


def lut_ref(artifact: Artifact) -> LutRef:
    return LutRef(artifact_id=artifact.id, name=artifact.name)


def lut_facts(size: int, *, is_3d: bool) -> dict[str, Any]:
    """What is stored about a table with so many points along each side."""
    return {
        "kind": LUT_KIND,
        "size": size,
        "dimensions": 3 if is_3d else 1,
        "has_picture": False,
        "has_sound": False,
    }
