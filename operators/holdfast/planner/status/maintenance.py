"""What is said of maintenance windows: accepted or not, whom they touch, when they would touch nobody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from holdfast.api.maintenance import MaintenanceStatus, TouchedPromise
from holdfast.planner.state.snapshot import Maintenance, Snapshot
from holdfast.planner.state.steps import MaintenanceAnswer
from holdfast.planner.status.conditions import conditions
from holdfast.planner.status.readiness import Readiness
from holdfast.planner.status.untold import Untold, worded


@dataclass(frozen=True, slots=True)
class MaintenanceStatusWrite:
    """A maintenance window's status to write."""

    asked: Maintenance
    status: MaintenanceStatus


def maintenance_statuses(
    snapshot: Snapshot, answers: Mapping[str, MaintenanceAnswer], untold: Untold | None = None
) -> Iterator[MaintenanceStatusWrite]:
    """A status for every window that is answered and whose present one says something else, by name.

    One that this turn has taken out of the calendar has no answer: the next turn reads in the ledger whether it was.
    Into `untold` goes of which nothing can be said.
    """
    for asked in sorted(snapshot.maintenance.values(), key=lambda one: (one.name, one.uid)):
        answer = answers.get(asked.uid)
        if answer is None:
            continue
        status = worded(untold, f"maintenance {asked.name}", partial(_status, snapshot.now, asked, answer))
        if status is not None and status != asked.status:
            yield MaintenanceStatusWrite(asked, status)


def _status(now: int, asked: Maintenance, answer: MaintenanceAnswer) -> MaintenanceStatus:
    before = asked.status.conditions if asked.status is not None else ()
    said = Readiness("True" if answer.accepted else "False", answer.reason, answer.message)
    return MaintenanceStatus(
        observed_generation=asked.generation,
        conditions=conditions(now, asked.generation, before, [("Accepted", said)]),
        deficit=answer.deficit,
        touched=tuple(
            TouchedPromise(reservation=one.reservation, tenant=one.tenant, count=one.count, until=one.until)
            for one in answer.touched
        ),
        next_starts=answer.next_starts,
    )
