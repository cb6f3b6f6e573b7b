"""Is a rendered file what was meant? In full, or as far as the render changed anything.

What either depth does:

                                              quick   full
    container, streams, length, index           all    all
    packets: order, times, SHA-256              all    all
    sound: strict decoding, levels, loudness    all    all
    pictures: strict decoding, black, frozen    new    all
    texts looked for                            new    all

New is what this render encoded, and the joins beside it; of the other joins a few are looked at again. Quick
does not see what is wrong in pictures that came from the cache or from a source: their packets are proved to
be the very ones that were taken, not to be good ones. Neither depth compares pictures with the timeline,
other than for texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cuttingroom.core.errors import MediaFailed, MediaRefused
from cuttingroom.core.time import TimeRange, format_ticks
from cuttingroom.media.limits import DEFAULT_LIMITS, MediaLimits
from cuttingroom.media.probe import probe
from cuttingroom.media.render.verification.checks import (
    Check,
    check,
    check_chapters,
    check_loudness,
    check_packets,
    check_sound,
    check_streams,
    check_stretches,
)
from cuttingroom.media.render.verification.decode import Heard, Seen, decode_sound
from cuttingroom.media.render.verification.expectation import Expectation, expectation_of
from cuttingroom.media.render.verification.film import scan_film
from cuttingroom.media.render.verification.look import Depth, Look, TextSeen, choose_pictures

__all__ = ["Check", "Depth", "Expectation", "Report", "expectation_of", "verify"]

_LEAST_LIKENESS = 0.35
_SCAN_SHARE, _SOUND_SHARE = 0.1, 0.2
_PICTURE_SHARE = 1 - _SCAN_SHARE - _SOUND_SHARE


@dataclass(frozen=True)
class Report:
    """`decoded` are the stretches whose pictures were decoded: `frames` pictures of `all_frames`."""

    checks: tuple[Check, ...]
    depth: Depth = "full"
    decoded: tuple[TimeRange, ...] = ()
    frames: int = 0
    all_frames: int = 0

    @property
    def passed(self) -> bool:
        return all(c.passed or c.severity != "error" for c in self.checks)

    @property
    def failures(self) -> tuple[Check, ...]:
        return tuple(c for c in self.checks if not c.passed)

    def to_json(self) -> dict[str, Any]:
        ranges = [[r.start_ticks, r.end_ticks] for r in self.decoded]
        return {
            "passed": self.passed,
            "depth": self.depth,
            "decoded": {"frames": self.frames, "of": self.all_frames, "ranges": ranges},
            "checks": [asdict(c) for c in self.checks],
        }


def verify(
    path: Path,
    expected: Expectation | None = None,
    *,
    depth: Depth = "full",
    work: Path | None = None,
    report: Callable[[float], None] | None = None,
    is_canceled: Callable[[], bool] | None = None,
    limits: MediaLimits = DEFAULT_LIMITS,
) -> Report:
    """Hold a file against what is expected, as far as that is known. The module says what each depth does.

    Where nothing says which pictures are new, or nothing proves the others, all are decoded. A file that
    cannot be read fails its check; nothing is raised for that. `work` is a folder for small files and, with
    `quick`, for a copy of the packets that are decoded. Raises Canceled, StorageFailed and OSError.
    """
    try:
        facts = probe(path, limits, is_canceled=is_canceled)
        scan = scan_film(path, facts.video[0].index if facts.video else None, is_canceled, limits)
    except MediaRefused as error:
        reason = error.detail.get("reason")
        return Report((check("readable", False, reason, "a sound media file", error.message),), depth)
    checks = [check("readable", True, facts.container, "a media file", "The file can be read.")]
    checks += check_streams(facts, expected)
    checks += check_packets(path, facts, scan, expected)
    checks += check_chapters(facts, expected)
    with TemporaryDirectory(dir=work) as folder:
        parts = choose_pictures(scan, expected, depth)
        look = Look(path, facts, scan.pictures, expected, parts, Path(folder), is_canceled, limits)
        checks += _decode(look, report or (lambda _share: None))
    return Report(tuple(checks), depth, look.ranges, look.frames, look.all_frames)


def _decode(look: Look, report: Callable[[float], None]) -> Iterator[Check]:
    """Sound and pictures through their decoders, and what is said of them."""
    failures: list[str] = []
    report(_SCAN_SHARE)
    heard = _listen(look, lambda share: report(_SCAN_SHARE + _SOUND_SHARE * share), failures)
    before = _SCAN_SHARE + _SOUND_SHARE
    seen, texts = _watch(look, lambda share: report(before + _PICTURE_SHARE * share), failures)
    found = failures[0] if failures else "no errors"
    yield check("decodes", not failures, found, "no errors", failures[0] if failures else _describe(look))
    expected = look.expected
    if seen is not None:
        yield check_stretches("black", seen.black, expected.black if expected else None)
        yield check_stretches("frozen", seen.frozen, expected.frozen if expected else None)
    if heard is not None:
        yield check_stretches("silent", heard.silent, expected.silent if expected else None)
        yield from check_loudness(heard, expected)
        yield from check_sound(heard, expected) if expected is not None else ()
    if texts:
        yield _check_texts(look, texts)


def _listen(look: Look, report: Callable[[float], None], failures: list[str]) -> Heard | None:
    if not look.facts.audio:
        return None
    try:
        return decode_sound(
            look.path, look.facts, report=report, is_canceled=look.is_canceled, limits=look.limits
        )
    except MediaFailed as error:
        failures.append(error.message)
        return None


def _watch(
    look: Look, report: Callable[[float], None], failures: list[str]
) -> tuple[Seen | None, list[TextSeen]]:
    if not look.frames:
        return None, []
    try:
        seen, texts = look.decode(lambda frame: report(min(1.0, frame / look.frames)))
    except MediaFailed as error:
        failures.append(error.message)
        return None, []
    if look.expected is not None and seen.frames != look.frames:
        failures.append(f"{seen.frames} of {look.frames} pictures came out of the decoder.")
    return seen, texts


def _describe(look: Look) -> str:
    """What was decoded without an error."""
    of = f"{look.frames} of {look.all_frames}" if look.frames < look.all_frames else f"All {look.frames}"
    what = [f"{of} pictures"] if look.all_frames else []
    what += ["all sound" if what else "All sound"] if look.facts.audio else []
    return f"{' and '.join(what)} decode." if what else "Nothing to decode."


def _check_texts(look: Look, texts: list[TextSeen]) -> Check:
    missing = [t.spot for t in texts if t.likeness < _LEAST_LIKENESS]
    at = ", ".join(format_ticks(look.rate.ticks(s.frame)) for s in missing)
    message = f"Text is missing at {at}." if missing else f"{len(texts)} texts looked for and found."
    likeness = [round(t.likeness, 2) for t in texts]
    return check("texts_present", not missing, likeness, f"at least {_LEAST_LIKENESS}", message)
