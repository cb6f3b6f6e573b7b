"""What a render comes out as: size, coders, container, loudness and how closely it is checked.

The built-in profiles are data (`profiles.toml`), and so are a person's own: TOML files of the same form in
the folder `profiles` under CUTTINGROOM_HOME. A file holds one profile, named by `name` or by the file, or
several, one table each. `extends` takes over what another profile says.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self, cast

from pydantic import Field, ValidationError, model_validator

from cuttingroom.core.errors import InvalidInput, NotFound
from cuttingroom.core.time import Frozen
from cuttingroom.media.render.coders import (
    CODERS,
    HOLDERS,
    WITH_ALPHA,
    AudioCodec,
    Container,
    VideoCodec,
)
from cuttingroom.timeline.model import TimelineSettings

PRIVATE_SPS_ID = 31
"""Our H.264 carries parameter sets under this id, which no common encoder uses (they use 0), so that it can
stand beside copied pictures under one description."""

_ADVICE = "docs/profiles.md lists the fields and what they may be."


class VideoCoding(Frozen):
    """`quality` is the encoder's constant quality (CRF, less is better); ProRes and DNxHR have none.

    `variant` is the encoder's own profile, such as `hq` for ProRes or `dnxhr_hq`; it decides the pixel
    format. What is left out is the codec's usual value.
    """

    codec: VideoCodec
    preset: str = ""
    quality: int | None = None
    variant: str = ""
    pixel_format: str = ""
    b_frames: Annotated[int, Field(ge=0, le=8)] = 2

    @model_validator(mode="before")
    @classmethod
    def _fill(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        given = cast(dict[str, Any], value)
        coder = CODERS.get(given.get("codec", ""))
        if coder is None:
            return given
        usual = {
            "preset": coder.preset,
            "quality": coder.quality,
            "pixel_format": coder.variants.get(str(given.get("variant")), coder.pixel_formats[0]),
        }
        return {**usual, **{name: v for name, v in given.items() if v not in ("", None)}}

    @model_validator(mode="after")
    def _fits_the_coder(self) -> Self:
        coder = CODERS[self.codec]
        if self.pixel_format.startswith(WITH_ALPHA):
            raise ValueError(
                f"pixel_format {self.pixel_format} has alpha; a timeline has a background and no transparency"
            )
        _require("preset", self.preset, coder.presets or ("",), self.codec)
        _require("variant", self.variant, tuple(coder.variants) or ("",), self.codec)
        formats = (coder.variants[self.variant],) if coder.variants else coder.pixel_formats
        _require("pixel_format", self.pixel_format, formats, f"{self.codec} {self.variant}".strip())
        if self.quality is None:
            return self
        if coder.qualities is None:
            raise ValueError(f"{self.codec} has no quality; its variant decides")
        best, worst = coder.qualities
        if not best <= self.quality <= worst:
            raise ValueError(f"quality of {self.codec} is {best} (best) to {worst}, not {self.quality}")
        return self


def _require(field: str, value: str, allowed: tuple[str, ...], of: str) -> None:
    if value not in allowed:
        known = ", ".join(a for a in allowed if a)
        raise ValueError(
            f"{field} of {of} is one of {known}, not {value!r}" if known else f"{of} has no {field}"
        )


class AudioCoding(Frozen):
    """`loudness_lufs` is the integrated loudness to bring the mix to (EBU R 128); None leaves it as mixed.

    `peak_dbtp` is the highest true peak, `kbps` the bit rate of what is coded with loss, `bits` the size of a
    sample of PCM and FLAC.
    """

    codec: AudioCodec
    kbps: Annotated[int, Field(ge=16, le=640)] | None = None
    bits: Literal[16, 24] = 24
    loudness_lufs: Annotated[float, Field(ge=-40, le=-5)] | None = None
    peak_dbtp: Annotated[float, Field(ge=-9, le=0)] = -1.0

    @model_validator(mode="after")
    def _has_a_rate(self) -> Self:
        lossy = self.codec in ("aac", "opus", "mp3")
        if lossy and self.kbps is None:
            raise ValueError(f"{self.codec} needs kbps, such as 192")
        if not lossy and self.kbps is not None:
            raise ValueError(f"{self.codec} keeps every sample and has no kbps")
        most = {"mp3": 320, "opus": 510}.get(self.codec, 640)
        if (self.kbps or 0) > most:
            raise ValueError(f"kbps of {self.codec} is at most {most}, not {self.kbps}")
        return self


class Profile(Frozen):
    """`width` and `height` bound the picture, in pixels; None keeps the timeline's. With `exact` the file has
    just that size, with bars where the shapes differ.

    `max_rate` is the most frames per second: a GIF is thinned to it, all else refuses faster timelines.
    `copies` lets pictures of fitting H.264 sources be taken as they are. `check` says how closely the
    finished file is checked: `quick` reads all packets, all sound, what is new and the joins; `full` decodes
    everything. `video` of a GIF is the film that it is made of.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    title: Annotated[str, Field(min_length=1, max_length=200)]
    container: Container
    video: VideoCoding | None = None
    audio: AudioCoding | None = None
    width: Annotated[int, Field(ge=16, le=8192, multiple_of=2)] | None = None
    height: Annotated[int, Field(ge=16, le=8192, multiple_of=2)] | None = None
    exact: bool = False
    max_rate: Annotated[int, Field(ge=1, le=240)] | None = None
    copies: bool = True
    check: Literal["quick", "full"] = "full"

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        holder = HOLDERS[self.container]
        if self.video and self.video.codec not in holder.video:
            raise ValueError(f"{self.container} holds {_list(holder.video)}, not {self.video.codec}")
        if self.audio and self.audio.codec not in holder.audio:
            raise ValueError(f"{self.container} holds {_list(holder.audio)}, not {self.audio.codec}")
        if (holder.video and not self.video) or (not holder.video and not self.audio):
            raise ValueError(f"{self.container} needs the table {'video' if holder.video else 'audio'}")
        if self.exact and not (self.width and self.height):
            raise ValueError("exact needs width and height")
        return self

    def frame_size(self, settings: TimelineSettings) -> tuple[int, int]:
        """Width and height in pixels. Always even, as halved colour needs."""
        if self.exact and self.width and self.height:
            return self.width, self.height
        shares = [
            Fraction(limit, size)
            for limit, size in ((self.width, settings.width), (self.height, settings.height))
            if limit is not None
        ]
        share = min([Fraction(1), *shares])
        return _even(settings.width * share), _even(settings.height * share)

    @property
    def suffix(self) -> str:
        """What the name of a file ends with, such as `.mp4`."""
        return f".{self.container}"

    @property
    def mime_type(self) -> str:
        return HOLDERS[self.container].mime_type


