"""A plan before it runs, a receipt afterwards, and the inspector: one run in text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cuttingroom.cli.output import (
    format_change,
    format_money,
    format_seconds,
    format_size,
    plain_table,
    short_id,
    status_text,
)
from cuttingroom.core.status import ItemStatus
from cuttingroom.core.time import format_ticks
from cuttingroom.studio.reports import ArtifactReport, EventReport, ItemReport, RenderReport, RunReport

MOST_REASONS = 4
MOST_CHAPTERS = 12

MARKS = {
    ItemStatus.COMPLETED: ("✓", "green"),
    ItemStatus.FAILED: ("✗", "red"),
    ItemStatus.REJECTED: ("✗", "red"),
    ItemStatus.SKIPPED: ("-", "bright_black"),
    ItemStatus.CANCELED: ("-", "bright_black"),
    ItemStatus.RUNNING: ("›", "cyan"),
}


def mark_of(status: ItemStatus) -> Text:
    return Text(*MARKS.get(status, ("·", "bright_black")))


def show_plan(report: RunReport) -> RenderableType:
    """The plan as a table with its times, what was assumed, and the length that comes out."""
    plan = report.plan
    if plan is None or not report.items:
        return Text(plan.summary if plan else "There is no plan yet.")
    table = plain_table("#", "Step", "Change", "Length then", right=("#", "Change", "Length then"))
    for item in report.items:
        length = format_ticks(item.after_ticks) if item.after_ticks is not None else ""
        table.add_row(str(item.position), _step(item), format_change(item.change_ticks), length)
    lines: list[RenderableType] = [Text(f"Plan: {plan.summary}", style="bold"), table]
    lines += [Text(f"Assumed: {assumption}") for assumption in plan.assumptions]
    change = format_change(plan.after_ticks - plan.before_ticks)
    length = f"Length: {format_ticks(plan.before_ticks)} now, {format_ticks(plan.after_ticks)} afterwards"
    lines.append(Text(f"{length} ({change})" if change else length, style="bold"))
    return Group(*lines)


def show_questions(report: RunReport) -> RenderableType:
    """What the planner did not understand, each with the words that raised it."""
    lines: list[RenderableType] = []
    for question in report.plan.questions if report.plan else ():
        about = f"  (about “{question['about']}”)" if question.get("about") else ""
        lines.append(Text.assemble(("? ", "yellow"), question["text"], (about, "bright_black")))
        lines += [Text(f"    - {option}") for option in question.get("options", ())]
    return Group(*lines)


def show_receipt(report: RunReport, files: Sequence[Path | str]) -> RenderableType:
    """What was asked, planned, done, made, checked and spent, and how to take it back."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, value in _receipt_rows(report, files):
        grid.add_row(label, value)
    head = Text.assemble(
        ("Receipt ", "bold"), f"{short_id(report.id)}  ", status_text(report.status), _took(report)
    )
    return Group(head, grid)


def show_result(report: RunReport, files: Sequence[Path | str]) -> RenderableType:
    """One line: the version that was rendered, how, how long it took, and where the file is."""
    made = report.find_render()
    if made is None or made.render is None:
        return Text.assemble(f"Version {report.base_version}: ", status_text(report.status))
    pictures = describe_pictures(made.render) or describe_sound(made.render)
    return Text(
        f"Version {made.timeline_version}{_took(report)}: {pictures} {' '.join(map(str, files))}".rstrip()
    )


def describe_pictures(render: RenderReport) -> str:
    """Where the pictures of a render came from, or nothing when it has none."""
    parts = (
        (render.copied_frames, "copied from the source"),
        (render.reused_frames, "from the cache"),
        (render.encoded_frames, "encoded"),
    )
    if not render.frame_count:
        return ""
    return f"{render.frame_count:,} frames: {', '.join(f'{n:,} {words}' for n, words in parts if n)}."


def describe_sound(render: RenderReport) -> str:
    """How the sound of a render was made, and what was done about its loudness; nothing without sound."""
    if not render.sound_chunks:
        return ""
    made = f"{render.made_sound_chunks:,} of {render.sound_chunks:,} chunks made"
    if render.loudness_lufs is None:
        return f"{made}, loudness as mixed."
    return f"{made}, {render.loudness_lufs:.1f} LUFS changed by {render.gain_db:+.1f} dB."


def describe_chapters(render: RenderReport) -> str:
    """Where the chapters of a render begin; the first of them when there are many."""
    told = [f"{format_ticks(at, decimals=0)} {name}" for at, name in render.chapters[:MOST_CHAPTERS]]
    more = len(render.chapters) - len(told)
    return ", ".join(told) + (f" and {more} more" if more else "")


def describe_limit(render: RenderReport) -> str:
    """How a render kept under its limit."""
    how = [f"quality {render.quality} (less is better)"] if render.quality is not None else []
    how += [f"sound of {render.sound_kbps} kbps"] if render.sound_kbps is not None else []
    return f"at most {format_size(render.most_bytes)}: {', '.join(how) or 'as it is'}."


