"""The words that the grammar knows, as data: each phrase stands for one terminal of `grammar.lark`.

A phrase of several words wins over its first word. `value` is what the terminal carries into the reading.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

_PLAIN = {
    "CUT": "cut|remove|delete|drop|strip|chop|lose|get rid of|getting rid of|take out|edit "
    "out|ditch|kill|erase|snip"
    "|throw away|throw out|cutting|removing|take away|take off|shave|shave off|lop off|bin|scrap|dump|axe",
    "TAKE": "take",
    "ENDS": "both ends|both sides|each end|either end|the start and the end|the beginning and the end"
    "|the start and end|the beginning and end",
    "ONLYWANT": "i only want|i just want|i only need|only want",
    "ANOTHER": "another|another one|again",
    "INTWO": "in two|into two|in two pieces|into two pieces|into two parts|in two parts",
    "ONES": "only the ones|the ones|ones|only those|those",
    "AROUND": "around|round",
    "RESULT": "of the finished video|in the finished video|of the final video|in the final video"
    "|of the result|in the result|of the new video|in the new video|of the finished cut|of the edited video",
    "GO": "go|move along",
    "SLOWMO": "slow motion|slow-motion|slow mo|slow-mo|slowmo|slomo",
    "TOOLOUD": "is too loud|are too loud|too loud|is a bit loud|is a bit too loud|is a little too loud",
    "TOOQUIET": "is too quiet|are too quiet|too quiet|is a bit quiet|is a bit too quiet|is a little too quiet"
    "|is too soft|is too low",
    "HALVE": "halve",
    "NOSOUND": "no sound|no audio",
    "SCREEN": "on screen|on-screen|onscreen|on the screen|across the screen",
    "SOFTLY": "not too loud|not loud|quietly|softly|in the background|nice and quiet|not too loudly|low",
    "TRIM": "trim|shorten",
    "KEEP": "keep|preserve|retain|hold on to|leave only",
    "SPLIT": "split|slice|divide|make a cut|cut in two|razor|make cuts",
    "TIGHTEN": "tighten|tighten up|jump cut|jump-cut|jumpcut",
    "SPEED": "speed|speeding",
    "SLOW": "slow|slowing",
    "PLAY": "play|run",
    "FASTER": "faster|quicker",
    "SLOWER": "slower",
    "MUTE": "mute|silence out|kill the sound of",
    "UNMUTE": "unmute",
    "LOWER": "lower|reduce|decrease|quieten|soften|attenuate",
    "RAISE": "raise|increase|boost|amplify",
    "LOUDER": "louder",
    "QUIETER": "quieter|softer",
    "TURN": "turn|bring|bump|crank|nudge|dial",
    "SET": "set",
    "MAKE": "make",
    "USE": "use",
    "FADE": "fade|fades",
    "CROSSFADE": "crossfade|crossfades|cross fade|cross "
    "fades|cross-fade|cross-fades|dissolve|dissolves|cross dissolve"
    "|transition|transitions",
    "ADD": "add|put|insert|place|include|show|overlay|give|lay|throw "
    "in|stick|pop|create|append|attach|drop in|write|display",
    "MOVE": "move|shift|reorder",
    "SWAP": "swap|switch",
    "CLOSE": "close|close up",
    "RENDER": "render|export|rendering|exporting",
    "PREVIEW": "preview",
    "UNDO": "undo|revert|go back to how it was|take back",
    "LEAVE": "leave|leaving",
    "DONT": "don't|dont|do not|never",
    "NO": "no|not",
    "UNTOUCHED": "without touching|without changing|without affecting",
    "TOUCH": "touch|change|alter|affect|mess with",
    "ALONE": "alone|as is|as it is|as they are|untouched|unchanged|intact",
    "WITHOUT": "without",
    "EXCEPT": "except|except for|apart from|other than",
    "WHERE": "where|when",
    "PART": "the bit|the bits|that bit|this bit|part|section|moment|line|piece|parts|bits",
    "SAYS": "he says|she says|i say|they say|we say|you say|someone says|somebody says|speaker says|it "
    "says|says",
    "GAP": "gap|gaps|hole|holes",
    "SILENCE": "silence|silences|silent parts|silent bits|silent sections|dead air|pauses|pause|quiet "
    "bits|quiet parts"
    "|gaps in the talking|gap in the talking|gaps in the speech|gaps in speech|gap in speech"
    "|silent pauses|long pauses|awkward pauses|awkward silences|dead space",
    "LONGER": "longer than|more than|greater than|that last more than|that are longer than|that are over"
    "|above|at least|of more than|lasting more than|lasting over",
    "PADDING": "padding|breathing room|margin|on each side|each side|either side|on either side|around them",
    "CAPTION": "caption|captions|subtitle|subtitles|subs|closed captions|subtitling|captioning",
    "TITLE": "title|titles|text|title card|heading|caption saying|words|label|lettering",
    "SAYING": "saying|that says|which says|reading|that reads|called|named",
    "MUSIC": "music|background music|soundtrack|music bed|bed|tune|backing track|music "
    "track|score|underscore",
    "SOUND": "sound|audio|all sound|all the sound",
    "LEVEL": "volume|sound level|audio level|level|loudness",
    "VOICE": "voice|voices|speech|narration|dialogue|dialog|speaker|original sound|original audio",
    "PICTURE": "picture|image|visuals",
    "BLACK": "black",
    "IT": "it|it's|it is",
    "VIDEO": "video|this|this video|this movie|this recording|this footage|whole thing|everything|all "
    "of it|whole lot|whole video|whole clip|movie|film|footage|entire video"
    "|entire thing|entire clip|it all|recording|all of this|edit|timeline|whole movie|clip as a whole",
    "CLIP": "clip|clips|shot|shots|scene",
    "TRACK": "track",
    "ALL": "all|each|every|both",
    "FIRST": "first|opening",
    "LAST": "last|final|closing|ending",
    "MIDDLE": "middle|midpoint|halfway|halfway point|half way",
    "INTRO": "intro|introduction|opening part|opening bit|opening section",
    "OUTRO": "outro|closing part",
    "START": "start|begin|beginning|very start|very beginning|front|head",
    "END": "end|stop|very end|finish|tail",
    "MARK": "mark|point|into it|in point",
    "HALF": "half|halves",
    "QUARTER": "quarter",
    "THIRD": "third",
    "COUPLE": "couple|couple of",
    "FEW": "few|several",
    "SOME": "some",
    "BIT": "bit|little|slightly|tad|little bit|a touch|a smidge|a hair",
    "DOUBLE": "double|doubling",
    "TWICE": "twice",
    "ASMUCH": "as fast|as quick|as quickly|normal speed|real time|speed of normal",
    "ASSLOW": "as slow|as slowly",
    "TIMES": "times",
    "FROM": "from|starting at|starting from|beginning at|starting",
    "TO": "to|through|thru",
    "UNTIL": "until|till|til|'til",
    "ONWARD": "on|onward|onwards|forward|forwards",
    "BETWEEN": "between",
    "AFTER": "after|past|following",
    "BEFORE": "before|prior to|up until",
    "AT": "at",
    "IN": "in",
    "INTO": "into",
    "OUT": "out",
    "UP": "up",
    "DOWN": "down",
    "OFF": "off",
    "FOR": "for|lasting|that lasts",
    "OVER": "over|during|across|within",
    "UNDER": "under|underneath|beneath|behind",
    "BY": "by",
    "OF": "of",
    "WITH": "with|using|as",
    "THROUGHOUT": "throughout|all the way through|the whole time|whole time|the whole way through|whole "
    "way through",
    "DUCK": "duck|ducking|duck it|ducked",
    "PERCENTWORD": "percent|per cent",
    "DBWORD": "decibel|decibels|db",
    "LONG": "long",
    "OTHER": "rest|others",
    "AND": "and|&|plus|as well as",
    "BESIDE": "next to each other|next to one another",
}

_VALUED: dict[str, dict[str, Any]] = {
    "UNIT": {
        **dict.fromkeys(("millisecond", "milliseconds", "ms", "millis"), Fraction(1, 1000)),
        **dict.fromkeys(("seconds", "sec", "secs", "s"), Fraction(1)),
        **dict.fromkeys(("minute", "minutes", "min", "mins", "m"), Fraction(60)),
        **dict.fromkeys(("hour", "hours", "hr", "hrs", "h"), Fraction(3600)),
    },
    "FRAMES": {"frame": 1, "frames": 1},
    "SECOND": {"second": 2},
    "ORDINAL": {
        w: n
        for n, pair in enumerate(
            ("1st", "2nd", "3rd third", "4th fourth", "5th fifth", "6th sixth", "7th seventh", "8th eighth",
             "9th ninth", "10th tenth"),
            1,
        )
        for w in pair.split()
        if w != "third"
    },
    "POSITION": {
        "centre": "centre", "center": "centre", "centered": "centre", "centred": "centre",
        "middle of the screen": "centre", "middle of the picture": "centre", "middle of the frame": "centre",
        "top": "top", "bottom": "bottom", "lower third": "lower_third", "lower-third": "lower_third",
        "top left": "top_left", "upper left": "top_left", "top left corner": "top_left", "top-left":
        "top_left",
        "top right": "top_right", "upper right": "top_right", "top right corner": "top_right",
        "top-right": "top_right",
        "bottom left": "bottom_left", "lower left": "bottom_left", "bottom left corner": "bottom_left",
        "bottom-left": "bottom_left",
        "bottom right": "bottom_right", "lower right": "bottom_right", "bottom right corner": "bottom_right",
        "bottom-right": "bottom_right",
    },
    "TRACKKIND": {"video track": "video", "audio track": "audio", "sound track": "audio", "title track":
    "overlay",
                  "overlay track": "overlay", "titles track": "overlay", "caption track": "captions",
                  "captions track": "captions"},
}  # fmt: skip

NUMBERS = {
    w: n
    for n, w in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
TENS = {
    w: 10 * n
    for n, w in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}

ARTICLES = frozenset({"a", "an", "the", "my", "our"})
"""Dropped, but what follows is then a noun."""

FILLER = (
    "please|pls|plz|kindly|could you|can you|would you|will you|could we|can we|hey|hi|hello|ok|okay|thanks"
    "|can u|could u|thank you|cheers|i want you to|i want to|i'd like you to|i'd like to|i would like you to"
    "|i would like to"
    "|i need you to|i need|i want|i'd like|we need to|you should|let's|lets|go ahead "
    "and|also|really|actually just|just"
    "|only|maybe|if you can|if possible|for me|kind of|sort of|mate|there|would you mind|nicely|first of all"
    "|um|umm|uh|er|erm|so|well|alright|basically|like|yeah|i only want to|i just want to|i only need to|guys"
    "|firstly|secondly|too|as well|any|anything|at all"
    "|exactly|completely|totally|entirely|hmm|hm|i think|i guess|somehow|in total|instead|real quick|thx"
    "|lol|if u can|would be nice|would be great|that would be great|simply|quickly|okay so|ok so|kinda|sorta"
    "|i'd love it if you|i would love it if you|i'd love you to|i was wondering if you could"
    "|is it possible to|is there a way to|any way to|i'd be happy if you"
    "|it would be great if you could|do me a favour and"
    "|do me a favor and|i'd like for you to|what i want is to|how do i|how can i|could i|can i|make sure to"
    "|pretty|literally|honestly|obviously|gonna|the thing is|for good|anyway|my friend|dude|man|bro|folks"
)

WISHES = (
    "can you|could you|can u|could u|would you|will you|can we|could we|i want you to|i'd like you to"
    "|i would like you to|i need you to|would you mind|please can you|pls can you|can you please"
    "|could you please"
)
"""Fillers with which a wish begins."""
WISH = "wish"

THEN = "then|and then|after that|afterwards|next|finally|lastly|and finally|followed by"
CORRECTION = (
    "no wait|wait no|wait|scratch that|no sorry|sorry|i mean|i meant|actually|or rather|rather|never mind"
    "|oh wait no|oh wait|no actually|on second thought|on second thoughts|oh no|better|or better"
)
BUT = "but"

MOODS: dict[str, tuple[str, ...]] = {
    "warm": ("warm", "cosy", "cozy"),
    "calm": ("calm", "gentle", "peaceful", "relaxing", "relaxed", "chill", "mellow", "soft", "ambient"),
    "upbeat": ("upbeat", "energetic", "uplifting", "lively"),
    "tense": ("tense", "dark", "suspenseful", "dramatic"),
    "happy": ("happy", "cheerful", "playful", "joyful"),
    "sad": ("sad", "melancholic", "melancholy", "sombre"),
    "cinematic": ("cinematic", "epic"),
    "lo-fi": ("lo-fi", "lofi", "lo fi"),
}
"""The composer's moods and the words that people use for them."""

