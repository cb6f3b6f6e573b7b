"""Is a rendered file what was meant? Every check says what it measured and what it expected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import av
import av.error

from cuttingroom.core.errors import MediaFailed, MediaRefused
from cuttingroom.core.time import (
    TICKS_PER_SECOND,
    TimeRange,
    format_ticks,
    invert_ranges,
    merge_ranges,
    round_half_up,
    ticks_to_seconds,
)
from cuttingroom.media.analyze.loudness import Loudness
from cuttingroom.media.limits import DEFAULT_LIMITS, MediaLimits
from cuttingroom.media.packets import StreamScan
from cuttingroom.media.probe import MediaFacts, probe
from cuttingroom.media.render.decode import Decoded, decode_all
from cuttingroom.media.render.expectation import Expectation, TextSpot, expectation_of
from cuttingroom.media.render.levels import match_sound
from cuttingroom.media.render.seen import text_likeness
from cuttingroom.media.suspects import has_index_in_front

__all__ = ["Check", "Expectation", "Report", "expectation_of", "verify"]

_AAC_FRAME_TICKS = 1024 * TICKS_PER_SECOND // 48_000
_IN_STEP_TICKS = TICKS_PER_SECOND * 40 // 1000
_MOST_LAG_MS = 40
_MOST_GAIN_DB = 3.0
_MOST_TRUE_PEAK = 1.0
_LOUDEST_LUFS = -9.0
_LEAST_LIKENESS = 0.35
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


@dataclass(frozen=True)
class Report:
    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        return all(c.passed or c.severity != "error" for c in self.checks)

    @property
    def failures(self) -> tuple[Check, ...]:
        return tuple(c for c in self.checks if not c.passed)

    def to_json(self) -> dict[str, Any]:
        return {"passed": self.passed, "checks": [asdict(c) for c in self.checks]}


def verify(
    path: Path,
    expected: Expectation | None = None,
    *,
    work: Path | None = None,
    report: Callable[[float], None] | None = None,
    is_canceled: Callable[[], bool] | None = None,
    limits: MediaLimits = DEFAULT_LIMITS,
) -> Report:
    """Read, decode and measure a whole file and hold it against what is expected, as far as that is known.

    A file that cannot be read fails its check; nothing is raised for that. `work` is a folder for small
    files. Raises Canceled and StorageFailed.
    """
    try:
        facts = probe(path, limits, is_canceled=is_canceled)
    except MediaRefused as error:
        return Report(
            (_check("readable", False, error.detail.get("reason"), "a sound media file", error.message),)
        )
    checks = [_check("readable", True, facts.container, "a media file", "The file can be read.")]
    checks += _check_streams(facts, expected)
    checks += _check_packets(path, facts, expected)
    with TemporaryDirectory(dir=work) as folder:
        decoded, failure = _decode(path, facts, Path(folder), report, is_canceled, limits)
        checks.append(
            _check(
                "decodes",
                failure is None,
                failure or "no errors",
                "no errors",
                failure or "Every frame decodes.",
            )
        )
        if decoded is not None:
            checks += _check_spans(decoded, facts, expected)
            checks += _check_loudness(decoded, facts)
            checks += _check_sound(decoded, expected)
        if expected is not None and expected.texts and facts.video and failure is None:
            checks.append(_check_texts(path, facts, expected, Path(folder), limits))
    return Report(tuple(checks))


def _check(
    name: str, passed: bool, measured: Any, expected: Any, message: str, severity: Severity = "error"
) -> Check:
    return Check(name, passed, severity, measured, expected, message)


def _check_streams(facts: MediaFacts, expected: Expectation | None) -> Iterator[Check]:
    if expected is None:
        what = [*(v.codec for v in facts.video), *(a.codec for a in facts.audio)]
        yield _check(
            "streams", bool(what), what, "picture or sound", "Streams: " + ", ".join(what) + ".", "info"
        )
        return
    video = facts.video[0] if facts.video else None
    audio = facts.audio[0] if facts.audio else None
    codecs = [video.codec if video else None, audio.codec if audio else None]
    wanted = [expected.codec, expected.audio_codec]
    yield _check("codecs", codecs == wanted, codecs, wanted, f"Picture is {codecs[0]}, sound is {codecs[1]}.")
    size = f"{video.width}x{video.height}" if video else "no picture"
    wanted_size = f"{expected.width}x{expected.height}"
    yield _check("size", size == wanted_size, size, wanted_size, f"The picture is {size}.")
    rate = str(video.rate) if video and not video.is_variable else "variable"
    yield _check("rate", rate == str(expected.rate), rate, str(expected.rate), f"The frame rate is {rate}.")
    count = video.frame_count if video else 0
    message = f"{count} frames, {expected.frame_count} expected."
    yield _check("frame_count", count == expected.frame_count, count, expected.frame_count, message)
    off = abs(facts.duration_ticks - expected.duration_ticks)
    allowed = max(_AAC_FRAME_TICKS * 2, expected.rate.frame_ticks)
    message = f"Lasts {format_ticks(facts.duration_ticks)}, {format_ticks(expected.duration_ticks)} expected."
    yield _check("duration", off <= allowed, facts.duration_ticks, expected.duration_ticks, message)


def _check_packets(path: Path, facts: MediaFacts, expected: Expectation | None) -> Iterator[Check]:
    scans, bases = _scan(path)
    used = {s.index for s in (*facts.video[:1], *facts.audio[:1])}
    bad = sum(scans[i].unordered + scans[i].corrupt for i in used)
    yield _check("packets", bad == 0, bad, 0, f"{bad} packets are damaged or out of order.")
    if facts.container.startswith("mov"):
        severity: Severity = "error" if expected is not None else "warning"
        front = has_index_in_front(path)
        where = "in front" if front else "at the end: playing over a network starts late"
        yield _check("index_in_front", front, front, True, f"The index is {where}.", severity)
    if not facts.video or not facts.audio:
        return
    video, audio = (scans[s.index].extent(bases[s.index], 0) for s in (facts.video[0], facts.audio[0]))
    priming = facts.audio[0].sample_rate and 2048 * TICKS_PER_SECOND // facts.audio[0].sample_rate
    gap = max(0, audio[0] - video[0]) if audio[0] > video[0] else max(0, video[0] - audio[0] - priming)
    message = f"Picture and sound begin {ticks_to_seconds(gap) * 1000:.0f} ms apart."
    yield _check("starts_together", gap <= _IN_STEP_TICKS, gap, 0, message, _known(expected))
    apart = abs(sum(audio) - sum(video))
    message = f"Picture and sound end {ticks_to_seconds(apart) * 1000:.0f} ms apart."
    limit = _IN_STEP_TICKS * 2
    yield _check("ends_together", apart <= limit, apart, 0, message, _known(expected))


def _known(expected: object) -> Severity:
    return "error" if expected is not None else "warning"


def _scan(path: Path) -> tuple[dict[int, StreamScan], dict[int, Fraction]]:
    from cuttingroom.media.packets import scan_packets

    with av.open(str(path)) as container:
        bases = {s.index: Fraction(s.time_base or 1) for s in container.streams}
        return scan_packets(container), bases


def _decode(
    path: Path,
    facts: MediaFacts,
    folder: Path,
    report: Callable[[float], None] | None,
    is_canceled: Callable[[], bool] | None,
    limits: MediaLimits,
) -> tuple[Decoded | None, str | None]:
    try:
        return decode_all(path, facts, folder, report=report, is_canceled=is_canceled, limits=limits), None
    except MediaFailed as error:
        return None, error.message


def _check_spans(decoded: Decoded, facts: MediaFacts, expected: Expectation | None) -> Iterator[Check]:
    kinds: list[tuple[str, Sequence[TimeRange], tuple[TimeRange, ...] | None]] = [
        ("black", decoded.black, expected.black if expected else None),
        ("frozen", decoded.frozen, expected.frozen if expected else None),
        ("silent", decoded.silent, expected.silent if expected else None),
    ]
    for name, found, allowed in kinds:
        if (name == "silent" and not facts.audio) or (name != "silent" and not facts.video):
            continue
        surprising = list(found) if allowed is None else _outside(found, allowed)
        where = ", ".join(str(r) for r in surprising[:5])
        wrong = f"{name.capitalize()} at {where}." if allowed is None else f"Unexpectedly {name} at {where}."
        message = wrong if surprising else f"Nothing {'' if allowed is None else 'unexpectedly '}{name}."
        measured = [[r.start_ticks, r.end_ticks] for r in surprising]
        yield _check(f"not_{name}", not surprising, measured, [], message, _known(allowed))


def _outside(found: Iterable[TimeRange], allowed: Sequence[TimeRange]) -> list[TimeRange]:
    """The parts of `found` that no allowed stretch, widened a little, covers."""
    wide = merge_ranges(
        [TimeRange.between(max(0, r.start_ticks - _SLACK_TICKS), r.end_ticks + _SLACK_TICKS) for r in allowed]
    )
    rest = [part for item in found for part in invert_ranges(list(wide), item)]
    return [r for r in rest if r.duration_ticks > _SLACK_TICKS]


def _check_loudness(decoded: Decoded, facts: MediaFacts) -> Iterator[Check]:
    if not facts.audio:
        return
    loud: Loudness = decoded.loudness
    message = f"{loud.integrated_lufs:.1f} LUFS, range {loud.range_lu:.1f} LU."
    fits = loud.integrated_lufs <= _LOUDEST_LUFS
    yield _check("loudness", fits, loud.integrated_lufs, f"at most {_LOUDEST_LUFS} LUFS", message, "warning")
    message = f"True peak {loud.true_peak_dbtp:.1f} dBTP."
    limit = f"at most {_MOST_TRUE_PEAK} dBTP"
    yield _check("true_peak", loud.true_peak_dbtp <= _MOST_TRUE_PEAK, loud.true_peak_dbtp, limit, message)


def _check_sound(decoded: Decoded, expected: Expectation | None) -> Iterator[Check]:
    if expected is None or not expected.sound:
        return
    match = match_sound(expected.sound, decoded.levels)
    if match is None:
        return
    message = (
        f"The sound is {abs(match.lag_ms)} ms {'late' if match.lag_ms > 0 else 'early'}."
        if match.lag_ms
        else "The sound is in step."
    )
    yield _check("sound_in_step", abs(match.lag_ms) <= _MOST_LAG_MS, match.lag_ms, 0, message)
    message = f"The sound is {match.gain_db:+.1f} dB against the mix."
    yield _check("sound_level", abs(match.gain_db) <= _MOST_GAIN_DB, round(match.gain_db, 1), 0, message)


def _check_texts(
    path: Path, facts: MediaFacts, expected: Expectation, folder: Path, limits: MediaLimits
) -> Check:
    likeness = [round(_likeness(path, facts, expected, spot, folder, limits), 2) for spot in expected.texts]
    missing = [s for s, value in zip(expected.texts, likeness, strict=True) if value < _LEAST_LIKENESS]
    at = ", ".join(format_ticks(expected.rate.ticks(s.frame)) for s in missing)
    message = f"Text is missing at {at}." if missing else f"{len(likeness)} texts looked for and found."
    return _check("texts_present", not missing, likeness, f"at least {_LEAST_LIKENESS}", message)


def _likeness(
    path: Path, facts: MediaFacts, expected: Expectation, spot: TextSpot, folder: Path, limits: MediaLimits
) -> float:
    at = round_half_up(Fraction(2 * spot.frame + 1, 2) * expected.rate.frame_ticks)
    size = (expected.width, expected.height)
    return text_likeness(path, facts, at, spot.event, size, expected.rate, folder, limits)
