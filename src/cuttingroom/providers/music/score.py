"""A piece as notes: which bar has which chord, how the voices move between them, and a sparse melody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Literal

import numpy as np

from cuttingroom.providers.music.moods import STYLES, Chord, Style, Texture
from cuttingroom.providers.music.request import Instrument, MusicRequest

Voice = Literal["piano", "pad", "strings", "guitar", "bells", "bass", "kick", "hat", "brush"]

BEATS_PER_BAR = 4
KEYS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
RING_SECONDS = 5.0
"""How long the last chord rings; shorter pieces give it a quarter of their length."""
TEMPO_STRETCH = 0.08
"""A mood's tempo may give way by so much, so that whole bars fill the piece. A requested tempo never does."""


@dataclass(frozen=True)
class Note:
    """One sound: `start` and `length` in seconds, MIDI `pitch`, loudness 0 to 1, place -1 (left) to 1."""

    voice: Voice
    start: float
    length: float
    pitch: int
    loudness: float
    place: float = 0.0


@dataclass(frozen=True)
class Score:
    """Notes sorted by start, and what they are: the last chord begins at `ending` seconds."""

    notes: tuple[Note, ...]
    seconds: float
    tempo_bpm: float
    tonic: int
    chords: tuple[Chord, ...]
    ending: float
    instrument: Instrument
    style: Style


def write_score(request: MusicRequest, seconds: float) -> Score:
    """The notes for `seconds` of the requested mood; the same request gives the same notes."""
    style = STYLES[request.mood]
    rng = np.random.default_rng([request.seed, list(STYLES).index(request.mood)])
    tonic = int(rng.choice(style.tonics))
    if request.key is not None:
        tonic = 55 + (KEYS.index(request.key) - 55) % 12
    bars, bar = _plan_bars(seconds, style, request.tempo_bpm)
    chords = (*_choose_chords(style, bars, rng), style.home)
    instrument = request.instrument or style.instrument
    voicings = _lead_voices(chords, tonic)
    parts = _Parts(style, instrument, tonic, bar, seconds, chords, voicings, rng)
    notes = sorted(parts.write(), key=lambda note: (note.start, note.voice, note.pitch))
    tempo = 60 * BEATS_PER_BAR / bar
    return Score(tuple(notes), seconds, tempo, tonic, chords, bars * bar, instrument, style)


def _plan_bars(seconds: float, style: Style, tempo_bpm: int | None) -> tuple[int, float]:
    """How many bars come before the last chord, and their length in seconds."""
    ring = min(RING_SECONDS, seconds / 4)
    bar = 60 * BEATS_PER_BAR / (tempo_bpm or style.tempo_bpm)
    bars = int((seconds - ring) / bar) if tempo_bpm else round((seconds - ring) / bar)
    if tempo_bpm is None and bars:
        fitted = (seconds - ring) / bars
        bar = min(max(fitted, bar * (1 - TEMPO_STRETCH)), bar * (1 + TEMPO_STRETCH))
        bars = min(bars, int((seconds - ring / 2) / bar))
    return bars, bar


def _choose_chords(style: Style, bars: int, rng: np.random.Generator) -> tuple[Chord, ...]:
    """Two progressions in turns of two rounds each, and an approach to the ending."""
    order = rng.permutation(len(style.progressions))
    first, second = (style.progressions[int(index)] for index in order[:2])
    cycle = (*first, *first, *second, *second)
    chords = [cycle[index % len(cycle)] for index in range(bars)]
    if bars > 1:
        chords[-1] = style.approach
    return tuple(chords)


def _lead_voices(chords: tuple[Chord, ...], tonic: int) -> tuple[tuple[int, ...], ...]:
    """Each chord between G3 and E5 in the position that moves its voices least, starting near the middle."""
    voicings: list[tuple[int, ...]] = []
    before: tuple[int, ...] = (60, 64, 67, 71)
    for chord in chords:
        before = min(_positions(chord, tonic), key=lambda position: _motion(before, position))
        voicings.append(before)
    return tuple(voicings)


def _positions(chord: Chord, tonic: int) -> list[tuple[int, ...]]:
    choices = []
    for tone in dict.fromkeys(tone % 12 for tone in chord.tones):
        lowest = 55 + (tonic + chord.root + tone - 55) % 12
        choices.append([pitch for pitch in (lowest, lowest + 12) if pitch <= 76])
    return [tuple(sorted(choice)) for choice in product(*choices)]


