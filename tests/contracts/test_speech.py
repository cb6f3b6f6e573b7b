"""Every speaker keeps these promises."""

from collections.abc import Iterator

import numpy as np
import pytest

from cuttingroom.core.errors import InvalidInput, ProviderBroken, ProviderBusy
from cuttingroom.core.time import TICKS_PER_SECOND
from cuttingroom.providers.speech.base import SPEECH, Speaker, SpeechRequest
from cuttingroom.providers.speech.local import EspeakSpeaker
from cuttingroom.providers.speech.remote import OpenAISpeaker
from cuttingroom.providers.speech.scripted import ScriptedSpeaker
from provider_server import ProviderServer, Reply, provider_server

TEXT = "Honey never spoils. Why? Because bacteria cannot live in it!"


@pytest.fixture
def server() -> Iterator[ProviderServer]:
    with provider_server() as running:
        yield running


@pytest.fixture(params=["local", "remote", "scripted"])
def speaker(request: pytest.FixtureRequest, server: ProviderServer) -> Speaker:
    if request.param == "local":
        pytest.importorskip("espeakng_loader")
        return EspeakSpeaker()
    return OpenAISpeaker(server.endpoint(), "test-voice") if request.param == "remote" else ScriptedSpeaker()


def test_speech_is_mono_sound_within_range(speaker: Speaker):
    speech = speaker.speak(SpeechRequest(text=TEXT))
    assert speech.samples.dtype == np.float32
    assert speech.samples.ndim == 1
    assert 0.05 < np.max(np.abs(speech.samples)) <= 1
    assert TICKS_PER_SECOND % speech.sample_rate == 0
    assert speech.service


def test_words_are_all_there_as_written_in_order_and_inside_the_sound(speaker: Speaker):
    speech = speaker.speak(SpeechRequest(text=TEXT))
    if not speech.words:
        pytest.skip("this speaker tells no times")
    assert [word.text for word in speech.words] == TEXT.split()
    starts = [word.start_ticks for word in speech.words]
    assert starts == sorted(starts)
    assert speech.words[-1].end_ticks <= speech.duration_ticks


def test_every_offered_voice_speaks(speaker: Speaker):
    for voice in speaker.info.choices["voices"]:
        assert len(speaker.speak(SpeechRequest(text="Hello.", voice=voice)).samples)


def test_text_without_a_word_is_refused(speaker: Speaker):
    with pytest.raises(InvalidInput):
        speaker.speak(SpeechRequest(text="... !"))


def test_speech_survives_the_cache(speaker: Speaker):
    speech = speaker.speak(SpeechRequest(text="One two."))
    assert SPEECH.encode is not None
    assert SPEECH.decode is not None
    replayed = SPEECH.decode(SPEECH.encode(speech))
    assert replayed.words == speech.words
    assert np.max(np.abs(replayed.samples - speech.samples)) < 2 / 32768


@pytest.mark.parametrize(
    ("reply", "kind"),
    [(Reply(b"ID3 not a wav"), ProviderBroken), (Reply({}, status=503), ProviderBusy)],
)
def test_remote_failures_are_named(server: ProviderServer, reply: Reply, kind: type[Exception]):
    server.script.append(reply)
    with pytest.raises(kind):
        OpenAISpeaker(server.endpoint(), "test-voice").speak(SpeechRequest(text=TEXT))