INSTRUMENTS: dict[str, tuple[str, ...]] = {
    "piano": ("piano",),
    "pad": ("pad", "pads", "synth pad"),
    "strings": ("strings", "string"),
    "guitar": ("guitar", "acoustic guitar"),
    "bells": ("bells",),
}


def _phrases() -> dict[tuple[str, ...], tuple[str, Any]]:
    table: dict[tuple[str, ...], tuple[str, Any]] = {}

    def add(phrase: str, terminal: str, value: Any = None) -> None:
        key = tuple(phrase.split())
        if terminal == "FILLER" and key in table:
            return
        if key in table:
            raise ValueError(f"{phrase!r} is both {table[key][0]} and {terminal}")
        table[key] = (terminal, value)

    for phrase in WISHES.split("|"):
        add(phrase, "FILLER", WISH)
    for terminal, phrases in (
        *_PLAIN.items(),
        ("FILLER", FILLER),
        ("THEN", THEN),
        ("FIX", CORRECTION),
        ("BUT", BUT),
    ):
        for phrase in phrases.split("|"):
            add(phrase, terminal)
    for terminal, values in _VALUED.items():
        for phrase, value in values.items():
            add(phrase, terminal, value)
    for terminal, families in (("MOOD", MOODS), ("INSTRUMENT", INSTRUMENTS)):
        for value, words in families.items():
            for word in words:
                add(word, terminal, (value, word))
    return table


