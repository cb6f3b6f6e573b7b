"""Place pictures otherwise in the frame: their size, place, turn, mirroring and crop."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from cuttingroom.core.ids import short_id
from cuttingroom.timeline.edits.base import Edit, name_all
from cuttingroom.timeline.edits.changing import with_each
from cuttingroom.timeline.edits.transforming import get_pictures, percent, with_transform
from cuttingroom.timeline.effects import Colour, Fit, Id, Region
from cuttingroom.timeline.effects import Transform as TransformEffect
from cuttingroom.timeline.model import Element, Timeline

_Cut = Annotated[float, Field(ge=0, lt=1)]
_FITS = {
    "fit": "whole",
    "fill": "filling its place",
    "blur": "before its own blurred picture",
    "stretch": "pulled to the shape of its place",
}
_CROPS = ("crop_left", "crop_top", "crop_right", "crop_bottom")


class Transform(Edit):
    """Crop, mirror, turn, size or place pictures; what is not named stays as it is.

    |   A   |   ->   |   A   |      with its picture at another place, size or angle
    """

    tool: Literal["transform"] = "transform"
    element_ids: Annotated[tuple[Id, ...], Field(min_length=1)]
    fit: Fit | None = None
    scale: Annotated[float, Field(gt=0, le=20)] | None = None
    x: Annotated[float, Field(ge=-2, le=3)] | None = None
    y: Annotated[float, Field(ge=-2, le=3)] | None = None
    rotation: Annotated[float, Field(ge=-360, le=360)] | None = None
    flip_horizontal: bool | None = None
    flip_vertical: bool | None = None
    crop_left: _Cut | None = None
    crop_top: _Cut | None = None
    crop_right: _Cut | None = None
    crop_bottom: _Cut | None = None
    box: Region | None = None
    background: Colour | None = None
    upright: bool | None = None
    reset: bool = False
    """Forget how the pictures stood before."""
    effect_id: Id = Field(default_factory=lambda: short_id("fx"))

    @model_validator(mode="after")
    def _says_something(self) -> "Transform":
        if not self._changes() and not self.reset:
            raise ValueError("say what to change: scale, x, y, rotation, a flip, a crop, fit ...")
        return self

    def check(self, before: Timeline) -> None:
        get_pictures(before, self.element_ids)

    def change(self, before: Timeline) -> Timeline:
        return with_each(before, self.element_ids, self._placed)

    def describe(self, before: Timeline) -> str:
        said = [text for name, text in self._texts().items() if name in self._changes()]
        crops = [f"{percent(c)} {n[5:]}" for n in _CROPS if (c := getattr(self, n))]
        said += [f"crop off {', '.join(crops)}"] if crops else []
        if self.reset:
            said.insert(0, "back to how it was")
        whole = ", ".join(said) or "crop nothing off"
        return f"Place {name_all(before, self.element_ids)}: {whole}"

    def targets(self, before: Timeline) -> tuple[str, ...]:
        return self.element_ids

    def _placed(self, element: Element) -> Element:
        return with_transform(element, self.effect_id, self._changes(), reset=self.reset)

    def _changes(self) -> dict[str, Any]:
        given = self.model_dump(exclude_none=True)
        return {name: given[name] for name in TransformEffect.model_fields if name in given}

    def _texts(self) -> dict[str, str]:
        flips = {True: "mirrored", False: "not mirrored"}
        return {
            "fit": _FITS.get(self.fit or "", ""),
            "scale": f"{percent(self.scale or 1)} of its size",
            "x": f"its middle {percent(self.x or 0)} from the left",
            "y": f"its middle {percent(self.y or 0)} from the top",
            "rotation": _describe_turn(self.rotation or 0),
            "flip_horizontal": f"{flips[bool(self.flip_horizontal)]} left to right",
            "flip_vertical": f"{flips[bool(self.flip_vertical)]} top to bottom",
            "box": "in another box",
            "background": f"on {self.background}",
            "upright": "turned as its file says" if self.upright else "as stored, without its file's turn",
        }  # fmt: skip


def _describe_turn(degrees: float) -> str:
    if not degrees:
        return "upright"
    return f"turned by {abs(degrees):g}° to the {'right' if degrees > 0 else 'left'}"
