import pytest

from cuttingroom.core.errors import EditRefused
from cuttingroom.timeline.edits.add_captions import AddCaptions, SourceTranscript
from drawing import assert_edit, assert_round_trip, frames, timeline, word


def said(file, text, start=0, each=6):
    words = [word(w, start + n * each, start + n * each + each - 1) for n, w in enumerate(text.split())]
    return SourceTranscript(artifact_id=file, words=tuple(words))


def captions_of(found):
    return [e.source.text for e in found.get_track("cap").elements]


def caption(before, *transcripts, **values):
    edit = AddCaptions(transcripts=transcripts, id_prefix="c", new_track_id="cap", **values)
    drawn = timeline(before)
    after = edit.apply(drawn)
    assert_round_trip(drawn, edit, after)
    return after


def test_captions_follow_the_words_through_cuts_and_speed():
    after = caption(
        "video: A@f[0-12] B@f[24-36] C@f[36-60]x2", said("f", "one two three four five six seven", 0)
    )
    words = [w for e in after.get_track("cap").elements for w in e.source.words]
    starts = [e.start_ticks + w.start_ticks for e in after.get_track("cap").elements for w in e.source.words]
    assert [w.text for w in words] == ["one", "two", "five", "six", "seven"]
    assert starts == [frames(0), frames(6), frames(12), frames(18), frames(24)]


def test_captions_end_at_sentences_and_pauses():
    text = said("file_A", "We sail at dawn. Bring your own rope.")
    later = said("file_A", "and mind the gap", start=100)
    both = SourceTranscript(artifact_id="file_A", words=(*text.words, *later.words))
    after = caption("video: A[0-200]", both)
    assert captions_of(after) == ["We sail at dawn.", "Bring your own rope.", "and mind the gap"]


def test_captions_replace_those_that_were_there():
    before = "video: A[0-48] | captions cap: x(10) y(10)"
    after = caption(before, said("file_A", "hello there"))
    assert captions_of(after) == ["hello there"]
    edit = AddCaptions(transcripts=(said("file_A", "hello there"),))
    assert edit.describe(timeline(before)) == "Add 1 caption, in place of 2"


def test_captions_carry_word_times_from_their_own_start():
    after = caption("video: .10 A[0-48]", said("file_A", "hello there", start=2))
    (element,) = after.get_track("cap").elements
    assert element.start_ticks == frames(12)
    assert element.source.words == (word("hello", 0, 5), word("there", 6, 11))


def test_captions_do_not_say_what_is_muted_or_played_twice_at_once():
    silent = timeline("video: A@f[0-48] | audio v: V@f[0-48]")
    edit = AddCaptions(transcripts=(said("f", "hello there"),), new_track_id="cap")
    assert captions_of(edit.apply(silent)) == ["hello there"]
    muted = silent.with_track(silent.tracks[0].model_copy(update={"muted": True}))
    muted = muted.with_track(silent.tracks[1].model_copy(update={"muted": True}))
    with pytest.raises(EditRefused, match="None of the transcribed words is heard"):
        edit.apply(muted)


def test_captions_are_refused_on_a_locked_track_and_without_words():
    with pytest.raises(EditRefused, match="is locked"):
        AddCaptions(transcripts=(said("file_A", "hello"),)).apply(
            timeline("video: A[0-48] | captions locked: x(9)")
        )
    with pytest.raises(EditRefused, match="None of the transcribed words is heard"):
        AddCaptions(transcripts=(said("other", "hello"),)).apply(timeline("video: A[0-48]"))


def test_captions_stand_on_the_frame_grid_without_overlap():
    words = tuple(
        word(f"w{n}.", 0, 1).model_copy(
            update={"start_ticks": n * 7_000_001, "end_ticks": n * 7_000_001 + 6_900_000}
        )
        for n in range(12)
    )
    transcript = SourceTranscript(artifact_id="file_A", words=words)
    edit = AddCaptions(
        transcripts=(transcript,), id_prefix="c", new_track_id="cap", max_characters=8, max_lines=1
    )
    after = edit.apply(timeline("video: A[0-48]"))
    assert len(after.get_track("cap").elements) > 1
    assert_edit(timeline("video: A[0-48]"), edit, _drawn(after))


def _drawn(found):
    from drawing import draw

    return draw(found)
