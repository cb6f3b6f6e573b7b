import json

import pytest
from pydantic import TypeAdapter

from cuttingroom.core.errors import InvalidInput
from cuttingroom.timeline.edits.catalog import ALL_EDITS, PLANNED_EDITS, EditCall, name_edits, parse_edit
from cuttingroom.timeline.edits.restore import Restore
from cuttingroom.timeline.edits.trim import Trim


@pytest.mark.parametrize("edit", ALL_EDITS, ids=lambda e: e.model_fields["tool"].default)
def test_every_edit_has_a_drawing_a_schema_and_its_module(edit):
    name = edit.model_fields["tool"].default
    assert edit.__module__ == f"cuttingroom.timeline.edits.{name}"
    assert "->" in edit.__doc__
    assert edit.model_json_schema()["properties"]["tool"]["const"] == name


def test_two_edits_of_one_name_are_an_error():
    with pytest.raises(ValueError, match="Two edits are called 'trim'"):
        name_edits([*ALL_EDITS, Trim])


def test_restore_is_parsed_but_never_planned():
    assert Restore in ALL_EDITS
    assert Restore not in PLANNED_EDITS


def test_the_union_makes_one_schema_for_all():
    schema = TypeAdapter(EditCall).json_schema()
    assert set(schema["discriminator"]["mapping"]) == set(name_edits(ALL_EDITS))
    json.dumps(schema)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "A tool's name is text"),
        ({"tool": "explode"}, "There is no edit called 'explode'"),
        ({"tool": ["trim"]}, "A tool's name is text"),
        ({"tool": "trim"}, "trim: element_id: Field required"),
        ({"tool": "trim", "element_id": "A", "range": {"start_ticks": 0, "duration_ticks": 0}},
         "trim: range.duration_ticks: Input should be greater than 0"),
        ({"tool": "trim", "element_id": "A", "range": {"start_ticks": 0.5, "duration_ticks": 1}},
         "trim: range.start_ticks: Input should be a valid integer"),
        ({"tool": "remove", "element_ids": ["A"], "colour": "red"}, "remove: colour: Extra inputs"),
        ({"tool": "set_volume", "element_ids": ["A"]}, "set_volume: values: give either volume or change_db"),
        ({"tool": "set_speed", "element_ids": ["A"], "speed": "fast"}, "set_speed: speed"),
        ({"tool": "set_speed", "element_ids": ["A"], "speed": {"num": 0}}, "set_speed: speed"),
        ({"tool": "set_speed", "element_ids": ["A"], "speed": {"num": 1, "den": 0}}, "set_speed: speed"),
        ({"tool": "set_speed", "element_ids": ["A"], "speed": float("nan")}, "set_speed: speed"),
        ({"tool": "split", "element_id": "A", "at_ticks": 2**60}, "split: at_ticks"),
    ],
)  # fmt: skip
def test_parse_edit_names_the_field_and_the_reason(data, message):
    with pytest.raises(InvalidInput, match=message):
        parse_edit(data)


@pytest.mark.parametrize("edit", ALL_EDITS, ids=lambda e: e.model_fields["tool"].default)
def test_parse_edit_reads_or_refuses_any_junk(edit):
    for junk in (None, "x", -1, [], {}, [None], {"a": 1}):
        data = dict.fromkeys(edit.model_fields, junk) | {"tool": edit.model_fields["tool"].default}
        try:
            parsed = parse_edit(data)
        except InvalidInput:
            continue
        assert isinstance(parsed, edit)
