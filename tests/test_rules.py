"""The rules of the code that no linter knows, each with its reason, checked on the syntax trees."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from cuttingroom.core import errors
from cuttingroom.core.settings import Settings
from cuttingroom.core.status import ARTIFACT_MOVES, ITEM_MOVES, PLAN_MOVES, RUN_MOVES

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "cuttingroom"


@cache
def trees() -> dict[str, ast.Module]:
    """Every module by its path from `src/cuttingroom`."""
    return {p.relative_to(SOURCE).as_posix(): ast.parse(p.read_text()) for p in sorted(SOURCE.rglob("*.py"))}


def found(matches: object, *, allowed: tuple[str, ...] = ()) -> list[str]:
    """`file:line` of every node that `matches`, outside of the allowed files and folders."""
    assert callable(matches)
    return [
        f"{name}:{node.lineno}"
        for name, tree in trees().items()
        if not name.startswith(allowed or ("/",))
        for node in ast.walk(tree)
        if matches(node)
    ]


def imports(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module


def calls(node: ast.AST, *names: str) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) in names


@pytest.mark.parametrize(
    ("module", "home"),
    [
        ("uuid", ("core/ids.py",)),
        ("secrets", ("core/ids.py",)),
        ("random", ("core/ids.py",)),
        ("time", ("core/clock.py",)),
        ("subprocess", ("media/",)),
        ("av", ("media/",)),
        ("dbos", ("workflows/",)),
        ("sqlalchemy", ("storage/", "studio/", "workflows/")),
        ("typer", ("cli/",)),
        ("rich", ("cli/",)),
    ],
)
def test_each_source_of_the_outside_world_has_one_home(module: str, home: tuple[str, ...]):
    def is_import(node: ast.AST) -> bool:
        return any(name.split(".")[0] == module for name in imports(node))

    assert found(is_import, allowed=home) == []


def test_only_the_clock_tells_the_time():
    names = ("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.monotonic")
    assert found(lambda n: calls(n, *names), allowed=("core/clock.py",)) == []


def test_only_the_settings_read_the_environment():
    def reads(node: ast.AST) -> bool:
        return isinstance(node, ast.Attribute) and ast.unparse(node) in ("os.environ", "os.getenv")

    assert found(reads, allowed=("core/settings.py",)) == []


def test_transactions_are_committed_in_one_place():
    """The engine's datasource in `workflows` has a `commit` of its own, which is a port and not a session."""

    def commits(node: ast.AST) -> bool:
        return (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
        )

    home = ("storage/database.py", "storage/migrate.py", "workflows/")
    assert found(commits, allowed=home) == []


def test_a_status_changes_only_through_move():
    """Otherwise the table of permitted moves would be advice."""
    wrong = []
    for name, tree in trees().items():
        for function in (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name != "move"):
            for node in ast.walk(function):
                targets = node.targets if isinstance(node, ast.Assign) else []
                if any(isinstance(t, ast.Attribute) and t.attr == "status" for t in targets):
                    wrong.append(f"{name}:{node.lineno}")
    assert wrong == []


def test_each_status_can_be_reached():
    for moves in (RUN_MOVES, PLAN_MOVES, ITEM_MOVES, ARTIFACT_MOVES):
        states = list(moves)
        reached, waiting = {states[0]}, [states[0]]
        while waiting:
            for following in moves[waiting.pop()] - reached:
                reached.add(following)
                waiting.append(following)
        assert reached == set(states)


def _error_classes() -> list[type[errors.CuttingroomError]]:
    waiting, known = [errors.CuttingroomError], []
    while waiting:
        kind = waiting.pop()
        known.append(kind)
        waiting.extend(kind.__subclasses__())
    return [k for k in known if k.__module__.startswith("cuttingroom.")]


def test_each_error_has_a_code_of_its_own_and_stands_in_the_tree():
    codes = [kind.__dict__.get("code") for kind in _error_classes()]
    assert None not in codes
    assert len(set(codes)) == len(codes)
    for kind in _error_classes():
        assert kind.__module__ == "cuttingroom.core.errors", kind
        assert re.search(rf"\b{kind.__name__}\b", errors.__doc__ or ""), kind


def test_no_error_is_swallowed():
    def swallows(node: ast.AST) -> bool:
        return isinstance(node, ast.ExceptHandler) and all(isinstance(s, ast.Pass) for s in node.body)

    assert found(swallows) == []


def test_an_exemption_from_a_checker_is_narrow():
    """A bare `noqa` or `type: ignore` hides whatever comes later."""
    bare = re.compile(r"#\s*(noqa(?!:)|type:\s*ignore(?!\[)|pyright:\s*ignore(?!\[))")
    wrong = [
        f"{path.relative_to(SOURCE)}:{number}"
        for path in SOURCE.rglob("*.py")
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if bare.search(line)
    ]
    assert wrong == []


def test_a_blind_except_says_why():
    wrong = [
        f"{path.relative_to(SOURCE)}:{number}"
        for path in SOURCE.rglob("*.py")
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if "noqa: BLE001" in line and not re.search(r"noqa: BLE001\S*\s+-\s+\w", line)
    ]
    assert wrong == []


def test_every_module_says_what_it_is_for():
    modules = {name: tree for name, tree in trees().items() if not name.endswith("__init__.py")}
    silent = [name for name, tree in modules.items() if not ast.get_docstring(tree)]
    assert silent == []


def test_no_name_means_nothing():
    """`manager`, `helper` and `util` are where design goes to hide."""
    empty = re.compile(r"(manager|helper|utils?)$", re.IGNORECASE)
    names = [
        f"{name}:{node.name}"
        for name, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and empty.search(node.name)
    ]
    files = [name for name in trees() if empty.search(Path(name).stem)]
    assert names + files == []


def test_files_can_be_read_in_one_sitting():
    long = {name: len((SOURCE / name).read_text().splitlines()) for name in trees()}
    assert {n: c for n, c in long.items() if c > 600 and "migrations" not in n} == {}


def test_each_setting_is_documented():
    text = (ROOT / "docs" / "configuration.md").read_text()
    for name in Settings.model_fields:
        assert f"`CUTTINGROOM_{name.upper()}`" in text, name


def test_nothing_is_documented_that_cannot_be_set():
    text = (ROOT / "docs" / "configuration.md").read_text()
    names = {n.removeprefix("CUTTINGROOM_").lower() for n in re.findall(r"CUTTINGROOM_[A-Z_]+", text)}
    assert names <= set(Settings.model_fields)
