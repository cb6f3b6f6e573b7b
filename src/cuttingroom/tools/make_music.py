"""Compose an instrumental bed."""

from typing import Annotated, Literal

from pydantic import Field

from cuttingroom.core.errors import MediaFailed
from cuttingroom.core.time import ticks_to_seconds
from cuttingroom.providers.music.request import Instrument, Mood, MusicRequest
from cuttingroom.timeline.edits.base import MediaRef
from cuttingroom.timeline.effects import Positive
from cuttingroom.timeline.model import Timeline
from cuttingroom.tools.base import Made, MadeFile, MakeContext, MakingTool


class MakeMusic(MakingTool):
    """Make music of a mood that lasts `duration_ticks`; the same call gives the same music."""

    capability = "music"

    tool: Literal["make_music"] = "make_music"
    mood: Mood = "warm"
    instrument: Instrument | None = None
    tempo_bpm: Annotated[int, Field(ge=40, le=200)] | None = None
    duration_ticks: Positive
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0

    def expected(self) -> MediaRef:
        return MediaRef(
            artifact_id="made", media_ticks=self.duration_ticks, has_picture=False, name=self._name()
        )

    def make(self, context: MakeContext) -> Made:
        from cuttingroom.media.audio import write_wav
        from cuttingroom.media.probe import probe
        from cuttingroom.providers.catalog import composer
        from cuttingroom.providers.music.base import MUSIC
        from cuttingroom.tools.wrapping import wrapped

        context.report(0.05, "composing")
        request = MusicRequest.model_validate(self.model_dump(exclude={"tool"}))
        provider = wrapped(composer(context.settings), MUSIC, context)
        music = provider.compose(request)
        path = context.work / "music.wav"
        write_wav(path, music.samples, music.sample_rate)
        if not probe(path).has_sound:
            raise MediaFailed("The composed music came out without sound.", tool=self.tool)
        context.report(1.0, "composed")
        file = MadeFile(
            path=path,
            artifact_type="music",
            mime_type="audio/wav",
            name=self._name(),
            duration_ticks=self.duration_ticks,
            facts={"has_picture": False, "has_sound": True, "music": music.facts},
            provider=provider.info.name,
            model=provider.info.model,
            prompt=self.describe(Timeline()),
            checked=True,
        )
        return Made((file,), facts=music.facts)

    def describe(self, before: Timeline) -> str:
        return f"Make {self._article()} {self._name().lower()}, {ticks_to_seconds(self.duration_ticks):.1f} s"

    def _name(self) -> str:
        return f"{self.mood.capitalize()} {self.instrument or 'music'} bed"

    def _article(self) -> str:
        return "an" if self.mood[0] in "aeiou" else "a"
