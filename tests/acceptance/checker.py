"""Looks at what a studio left behind and says what is wrong with it.

It shares no code with the product: plain SQL through sqlite3 and psycopg, the file system, /proc. What people
were told comes from the client's own list of promises. Every finding begins with its kind.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

FIRST_HASH = "0" * 64
ENDS = {"completed", "partially_completed", "failed", "canceled"}
READABLE = ("stored", "verified")

Row = Mapping[str, Any]


@dataclass
class Promises:
    """What the client was told: the runs with the ends that are right, and what arrived more than once."""

    runs: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    repeats: Counter[str] = field(default_factory=Counter[str])
    """Idempotency key of an event -> arrivals after the first."""
    effects: set[str] = field(default_factory=set[str])
    """Idempotency keys of edits by hand that were acknowledged."""


@dataclass(frozen=True)
class Left:
    """Where a studio's remains are. `url` as for psycopg or `sqlite:///file`."""

    url: str
    home: Path


def check(left: Left, promises: Promises) -> list[str]:
    """All that is wrong, in words; empty when everything is as promised."""
    tables = _read_tables(left.url)
    return [
        *_check_promises(tables, promises),
        *_check_runs(tables),
        *_check_items(tables),
        *_check_ledger(tables),
        *_check_versions(tables),
        *_check_blobs(tables, left.home / "blobs"),
        *_check_leftovers(left.home),
        *_check_links(left.url),
    ]


def _check_links(url: str) -> Iterator[str]:
    """Rows that refer to nothing. PostgreSQL checks its own keys; SQLite only where it is told to."""
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        for table, row, target, _ in connection.execute("PRAGMA foreign_key_check").fetchall():
            yield f"broken link: row {row} of {table} refers to nothing in {target}"
        connection.close()


class Tables:
    """All rows of the tables that matter, ids as 32 hexadecimal digits, JSON as values."""

    NAMES = ("projects", "project_versions", "runs", "run_phases", "plans", "plan_items", "tool_events")
    NAMES = (*NAMES, "plan_item_dependencies", "artifacts", "verifications", "messages")

    def __init__(self, rows: dict[str, list[Row]]) -> None:
        self.rows = rows
        self.events: dict[str, list[Row]] = defaultdict(list)
        for event in sorted(rows["tool_events"], key=lambda e: e["sequence"]):
            self.events[event["project_id"]].append(event)

    def __getitem__(self, table: str) -> list[Row]:
        return self.rows[table]

    def plan_of(self, run_id: str) -> Row | None:
        plans = [p for p in self["plans"] if p["run_id"] == run_id]
        return max(plans, key=lambda p: p["revision"], default=None)

    def items_of(self, plan_id: str) -> list[Row]:
        return sorted((i for i in self["plan_items"] if i["plan_id"] == plan_id), key=lambda i: i["position"])


def _read_tables(url: str) -> Tables:
    if url.startswith("sqlite"):
        connection: Any = sqlite3.connect(url.removeprefix("sqlite:///"))
        found = connection.execute("PRAGMA integrity_check").fetchall()
        assert found == [("ok",)], found
    else:
        connection = psycopg.connect(url)
    rows = {name: _read(connection, name) for name in Tables.NAMES}
    connection.close()
    return Tables(rows)


def _read(connection: Any, table: str) -> list[Row]:
    cursor = connection.execute(f"SELECT * FROM {table}")
    names = [column[0] for column in cursor.description]
    return [
        {name: _plain(name, value) for name, value in zip(names, row, strict=True)}
        for row in cursor.fetchall()
    ]


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, UUID):
        return value.hex
    if name in ("facts", "result", "input", "questions") and isinstance(value, str):
        return json.loads(value)
    return value


def _check_promises(tables: Tables, promises: Promises) -> Iterator[str]:
    found = {r["id"]: r for r in tables["runs"]}
    for run_id, right in promises.runs.items():
        run = found.get(run_id)
        if run is None:
            yield f"lost run: {run_id} was promised and is not there"
        elif run["status"] not in ENDS:
            yield f"stuck run: {run_id} is still {run['status']}"
        elif run["status"] not in right:
            cause = f"({run['error_message']}) " if run["error_message"] else ""
            yield f"wrong end: run {run_id} is {run['status']} {cause}and not {' or '.join(sorted(right))}"
    events = tables["tool_events"]
    came_again = Counter(e["idempotency_key"] for e in events if e["status"] == "duplicate")
    for key, times in promises.repeats.items():
        if came_again[key] < times:
            yield f"unrecorded duplicate: {key} came {times} more times, {came_again[key]} are recorded"
    succeeded = {e["idempotency_key"] for e in events if e["status"] == "succeeded"}
    for key in promises.effects - succeeded:
        yield f"lost edit: {key} was acknowledged and has no event"


def _check_runs(tables: Tables) -> Iterator[str]:
    started = Counter((r["user_id"], r["idempotency_key"]) for r in tables["runs"])
    yield from (f"repeated run: key {key} started {n} runs" for key, n in started.items() if n > 1)
    open_phases = Counter(p["run_id"] for p in tables["run_phases"] if p["finished_at"] is None)
    for run in tables["runs"]:
        over = run["status"] in ENDS
        if open_phases[run["id"]] != (0 if over else 1):
            yield f"open phase: run {run['id']} ({run['status']}) has {open_phases[run['id']]} open phases"
        if over:
            yield from _check_end(tables, run)


