"""One small change after a whole render: what it costs, against all of it and against the changed span alone.

Times of ours are those inside `render`, in a new process with a full cache; starting Python is left out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from benchmarks.measure import Figure
from benchmarks.render.edits import list_takes
from benchmarks.render.ours import Made
from benchmarks.render.scene import Scene, figure, get_scene
from benchmarks.render.size import Size
from benchmarks.render.spending import Spent, spend
from cuttingroom.core.time import TimeRange
from cuttingroom.timeline.edits.remove_ranges import RemoveRanges
from cuttingroom.timeline.edits.set_volume import SetVolume
from cuttingroom.timeline.model import CaptionSource, Timeline

SPAN_FACTOR, ASSEMBLY_SECONDS = 1.5, 0.5
CUT_FRAMES = 12


def run(size: Size) -> list[Figure]:
    scene = get_scene(size)
    whole = scene.rendered
    figures: list[Figure] = []
    for name, changed in (
        ("one caption changed", _other_caption(scene)),
        ("one cut more", _another_cut(scene)),
        ("one volume changed", _other_volume(scene)),
    ):
        made = scene.studio.render(changed, scene.profile)
        _tell(name, made)
        figures += _figures(scene, f"{name}, {scene.name}", changed, made, whole)
    return figures


def _figures(scene: Scene, name: str, changed: Timeline, made: Made, whole: Made) -> Iterator[Figure]:
    yield figure(name, "s", made.seconds, whole.seconds, "our whole render")
    assembly = made.phases["joining"] + made.phases["rendered"]
    if made.facts["encoded_frames"]:
        alone, peer = _span_by_hand(scene, changed, made), "the span encoded by hand"
    else:
        out = scene.studio.folder / "sound_again.mp4"
        alone = spend(scene.desk.sound_again(changed, whole.out, out))
        peer = "all sound mixed by hand, pictures copied"
    aim = SPAN_FACTOR * alone.wall + ASSEMBLY_SECONDS
    yield figure(name, "s", made.seconds, alone.wall, peer, aim)
    yield figure(f"{name}, processor time with Python's start", "s", made.spent.cpu, alone.cpu, peer)
    yield figure(f"{name}, assembly alone", "s", assembly, None, "", ASSEMBLY_SECONDS)
    frames = made.facts["encoded_frames"]
    yield figure(f"{name}, frames encoded", "frames", frames, whole.facts["frame_count"], "all frames")


def _span_by_hand(scene: Scene, changed: Timeline, made: Made) -> Spent:
    """The frames that we encoded anew, by hand."""
    rate, total = changed.rate, Spent(0, 0, 0)
    for n, (start, end) in enumerate(made.facts["fresh"]):
        out = scene.studio.folder / f"span_{n}.mp4"
        total += spend(scene.desk.stretch(changed, rate.frames(start), rate.frames(end), out))
    return total


def _tell(name: str, made: Made) -> None:
    parts = ", ".join(f"{part} {seconds:.2f} s" for part, seconds in made.phases.items())
    chunks = f"{made.facts['made_sound_chunks']} of {made.facts['sound_chunks']} chunks of sound"
    print(f"{name}: {parts}; {made.facts['encoded_frames']} frames, {chunks}", file=sys.stderr)


def _other_caption(scene: Scene) -> Timeline:
    track = next(t for t in scene.timeline.tracks if t.id == "captions")
    number = len(track.elements) * 2 // 3
    element = track.elements[number]
    assert isinstance(element.source, CaptionSource)
    source = element.source.model_copy(update={"text": "These words are new"})
    other = element.model_copy(update={"source": source})
    elements = (*track.elements[:number], other, *track.elements[number + 1 :])
    return scene.timeline.with_track(track.with_elements(elements))


def _another_cut(scene: Scene) -> Timeline:
    """Some frames less in the middle of a piece that nothing fades."""
    takes = list_takes(scene.timeline)
    take = next(t for n, t in enumerate(takes) if n > len(takes) // 2 + 1 or n == len(takes) - 1)
    rate, first = scene.timeline.rate, take.at + take.frames // 2
    cut = TimeRange.between(rate.ticks(first), rate.ticks(first + CUT_FRAMES))
    return RemoveRanges(ranges=(cut,)).apply(scene.timeline)


def _other_volume(scene: Scene) -> Timeline:
    pieces = scene.timeline.tracks[0].elements
    return SetVolume(element_ids=(pieces[-2].id,), change_db=-3.0).apply(scene.timeline)
