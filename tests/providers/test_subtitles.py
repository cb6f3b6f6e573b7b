import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuttingroom.core.errors import CuttingroomError, InvalidInput
from cuttingroom.core.time import TICKS_PER_SECOND, seconds_to_ticks
from cuttingroom.providers.transcription.subtitles import (
    TICKS_PER_MS,
    Cue,
    parse_cues,
    read_transcript,
    to_ass,
    to_srt,
    to_vtt,
)

SRT = "1\n00:00:01,000 --> 00:00:02,500\nHello there.\n\n2\n00:00:03,000 --> 00:00:04,000\nGoodbye\nnow.\n"


def texts(content: str) -> list[str]:
    return [cue.text for cue in parse_cues(content)]


def test_srt_cues_keep_their_times_and_their_lines():
    first, second = parse_cues(SRT)
    assert (first.start_ticks, first.end_ticks) == (TICKS_PER_SECOND, seconds_to_ticks(2.5))
    assert second.text == "Goodbye\nnow."


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_other_line_endings_and_a_byte_order_mark_change_nothing(ending: str):
    assert [c.text for c in parse_cues("\ufeff" + SRT.replace("\n", ending))] == texts(SRT)


def test_comments_styles_and_ids_of_webvtt_are_not_spoken():
    content = (
        "WEBVTT - a title\nKind: captions\n\nNOTE made by hand\nwith two lines\n\nSTYLE\n"
        "::cue { color: red }\n\n"
        "intro-1\n00:01.000 --> 00:02.000 align:start\n<v Roger>Fish &amp; chips</v>\n\nNOTE\n\n"
        "00:02.000 --> 00:03.000\n<c.loud>No</c> <00:02.500>way\n"
    )
    assert texts(content) == ["Fish & chips", "No way"]
    assert "Roger" in " ".join(read_transcript(content).notes)


def test_braces_and_brackets_that_somebody_said_stay():
    content = "1\n00:00:01,000 --> 00:00:02,000\n{\\an8}<i>I</i> <3 you, a < b > c {sic} <unknown>\n"
    assert texts(content) == ["I <3 you, a < b > c {sic} <unknown>"]


def test_ass_dialogue_is_read_without_overrides_and_drawings():
    content = (
        "[Script Info]\nTitle: x\n\n[Events]\n"
        "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
        "Comment: 0,0:00:00.00,0:00:01.00,D,,0,0,0,,not this\n"
        "Dialogue: 0,0:00:01.50,0:00:02.00,D,Ann,0,0,0,,{\\b1}Well{\\b0}, hello\\Nyou\n"
        "Dialogue: 0,0:00:02.00,0:00:03.00,D,,0,0,0,,{\\p1}m 0 0 l 5 5\n"
    )
    (cue,) = parse_cues(content)
    assert (cue.text, cue.voice, cue.start_ticks) == ("Well, hello\nyou", "Ann", seconds_to_ticks(1.5))


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("1\n00:00:01,5 --> 00:00:02,000\nshort milliseconds\n", 2),
        ("1\n00:00:05,000 --> 00:00:02,000\nbackwards\n", 2),
        ("1\n00:00:05,000 --> 00:00:05,000\nno length\n", 2),
        (SRT + "\n3\nnobody knows when\n", 10),
        (SRT + "\na stray paragraph\n", 10),
        ("1\n00:00:01,000 --> 00:00:02,000\none\n2\n00:00:03,000 --> 00:00:04,000\ntwo\n", 5),
        ("WEBVTT\n\n00:61.000 --> 01:00.000\nsixty-one seconds\n", 3),
        ("[Events]\nFormat: Start, End, Text\nDialogue: 0:00:01.0,0:00:02.00,x\n", 3),
        ("[Events]\nDialogue: 0:00:01.00,0:00:02.00,x\n", 2),
        ("1\n00:00:01,000 --> 00:00:02,000\n" + "a" * 201 + "\n", 2),
    ],
)
def test_malformed_subtitles_are_refused_with_their_line(content: str, line: int):
    with pytest.raises(InvalidInput, match=f"line {line}:") as caught:
        read_transcript(content)
    assert caught.value.detail["line"] == line


@pytest.mark.parametrize(
    "content", ["", "\n\n", "WEBVTT\n\nNOTE nothing here\n", "1\n00:00:01,000 --> 00:00:02,000\n<i></i>\n"]
)
def test_a_file_without_words_is_refused(content: str):
    with pytest.raises(InvalidInput, match="no cues"):
        read_transcript(content)


