"""What each mood sounds like, as data: tempo, mode, chords, texture and balance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cuttingroom.providers.music.request import Instrument, Mood

Texture = Literal["broken", "rolled", "pulse", "strum", "held"]
Beat = Literal["none", "soft", "light", "brushed"]


@dataclass(frozen=True)
class Chord:
    """`root` in semitones above the tonic; `tones` above the root."""

    name: str
    root: int
    tones: tuple[int, ...]


def _chords(text: str) -> tuple[Chord, ...]:
    return tuple(_CHORDS[name] for name in text.split())


_MAJ7, _MIN7, _ADD9, _SUS, _DOM9 = (0, 4, 7, 11), (0, 3, 7, 10), (0, 4, 7, 14), (0, 5, 7, 14), (0, 4, 10, 14)
_MADD9, _MIN9, _MAJ9, _MIN = (0, 3, 7, 14), (0, 3, 10, 14), (0, 4, 11, 14), (0, 3, 7)
_CHORDS = {
    chord.name: chord
    for chord in (
        Chord("I", 0, _ADD9),
        Chord("Imaj9", 0, _MAJ9),
        Chord("ii7", 2, _MIN7),
        Chord("ii9", 2, _MIN9),
        Chord("iii7", 4, _MIN7),
        Chord("IV", 5, _ADD9),
        Chord("IVmaj7", 5, _MAJ7),
        Chord("V", 7, (0, 4, 7)),
        Chord("Vsus", 7, _SUS),
        Chord("V9", 7, _DOM9),
        Chord("vi7", 9, _MIN7),
        Chord("i", 0, _MADD9),
        Chord("i5", 0, (0, 7, 12)),
        Chord("iv", 5, _MIN),
        Chord("ivadd9", 5, _MADD9),
        Chord("v7", 7, _MIN7),
        Chord("VI", 8, _MAJ7),
        Chord("III", 3, _ADD9),
        Chord("VII", 10, (0, 4, 7)),
        Chord("bII", 1, _MAJ7),
        Chord("V7m", 7, (0, 4, 7, 10)),
    )
}


@dataclass(frozen=True)
class Style:
    """`progressions` are bars; `approach` is the bar before the final tonic chord `home`.

    `melody` is the chance that a phrase has a melody; `brightness` the corner in Hz of the final tone.
    """

    tempo_bpm: int
    tonics: tuple[int, ...]
    scale: tuple[int, ...]
    progressions: tuple[tuple[Chord, ...], ...]
    approach: Chord
    home: Chord
    instrument: Instrument
    texture: Texture
    beat: Beat
    melody: float
    brightness: int
    room_seconds: float


_MAJOR_PENTATONIC, _MINOR_PENTATONIC, _DARK = (0, 2, 4, 7, 9), (0, 3, 5, 7, 10), (0, 2, 3, 7, 8)


def _bars(*progressions: str) -> tuple[tuple[Chord, ...], ...]:
    return tuple(_chords(text) for text in progressions)


# fmt: off
STYLES: dict[Mood, Style] = {
    "warm": Style(76, (60, 62, 65, 67), _MAJOR_PENTATONIC,
                  _bars("I vi7 IVmaj7 Vsus", "Imaj9 iii7 IVmaj7 Vsus", "I IVmaj7 vi7 Vsus"),
                  _CHORDS["Vsus"], _CHORDS["I"], "piano", "broken", "none", 0.7, 7000, 1.8),
    "calm": Style(64, (60, 62, 63, 65), _MAJOR_PENTATONIC,
                  _bars("Imaj9 IVmaj7", "Imaj9 vi7 IVmaj7 IV", "I iii7 IVmaj7 IV"),
                  _CHORDS["IV"], _CHORDS["Imaj9"], "pad", "rolled", "none", 0.4, 5200, 2.6),
    "upbeat": Style(108, (60, 62, 64, 67), _MAJOR_PENTATONIC,
                    _bars("I Vsus vi7 IV", "vi7 IV I Vsus", "I IV vi7 V"),
                    _CHORDS["V"], _CHORDS["I"], "guitar", "strum", "soft", 0.8, 9000, 1.2),
    "happy": Style(116, (60, 62, 65, 67), _MAJOR_PENTATONIC,
                   _bars("I vi7 IV V", "I IV I Vsus", "I iii7 IV V"),
                   _CHORDS["V"], _CHORDS["I"], "piano", "strum", "light", 0.9, 9000, 1.2),
    "sad": Style(62, (57, 59, 60, 62), _MINOR_PENTATONIC,
                 _bars("i VI III VII", "i ivadd9 VI v7", "i VI ivadd9 v7"),
                 _CHORDS["v7"], _CHORDS["i"], "piano", "rolled", "none", 0.6, 5600, 2.4),
    "tense": Style(92, (57, 58, 60, 62), _DARK,
                   _bars("i i5 VI iv", "i bII i iv", "i VI iv V7m"),
                   _CHORDS["V7m"], _CHORDS["i5"], "strings", "pulse", "soft", 0.25, 4200, 2.0),
    "cinematic": Style(70, (57, 58, 60, 62), _MINOR_PENTATONIC,
                       _bars("i VI III VII", "VI VII i i", "i III VI iv"),
                       _CHORDS["VII"], _CHORDS["i"], "strings", "held", "none", 0.5, 6500, 2.8),
    "lo-fi": Style(78, (58, 60, 61, 63), _MAJOR_PENTATONIC,
                   _bars("ii9 V9 Imaj9 vi7", "IVmaj7 iii7 ii7 Imaj9", "Imaj9 vi7 ii9 V9"),
                   _CHORDS["V9"], _CHORDS["Imaj9"], "piano", "rolled", "brushed", 0.6, 3600, 1.0),
}
# fmt: on