def _motion(before: tuple[int, ...], after: tuple[int, ...]) -> float:
    """How far the voices move; seconds at the bottom and wide spreads sound muddy or thin and cost extra."""
    moved = sum(min(abs(pitch - other) for other in before) for pitch in after)
    crowded = 4 * sum(high - low < 2 for low, high in pairwise(after))
    wide = max(after[-1] - after[0] - 14, 0)
    return moved + crowded + wide + 0.15 * abs(sum(after) / len(after) - 65)


@dataclass(frozen=True)
class _Parts:
    style: Style
    instrument: Instrument
    tonic: int
    bar: float
    seconds: float
    chords: tuple[Chord, ...]
    voicings: tuple[tuple[int, ...], ...]
    rng: np.random.Generator

    @property
    def last(self) -> int:
        return len(self.chords) - 1

    @property
    def beat(self) -> float:
        return self.bar / BEATS_PER_BAR

    def write(self) -> Iterator[Note]:
        intro = min(2, self.last // 4)
        for index in range(self.last):
            swell = self._swell(index)
            yield from self._bed(index, swell)
            yield from self._accompany(index, 0.75 * swell if index < intro else swell)
            if index >= intro:
                yield from self._bass(index, swell)
                yield from self._drums(index, swell)
        yield from self._melody(intro)
        yield from self._ending()

    def _swell(self, index: int) -> float:
        """The piece grows over its first half and calms down before the end."""
        place = index / max(self.last - 1, 1)
        return 0.78 + 0.22 * float(np.sin(np.pi * min(place * 1.15, 1.0)))

    def _human(self, spread: float = 0.012) -> float:
        return float(self.rng.uniform(0, spread))

    def _bed(self, index: int, swell: float) -> Iterator[Note]:
        """Soft chords below everything; one note of the chord stays out so that the middle is clear."""
        voice: Voice = "strings" if self.instrument == "strings" else "pad"
        loudness = (0.5 if self.instrument in ("pad", "strings") else 0.24) * swell
        voicing = self.voicings[index]
        for number, pitch in enumerate(voicing):
            place = -0.5 + number / max(len(voicing) - 1, 1)
            yield Note(voice, index * self.bar, self.bar * 1.04, pitch, loudness, place)

    def _accompany(self, index: int, swell: float) -> Iterator[Note]:
        if self.instrument in ("pad", "strings") and self.style.texture in ("held", "rolled"):
            return
        voice: Voice = self.instrument if self.instrument in ("piano", "guitar", "bells") else "piano"
        texture: Texture = "rolled" if self.style.texture == "held" else self.style.texture
        start = index * self.bar
        for beat, picks, strength in _pattern(texture, len(self.voicings[index])):
            for order, pick in enumerate(picks):
                pitch = self.voicings[index][pick]
                at = start + beat * self.beat + order * _ROLL_SECONDS[texture] + self._human()
                loudness = 0.5 * swell * strength * float(self.rng.uniform(0.85, 1.0))
                place = 0.3 * (pitch - 65) / 12
                yield Note(voice, at, self.bar * (1.1 - beat / BEATS_PER_BAR), pitch, loudness, place)

    def _bass(self, index: int, swell: float) -> Iterator[Note]:
        root = 36 + (self.tonic + self.chords[index].root - 36) % 12
        hits = {"pulse": (0, 1, 2, 3), "strum": (0, 1.5, 2), "rolled": (0,), "held": (0,), "broken": (0, 2.5)}
        beats = hits[self.style.texture]
        for beat, following in zip(beats, [*beats[1:], BEATS_PER_BAR], strict=True):
            length = (following - beat) * self.beat * 0.95
            at = index * self.bar + beat * self.beat + self._human(0.006)
            yield Note("bass", at, length, root, (0.42 if beat == 0 else 0.3) * swell)

    def _drums(self, index: int, swell: float) -> Iterator[Note]:
        start, beat = index * self.bar, self.beat
        swing = 0.12 * beat if self.style.beat == "brushed" else 0.0
        for hit, voice, loudness in _DRUMS[self.style.beat]:
            late = swing if hit % 1 else 0.0
            at = start + hit * beat + late + self._human(0.004)
            place = 0.25 if voice == "hat" else -0.1 if voice == "brush" else 0.0
            yield Note(voice, at, 0.5, 60, loudness * swell * float(self.rng.uniform(0.8, 1.0)), place)

    def _melody(self, intro: int) -> Iterator[Note]:
        """One motif of two bars, heard, varied and answered, with whole phrases of rest between."""
        rhythm = _RHYTHMS[int(self.rng.integers(len(_RHYTHMS)))]
        contour = np.cumsum(self.rng.choice([-1, 0, 1, 1, 2, -2], size=len(rhythm)))
        voice: Voice = "bells" if self.instrument in ("bells", "strings", "pad") else "piano"
        ladder = [p for p in range(67, 89) if (p - self.tonic) % 12 in self.style.scale]
        for phrase, index in enumerate(range(intro, self.last - 1, 2)):
            if self.rng.random() > self.style.melody or phrase % 4 == 3:
                continue
            shift = int(self.rng.integers(-1, 2))
            for step, (beat, length) in enumerate(rhythm):
                bar = index + int(beat // BEATS_PER_BAR)
                rung = 3 + shift + int(contour[step]) % 6
                pitch = ladder[min(max(rung, 0), len(ladder) - 1)]
                if beat % 2 == 0:
                    pitch = _nearest_tone(pitch, self.voicings[bar])
                at = index * self.bar + beat * self.beat + self._human(0.02)
                loudness = 0.55 * float(self.rng.uniform(0.8, 1.0)) * self._swell(bar)
                yield Note(voice, at, length * self.beat * 1.3, pitch, loudness, 0.15)

    def _ending(self) -> Iterator[Note]:
        """The tonic chord, rolled slowly upwards, rings to the end."""
        start = self.last * self.bar
        ring = self.seconds - start
        bed: Voice = "strings" if self.instrument == "strings" else "pad"
        top: Voice = self.instrument if self.instrument in ("piano", "guitar", "bells") else "piano"
        for order, pitch in enumerate(self.voicings[-1]):
            yield Note(bed, start, ring, pitch, 0.26, -0.5 + order / 3)
            yield Note(top, start + 0.07 * order, ring, pitch, 0.46 - 0.03 * order, 0.3 * (pitch - 65) / 12)
        root = 36 + (self.tonic - 36) % 12
        yield Note("bass", start, ring, root, 0.42)


_ROLL_SECONDS: dict[Texture, float] = {
    "broken": 0.0,
    "rolled": 0.09,
    "pulse": 0.0,
    "strum": 0.018,
    "held": 0.0,
}
_RHYTHMS: tuple[tuple[tuple[float, float], ...], ...] = (
    ((0.0, 1.5), (1.5, 0.5), (2.0, 2.0), (5.0, 1.0), (6.0, 2.0)),
    ((1.0, 1.0), (2.0, 1.0), (3.0, 2.0), (6.0, 2.0)),
    ((0.0, 2.0), (2.0, 1.0), (3.0, 1.0), (4.0, 3.0)),
    ((0.5, 0.5), (1.0, 1.0), (2.0, 2.0), (4.5, 0.5), (5.0, 3.0)),
)
_DRUMS: dict[str, tuple[tuple[float, Voice, float], ...]] = {
    "none": (),
    "soft": ((0, "kick", 0.5), (2, "kick", 0.42), (1, "hat", 0.16), (3, "hat", 0.16)),
    "light": (
        (0, "kick", 0.5),
        (2, "kick", 0.45),
        (1, "brush", 0.28),
        (3, "brush", 0.28),
        *((half, "hat", 0.12) for half in (0.5, 1.5, 2.5, 3.5)),
    ),
    "brushed": (
        (0, "kick", 0.55),
        (2.5, "kick", 0.4),
        (1, "brush", 0.4),
        (3, "brush", 0.4),
        *((half / 2, "hat", 0.14 if half % 2 else 0.1) for half in range(8)),
    ),
}


def _pattern(texture: Texture, size: int) -> Iterator[tuple[float, tuple[int, ...], float]]:
    """When the accompaniment plays within a bar (in beats), which voices, and how strongly."""
    top = size - 1
    everything = tuple(range(size))
    if texture == "broken":
        order = (0, 1, top, 2 % size, top, 1, 2 % size, 1)
        for step, pick in enumerate(order):
            yield step / 2, (pick,), 1.0 if step == 0 else 0.72 if step % 2 == 0 else 0.6
    elif texture == "rolled":
        yield 0.0, everything, 0.9
        yield 2.5, (top,), 0.5
    elif texture == "pulse":
        for step in range(8):
            yield step / 2, (0,) if step % 2 else (0, 1), 0.55 if step % 4 else 0.75
    elif texture == "strum":
        for beat, strength in ((0.0, 0.9), (1.5, 0.6), (2.0, 0.75), (3.0, 0.6), (3.5, 0.5)):
            yield beat, everything if beat in (0.0, 2.0) else everything[1:], strength * 0.8


def _nearest_tone(pitch: int, voicing: tuple[int, ...]) -> int:
    tones = {tone + octave for tone in voicing for octave in (0, 12, 24) if 64 <= tone + octave <= 90}
    return min(tones, key=lambda tone: (abs(tone - pitch), tone))
