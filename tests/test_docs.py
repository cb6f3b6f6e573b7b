"""What the documents say is true: command lines work, and what the spec map names exists."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main

import cuttingroom.storage.tables.workers  # noqa: F401 - the map may name its columns
from cuttingroom.cli.main import app
from cuttingroom.core import status
from cuttingroom.planners.rules import RulesPlanner
from cuttingroom.storage.base import Row
from cuttingroom.timeline import effects, model
from cuttingroom.tools.catalog import ALL_TOOLS
from planners.worlds import context

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "cuttingroom"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
TOOLS = {tool.model_fields["tool"].default for tool in ALL_TOOLS}
COMMAND = typer.main.get_command(app)


def _commands(command: object = COMMAND, prefix: str = "") -> Iterator[str]:
    for name, sub in getattr(command, "commands", {}).items():
        yield f"{prefix}{name}"
        yield from _commands(sub, f"{prefix}{name} ")


COMMANDS = set(_commands())


def _command_lines() -> list[tuple[str, str]]:
    """Every `cuttingroom ...` in a code block or in backticks, with the file it stands in."""
    found = []
    for path in DOCUMENTS:
        text = path.read_text()
        blocks = "\n".join(re.findall(r"```\w*\n(.*?)```", text, re.DOTALL))
        rest = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
        lines = re.findall(r"^\s*\$?\s*(cuttingroom .+)$", blocks, re.MULTILINE)
        found += [(path.name, line) for line in [*lines, *re.findall(r"`(cuttingroom [^`]+)`", rest)]]
    return found


@pytest.mark.parametrize(("file", "line"), _command_lines())
def test_each_command_line_in_the_documents_makes_sense(file: str, line: str):
    words = [w for w in shlex.split(line, comments=True)[1:] if w != "..."]
    context = COMMAND.make_context("cuttingroom", words[:], resilient_parsing=True)
    command: object = COMMAND
    while hasattr(command, "commands") and words:
        assert words[0] in command.commands, f"{file}: {line}"
        command = command.commands[words.pop(0)]
    options = {o for p in command.params for o in p.opts} | {"--help", "-h"}  # type: ignore[attr-defined]
    assert {w for w in words if w.startswith("-")} <= options, f"{file}: {line}"
    required = [p for p in command.params if p.required]  # type: ignore[attr-defined]
    given = [w for w in words if not w.startswith("-")]
    assert len(given) >= len(required) or not words, f"{file}: {line}"
    context.close()


def _references() -> list[str]:
    text = (ROOT / "docs" / "spec-map.md").read_text()
    rows = [line for line in text.splitlines() if line.startswith("| ") and "`" in line]
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[2])]


def _constraint_names() -> set[str]:
    tables = Row.metadata.sorted_tables
    return {str(i.name) for t in tables for i in t.indexes} | {
        str(c.name) for t in tables for c in t.constraints
    }


def _exists(reference: str) -> bool:
    kind, colon, name = reference.partition(":")
    if not colon:
        if reference.startswith(("ix_", "uq_", "ck_")):
            return reference in _constraint_names()
        table, _, column = reference.partition(".")
        return table in Row.metadata.tables and column in Row.metadata.tables[table].columns
    owner, _, field = name.partition(".")
    return {
        "tool": lambda: name in TOOLS,
        "command": lambda: name in COMMANDS,
        "file": lambda: (SOURCE / name).is_file(),
        "message": lambda: name in (SOURCE / "timeline" / "invariants.py").read_text(),
        "model": lambda: _has_field(getattr(model, owner, None) or getattr(effects, owner), field),
        "status": lambda: field in getattr(status, owner).__members__,
    }[kind]()


def _has_field(owner: type[model.Frozen], field: str) -> bool:
    return field in owner.model_fields or isinstance(owner.__dict__.get(field), property)


def test_the_spec_map_names_only_what_exists():
    references = _references()
    assert len(references) > 150
    assert [r for r in references if not _exists(r)] == []


def test_the_spec_map_covers_the_tables_of_the_spine():
    named = {r.partition(".")[0] for r in _references() if ":" not in r and "." in r}
    own = {
        "workers",
        "ai_calls",
        "ai_cache",
    }  # nobody asked for these as tables; their indexes are in the map
    assert set(Row.metadata.tables) - named - own == set()


def test_the_guide_to_edits_names_only_tools_that_exist_and_every_edit_a_person_can_ask_for():
    named = set(re.findall(r"`tool: (\w+)`", (ROOT / "docs" / "edits.md").read_text()))
    assert named <= TOOLS
    inner = {"append", "insert", "trim", "add_track", "restore", "verify"}
    inner |= {"find_scenes", "find_silences", "measure_loudness"}
    inner |= {"find_beats", "find_breaths"}
    assert TOOLS - named - inner == set()


def test_each_example_of_the_guide_is_planned_with_its_tools_and_without_a_question():
    text = (ROOT / "docs" / "edits.md").read_text()
    rows = re.findall(r"^\| ([a-z][^|]+) \| [^|]+ \| ([^|]+) \|$", text, re.MULTILINE)
    assert len(rows) > 15
    for request, tools in rows:
        world = "three" if "clip" in request else "gappy" if "gap" in request else "talk"
        draft = RulesPlanner().plan(context(request, on=world))
        assert draft.questions == (), f"{request}: {draft.questions}"
        wanted = set(re.findall(r"tool: (\w+)", tools)) - {"transcribe"}
        assert wanted <= {item.call["tool"] for item in draft.items}, request


def test_links_between_documents_lead_somewhere():
    for path in DOCUMENTS:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text()):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_no_document_quotes_a_machine():
    for path in DOCUMENTS:
        assert not re.search(r"/(work|root|tmp|home/\w+)/", path.read_text()), path.name
