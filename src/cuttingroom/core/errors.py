"""Every error that a person can meet, with one code for terminal, HTTP and MCP.

CuttingroomError
|-- InvalidInput            the caller's values are wrong            422, exit 2
|   |-- EditRefused         an edit does not fit the timeline
|   |-- MediaRefused        a file cannot or may not be read
|   `-- TimelineInvalid     a timeline breaks an invariant
|-- QuestionsOpen           a request needs answers first            409, exit 3
|-- NotFound                absent, or not yours                     404, exit 2
|-- Conflict                the state has moved on                   409, exit 2
|   |-- MoveRefused         a status may not change that way
|   |-- StalePlan           the timeline is newer than the plan
|   |-- DependentEvents     later events stand on the one to undo
|   |-- KeyReused           an idempotency key with another body     422
|   `-- DuplicateEffect     this effect has been applied already
|-- ProviderError           a model or service outside               502, exit 4
|   |-- ProviderBusy        try again later                          503
|   |-- ProviderRefused     it will not do this; tell the planner
|   |-- ProviderBroken      it answers nonsense; stop
|   |-- ProviderMissing     nothing is configured for it             501
|   `-- CostCapReached      the run may not spend more               402
|-- MediaFailed             ffmpeg or a decoder failed               500, exit 4
|   `-- CacheDamaged        what was kept is not what was written
|-- StorageFailed           database or blobs are away or full       507, exit 5
|-- LedgerBroken            a hash in the ledger does not match      500, exit 5
|-- InternalError           a defect of this program                 500, exit 1
`-- Canceled                somebody stopped the work                409, exit 130
"""

from typing import Any, ClassVar

from cuttingroom.core.text import clean_json, clean_text


class CuttingroomError(Exception):
    """What was wrong and where, with what to do next.

    `code` is stable and the same in every entrance; `advice` is one sentence; `detail` is JSON.
    """

    code: ClassVar[str] = "error"
    http_status: ClassVar[int] = 500
    exit_status: ClassVar[int] = 1
    default_advice: ClassVar[str] = ""

    def __init__(self, message: str, *, advice: str | None = None, **detail: Any) -> None:
        self.message = clean_text(message)
        super().__init__(self.message)
        self.advice = clean_text(self.default_advice if advice is None else advice)
        self.detail: dict[str, Any] = clean_json(detail)

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "message": self.message, "advice": self.advice, "detail": self.detail}


class InvalidInput(CuttingroomError):
    code, http_status, exit_status = "invalid_input", 422, 2


class EditRefused(InvalidInput):
    code = "edit_refused"


class TimelineInvalid(InvalidInput):
    code = "timeline_invalid"


class MediaRefused(InvalidInput):
    """`detail["reason"]` is one of: missing, empty, not_media, corrupt, truncated, encrypted, playlist,
    too_large, too_many_streams, unsupported_codec, unsupported_format."""

    code = "media_refused"


class QuestionsOpen(CuttingroomError):
    code, http_status, exit_status = "questions_open", 409, 3
    default_advice = "Answer the questions by asking again with the missing details."


class NotFound(CuttingroomError):
    code, http_status, exit_status = "not_found", 404, 2


class Conflict(CuttingroomError):
    code, http_status, exit_status = "conflict", 409, 2


class MoveRefused(Conflict):
    code = "move_refused"


class StalePlan(Conflict):
    code = "stale_plan"
    default_advice = "Ask again: the plan will be made for the timeline as it is now."


class DependentEvents(Conflict):
    code = "dependent_events"
    default_advice = "Undo the later events first, or restore an earlier version."


class KeyReused(Conflict):
    code, http_status = "key_reused", 422
    default_advice = "Use a new idempotency key for a different request."


class DuplicateEffect(Conflict):
    code = "duplicate_effect"
    default_advice = "Nothing to do: the first attempt has taken effect."


class ProviderError(CuttingroomError):
    """`detail["provider"]` names it."""

    code, http_status, exit_status = "provider_error", 502, 4


class ProviderBusy(ProviderError):
    code, http_status = "provider_busy", 503
    default_advice = "Wait a little and retry the run."


class ProviderRefused(ProviderError):
    code = "provider_refused"
    default_advice = "Change the request, or choose another provider."


class ProviderBroken(ProviderError):
    code = "provider_broken"
    default_advice = "Check the provider's address and model with `cuttingroom doctor`, then retry the run."


class ProviderMissing(ProviderError):
    code, http_status = "provider_missing", 501
    default_advice = "Run `cuttingroom doctor` to see which providers work and how to configure one."


class CostCapReached(ProviderError):
    code, http_status = "cost_cap_reached", 402
    default_advice = "Raise CUTTINGROOM_COST_CAP_USD if the run may spend more."


class MediaFailed(CuttingroomError):
    code, exit_status = "media_failed", 4
    default_advice = "Run `cuttingroom verify FILE` on the source; if it is sound, retry the run."


class CacheDamaged(MediaFailed):
    """A cached file is not what was written; it can be made again. `detail["key"]` names it."""

    code = "cache_damaged"
    default_advice = "Render again: what is damaged is made anew. `cuttingroom cache verify` checks all."


class StorageFailed(CuttingroomError):
    code, http_status, exit_status = "storage_failed", 507, 5
    default_advice = (
        "Free some space or bring the database back; the run resumes by itself, "
        "or with `cuttingroom run retry`."
    )


class LedgerBroken(CuttingroomError):
    code, exit_status = "ledger_broken", 5
    default_advice = "Restore the database from a backup; the named event and all after it are in doubt."


class InternalError(CuttingroomError):
    code = "internal"
    default_advice = "This is a defect of the program; the log file in CUTTINGROOM_HOME has the details."


class Canceled(CuttingroomError):
    code, http_status, exit_status = "canceled", 409, 130


def find_error_class(code: str) -> type[CuttingroomError] | None:
    """The class of errors that carries this code."""
    waiting: list[type[CuttingroomError]] = [CuttingroomError]
    while waiting:
        kind = waiting.pop()
        if kind.code == code:
            return kind
        waiting.extend(kind.__subclasses__())
    return None
