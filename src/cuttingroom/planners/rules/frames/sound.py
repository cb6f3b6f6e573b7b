"""Frames for sound: taking it away, other sound, lines of gain, ducking, loudness, noise, bleeps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cuttingroom.planners.base import Need
from cuttingroom.planners.rules import readings as r
from cuttingroom.planners.rules.board import Board
from cuttingroom.planners.rules.frames.files import is_heard_only
from cuttingroom.planners.rules.frames.frame import Frame, Slots
from cuttingroom.planners.rules.frames.readers import Found, Reader, read_kinds, read_pattern
from cuttingroom.planners.rules.frames.tokens import Tokens
from cuttingroom.planners.rules.plans import audio, lines

Plan = Callable[[Board, Slots], None]


def _read_spoken(tokens: Tokens, at: int) -> Found:
    """Words that somebody says: `"damn"`, `the word damn`, `every time she says "um"`, `every um`."""
    start = at
    every = tokens.kind(start) == "ALL"
    start += every
    if start < len(tokens) and tokens[start].words in (("time",), ("times",)):
        start += 1
    if tokens.kind(start) == "WHERE":
        start += 1
    start += tokens.kind(start) == "SAYS"
    is_word = start < len(tokens) and tokens[start].words in (("word",), ("words",))
    start += is_word
    if tokens.kind(start) == "QUOTED":
        yield r.Spoken(tokens[start].value, every=True), start + 1
    elif (is_word or every or start > at) and tokens.kind(start) == "UNKNOWN":
        yield r.Spoken(tokens[start].words[0], every=True), start + 1


def _is_about_sound(slots: Slots) -> bool:
    """Of a file with pictures only the sound is meant when something is said about sound."""
    return is_heard_only(slots["media"]) or bool(
        slots.keys() - {"media", "at", "length", "part", "over", "until", "under"}
    )


def _is_heard_between(slots: Slots) -> bool:
    """Whether it is about sound alone, over a stretch that lies anywhere."""
    what, where = slots["what"], slots["where"]
    is_heard = isinstance(what, r.SoundOf) or what in (r.Sort("music"), r.Sort("voice"), r.Sort("sound"))
    return is_heard and isinstance(where, r.Between)


_NO_WORDS = frozenset((
    "word", "words", "time", "times", "part", "bit", "tone", "sound", "when", "every", "hz", "hertz",
    "swear", "curse", "bad", "dirty", "rude", "profanity",
))  # fmt: skip


def _read_bleeped(tokens: Tokens, at: int) -> Found:
    """As `_read_spoken`, and a word by itself: whatever else could be bleeped?"""
    yield from _read_spoken(tokens, at)
    if tokens.kind(at) == "UNKNOWN" and not _NO_WORDS & set(tokens[at].words):
        yield r.Spoken(tokens[at].words[0], every=True), at + 1


CHUNKS: dict[str, Reader] = {
    "SPOKEN": _read_spoken,
    "BLEEPED": _read_bleeped,
    "LUFS": read_kinds("LUFS"),
    "SIGNED": read_kinds("SIGNED"),
    "HERTZ": read_pattern(r"(\d{2,4})\s?(?:hz|hertz)\b", lambda m: int(m[1])),
}
"""Kinds of this area."""

_OF = "[of|from|in|on|for|to|at] TARGET"
_SOUND = "(audio|sound|sounds|soundtrack|audio track)"
_REMOVE = "(remove|delete|strip|drop|lose|kill|erase|ditch|scrap|cut|axe|bin|discard|detach)"
_STOP = "(remove|stop|switch|turn|take|undo|kill|disable|drop|lose)"
_NOISE = "(noise|hiss|hum|buzz|static|hissing|humming|buzzing|rumble|whine)"


def _plans(plan: Plan, **more: Any) -> Plan:
    """A plan function that also gets what the words of the frame say."""

    def planned(board: Board, slots: Slots) -> None:
        plan(board, {**slots, **more})

    return planned


def _topic(slots: Slots) -> r.Target | None:
    what = slots.get("what")
    return None if isinstance(what, (r.It, r.Everything)) or what == r.Sort("sound") else what


_WORDS = {"words*": "[out|over] BLEEPED", "where*": "[at|from|for|between|in|over|out] STRETCH"}
_GAIN = {"gain": "[down|up] (to|at) DB", "share": "[down|up] (to|at) SHARE",
         "silent": "[down] to (nothing|silence|zero)"}  # fmt: skip
_WHERE = "[from|between|over|during|in] STRETCH"

FRAMES = (
    Frame(
        "remove_audio",
        says=(
            f"{_REMOVE} [original] {_SOUND}",
            f"{_REMOVE} * {_SOUND}",
            f"(take|get|pull) * {_SOUND} (out|off|away)",
            f"(take|get|pull) {_SOUND} (out|off|away)",
            f"(take|get|pull) (out|off|away) {_SOUND}",
            f"get rid of [original] {_SOUND}",
            f"get rid of * {_SOUND}",
        ),
        slots={"what": _OF, "all": ("completely", "entirely", "altogether"), "where": _WHERE},
        plan=audio.plan_remove_audio,
        glue="own original for good out off clip from",
        topic=_topic,
    ),
    Frame(
        "replace_audio",
        says=(
            f"(replace|swap|exchange|substitute|change|switch) [out] * {_SOUND}",
            f"(replace|swap|exchange|substitute|change|switch) [out] {_SOUND}",
            f"(use|put|play|have|lay) * (instead|in place) [of] [original] {_SOUND}",
            f"(use|put|play|have) * (as|for|of) [new|original] {_SOUND}",
            "(replace|swap|exchange|substitute|change|switch) * voice",
            "dub * with",
        ),
        slots={
            "what": _OF,
            "media": "[with|for|by|to|against|using] MEDIA",
            "where": "[of|in|from|between|during|over] STRETCH",
            "start": "<starting from|starting at|starting from|beginning at> POINT [of] [it|song|file|track]",
        },
        plan=audio.plan_replace_audio,
        requires=("media",),
        glue="own original entire whole its instead file new the",
        topic=_topic,
        places=True,
    ),
    Frame(
        "add_audio",
        says=("(add|put|insert|lay|play|drop|place|use|bring|throw|stick|have|start|mix|overlay|want) [in]",),
        slots={
            "media": "[sound|audio] MEDIA",
            "at": "[<at|from|starting at|starting from|beginning at|starting|to>] POINT",
            "part": "[seconds|from] STRETCH (of|from|out of)",
            "over": "[from|between|over|during|for] STRETCH",
            "bed": "(under|underneath|beneath|behind|below) STRETCH",
            "length": "(for|lasting) LENGTH",
            "until": "<until|till|up until> POINT",
            "under": (
                "(under|underneath|beneath|behind|below) "
                "(me|him|her|them|it|voice|everything|all|talking|speech|speaking|us|you) [talking|speaking]",
                "as (background|music)",
                "<as background music|in background>",
            ),
            "gain": "[at|with|by] DB",
            "fade_in": (
                "[with|and] LENGTH fade [in]",
                "[and] fade [it] in (over|for|in|of|with) LENGTH",
                "[with|and] fade in (of|over) LENGTH",
                "[fading|faded] in over LENGTH",
            ),
            "fade_out": (
                "[with|and] LENGTH fade out",
                "[and] fade [it] out (over|for|in|of|with) LENGTH",
                "[with|and] fade out (of|over) LENGTH",
            ),
            "loops": ("[on] (loop|repeat)", "looped", "looping", "repeated", "over and over"),
            "ducks": "[and] [duck] (ducked|ducking) [under|for] [voice|speech|it]",
            "sound": "(just|only) (sound|audio) [of|from]",
        },
        plan=audio.plan_add_audio,
        requires=("media", "at|part|over|length|until|loops|fade_in|fade_out|gain|under|bed"),
        glue="in video it there and sound audio effect softly quietly",
        accepts=_is_about_sound,
        places=True,
    ),
    Frame(
        "loop_audio",
        says=("(loop|repeat)",),
        slots={
            "media": "MEDIA",
            "whole": "<under|underneath|over|for|through|throughout|behind> TARGET",
            "gain": "[at|with] DB",
        },
        plan=_plans(audio.plan_add_audio, loops=True),
        requires=("media", "whole"),
        glue="video whole softly quietly",
        places=True,
    ),
    Frame(
        "gain_line",
        says=(
            "(fade|bring|take|turn|ramp|dip|pull|drop|lower|reduce|slide|go) * down",
            "(fade|bring|take|turn|ramp|dip|pull|drop|lower|reduce|slide) down",
            "(dip|ramp|fade)",
        ),
        slots={
            "what": "[the] TARGET [volume|level]",
            **_GAIN,
            "by": "by DB",
            "where": _WHERE,
            "back": "[and] back [up] [to normal] [from|between|over] STRETCH",
        },
        plan=_plans(lines.plan_line, down=True),
        requires=("where", "gain|share|silent|by"),
        glue="volume level gently slowly smoothly again",
        topic=_topic,
    ),
    Frame(
        "gain_line_somewhere",
        says=("(fade|ramp|dip|slide) * down", "(fade|ramp|dip|slide) down"),
        slots={"what": "[the] TARGET [volume|level]", "where": _WHERE},
        plan=lines.plan_line,
        requires=("where",),
        glue="volume level gently slowly smoothly",
        topic=_topic,
    ),
    Frame(
        "gain_line_up",
        says=(
            "(fade|bring|take|turn|ramp|pull|push|raise|slide|go|swell) * (up|back)",
            "(fade|bring|take|turn|ramp|pull|push|slide) (up|back)",
            "back up",
        ),
        slots={
            "what": "[the] TARGET [volume|level]",
            **_GAIN,
            "by": "by DB",
            "where": _WHERE,
            "normal": "[back] to (normal|full|full volume|where it was)",
        },
        plan=lambda board, slots: lines.plan_line(
            board, {"gain": 0, **slots} if not {"share", "by", "silent"} & set(slots) else dict(slots)
        ),
        requires=("where", "gain|share|by|normal"),
        glue="volume level gently slowly smoothly again up back",
        topic=_topic,
    ),
    Frame(
        "fade_line_out",
        says=("(fade|fading) * (out|away)", "(fade|fading) (out|away)"),
        slots={"what": "[the] TARGET", "where": "[from|between] STRETCH"},
        plan=lines.plan_fade_line,
        requires=("what", "where"),
        glue="slowly gently smoothly",
        accepts=_is_heard_between,
    ),
    Frame(
        "fade_line_in",
        says=(
            "(fade|fading) * in",
            "(fade|fading) in",
            "(fade|bring|come|swell) * up from (silence|nothing)",
        ),
        slots={"what": "[the] TARGET", "where": "[from|between] STRETCH"},
        plan=_plans(lines.plan_fade_line, **{"in": True}),
        requires=("what", "where"),
        glue="slowly gently smoothly",
        accepts=_is_heard_between,
    ),
    Frame(
        "level_then_back",
        says=(
            "(let|have|make) * (rise|come|go|return) [back] [up]",
            "(rise|come|return|bring) back [up]",
            "back [up]",
        ),
        slots={
            "what": "TARGET [volume|level]",
            "gain": "[at|to] DB",
            "at": "(at|from) POINT",
            "by": "(by|until|till) POINT",
            "normal": "[back] to (normal|full|full volume|where it was)",
        },
        plan=lines.plan_level_then_back,
        requires=("gain", "at", "by"),
        glue="it back up be set",
        topic=_topic,
    ),
    Frame(
        "duck",
        says=(
            "(duck|duck it|sidechain|side-chain)",
            "(lower|dip|drop|reduce) * (when|whenever|while)",
            "(make|have|let|turn|bring|keep) * (quieter|softer|down|lower|low) * (when|whenever|while)",
            "(go|goes|get|gets) (quieter|softer|down|lower) * (when|whenever|while|under)",
            "make room for",
            "(add|put|use|apply) ducking",
            "auto-duck",
            "auto duck",
        ),
        slots={
            "what": "[the|on|to] TARGET [volume|level]",
            "under": (
                "(under|underneath|beneath|behind|below|for|against|by) TARGET",
                "TARGET (talks|speaks|sounds|plays|is playing|is talking|is speaking|starts|comes in)",
            ),
            "depth": "[by|to] DB",
            "speech": "(someone|somebody|anyone|anybody|people|they|he|she|i|we|you) "
            "(talk|talks|talking|speak|speaks|speaking|is talking|is speaking|are talking|am talking|speech)",
        },
        plan=lambda board, slots: audio.plan_duck(
            board, {"under": r.Sort("voice"), **slots} if "speech" in slots else dict(slots)
        ),
        glue="should a bit volume is when whenever while there speech talking automatically it",
        topic=_topic,
    ),
    Frame(
        "remove_duck",
        says=(
            f"{_STOP} [off] * (duck|ducking) [off|out|away]",
            f"{_STOP} [off] (duck|ducking) [off|out|away]",
            "get rid of (duck|ducking)",
            "no [more] ducking",
            "(don't|dont|do not) duck",
        ),
        slots={"what": "[on|of|from|for] TARGET"},
        plan=audio.plan_remove_duck,
        glue="again it off any more steady want keep i from",
        topic=_topic,
    ),
    Frame(
        "normalise_loudness",
        says=(
            "(normalise|normalize|normalised|normalized|normalising|normalizing|normalisation|normalization)",
            "(level|even|balance) * out",
            "(level|even|balance) out",
            "(match|equalise|equalize|balance|level|fix) * (volume|volumes|level|levels|loudness)",
            "(bring|set|get|put|master|make|mix|take) * lufs",
            "(same|equal|even) (volume|loudness|level)",
            "(equally|evenly) loud",
            "(differently|unevenly) loud",
            "differently loud * even * out",
            "as loud as each other",
            "make * consistent",
            "consistent (volume|loudness|level|levels)",
        ),
        slots={
            "what": "[the|in|of|for|across|between] TARGET",
            "lufs": "[to|at] (LUFS|SIGNED)",
            "db": "[to|at] DB",
            "each": (
                "each [one]",
                "every [one]",
                "one by one",
                "separately",
                "individually",
                "equally",
                "evenly",
                "same",
                "equal",
                "even",
                "differently",
                "unevenly",
                "as each other",
                "match",
                "consistent",
            ),
        },
        plan=audio.plan_normalise,
        needs=frozenset({Need.LOUDNESS}),
        glue="loudness volume volumes level levels audio sound be are all should to same between them out"
        " make loud it",
        topic=_topic,
    ),
    Frame(
        "to_loudness",
        says=("(bring|set|get|put|master|make|mix|take|raise|lower|turn)",),
        slots={"what": "[the|in|of|for] TARGET", "lufs": "[up|down] [to|at] LUFS", "each": "each [one]"},
        plan=audio.plan_normalise,
        needs=frozenset({Need.LOUDNESS}),
        requires=("lufs",),
        glue="loudness volume level audio sound up down overall louder quieter",
        topic=_topic,
    ),
    Frame(
        "denoise",
        says=(
            "(denoise|de-noise|denoising)",
            "(remove|reduce|lower|cut|clean|take|filter|suppress|lose|fix|kill|minimise|minimize|get|do|drop)"
            f" * {_NOISE}",
            f"(remove|reduce|lower|cut|filter|suppress|lose|fix|kill|minimise|minimize) {_NOISE}",
            f"get rid of * {_NOISE}",
            f"get rid of {_NOISE}",
            "noise (reduction|removal|suppression)",
            "clean [up] * (audio|sound|voice)",
            "clean [up] (audio|sound|voice)",
        ),
        slots={
            "what": "[in|from|of|on|for] TARGET",
            "amount": "[by|of] DB",
            "bit": ("BIT", "slightly", "a touch"),
            "strong": (
                "completely",
                "entirely",
                "strongly",
                "heavily",
                "aggressively",
                "as much as possible",
            ),
        },
        plan=audio.plan_denoise,
        glue="background noise hiss hum buzz static room fan ac air conditioning conditioner steady annoying"
        " that up can you hear in is hissing humming mains electrical some bit constant sound audio there",
        topic=_topic,
    ),
    Frame(
        "noise_remark",
        says=(_NOISE,),
        slots={"place": ("<in background>", "(in|on|throughout|during) TARGET")},
        reading=lambda _slots: r.Remark(None),
        requires=("place",),
        glue="some bit annoying constant there is terrible awful loud really",
    ),
    Frame(
        "bleep",
        says=(
            "(bleep|beep|censor|bleeping|beeping|censoring) [out|over]",
            "(put|add|place|lay|play) * (bleep|beep|tone)",
            "(cover|replace|hide|mask) * (bleep|beep|bleeps|beeps|tone)",
        ),
        slots={**_WORDS, "what": "(on|in|of) TARGET", "tone": "[at|with|of] HERTZ"},
        plan=audio.plan_bleep,
        glue="out over with a tone sound part bit word words where every time when he she they i says on it",
    ),
    Frame(
        "mute_words",
        says=("(mute|silence|unhear|blank) [out]", "(cut|kill|drop|lose|turn off) (audio|sound)"),
        slots={"words*": "[out|over] SPOKEN", "what": "(on|in|of) TARGET"},
        plan=audio.plan_mute_words,
        requires=("words",),
        glue="word words where every time when he she they i says say and sound",
    ),
)
