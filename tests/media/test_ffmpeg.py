"""The process module: bounded, killable, and never fooled by names."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from cuttingroom.core.errors import Canceled, MediaFailed, StorageFailed
from cuttingroom.media import ffmpeg
from cuttingroom.media.limits import DEFAULT_LIMITS
from media_factory import make_video

ENDLESS = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=30", "-f", "null", "-"]


def no_children() -> bool:
    """Whether no ffmpeg of ours is left; a database server of other tests may be."""
    return not any("ffmpeg" in child.name() for child in psutil.Process().children(recursive=True))


def test_progress_ends_at_the_length_of_what_was_written(tmp_path: Path):
    seen: list[ffmpeg.Progress] = []
    path = make_video(tmp_path / "a.mp4", frames=60)
    outcome = ffmpeg.run([*ffmpeg.input_arguments(path), "-f", "null", "-"], on_progress=seen.append)
    assert outcome.progress.frame == 60
    assert seen[-1] == outcome.progress


def test_names_that_look_like_options_or_addresses_are_only_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    for name in ("-i.mp4", "http:x.mp4", "img_%03d.mp4", "a b'c;$(x).mp4", "file:concat|x.mp4"):
        path = make_video(tmp_path / "plain.mp4", frames=3).rename(tmp_path / name)
        outcome = ffmpeg.run([*ffmpeg.input_arguments(Path(path.name)), "-f", "null", "-"])
        assert outcome.progress.frame == 3, name


def test_a_failure_names_the_last_line_of_the_log(tmp_path: Path):
    (tmp_path / "a.mp4").write_bytes(b"nothing")
    with pytest.raises(MediaFailed, match="ffmpeg failed") as caught:
        ffmpeg.run([*ffmpeg.input_arguments(tmp_path / "a.mp4"), "-f", "null", "-"])
    assert caught.value.detail["exit_code"] > 0


def test_cancel_ends_the_whole_group_at_once():
    started = time.monotonic()
    with pytest.raises(Canceled):
        ffmpeg.run(ENDLESS, is_canceled=lambda: time.monotonic() - started > 0.3)
    assert no_children()


def test_an_error_in_a_callback_leaves_no_process():
    def fail(_: ffmpeg.Progress) -> None:
        raise KeyError("mine")

    with pytest.raises(KeyError):
        ffmpeg.run(ENDLESS, on_progress=fail)
    assert no_children()


def test_a_flood_on_the_log_neither_blocks_nor_fills_memory():
    noisy = [
        "-f",
        "lavfi",
        "-i",
        "testsrc2=s=32x32:r=30",
        "-frames:v",
        "20000",
        "-vf",
        "showinfo",
        "-f",
        "null",
        "-",
    ]
    lines = 0

    def count(_: str) -> None:
        nonlocal lines
        lines += 1

    outcome = ffmpeg.run(noisy, on_line=count)
    assert lines > 40_000
    assert len(outcome.log) <= 40


def test_a_process_that_does_nothing_is_stopped():
    waiting = ["-re", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=1/100", "-f", "null", "-"]
    with pytest.raises(MediaFailed, match="no progress"):
        ffmpeg.run(waiting, limits=replace(DEFAULT_LIMITS, stall_seconds=0.6))
    assert no_children()


def test_processor_time_file_size_and_memory_are_limited(tmp_path: Path):
    big = ["-f", "lavfi", "-i", "testsrc2=s=640x360:r=30", "-c:v", "rawvideo", "-f", "rawvideo"]
    with pytest.raises(MediaFailed, match="larger than"):
        ffmpeg.run(
            [*big, ffmpeg.output_argument(tmp_path / "a")], limits=replace(DEFAULT_LIMITS, output_bytes=2**20)
        )
    with pytest.raises(MediaFailed):
        ffmpeg.run(ENDLESS, limits=replace(DEFAULT_LIMITS, memory_bytes=120 * 2**20))
    hard = ["-f", "lavfi", "-i", "mandelbrot=s=1280x720", "-f", "null", "-"]
    with pytest.raises(MediaFailed, match="used more than 1 s of processor time") as spent:
        ffmpeg.run(hard, limits=replace(DEFAULT_LIMITS, cpu_seconds=1), on_line=lambda _: None)
    assert not ffmpeg.was_ended_from_outside(spent.value)
    assert no_children()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda s: s.name)
def test_an_end_from_outside_is_told_from_a_failure(number: signal.Signals):
    def end(_: ffmpeg.Progress) -> None:
        for child in psutil.Process().children():
            if "ffmpeg" in child.name():
                child.send_signal(number)

    with pytest.raises(MediaFailed, match=f"ended by {number.name}") as ended:
        ffmpeg.run(ENDLESS, on_progress=end, on_line=lambda _: None)
    assert ffmpeg.was_ended_from_outside(ended.value)


@pytest.mark.skipif(not os.access("/dev/full", os.W_OK), reason="needs /dev/full")
def test_a_full_disk_is_a_storage_failure():
    with pytest.raises(StorageFailed):
        ffmpeg.run(["-f", "lavfi", "-i", "testsrc2=s=640x360:d=2", "-f", "rawvideo", "file:/dev/full"])


@pytest.mark.skipif(sys.platform != "linux", reason="PDEATHSIG is Linux")
def test_ffmpeg_dies_with_the_program_that_started_it():
    program = f"""
        from cuttingroom.media import ffmpeg
        ffmpeg.run({ENDLESS!r}, on_progress=lambda p: print("going", flush=True))
    """
    parent = subprocess.Popen([sys.executable, "-c", textwrap.dedent(program)], stdout=subprocess.PIPE)
    assert parent.stdout
    parent.stdout.readline()
    [child] = psutil.Process(parent.pid).children()
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    gone, _ = psutil.wait_procs([child], timeout=10)
    assert gone


def test_seconds_are_written_without_rounding_surprises():
    assert ffmpeg.seconds_argument(705_600_000 * 3600 + 1) == "3600.000000"
    assert ffmpeg.seconds_argument(705_600_000 // 3) == "0.333333"
    assert ffmpeg.seconds_argument(-705_600_000) == "-1.000000"
