"""iac: a preview of one datacenter from nothing, beside a plain loop of pulumi-gcp that makes the same machines.

Each reading is a process of its own (tests/bench/previews.py), in the same engine, ours and the loop's in turn.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from time import monotonic

from tests.bench.figure import Line, Readings, times_better
from tests.bench.repeats import repeated
from tests.bench.workload import Form, Workload

UNITS = (16, 144)
MEASURED = ("CPU", "wall")
_NO_SLOWER = times_better(1 / 1.1)
"""At most 1.10 times as long."""


def _metric(units: int, what: str) -> str:
    return f"preview of {units} units, {what}"


def _read(which: str, units: int, form: Form) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.previews", which, str(form.of(units, 16))]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return {
        _metric(units, what): value for what, value in zip(MEASURED, json.loads(done.stdout), strict=True)
    }


def _measure(form: Form) -> Iterator[Readings]:
    for units in UNITS:
        peer = None if form.short else partial(_read, "plain", units, form)
        found = repeated(form.times, partial(_read, "ours", units, form), peer, clock=monotonic, within=60)
        yield from (found.readings(_metric(units, what)) for what in MEASURED)


IAC = Workload(
    "iac",
    "previews of a datacenter of 16 and of 144 cubes, nothing standing",
    tuple(
        Line(
            _metric(units, what),
            "s CPU" if what == "CPU" else "s",
            _NO_SLOWER,
            peer="a plain pulumi-gcp loop",
        )
        for units in UNITS
        for what in MEASURED
    ),
    _measure,
    seconds=480,
)