def show_inspector(report: RunReport, files: Sequence[Path | str]) -> RenderableType:
    """The receipt with every event, its two sides, the checks, the calls and the phases."""
    parts: list[RenderableType] = [show_receipt(report, files)]
    if report.plan and report.plan.questions:
        parts += [Text("\nQuestions", style="bold"), show_questions(report)]
    parts += [Text("\nEvents", style="bold"), show_events(report.events, sides=True)]
    if report.verifications:
        parts += [Text("\nChecks", style="bold"), *_check_lines(report)]
    if report.calls:
        parts += [Text("\nCalls", style="bold"), _calls(report)]
    parts += [Text("\nPhases", style="bold"), _phases(report)]
    return Group(*parts)


def show_events(events: tuple[EventReport, ...], *, sides: bool = False) -> RenderableType:
    """Lines of the ledger; with `sides` what each change did to the length and the pieces."""
    table = plain_table("#", "What", "Result", "Version", "Took", right=("#", "Version", "Took"))
    for event in events:
        took = format_seconds((event.finished_at - event.started_at).total_seconds())
        version = str(event.version_after) if event.version_after else ""
        table.add_row(str(event.sequence), _what(event, sides), status_text(event.status), version, took)
    return table


def _step(item: ItemReport) -> Text:
    text = Text(item.title)
    if item.status is ItemStatus.REJECTED:
        text.append(f"  cannot be done: {item.validation.get('error')}", style="red")
    if item.depends_on:
        is_all = len(item.depends_on) == item.position - 1 > 1
        after = "all of these" if is_all else ", ".join(str(p) for p in item.depends_on)
        text.append(f"  after {after}", style="bright_black")
    return text


def _receipt_rows(report: RunReport, files: Sequence[Path | str]) -> Iterator[tuple[str, RenderableType]]:
    yield "Asked", Text(report.request)
    if report.plan:
        steps = f"{len(report.items)} step{'' if len(report.items) == 1 else 's'}"
        lengths = f"{format_ticks(report.plan.before_ticks)} → {format_ticks(report.plan.after_ticks)}"
        yield "Planned", Text(f"{steps} by {_planner(report)}, {lengths}")
    if report.items:
        yield "Done", Group(*(_done(item, report) for item in report.items))
    made = [a for a in report.artifacts if a.visibility == "library" and a.status != "failed"]
    if made:
        yield "Made", Group(*(_made(artifact) for artifact in made))
    yield from _render_rows(made)
    notes = dict.fromkeys(note for artifact in made for note in artifact.notes)
    if notes:
        yield "Note", Text("\n".join(notes), style="yellow")
    if report.verifications:
        yield "Checked", _checked(report)
    yield "Spent", Text(_spent(report))
    yield "Time", Text(", ".join(f"{name} {format_seconds(s)}" for name, s in durations(report)))
    if report.failure:
        yield "Failed", _failed(report)
    undo = _how_to_undo(report)
    if undo:
        yield "Undo", Text(undo)
    yield (
        "Project",
        Text(f"{report.project_name} ({short_id(report.project_id)}), version {report.project_version}"),
    )
    if files:
        yield "File" if len(files) == 1 else "Files", Text("\n".join(map(str, files)), style="bold")
    elif undo:
        yield "File", Text(f"none was rendered; `cuttingroom render {short_id(report.project_id)}` makes one")


def _render_rows(made: list[ArtifactReport]) -> Iterator[tuple[str, RenderableType]]:
    for render in (artifact.render for artifact in made):
        if render is None:
            continue
        part = f" of part {render.part[0]}" if render.part is not None else ""
        if pictures := describe_pictures(render):
            yield f"Pictures{part}", Text(pictures)
        if render.most_bytes is not None:
            yield f"Limit{part}", Text(describe_limit(render))
        if render.why_encoded:
            reasons = list(render.why_encoded.items())[:MOST_REASONS]
            yield f"Not copied{part}", Text(", ".join(f"{n:,} {why}" for why, n in reasons))
        if sound := describe_sound(render):
            yield f"Sound{part}", Text(sound)
        if render.chapters:
            yield "Chapters", Text(describe_chapters(render))


def durations(report: RunReport) -> list[tuple[str, float | None]]:
    """Seconds per phase, in the order in which the phases came; stays of several attempts are added up."""
    totals: dict[str, float | None] = {}
    for phase in report.phases:
        before = totals.get(phase.phase, 0.0)
        totals[phase.phase] = None if before is None or phase.seconds is None else before + phase.seconds
    return [(name.replace("_", " "), seconds) for name, seconds in totals.items()]


def _planner(report: RunReport) -> str:
    plan = report.plan
    name = plan.planner if plan else report.planner
    return f"{name} ({plan.provider}, {plan.model})" if plan and plan.provider and plan.model else name


def _done(item: ItemReport, report: RunReport) -> Text:
    events = [e for e in report.events if e.item_position == item.position and e.status == "succeeded"]
    line = Text.assemble(mark_of(item.status), f" {item.position} {item.title}")
    if events:
        line.append(f"  event {events[-1].sequence}", style="bright_black")
    if item.status in (ItemStatus.SKIPPED, ItemStatus.CANCELED):
        line.append(f"  {item.status}", style="bright_black")
    if item.error_message:
        line.append(f"  {item.error_message}", style="red")
    return line


