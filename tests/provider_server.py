"""A loopback server that speaks the wire formats of OpenAI and Anthropic, and misbehaves on request."""

from __future__ import annotations

import io
import json
import threading
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np

from cuttingroom.providers.endpoints import Endpoint, Vendor

GOOD_JSON = {"title": "A short film", "seconds": 12}
WORDS = ("Hello", "there,", "world.")


@dataclass(frozen=True)
class Reply:
    """What the server sends next; `body` is JSON unless it is bytes. `hang_up` closes without an answer."""

    body: Any = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    hang_up: bool = False


@dataclass
class ProviderServer:
    """`script` is used up first, one reply per request; then every path has its good answer."""

    port: int
    script: list[Reply] = field(default_factory=list)
    requests: list[tuple[str, bytes]] = field(default_factory=list)

    def endpoint(self, vendor: Vendor = "openai", name: str | None = None) -> Endpoint:
        base = f"http://127.0.0.1:{self.port}" + ("" if vendor == "anthropic" else "/v1")
        return Endpoint(vendor, name or f"{vendor}-compatible", base, "test-key", timeout_seconds=10)

    def last_json(self) -> dict[str, Any]:
        return json.loads(self.requests[-1][1])


@contextmanager
def provider_server() -> Iterator[ProviderServer]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.requests.append((self.path, body))
            reply = state.script.pop(0) if state.script else good_reply(self.path, body)
            if reply.hang_up:
                self.close_connection = True
                return
            is_raw = isinstance(reply.body, bytes)
            data = reply.body if is_raw else json.dumps(reply.body).encode()
            self.send_response(reply.status)
            headers = {"Content-Type": "audio/wav" if is_raw else "application/json", **reply.headers}
            for name, value in {**headers, "Content-Length": str(len(data))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state = ProviderServer(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def good_reply(path: str, body: bytes) -> Reply:
    if path.endswith("/chat/completions"):
        asked = json.loads(body)
        wants_json = "response_format" in asked
        tools = asked.get("tools")
        return Reply(
            chat_tool_call(GOOD_JSON, tools)
            if tools
            else chat(json.dumps(GOOD_JSON) if wants_json else "Hi!")
        )
    if path.endswith("/messages"):
        return Reply(anthropic_answer("tools" in json.loads(body)))
    if path.endswith("/audio/transcriptions"):
        return Reply(transcription())
    if path.endswith("/audio/speech"):
        return Reply(wav_bytes())
    return Reply({"error": {"message": f"no such path {path}"}}, status=404)


def chat(text: str | None, *, finish: str = "stop", refusal: str | None = None) -> dict[str, Any]:
    message = {"role": "assistant", "content": text, "refusal": refusal}
    return _completion([{"index": 0, "message": message, "finish_reason": finish}])


def chat_tool_call(arguments: dict[str, Any], tools: list[dict[str, Any]]) -> dict[str, Any]:
    function = {"name": tools[0]["function"]["name"], "arguments": json.dumps(arguments)}
    message = {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": "call-1", "type": "function", "function": function}],
    }
    return _completion([{"index": 0, "message": message, "finish_reason": "tool_calls"}])


def _completion(choices: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": "chat-1",
        "object": "chat.completion",
        "created": 1,
        "model": "test-model-001",
        "choices": choices,
        "usage": {"prompt_tokens": 20, "completion_tokens": 7, "total_tokens": 27},
    }


def no_choices() -> dict[str, Any]:
    return _completion([])


def anthropic_answer(wants_tool: bool, *, value: Any = None, stop: str | None = None) -> dict[str, Any]:
    value = GOOD_JSON if value is None else value
    tool = {"type": "tool_use", "id": "tool-1", "name": "answer", "input": value}
    return {
        "id": "msg-1",
        "type": "message",
        "role": "assistant",
        "model": "test-model-001",
        "content": [tool] if wants_tool else [{"type": "text", "text": "Hi!"}],
        "stop_reason": stop or ("tool_use" if wants_tool else "end_turn"),
        "stop_sequence": None,
        "usage": {"input_tokens": 20, "output_tokens": 7},
    }


def transcription(**changes: Any) -> dict[str, Any]:
    words = [
        {"word": w.strip(".,"), "start": 0.1 + i * 0.3, "end": 0.3 + i * 0.3} for i, w in enumerate(WORDS)
    ]
    return {
        "task": "transcribe",
        "language": "english",
        "duration": 1.5,
        "text": " ".join(WORDS),
        "words": words,
        "segments": [{"id": 0, "start": 0.1, "end": 0.9, "text": " " + " ".join(WORDS)}],
        **changes,
    }


def wav_bytes(seconds: float = 0.5, rate: int = 24_000) -> bytes:
    tone = np.sin(2 * np.pi * 200 * np.arange(int(seconds * rate)) / rate) * 12_000
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(tone.astype("<i2").tobytes())
    return buffer.getvalue()
