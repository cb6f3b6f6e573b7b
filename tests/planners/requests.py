"""Requests as people type them, each with the plan that is right or the question that is right.

Times are seconds. `Want("remove_ranges", ranges=[(0, 10)])` is a call with the arguments that matter; others
may be anything. `asks` is a part of the question that must come back. `seconds` is the length of the video
after the plan. The final `render` is expected of every plan and not written down.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cuttingroom.core.time import ticks_to_seconds
from cuttingroom.planners.base import PlanDraft, Planner
from cuttingroom.planners.draft import try_items
from planners.worlds import context


@dataclass(frozen=True)
class Want:
    tool: str
    args: dict[str, Any]

    def __init__(self, tool: str, /, **args: Any) -> None:
        object.__setattr__(self, "tool", tool)
        object.__setattr__(self, "args", args)


@dataclass(frozen=True)
class Request:
    text: str
    items: tuple[Want, ...] = ()
    on: str = "talk"
    asks: str | None = None
    assumes: tuple[str, ...] = ()
    seconds: float | None = None


def does(
    text: str, *items: Want, on: str = "talk", assumes: Any = (), seconds: float | None = None
) -> Request:
    assumes = (assumes,) if isinstance(assumes, str) else tuple(assumes)
    return Request(text, items, on, None, assumes, seconds)


def asks(text: str, about: str, on: str = "talk") -> Request:
    return Request(text, on=on, asks=about)


def cut(*ranges: tuple[float, float]) -> Want:
    return Want("remove_ranges", ranges=list(ranges))


def keep(*ranges: tuple[float, float]) -> Want:
    return Want("keep_ranges", ranges=list(ranges))


SILENT = [(10, 11), (30, 30.4), (50, 52.5), (100, 100.8)]

REQUESTS: tuple[Request, ...] = (
    # cutting by time
    does("cut the first 10 seconds", cut((0, 10)), seconds=110),
    does("Please remove the first ten seconds.", cut((0, 10))),
    does("hey, could you please chop off the last ten seconds?", cut((110, 120)), seconds=110),
    does("lose the last half a minute", cut((90, 120))),
    does("trim a minute and a half off the start", cut((0, 90))),
    does("cut from 0:10 to 0:20", cut((10, 20))),
    does("cut out 0:10-0:20", cut((10, 20))),
    does("remove everything between 10 and 20 seconds", cut((10, 20))),
    does("delete between 0:05.5 and 0:07", cut((5.5, 7))),
    does("delete everything after 1:05", cut((65, 120)), seconds=65),
    does("drop everything before 12s", cut((0, 12))),
    does("get rid of everything after 3:20", cut((200, 600)), on="interview"),
    does("cut 0:10-0:20, 0:30-0:40 and 1:00-1:10", cut((10, 20), (30, 40), (60, 70)), seconds=90),
    does("cut the first 5 seconds and the last 5 seconds", cut((0, 5), (115, 120)), seconds=110),
    does("take out 1m20s to 1m40s", cut((80, 100))),
    does("remove the opening 1 minute and 30 seconds", cut((0, 90))),
    does("cut from 10 to 20", cut((10, 20)), assumes="seconds"),
    does("cut ten seconds starting at 0:30", cut((30, 40))),
    does("cut from 0:30 for 15 seconds", cut((30, 45))),
    does("cut from 1:30 to the end", cut((90, 120))),
    does("remove the second half", cut((60, 120))),
    does("cut the middle third", cut((40, 80))),
    does("cut the 5 second intro", cut((0, 5))),
    does("cut the intro (first 8 seconds)", cut((0, 8))),
    does("remove the first 3 seconds of clip 2", cut((20, 23)), on="three"),
    does('cut out the bit where he says "the sea is calm"', cut((7.5, 9.4)), assumes="0:07"),
    # keeping
    does("keep only 0:20 to 1:05", keep((20, 65)), seconds=45),
    does("just keep the first minute", keep((0, 60)), seconds=60),
    does("keep the first half", keep((0, 60))),
    does("keep 0:10-0:20 and 0:30-0:40", keep((10, 20), (30, 40)), seconds=20),
    does("trim the video to the first 30 seconds", keep((0, 30))),
    does("Trim to 0:15 - 0:45", keep((15, 45)), seconds=30),
    # clips
    does("remove clip 2", Want("ripple_remove", elements=["c2"]), on="three", seconds=60),
    does("delete the second clip", Want("ripple_remove", elements=["c2"]), on="three"),
    does("lose the last clip", Want("ripple_remove", elements=["c3"]), on="three"),
    does("remove harbour.mp4", Want("ripple_remove", elements=["c2"]), on="three"),
    does('cut the "market" clip', Want("ripple_remove", elements=["c3"]), on="three"),
    does("delete clips 1 and 3", Want("ripple_remove", elements=["c1", "c3"]), on="three", seconds=30),
    does("remove clip 2 but leave a gap", Want("remove", elements=["c2"]), on="three", seconds=90),
    does(
        "trim clip 2 to 5 seconds",
        Want("ripple_trim", element="c2", range=(20, 25)),
        on="three",
        assumes="first 5",
        seconds=65,
    ),
    does("trim 2 seconds off the end of clip 1", cut((18, 20)), on="three"),
    does(
        "move clip 3 to the start",
        Want("reorder", elements=["c3", "c1", "c2"]),
        on="three",
        seconds=90,
    ),
    does(
        "move the first clip to the end",
        Want("reorder", elements=["c2", "c3", "c1"]),
        on="three",
        seconds=90,
    ),
    does("put clip 3 before clip 2", Want("reorder", elements=["c1", "c3", "c2"]), on="three", seconds=90),
    does("swap clips 2 and 3", Want("reorder", elements=["c1", "c3", "c2"]), on="three"),
    does("split at 0:30", Want("split", element="c1", at=30)),
    does("split clip 2 at 0:35", Want("split", element="c2", at=35), on="three"),
    does("cut the video at 45 seconds", Want("split", element="c1", at=45)),
    does("split it at 10s, 20s and 30s", Want("split", at=10), Want("split", at=20), Want("split", at=30)),
    does("close the gaps", Want("close_gaps"), on="gappy", seconds=25),
    # silences
    does("remove the silences", Want("remove_silences", silences=SILENT, min=0.5), assumes="0.5"),
    does(
        "Remove all the silences longer than half a second", Want("remove_silences", silences=SILENT, min=0.5)
    ),
    does("lose the dead air", Want("remove_silences", min=0.5), assumes="0.5"),
    does("tighten the pauses", Want("remove_silences"), assumes="0.5"),
    does("cut out the pauses but leave 0.2s", Want("remove_silences", padding=0.1), assumes="0.1"),
    does("cut pauses over 2 seconds", Want("remove_silences", min=2)),
    does("cut silences longer than 1s with 0.2s of padding", Want("remove_silences", min=1, padding=0.2)),
    does(
        "remove the silences in the first minute",
        Want("remove_silences", silences=[(10, 11), (30, 30.4), (50, 52.5)]),
    ),
    does("tighten the first 20 seconds", Want("remove_silences", silences=[(10, 11)])),
    # speed
    does(
        "speed up 0:30 to 1:15 by 2x",
        Want("split", at=30),
        Want("split", at=75),
        Want("set_speed", speed="2"),
        seconds=97.5,
    ),
    does("half speed", Want("set_speed", elements=["c1"], speed="1/2"), seconds=240),
    does("make it 1.5x faster", Want("set_speed", speed="3/2"), seconds=80),
    does("20% faster please", Want("set_speed", speed="6/5"), seconds=100),
    does(
        "slow the last 3 seconds down to 0.5x",
        Want("split", at=117),
        Want("set_speed", speed="1/2"),
        seconds=123,
    ),
    does(
        "play 1:00 to 1:10 at half speed",
        Want("split", at=60),
        Want("split", at=70),
        Want("set_speed", speed="1/2"),
        seconds=130,
    ),
    does("speed clip 2 up 3x", Want("set_speed", elements=["c2"], speed="3"), on="three", seconds=70),
    does("play clip 1 twice as fast", Want("set_speed", elements=["c1"], speed="2"), on="three"),
    # sound
    does("mute 0:10 to 0:20", Want("mute_range", range=(10, 20))),
    does("mute clip 2", Want("set_volume", elements=["c2"], volume=0), on="three"),
    does(
        "mute the music between 0:10 and 0:20",
        Want("mute_range", range=(10, 20), track_ids=["music"]),
        on="full",
    ),
    does("turn the music down by 6 dB", Want("set_volume", elements=["m1"], change_db=-6), on="full"),
    does("lower the music to 30%", Want("set_volume", elements=["m1"], volume=0.3), on="full"),
    does("make it a bit louder", Want("set_volume", elements=["c1"], change_db=3), assumes="3 dB"),
    does("turn clip 3 up 4dB", Want("set_volume", elements=["c3"], change_db=4), on="three"),
    does(
        "set the volume of clip 1 to 50 percent", Want("set_volume", elements=["c1"], volume=0.5), on="three"
    ),
    # fades and joins
    does("fade in", Want("fade_in", element="c1", **{"for": 1}), assumes="1 s"),
    does("fade in and out", Want("fade_in", element="c1"), Want("fade_out", element="c1"), assumes="1 s"),
    does(
        "fade out over the last 2 seconds",
        Want("fade_out", element="c1", **{"for": 2}, picture=True, sound=True),
    ),
    does("fade to black at the end", Want("fade_out", element="c3", picture=True), on="three", assumes="1 s"),
    does("fade the sound out over 3 seconds", Want("fade_out", element="c1", **{"for": 3}, picture=False)),
    does(
        "fade out the music over the last five seconds",
        Want("fade_out", element="m1", **{"for": 5}),
        on="full",
    ),
    does(
        "add a half second crossfade between all the clips",
        Want("add_transition", left="c1", right="c2", **{"for": 0.5}),
        Want("add_transition", left="c2", right="c3", **{"for": 0.5}),
        on="three",
        seconds=89,
    ),
    does(
        "crossfade clip 1 into clip 2",
        Want("add_transition", left="c1", right="c2", **{"for": 1}),
        on="three",
        assumes="1 s",
    ),
    # titles and captions
    does(
        'add a title "Harbour at dawn" at 5s for 3 seconds',
        Want("add_title", text="Harbour at dawn", at=5, **{"for": 3}),
        assumes="centre",
    ),
    does(
        "put the text 'Thanks' at the end",
        Want("add_title", text="Thanks", at=116, **{"for": 4}),
        assumes="4 s",
    ),
    does(
        'add "Kim Lee, pilot" in the lower third from 0:10 to 0:15',
        Want("add_title", text="Kim Lee, pilot", at=10, **{"for": 5}, position="lower_third"),
    ),
    does(
        "add title “Part Two” at 0:45, top left",
        Want("add_title", text="Part Two", at=45, position="top_left"),
    ),
    does("add captions", Want("add_captions", words=27)),
    does("subtitle it please", Want("add_captions", words=27)),
    does("add subtitles at the top", Want("add_captions", position="top")),
    does("remove the captions", Want("remove_captions"), on="full"),
    does("delete the title", Want("remove", elements=["t1"]), on="full"),
    does("move the title to 0:30", Want("move", element="t1", to=30), on="full"),
    # music, media, tracks
    does(
        "put a warm piano bed under the second half",
        Want("make_music", mood="warm", instrument="piano", **{"for": 60}),
        Want("add_music", at=60, media={"from_item": 1}),
    ),
    does(
        "add calm guitar music throughout without ducking",
        Want("make_music", mood="calm", **{"for": 120}),
        Want("add_music", at=0, duck_db=None),
    ),
    does(
        "add background music from 0:30 at -24 dB",
        Want("make_music", **{"for": 90}),
        Want("add_music", at=30, gain_db=-24),
        assumes="mood",
    ),
    does("remove the music", Want("remove", elements=["m1"]), on="full"),
    does(
        "use song.mp3 as the background music",
        Want("add_music", media={"artifact_id": "art_song"}, at=0),
        assumes="1:00",
    ),
    does("add outro.mp4 at the end", Want("append", media={"artifact_id": "art_outro"}), seconds=128),
    does("insert logo.png at 0:10 for 3 seconds", Want("insert", at=10, duration=3), seconds=123),
    does('add an audio track called "Effects"', Want("add_track", kind="audio", name="Effects")),
    does("render it"),
    # several at once
    does(
        "tighten the first 20 seconds, lose the dead air, and put a warm piano bed under the second half",
        Want("remove_silences"),
        Want("remove_silences"),
        Want("make_music"),
        Want("add_music"),
    ),
    does(
        'cut the first 10 seconds and add a title "Hi" at 0:30',
        cut((0, 10)),
        Want("add_title", at=20),
        assumes="0:20",
    ),
    does("cut the first ten seconds, then fade in", cut((0, 10)), Want("fade_in", **{"for": 1})),
    does("fade in and cut the first ten seconds", cut((0, 10)), Want("fade_in")),
    does("cut the first 10 seconds then cut the first 10 seconds", cut((0, 10)), cut((0, 10)), seconds=100),
    does(
        "trim the last five seconds, then fade in over 1 second and fade out over 2",
        cut((115, 120)),
        Want("fade_in", **{"for": 1}),
        Want("fade_out", **{"for": 2}),
    ),
    does(
        "keep 0:00 to 0:30, then speed it up 2x. Add captions",
        keep((0, 30)),
        Want("set_speed", speed="2"),
        Want("add_captions"),
        seconds=15,
    ),
    does("cut the first 10 seconds and mute 0:20 to 0:25", cut((0, 10)), Want("mute_range", range=(10, 15))),
    does(
        "Remove silences. Fade in for 2 seconds. Fade out for 2 seconds.",
        Want("remove_silences"),
        Want("fade_in", **{"for": 2}),
        Want("fade_out", **{"for": 2}),
    ),
    # negation, correction, typos
    does(
        "cut the first 10 seconds but don't touch the captions", cut((0, 10)), on="three", assumes="captions"
    ),
    does(
        "turn clip 1 down 3 dB and leave the captions alone",
        Want("set_volume", elements=["c1"], change_db=-3),
        on="full",
        assumes="captions",
    ),
    does("cut the first 10 seconds, no wait, the first 15 seconds", cut((0, 15)), assumes="15"),
    does("cut the frist 10 secnods", cut((0, 10)), assumes="frist"),
    does("remvoe the last 5 seconds", cut((115, 120)), assumes="remvoe"),
    does("cut the first 10 seconds, don't render", cut((0, 10)), assumes="not rendered"),
    # more of the above, in other words
    does("Can you cut the first minute and a half please", cut((0, 90))),
    does("trim 10s from the beginning and 5s from the end", cut((0, 10), (115, 120))),
    does("delete everything except 0:10 to 0:30", keep((10, 30))),
    does("cut everything but the first 10 seconds", keep((0, 10))),
    does("cut it down to 45 seconds", keep((0, 45)), assumes="beginning"),
    does("remove before 5s and after 1:55", cut((0, 5), (115, 120))),
    does("cut 10-20s", cut((10, 20))),
    does("cut from 1:45 on", cut((105, 120))),
    does("trim the end by 5 seconds", cut((115, 120))),
    does("cut 00:00:10 to 00:00:12.5", cut((10, 12.5))),
    does('at 0:30 add a title "X"', Want("add_title", at=30)),
    does("in the last 5 seconds fade out", Want("fade_out", **{"for": 5})),
    does("silence 0:10-0:20", Want("mute_range", range=(10, 20))),
    does("make the audio louder by 5 dB", Want("set_volume", change_db=5)),
    does("lower the volume by 20%", Want("set_volume", change_db=-1.94), assumes="1.94 dB"),
    does("remove the audio from 0:10 to 0:20", Want("mute_range", range=(10, 20))),
    does(
        "turn the volume down a little between 0:30 and 0:40",
        Want("split"),
        Want("split"),
        Want("set_volume", change_db=-3),
        assumes="3 dB",
    ),
    does(
        "turn the music down by 6 dB and fade it out",
        Want("set_volume", elements=["m1"]),
        Want("fade_out", element="m1"),
        on="full",
        assumes="“it” means the music",
    ),
    does("remove all titles and captions", Want("remove", elements=["t1", "k1", "k2"]), on="full"),
    does(
        "remove the music and add happy piano music",
        Want("remove", elements=["m1"]),
        Want("make_music", mood="happy", instrument="piano"),
        Want("add_music", media={"from_item": 2}),
        on="full",
    ),
    does("play song.mp3 under the first 30 seconds", Want("add_music", at=0, duration=30)),
    does('add captions and a title "Hi"', Want("add_captions"), Want("add_title", text="Hi")),
    does("add 'Don't stop' at 10s", Want("add_title", text="Don't stop", at=10)),
    does('add a title "A and B, then C" at 0:05', Want("add_title", text="A and B, then C", at=5)),
    does(
        'add a lower third "Ann Lee" at 0:10 for 5s',
        Want("add_title", text="Ann Lee", position="lower_third"),
    ),
    does(
        'add "Hello" at 1:58 for 5 seconds',
        Want("add_title", at=118, duration=2),
        assumes="ends with the video",
    ),
    does(
        "fade in from black over 2 secs and out to black over 3 secs",
        Want("fade_in", **{"for": 2}),
        Want("fade_out", **{"for": 3}),
    ),
    does("fade clip 2 in and out", Want("fade_in", element="c2"), Want("fade_out", element="c2"), on="three"),
    does(
        "dissolve between the first and second clips",
        Want("add_transition", left="c1", right="c2"),
        on="three",
    ),
    does("move clip 2 after clip 3", Want("reorder", elements=["c1", "c3", "c2"]), on="three"),
    does(
        "speed up the second clip by 50%",
        Want("set_speed", elements=["c2"], speed="3/2"),
        on="three",
        seconds=80,
    ),
    does("slow clip 2 down by half", Want("set_speed", speed="1/2"), on="three", seconds=120),
    does("remove clips 2-3", Want("ripple_remove", elements=["c2", "c3"]), on="three"),
    does("cut clip 2, I mean clip 3", Want("ripple_remove", elements=["c3"]), on="three", assumes="clip 3"),
    does("keep clips 1 and 3", keep((0, 20), (50, 90)), on="three", seconds=60),
    does(
        'add a title "X" over clip 2 and remove clip 1',
        Want("ripple_remove", elements=["c1"]),
        Want("add_title", at=0, duration=30),
        on="three",
    ),
    does(
        'remove clip 2 and add a title "Market" at 0:50',
        Want("ripple_remove"),
        Want("add_title", at=20),
        on="three",
        assumes="0:50",
    ),
    does(
        "cut the first 5 seconds then remove clip 2 then mute clip 2",
        cut((0, 5)),
        Want("ripple_remove", elements=["c2"]),
        Want("set_volume", elements=["c3"], volume=0),
        on="three",
        seconds=55,
    ),
    does(
        "remove silence longer than 300ms and keep 100ms padding",
        Want("remove_silences", min=0.3, padding=0.1),
    ),
    does(
        'first cut 5 seconds from the start, next mute the first 3 seconds, finally add "End" at the end',
        cut((0, 5)),
        Want("mute_range", range=(0, 3)),
        Want("add_title", at=111),
    ),
    does(
        'Cut the first 10 seconds\nAdd a title "X" at 0:20\nFade out',
        cut((0, 10)),
        Want("add_title", at=10),
        Want("fade_out"),
    ),
    does(
        "cut 0:10 - 0:20; mute 0:30 - 0:40; speed 1:00 - 1:10 by 2x",
        cut((10, 20)),
        Want("split"),
        Want("split"),
        Want("set_speed"),
        Want("mute_range", range=(20, 30)),
        seconds=105,
    ),
    does(
        "fade the picture in over 2s but leave the sound alone",
        Want("fade_in", **{"for": 2}, picture=True, sound=False),
        assumes="sound",
    ),
    does("turn the second half up by 3dB", Want("split", at=60), Want("set_volume", change_db=3)),
    does("lower 0:10 to 0:20 by 6 dB", Want("split"), Want("split"), Want("set_volume", change_db=-6)),
    does(
        "Please trim the dead air and add subtitles, thanks!", Want("remove_silences"), Want("add_captions")
    ),
    does(
        "lay a gentle guitar bed under the first half at -20 dB without ducking",
        Want("make_music", mood="calm", instrument="guitar", **{"for": 60}),
        Want("add_music", gain_db=-20, duck_db=None),
        assumes="calm",
    ),
    does(
        "move the last clip to the front then add a 1s crossfade between all clips",
        Want("reorder", elements=["c3", "c1", "c2"]),
        Want("add_transition", left="c3", right="c1"),
        Want("add_transition", left="c1", right="c2"),
        on="three",
        seconds=88,
    ),
    # what must end in a question
    asks("", "empty"),
    asks("what's the weather like tomorrow", "understand"),
    asks("make it punchier", "punchier"),
    asks("cut out the part where he coughs", "does not see what people do"),
    asks("cut the intro", "how long"),
    asks(
        "tighten the opening, lose the dead air, and put a warm piano bed under the second half", "how long"
    ),
    asks("remove everything after 3:20", "2:00"),
    asks("delete clip 9", "3 clips", on="three"),
    asks("lower the music", "no music"),
    asks("remove the silences", "sound", on="mute"),
    asks("add captions", "transcript", on="interview"),
    asks("speed it up", "how much"),
    asks("undo that", "nothing was changed yet"),
    asks("cut 10 seconds", "which"),
    asks("fade out over 200 seconds", "longer"),
    asks("add a title at the start", "what should"),
    asks("crossfade the clips", "one clip"),
    asks('cut where she says "dragons"', "dragons"),
    asks("cut the bit where she says 'thank you'", "2 times"),
    asks("cut 0:20 to 0:10", "before"),
    asks("cut the first 10 seconds and make it pop", "pop"),
    asks("remove harbor_final.mp4", "harbor_final.mp4", on="three"),
    asks("cut everything", "nothing"),
    asks("cut the first 10 seconds and mute 0:02 to 0:05", "cut"),
    asks("don't cut the first 10 seconds", "nothing"),
    asks("slow it down to 2x", "faster"),
    asks("remove the gaps", "silences", on="gappy"),
    asks("cut the first 10 seconds but don't touch the music", "music", on="full"),
    asks("delete a few seconds from the start", "how"),
    does("rotate clip 2 by 90 degrees", Want("transform", rotation=90), on="three"),
    asks("cut from 0.30 to 0.45", "0.30"),
    asks("cut to 0:30", "understood"),
    asks("trim from 0:10 to 0:45", "kept"),
    asks("cut from 1 to 2 minutes", "seconds or in minutes"),
    asks("cut 1:75 to 1:80", "not a time"),
    asks("cut between 1:50 and 2:10", "2:00"),
    asks("make it 30 seconds long", "long"),
    asks("add jazz music", "jazz"),
    asks("set music to -20 dB", "level", on="full"),
    asks("add sad strings", "music already", on="full"),
    does("mute all but the music", Want("set_volume", elements=["c1", "c2", "c3"], volume=0), on="full"),
    asks("speed up 0:30 to 0:40 by 2x and mute it", "“it”"),
    asks("fade out at 0:30", "where should it fade"),
    asks("add captions in French", "French"),
    asks("move clip 2 to 0:10", "middle of another clip", on="three"),
    asks("delete the clip", "Which clip", on="three"),
    asks("crossfade clip 1 and clip 3", "touch", on="three"),
    asks("remove the first 10 seconds without touching the audio", "sound"),
    asks("remove silences shorter than 1s", "shorter"),
    asks("turn the music down and the captions", "captions", on="full"),
    asks("add some music without vocals", "vocals"),
    asks("mute clip 1 from 0:05 to 0:10", "only this clip", on="three"),
    asks("cut pier in half and delete the second half", "whole video", on="three"),
    asks("remove 0:30 and 0:40", "missing"),
    does(
        "lower everything but the music by 3 dB",
        Want("set_volume", elements=["c1", "c2", "c3"], change_db=-3),
        on="full",
    ),
)


@dataclass(frozen=True)
class Verdict:
    """What became of one request: `exact`, `question` (the right one) or `wrong` with what was wrong."""

    request: Request
    kind: str
    why: str = ""


def accuracy(planner: Planner, requests: Iterable[Request] = REQUESTS) -> tuple[int, int, int]:
    """How many requests were planned exactly, answered with the right question, and wrong."""
    kinds = [judge(planner, request).kind for request in requests]
    return kinds.count("exact"), kinds.count("question"), kinds.count("wrong")


def judge(planner: Planner, request: Request) -> Verdict:
    draft = planner.plan(context(request.text, request.on))
    if request.asks is not None:
        texts = " | ".join(q.text for q in draft.questions)
        right = request.asks.lower() in texts.lower()
        return (
            Verdict(request, "question")
            if right
            else Verdict(request, "wrong", f"asked: {texts or 'nothing'}")
        )
    why = _difference(draft, request)
    return Verdict(request, "wrong", why) if why else Verdict(request, "exact")


def _difference(draft: PlanDraft, request: Request) -> str:
    if draft.questions:
        return "asked: " + " | ".join(q.text for q in draft.questions)
    calls = [item.call for item in draft.items]
    if "don't render" not in request.text and (not calls or calls.pop()["tool"] != "render"):
        return "does not end with render"
    if [c["tool"] for c in calls] != [w.tool for w in request.items]:
        return f"planned {[c['tool'] for c in calls]}"
    for call, want in zip(calls, request.items, strict=True):
        for name, value in want.args.items():
            got = _read(call, name)
            if got != value:
                return f"{want.tool}.{name} is {got}, not {value}"
    length = _length(draft, request)
    if request.seconds is not None and abs(length - request.seconds) > 1e-6:
        return f"the video lasts {length} s, not {request.seconds}"
    said = " ".join(draft.assumptions)
    missing = [a for a in request.assumes if a not in said]
    return f"does not say {missing}; says {draft.assumptions}" if missing else ""


def _length(draft: PlanDraft, request: Request) -> float:
    trials = try_items(context(request.text, request.on).timeline, [item.call for item in draft.items])
    failed = [t.error for t in trials if t.error]
    return -1 if failed else ticks_to_seconds(trials[-1].after_ticks) if trials else 0


def _read(call: dict[str, Any], name: str) -> Any:
    """An argument of a call in the words of this file."""
    readers = {
        "ranges": lambda: [_seconds(r) for r in call["ranges"]],
        "range": lambda: _seconds(call["range"]),
        "silences": lambda: [_seconds(r) for s in call["silences"] for r in s["ranges"]],
        "at": lambda: ticks_to_seconds(call["at_ticks"]),
        "to": lambda: ticks_to_seconds(call["to_ticks"]),
        "for": lambda: ticks_to_seconds(call["duration_ticks"]),
        "duration": lambda: ticks_to_seconds(call["duration_ticks"]),
        "min": lambda: ticks_to_seconds(call["min_ticks"]),
        "padding": lambda: ticks_to_seconds(call["padding_ticks"]),
        "element": lambda: call["element_id"],
        "elements": lambda: list(call["element_ids"]),
        "left": lambda: call["left_id"],
        "right": lambda: call["right_id"],
        "words": lambda: sum(len(t["words"]) for t in call["transcripts"]),
        "speed": lambda: _ratio(call["speed"]),
        "media": lambda: {k: v for k, v in call["media"].items() if k in ("from_item", "artifact_id")},
        "track_ids": lambda: list(call["track_ids"]),
    }
    return readers.get(name, lambda: call[name])()


def _seconds(value: dict[str, int]) -> tuple[float, float]:
    start = value["start_ticks"]
    return ticks_to_seconds(start), ticks_to_seconds(start + value["duration_ticks"])


def _ratio(value: dict[str, int]) -> str:
    return str(value["num"]) if value.get("den", 1) == 1 else f"{value['num']}/{value['den']}"
