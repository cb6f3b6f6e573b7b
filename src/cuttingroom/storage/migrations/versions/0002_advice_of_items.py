"""An item that failed keeps the advice of its error, as runs do."""

import sqlalchemy as sa
from alembic import op

revision = "0002_advice_of_items"
down_revision = "0001_spine"


def upgrade() -> None:
    op.add_column("plan_items", sa.Column("error_advice", sa.Text(), nullable=True))
