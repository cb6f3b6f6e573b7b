"""A language model for tests and demonstrations: its answers are written beforehand."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from typing import Any

from cuttingroom.core.errors import ProviderBroken
from cuttingroom.providers.base import ProviderInfo, Usage
from cuttingroom.providers.language.answers import read_json
from cuttingroom.providers.language.base import LanguageRequest, LanguageResult

Answer = str | dict[str, Any] | list[Any] | Exception
Script = Sequence[Answer] | Callable[[LanguageRequest], Answer]


class ScriptedLanguageModel:
    """Gives its answers in order, or by a function of the request. JSON values are written as JSON text; an
    exception is raised. `requests` keeps what was asked. Raises ProviderBroken when the script is over."""

    def __init__(
        self, script: Script, *, name: str = "scripted", model: str = "script", is_local: bool = True
    ) -> None:
        self._script = script
        self._lock = threading.Lock()
        self.requests: list[LanguageRequest] = []
        self.info = ProviderInfo(capability="language", name=name, model=model, is_local=is_local)

    def complete(self, request: LanguageRequest) -> LanguageResult:
        with self._lock:
            number = len(self.requests)
            self.requests.append(request)
        answer = self._script(request) if callable(self._script) else self._next(number)
        if isinstance(answer, Exception):
            raise answer
        text = answer if isinstance(answer, str) else json.dumps(answer)
        schema = request.output_schema
        asked = sum(len(message.text) for message in request.messages) + len(request.system)
        return LanguageResult(
            text=text,
            value=None if schema is None else read_json(text, schema, provider=self.info.name),
            # About four characters to a token, as in English.
            usage=Usage(input_tokens=asked // 4 + 1, output_tokens=len(text) // 4 + 1),
            model=self.info.model,
            response_id=f"scripted-{number}",
        )

    def _next(self, number: int) -> Answer:
        assert not callable(self._script)
        if number >= len(self._script):
            raise ProviderBroken(f"The script has only {len(self._script)} answers.", provider=self.info.name)
        return self._script[number]
