"""Transcription by faster-whisper with a model that the person keeps in a folder; nothing is downloaded.

Whisper invents text for silence ("Thanks for watching!"): callers check for speech first and do not ask when
there is none.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from cuttingroom.core.errors import ProviderBroken, ProviderMissing
from cuttingroom.core.time import TICKS_PER_SECOND
from cuttingroom.providers.audio import read_speech_wav, to_float
from cuttingroom.providers.base import ProviderInfo
from cuttingroom.providers.transcription.base import TranscriptionRequest
from cuttingroom.providers.transcription.grouping import LONGEST_WORD, group_words, settle_words
from cuttingroom.timeline.transcript import Transcript, Word

REQUIRED_FILES = ("model.bin", "config.json", "tokenizer.json")
_SETUP = "Set CUTTINGROOM_WHISPER_MODEL_FOLDER to a CTranslate2 Whisper model that contains tokenizer.json."


class WhisperTranscriber:
    """Loads its model at the first call. Raises ProviderMissing when package or model is absent."""

    def __init__(self, model_folder: Path | None, *, cores: int | None = None) -> None:
        require_model(model_folder)
        assert model_folder is not None
        self._folder = model_folder
        self._cores = cores or 0
        self._model: Any = None
        self._lock = threading.Lock()
        self.info = ProviderInfo(
            capability="transcription", name="faster-whisper", model=model_folder.name, is_local=True
        )

    def transcribe(self, request: TranscriptionRequest) -> Transcript:
        samples = to_float(read_speech_wav(request.audio_path))
        # The model is not safe for two callers at once, and two would only share the same cores.
        with self._lock:
            segments, info = self._load().transcribe(
                samples,
                language=request.language if self._load().model.is_multilingual else None,
                word_timestamps=True,
                beam_size=5,
                condition_on_previous_text=False,
                vad_filter=False,
            )
            heard = [word for segment in segments for word in segment.words or ()]
        kept = [made for word in heard if (made := _make_word(word)) is not None]
        words = settle_words(kept, request.duration_ticks)
        return Transcript(
            language=str(info.language)[:16],
            words=words,
            segments=group_words(words),
            quality="recognised",
            service=f"faster-whisper {self.info.model}",
        )

    def _load(self) -> Any:
        if self._model is None:
            from faster_whisper import WhisperModel

            try:
                self._model = WhisperModel(
                    str(self._folder),
                    device="cpu",
                    compute_type="int8",
                    cpu_threads=self._cores,
                    local_files_only=True,
                )
            except (RuntimeError, ValueError, OSError) as error:
                raise ProviderBroken(
                    f"The Whisper model in {self._folder.name} cannot be loaded: {error}.",
                    advice=_SETUP,
                    provider="faster-whisper",
                ) from error
        return self._model


def require_model(model_folder: Path | None) -> None:
    """Raise ProviderMissing, saying what to do, unless the package and all files of the model are there."""
    if model_folder is None:
        raise ProviderMissing("No Whisper model is configured.", advice=_SETUP, provider="faster-whisper")
    missing = [name for name in REQUIRED_FILES if not (model_folder / name).is_file()]
    if missing:
        raise ProviderMissing(
            f"The Whisper model folder {model_folder} lacks {', '.join(missing)}.",
            advice=_SETUP,
            provider="faster-whisper",
        )
    try:
        import faster_whisper  # noqa: F401  # pyright: ignore[reportUnusedImport]
    except ImportError as error:
        raise ProviderMissing(
            "faster-whisper is not installed.",
            advice="Install it with `pip install 'cuttingroom[whisper]'`.",
            provider="faster-whisper",
        ) from error


def _make_word(word: Any) -> Word | None:
    """faster-whisper gives np.float64 times, some past the end, and words of spaces only."""
    text = str(word.word).strip()[:LONGEST_WORD]
    if not text:
        return None
    start = max(round(float(word.start) * TICKS_PER_SECOND), 0)
    end = max(round(float(word.end) * TICKS_PER_SECOND), start + 1)
    confidence = min(max(float(word.probability), 0.0), 1.0)
    return Word(text=text, start_ticks=start, end_ticks=end, confidence=round(confidence, 4))