PHRASES = _phrases()
"""Words of a phrase -> (terminal, value)."""

LONGEST_PHRASE = max(map(len, PHRASES))
KNOWN_WORDS = frozenset(w for phrase in PHRASES for w in phrase) | NUMBERS.keys() | TENS.keys() | ARTICLES
PLAIN_TERMINALS = (*_PLAIN, "POSSESSIVE")

_NOT_MENDED = frozenset({"FILLER", "FIX", "THEN", "BUT", "NO", "DONT"})
MENDABLE = frozenset(
    phrase[0]
    for phrase, (terminal, _) in PHRASES.items()
    if len(phrase) == 1 and len(phrase[0]) >= 4 and terminal not in _NOT_MENDED
) | {w for w in (*NUMBERS, *TENS) if len(w) >= 4}
"""Words that a slip of the finger may be mended to."""


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


REAL_WORDS = _set(
    """
    boring shorter white world frame tile tiles mode mice file films loser closer later lover mover mould
    table start-up sound-track parse paused case cause claps slips clap slip trip trap grim crop crops
    spit spilt spent speech fast must cute core care came seen scent moon noon most past best worst next
    text test slot shop shot-list tone tune bead bread beard bend band blank lead head dead fads fried
    takes makes plays moves stays gets goes comes keeps runs needs looks feels lasts starts ends sounds cuts
    whole while white first fast loop loops wipe wipes push slide grain blur lift gift glass class loud proud
    fade-in hide side ride wide bass pass mass bees sits Words of their own that look like slips of
    known ones.
    """
)
"""Words of their own that look like slips of known ones."""

VERBS = _set(
    """
    CUT TRIM KEEP SPLIT TIGHTEN SPEED SLOW PLAY MUTE LOWER RAISE TURN SET MAKE USE FADE CROSSFADE ADD
    MOVE SWAP CLOSE TAKE
    """
)
"""Terminals that begin a clause."""

NOUNS = _set(
    """
    CAPTION TITLE QUOTED HALF DOUBLE TWICE FACTOR PERCENT NUMBER PREVIEW LOUDER QUIETER SILENCE BIT AT
    CROSSFADE DB MOOD INSTRUMENT SOME SLOWMO
    """
)
"""Terminals that begin a clause whose verb is left out."""

PLACES_FIRST = _set(
    """
    AT FROM IN BETWEEN OVER AFTER BEFORE UNDER ONWARD CLOCK FIRST LAST
    """
)
"""Terminals that begin a place which may stand before its verb."""

VALUED = _set(
    """
    UNIT SECOND FRAMES ORDINAL POSITION TRACKKIND MOOD INSTRUMENT NUMBER CLOCK LENGTH FACTOR PERCENT DB
    QUOTED NAME FILE CLIP
    """
)
"""Terminals that carry a value into the reading."""
