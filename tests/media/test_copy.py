"""Which pictures of a source may be taken as they are, when they are shown, and their packets."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from cuttingroom.core.errors import Canceled, MediaFailed
from cuttingroom.core.hashing import hash_file
from cuttingroom.core.time import TICKS_PER_SECOND, Rate
from cuttingroom.media import ffmpeg
from cuttingroom.media.probe import probe
from cuttingroom.media.render.cache import INDEXES, RenderCache
from cuttingroom.media.render.copies.copying import PacketReader, copy_range, fingerprint, read_packets
from cuttingroom.media.render.copies.index import SourceIndex, build_index, frame_at, load_index, shown_run
from media_factory import convert, make_video, tone


def x264(parameters: str) -> dict[str, str]:
    return {"preset": "ultrafast", "crf": "20", "x264-params": f"scenecut=0:{parameters}"}


def index_of(path: Path) -> SourceIndex:
    return build_index(path, probe(path))


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """120 frames with B-frames, in groups of 40."""
    path = tmp_path_factory.mktemp("plain") / "plain.mp4"
    options = x264("keyint=40:bframes=3:b-pyramid=normal:b-adapt=0")
    return make_video(path, frames=120, bt709=True, sound=tone(4), options=options)


def test_an_index_knows_times_groups_and_prefixes(plain: Path):
    index = index_of(plain)
    assert index.refusal == ""
    assert index.frames == 120
    assert list(index.starts) == list(index.closed) == [0, 40, 80]
    assert index.delay == 2
    assert [Fraction(int(t)) * index.time_base for t in index.times] == [Fraction(n, 30) for n in range(120)]
    assert sorted(index.ranks) == list(range(120))
    for point in np.flatnonzero(index.clean):
        assert set(index.ranks[:point]) == set(range(point))


def test_a_copy_begins_with_a_group_and_ends_where_nothing_is_missing(plain: Path):
    index = index_of(plain)
    found = copy_range(index, 7, 103)
    assert found is not None
    first, end = found
    assert (first, index.clean[end]) == (40, True)
    assert 100 <= end <= 103
    assert copy_range(index, 40, 80) == (40, 80)
    assert copy_range(index, 0, 500) == (0, 120)


@pytest.mark.parametrize(("first", "end"), [(41, 79), (70, 85), (81, 120), (119, 120), (40, 40)])
def test_a_copy_is_not_worth_it_without_a_whole_start(plain: Path, first: int, end: int):
    assert copy_range(index_of(plain), first, end) is None


def test_an_index_is_read_from_the_cache_and_made_anew_when_damaged(plain: Path, tmp_path: Path):
    cache, sha256, facts = RenderCache(tmp_path, 10**9), hash_file(plain), probe(plain)
    made = load_index(plain, sha256, facts, cache)
    (stored,) = cache.entries()
    assert stored.kind == INDEXES
    found = load_index(tmp_path / "nowhere.mp4", sha256, facts, cache)
    assert (found.extradata, found.rate, found.time_base) == (made.extradata, made.rate, made.time_base)
    for name in ("times", "ranks", "starts", "closed", "clean"):
        assert (getattr(found, name) == getattr(made, name)).all()
    whole = stored.path.read_bytes()
    for damaged in (whole[:-200], b"", whole.replace(made.ranks.tobytes(), made.ranks[::-1].tobytes())):
        assert damaged != whole
        stored.path.write_bytes(damaged)
        assert list(load_index(plain, sha256, facts, cache).ranks) == list(made.ranks)


def test_reading_can_be_canceled(plain: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("cuttingroom.media.render.copies.index._ASK_SECONDS", 0)
    with pytest.raises(Canceled):
        build_index(plain, probe(plain), lambda: True)
    with pytest.raises(Canceled):
        list(read_packets(plain, index_of(plain), 40, 80, lambda: True))


def test_packets_are_those_of_the_range_with_ranks_from_its_start(plain: Path):
    packets = list(read_packets(plain, index_of(plain), 40, 80))
    assert sorted(p.rank for p in packets) == list(range(40))
    assert [n for n, p in enumerate(packets) if p.is_key] == [0]
    again = list(read_packets(plain, index_of(plain), 40, 80))
    other = list(read_packets(plain, index_of(plain), 0, 40))
    assert fingerprint(p.data for p in packets) == fingerprint(p.data for p in again)
    assert fingerprint(p.data for p in packets) != fingerprint(p.data for p in other)


def test_a_file_that_changed_after_it_was_indexed_is_noticed(plain: Path, tmp_path: Path):
    index = index_of(plain)
    shorter = make_video(tmp_path / "other.mp4", frames=60, bt709=True, options=x264("keyint=40"))
    with pytest.raises(MediaFailed, match="no longer what it was"):
        list(read_packets(shorter, index, 40, 80))


def test_open_groups_and_gradual_refresh_are_copied_from_their_only_start(tmp_path: Path):
    for name, parameters in (("open", "open-gop=1:bframes=3"), ("refresh", "intra-refresh=1")):
        path = make_video(
            tmp_path / f"{name}.mp4", frames=120, bt709=True, options=x264(f"keyint=40:{parameters}")
        )
        index = index_of(path)
        assert list(index.closed) == [0]
        assert copy_range(index, 10, 120) is None
        found = copy_range(index, 0, 100)
        assert found is not None
        assert found[1] > 90


def test_other_codecs_have_starts_and_nothing_to_copy(tmp_path: Path):
    path = make_video(
        tmp_path / "a.webm", codec="libvpx-vp9", frames=50, options={"g": "20", "cpu-used": "8"}
    )
    index = index_of(path)
    assert list(index.starts) == [0, 20, 40]
    assert "VP9" in index.refusal
    assert copy_range(index, 0, 50) is None


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
@pytest.mark.parametrize("rate", [Fraction(30), Fraction(30000, 1001)])
def test_a_moment_shows_the_frame_that_ffmpeg_shows(plain: Path, tmp_path: Path, suffix: str, rate: Fraction):
    """Against the very filters of an encoded span, at moments on, beside and between the frames."""
    path = make_video(
        tmp_path / f"a.{suffix}", frames=60, rate=rate, sound=tone(2), options=x264("keyint=20:bframes=2")
    )
    facts, frame = probe(path), Rate.of(rate).frame_ticks
    index = build_index(path, facts)
    moments = [round(Fraction(n, 8) * frame) for n in range(-3, 8 * 56, 61)] + [
        frame // 2 * n for n in range(9)
    ]
    shown = _numbers(path, [facts.origin_ticks + m for m in moments], rate)
    for moment, numbers in zip(moments, shown, strict=True):
        assert [frame_at(index, moment + n * frame) for n in range(3)] == numbers
        found = shown_run(index, moment, 3)
        follows = numbers == [numbers[0], numbers[0] + 1, numbers[0] + 2]
        assert (found == (0, numbers[0], numbers[0] + 3)) == follows
        if found is not None:
            skipped, first, end = found
            assert list(range(first, end)) == numbers[skipped : skipped + end - first]
    assert shown_run(index, 57 * frame, 3) == (0, 57, 60)
    assert shown_run(index, 50 * frame, 40) == (0, 50, 60)
    assert shown_run(index, -4 * frame, 20) == (4, 0, 16)
    assert shown_run(index, 70 * frame, 5) is None


def _numbers(path: Path, moments: list[int], rate: Fraction) -> list[list[int]]:
    """Three frames from each moment on, as the timing steps of a span make them, by their hashes."""
    known = {h: n for n, h in enumerate(_hashes(path, []))}
    shown = []
    for moment in moments:
        steps = [
            f"settb=1/{TICKS_PER_SECOND}",
            f"setpts=PTS-{moment}",
            f"fps=fps={rate}:round=near:start_time=0",
            "trim=end_frame=3",
        ]
        shown.append([known[h] for h in _hashes(path, ["-vf", ",".join(steps)])])
    return shown


def _hashes(path: Path, filters: list[str]) -> list[str]:
    made = bytearray()
    given = ["-copyts", *ffmpeg.input_arguments(path), "-an", *filters, "-fps_mode", "passthrough"]
    ffmpeg.run([*given, "-f", "framemd5", "pipe:1"], on_data=made.extend)
    lines = [line for line in made.decode().splitlines() if not line.startswith("#")]
    return [line.split(",")[-1].strip() for line in lines]


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "ts"])
def test_an_open_source_is_read_in_any_order(plain: Path, tmp_path: Path, suffix: str):
    path = convert(plain, tmp_path / f"a.{suffix}", "-c", "copy")
    index = index_of(path)
    with PacketReader(path, index) as reader:
        for first, end in ((80, 120), (0, 40), (40, 80), (40, 120)):
            taken = [p.data for p in reader.read(first, end)]
            whole = [p.data for p in read_packets(path, index, 0, 120)]
            assert taken == whole[first:end]
