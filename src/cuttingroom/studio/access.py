"""Who may see what: the one place that decides."""

from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cuttingroom.core.errors import NotFound
from cuttingroom.core.ids import ProjectId, UserId
from cuttingroom.storage.base import Row
from cuttingroom.storage.database import for_update
from cuttingroom.storage.tables import Project, User

LOCAL_EMAIL = "owner@localhost"

T = TypeVar("T", bound=Row)


def get_owned(session: Session, table: type[T], row_id: str, user_id: UserId, *, lock: bool = False) -> T:
    """The row, if it is this user's. NotFound for strangers, exactly as for rows that do not exist.

    With `lock` nobody else changes the row until the transaction ends.
    """
    statement = sa.select(table).where(table.id == row_id, table.user_id == user_id)  # type: ignore[attr-defined]
    row = session.scalar(for_update(statement) if lock else statement) if is_uuid(row_id) else None
    if row is None or getattr(row, "deleted_at", None) is not None:
        raise NotFound(f"There is no {_noun(table)} {row_id}.", kind=_noun(table), id=row_id)
    return row


def get_project(
    session: Session, project_id: ProjectId | str, user_id: UserId, *, lock: bool = False
) -> Project:
    return get_owned(session, Project, project_id, user_id, lock=lock)


def local_user(session: Session) -> User:
    """The one implicit owner of a single-user installation; made when first asked for."""
    user = session.scalar(sa.select(User).where(User.email == LOCAL_EMAIL))
    if user is None:
        user = User(email=LOCAL_EMAIL, name="Owner")
        session.add(user)
        session.flush()
    return user


def is_uuid(text: str) -> bool:
    """Whether `text` can be a row's id; PostgreSQL refuses to compare anything else."""
    digits = text.replace("-", "")
    return len(digits) == 32 and all(c in "0123456789abcdefABCDEF" for c in digits)


def _noun(table: type[Row]) -> str:
    return table.__tablename__.rstrip("s").replace("_", " ")
