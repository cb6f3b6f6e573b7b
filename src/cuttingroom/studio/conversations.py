"""The talk about a project: one conversation per project unless somebody opens another."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cuttingroom.core import clock
from cuttingroom.core.ids import ConversationId, ProjectId, UserId
from cuttingroom.storage.tables import Conversation, Message, MessageRole, Project
from cuttingroom.studio.access import get_owned, get_project


def open_conversation(session: Session, project: Project) -> Conversation:
    """The project's newest conversation, or a new one."""
    found = session.scalar(
        sa.select(Conversation)
        .where(Conversation.project_id == project.id, Conversation.user_id == project.user_id)
        .order_by(Conversation.created_at.desc())
    )
    if found is None:
        found = Conversation(user_id=project.user_id, project_id=project.id, title=project.name)
        session.add(found)
        session.flush()
    return found


def say(
    session: Session, conversation: Conversation, role: MessageRole, content: str, **details: Any
) -> Message:
    """Add a message to the end of a conversation."""
    message = Message(conversation_id=conversation.id, role=role, content=content, details=details)
    session.add(message)
    conversation.updated_at = clock.now()
    session.flush()
    return message


def list_messages(
    session: Session, user_id: UserId, conversation_id: ConversationId, *, limit: int = 200
) -> Sequence[Message]:
    """The last messages of a conversation, oldest first."""
    conversation = get_owned(session, Conversation, conversation_id, user_id)
    newest = session.scalars(
        sa.select(Message)
        .where(Message.conversation_id == conversation.id)
        .order_by(Message.created_at.desc(), Message.id.desc())
        .limit(limit)
    ).all()
    return list(reversed(newest))


def list_project_messages(
    session: Session, user_id: UserId, project_id: ProjectId, *, limit: int = 200
) -> Sequence[Message]:
    """The last messages of the newest conversation about a project, oldest first."""
    conversation = open_conversation(session, get_project(session, project_id, user_id))
    return list_messages(session, user_id, conversation.id, limit=limit)
