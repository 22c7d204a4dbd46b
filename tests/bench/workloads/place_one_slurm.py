"""place-one-slurm: place-one beside the only calendar of the field, Slurm's advance reservations, at as many existing.

Slurm does more in a create: it picks the nodes at once. It does less: a start only, no flexible window, no contract, no
reason for a no; and a turn of ours looks at everybody else, too. Both are CPU of the deciding process, so that neither
pays for the other users of the machine.
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median

from tests.bench.figure import Goal, Line, Readings, times_better
from tests.bench.fleet import Fleet, at_rest
from tests.bench.peers import slurm
from tests.bench.repeats import repeated
from tests.bench.workload import Form, Workload
from tests.bench.workloads.place_one import Asker

EXISTING: dict[int, Goal | None] = {1_000: None, 4_000: times_better(100)}
CREATES = 20


def _metric(existing: int) -> str:
    return f"one ask, {existing:,} existing"


def _ours(asker: Asker, form: Form, existing: int) -> dict[str, float]:
    return {_metric(existing): median(asker.place() for _ in range(form.of(5, 2)))}


def _theirs(peer: slurm.Slurm, numbers: Iterator[int], existing: int) -> dict[str, float]:
    """Milliseconds of the controller's CPU for a create, over twenty; then they are deleted again."""
    names = [f"ask-{next(numbers)}" for _ in range(CREATES)]
    before = peer.cpu()
    for name in names:
        peer.create(name)
    spent = peer.cpu() - before
    for name in names:
        peer.delete(name)
    return {_metric(existing): spent / CREATES * 1_000}


def _measure(form: Form) -> Iterator[Readings]:
    for existing in EXISTING:
        asker = Asker(at_rest(Fleet(form.of(existing, existing // 100), form.pools)))
        ours = partial(_ours, asker, form, existing)
        if form.short or not slurm.installed():
            why = "the short form has none" if form.short else slurm.MISSING
            yield repeated(form.times, ours).readings(_metric(existing), why)
            continue
        with (
            tempfile.TemporaryDirectory(prefix="holdfast-slurm-") as folder,
            slurm.filled(Path(folder), existing) as peer,
        ):
            theirs = partial(_theirs, peer, itertools.count(), existing)
            yield repeated(form.times, ours, theirs).readings(_metric(existing))


PLACE_ONE_SLURM = Workload(
    "place-one-slurm",
    "one ask with a start, beside Slurm's create of an advance reservation",
    tuple(Line(_metric(n), "ms CPU", goal, peer="slurm 22.05") for n, goal in EXISTING.items()),
    _measure,
    seconds=600,
)
