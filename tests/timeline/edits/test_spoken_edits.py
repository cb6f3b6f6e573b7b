"""Edits of what is said: parts of files that go or stay wherever they are heard."""

import pytest

from cuttingroom.core.errors import EditRefused
from cuttingroom.timeline.edits.keep_spoken import KeepSpoken
from cuttingroom.timeline.edits.remove_spoken import RemoveSpoken
from cuttingroom.timeline.edits.tighten import SparedPart, Tighten
from cuttingroom.timeline.speech.hearing import SpokenPart
from drawing import assert_edit, frames, span, timeline


def part(start, end, text="um", file="file_A"):
    return SpokenPart(artifact_id=file, range=span(start, end), text=text)


@pytest.mark.parametrize(
    ("before", "parts", "after"),
    [
        (
            "video: A[0-48]",
            [part(10, 14), part(30, 31)],
            "video: A[0-10] N_1@file_A[14-30] N_2@file_A[31-48]",
        ),
        (
            "video: A[0-48] | overlay: .20 T(20)",
            [part(10, 14)],
            "video: A[0-10] N_1@file_A[14-48] | overlay: .16 T(20)",
        ),
        (
            "video: A@f[0-24] B@f[0-24]",
            [part(10, 14, file="f")],
            "video: A@f[0-10] N_1@f[14-24] B@f[0-10] N_2@f[14-24]",
        ),
        ("video: A[0-48]x2", [part(10, 14)], "video: A[0-10]x2 N_1@file_A[14-48]x2"),
        ("video: A[0-48]", [part(10, 14), part(15, 18)], "video: A[0-10] N_1@file_A[18-48]"),
        (
            "video: A[0-48] | audio music fixed: M[0-48]",
            [part(10, 14), part(20, 30, file="file_M")],
            "video: A[0-10] N_1@file_A[14-48] | audio music fixed: M[0-44]",
        ),
    ],
)
def test_what_is_said_goes_wherever_it_is_heard(before, parts, after):
    assert_edit(before, RemoveSpoken(kind="fillers", parts=tuple(parts), id_prefix="N"), after)


@pytest.mark.parametrize(
    ("before", "parts", "after"),
    [
        ("video: A[0-48]", [part(10, 20), part(30, 40)], "video: A[10-20] N_1@file_A[30-40]"),
        ("video: A[0-24] B[0-24]", [part(10, 20, file="file_B")], "video: B[10-20]"),
        ("video: A[0-24] S{10} B[0-24]", [part(0, 24), part(0, 24, file="file_B")], "video: A[0-24] B[0-24]"),
    ],
)
def test_only_what_is_named_stays(before, parts, after):
    assert_edit(before, KeepSpoken(parts=tuple(parts), about="the pier", id_prefix="N"), after)


def test_tightening_cuts_its_parts_and_says_what_they_were():
    parts = (
        SparedPart(artifact_id="file_A", range=span(10, 14), text="um", why="filler"),
        SparedPart(artifact_id="file_A", range=span(20, 40), text="It rains.", why="sentence"),
        SparedPart(artifact_id="file_A", range=span(60, 70), text="It snows.", why="sentence"),
    )
    edit = Tighten(target_ticks=frames(72), parts=parts, id_prefix="N")
    after = "video: A[0-10] N_1@file_A[14-20] N_2@file_A[40-60] N_3@file_A[70-96]"
    assert_edit("video: A[0-96]", edit, after)
    said = edit.describe(timeline("video: A[0-96]"))
    assert said == "Tighten from 0:04.00 to 0:02.58 without 1 filler, 2 sentences"


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (RemoveSpoken(kind="breaths"), "No breaths to cut"),
        (RemoveSpoken(kind="repeats", parts=(part(900, 910),)), "No repeated takes to cut"),
        (RemoveSpoken(kind="words", parts=(part(0, 48),)), "Nothing would remain"),
        (KeepSpoken(parts=(part(900, 910),)), "Nothing of what is to be kept"),
        (KeepSpoken(parts=(part(0, 48),)), "the whole timeline"),
        (Tighten(target_ticks=1), "None of the parts"),
    ],
)
def test_edits_of_speech_refuse_to_do_nothing_and_to_leave_nothing(edit, message):
    with pytest.raises(EditRefused, match=message):
        edit.apply(timeline("video: A[0-48]"))


def test_what_goes_is_quoted_once():
    edit = RemoveSpoken(kind="fillers", parts=(part(10, 14), part(20, 22, "you know,"), part(30, 33)))
    said = edit.describe(timeline("video: A[0-48]"))
    assert said == "Remove 3 fillers (0:00.38 in all): “um” (2), “you know,”"
