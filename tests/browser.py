"""A real browser for tests: Chromium without a window, spoken to over a pipe, and a server for its pages.

Chromium is a system package. As a program, for `make test`, this installs it where it can, or says how.
"""

from __future__ import annotations

import fcntl
import functools
import http.server
import json
import os
import re
import select
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_HOW = (
    "No Chromium was found, and these tests play videos in it. Install it with `apt-get install chromium`"
    " (Debian, as root), or put a `chromium` or `google-chrome` on the PATH."
)
_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"),
    *("--remote-debugging-pipe", "--autoplay-policy=no-user-gesture-required", "--mute-audio"),
)
_LOADED = "new Promise(done => document.readyState == 'complete' ? done() : addEventListener('load', done))"
_ANSWER_SECONDS = 20
PLAYER = Path(__file__).with_name("player.html")
_COPY_ABOVE = 10
"""Chromium reads commands from descriptor 3 and answers on 4: ours must not be among them."""


def find_chromium() -> str | None:
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


class Page:
    """One tab. `run` gives the value of an expression, waited for when it is a promise."""

    def __init__(self, call: Callable[..., dict[str, Any]], session: str) -> None:
        self._call, self._session = call, session

    def open(self, url: str) -> None:
        self._call("Page.enable", self._session)
        self._call("Page.navigate", self._session, url=url)
        loaded = (
            "new Promise(done => document.readyState == 'complete' ? done() : addEventListener('load', done))"
        )
        self.run(f"location.href == {json.dumps(url)} ? {loaded} : Promise.reject('another page')")

    def run(self, script: str) -> Any:
        answer = self._call(
            "Runtime.evaluate", self._session, expression=script, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in answer:
            failure = answer["exceptionDetails"]
            raise AssertionError(failure.get("exception", {}).get("description") or json.dumps(failure))
        return answer["result"].get("value")


class Browser:
    """Chromium with a new profile of its own. Raises AssertionError with advice when there is none."""

    def __init__(self) -> None:
        program = find_chromium()
        assert program is not None, _HOW
        self._folder = Path(tempfile.mkdtemp(prefix="cuttingroom-browser-"))
        its_commands, self._commands = _pipe()
        self._answers, its_answers = _pipe()
        self._unread, self._last = b"", 0

        def give_pipes() -> None:
            os.dup2(its_commands, 3)
            os.dup2(its_answers, 4)

        self._log = (self._folder / "log").open("wb")
        self._process = subprocess.Popen(
            [program, *_FLAGS, f"--user-data-dir={self._folder / 'profile'}", "about:blank"],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            preexec_fn=give_pipes,
            close_fds=False,
            start_new_session=True,
        )
        os.close(its_commands)
        os.close(its_answers)

    @contextmanager
    def page(self, url: str) -> Iterator[Page]:
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        try:
            session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            page = Page(self._call, session)
            page.open(url)
            yield page
        finally:
            self._call("Target.closeTarget", targetId=target)

    def close(self) -> None:
        with suppress(AssertionError, OSError):
            self._call("Browser.close")
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, 9)
            self._process.wait()
        os.close(self._commands)
        os.close(self._answers)
        self._log.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _call(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """The DevTools protocol: JSON messages that end with a zero byte."""
        self._last += 1
        message = {"id": self._last, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next_message()
            if answer.get("id") == self._last:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return answer["result"]

    def _next_message(self) -> dict[str, Any]:
        while b"\0" not in self._unread:
            ready, _, _ = select.select([self._answers], [], [], _ANSWER_SECONDS)
            block = os.read(self._answers, 1 << 20) if ready else b""
            assert block, self._why_silent()
            self._unread += block
        line, _, self._unread = self._unread.partition(b"\0")
        return json.loads(line)

    def _why_silent(self) -> str:
        if self._process.poll() is None:
            return f"What was asked of Chromium did not happen within {_ANSWER_SECONDS} seconds."
        return "Chromium ended: " + (self._folder / "log").read_text(errors="replace")[-2000:]


def _pipe() -> tuple[int, int]:
    """Both ends of a pipe, at numbers that Chromium's own two do not touch."""
    ends = os.pipe()
    copies = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, _COPY_ABOVE) for end in ends)
    for end in ends:
        os.close(end)
    return copies[0], copies[1]


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """The files of a folder over the loopback interface, with byte ranges. Gives the address, ending in /."""
    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(_Files, directory=str(folder))
    ) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


class _Files(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    extensions_map = {  # noqa: RUF012
        ".html": "text/html; charset=utf-8",
        ".m3u8": "application/vnd.apple.mpegurl",
        ".m4s": "video/iso.segment",
        ".mp4": "video/mp4",
        "": "application/octet-stream",
    }

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        whole = path.read_bytes()
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        first = int(wanted[1]) if wanted else 0
        data = whole[first : int(wanted[2]) + 1 if wanted and wanted[2] else None]
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Cache-Control", "no-cache")
        if wanted:
            self.send_header("Content-Range", f"bytes {first}-{first + len(data) - 1}/{len(whole)}")
        self.end_headers()
        with suppress(ConnectionError):  # a player that seeks drops what it asked for
            self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Tests print nothing."""


def _install() -> None:
    """By root on Debian; others are told how. Without Chromium its tests fail, and the others run."""
    if find_chromium() is None and os.geteuid() == 0 and shutil.which("apt-get"):
        sys.stderr.write("Installing Chromium (once) ...\n")
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for step in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
            subprocess.run(["apt-get", "-qq", *step], check=False, stdout=subprocess.DEVNULL, env=quiet)
    if find_chromium() is None:
        sys.stderr.write(_HOW + "\n")


if __name__ == "__main__":
    _install()
