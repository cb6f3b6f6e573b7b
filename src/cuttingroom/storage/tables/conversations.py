"""The talk that starts runs."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cuttingroom.core.ids import ConversationId, MessageId, ProjectId, UserId
from cuttingroom.storage.base import Row, created_column, id_column, reference, updated_column, words


class MessageRole(StrEnum):
    USER = "user"
    ASSISTANT = "assistant"
    SYSTEM = "system"
    TOOL = "tool"


class Conversation(Row):
    """A thread of messages of one user, usually about one project."""

    __tablename__ = "conversations"
    __table_args__ = (sa.Index("ix_conversations_updated_at", "updated_at"),)

    id: Mapped[ConversationId] = id_column()
    user_id: Mapped[UserId] = reference("users.id")
    project_id: Mapped[ProjectId | None] = reference("projects.id", nullable=True)
    title: Mapped[str] = mapped_column(sa.String(500), default="")
    created_at: Mapped[datetime] = created_column()
    updated_at: Mapped[datetime] = updated_column()


class Message(Row):
    """One thing that was said. Never changed or removed afterwards."""

    __tablename__ = "messages"
    __table_args__ = (sa.Index("ix_messages_conversation_id_created_at", "conversation_id", "created_at"),)

    id: Mapped[MessageId] = id_column()
    conversation_id: Mapped[ConversationId] = reference("conversations.id", ondelete="RESTRICT", index=False)
    role: Mapped[MessageRole] = mapped_column(words(MessageRole))
    content: Mapped[str] = mapped_column(sa.Text)
    details: Mapped[dict[str, Any]] = mapped_column("metadata", default=dict)
    created_at: Mapped[datetime] = created_column()
