"""The one source of identifiers and randomness.

Rows are named by UUIDv7 (RFC 9562: 48 bits of milliseconds, then random), so that they sort by age.
Things inside a timeline have short ids, because people and models have to repeat them.
"""

import secrets
import uuid
from typing import NewType

from cuttingroom.core import clock

UserId = NewType("UserId", str)
ProjectId = NewType("ProjectId", str)
VersionId = NewType("VersionId", str)
ConversationId = NewType("ConversationId", str)
MessageId = NewType("MessageId", str)
RunId = NewType("RunId", str)
PlanId = NewType("PlanId", str)
PlanItemId = NewType("PlanItemId", str)
ToolEventId = NewType("ToolEventId", str)
ArtifactId = NewType("ArtifactId", str)
VerificationId = NewType("VerificationId", str)
ElementId = NewType("ElementId", str)
TrackId = NewType("TrackId", str)

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: nothing that reads like another


def new_id() -> str:
    """A UUIDv7 in its usual 36 characters."""
    milliseconds = int(clock.now().timestamp() * 1000)
    value = (milliseconds & (1 << 48) - 1) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))


def short_id(prefix: str) -> str:
    """`prefix_` and ten random characters (50 bits): unique within one timeline."""
    return prefix + "_" + "".join(secrets.choice(_ALPHABET) for _ in range(10))


def new_token(length: int = 12) -> str:
    """Random lower-case hexadecimal characters, for temporary names and owners of a claim."""
    return secrets.token_hex((length + 1) // 2)[:length]