def _check_end(tables: Tables, run: Row) -> Iterator[str]:
    plan, name = tables.plan_of(run["id"]), f"run {run['id']} ({run['status']})"
    items = tables.items_of(plan["id"]) if plan else []
    words = {i["status"] for i in items}
    # What a failed run had not begun waits for its retry.
    if words & {"running"} or (run["status"] != "failed" and words & {"queued", "approved"}):
        yield f"stuck item: {name} has items {sorted(words)}"
    changed = any(e["run_id"] == run["id"] and e["version_after"] for e in tables["tool_events"])
    if run["status"] == "failed" and (not run["error_category"] or not run["error_message"]):
        yield f"no cause: {name} does not say why"
    if run["status"] == "failed" and run["phase"] == "planning" and changed:
        yield f"touched timeline: {name} failed in planning and changed the timeline"
    if run["status"] == "canceled" and not run["cancel_requested_at"]:
        yield f"no cause: {name} was canceled by nobody"
    if run["status"] == "completed":
        if words - {"completed", "skipped"} or "completed" not in words:
            yield f"wrong end: {name} has items {sorted(words)}"
        yield from _check_renders(tables, run, items)


def _check_renders(tables: Tables, run: Row, items: list[Row]) -> Iterator[str]:
    passed = {v["artifact_id"] for v in tables["verifications"] if v["passed"]}
    for item in items:
        if item["tool"] == "render" and item["status"] == "completed":
            made = [a for a in tables["artifacts"] if a["source_item_id"] == item["id"] and a["key"]]
            right = [a for a in made if a["status"] == "verified" and a["id"] in passed]
            if len(right) != 1 or len(made) != 1:
                yield f"unverified render: run {run['id']} has {len(right)} verified of {len(made)} renders"


def _check_items(tables: Tables) -> Iterator[str]:
    by_item: dict[str, Counter[str]] = defaultdict(Counter)
    for event in tables["tool_events"]:
        by_item[event["plan_item_id"]][event["status"]] += 1
    status = {i["id"]: i["status"] for i in tables["plan_items"]}
    for item in tables["plan_items"]:
        name, events = f"item {item['id']} ({item['tool']}, {item['status']})", by_item[item["id"]]
        if events["succeeded"] != (1 if item["status"] == "completed" else 0):
            yield f"item and ledger differ: {name} has {events['succeeded']} succeeded events"
        if item["status"] == "failed" and not events["failed"] + events["refused"]:
            yield f"item and ledger differ: {name} has no event that says why"
    for link in tables["plan_item_dependencies"]:
        if status[link["item_id"]] == "completed" and status[link["depends_on_id"]] != "completed":
            yield f"order: item {link['item_id']} completed before what it needs"


def _check_ledger(tables: Tables) -> Iterator[str]:
    successes = Counter(e["idempotency_key"] for e in tables["tool_events"] if e["status"] == "succeeded")
    yield from (f"repeated effect: {key} succeeded {n} times" for key, n in successes.items() if n > 1)
    for project in tables["projects"]:
        events, before = tables.events[project["id"]], FIRST_HASH
        numbers = [e["sequence"] for e in events]
        if numbers != list(range(1, project["last_sequence"] + 1)):
            yield f"gap: project {project['id']} has events {numbers} of {project['last_sequence']}"
        for event in events:
            if event["previous_hash"] != before:
                yield f"broken chain: event {event['sequence']} of {project['id']} follows another event"
            before = event["hash"]
        if before != project["last_event_hash"]:
            yield f"broken chain: project {project['id']} ends with another event"


def _check_versions(tables: Tables) -> Iterator[str]:
    versions: dict[str, list[Row]] = defaultdict(list)
    for version in tables["project_versions"]:
        versions[version["project_id"]].append(version)
    for project in tables["projects"]:
        name, own = f"project {project['id']}", versions[project["id"]]
        wanted = list(range(1, project["version"] + 1))
        if sorted(v["version_number"] for v in own) != wanted:
            yield f"versions: {name} lacks or repeats versions up to {project['version']}"
        changes = [e for e in tables.events[project["id"]] if e["version_after"] is not None]
        if [e["version_after"] for e in changes] != wanted:
            yield f"versions: {name} has changes {[e['version_after'] for e in changes]}"
        hashes = {v["version_number"]: v["state_hash"] for v in own}
        if any(hashes.get(e["version_after"]) != e["state_hash"] for e in changes):
            yield f"versions: {name} has a version with another state than its event"
        if hashes.get(project["version"]) != project["timeline_hash"]:
            yield f"versions: {name} is not in the state of its last version"


def _check_blobs(tables: Tables, folder: Path) -> Iterator[str]:
    known: set[str] = set()
    for artifact in tables["artifacts"]:
        name = f"artifact {artifact['id']} ({artifact['artifact_type']}, {artifact['status']})"
        if artifact["status"] == "pending":
            yield f"pending artifact: {name}"
        if artifact["status"] not in READABLE:
            continue
        known.add(artifact["key"])
        path = folder / artifact["key"]
        if not path.is_file():
            yield f"missing blob: {name}"
        elif path.stat().st_size != artifact["size_bytes"] or _sha256(path) != artifact["sha256"]:
            yield f"changed bytes: {name}"
    found = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    yield from (f"orphan blob: {key}" for key in sorted(found - known))


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _check_leftovers(home: Path) -> Iterator[str]:
    work = home / "work"
    if work.is_dir():
        yield from (f"leftover folder: {folder.name}" for folder in work.iterdir())
    yield from (f"orphan process: {pid} {words}" for pid, words in list_processes(home))


def list_processes(home: Path) -> list[tuple[int, str]]:
    """Processes whose arguments name a file of this studio: ffmpeg at work, or left behind."""
    found: list[tuple[int, str]] = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if str(home) in words and state != "Z":
            found.append((int(folder.name), words[:200]))
    return found
