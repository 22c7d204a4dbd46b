"""`holdfast lab demo`: the story, told on a fresh lab that stays up afterwards."""

from __future__ import annotations

import time
from pathlib import Path

import typer
from rich.console import Console

from holdfast_lab.commands import names_in
from holdfast_lab.companions.catalogue import companions as known_companions
from holdfast_lab.errors import LabError
from holdfast_lab.lab import DEFAULT_SITES, accompany, down, up
from holdfast_lab.one_line import one_line_errors
from holdfast_lab.processes import OPERATOR_AND_AGENTS, console_commands
from holdfast_lab.story.context import Context
from holdfast_lab.story.page import page_address
from holdfast_lab.story.report import play, story, summary

AROUND = """
The lab is still up. To look around:
    eval "$({command} lab env)"
    kubectl get cares -A -o wide
    kubectl get acceleratorpools
    holdfast status
    holdfast explain finetune -n mistral
To take it down:
    {command} lab down
"""


def demo(state: Path, companions: str) -> None:
    """Tell the whole story; exits with 0 only if every step was observed."""
    console, began = Console(highlight=False), time.monotonic()
    with one_line_errors():
        down(state, delete=True)
        lab, absent = up(state, DEFAULT_SITES, (*OPERATOR_AND_AGENTS, console_commands)), dict[str, str]()
        asked = [each.name for each in known_companions(names_in(companions))]
        for name in asked:
            absent |= _missing(state, name)
    console.print(f"the lab is up ({time.monotonic() - began:.1f} s)")
    page = page_address(lab.state)
    if page:
        console.print(f"watch it, once, at {page}", soft_wrap=True)
    steps = story(asked)
    outcomes = play(Context(lab), console, steps, absent)
    console.print()
    console.print(summary(steps, outcomes))
    observed = sum(each.observed for each in outcomes)
    console.print(f"\n{observed} of {len(steps)} steps observed in {time.monotonic() - began:.0f} s")
    console.print(AROUND.format(command=".venv/bin/holdfast"))
    if page:
        console.print(
            f"The pages are at {page.partition('/enter')[0]}: the address above lets one browser in."
        )
    raise typer.Exit(0 if observed == len(steps) else 1)


def _missing(state: Path, companion: str) -> dict[str, str]:
    """Why a companion that was asked for does not run; empty once it does."""
    try:
        accompany(state, [companion])
    except LabError as error:
        return {companion: str(error)}
    return {}