def _made(artifact: ArtifactReport) -> Text:
    size = f"{artifact.width}x{artifact.height}" if artifact.width and artifact.height else ""
    length = format_ticks(artifact.duration_ticks) if artifact.duration_ticks else ""
    facts = [artifact.mime_type, size, length, format_size(artifact.size_bytes), artifact.status]
    maker = f" by {artifact.provider}" if artifact.provider else ""
    return Text(f"{artifact.name}{maker}: {', '.join(f for f in facts if f)}")


def _checked(report: RunReport) -> Text:
    checks = [c for v in report.verifications for c in v.checks]
    passed = sum(bool(c.get("passed")) for c in checks)
    text = Text(f"{passed} of {len(checks)} checks passed", style="green" if passed == len(checks) else "")
    for check in checks:
        if not check.get("passed"):
            style = "red" if check.get("severity") == "error" else "yellow"
            text.append(f"\n{check.get('message', check.get('name', ''))}", style=style)
    return text


def _spent(report: RunReport) -> str:
    if not report.calls:
        return "$0, no call of a model"
    unknown = any(c.price_source == "unknown" for c in report.calls)
    calls = f"{len(report.calls)} call{'' if len(report.calls) == 1 else 's'}"
    return f"{format_money(report.spent_microusd)} in {calls}" + (
        ", some of unknown price" if unknown else ""
    )


def _failed(report: RunReport) -> Text:
    failure = report.failure
    assert failure is not None
    text = Text(f"while {report.phase} ({failure.category}): {failure.message}", style="red")
    if failure.advice:
        text.append(f"\n{failure.advice}", style="")
    return text


def _how_to_undo(report: RunReport) -> str:
    changes = [e for e in report.events if e.version_after is not None]
    if not changes:
        return ""
    project = short_id(report.project_id)
    one = f"cuttingroom undo {changes[-1].sequence} --project {project}"
    return f"{one} (one step), cuttingroom restore {report.base_version} --project {project} (all)"


def _took(report: RunReport) -> str:
    if report.completed_at is None or report.started_at is None:
        return ""
    return f" in {format_seconds((report.completed_at - report.started_at).total_seconds())}"


def _what(event: EventReport, sides: bool) -> Text:
    text = Text(event.title or event.tool)
    if event.title:
        text.append(f"  {event.tool}", style="bright_black")
    if event.reverts:
        text.append(f"  takes event {event.reverts} back", style="yellow")
    if event.undone_by:
        text.append(f"  undone by event {event.undone_by}", style="yellow")
    if event.duplicate_of:
        text.append(f"  again what event {event.duplicate_of} did", style="yellow")
    if event.error_message:
        text.append(f"\n{event.error_message}", style="red")
    if sides and event.before is not None and event.after is not None:
        text.append(f"\n{_sides(event.before, event.after)}", style="bright_black")
    return text


def _sides(before: dict[str, Any], after: dict[str, Any]) -> str:
    """What changed, from the two sides that the event kept."""
    was, now = before.get("elements", {}), after.get("elements", {})
    counts = {
        "new": len(now.keys() - was.keys()),
        "gone": len(was.keys() - now.keys()),
        "changed": len(was.keys() & now.keys()),
        "moved": after.get("also", {}).get("moved", 0),
    }
    pieces = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    lengths = f"{format_ticks(before['duration_ticks'])} → {format_ticks(after['duration_ticks'])}"
    return f"{lengths}; pieces: {pieces}" if pieces else lengths


def _check_lines(report: RunReport) -> list[Text]:
    lines: list[Text] = []
    for file in report.verifications:
        for check in file.checks:
            mark = ("✓ ", "green") if check.get("passed") else ("✗ ", "red")
            lines.append(Text.assemble(mark, str(check.get("message") or check.get("name", ""))))
    return lines


def _calls(report: RunReport) -> RenderableType:
    table = plain_table(
        "Provider", "What", "Tokens", "Latency", "Cost", "Result", right=("Tokens", "Latency", "Cost")
    )
    for call in report.calls:
        table.add_row(
            f"{call.provider} {call.model}",
            call.operation,
            f"{call.input_tokens}+{call.output_tokens}" if call.input_tokens or call.output_tokens else "",
            f"{call.latency_ms} ms",
            format_money(call.cost_microusd) if call.price_source != "unknown" else "unknown",
            Text.assemble(status_text(call.status), " from the cache" if call.cached else ""),
        )
    return table


def _phases(report: RunReport) -> RenderableType:
    table = plain_table("Phase", "Attempt", "Took", right=("Attempt", "Took"))
    for attempt, phases in groupby(report.phases, key=lambda p: p.attempt):
        for phase in phases:
            table.add_row(phase.phase.replace("_", " "), str(attempt), format_seconds(phase.seconds))
    return table
