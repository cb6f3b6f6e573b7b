"""Every transcriber keeps these promises."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from cuttingroom.core.errors import (
    MediaRefused,
    ProviderBroken,
    ProviderBusy,
    ProviderMissing,
    ProviderRefused,
)
from cuttingroom.core.time import TICKS_PER_SECOND, seconds_to_ticks
from cuttingroom.media.audio import write_wav
from cuttingroom.providers.audio import SPEECH_RATE, resample
from cuttingroom.providers.speech.base import SpeechRequest
from cuttingroom.providers.speech.local import EspeakSpeaker
from cuttingroom.providers.transcription.align import ScriptAligner
from cuttingroom.providers.transcription.base import TRANSCRIPTION, Transcriber, TranscriptionRequest
from cuttingroom.providers.transcription.draft import PocketsphinxTranscriber
from cuttingroom.providers.transcription.remote import OpenAITranscriber
from cuttingroom.providers.transcription.scripted import ScriptedTranscriber
from cuttingroom.providers.transcription.whisper import WhisperTranscriber
from provider_server import ProviderServer, Reply, provider_server, transcription
from tiny_whisper import build_tiny_whisper

SCRIPT = "Hello there. This is a short test of the cutting room."
KINDS = ["aligner", "pocketsphinx", "whisper", "openai", "scripted"]


@pytest.fixture
def server() -> Iterator[ProviderServer]:
    with provider_server() as running:
        yield running


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> TranscriptionRequest:
    pytest.importorskip("espeakng_loader")
    speech = EspeakSpeaker().speak(SpeechRequest(text=SCRIPT))
    return save(
        tmp_path_factory.mktemp("speech") / "speech.wav", resample(speech.samples, 22_050, SPEECH_RATE)
    )


@pytest.fixture(scope="module")
def whisper_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("faster_whisper")
    return build_tiny_whisper(tmp_path_factory.mktemp("model") / "tiny")


def save(path: Path, samples: np.ndarray) -> TranscriptionRequest:
    write_wav(path, samples, SPEECH_RATE)
    ticks = len(samples) * (TICKS_PER_SECOND // SPEECH_RATE)
    return TranscriptionRequest(audio_path=path, duration_ticks=ticks, language="en", script=SCRIPT)


@pytest.fixture(params=KINDS)
def transcriber(request: pytest.FixtureRequest, server: ProviderServer) -> Transcriber:
    makers: dict[str, Callable[[], Transcriber]] = {
        "aligner": ScriptAligner,
        "pocketsphinx": PocketsphinxTranscriber,
        "whisper": lambda: WhisperTranscriber(request.getfixturevalue("whisper_folder"), cores=1),
        "openai": lambda: OpenAITranscriber(server.endpoint(), "test-model"),
        "scripted": ScriptedTranscriber,
    }
    return makers[request.param]()


def test_words_are_in_order_inside_the_sound_and_covered_by_segments(
    transcriber: Transcriber, spoken: TranscriptionRequest
):
    transcript = transcriber.transcribe(spoken)
    starts = [word.start_ticks for word in transcript.words]
    assert starts == sorted(starts)
    assert all(0 <= word.start_ticks < word.end_ticks <= spoken.duration_ticks for word in transcript.words)
    covered = [index for s in transcript.segments for index in range(s.first_word, s.end_word)]
    assert covered == list(range(len(transcript.words)))
    assert transcript.language == "en"
    assert transcript.service


def test_a_transcript_survives_the_cache(transcriber: Transcriber, spoken: TranscriptionRequest):
    transcript = transcriber.transcribe(spoken)
    assert TRANSCRIPTION.encode is not None
    assert TRANSCRIPTION.decode is not None
    assert TRANSCRIPTION.decode(TRANSCRIPTION.encode(transcript)) == transcript


def test_what_is_no_speech_wav_is_refused(transcriber: Transcriber, tmp_path: Path):
    stereo, missing, junk = tmp_path / "stereo.wav", tmp_path / "missing.wav", tmp_path / "junk.wav"
    write_wav(stereo, np.zeros((4800, 2), np.float32), 48_000)
    junk.write_bytes(b"RIFF and then nothing")
    for path in (stereo, missing, junk):
        with pytest.raises(MediaRefused):
            transcriber.transcribe(
                TranscriptionRequest(audio_path=path, duration_ticks=TICKS_PER_SECOND, script=SCRIPT)
            )


def test_a_transcriber_says_who_it_is(transcriber: Transcriber):
    assert transcriber.info.capability in ("transcription", "alignment")
    assert transcriber.info.name
    assert transcriber.info.model


def test_a_draft_says_so_and_what_to_configure(spoken: TranscriptionRequest):
    transcript = PocketsphinxTranscriber().transcribe(spoken)
    assert transcript.quality == "draft"
    assert "CUTTINGROOM_WHISPER_MODEL_FOLDER" in transcript.notes[0]
    assert PocketsphinxTranscriber.info.is_draft


def test_pocketsphinx_refuses_other_languages(spoken: TranscriptionRequest):
    with pytest.raises(ProviderRefused, match="English only"):
        PocketsphinxTranscriber().transcribe(spoken.model_copy(update={"language": "de"}))


@pytest.mark.parametrize("missing", ["model.bin", "tokenizer.json"])
def test_an_incomplete_whisper_model_is_named(tmp_path: Path, missing: str):
    for name in {"model.bin", "config.json", "tokenizer.json"} - {missing}:
        (tmp_path / name).touch()
    with pytest.raises(ProviderMissing, match=missing):
        WhisperTranscriber(tmp_path)
    with pytest.raises(ProviderMissing, match="No Whisper model"):
        WhisperTranscriber(None)


def test_a_corrupt_whisper_model_is_broken_and_not_a_crash(
    whisper_folder: Path, spoken: TranscriptionRequest
):
    copy = whisper_folder.parent / "corrupt"
    copy.mkdir()
    for file in whisper_folder.iterdir():
        (copy / file.name).write_bytes(file.read_bytes() if file.name != "model.bin" else b"junk")
    with pytest.raises(ProviderBroken, match="cannot be loaded"):
        WhisperTranscriber(copy).transcribe(spoken)


def test_remote_words_get_the_punctuation_of_the_text(server: ProviderServer, spoken: TranscriptionRequest):
    transcript = OpenAITranscriber(server.endpoint(), "m").transcribe(spoken)
    assert [word.text for word in transcript.words] == ["Hello", "there,", "world."]
    assert transcript.words[0].start_ticks == seconds_to_ticks(0.1)
    assert b"verbose_json" in server.requests[0][1]
    assert b"test of the cutting room" in server.requests[0][1]


def test_remote_sentences_without_word_times_are_spread_and_noted(
    server: ProviderServer, spoken: TranscriptionRequest
):
    server.script.append(Reply(transcription(words=None)))
    transcript = OpenAITranscriber(server.endpoint(), "m").transcribe(spoken)
    assert len(transcript.words) == 3
    assert "estimated" in transcript.notes[0]


def test_remote_silence_has_no_words(server: ProviderServer, spoken: TranscriptionRequest):
    server.script.append(Reply(transcription(text="", words=[], segments=[])))
    assert OpenAITranscriber(server.endpoint(), "m").transcribe(spoken).words == ()


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply({}, status=429), ProviderBusy),
        (Reply({"error": {"message": "unsupported format"}}, status=400), ProviderRefused),
        (Reply(transcription(words=None, segments=None)), ProviderBroken),
        (Reply(transcription(words=[{"word": "x", "start": "soon", "end": None}])), ProviderBroken),
        (Reply({"nothing": 1}), ProviderBroken),
        (Reply(b"{", headers={"Content-Type": "application/json"}), ProviderBroken),
    ],
)
def test_remote_failures_are_named(
    server: ProviderServer, spoken: TranscriptionRequest, reply: Reply, kind: type[Exception]
):
    server.script.append(reply)
    with pytest.raises(kind):
        OpenAITranscriber(server.endpoint(), "m").transcribe(spoken)
