"""The fifth act: a tenant gives time back, is drained, and the next one gets its units."""

from __future__ import annotations

import json

from holdfast_lab import clock
from holdfast_lab.story.context import Context
from holdfast_lab.story.fixtures import instant
from holdfast_lab.story.promises import EVALS, PRETRAIN
from holdfast_lab.story.reading import stands
from holdfast_lab.story.running import TRAINER

LEFT_SECONDS = 10


def the_window_is_shortened(context: Context) -> str:
    """As anthropic: the end moves close; notice is given while the long run still goes on."""
    end = clock.now().timestamp() + LEFT_SECONDS
    change = {"spec": {"window": {"end": instant(end)}}}
    person = context.person("anthropic")
    person.run("patch", "cares", "pretrain", "-n", "anthropic", "--type=merge", "-p", json.dumps(change))

    def noticed() -> str:
        return stands(person, PRETRAIN, "Expiring")

    context.until(noticed, LEFT_SECONDS + 5, "notice: Expiring")
    return "notice given: Expiring"


def the_long_run_is_evicted(context: Context) -> str:
    """As anthropic at the site: the pod is gone after the end."""
    person = context.person("anthropic", "lake-mariner")

    def gone() -> str:
        found = person.attempt("get", "pod", TRAINER, "-n", "anthropic")
        return "evicted" if found.returncode != 0 and "NotFound" in found.stderr else ""

    return context.until(gone, 60, "the trainer evicted")


def the_units_change_hands(context: Context) -> str:
    """The units come back clean, and the held reservation becomes Active."""
    context.until(
        lambda: stands(context.person("mistral"), EVALS, "Active"),
        60,
        f"{EVALS} Active",
    )
    said = context.until(
        lambda: stands(context.person("anthropic"), PRETRAIN, "Released"), 60, f"{PRETRAIN} Released"
    )
    return f"{EVALS} Active; {PRETRAIN} {said}"
