"""The questions asked about a finished file. Every answer says what was measured and what was expected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from cuttingroom.core.time import (
    TICKS_PER_SECOND,
    TimeRange,
    format_ticks,
    invert_ranges,
    merge_ranges,
    ticks_to_seconds,
)
from cuttingroom.media.analyze.loudness import SILENCE_LUFS
from cuttingroom.media.probe import MediaFacts
from cuttingroom.media.render.sound.levels import match_sound
from cuttingroom.media.render.verification.decode import Heard
from cuttingroom.media.render.verification.expectation import Expectation
from cuttingroom.media.render.verification.film import FilmScan
from cuttingroom.media.suspects import has_index_in_front

_CHAPTER_SLACK_TICKS = TICKS_PER_SECOND // 1000
"""Containers count chapters in thousandths of a second."""
_IN_STEP_TICKS = TICKS_PER_SECOND * 40 // 1000
_MOST_PRIMING_SAMPLES = 2048
_PADDING_TICKS = 3 * 1152 * TICKS_PER_SECOND // 48_000
"""Three packets of MP3, the longest: one of delay, one of priming and one that is filled up."""
_MOST_LAG_MS = 40
_MOST_GAIN_DB = 3.0
_MOST_TRUE_PEAK = 1.0
_LOUDEST_LUFS = -9.0
_LOUDNESS_SLACK_LU = 1.0
"""EBU R 128: where the target of 0.5 LU either way is not practicable."""
_PEAK_SLACK_DB = 0.3
"""How far two meters of true peaks may differ (EBU Tech 3341: +0.2, -0.4 dB)."""
_CODED_PEAK_SLACK_DB = 2.0
"""Coders with loss put peaks higher, by more at low bit rates (EBU Tech 3343)."""
_LOSSLESS = ("pcm", "flac")
_GIF_RATE_SLACK = 0.02
"""A GIF counts in hundredths of a second."""
_SLACK_TICKS = TICKS_PER_SECOND * 3 // 10
"""How far a stretch may reach beyond an allowed one: detectors see edges in different frames."""

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True)
class Check:
    """One question and its answer. Only a failed check of severity `error` fails the report."""

    name: str
    passed: bool
    severity: Severity
    measured: Any
    expected: Any
    message: str


def check(
    name: str, passed: bool, measured: Any, expected: Any, message: str, severity: Severity = "error"
) -> Check:
    return Check(name, passed, severity, measured, expected, message)


def _known(expected: object) -> Severity:
    return "error" if expected is not None else "warning"


def check_streams(facts: MediaFacts, expected: Expectation | None) -> Iterator[Check]:
    """Container, codecs, size, rate, number of pictures and length."""
    if expected is None:
        what = [*(v.codec for v in facts.video), *(a.codec for a in facts.audio)]
        message = "Streams: " + ", ".join(what) + "."
        yield check("streams", bool(what), what, "picture or sound", message, "info")
        return
    fits = facts.container == expected.container
    message = f"The container is {facts.container}."
    yield check("container", fits, facts.container, expected.container, message)
    codecs = [next((s.codec for s in streams), None) for streams in (facts.video, facts.audio)]
    wanted = [expected.codec, expected.audio_codec]
    message = f"Picture is {codecs[0] or 'absent'}, sound is {codecs[1] or 'absent'}."
    yield check("codecs", codecs == wanted, codecs, wanted, message)
    languages = tuple(s.language for s in facts.subtitles)
    if languages or expected.subtitles:
        message = f"Tracks of subtitles: {', '.join(languages) or 'none'}."
        yield check("subtitles", languages == expected.subtitles, languages, expected.subtitles, message)
    if expected.codec is not None:
        yield from _check_pictures(facts, expected)
    off = abs(facts.duration_ticks - expected.duration_ticks)
    allowed = max(_PADDING_TICKS, expected.step * expected.rate.frame_ticks)
    message = f"Lasts {format_ticks(facts.duration_ticks)}, {format_ticks(expected.duration_ticks)} expected."
    yield check("duration", off <= allowed, facts.duration_ticks, expected.duration_ticks, message)


def check_chapters(facts: MediaFacts, expected: Expectation | None) -> Iterator[Check]:
    """Whether the file has the chapters of the timeline, at their moments."""
    if expected is None or expected.chapters is None or not (expected.chapters or facts.chapters):
        return
    found = [(c.start_ticks, c.name) for c in facts.chapters]
    wanted = [(c.start_ticks, c.name) for c in expected.chapters]
    fits = len(found) == len(wanted) and all(
        name == other and abs(start - at) <= _CHAPTER_SLACK_TICKS
        for (start, name), (at, other) in zip(found, wanted, strict=True)
    )
    message = f"{len(found)} chapters, {'as' if fits else 'not as'} on the timeline."
    yield check("chapters", fits, found, wanted, message)


def _check_pictures(facts: MediaFacts, expected: Expectation) -> Iterator[Check]:
    video = facts.video[0] if facts.video else None
    size = f"{video.width}x{video.height}" if video else "no picture"
    wanted_size = f"{expected.width}x{expected.height}"
    yield check("size", size == wanted_size, size, wanted_size, f"The picture is {size}.")
    wanted = expected.rate.fraction / expected.step
    rate = video.rate.fraction if video and not video.is_variable else None
    slack = _GIF_RATE_SLACK if expected.codec == "gif" else 0
    fits = rate is not None and abs(rate / wanted - 1) <= slack
    name = str(rate) if rate is not None else "variable"
    yield check("rate", fits, name, str(wanted), f"The frame rate is {name}.")
    count = video.frame_count if video else 0
    message = f"{count} frames, {expected.pictures} expected."
    yield check("frame_count", count == expected.pictures, count, expected.pictures, message)


def check_packets(
    path: Path, facts: MediaFacts, scan: FilmScan, expected: Expectation | None
) -> Iterator[Check]:
    """Whether all packets are there, unchanged and where they should be."""
    used = {s.index for s in (*facts.video[:1], *facts.audio[:1])}
    bad = sum(scan.streams[i].unordered + scan.streams[i].corrupt for i in used)
    yield check("packets", bad == 0, bad, 0, f"{bad} packets are damaged or out of order.")
    if expected is not None:
        yield from _check_digests(facts, scan, expected)
    if facts.container.startswith("mov"):
        front = has_index_in_front(path)
        where = "in front" if front else "at the end: playing over a network starts late"
        yield check("index_in_front", front, front, True, f"The index is {where}.", _known(expected))
    if facts.video and facts.audio:
        yield from _check_together(facts, scan, expected)


def _check_digests(facts: MediaFacts, scan: FilmScan, expected: Expectation) -> Iterator[Check]:
    for name, wanted, streams in (
        ("picture", expected.picture_sha256, facts.video),
        ("sound", expected.sound_sha256, facts.audio),
    ):
        if not wanted:
            continue
        found = scan.digests[streams[0].index] if streams else None
        same = found == wanted
        message = f"The {name} is {'' if same else 'not '}what was rendered, byte for byte."
        yield check(f"{name}_unchanged", same, found, wanted, message)


def _check_together(facts: MediaFacts, scan: FilmScan, expected: Expectation | None) -> Iterator[Check]:
    indexes = (facts.video[0].index, facts.audio[0].index)
    video, audio = (scan.streams[i].extent(scan.time_bases[i], 0) for i in indexes)
    rate = facts.audio[0].sample_rate
    priming = _MOST_PRIMING_SAMPLES * TICKS_PER_SECOND // rate if rate else 0
    gap = audio[0] - video[0] if audio[0] > video[0] else max(0, video[0] - audio[0] - priming)
    message = f"Picture and sound begin {ticks_to_seconds(gap) * 1000:.0f} ms apart."
    yield check("starts_together", gap <= _IN_STEP_TICKS, gap, 0, message, _known(expected))
    apart = abs(sum(audio) - sum(video))
    message = f"Picture and sound end {ticks_to_seconds(apart) * 1000:.0f} ms apart."
    limit = _IN_STEP_TICKS * 2
    yield check("ends_together", apart <= limit, apart, 0, message, _known(expected))


def check_stretches(name: str, found: Sequence[TimeRange], allowed: tuple[TimeRange, ...] | None) -> Check:
    """Whether `found` (black, frozen or silent) lies where it is meant; with None any is surprising."""
    surprising = list(found) if allowed is None else _outside(found, allowed)
    where = ", ".join(str(r) for r in surprising[:5])
    wrong = f"{name.capitalize()} at {where}." if allowed is None else f"Unexpectedly {name} at {where}."
    message = wrong if surprising else f"Nothing {'' if allowed is None else 'unexpectedly '}{name}."
    measured = [[r.start_ticks, r.end_ticks] for r in surprising]
    return check(f"not_{name}", not surprising, measured, [], message, _known(allowed))


def _outside(found: Iterable[TimeRange], allowed: Sequence[TimeRange]) -> list[TimeRange]:
    """The parts of `found` that no allowed stretch, widened a little, covers."""
    wide = merge_ranges(
        [TimeRange.between(max(0, r.start_ticks - _SLACK_TICKS), r.end_ticks + _SLACK_TICKS) for r in allowed]
    )
    rest = [part for item in found for part in invert_ranges(list(wide), item)]
    return [r for r in rest if r.duration_ticks > _SLACK_TICKS]


def check_loudness(heard: Heard, expected: Expectation | None) -> Iterator[Check]:
    """Loudness and true peak, against what the profile promises where it does."""
    loud = heard.loudness
    target = expected.loudness_lufs if expected is not None else None
    message = f"{loud.integrated_lufs:.1f} LUFS, range {loud.range_lu:.1f} LU."
    if target is None:
        fits = loud.integrated_lufs <= _LOUDEST_LUFS
        yield check(
            "loudness", fits, loud.integrated_lufs, f"at most {_LOUDEST_LUFS} LUFS", message, "warning"
        )
    else:
        off = loud.integrated_lufs - target
        # too quiet is no fault of the render: loud peaks may leave no room for more
        severity: Severity = "error" if off > 0 or loud.integrated_lufs <= SILENCE_LUFS else "warning"
        wanted = f"{target:.1f} LUFS, {_LOUDNESS_SLACK_LU:.0f} LU either way"
        fits = abs(off) <= _LOUDNESS_SLACK_LU
        yield check(
            "loudness", fits, loud.integrated_lufs, wanted, f"{message} Meant: {target:.1f}.", severity
        )
    limit = _highest_peak(expected)
    message = f"True peak {loud.true_peak_dbtp:.1f} dBTP."
    fits = loud.true_peak_dbtp <= limit
    yield check("true_peak", fits, loud.true_peak_dbtp, f"at most {limit:.1f} dBTP", message)


def _highest_peak(expected: Expectation | None) -> float:
    if expected is None or expected.peak_dbtp is None:
        return _MOST_TRUE_PEAK
    is_exact = (expected.audio_codec or "").startswith(_LOSSLESS)
    return expected.peak_dbtp + (_PEAK_SLACK_DB if is_exact else _CODED_PEAK_SLACK_DB)


def check_sound(heard: Heard, expected: Expectation) -> Iterator[Check]:
    """Whether the mix is to be found in the sound: at its time, at its level."""
    match = match_sound(expected.sound, heard.levels)
    if match is None:
        return
    late = "late" if match.lag_ms > 0 else "early"
    message = f"The sound is {abs(match.lag_ms)} ms {late}." if match.lag_ms else "The sound is in step."
    yield check("sound_in_step", abs(match.lag_ms) <= _MOST_LAG_MS, match.lag_ms, 0, message)
    message = f"The sound is {match.gain_db:+.1f} dB against the mix."
    yield check("sound_level", abs(match.gain_db) <= _MOST_GAIN_DB, round(match.gain_db, 1), 0, message)
