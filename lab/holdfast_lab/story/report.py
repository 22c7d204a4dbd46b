"""The story's steps in order, and the report: each with what was observed, or what was not. The first miss ends it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

from holdfast_lab.story import (
    ending,
    enduring,
    handing_over,
    promises,
    provisioning,
    queueing,
    repairing,
    running,
    surviving,
)
from holdfast_lab.story.context import Context, NotObserved


@dataclass(frozen=True, slots=True)
class Step:
    """One sentence of the story; `observe` does it and says what was seen. `needs` are companions it is told with.

    With one of `unless` another step tells the same, and more: of a pool's units one is replaced in ten minutes.
    """

    sentence: str
    observe: Callable[[Context], str]
    needs: frozenset[str] = frozenset()
    unless: frozenset[str] = frozenset()


JOB_SETS = frozenset({"jobset"})
STORY: tuple[Step, ...] = (
    Step("Two stacks are provisioned", provisioning.provision),
    Step("Every node is Ready", provisioning.nodes_are_ready),
    Step("The hub counts the units", provisioning.units_are_counted),
    Step("Two tenants move in", provisioning.tenants_move_in),
    Step("The tenants reserve", promises.tenants_reserve),
    Step("Each reservation has its answer", promises.answers_stand),
    Step("A tenant learns nothing of the others", promises.nobody_sees_the_others),
    Step("The window made ahead opens", promises.the_window_opens),
    Step("Jobs complete on their own units", running.jobs_complete),
    Step("A Job runs by queue name alone", queueing.a_job_runs_by_queue, frozenset({"kueue"})),
    Step("A JobSet does, too", queueing.a_jobset_runs_by_queue, frozenset({"jobset", "kueue"})),
    Step("A JobSet on two slices loses a cube", surviving.a_job_set_is_asked, JOB_SETS),
    Step("With consent it goes on to its end", surviving.it_goes_on_with_consent, JOB_SETS),
    Step("A long run goes on", running.a_long_run_stays),
    Step("A forged toleration is refused", running.a_forged_toleration_is_refused),
    Step("A nosy selector stays pending", running.a_nosy_selector_stays_pending),
    Step("A blip moves nothing", enduring.a_blip_passes),
    Step("A domain with fewer hosts stays", enduring.a_domain_stays),
    Step("A host fails and a spare steps in", repairing.a_host_fails, unless=JOB_SETS),
    Step("The host recovers and comes back clean", repairing.the_host_recovers, unless=JOB_SETS),
    Step("A tenant gives time back", handing_over.the_window_is_shortened),
    Step("The long run is evicted", handing_over.the_long_run_is_evicted),
    Step("The units change hands", handing_over.the_units_change_hands),
    Step("Destroy is refused under a promise", ending.destroy_is_refused),
    Step("The last window ends", ending.the_last_window_ends),
    Step("The same destroy succeeds", ending.destroy_succeeds),
    Step("The books are in order", ending.the_books_are_in_order),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one step."""

    sentence: str
    observed: bool
    said: str
    seconds: float
    played: bool = True
    """False where a companion that was asked for does not run: the step was not seen, and nothing was missed by it."""


def story(companions: Iterable[str] = ()) -> tuple[Step, ...]:
    """The steps of a lab with these companions."""
    there = set(companions)
    return tuple(step for step in STORY if step.needs <= there and not step.unless & there)


def play(
    context: Context, console: Console, steps: Sequence[Step], absent: Mapping[str, str] | None = None
) -> list[Outcome]:
    """Play the steps in order until one is not observed; returns what became of each.

    `absent` are companions that were asked for and do not run, and why: a step that needs one is told as not run.
    """
    outcomes: list[Outcome] = []
    for number, step in enumerate(steps, 1):
        lacks = sorted(step.needs & (absent or {}).keys())
        outcomes.append(_not_run(step, (absent or {})[lacks[0]]) if lacks else _played(context, step))
        console.print(_line(f"{number:2}/{len(steps)}", outcomes[-1]), soft_wrap=True)
        if outcomes[-1].played and not outcomes[-1].observed:
            break
    return outcomes


def _played(context: Context, step: Step) -> Outcome:
    began = time.monotonic()
    try:
        said, observed = step.observe(context), True
    except (NotObserved, AssertionError) as miss:
        said, observed = str(miss), False
    return Outcome(step.sentence, observed, said, time.monotonic() - began)


def _not_run(step: Step, why: str) -> Outcome:
    return Outcome(step.sentence, False, f"not run: {why}", 0.0, played=False)


def _line(place: str, outcome: Outcome) -> Text:
    missed = ("MISS", "bold red") if outcome.played else ("--- ", "yellow")
    mark = ("ok  ", "green") if outcome.observed else missed
    return Text.assemble(mark, f" {place} {outcome.sentence} ({outcome.seconds:.1f} s): ", Text(outcome.said))


def summary(steps: Sequence[Step], outcomes: list[Outcome]) -> Table:
    """The whole story in a table, steps not played included."""
    table = Table(box=None, pad_edge=False)
    for heading in ("STEP", "OBSERVED", "SECONDS"):
        table.add_column(heading)
    for index, step in enumerate(steps):
        outcome = outcomes[index] if index < len(outcomes) else None
        missed = "not played" if outcome is None else ("NO" if outcome.played else "not run")
        observed = "yes" if outcome is not None and outcome.observed else missed
        table.add_row(step.sentence, observed, "" if outcome is None else f"{outcome.seconds:.1f}")
    return table
