"""The render cache: what is in use stays, what is old goes, and nobody makes the same thing twice."""

import fcntl
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from cuttingroom.core.errors import Canceled
from cuttingroom.media.probe import probe
from cuttingroom.media.render.cache import SEGMENTS, SOUND, RenderCache
from cuttingroom.media.render.cache_check import check_cache
from cuttingroom.media.render.facts import RenderFacts
from cuttingroom.media.render.parts import forget_parts
from cuttingroom.media.render.segment import read_segment, write_segment
from cuttingroom.media.render.verification.verify import Depth, expectation_of, verify
from media_factory import a_timeline, an_element, make_video, tone, video_track
from renders import FAST, render_to

KEYS = [f"{n:064x}" for n in range(1, 11)]


def fill(cache: RenderCache, count: int = 10, size: int = 1000) -> None:
    """`count` files, the first used longest ago."""
    for number, key in enumerate(KEYS[:count]):
        path = cache.put(SEGMENTS, key, lambda part: part.write_bytes(bytes(size)))
        os.utime(path, (1_000_000 + number, 1_000_000 + number))


def held(cache: RenderCache) -> set[str]:
    return {e.key for e in cache.entries()}


def test_the_least_recently_used_goes_first(tmp_path: Path):
    cache = RenderCache(tmp_path, 5000)
    fill(cache)
    cache.find(SEGMENTS, KEYS[0])
    assert cache.prune() == (6, 6000)
    assert held(cache) == {KEYS[0], *KEYS[7:]}


def test_a_cache_within_its_limit_loses_nothing(tmp_path: Path):
    cache = RenderCache(tmp_path, 10_000)
    fill(cache)
    assert cache.prune() == (0, 0)
    assert len(held(cache)) == 10


def test_what_a_running_render_needs_stays(tmp_path: Path):
    cache = RenderCache(tmp_path, 0)
    fill(cache)
    with cache.pin([(SEGMENTS, KEYS[2]), (SEGMENTS, KEYS[5])]):
        assert cache.stats().pinned_bytes == 2000
        cache.prune()
        assert held(cache) == {KEYS[2], KEYS[5]}
    cache.prune()
    assert held(cache) == set()


def test_what_a_render_finds_while_others_are_evicting_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    cache = RenderCache(tmp_path, 0)
    fill(cache)
    look = RenderCache._pinned

    def look_too_early(self: RenderCache) -> set[str]:
        pinned = look(self)
        cache.find(SEGMENTS, KEYS[3])
        return pinned

    monkeypatch.setattr(RenderCache, "_pinned", look_too_early)
    assert cache.prune() == (9, 9000)
    assert held(cache) == {KEYS[3]}


def test_a_pin_holds_also_when_somebody_looks_at_it_before_it_is_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    cache, calls, lock = RenderCache(tmp_path, 0), [], fcntl.flock

    def lock_late(handle: int, how: int) -> None:
        calls.append(handle)
        if len(calls) == 1:
            raise BlockingIOError
        lock(handle, how)

    monkeypatch.setattr("cuttingroom.media.render.cache.fcntl.flock", lock_late)
    fill(cache)
    with cache.pin([(SEGMENTS, KEYS[2])]):
        cache.prune()
        assert held(cache) == {KEYS[2]}


@pytest.mark.parametrize("kind", [SEGMENTS, SOUND])
def test_what_vanishes_before_it_is_joined_is_made_again(tmp_path: Path, kind: str):
    source = make_video(tmp_path / "a.mp4", frames=90, sound=tone(3))
    cache, lost = RenderCache(tmp_path / "cache", 10**10), []

    def lose_one(_share: float, note: str) -> None:
        if note == "Joining" and not lost:
            lost.append(next(e.path for e in cache.entries() if e.kind == kind))
            lost[0].unlink()

    timeline = a_timeline(video_track(an_element(probe(source), "a", at=0, take=(0, 90))))
    _, facts = render_to(tmp_path, timeline, {"a": source}, cache=cache, report=lose_one)
    assert facts.frame_count == 90
    assert lost[0].exists()


def test_a_cancel_is_heard_while_a_large_file_is_compared(tmp_path: Path):
    source = make_video(tmp_path / "a.mp4", frames=30)
    timeline = a_timeline(video_track(an_element(probe(source), "a", at=0, take=(0, 30))))
    asked: list[bool] = []
    with pytest.raises(Canceled):
        render_to(tmp_path, timeline, {"a": source}, is_canceled=lambda: not asked.append(True))
    assert len(asked) == 1
    assert not list((tmp_path / "cache" / "indexes").rglob("*"))


def test_a_pin_ends_with_its_process(tmp_path: Path):
    cache = RenderCache(tmp_path, 0)
    fill(cache, 3)
    program = (
        "import sys, time; from pathlib import Path; from cuttingroom.media.render.cache import RenderCache\n"
        f"with RenderCache(Path({str(tmp_path)!r}), 0).pin([('segments', {KEYS[1]!r})]):\n"
        "    print('pinned', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"pinned\n"
        cache.prune()
        assert held(cache) == {KEYS[1]}
        process.kill()
        process.wait()
    cache.prune()
    assert held(cache) == set()


def test_a_key_is_claimed_by_one_at_a_time_and_free_again_afterwards(tmp_path: Path):
    cache, other = RenderCache(tmp_path, 0), RenderCache(tmp_path, 0)
    with cache.claim(KEYS[:3]) as mine:
        assert mine == KEYS[:3]
        with other.claim(KEYS[2:5]) as theirs:
            assert theirs == KEYS[3:5]
    with other.claim(KEYS[:3]) as theirs:
        assert theirs == KEYS[:3]


def test_a_file_that_fails_half_way_has_no_key_and_leaves_nothing(tmp_path: Path):
    cache = RenderCache(tmp_path, 0)

    def fail(part: Path) -> None:
        part.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        cache.put(SOUND, KEYS[0], fail)
    assert held(cache) == set()
    assert list((tmp_path / "making").iterdir()) == []


def test_numbers_add_up(tmp_path: Path):
    cache = RenderCache(tmp_path, 123)
    fill(cache, 4)
    cache.put(SOUND, KEYS[9], lambda part: part.write_bytes(bytes(7)))
    stats = cache.stats()
    assert (stats.files[SEGMENTS], stats.files[SOUND], stats.size_bytes) == (4, 1, 4007)
    assert stats.limit_bytes == 123


def test_what_failed_its_checks_is_made_anew(tmp_path: Path):
    source = make_video(tmp_path / "a.mp4", frames=90, sound=tone(3))
    timeline = a_timeline(video_track(an_element(probe(source), "a", at=0, take=(0, 90))))
    cache = RenderCache(tmp_path / "cache", 10**10)

    def render_and_check(depth: Depth) -> tuple[RenderFacts, bool]:
        out, facts = render_to(tmp_path, timeline, {"a": source}, cache=cache)
        return facts, verify(out, expectation_of(timeline, facts.to_json(), FAST), depth=depth).passed

    render_and_check("quick")
    path = next(e.path for e in cache.entries() if e.kind == SEGMENTS)
    packets = list(read_segment(path).packets)
    packets[5] = replace(packets[5], data=packets[5].data[:4] + bytes(len(packets[5].data) - 4))
    write_segment(path, replace(read_segment(path), packets=tuple(packets)))  # wrong under a right checksum
    facts, passed = render_and_check("full")
    assert not passed
    assert check_cache(cache).damaged["indexes"] == 0
    assert forget_parts(cache, facts.picture_sha256, facts.sound_sha256) > 1
    facts, passed = render_and_check("full")
    assert passed
    assert facts.encoded_frames == 90
