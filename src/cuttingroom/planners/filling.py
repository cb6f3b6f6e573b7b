"""Fills in what a model leaves out of a compound call, by the choices that the rules make too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cuttingroom.core.errors import InvalidInput
from cuttingroom.planners.base import PlanContext
from cuttingroom.planners.json_values import is_array, is_object
from cuttingroom.planners.spoken import (
    Choice,
    Talk,
    choose_about,
    choose_beats,
    choose_breaths,
    choose_chapters,
    choose_fillers,
    choose_repeats,
    choose_words,
)
from cuttingroom.planners.tightening import choose_tight

_FOUND: dict[str, str] = {
    "remove_spoken": "parts",
    "keep_spoken": "parts",
    "tighten": "parts",
    "cut_to_beat": "beats",
    "add_chapters": "chapters",
}
"""For each compound tool the field that is found when it is left out."""


def fill_compound(call: Mapping[str, Any], context: PlanContext) -> dict[str, Any]:
    """The call with what it leaves out, as found on the timeline of `context`; others as they are.

    Raises InvalidInput with the reason when nothing can be found.
    """
    field = _FOUND.get(str(call.get("tool")))
    if field is None or call.get(field):
        return dict(call)
    if call["tool"] == "add_chapters":
        chapters = choose_chapters(Talk(context, context.timeline))
        return {**call, "chapters": [{"at_ticks": at, "name": name} for at, name in chapters]}
    choice = _CHOICES[call["tool"]](call, context)
    found = choice.edit.model_dump(mode="json", include={"parts", "beats", "scenes"})
    return {**call, **found}


def _remove(call: Mapping[str, Any], context: PlanContext) -> Choice:
    talk = Talk(context, context.timeline)
    kinds: dict[str, Callable[[], Choice]] = {
        "fillers": lambda: choose_fillers(talk),
        "repeats": lambda: choose_repeats(talk),
        "breaths": lambda: choose_breaths(talk),
        "words": lambda: choose_words(talk, _phrases(call)),
    }
    kind = call.get("kind")
    if not isinstance(kind, str) or kind not in kinds:
        raise InvalidInput(f"remove_spoken: kind is one of {', '.join(kinds)}.", field="kind")
    return kinds[kind]()


def _phrases(call: Mapping[str, Any]) -> list[str]:
    given = call.get("phrases")
    if not is_array(given) or not given:
        raise InvalidInput("remove_spoken: `phrases` says which words go.", field="phrases")
    return [str(phrase)[:300] for phrase in given]


def _keep(call: Mapping[str, Any], context: PlanContext) -> Choice:
    about = call.get("about")
    if not isinstance(about, str) or not about.strip():
        raise InvalidInput("keep_spoken: give `about` or `parts`.", field="about")
    return choose_about(Talk(context, context.timeline), about[:300])


def _tighten(call: Mapping[str, Any], context: PlanContext) -> Choice:
    target = call.get("target_ticks")
    if not isinstance(target, int) or target <= 0:
        raise InvalidInput("tighten: `target_seconds` says how long it may last.", field="target_ticks")
    return choose_tight(Talk(context, context.timeline), target)


def _beats(call: Mapping[str, Any], context: PlanContext) -> Choice:
    media = call.get("media")
    named = media.get("artifact_id") if is_object(media) else None
    song = next((m for m in context.media if m.artifact_id == named), None)
    if song is None:
        raise InvalidInput(f"There is no file {str(named)[:60]!r} in this project.", field="media")
    per_clip = call.get("beats_per_clip")
    return choose_beats(context, context.timeline, song, per_clip if isinstance(per_clip, int) else None)


_CHOICES: dict[str, Callable[[Mapping[str, Any], PlanContext], Choice]] = {
    "remove_spoken": _remove,
    "keep_spoken": _keep,
    "tighten": _tighten,
    "cut_to_beat": _beats,
}
