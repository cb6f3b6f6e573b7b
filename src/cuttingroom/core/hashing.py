"""One canonical JSON and one hash, so that the same value has the same bytes everywhere."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cuttingroom.core.errors import Canceled

_PIECE_BYTES = 1 << 22


def canonical_json(value: Any) -> bytes:
    """UTF-8 JSON with sorted keys, no spaces, and neither NaN nor infinity (ValueError)."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def hash_json(value: Any) -> str:
    """SHA-256 of the canonical JSON of `value`, in hexadecimal."""
    return sha256(canonical_json(value))


def hash_file(path: Path, is_canceled: Callable[[], bool] = lambda: False) -> str:
    """SHA-256 of a file, read in pieces. Raises Canceled, which is asked for with each piece."""
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        while data := file.read(_PIECE_BYTES):
            if is_canceled():
                raise Canceled("Reading the file was canceled.")
            digest.update(data)
    return digest.hexdigest()
