"""Makes a call of a model complete: seconds to ticks, and facts about files from what is known, never from
the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cuttingroom.core.errors import InvalidInput
from cuttingroom.core.text import find_unstorable
from cuttingroom.planners.base import PlanContext
from cuttingroom.planners.filling import fill_compound
from cuttingroom.planners.json_values import is_array, is_object
from cuttingroom.planners.seconds import with_ticks
from cuttingroom.timeline.edits.add_captions import SourceTranscript
from cuttingroom.timeline.edits.remove_silences import SourceSilences
from cuttingroom.timeline.invariants import MAX_NAME
from cuttingroom.tools.catalog import PLANNED_TOOLS, name_of_tool

PLANNED_NAMES = frozenset(str(t.model_fields["tool"].default) for t in PLANNED_TOOLS)


def complete_call(call: Mapping[str, Any], context: PlanContext) -> dict[str, Any]:
    """The call with ticks and known facts in it.

    Raises InvalidInput for a tool that cannot be planned and for a file that is not in the context: what
    belongs to
    somebody else looks the same as what does not exist.
    """
    check_planned(call)
    complete = fill_compound(with_ticks(call), context)
    if complete["tool"] == "add_captions":
        complete["transcripts"] = [_transcript(s, context) for s in _sources(complete, "transcripts")]
    if complete["tool"] == "remove_silences":
        complete["silences"] = [_silences(s, context) for s in _sources(complete, "silences")]
    if complete["tool"] == "normalise_loudness":
        complete |= _loudness(complete, context)
    return with_known_files(complete, context)


def check_planned(call: Any) -> None:
    """Raise InvalidInput for what is no call, or a call of a tool that is not a planner's to propose."""
    unstorable = find_unstorable(call)
    if unstorable is not None or not is_object(call):
        raise InvalidInput(unstorable or "It is no object.")
    if name_of_tool(call) not in PLANNED_NAMES:
        known = ", ".join(sorted(PLANNED_NAMES))
        raise InvalidInput(
            f"A plan cannot use a tool {name_of_tool(call)!r}.", advice=f"The tools are: {known}."
        )


def with_known_files(call: Mapping[str, Any], context: PlanContext) -> dict[str, Any]:
    """A planned call whose `media`, `background` and `lut` say of their files what is stored about them.

    Raises InvalidInput for a file, in any place of the call, that is not in the context.
    """
    known = dict(call)
    for field in ("media", "background"):
        if is_object(given := call.get(field)):
            known[field] = _media(given, context)
    if is_object(lut := call.get("lut")):
        known["lut"] = _lut(lut, context)
    _check_files({n: v for n, v in known.items() if n != "back"}, _known_files(context))
    return {**known, **_taken_back(known, context)} if known["tool"] == "take_back" else known


def _taken_back(call: Mapping[str, Any], context: PlanContext) -> dict[str, Any]:
    """What the ledger knows of the change that is to be taken back."""
    found = next((c for c in context.history if c.event_id == call.get("event_id")), None)
    if found is None:
        named = str(call.get("event_id"))[:60]
        raise InvalidInput(f"There is no change {named!r} that could be taken back.", field="event_id")
    return {"back": dict(found.inverse), "title": found.title[:MAX_NAME]}


def _check_files(value: Any, known: set[str]) -> None:
    """Raise for any file in any place of the call that the context does not hold."""
    if is_array(value):
        for part in value:
            _check_files(part, known)
    elif is_object(value):
        for name, part in value.items():
            if name == "artifact_id" and not (isinstance(part, str) and part in known):
                raise _unknown_file(part)
            _check_files(part, known)


def _sources(call: Mapping[str, Any], field: str) -> list[str]:
    """The files that a call names, as ids or as objects with an id."""
    given = call.get(field)
    if not is_array(given):
        raise InvalidInput(f"{field} must be a list of files.", field=field)
    ids = [s.get("artifact_id") if is_object(s) else s for s in given]
    return [str(i) for i in dict.fromkeys(map(str, ids))]


def _media(media: Mapping[str, Any], context: PlanContext) -> dict[str, Any]:
    if set(media) == {"from_item"}:
        return dict(media)
    artifact_id = media.get("artifact_id")
    found = next((m for m in context.media if m.artifact_id == artifact_id), None)
    if found is None:
        raise _unknown_file(artifact_id)
    return found.model_dump(mode="json")


def _lut(lut: Mapping[str, Any], context: PlanContext) -> dict[str, Any]:
    found = next((x for x in context.luts if x.artifact_id == lut.get("artifact_id")), None)
    if found is None:
        raise _unknown_file(lut.get("artifact_id"))
    return found.model_dump(mode="json")


def _transcript(artifact_id: str, context: PlanContext) -> dict[str, Any]:
    transcript = context.transcripts.get(artifact_id)
    if transcript is None:
        raise _missing(artifact_id, "transcript", context)
    source = SourceTranscript(artifact_id=artifact_id, language=transcript.language, words=transcript.words)
    return source.model_dump(mode="json")


def _silences(artifact_id: str, context: PlanContext) -> dict[str, Any]:
    ranges = context.silences.get(artifact_id)
    if ranges is None:
        raise _missing(artifact_id, "list of silences", context)
    return SourceSilences(artifact_id=artifact_id, ranges=ranges).model_dump(mode="json")


def _loudness(call: Mapping[str, Any], context: PlanContext) -> dict[str, Any]:
    """What the call needs to know of the files, or of the mix, that it is about."""
    from cuttingroom.planners.loudness import measure_elements, measure_mix

    named = call.get("element_ids")
    ids = [str(i) for i in named] if is_array(named) else []
    if call.get("whole") is True:
        return {"mix_lufs": measure_mix(context.timeline, context.loudness), "measured": []}
    measured = measure_elements(context.timeline, ids, context.loudness)
    return {"measured": [m.model_dump(mode="json") for m in measured], "mix_lufs": None}


def _missing(artifact_id: str, what: str, context: PlanContext) -> InvalidInput:
    if artifact_id not in _known_files(context):
        return _unknown_file(artifact_id)
    return InvalidInput(f"There is no {what} of the file {artifact_id}.", field="artifact_id")


def _unknown_file(artifact_id: Any) -> InvalidInput:
    return InvalidInput(f"There is no file {str(artifact_id)[:60]!r} in this project.", field="artifact_id")


def _known_files(context: PlanContext) -> set[str]:
    played = {a for t in context.timeline.tracks for e in t.elements for a in e.artifact_ids}
    return played | {m.artifact_id for m in (*context.media, *context.luts)}
