"""The last act: hardware under a promise cannot be taken down; without one it can; the books are in order."""

from __future__ import annotations

import json
from typing import Any

from holdfast_lab import clock
from holdfast_lab.story.context import Context, NotObserved
from holdfast_lab.story.fixtures import seconds_of
from holdfast_lab.story.handing_over import LEFT_SECONDS
from holdfast_lab.story.promises import EVALS
from holdfast_lab.story.reading import reservation, stands

DESTROY = ("lab", "pulumi", "destroy", "lake-mariner", "--yes", "--run-program")


def destroy_is_refused(context: Context) -> str:
    """As platform engineer: the hub refuses, naming the reservation, and no deletion was carried out."""
    deleted = len(deletions(context))
    answer = context.holdfast(*DESTROY)
    said = answer.stdout + answer.stderr
    if answer.returncode == 0 or EVALS not in said:
        raise NotObserved(f"destroy ended with {answer.returncode} without naming {EVALS}:\n{said[-800:]}")
    if len(deletions(context)) != deleted:
        raise NotObserved("the call log shows deletions although the destroy was refused")
    line = next(line.strip() for line in said.splitlines() if EVALS in line)
    return f"refused, nothing deleted: {line[:150]}"


def deletions(context: Context) -> list[dict[str, Any]]:
    """Deletions that the cloud stand-in has carried out, by its call log."""
    calls = [json.loads(line) for line in (context.lab.state.root / "calls.jsonl").read_text().splitlines()]
    return [call for call in calls if call["verb"] == "delete" and call["result"] == "ok"]


def the_last_window_ends(context: Context) -> str:
    """As mistral: the window is cut short, runs out, and the reservation is Released."""
    person = context.person("mistral")
    started = seconds_of(reservation(person, EVALS)["status"]["promised"]["start"])
    duration = int(clock.now().timestamp()) + LEFT_SECONDS - started
    change = json.dumps({"spec": {"window": {"durationSeconds": max(10, duration)}}})
    person.run("patch", "cares", "evals", "-n", "mistral", "--type=merge", "-p", change)
    return context.until(lambda: stands(person, EVALS, "Released"), 90, f"{EVALS} Released")


def destroy_succeeds(context: Context) -> str:
    """The same destroy, with nothing promised there any more."""
    context.must(*DESTROY)
    left = context.engineer().get("acceleratorpools.holdfast.dev")["items"]
    names = [pool["metadata"]["name"] for pool in left]
    if any(name.startswith("lake-mariner.") for name in names):
        raise NotObserved(f"pools are left on the hub: {names}")
    return f"{len(deletions(context))} deletions carried out; the hub knows no pool of lake-mariner any more"


def the_books_are_in_order(context: Context) -> str:
    """An independent audit of hub and sites finds nothing."""
    return context.must("audit").strip().splitlines()[-1]