def _list(names: tuple[str, ...]) -> str:
    return " or ".join(names) or "nothing of the kind"


def _even(length: Fraction) -> int:
    rounded = round(length)
    return max(2, rounded + rounded % 2)


def get_profile(name: str, folder: Path | None = None) -> Profile:
    """The profile of that name. `folder` holds a person's own; it is read only when no built-in fits.

    Raises NotFound with near names, InvalidInput when a file in `folder` is wrong.
    """
    built_in = built_in_profiles()
    if name in built_in:
        return built_in[name]
    profiles = load_profiles(folder)
    if name in profiles:
        return profiles[name]
    near = get_close_matches(name, profiles, n=3, cutoff=0.5) or list(profiles)
    raise NotFound(
        f"There is no profile {name!r}.", advice=f"Use {', '.join(near)}, or write your own.", profile=name
    )


def load_profiles(folder: Path | None = None) -> Mapping[str, Profile]:
    """All profiles by name, the built-in ones first. `folder` holds a person's TOML files; it need not exist.

    Raises InvalidInput that names the file, the profile and the field.
    """
    known = dict(built_in_profiles())
    if folder is None or not folder.is_dir():
        return known
    entries: dict[str, _Entry] = {}
    for path in sorted(folder.glob("*.toml")):
        for entry in _read_file(path):
            if entry.name in built_in_profiles():
                raise InvalidInput(
                    f"{path.name}: {entry.name} is built in and cannot be replaced.",
                    advice=f'Give the profile another name and write extends = "{entry.name}".',
                )
            if entry.name in entries:
                raise InvalidInput(
                    f"The profile {entry.name} is in {entries[entry.name].file} and in {path.name}.",
                    advice="Rename one of them.",
                )
            entries[entry.name] = entry
    return known | {name: _make_profile(entry, known, entries) for name, entry in entries.items()}


