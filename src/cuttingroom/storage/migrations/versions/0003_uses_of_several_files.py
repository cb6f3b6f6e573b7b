"""One event may let one element use several files: what it plays and the table that colours it."""

import sqlalchemy as sa
from alembic import op

from cuttingroom.storage.append_only import forbid_changes

revision = "0003_uses_of_several_files"
down_revision = "0002_advice_of_items"

KEY = sa.Uuid(as_uuid=False)
TABLE, COLUMNS = "artifact_uses", ("event_id", "element_id", "artifact_id")


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("pk_artifact_uses", TABLE, type_="primary")
        op.create_primary_key("pk_artifact_uses", TABLE, list(COLUMNS))
    else:
        _make_anew()


def _make_anew() -> None:
    """SQLite cannot change a key: the rows move to a new table, which then takes the name and the triggers."""
    op.create_table(
        "new_artifact_uses",
        sa.Column("event_id", KEY, nullable=False),
        sa.Column("element_id", sa.String(length=40), nullable=False),
        sa.Column("artifact_id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{name}_id"],
                [f"{target}.id"],
                name=op.f(f"fk_artifact_uses_{name}_id"),
                ondelete="RESTRICT",
            )
            for name, target in (("artifact", "artifacts"), ("event", "tool_events"), ("project", "projects"))
        ),
        sa.PrimaryKeyConstraint(*COLUMNS, name=op.f("pk_artifact_uses")),
    )
    names = "event_id, element_id, artifact_id, project_id"
    op.execute(f"INSERT INTO new_artifact_uses ({names}) SELECT {names} FROM {TABLE}")
    op.drop_table(TABLE)
    op.rename_table("new_artifact_uses", TABLE)
    for column in ("artifact_id", "project_id"):
        op.create_index(op.f(f"ix_artifact_uses_{column}"), TABLE, [column], unique=False)
    forbid_changes(op.get_bind(), TABLE, " AND ".join(f"{c} = NEW.{c}" for c in COLUMNS))
