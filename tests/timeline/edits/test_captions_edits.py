"""Captions that are styled, changed, taken over and taken off."""

import pytest

from cuttingroom.core.errors import InvalidInput
from cuttingroom.timeline.edits.add_captions import AddCaptions, SourceTranscript
from cuttingroom.timeline.edits.edit_caption import EditCaption
from cuttingroom.timeline.edits.import_captions import CaptionCue, ImportCaptions
from cuttingroom.timeline.edits.remove_captions import RemoveCaptions
from cuttingroom.timeline.edits.style_captions import StyleCaptions
from cuttingroom.timeline.model import StyleParts, WordHighlight
from cuttingroom.timeline.presets import CAPTION_PRESETS
from drawing import assert_edit, assert_round_trip, frames, span, timeline, word

BEFORE = "video: A[0-96] | captions cap: x(10) y(10)"


def said(text, language="en", start=0, each=6):
    words = [word(w, start + n * each, start + n * each + each - 1) for n, w in enumerate(text.split())]
    return SourceTranscript(artifact_id="file_A", words=tuple(words), language=language)


def captioned(text="We sail at dawn and bring our own rope", **values):
    edit = AddCaptions(transcripts=(said(text),), id_prefix="c", new_track_id="cap", **values)
    return edit.apply(timeline("video: A[0-96]"))


def sources(found, track="cap"):
    return [e.source for e in found.get_track(track).elements]


def cue(text, start, end):
    return CaptionCue(text=text, start_ticks=frames(start), end_ticks=frames(end))


def done(edit, before):
    after = edit.apply(before)
    assert edit.describe(before)
    assert_round_trip(before, edit, after)
    return after


def test_a_preset_gives_captions_their_look_and_their_length():
    (plain,) = sources(captioned())
    assert plain.highlight is None
    short = sources(captioned(preset="bold_pop"))
    assert max(len(s.text.split()) for s in short) <= 4
    assert {s.highlight for s in short} == {CAPTION_PRESETS["bold_pop"].highlight}
    (loud,) = sources(captioned(preset="clean", style=StyleParts(colour="#ffff00"), position="top"))
    assert (loud.style.colour, loud.position) == ("#ffff00", "top")


def test_captions_hold_no_more_words_than_asked_for():
    texts = [s.text for s in sources(captioned(most_words=3))]
    assert all(len(t.split()) <= 3 for t in texts)
    assert " ".join(texts).split() == ["We", "sail", "at", "dawn", "and", "bring", "our", "own", "rope"]


def test_upright_pictures_get_shorter_lines():
    wide = timeline("video: A[0-960]")
    tall = wide.model_copy(
        update={"settings": wide.settings.model_copy(update={"width": 1080, "height": 1920})}
    )
    edit = AddCaptions(transcripts=(said("word " * 60),), new_track_id="cap", preset="clean")
    longest = [
        max(len(line) for s in sources(edit.apply(t)) for line in s.text.split("\n")) for t in (wide, tall)
    ]
    assert longest[1] < 0.8 * longest[0]


def test_captions_in_another_language_get_a_track_of_their_own_and_are_shown_instead():
    before = captioned()
    german = AddCaptions(
        transcripts=(said("Wir segeln im Morgengrauen", "de"), said("We sail")),
        language="de",
        new_track_id="de",
    )
    after = done(german, before)
    assert [s.language for s in sources(after, "de")] == ["de"]
    assert [t.visible for t in after.tracks if t.kind == "captions"] == [False, True]
    above = done(german.model_copy(update={"position": "top"}), before)
    assert [t.visible for t in above.tracks if t.kind == "captions"] == [True, True]
    with pytest.raises(InvalidInput, match="Nothing is written down in 'fr'"):
        german.model_copy(update={"language": "fr"}).apply(before)


def test_style_captions_changes_what_is_said_and_no_more():
    before = captioned()
    after = done(StyleCaptions(style=StyleParts(colour="#ffff00"), position="top"), before)
    (old,), (new,) = sources(before), sources(after)
    assert new == old.model_copy(
        update={"position": "top", "style": old.style.model_copy(update={"colour": "#ffff00"})}
    )
    (lit,) = sources(done(StyleCaptions(highlight=WordHighlight(how="box")), before))
    assert lit.highlight == WordHighlight(how="box")
    (dark,) = sources(done(StyleCaptions(highlight="none"), captioned(highlight=WordHighlight())))
    assert dark.highlight is None


def test_a_preset_with_few_words_divides_captions_that_are_there():
    after = done(StyleCaptions(preset="bold_pop", id_prefix="n"), captioned())
    texts = [s.text for s in sources(after)]
    assert len(texts) > 1
    assert " ".join(texts).split() == ["We", "sail", "at", "dawn", "and", "bring", "our", "own", "rope"]


def test_edit_caption_keeps_the_times_of_as_many_words_and_spreads_others():
    before = captioned("We sail at dawn")
    same = sources(done(EditCaption(element_id="c_1", text="We sail at noon"), before))[0]
    assert [w.start_ticks for w in same.words] == [w.start_ticks for w in sources(before)[0].words]
    assert same.words[-1].text == "noon"
    fewer = sources(done(EditCaption(element_id="c_1", text="Ahoy there"), before))[0]
    assert [w.text for w in fewer.words] == ["Ahoy", "there"]
    assert (fewer.words[0].start_ticks, fewer.words[-1].end_ticks) == (0, frames(23))
    with pytest.raises(InvalidInput, match="is no caption"):
        EditCaption(element_id="A", text="x").apply(before)


def test_import_captions_puts_cues_on_the_grid_without_overlap_up_to_the_end():
    cues = (cue("two", 20, 60), cue("one", 10, 30), cue("three", 90, 200), cue("late", 96, 99))
    edit = ImportCaptions(cues=cues, language="en", id_prefix="i", new_track_id="cap")
    after = assert_edit(
        "video: A[0-96]", edit, "video: A[0-96] | captions cap: .10 i_1(10) i_2(40) .30 i_3(6)"
    )
    assert [s.text for s in sources(after)] == ["one", "two", "three"]
    assert [w.text for s in sources(after) for w in s.words] == ["one", "two", "three"]
    assert edit.describe(timeline("video: A[0-96]")) == "Take over 3 captions; 1 after the end are left out"


def test_import_captions_replaces_those_in_its_language():
    edit = ImportCaptions(cues=(cue("new", 0, 9),), language="en", id_prefix="i")
    assert_edit(BEFORE, edit, "video: A[0-96] | captions cap: i_1(9)")
    with pytest.raises(InvalidInput, match="come after the end"):
        ImportCaptions(cues=(cue("x", 99, 120),)).apply(timeline("video: A[0-96]"))
    with pytest.raises(ValueError, match="must end after"):
        cue("x", 5, 5)


def test_remove_captions_takes_all_a_stretch_or_a_language():
    assert_edit(BEFORE, RemoveCaptions(), "video: A[0-96]")
    assert_edit(BEFORE, RemoveCaptions(range=span(0, 5)), "video: A[0-96] | captions cap: .10 y(10)")
    with pytest.raises(InvalidInput, match="no captions"):
        RemoveCaptions(language="de").apply(timeline(BEFORE))
    with pytest.raises(InvalidInput, match="no captions"):
        StyleCaptions(position="top").apply(timeline("video: A[0-96]"))
    with pytest.raises(ValueError, match="give a preset"):
        StyleCaptions()
