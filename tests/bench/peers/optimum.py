"""OR-Tools' CP-SAT as a peer: one pool's asks scheduled with as little delay in all as it can find in its time.

It sees all asks at once, where the planner answers them one by one in the order they came.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

SECONDS, WORKERS, SEED = 12.0, 2, 1
OK = (cp_model.OPTIMAL, cp_model.FEASIBLE)


@dataclass(frozen=True, slots=True)
class Job:
    """Units for so many minutes, clearing included, not before `earliest`; the planner lets it begin at `start`."""

    units: int
    minutes: int
    earliest: int
    start: int


def least_delay(jobs: Sequence[Job], units: int, *, nobody_later: bool) -> int:
    """The least sum of minutes waited that was found; with `nobody_later`, no job begins after its `start`."""
    model = cp_model.CpModel()
    latest = max(job.start + job.minutes for job in jobs) * 2
    starts = [
        model.new_int_var(job.earliest, job.start if nobody_later else latest, f"start-{n}")
        for n, job in enumerate(jobs)
    ]
    spans = [
        model.new_fixed_size_interval_var(start, job.minutes, f"span-{n}")
        for n, (start, job) in enumerate(zip(starts, jobs, strict=True))
    ]
    model.add_cumulative(spans, [job.units for job in jobs], units)
    model.minimize(sum(start - job.earliest for start, job in zip(starts, jobs, strict=True)))
    for start, job in zip(starts, jobs, strict=True):
        model.add_hint(start, job.start)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = SECONDS
    solver.parameters.num_workers = WORKERS
    solver.parameters.random_seed = SEED
    if solver.solve(model) not in OK:
        raise AssertionError("CP-SAT finds no schedule, although it was given one")
    return round(solver.objective_value)
