"""`cuttingroom planners`: which there are, and how good one is on written requests."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from cuttingroom.cli.output import JsonFlag, Output, plain_table
from cuttingroom.cli.session import read_settings
from cuttingroom.planners.catalog import KNOWN, make_planner
from cuttingroom.planners.evaluation.requests import read_requests
from cuttingroom.planners.evaluation.scoring import Outcome, Score, Verdict, score

group = typer.Typer(help="Who turns requests into plans, and how well.", no_args_is_help=True)

_MEANING = {
    Outcome.EXACT: "exactly the right plan, or the right question",
    Outcome.NEEDLESS: "a question where none had to be asked",
    Outcome.OTHER: "a question, but not the right one",
    Outcome.WRONG: "another plan, without asking",
}


@group.command("list")
def list_planners(is_json: JsonFlag = False) -> None:
    """List the planners that can be named."""
    Output.of(is_json).give({"planners": list(KNOWN)}, *(Text(name) for name in KNOWN))


@group.command("eval")
def evaluate(
    file: Annotated[
        Path, typer.Argument(help="A TOML file of requests and what is right.", show_default=False)
    ],
    planner: Annotated[
        str, typer.Option("--planner", help="rules, openai:MODEL, anthropic:MODEL or ollama:MODEL.")
    ] = "rules",
    shows_all: Annotated[bool, typer.Option("--all", help="Show every request.")] = False,
    is_json: JsonFlag = False,
) -> None:
    """Score a planner on written requests: docs/planners.md says how such a file is written.

    Raises InvalidInput for a file that is wrong, and ProviderMissing for a model that is not configured.
    """
    output, settings = Output.of(is_json), read_settings()
    requests = read_requests(file)
    found = score(make_planner(planner, settings), requests)
    shown = [v for v in found.verdicts if shows_all or v.outcome is not Outcome.EXACT]
    output.give(
        {
            "planner": planner,
            "file": str(file),
            **_as_json(found),
            "verdicts": [_verdict_json(v) for v in shown],
        },
        *(_verdict_text(v) for v in shown),
        _table(found),
        Text(f"{found.exact_share:.1%} of {len(found.verdicts)} requests are exact ({planner})", "bold"),
    )


def _table(found: Score) -> Any:
    table = plain_table("Outcome", "Requests", "What it means", right=("Requests",))
    for outcome, count in found.counts.items():
        table.add_row(str(outcome), str(count), _MEANING[outcome])
    return table


def _verdict_text(verdict: Verdict) -> Text:
    style = {"exact": "green", "wrong": "red"}.get(verdict.outcome, "yellow")
    text = Text.assemble(
        (f"{verdict.outcome:9}", style), f"{verdict.request.say}  ", (verdict.request.on, "bright_black")
    )
    return text.append(f"\n         {verdict.why}", "bright_black") if verdict.why else text


def _as_json(found: Score) -> dict[str, Any]:
    return {
        "requests": len(found.verdicts),
        **{str(outcome): count for outcome, count in found.counts.items()},
        "exact_share": round(found.exact_share, 4),
        "seconds_median": round(found.seconds_at(0.5), 4),
        "seconds_95": round(found.seconds_at(0.95), 4),
    }


def _verdict_json(verdict: Verdict) -> dict[str, Any]:
    return {
        "say": verdict.request.say,
        "on": verdict.request.on,
        "outcome": str(verdict.outcome),
        "why": verdict.why,
        "seconds": round(verdict.seconds, 4),
    }