@cache
def built_in_profiles() -> Mapping[str, Profile]:
    entries = {entry.name: entry for entry in _read_file(Path(__file__).with_name("profiles.toml"))}
    return {name: _make_profile(entry, {}, entries) for name, entry in entries.items()}


@dataclass(frozen=True)
class _Entry:
    """A profile as somebody wrote it."""

    file: str
    name: str
    values: Mapping[str, Any]


def _read_file(path: Path) -> list[_Entry]:
    """One profile when anything but tables stands at the top, else one for each table."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidInput(
            f"The profiles in {path.name} cannot be read: {error}", advice="Mend or remove the file."
        ) from error
    if all(isinstance(value, dict) for value in content.values()):
        return [_Entry(path.name, name, values) for name, values in content.items()]
    return [_Entry(path.name, str(content.pop("name", path.stem)), content)]


def _make_profile(entry: _Entry, known: Mapping[str, Profile], entries: Mapping[str, _Entry]) -> Profile:
    values = {**_written(entry, known, entries, ()), "name": entry.name}
    try:
        return Profile.model_validate(values)
    except ValidationError as error:
        raise _wrong(entry, error) from error


def _written(
    entry: _Entry, known: Mapping[str, Profile], entries: Mapping[str, _Entry], seen: tuple[str, ...]
) -> dict[str, Any]:
    """The fields of a profile with those that it takes over. `seen` are the profiles that extend it."""
    own: dict[str, Any] = {
        name: None if value is False and name in _CLEARED else value for name, value in entry.values.items()
    }
    if "extends" not in own:
        return own
    base_name = str(own.pop("extends"))
    if base_name in (*seen, entry.name):
        raise InvalidInput(f"{entry.file}: {entry.name} extends itself.", advice="Extend a built-in profile.")
    if base_name in known:
        base = known[base_name].model_dump()
    elif base_name in entries:
        base = _written(entries[base_name], known, entries, (*seen, entry.name))
    else:
        near = get_close_matches(base_name, [*known, *entries], n=3) or list(known)
        raise InvalidInput(
            f"{entry.file}: {entry.name} extends {base_name!r}, which does not exist.",
            advice=f"Use {', '.join(near)}.",
        )
    return {**base, **{name: _merge(base.get(name), value) for name, value in own.items()}}


_CLEARED = ("video", "audio", "width", "height", "max_rate")
"""`false` takes away what the extended profile says."""


def _merge(base: Any, own: Any) -> Any:
    """The fields of a `video` or `audio` table over those taken over; another codec starts afresh."""
    if not isinstance(base, dict) or not isinstance(own, dict) or "codec" in own:
        return own
    kept = {n: v for n, v in base.items() if not ("variant" in own and n == "pixel_format")}
    return {**kept, **own}


def _wrong(entry: _Entry, error: ValidationError) -> InvalidInput:
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"])
    what = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        fields = {
            **{n: n for n in Profile.model_fields},
            **{n: f"audio.{n}" for n in AudioCoding.model_fields},
            **{n: f"video.{n}" for n in VideoCoding.model_fields},
        }
        near = get_close_matches(str(first["loc"][-1]), fields, n=1)
        what = f"there is no such field{f'; did you mean {fields[near[0]]}?' if near else ''}"
    where = f"{entry.file}: profile {entry.name}" + (f", {field}" if field else "")
    return InvalidInput(f"{where}: {what}.".replace("..", "."), advice=_ADVICE, file=entry.file, field=field)
