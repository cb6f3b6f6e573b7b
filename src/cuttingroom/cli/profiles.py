"""`cuttingroom profiles`: what a render can come out as."""

from __future__ import annotations

from rich.text import Text

from cuttingroom.cli.output import JsonFlag, Output, plain_table
from cuttingroom.cli.session import read_settings
from cuttingroom.media.render.profiles import Profile, built_in_profiles, load_profiles


def profiles(is_json: JsonFlag = False) -> None:
    """List the profiles of renders, your own ones last. Raises InvalidInput for a file that is wrong."""
    output = Output.of(is_json)
    folder = read_settings().profiles_folder
    known = load_profiles(folder)
    table = plain_table("Profile", "What", "Size", "File", "Loudness")
    for name, profile in known.items():
        own = " (yours)" if name not in built_in_profiles() else ""
        table.add_row(f"{name}{own}", profile.title, _size(profile), _coders(profile), _loudness(profile))
    data = [
        {**p.model_dump(mode="json"), "is_own": p.name not in built_in_profiles()} for p in known.values()
    ]
    hint = f"Profiles of your own are TOML files in {folder}."
    output.give({"profiles": data, "folder": str(folder)}, table, Text(hint, "bright_black"))


def _size(profile: Profile) -> str:
    if profile.video is None:
        return ""
    if profile.exact:
        return f"{profile.width}x{profile.height}"
    limits = [f"{n} {what}" for n, what in ((profile.width, "wide"), (profile.height, "high")) if n]
    return f"at most {', '.join(limits)}" if limits else "as the timeline"


def _coders(profile: Profile) -> str:
    """Container and coders; the film that a GIF is made of is nobody's business."""
    codecs = [c.codec for c in (profile.video, profile.audio) if c is not None]
    return profile.container if profile.container == "gif" else f"{profile.container}: {', '.join(codecs)}"


def _loudness(profile: Profile) -> str:
    if profile.audio is None:
        return "no sound"
    target = profile.audio.loudness_lufs
    return "as mixed" if target is None else f"{target:g} LUFS"
