"""The edits, by name. One union gives the plan's schema, storage, HTTP, MCP and terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Union, cast

from pydantic import Field, TypeAdapter, ValidationError

from cuttingroom.core.errors import InvalidInput
from cuttingroom.timeline.edits.add_audio import AddAudio
from cuttingroom.timeline.edits.add_captions import AddCaptions
from cuttingroom.timeline.edits.add_card import AddCard
from cuttingroom.timeline.edits.add_chapters import AddChapters
from cuttingroom.timeline.edits.add_grain import AddGrain
from cuttingroom.timeline.edits.add_marker import AddMarker
from cuttingroom.timeline.edits.add_music import AddMusic
from cuttingroom.timeline.edits.add_overlay import AddOverlay
from cuttingroom.timeline.edits.add_shape import AddShape
from cuttingroom.timeline.edits.add_title import AddTitle
from cuttingroom.timeline.edits.add_track import AddTrack
from cuttingroom.timeline.edits.add_transition import AddTransition
from cuttingroom.timeline.edits.add_vignette import AddVignette
from cuttingroom.timeline.edits.adjust_colour import AdjustColour
from cuttingroom.timeline.edits.append import Append
from cuttingroom.timeline.edits.apply_lut import ApplyLut
from cuttingroom.timeline.edits.base import Edit
from cuttingroom.timeline.edits.black_out import BlackOut
from cuttingroom.timeline.edits.bleep_range import BleepRange
from cuttingroom.timeline.edits.chroma_key import ChromaKey
from cuttingroom.timeline.edits.close_gaps import CloseGaps
from cuttingroom.timeline.edits.cut_to_beat import CutToBeat
from cuttingroom.timeline.edits.denoise import Denoise
from cuttingroom.timeline.edits.duck import Duck
from cuttingroom.timeline.edits.duplicate import Duplicate
from cuttingroom.timeline.edits.edit_caption import EditCaption
from cuttingroom.timeline.edits.edit_title import EditTitle
from cuttingroom.timeline.edits.fade_in import FadeIn
from cuttingroom.timeline.edits.fade_out import FadeOut
from cuttingroom.timeline.edits.fit_duration import FitDuration
from cuttingroom.timeline.edits.freeze_frame import FreezeFrame
from cuttingroom.timeline.edits.hide_region import HideRegion
from cuttingroom.timeline.edits.import_captions import ImportCaptions
from cuttingroom.timeline.edits.insert import Insert
from cuttingroom.timeline.edits.keep_ranges import KeepRanges
from cuttingroom.timeline.edits.keep_spoken import KeepSpoken
from cuttingroom.timeline.edits.loop import Loop
from cuttingroom.timeline.edits.move import Move
from cuttingroom.timeline.edits.mute_range import MuteRange
from cuttingroom.timeline.edits.normalise_loudness import NormaliseLoudness
from cuttingroom.timeline.edits.overwrite import Overwrite
from cuttingroom.timeline.edits.pad_band import PadBand
from cuttingroom.timeline.edits.ramp_speed import RampSpeed
from cuttingroom.timeline.edits.reframe import Reframe
from cuttingroom.timeline.edits.remove import Remove
from cuttingroom.timeline.edits.remove_audio import RemoveAudio
from cuttingroom.timeline.edits.remove_captions import RemoveCaptions
from cuttingroom.timeline.edits.remove_duck import RemoveDuck
from cuttingroom.timeline.edits.remove_effects import RemoveEffects
from cuttingroom.timeline.edits.remove_markers import RemoveMarkers
from cuttingroom.timeline.edits.remove_ranges import RemoveRanges
from cuttingroom.timeline.edits.remove_silences import RemoveSilences
from cuttingroom.timeline.edits.remove_spoken import RemoveSpoken
from cuttingroom.timeline.edits.remove_transition import RemoveTransition
from cuttingroom.timeline.edits.reorder import Reorder
from cuttingroom.timeline.edits.replace_audio import ReplaceAudio
from cuttingroom.timeline.edits.restore import Restore
from cuttingroom.timeline.edits.reverse import Reverse
from cuttingroom.timeline.edits.ripple_remove import RippleRemove
from cuttingroom.timeline.edits.ripple_trim import RippleTrim
from cuttingroom.timeline.edits.set_envelope import SetEnvelope
from cuttingroom.timeline.edits.set_opacity import SetOpacity
from cuttingroom.timeline.edits.set_project import SetProject
from cuttingroom.timeline.edits.set_speed import SetSpeed
from cuttingroom.timeline.edits.set_volume import SetVolume
from cuttingroom.timeline.edits.side_by_side import SideBySide
from cuttingroom.timeline.edits.split import Split
from cuttingroom.timeline.edits.split_at import SplitAt
from cuttingroom.timeline.edits.style_captions import StyleCaptions
from cuttingroom.timeline.edits.take_back import TakeBack
from cuttingroom.timeline.edits.tighten import Tighten
from cuttingroom.timeline.edits.transform import Transform
from cuttingroom.timeline.edits.trim import Trim
from cuttingroom.timeline.edits.zoom import Zoom

PLANNED_EDITS: tuple[type[Edit], ...] = (
    Insert,
    Append,
    Overwrite,
    Duplicate,
    Split,
    SplitAt,
    Trim,
    RippleTrim,
    Remove,
    RippleRemove,
    RemoveRanges,
    KeepRanges,
    RemoveSilences,
    RemoveSpoken,
    KeepSpoken,
    Tighten,
    CutToBeat,
    Move,
    Reorder,
    CloseGaps,
    SetSpeed,
    RampSpeed,
    FitDuration,
    Reverse,
    Loop,
    FreezeFrame,
    SetVolume,
    MuteRange,
    BleepRange,
    SetEnvelope,
    Duck,
    RemoveDuck,
    NormaliseLoudness,
    Denoise,
    RemoveAudio,
    ReplaceAudio,
    AddAudio,
    FadeIn,
    FadeOut,
    AddTransition,
    RemoveTransition,
    AddTitle,
    EditTitle,
    AddShape,
    AddCaptions,
    StyleCaptions,
    EditCaption,
    ImportCaptions,
    RemoveCaptions,
    AddMusic,
    AddTrack,
    TakeBack,
    Transform,
    Reframe,
    Zoom,
    SetOpacity,
    AddOverlay,
    SideBySide,
    PadBand,
    SetProject,
    AddCard,
    AddMarker,
    AddChapters,
    RemoveMarkers,
    AdjustColour,
    ApplyLut,
    HideRegion,
    ChromaKey,
    BlackOut,
    AddVignette,
    AddGrain,
    RemoveEffects,
)
"""What people and planners may ask for."""

ALL_EDITS: tuple[type[Edit], ...] = (*PLANNED_EDITS, Restore)


def name_edits(edits: Iterable[type[Edit]]) -> dict[str, type[Edit]]:
    """The edits by their tool name. Raises ValueError when two share one."""
    named: dict[str, type[Edit]] = {}
    for edit in edits:
        name = edit.model_fields["tool"].default
        if name in named:
            raise ValueError(f"Two edits are called {name!r}: {named[name].__name__} and {edit.__name__}")
        named[name] = edit
    return named


EDITS_BY_NAME = name_edits(ALL_EDITS)

EditCall = Annotated[Union[ALL_EDITS], Field(discriminator="tool")]  # pyright: ignore[reportInvalidTypeForm] # noqa: UP007

_EDIT_CALL: TypeAdapter[Edit] = TypeAdapter(cast(Any, EditCall))


_RENAMED = {"crossfade": "add_transition"}
"""What older events and plans call edits that have another name now. Their fields mean what they meant."""


def is_edit(name: object) -> bool:
    """Whether a tool's name, of now or of earlier, is that of an edit."""
    return name in EDITS_BY_NAME or name in _RENAMED


def parse_edit(data: Mapping[str, Any]) -> Edit:
    """The edit that this JSON describes. Raises InvalidInput naming the tool, the field and the reason."""
    data = {**data, "tool": _RENAMED.get(str(data.get("tool")), data.get("tool"))}
    tool = data.get("tool")
    if not isinstance(tool, str) or tool not in EDITS_BY_NAME:
        raise InvalidInput(
            f"There is no edit called {tool[:60]!r}." if isinstance(tool, str) else "A tool's name is text.",
            advice=f"Use one of: {', '.join(sorted(EDITS_BY_NAME))}.",
            field="tool",
        )
    try:
        return _EDIT_CALL.validate_python(dict(data))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"][1:]) or "values"
        reason = first["msg"].removeprefix("Value error, ")
        raise InvalidInput(f"{tool}: {field}: {reason}.", field=field, tool=tool) from error