def test_words_fill_their_cue_by_their_letters():
    transcript = read_transcript(SRT, language="en", name="talk.srt")
    hello, there = transcript.words[:2]
    assert (hello.start_ticks, there.end_ticks) == (TICKS_PER_SECOND, seconds_to_ticks(2.5))
    assert hello.end_ticks == there.start_ticks
    assert transcript.quality == "given"
    assert transcript.service == "talk.srt"
    assert transcript.segments[1].text == "Goodbye now."


def test_overlapping_cues_give_words_in_order():
    content = (
        "1\n00:00:01,000 --> 00:00:05,000\none two three\n\n2\n00:00:01,000 --> 00:00:02,000\nfour\n\n"
        "3\n00:00:02,000 --> 00:00:04,000\nfive six\n"
    )
    transcript = read_transcript(content)
    starts = [word.start_ticks for word in transcript.words]
    assert starts == sorted(starts)
    assert [word.text for word in transcript.words] == ["one", "two", "three", "four", "five", "six"]
    assert transcript.segments[0].end_ticks == seconds_to_ticks(5)


def test_cues_after_the_end_of_the_media_are_left_out_and_named():
    transcript = read_transcript(SRT, duration_ticks=2 * TICKS_PER_SECOND)
    assert transcript.text == "Hello there."
    assert transcript.words[-1].end_ticks <= 2 * TICKS_PER_SECOND
    assert any("1 cues after the end" in note for note in transcript.notes)


_LINE = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=30
)


@st.composite
def cue_lists(draw: st.DrawFn) -> list[Cue]:
    position, cues = 0, list[Cue]()
    for _ in range(draw(st.integers(1, 5))):
        text = " ".join(draw(_LINE).split())
        start = position + draw(st.integers(0, 5000))
        position = start + draw(st.integers(1, 5000))
        if text:
            cues.append(Cue(text=text, start_ticks=start * TICKS_PER_MS, end_ticks=position * TICKS_PER_MS))
    return cues


@given(cue_lists())
def test_cues_written_as_webvtt_read_back_the_same(cues: list[Cue]):
    if cues:
        back = parse_cues(to_vtt(cues))
        assert [(c.start_ticks, c.end_ticks) for c in back] == [(c.start_ticks, c.end_ticks) for c in cues]
        assert [c.text for c in back] == [c.text.replace("-->", "→") for c in cues]


@given(cue_lists())
def test_cues_written_as_srt_read_back_the_same(cues: list[Cue]):
    if cues:
        back = parse_cues(to_srt(cues))
        assert [(c.start_ticks, c.end_ticks) for c in back] == [(c.start_ticks, c.end_ticks) for c in cues]
        assert [c.text for c in back] == [c.text.replace("-->", "→") for c in cues]


@given(cue_lists())
def test_cues_written_as_ass_read_back_the_same_to_a_hundredth_of_a_second(cues: list[Cue]):
    if cues:
        back = parse_cues(to_ass(cues))
        assert [c.text for c in back] == [c.text.replace("-->", "→") for c in cues]
        for read, cue in zip(back, cues, strict=True):
            assert abs(read.start_ticks - cue.start_ticks) <= 5 * TICKS_PER_MS
            assert abs(read.end_ticks - cue.end_ticks) <= 15 * TICKS_PER_MS


@pytest.mark.parametrize("write", [to_srt, to_vtt, to_ass])
@pytest.mark.parametrize(
    "text",
    [
        "{\\an8}up <i>there</i>",
        'C:\\new \\N \\h {x} <3 &lt; & "it\'s"',
        "two\nlines",
        "🎬 مرحبا שלום 你好",
        "<v Ann>hi",
    ],
)
def test_what_looks_like_markup_is_text_when_it_is_read_back(write, text: str):
    (cue,) = parse_cues(write([Cue(text=text, start_ticks=0, end_ticks=TICKS_PER_SECOND)]))
    assert cue.text == text


@settings(max_examples=300)
@given(st.text(st.sampled_from("WEBVTNO\n\r 0123:,.->\\{}<i>[Events]Dialogue:Format"), max_size=200))
def test_no_text_gets_past_the_reader_except_as_cues_or_a_named_error(content: str):
    try:
        transcript = read_transcript(content)
    except CuttingroomError:
        return
    assert transcript.words
